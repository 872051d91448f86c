//! What can be done with several marked threats at once, each as one step.

use egui::{Ui, Vec2};

use super::register::{Memory, set_status, treat};
use super::treatment;
use crate::edit::verbs;
use crate::model::{ItemId, Target, ThreatId, ThreatStatus, Treatment};
use crate::picture::Role;
use crate::session::Request;
use crate::studio::theme::Look;
use crate::studio::views::{ViewContext, parts, pick};
use crate::studio::widgets::{self, Button, Field};
use crate::studio::words;

/// Draws the bar.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, memory: &mut Memory) {
    let project = ctx.project();
    let marked: Vec<ThreatId> = memory.marked.iter().copied().collect();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 6.0);
        widgets::label(ui, &format!("{} marked", marked.len()), Look::SMALL_STRONG, Role::Text);
        if widgets::icon_button(ui, "x", "Unmark").clicked() {
            memory.marked.clear();
        }
        let button = Button::plain("Set state").chevron().small().show(ui);
        widgets::open_menu(&button, "Set state", 200.0, |ui| {
            for status in ThreatStatus::ALL {
                if widgets::menu_item(ui, None, status.label(), "", false, true).clicked() {
                    set_status(ctx, &marked, *status);
                }
            }
        });
        let button = Button::plain("Treat").chevron().small().show(ui);
        widgets::open_menu(&button, "Treat", 200.0, |ui| {
            for way in Treatment::ALL {
                if widgets::menu_item(ui, None, way.label(), "", false, true).clicked() {
                    treat(ctx, &marked, *way);
                }
            }
        });
        let button = Button::plain("Accept the risk…").small().show(ui);
        if let Some(acceptance) = treatment::acceptance_form(&button, ctx) {
            let decision = parts::decided(ctx, String::new());
            if let Ok(change) = verbs::accept_risk(project, &marked, &acceptance, &decision) {
                ctx.commit(change);
            }
        }
        owner(ui, ctx, &marked);
        due(ui, ctx, &marked);
        tags(ui, ctx, &marked);
        copy(ui, ctx, &marked);
        if Button::plain("Delete").icon("trash-2").small().show(ui).clicked() {
            let items: Vec<ItemId> = marked.iter().map(|id| (*id).into()).collect();
            ctx.commit(verbs::delete(project, &items));
        }
    });
    ui.add_space(4.0);
}

/// A button that opens a field; what was typed comes back on Enter.
fn typed(ui: &mut Ui, label: &str, name: &str, hint: &str, offers: &[String]) -> Option<String> {
    let button = Button::plain(label).chevron().small().show(ui);
    let mut given = None;
    let draft = button.id.with("draft");
    egui::Popup::menu(&button)
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .accessible_name(name.to_owned())
        .width(240.0)
        .show(|ui| {
            ui.set_width(240.0);
            ui.spacing_mut().item_spacing = Vec2::new(0.0, 2.0);
            let mut text: String = ui.data(|data| data.get_temp(draft)).unwrap_or_default();
            let response = Field::new(name).id(draft.with("field")).hint(hint).show(ui, &mut text);
            let entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            if !response.has_focus() && !response.lost_focus() {
                response.request_focus();
            }
            let fits = |offer: &&String| offer.to_lowercase().contains(&text.trim().to_lowercase());
            for offer in offers.iter().filter(fits).take(8) {
                if widgets::menu_item(ui, None, offer, "", false, true).clicked() {
                    given = Some(offer.clone());
                }
            }
            if entered {
                given = Some(text.trim().to_owned());
            }
            if given.is_some() {
                text.clear();
                ui.close();
            }
            ui.data_mut(|data| data.insert_temp(draft, text));
        });
    given
}

fn owner(ui: &mut Ui, ctx: &mut ViewContext<'_>, marked: &[ThreatId]) {
    let people = parts::people(ctx);
    if let Some(owner) = typed(ui, "Owner", "Owner of the marked", "Enter gives them to", &people) {
        ctx.commit(verbs::set_owner(ctx.project(), marked, &owner));
    }
}

fn due(ui: &mut Ui, ctx: &mut ViewContext<'_>, marked: &[ThreatId]) {
    let day = |days: i64| {
        let day = ctx.today.checked_add(jiff::Span::new().days(days)).ok();
        day.map(words::day).unwrap_or_default()
    };
    let offers = [day(30), day(90)];
    let Some(text) = typed(ui, "Due", "Due day of the marked", "31 Dec 2026; empty is none", &offers) else {
        return;
    };
    match words::parse_day(&text) {
        Ok(due) => ctx.commit(verbs::set_due(ctx.project(), marked, due)),
        Err(problem) => ctx.ask(Request::Say(problem)),
    }
}

fn tags(ui: &mut Ui, ctx: &mut ViewContext<'_>, marked: &[ThreatId]) {
    let project = ctx.project();
    let known: std::collections::BTreeSet<String> =
        project.threats.iter().flat_map(|threat| threat.tags.iter().cloned()).collect();
    let known: Vec<String> = known.into_iter().collect();
    let Some(tag) =
        typed(ui, "Tag", "Tag of the marked", "Apart by commas; one that all have is taken off", &known)
    else {
        return;
    };
    for tag in tag.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
        // A tag that all of them have is taken off.
        let change = verbs::add_tag(project, marked, tag).or_else(|| verbs::remove_tag(project, marked, tag));
        ctx.commit(change);
    }
}

fn copy(ui: &mut Ui, ctx: &mut ViewContext<'_>, marked: &[ThreatId]) {
    let button = Button::plain("Copy to").chevron().small().show(ui);
    copy_menu(&button, ctx, marked);
}

/// The list of what threats can be copied to.
pub(super) fn copy_menu(button: &egui::Response, ctx: &mut ViewContext<'_>, ids: &[ThreatId]) {
    let words = |number: usize| match number {
        0 => "Copy to what is ticked".to_owned(),
        number => format!("Copy to {}", words::counted(number, "target", "targets")),
    };
    let offers = parts::targets(ctx.project());
    let Some(chosen) = pick::several(ctx, button, "Copy to", &offers, words) else { return };
    let targets: Vec<Target> = chosen.into_iter().filter_map(|item| item.try_into().ok()).collect();
    let decision = parts::decided(ctx, String::new());
    match verbs::copy_to_targets(ctx.project(), ids, &targets, &decision) {
        Some((copies, change)) => {
            ctx.commit_and_select(change, copies.into_iter().map(ItemId::from).collect());
        }
        None => ctx.ask(Request::Say("They are aimed at that already, so nothing was copied.".to_owned())),
    }
}
