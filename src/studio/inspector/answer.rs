//! What is chosen and stands on no diagram: a threat, a control, a policy or a rule. What it says, what it is about, and the
//! way to where it is edited.

use std::collections::BTreeSet;

use egui::{Ui, Vec2};

use crate::analysis::risk::Rating;
use crate::model::{ControlId, ItemId, Project, Rule, ThreatId};
use crate::picture::Role;
use crate::session::{Command, Request};
use crate::studio::theme::Look;
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button, Chip};
use crate::studio::words;

/// So many things are offered to go to.
const SHOWN: usize = 24;

/// What something is about: the elements that are threatened, with it alone or through what it answers.
pub fn aimed_at(project: &Project, item: ItemId) -> BTreeSet<ItemId> {
    let threats: BTreeSet<ThreatId> = match item {
        ItemId::Threat(id) => [id].into(),
        ItemId::Control(id) => answered(project, [id]),
        ItemId::Rule(id) => rule(project, id).map(|rule| served(project, rule)).unwrap_or_default(),
        ItemId::Policy(id) => {
            let rules = project.policies.get(id).into_iter().flat_map(|policy| &policy.rules);
            rules.flat_map(|rule| served(project, rule)).collect()
        }
        _ => BTreeSet::new(),
    };
    let threats = threats.into_iter().filter_map(|id| project.threats.get(id));
    threats.flat_map(|threat| threat.targets.iter().map(|target| ItemId::from(*target))).collect()
}

fn rule(project: &Project, id: crate::model::RuleId) -> Option<&Rule> {
    project.policies.iter().flat_map(|policy| &policy.rules).find(|rule| rule.id == id)
}

fn answered(project: &Project, controls: impl IntoIterator<Item = ControlId>) -> BTreeSet<ThreatId> {
    let controls = controls.into_iter().filter_map(|id| project.controls.get(id));
    controls.flat_map(|control| control.threats.iter().copied()).collect()
}

/// The threats that a rule shows, itself or through its controls.
fn served(project: &Project, rule: &Rule) -> BTreeSet<ThreatId> {
    let mut threats = answered(project, rule.controls.iter().copied());
    threats.extend(rule.threats.iter().copied());
    threats
}

/// Draws what is known of it.
pub(super) fn show(ui: &mut Ui, cx: &mut ViewContext<'_>, item: ItemId) {
    let project = cx.project();
    match item {
        ItemId::Threat(id) => {
            let Some(threat) = project.threats.get(id) else { return };
            let assets: Vec<String> =
                threat.statement.assets.iter().map(|id| project.name_of((*id).into())).collect();
            said(ui, &threat.statement.sentence(&assets));
            let row = cx.register().row(id);
            match row.and_then(|row| Some((row.risk(Rating::Current)?, row.band(Rating::Current)?, row))) {
                Some((risk, band, row)) => {
                    ui.horizontal(|ui| {
                        widgets::badge(ui, band, &format!("{risk:.1}"));
                        let ends = [Rating::Inherent, Rating::Planned].map(|rating| row.risk(rating));
                        if let [Some(inherent), Some(planned)] = ends {
                            let words =
                                format!("from {inherent:.1} with no control, {planned:.1} after the plan");
                            widgets::small(ui, &words, Role::TextSecondary);
                        }
                    });
                }
                None => said(ui, "Not rated yet."),
            }
            let owner = Some(threat.owner.trim()).filter(|owner| !owner.is_empty()).unwrap_or("nobody");
            let due = threat.due.map_or_else(String::new, |due| format!(", due {}", words::day(due)));
            said(ui, &format!("{}. Answered for by {owner}{due}.", threat.status.label()));
            chips(ui, cx, "Aimed at", "target", &aimed_at(project, item));
            let controls = project.controls.iter().filter(|control| control.threats.contains(&id));
            chips(ui, cx, "Controls", "shield-check", &controls.map(|control| control.id.into()).collect());
            edit(ui, cx, "Edit threat", Command::GoThreats);
        }
        ItemId::Control(id) => {
            let Some(control) = project.controls.get(id) else { return };
            said(ui, &control.description);
            said(ui, &format!("{}. Strength: {}.", control.status.label(), control.strength.label()));
            chips(
                ui,
                cx,
                "Answers",
                "triangle-alert",
                &control.threats.iter().map(|id| (*id).into()).collect(),
            );
            chips(ui, cx, "Where", "target", &aimed_at(project, item));
            edit(ui, cx, "Edit control", Command::GoThreats);
        }
        ItemId::Policy(id) => {
            let Some(policy) = project.policies.get(id) else { return };
            said(ui, &policy.rationale);
            said(ui, &format!("{}.", policy.status.label()));
            chips(ui, cx, "Rules", "scroll-text", &policy.rules.iter().map(|rule| rule.id.into()).collect());
            chips(ui, cx, "Where", "target", &aimed_at(project, item));
            edit(ui, cx, "Edit policy", Command::GoPolicies);
        }
        ItemId::Rule(id) => {
            let Some(rule) = rule(project, id) else { return };
            said(ui, &rule.rationale);
            let serves = served(project, rule).into_iter().map(ItemId::from);
            chips(ui, cx, "Shows", "triangle-alert", &serves.collect());
            chips(ui, cx, "Controls", "shield-check", &rule.controls.iter().map(|id| (*id).into()).collect());
            chips(ui, cx, "Where", "target", &aimed_at(project, item));
            edit(ui, cx, "Edit rule", Command::GoPolicies);
        }
        _ => {}
    }
}

fn said(ui: &mut Ui, words: &str) {
    if !words.trim().is_empty() {
        widgets::paragraph(ui, words, Look::BODY, Role::TextSecondary);
    }
}

/// Things to go to, under a caption.
fn chips(ui: &mut Ui, cx: &mut ViewContext<'_>, caption: &str, icon: &str, items: &BTreeSet<ItemId>) {
    if items.is_empty() {
        return;
    }
    ui.add_space(4.0);
    widgets::caption(ui, caption);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 6.0);
        for item in items.iter().take(SHOWN) {
            let name = cx.project().name_of(*item);
            if Chip::new(&name).icon(icon).clickable().show(ui).response.clicked() {
                let on_diagram = crate::model::Target::try_from(*item).is_ok();
                cx.ask(if on_diagram { Request::Reveal(*item) } else { Request::Select(vec![*item]) });
            }
        }
        if items.len() > SHOWN {
            widgets::small(ui, &format!("and {} more", items.len() - SHOWN), Role::TextTertiary);
        }
    });
}

fn edit(ui: &mut Ui, cx: &mut ViewContext<'_>, words: &str, view: Command) {
    ui.add_space(6.0);
    if Button::plain(words).icon("square-pen").show(ui).clicked() {
        cx.ask(view);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ComponentId, Control, Policy, PolicyId, RuleId, Target, Threat};

    #[test]
    fn what_something_is_about_is_what_its_threats_aim_at() {
        let mut project = crate::analysis::paths::tests::system("C1 Agent@1, C2 Store@1", "F1 1>2");
        let at = |id: u32, component: u32| Threat {
            id: ThreatId(id),
            targets: vec![Target::Component(ComponentId(component))],
            ..Threat::default()
        };
        project.threats.insert(at(1, 1));
        project.threats.insert(at(2, 2));
        let answers = vec![ThreatId(1)];
        project.controls.insert(Control { id: ControlId(1), threats: answers, ..Control::default() });
        let rule = Rule {
            id: RuleId(1),
            controls: vec![ControlId(1)],
            threats: vec![ThreatId(2)],
            ..Rule::default()
        };
        project.policies.insert(Policy { id: PolicyId(1), rules: vec![rule], ..Policy::default() });
        let check = |item: ItemId, expected: &[&str]| {
            let found: Vec<String> = aimed_at(&project, item).iter().map(ToString::to_string).collect();
            assert_eq!(found, expected, "{item}");
        };
        check(ThreatId(2).into(), &["C-02"]);
        check(ControlId(1).into(), &["C-01"]);
        check(RuleId(1).into(), &["C-01", "C-02"]);
        check(PolicyId(1).into(), &["C-01", "C-02"]);
        check(ComponentId(1).into(), &[]);
    }
}
