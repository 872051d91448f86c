//! Which policies apply where, and what they would say to a request: the column at the right.

use egui::{Ui, Vec2};

use crate::model::{Direction, PolicyId};
use crate::picture::Role;
use crate::simulation::{Access, Request, decisions};
use crate::studio::theme::Look;
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Field};

use super::matrix::{self, Matrix};
use super::{checked, verdict};

/// The request that is tried.
#[derive(Debug, Clone, Default)]
pub(super) struct RequestDraft {
    agent: Option<String>,
    kind: usize,
    target: String,
}

/// Draws the column; whether a cell of the matrix was chosen.
pub(super) fn show(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    draft: &mut RequestDraft,
    matrix: &mut Matrix,
    shown: PolicyId,
) -> bool {
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 8.0);
    let chosen = ui.scope(|ui| layers(ui, ctx, matrix)).inner;
    ui.add_space(6.0);
    widgets::divider(ui);
    ui.add_space(6.0);
    try_request(ui, ctx, draft);
    ui.add_space(6.0);
    widgets::divider(ui);
    ui.add_space(6.0);
    checked::of_policy(ui, ctx, shown);
    chosen
}

fn layers(ui: &mut Ui, ctx: &mut ViewContext<'_>, matrix: &mut Matrix) -> bool {
    widgets::heading(ui, "Layers", None);
    let mode = ctx.project().simulation.layers.label();
    widgets::small(ui, &format!("Which policies apply where. {mode}."), Role::TextSecondary);
    matrix::small(ui, ctx, matrix)
}

const KINDS: [&str; 4] = ["read", "write", "send to", "receive from"];

fn try_request(ui: &mut Ui, ctx: &mut ViewContext<'_>, draft: &mut RequestDraft) {
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
    verdict::show(ui, ctx, &decisions::decide(project, &agent, &request));
}
