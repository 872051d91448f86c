//! One rule as a card: its conditions, what it answers, why it is so, and what has been shown about it.

use std::collections::BTreeSet;

use egui::{Frame, Margin, Sense, Ui, Vec2};

use crate::edit::verbs;
use crate::model::{
    CommunicationCondition, Condition, Direction, Effect, ItemId, MetricCondition, Permission,
    ResourceCondition, Rule, RuleAction, RuleId,
};
use crate::picture::Role;
use crate::studio::theme::{self, Look};
use crate::studio::widgets::{self, Button, Field};
use crate::studio::{icons, views::parts};

use super::condition;
use crate::studio::views::ViewContext;

/// The card of a rule; `number` is what conditions are counted by (`r0c1`).
pub(super) fn card(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    folded: &mut BTreeSet<RuleId>,
    rule: &Rule,
    number: usize,
) {
    let selected = ctx.session.selection().contains(rule.id);
    let edge = theme::color(ui, if selected { Role::Accent } else { Role::Line });
    Frame::new()
        .fill(theme::color(ui, Role::Panel))
        .stroke(egui::Stroke::new(1.0, edge))
        .corner_radius(10.0)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 0.0;
            padded(ui, 8, |ui| head(ui, ctx, folded, rule, number));
            if folded.contains(&rule.id) {
                return;
            }
            for (index, one) in rule.conditions.iter().enumerate() {
                widgets::divider(ui);
                padded(ui, 10, |ui| {
                    ui.push_id(index, |ui| condition::row(ui, ctx, rule, index, one, number));
                });
            }
            widgets::divider(ui);
            padded(ui, 6, |ui| add_condition(ui, ctx, rule));
            widgets::divider(ui);
            padded(ui, 10, |ui| links(ui, ctx, rule));
            widgets::divider(ui);
            padded(ui, 8, |ui| rationale(ui, ctx, rule, number));
        });
}

fn padded(ui: &mut Ui, vertical: i8, contents: impl FnOnce(&mut Ui)) {
    Frame::new().inner_margin(Margin::symmetric(14, vertical)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing = Vec2::new(8.0, 6.0);
        contents(ui);
    });
}

fn head(ui: &mut Ui, ctx: &mut ViewContext<'_>, folded: &mut BTreeSet<RuleId>, rule: &Rule, number: usize) {
    ui.horizontal(|ui| {
        let is_folded = folded.contains(&rule.id);
        let icon = if is_folded { "chevron-right" } else { "chevron-down" };
        let verb = if is_folded { "Show" } else { "Fold" };
        if widgets::icon_button(ui, icon, &format!("{verb} {}", rule.name)).clicked() {
            if is_folded {
                folded.remove(&rule.id)
            } else {
                folded.insert(rule.id)
            };
        }
        widgets::label(ui, &format!("rule {number}"), Look::CODE, Role::TextTertiary);
        let room = (ui.available_width() - 360.0).clamp(140.0, 420.0);
        let named = format!("Name of rule {number}");
        let field = Field::new(&named).look(Look::HEADING).width(room);
        if let Some(name) = parts::text_value(ui, ctx, field, &rule.name) {
            ctx.commit(verbs::change_rule(ctx.project(), rule.id, "name", |rule| rule.name = name));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if widgets::icon_button(ui, "trash-2", &format!("Delete rule {}", rule.name)).clicked() {
                ctx.commit(verbs::remove_rule(ctx.project(), rule.id));
            }
            let metric = rule.conditions.iter().any(|condition| matches!(condition, Condition::Metric(_)));
            let label = move |action: RuleAction| action_label(action, metric).to_owned();
            if let Some(action) = widgets::choose(
                ui,
                &format!("Action of {}", rule.name),
                rule.action,
                RuleAction::ALL,
                132.0,
                label,
            ) {
                ctx.commit(verbs::change_rule(ctx.project(), rule.id, "action", |rule| rule.action = action));
            }
            let words = if metric { "When violated" } else { "Denied requests are" };
            widgets::label(ui, words, Look::BODY, Role::TextSecondary);
        });
    });
}

fn action_label(action: RuleAction, metric: bool) -> &'static str {
    match (action, metric) {
        (RuleAction::Enforce, false) => "prevented",
        (RuleAction::Monitor, false) => "recorded",
        (action, _) => action.label(),
    }
}

fn add_condition(ui: &mut Ui, ctx: &mut ViewContext<'_>, rule: &Rule) {
    ui.horizontal(|ui| {
        let named = format!("Add a condition to {}", rule.name);
        let response = Button::quiet("Add a condition").named(&named).icon("plus").small().show(ui);
        let mut added = None;
        widgets::open_menu(&response, "Add a condition", 300.0, |ui| {
            let project = ctx.project();
            if widgets::menu_item(ui, Some("activity"), "A metric must keep to a bound", "", false, true)
                .clicked()
            {
                let metric = project
                    .simulation
                    .metrics
                    .keys()
                    .next()
                    .cloned()
                    .unwrap_or_else(|| "cpu_usage".to_owned());
                added = Some(Condition::Metric(MetricCondition {
                    metric,
                    value: 80.0,
                    duration_ms: 300_000,
                    ..Default::default()
                }));
            }
            if widgets::menu_item(ui, Some("gem"), "What may be done with a resource", "", false, true)
                .clicked()
            {
                let resource = project
                    .assets
                    .iter()
                    .next()
                    .map_or_else(|| "data".to_owned(), |asset| asset.name.clone());
                let permission = Permission::Read;
                added = Some(Condition::Resource(ResourceCondition {
                    resource,
                    permission,
                    ..Default::default()
                }));
            }
            if widgets::menu_item(ui, Some("arrow-left-right"), "Whom agents may talk to", "", false, true)
                .clicked()
            {
                added = Some(Condition::Communication(CommunicationCondition {
                    direction: Some(Direction::Outbound),
                    destinations: vec!["*".to_owned()],
                    effect: Effect::Deny,
                    ..Default::default()
                }));
            }
        });
        if let Some(condition) = added {
            let change = |rule: &mut Rule| rule.conditions.push(condition);
            ctx.commit(verbs::change_rule(ctx.project(), rule.id, "conditions", change));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let words = match rule.conditions.first() {
                None => "Without a condition a rule decides nothing",
                Some(Condition::Metric(_)) => "One violated condition violates the rule",
                Some(Condition::Resource(_)) => "A denial always wins",
                Some(Condition::Communication(_)) => "The first line that matches decides",
            };
            widgets::label(ui, words, Look::SMALL, Role::TextTertiary);
        });
    });
}

fn links(ui: &mut Ui, ctx: &mut ViewContext<'_>, rule: &Rule) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 6.0);
        widgets::label(ui, "Answers", Look::SMALL, Role::TextTertiary);
        let project = ctx.project();
        let linked: Vec<ItemId> = rule.threats.iter().map(|id| (*id).into()).collect();
        let offers: Vec<ItemId> = project.threats.ids().map(ItemId::from).collect();
        let named = format!("Link a threat to {}", rule.name);
        if let Some(list) = parts::link_list(ui, ctx, &named, "triangle-alert", &linked, &offers) {
            let threats = list
                .into_iter()
                .filter_map(|item| if let ItemId::Threat(id) = item { Some(id) } else { None })
                .collect();
            ctx.commit(verbs::change_rule(project, rule.id, "threats", |rule| rule.threats = threats));
        }
        ui.add_space(8.0);
        widgets::label(ui, "Implements", Look::SMALL, Role::TextTertiary);
        let linked: Vec<ItemId> = rule.controls.iter().map(|id| (*id).into()).collect();
        let offers: Vec<ItemId> = project.controls.ids().map(ItemId::from).collect();
        let named = format!("Link a control to {}", rule.name);
        if let Some(list) = parts::link_list(ui, ctx, &named, "shield-check", &linked, &offers) {
            let controls = list
                .into_iter()
                .filter_map(|item| if let ItemId::Control(id) = item { Some(id) } else { None })
                .collect();
            ctx.commit(verbs::change_rule(project, rule.id, "controls", |rule| rule.controls = controls));
        }
    });
}

fn rationale(ui: &mut Ui, ctx: &mut ViewContext<'_>, rule: &Rule, number: usize) {
    ui.horizontal(|ui| {
        widgets::label(ui, "Why", Look::SMALL, Role::TextTertiary);
        let evidence = ctx.project().evidence.iter().rfind(|evidence| evidence.rule == Some(rule.id));
        let words = evidence.map_or_else(
            || "no evidence yet".to_owned(),
            |evidence| format!("{} of {} detected", evidence.detected, evidence.windows),
        );
        let room = (ui.available_width() - 210.0).max(120.0);
        let named = format!("Why rule {number}");
        let field = Field::new(&named)
            .hint("The reason for this rule, so that nobody has to guess later")
            .width(room);
        if let Some(text) = parts::text_value(ui, ctx, field, &rule.rationale) {
            ctx.commit(verbs::change_rule(ctx.project(), rule.id, "rationale", |rule| rule.rationale = text));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let role = if evidence.is_some() { Role::Text } else { Role::TextTertiary };
            widgets::label(ui, &words, Look::BODY_STRONG, role);
            let (_, rect) = ui.allocate_space(Vec2::new(18.0, 20.0));
            icons::paint_at(
                ui.painter(),
                "activity",
                rect.center(),
                14.0,
                theme::color(ui, Role::TextTertiary),
            );
            ui.interact(rect, ui.scope_id().with("evidence"), Sense::hover())
                .on_hover_text("Evidence: what recorded simulations showed");
        });
    });
}
