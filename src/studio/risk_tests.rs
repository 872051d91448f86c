//! The risk view in the window: its grid, its loss curve, its method.

use egui::Key;
use egui::accesskit::Role;

use egui_kittest::kittest::Queryable as _;

use super::driving::*;
use crate::model::{Band, Project, Scheme, Threat, ThreatId};

fn rated() -> Project {
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
    assert!(labels(&studio, Role::Row).iter().any(|label| label.starts_with("Current: mean €")));
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
