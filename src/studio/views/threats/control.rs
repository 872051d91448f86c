//! One control in full: what it does, how well, how far it is in place, what it answers, what implements and what shows it.

use egui::{Ui, Vec2};

use crate::analysis::risk;
use crate::edit::verbs;
use crate::model::{
    Band, Control, ControlFunction, ControlId, ControlStatus, Evidence, ItemId, PolicyStatus, Project,
    Reduces, Strength, capital,
};
use crate::picture::Role;
use crate::studio::icons;
use crate::studio::theme::{self, Look};
use crate::studio::views::{ViewContext, parts};
use crate::studio::widgets::{self, Field};
use crate::studio::words;

/// Draws a control with everything that can be said of it.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, control: &Control) {
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 10.0);
    head(ui, ctx, control);
    answers(ui, ctx, control);
    ui.add_space(4.0);
    if ui.available_width() > 700.0 {
        ui.columns(2, |columns| {
            let [left, right] = columns else { return };
            strength(left, ctx, control);
            upkeep(right, ctx, control);
        });
    } else {
        strength(ui, ctx, control);
        upkeep(ui, ctx, control);
    }
    worth(ui, ctx, control);
    rules(ui, ctx, control);
    evidence(ui, ctx, control);
    ui.add_space(24.0);
}

fn change(ctx: &mut ViewContext<'_>, id: ControlId, field: &'static str, change: impl FnOnce(&mut Control)) {
    ctx.commit(verbs::change_control(ctx.project(), id, field, change));
}

fn head(ui: &mut Ui, ctx: &mut ViewContext<'_>, control: &Control) {
    let id = control.id;
    ui.horizontal(|ui| {
        widgets::label(ui, &id.to_string(), Look::CODE, Role::TextTertiary);
        widgets::label(ui, "Control", Look::SMALL, Role::TextTertiary);
        if let Some(catalog) = &control.catalog {
            widgets::Chip::new(&format!("From {catalog}")).show(ui);
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if widgets::icon_button(ui, "trash-2", &format!("Delete {}", control.name)).clicked() {
                ctx.commit(verbs::delete(ctx.project(), &[id.into()]));
            }
        });
    });
    let field =
        Field::new("Control name").look(Look::TITLE).height(42.0).hint("What is done, in a few words");
    if let Some(name) = parts::text_value(ui, ctx, field, &control.name) {
        change(ctx, id, "name", |control| control.name = name);
    }
    let hint = "What it does here, in a sentence";
    if let Some(text) = parts::paragraph_value(ui, ctx, "What it does", hint, 2, &control.description) {
        change(ctx, id, "description", |control| control.description = text);
    }
}

fn answers(ui: &mut Ui, ctx: &mut ViewContext<'_>, control: &Control) {
    let project = ctx.project();
    widgets::caption(ui, "Answers");
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 6.0);
        let linked: Vec<ItemId> = control.threats.iter().map(|id| (*id).into()).collect();
        let offers: Vec<ItemId> = project.threats.ids().map(ItemId::from).collect();
        let name = "Link a threat to this control";
        if let Some(list) = parts::link_list(ui, ctx, name, "triangle-alert", &linked, &offers) {
            let threats = list
                .into_iter()
                .filter_map(|item| if let ItemId::Threat(id) = item { Some(id) } else { None })
                .collect();
            change(ctx, control.id, "threats", |control| control.threats = threats);
        }
    });
    if control.threats.is_empty() {
        widgets::small(ui, "It answers no threat, so it changes no risk.", Role::SeverityText(Band::Medium));
    }
}

fn strength(ui: &mut Ui, ctx: &mut ViewContext<'_>, control: &Control) {
    let id = control.id;
    widgets::caption(ui, "How it works");
    let width = ui.available_width() - 108.0;
    widgets::property(ui, "Function", |ui| {
        let label = |function: ControlFunction| capital(function.label());
        if let Some(function) =
            widgets::choose(ui, "Function", control.function, ControlFunction::ALL, width, label)
        {
            change(ctx, id, "function", |control| control.function = function);
        }
    });
    widgets::property(ui, "Lowers", |ui| {
        let label = |reduces: Reduces| capital(reduces.label());
        if let Some(reduces) = widgets::choose(ui, "Lowers", control.reduces, Reduces::ALL, width, label) {
            change(ctx, id, "effect", |control| control.reduces = reduces);
        }
    });
    widgets::property(ui, "Strength", |ui| {
        let label =
            |strength: Strength| format!("{}, {:.0} %", strength.label(), strength.effectiveness() * 100.0);
        let all = [Strength::Low, Strength::Medium, Strength::High];
        if let Some(strength) = widgets::choose(ui, "Strength", control.strength, &all, width, label) {
            change(ctx, id, "strength", |control| control.strength = strength);
        }
        if let Some(measured) = ctx.derived().register().measured(id, true) {
            let words = capital(&measured.beside(risk::claimed(control)));
            widgets::small(ui, &words, Role::Text);
        }
    });
    widgets::property(ui, "Own figure", |ui| {
        let field = Field::new("Own figure").unit("%").hint("instead of the strength").width(width);
        let show = |share: &Option<f64>| share.map(percent).unwrap_or_default();
        let parse = |text: &str| if text.trim().is_empty() { Ok(None) } else { share(text).map(Some) };
        if let Some(own) = widgets::number_field(ui, field, &control.effectiveness, show, parse) {
            change(ctx, id, "effectiveness", |control| control.effectiveness = own);
        }
    });
    widgets::property(ui, "Family", |ui| {
        let field = Field::new("Family").hint("Controls of one family fail together").width(width);
        if let Some(family) = parts::text_value(ui, ctx, field, &control.family) {
            change(ctx, id, "family", |control| control.family = family);
        }
    });
}

fn upkeep(ui: &mut Ui, ctx: &mut ViewContext<'_>, control: &Control) {
    let id = control.id;
    widgets::caption(ui, "How far it is");
    let width = ui.available_width() - 108.0;
    widgets::property(ui, "Status", |ui| {
        let label = |status: ControlStatus| status.label().to_owned();
        let name = format!("Status of {}", control.name);
        if let Some(status) = widgets::choose(ui, &name, control.status, ControlStatus::ALL, width, label) {
            ctx.commit(verbs::set_control_statuses(ctx.project(), &[(id, status)]));
        }
    });
    widgets::property(ui, "Coverage", |ui| {
        let field = Field::new("Coverage").unit("% of what it should cover").width(width);
        let show = |share: &f64| percent(*share);
        if let Some(coverage) = widgets::number_field(ui, field, &control.coverage, show, share) {
            change(ctx, id, "coverage", |control| control.coverage = coverage);
        }
    });
    widgets::property(ui, "Owner", |ui| {
        let field = Field::new("Owner").icon("user").hint("Who answers for it").width(width);
        if let Some(owner) = parts::text_value(ui, ctx, field, &control.owner) {
            change(ctx, id, "owner", |control| control.owner = owner);
        }
    });
    widgets::property(ui, "Due", |ui| {
        if let Some(due) = parts::date_value(ui, "Due", control.due, width) {
            change(ctx, id, "due date", |control| control.due = due);
        }
    });
    widgets::property(ui, "Cost", |ui| {
        let unit = format!("thousand {}", ctx.project().method.currency);
        let field = Field::new("Cost").unit(&unit).width(width);
        let show = |cost: &Option<f64>| cost.map(|cost| format!("{cost}")).unwrap_or_default();
        if let Some(cost) = widgets::number_field(ui, field, &control.cost, show, parts::cost) {
            change(ctx, id, "cost", |control| control.cost = cost);
        }
    });
    if let Some(notes) = parts::paragraph_value(ui, ctx, "Notes", "Anything else", 1, &control.notes) {
        change(ctx, id, "notes", |control| control.notes = notes);
    }
}

/// What it takes off each risk that it answers.
fn worth(ui: &mut Ui, ctx: &ViewContext<'_>, control: &Control) {
    let register = ctx.derived().register();
    let effects: Vec<_> = control
        .threats
        .iter()
        .filter_map(|threat| register.row(*threat))
        .filter_map(|row| Some((row.threat, row.effects.iter().find(|effect| effect.control == control.id)?)))
        .collect();
    for (threat, effect) in effects {
        let title = ctx.project().name_of(threat.into());
        let words = if effect.works == risk::Works::NotWithoutResponse {
            format!("{threat} {title}: it {}.", effect.works.label())
        } else {
            format!(
                "{threat} {title}: takes off {:.1} today, {:.1} when it is in place; {}.",
                effect.drop_current,
                effect.drop_if_done.max(effect.drop_current),
                effect.works.label()
            )
        };
        widgets::small(ui, &words, Role::TextSecondary);
    }
}

fn rules(ui: &mut Ui, ctx: &mut ViewContext<'_>, control: &Control) {
    let project = ctx.project();
    let linked: Vec<_> = project.rules_of(control.id).collect();
    widgets::heading(ui, "Rules that implement it", Some(linked.len()));
    if linked.is_empty() {
        widgets::small(
            ui,
            "No rule yet. Link one in Policies; then a simulation can show how well it works.",
            Role::TextTertiary,
        );
    }
    ui.horizontal_wrapped(|ui| {
        for (policy, rule) in linked {
            let label = format!("{}: {}", policy.name, rule.name);
            if widgets::Chip::new(&label).icon("scroll-text").clickable().show(ui).response.clicked() {
                ctx.reveal(rule.id.into());
            }
        }
    });
}

fn evidence(ui: &mut Ui, ctx: &mut ViewContext<'_>, control: &Control) {
    let project = ctx.project();
    let mut recorded: Vec<&Evidence> =
        project.evidence.iter().filter(|evidence| evidence.control == Some(control.id)).collect();
    recorded.sort_by_key(|evidence| std::cmp::Reverse((evidence.date, evidence.id)));
    widgets::heading(ui, "Evidence", Some(recorded.len()));
    let register = ctx.derived().register();
    for one in &recorded {
        let newer = recorded.iter().take_while(|other| other.id != one.id);
        let older = newer.into_iter().any(|other| {
            other.rule == one.rule && other.windows > 0 && !register.stale.contains_key(&other.id)
        });
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Min), |ui| {
            if widgets::icon_button(ui, "trash-2", &format!("Delete {}", one.id)).clicked() {
                ctx.commit(verbs::delete(project, &[one.id.into()]));
            }
            ui.vertical(|ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing.y = 2.0;
                piece(ui, project, one, register.stale.get(&one.id).copied(), older);
            });
        });
    }
    let (words, role) = what_counts(register, control, recorded.len());
    widgets::small(ui, &words, role);
}

/// What a piece of evidence says, and whether it still counts.
fn piece(ui: &mut Ui, project: &Project, one: &Evidence, stale: Option<risk::Stale>, older: bool) {
    let control = one.control.and_then(|id| project.controls.get(id));
    let detects = control.is_some_and(|control| control.function == ControlFunction::Detective);
    let policy = one.policy.and_then(|id| project.policies.get(id));
    let by = [policy.map(|policy| policy.name.clone()), one.rule.map(|rule| project.name_of(rule.into()))];
    let by = by.into_iter().flatten().collect::<Vec<_>>().join(" / ");
    let date = one.date.map(|date| format!(", {}", words::day(date))).unwrap_or_default();
    let found = format!(
        "{}: {} of {} detected ({:.0}–{:.0} %) by {by} on {}{date}",
        one.id,
        one.detected,
        one.windows,
        one.rate_low * 100.0,
        one.rate_high * 100.0,
        one.trace
    );
    let role = if stale.is_some() || older { Role::TextTertiary } else { Role::Text };
    widgets::paragraph(ui, &found, Look::BODY, role);
    let state = policy.map(|policy| policy.status).filter(|status| *status != PolicyStatus::Active);
    let said = match (stale, state) {
        (Some(stale), _) => Some(format!("Out of date: {}.", stale.label())),
        (None, Some(PolicyStatus::Retired)) => Some("The policy is retired.".to_owned()),
        (None, Some(status)) => {
            let status = status.label().to_lowercase();
            let plan = if detects { ": it counts for the plan" } else { "" };
            Some(format!("The policy is {status}, not in force{plan}."))
        }
        (None, None) => older.then(|| "Newer evidence of this rule counts.".to_owned()),
    };
    let Some(said) = said else { return };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let (icon, role) = match stale {
            Some(_) => ("triangle-alert", Role::SeverityText(Band::Medium)),
            None => ("info", Role::TextTertiary),
        };
        icons::show(ui, icon, 14.0, theme::color(ui, role));
        widgets::small(ui, &said, if stale.is_some() { role } else { Role::TextSecondary });
    });
}

/// Whether the claim counts or what was measured, in a sentence.
fn what_counts(register: &risk::Register, control: &Control, recorded: usize) -> (String, Role) {
    if control.function != ControlFunction::Detective {
        let words = if recorded == 0 {
            "What prevents or corrects counts as claimed: a simulation shows what is detected.".to_owned()
        } else {
            let function = capital(control.function.label());
            format!("{function}: the claim counts; the evidence is kept for reference.")
        };
        return (words, Role::TextTertiary);
    }
    let [today, planned] = [true, false].map(|today| register.measured(control.id, today));
    match (today, planned) {
        (Some(today), planned) => {
            let plan = planned.filter(|planned| *planned != today);
            let plan = plan.map_or_else(String::new, |plan| format!(", {} in the plan", plan.words()));
            (format!("{} counts today instead of the claim{plan}.", today.words()), Role::TextSecondary)
        }
        (None, Some(planned)) => {
            let words = format!(
                "Today its claim counts: no policy in force was measured. {} counts in the plan.",
                planned.words()
            );
            (words, Role::TextSecondary)
        }
        (None, None) if recorded == 0 => {
            ("No simulation is recorded, so its claim counts.".to_owned(), Role::TextTertiary)
        }
        (None, None) => {
            ("None of it counts. Simulate and record again.".to_owned(), Role::SeverityText(Band::Medium))
        }
    }
}

/// 0.25 is "25".
fn percent(share: f64) -> String {
    format!("{}", (share * 1000.0).round() / 10.0)
}

fn share(text: &str) -> Result<f64, String> {
    let number = text.trim().trim_end_matches('%').trim().parse::<f64>();
    match number {
        Ok(number) if (0.0..=100.0).contains(&number) => Ok(number / 100.0),
        _ => Err("Type a number from 0 to 100".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_typed_as_percent() {
        for (typed, expected) in
            [("25", Ok(0.25)), (" 12.5 % ", Ok(0.125)), ("0", Ok(0.0)), ("101", Err(())), ("much", Err(()))]
        {
            assert_eq!(share(typed).map_err(|_| ()), expected, "{typed}");
        }
        assert_eq!((percent(0.25), percent(0.125), percent(1.0)), ("25".into(), "12.5".into(), "100".into()));
    }
}
