//! The factors of the OWASP Risk Rating for one threat.

use egui::{Ui, Vec2};

use super::detail::change;
use crate::model::{OwaspFactor, OwaspFactors, OwaspGroup, Scheme, Threat};
use crate::picture::Role;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets;

/// Draws the sixteen factors by group: open where the scheme is OWASP's, folded where they are only kept.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    let rates = ctx.project().method.scheme == Scheme::Owasp;
    let factors = threat.owasp.clone().unwrap_or_default();
    if !rates && factors.answered() == 0 {
        return;
    }
    let words = format!("OWASP factors: {} of 16 answered", factors.answered());
    let title = Look::SMALL_MEDIUM.text(words, theme::color(ui, Role::Accent));
    egui::CollapsingHeader::new(title).id_salt(("owasp", threat.id)).default_open(rates).show(ui, |ui| {
        ui.spacing_mut().item_spacing = Vec2::new(8.0, 6.0);
        widgets::small(ui, &sentence(&factors, rates), Role::TextSecondary);
        for group in OwaspGroup::ALL {
            widgets::caption(ui, group.label());
            let of_group: Vec<&OwaspFactor> =
                OwaspFactors::ALL.iter().filter(|factor| factor.group == group).collect();
            // Two by two where four are too many: a row of three and one alone would look as if one were missing.
            let gap = ui.spacing().item_spacing.x;
            let columns = [4, 2, 1].into_iter().find(|n| column(ui, *n, gap) >= NARROWEST).unwrap_or(1);
            let width = column(ui, columns, gap);
            for row in of_group.chunks(columns) {
                ui.horizontal(|ui| {
                    for factor in row {
                        one(ui, ctx, threat, &factors, factor, width);
                    }
                });
            }
        }
    });
}

/// A factor's field is at least this wide, in points.
const NARROWEST: f32 = 128.0;

/// How wide each of so many columns is, in points.
fn column(ui: &Ui, columns: usize, gap: f32) -> f32 {
    let columns = columns as f32;
    ((ui.available_width() - (columns - 1.0) * gap) / columns).floor()
}

fn one(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    threat: &Threat,
    factors: &OwaspFactors,
    factor: &OwaspFactor,
    width: f32,
) {
    ui.vertical(|ui| {
        ui.set_width(width);
        ui.spacing_mut().item_spacing.y = 2.0;
        widgets::label(ui, factor.label, Look::SMALL, Role::TextTertiary);
        let values: Vec<u8> = factor.options.iter().map(|(value, _)| *value).collect();
        let label = |value: u8| {
            let known = factor.options.iter().find(|(option, _)| *option == value);
            known.map_or_else(|| value.to_string(), |(_, word)| format!("{value}  {word}"))
        };
        if let Some(new) = widgets::choose_known(ui, factor.label, factor.get(factors), &values, width, label)
        {
            change(ctx, threat.id, "OWASP factors", |threat| {
                let mut factors = threat.owasp.clone().unwrap_or_default();
                factor.set(&mut factors, new);
                threat.owasp = (factors.answered() > 0).then_some(factors);
            });
        }
    });
}

/// What the means come to.
fn sentence(factors: &OwaspFactors, rates: bool) -> String {
    let mean = |mean: Option<f64>| {
        mean.map_or_else(
            || "not answered".to_owned(),
            |mean| format!("{mean:.2}, {}", OwaspFactors::level(mean)),
        )
    };
    let mut words = format!("Likelihood {}; impact {}.", mean(factors.likelihood()), mean(factors.impact()));
    if !rates {
        words.push_str(" Kept, but the method rates by levels.");
    } else if factors.score().is_none() {
        words.push_str(" Until both are known, the levels above rate it.");
    } else {
        words.push_str(" These rate the threat in place of the levels above.");
    }
    words
}
