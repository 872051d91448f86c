//! Which policies apply where, and what they would say to a request: the column at the right.

use std::collections::{BTreeMap, BTreeSet};

use egui::{Frame, Margin, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use crate::model::{Band, Direction, Effect, Policy, PolicyId, PolicyStatus, Project, RuleAction};
use crate::picture::Role;
use crate::simulation::scope::{Agent, Agents};
use crate::simulation::{Access, Decision, Request, decisions};
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Field};
use crate::studio::{icons, paint};

/// The request that is tried.
#[derive(Debug, Clone, Default)]
pub(super) struct RequestDraft {
    agent: Option<String>,
    kind: usize,
    target: String,
}

/// Draws the column.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, draft: &mut RequestDraft, shown: PolicyId) {
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 8.0);
    layers(ui, ctx);
    ui.add_space(6.0);
    widgets::divider(ui);
    ui.add_space(6.0);
    try_request(ui, ctx, draft);
    ui.add_space(6.0);
    widgets::divider(ui);
    ui.add_space(6.0);
    checks(ui, ctx, shown);
}

fn layers(ui: &mut Ui, ctx: &ViewContext<'_>) {
    let project = ctx.project();
    widgets::heading(ui, "Layers", None);
    widgets::small(
        ui,
        &format!("Which policies apply where. {}.", project.simulation.layers.label()),
        Role::TextSecondary,
    );
    let mut types: BTreeSet<&str> = BTreeSet::new();
    let mut environments: BTreeSet<&str> = BTreeSet::new();
    for agent in &project.simulation.agents {
        types.extend(Some(agent.agent_type.as_str()).filter(|name| !name.is_empty()));
        environments.extend(Some(agent.environment.as_str()).filter(|name| !name.is_empty()));
    }
    for policy in &project.policies {
        types.extend(policy.scope.agent_types.iter().map(String::as_str).filter(|name| *name != "*"));
        environments.extend(policy.scope.environments.iter().map(String::as_str).filter(|name| *name != "*"));
    }
    if types.is_empty() || environments.is_empty() {
        widgets::small(
            ui,
            "Name agent types and environments in a policy's scope, and this matrix shows what binds whom.",
            Role::TextTertiary,
        );
        return;
    }
    let names = 92.0;
    let width = ((ui.available_width() - names) / environments.len() as f32 - 4.0).clamp(48.0, 110.0);
    ui.spacing_mut().item_spacing = Vec2::new(4.0, 4.0);
    ui.horizontal(|ui| {
        ui.allocate_space(Vec2::new(names, 18.0));
        for environment in &environments {
            let (_, rect) = ui.allocate_space(Vec2::new(width, 18.0));
            let galley = widgets::line_within(
                ui,
                *environment,
                Look::CAPTION,
                theme::color(ui, Role::TextTertiary),
                width,
            );
            widgets::put_center(ui.painter(), rect.center(), galley);
        }
    });
    for agent_type in types {
        ui.horizontal(|ui| {
            let (_, rect) = ui.allocate_space(Vec2::new(names, 46.0));
            icons::paint_at(
                ui.painter(),
                "bot",
                egui::pos2(rect.left() + 8.0, rect.center().y),
                14.0,
                theme::color(ui, Role::TextSecondary),
            );
            let galley = widgets::line_within(
                ui,
                agent_type,
                Look::SMALL_MEDIUM,
                theme::color(ui, Role::Text),
                names - 22.0,
            );
            widgets::put_left(ui.painter(), rect.left() + 20.0, rect.center().y, galley);
            for environment in &environments {
                cell(ui, project, agent_type, environment, width);
            }
        });
    }
}

fn cell(ui: &mut Ui, project: &Project, agent_type: &str, environment: &str, width: f32) {
    let someone = Agent {
        name: String::new(),
        agent_type: Some(agent_type.to_owned()),
        environment: Some(environment.to_owned()),
    };
    let agents = Agents { by_name: BTreeMap::from([(String::new(), someone)]), listed: true };
    let binding: Vec<&Policy> = project
        .policies
        .iter()
        .filter(|policy| !matches!(policy.status, PolicyStatus::Retired | PolicyStatus::Draft))
        .filter(|policy| agents.binds(&policy.scope, ""))
        .collect();
    let strongest = binding
        .iter()
        .flat_map(|policy| {
            policy.rules.iter().map(move |rule| {
                if policy.status == PolicyStatus::Staged { RuleAction::Monitor } else { rule.action }
            })
        })
        .min();
    let words = match strongest {
        None if binding.is_empty() => "No policy".to_owned(),
        None => "no rules".to_owned(),
        Some(action) => action.label().to_owned(),
    };
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, 46.0), Sense::hover());
    let said = format!("{agent_type} in {environment}: {} policies, {words}", binding.len());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, &said));
    let middle = rect.center();
    if binding.is_empty() {
        ui.painter().rect_filled(rect, 6.0, theme::color(ui, Role::SeveritySoft(Band::High)));
        let edge = Stroke::new(1.0, theme::color(ui, Role::SeverityMark(Band::High)));
        paint::dashed_rect(ui.painter(), rect.shrink(0.5), 6.0, edge, 4.0, 3.0);
        icons::paint_at(
            ui.painter(),
            "triangle-alert",
            middle - Vec2::new(0.0, 9.0),
            14.0,
            theme::color(ui, Role::SeverityText(Band::High)),
        );
        let galley = widgets::line_within(
            ui,
            "No policy",
            Look::COUNT,
            theme::color(ui, Role::SeverityText(Band::High)),
            width - 4.0,
        );
        widgets::put_center(ui.painter(), middle + Vec2::new(0.0, 10.0), galley);
    } else {
        let enforced = strongest == Some(RuleAction::Enforce);
        let (fill, edge) =
            if enforced { (Role::AccentSoft, Role::Accent) } else { (Role::Raised, Role::Line) };
        ui.painter().rect(
            rect,
            6.0,
            theme::color(ui, fill),
            Stroke::new(1.0, theme::color(ui, edge)),
            StrokeKind::Inside,
        );
        let number =
            widgets::line(ui, binding.len().to_string(), Look::BODY_STRONG, theme::color(ui, Role::Text));
        widgets::put_center(ui.painter(), middle - Vec2::new(0.0, 9.0), number);
        let galley =
            widgets::line_within(ui, words, Look::SMALL, theme::color(ui, Role::TextSecondary), width - 4.0);
        widgets::put_center(ui.painter(), middle + Vec2::new(0.0, 10.0), galley);
    }
    let names: Vec<&str> = binding.iter().map(|policy| policy.name.as_str()).collect();
    widgets::tooltip(response, &format!("{agent_type} in {environment}"), &names.join(", "), "");
}

const KINDS: [&str; 4] = ["read", "write", "send to", "receive from"];

fn try_request(ui: &mut Ui, ctx: &ViewContext<'_>, draft: &mut RequestDraft) {
    let project = ctx.project();
    widgets::heading(ui, "Try a request", None);
    let agents: Vec<&str> = project.simulation.agents.iter().map(|agent| agent.name.as_str()).collect();
    let Some(first) = agents.first() else {
        widgets::small(
            ui,
            "The model lists no agents yet, so nobody can ask. Agents are listed under Simulate.",
            Role::TextTertiary,
        );
        return;
    };
    let agent = draft
        .agent
        .clone()
        .filter(|name| agents.contains(&name.as_str()))
        .unwrap_or_else(|| (*first).to_owned());
    let width = ui.available_width();
    widgets::picker(ui, "Agent", Some("bot"), &agent, false, width, |ui| {
        for name in &agents {
            if widgets::menu_item(ui, Some("bot"), name, "", *name == agent, true).clicked() {
                draft.agent = Some((*name).to_owned());
            }
        }
    });
    let resource = draft.kind < 2;
    if draft.target.is_empty() {
        draft.target = if resource {
            project.assets.iter().next().map(|asset| asset.name.clone()).unwrap_or_default()
        } else {
            project
                .diagram
                .components()
                .find(|c| c.kind.is_external_entity())
                .map(|c| c.name.clone())
                .unwrap_or_default()
        };
    }
    ui.horizontal(|ui| {
        let kind = KINDS.get(draft.kind).copied().unwrap_or("read");
        widgets::picker(ui, "What it does", None, kind, false, 124.0, |ui| {
            for (index, word) in KINDS.iter().enumerate() {
                if widgets::menu_item(ui, None, word, "", index == draft.kind, true).clicked() {
                    if (index < 2) != resource {
                        draft.target.clear();
                    }
                    draft.kind = index;
                }
            }
        });
        let mut names: Vec<&str> = if resource {
            project.assets.iter().map(|asset| asset.name.as_str()).collect()
        } else {
            project.diagram.components().map(|component| component.name.as_str()).collect()
        };
        names.sort_unstable();
        let name = if resource { "Resource asked for" } else { "Other end" };
        let field = Field::new(name).icon(if resource { "gem" } else { "globe" }).look(Look::CODE);
        widgets::field_with_list(ui, field, "Choose from the model", &names, &mut draft.target);
    });
    let target = draft.target.trim().to_owned();
    if target.is_empty() {
        return;
    }
    let request = match draft.kind {
        0 | 1 => Request::Resource { resource: target, access: Access::from_word(KINDS[draft.kind]) },
        2 => Request::Communication { direction: Direction::Outbound, destination: target },
        _ => Request::Communication { direction: Direction::Inbound, destination: target },
    };
    verdict(ui, &decisions::decide(project, &agent, &request));
}

fn verdict(ui: &mut Ui, decision: &Decision) {
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
    }
}

fn checks(ui: &mut Ui, ctx: &mut ViewContext<'_>, shown: PolicyId) {
    widgets::heading(ui, "Checked before it runs", None);
    let project = ctx.project();
    let rules: Vec<crate::model::ItemId> = project
        .policies
        .get(shown)
        .into_iter()
        .flat_map(|policy| policy.rules.iter().map(|rule| rule.id.into()))
        .collect();
    let about = |item: Option<crate::model::ItemId>| {
        item.is_some_and(|item| item == shown.into() || rules.contains(&item))
    };
    let findings: Vec<_> = ctx
        .derived()
        .findings()
        .iter()
        .filter(|finding| finding.suppressed.is_none() && about(finding.item))
        .collect();
    if findings.is_empty() {
        ui.horizontal(|ui| {
            icons::show(ui, "check", 14.0, theme::color(ui, Role::Good));
            widgets::small(ui, "Nothing to complain about", Role::TextSecondary);
        });
    }
    for finding in findings {
        ui.horizontal_top(|ui| {
            icons::show(ui, "triangle-alert", 14.0, theme::color(ui, Role::SeverityText(Band::Medium)));
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                widgets::small(ui, &finding.what, Role::Text);
                widgets::small(ui, &format!("{}: {}", finding.rule, finding.fix), Role::TextTertiary);
            });
        });
    }
}
