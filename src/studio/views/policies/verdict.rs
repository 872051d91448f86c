//! What the policies say to a request: the condition that decided, those that it shadowed, those that it overruled, and each layer.

use egui::{Frame, Margin, Stroke, Ui, Vec2};

use crate::model::{Band, Effect};
use crate::picture::Role;
use crate::simulation::{ConditionRef, Decision, words};
use crate::studio::icons;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets;

/// Draws a decision and what it rests on.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, decision: &Decision) {
    let denied = decision.effect == Effect::Deny;
    let (fill, edge, text, icon) = if denied {
        (
            Role::SeveritySoft(Band::Critical),
            Role::SeverityMark(Band::Critical),
            Role::SeverityText(Band::Critical),
            "ban",
        )
    } else {
        (Role::GoodSoft, Role::Good, Role::Good, "check")
    };
    Frame::new()
        .fill(theme::color(ui, fill))
        .stroke(Stroke::new(1.0, theme::color(ui, edge)))
        .corner_radius(8.0)
        .inner_margin(Margin::same(12))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing = Vec2::new(8.0, 4.0);
            ui.horizontal(|ui| {
                icons::show(ui, icon, 18.0, theme::color(ui, text));
                let word = match (denied, decision.prevented) {
                    (true, true) => "Deny",
                    (true, false) => "Deny, recorded only",
                    (false, _) => "Allow",
                };
                widgets::label(ui, word, Look::HEADING, text);
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    let id = decision.by.as_ref().map_or("default", |by| by.id.as_str());
                    widgets::label(ui, id, Look::CODE, Role::TextSecondary);
                });
            });
            widgets::small(ui, &decision.why, Role::Text);
        });
    let by: Vec<&ConditionRef> = decision.by.iter().collect();
    conditions(ui, ctx, "Decided by", &by);
    let deciding = decision.by.as_ref().map(|by| by.policy);
    let shadowed: Vec<&ConditionRef> = decision
        .layers
        .iter()
        .filter(|layer| Some(layer.policy) == deciding)
        .flat_map(|layer| &layer.shadowed)
        .collect();
    conditions(ui, ctx, "Shadowed: they match too, and have no say", &shadowed);
    let overruled: Vec<&ConditionRef> = decision.overruled.iter().collect();
    conditions(ui, ctx, "Overruled: other layers say otherwise", &overruled);
    layers(ui, ctx, decision);
}

/// Conditions with what they say; a press goes to the rule.
fn conditions(ui: &mut Ui, ctx: &mut ViewContext<'_>, title: &str, list: &[&ConditionRef]) {
    if list.is_empty() {
        return;
    }
    widgets::caption(ui, title);
    for one in list {
        ui.push_id((title, &one.id), |ui| condition(ui, ctx, one));
    }
}

fn condition(ui: &mut Ui, ctx: &mut ViewContext<'_>, one: &ConditionRef) {
    ui.horizontal(|ui| {
        widgets::label(ui, &one.id, Look::CODE, Role::TextTertiary);
        let response = widgets::link(ui, &one.rule_name);
        if response.on_hover_text(&one.policy_name).clicked() {
            ctx.reveal(one.rule.into());
        }
    });
    if let Some(sentence) = sentence(ctx, one) {
        widgets::small(ui, &sentence, Role::TextSecondary);
    }
}

/// What a condition says, as its rule reads now.
pub(super) fn sentence(ctx: &ViewContext<'_>, one: &ConditionRef) -> Option<String> {
    let (_, rule) = ctx.project().rule(one.rule)?;
    let (earlier, rest) = rule.conditions.split_at_checked(one.condition)?;
    Some(words::sentence(ctx.project(), rest.first()?, earlier))
}

fn layers(ui: &mut Ui, ctx: &mut ViewContext<'_>, decision: &Decision) {
    widgets::caption(ui, "Each layer says");
    if decision.layers.is_empty() {
        widgets::small(ui, "No policy binds this agent.", Role::TextTertiary);
    }
    for layer in &decision.layers {
        ui.horizontal(|ui| {
            let room = ui.available_width() - 104.0;
            ui.scope(|ui| {
                ui.set_max_width(room);
                widgets::label(ui, &layer.policy_name, Look::SMALL, Role::Text).on_hover_text(&layer.why);
            });
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| match layer.effect {
                Some(Effect::Deny) => {
                    widgets::label(ui, "deny", Look::SMALL_STRONG, Role::SeverityText(Band::Critical))
                }
                Some(Effect::Allow) => widgets::label(ui, "allow", Look::SMALL_STRONG, Role::Good),
                None => widgets::label(ui, "not applicable", Look::SMALL, Role::TextTertiary),
            });
        });
        if Some(layer.policy) != decision.by.as_ref().map(|by| by.policy) && !layer.shadowed.is_empty() {
            let shadowed: Vec<&ConditionRef> = layer.shadowed.iter().collect();
            let title = format!("Shadowed in {}", layer.policy_name);
            conditions(ui, ctx, &title, &shadowed);
        }
    }
}
