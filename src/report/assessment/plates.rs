//! The diagram on pages of its own: one for each view, or an overview and one for each part of a large system.

use std::collections::{BTreeMap, BTreeSet};

use super::super::document::{Block, Figure, FigurePlace, Plate, Text};
use super::super::figures;
use super::super::page::{POINT, WIDE_WIDTH};
use super::super::words;
use super::draft::{Baseline, Draft};
use crate::analysis::compare::ChangeKind;
use crate::model::{
    Band, Component, ComponentId, ComponentKind, Interface, InterfaceId, ItemId, Place, Project, Target,
    ThreatId, View, ZoneId,
};
use crate::picture::layout::{LayoutOptions, layout};
use crate::picture::scene::natural_size;
use crate::picture::{DiagramScene, PaintOptions, Picture, Rect, SceneOptions};
use crate::simulation::Quiet;

/// Above so many components the diagram is drawn in parts.
const MOST_ON_A_PLATE: usize = 40;
/// So many views are printed.
const MOST_VIEWS: usize = 12;

/// A drawing so large that its names would be set smaller than 6.2 points is drawn closer, with fewer words.
const SMALLEST: f32 = 6.2 * POINT / 13.0;
/// The room for a drawing on its page, in millimetres.
const ROOM: (f32, f32) = (WIDE_WIDTH, 128.0);
/// More boxes than this never fit a page in a size that can be read.
const MOST_READABLE: usize = 30;
/// A part with fewer components than this is not split further.
const FEWEST: usize = 10;
/// Boxes that are moved together stay so far apart.
const APART: f32 = 24.0;

const BADGES: &str =
    " A box at the top right of a component counts its threats and shows the worst current band.";

/// The drawing for the cover: shapes without words, what is new since the last sign-off heavy.
pub(super) fn cover_drawing(draft: &Draft<'_>) -> Picture {
    if draft.project.diagram.component_count() == 0 {
        return Picture::default();
    }
    let mut scene = match drawn_views(draft) {
        Some(views) => {
            let options = SceneOptions { paper: true, ..SceneOptions::default() };
            let view = views.into_iter().next().unwrap_or_default();
            DiagramScene::build(draft.project, &view, &options)
        }
        None => draft.overview.get_or_init(|| overview_scene(draft, &groups(draft))).clone(),
    };
    // Notes are words, and without them empty boxes.
    scene.notes.clear();
    let boxes = scene.nodes.iter().map(|node| node.rect).chain(scene.zones.iter().map(|zone| zone.rect));
    let lines = scene.flows.iter().flat_map(|flow| flow.points.iter().map(|p| Rect::around(*p, *p)));
    scene.bounds = boxes.chain(lines).reduce(Rect::union).unwrap_or_default();
    let heavy = new_interfaces(draft).into_iter().map(ItemId::from).collect();
    scene.picture(&PaintOptions { heavy, without_words: true, ..PaintOptions::default() })
}

fn new_interfaces(draft: &Draft<'_>) -> BTreeSet<InterfaceId> {
    let added = |baseline: &Baseline| {
        baseline
            .comparison
            .interfaces
            .iter()
            .filter(|change| change.kind == ChangeKind::Added)
            .filter_map(|change| match change.item {
                ItemId::Interface(id) => Some(id),
                _ => None,
            })
            .collect()
    };
    draft.baseline.as_ref().map(added).unwrap_or_default()
}

/// The diagram of the whole system.
pub(super) fn plates(draft: &mut Draft<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(views) = drawn_views(draft) {
        let several = views.len() > 1;
        for view in views {
            let what =
                if several { format!(" in the view “{}”", view.name.trim()) } else { String::new() };
            let number = draft.figure();
            let scene = drawn(draft, &view);
            blocks.push(plate(draft, &scene, number, &what, ""));
        }
        return blocks;
    }
    let groups = groups(draft);
    let number = draft.figure();
    blocks.push(overview(draft, &groups, number));
    for group in &groups {
        let number = draft.figure();
        let away = leaving(draft, group);
        let tail = match away {
            0 => String::new(),
            1 => " One interface leads to another part.".to_owned(),
            n => format!(" {} interfaces lead to other parts.", words::capital(&words::count(n))),
        };
        let scene = DiagramScene::build(draft.project, &group.view, &options(draft, true));
        blocks.push(plate(draft, &scene, number, &group.told(), &tail));
    }
    blocks
}

/// The views as people have drawn them, if they show everything and each fits a page.
fn drawn_views(draft: &Draft<'_>) -> Option<Vec<View>> {
    let project = draft.project;
    let shown = |view: &View| -> BTreeSet<ComponentId> {
        let all = project.diagram.components().map(|component| component.id);
        all.filter(|id| !view.only_placed || view.places.contains_key(&(*id).into())).collect()
    };
    let mut seen = BTreeSet::new();
    let mut views = Vec::new();
    for view in project.views.iter().take(MOST_VIEWS) {
        let here = shown(view);
        if here.len() > MOST_ON_A_PLATE {
            return None;
        }
        // A view that adds nothing is another angle on the same things; the first of them is enough.
        if here.iter().any(|id| !seen.contains(id)) {
            seen.extend(here);
            views.push(view.clone());
        }
    }
    let all = project.diagram.component_count();
    if views.is_empty() && all <= MOST_ON_A_PLATE {
        views.push(View::default());
        return Some(views);
    }
    if seen.len() == all {
        return Some(views);
    }
    let whole = views.into_iter().next().map(|view| View { only_placed: false, ..view });
    whole.filter(|_| all <= MOST_ON_A_PLATE).map(|view| vec![view])
}

/// Components that are drawn together: a zone, several small zones, or what stands in none.
struct Group {
    name: String,
    /// Which part of a zone that no page can hold: 2 of 3.
    part: Option<(usize, usize)>,
    components: Vec<ComponentId>,
    view: View,
}

impl Group {
    fn told(&self) -> String {
        match self.part {
            Some((part, of)) => format!(" of {}, part {part} of {of}", self.name),
            None => format!(" of {}", self.name),
        }
    }
}

fn groups(draft: &Draft<'_>) -> Vec<Group> {
    let diagram = &draft.project.diagram;
    let mut found: Vec<(Vec<String>, Vec<ComponentId>)> = Vec::new();
    let tops: Vec<ZoneId> =
        diagram.zones.iter().filter(|zone| zone.parent.is_none()).map(|zone| zone.id).collect();
    gather(draft.project, &tops, &mut found);
    let outside = diagram.components().filter(|component| diagram.zone_chain(component.zone).is_empty());
    let outside: Vec<ComponentId> = outside.map(|component| component.id).collect();
    if !outside.is_empty() {
        found.push((vec!["what stands in no zone".to_owned()], outside));
    }
    let mut groups = Vec::new();
    for (names, components) in found {
        let parts = parts(draft, components);
        let of = parts.len();
        for (number, (components, view)) in (1..).zip(parts) {
            let part = (of > 1).then_some((number, of));
            groups.push(Group { name: words::list(&names), part, components, view });
        }
    }
    groups
}

/// Components in as many parts as it takes for each to be read on its page.
fn parts(draft: &Draft<'_>, components: Vec<ComponentId>) -> Vec<(Vec<ComponentId>, View)> {
    if components.len() > MOST_READABLE {
        return halves(draft, &components);
    }
    let view = laid_out(draft, &components);
    let boxes = components.iter().filter_map(|id| Some(node_rect(draft, &view, *id)?.grown(APART)));
    let covered = boxes.reduce(Rect::union).unwrap_or_default();
    if scale_of(covered) >= SMALLEST || components.len() < 2 * FEWEST {
        return vec![(components, view)];
    }
    halves(draft, &components)
}

fn halves(draft: &Draft<'_>, components: &[ComponentId]) -> Vec<(Vec<ComponentId>, View)> {
    let (first, second) = components.split_at(components.len() / 2);
    let mut halves = parts(draft, first.to_vec());
    halves.extend(parts(draft, second.to_vec()));
    halves
}

/// Millimetres of paper for a unit of a drawing.
fn scale_of(bounds: Rect) -> f32 {
    (ROOM.0 / bounds.w.max(1.0)).min(ROOM.1 / bounds.h.max(1.0))
}

/// Where a component's box stands in a view; none when nobody has placed it.
fn node_rect(draft: &Draft<'_>, view: &View, id: ComponentId) -> Option<Rect> {
    let place = view.places.get(&id.into())?;
    let (w, h) = natural_size(draft.project.diagram.component(id)?);
    let own = |set: f32, natural: f32| if set > 0.0 { set } else { natural };
    Some(Rect::new(place.x, place.y, own(place.w, w), own(place.h, h)))
}

/// A view as it was drawn; one too large to be read in print is drawn closer, and its flows carry less.
fn drawn(draft: &Draft<'_>, view: &View) -> DiagramScene {
    let scene = DiagramScene::build(draft.project, view, &options(draft, false));
    let wanted = scale_of(scene.bounds) / SMALLEST;
    if wanted >= 1.0 {
        return scene;
    }
    DiagramScene::build(draft.project, &closer(draft, view, wanted), &options(draft, true))
}

/// The view with everything moved together by a factor, or by so much of it as leaves room between the boxes. Boxes keep
/// their size, interfaces lose their bends.
fn closer(draft: &Draft<'_>, view: &View, factor: f32) -> View {
    let boxes: BTreeMap<ItemId, Rect> = draft
        .project
        .diagram
        .components()
        .filter_map(|component| Some((component.id.into(), node_rect(draft, view, component.id)?)))
        .collect();
    let moved = |rect: &Rect, by: f32| {
        let center = rect.center();
        Rect::new(center.x * by - rect.w / 2.0, center.y * by - rect.h / 2.0, rect.w, rect.h)
    };
    let crowded = |by: f32| {
        let moved: Vec<Rect> = boxes.values().map(|rect| moved(rect, by).grown(APART / 2.0)).collect();
        let pairs = moved
            .iter()
            .enumerate()
            .map(|(index, one)| moved.iter().skip(index + 1).filter(|other| one.overlaps(**other)).count());
        pairs.sum::<usize>()
    };
    let usual = crowded(1.0);
    let steps = (0..10).map(|step| factor.max(0.5) + (1.0 - factor.max(0.5)) * step as f32 / 10.0);
    let by = steps.into_iter().find(|by| crowded(*by) <= usual).unwrap_or(1.0);
    let places = view
        .places
        .iter()
        .map(|(item, place)| {
            let place = match (item, boxes.get(item)) {
                (_, Some(rect)) => {
                    let rect = moved(rect, by);
                    Place { x: rect.x, y: rect.y, ..place.clone() }
                }
                (ItemId::Interface(_), _) => Place::default(),
                (ItemId::Note(_), _) => Place { x: place.x * by, y: place.y * by, ..place.clone() },
                _ => Place {
                    x: place.x * by,
                    y: place.y * by,
                    w: place.w * by,
                    h: place.h * by,
                    points: place.points.iter().map(|(x, y)| (x * by, y * by)).collect(),
                    ..place.clone()
                },
            };
            (*item, place)
        })
        .collect();
    View { places, ..view.clone() }
}

/// What printed diagrams show.
fn options(draft: &Draft<'_>, terse: bool) -> SceneOptions {
    let risk: BTreeMap<Target, (Band, usize)> = draft
        .register
        .by_target
        .iter()
        .filter_map(|(target, risk)| Some((*target, (risk.band?, risk.threats.len()))))
        .collect();
    SceneOptions { risk: Some(risk), assets: true, paper: true, terse, ..SceneOptions::default() }
}

/// Sibling zones one after another: small ones together, those too large for a page by the zones in them.
fn gather(project: &Project, zones: &[ZoneId], found: &mut Vec<(Vec<String>, Vec<ComponentId>)>) {
    let diagram = &project.diagram;
    let mut names = Vec::new();
    let mut held: Vec<ComponentId> = Vec::new();
    for zone in zones {
        let name = format!("{zone} {}", project.name_of((*zone).into()));
        let inside: Vec<ComponentId> = diagram
            .components()
            .filter(|component| diagram.zone_chain(component.zone).contains(zone))
            .map(|component| component.id)
            .collect();
        let children: Vec<ZoneId> =
            diagram.zones.iter().filter(|child| child.parent == Some(*zone)).map(|child| child.id).collect();
        if inside.len() > MOST_ON_A_PLATE && !children.is_empty() {
            let direct: Vec<ComponentId> = inside
                .into_iter()
                .filter(|id| diagram.component(*id).is_some_and(|component| component.zone == Some(*zone)))
                .collect();
            if !direct.is_empty() {
                found.push((vec![format!("{name} itself")], direct));
            }
            gather(project, &children, found);
            continue;
        }
        if !held.is_empty() && held.len() + inside.len() > MOST_ON_A_PLATE {
            found.push((std::mem::take(&mut names), std::mem::take(&mut held)));
        }
        if !inside.is_empty() {
            names.push(name);
            held.extend(inside);
        }
    }
    if !held.is_empty() {
        found.push((names, held));
    }
}

/// Interfaces with one end in a group and the other elsewhere.
fn leaving(draft: &Draft<'_>, group: &Group) -> usize {
    let inside = |end: Option<ComponentId>| end.map(|id| group.components.contains(&id));
    let leaves = |interface: &&Interface| {
        matches!(
            (inside(interface.from), inside(interface.to)),
            (Some(true), Some(false)) | (Some(false), Some(true))
        )
    };
    draft.project.diagram.interfaces().filter(leaves).count()
}

/// Groups that are parts of one thing, with the places of the first and the last among all groups.
fn families(groups: &[Group]) -> Vec<(&[Group], usize, usize)> {
    let mut from = 0;
    groups
        .chunk_by(|one, other| one.name == other.name)
        .map(|family| {
            let first = from;
            from += family.len();
            (family, first, from - 1)
        })
        .collect()
}

/// What is drawn together as boxes, with one line for all interfaces between two of them.
fn overview_scene(draft: &Draft<'_>, groups: &[Group]) -> DiagramScene {
    let families = families(groups);
    let diagram = &draft.project.diagram;
    let box_of = |index: usize| ComponentId(index as u32 + 1);
    let mut drawn = Project::default();
    let mut home: BTreeMap<ComponentId, usize> = BTreeMap::new();
    let mut risk: BTreeMap<Target, (Band, usize)> = BTreeMap::new();
    for (index, (family, ..)) in families.iter().enumerate() {
        let members: Vec<ComponentId> = family.iter().flat_map(|group| group.components.clone()).collect();
        drawn.diagram.put_component(Component {
            id: box_of(index),
            name: family.first().map(|group| group.name.clone()).unwrap_or_default(),
            kind: ComponentKind::Process,
            ..Component::default()
        });
        home.extend(members.iter().map(|id| (*id, index)));
        let at = |id: &ComponentId| draft.register.by_target.get(&Target::Component(*id));
        let threats: BTreeSet<ThreatId> =
            members.iter().filter_map(at).flat_map(|risk| risk.threats.iter().copied()).collect();
        if let Some(worst) = members.iter().filter_map(at).filter_map(|risk| risk.band).max() {
            risk.insert(Target::Component(box_of(index)), (worst, threats.len()));
        }
    }
    let mut bundles: BTreeMap<(usize, usize), Vec<&Interface>> = BTreeMap::new();
    for interface in diagram.interfaces() {
        let end = |end: Option<ComponentId>| end.and_then(|id| home.get(&id).copied());
        if let (Some(from), Some(to)) = (end(interface.from), end(interface.to))
            && from != to
        {
            bundles.entry((from.min(to), from.max(to))).or_default().push(interface);
        }
    }
    for ((low, high), bundle) in &bundles {
        let starts = |index: usize| {
            bundle.iter().any(|one| {
                let from = one.from.and_then(|id| home.get(&id).copied());
                one.both_ways || from == Some(index)
            })
        };
        let (from, to) = if starts(*low) { (*low, *high) } else { (*high, *low) };
        // One in clear text is what matters; else one that nobody has described.
        let weakest = bundle.iter().find(|one| one.is_encrypted() == Some(false));
        let weakest = weakest.or_else(|| bundle.iter().find(|one| one.is_encrypted().is_none()));
        let bundled = Interface {
            id: InterfaceId(drawn.diagram.interface_count() as u32 + 1),
            from: Some(box_of(from)),
            to: Some(box_of(to)),
            both_ways: starts(*low) && starts(*high),
            name: words::figures(bundle.len(), "interface"),
            encryption: weakest.or(bundle.first()).and_then(|one| one.encryption),
            ..Interface::default()
        };
        // Both ends were put there above.
        let _ = drawn.diagram.put_interface(bundled);
    }
    let view = arranged(&drawn, View::default(), false);
    let options = SceneOptions { risk: Some(risk), paper: true, ..SceneOptions::default() };
    let mut scene = DiagramScene::build(&drawn, &view, &options);
    for flow in &mut scene.flows {
        flow.label.id.clear();
    }
    scene
}

fn overview(draft: &Draft<'_>, groups: &[Group], number: u32) -> Block {
    let mut scene = draft.overview.get_or_init(|| overview_scene(draft, groups)).clone();
    let families = families(groups);
    for (node, (family, first, last)) in scene.nodes.iter_mut().zip(&families) {
        let count = family.iter().map(|group| group.components.len()).sum();
        let figure = |index: usize| number as usize + 1 + index;
        let place = if first == last {
            format!("figure {}", figure(*first))
        } else {
            format!("figures {} to {}", figure(*first), figure(*last))
        };
        node.caption = format!("{} · {place}", words::figures(count, "component"));
    }
    let caption = format!(
        "The whole system, {} in {}, each drawn in figures of its own. A line stands for all interfaces between two parts; its sign is that of the weakest.",
        words::figures(draft.project.diagram.component_count(), "component"),
        words::counted(families.len(), "part"),
    );
    let told: Vec<String> = groups
        .iter()
        .take(7)
        .map(|group| format!("{} {}", group.name, words::figures(group.components.len(), "component")))
        .collect();
    let figure = Figure {
        number,
        caption: caption.into(),
        alternative: format!("Overview of the system. {}.", told.join("; ")),
        picture: scene.picture(&PaintOptions::default()),
        place: FigurePlace::Wide,
        ..Figure::default()
    };
    Block::Plate(Box::new(Plate { figure, legend: Picture::default() }))
}

fn laid_out(draft: &Draft<'_>, components: &[ComponentId]) -> View {
    let diagram = &draft.project.diagram;
    let mut places: BTreeMap<ItemId, Place> = BTreeMap::new();
    for id in components {
        places.insert((*id).into(), Place::default());
        let zone = diagram.component(*id).and_then(|component| component.zone);
        for zone in diagram.zone_chain(zone) {
            places.insert(zone.into(), Place::default());
        }
    }
    for interface in diagram.interfaces() {
        let inside = |end: Option<ComponentId>| end.is_some_and(|id| components.contains(&id));
        if inside(interface.from) && inside(interface.to) {
            places.insert(interface.id.into(), Place::default());
        }
    }
    arranged(draft.project, View { only_placed: true, places, ..View::default() }, true)
}

fn arranged(project: &Project, view: View, terse: bool) -> View {
    let aspect = ROOM.0 / ROOM.1;
    let options = LayoutOptions { aspect, terse, ..LayoutOptions::default() };
    let found = layout(project, &view, &options, &Quiet).unwrap_or_default();
    let mut places = view.places.clone();
    places.extend(found);
    View { places, ..view }
}

fn plate(draft: &Draft<'_>, scene: &DiagramScene, number: u32, what: &str, tail: &str) -> Block {
    let shown: BTreeSet<InterfaceId> = scene.flows.iter().map(|flow| flow.id).collect();
    let fresh: BTreeSet<InterfaceId> = new_interfaces(draft).intersection(&shown).copied().collect();
    let heavy = fresh.iter().copied().map(ItemId::from).collect();
    let picture = scene.picture(&PaintOptions { heavy, ..PaintOptions::default() });
    let mut caption = Text::new().plain(format!("Components, interfaces and trust zones{what}."));
    if !fresh.is_empty() {
        let ids = fresh.iter().take(5).copied();
        caption = caption.plain(" Heavy lines are new: ").ids(ids, ", ").plain(".");
    }
    if scene.nodes.iter().any(|node| node.badge.is_some()) {
        caption = caption.plain(BADGES);
    }
    let figure = Figure {
        number,
        caption: caption.plain(tail),
        alternative: scene.description.clone(),
        picture,
        place: FigurePlace::Wide,
        ..Figure::default()
    };
    Block::Plate(Box::new(Plate { figure, legend: figures::legend(scene, !fresh.is_empty(), WIDE_WIDTH) }))
}
