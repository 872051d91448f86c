//! How often and how much, as ranges: what the simulation of losses draws from.

use egui::{Ui, Vec2};

use super::detail::change;
use crate::analysis::risk::{given_frequency, given_loss};
use crate::model::{Band, Estimate, Shape, Threat};
use crate::picture::Role;
use crate::picture::heatmap::money_words;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button, Field};

/// Draws both ranges, folded while nobody has given one.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    let own = usize::from(threat.frequency_range.is_some()) + usize::from(threat.loss_range.is_some());
    let words = match own {
        0 => "How often and how much, as ranges".to_owned(),
        _ => format!("How often and how much, as ranges: {own} given"),
    };
    let title = Look::SMALL_MEDIUM.text(words, theme::color(ui, Role::Accent));
    egui::CollapsingHeader::new(title).id_salt(("quantities", threat.id)).default_open(own > 0).show(ui, |ui| {
        ui.spacing_mut().item_spacing = Vec2::new(8.0, 6.0);
        let words = "With no listed control. The expected loss and the loss curve come from these; without them from the ranges that the levels stand for.";
        widgets::small(ui, words, Role::TextTertiary);
        if let Some(words) = expected(ctx, threat) {
            widgets::small(ui, &words, Role::TextSecondary);
        }
        let method = &ctx.project().method;
        let id = threat.id;
        let often = threat.likelihood.map(|level| given_frequency(method, level));
        let figure = |value: f64| format!("{} a year", plain(in_two_figures(value)));
        if let Some(new) = range(ui, "Times a year", "a year", threat.frequency_range.as_ref(), often.as_ref(), &figure) {
            change(ctx, id, "times a year", |threat| threat.frequency_range = new);
        }
        let cost = threat.impact.and_then(|level| given_loss(method, level));
        let unit = format!("thousand {}", method.currency);
        let figure = |value: f64| money_words(method, value);
        if let Some(new) = range(ui, "Cost each time", &unit, threat.loss_range.as_ref(), cost.as_ref(), &figure) {
            change(ctx, id, "cost each time", |threat| threat.loss_range = new);
        }
    });
}

/// "Expected loss a year: €225k with no control, €45k today, €12k after the plan."
fn expected(ctx: &ViewContext<'_>, threat: &Threat) -> Option<String> {
    let row = ctx.session.derived().register().row(threat.id)?;
    let [inherent, current, planned] = row.losses;
    let money = |loss: Option<f64>| Some(money_words(&ctx.project().method, loss?));
    Some(format!(
        "Expected loss a year: {} with no control, {} today, {} after the plan.",
        money(inherent)?,
        money(current)?,
        money(planned)?
    ))
}

/// One range: what stands for it while none is given, or its three figures and its shape.
fn range(
    ui: &mut Ui,
    name: &str,
    unit: &str,
    own: Option<&Estimate>,
    given: Option<&Estimate>,
    figure: &dyn Fn(f64) -> String,
) -> Option<Option<Estimate>> {
    let mut changed = None;
    ui.push_id(name, |ui| {
        let Some(own) = own else {
            ui.horizontal_wrapped(|ui| {
                widgets::label(ui, name, Look::SMALL_MEDIUM, Role::Text);
                let words = given.map_or_else(
                    || "not rated, so nothing stands for it".to_owned(),
                    |given| format!("{} to {}, from the level", figure(given.low), figure(given.high)),
                );
                widgets::label(ui, &words, Look::SMALL, Role::TextSecondary);
                let give = format!("Give {}", name.to_lowercase());
                let button = Button::quiet(&give).icon("plus").small().show(ui);
                if widgets::tooltip(button, name, "Takes over what the level stands for, to be changed", "")
                    .clicked()
                {
                    changed = Some(Some(given.map_or_else(|| Estimate::pert(1.0, 1.0, 1.0), rounded)));
                }
            });
            return;
        };
        ui.horizontal(|ui| {
            widgets::label(ui, name, Look::SMALL_MEDIUM, Role::Text);
            let mean = format!("mean {}", figure(own.mean()));
            if own.fault().is_none() {
                widgets::label(ui, &mean, Look::SMALL, Role::TextSecondary);
            }
            let close =
                widgets::icon_button(ui, "x", &format!("Take the range of {} back", name.to_lowercase()));
            if close.clicked() {
                changed = Some(None);
            }
        });
        ui.horizontal_wrapped(|ui| {
            let ends = match own.shape {
                Shape::Pert => ["least", "likeliest", "most"],
                Shape::Lognormal => ["5 in 100 below", "", "5 in 100 above"],
            };
            let values = [own.low, own.likely, own.high];
            for (place, (end, value)) in ends.into_iter().zip(values).enumerate() {
                if end.is_empty() {
                    continue;
                }
                let known = format!("{name}, {end}");
                wrap_before(ui, 132.0);
                ui.vertical(|ui| {
                    ui.set_width(132.0);
                    ui.spacing_mut().item_spacing.y = 2.0;
                    widgets::caption(ui, end);
                    let field = Field::new(&known).unit(unit).width(132.0);
                    if let Some(typed) =
                        widgets::number_field(ui, field, &value, |value| plain(*value), parsed)
                    {
                        let mut new = own.clone();
                        if let Some(end) =
                            [&mut new.low, &mut new.likely, &mut new.high].into_iter().nth(place)
                        {
                            *end = typed;
                        }
                        changed = Some(Some(new));
                    }
                });
            }
            wrap_before(ui, 128.0);
            ui.vertical(|ui| {
                ui.set_width(128.0);
                ui.spacing_mut().item_spacing.y = 2.0;
                widgets::caption(ui, "shape");
                let known = format!("Shape of {}", name.to_lowercase());
                if let Some(shape) = widgets::choose(ui, &known, own.shape, Shape::ALL, 128.0, |shape| {
                    shape.label().to_owned()
                }) {
                    changed = Some(Some(Estimate { shape, ..own.clone() }));
                }
            });
        });
        if let Some(fault) = own.fault() {
            widgets::small(
                ui,
                &format!("{fault} Until then the level stands for it."),
                Role::SeverityText(Band::Critical),
            );
        }
    });
    changed
}

/// Goes on in a new row where the next block has no room: blocks do not wrap by themselves.
fn wrap_before(ui: &mut Ui, width: f32) {
    if ui.available_size_before_wrap().x < width {
        ui.end_row();
    }
}

/// A range in figures that people would give.
fn rounded(given: &Estimate) -> Estimate {
    let [low, likely, high] = [given.low, given.likely, given.high].map(in_two_figures);
    Estimate { low, likely, high, ..given.clone() }
}

/// 2.1333 as 2.1, 1234 as 1200.
fn in_two_figures(value: f64) -> f64 {
    if value <= 0.0 {
        return value;
    }
    let unit = 10f64.powf(value.log10().floor() - 1.0);
    let rounded = (value / unit).round() * unit;
    (rounded * 1e9).round() / 1e9
}

fn parsed(text: &str) -> Result<f64, String> {
    let typed = text.trim().replace([' ', '\u{2009}'], "").replace(',', ".").parse::<f64>().ok();
    typed
        .filter(|typed| typed.is_finite() && *typed >= 0.0)
        .ok_or_else(|| "Type a number, zero or more".to_owned())
}

fn plain(value: f64) -> String {
    format!("{}", (value * 1e6).round() / 1e6)
}
