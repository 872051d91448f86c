//! One rule as a card: its conditions, what it answers, why it is so, and what has been shown about it.

use std::collections::BTreeSet;

use egui::{Frame, Margin, Sense, Ui, Vec2, WidgetInfo};

use crate::edit::verbs::{self, Way};
use crate::model::{
    Band, CommunicationCondition, Condition, Direction, Effect, ItemId, MetricCondition, Permission,
    ResourceCondition, Rule, RuleAction, RuleId,
};
use crate::picture::Role;
use crate::simulation::static_checks::StaticNote;
use crate::studio::theme::{self, Look};
use crate::studio::widgets::{self, Button, Field};
use crate::studio::{icons, views::parts};

use super::{checked, condition};
use crate::studio::views::ViewContext;

/// The card of a rule; `number` is what conditions are counted by (`r0c1`).
pub(super) fn card(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    folded: &mut BTreeSet<RuleId>,
    rule: &Rule,
    number: usize,
    notes: &[StaticNote],
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
                    for note in notes.iter().filter(|note| note.rule == rule.id && note.condition == index) {
                        condition::hint(ui, &note.text);
                    }
                });
            }
            if checked::any(ctx, rule.id.into()) {
                widgets::divider(ui);
                padded(ui, 8, |ui| checked::of_item(ui, ctx, rule.id.into()));
            }
            widgets::divider(ui);
            padded(ui, 6, |ui| add_condition(ui, ctx, rule));
            widgets::divider(ui);
            padded(ui, 10, |ui| links(ui, ctx, rule));
            widgets::divider(ui);
            padded(ui, 8, |ui| rationale(ui, ctx, rule, number));
            if ctx.project().protection.enabled {
                padded(ui, 8, |ui| cost(ui, ctx, rule, number));
            }
        });
}

fn padded<R>(ui: &mut Ui, vertical: i8, contents: impl FnOnce(&mut Ui) -> R) {
    Frame::new().inner_margin(Margin::symmetric(14, vertical)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing = Vec2::new(8.0, 6.0);
        contents(ui)
    });
}

fn head(ui: &mut Ui, ctx: &mut ViewContext<'_>, folded: &mut BTreeSet<RuleId>, rule: &Rule, number: usize) {
    let below = ui.horizontal(|ui| {
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
        // Where a line is too short for both, the action stands in a line of its own.
        let two_lines = ui.available_width() < 500.0;
        let rules = ctx.project().rule(rule.id).map_or(&[][..], |(policy, _)| policy.rules.as_slice());
        let (place, count) =
            (rules.iter().position(|one| one.id == rule.id).unwrap_or_default(), rules.len());
        let arrows = if count > 1 { 80.0 } else { 0.0 };
        let beside = arrows + if two_lines { 40.0 } else { 360.0 };
        let room = (ui.available_width() - beside).clamp(140.0, 420.0);
        let named = format!("Name of rule {number}");
        let field = Field::new(&named).look(Look::HEADING).width(room);
        if let Some(name) = parts::text_value(ui, ctx, field, &rule.name) {
            ctx.commit(verbs::change_rule(ctx.project(), rule.id, "name", |rule| rule.name = name));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if widgets::icon_button(ui, "trash-2", &format!("Delete rule {}", rule.name)).clicked() {
                ctx.commit(verbs::remove_rule(ctx.project(), rule.id));
            }
            for (icon, way, where_to) in [("arrow-down", Way::Later, "down"), ("arrow-up", Way::Sooner, "up")]
            {
                let name = format!("Move rule {} {where_to}", rule.name);
                let can = way.from(place, count).is_some();
                if count > 1 && widgets::tool_button(ui, icon, &name, "", false, can).clicked() {
                    ctx.commit(verbs::move_rule(ctx.project(), rule.id, way));
                }
            }
            if !two_lines {
                action(ui, ctx, rule);
            }
        });
        two_lines
    });
    if below.inner {
        ui.horizontal(|ui| {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| action(ui, ctx, rule));
        });
    }
}

/// What the rule does when it is violated; laid out from the right.
fn action(ui: &mut Ui, ctx: &mut ViewContext<'_>, rule: &Rule) {
    let metric = rule.conditions.iter().any(|condition| matches!(condition, Condition::Metric(_)));
    let label = move |action: RuleAction| action_label(action, metric).to_owned();
    if let Some(action) =
        widgets::choose(ui, &format!("Action of {}", rule.name), rule.action, RuleAction::ALL, 132.0, label)
    {
        ctx.commit(verbs::change_rule(ctx.project(), rule.id, "action", |rule| rule.action = action));
    }
    let words = if metric { "When violated" } else { "Denied requests are" };
    widgets::label(ui, words, Look::BODY, Role::TextSecondary);
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
    let project = ctx.project();
    named(ui, "Answers", |ui| {
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
    });
    named(ui, "Implements", |ui| {
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

/// A small name at the left, and what belongs to it wrapped beside it.
fn named(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui)) {
    ui.horizontal_top(|ui| {
        let (_, rect) = ui.allocate_space(Vec2::new(76.0, 24.0));
        let words = widgets::line(ui, name, Look::SMALL, theme::color(ui, Role::TextTertiary));
        widgets::put_left(ui.painter(), rect.left(), rect.center().y, words);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = Vec2::new(6.0, 6.0);
            contents(ui);
        });
    });
}

/// Which security check decides the rule, and what that costs: lint holds it against the tier's target.
fn cost(ui: &mut Ui, ctx: &mut ViewContext<'_>, rule: &Rule, number: usize) {
    let checks: Vec<String> =
        ctx.project().protection.tiers.iter().flat_map(|tier| tier.checks.clone()).collect();
    ui.horizontal(|ui| {
        let (_, rect) = ui.allocate_space(Vec2::new(76.0, 32.0));
        let label = widgets::line(ui, "Decided by", Look::SMALL, theme::color(ui, Role::TextTertiary));
        widgets::put_left(ui.painter(), rect.left(), rect.center().y, label);
        let shown = if rule.check.is_empty() { "The first tier" } else { rule.check.as_str() };
        let name = format!("Check that decides rule {number}");
        let mut picked = None;
        widgets::picker(ui, &name, None, shown, false, 240.0, |ui| {
            for check in std::iter::once(String::new()).chain(checks) {
                let label = if check.is_empty() { "The first tier" } else { check.as_str() };
                if widgets::menu_item(ui, None, label, "", rule.check == check, true).clicked() {
                    picked = Some(check);
                }
            }
        });
        if let Some(check) = picked {
            ctx.commit(verbs::change_rule(ctx.project(), rule.id, "check", |rule| rule.check = check));
        }
        let name = format!("Cost of deciding rule {number}");
        let field = Field::new(&name).hint("cost, 95th percentile").unit("ms").width(180.0).right();
        let show = |cost: &Option<f64>| cost.map(|cost| cost.to_string()).unwrap_or_default();
        let parse = |text: &str| match text.trim() {
            "" => Ok(None),
            text => match text.parse::<f64>() {
                Ok(cost) if cost >= 0.0 && cost.is_finite() => Ok(Some(cost)),
                _ => Err("Type milliseconds".to_owned()),
            },
        };
        if let Some(cost) = widgets::number_field(ui, field, &rule.check_ms, show, parse) {
            ctx.commit(verbs::change_rule(ctx.project(), rule.id, "cost", |rule| rule.check_ms = cost));
        }
    });
}

fn rationale(ui: &mut Ui, ctx: &mut ViewContext<'_>, rule: &Rule, number: usize) {
    let of_rule = ctx.project().evidence.iter().filter(|evidence| evidence.rule == Some(rule.id));
    let newest = of_rule.max_by_key(|evidence| (evidence.date, evidence.id));
    let stale = newest.and_then(|evidence| ctx.derived().register().stale.get(&evidence.id));
    let found = newest.map(|evidence| format!("{} of {} detected", evidence.detected, evidence.windows));
    let (icon, words, role) = match (found, stale) {
        (None, _) => ("activity", "no evidence yet".to_owned(), Role::TextTertiary),
        (Some(found), None) => ("activity", found, Role::Text),
        (Some(found), Some(_)) => {
            ("triangle-alert", format!("{found}, out of date"), Role::SeverityText(Band::Medium))
        }
    };
    let hover = match stale {
        None => "Evidence: what recorded simulations showed".to_owned(),
        Some(stale) => format!("This no longer counts: {}. Simulate and record again.", stale.label()),
    };
    let words = widgets::line(ui, words, Look::BODY_STRONG, theme::color(ui, role));
    let sign = words.size().x + 26.0;
    ui.horizontal_top(|ui| {
        let (_, rect) = ui.allocate_space(Vec2::new(76.0, 32.0));
        let why = widgets::line(ui, "Why", Look::SMALL, theme::color(ui, Role::TextTertiary));
        widgets::put_left(ui.painter(), rect.left(), rect.center().y, why);
        ui.vertical(|ui| {
            ui.set_width((ui.available_width() - sign - 8.0).max(120.0));
            let hint = "The reason for this rule, so that nobody has to guess later";
            if let Some(text) =
                parts::paragraph_value(ui, ctx, &format!("Why rule {number}"), hint, 1, &rule.rationale)
            {
                let change = |rule: &mut Rule| rule.rationale = text;
                ctx.commit(verbs::change_rule(ctx.project(), rule.id, "rationale", change));
            }
        });
        let (rect, shown) = ui.allocate_exact_size(Vec2::new(sign, 32.0), Sense::hover());
        let left = egui::pos2(rect.left() + 12.0, rect.center().y);
        let tint = if stale.is_some() { role } else { Role::TextTertiary };
        icons::paint_at(ui.painter(), icon, left, 14.0, theme::color(ui, tint));
        let said = words.text().to_owned();
        widgets::put_left(ui.painter(), rect.left() + 26.0, rect.center().y, words);
        shown.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, &said));
        shown.on_hover_text(hover);
    });
}
