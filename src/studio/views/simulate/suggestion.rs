//! The suggestion for a budget of false alarms: chosen on the first part of the trace, tested on the rest, taken over as one
//! step; and how much the phase of the evaluation matters.

use egui::{Ui, Vec2};

use crate::model::Band;
use crate::picture::Role;
use crate::picture::threshold_curve::rate;
use crate::session::thresholds::{ThresholdQuestion, take_over};
use crate::session::{Command, Request};
use crate::simulation::scores::wilson;
use crate::simulation::sweep::SweepPoint;
use crate::simulation::threshold_study::{Choice, Study};
use crate::simulation::time::duration_words;
use crate::simulation::words::number;
use crate::studio::icons;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button, Column, Field, Table};
use crate::studio::words;

use super::scores::interval_bar;
use super::thresholds::{State, bound_words, condition_words, result_words};

/// With fewer attacks to test on, a result is a hint.
const FEW_ATTACKS: usize = 10;

/// Draws the column.
pub(super) fn show(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    state: &mut State,
    question: &ThresholdQuestion,
    study: &Study,
    is_fresh: bool,
) {
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 6.0);
    widgets::heading(ui, "Budget", None);
    budget(ui, state);
    ui.add_space(6.0);
    widgets::divider(ui);
    ui.add_space(6.0);
    widgets::heading(ui, "Suggestion", None);
    let Some(choice) = study.suggest(state.budget) else {
        let sentence = if study.in_force_first.windows == 0 {
            "No labelled attack lies in the first part of the trace, so there is nothing to choose by. Choose on a larger part."
        } else {
            "No threshold detects an attack in the first part within this budget. Allow more false alarms, or try other durations."
        };
        widgets::paragraph(ui, sentence, Look::BODY, Role::TextSecondary);
        return;
    };
    suggested(ui, ctx, state, question, study, choice, is_fresh);
}

fn budget(ui: &mut Ui, state: &mut State) {
    let parse = |text: &str| {
        let typed = text.trim().replace(',', ".").parse::<f64>().ok();
        typed
            .filter(|typed| typed.is_finite() && *typed >= 0.0)
            .ok_or_else(|| "Type a number, 0 or more".to_owned())
    };
    widgets::property(ui, "At most", |ui| {
        let field = Field::new("False alarms per agent-day").unit("per agent-day");
        if let Some(budget) =
            widgets::number_field(ui, field, &state.budget, |value| format!("{value}"), parse)
        {
            state.budget = budget;
        }
    });
    let plain = if state.budget > 0.0 {
        let days = 1.0 / state.budget;
        format!(
            "One false alarm of an agent in {}.",
            if days >= 1.5 {
                format!("{} days", number((days * 10.0).round() / 10.0))
            } else {
                duration_words((days * 86.4e6) as i64)
            }
        )
    } else {
        "No false alarm at all on the trace.".to_owned()
    };
    widgets::small(ui, &plain, Role::TextTertiary);
    widgets::property(ui, "Choose on", |ui| {
        let field = Field::new("Share of the trace to choose on").unit("% of the time");
        let parse = |text: &str| {
            let typed = text.trim().replace(',', ".").parse::<f64>().ok();
            typed
                .filter(|typed| (10.0..=90.0).contains(typed))
                .ok_or_else(|| "Type a number from 10 to 90".to_owned())
        };
        let percent = (state.share * 1000.0).round() / 10.0;
        if let Some(percent) = widgets::number_field(ui, field, &percent, |value| format!("{value}"), parse) {
            state.share = percent / 100.0;
        }
    });
    widgets::small(ui, "The rest is kept apart, to test what was chosen.", Role::TextTertiary);
}

fn suggested(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    state: &mut State,
    question: &ThresholdQuestion,
    study: &Study,
    choice: &Choice,
    is_fresh: bool,
) {
    let condition = &question.condition;
    let reading = question.reading();
    let is_present =
        choice.duration_ms == condition.duration_ms && choice.chosen.threshold == condition.value;
    let words = bound_words(
        &condition.metric,
        condition.operator,
        choice.chosen.threshold,
        choice.duration_ms,
        reading,
    );
    widgets::paragraph(ui, &words, Look::SECTION, Role::Text);
    let present = condition_words(condition, reading);
    let instead = if is_present { "This is how it reads now.".to_owned() } else { format!("Now: {present}") };
    widgets::small(ui, &instead, Role::TextTertiary);
    let at = words::minute(study.split_ms);
    part(ui, &format!("Chosen on the first part, until {at}"), &choice.chosen);
    part(ui, "Tested on the rest, never looked at before", &choice.tested);
    if !is_present {
        part(ui, "As it reads now, on the rest", &study.in_force_rest);
    }
    ui.add_space(2.0);
    for (bad, sentence) in verdict(study, choice) {
        ui.horizontal_top(|ui| {
            let (icon, role) = if bad {
                ("triangle-alert", Role::SeverityText(Band::High))
            } else {
                ("info", Role::TextSecondary)
            };
            icons::show(ui, icon, 16.0, theme::color(ui, role));
            widgets::small(ui, &sentence, Role::TextSecondary);
        });
    }
    ui.add_space(4.0);
    let label = "Take it over";
    let button = Button::primary(label)
        .named("Take the suggestion over")
        .icon("check")
        .enabled(is_fresh && !is_present)
        .show(ui);
    if button.clicked()
        && let Some(transaction) = take_over(ctx.project(), question.place, choice)
    {
        state.taken_at = Some(ctx.session.revision());
        ctx.ask(Request::Commit(transaction));
        ctx.ask(Command::Simulate);
    }
    let under = if !is_fresh {
        "Something has changed since. Sweep again to take a suggestion over."
    } else if is_present {
        "Nothing is to be changed."
    } else {
        "Changes the policy in one step, which Ctrl+Z takes back, and runs it again."
    };
    widgets::small(ui, under, Role::TextTertiary);
}

/// One part of the time with what was found in it.
fn part(ui: &mut Ui, name: &str, point: &SweepPoint) {
    ui.add_space(4.0);
    widgets::label(ui, name, Look::CAPTION, Role::TextTertiary);
    widgets::label(ui, &result_words(point), Look::BODY_STRONG, Role::Text);
    let interval = wilson(point.detected as u64, point.windows as u64);
    let said = match (rate(point), interval) {
        (Some(share), Some(interval)) => interval_bar(ui, share, interval),
        _ => "No labelled attack lies in it".to_owned(),
    };
    let rate = point.false_alarms_per_agent_day;
    let rate = rate.filter(|rate| *rate > 0.0).map(|rate| format!(", {rate:.2} false per agent-day"));
    widgets::small(ui, &format!("{said}{}", rate.unwrap_or_default()), Role::TextTertiary);
}

/// What the test says, the bad news marked.
fn verdict(study: &Study, choice: &Choice) -> Vec<(bool, String)> {
    let (tested, in_force) = (&choice.tested, &study.in_force_rest);
    let mut said = Vec::new();
    if tested.windows == 0 {
        said.push((true, "Untested: no labelled attack lies in the rest.".to_owned()));
        return said;
    }
    let (chosen, kept) = (rate(&choice.chosen).unwrap_or_default(), rate(tested).unwrap_or_default());
    if kept + 1e-9 < chosen {
        let words = format!(
            "It does worse where it was not chosen: {:.0} % of the attacks there, {:.0} % on the first part.",
            kept * 100.0,
            chosen * 100.0
        );
        said.push((true, words));
    }
    let more = |new: usize, old: usize, what: (&str, &str)| match new.cmp(&old) {
        std::cmp::Ordering::Less => format!("{} fewer", words::counted(old - new, what.0, what.1)),
        std::cmp::Ordering::Equal => format!("as many {}", what.1),
        std::cmp::Ordering::Greater => format!("{} more", words::counted(new - old, what.0, what.1)),
    };
    let sentence = format!(
        "On the rest, against how it reads now: {}, {}.",
        more(tested.detected, in_force.detected, ("attack", "attacks")),
        more(tested.false_alarms, in_force.false_alarms, ("false alarm", "false alarms")),
    );
    said.push((tested.detected < in_force.detected, sentence));
    if tested.windows < FEW_ATTACKS {
        let words = format!(
            "Tested on {} only: take it for a hint.",
            words::counted(tested.windows, "attack", "attacks")
        );
        said.push((false, words));
    }
    said
}

/// How much the phase of the evaluation matters: what is in force, evaluated a little later each time.
pub(super) fn phases(ui: &mut Ui, study: &Study, interval_ms: i64) {
    widgets::heading(ui, "Evaluation phase", Some(study.phases.len()));
    widgets::small(ui, &phase_words(study, interval_ms), Role::TextSecondary);
    let columns = [
        Column::exact("Later by", 110.0),
        Column::exact("Alarms", 90.0).right(),
        Column::exact("Detected", 110.0).right(),
        Column::exact("False alarms", 120.0).right(),
        Column::exact("Median time to detect", 190.0).right(),
        Column::grow("", 1.0, 10.0),
    ];
    ui.spacing_mut().item_spacing.y = 0.0;
    let table = Table::new(ui, &columns).row_height(30.0);
    table.head(ui, None);
    let windows = study.in_force().map_or(0, |point| point.windows);
    for phase in &study.phases {
        let later = if phase.offset_ms == 0 { "as simulated".to_owned() } else { seconds(phase.offset_ms) };
        let count =
            |number: Option<usize>| number.map_or_else(|| "–".to_owned(), |number| number.to_string());
        let found = format!("{} of {windows}", count(phase.detected));
        let time = phase.time_to_detect_ms.map_or_else(|| "–".to_owned(), duration_words);
        let name = format!("{later}: {found} attacks, {} false alarms, {time}", count(phase.false_alarms));
        table.row(ui, ("phase", phase.offset_ms), &name, false, |row| {
            row.text(&later, Look::BODY, Role::Text);
            row.text(&phase.firings.to_string(), Look::BODY, Role::TextSecondary);
            row.text(&found, Look::BODY, Role::Text);
            row.text(&count(phase.false_alarms), Look::BODY, Role::Text);
            row.text(&time, Look::BODY, Role::TextSecondary);
        });
    }
}

/// `1.9 s`: a part of an interval.
fn seconds(ms: i64) -> String {
    format!("{} s", number((ms as f64 / 100.0).round() / 10.0))
}

fn phase_words(study: &Study, interval_ms: i64) -> String {
    let span = |values: Vec<usize>| {
        let (least, most) = (values.iter().min().copied(), values.iter().max().copied());
        (least.unwrap_or_default(), most.unwrap_or_default())
    };
    let found = span(study.phases.iter().filter_map(|phase| phase.detected).collect());
    let alarms = span(study.phases.iter().filter_map(|phase| phase.false_alarms).collect());
    let range = |(least, most): (usize, usize)| {
        if least == most { format!("always {least}") } else { format!("{least} to {most}") }
    };
    let times: Vec<i64> = study.phases.iter().filter_map(|phase| phase.time_to_detect_ms).collect();
    let spread = times.iter().max().zip(times.iter().min()).map(|(most, least)| most - least);
    let spread = spread.map_or_else(String::new, |spread| {
        format!(", median time to detect within {}", duration_words(spread))
    });
    format!(
        "A live server evaluates every {} at a moment that nobody chooses. For the condition as it reads now, over these phases: attacks detected {}, false alarms {}{spread}.",
        duration_words(interval_ms),
        range(found),
        range(alarms),
    )
}
