//! Pieces that several views share: fields bound to the model, lists of names, chips that link things.

use egui::{Ui, Vec2};
use jiff::civil::Date;

use crate::model::{Decision, ItemId, Project, Threat};
use crate::picture::Role;
use crate::session::{Command, Request};
use crate::studio::widgets::{self, Chip, Field};
use crate::studio::words;

use super::{ViewContext, pick};

/// A field that shows a text of the model; each keystroke gives the new text back.
pub(super) fn text_value(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    field: Field<'_>,
    current: &str,
) -> Option<String> {
    let mut text = current.to_owned();
    let response = field.show(ui, &mut text);
    if response.lost_focus() {
        ctx.ask(Request::Seal);
    }
    (response.changed() && text != current).then_some(text)
}

/// A field of several lines that shows a text of the model.
pub(super) fn paragraph_value(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    name: &str,
    hint: &str,
    rows: usize,
    current: &str,
) -> Option<String> {
    let mut text = current.to_owned();
    let response = widgets::paragraph_field(ui, name, hint, rows, &mut text);
    if response.lost_focus() {
        ctx.ask(Request::Seal);
    }
    (response.changed() && text != current).then_some(text)
}

/// Reads what something costs; nothing is nobody knows.
pub(super) fn cost(text: &str) -> Result<Option<f64>, String> {
    match text.trim() {
        "" => Ok(None),
        text => text
            .parse()
            .ok()
            .filter(|cost: &f64| cost.is_finite() && *cost >= 0.0)
            .map(Some)
            .ok_or_else(|| "Type a number, like 12 or 0.5".to_owned()),
    }
}

/// Reads a number within bounds, with a comma or a point, and spaces between thousands.
pub(super) fn number_in(text: &str, (least, most): (f64, f64)) -> Result<f64, String> {
    let typed = text.trim().replace([' ', '\u{2009}'], "").replace(',', ".").parse::<f64>().ok();
    typed
        .filter(|typed| (least..=most).contains(typed))
        .ok_or_else(|| format!("Type a number from {least} to {most}"))
}

/// The same for what may be left open.
pub(super) fn number_or_nothing(text: &str, range: (f64, f64)) -> Result<Option<f64>, String> {
    match text.trim() {
        "" => Ok(None),
        text => number_in(text, range).map(Some),
    }
}

/// A list of names as chips: each can go, a menu offers others, and a new one can be typed. Gives the new list back.
pub(super) fn name_list(
    ui: &mut Ui,
    name: &str,
    icon: &str,
    names: &[String],
    offers: &[String],
) -> Option<Vec<String>> {
    let mut changed = None;
    ui.push_id(name, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = Vec2::new(6.0, 6.0);
            for (index, one) in names.iter().enumerate() {
                let close = format!("Remove {one} from {name}");
                let mut chip = Chip::new(one).closes(&close);
                if !icon.is_empty() {
                    chip = chip.icon(icon);
                }
                if chip.show(ui).closed {
                    let mut list = names.to_vec();
                    list.remove(index);
                    changed = Some(list);
                }
            }
            if let Some(new) = add_name(ui, name, names, offers) {
                let mut list = names.to_vec();
                list.push(new);
                changed = Some(list);
            }
        });
    });
    changed
}

fn add_name(ui: &mut Ui, name: &str, names: &[String], offers: &[String]) -> Option<String> {
    let mut added = None;
    let label = format!("Add to {name}");
    let chip = Chip::new("Add").named(&label).icon("plus").clickable().suggested().show(ui).response;
    let chip = chip.on_hover_text(&label);
    let draft_id = chip.id.with("draft");
    let field_id = draft_id.with("field");
    egui::Popup::menu(&chip)
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .accessible_name(label.clone())
        .width(240.0)
        .show(|ui| {
            ui.set_width(240.0);
            ui.spacing_mut().item_spacing = Vec2::new(0.0, 2.0);
            let mut draft: String = ui.data(|data| data.get_temp(draft_id)).unwrap_or_default();
            let left: Vec<&str> =
                offers.iter().filter(|offer| !names.contains(offer)).map(String::as_str).collect();
            let fitting = widgets::fitting(&left, &draft, 10);
            let walk = widgets::walk(ui, field_id, fitting.len());
            let field = Field::new(&label).id(field_id).hint("Type a name, Enter adds it");
            let response = field.show(ui, &mut draft);
            let entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            for (index, offer) in fitting.iter().enumerate() {
                let at = walk.at == Some(index);
                if widgets::walked_item(ui, None, offer, false, at).clicked() || (at && walk.taken) {
                    added = Some((*offer).to_owned());
                }
            }
            let typed = draft.trim().to_owned();
            if entered && !typed.is_empty() && !names.contains(&typed) {
                added = Some(typed);
            }
            if added.is_some() {
                draft.clear();
                ui.close();
            } else if !response.has_focus() && !entered {
                response.request_focus();
            }
            ui.data_mut(|data| data.insert_temp(draft_id, draft));
        });
    added
}

/// Things that are linked, as chips: a press goes there, × unlinks, a menu links more.
pub(super) fn link_list(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    name: &str,
    icon: &str,
    linked: &[ItemId],
    offers: &[ItemId],
) -> Option<Vec<ItemId>> {
    let project = ctx.project();
    let mut changed = None;
    for item in linked {
        let label = format!("{item} {}", project.name_of(*item));
        let close = format!("Unlink {label}");
        let chip = Chip::new(&short(&label)).icon(icon).clickable().closes(&close).show(ui);
        if chip.closed {
            changed = Some(linked.iter().copied().filter(|other| other != item).collect());
        } else if chip.response.clicked() {
            ctx.ask(Request::Reveal(*item));
        }
    }
    let chip = Chip::new("Link").named(name).icon("plus").clickable().suggested().show(ui).response;
    let chip = chip.on_hover_text(name);
    let offers: Vec<ItemId> = offers.iter().copied().filter(|offer| !linked.contains(offer)).collect();
    if let Some(chosen) = pick::one_by_one(ctx, &chip, name, &offers) {
        let mut list = linked.to_vec();
        list.push(chosen);
        list.sort();
        changed = Some(list);
    }
    changed
}

/// What threats can be aimed at: components, interfaces, zones, assets.
pub(super) fn targets(project: &Project) -> Vec<ItemId> {
    let mut targets: Vec<ItemId> = project.diagram.components().map(|c| c.id.into()).collect();
    targets.extend(project.diagram.interfaces().map(|i| ItemId::from(i.id)));
    targets.extend(project.diagram.zones.ids().map(ItemId::from));
    targets.extend(project.assets.ids().map(ItemId::from));
    targets
}

fn short(label: &str) -> String {
    if label.chars().count() <= 34 {
        return label.to_owned();
    }
    let cut: String = label.chars().take(33).collect();
    format!("{}…", cut.trim_end())
}

/// A date of the model; empty is none. Gives the new one back.
pub(in crate::studio) fn date_value(
    ui: &mut Ui,
    name: &str,
    current: Option<jiff::civil::Date>,
    width: f32,
) -> Option<Option<jiff::civil::Date>> {
    let show = |date: &Option<jiff::civil::Date>| date.map(words::day).unwrap_or_default();
    let field = Field::new(name).icon("calendar").hint("31 Dec 2026").width(width);
    widgets::number_field(ui, field, &current, show, words::parse_day)
}

/// Who the model names: whoever works here first.
pub(super) fn people(ctx: &ViewContext<'_>) -> Vec<String> {
    crate::studio::fixing::ask(ctx.session, ctx.today).people()
}

/// A decision of today, by who works here.
pub(super) fn decided(ctx: &ViewContext<'_>, text: String) -> Decision {
    Decision { date: Some(ctx.today), by: ctx.session.author().to_owned(), text, ..Decision::default() }
}

/// That nobody's word stands for a threat any more: "The acceptance by Eva Holm ended on 31 Oct 2026; the threat is open again."
pub(super) fn expired_words(threat: &Threat, today: Date) -> Option<String> {
    let acceptance = threat.expired(today)?;
    let ended = acceptance.expiry.map(words::day)?;
    Some(format!(
        "The acceptance by {} ended on {ended}; the threat is open again.",
        acceptance.approver.trim()
    ))
}

/// Where decisions are written down by somebody without a name: a way to say it.
pub(super) fn ask_for_name(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    if ctx.session.author().is_empty() && widgets::link(ui, "Say who decides").clicked() {
        ctx.command(Command::YourName);
    }
}

/// A chip that opens a field: what is typed there comes back on Enter.
pub(super) fn add_text(ui: &mut Ui, name: &str, hint: &str) -> Option<String> {
    let chip = Chip::new(name).icon("plus").clickable().suggested().show(ui).response;
    typed_under(&chip, name, hint, "Enter adds it")
}

/// An icon that opens a field for why something is set aside: what is typed there comes back on Enter.
pub(in crate::studio) fn ask_reason(ui: &mut Ui, icon: &str, name: &str, hint: &str) -> Option<String> {
    let button = widgets::icon_button(ui, icon, name);
    typed_under(&button, name, hint, "Enter sets it aside")
}

fn typed_under(chip: &egui::Response, name: &str, hint: &str, enter: &str) -> Option<String> {
    let mut added = None;
    let draft_id = chip.id.with("draft");
    egui::Popup::menu(chip)
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .accessible_name(name.to_owned())
        .width(320.0)
        .show(|ui| {
            ui.set_width(320.0);
            let mut draft: String = ui.data(|data| data.get_temp(draft_id)).unwrap_or_default();
            let field_id = draft_id.with("field");
            let response = Field::new(name).id(field_id).hint(hint).show(ui, &mut draft);
            let entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            widgets::small(ui, enter, Role::TextTertiary);
            if entered && !draft.trim().is_empty() {
                added = Some(draft.trim().to_owned());
                draft.clear();
                ui.close();
            } else if !response.has_focus() && !entered {
                response.request_focus();
            }
            ui.data_mut(|data| data.insert_temp(draft_id, draft));
        });
    added
}
