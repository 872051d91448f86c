//! Flows and labels as they stand on the templates, the example and generated systems.

use proptest::prelude::*;

use super::tests::{large, options};
use super::*;
use crate::catalog::{example, templates};
use crate::model::{Interface, Project, View};
use crate::picture::{Palette, svg};

/// What a person would not have drawn.
#[derive(Debug, Default, PartialEq)]
struct Faults {
    through_boxes: Vec<String>,
    label_on_label: Vec<String>,
    label_on_box: Vec<String>,
    label_on_words: Vec<String>,
    off_the_line: Vec<String>,
    bends: usize,
    flows: usize,
}

fn runs_through(points: &[Point], rect: Rect) -> bool {
    points.windows(2).any(|pair| Rect::around(pair[0], pair[1]).grown(0.1).overlaps(rect.grown(-0.5)))
}

fn through_boxes(scene: &DiagramScene) -> Vec<String> {
    let mut through = Vec::new();
    for flow in &scene.flows {
        let others = scene.nodes.iter().filter(|node| ![flow.from, flow.to].contains(&Some(node.id)));
        let met = others.filter(|node| runs_through(&flow.points, node.rect));
        through.extend(met.map(|node| format!("{} through {}", flow.id, node.id)));
    }
    through
}

fn faults(scene: &DiagramScene) -> Faults {
    let mut faults =
        Faults { flows: scene.flows.len(), through_boxes: through_boxes(scene), ..Faults::default() };
    let words: Vec<Rect> = (scene.nodes.iter().flat_map(|node| node.chips.iter().map(|chip| chip.rect)))
        .chain(scene.nodes.iter().filter_map(|node| node.under))
        .chain(scene.nodes.iter().filter_map(|node| node.badge.map(|badge| badge.rect)))
        .chain(scene.zones.iter().filter(|zone| !zone.collapsed).map(|zone| zone.head))
        .collect();
    for (index, flow) in scene.flows.iter().enumerate() {
        faults.bends += flow.points.len().saturating_sub(2);
        let label = flow.label.rect;
        for node in &scene.nodes {
            if label.overlaps(node.rect) {
                faults.label_on_box.push(format!("{} on {}", flow.id, node.id));
            }
        }
        for other in scene.flows.iter().skip(index + 1).filter(|other| other.label.rect.overlaps(label)) {
            faults.label_on_label.push(format!("{} on {}", flow.id, other.id));
        }
        if words.iter().any(|rect| rect.overlaps(label)) {
            faults.label_on_words.push(flow.id.to_string());
        }
        let pill = flow.label.pill;
        let on = flow.points.windows(2).any(|pair| Rect::around(pair[0], pair[1]).grown(0.1).overlaps(pill));
        assert_eq!(on, flow.leader.is_none(), "{} has a leader where its label is off its line", flow.id);
        if !on {
            faults.off_the_line.push(flow.id.to_string());
        }
    }
    faults
}

fn drawn(project: &Project, options: &SceneOptions) -> DiagramScene {
    DiagramScene::build(project, project.views.iter().next().unwrap(), options)
}

#[test]
fn templates_and_the_example_are_drawn_without_faults() {
    let mut projects: Vec<(String, Project)> =
        templates().iter().map(|template| (template.name.to_owned(), template.project())).collect();
    projects.push(("the example".to_owned(), example()));
    let mut off = 0;
    for (name, project) in &projects {
        for paper in [false, true] {
            let shown = SceneOptions { assets: true, paper, ..SceneOptions::default() };
            let found = faults(&drawn(project, &shown));
            let Faults { flows, bends, off_the_line, .. } = found;
            off += off_the_line.len();
            let nothing = Faults { bends, flows, ..Faults::default() };
            assert_eq!(Faults { off_the_line: Vec::new(), ..found }, nothing, "{name}, paper: {paper}");
            assert!(bends <= flows * 3 / 2, "{name}: {bends} bends in {flows} flows");
        }
    }
    assert!(off <= 2, "{off} labels stand beside their lines");
}

#[test]
fn a_label_that_somebody_moved_has_a_leader() {
    let project = super::tests::sample();
    let mut view = project.views.iter().next().unwrap().clone();
    view.places = crate::picture::layout::places(&project, &view);
    let before = DiagramScene::build(&project, &view, &options(false));
    let flow = &before.flows[0];
    let (dx, dy) = flow.label.offset;
    view.places.entry(flow.id.into()).or_default().label = Some((dx, dy - 150.0));
    let after = DiagramScene::build(&project, &view, &options(false));
    let moved = after.flow(flow.id).unwrap();
    let (on, at) = moved.leader.unwrap();
    assert!(on.distance(at) > 100.0, "{on:?} {at:?}");
    assert!(moved.label.pill.grown(0.1).contains(at));
}

/// The flows of a generated system that run through a box that is not theirs.
fn through_boxes_of_generated(components: u32, share: u32) -> Vec<String> {
    let project = large(components / 25 * 25, components * share / 10);
    let mut view = project.views.iter().next().unwrap().clone();
    view.places = crate::picture::layout::places(&project, &view);
    through_boxes(&DiagramScene::build(&project, &view, &options(false)))
}

#[test]
fn flows_that_are_walled_in_find_a_way() {
    for (components, share) in [(460, 15), (581, 14)] {
        assert_eq!(
            through_boxes_of_generated(components, share),
            Vec::<String>::new(),
            "{components}, {share}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn flows_of_generated_systems_run_through_no_box(components in 60u32..600, share in 8u32..20) {
        prop_assert_eq!(through_boxes_of_generated(components, share), Vec::<String>::new());
    }
}

/// Boxes in a narrow grid with far more flows than there is room for labels.
fn crowd(flows: u32) -> DiagramScene {
    let mut project = Project::new("Crowd");
    let mut view = View::default();
    for number in 0..16u32 {
        let id = ComponentId(number + 1);
        project.diagram.put_component(Component {
            id,
            name: format!("part {number}"),
            ..Component::default()
        });
        let (x, y) = ((number % 4) as f32 * 230.0, (number / 4) as f32 * 130.0);
        view.places.insert(id.into(), Place { x, y, ..Place::default() });
    }
    for number in 0..flows {
        let (from, to) = (number % 16 + 1, (number * 7 + 3 + number / 16) % 16 + 1);
        let flow = Interface {
            id: InterfaceId(number + 1),
            from: Some(ComponentId(from)),
            to: Some(ComponentId(to)),
            protocol: format!("protocol {number:03}"),
            ..Interface::default()
        };
        project.diagram.put_interface(flow).unwrap();
    }
    DiagramScene::build(&project, &view, &SceneOptions::default())
}

#[test]
fn in_a_crowd_no_label_covers_another_or_a_box() {
    for flows in [60, 120, 240] {
        let scene = crowd(flows);
        let seen: Vec<&FlowShape> = scene.flows.iter().filter(|flow| !flow.label.crowded_out).collect();
        assert!(seen.len() > 20, "{} of {flows} are seen", seen.len());
        for (index, flow) in seen.iter().enumerate() {
            for node in &scene.nodes {
                assert!(!flow.label.rect.overlaps(node.rect), "{} covers {}", flow.id, node.id);
            }
            for other in seen.iter().skip(index + 1) {
                assert!(!flow.label.rect.overlaps(other.label.rect), "{} covers {}", flow.id, other.id);
            }
        }
        // What is left out is said while its flow is selected.
        let Some(hidden) = scene.flows.iter().find(|flow| flow.label.crowded_out) else { continue };
        let words = |options: &PaintOptions| {
            svg::write(&scene.picture(options), Palette::light(), &svg::SvgOptions::default())
        };
        assert!(!words(&PaintOptions::default()).contains(&hidden.label.text));
        let selected = PaintOptions { selected: [hidden.id.into()].into(), ..PaintOptions::default() };
        assert!(words(&selected).contains(&hidden.label.text));
    }
}

/// How long a flow runs through zones in which neither of its ends stands, or out of zones in which both do.
fn strays(project: &Project, scene: &DiagramScene) -> Vec<String> {
    let mut found = Vec::new();
    for flow in &scene.flows {
        let ends: Vec<Point> = [flow.from, flow.to]
            .into_iter()
            .flatten()
            .filter_map(|id| scene.nodes.iter().find(|node| node.id == id))
            .map(|node| node.rect.center())
            .collect();
        for zone in scene.zones.iter().filter(|zone| !zone.collapsed) {
            let held = ends.iter().filter(|end| zone.rect.contains(**end)).count();
            if held == 1 {
                continue;
            }
            let inside = |pair: &[Point]| {
                let piece = Rect::around(pair[0], pair[1]);
                let w = piece.right().min(zone.rect.right()) - piece.x.max(zone.rect.x);
                let h = piece.bottom().min(zone.rect.bottom()) - piece.y.max(zone.rect.y);
                let within = if w < 0.0 || h < 0.0 { 0.0 } else { w.max(h) };
                if held == 0 { within } else { piece.w.max(piece.h) - within }
            };
            let length: f32 = flow.points.windows(2).map(inside).sum();
            if length > 1.0 {
                found.push(format!(
                    "{} {length:.0} pt {} {}",
                    flow.id,
                    if held == 0 { "in" } else { "out of" },
                    project.name_of(zone.id.into())
                ));
            }
        }
    }
    found
}

/// Labels that stand on lines of other flows.
fn labels_on_lines(scene: &DiagramScene) -> Vec<String> {
    let mut found = Vec::new();
    for flow in &scene.flows {
        for other in scene.flows.iter().filter(|other| other.id != flow.id) {
            let meets = |pair: &[Point]| Rect::around(pair[0], pair[1]).grown(0.1).overlaps(flow.label.rect);
            if other.points.windows(2).any(meets) {
                found.push(format!("{} on {}", flow.id, other.id));
            }
        }
    }
    found
}

/// Flows that run on the same line for more than a few points.
fn shared_lines(scene: &DiagramScene) -> Vec<String> {
    let mut found = Vec::new();
    for (index, flow) in scene.flows.iter().enumerate() {
        for other in scene.flows.iter().skip(index + 1) {
            for a in flow.points.windows(2).map(|pair| Rect::around(pair[0], pair[1])) {
                for b in other.points.windows(2).map(|pair| Rect::around(pair[0], pair[1])) {
                    let level = a.h < 0.1 && b.h < 0.1 && (a.y - b.y).abs() < 3.0;
                    let upright = a.w < 0.1 && b.w < 0.1 && (a.x - b.x).abs() < 3.0;
                    let along = |a0: f32, a1: f32, b0: f32, b1: f32| a1.min(b1) - a0.max(b0);
                    let length = if level {
                        along(a.x, a.right(), b.x, b.right())
                    } else if upright {
                        along(a.y, a.bottom(), b.y, b.bottom())
                    } else {
                        0.0
                    };
                    if length > 8.0 {
                        found.push(format!("{} with {} for {length:.0} pt", flow.id, other.id));
                    }
                }
            }
        }
    }
    found
}

/// The pictures of the templates and the example on screen and on paper, with and without risks.
fn pictures() -> Vec<(String, Project, DiagramScene)> {
    let mut projects: Vec<(String, Project)> =
        templates().iter().map(|template| (template.name.to_owned(), template.project())).collect();
    projects.push(("the example".to_owned(), example()));
    let mut pictures = Vec::new();
    for (name, project) in projects {
        let badges = risk_badges(&crate::analysis::risk::register(&project));
        for (paper, risk) in [(false, None), (true, None), (false, Some(&badges)), (true, Some(&badges))] {
            let shown = SceneOptions { assets: true, paper, risk: risk.cloned(), ..SceneOptions::default() };
            let scene = drawn(&project, &shown);
            pictures.push((
                format!("{name}, paper: {paper}, risk: {}", risk.is_some()),
                project.clone(),
                scene,
            ));
        }
    }
    pictures
}

#[test]
fn no_flow_of_a_template_seems_to_cross_what_it_does_not() {
    let mut on_lines = Vec::new();
    for (name, project, scene) in pictures() {
        assert_eq!(strays(&project, &scene), Vec::<String>::new(), "{name}");
        assert_eq!(shared_lines(&scene), Vec::<String>::new(), "{name}");
        on_lines.extend(labels_on_lines(&scene).into_iter().map(|found| format!("{name}: {found}")));
    }
    assert_eq!(on_lines, Vec::<String>::new());
}

/// The marks of borders that a flow's own label hides: the pill, the badge or a chip.
fn hidden_marks(scene: &DiagramScene) -> Vec<String> {
    let mut hidden = Vec::new();
    for flow in &scene.flows {
        let label = &flow.label;
        let rects = || {
            let chips = label.chips.iter().map(|chip| chip.rect);
            chips.chain([label.pill]).chain(label.badge.map(|badge| badge.rect))
        };
        for mark in &flow.crossings {
            let (w, h) = if mark.upright { (2.5, 5.5) } else { (5.5, 2.5) };
            let gate = Rect::new(mark.at.x - w, mark.at.y - h, 2.0 * w, 2.0 * h);
            if rects().any(|rect| rect.overlaps(gate)) {
                hidden.push(format!("{} at {:?}", flow.id, mark.zone));
            }
        }
    }
    hidden
}

#[test]
fn labels_leave_the_marks_of_borders_in_sight() {
    let (mut hidden, mut all) = (Vec::new(), 0);
    for (name, _, scene) in pictures() {
        all += scene.flows.iter().map(|flow| flow.crossings.len()).sum::<usize>();
        hidden.extend(hidden_marks(&scene).into_iter().map(|found| format!("{name}: {found}")));
    }
    // Between some borders there is less room than a label takes.
    assert!(hidden.len() * 9 < all * 2, "{} of {all}: {hidden:#?}", hidden.len());
}
