//! Rows that several kinds of things share.

use egui::{Align, Layout, Pos2, Role as Access, Sense, Ui, Vec2, WidgetInfo};
use jiff::civil::Date;

use crate::edit::Transaction;
use crate::model::{AssetId, ComponentId, ItemId, LineId, ZoneId};
use crate::picture::Role;
use crate::picture::scene::component_icon;
use crate::studio::icons;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Chip, Field, menu_item, menu_separator, property, property_tall};

/// A row with a text of one line.
pub(super) fn text(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    name: &str,
    hint: &str,
    value: &str,
    change: impl FnOnce(String) -> Option<Transaction>,
) {
    property(ui, name, |ui| {
        let mut text = value.to_owned();
        let response = Field::new(name).hint(hint).show(ui, &mut text);
        if response.changed() {
            cx.commit(change(text));
        }
        cx.seal_when_left(&response);
    });
}

/// A row with a text of several lines.
pub(super) fn paragraph(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    name: &str,
    hint: &str,
    value: &str,
    change: impl FnOnce(String) -> Option<Transaction>,
) {
    sentence(ui, cx, name, hint, value, change, false);
}

fn sentence(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    name: &str,
    hint: &str,
    value: &str,
    change: impl FnOnce(String) -> Option<Transaction>,
    focus: bool,
) {
    property(ui, name, |ui| {
        let mut text = value.to_owned();
        let response = widgets::paragraph_field(ui, name, hint, 2, &mut text);
        if focus {
            response.request_focus();
            response.scroll_to_me(Some(egui::Align::Center));
        }
        if response.changed() {
            cx.commit(change(text));
        }
        cx.seal_when_left(&response);
    });
}

/// A row with words to find a thing by, apart by commas.
pub(super) fn tags(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    value: &[String],
    change: impl FnOnce(Vec<String>) -> Option<Transaction>,
) {
    property(ui, "Tags", |ui| {
        let current = value.to_vec();
        let changed = widgets::number_field(
            ui,
            Field::new("Tags").hint("pci, internet-facing"),
            &current,
            |tags| tags.join(", "),
            |text| {
                let tags = text.split(',').map(str::trim).filter(|tag| !tag.is_empty());
                Ok(tags.map(str::to_owned).collect())
            },
        );
        if let Some(tags) = changed {
            cx.commit(change(tags));
        }
    });
}

/// A row with a day, or none.
pub(super) fn day(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    name: &str,
    value: Option<Date>,
    change: impl FnOnce(Option<Date>) -> Option<Transaction>,
) {
    property(ui, name, |ui| {
        let width = ui.available_width();
        if let Some(date) = crate::studio::views::parts::date_value(ui, name, value, width) {
            cx.commit(change(date));
        }
    });
}

/// A row that takes a thing out of the model's scope, with the reason.
pub(super) fn scope(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    out: bool,
    reason: &str,
    change: impl FnOnce(bool) -> Option<Transaction>,
    change_reason: impl FnOnce(String) -> Option<Transaction>,
    reason_wanted: &mut bool,
) {
    let focus = std::mem::take(reason_wanted);
    property(ui, "Out of scope", |ui| {
        let mut on = out;
        if widgets::switch(ui, &mut on, "Out of scope").changed() {
            cx.commit(change(on));
        }
    });
    if out {
        sentence(ui, cx, "Reason", "Why it is left out of this model", reason, change_reason, focus);
        if reason.trim().is_empty() {
            property(ui, "", |ui| widgets::small(ui, "The report asks for a reason.", Role::TextTertiary));
        }
    }
}

/// Zones as a path from outside to inside, with a word at the right.
pub(super) fn zone_path(ui: &mut Ui, cx: &mut ViewContext<'_>, zones: &[ZoneId], note: &str) {
    ui.horizontal(|ui| {
        ui.set_height(22.0);
        ui.spacing_mut().item_spacing.x = 6.0;
        if zones.is_empty() {
            widgets::label(ui, "Outside of every zone", Look::SMALL, Role::TextTertiary);
        }
        let wide = |text: &str| widgets::line(ui, text, Look::SMALL, egui::Color32::PLACEHOLDER).size().x;
        let names: f32 = zones.iter().map(|id| wide(&cx.project().name_of((*id).into()))).sum();
        let room = ui.available_width() - wide(note) - 6.0 - 47.0 * zones.len() as f32;
        // Names are cut only where they do not all fit.
        let each = if names <= room { f32::INFINITY } else { (room / zones.len().max(1) as f32).max(36.0) };
        for (index, id) in zones.iter().enumerate() {
            let Some(zone) = cx.project().diagram.zones.get(*id) else { continue };
            if index > 0 {
                icons::show(ui, "chevron-right", 13.0, theme::color(ui, Role::TextTertiary));
            }
            widgets::trust_bars(ui, zone.trust);
            let color = theme::color(ui, Role::TextSecondary);
            let galley = widgets::line_within(ui, zone.name.as_str(), Look::SMALL, color, each);
            let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::click());
            response
                .widget_info(|| WidgetInfo::labeled(Access::Link, true, format!("Go to zone {}", zone.name)));
            widgets::put_left(ui.painter(), rect.left(), rect.center().y, galley);
            widgets::focus_ring(ui, &response, rect, 4.0);
            if response.clicked() {
                cx.reveal((*id).into());
            }
        }
        if !note.is_empty() {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                widgets::label(ui, note, Look::SMALL, Role::TextTertiary);
            });
        }
    });
}

/// The open boundary lines that a flow crosses, each leading there; no row where there are none.
pub(super) fn lines_crossed(ui: &mut Ui, cx: &mut ViewContext<'_>, lines: &[LineId]) {
    if lines.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 4.0);
        for id in lines {
            let words = format!("crosses {}", cx.project().name_of((*id).into()));
            if Chip::new(&words).icon("waypoints").clickable().show(ui).response.clicked() {
                cx.reveal((*id).into());
            }
        }
    });
}

/// A row to choose the zone that something stands in. `not` is a zone that it cannot stand in: itself.
pub(super) fn zone(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    name: &str,
    current: Option<ZoneId>,
    not: Option<ZoneId>,
    change: impl FnOnce(Option<ZoneId>) -> Option<Transaction>,
) {
    let project = cx.project();
    let mut chosen = None;
    let shown =
        current.map_or_else(|| "Outside of every zone".to_owned(), |zone| project.name_of(zone.into()));
    property(ui, name, |ui| {
        let width = ui.available_width();
        widgets::picker(ui, name, Some("square-dashed"), &shown, false, width, |ui| {
            for zone in &project.diagram.zones {
                if not.is_some_and(|not| project.diagram.zone_chain(Some(zone.id)).contains(&not)) {
                    continue;
                }
                let depth = project.diagram.zone_chain(Some(zone.id)).len().saturating_sub(1);
                let label = format!("{}{}", "    ".repeat(depth), zone.name);
                if menu_item(ui, None, &label, "", current == Some(zone.id), true).clicked() {
                    chosen = Some(Some(zone.id));
                }
            }
            menu_separator(ui);
            if menu_item(ui, None, "Outside of every zone", "", current.is_none(), true).clicked() {
                chosen = Some(None);
            }
        });
    });
    if let Some(zone) = chosen.filter(|zone| *zone != current) {
        cx.commit(change(zone));
    }
}

/// A field to choose a component with.
pub(super) fn component_picker(
    ui: &mut Ui,
    cx: &ViewContext<'_>,
    name: &str,
    current: Option<ComponentId>,
) -> Option<ComponentId> {
    let diagram = &cx.project().diagram;
    let known = current.and_then(|id| diagram.component(id));
    let shown = known.map_or("Not attached", |component| component.name.as_str());
    let icon = known.map(component_icon);
    let mut chosen = None;
    let width = ui.available_width();
    widgets::picker(ui, name, icon, shown, known.is_none(), width, |ui| {
        for component in diagram.components() {
            let is_it = current == Some(component.id);
            if menu_item(ui, Some(component_icon(component)), &component.name, "", is_it, true).clicked()
                && !is_it
            {
                chosen = Some(component.id);
            }
        }
    });
    chosen
}

/// A row of assets as chips, with one more to add.
pub(super) fn assets(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    name: &str,
    current: &[AssetId],
    change: impl FnOnce(Vec<AssetId>) -> Option<Transaction>,
) {
    let all: Vec<_> =
        cx.project().assets.iter().map(|asset| (asset.id, "gem", asset.name.as_str())).collect();
    let empty = "Every asset is in. New ones are made in Assets.";
    chips(ui, cx, ("Assets", name, empty), current, &all, change);
}

/// A row of components as chips, with one more to add.
pub(super) fn components(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    name: &str,
    current: &[ComponentId],
    change: impl FnOnce(Vec<ComponentId>) -> Option<Transaction>,
) {
    let components = cx.project().diagram.components();
    let all: Vec<_> = components.map(|c| (c.id, component_icon(c), c.name.as_str())).collect();
    chips(ui, cx, ("Components", name, "Every component is in."), current, &all, change);
}

/// Items as chips, out of all with their icons and names. The words are those of the menu, of the property, and of a menu
/// with nothing left in it.
fn chips<Id: Copy + PartialEq + Into<ItemId>>(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    (menu, name, empty): (&str, &str, &str),
    current: &[Id],
    all: &[(Id, &'static str, &str)],
    change: impl FnOnce(Vec<Id>) -> Option<Transaction>,
) {
    let mut next = None;
    property_tall(ui, name, |ui| {
        ui.add_space(2.0);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = Vec2::new(6.0, 6.0);
            for (id, icon, label) in all.iter().filter(|(id, ..)| current.contains(id)) {
                let close = format!("Take {label} out of {}", name.to_lowercase());
                let chip = Chip::new(label).icon(icon).clickable().closes(&close).show(ui);
                if chip.closed {
                    next = Some(current.iter().copied().filter(|other| other != id).collect::<Vec<_>>());
                } else if chip.response.clicked() {
                    match (*id).into() {
                        asset @ ItemId::Asset(_) => cx.select([asset]),
                        other => cx.reveal(other),
                    }
                }
            }
            let add = add_button(ui, &format!("Add to {}", name.to_lowercase()));
            widgets::open_menu(&add, menu, 220.0, |ui| {
                let mut any = false;
                for (id, icon, label) in all.iter().filter(|(id, ..)| !current.contains(id)) {
                    any = true;
                    if menu_item(ui, Some(icon), label, "", false, true).clicked() {
                        next = Some(current.iter().copied().chain([*id]).collect());
                    }
                }
                if !any {
                    widgets::small(ui, empty, Role::TextTertiary);
                }
            });
        });
    });
    if let Some(next) = next {
        cx.commit(change(next));
    }
}

/// A small dashed circle with a plus.
pub(super) fn add_button(ui: &mut Ui, name: &str) -> egui::Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(24.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Access::Button, true, name));
    if let Some(fill) = widgets::quiet_fill(ui, &response) {
        ui.painter().circle_filled(rect.center(), 12.0, fill);
    }
    let edge = egui::Stroke::new(1.0, theme::color(ui, Role::Control));
    crate::studio::paint::dashed_rect(ui.painter(), rect.shrink(0.5), 11.5, edge, 3.0, 3.0);
    let center = Pos2::new(rect.center().x, rect.center().y);
    icons::paint_at(ui.painter(), "plus", center, 14.0, theme::color(ui, Role::TextSecondary));
    widgets::focus_ring(ui, &response, rect, 12.0);
    widgets::tooltip(response, name, "", "")
}
