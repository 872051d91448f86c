//! How risk is rated: the scheme, the grid with its levels and anchors, bands and appetite, and how controls add up.

use egui::{Frame, Margin, Panel, Pos2, Rect, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use super::anchors;
use crate::analysis::risk::{GivenGrid, GridFault, grid_faults};
use crate::edit::verbs;
use crate::model::{Band, Method, Scheme, Score};
use crate::picture::Role;
use crate::picture::heatmap::money_words;
use crate::session::Request;
use crate::studio::icons;
use crate::studio::theme::{self, Look};
use crate::studio::views::{ViewContext, parts};
use crate::studio::widgets::{self, Button, Field};

/// What the page remembers.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Ratings go on to stand for the same frequency and money when anchors change, instead of keeping their levels.
    keeps_amounts: bool,
}

/// Draws the page.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    let frame = Frame::new().fill(theme::color(ui, Role::Panel)).inner_margin(Margin::symmetric(20, 16));
    let width = if ui.available_width() >= 1240.0 { 648.0 } else { 560.0 };
    Panel::left("method grid").exact_size(width).resizable(false).frame(frame).show(ui, |ui| {
        widgets::scroll(ui, "method grid", |ui| {
            ui.spacing_mut().item_spacing.y = 10.0;
            let faults = grid_faults(&ctx.project().method);
            scheme(ui, ctx);
            grid(ui, ctx, &faults);
            soundness(ui, &ctx.project().method, &faults);
        });
    });
    let frame = Frame::new().fill(theme::color(ui, Role::Canvas)).inner_margin(Margin::symmetric(20, 16));
    egui::CentralPanel::default().frame(frame).show(ui, |ui| {
        widgets::scroll(ui, "method settings", |ui| {
            ui.spacing_mut().item_spacing.y = 12.0;
            let roomy = ui.available_width() >= 760.0;
            widgets::card(ui, 16.0, |ui| anchors::levels(ui, ctx, state.keeps_amounts));
            widgets::card(ui, 16.0, |ui| anchors::show(ui, ctx, &mut state.keeps_amounts));
            let both = |ui: &mut Ui, ctx: &mut ViewContext<'_>| {
                widgets::card(ui, 16.0, |ui| bands(ui, ctx));
                widgets::card(ui, 16.0, |ui| controls(ui, ctx));
            };
            if roomy {
                ui.columns(2, |columns| {
                    // Columns justify their words; what stands in a column of its own does not.
                    if let [left, right] = columns {
                        left.vertical(|ui| widgets::card(ui, 16.0, |ui| bands(ui, ctx)));
                        right.vertical(|ui| widgets::card(ui, 16.0, |ui| controls(ui, ctx)));
                    }
                });
            } else {
                both(ui, ctx);
            }
        });
    });
}

/// Reads a figure of the method.
type Get = fn(&Method) -> f64;

/// Writes it.
type Set = fn(&mut Method, f64);

/// A change that is a step of its own.
pub(super) fn change(ctx: &mut ViewContext<'_>, field: &'static str, with: impl FnOnce(&mut Method)) {
    ctx.commit(verbs::change_method(ctx.project(), field, with));
    ctx.ask(Request::Seal);
}

/// What decides the band.
fn scheme(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    let current = ctx.project().method.scheme;
    widgets::section(ui, "What decides the band");
    let names: Vec<&str> = Scheme::ALL.iter().map(|scheme| scheme.label()).collect();
    let mut chosen = Scheme::ALL.iter().position(|scheme| *scheme == current).unwrap_or_default();
    if widgets::segmented(ui, "Scheme", &names, &mut chosen)
        && let Some(scheme) = Scheme::ALL.get(chosen)
    {
        change(ctx, "scheme", |method| method.scheme = *scheme);
    }
    let words = match current {
        Scheme::Score => {
            "Likelihood + impact with decimals, against the thresholds of the bands: two risks in one band cost about the same. The most exact of the four."
        }
        Scheme::Five => {
            "The cell decides. Scores keep their decimals underneath, so nothing is lost when you change the scheme again."
        }
        Scheme::Three => {
            "The same scale cut into three: what was rated 1 or 2 of five is low, 3 medium, 4 or 5 high. Ratings stay as they are."
        }
        Scheme::Owasp => {
            "Threats are rated by sixteen factors from 0 to 9: below 3 is low, from 6 high; the table below gives the severity. Threats without factors keep their ratings."
        }
    };
    widgets::small(ui, words, Role::TextSecondary);
    let levels = ctx.project().method.levels();
    let given: Vec<GivenGrid> = match current {
        Scheme::Five => GivenGrid::ALL.to_vec(),
        Scheme::Three => vec![GivenGrid::ByScore],
        Scheme::Score | Scheme::Owasp => Vec::new(),
    };
    if given.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        widgets::label(ui, "Begin with", Look::SMALL, Role::TextTertiary);
        for grid in given {
            let label = if levels == 3 { "Product of the levels" } else { grid.label() };
            if Button::plain(label).small().show(ui).clicked() {
                change(ctx, "cells", |method| set_cells(method, grid.cells(method.levels())));
            }
        }
    });
}

fn set_cells(method: &mut Method, cells: Vec<Vec<Band>>) {
    if method.levels() == 3 { method.three_cells = cells } else { method.cells = cells }
}

/// The grid: each cell a button that opens the bands.
fn grid(ui: &mut Ui, ctx: &mut ViewContext<'_>, faults: &[GridFault]) {
    let method = &ctx.project().method;
    let levels = method.levels();
    let editable = matches!(method.scheme, Scheme::Five | Scheme::Three);
    let names = if ui.available_width() >= 560.0 { 118.0 } else { 104.0 };
    let cell =
        ((ui.available_width() - names) / levels as f32 - 2.0).min(if levels == 3 { 132.0 } else { 92.0 });
    let height = cell.min(if levels == 3 { 84.0 } else { 64.0 });
    let size = Vec2::new(names + levels as f32 * (cell + 2.0), levels as f32 * (height + 2.0) + 40.0);
    let (area, _) = ui.allocate_exact_size(size, Sense::hover());
    let mut picked = None;
    for likelihood in 1..=levels {
        let top = area.top() + (levels - likelihood) as f32 * (height + 2.0);
        let word = method.likelihood_words().get(likelihood - 1).map_or("", String::as_str);
        let ink = theme::color(ui, Role::Text);
        let words = widgets::line_within(ui, format!("{likelihood} {word}"), Look::BODY, ink, names - 12.0);
        widgets::put_right(ui.painter(), area.left() + names - 10.0, top + height / 2.0, words);
        for impact in 1..=levels {
            let left = area.left() + names + (impact - 1) as f32 * (cell + 2.0);
            let rect = Rect::from_min_size(Pos2::new(left, top), Vec2::new(cell, height));
            let band = method.cell_band(likelihood, impact);
            let faulty = faults.iter().any(|fault| fault.cells.contains(&(likelihood, impact)));
            if let Some(new) = one_cell(ui, method, rect, (likelihood, impact), band, faulty, editable) {
                picked = Some((likelihood, impact, new));
            }
        }
    }
    for impact in 1..=levels {
        let word = method.impact_words().get(impact - 1).map_or("", String::as_str);
        let ink = theme::color(ui, Role::Text);
        let words = widgets::line_within(ui, format!("{impact} {word}"), Look::BODY, ink, cell);
        let middle = area.left() + names + (impact as f32 - 0.5) * (cell + 2.0) - 1.0;
        widgets::put_center(ui.painter(), Pos2::new(middle, area.bottom() - 24.0), words);
    }
    if let Some((likelihood, impact, band)) = picked {
        change(ctx, "cells", |method| {
            let mut cells = method.grid();
            if let Some(cell) = cells.get_mut(likelihood - 1).and_then(|row| row.get_mut(impact - 1)) {
                *cell = band;
            }
            set_cells(method, cells);
        });
    }
}

fn one_cell(
    ui: &mut Ui,
    method: &Method,
    rect: Rect,
    (likelihood, impact): (usize, usize),
    band: Band,
    faulty: bool,
    editable: bool,
) -> Option<Band> {
    let id = ui.scope_id().with(("method cell", likelihood, impact));
    let sense = if editable { Sense::click() } else { Sense::hover() };
    let response = ui.interact(rect, id, sense);
    let fault = if faulty { ", breaks a condition" } else { "" };
    let name = format!("Cell {likelihood} × {impact}, {}{fault}", band.label().to_lowercase());
    let access = if editable { egui::Role::Button } else { egui::Role::Label };
    response.widget_info(|| WidgetInfo::labeled(access, true, &name));
    let edge = if faulty {
        Stroke::new(2.0, theme::color(ui, Role::SeverityText(Band::High)))
    } else if editable && response.hovered() {
        Stroke::new(1.5, theme::color(ui, Role::TextSecondary))
    } else {
        Stroke::NONE
    };
    ui.painter().rect(rect, 3.0, theme::color(ui, Role::SeveritySoft(band)), edge, StrokeKind::Inside);
    let sign = Pos2::new(rect.left() + 14.0, rect.bottom() - 14.0);
    widgets::paint_sign(ui, band, sign, 12.0);
    let words = widgets::line(ui, band.label(), Look::SMALL, theme::color(ui, Role::Text));
    if words.size().x + 26.0 <= rect.width() {
        widgets::put_left(ui.painter(), sign.x + 10.0, sign.y, words);
    }
    let middle = |level| method.middle_of_level(level);
    let score = Score { likelihood: middle(likelihood), impact: middle(impact) };
    let number =
        widgets::line(ui, format!("{:.1}", score.risk()), Look::SMALL, theme::color(ui, Role::TextSecondary));
    widgets::put_right(ui.painter(), rect.right() - 8.0, rect.top() + 14.0, number);
    if faulty {
        let tint = theme::color(ui, Role::SeverityText(Band::High));
        icons::paint_at(
            ui.painter(),
            "triangle-alert",
            Pos2::new(rect.left() + 14.0, rect.top() + 14.0),
            14.0,
            tint,
        );
    }
    widgets::focus_ring(ui, &response, rect, 3.0);
    let mut picked = None;
    if editable {
        widgets::open_menu(&response, &format!("Band of cell {likelihood} × {impact}"), 150.0, |ui| {
            for option in Band::ALL.iter().rev() {
                if widgets::menu_item(ui, None, option.label(), "", *option == band, true).clicked()
                    && *option != band
                {
                    picked = Some(*option);
                }
            }
        });
    }
    let loss = method
        .loss(score.impact)
        .map_or_else(String::new, |loss| format!(", {} each time", money_words(method, loss)));
    let words = format!(
        "{name}\nIts middle: {} a year{loss}; score {:.1}",
        frequency(method.frequency(score.likelihood)),
        score.risk()
    );
    response.on_hover_text(words);
    picked
}

/// Whether the grid can be trusted.
fn soundness(ui: &mut Ui, method: &Method, faults: &[GridFault]) {
    widgets::heading(ui, "Can the grid be trusted?", (!faults.is_empty()).then_some(faults.len()));
    let line = |ui: &mut Ui, icon: &str, tint: Role, words: &str| {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            icons::show(ui, icon, 16.0, theme::color(ui, tint));
            widgets::small(ui, words, Role::TextSecondary);
        });
    };
    if method.scheme == Scheme::Score {
        let words = "Bands follow lines of equal risk, so Cox's conditions hold whatever the thresholds.";
        line(ui, "circle-check", Role::Good, words);
        return;
    }
    if faults.is_empty() {
        let words = "Cox's conditions hold: weak consistency, betweenness, consistent colouring.";
        line(ui, "circle-check", Role::Good, words);
    }
    for fault in faults {
        let words = format!("{}: {}", fault.condition.label(), fault.what);
        line(ui, "triangle-alert", Role::SeverityText(Band::High), &words);
    }
}

/// The thresholds of the score, and the appetite.
fn bands(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    let method = &ctx.project().method;
    widgets::heading(ui, "Bands and appetite", None);
    let words = match method.scheme {
        Scheme::Score => "The score from which a band begins, 2 to 10.",
        Scheme::Five | Scheme::Three | Scheme::Owasp => {
            "The grid decides the band; these count where a cell has none of its own."
        }
    };
    widgets::small(ui, words, Role::TextSecondary);
    let rows: [(&str, &str, Get, Set); 4] = [
        ("Critical from", "critical threshold", |m| m.critical_from, |m, v| m.critical_from = v),
        ("High from", "high threshold", |m| m.high_from, |m, v| m.high_from = v),
        ("Medium from", "medium threshold", |m| m.medium_from, |m, v| m.medium_from = v),
        ("Appetite", "appetite", |m| m.appetite, |m, v| m.appetite = v),
    ];
    for (name, step, get, set) in rows {
        widgets::property(ui, name, |ui| {
            if let Some(value) = number(ui, Field::new(name).width(120.0), get(method), (2.0, 11.0)) {
                change(ctx, step, |method| set(method, value));
            }
        });
    }
    widgets::property(ui, "Very low below", |ui| {
        let field = Field::new("Very low below").hint("not used").width(120.0);
        let show = |value: &Option<f64>| value.map(plain).unwrap_or_default();
        let parse = |text: &str| parts::number_or_nothing(text, (2.0, 11.0));
        if let Some(value) = widgets::settled_field(ui, field, &method.very_low_below, show, parse) {
            change(ctx, "very low threshold", |method| method.very_low_below = value);
        }
    });
    let appetite = method.appetite;
    let words = format!(
        "Risk at {appetite:.1} or more needs a decision. The line stands on the grid and, as the tolerance of one risk, on the loss curve."
    );
    widgets::small(ui, &words, Role::TextTertiary);
    if !(method.medium_from <= method.high_from && method.high_from <= method.critical_from) {
        let words = "Bands overlap: medium must begin below high, and high below critical.";
        widgets::small(ui, words, Role::SeverityText(Band::Critical));
    }
}

/// How controls add up.
fn controls(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    let method = &ctx.project().method;
    widgets::heading(ui, "How controls add up", None);
    let words = "Layers multiply: E = 1 − Π(1−ê). Layers that fail together count less: (1−ρ)·E + ρ·max ê. The level moves by log(1−E) to the base of the step.";
    widgets::small(ui, words, Role::TextSecondary);
    let rows: [(&str, &str, &str, Get, Set, f64); 3] = [
        ("Cap", "cap", "No stack takes away more than this share", |m| m.cap, |m, v| m.cap = v, 0.999),
        (
            "ρ in a family",
            "correlation in a family",
            "How much controls of one family fail together",
            |m| m.family_correlation,
            |m, v| m.family_correlation = v,
            1.0,
        ),
        (
            "ρ across",
            "correlation across families",
            "How much controls of different families fail together",
            |m| m.cross_correlation,
            |m, v| m.cross_correlation = v,
            1.0,
        ),
    ];
    for (name, step, why, get, set, most) in rows {
        widgets::property(ui, name, |ui| {
            let field = Field::new(name).width(120.0);
            if let Some(value) = number(ui, field, get(method), (0.0, most)) {
                change(ctx, step, |method| set(method, value));
            }
            widgets::small(ui, why, Role::TextTertiary);
        });
    }
}

/// A figure, given back when the field is left: what the whole method hangs on changes once, not with every digit.
pub(super) fn number(ui: &mut Ui, field: Field<'_>, value: f64, range: (f64, f64)) -> Option<f64> {
    widgets::settled_field(ui, field, &value, |value| plain(*value), |text| parts::number_in(text, range))
}

pub(super) fn plain(value: f64) -> String {
    format!("{}", (value * 1e6).round() / 1e6)
}

/// "11", "0.45", "0.018".
fn frequency(often: f64) -> String {
    if often >= 9.95 {
        format!("{often:.0}")
    } else if often >= 0.095 {
        format!("{often:.2}")
    } else {
        format!("{often:.3}")
    }
}
