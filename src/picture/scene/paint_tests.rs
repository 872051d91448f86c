//! What the painting of a scene keeps whatever is selected, collapsed or far away.

use crate::analysis::risk;
use crate::model::{
    Band, Component, ComponentId, InterfaceId, ItemId, Place, Project, Target, Threat, ThreatId, View, Zone,
    ZoneId,
};
use crate::picture::{Paint, Role, Shape, Stroke};

use super::tests::{options, sample};
use super::*;

fn laid_out(project: &Project) -> View {
    let mut view = project.views.iter().next().unwrap().clone();
    view.places = crate::picture::layout::places(project, &view);
    view
}

/// The fills and outlines of an item's shapes.
fn inks(scene: &DiagramScene, options: &PaintOptions, item: ItemId) -> (Vec<Paint>, Vec<Stroke>) {
    let (mut fills, mut strokes) = (Vec::new(), Vec::new());
    for mark in scene.picture(options).marks.into_iter().filter(|mark| mark.item == Some(item)) {
        if let Shape::Rect { fill, stroke, .. } | Shape::Path { fill, stroke, .. } = mark.shape {
            fills.extend(fill);
            strokes.extend(stroke);
        }
    }
    (fills, strokes)
}

#[test]
fn what_the_diagram_is_coloured_by_stays_under_the_pointer_and_when_chosen() {
    let project = sample();
    let view = laid_out(&project);
    let shown = SceneOptions { overlay: Overlay::Risk, ..options(false) };
    let scene = DiagramScene::build(&project, &view, &shown);
    let node = ItemId::from(ComponentId(3));
    let flow = ItemId::from(InterfaceId(5));
    let path = vec![
        PathStep { via: None, to: ComponentId(2) },
        PathStep { via: Some(InterfaceId(5)), to: ComponentId(5) },
        PathStep { via: None, to: ComponentId(3) },
    ];
    let selected = |item| PaintOptions { selected: [item].into(), ..PaintOptions::default() };
    let hovered = |item| PaintOptions { hovered: Some(item), ..PaintOptions::default() };
    let lit = |item| PaintOptions { lit: [item].into(), ..PaintOptions::default() };
    // The item, its tint, how it is marked, the colour of its outline then.
    let check = |item, tint: Role, options: &PaintOptions, outline: Role| {
        let (fills, strokes) = inks(&scene, options, item);
        assert!(fills.iter().any(|fill| fill.role == tint), "{item} keeps its tint: {fills:?}");
        assert!(
            strokes.iter().any(|stroke| stroke.paint.role == outline),
            "{item}: {outline:?} in {strokes:?}"
        );
    };
    let (critical, mark) = (Role::SeveritySoft(Band::Critical), Role::SeverityMark(Band::Critical));
    let (high, high_mark) = (Role::SeveritySoft(Band::High), Role::SeverityMark(Band::High));
    let on_path = PaintOptions { path, ..PaintOptions::default() };
    check(node, critical, &PaintOptions::default(), mark);
    check(node, critical, &hovered(node), mark);
    check(node, critical, &selected(node), Role::Accent);
    check(node, critical, &lit(node), high_mark);
    check(node, critical, &on_path, mark);
    check(flow, high, &hovered(flow), high_mark);
    check(flow, high, &selected(flow), Role::Accent);
    check(flow, high, &on_path, high_mark);
    let wide = |options: &PaintOptions| {
        inks(&scene, options, node).1.iter().map(|stroke| stroke.width).fold(0.0, f32::max)
    };
    assert!(
        wide(&hovered(node)) > wide(&PaintOptions { hovered: Some(flow), ..PaintOptions::default() }) - 4.0
    );
}

#[test]
fn seen_from_far_away_the_badge_of_a_flow_stands_on_its_line() {
    let project = sample();
    let mut view = laid_out(&project);
    let pulled = ItemId::from(InterfaceId(5));
    view.places.entry(pulled).or_default().label = Some((40.0, -150.0));
    let scene = DiagramScene::build(&project, &view, &options(false));
    let badges = scene.picture(&PaintOptions::default()).marks.into_iter().filter_map(|mark| {
        let Some(ItemId::Interface(id)) = mark.item else { return None };
        match mark.shape {
            Shape::Rect { rect, .. } if rect.h == 36.0 => Some((id, rect.center())),
            _ => None,
        }
    });
    let badges: Vec<(InterfaceId, Point)> = badges.collect();
    assert!(badges.iter().any(|(id, _)| *id == InterfaceId(5)), "{badges:?}");
    for (id, at) in badges {
        let off = super::hit::distance_to_line(at, &scene.flow(id).unwrap().line());
        assert!(off < 0.5, "the badge of {id} stands {off} beside its line");
    }
}

#[test]
fn the_number_of_a_step_stands_clear_of_handles_and_badges() {
    let project = sample();
    let scene = DiagramScene::build(&project, &laid_out(&project), &options(false));
    for node in &scene.nodes {
        let path = vec![PathStep { via: None, to: node.id }];
        let picture = scene.picture(&PaintOptions { path, ..PaintOptions::default() });
        let disc = picture.marks.iter().find_map(|mark| match mark.shape {
            Shape::Circle { center, radius, .. } if radius == 10.0 && mark.item == Some(node.id.into()) => {
                Some(Rect::around(center, center).grown(radius))
            }
            _ => None,
        });
        let disc = disc.unwrap();
        let corners = [(node.rect.x, node.rect.y), (node.rect.right(), node.rect.y)];
        let corners = corners.map(|(x, y)| Point::new(x, y));
        for at in scene.handles(node.id.into()).into_iter().map(|(_, at)| at).chain(corners) {
            assert!(!disc.overlaps(Rect::around(at, at).grown(5.0)), "{}: {at:?} in {disc:?}", node.id);
        }
        assert!(node.badge.is_none_or(|badge| !badge.rect.overlaps(disc)), "{}", node.id);
    }
}

#[test]
fn a_collapsed_zone_says_its_whole_name_and_the_worst_of_what_it_hides() {
    // The zone's name, the targets of each threat with its impact, what the badge says.
    let check = |name: &str, threats: &[(&[Target], f64)], expected: Option<(Band, usize)>| {
        let mut project = sample();
        let mut zone = project.diagram.zones.get(ZoneId(3)).unwrap().clone();
        name.clone_into(&mut zone.name);
        project.diagram.zones.insert(zone);
        for (index, (targets, impact)) in threats.iter().enumerate() {
            project.threats.insert(Threat {
                id: ThreatId(index as u32 + 1),
                targets: targets.to_vec(),
                likelihood: Some(4.0),
                impact: Some(*impact),
                ..Threat::default()
            });
        }
        let mut view = laid_out(&project);
        view.places.get_mut(&ItemId::from(ZoneId(3))).unwrap().collapsed = true;
        let risk = Some(risk_badges(&risk::register(&project)));
        for paper in [false, true] {
            let scene =
                DiagramScene::build(&project, &view, &SceneOptions { risk: risk.clone(), ..options(paper) });
            let zone = scene.zone(ZoneId(3)).unwrap();
            assert_eq!(zone.badge.map(|badge| (badge.band, badge.count)), expected, "{name}: {threats:?}");
            let picture = scene.picture(&PaintOptions::default());
            let whole = picture.words().iter().any(|words| words.ends_with(name));
            assert!(whole, "“{name}” on paper {paper}: {:?}", picture.words());
            let read =
                picture.marks.iter().find(|mark| mark.words().is_some_and(|words| words.ends_with(name)));
            assert!(zone.rect.contains_rect(read.unwrap().bounds), "{name}");
        }
    };
    let (component, interface, zone) = (
        |id| Target::Component(ComponentId(id)),
        |id| Target::Interface(InterfaceId(id)),
        |id| Target::Zone(ZoneId(id)),
    );
    check("Agent runtime", &[], None);
    check(
        "Runtime of agents in production",
        &[(&[component(2), component(3)], 5.0)],
        Some((Band::Critical, 1)),
    );
    check("R", &[(&[interface(2)], 1.0), (&[zone(3)], 3.0)], Some((Band::High, 2)));
    // What leaves the zone is drawn, and speaks for itself.
    check("Agent runtime", &[(&[interface(5), component(4)], 5.0)], None);
}

#[test]
fn names_of_zones_are_never_printed_over_each_other() {
    let mut project = Project::new("Nested");
    let mut view = View::default();
    // Frames that begin almost in one corner, as imports and people make them.
    for id in 1..=4 {
        let parent = (id > 1).then(|| ZoneId(id - 1));
        let name = format!("Partner zone {id}");
        project.diagram.zones.insert(Zone { id: ZoneId(id), name, parent, ..Zone::default() });
        let by = 12.0 * (id - 1) as f32;
        let place = Place { x: by, y: by, w: 900.0 - 2.0 * by, h: 700.0 - 2.0 * by, ..Place::default() };
        view.places.insert(ZoneId(id).into(), place);
    }
    let zone = Some(ZoneId(4));
    project.diagram.put_component(Component { id: ComponentId(1), zone, ..Component::default() });
    view.places.insert(ComponentId(1).into(), Place { x: 300.0, y: 300.0, ..Place::default() });
    let scene = DiagramScene::build(&project, &view, &SceneOptions::default());
    for scale in [0.04, 0.1, 0.15, 0.3, 0.5] {
        let picture = scene.picture_in(&PaintOptions::default(), scene.bounds, scale);
        let names: Vec<Rect> = picture
            .marks
            .iter()
            .filter(|mark| mark.words().is_some_and(|words| words.starts_with("Partner")))
            .map(|mark| mark.bounds.grown(-1.0))
            .collect();
        for (index, name) in names.iter().enumerate() {
            for other in names.iter().skip(index + 1) {
                assert!(!name.overlaps(*other), "at {scale}: {name:?} over {other:?}");
            }
        }
        assert!(scale < 0.2 || !names.is_empty(), "at {scale} the outermost is read");
    }
}
