//! What is left out of the register: a chip for each filter that is on, and a list to switch on more.

use std::collections::BTreeSet;

use egui::{Ui, Vec2};

use super::listing::Query;
use crate::analysis::coverage::Gap;
use crate::model::{Band, ItemId, Project, Stride, Target, ThreatStatus, Treatment};
use crate::picture::Role;
use crate::session::Command;
use crate::studio::theme::Look;
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Chip};

/// Draws the line of filters.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, query: &mut Query) {
    let project = ctx.project();
    ui.add_space(6.0);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 6.0);
        many(ui, "State", &mut query.states, ThreatStatus::ALL, |state| state.label().to_owned());
        let bands: Vec<Option<Band>> = Band::ALL.iter().rev().map(|band| Some(*band)).chain([None]).collect();
        let band_label = |band: &Option<Band>| band.map_or("Not rated", Band::label).to_owned();
        many(ui, "Severity", &mut query.bands, &bands, band_label);
        many(ui, "STRIDE", &mut query.stride, Stride::ALL, |stride| stride.label().to_owned());
        many(ui, "Treatment", &mut query.treatments, Treatment::ALL, |way| way.label().to_owned());
        let owners = all(project, |threat| vec![threat.owner.trim().to_owned()]);
        let owner_label =
            |owner: &String| if owner.is_empty() { "No owner".to_owned() } else { owner.clone() };
        many(ui, "Owner", &mut query.owners, &owners, owner_label);
        let tags = all(project, |threat| threat.tags.clone());
        if !tags.is_empty() {
            many(ui, "Tag", &mut query.tags, &tags, Clone::clone);
        }
        element(ui, project, query);
        if Chip::toggle("Overdue", query.overdue).show(ui).response.clicked() {
            query.overdue = !query.overdue;
        }
        if let Some(filter) = ctx.session.threat_filter()
            && Chip::new(&filter.label).on(true).closes("Show what was not picked too").show(ui).closed
        {
            ctx.ask(Command::ClearThreatFilter);
        }
        if let Some(gap) = query.gap {
            let label = sentence(gap);
            if Chip::new(&label).on(true).closes("Show threats without this gap too").show(ui).closed {
                query.gap = None;
            }
        }
        if query.filters() > 0 && widgets::link(ui, "Show all").clicked() {
            query.clear();
        }
    });
    ui.add_space(6.0);
}

fn sentence(gap: Gap) -> String {
    crate::studio::words::capital(gap.label())
}

fn all(project: &Project, of: impl Fn(&crate::model::Threat) -> Vec<String>) -> Vec<String> {
    let found: BTreeSet<String> = project.threats.iter().flat_map(of).collect();
    found.into_iter().collect()
}

/// A filter by several values: its chip names them when they are few.
fn many<T: Clone + Ord>(
    ui: &mut Ui,
    name: &str,
    on: &mut BTreeSet<T>,
    choices: &[T],
    label: impl Fn(&T) -> String,
) {
    let shown = match on.len() {
        0 => name.to_owned(),
        1 | 2 => on.iter().map(&label).collect::<Vec<_>>().join(", "),
        count => format!("{name}, {count}"),
    };
    let said = format!("Filter by {}", if name == "STRIDE" { name.to_owned() } else { name.to_lowercase() });
    let chip = Chip::new(&shown).named(&said).on(!on.is_empty()).chevron().show(ui).response;
    egui::Popup::menu(&chip)
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .accessible_name(said)
        .width(220.0)
        .show(|ui| {
            ui.set_width(220.0);
            ui.spacing_mut().item_spacing = Vec2::new(0.0, 1.0);
            egui::ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
                for choice in choices {
                    let chosen = on.contains(choice);
                    if widgets::menu_item(ui, None, &label(choice), "", chosen, true).clicked()
                        && !on.remove(choice)
                    {
                        on.insert(choice.clone());
                    }
                }
                if choices.is_empty() {
                    widgets::label(ui, "Nothing to choose from", Look::SMALL, Role::TextTertiary);
                }
            });
            widgets::menu_separator(ui);
            if widgets::menu_item(ui, None, "Any", "", on.is_empty(), true).clicked() {
                on.clear();
                ui.close();
            }
        });
}

/// Only threats at one element that threats are aimed at.
fn element(ui: &mut Ui, project: &Project, query: &mut Query) {
    let name_of = |target: Target| project.name_of(ItemId::from(target));
    let shown = query.element.map_or_else(|| "Element".to_owned(), name_of);
    let chip =
        Chip::new(&shown).named("Filter by element").on(query.element.is_some()).chevron().show(ui).response;
    widgets::open_menu(&chip, "Filter by element", 260.0, |ui| {
        if widgets::menu_item(ui, None, "Any", "", query.element.is_none(), true).clicked() {
            query.element = None;
        }
        let aimed: BTreeSet<Target> =
            project.threats.iter().flat_map(|threat| threat.targets.iter().copied()).collect();
        for target in aimed {
            let on = query.element == Some(target);
            if widgets::menu_item(ui, None, &name_of(target), "", on, true).clicked() {
                query.element = Some(target);
            }
        }
    });
}
