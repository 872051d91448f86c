//! What the levels are called and stand for: each edit is a step of its own, by its own name.

use egui::Ui;

use super::method::{change, number, plain};
use crate::edit::verbs;
use crate::model::Method;
use crate::picture::Role;
use crate::session::Request;
use crate::studio::views::{ViewContext, parts};
use crate::studio::widgets::{self, Field};

/// What the steps are called, by the place of the level.
struct Steps {
    names: [&'static str; 5],
    anchors: [&'static str; 5],
}

const LIKELIHOOD: Steps = Steps {
    names: [
        "name of likelihood level 1",
        "name of likelihood level 2",
        "name of likelihood level 3",
        "name of likelihood level 4",
        "name of likelihood level 5",
    ],
    anchors: [
        "frequency of likelihood level 1",
        "frequency of likelihood level 2",
        "frequency of likelihood level 3",
        "frequency of likelihood level 4",
        "frequency of likelihood level 5",
    ],
};

const IMPACT: Steps = Steps {
    names: [
        "name of impact level 1",
        "name of impact level 2",
        "name of impact level 3",
        "name of impact level 4",
        "name of impact level 5",
    ],
    anchors: [
        "cost of impact level 1",
        "cost of impact level 2",
        "cost of impact level 3",
        "cost of impact level 4",
        "cost of impact level 5",
    ],
};

/// The names of the levels with what they stand for.
pub(super) fn levels(ui: &mut Ui, ctx: &mut ViewContext<'_>, keeps_amounts: bool) {
    let method = &ctx.project().method;
    let three = method.levels() == 3;
    widgets::heading(ui, "Levels", Some(method.levels()));
    ui.add_space(6.0);
    ui.columns(2, |columns| {
        let [left, right] = columns else { return };
        widgets::caption(left, "Likelihood, and how often a year");
        let steps = LIKELIHOOD.names.into_iter().zip(LIKELIHOOD.anchors);
        let rows: Vec<_> = method.likelihood_words().iter().zip(steps).enumerate().collect();
        for (place, (name, (name_step, step))) in rows.into_iter().rev() {
            let level = method.middle_of_level(place + 1);
            let anchor = Anchor {
                step,
                unit: "a year",
                amount: Some(method.frequency(level)),
                set: &|method, often| method.anchor_frequency(level, often),
            };
            let field = format!("Likelihood level {}", place + 1);
            if let Some(new) = level_row(left, ctx, keeps_amounts, &field, name, &anchor) {
                rename(ctx, name_step, |method| {
                    let list =
                        if three { &mut method.three_likelihoods } else { &mut method.likelihood_names };
                    list.iter_mut().skip(place).take(1).for_each(|name| name.clone_from(&new));
                });
            }
        }
        widgets::caption(right, "Impact, and what it costs each time");
        let unit = format!("k {}", method.currency);
        let steps = IMPACT.names.into_iter().zip(IMPACT.anchors);
        let rows: Vec<_> = method.impact_words().iter().zip(steps).enumerate().collect();
        for (place, (name, (name_step, step))) in rows.into_iter().rev() {
            let level = method.middle_of_level(place + 1);
            let anchor = Anchor {
                step,
                unit: &unit,
                amount: method.loss(level),
                set: &|method, loss| method.anchor_loss(level, loss),
            };
            let field = format!("Impact level {}", place + 1);
            if let Some(new) = level_row(right, ctx, keeps_amounts, &field, name, &anchor) {
                rename(ctx, name_step, |method| {
                    let list = if three { &mut method.three_impacts } else { &mut method.impact_names };
                    list.iter_mut().skip(place).take(1).for_each(|name| name.clone_from(&new));
                });
            }
        }
    });
}

/// Letters that are typed one after the other make one step, which ends when the field is left.
fn rename(ctx: &mut ViewContext<'_>, step: &'static str, with: impl FnOnce(&mut Method)) {
    ctx.commit(verbs::change_method(ctx.project(), step, with));
}

/// Lets the scale stand for something else; ratings keep their level, or what they stand for.
fn anchor(
    ctx: &mut ViewContext<'_>,
    keeps_amounts: bool,
    step: &'static str,
    with: impl FnOnce(&mut Method),
) {
    if keeps_amounts {
        ctx.commit(verbs::change_method_keeping_amounts(ctx.project(), step, with));
        ctx.ask(Request::Seal);
    } else {
        change(ctx, step, with);
    }
}

/// What a level stands for, and how to let it stand for something else.
struct Anchor<'a> {
    step: &'static str,
    unit: &'a str,
    amount: Option<f64>,
    set: &'a dyn Fn(&mut Method, f64) -> bool,
}

/// The name of a level, which is given back when it changes, and what it stands for.
fn level_row(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    keeps_amounts: bool,
    field: &str,
    name: &str,
    level: &Anchor<'_>,
) -> Option<String> {
    const AMOUNT: f32 = 128.0;
    ui.horizontal_top(|ui| {
        let width = (ui.available_width() - AMOUNT - 14.0).max(80.0);
        let new = parts::text_value(ui, ctx, Field::new(field).width(width), name);
        let label = format!("{field} stands for");
        let shown = Field::new(&label).unit(level.unit).hint("no money").width(AMOUNT);
        let method = &ctx.project().method;
        let parse = |text: &str| {
            let amount = parts::number_in(text, (1e-9, 1e12))?;
            let could = (level.set)(&mut method.clone(), amount);
            could
                .then_some(Some(amount))
                .ok_or_else(|| "Levels rise by 1.1 to 100 times from one to the next".to_owned())
        };
        let show = |amount: &Option<f64>| amount.map(short).unwrap_or_default();
        let typed = ui.vertical(|ui| widgets::settled_field(ui, shown, &level.amount, show, parse)).inner;
        if let Some(amount) = typed.flatten() {
            anchor(ctx, keeps_amounts, level.step, |method| {
                (level.set)(method, amount);
            });
        }
        new
    })
    .inner
}

/// Three digits that count: 0.018, 11.3, 2500.
fn short(amount: f64) -> String {
    let digits = 2 - amount.abs().log10().floor() as i32;
    if amount == 0.0 || !amount.is_finite() {
        return plain(amount);
    }
    let scale = 10_f64.powi(digits);
    plain((amount * scale).round() / scale)
}

/// What the middle level stands for, and the step from one to the next.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, keeps_amounts: &mut bool) {
    let method = &ctx.project().method;
    widgets::heading(ui, "Anchors", None);
    let words = format!(
        "Each level of five is {} times as often, and {} times as costly, as the one below: that is what lets likelihood and impact be added.",
        plain(method.factor()),
        plain(method.factor())
    );
    widgets::small(ui, &words, Role::TextSecondary);
    let keeps = *keeps_amounts;
    widgets::property(ui, "Middle, often", |ui| {
        let field = Field::new("Middle frequency").unit("a year").width(210.0);
        if let Some(often) = number(ui, field, method.middle_frequency, (1e-6, 1e4)) {
            anchor(ctx, keeps, "middle frequency", |method| method.middle_frequency = often);
        }
    });
    widgets::property(ui, "Middle, cost", |ui| {
        let unit = format!("thousand {}", method.currency);
        let field = Field::new("Middle loss").unit(&unit).hint("no money").width(210.0);
        let show = |loss: &Option<f64>| loss.map(plain).unwrap_or_default();
        let parse = |text: &str| parts::number_or_nothing(text, (1e-6, 1e9));
        if let Some(loss) = widgets::settled_field(ui, field, &method.middle_loss, show, parse) {
            anchor(ctx, keeps, "middle loss", |method| method.middle_loss = loss);
        }
    });
    widgets::property(ui, "Step", |ui| {
        let field = Field::new("Step between levels").unit("times").width(210.0);
        if let Some(step) = number(ui, field, method.step, (1.1, 100.0)) {
            anchor(ctx, keeps, "step", |method| method.step = step);
        }
    });
    widgets::property(ui, "Currency", |ui| {
        let field = Field::new("Currency").width(210.0);
        if let Some(currency) = parts::text_value(ui, ctx, field, &method.currency) {
            rename(ctx, "currency", |method| method.currency = currency);
        }
    });
    let mut keeps = usize::from(*keeps_amounts);
    widgets::property(ui, "Ratings keep", |ui| {
        if widgets::segmented(ui, "Ratings keep", &["their level", "their frequency and money"], &mut keeps) {
            *keeps_amounts = keeps == 1;
        }
    });
    let rated = ctx.project().threats.iter().filter(|threat| threat.likelihood.is_some()).count();
    let words = if *keeps_amounts {
        format!(
            "When an anchor changes, the {rated} rated threats move to the levels that stand for what they stood for."
        )
    } else {
        format!(
            "When an anchor changes, the {rated} rated threats keep their levels, which then stand for something else."
        )
    };
    widgets::small(ui, &words, Role::TextTertiary);
}
