//! The System view: toolbar, outline or stencils, canvas with the problems strip under it, inspector.

use egui::{Align, Area, Frame, Id, Layout, Margin, Order, Panel, Rect, Stroke, Ui, Vec2};

use crate::picture::Role;
use crate::picture::scene::Overlay;
use crate::session::Command;

use super::canvas::{self, Tool};
use super::regions::{self, Region};
use super::shell::split;
use super::theme::{self, size};
use super::views::ViewContext;
use super::widgets::{self, Chip, menu_item, tool_button};
use super::{inspector, keys, outline, problems, stencils};

/// What the view remembers.
#[derive(Debug, Default)]
pub struct State {
    /// The canvas.
    pub canvas: canvas::State,
    /// The outline.
    pub outline: outline::State,
    /// The stencils.
    pub stencils: stencils::State,
    /// The inspector.
    pub inspector: inspector::State,
    /// The problems strip.
    pub problems: problems::State,
}

impl State {
    /// Whether a field for a name was asked for that does not have the keyboard yet.
    pub(super) fn opens_a_field(&self) -> bool {
        let canvas = &self.canvas;
        [canvas.renaming.as_ref(), canvas.view_renaming.as_ref(), self.outline.renaming()]
            .into_iter()
            .flatten()
            .any(|renaming| !renaming.focused)
            || canvas.find.as_ref().is_some_and(canvas::find::Find::opens)
    }
}

/// Shows the view in all the room that there is.
pub fn show(ui: &mut Ui, cx: &mut ViewContext<'_>, state: &mut State) {
    cx.scene = Some(state.canvas.scene(cx.session, cx.prefs.shown()));
    state.inspector.hears_answers = !state.canvas.was_just_dragging(ui);
    let panel = Frame::new().fill(theme::color(ui, Role::Panel));
    Panel::top("system toolbar").exact_size(size::TOOLBAR).resizable(false).frame(panel).show(ui, |ui| {
        toolbar(ui, cx, &mut state.canvas);
    });
    stencils::hand(ui, cx, &mut state.canvas, &mut state.stencils);
    if cx.narrow {
        problems_panel(ui, cx, state, panel);
        let room = ui.available_rect_before_wrap();
        regions::note(ui, Region::View, room);
        canvas::show(ui, cx, &mut state.canvas);
        drawers(ui, cx, state, room);
        return;
    }
    if cx.prefs.outline {
        Panel::left("outline").exact_size(size::OUTLINE).resizable(false).frame(panel).show(ui, |ui| {
            regions::note(ui, Region::Outline, ui.max_rect());
            held(ui, |ui| left_column(ui, cx, state));
        });
    }
    if cx.prefs.inspector {
        Panel::right("inspector").exact_size(size::INSPECTOR).resizable(false).frame(panel).show(ui, |ui| {
            regions::note(ui, Region::Inspector, ui.max_rect());
            held(ui, |ui| inspector::show(ui, cx, &mut state.inspector));
        });
    }
    problems_panel(ui, cx, state, panel);
    regions::note(ui, Region::View, ui.available_rect_before_wrap());
    canvas::show(ui, cx, &mut state.canvas);
}

fn left_column(ui: &mut Ui, cx: &mut ViewContext<'_>, state: &mut State) {
    if cx.prefs.stencils {
        stencils::show(ui, cx, &mut state.canvas, &mut state.stencils);
    } else {
        outline::show(ui, cx, &mut state.outline);
    }
}

/// Contents that are too wide are cut off at the edge; they never push the column out of its place.
fn held(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let rect = ui.available_rect_before_wrap();
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(rect));
    child.shrink_clip_rect(rect);
    contents(&mut child);
    ui.advance_cursor_after_rect(rect);
}

fn problems_panel(ui: &mut Ui, cx: &mut ViewContext<'_>, state: &mut State, frame: Frame) {
    let open = if cx.narrow { state.problems.open_where_narrow } else { cx.prefs.problems };
    let panel = if open {
        let most = (ui.available_height() * 0.6).max(size::PROBLEMS);
        let size = size::PROBLEMS..=most;
        Panel::bottom("problems").default_size(size::PROBLEMS).size_range(size).resizable(true)
    } else {
        Panel::bottom("problems folded").exact_size(size::PROBLEMS_FOLDED).resizable(false)
    };
    panel.frame(frame).show(ui, |ui| {
        regions::note(ui, Region::Problems, ui.max_rect());
        problems::show(ui, cx, &mut state.problems, open);
    });
}

/// The side columns over the canvas, when there is little room.
fn drawers(ui: &mut Ui, cx: &mut ViewContext<'_>, state: &mut State, room: Rect) {
    let drawer = |ui: &mut Ui, id: &'static str, left: bool, contents: &mut dyn FnMut(&mut Ui)| {
        let region = if left { Region::Outline } else { Region::Inspector };
        let x = if left { room.left() } else { room.right() - size::DRAWER };
        Area::new(Id::unique(id))
            .order(Order::Middle)
            .fixed_pos(egui::pos2(x, room.top()))
            .constrain(false)
            .show(ui.ctx(), |ui| {
                Frame::new()
                    .fill(theme::color(ui, Role::Panel))
                    .stroke(Stroke::new(1.0, theme::color(ui, Role::Edge)))
                    .shadow(theme::popup_shadow(ui.visuals().dark_mode))
                    .inner_margin(Margin::ZERO)
                    .show(ui, |ui| {
                        let size = Vec2::new(size::DRAWER, room.height());
                        ui.set_min_size(size);
                        ui.set_max_size(size);
                        regions::note(ui, region, ui.max_rect());
                        held(ui, |ui| contents(ui));
                    });
            });
    };
    if cx.prefs.outline_drawer {
        drawer(ui, "outline drawer", true, &mut |ui| left_column(ui, cx, state));
    }
    if cx.prefs.inspector_drawer {
        drawer(ui, "inspector drawer", false, &mut |ui| inspector::show(ui, cx, &mut state.inspector));
    }
}

fn toolbar(ui: &mut Ui, cx: &mut ViewContext<'_>, canvas: &mut canvas::State) {
    let whole = ui.max_rect();
    let mut left = ui.new_child(
        egui::UiBuilder::new()
            .max_rect(whole.shrink2(Vec2::new(12.0, 0.0)))
            .layout(Layout::left_to_right(Align::Center)),
    );
    let bar = &mut left;
    bar.spacing_mut().item_spacing.x = 4.0;
    if cx.narrow {
        let on = cx.prefs.outline_drawer;
        if tool_button(bar, "panel-left", "Outline", "", on, true).clicked() {
            cx.prefs.outline_drawer = !on;
        }
        split(bar);
    }
    for (tool, command) in [(Tool::Select, Command::ToolSelect), (Tool::Pan, Command::ToolPan)] {
        let on = canvas.tool == tool;
        if tool_button(bar, command.icon(), command.label(), &keys::caps(command), on, true).clicked() {
            canvas.tool = tool;
        }
    }
    split(bar);
    for (kind, command) in canvas::intents::kinds() {
        let on = canvas.tool == Tool::Add(kind);
        let response = tool_button(bar, kind.icon(), command.label(), &keys::caps(command), on, true);
        let response = response.interact(egui::Sense::click_and_drag());
        response.dnd_set_drag_payload(canvas::Dragged::Kind(kind));
        if response.clicked() {
            // By the keyboard there is no pointer to put it down with.
            if response.has_focus() {
                cx.command(command);
            } else {
                canvas.tool = if on { Tool::Select } else { Tool::Add(kind) };
            }
        }
    }
    let command = Command::ToggleStencils;
    let on = cx.prefs.stencils_shown(cx.narrow);
    if tool_button(bar, command.icon(), command.label(), &keys::caps(command), on, true).clicked() {
        cx.command(command);
    }
    split(bar);
    for (tool, command) in [
        (Tool::Flow, Command::DrawFlow),
        (Tool::Zone, Command::DrawZone),
        (Tool::Line, Command::DrawLine),
        (Tool::Note, Command::AddNote),
    ] {
        let on = canvas.tool == tool;
        if tool_button(bar, command.icon(), command.label(), &keys::caps(command), on, true).clicked() {
            canvas.tool = if on { Tool::Select } else { tool };
        }
    }
    split(bar);
    let tidy = Command::TidyUp;
    if whole.width() > 1300.0 {
        let button =
            widgets::Button::quiet(tidy.label()).icon(tidy.icon()).hint("Lays out what is not pinned");
        if button.show(bar).clicked() {
            cx.command(tidy);
        }
    } else if tool_button(bar, tidy.icon(), tidy.label(), "", false, true).clicked() {
        cx.command(tidy);
    }
    let left_end = left.min_rect().right();
    let mut right = ui.new_child(
        egui::UiBuilder::new()
            .max_rect(whole.shrink2(Vec2::new(12.0, 0.0)))
            .layout(Layout::right_to_left(Align::Center)),
    );
    right.spacing_mut().item_spacing.x = 6.0;
    toolbar_right(&mut right, cx, canvas, left_end);
}

fn toolbar_right(bar: &mut Ui, cx: &mut ViewContext<'_>, canvas: &mut canvas::State, left_end: f32) {
    if cx.narrow {
        let on = cx.prefs.inspector_drawer;
        if tool_button(bar, "panel-right", "Inspector", "", on, true).clicked() {
            cx.prefs.inspector_drawer = !on;
        }
    }
    views(bar, cx, canvas, left_end);
    split(bar);
    colour_by(bar, cx);
    for (label, command) in [
        ("Attack paths", Command::ShowAttackPaths),
        ("Assets", Command::ShowAssets),
        ("Risk", Command::ShowRisk),
    ] {
        let on = match command {
            Command::ShowRisk => cx.prefs.show_risk,
            Command::ShowAssets => cx.prefs.show_assets,
            _ => cx.prefs.show_paths,
        };
        if Chip::toggle(label, on).show(bar).response.clicked() {
            cx.command(command);
        }
    }
    if bar.min_rect().left() - left_end > 60.0 {
        widgets::label(bar, "Show", theme::Look::SMALL, Role::TextTertiary);
    }
}

/// What the diagram is coloured by, and what else it could be.
fn colour_by(bar: &mut Ui, cx: &mut ViewContext<'_>) {
    let overlay = cx.prefs.overlay;
    let label = match overlay {
        Overlay::Nothing => "Colour by".to_owned(),
        by => format!("Colour: {}", by.label().to_lowercase()),
    };
    let chip = Chip::new(&label).named("Colour by").chevron().on(overlay != Overlay::Nothing).show(bar);
    let mut asked = None;
    widgets::open_menu(&chip.response, "Colour by", 220.0, |ui| {
        for choice in Overlay::ALL {
            let command = canvas::legend::command_of(choice);
            let label = if choice == Overlay::Nothing { "Nothing" } else { choice.label() };
            if menu_item(ui, None, label, &keys::caps(command), choice == overlay, true).clicked()
                && choice != overlay
            {
                asked = Some(command);
            }
        }
    });
    if let Some(command) = asked {
        cx.command(command);
    }
}

/// What stands between the tools and the name of the view.
const SHOWN: f32 = 430.0;
/// In the field with the name of the view: the icon, the chevron and the air around them.
const BESIDE_NAME: f32 = 62.0;

/// Which view is shown, the others, and what can be done with them; a field while one is named.
fn views(bar: &mut Ui, cx: &mut ViewContext<'_>, canvas: &mut canvas::State, left_end: f32) {
    let room = bar.max_rect().right() - left_end - SHOWN;
    if canvas.view_renaming.is_some() {
        return name_view(bar, cx, canvas, room.clamp(160.0, 200.0));
    }
    let session = cx.session;
    let shown = session.view().map(|view| view.name.clone()).unwrap_or_default();
    let mut chosen = None;
    let mut asked = None;
    // As wide as its name, while the other buttons keep their room.
    let words = widgets::line(bar, shown.as_str(), theme::Look::BODY, egui::Color32::PLACEHOLDER).size().x;
    let width = (words + BESIDE_NAME).min(room).clamp(160.0, 320.0);
    let response = widgets::picker(bar, "View of the diagram", Some("layers"), &shown, false, width, |ui| {
        ui.set_min_width(264.0);
        for view in &session.project().views {
            let name = if view.name.is_empty() { view.id.to_string() } else { view.name.clone() };
            if menu_item(ui, None, &name, "", view.id == session.view_id(), true).clicked() {
                chosen = Some(view.id);
            }
        }
        widgets::menu_separator(ui);
        let several = session.project().views.len() > 1;
        for (command, can) in
            [(Command::NewView, true), (Command::RenameView, true), (Command::DeleteView, several)]
        {
            if menu_item(ui, Some(command.icon()), command.label(), &keys::caps(command), false, can)
                .clicked()
            {
                asked = Some(command);
            }
        }
    });
    if words + BESIDE_NAME > width {
        response.on_hover_text(shown);
    }
    if let Some(view) = chosen {
        cx.ask(crate::session::Request::ShowView(view));
    }
    if let Some(command) = asked {
        cx.command(command);
    }
}

fn name_view(bar: &mut Ui, cx: &mut ViewContext<'_>, canvas: &mut canvas::State, width: f32) {
    let Some(renaming) = &mut canvas.view_renaming else { return };
    let id = Id::unique("name of the view");
    let response = widgets::Field::new("Name of the view")
        .id(id)
        .icon("layers")
        .hint("Name of the view")
        .width(width)
        .select_all()
        .show(bar, &mut renaming.text);
    if !renaming.focused {
        response.request_focus();
        renaming.focused = true;
        renaming.revision = Some(cx.session.revision());
        return;
    }
    if response.has_focus() {
        return;
    }
    if !bar.input(|input| input.key_pressed(egui::Key::Escape)) {
        let named = canvas::names::named(cx.session.project(), renaming, renaming.text.trim());
        match (named, renaming.fresh, renaming.revision) {
            (Some(transaction), true, Some(revision)) => {
                cx.ask(crate::session::Request::Amend(transaction, revision));
            }
            (transaction, ..) => cx.commit(transaction),
        }
    }
    canvas.view_renaming = None;
}
