//! Simulation in the window: running, cancelling, reading the timeline, moving a threshold.

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::driving::*;
use crate::edit::{Transaction, verbs};
use crate::model::{ComponentId, ItemId, RuleId};
use crate::picture::timeline::events;
use crate::session::{Command, Request, Session};

/// The example, simulated on its own trace.
fn simulated() -> Studio {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    press(&mut studio, Key::F5);
    wait_until(&mut studio, "the run", |studio| session(studio).results().simulation.is_some());
    studio
}

fn wait_for_fresh_run(studio: &mut Studio) {
    wait_until(studio, "a fresh run", |studio| {
        let session = session(studio);
        session.results().simulation.as_ref().is_some_and(|run| session.is_current(run))
    });
}

fn score(studio: &Studio) -> (usize, usize) {
    let run = session(studio).results().simulation.clone().unwrap();
    let event = &run.value.run.scores.as_ref().unwrap().event;
    (event.detected, event.windows.len())
}

#[test]
fn the_example_runs_and_says_how_well() {
    let mut studio = simulated();
    let (found, all) = score(&studio);
    assert!(says(&studio, &format!("{found} of {all} attacks")));
    for name in ["Detection rate", "False alarms", "Time to detect", "Missed", "Responses"] {
        assert!(says(&studio, name), "{name}");
    }
    click(&mut studio, Role::RadioButton, "Show as: Table");
    let run = session(&studio).results().simulation.clone().unwrap();
    let rows = labels(&studio, Role::Row);
    for condition in &run.value.run.conditions {
        let firing: usize = condition.series.iter().map(|series| series.firing.len()).sum();
        let listed = rows.iter().filter(|row| row.starts_with(&format!("{} ", condition.id))).count();
        assert_eq!(listed, firing, "{}", condition.id);
    }
}

#[test]
fn agents_are_listed_named_and_taken_off() {
    let mut studio = studio_at(egui::vec2(1600.0, 2000.0), Some(example()), None);
    press(&mut studio, Key::F5);
    wait_for_fresh_run(&mut studio);
    studio.state_mut().ask(Command::TraceAndSettings);
    studio.run();
    let agents = |studio: &Studio| project(studio).simulation.agents.clone();
    let before = agents(&studio);
    button(&mut studio, "Take assistant-1 off the list");
    assert_eq!(agents(&studio).len(), before.len() - 1);
    button(&mut studio, "List the agent of the trace that is missing");
    assert_eq!(agents(&studio).last().unwrap().name, "assistant-1");
    fill(&mut studio, "Type of assistant-1", "assistant");
    fill(&mut studio, "Environment of assistant-1", "production");
    choose(&mut studio, "Component of assistant-1", "assistant_agent");
    let listed = agents(&studio).pop().unwrap();
    assert_eq!((listed.agent_type.as_str(), listed.environment.as_str()), ("assistant", "production"));
    assert!(listed.component.is_some());
    button(&mut studio, "Add an agent");
    fill(&mut studio, "Name of agent-1", "assistant-1");
    assert_eq!(agents(&studio).last().unwrap().name, "agent-1", "a name that is taken is refused");
    fill(&mut studio, "Name of agent-1", "assistant-9");
    assert_eq!(agents(&studio).last().unwrap().name, "assistant-9");
    undo_all(&mut studio);
    assert_eq!(agents(&studio), before);
}

#[test]
fn groups_of_destinations_are_named_and_filled() {
    let mut studio = studio(small());
    studio.state_mut().ask(Command::TraceAndSettings);
    studio.run();
    button(&mut studio, "Add a group");
    fill(&mut studio, "Name of group group-1", "approved");
    button(&mut studio, "Add to approved");
    type_text(&mut studio, "*.example.com");
    press(&mut studio, Key::Enter);
    let groups = |studio: &Studio| project(studio).simulation.groups.clone();
    assert_eq!(groups(&studio)[0].name, "approved");
    assert_eq!(groups(&studio)[0].members, ["*.example.com"]);
    button(&mut studio, "Remove *.example.com from approved");
    assert!(groups(&studio)[0].members.is_empty());
    button(&mut studio, "Remove the group approved");
    assert!(groups(&studio).is_empty());
    assert_eq!(undo_all(&mut studio).len(), 5);
}

#[test]
fn a_trace_of_agents_that_nobody_binds_says_so() {
    let mut stranger = example();
    let change = verbs::change_simulation(stranger.project(), "agents", |all| {
        all.agents.truncate(1);
        all.agents[0].name = "somebody-else".to_owned();
        all.traces[0].events.clear();
    });
    stranger.commit(change.unwrap()).unwrap();
    let mut studio = studio_at(ROOMY, Some(stranger), None);
    press(&mut studio, Key::F5);
    wait_for_fresh_run(&mut studio);
    assert!(says(&studio, "No condition of these policies watches anything in this trace."));
    assert!(says(&studio, "No policy that ran binds assistant-1."));
}

#[test]
fn a_run_can_be_cancelled() {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    press(&mut studio, Key::F5);
    let running = |studio: &Studio| studio.state().jobs.running().map(|(id, _)| id).collect::<Vec<_>>();
    for id in running(&studio) {
        studio.state_mut().ask(Request::Cancel(id));
    }
    wait_until(&mut studio, "the end", |studio| running(studio).is_empty());
    // It may have been faster than the hand that cancels.
    let done = session(&studio).results().simulation.is_some();
    assert!(done || says(&studio, "Cancelled."));
}

#[test]
fn a_trace_that_is_not_there_is_said() {
    let mut studio = studio(crate::session::work::placed(crate::catalog::example()));
    // Never saved, so its relative paths lead nowhere.
    press(&mut studio, Key::F5);
    wait_until(&mut studio, "the reason", |studio| says(studio, "could not be read"));
    assert!(session(&studio).results().simulation.is_none());
}

#[test]
fn moving_a_threshold_changes_the_score() {
    let mut studio = simulated();
    let before = score(&studio);
    ctrl(&mut studio, Key::Num5);
    let bounds = labels(&studio, Role::TextInput).into_iter().filter(|name| name.starts_with("Bound of"));
    for bound in bounds.collect::<Vec<_>>() {
        fill(&mut studio, &bound, "1000000");
    }
    ctrl(&mut studio, Key::Num6);
    assert!(says(&studio, "Changed since, run again"));
    assert!(
        studio.query_by_role_and_label(Role::Button, "Record as evidence").is_none_or(|button| {
            use egui_kittest::kittest::NodeT as _;
            button.accesskit_node().is_disabled()
        }),
        "an old run is not recorded"
    );
    button(&mut studio, "Run again");
    wait_for_fresh_run(&mut studio);
    assert!(score(&studio).0 < before.0, "{:?} after {before:?}", score(&studio));
    assert!(says(&studio, "Before and after"));
}

#[test]
fn recording_evidence_leaves_the_run_as_fresh_as_it_was() {
    let mut studio = simulated();
    let before = session(&studio).project().evidence.clone();
    button(&mut studio, "Record as evidence");
    assert_ne!(session(&studio).project().evidence, before);
    assert!(!says(&studio, "Changed since, run again"));
    ctrl(&mut studio, Key::Z);
    assert_eq!(session(&studio).project().evidence, before);
    assert!(!says(&studio, "Changed since, run again"));
}

#[test]
fn a_run_is_out_of_date_only_by_what_it_rests_on() {
    let mut studio = simulated();
    let commit = |studio: &mut Studio, change: Option<Transaction>| {
        studio.state_mut().ask(Request::Commit(change.unwrap()));
        studio.run_steps(4);
    };
    let project = session(&studio).project().clone();
    commit(&mut studio, verbs::rename(&project, ItemId::Component(ComponentId(1)), "Another name"));
    assert!(!says(&studio, "Changed since, run again"), "no policy asks for the name");
    commit(&mut studio, verbs::change_rule(&project, RuleId(1), "rule", |rule| rule.conditions.clear()));
    assert!(says(&studio, "Changed since, run again"));
    ctrl(&mut studio, Key::Z);
    assert!(!says(&studio, "Changed since, run again"), "as it was, it gives what it gave");
}

#[test]
fn denials_and_responses_are_stepped_through_and_read() {
    let mut studio = simulated();
    let run = session(&studio).results().simulation.clone().unwrap();
    let agent = crate::picture::timeline::agents(&run.value.run).remove(0);
    let count = events(&run.value.run, &agent).len();
    assert!(count > 2, "something was denied or done: {count}");
    button(&mut studio, "Next denial or response");
    button(&mut studio, "Close what is read");
    press(&mut studio, Key::CloseBracket);
    let first = labels(&studio, Role::Button);
    assert!(first.contains(&"Close what is read".to_owned()));
    // Each has a name of its own and can be pressed.
    let named: Vec<String> = first
        .into_iter()
        .filter(|name| {
            name.contains(" denied, ") || name.starts_with("restrict") || name.starts_with("notify")
        })
        .collect();
    assert!(!named.is_empty(), "{:?}", labels(&studio, Role::Button));
    click(&mut studio, Role::Link, "Go to the rule");
    assert!(studio.query_by_role_and_label(Role::TextInput, "Policy name").is_some());
}

#[test]
fn figures_and_denials_of_a_closed_loop_say_so() {
    let mut studio = simulated();
    let count = |studio: &Studio, words: &str| studio.query_all_by_label(words).count();
    assert!(count(&studio, "Open loop") >= 3 && count(&studio, "Closed loop") == 0);
    let closed = verbs::change_simulation(project(&studio), "closed loop", |settings| {
        settings.evaluation.closed_loop = true;
    });
    studio.state_mut().ask(Request::Commit(closed.unwrap()));
    studio.run();
    press(&mut studio, Key::F5);
    wait_for_fresh_run(&mut studio);
    assert!(count(&studio, "Closed loop") >= 4 && count(&studio, "Open loop") == 1, "before is open");
    assert!(says(&studio, "One run is closed loop: there, what a response blocks is denied"));
    let run = session(&studio).results().simulation.clone().unwrap();
    let held = run.value.run.decisions.iter().find(|record| record.by_response).unwrap();
    let agent = held.agent.clone();
    studio.state_mut().views.simulate.show_agent(&agent);
    studio.run();
    for _ in 0..events(&run.value.run, &agent).len() {
        press(&mut studio, Key::CloseBracket);
        if says(&studio, "Decided by: isolated since") || says(&studio, "Decided by: restricted since") {
            assert!(says(&studio, "Closed loop. Without that it would be"));
            return;
        }
    }
    unreachable!("no denial by a response was read");
}

#[test]
fn evidence_is_recorded_once_and_undone() {
    let mut studio = simulated();
    let before = text_without_counters(&studio);
    button(&mut studio, "Record as evidence");
    assert_ne!(text_without_counters(&studio), before);
    ctrl(&mut studio, Key::Z);
    assert_eq!(text_without_counters(&studio), before);
}

#[test]
fn the_checks_themselves_are_simulated() {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    ctrl(&mut studio, Key::Num5);
    click(&mut studio, Role::Tab, "Protection");
    button(&mut studio, "Run");
    wait_until(&mut studio, "the checks", |studio| session(studio).results().protection.is_some());
    let run = session(&studio).results().protection.clone().unwrap();
    assert!(says(&studio, &run.value.verdict), "{}", run.value.verdict);
    fill(&mut studio, "What the checks protect", "The fleet");
    let median = |studio: &Studio| project(studio).protection.tiers[0].p50_ms;
    let before = median(&studio);
    fill(&mut studio, "Measured median of tier 1", "3.5");
    assert_eq!((project(&studio).protection.subject.as_str(), median(&studio)), ("The fleet", Some(3.5)));
    ctrl(&mut studio, Key::Z);
    assert_eq!(median(&studio), before);
    let saved = Session::unsaved(project(&studio).clone());
    assert!(saved.results().protection.is_none(), "results are never part of the model");
}

#[test]
fn a_threshold_is_tried_on_its_line_then_kept_or_dropped() {
    let mut studio = simulated();
    let line = |studio: &Studio| {
        let lines = labels(studio, Role::Slider);
        lines.into_iter().find(|name| name.starts_with("Threshold of ")).expect("a threshold line")
    };
    let before = line(&studio);
    let revision = session(&studio).revision();
    for keep in [false, true] {
        studio.get_by_role_and_label(Role::Slider, &before).focus();
        studio.run_steps(2);
        for _ in 0..5 {
            press(&mut studio, Key::ArrowDown);
        }
        assert_ne!(line(&studio), before, "the line has moved");
        assert_eq!(session(&studio).revision(), revision, "nothing is changed yet");
        if keep {
            click(&mut studio, Role::Button, "Keep this threshold");
            assert_eq!(session(&studio).revision(), revision + 1, "one change");
        } else {
            click(&mut studio, Role::Button, "Revert");
            assert_eq!(line(&studio), before);
        }
    }
    wait_for_fresh_run(&mut studio);
    assert_ne!(line(&studio), before);
}

#[test]
fn a_threshold_stays_under_the_hand_that_drags_it() {
    let mut studio = simulated();
    let line = |studio: &Studio| {
        let mut lines = studio.get_all_by_role(Role::Slider);
        lines
            .find(|line| line.accesskit_node().label().is_some_and(|name| name.starts_with("Threshold of ")))
            .unwrap()
            .rect()
    };
    let before = line(&studio).center();
    let target = before + egui::vec2(0.0, 24.0);
    carry(&mut studio, before, target);
    let after = line(&studio).center();
    assert!((after.y - target.y).abs() < 4.0, "{before} was dragged to {target} and stands at {after}");
}

#[test]
fn the_timeline_is_read_panned_and_zoomed_by_keys() {
    let mut studio = simulated();
    let run = session(&studio).results().simulation.clone().unwrap();
    let grid = run.value.run.grid;
    let moment = |t_ms: i64| format!("{} UTC", super::words::second(t_ms));
    press(&mut studio, Key::Home);
    assert!(says(&studio, &moment(grid.start_ms)), "the first moment is read");
    press(&mut studio, Key::End);
    assert!(says(&studio, &moment(grid.end_ms)), "the last moment is read");
    press(&mut studio, Key::Home);
    studio.key_press_modifiers(egui::Modifiers::COMMAND | egui::Modifiers::SHIFT, Key::ArrowRight);
    studio.run();
    assert!(says(&studio, &moment(grid.start_ms + grid.interval_ms)), "one evaluation on");
    studio.key_press_modifiers(egui::Modifiers::SHIFT, Key::ArrowRight);
    studio.run();
    let step = (grid.end_ms - grid.start_ms) / 120;
    assert!(says(&studio, &moment(grid.start_ms + grid.interval_ms + step)), "a step on");
    let range = |studio: &Studio| studio.state().views.simulate.range();
    assert_eq!(range(&studio), None);
    press(&mut studio, Key::Plus);
    press(&mut studio, Key::Plus);
    let (from, to) = range(&studio).unwrap();
    assert!((to - from - (grid.end_ms - grid.start_ms) / 4).abs() < 10, "a quarter is seen");
    press(&mut studio, Key::ArrowRight);
    let (later, _) = range(&studio).unwrap();
    assert_eq!(later - from, (to - from) / 8);
    press(&mut studio, Key::End);
    assert_eq!(range(&studio).unwrap().1, grid.end_ms, "what is read is in sight");
    for _ in 0..3 {
        press(&mut studio, Key::Minus);
    }
    assert_eq!(range(&studio), None);
}
