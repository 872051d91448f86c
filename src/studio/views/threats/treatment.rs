//! What is to be done about a threat. Accepting asks who, why and until when, and is refused without.

use egui::{Ui, Vec2};

use super::detail::change;
use super::register;
use crate::edit::verbs;
use crate::model::{Acceptance, Authority, Band, Threat, ThreatStatus, Treatment};
use crate::picture::Role;
use crate::studio::theme::Look;
use crate::studio::views::{ViewContext, parts};
use crate::studio::widgets::{self, Button, Chip, Field};
use crate::studio::words;

type Words = fn(&mut Acceptance) -> &mut String;

/// The fields of an acceptance, but for its end.
const FIELDS: [(&str, &str, Words); 4] = [
    ("Accepted by", "Who has the right to", |a| &mut a.approver),
    ("Role", "In which role", |a| &mut a.role),
    ("Reason", "Why it is lived with", |a| &mut a.reason),
    ("Eased by", "What eases it meanwhile", |a| &mut a.compensating),
];

/// Draws the decision and what belongs to it.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    let id = threat.id;
    widgets::heading(ui, "Treatment", None);
    widgets::property(ui, "Decision", |ui| {
        let label = |treatment: Treatment| treatment.label().to_owned();
        let all = Treatment::ALL;
        if let Some(treatment) = widgets::choose(ui, "Treatment", threat.treatment, all, 200.0, label) {
            register::treat(ctx, &[id], treatment);
        }
    });
    match threat.treatment {
        Treatment::Accept => acceptance(ui, ctx, threat),
        Treatment::Transfer => hint(ui, "Note below who bears it now, and by which contract."),
        Treatment::Avoid => hint(ui, "Note below what was removed, so that it can no longer happen."),
        Treatment::Mitigate if ctx.project().controls_of(id).next().is_none() => {
            hint(ui, "No control is listed yet. Add the one that is to lower it.");
        }
        Treatment::Mitigate | Treatment::Undecided => {}
    }
}

fn hint(ui: &mut Ui, words: &str) {
    widgets::small(ui, words, Role::TextSecondary);
}

fn acceptance(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    let id = threat.id;
    let mut acceptance = threat.acceptance.clone().unwrap_or_default();
    for (name, hint, pick) in FIELDS {
        widgets::property(ui, name, |ui| {
            let current = pick(&mut acceptance).clone();
            // What is signed is a sentence, and is read in full.
            let given = match name {
                "Reason" | "Eased by" => parts::paragraph_value(ui, ctx, name, hint, 1, &current),
                _ => parts::text_value(ui, ctx, Field::new(name).hint(hint), &current),
            };
            if let Some(text) = given {
                change(ctx, id, "acceptance", |threat| {
                    *pick(threat.acceptance.get_or_insert_default()) = text;
                });
            }
        });
    }
    widgets::property(ui, "Until", |ui| {
        if let Some(date) = parts::date_value(ui, "Accepted until", acceptance.expiry, 160.0) {
            change(ctx, id, "acceptance", |threat| threat.acceptance.get_or_insert_default().expiry = date);
        }
    });
    let missing = verbs::missing_of_acceptance(threat.acceptance.as_ref(), Some(ctx.today));
    if threat.status == ThreatStatus::Accepted && missing.is_empty() {
        let until = acceptance.expiry.map(words::day).unwrap_or_default();
        widgets::small(ui, &format!("Accepted by {} until {until}.", acceptance.approver), Role::Good);
    } else {
        if let Some(words) = parts::expired_words(threat, ctx.today) {
            widgets::small(ui, &words, Role::SeverityText(Band::High));
        }
        ui.horizontal_wrapped(|ui| {
            let label =
                if threat.expired(ctx.today).is_some() { "Renew the acceptance" } else { "Accept the risk" };
            let button = Button::primary(label).enabled(missing.is_empty()).show(ui);
            if button.clicked() {
                let acceptance = Acceptance { date: Some(ctx.today), ..acceptance.clone() };
                let decision = parts::decided(ctx, String::new());
                let change = verbs::accept_risk(ctx.project(), &[id], &acceptance, &decision);
                ctx.commit(change.ok().flatten());
            }
            if !missing.is_empty() {
                let words = format!("Still to say: {}.", missing.join(", "));
                widgets::label(ui, &words, Look::SMALL, Role::SeverityText(Band::Medium));
            }
        });
    }
    authorities(ui, ctx, threat, &acceptance);
}

/// Which roles may accept how much, and whether this one may.
fn authorities(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat, acceptance: &Acceptance) {
    let method = &ctx.project().method;
    let risk = ctx.register().row(threat.id).and_then(|row| row.risk(crate::analysis::risk::Rating::Current));
    if let Some(risk) = risk.filter(|risk| method.above_appetite(*risk))
        && method.may_accept(&acceptance.role, risk) == Some(false)
    {
        let who = if acceptance.role.trim().is_empty() { "This role" } else { acceptance.role.trim() };
        widgets::small(ui, &format!("{who} may not accept {risk:.1}."), Role::SeverityText(Band::High));
    }
    widgets::caption(ui, "Who may accept how much");
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 6.0);
        for (index, authority) in method.authorities.iter().enumerate() {
            let label = format!("{} up to {}", authority.role, authority.up_to);
            let close = format!("Remove {label}");
            if Chip::new(&label).closes(&close).show(ui).closed {
                ctx.commit(verbs::change_method(ctx.project(), "authorities", |method| {
                    method.authorities.remove(index);
                }));
            }
        }
        if let Some(text) = parts::add_text(ui, "Add a role", "CISO up to 8.5") {
            let authority = authority(&text);
            ctx.commit(verbs::change_method(ctx.project(), "authorities", |method| {
                method.authorities.push(authority);
            }));
        }
    });
}

/// "CISO up to 8.5"; without a score any.
fn authority(text: &str) -> Authority {
    let (role, up_to) = text.split_once(" up to ").unwrap_or((text, ""));
    let up_to = up_to.trim().parse::<f64>().ok().filter(|score| score.is_finite()).unwrap_or(10.0);
    Authority { role: role.trim().to_owned(), up_to: up_to.clamp(2.0, 10.0), ..Authority::default() }
}

/// The form under a button that accepts several risks at once; gives the acceptance back once it is complete.
pub(super) fn acceptance_form(button: &egui::Response, ctx: &ViewContext<'_>) -> Option<Acceptance> {
    let draft_id = button.id.with("acceptance");
    let mut given = None;
    egui::Popup::menu(button)
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .accessible_name("Accept the risk".to_owned())
        .width(380.0)
        .show(|ui| {
            ui.set_width(380.0);
            ui.spacing_mut().item_spacing = Vec2::new(8.0, 6.0);
            let mut draft: Acceptance = ui.data(|data| data.get_temp(draft_id)).unwrap_or_default();
            for (name, hint, pick) in FIELDS {
                widgets::property(ui, name, |ui| {
                    Field::new(name).hint(hint).show(ui, pick(&mut draft));
                });
            }
            widgets::property(ui, "Until", |ui| {
                if let Some(date) = parts::date_value(ui, "Accepted until", draft.expiry, 160.0) {
                    draft.expiry = date;
                }
            });
            let missing = verbs::missing_of_acceptance(Some(&draft), Some(ctx.today));
            if !missing.is_empty() {
                let words = format!("Still to say: {}.", missing.join(", "));
                widgets::small(ui, &words, Role::SeverityText(Band::Medium));
            }
            if Button::primary("Accept these risks").enabled(missing.is_empty()).show(ui).clicked() {
                given = Some(Acceptance { date: Some(ctx.today), ..std::mem::take(&mut draft) });
                ui.close();
            }
            ui.data_mut(|data| data.insert_temp(draft_id, draft));
        });
    given
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_read_with_its_score() {
        for (text, role, up_to) in [
            ("CISO up to 8.5", "CISO", 8.5),
            ("Team lead", "Team lead", 10.0),
            ("Board up to 99", "Board", 10.0),
            ("Board up to much", "Board", 10.0),
        ] {
            let read = authority(text);
            assert_eq!((read.role.as_str(), read.up_to), (role, up_to), "{text}");
        }
    }
}
