//! The inspector: every field of what is selected, with a suitable widget, checked while it is typed.

mod answer;
mod asset;
mod attributes;
mod component;
mod interface;
mod many;
mod model;
mod parts;
mod related;
mod zone;

pub use self::answer::aimed_at;

use egui::{Align, Layout, Margin, Ui, Vec2};

use crate::model::{ItemId, Target};
use crate::picture::Role;
use crate::session::Command;

use super::theme::{self, Look};
use super::views::ViewContext;
use super::widgets;
use super::{canvas, icons};

/// What the inspector remembers.
#[derive(Debug, Default)]
pub struct State {
    tab: usize,
    attribute_search: String,
    showing: Option<ItemId>,
    /// The field for why something is out of scope is to have the keyboard.
    reason_wanted: bool,
    /// A question with answer keys is shown.
    pub asks: bool,
    /// The keys that answer it are heard.
    pub hears_answers: bool,
    later: related::Later,
}

impl State {
    /// Asks why what was just taken out of scope is.
    pub fn ask_for_reason(&mut self) {
        self.tab = 0;
        self.reason_wanted = true;
    }
}

/// Shows the fields of what is selected.
pub fn show(ui: &mut Ui, cx: &mut ViewContext<'_>, state: &mut State) {
    state.asks = false;
    let selection = cx.session.selection();
    let single = selection.single().filter(|item| cx.project().contains(*item));
    if state.showing != single {
        state.showing = single;
        state.attribute_search.clear();
        if single.is_none() {
            state.tab = 0;
        }
    }
    egui::Frame::new().inner_margin(Margin { left: 16, right: 12, top: 12, bottom: 0 }).show(ui, |ui| {
        ui.spacing_mut().item_spacing = Vec2::new(8.0, 4.0);
        match single {
            Some(item) => one(ui, cx, state, item),
            None if selection.len() > 1 => scrolled(ui, "many", |ui| many::show(ui, cx)),
            None => scrolled(ui, "model", |ui| model::show(ui, cx)),
        }
    });
}

fn scrolled(ui: &mut Ui, salt: &str, contents: impl FnOnce(&mut Ui)) {
    widgets::scroll(ui, salt, |ui| {
        ui.set_width(ui.available_width() - 4.0);
        ui.spacing_mut().item_spacing = Vec2::new(8.0, 6.0);
        contents(ui);
        ui.add_space(24.0);
    });
}

fn one(ui: &mut Ui, cx: &mut ViewContext<'_>, state: &mut State, item: ItemId) {
    head(ui, cx, item);
    let project = cx.project();
    let target = Target::try_from(item).ok();
    let threats = target.map_or(0, |target| project.threats_at(target).count());
    let controls = target.map_or(0, |target| related::controls_at(project, target).len());
    if target.is_some() {
        ui.add_space(2.0);
        let items =
            [("Properties", None), ("Threats", Some(threats)), ("Controls", Some(controls)), ("Notes", None)];
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            widgets::tabs(ui, 40.0, &items, &mut state.tab);
        });
        widgets::divider(ui);
    } else {
        state.tab = 0;
    }
    let salt = ("inspector", item, state.tab);
    widgets::scroll(ui, salt, |ui| {
        ui.set_width(ui.available_width() - 4.0);
        ui.spacing_mut().item_spacing = Vec2::new(8.0, 6.0);
        ui.add_space(6.0);
        ui.push_id(item, |ui| match (state.tab, target) {
            (1, Some(target)) => related::threats(ui, cx, target),
            (2, Some(target)) => related::controls(ui, cx, target),
            (3, Some(_)) => related::notes(ui, cx, item),
            _ => properties(ui, cx, state, item),
        });
        ui.add_space(24.0);
    });
}

fn properties(ui: &mut Ui, cx: &mut ViewContext<'_>, state: &mut State, item: ItemId) {
    state.asks = related::question(ui, cx, &mut state.later, item, state.hears_answers);
    match item {
        ItemId::Component(id) => component::show(ui, cx, state, id),
        ItemId::Interface(id) => interface::show(ui, cx, state, id),
        ItemId::Zone(id) => zone::show(ui, cx, id),
        ItemId::Line(id) => zone::line(ui, cx, id),
        ItemId::Asset(id) => asset::show(ui, cx, id),
        ItemId::Note(id) => zone::note(ui, cx, id),
        other => answer::show(ui, cx, other),
    }
    if let Ok(target) = Target::try_from(item) {
        related::worst(ui, cx, target);
    }
}

/// Kind, id, name, and the zones that it stands in or crosses.
fn head(ui: &mut Ui, cx: &mut ViewContext<'_>, item: ItemId) {
    let project = cx.project();
    let diagram = &project.diagram;
    let (icon, kind) = match item {
        ItemId::Component(id) => diagram
            .component(id)
            .map_or(("cog", "Component"), |c| (crate::picture::scene::component_icon(c), c.kind.label())),
        ItemId::Interface(id) => match diagram.interface(id).map(|interface| interface.both_ways) {
            Some(true) => ("arrow-left-right", "Interface"),
            _ => ("arrow-right", "Interface"),
        },
        ItemId::Zone(_) => ("square-dashed", "Zone"),
        ItemId::Line(_) => ("square-dashed", "Boundary line"),
        ItemId::Asset(_) => ("gem", "Asset"),
        ItemId::Note(_) => ("file", "Note"),
        ItemId::Threat(_) => ("triangle-alert", "Threat"),
        ItemId::Control(_) => ("shield-check", "Control"),
        ItemId::Policy(_) | ItemId::Rule(_) => ("scroll-text", "Policy"),
        _ => ("info", ""),
    };
    ui.horizontal(|ui| {
        ui.set_height(20.0);
        icons::show(ui, icon, 16.0, theme::color(ui, Role::Accent));
        widgets::label(ui, kind, Look::SMALL, Role::TextTertiary);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            widgets::label(ui, &item.to_string(), Look::CODE, Role::TextTertiary);
        });
    });
    ui.add_space(2.0);
    // A long name is read whole.
    widgets::paragraph(ui, &project.name_of(item), Look::SECTION, Role::Text);
    match item {
        ItemId::Component(id) => {
            let zone = diagram.component(id).and_then(|component| component.zone);
            parts::zone_path(ui, cx, &diagram.zone_chain(zone).into_iter().rev().collect::<Vec<_>>(), "");
        }
        ItemId::Interface(id) => {
            if let Some(interface) = diagram.interface(id)
                && let (Some(from), Some(to)) = (interface.from, interface.to)
            {
                let (left, entered) = diagram.crossed_zones(from, to);
                let ends = [from, to].map(|end| diagram.component(end).and_then(|component| component.zone));
                let lines = cx.lines_crossed(id);
                let crossings = left.len().max(entered.len()) + lines.len();
                let note = match crossings {
                    0 => "within its zone".to_owned(),
                    1 => "1 crossing".to_owned(),
                    many => format!("{many} crossings"),
                };
                let mut zones: Vec<_> = ends.into_iter().flatten().collect();
                zones.dedup();
                parts::zone_path(ui, cx, &zones, &note);
                parts::lines_crossed(ui, cx, &lines);
            }
        }
        ItemId::Zone(id) => {
            let parent = diagram.zones.get(id).and_then(|zone| zone.parent);
            parts::zone_path(ui, cx, &diagram.zone_chain(parent).into_iter().rev().collect::<Vec<_>>(), "");
        }
        _ => {}
    }
    if cx.scene.is_some() && !canvas::parts::is_in_view(cx.session, item) {
        ui.horizontal(|ui| {
            icons::show(ui, "eye-off", 14.0, theme::color(ui, Role::TextTertiary));
            widgets::label(ui, "Not in this view", Look::SMALL, Role::TextSecondary);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if widgets::Button::quiet(Command::PutIntoView.label()).show(ui).clicked() {
                    cx.command(Command::PutIntoView);
                }
            });
        });
    }
}
