//! Losses in a year: the curve with no control, today and after the plan, against what is tolerated; and where they come from.

use egui::{Frame, Layout, Margin, Panel, Sense, Ui, Vec2, WidgetInfo};

use crate::analysis::risk::Rating;
use crate::edit::verbs;
use crate::model::{Estimate, Method, Project, Shape, TolerancePoint};
use crate::picture::Role;
use crate::picture::heatmap::{interval_words, mean_words, money_words};
use crate::picture::losses::{self, LossOptions, PERCENTILES, loss_chart};
use crate::session::{Command, LossRun};
use crate::simulation::losses::{Losses, TRIALS};
use crate::studio::paint::{self, ScreenFromPicture};
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button, Chip, Column, Field, Table};
use crate::studio::words;

/// So many threats that are left out are named.
const MOST_NAMED: usize = 12;

/// What the page remembers.
#[derive(Debug, Default)]
pub(super) struct State {
    /// A run has been asked for since the view was first opened.
    pub(super) is_asked: bool,
}

/// Draws the page.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    let revision = ctx.session.revision();
    let held = ctx.session.results().losses.clone();
    // The first look needs no press; later ones leave what was seen until somebody asks.
    if held.is_none() && !state.is_asked {
        state.is_asked = true;
        ctx.ask(Command::SimulateLosses);
    }
    let side = if ui.available_width() >= 1240.0 { 520.0 } else { 430.0 };
    let frame = Frame::new().fill(theme::color(ui, Role::Canvas)).inner_margin(Margin::symmetric(20, 16));
    Panel::right("loss figures").exact_size(side).resizable(false).frame(frame).show(ui, |ui| {
        widgets::scroll(ui, "loss figures", |ui| {
            ui.spacing_mut().item_spacing.y = 12.0;
            if let Some(run) = held.as_ref().filter(|run| !run.value.losses.threats.is_empty()) {
                widgets::card(ui, 14.0, |ui| percentiles(ui, ctx.project(), &run.value.losses));
                widgets::card(ui, 0.0, |ui| threats(ui, ctx, &run.value));
            }
            widgets::card(ui, 14.0, |ui| settings(ui, ctx));
        });
    });
    let frame = Frame::new().fill(theme::color(ui, Role::Panel)).inner_margin(Margin::symmetric(20, 16));
    egui::CentralPanel::default().frame(frame).show(ui, |ui| {
        widgets::scroll(ui, "loss curve", |ui| {
            ui.horizontal(|ui| {
                widgets::section(ui, "Loss in a year");
                if held.as_ref().is_some_and(|run| run.revision != revision) {
                    Chip::new("Model changed since, run again").icon("refresh-cw").show(ui);
                }
            });
            let Some(run) = &held else {
                let words = "Simulating years of losses. Progress and Cancel stand in the status bar; Ctrl+M runs it again.";
                widgets::paragraph(ui, words, Look::BODY, Role::TextSecondary);
                return;
            };
            let project = ctx.project();
            if run.value.losses.threats.is_empty() {
                let words = "No threat has both a frequency and a loss yet. Rate threats, or give their ranges in the threat's detail; impact needs money, which the method names.";
                if widgets::empty_state(ui, "chart-line", words, "Rate threats", "") {
                    ctx.ask(Command::GoThreats);
                }
                return;
            }
            if let Some(reading) = losses::reading(&run.value.losses, &project.method) {
                // A figure and its sign stay on one line.
                let reading = reading.replace(" %", "\u{a0}%");
                widgets::paragraph(ui, &reading, Look::HEADING, Role::Text);
            }
            ui.add_space(4.0);
            chart(ui, &run.value.losses, &project.method);
            ui.add_space(4.0);
            widgets::small(ui, &told(project, &run.value), Role::TextTertiary);
        });
    });
}

fn chart(ui: &mut Ui, run: &Losses, method: &Method) {
    let width = ui.available_width();
    let height = (ui.available_height() - 90.0).clamp(320.0, 620.0);
    let drawn = loss_chart(run, method, LossOptions { width, height, paper: false });
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, height), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, &drawn.picture.description));
    let at = ScreenFromPicture { origin: rect.min, scale: 1.0 };
    paint::picture(ui.painter(), &drawn.picture, at, theme::palette(ui));
    let Some(pointer) = response.hover_pos() else { return };
    let plot = at.rect(drawn.plot);
    if !plot.contains(pointer) {
        return;
    }
    let edge = egui::Stroke::new(1.0, theme::color(ui, Role::Accent));
    ui.painter().vline(pointer.x, plot.y_range(), edge);
    let loss = drawn.loss_at(at.to_picture(pointer).x);
    response.on_hover_ui_at_pointer(|ui| {
        let percent = |share: f64| format!("{:.1} %", share * 100.0);
        widgets::label(
            ui,
            &format!("{} or more in a year", money_words(method, loss)),
            Look::BODY_STRONG,
            Role::Text,
        );
        for rating in Rating::ALL {
            let words =
                format!("{}: {}", rating.label(), percent(run.curves[rating as usize].chance_of(loss)));
            widgets::label(ui, &words, Look::SMALL, Role::TextSecondary);
        }
        if let Some(tolerated) = method.tolerated(loss) {
            widgets::label(
                ui,
                &format!("Tolerated: {}", percent(tolerated)),
                Look::SMALL,
                Role::TextSecondary,
            );
        }
    });
}

/// What the figures rest on.
fn told(project: &Project, run: &LossRun) -> String {
    let given = run.losses.threats.iter().filter(|threat| threat.own.contains(&true)).count();
    let mut words = format!(
        "{} simulated years, seed {}. {}, {given} with ranges that people gave; the others with those that their levels stand for. A model estimate: it is as good as its ranges.",
        words::grouped(run.losses.trials as usize),
        run.losses.seed,
        words::counted(run.losses.threats.len(), "threat", "threats"),
    );
    if project.method.tolerance_curve.is_empty() {
        words.push_str(
            " The tolerance line is what the appetite allows a single risk, until you give your own.",
        );
    }
    if !run.without.is_empty() {
        let named: Vec<String> = run.without.iter().take(MOST_NAMED).map(ToString::to_string).collect();
        let more = match run.without.len().saturating_sub(MOST_NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        words.push_str(&format!(" Left out, because not rated: {}{more}.", named.join(", ")));
    }
    words
}

/// The table under the curve: mean with its error, percentiles with their intervals.
fn percentiles(ui: &mut Ui, project: &Project, run: &Losses) {
    let money = |thousands: f64| money_words(&project.method, thousands);
    widgets::heading(ui, "Loss in a year, in figures", None);
    ui.add_space(4.0);
    let columns = [
        Column::grow("Rating", 1.0, 64.0),
        Column::exact("Expected", 78.0).right(),
        Column::exact("P50", 68.0).right(),
        Column::exact("P90", 68.0).right(),
        Column::exact("P95", 68.0).right(),
    ];
    let table = Table::new(ui, &columns).row_height(34.0);
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        table.head(ui, None);
        for rating in Rating::ALL {
            let curve = &run.curves[rating as usize];
            let figures = PERCENTILES.map(|share| curve.percentile(share));
            let name = format!(
                "{}: expected {}, simulated mean {}, half of the years {}, one in ten {}, one in twenty {} or more",
                rating.label(),
                money(run.expected[rating as usize]),
                mean_words(&project.method, curve.mean, curve.mean_error),
                money(figures[0].value),
                money(figures[1].value),
                money(figures[2].value)
            );
            let row = table.row(ui, ("loss", rating.label()), &name, false, |cells| {
                cells.text(rating.label(), Look::BODY_STRONG, Role::Text);
                cells.text(&money(run.expected[rating as usize]), Look::BODY_STRONG, Role::Text);
                for figure in figures {
                    cells.text(&money(figure.value), Look::BODY, Role::TextSecondary);
                }
            });
            let interval = |name: &str, place: usize| {
                let ends = interval_words(&project.method, figures[place].low, figures[place].high);
                format!("{name}: {ends} (95 % interval)")
            };
            row.on_hover_text(
                [
                    format!("Expected loss {}: Σ mean frequency × mean cost", money(run.expected[rating as usize])),
                    format!(
                        "Simulated mean {} (standard error s/√n)",
                        mean_words(&project.method, curve.mean, curve.mean_error)
                    ),
                    interval("P50", 0),
                    interval("P90", 1),
                    interval("P95", 2),
                    format!("Mean of the worst one in twenty years: {}", money(curve.worst_twentieth)),
                    format!("Years with any loss: {:.1} %", curve.any_loss * 100.0),
                ]
                .join("\n"),
            );
        }
    });
    ui.add_space(4.0);
    let means: Vec<String> = Rating::ALL
        .iter()
        .map(|rating| {
            let curve = &run.curves[*rating as usize];
            let words = ["with no control", "today", "after the plan"][*rating as usize];
            format!("{} {words}", mean_words(&project.method, curve.mean, curve.mean_error))
        })
        .collect();
    let words = format!("Means of the simulated years, with their standard error: {}.", means.join(", "));
    widgets::small(ui, &words, Role::TextSecondary);
    let [controls, plan] = run.saved;
    let words = format!(
        "What is in place saves {} a year, the plan {} more. Same years, so the difference is not noise.",
        mean_words(&project.method, controls.mean, controls.error),
        mean_words(&project.method, plan.mean, plan.error)
    );
    widgets::small(ui, &words, Role::TextSecondary);
}

/// What each threat adds; a press chooses it.
fn threats(ui: &mut Ui, ctx: &mut ViewContext<'_>, run: &LossRun) {
    let project = ctx.project();
    let money = |thousands: f64| money_words(&project.method, thousands);
    // The name of a threat takes what the figures leave; in a narrow column the loss with no control stands in the hover.
    let wide = ui.available_width() >= 470.0;
    let mut columns = vec![Column::exact("Id", 54.0), Column::grow("Threat", 1.0, 120.0)];
    let ratings: &[Rating] = if wide { &Rating::ALL } else { &[Rating::Current, Rating::Planned] };
    columns.extend(ratings.iter().map(|rating| Column::exact(rating.label(), 66.0).right()));
    ui.spacing_mut().item_spacing.y = 0.0;
    egui::Frame::new().inner_margin(Margin { left: 14, right: 14, top: 12, bottom: 4 }).show(ui, |ui| {
        widgets::heading(ui, "Expected loss a year, by threat", None);
    });
    let table = Table::new(ui, &columns).row_height(36.0);
    table.head(ui, None);
    let mut chosen = None;
    for threat in run.losses.threats.iter().take(40) {
        let title = project.name_of(threat.threat.into());
        let selected = ctx.session.selection().contains(threat.threat);
        let name = format!("{} {title}, {} a year", threat.threat, money(threat.expected[1]));
        let row = table.row(ui, ("loss of", threat.threat), &name, selected, |cells| {
            cells.text(&threat.threat.to_string(), Look::CODE, Role::TextTertiary);
            cells.text(&title, Look::BODY, Role::Text);
            for rating in ratings {
                let now = *rating == Rating::Current;
                let look = if now { Look::BODY_STRONG } else { Look::BODY };
                let role = if now { Role::Text } else { Role::TextSecondary };
                cells.text(&money(threat.expected[*rating as usize]), look, role);
            }
        });
        let row = row.on_hover_text(format!(
            "{title}\nExpected a year with no control: {}, simulated {}\nOften: {} a year{}\nCost: {} each time{}\nHappened {:.2} times a year in the simulation, with no control",
            money(threat.expected[0]),
            money(threat.means[0]),
            range_words(&threat.frequency, |value| format!("{value:.2}")),
            if threat.own[0] { "" } else { ", from its likelihood level" },
            range_words(&threat.loss, money),
            if threat.own[1] { "" } else { ", from its impact level" },
            threat.occurrences,
        ));
        if row.clicked() {
            chosen = Some(threat.threat);
        }
    }
    if let Some(threat) = chosen {
        ctx.select([threat.into()]);
    }
}

fn range_words(range: &Estimate, figure: impl Fn(f64) -> String) -> String {
    match range.shape {
        Shape::Pert => {
            format!("{} to {}, mostly {}", figure(range.low), figure(range.high), figure(range.likely))
        }
        Shape::Lognormal => format!("nine times in ten {} to {}", figure(range.low), figure(range.high)),
    }
}

/// How many years, the seed, and the tolerance.
fn settings(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    let method = &ctx.project().method;
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 8.0);
    widgets::property(ui, "Years", |ui| {
        let field = Field::new("Simulated years").unit("years").width(170.0);
        let parse = |text: &str| {
            let typed = text.trim().replace([' ', '\u{2009}'], "").parse::<u32>().ok();
            typed
                .filter(|typed| TRIALS.contains(typed))
                .ok_or_else(|| format!("Type a number from {} to {}", TRIALS.start(), TRIALS.end()))
        };
        if let Some(trials) = widgets::number_field(ui, field, &method.trials, u32::to_string, parse) {
            change(ctx, "simulated years", |method| method.trials = trials);
        }
    });
    widgets::property(ui, "Seed", |ui| {
        let field = Field::new("Seed").width(170.0);
        let parse = |text: &str| text.trim().parse::<u64>().map_err(|_| "Type a whole number".to_owned());
        if let Some(seed) = widgets::number_field(ui, field, &method.seed, u64::to_string, parse) {
            change(ctx, "seed", |method| method.seed = seed);
        }
    });
    widgets::divider(ui);
    ui.horizontal(|ui| {
        widgets::heading(ui, "Tolerance", None);
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
            if Button::quiet("Add a point").icon("plus").small().show(ui).clicked() {
                let last = method.tolerance_curve.last();
                let point = TolerancePoint {
                    loss: last.map_or(100.0, |point| point.loss * 10.0),
                    chance: last.map_or(0.5, |point| point.chance / 5.0),
                    ..TolerancePoint::default()
                };
                change(ctx, "tolerance", |method| method.tolerance_curve.push(point));
            }
        });
    });
    if method.tolerance_curve.is_empty() {
        let words = "The greatest chance in a year of losing so much or more that is lived with. Two points make a line; without, the appetite of a single risk stands in.";
        widgets::small(ui, words, Role::TextSecondary);
    }
    for (place, point) in method.tolerance_curve.iter().enumerate() {
        ui.push_id(("tolerance", place), |ui| {
            ui.horizontal(|ui| {
                let number = place + 1;
                let gaps = 36.0 + 2.0 * ui.spacing().item_spacing.x;
                let width = ((ui.available_width() - gaps) / 2.0).clamp(90.0, 170.0);
                let (loss_name, chance_name) =
                    (format!("Loss of point {number}"), format!("Chance of point {number}"));
                let unit = format!("thousand {}", method.currency);
                if let Some(loss) =
                    number_of(ui, Field::new(&loss_name).unit(&unit).width(width), point.loss, 1e9)
                {
                    set_point(ctx, place, |point| point.loss = loss);
                }
                let field = Field::new(&chance_name).unit("% a year").width(width);
                if let Some(percent) = number_of(ui, field, point.chance * 100.0, 100.0) {
                    set_point(ctx, place, |point| point.chance = percent / 100.0);
                }
                if widgets::icon_button(ui, "trash-2", &format!("Delete point {number}")).clicked() {
                    change(ctx, "tolerance", |method| {
                        method.tolerance_curve.remove(place);
                    });
                }
            });
        });
    }
}

fn number_of(ui: &mut Ui, field: Field<'_>, value: f64, most: f64) -> Option<f64> {
    let parse = |text: &str| {
        let typed = text.trim().replace([' ', '\u{2009}'], "").parse::<f64>().ok();
        typed
            .filter(|typed| *typed > 0.0 && *typed <= most)
            .ok_or_else(|| format!("Type a number above 0, at most {most}"))
    };
    let shown = (value * 1e6).round() / 1e6;
    widgets::number_field(ui, field, &shown, f64::to_string, parse)
}

fn set_point(ctx: &mut ViewContext<'_>, place: usize, with: impl FnOnce(&mut TolerancePoint)) {
    change(ctx, "tolerance", |method| {
        if let Some(point) = method.tolerance_curve.get_mut(place) {
            with(point);
        }
    });
}

fn change(ctx: &mut ViewContext<'_>, field: &'static str, with: impl FnOnce(&mut Method)) {
    ctx.commit(verbs::change_method(ctx.project(), field, with));
}
