//! Several things are selected: what can be set for all of them at once.

use egui::{Ui, Vec2};

use crate::edit::verbs;
use crate::edit::{Edit, Transaction};
use crate::model::{
    Component, ComponentId, ComponentKind, Encryption, Interface, InterfaceId, ItemId, ZoneId,
};
use crate::picture::Role;
use crate::session::Command;
use crate::studio::theme::Look;
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button, Chip, menu_item, property};
use crate::studio::words::counted;

/// Shows the fields.
pub(super) fn show(ui: &mut Ui, cx: &mut ViewContext<'_>) {
    let project = cx.project();
    let items = cx.session.selection().items().to_vec();
    let components: Vec<ComponentId> = items
        .iter()
        .filter_map(|item| if let ItemId::Component(id) = item { Some(*id) } else { None })
        .collect();
    let interfaces: Vec<InterfaceId> = items
        .iter()
        .filter_map(|item| if let ItemId::Interface(id) = item { Some(*id) } else { None })
        .collect();
    widgets::label(ui, "Selection", Look::SMALL, Role::TextTertiary);
    widgets::section(ui, &counted(items.len(), "thing", "things"));
    ui.add_space(4.0);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 6.0);
        for item in items.iter().take(24) {
            let name = project.name_of(*item);
            let close = format!("Take {name} out of the selection");
            let chip = Chip::new(&name).clickable().closes(&close).show(ui);
            if chip.closed {
                cx.ask(crate::session::Request::ToggleSelected(*item));
            } else if chip.response.clicked() {
                cx.select([*item]);
            }
        }
        if items.len() > 24 {
            widgets::label(ui, &format!("and {} more", items.len() - 24), Look::SMALL, Role::TextTertiary);
        }
    });
    ui.add_space(8.0);
    if !components.is_empty() {
        widgets::heading(ui, &counted(components.len(), "component", "components"), None);
        shared_kind(ui, cx, &components);
        shared_zone(ui, cx, &items, &components);
        shared_scope(ui, cx, &components);
        ui.add_space(8.0);
    }
    if !interfaces.is_empty() {
        widgets::heading(ui, &counted(interfaces.len(), "interface", "interfaces"), None);
        shared_encryption(ui, cx, &interfaces);
        ui.add_space(8.0);
    }
    ui.horizontal(|ui| {
        if Button::plain("Duplicate").icon("copy").keys("Ctrl D").show(ui).clicked() {
            cx.command(Command::Duplicate);
        }
        if Button::plain("Delete").icon("trash-2").keys("Del").show(ui).clicked() {
            cx.command(Command::Delete);
        }
    });
}

/// The value that all share, if they do.
fn shared<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

fn shared_kind(ui: &mut Ui, cx: &mut ViewContext<'_>, ids: &[ComponentId]) {
    let project = cx.project();
    let found = ids.iter().filter_map(|id| project.diagram.component(*id));
    let kind = shared(found.map(|component| component.kind));
    let shown = kind.map_or("Different kinds", ComponentKind::label);
    let mut chosen = None;
    property(ui, "Kind", |ui| {
        let width = ui.available_width();
        widgets::picker(ui, "Kind", None, shown, false, width, |ui| {
            for option in ComponentKind::ALL {
                let icon = option.icon();
                if menu_item(ui, Some(icon), option.label(), "", kind == Some(*option), true).clicked() {
                    chosen = Some(*option);
                }
            }
        });
    });
    if let Some(kind) = chosen {
        let name = format!("Make {} {}", counted(ids.len(), "component", "components"), kind.label());
        cx.commit(change_all(cx, ids, name, |component| {
            (component.kind, component.icon) = (kind, String::new());
        }));
    }
}

fn change_all(
    cx: &ViewContext<'_>,
    ids: &[ComponentId],
    name: String,
    change: impl Fn(&mut Component),
) -> Option<Transaction> {
    let edits: Vec<Edit> = ids
        .iter()
        .filter_map(|id| cx.project().diagram.component(*id))
        .filter_map(|old| {
            let mut new = old.clone();
            change(&mut new);
            (new != *old).then(|| new.into())
        })
        .collect();
    (!edits.is_empty()).then(|| Transaction::new(name, edits))
}

fn shared_zone(ui: &mut Ui, cx: &mut ViewContext<'_>, items: &[ItemId], ids: &[ComponentId]) {
    let project = cx.project();
    let zone =
        shared(ids.iter().filter_map(|id| project.diagram.component(*id)).map(|component| component.zone));
    let shown = match zone {
        Some(Some(zone)) => project.name_of(zone.into()),
        Some(None) => "Outside of every zone".to_owned(),
        None => "Different zones".to_owned(),
    };
    let mut chosen: Option<Option<ZoneId>> = None;
    property(ui, "Zone", |ui| {
        let width = ui.available_width();
        widgets::picker(ui, "Zone", Some("square-dashed"), &shown, false, width, |ui| {
            for option in &project.diagram.zones {
                if menu_item(ui, None, &option.name, "", zone == Some(Some(option.id)), true).clicked() {
                    chosen = Some(Some(option.id));
                }
            }
            if menu_item(ui, None, "Outside of every zone", "", zone == Some(None), true).clicked() {
                chosen = Some(None);
            }
        });
    });
    if let Some(zone) = chosen {
        let movable: Vec<ItemId> =
            items.iter().copied().filter(|item| matches!(item, ItemId::Component(_))).collect();
        cx.commit(verbs::move_into_zone(project, &movable, zone));
    }
}

fn shared_scope(ui: &mut Ui, cx: &mut ViewContext<'_>, ids: &[ComponentId]) {
    let project = cx.project();
    let out =
        ids.iter().filter_map(|id| project.diagram.component(*id)).all(|component| component.out_of_scope);
    property(ui, "Out of scope", |ui| {
        let mut on = out;
        if widgets::switch(ui, &mut on, "Out of scope").changed() {
            let items: Vec<ItemId> = ids.iter().map(|id| ItemId::from(*id)).collect();
            cx.commit(verbs::toggle_scope(project, &items));
        }
    });
}

fn shared_encryption(ui: &mut Ui, cx: &mut ViewContext<'_>, ids: &[InterfaceId]) {
    let project = cx.project();
    let found: Vec<&Interface> = ids.iter().filter_map(|id| project.diagram.interface(*id)).collect();
    let encryption = shared(found.iter().map(|interface| interface.encryption));
    let shown = match encryption {
        Some(Some(encryption)) => encryption.label(),
        Some(None) => "Not known yet",
        None => "Different",
    };
    let mut chosen = None;
    property(ui, "Encryption", |ui| {
        let width = ui.available_width();
        widgets::picker(ui, "Encryption", Some("lock"), shown, encryption == Some(None), width, |ui| {
            for option in Encryption::ALL {
                if menu_item(ui, None, option.label(), "", encryption == Some(Some(*option)), true).clicked()
                {
                    chosen = Some(*option);
                }
            }
        });
    });
    if let Some(encryption) = chosen {
        let edits: Vec<Edit> = found
            .iter()
            .filter(|interface| interface.encryption != Some(encryption))
            .map(|interface| Interface { encryption: Some(encryption), ..(*interface).clone() }.into())
            .collect();
        if !edits.is_empty() {
            cx.commit(Transaction::new(format!("Set encryption to {}", encryption.label()), edits));
        }
    }
}
