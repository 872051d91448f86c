//! Where a policy stands on its way to production, the steps that it may take now, and how it read each time it was approved.

use std::collections::BTreeSet;

use egui::{Frame, Margin, Sense, Stroke, Ui, Vec2, WidgetInfo};

use crate::analysis::approval;
use crate::analysis::compare::{FieldChange, between_policies};
use crate::analysis::risk::Stale;
use crate::edit::Transaction;
use crate::edit::verbs::{self, Ground, Refusal};
use crate::model::{Decision, Evidence, Policy, PolicyId, PolicyStatus, PolicyVersion};
use crate::picture::Role;
use crate::session::Command;
use crate::studio::icons;
use crate::studio::theme::{self, Look};
use crate::studio::views::{ViewContext, parts};
use crate::studio::widgets::{self, Button};
use crate::studio::words;

use super::overview::{status_look, warning};

/// What is being decided, and which versions are unfolded.
#[derive(Debug, Default)]
pub(super) struct Life {
    /// The policy whose approval is asked for, and the reason as far as it is typed.
    approving: Option<(PolicyId, String)>,
    /// The policy that comes into force where others of the same scope are.
    replacing: Option<PolicyId>,
    /// Why the last step was refused, of the model as it was at that revision.
    refused: Option<(PolicyId, u64, String)>,
    unfolded: BTreeSet<(PolicyId, u32)>,
    decisions: bool,
}

/// Where it stands, and what may be done next.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, life: &mut Life, policy: &Policy) {
    stands(ui, policy);
    let drifted =
        matches!(policy.status, PolicyStatus::Approved | PolicyStatus::Active) && !policy.is_as_approved();
    if drifted {
        match policy.last_version() {
            Some(version) => {
                let changes = between_policies(&version.policy, &policy.content()).len().max(1);
                let changes = words::counted(changes, "change", "changes");
                warning(ui, &format!("{changes} since version {} was approved.", version.number));
            }
            None => warning(ui, "No approved version is kept. Approve it as it reads now."),
        }
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 6.0);
        let approve =
            if policy.versions.is_empty() { "Approve as it reads…" } else { "Approve the change…" };
        if drifted && Button::plain(approve).small().show(ui).clicked() {
            life.refused = None;
            life.approving = Some((policy.id, String::new()));
        }
        for (index, to) in policy.status.next().iter().enumerate() {
            let label = step_words(policy.status, *to);
            let button = if index == 0 && !drifted { Button::plain(label) } else { Button::quiet(label) };
            if button.small().show(ui).clicked() {
                if *to == PolicyStatus::Approved {
                    life.refused = None;
                    life.approving = Some((policy.id, String::new()));
                } else if *to == PolicyStatus::Active && !of_same_scope(ctx, policy).is_empty() {
                    life.refused = None;
                    life.replacing = Some(policy.id);
                } else {
                    let decision = parts::decided(ctx, String::new());
                    let step =
                        verbs::move_policy(ctx.project(), policy.id, *to, &decision, &Ground::default());
                    decide(ctx, life, policy.id, step);
                }
            }
        }
    });
    if life.approving.as_ref().is_some_and(|(id, _)| *id == policy.id) {
        approve(ui, ctx, life, policy);
    }
    if life.replacing == Some(policy.id) {
        replace(ui, ctx, life, policy);
    }
    if let Some((id, revision, why)) = &life.refused
        && (*id, *revision) == (policy.id, ctx.session.revision())
    {
        warning(ui, &format!("Refused: {why}."));
    }
}

fn step_words(from: PolicyStatus, to: PolicyStatus) -> &'static str {
    match (from, to) {
        (PolicyStatus::Draft, PolicyStatus::Staged) => "Stage",
        (_, PolicyStatus::Staged) => "Back to staged",
        (_, PolicyStatus::Approved) => "Approve…",
        (_, PolicyStatus::Active) => "Put into force",
        (_, PolicyStatus::Retired) => "Retire",
        (PolicyStatus::Retired, PolicyStatus::Draft) => "Take up again",
        (_, PolicyStatus::Draft) => "Back to draft",
    }
}

fn decide(
    ctx: &mut ViewContext<'_>,
    life: &mut Life,
    id: PolicyId,
    step: Result<Option<Transaction>, Refusal>,
) {
    match step {
        Ok(change) => {
            life.refused = None;
            life.approving = None;
            life.replacing = None;
            ctx.commit(change);
        }
        Err(refusal) => life.refused = Some((id, ctx.session.revision(), refusal.to_string())),
    }
}

/// The status with its sign, and a bar of the five stations.
fn stands(ui: &mut Ui, policy: &Policy) {
    let (icon, role) = status_look(policy.status);
    ui.horizontal(|ui| {
        icons::show(ui, icon, 16.0, theme::color(ui, role));
        widgets::label(ui, policy.status.label(), Look::HEADING, role);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let version = policy
                .last_version()
                .map_or_else(|| "no version yet".to_owned(), |version| format!("version {}", version.number));
            widgets::label(ui, &version, Look::SMALL, Role::TextTertiary);
        });
    });
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 6.0), Sense::hover());
    let at = PolicyStatus::ALL.iter().position(|status| *status == policy.status).unwrap_or(0);
    let stations = PolicyStatus::ALL.len();
    let said = format!("{} is {}, step {} of {stations}", policy.name, policy.status.label(), at + 1);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, &said));
    let gap = 4.0;
    let width = (rect.width() - gap * (stations as f32 - 1.0)) / stations as f32;
    for index in 0..stations {
        let left = rect.left() + (width + gap) * index as f32;
        let part = egui::Rect::from_min_size(egui::pos2(left, rect.top() + 1.0), Vec2::new(width, 4.0));
        let fill = if index <= at { Role::Accent } else { Role::Active };
        ui.painter().rect_filled(part, 2.0, theme::color(ui, fill));
    }
    let names: Vec<&str> = PolicyStatus::ALL.iter().map(|status| status.label()).collect();
    widgets::tooltip(response, policy.status.label(), &names.join(" → "), "");
}

/// A raised box in which a step asks for what it needs.
fn asking(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    Frame::new()
        .fill(theme::color(ui, Role::Raised))
        .stroke(Stroke::new(1.0, theme::color(ui, Role::Edge)))
        .corner_radius(8.0)
        .inner_margin(Margin::same(10))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing = Vec2::new(6.0, 6.0);
            contents(ui);
        });
}

/// What an approval stands on, a reason, and the buttons.
fn approve(ui: &mut Ui, ctx: &mut ViewContext<'_>, life: &mut Life, policy: &Policy) {
    let mut ended = None;
    asking(ui, |ui| {
        widgets::caption(ui, "Simulations on record");
        let recorded: Vec<(&Evidence, Option<Stale>)> =
            approval::simulations(ctx.project(), policy.id).collect();
        let tested = approval::tested(ctx.project(), policy.id);
        if recorded.is_empty() {
            widgets::small(ui, "None. Simulate it, and record what that shows.", Role::Text);
        }
        for (evidence, stale) in &recorded {
            simulation(ui, evidence, *stale);
        }
        if widgets::link(ui, "Simulate this policy").clicked() {
            ctx.ask(Command::Simulate);
        }
        if let Some((_, reason)) = &mut life.approving {
            let hint = if tested.is_empty() { "Why without a simulation" } else { "Why, if you like" };
            widgets::paragraph_field(ui, "Reason for the approval", hint, 2, reason);
        }
        parts::ask_for_name(ui, ctx);
        ui.horizontal(|ui| {
            if Button::plain("Approve").small().show(ui).clicked() {
                ended = Some(true);
            }
            if Button::quiet("Cancel").named("Cancel the approval").small().show(ui).clicked() {
                ended = Some(false);
            }
        });
    });
    match ended {
        Some(true) => {
            let reason = life.approving.as_ref().map(|(_, reason)| reason.clone()).unwrap_or_default();
            let tested = approval::tested(ctx.project(), policy.id);
            let ground = Ground { tested: &tested, reason: &reason };
            let decision = parts::decided(ctx, String::new());
            let step = verbs::approve_policy(ctx.project(), policy.id, &decision, &ground);
            decide(ctx, life, policy.id, step);
        }
        Some(false) => {
            life.approving = None;
            life.refused = None;
        }
        None => {}
    }
}

/// Other policies in force that bind the same agents.
fn of_same_scope(ctx: &ViewContext<'_>, policy: &Policy) -> Vec<PolicyId> {
    let policies = ctx.project().policies.iter();
    let in_force = policies.filter(|other| other.status == PolicyStatus::Active && other.id != policy.id);
    in_force.filter(|other| other.scope.is_same(&policy.scope)).map(|other| other.id).collect()
}

/// Whether the policies that bind the same agents stay in force.
fn replace(ui: &mut Ui, ctx: &mut ViewContext<'_>, life: &mut Life, policy: &Policy) {
    let others = of_same_scope(ctx, policy);
    if others.is_empty() || policy.status != PolicyStatus::Approved {
        life.replacing = None;
        return;
    }
    let names: Vec<String> = others.iter().map(|id| ctx.project().name_of((*id).into())).collect();
    let (are, retire, keep) = match names.len() {
        1 => ("is", "Retire it", "Keep both in force"),
        _ => ("are", "Retire them", "Keep all in force"),
    };
    let mut chosen = None;
    asking(ui, |ui| {
        let sentence = format!("{} {are} in force for the same agents.", names.join(", "));
        widgets::paragraph(ui, &sentence, Look::BODY, Role::Text);
        ui.horizontal_wrapped(|ui| {
            if Button::plain(retire).small().show(ui).clicked() {
                chosen = Some(others.as_slice());
            }
            if Button::plain(keep).small().show(ui).clicked() {
                chosen = Some(&[]);
            }
            if Button::quiet("Cancel").named("Cancel putting it into force").small().show(ui).clicked() {
                life.replacing = None;
            }
        });
    });
    if let Some(replaced) = chosen {
        let decision = parts::decided(ctx, String::new());
        let step = verbs::replace_policies(ctx.project(), policy.id, replaced, &decision);
        decide(ctx, life, policy.id, step);
    }
}

fn simulation(ui: &mut Ui, evidence: &Evidence, stale: Option<Stale>) {
    let day = evidence.date.map(words::day).unwrap_or_default();
    let found = format!("{} of {} detected", evidence.detected, evidence.windows);
    ui.horizontal_top(|ui| {
        let (icon, role) = if stale.is_some() {
            ("triangle-alert", Role::SeverityText(crate::model::Band::Medium))
        } else {
            ("check", Role::Good)
        };
        icons::show(ui, icon, 14.0, theme::color(ui, role));
        let state =
            stale.map_or_else(String::new, |stale| format!("; {}, so it does not count", stale.label()));
        widgets::small(ui, &format!("{} on {day}: {found}{state}", evidence.id), Role::Text);
    });
}

/// The versions that were approved, and every decision.
pub(super) fn history(ui: &mut Ui, ctx: &mut ViewContext<'_>, life: &mut Life, policy: &Policy) {
    ui.add_space(4.0);
    widgets::heading(ui, "Versions", Some(policy.versions.len()));
    if policy.versions.is_empty() {
        widgets::small(ui, "Each approval keeps the policy as it was approved.", Role::TextTertiary);
    }
    for (index, version) in policy.versions.iter().enumerate().rev() {
        let before = index.checked_sub(1).and_then(|at| policy.versions.get(at));
        ui.push_id(("version", version.number), |ui| one(ui, ctx, life, policy, version, before));
    }
    if policy.decisions.is_empty() {
        return;
    }
    ui.horizontal(|ui| {
        let (icon, verb) = if life.decisions { ("chevron-down", "Fold") } else { ("chevron-right", "Show") };
        if widgets::icon_button(ui, icon, &format!("{verb} what was decided")).clicked() {
            life.decisions = !life.decisions;
        }
        widgets::heading(ui, "Decisions", Some(policy.decisions.len()));
    });
    if life.decisions {
        for decision in policy.decisions.iter().rev() {
            widgets::small(
                ui,
                &format!("{}: {}", who_and_when(decision), decision.text),
                Role::TextSecondary,
            );
        }
    }
}

fn who_and_when(decision: &Decision) -> String {
    let day = decision.date.map_or_else(|| "no date".to_owned(), words::day);
    let by = if decision.by.is_empty() { "nobody named" } else { decision.by.as_str() };
    format!("{day}, {by}")
}

fn one(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    life: &mut Life,
    policy: &Policy,
    version: &PolicyVersion,
    before: Option<&PolicyVersion>,
) {
    let key = (policy.id, version.number);
    let open = life.unfolded.contains(&key);
    ui.horizontal(|ui| {
        let (icon, verb) = if open { ("chevron-down", "Fold") } else { ("chevron-right", "Show") };
        if widgets::icon_button(ui, icon, &format!("{verb} version {}", version.number)).clicked() {
            if open {
                life.unfolded.remove(&key)
            } else {
                life.unfolded.insert(key)
            };
        }
        widgets::label(ui, &format!("Version {}", version.number), Look::SMALL_STRONG, Role::Text);
        let current = version.policy == policy.content();
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if current {
                widgets::label(ui, "as it reads now", Look::SMALL, Role::Good);
            } else {
                let name = format!("Bring back version {}", version.number);
                if Button::quiet("Bring back").named(&name).small().show(ui).clicked() {
                    let decision = parts::decided(ctx, String::new());
                    ctx.commit(verbs::restore_version(ctx.project(), policy.id, version.number, &decision));
                }
            }
        });
    });
    let approved = &version.approved;
    widgets::small(ui, &format!("{}: {}", who_and_when(approved), approved.text), Role::TextSecondary);
    if open {
        match before {
            Some(before) => {
                let changes = between_policies(&before.policy, &version.policy);
                difference(ui, &format!("Against version {}", before.number), &changes);
            }
            None => {
                widgets::small(ui, "The first that was approved.", Role::TextTertiary);
            }
        }
        let now = between_policies(&version.policy, &policy.content());
        if !now.is_empty() {
            difference(ui, "Changed since", &now);
        }
    }
}

fn difference(ui: &mut Ui, title: &str, changes: &[FieldChange]) {
    widgets::caption(ui, title);
    if changes.is_empty() {
        widgets::small(ui, "Nothing that can be read differs.", Role::TextTertiary);
    }
    for change in changes {
        let said = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
        let words = format!("{}: {} → {}", change.field, said(&change.before), said(&change.after));
        widgets::small(ui, &words, Role::Text);
    }
}
