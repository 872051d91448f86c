//! Losses in the window: what is typed in, where they come from, and what the levels stand for; the spread of votes.

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::driving::*;
use crate::analysis::risk::Rating;
use crate::model::{Estimate, Project, ThreatId, TolerancePoint};
use crate::picture::heatmap::money_words;

/// Three rated threats, the second with ranges of its own, which make it the dearest.
fn rated() -> Project {
    let mut project = super::risk_tests::rated();
    let own = project.threats.get_mut(ThreatId(2)).unwrap();
    own.frequency_range = Some(Estimate::pert(2.0, 4.0, 6.0));
    own.loss_range = Some(Estimate::pert(1000.0, 1000.0, 1000.0));
    project.method.trials = 1_000;
    project
}

fn on_risk(project: Project) -> Studio {
    let mut studio = studio(project);
    ctrl(&mut studio, Key::Num4);
    studio
}

fn on_losses(project: Project) -> Studio {
    let mut studio = on_risk(project);
    click(&mut studio, Role::Tab, "Loss curve");
    wait_until(&mut studio, "the curve", |studio| session(studio).results().losses.is_some());
    studio
}

/// Types into a field and stays in it.
fn begin(studio: &mut Studio, field: &str, text: &str) {
    studio.get_by_role_and_label(Role::TextInput, field).scroll_to_me();
    settle(studio);
    studio.get_by_role_and_label(Role::TextInput, field).focus();
    studio.run();
    ctrl(studio, Key::A);
    type_text(studio, text);
}

#[test]
fn what_no_figure_can_be_is_refused_with_a_sentence() {
    let mut project = rated();
    project.method.tolerance_curve =
        vec![TolerancePoint { loss: 100.0, chance: 0.5, ..TolerancePoint::default() }];
    let mut studio = on_losses(project);
    let before = self::project(&studio).method.clone();
    for (field, typed, sentence) in [
        ("Simulated years", "12", "Type a number from 100 to 1000000"),
        ("Simulated years", "2000000", "Type a number from 100 to 1000000"),
        ("Simulated years", "many", "Type a number from 100 to 1000000"),
        ("Seed", "-3", "Type a whole number"),
        ("Seed", "1.5", "Type a whole number"),
        ("Loss of point 1", "0", "Type a number above 0, at most 1000000000"),
        ("Loss of point 1", "much", "Type a number above 0, at most 1000000000"),
        ("Chance of point 1", "120", "Type a number above 0, at most 100"),
        ("Chance of point 1", "0", "Type a number above 0, at most 100"),
    ] {
        assert!(!says(&studio, sentence), "{sentence} too early");
        begin(&mut studio, field, typed);
        assert!(says(&studio, sentence), "{field} {typed}: {:?}", labels(&studio, Role::Label));
        press(&mut studio, Key::Enter);
        settle(&mut studio);
        // Digits that count on the way to a figure that does not are undone like any other change.
        while session(&studio).history().undo_name().is_some() {
            ctrl(&mut studio, Key::Z);
        }
        assert_eq!(self::project(&studio).method, before, "{field} {typed}");
    }
    fill(&mut studio, "Simulated years", "5000");
    fill(&mut studio, "Loss of point 1", "250");
    let method = &self::project(&studio).method;
    assert_eq!((method.trials, method.tolerance_curve[0].loss), (5_000, 250.0));
}

#[test]
fn a_range_that_cannot_be_leaves_the_level_in_its_place() {
    let mut studio = on_risk(rated());
    let row = labels(&studio, Role::Row).into_iter().find(|label| label.starts_with("T-002")).unwrap();
    click(&mut studio, Role::Row, &row);
    ctrl(&mut studio, Key::Num3);
    // 4 times a year, a million each.
    assert!(says(&studio, "Expected loss a year: €4M with no control"), "{:?}", labels(&studio, Role::Label));
    begin(&mut studio, "Times a year, most", "often");
    assert!(says(&studio, "Type a number, zero or more"));
    press(&mut studio, Key::Enter);
    fill(&mut studio, "Times a year, most", "3");
    assert!(says(&studio, "The likeliest must lie between the least and the most."));
    assert!(says(&studio, "Until then the level stands for it"));
    // Likelihood 2 is 0.09 a year.
    assert!(says(&studio, "Expected loss a year: €90k with no control"));
}

#[test]
fn the_table_by_threat_tells_the_registers_expected_losses() {
    let mut studio = on_losses(rated());
    assert!(says(&studio, "Expected loss a year, by threat"));
    let rows: Vec<String> =
        labels(&studio, Role::Row).into_iter().filter(|label| label.starts_with("T-")).collect();
    let register = session(&studio).derived().register();
    let losses = [2, 3, 1].map(|id| {
        let loss = register.row(ThreatId(id)).unwrap().loss(Rating::Current).unwrap();
        format!("T-{id:03} threat {id}, {} a year", money_words(&session(&studio).project().method, loss))
    });
    assert_eq!(rows, losses, "the dearest first");
    let sum = register.summary(Rating::Current).loss.unwrap();
    let told = format!("Current: expected {},", money_words(&session(&studio).project().method, sum));
    assert!(labels(&studio, Role::Row).iter().any(|label| label.starts_with(&told)), "{told}");
    assert!(says(&studio, "3 threats, 1 with ranges that people gave"));
    click(&mut studio, Role::Row, &rows[1]);
    assert_eq!(session(&studio).selection().single(), Some(ThreatId(3).into()));
}

fn field(studio: &Studio) -> String {
    let name = labels(studio, Role::Image).into_iter().find(|label| label.starts_with("Risk field"));
    name.expect("the grid is shown")
}

#[test]
fn votes_are_an_ellipse_around_the_one_threat_that_is_looked_at() {
    let mut project = rated();
    let votes = |project: &mut Project, id, likelihood: &[u8], impact: &[u8]| {
        let threat = project.threats.get_mut(ThreatId(id)).unwrap();
        (threat.likelihood_votes, threat.impact_votes) = (likelihood.to_vec(), impact.to_vec());
    };
    votes(&mut project, 1, &[3, 5, 4], &[4, 4]);
    votes(&mut project, 3, &[2, 4], &[]);
    let mut studio = on_risk(project);
    // Nothing is chosen: no ellipse, as nobody could tell whose it is.
    assert!(!field(&studio).contains("The votes on"), "{}", field(&studio));
    let curves = |studio: &Studio| {
        let shapes = studio.output().shapes.iter();
        shapes.filter(|shape| matches!(&shape.shape, egui::Shape::Path(path) if path.closed && path.fill == egui::Color32::TRANSPARENT && path.points.len() > 12)).count()
    };
    let plain = curves(&studio);
    let mark = |studio: &Studio, id: &str| {
        let start = format!("{id} threat");
        let found = labels(studio, Role::Button).into_iter().find(|label| label.starts_with(&start));
        found.unwrap_or_else(|| panic!("no mark of {id}"))
    };
    let first = mark(&studio, "T-001");
    button(&mut studio, &first);
    assert!(
        field(&studio).contains("The votes on T-001 reach from likelihood 3.0 to 5.0 and impact 4.0 to 4.0.")
    );
    assert_eq!(curves(&studio), plain + 1, "one ellipse");
    // Nobody voted on the impact of the third: it counts as rated.
    let third = mark(&studio, "T-003");
    button(&mut studio, &third);
    assert!(
        field(&studio).contains("The votes on T-003 reach from likelihood 2.0 to 4.0 and impact 5.0 to 5.0.")
    );
    assert_eq!(curves(&studio), plain + 1, "that of the one before is gone");
    let second = mark(&studio, "T-002");
    button(&mut studio, &second);
    assert!(!field(&studio).contains("The votes on"), "nobody voted on it");
    assert_eq!(curves(&studio), plain);
    // Under the pointer is enough.
    let at = studio.get_by_role_and_label(Role::Button, &first).rect().center();
    studio.hover_at(at);
    settle(&mut studio);
    assert!(field(&studio).contains("The votes on T-001"));
}

#[test]
fn every_anchor_is_a_step_of_its_own() {
    let mut studio = on_risk(rated());
    button(&mut studio, "Risk method…");
    let before = project(&studio).method.clone();
    let edits = [
        ("Likelihood level 5 stands for", "45", "frequency of likelihood level 5"),
        ("Likelihood level 5 stands for", "30", "frequency of likelihood level 5"),
        ("Likelihood level 1 stands for", "0.02", "frequency of likelihood level 1"),
        ("Impact level 3 stands for", "50", "cost of impact level 3"),
        ("Impact level 5 stands for", "2000", "cost of impact level 5"),
        ("Likelihood level 2", "Seldom", "name of likelihood level 2"),
        ("Likelihood level 3", "Now and then", "name of likelihood level 3"),
        ("Middle frequency", "0.6", "middle frequency"),
        ("Critical from", "8", "critical threshold"),
        ("High from", "7", "high threshold"),
    ];
    let mut states = vec![before.clone()];
    for (field, typed, _) in edits {
        fill(&mut studio, field, typed);
        states.push(project(&studio).method.clone());
        assert_ne!(states[states.len() - 2], states[states.len() - 1], "{field} {typed}");
    }
    assert!((states[2].frequency(5.0) - 30.0).abs() < 1e-9 && states[4].middle_loss == Some(50.0));
    for (place, (field, typed, step)) in edits.into_iter().enumerate().rev() {
        let name = format!("Change {step} of the risk method");
        assert_eq!(session(&studio).history().undo_name(), Some(name.as_str()), "{field} {typed}");
        ctrl(&mut studio, Key::Z);
        assert_eq!(project(&studio).method, states[place], "{field} {typed}");
    }
    assert_eq!(session(&studio).history().undo_name(), None);
    // Esc leaves what stood there; what cannot be is told while it is typed.
    begin(&mut studio, "Likelihood level 5 stands for", "0.1");
    assert!(says(&studio, "Levels rise by 1.1 to 100 times from one to the next"));
    ctrl(&mut studio, Key::A);
    type_text(&mut studio, "99");
    press(&mut studio, Key::Escape);
    assert_eq!(project(&studio).method, before);
}

#[test]
fn ratings_that_keep_their_amounts_move_once_for_each_anchor() {
    let mut studio = on_risk(rated());
    button(&mut studio, "Risk method…");
    click(&mut studio, Role::RadioButton, "Ratings keep: their frequency and money");
    // The way to 45 leads over 4, at which the lowest ratings would have been lost.
    fill(&mut studio, "Middle frequency", "45");
    fill(&mut studio, "Middle frequency", "0.45");
    let levels = |studio: &Studio| -> Vec<Option<f64>> {
        project(studio).threats.iter().map(|threat| threat.likelihood).collect()
    };
    assert_eq!(undo_all(&mut studio).len(), 2);
    assert_eq!(levels(&studio), [Some(4.0), Some(2.0), Some(3.0)]);
}
