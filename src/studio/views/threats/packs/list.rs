//! The packs with what they hold, and what is wrong in them.

use egui::{Key, Pos2, Role as Access, Sense, Ui, Vec2, WidgetInfo};

use super::State;
use crate::catalog::Pack;
use crate::catalog::pack::Part;
use crate::model::Band;
use crate::picture::Role;
use crate::session::{PackEntry, PackShelf, Request};
use crate::studio::icons;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button, Field};

const HEIGHT: f32 = 30.0;

pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, shelf: &PackShelf) {
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.horizontal(|ui| {
        widgets::heading(ui, "Packs", Some(shelf.packs.len()));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if Button::plain("New pack").icon("plus").small().show(ui).clicked() {
                state.naming = Some("My pack".to_owned());
            }
        });
    });
    naming(ui, ctx, state);
    ui.add_space(4.0);
    for entry in &shelf.packs {
        ui.push_id(&entry.path, |ui| one(ui, state, entry));
    }
    if shelf.packs.is_empty() {
        widgets::small(
            ui,
            "None yet. A file that ends in .pack.ron, in a folder \"packs\" beside a model, is read too.",
            Role::TextTertiary,
        );
    }
}

/// Asks what a new pack is to be called.
fn naming(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    let Some(name) = &mut state.naming else { return };
    let mut done = None;
    ui.horizontal(|ui| {
        let width = ui.available_width() - 72.0;
        let response = Field::new("Name of the new pack").width(width).select_all().show(ui, name);
        let make = Button::primary("Make").show(ui).clicked();
        let (enter, escape) =
            ui.input(|input| (input.key_pressed(Key::Enter), input.key_pressed(Key::Escape)));
        if make || (response.lost_focus() && enter) {
            done = Some(!name.trim().is_empty());
        } else if response.lost_focus() && escape {
            done = Some(false);
        } else if !response.has_focus() && !response.lost_focus() {
            response.request_focus();
        }
    });
    if let Some(make) = done {
        let name = state.naming.take().unwrap_or_default();
        if make {
            ctx.ask(Request::NewPack(name.trim().to_owned()));
        }
    }
}

fn one(ui: &mut Ui, state: &mut State, entry: &PackEntry) {
    let chosen = state.chosen.as_deref() == Some(entry.path.as_path());
    let faults = entry.faults.len() + usize::from(entry.pack.is_err());
    let edited = state.editor.as_ref().filter(|_| chosen).map(|editor| editor.pack().clone());
    let pack = edited.as_ref().or(entry.pack.as_ref().ok());
    let name = pack.map_or_else(|| entry.name(), |pack| pack.name.clone());
    let line = Line {
        icon: "blocks",
        name: &name,
        code: "",
        faults,
        chosen: chosen && state.part.is_none(),
        inset: 0.0,
    };
    if row(ui, "Pack", &line) {
        state.seal();
        state.choose(&entry.path);
        state.part = None;
    }
    let Some(pack) = pack.filter(|_| chosen) else { return };
    for (part, line) in lines(pack) {
        let faults = entry.faults.iter().filter(|fault| fault.part == Some(part)).count();
        let shown = Line { faults, chosen: state.part == Some(part), ..line };
        let what = match part {
            Part::Threat(_) => "Threat",
            Part::Control(_) => "Control",
            Part::Stencil(_) => "Stencil",
        };
        if ui.push_id(part, |ui| row(ui, what, &shown)).inner {
            state.seal();
            state.part = Some(part);
        }
    }
    ui.add_space(8.0);
}

fn lines(pack: &Pack) -> Vec<(Part, Line<'_>)> {
    let line = |icon, name, code| Line { icon, name, code, faults: 0, chosen: false, inset: 14.0 };
    let threats = pack.threats.iter().enumerate();
    let mut lines: Vec<(Part, Line<'_>)> = threats
        .map(|(at, threat)| (Part::Threat(at), line("triangle-alert", &threat.title, &threat.id)))
        .collect();
    let controls = pack.controls.iter().enumerate();
    lines.extend(controls.map(|(at, control)| (Part::Control(at), line("shield-check", &control.title, ""))));
    let stencils = pack.stencils.iter().enumerate();
    lines.extend(stencils.map(|(at, stencil)| (Part::Stencil(at), line("shapes", &stencil.name, ""))));
    lines
}

/// A line of the list.
struct Line<'a> {
    icon: &'a str,
    name: &'a str,
    code: &'a str,
    faults: usize,
    chosen: bool,
    inset: f32,
}

fn row(ui: &mut Ui, what: &str, line: &Line<'_>) -> bool {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), HEIGHT), Sense::click());
    let name = if line.name.trim().is_empty() { "Without a name" } else { line.name };
    let wrong = if line.faults > 0 { ", something is wrong" } else { "" };
    response.widget_info(|| {
        WidgetInfo::selected(Access::ListItem, true, line.chosen, format!("{what} {name}{wrong}"))
    });
    widgets::row_ground(ui, &response, rect, line.chosen);
    let middle = rect.center().y;
    let left = rect.left() + 10.0 + line.inset;
    let tint = theme::color(ui, if line.chosen { Role::Accent } else { Role::TextSecondary });
    icons::paint_at(ui.painter(), line.icon, Pos2::new(left + 8.0, middle), 16.0, tint);
    let mut right = rect.right() - 8.0;
    if line.faults > 0 {
        let tint = theme::color(ui, Role::SeverityMark(Band::Critical));
        icons::paint_at(ui.painter(), "octagon-alert", Pos2::new(right - 8.0, middle), 16.0, tint);
        right -= 22.0;
    }
    if !line.code.is_empty() {
        let code =
            widgets::line_within(ui, line.code, Look::CODE, theme::color(ui, Role::TextTertiary), 96.0);
        right = widgets::put_right(ui.painter(), right, middle, code) - 6.0;
    }
    let look = if line.inset == 0.0 { Look::BODY_STRONG } else { Look::BODY };
    let text = widgets::line_within(ui, name, look, theme::color(ui, Role::Text), right - left - 26.0);
    widgets::put_left(ui.painter(), left + 24.0, middle, text);
    widgets::focus_ring(ui, &response, rect, 8.0);
    response.clicked()
}
