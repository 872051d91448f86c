//! What the simulation of the checks showed: the verdict, the way of an operation, latency, the five metrics, the plan.

use egui::{Sense, Ui, Vec2, WidgetInfo};

use crate::edit::verbs;
use crate::model::Band;
use crate::picture::{Role, charts};
use crate::session::{Command, Dated};
use crate::simulation::ProtectionRun;
use crate::simulation::protect::ScaleRow;
use crate::simulation::words::number;
use crate::studio::icons;
use crate::studio::paint::{self, ScreenFromPicture};
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button, Column, Table};

/// Draws the results.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, dated: &Dated<ProtectionRun>) {
    let run = &*dated.value;
    if !ctx.session.is_current(dated) {
        ui.horizontal(|ui| {
            widgets::Chip::new("Changed since, run again").icon("refresh-cw").show(ui);
            if Button::primary("Run again").icon("play").small().show(ui).clicked() {
                ctx.ask(Command::RunProtection);
            }
        });
    }
    verdict(ui, ctx, run);
    way(ui, run);
    metrics(ui, run);
    widgets::card(ui, 16.0, |ui| latency(ui, run));
    widgets::card(ui, 0.0, |ui| plan(ui, ctx, run));
    for assumption in &run.assumptions {
        widgets::small(ui, assumption, Role::TextTertiary);
    }
}

/// What the figures rest on.
pub(super) fn basis(run: &ProtectionRun) -> String {
    format!(
        "{} operations simulated, seed {}, first {} left out",
        number(run.operations as f64),
        run.seed,
        number(run.warm_up as f64)
    )
}

fn verdict(ui: &mut Ui, ctx: &mut ViewContext<'_>, run: &ProtectionRun) {
    let workers = ctx.project().protection.resources.workers;
    let (ground, edge, icon) = if run.meets_targets {
        (Role::GoodSoft, Role::Good, "circle-check")
    } else {
        (Role::SeveritySoft(Band::High), Role::SeverityMark(Band::High), "triangle-alert")
    };
    // Where no number of workers meets the targets one more is no answer.
    let helps = !run.meets_targets && run.plan.first().is_none_or(|now| now.workers.is_some());
    let answers: &[(&str, &str)] = if helps { &[("Add a worker", "")] } else { &[] };
    if widgets::banner(ui, ground, edge, icon, &run.verdict, &run.explanation, answers) == Some(0) {
        let change = |protection: &mut crate::model::Protection| {
            protection.resources.workers = workers.saturating_add(1);
        };
        ctx.commit(verbs::change_protection(ctx.project(), "workers", change));
        ctx.ask(Command::RunProtection);
    }
}

/// Operations → cache → queue and workers → tiers, as cards in a row.
fn way(ui: &mut Ui, run: &ProtectionRun) {
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let mut steps: Vec<(&str, String, String, String, bool)> = vec![
        (
            "zap",
            "Operations".to_owned(),
            format!("{:.1} a second", run.arrivals_per_second),
            format!("{} agents", number(f64::from(run.agents))),
            true,
        ),
        (
            "database",
            "Cache".to_owned(),
            format!("{} answered", percent(run.hit_rate)),
            format!("{} of {} entries", number(run.cache.entries as f64), number(run.cache.limit as f64)),
            true,
        ),
        (
            "server",
            "Workers".to_owned(),
            format!("{} busy", percent(run.utilisation)),
            format!("{:.1}/s queued, wait {:.1} ms", run.queued_per_second, run.mean_wait_ms),
            run.unstable.is_none(),
        ),
    ];
    for tier in &run.tiers {
        let p95 = tier.p95_ms.map_or_else(|| "no value".to_owned(), |p95| format!("{p95:.1} ms"));
        let verdict = if tier.met { "meets" } else { "misses" };
        steps.push((
            if tier.met { "circle-check" } else { "triangle-alert" },
            format!("Tier {}, {}", tier.number, percent(tier.share)),
            p95,
            format!("{verdict} {} ms", number(tier.target_ms)),
            tier.met,
        ));
    }
    let gap = 8.0;
    let width = (ui.available_width() - gap * (steps.len() - 1) as f32) / steps.len() as f32;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = gap;
        for (icon, name, figure, words, good) in &steps {
            ui.scope(|ui| {
                ui.set_width(width);
                widgets::card(ui, 12.0, |ui| {
                    ui.vertical(|ui| {
                        ui.set_width(width - 26.0);
                        ui.spacing_mut().item_spacing = Vec2::new(6.0, 4.0);
                        ui.horizontal(|ui| {
                            let role =
                                if *good { Role::TextSecondary } else { Role::SeverityText(Band::High) };
                            icons::show(ui, icon, 16.0, theme::color(ui, role));
                            widgets::label(ui, name, Look::BODY_STRONG, Role::Text);
                        });
                        widgets::label(
                            ui,
                            figure,
                            Look::SECTION,
                            if *good { Role::Text } else { Role::SeverityText(Band::High) },
                        );
                        widgets::label(ui, words, Look::SMALL, Role::TextTertiary);
                    });
                });
            });
        }
    });
}

/// The five metrics that an agent platform asks of its security checks.
fn metrics(ui: &mut Ui, run: &ProtectionRun) {
    let metrics = &run.metrics;
    let rate = |rate: Option<f64>| {
        rate.map_or_else(|| "no labelled run yet".to_owned(), |rate| format!("{:.1} %", rate * 100.0))
    };
    let latency = metrics
        .security_check_latency_ms
        .map_or_else(|| "no value".to_owned(), |ms| format!("{ms:.1} ms, 95th percentile"));
    let rows = [
        ("security_check_latency", latency),
        ("security_check_throughput", format!("{:.1} a second", metrics.security_check_throughput)),
        ("false_positive_rate", rate(metrics.false_positive_rate)),
        ("detection_rate", rate(metrics.detection_rate)),
        (
            "resource_usage",
            format!(
                "{:.1} % of the processors, {:.1} MB of {:.0}",
                metrics.cpu_share * 100.0,
                metrics.memory_mb,
                run.memory.limit_mb
            ),
        ),
    ];
    widgets::card(ui, 14.0, |ui| {
        ui.vertical(|ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 4.0;
            widgets::heading(ui, "The five metrics", None);
            for (name, value) in rows {
                ui.horizontal(|ui| {
                    ui.scope(|ui| {
                        ui.set_width(240.0);
                        widgets::label(ui, name, Look::CODE, Role::TextSecondary);
                    });
                    widgets::label(ui, &value, Look::BODY, Role::Text);
                });
            }
        });
    });
}

fn latency(ui: &mut Ui, run: &ProtectionRun) {
    ui.vertical(|ui| {
        ui.set_width(ui.available_width());
        widgets::heading(ui, "Latency against targets", None);
        let rows = charts::latency_rows(run);
        let picture = charts::latency_chart(&rows, ui.available_width(), false);
        let (rect, response) =
            ui.allocate_exact_size(Vec2::new(ui.available_width(), picture.bounds.h), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, &picture.description));
        paint::picture(
            ui.painter(),
            &picture,
            ScreenFromPicture::fit(picture.bounds, rect, 1.0),
            theme::palette(ui),
        );
    });
}

fn plan(ui: &mut Ui, ctx: &ViewContext<'_>, run: &ProtectionRun) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        egui::Frame::new().inner_margin(egui::Margin { left: 14, right: 14, top: 12, bottom: 4 }).show(
            ui,
            |ui| {
                widgets::heading(ui, "Scale plan", None);
                widgets::small(
                    ui,
                    "Fewest workers that meet every target; p95 of each tier in milliseconds",
                    Role::TextTertiary,
                );
            },
        );
        let tiers: Vec<String> = run.tiers.iter().map(|tier| format!("Tier {}", tier.number)).collect();
        let mut columns = vec![
            Column::exact("Agents", 76.0),
            Column::exact("Ops/s", 76.0).right(),
            Column::exact("Hits", 70.0).right(),
            Column::exact("Workers", 84.0).right(),
        ];
        columns.extend(tiers.iter().map(|name| Column::exact(name, 76.0).right()));
        columns.push(Column::exact("Cache", 84.0).right());
        columns.push(Column::grow("", 1.0, 0.0));
        let table = Table::new(ui, &columns);
        table.head(ui, None);
        let now = ctx.project().protection.load.agents;
        for row in &run.plan {
            let name = format!("{} agents", row.agents);
            table.row(ui, row.agents, &name, row.agents == now, |cells| {
                cells.text(&number(f64::from(row.agents)), Look::BODY_STRONG, Role::Text);
                cells.text(&format!("{:.0}", row.operations_per_second), Look::BODY, Role::Text);
                cells.text(&format!("{:.0} %", row.hit_rate * 100.0), Look::BODY, Role::Text);
                match row.workers {
                    Some(workers) => cells.text(&workers.to_string(), Look::BODY_STRONG, Role::Text),
                    None => cells.text("none", Look::BODY, Role::SeverityText(Band::High)),
                }
                for p95 in &row.p95_ms {
                    let words = p95.map_or_else(|| "–".to_owned(), |p95| format!("{p95:.1}"));
                    cells.text(&words, Look::BODY, Role::TextSecondary);
                }
                let full = row.cache_fill >= 0.995;
                let words = if full { "full".to_owned() } else { format!("{:.0} %", row.cache_fill * 100.0) };
                cells.text(
                    &words,
                    Look::BODY,
                    if full { Role::SeverityText(Band::Medium) } else { Role::TextSecondary },
                );
            });
        }
        notes(ui, &run.plan);
    });
}

/// What is to be said of rows of the plan, each sentence once.
fn notes(ui: &mut Ui, plan: &[ScaleRow]) {
    let mut said: Vec<(&str, Vec<String>)> = Vec::new();
    for row in plan.iter().filter(|row| !row.note.is_empty()) {
        let agents = number(f64::from(row.agents));
        match said.iter_mut().find(|(note, _)| *note == row.note) {
            Some((_, rows)) => rows.push(agents),
            None => said.push((&row.note, vec![agents])),
        }
    }
    if said.is_empty() {
        return;
    }
    egui::Frame::new().inner_margin(egui::Margin::symmetric(14, 10)).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        for (note, rows) in said {
            widgets::small(ui, &format!("{} agents: {note}", rows.join(", ")), Role::TextTertiary);
        }
    });
}
