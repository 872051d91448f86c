//! What was understood of a trace: formats, kinds and why, series with what is odd about them, lines left out. The kind of a
//! metric can be put right here.

use egui::{Frame, Margin, Panel, Ui};

use crate::edit::verbs;
use crate::model::{Band, MetricKind, TraceSet};
use crate::picture::Role;
use crate::session::prometheus::LiveSource;
use crate::session::{Command, Simulation};
use crate::simulation::TraceReport;
use crate::simulation::time::duration_words;
use crate::simulation::words::number;
use crate::studio::theme::{self, Look, size};
use crate::studio::trace_files::FileBeside;
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button, Column, Field, Table};
use crate::studio::words;

use super::{State, agents, attacks, settings};

/// Draws the tab: the report at the left, settings and made-up attacks at the right.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &State) {
    let number = state.chosen_trace(ctx.project());
    let frame = Frame::new().fill(theme::color(ui, Role::Panel)).inner_margin(Margin::same(16));
    Panel::right("simulation settings").exact_size(336.0).resizable(false).frame(frame).show(ui, |ui| {
        widgets::scroll(ui, "simulation settings", |ui| {
            settings::show(ui, ctx);
            ui.add_space(10.0);
            widgets::divider(ui);
            ui.add_space(10.0);
            attacks::show(ui, ctx, number);
        });
    });
    let frame = Frame::new().fill(theme::color(ui, Role::Canvas)).inner_margin(Margin::same(14));
    let simulation = ctx.session.results().simulation.clone();
    egui::CentralPanel::default().frame(frame).show(ui, |ui| {
        widgets::scroll(ui, "trace report", |ui| {
            ui.spacing_mut().item_spacing.y = 12.0;
            widgets::card(ui, 16.0, |ui| files(ui, ctx, number));
            // What was understood of another trace is no word on this one.
            let wanted = state.wanted(ctx.session).map(|(files, _)| files.name);
            let of_this =
                |dated: &crate::session::Dated<Simulation>| Some(&dated.value.name) == wanted.as_ref();
            let Some(dated) = simulation.filter(of_this) else {
                widgets::card(ui, 16.0, |ui| unread(ui, ctx));
                widgets::card(ui, 16.0, |ui| agents::agents(ui, ctx, None));
                widgets::card(ui, 16.0, |ui| agents::groups(ui, ctx));
                return;
            };
            let report = &dated.value.report;
            widgets::card(ui, 16.0, |ui| summary(ui, ctx, &dated.value));
            widgets::card(ui, 16.0, |ui| metrics(ui, ctx, report));
            widgets::card(ui, 16.0, |ui| agents::agents(ui, ctx, Some(&dated.value.trace)));
            widgets::card(ui, 16.0, |ui| agents::groups(ui, ctx));
            widgets::card(ui, 16.0, |ui| series(ui, report));
            widgets::card(ui, 16.0, |ui| left_out(ui, report));
        });
    });
}

/// The files of the trace, and whether lines that cannot be read end the reading.
fn files(ui: &mut Ui, ctx: &mut ViewContext<'_>, number: usize) {
    ui.set_width(ui.available_width());
    ui.spacing_mut().item_spacing.y = 4.0;
    let Some(set) = ctx.project().simulation.traces.get(number) else {
        widgets::paragraph(ui, "There is no trace yet.", Look::BODY, Role::TextSecondary);
        if Button::plain("Add a trace file…").icon("folder-open").show(ui).clicked() {
            ctx.ask(Command::AddTrace);
        }
        return;
    };
    let mut name = set.name.clone();
    ui.horizontal(|ui| {
        let width = (ui.available_width() - 44.0).min(420.0);
        let field = Field::new("Name of the trace").width(width).show(ui, &mut name);
        if field.lost_focus() && name.trim().is_empty() {
            name.clone_from(&set.metrics);
        }
        if widgets::icon_button(ui, "trash-2", "Remove the trace").clicked() {
            ctx.ask(Command::RemoveTrace);
        }
    });
    if name != set.name {
        change_set(ctx, number, "name of a trace", |set| set.name = name);
    }
    ui.add_space(4.0);
    if LiveSource::is_address(&set.metrics) {
        server_row(ui, ctx, number, &set.metrics);
    } else {
        file_row(ui, "Metrics", &set.metrics, |_| {});
    }
    let beside = [
        ("Events", &set.events, FileBeside::Events, Command::ChooseEvents),
        ("Labelled attacks", &set.labels, FileBeside::Labels, Command::ChooseLabels),
    ];
    for (what, file, which, choose) in beside {
        file_row(ui, what, file, |ui| {
            let plain = what.to_lowercase();
            let name = format!("Choose the {plain}…");
            if Button::quiet("Choose…").named(&name).icon("folder-open").small().show(ui).clicked() {
                ctx.ask(choose);
            }
            if !file.is_empty() && widgets::icon_button(ui, "x", &format!("Take off the {plain}")).clicked() {
                change_set(ctx, number, which.change(), |set| which.of(set).clear());
            }
        });
    }
    let mut skip = set.skip_bad_lines;
    if widgets::checkbox(ui, &mut skip, "Leave out lines that cannot be read, and count them").changed() {
        change_set(ctx, number, "bad lines", |set| set.skip_bad_lines = skip);
    }
    if !skip {
        widgets::small(
            ui,
            "The first line that cannot be read ends the reading and is shown.",
            Role::TextTertiary,
        );
    }
}

/// The server that a trace is taken from, with the range that is asked of it.
fn server_row(ui: &mut Ui, ctx: &mut ViewContext<'_>, number: usize, address: &str) {
    let parse = |text: &str| LiveSource::parse(text).map(|_| text.trim().to_owned());
    let current = address.to_owned();
    let changed = widgets::property(ui, "Server", |ui| {
        let field = Field::new("Server and range").icon("globe").look(Look::CODE);
        widgets::settled_field(ui, field, &current, String::clone, parse)
    });
    if let Some(address) = changed {
        change_set(ctx, number, "server of a trace", |set| set.metrics = address);
    }
    let evaluation = &ctx.project().simulation.evaluation;
    let words = if evaluation.start_ms.is_some() || evaluation.end_ms.is_some() {
        "The start and the end in the settings beside count, and the range of the address where they say nothing."
    } else {
        "Which part is asked for: ?last=6h, or ?start=2026-11-20T08:00:00Z&end=2026-11-20T20:00:00Z."
    };
    widgets::small(ui, words, Role::TextTertiary);
}

/// A file of the trace, and what can be done with it.
fn file_row(ui: &mut Ui, what: &str, file: &str, buttons: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.set_min_height(size::BUTTON_SMALL);
        let left = egui::Layout::left_to_right(egui::Align::Center);
        ui.allocate_ui_with_layout(egui::vec2(130.0, size::BUTTON_SMALL), left, |ui| {
            ui.set_min_width(130.0);
            widgets::label(ui, what, Look::BODY, Role::TextSecondary);
        });
        let (words, role) = if file.is_empty() { ("none", Role::TextTertiary) } else { (file, Role::Text) };
        // As wide for every file, so that the buttons after them stand in a column.
        let room = (ui.available_width() - 150.0).clamp(60.0, 280.0);
        ui.allocate_ui_with_layout(egui::vec2(room, size::BUTTON_SMALL), left, |ui| {
            ui.set_min_width(room);
            ui.set_max_width(room);
            widgets::label(ui, words, Look::CODE, role).on_hover_text(words);
        });
        buttons(ui);
    });
}

fn change_set(
    ctx: &mut ViewContext<'_>,
    number: usize,
    what: &'static str,
    change: impl FnOnce(&mut TraceSet),
) {
    let change = verbs::change_simulation(ctx.project(), what, |settings| {
        if let Some(set) = settings.traces.get_mut(number) {
            change(set);
        }
    });
    ctx.commit(change);
}

fn unread(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    ui.set_width(ui.available_width());
    widgets::heading(ui, "What was understood", None);
    widgets::small(
        ui,
        "A run reads the trace; then this says what was understood of it.",
        Role::TextSecondary,
    );
    if Button::plain("Simulate").icon("play").keys("F5").show(ui).clicked() {
        ctx.ask(Command::Simulate);
    }
}

fn summary(ui: &mut Ui, ctx: &ViewContext<'_>, simulation: &Simulation) {
    ui.set_width(ui.available_width());
    ui.spacing_mut().item_spacing.y = 4.0;
    widgets::heading(ui, "What was understood", None);
    if let Some((first, last)) = simulation.trace.span() {
        let words = format!(
            "{} to {} UTC, {}.",
            words::second(first),
            words::second(last),
            duration_words(last - first)
        );
        widgets::paragraph(ui, &words, Look::BODY, Role::Text);
    }
    for sentence in simulation.report.sentences() {
        widgets::paragraph(ui, &sentence, Look::BODY, Role::TextSecondary);
    }
    let coverage = &simulation.run.coverage;
    if !coverage.metrics_missing.is_empty() {
        let words =
            format!("Named by a policy, but not in the trace: {}.", coverage.metrics_missing.join(", "));
        widgets::paragraph(ui, &words, Look::BODY, Role::SeverityText(Band::Medium));
    }
    for note in &coverage.notes {
        widgets::paragraph(ui, note, Look::BODY, Role::TextTertiary);
    }
    if ctx.session.results().simulation.as_ref().is_some_and(|dated| !ctx.session.is_current(dated)) {
        widgets::small(
            ui,
            "As of the latest run; policies or settings have changed since.",
            Role::TextTertiary,
        );
    }
}

/// What each metric is taken for, with a way to put it right.
fn metrics(ui: &mut Ui, ctx: &mut ViewContext<'_>, report: &TraceReport) {
    widgets::heading(ui, "Kinds of metrics", Some(report.kinds.len()));
    widgets::small(
        ui,
        "The kind decides how a condition reads the numbers: a level that is held, a total that grows, or events that add up.",
        Role::TextTertiary,
    );
    let columns = [
        Column::grow("Metric", 1.0, 120.0),
        Column::exact("Taken as", 164.0),
        Column::exact("Unit", 92.0),
        Column::exact("The trace suggests", 130.0),
        Column::grow("Why", 2.4, 190.0),
    ];
    ui.spacing_mut().item_spacing.y = 0.0;
    let table = Table::new(ui, &columns);
    table.head(ui, None);
    let project = ctx.project();
    for kind in &report.kinds {
        let said = project.simulation.metrics.get(&kind.metric);
        let metric = kind.metric.clone();
        let row_name = format!("Metric {metric}, {} suggested: {}", kind.suggested, kind.why);
        let mut change = None;
        let mut unit = said.map(|info| info.unit.clone()).unwrap_or_default();
        table.row(ui, &kind.metric, &row_name, false, |row| {
            row.text(&kind.metric, Look::CODE, Role::Text);
            row.ui(|ui| {
                let options =
                    [None, Some(MetricKind::Gauge), Some(MetricKind::Counter), Some(MetricKind::Delta)];
                let current = said.map(|info| info.kind);
                let name = format!("Kind of {metric}");
                let wanted = widgets::choose(ui, &name, current, &options, 150.0, taken_as);
                change = wanted.map(|kind| (kind, String::new(), true));
            });
            row.ui(|ui| {
                let field_name = format!("Unit of {metric}");
                let response =
                    Field::new(&field_name).width(78.0).height(28.0).hint("none").show(ui, &mut unit);
                if response.changed() {
                    change = Some((None, unit.clone(), false));
                }
            });
            // Events and levels look alike in a trace; a total does not.
            let is_total = |kind: MetricKind| kind == MetricKind::Counter;
            let differs =
                is_total(said.map_or(MetricKind::Gauge, |info| info.kind)) != is_total(kind.suggested);
            let role = if differs { Role::SeverityText(Band::Medium) } else { Role::TextSecondary };
            row.text(kind.suggested.label(), Look::BODY, role);
            row.text(&kind.why, Look::BODY, Role::TextSecondary);
        });
        let Some((kind, unit, of_kind)) = change else { continue };
        let name = if of_kind { "kind of a metric" } else { "unit of a metric" };
        ctx.commit(verbs::change_simulation(project, name, |settings| match kind {
            Some(kind) => settings.metrics.entry(metric).or_default().kind = kind,
            None if of_kind => {
                settings.metrics.remove(&metric);
            }
            None => settings.metrics.entry(metric).or_default().unit = unit,
        }));
    }
}

fn taken_as(kind: Option<MetricKind>) -> String {
    match kind {
        None => "Not said: a level".to_owned(),
        Some(MetricKind::Gauge) => "Level (gauge)".to_owned(),
        Some(MetricKind::Counter) => "Total (counter)".to_owned(),
        Some(MetricKind::Delta) => "Events (delta)".to_owned(),
    }
}

/// Rows of this many series are shown before the list scrolls on its own.
const MOST_SERIES: usize = 12;

fn series(ui: &mut Ui, report: &TraceReport) {
    widgets::heading(ui, "Series", Some(report.series.len()));
    let columns = [
        Column::grow("Metric", 1.2, 120.0),
        Column::grow("Agent", 1.0, 100.0),
        Column::exact("Samples", 84.0).right(),
        Column::exact("Every", 70.0).right(),
        Column::exact("Gaps", 56.0).right(),
        Column::exact("Longest", 84.0).right(),
        Column::exact("Twice", 60.0).right(),
        Column::exact("Unordered", 84.0).right(),
        Column::exact("Falls", 70.0).right(),
        Column::exact("NaN", 56.0).right(),
        Column::exact("Stale", 56.0).right(),
    ];
    ui.spacing_mut().item_spacing.y = 0.0;
    let table = Table::new(ui, &columns).row_height(32.0);
    table.head(ui, None);
    let rows = |ui: &mut Ui, index: usize| {
        let Some(one) = report.series.get(index) else { return };
        let labels: Vec<String> =
            one.name.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let metric = format!("{} {}", one.name.metric, labels.join(" "));
        let name = format!("Series {} of {}", metric.trim(), one.name.agent);
        let odd = |row: &mut widgets::Row<'_>, count: usize| {
            let role = if count == 0 { Role::TextTertiary } else { Role::Text };
            row.text(&number(count as f64), Look::BODY, role);
        };
        table.row(ui, index, &name, false, |row| {
            row.text(metric.trim(), Look::CODE, Role::Text);
            row.text(&one.name.agent, Look::BODY, Role::TextSecondary);
            row.text(&number(one.samples as f64), Look::BODY, Role::TextSecondary);
            row.text(&duration_words(one.step_ms), Look::BODY, Role::TextSecondary);
            odd(row, one.gaps);
            let longest = if one.gaps > 0 { duration_words(one.longest_gap_ms) } else { "–".to_owned() };
            row.text(&longest, Look::BODY, Role::TextSecondary);
            odd(row, one.repeats + one.conflicts);
            odd(row, one.out_of_order);
            odd(row, one.falls);
            odd(row, one.nans);
            odd(row, one.stale_markers);
        });
    };
    if report.series.len() > MOST_SERIES {
        ui.scope(|ui| {
            ui.set_max_height(MOST_SERIES as f32 * 32.0);
            table.rows(ui, "series of the trace", report.series.len(), rows);
        });
    } else {
        (0..report.series.len()).for_each(|index| rows(ui, index));
    }
    ui.add_space(6.0);
    widgets::small(
        ui,
        "A gap is more than one and a half usual distances. Falls are resets where the metric is a total.",
        Role::TextTertiary,
    );
}

fn left_out(ui: &mut Ui, report: &TraceReport) {
    ui.set_width(ui.available_width());
    widgets::heading(ui, "Lines left out", Some(usize::try_from(report.bad_lines).unwrap_or(usize::MAX)));
    if report.bad_lines == 0 {
        widgets::small(ui, "Every line was read.", Role::TextSecondary);
        return;
    }
    let columns = [
        Column::exact("Line", 80.0).right(),
        Column::grow("What is wrong", 1.0, 220.0),
        Column::grow("Its text", 1.2, 220.0),
    ];
    ui.spacing_mut().item_spacing.y = 0.0;
    let table = Table::new(ui, &columns).row_height(size::BUTTON);
    table.head(ui, None);
    for bad in &report.bad_examples {
        let name = format!("Line {}: {}", bad.line, bad.what);
        let row = table.row(ui, bad.line, &name, false, |row| {
            row.text(&number(bad.line as f64), Look::BODY, Role::TextSecondary);
            row.text(&bad.what, Look::BODY, Role::Text);
            row.text(&bad.text, Look::CODE, Role::TextSecondary);
        });
        row.on_hover_text(format!("{}\n{}", bad.what, bad.text));
    }
    let more = report.bad_lines.saturating_sub(report.bad_examples.len() as u64);
    if more > 0 {
        widgets::small(ui, &format!("and {} more", number(more as f64)), Role::TextTertiary);
    }
}
