//! Thresholds and comparisons in the window: asked for, read by keyboard, taken over, out of date, empty.

use egui::accesskit::Role;
use egui::{Key, Vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::driving::*;
use crate::model::Condition;
use crate::session::{Command, Request};

/// The example, simulated, with a tab of the simulation open.
fn opened(tab: &str, size: Vec2) -> Studio {
    let mut studio = studio_at(size, Some(example()), None);
    press(&mut studio, Key::F5);
    wait_until(&mut studio, "the run", |studio| session(studio).results().simulation.is_some());
    click(&mut studio, Role::Tab, tab);
    studio
}

fn is_idle(studio: &Studio) -> bool {
    let results = session(studio).results();
    results.thresholds.job().is_none() && results.comparisons.job().is_none()
}

fn thresholds(size: Vec2) -> Studio {
    let mut studio = opened("Thresholds", size);
    wait_until(&mut studio, "the study", |studio| is_idle(studio) && says(studio, "Suggestion"));
    studio
}

fn compared() -> Studio {
    let mut studio = opened("Compare", ROOMY);
    wait_until(&mut studio, "the comparison", |studio| is_idle(studio) && says(studio, "Differences"));
    studio
}

/// Chooses a condition by its metric, and waits for its study.
fn show_condition(studio: &mut Studio, metric: &str) {
    click(studio, Role::ComboBox, "Condition");
    let item = labels(studio, Role::MenuItem).into_iter().find(|item| item.starts_with(metric)).unwrap();
    click(studio, Role::MenuItem, &item);
    wait_until(studio, "its study", |studio| is_idle(studio) && says(studio, "Suggestion"));
}

/// The first metric condition of the policy in force.
fn first_condition(studio: &Studio) -> (f64, i64) {
    match &project(studio).policies.iter().next().unwrap().rules[0].conditions[0] {
        Condition::Metric(metric) => (metric.value, metric.duration_ms),
        _ => (f64::NAN, 0),
    }
}

#[test]
fn the_curve_tells_its_points_by_keyboard() {
    for size in [ROOMY, Vec2::new(1280.0, 800.0)] {
        let mut studio = thresholds(size);
        for words in
            ["cpu_usage", "Chosen on the first part", "Tested on the rest", "Evaluation phase", "Durations"]
        {
            assert!(says(&studio, words), "{words}");
        }
        studio.get_by_role_and_label(Role::Slider, "Threshold on the curve").focus();
        studio.run();
        let told = |studio: &Studio| {
            let mut nodes = studio.query_all_by_label_contains("of the quiet time");
            nodes.next().and_then(|node| node.value().or_else(|| node.accesskit_node().label()))
        };
        assert_eq!(told(&studio), None);
        press(&mut studio, Key::Home);
        let strictest = told(&studio).expect("the strictest threshold is told");
        assert!(strictest.starts_with("0 of 6 attacks"), "{strictest}");
        for _ in 0..30 {
            press(&mut studio, Key::ArrowRight);
        }
        assert_ne!(told(&studio).as_ref(), Some(&strictest));
        press(&mut studio, Key::End);
        assert!(says(&studio, "that is a state, not an alarm"));
    }
}

#[test]
fn the_budget_moves_the_suggestion_and_the_table_is_the_twin_of_the_curve() {
    let mut studio = thresholds(ROOMY);
    show_condition(&mut studio, "api_calls");
    let best = |studio: &Studio| {
        let rows = labels(studio, Role::Row);
        rows.into_iter().filter(|row| row.contains(" attacks, ") && row.contains("; ")).collect::<Vec<_>>()
    };
    let strict = best(&studio);
    assert!(strict.len() > 4, "{:?}", labels(&studio, Role::Row));
    fill(&mut studio, "False alarms per agent-day", "40");
    assert_ne!(best(&studio), strict, "with more false alarms allowed other bounds are best");
    click(&mut studio, Role::RadioButton, "Show thresholds as: Table");
    assert!(labels(&studio, Role::Row).iter().any(|row| row.contains("of 6 attacks, ")));
}

#[test]
fn a_suggestion_is_taken_over_in_one_step_and_taken_back_in_one() {
    let mut studio = thresholds(ROOMY);
    let before = text_without_counters(&studio);
    let (value, revision) = (first_condition(&studio), session(&studio).revision());
    button(&mut studio, "Take the suggestion over");
    assert_eq!(session(&studio).revision(), revision + 1, "one change");
    assert_ne!(first_condition(&studio), value);
    let name = session(&studio).history().undo_name().unwrap().to_owned();
    assert!(name.starts_with("Take over cpu_usage < "), "{name}");
    wait_until(&mut studio, "the new study", |studio| {
        is_idle(studio) && says(studio, "This is how it reads now")
    });
    wait_until(&mut studio, "the new run", |studio| {
        let session = session(studio);
        session.results().simulation.as_ref().is_some_and(|run| run.revision == session.revision())
    });
    ctrl(&mut studio, Key::Z);
    assert_eq!(text_without_counters(&studio), before);
    assert!(is_idle(&studio), "what was studied before is still known");
    assert!(!says(&studio, "Sweep again"));
}

#[test]
fn what_has_changed_is_marked_until_it_is_swept_again() {
    let mut studio = thresholds(ROOMY);
    fill(&mut studio, "Durations to try", "1m, 7m");
    assert!(says(&studio, "Changed since") && is_idle(&studio));
    button(&mut studio, "Sweep again");
    wait_until(&mut studio, "the new study", |studio| is_idle(studio) && !says(studio, "Changed since"));
    assert!(labels(&studio, Role::Row).iter().any(|row| row.starts_with("7m: ")));
    show_condition(&mut studio, "api_calls");
    assert!(labels(&studio, Role::Row).iter().any(|row| row.starts_with("6h: ")), "durations of its own");
}

#[test]
fn a_study_that_is_cancelled_waits_for_a_press() {
    let mut studio = opened("Thresholds", ROOMY);
    if let Some(id) = session(&studio).results().thresholds.job() {
        studio.state_mut().ask(Request::Cancel(id));
    }
    wait_until(&mut studio, "the end", is_idle);
    // It may have been faster than the hand that cancels.
    if !says(&studio, "Suggestion") {
        button(&mut studio, "Sweep");
        wait_until(&mut studio, "the study", |studio| is_idle(studio) && says(studio, "Suggestion"));
    }
}

#[test]
fn what_is_missing_is_said_with_what_to_do() {
    let check = |what: &str, said: &str, change: &dyn Fn(&mut crate::model::Project)| {
        let mut session = example();
        let path = session.path().unwrap().to_owned();
        let mut project = session.project().clone();
        change(&mut project);
        session = crate::session::Session::saved(project, path, None);
        let mut studio = studio_at(ROOMY, Some(session), None);
        press(&mut studio, Key::F5);
        wait_until(&mut studio, "the run", |studio| {
            super::driving::session(studio).results().simulation.is_some()
        });
        studio.state_mut().ask(Command::SweepThresholds);
        wait_until(&mut studio, what, |studio| is_idle(studio) && says(studio, said));
    };
    check("no labels", "named like it with the ending .labels.csv", &|project| {
        project.simulation.traces[0].labels.clear();
    });
    let mut studio = studio_at(ROOMY, Some(example()), None);
    studio.state_mut().ask(Command::SweepThresholds);
    studio.run();
    assert!(says(&studio, "Run the policies on the trace"), "nothing has run yet");
    check("no metric condition", "Add a metric condition to a rule", &|project| {
        for id in project.policies.ids().collect::<Vec<_>>() {
            let policy = project.policies.get_mut(id).unwrap();
            for rule in &mut policy.rules {
                rule.conditions.retain(|one| !matches!(one, Condition::Metric(_)));
            }
        }
    });
    check("a metric that the trace lacks", "No series of gpu_usage is in scope", &|project| {
        let id = project.policies.ids().next().unwrap();
        if let Condition::Metric(metric) = &mut project.policies.get_mut(id).unwrap().rules[0].conditions[0] {
            metric.metric = "gpu_usage".to_owned();
        }
    });
}

#[test]
fn two_policies_are_compared_and_a_row_is_seen_close_up() {
    let mut studio = compared();
    assert!(says(&studio, "alarms are new (7 in an attack)"), "{:?}", labels(&studio, Role::Label));
    let rows: Vec<String> =
        labels(&studio, Role::Row).into_iter().filter(|row| row.contains(" alarm: ")).collect();
    assert!(rows.iter().any(|row| row.starts_with("+ new alarm: egress_bytes of ")), "{rows:?}");
    assert!(!says(&studio, "Show the whole time"));
    click(&mut studio, Role::Row, &rows[0]);
    assert!(says(&studio, "Show the whole time"));
    button(&mut studio, "Show the whole time");
    assert!(!says(&studio, "Show the whole time"));
    click(&mut studio, Role::Button, "Swap before and after");
    wait_until(&mut studio, "the other way round", |studio| {
        is_idle(studio) && says(studio, "alarms are lost")
    });
    let row = labels(&studio, Role::Row).into_iter().find(|row| row.starts_with("− lost alarm")).unwrap();
    click(&mut studio, Role::Row, &row);
    button(&mut studio, "Open in Detection");
    assert!(says(&studio, "Detection rate"));
}

#[test]
fn the_same_on_both_sides_has_nothing_to_compare_and_a_version_has() {
    let mut studio = compared();
    choose(&mut studio, "Policy after", "Policies in force");
    assert!(says(&studio, "Before and after are the same here"));
    // A step back in time: the policy as it was approved, and as it reads now.
    let mut project = project(&studio).clone();
    let id = project.policies.ids().next().unwrap();
    let policy = project.policies.get_mut(id).unwrap();
    let version = crate::model::PolicyVersion {
        number: 1,
        policy: policy.content(),
        ..crate::model::PolicyVersion::default()
    };
    policy.versions = vec![version];
    if let Condition::Metric(metric) = &mut policy.rules[0].conditions[0] {
        metric.value = 99.0;
    }
    let path = session(&studio).path().unwrap().to_owned();
    let session = crate::session::Session::saved(project, path, None);
    let mut studio = studio_at(ROOMY, Some(session), None);
    press(&mut studio, Key::F5);
    wait_until(&mut studio, "the run", |studio| {
        super::driving::session(studio).results().simulation.is_some()
    });
    studio.state_mut().ask(Command::ComparePolicies);
    wait_until(&mut studio, "the comparison", |studio| is_idle(studio) && says(studio, "Differences"));
    assert!(says(&studio, ", version 1"));
    assert!(labels(&studio, Role::Row).iter().any(|row| row.starts_with("− lost alarm: cpu_usage")));
}
