//! What leaves a view of a part: flows of what is drawn in it whose other ends are not, told by a mark at the lower edge.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{ComponentId, ItemId};
use crate::picture::text::width;
use crate::picture::{Face, Point, Rect};

use super::build::Stage;
use super::{Badge, DiagramScene, Lettering};

/// How high a mark is, and how far of that it stands over its box: chips below the box begin under it.
const HEIGHT: f32 = 18.0;
const OVER: f32 = 11.0;
/// The same over a box whose name stands under it, closer to the edge.
const OVER_NAME: f32 = 15.0;
/// How far it reaches out at the corner, and from its end to its words.
const OUT: f32 = 8.0;
const AIR: f32 = 8.0;

/// How many interfaces of a thing are not drawn because their other ends are not in the view.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaves {
    /// Where that is said.
    pub rect: Rect,
    /// How many interfaces.
    pub count: usize,
    /// The components at their other ends, each once.
    pub to: Vec<ComponentId>,
}

/// How many interfaces of a thing leave the view, and to where.
pub(super) type Leaving = BTreeMap<ItemId, (usize, BTreeSet<ComponentId>)>;

impl Leaves {
    /// `+4 elsewhere`.
    pub fn words(&self) -> String {
        words(self.count)
    }

    /// The mark of a thing with that frame and that badge.
    pub(super) fn at(
        leaving: &Leaving,
        item: ItemId,
        frame: Rect,
        under: Option<Rect>,
        badge: Option<Badge>,
        paper: bool,
    ) -> Option<Self> {
        let (count, to) = leaving.get(&item)?;
        let (face, size) = lettering(paper);
        let wide = (width(&words(*count), face, size) + 2.0 * AIR).ceil();
        let over = if under.is_some() { OVER_NAME } else { OVER };
        let right = Rect::new(frame.right() + OUT - wide, frame.bottom() - over, wide, HEIGHT);
        let is_taken = badge.is_some_and(|badge| badge.rect.overlaps(right));
        let rect = if is_taken { Rect { x: frame.x - OUT, ..right } } else { right };
        Some(Self { rect, count: *count, to: to.iter().copied().collect() })
    }

    pub(super) fn shift(&mut self, by: (f32, f32)) {
        self.rect = self.rect.moved(by);
    }
}

fn words(count: usize) -> String {
    format!("+{count} elsewhere")
}

/// The letters of the mark: smaller than all others, so that it stays in half of a box.
pub(super) fn lettering(paper: bool) -> (Face, f32) {
    let (face, size) = Lettering::of(paper).chip;
    (face, if paper { size - 0.5 } else { size - 1.0 })
}

impl Stage<'_> {
    /// How many interfaces of each component and collapsed zone that is drawn leave the view: one of their ends is drawn
    /// and the other is not.
    pub(super) fn leaving(&self) -> Leaving {
        let mut leaving = Leaving::new();
        if !self.only_placed {
            return leaving;
        }
        let drawn = |id: ComponentId| {
            let zone = self.hidden_by.get(&id).filter(|zone| self.zone_rects.contains_key(zone));
            let own = self.boxes.contains_key(&id).then_some(ItemId::from(id));
            zone.map(|zone| ItemId::from(*zone)).or(own)
        };
        for interface in self.project.diagram.interfaces() {
            let Some((from, to)) = interface.from.zip(interface.to) else { continue };
            let (item, other) = match (drawn(from), drawn(to)) {
                (Some(item), None) => (item, to),
                (None, Some(item)) => (item, from),
                _ => continue,
            };
            let (count, ends) = leaving.entry(item).or_default();
            *count += 1;
            ends.insert(other);
        }
        leaving
    }
}

impl DiagramScene {
    /// What leaves the view at a component or a collapsed zone.
    pub fn leaves_at(&self, item: ItemId) -> Option<&Leaves> {
        match item {
            ItemId::Component(id) => self.node(id)?.leaves.as_ref(),
            ItemId::Zone(id) => self.zone(id)?.leaves.as_ref(),
            _ => None,
        }
    }

    /// The mark under a point, with the thing that it stands at.
    pub fn leaves_under(&self, point: Point) -> Option<(ItemId, &Leaves)> {
        let nodes = self.nodes.iter().map(|node| (ItemId::from(node.id), node.leaves.as_ref()));
        let zones = self.zones.iter().map(|zone| (ItemId::from(zone.id), zone.leaves.as_ref()));
        let marks = nodes.chain(zones).filter_map(|(item, leaves)| Some((item, leaves?)));
        marks.into_iter().find(|(_, leaves)| leaves.rect.contains(point))
    }

    /// How many interfaces leave the view.
    pub(super) fn leaving(&self) -> usize {
        let nodes = self.nodes.iter().filter_map(|node| node.leaves.as_ref());
        let zones = self.zones.iter().filter_map(|zone| zone.leaves.as_ref());
        nodes.chain(zones).map(|leaves| leaves.count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{keep, options, sample};
    use super::super::{LiveScene, PaintOptions, Part};
    use super::*;
    use crate::model::{Place, Project, View, ZoneId};
    use crate::picture::{Palette, layout, svg};

    /// The whole sample as it is laid out, or only these components and the zones around them.
    fn view_of(project: &Project, components: &[u32]) -> View {
        let mut view = project.views.iter().next().unwrap().clone();
        view.places = layout::places(project, &view);
        view.only_placed = !components.is_empty();
        view.places.retain(|item, _| match item {
            ItemId::Component(id) => components.is_empty() || components.contains(&id.0),
            _ => true,
        });
        view
    }

    #[test]
    fn what_leaves_a_view_is_counted() {
        let project = sample();
        let check = |components: &[u32], collapsed: Option<u32>, expected: &[(ItemId, usize, &[u32])]| {
            let mut view = view_of(&project, components);
            if let Some(zone) = collapsed {
                view.places.entry(ZoneId(zone).into()).or_default().collapsed = true;
            }
            let scene = DiagramScene::build(&project, &view, &options(false));
            let items = (1..=8).map(|id| ComponentId(id).into()).chain((1..=5).map(|id| ZoneId(id).into()));
            let found: Vec<(ItemId, usize, Vec<u32>)> = items
                .filter_map(|item: ItemId| Some((item, scene.leaves_at(item)?)))
                .map(|(item, leaves)| (item, leaves.count, leaves.to.iter().map(|id| id.0).collect()))
                .collect();
            let expected: Vec<_> = expected.iter().map(|(item, n, to)| (*item, *n, to.to_vec())).collect();
            assert_eq!(found, expected, "{components:?}");
            let all: usize = expected.iter().map(|(_, number, _)| number).sum();
            assert_eq!(scene.description.contains("this view"), all > 0, "{}", scene.description);
        };
        let component = |id: u32| ItemId::from(ComponentId(id));
        check(&[], None, &[]);
        check(&[2, 3], None, &[(component(2), 4, &[1, 4, 5, 6]), (component(3), 3, &[4, 7, 8])]);
        check(&[1, 2], None, &[(component(2), 4, &[3, 4, 5, 6])]);
        check(&[1, 2, 3, 4, 5, 6, 7, 8], None, &[]);
        // What a collapsed zone hides is in the view; what it hides leads out of it all the same.
        check(&[1, 4, 8], Some(3), &[(ZoneId(3).into(), 2, &[5, 6])]);
        check(&[2, 3], Some(4), &[(component(2), 3, &[1, 5, 6]), (component(3), 1, &[7])]);
    }

    #[test]
    fn the_mark_stands_at_the_lower_edge_clear_of_chips_and_goes_along() {
        let project = sample();
        let view = view_of(&project, &[2, 4]);
        for paper in [false, true] {
            let scene = DiagramScene::build(&project, &view, &options(paper));
            for node in &scene.nodes {
                let leaves = node.leaves.as_ref().unwrap();
                assert!(leaves.rect.y < node.rect.bottom() && leaves.rect.bottom() > node.rect.bottom());
                assert!(node.chips.iter().all(|chip| !chip.rect.overlaps(leaves.rect)));
                assert!(node.bounds().contains_rect(leaves.rect));
                let center = leaves.rect.center();
                let hit = scene.hit(center, 6.0).map(|hit| (hit.item, hit.part));
                assert_eq!(hit, Some((node.id.into(), Part::Elsewhere)));
                assert_ne!(scene.hit(center, 20.0).map(|hit| hit.part), Some(Part::Elsewhere), "from afar");
            }
            let picture = scene.picture(&PaintOptions::default());
            for (scale, shown) in [(1.0, true), (0.4, false), (0.1, false)] {
                let options = svg::SvgOptions { scale: Some(scale), ..svg::SvgOptions::default() };
                let text = svg::write(&picture, Palette::light(), &options);
                assert_eq!(text.contains(">+4 elsewhere<"), shown, "at {scale}");
            }
            let palette = if paper { Palette::print() } else { Palette::dark() };
            keep(if paper { "leaves-print" } else { "leaves" }, &picture, palette, 1.0);
        }
        let scene = std::sync::Arc::new(DiagramScene::build(&project, &view, &options(false)));
        let before = scene.node(ComponentId(2)).unwrap().clone();
        let mut live = LiveScene::new(scene, &project, &view);
        let place = Place { x: before.rect.x + 30.0, y: before.rect.y + 50.0, ..Place::default() };
        let moved = live.show(&[(ComponentId(2).into(), place)].into(), &BTreeSet::new());
        let after = moved.node(ComponentId(2)).unwrap();
        assert_eq!(after.leaves.as_ref().unwrap().rect, before.leaves.unwrap().rect.moved((30.0, 50.0)));
    }
}
