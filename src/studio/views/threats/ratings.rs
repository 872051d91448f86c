//! How likely a threat is, how bad, and the risk that follows before and after controls.

use egui::{Layout, Ui, Vec2};

use super::detail::change;
use crate::analysis::risk::{Rating, RiskRow, Spread};
use crate::model::Threat;
use crate::picture::Role;
use crate::studio::theme::Look;
use crate::studio::views::{ViewContext, parts};
use crate::studio::widgets::{self, Chip, Field, RiskBar};

/// Draws the levels to choose, what follows from them, and why.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    let project = ctx.project();
    let id = threat.id;
    let row = ctx.derived().register().row(id);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(24.0, 12.0);
        let often = |level| format!("{} a year", frequency_words(project.method.frequency(level)));
        if let Some(level) = level(ui, "Likelihood", threat.likelihood, &threat.likelihood_votes, often) {
            change(ctx, id, "likelihood", |threat| threat.likelihood = level);
        }
        let dear = |level| {
            let loss = crate::picture::heatmap::loss_words(&project.method, level);
            loss.map_or_else(|| project.method.impact_name(level).to_owned(), |loss| format!("about {loss}"))
        };
        if let Some(level) = level(ui, "Impact", threat.impact, &threat.impact_votes, dear) {
            change(ctx, id, "impact", |threat| threat.impact = level);
        }
        if let Some(row) = row {
            scores(ui, ctx, row);
        }
    });
    votes(ui, ctx, threat);
    super::owasp::show(ui, ctx, threat);
    super::quantities::show(ui, ctx, threat);
    widgets::property(ui, "Why so", |ui| {
        let hint = "What the rating rests on";
        if let Some(text) = parts::paragraph_value(ui, ctx, "Why it is rated so", hint, 1, &threat.rationale)
        {
            change(ctx, id, "rationale", |threat| threat.rationale = text);
        }
    });
    aims(ui, ctx, threat);
}

/// The risk to come down to, and what another tool said of it.
fn aims(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    let appetite = ctx.project().method.appetite;
    widgets::property(ui, "To reach", |ui| {
        let parse = |text: &str| parts::number_or_nothing(text, (0.0, 10.0));
        let show = |score: &Option<f64>| score.map_or_else(String::new, |score| format!("{score}"));
        let hint = format!("{appetite}, the appetite");
        let field = Field::new("Risk to reach").hint(&hint).width(160.0);
        if let Some(score) = widgets::number_field(ui, field, &threat.target_score, show, parse) {
            change(ctx, threat.id, "target", |threat| threat.target_score = score);
        }
    });
    if !threat.foreign_score.trim().is_empty() {
        widgets::property(ui, "Imported as", |ui| {
            widgets::label(ui, &threat.foreign_score, Look::BODY, Role::TextSecondary)
                .on_hover_text("The score that the tool gave it from which this model was imported");
        });
    }
}

/// "2", "0.45", "0.02": times a year.
fn frequency_words(frequency: f64) -> String {
    if frequency >= 1.0 { format!("{frequency:.0}") } else { format!("{frequency:.2}") }
}

/// Five levels to press; pressing the one that is on makes it unknown again.
fn level(
    ui: &mut Ui,
    name: &str,
    value: Option<f64>,
    votes: &[u8],
    anchor: impl Fn(f64) -> String,
) -> Option<Option<f64>> {
    let mut chosen = None;
    block(ui, 174.0, |ui| {
        ui.spacing_mut().item_spacing.y = 5.0;
        widgets::caption(ui, name);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 5.0;
            for number in 1..=5_u8 {
                let on = value.is_some_and(|value| value.round() as u8 == number);
                let (words, named) = (number.to_string(), format!("{name} {number}"));
                let chip = Chip::toggle(&words, on).named(&named);
                let response = ui.push_id((name, number), |ui| chip.show(ui)).inner.response;
                let response = response.on_hover_text(format!("{named}: {}", anchor(f64::from(number))));
                if response.clicked() {
                    chosen = Some((!on).then_some(f64::from(number)));
                }
            }
        });
        let mut words = value.map_or_else(|| "not rated yet".to_owned(), &anchor);
        if let (Some(least), Some(most)) = (votes.iter().min(), votes.iter().max()) {
            words = format!("{words}. Votes {least} to {most}");
        }
        widgets::label(ui, &words, Look::SMALL, Role::TextSecondary);
    });
    chosen
}

/// What several people said, one figure each. The first votes on a factor that is not rated yet rate it by their median.
fn votes(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    let id = threat.id;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        widgets::label(ui, "Votes", Look::SMALL_MEDIUM, Role::TextSecondary);
        if let Some(votes) = votes_on(ui, "Votes on likelihood", &threat.likelihood_votes) {
            change(ctx, id, "votes on likelihood", |threat| {
                threat.likelihood = threat.likelihood.or(Spread::of(&votes).map(|spread| spread.median));
                threat.likelihood_votes = votes;
            });
        }
        if let Some(votes) = votes_on(ui, "Votes on impact", &threat.impact_votes) {
            change(ctx, id, "votes on impact", |threat| {
                threat.impact = threat.impact.or(Spread::of(&votes).map(|spread| spread.median));
                threat.impact_votes = votes;
            });
        }
    });
}

fn votes_on(ui: &mut Ui, name: &str, votes: &Vec<u8>) -> Option<Vec<u8>> {
    let field = Field::new(name).hint(name).width(168.0);
    let show = |votes: &Vec<u8>| votes.iter().map(u8::to_string).collect::<Vec<_>>().join(" ");
    let parse = |text: &str| {
        let typed: Option<Vec<u8>> = text
            .split([' ', ','])
            .filter(|word| !word.is_empty())
            .map(|word| word.parse::<u8>().ok().filter(|vote| (1..=5).contains(vote)))
            .collect();
        typed.ok_or_else(|| "Type levels from 1 to 5, like 2 3 3".to_owned())
    };
    widgets::number_field(ui, field, votes, show, parse)
}

/// A block of exactly that width among others in a line that wraps.
fn block(ui: &mut Ui, width: f32, contents: impl FnOnce(&mut Ui)) {
    let size = Vec2::new(width, 84.0);
    ui.allocate_ui_with_layout(size, Layout::top_down(egui::Align::Min), |ui| {
        ui.set_min_size(size);
        contents(ui);
    });
}

fn scores(ui: &mut Ui, ctx: &ViewContext<'_>, row: &RiskRow) {
    block(ui, 378.0, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            for rating in Rating::ALL {
                ui.vertical(|ui| {
                    ui.set_width(122.0);
                    ui.spacing_mut().item_spacing.y = 2.0;
                    widgets::caption(ui, rating.label());
                    ui.horizontal(|ui| {
                        ui.spacing_mut().item_spacing.x = 6.0;
                        if let (Some(risk), Some(band)) = (row.risk(rating), row.band(rating)) {
                            widgets::sign(ui, band, 14.0);
                            widgets::label(ui, &format!("{risk:.1}"), Look::SECTION, Role::Text);
                            widgets::label(ui, band.label(), Look::SMALL, Role::SeverityText(band));
                        } else {
                            widgets::label(ui, "not rated", Look::SMALL, Role::TextTertiary);
                        }
                    });
                });
            }
        });
        let method = &ctx.project().method;
        RiskBar::of(row, method).show(ui, 370.0);
        let measured = row.range(Rating::Current).map_or_else(String::new, |(low, high)| {
            format!("; current from {low:.1} to {high:.1} by what was measured")
        });
        let words = format!("appetite {:.1}{measured}", method.appetite);
        widgets::label(ui, &words, Look::SMALL, Role::TextTertiary);
    });
}
