//! The risk view in the window: its grid, its loss curve, its method.

use egui::Key;
use egui::accesskit::Role;

use egui_kittest::kittest::Queryable as _;

use super::driving::*;
use crate::model::{Asset, AssetId, Band, Project, Scheme, Target, Threat, ThreatId};
use crate::session::{Command, Request};

/// Three rated threats.
pub(super) fn rated() -> Project {
    let mut project = Project::new("Rated");
    for (id, likelihood, impact) in [(1, 4.0, 4.0), (2, 2.0, 3.0), (3, 3.0, 5.0)] {
        project.threats.insert(Threat {
            id: ThreatId(id),
            title: format!("threat {id}"),
            likelihood: Some(likelihood),
            impact: Some(impact),
            ..Threat::default()
        });
    }
    project.method.trials = 2_000;
    project
}

fn on_risk(project: Project) -> Studio {
    let mut studio = studio(project);
    ctrl(&mut studio, Key::Num4);
    studio
}

#[test]
fn losses_are_simulated_at_the_first_look_and_again_by_key() {
    let mut studio = on_risk(rated());
    click(&mut studio, Role::Tab, "Loss curve");
    wait_until(&mut studio, "the curve", |studio| session(studio).results().losses.is_some());
    studio.run();
    let first = session(&studio).results().losses.clone().unwrap();
    assert_eq!(first.value.losses.trials, 2_000);
    assert!(labels(&studio, Role::Image).iter().any(|label| label.starts_with("Loss curve of 2000")));
    assert!(labels(&studio, Role::Row).iter().any(|label| label.starts_with("Current: expected €")));
    // Another seed: what is shown is out of date until it is run again.
    fill(&mut studio, "Seed", "77");
    assert!(says(&studio, "Model changed since, run again"));
    ctrl(&mut studio, Key::M);
    wait_until(&mut studio, "the new years", |studio| {
        session(studio).results().losses.as_ref().is_some_and(|run| run.value.losses.seed == 77)
    });
    studio.run();
    assert!(!says(&studio, "Model changed since, run again"));
}

#[test]
fn a_tolerance_is_given_point_by_point() {
    let mut studio = on_risk(rated());
    click(&mut studio, Role::Tab, "Loss curve");
    // What comes while somebody types is another test's subject.
    wait_until(&mut studio, "the curve", |studio| session(studio).results().losses.is_some());
    button(&mut studio, "Add a point");
    button(&mut studio, "Add a point");
    fill(&mut studio, "Chance of point 2", "2.5");
    let points = &project(&studio).method.tolerance_curve;
    assert_eq!(
        points.iter().map(|point| (point.loss, point.chance)).collect::<Vec<_>>(),
        [(100.0, 0.5), (1000.0, 0.025)]
    );
    button(&mut studio, "Delete point 1");
    assert_eq!(project(&studio).method.tolerance_curve.len(), 1);
    ctrl(&mut studio, Key::Z);
    assert_eq!(project(&studio).method.tolerance_curve.len(), 2);
}

#[test]
fn the_grid_is_coloured_cell_by_cell_and_judged() {
    let mut studio = on_risk(rated());
    button(&mut studio, "Risk method…");
    click(&mut studio, Role::RadioButton, "Scheme: Grid of 3 × 3");
    assert_eq!(project(&studio).method.scheme, Scheme::Three);
    assert!(says(&studio, "Cox's conditions hold"));
    let before: Vec<Option<f64>> = project(&studio).threats.iter().map(|threat| threat.likelihood).collect();
    button(&mut studio, "Cell 1 × 1, low");
    click(&mut studio, Role::MenuItem, "Critical");
    assert_eq!(project(&studio).method.cell_band(1, 1), Band::Critical);
    assert!(says(&studio, "Weak consistency"));
    assert!(session(&studio).derived().findings().iter().any(|finding| finding.rule == "TM-066"));
    assert_eq!(before, project(&studio).threats.iter().map(|threat| threat.likelihood).collect::<Vec<_>>());
    ctrl(&mut studio, Key::Z);
    ctrl(&mut studio, Key::Z);
    assert_eq!(project(&studio).method.scheme, Scheme::Score);
}

#[test]
fn ratings_keep_their_level_or_what_they_stand_for() {
    let mut studio = on_risk(rated());
    button(&mut studio, "Risk method…");
    fill(&mut studio, "Middle frequency", "2.25");
    assert_eq!(project(&studio).threats.get(ThreatId(1)).unwrap().likelihood, Some(4.0));
    ctrl(&mut studio, Key::Z);
    click(&mut studio, Role::RadioButton, "Ratings keep: their frequency and money");
    fill(&mut studio, "Middle frequency", "2.25");
    // Five times as often at the middle: the same frequency is one level lower.
    assert_eq!(project(&studio).threats.get(ThreatId(1)).unwrap().likelihood, Some(3.0));
    assert_eq!(project(&studio).threats.get(ThreatId(2)).unwrap().likelihood, Some(1.0));
    ctrl(&mut studio, Key::Z);
    assert_eq!(project(&studio).threats.get(ThreatId(1)).unwrap().likelihood, Some(4.0));
}

#[test]
fn a_range_is_given_in_the_threats_detail() {
    let mut studio = on_risk(rated());
    ctrl(&mut studio, Key::Num3);
    studio.get_by_label("How often and how much, as ranges").click();
    studio.run();
    button(&mut studio, "Give times a year");
    fill(&mut studio, "Times a year, most", "9");
    let threat = project(&studio).threats.iter().find(|threat| threat.frequency_range.is_some()).unwrap();
    let range = threat.frequency_range.clone().unwrap();
    assert_eq!((range.high, range.fault()), (9.0, None));
    assert!(range.low < range.likely);
}

fn with_targets_and_controls() -> Project {
    use crate::model::{Component, ComponentId, Control, ControlId, ControlStatus, Strength, Target};
    let mut project = rated();
    for id in 1..=3 {
        let component = Component { id: ComponentId(id), name: format!("part {id}"), ..Component::default() };
        project.diagram.put_component(component);
        project.threats.get_mut(ThreatId(id)).unwrap().targets = vec![Target::Component(ComponentId(id))];
    }
    project.threats.get_mut(ThreatId(1)).unwrap().likelihood = Some(3.0);
    for (id, status, cost) in [(1, ControlStatus::Implemented, None), (2, ControlStatus::Planned, Some(20.0))]
    {
        project.controls.insert(Control {
            id: ControlId(id),
            name: format!("control {id}"),
            strength: Strength::High,
            status,
            cost,
            threats: vec![ThreatId(1)],
            ..Control::default()
        });
    }
    project
}

fn shown_rows(studio: &Studio) -> Vec<String> {
    labels(studio, Role::Row)
        .into_iter()
        .filter(|label| label.starts_with("T-"))
        .map(|label| label[..5].to_owned())
        .collect()
}

#[test]
fn a_rubber_band_marks_threats_for_registers_and_canvas() {
    let mut studio = on_risk(with_targets_and_controls());
    assert_eq!(shown_rows(&studio).len(), 3);
    let grid = studio.get_by(|node| {
        node.role() == Role::Image && node.label().is_some_and(|label| label.starts_with("Risk field"))
    });
    let area = grid.rect();
    // The upper half holds what is possible and more, the lower what is unlikely.
    drag(&mut studio, area.left_top() + egui::vec2(160.0, 60.0), area.right_top() + egui::vec2(-8.0, 330.0));
    let filter = session(&studio).threat_filter().cloned().expect("something is marked");
    assert!(filter.threats.contains(&ThreatId(3)) && !filter.threats.contains(&ThreatId(2)), "{filter:?}");
    assert!(!shown_rows(&studio).contains(&"T-002".to_owned()));
    assert!(session(&studio).selection().is_empty(), "what is looked at is not what is edited");
    button(&mut studio, "Show all threats");
    assert_eq!((session(&studio).threat_filter(), shown_rows(&studio).len()), (None, 3));
    drag(&mut studio, area.left_top() + egui::vec2(160.0, 60.0), area.right_top() + egui::vec2(-8.0, 330.0));
    studio.state_mut().ask(Request::Command(Command::GoSystem));
    studio.run();
    let status = &studio.state().status;
    assert!(status.contains("is lit up"), "the canvas says what is lit up, and how it ends: {status}");
    studio.state_mut().ask(Request::Command(Command::SelectNone));
    studio.run();
    assert_eq!(session(&studio).threat_filter(), None);
}

#[test]
fn cells_are_marked_by_keys() {
    let mut studio = on_risk(with_targets_and_controls());
    studio
        .get_by(|node| {
            node.role() == Role::Image && node.label().is_some_and(|label| label.starts_with("Risk field"))
        })
        .focus();
    studio.run();
    // From 3 × 3 to 3 × 5, where T-003 stands.
    press(&mut studio, Key::ArrowRight);
    press(&mut studio, Key::ArrowRight);
    press(&mut studio, Key::Enter);
    let filter = session(&studio).threat_filter().cloned().unwrap();
    assert_eq!((filter.label.as_str(), filter.threats.len()), ("Cell 3 × 5", 1));
    press(&mut studio, Key::Escape);
    assert_eq!(session(&studio).threat_filter(), None);
}

#[test]
fn controls_are_tried_on_and_off_with_what_comes_of_it() {
    use crate::model::{ControlId, ControlStatus};
    let mut studio = on_risk(with_targets_and_controls());
    click(&mut studio, Role::Switch, "Try control 1");
    assert!(says(&studio, "1 → 2"), "threats above the appetite, before and after");
    press(&mut studio, Key::Escape);
    assert!(!says(&studio, "1 → 2"));
    click(&mut studio, Role::RadioButton, "Best first by: per cost");
    // 0.45 a year × €500k = €225k; control 1 leaves €45k, both together 1 − 0.912 of it: €19.8k.
    assert!(says(&studio, "−€25k a year for €20k"), "{:?}", labels(&studio, Role::Label));
    click(&mut studio, Role::Switch, "Try control 2");
    button(&mut studio, "Keep as done");
    assert_eq!(project(&studio).controls.get(ControlId(2)).unwrap().status, ControlStatus::Implemented);
    ctrl(&mut studio, Key::Z);
    assert_eq!(project(&studio).controls.get(ControlId(2)).unwrap().status, ControlStatus::Planned);
}

#[test]
fn a_crowd_is_counted_cell_by_cell() {
    let mut project = rated();
    for id in 4..=90 {
        project.threats.insert(Threat {
            id: ThreatId(id),
            title: format!("threat {id}"),
            likelihood: Some(f64::from(id % 5) + 1.0),
            impact: Some(f64::from(id % 3) + 2.0),
            ..Threat::default()
        });
    }
    let studio = on_risk(project);
    let marks = labels(&studio, Role::Button).into_iter().filter(|label| label.contains(", now "));
    let (crowds, single): (Vec<String>, Vec<String>) = marks.partition(|label| label.contains("; "));
    assert!(crowds.len() >= 15 && single.len() <= 3, "{} crowds, {} alone", crowds.len(), single.len());
}

#[test]
fn owasp_factors_rate_a_threat_where_the_scheme_is_owasps() {
    let mut project = rated();
    project.method.scheme = Scheme::Owasp;
    let mut studio = on_risk(project);
    ctrl(&mut studio, Key::Num3);
    let id = session(&studio).derived().register().rows[0].threat;
    choose(&mut studio, "Skill", "9  penetration skills");
    choose(&mut studio, "Financial damage", "1  less than the fix");
    let factors = project_threat(&studio, id).owasp.clone().unwrap();
    assert_eq!((factors.likelihood(), factors.impact()), (Some(9.0), Some(1.0)));
    let row = session(&studio).derived().register().row(id).unwrap().clone();
    // High likelihood and low impact: medium.
    assert_eq!(row.bands[0], Some(Band::Medium));
}

fn project_threat(studio: &Studio, id: ThreatId) -> &Threat {
    project(studio).threats.get(id).unwrap()
}

#[test]
fn votes_are_kept_with_their_spread() {
    let mut project = rated();
    project.threats.get_mut(ThreatId(1)).unwrap().likelihood = None;
    let mut studio = on_risk(project);
    click(&mut studio, Role::Row, "T-001 threat 1, not rated");
    ctrl(&mut studio, Key::Num3);
    fill(&mut studio, "Votes on likelihood", "2 5 3");
    fill(&mut studio, "Votes on impact", "4 4");
    let threat = project_threat(&studio, ThreatId(1));
    assert_eq!((threat.likelihood, threat.likelihood_votes.as_slice()), (Some(3.0), &[2, 5, 3][..]));
    ctrl(&mut studio, Key::Num4);
    assert!(says(
        &studio,
        "3 votes: likelihood 2 to 5, impact 4 to 4, so inherent risk 6.0 to 9.0. They disagree"
    ));
}

#[test]
fn assets_show_the_band_of_the_cell_where_a_grid_decides() {
    for (scheme, badge) in [(Scheme::Score, "Medium 6.2"), (Scheme::Three, "High 6.2")] {
        let mut project = rated();
        project.method.scheme = scheme;
        project.assets.insert(Asset { id: AssetId(1), name: "records".to_owned(), ..Asset::default() });
        for threat in [1, 2, 3] {
            let threat = project.threats.get_mut(ThreatId(threat)).unwrap();
            (threat.likelihood, threat.impact) = (Some(4.0), Some(2.2));
            threat.targets = vec![Target::Asset(AssetId(1))];
        }
        let mut studio = studio(project);
        ctrl(&mut studio, Key::Num2);
        assert!(says(&studio, badge), "{badge}");
    }
}

#[test]
fn without_ratings_the_tiles_and_the_curve_say_so() {
    let mut project = rated();
    for threat in [1, 2, 3] {
        project.threats.get_mut(ThreatId(threat)).unwrap().likelihood = None;
    }
    let mut studio = on_risk(project);
    assert!(says(&studio, "nothing rated yet") && !says(&studio, "all within appetite"));
    click(&mut studio, Role::Tab, "Loss curve");
    wait_until(&mut studio, "the run", |studio| session(studio).results().losses.is_some());
    studio.run();
    assert!(says(&studio, "No threat has both a frequency and a loss yet"));
    assert!(!says(&studio, "Loss in a year, in figures"), "no table of nothing");
}

/// A notebook's window.
fn on_a_notebook(project: Project) -> Studio {
    let session = crate::session::Session::unsaved(project);
    let mut studio = studio_at(egui::Vec2::new(1280.0, 800.0), Some(session), None);
    ctrl(&mut studio, Key::Num4);
    studio
}

#[test]
fn the_plan_and_the_owner_stay_in_a_notebooks_register() {
    let studio = on_a_notebook(rated());
    let heads = labels(&studio, Role::ColumnHeader);
    let wanted = ["Id", "Threat", "Band", "Risk", "Current", "Planned", "Owner"];
    assert_eq!(heads, wanted.map(|name| format!("Sort by {name}")));
    for name in wanted {
        let label = format!("Sort by {name}");
        let head = studio.get_by_role_and_label(Role::ColumnHeader, &label);
        assert!(head.rect().right() <= 1280.0, "{name} is in sight");
    }
}

#[test]
fn the_grid_and_four_switches_are_in_a_notebooks_sight_together() {
    let mut project = with_targets_and_controls();
    project.controls = Project::new("none").controls;
    for number in 1..=6 {
        project.controls.insert(crate::model::Control {
            id: crate::model::ControlId(number),
            name: format!("guard {number}"),
            threats: vec![ThreatId(1)],
            ..Default::default()
        });
    }
    let studio = on_a_notebook(project);
    let switches: Vec<egui::Rect> = studio.query_all_by_role(Role::Switch).map(|node| node.rect()).collect();
    let in_sight = switches.iter().filter(|rect| rect.bottom() < 800.0 - 28.0).count();
    assert!(in_sight >= 4, "{in_sight} of {} switches are in sight: {switches:?}", switches.len());
    let name = labels(&studio, Role::Image).into_iter().find(|label| label.starts_with("Risk field"));
    let name = name.unwrap();
    let grid = studio.get_by_role_and_label(Role::Image, &name).rect();
    assert!(grid.bottom() < switches[0].top() && grid.top() > 0.0, "{grid:?}");
}

#[test]
fn a_long_title_leaves_the_day_in_sight() {
    let mut project = rated();
    let threat = project.threats.get_mut(ThreatId(1)).unwrap();
    threat.title = "A title of a threat that somebody has written in one breath ".repeat(3);
    threat.due = Some(jiff::civil::date(2026, 12, 15));
    let mut studio = on_a_notebook(project);
    let row = labels(&studio, Role::Row).into_iter().find(|label| label.starts_with("T-001")).unwrap();
    click(&mut studio, Role::Row, &row);
    let day = studio.get_by_label("15 Dec 2026");
    assert!(day.rect().right() <= 1280.0 && day.rect().width() > 40.0, "{:?}", day.rect());
}

#[test]
fn a_chosen_threat_and_what_answers_it_fill_the_inspector_and_light_the_diagram() {
    let mut project = with_targets_and_controls();
    project.reserve_all();
    let mut studio = on_risk(project);
    let row = labels(&studio, Role::Row).into_iter().find(|label| label.starts_with("T-001")).unwrap();
    click(&mut studio, Role::Row, &row);
    ctrl(&mut studio, Key::Num1);
    assert!(says(&studio, "Answered for by nobody"));
    assert!(says(&studio, "Aimed at"));
    button(&mut studio, "Edit threat");
    assert!(studio.query_by_role_and_label(Role::TextInput, "Title").is_some());
}
