use std::collections::BTreeMap;

use crate::model::{
    Asset, AssetId, Band, BoundaryLine, Component, ComponentId, ComponentKind, Encryption, Interface,
    InterfaceId, ItemId, LineId, Note, NoteId, Place, Project, Sensitivity, Target, View, Zone, ZoneId,
};
use crate::picture::{Palette, Role, svg};

use super::*;

/// A small system with everything that a drawing can hold.
pub(crate) fn sample() -> Project {
    let mut project = Project::new("Sample platform");
    let zones = [
        ("Internet", 0, None),
        ("Company cloud", 2, None),
        ("Agent runtime", 3, Some(2)),
        ("Data", 4, Some(2)),
        ("Third parties", 1, None),
    ];
    for (index, (name, trust, parent)) in zones.into_iter().enumerate() {
        let id = ZoneId(index as u32 + 1);
        let parent = parent.map(ZoneId);
        project.diagram.zones.insert(Zone { id, name: name.to_owned(), trust, parent, ..Zone::default() });
    }
    for (index, name) in ["customer_data", "agent_model", "api_credentials"].into_iter().enumerate() {
        project.assets.insert(Asset {
            id: AssetId(index as u32 + 1),
            name: name.to_owned(),
            ..Asset::default()
        });
    }
    if let Some(asset) = project.assets.get_mut(AssetId(1)) {
        asset.stored_in.push(ComponentId(4));
    }
    let components = [
        ("user", ComponentKind::Human, 1),
        ("assistant_agent", ComponentKind::Agent, 3),
        ("processor_agent", ComponentKind::Agent, 3),
        ("database", ComponentKind::Store, 4),
        ("external_api", ComponentKind::External, 5),
        ("Language model for long answers", ComponentKind::Model, 5),
        ("search_tool", ComponentKind::Tool, 3),
        ("audit", ComponentKind::Process, 4),
    ];
    for (index, (name, kind, zone)) in components.into_iter().enumerate() {
        let id = ComponentId(index as u32 + 1);
        let out_of_scope = name == "audit";
        let zone = Some(ZoneId(zone));
        project.diagram.put_component(Component {
            id,
            name: name.to_owned(),
            kind,
            zone,
            out_of_scope,
            ..Component::default()
        });
    }
    let tls = Some(Encryption::Tls13);
    let clear = Some(Encryption::None);
    let interfaces: [Flow; 8] = [
        (1, 2, true, "HTTPS", None, tls, &[1]),
        (2, 3, false, "gRPC", None, None, &[]),
        (2, 4, false, "PostgreSQL", Some(5432), tls, &[1]),
        (3, 4, false, "PostgreSQL", Some(5432), tls, &[1]),
        (2, 5, false, "HTTPS", Some(443), tls, &[3, 1]),
        (2, 6, true, "HTTPS", Some(443), tls, &[1]),
        (3, 7, false, "MCP", None, clear, &[]),
        (3, 8, false, "syslog", Some(514), clear, &[]),
    ];
    for (index, (from, to, both_ways, protocol, port, encryption, assets)) in
        interfaces.into_iter().enumerate()
    {
        let interface = Interface {
            id: InterfaceId(index as u32 + 1),
            from: Some(ComponentId(from)),
            to: Some(ComponentId(to)),
            both_ways,
            protocol: protocol.to_owned(),
            port,
            encryption,
            assets: assets.iter().map(|asset| AssetId(*asset)).collect(),
            ..Interface::default()
        };
        project.diagram.put_interface(interface).unwrap();
    }
    project.notes.insert(Note {
        id: NoteId(1),
        text: "Ask the vendor where the model runs.".to_owned(),
        ..Note::default()
    });
    project.reserve_all();
    project
}

fn risk() -> BTreeMap<Target, (Band, usize)> {
    let component = |id| Target::Component(ComponentId(id));
    let interface = |id| Target::Interface(InterfaceId(id));
    [
        (component(2), (Band::High, 3)),
        (component(3), (Band::Critical, 12)),
        (component(4), (Band::Medium, 2)),
        (component(7), (Band::Low, 1)),
        (interface(5), (Band::High, 2)),
        (interface(2), (Band::VeryLow, 1)),
        (Target::Zone(ZoneId(4)), (Band::Medium, 1)),
    ]
    .into()
}

pub(crate) fn options(paper: bool) -> SceneOptions {
    SceneOptions { risk: Some(risk()), assets: true, paper, ..SceneOptions::default() }
}

fn view(project: &Project) -> View {
    project.views.iter().next().unwrap().clone()
}

/// What must be true of every scene.
pub(crate) fn check_scene(project: &Project, scene: &DiagramScene) {
    for node in &scene.nodes {
        for zone in ZoneTree::of(&project.diagram).chain(node.zone) {
            let zone = scene.zone(zone).unwrap();
            assert!(zone.rect.contains_rect(node.rect), "{} is inside {}", node.id, zone.id);
        }
        assert!(scene.bounds.contains_rect(node.rect));
    }
    for (index, flow) in scene.flows.iter().enumerate() {
        for node in &scene.nodes {
            assert!(!flow.label.rect.overlaps(node.rect), "the label of {} covers {}", flow.id, node.id);
            let own = flow.from == Some(node.id) || flow.to == Some(node.id);
            let through = flow
                .points
                .windows(2)
                .any(|pair| Rect::around(pair[0], pair[1]).grown(0.1).overlaps(node.rect.grown(-0.5)));
            assert!(own || !through, "{} runs through {}", flow.id, node.id);
        }
        for other in scene.flows.iter().skip(index + 1) {
            assert!(
                !flow.label.rect.overlaps(other.label.rect),
                "labels of {} and {} overlap",
                flow.id,
                other.id
            );
        }
    }
}

/// With `THREAT_STUDIO_PICTURES=folder` the pictures of the tests are kept there, to be looked at.
pub(crate) fn keep(name: &str, picture: &crate::picture::Picture, palette: &Palette, scale: f32) {
    let text = svg::write(
        picture,
        palette,
        &svg::SvgOptions {
            title: name,
            ground: Some(Role::Canvas),
            margin: 20.0,
            scale: Some(scale),
            ..Default::default()
        },
    );
    resvg::usvg::Tree::from_str(&text, &resvg::usvg::Options::default()).unwrap();
    if let Some(folder) = std::env::var_os("THREAT_STUDIO_PICTURES") {
        let png = crate::picture::png::render(&text, scale.clamp(0.3, 1.5)).unwrap();
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.png")), png).unwrap();
    }
}

#[test]
fn the_sample_is_in_order() {
    let project = sample();
    let scene = DiagramScene::build(&project, &view(&project), &options(false));
    assert_eq!((scene.nodes.len(), scene.flows.len(), scene.zones.len(), scene.notes.len()), (8, 8, 5, 1));
    check_scene(&project, &scene);
    assert_eq!(scene, DiagramScene::build(&project, &view(&project), &options(false)));
    let selected = PaintOptions {
        selected: [ItemId::from(InterfaceId(3))].into(),
        hovered: Some(ComponentId(7).into()),
        ..PaintOptions::default()
    };
    keep("diagram-dark", &scene.picture(&selected), Palette::dark(), 1.0);
    keep("diagram-light", &scene.picture(&PaintOptions::default()), Palette::light(), 1.0);
    let path = PaintOptions {
        path: vec![
            PathStep { via: None, to: ComponentId(1) },
            PathStep { via: Some(InterfaceId(1)), to: ComponentId(2) },
            PathStep { via: Some(InterfaceId(3)), to: ComponentId(4) },
        ],
        ..PaintOptions::default()
    };
    keep("diagram-path", &scene.picture(&path), Palette::dark(), 1.0);
    for scale in [0.45, 0.25, 0.1] {
        keep(
            &format!("diagram-at-{scale}"),
            &scene.picture(&PaintOptions::default()),
            Palette::dark(),
            scale,
        );
    }
    let paper = DiagramScene::build(&project, &view(&project), &options(true));
    check_scene(&project, &paper);
    keep("diagram-print", &paper.picture(&PaintOptions::default()), Palette::print(), 1.0);
}

#[test]
fn the_example_is_in_order_in_every_theme_and_at_every_distance() {
    let project = crate::catalog::example();
    let badges = crate::picture::scene::risk_badges(&crate::analysis::risk::register(&project));
    let view = view(&project);
    let scene = |paper| {
        let options = SceneOptions { risk: Some(badges.clone()), assets: true, paper, ..Default::default() };
        let scene = DiagramScene::build(&project, &view, &options);
        check_scene(&project, &scene);
        scene.picture(&PaintOptions::default())
    };
    keep("example-dark", &scene(false), Palette::dark(), 1.0);
    keep("example-light", &scene(false), Palette::light(), 1.0);
    keep("example-print", &scene(true), Palette::print(), 1.0);
    for scale in [0.45, 0.25, 0.15] {
        keep(&format!("example-at-{scale}"), &scene(false), Palette::light(), scale);
    }
}

#[test]
fn zones_are_named_where_their_components_are_not_any_more() {
    let project = crate::catalog::example();
    let scene = DiagramScene::build(&project, &view(&project), &SceneOptions::default());
    let written = |scale| {
        let options = svg::SvgOptions { scale: Some(scale), ..Default::default() };
        svg::write(&scene.picture(&PaintOptions::default()), Palette::light(), &options)
    };
    for (scale, components) in [(0.15, false), (1.0, true)] {
        let text = written(scale);
        // A long name is cut, its beginning stands.
        for zone in project.diagram.zones.iter() {
            let start: String = zone.name.chars().take(4).collect();
            assert!(text.contains(&format!(">{start}")), "{} at {scale}", zone.name);
        }
        for component in project.diagram.components() {
            assert_eq!(text.contains(&format!(">{}<", component.name)), components, "{}", component.name);
        }
    }
}

#[test]
fn points_meet_what_is_drawn_there() {
    let project = sample();
    let scene = DiagramScene::build(&project, &view(&project), &options(false));
    let node = scene.node(ComponentId(1)).unwrap();
    let hit = |point| scene.hit(point, 6.0).map(|hit| (hit.item, hit.part));
    assert_eq!(hit(node.rect.center()), Some((ComponentId(1).into(), Part::Node)));
    let zone = scene.zone(ZoneId(2)).unwrap();
    assert_eq!(hit(zone.head.center()), Some((ZoneId(2).into(), Part::ZoneHead)));
    assert_eq!(
        hit(Point::new(zone.rect.x + 2.0, zone.rect.bottom() - 14.0)),
        Some((ZoneId(2).into(), Part::ZoneEdge))
    );
    assert_eq!(
        hit(Point::new(zone.rect.x + 12.0, zone.rect.bottom() - 14.0)),
        None,
        "the inside of a zone is nothing"
    );
    let flow = scene.flow(InterfaceId(5)).unwrap();
    assert_eq!(hit(flow.label.pill.center()), Some((InterfaceId(5).into(), Part::FlowLabel)));
    let badge = flow.label.badge.unwrap().rect.center();
    assert_eq!(hit(badge), Some((InterfaceId(5).into(), Part::Badge)));
    let start = scene.flow(InterfaceId(1)).unwrap().points[0];
    assert_eq!(scene.hit_handle(start, 8.0, InterfaceId(1).into()), Some(Handle::From));
    assert_eq!(scene.zone_at(scene.node(ComponentId(4)).unwrap().rect.center()), Some(ZoneId(4)));
    assert_eq!(hit(Point::new(-5000.0, 0.0)), None);
}

#[test]
fn frames_take_what_they_hold_or_touch() {
    let project = sample();
    let scene = DiagramScene::build(&project, &view(&project), &options(false));
    let all = scene.items_in(scene.bounds.grown(5.0), Reach::Contain);
    assert_eq!(all.len(), 8 + 8 + 5 + 1);
    let node = scene.node(ComponentId(4)).unwrap().rect;
    let inside = Rect::new(node.x + 4.0, node.y + 4.0, 20.0, 20.0);
    assert_eq!(scene.items_in(inside, Reach::Contain), []);
    assert_eq!(
        scene.items_in(inside, Reach::Touch),
        [ItemId::from(ComponentId(4))],
        "the zones around are not touched"
    );
}

#[test]
fn a_collapsed_zone_hides_what_is_in_it() {
    let project = sample();
    let mut view = view(&project);
    view.places = crate::picture::layout::places(&project, &view);
    view.places.get_mut(&ItemId::from(ZoneId(2))).unwrap().collapsed = true;
    let scene = DiagramScene::build(&project, &view, &options(false));
    assert_eq!(scene.nodes.len(), 3, "user, external API and language model");
    assert_eq!(scene.flows.len(), 3);
    let zone = scene.zone(ZoneId(2)).unwrap();
    assert_eq!((zone.collapsed, zone.components), (true, 5));
    assert!(scene.zone(ZoneId(3)).is_none());
    keep("diagram-collapsed", &scene.picture(&PaintOptions::default()), Palette::light(), 1.0);
}

#[test]
fn flows_to_what_a_collapsed_zone_hides_are_one_line_for_each_pair() {
    let project = sample();
    let mut view = view(&project);
    view.places = crate::picture::layout::places(&project, &view);
    view.places.get_mut(&ItemId::from(ZoneId(4))).unwrap().collapsed = true;
    let scene = DiagramScene::build(&project, &view, &options(false));
    let bundles: Vec<(InterfaceId, Vec<u32>, &str)> = scene
        .flows
        .iter()
        .filter(|flow| !flow.bundle.is_empty())
        .map(|flow| (flow.id, flow.bundle.iter().map(|id| id.0).collect(), flow.label.text.as_str()))
        .collect();
    assert_eq!(bundles, [(InterfaceId(4), vec![4, 8], "2 interfaces")]);
    assert_eq!(scene.flow(InterfaceId(8)).unwrap().id, InterfaceId(4), "found by any of its members");
    assert_eq!(scene.flow(InterfaceId(4)).unwrap().secrecy, Secrecy::Clear, "the worst of its members");
    check_scene(&project, &scene);
    keep("diagram-bundles", &scene.picture(&PaintOptions::default()), Palette::light(), 1.0);
}

#[test]
fn crossings_are_marked_where_the_line_meets_the_border() {
    let mut project = sample();
    project.diagram.lines.insert(BoundaryLine {
        id: LineId(1),
        name: "Firewall".to_owned(),
        ..BoundaryLine::default()
    });
    let mut view = view(&project);
    view.places = crate::picture::layout::places(&project, &view);
    let plain = DiagramScene::build(&project, &view, &options(false));
    let course = &plain.flow(InterfaceId(1)).unwrap().points;
    let (a, b) = (course[0], course[1]);
    let (x, y) = (f32::midpoint(a.x, b.x), f32::midpoint(a.y, b.y));
    let points = vec![(x - 30.0, y - 30.0), (x + 30.0, y + 30.0)];
    view.places.insert(LineId(1).into(), Place { points, ..Place::default() });
    let scene = DiagramScene::build(&project, &view, &options(false));
    let marks = |id| {
        let flow = scene.flow(InterfaceId(id)).unwrap();
        for mark in &flow.crossings {
            let near = |rect: Rect| rect.grown(0.1).contains(mark.at) && !rect.grown(-0.1).contains(mark.at);
            assert!(mark.zone.is_none_or(|zone| near(scene.zone(zone).unwrap().rect)), "{mark:?}");
        }
        let zones: Vec<Option<u32>> =
            flow.crossings.iter().map(|mark| mark.zone.map(|zone| zone.0)).collect();
        (zones, flow.crossings.iter().all(|mark| mark.rises))
    };
    assert_eq!(marks(1), (vec![Some(1), Some(3), Some(2), None], true), "user to agent, and the line");
    assert_eq!(scene.lines_crossed(InterfaceId(1)), [LineId(1)]);
    assert_eq!(scene.crossing(LineId(1)), [InterfaceId(1)]);
    assert!(scene.lines_crossed(InterfaceId(2)).is_empty() && scene.crossing(LineId(2)).is_empty());
    assert!(scene.description.contains("1 crosses Firewall"), "{}", scene.description);
    let flow = scene.flow(InterfaceId(1)).unwrap();
    let gate = flow.crossings.iter().find(|mark| mark.line.is_some()).unwrap();
    assert!(plain.flow(InterfaceId(1)).unwrap().label.pill.contains(gate.at), "the label stood there before");
    assert!(!flow.label.rect.grown(5.0).contains(gate.at), "no label covers where a line is crossed");
    assert_eq!(flow.points, plain.flow(InterfaceId(1)).unwrap().points, "and the flow runs as before");
    assert_eq!(marks(2), (vec![], true), "inside of one zone");
    assert_eq!(marks(5), (vec![Some(3), Some(2), Some(5)], false), "agent to the outside");
}

#[test]
fn overlays_say_in_words_what_they_colour() {
    let mut project = sample();
    for (asset, level) in [(1, Sensitivity::Restricted), (3, Sensitivity::Internal)] {
        if let Some(asset) = project.assets.get_mut(AssetId(asset)) {
            asset.sensitivity = level;
        }
    }
    let view = view(&project);
    let words = |overlay| {
        let questions = [(ComponentId(2).into(), 3), (InterfaceId(2).into(), 1)].into();
        let scene =
            DiagramScene::build(&project, &view, &SceneOptions { overlay, questions, ..options(false) });
        check_scene(&project, &scene);
        let courses = |scene: &DiagramScene| -> Vec<Vec<Point>> {
            scene.flows.iter().map(|flow| flow.points.clone()).collect()
        };
        let plain = DiagramScene::build(&project, &view, &options(false));
        assert_eq!(courses(&scene), courses(&plain), "{overlay:?} moves no line");
        for (theme, palette) in [("dark", Palette::dark()), ("light", Palette::light())] {
            let name = format!("overlay-{}-{theme}", overlay.label().to_lowercase().replace(' ', "-"));
            keep(&name, &scene.picture(&PaintOptions::default()), palette, 1.0);
        }
        let said = |said: &Option<Said>| said.as_ref().map(|said| said.words.clone()).unwrap_or_default();
        (
            said(&scene.node(ComponentId(2)).unwrap().said),
            said(&scene.flow(InterfaceId(2)).unwrap().said),
            said(&scene.flow(InterfaceId(5)).unwrap().said),
        )
    };
    let check = |overlay, node: &str, inner: &str, outer: &str| {
        assert_eq!(words(overlay), (node.to_owned(), inner.to_owned(), outer.to_owned()), "{overlay:?}");
        assert_eq!(overlay.legend(false).is_some(), overlay != Overlay::Nothing);
    };
    check(Overlay::Nothing, "", "", "");
    check(Overlay::Risk, "high", "very low", "high");
    check(Overlay::Sensitivity, "restricted", "", "restricted");
    check(Overlay::Trust, "trust 3", "", "trust 3 → 1");
    check(Overlay::Questions, "3 questions", "1 question", "");
}

#[test]
fn a_zone_stretches_after_its_components_but_not_after_what_is_in_the_hand() {
    let project = sample();
    let mut view = view(&project);
    view.places = crate::picture::layout::places(&project, &view);
    let before = DiagramScene::build(&project, &view, &options(false)).zone(ZoneId(1)).unwrap().rect;
    let away = Place { x: before.x, y: before.y - 400.0, ..Place::default() };
    let mut moved = options(false);
    moved.places.insert(ComponentId(1).into(), away);
    let stretched = DiagramScene::build(&project, &view, &moved).zone(ZoneId(1)).unwrap().rect;
    assert!(stretched.y < before.y - 300.0);
    moved.floating.insert(ComponentId(1).into());
    assert_eq!(DiagramScene::build(&project, &view, &moved).zone(ZoneId(1)).unwrap().rect, before);
}

#[test]
fn a_view_of_a_part_shows_that_part() {
    let project = sample();
    let mut view = View { only_placed: true, ..View::default() };
    for id in [2, 4] {
        view.places.insert(ComponentId(id).into(), Place { x: id as f32 * 300.0, ..Place::default() });
    }
    let scene = DiagramScene::build(&project, &view, &options(false));
    let nodes: Vec<ComponentId> = scene.nodes.iter().map(|node| node.id).collect();
    assert_eq!(nodes, [ComponentId(2), ComponentId(4)]);
    assert_eq!(scene.flows.len(), 1);
    let zones: Vec<ZoneId> = scene.zones.iter().map(|zone| zone.id).collect();
    assert_eq!(zones, [ZoneId(2), ZoneId(3), ZoneId(4)], "the zones around what is shown");
}

#[test]
fn an_empty_project_has_an_empty_scene() {
    let project = Project::new("Nothing");
    let scene = DiagramScene::build(&project, &view(&project), &options(false));
    assert_eq!(scene.bounds, Rect::default());
    assert!(scene.picture(&PaintOptions::default()).marks.is_empty());
    assert_eq!(scene.hit(Point::default(), 6.0), None);
}

#[test]
fn rings_of_zones_and_loose_ends_are_drawn() {
    let mut project = sample();
    for (zone, parent) in [(3, 4), (4, 3)] {
        if let Some(zone) = project.diagram.zones.get_mut(ZoneId(zone)) {
            zone.parent = Some(ZoneId(parent));
        }
    }
    let loose = |id, from: Option<u32>| Interface {
        id: InterfaceId(id),
        from: from.map(ComponentId),
        ..Interface::default()
    };
    project.diagram.put_interface(loose(20, Some(5))).unwrap();
    project.diagram.put_interface(loose(21, None)).unwrap();
    let mut view = view(&project);
    let points = vec![(0.0, -300.0), (200.0, -300.0)];
    view.places.insert(InterfaceId(21).into(), Place { points, ..Place::default() });
    let scene = DiagramScene::build(&project, &view, &options(false));
    assert!(scene.flow(InterfaceId(20)).is_some_and(|flow| flow.points.len() >= 2));
    assert_eq!(
        scene.flow(InterfaceId(21)).unwrap().points,
        [Point::new(0.0, -300.0), Point::new(200.0, -300.0)]
    );
}

/// A system of that many components in nested zones, wired at random but always the same.
pub(crate) fn large(components: u32, interfaces: u32) -> Project {
    let mut project = Project::new("Large");
    for id in 1..=components / 25 {
        let parent = (id > 8).then_some(ZoneId(id % 8 + 1));
        let name = format!("Zone {id}");
        project.diagram.zones.insert(Zone {
            id: ZoneId(id),
            name,
            trust: (id % 5) as u8,
            parent,
            ..Zone::default()
        });
    }
    for id in 1..=components {
        let kind = ComponentKind::ALL[id as usize % 7];
        let zone = Some(ZoneId(id % (components / 25) + 1));
        let name = format!("service_{id}");
        project.diagram.put_component(Component {
            id: ComponentId(id),
            name,
            kind,
            zone,
            ..Component::default()
        });
    }
    for id in 1..=interfaces {
        let near = |step: u32| ComponentId((id * step + id / 3) % components + 1);
        let (from, to) = (Some(near(7)), Some(near(13)));
        let interface =
            Interface { id: InterfaceId(id), from, to, protocol: "HTTPS".to_owned(), ..Interface::default() };
        project.diagram.put_interface(interface).unwrap();
    }
    project
}

#[test]
fn a_thousand_components_are_drawn_whole() {
    let project = large(1000, 1500);
    let mut view = view(&project);
    view.places = crate::picture::layout::places(&project, &view);
    let scene = DiagramScene::build(&project, &view, &options(false));
    let picture = scene.picture(&PaintOptions::default());
    assert_eq!((scene.nodes.len(), scene.flows.len()), (1000, 1500));
    assert!(picture.marks.len() > 5000);
}

#[test]
fn what_is_in_the_hand_moves_without_routing_everything_anew() {
    let project = large(200, 500);
    let mut view = view(&project);
    view.places = crate::picture::layout::places(&project, &view);
    let whole = DiagramScene::build(&project, &view, &options(false));
    let same = DiagramScene::build_after(Some(&whole), &project, &view, &options(false));
    assert_eq!(whole, same);
    let mut moved = options(false);
    let node = whole.node(ComponentId(7)).unwrap().rect;
    moved
        .places
        .insert(ComponentId(7).into(), Place { x: node.x + 9.0, y: node.y - 300.0, ..Place::default() });
    moved.floating.insert(ComponentId(7).into());
    let after = DiagramScene::build_after(Some(&whole), &project, &view, &moved);
    let touches = |flow: &&FlowShape| flow.from == Some(ComponentId(7)) || flow.to == Some(ComponentId(7));
    let kept = after.flows.iter().zip(&whole.flows).filter(|(now, old)| now.points == old.points).count();
    assert!(kept > 420, "{kept} of 500 kept");
    let at = after.node(ComponentId(7)).unwrap().rect.grown(0.5);
    for flow in after.flows.iter().filter(touches) {
        let ends = [flow.points.first(), flow.points.last()];
        assert!(ends.into_iter().flatten().any(|end| at.contains(*end)), "{} follows", flow.id);
    }
}

/// From, to, both ways, protocol, port, encryption, assets.
type Flow = (u32, u32, bool, &'static str, Option<u16>, Option<Encryption>, &'static [u32]);

#[test]
fn a_component_shows_its_own_icon_and_its_kinds_when_there_is_none_of_that_name() {
    for (icon, kind, expected) in [
        ("", ComponentKind::Store, "database"),
        ("vault", ComponentKind::Store, "vault"),
        ("no such icon", ComponentKind::Agent, "bot"),
    ] {
        let component = Component { icon: icon.to_owned(), kind, ..Component::default() };
        assert_eq!(component_icon(&component), expected);
    }
}
