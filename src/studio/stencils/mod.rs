//! The stencils beside the canvas: a list to search, to drag from, and to put down from with Enter. The person's own stand
//! above those that the program comes with.

mod files;
mod place;
#[cfg(test)]
mod tests;

pub use place::add_beside_selection;

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use egui::{Key, Modifiers, Pos2, Rect, Role as Access, ScrollArea, Sense, Ui, Vec2, WidgetInfo};

use crate::catalog::{Catalog, Stencil};
use crate::edit::verbs::Clip;
use crate::model::plain_word;
use crate::picture::Role;
use crate::session::{Command, Request};
use crate::storage::stencils::Kept;

use super::theme::{self, Look};
use super::views::ViewContext;
use super::widgets::{self, Button, Field, menu_item};
use super::{canvas, icons};

/// How high a line is.
const HEIGHT: f32 = 30.0;

/// What the list remembers.
#[derive(Debug, Default)]
pub struct State {
    /// The person's own stencils.
    pub kept: Vec<Kept>,
    /// The field is to have the keyboard.
    pub focus_wanted: bool,
    /// A name is being asked for what is selected.
    pub naming: Option<String>,
    text: String,
    chosen: usize,
    /// The own stencil that gets another name, and the name so far.
    renaming: Option<(PathBuf, String)>,
    /// The own stencil that is about to be thrown away.
    deleting: Option<PathBuf>,
    /// What is being dragged onto the canvas.
    hand: Option<Pick>,
    /// Where the list stood in the last frame: what is let go here stays here.
    rect: Option<Rect>,
}

/// A stencil that can be put down.
#[derive(Debug, Clone)]
enum Pick {
    Known(Arc<Stencil>),
    Own(Rc<(String, Clip)>),
}

/// A line of the list.
enum Line<'a> {
    Heading(&'a str),
    Known(&'a Arc<Stencil>),
    Own(&'a Kept),
}

impl State {
    /// Opens the field that asks what the selection is to be called.
    pub fn ask_name(&mut self, suggestion: String) {
        self.naming = Some(suggestion);
    }
}

/// Shows the list.
pub fn show(ui: &mut Ui, cx: &mut ViewContext<'_>, canvas: &mut canvas::State, state: &mut State) {
    state.rect = Some(ui.max_rect());
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        ui.add_space(12.0);
        ui.set_height(32.0);
        widgets::label(ui, "Stencils", Look::HEADING, Role::Text);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add_space(6.0);
            if widgets::icon_button(ui, "x", "Close the stencils").clicked() {
                cx.command(Command::ToggleStencils);
            }
            if !cx.session.selection().is_empty()
                && widgets::icon_button(ui, "bookmark-plus", "Save the selection as a stencil").clicked()
            {
                cx.command(Command::KeepStencil);
            }
        });
    });
    naming(ui, cx, state);
    let kept = std::mem::take(&mut state.kept);
    let lines = lines(cx.catalog(), &kept, &state.text);
    let picks: Vec<usize> =
        lines.iter().enumerate().filter(|(_, line)| line.can_be_put_down()).map(|(at, _)| at).collect();
    let moved = search(ui, cx, canvas, state, &lines, &picks);
    ui.add_space(4.0);
    if picks.is_empty() {
        ui.horizontal(|ui| {
            ui.add_space(12.0);
            widgets::label(ui, "No stencil is called that.", Look::SMALL, Role::TextTertiary);
        });
    }
    let chosen = picks.get(state.chosen).copied();
    let mut area = ScrollArea::vertical().id_salt("stencils").auto_shrink([false, false]);
    if let Some(at) = chosen.filter(|_| moved) {
        // Lines are drawn only where they can be seen, so the list is told where the chosen one is.
        area = area.vertical_scroll_offset((at as f32 * HEIGHT - ui.available_height() / 2.0).max(0.0));
    }
    area.show_rows(ui, HEIGHT, lines.len(), |ui, range| {
        for (at, line) in lines.iter().enumerate().skip(range.start).take(range.len()) {
            let (_, slot) = ui.allocate_space(Vec2::new(ui.available_width(), HEIGHT));
            let chosen = chosen == Some(at);
            match line {
                Line::Heading(title) => heading(ui, title, slot),
                Line::Known(stencil) => {
                    row(ui, cx, canvas, state, &Shown { line, icon: &stencil.icon, chosen }, slot);
                }
                Line::Own(own) => {
                    let icon = if own.clip.is_ok() { "star" } else { "octagon-alert" };
                    own_row(ui, cx, canvas, state, own, &Shown { line, icon, chosen }, slot);
                }
            }
        }
    });
    state.kept = kept;
}

/// The search field and its keys: up and down choose, Enter puts down. Says whether another line was chosen.
fn search(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    canvas: &mut canvas::State,
    state: &mut State,
    lines: &[Line<'_>],
    picks: &[usize],
) -> bool {
    let mut moved = false;
    ui.horizontal(|ui| {
        ui.add_space(10.0);
        let width = ui.available_width() - 10.0;
        let before = state.text.clone();
        let response =
            widgets::search_field(ui, "Find a stencil", "postgres, queue, person…", width, &mut state.text);
        if std::mem::take(&mut state.focus_wanted) {
            response.request_focus();
        }
        if state.text != before {
            state.chosen = 0;
            moved = true;
            ui.request_repaint();
        }
        if response.has_focus() || response.lost_focus() {
            let (by, enter) = ui.input_mut(|input| {
                let down = input.count_and_consume_key(Modifiers::NONE, Key::ArrowDown) as i64;
                let up = input.count_and_consume_key(Modifiers::NONE, Key::ArrowUp) as i64;
                (down - up, input.key_pressed(Key::Enter))
            });
            if by != 0 && !picks.is_empty() {
                state.chosen = (state.chosen as i64 + by).rem_euclid(picks.len() as i64) as usize;
                moved = true;
            }
            if enter {
                let pick = picks.get(state.chosen).and_then(|at| lines.get(*at)).and_then(Line::pick);
                if let Some(pick) = pick {
                    place::beside_selection(cx, canvas, &pick);
                }
                response.request_focus();
            }
        }
    });
    moved
}

fn lines<'a>(catalog: &'a Catalog, kept: &'a [Kept], text: &str) -> Vec<Line<'a>> {
    let wanted = plain_word(text);
    let mut lines = Vec::new();
    let own: Vec<&Kept> = kept.iter().filter(|own| plain_word(&own.name).contains(&wanted)).collect();
    if !own.is_empty() {
        lines.push(Line::Heading("Yours"));
        lines.extend(own.into_iter().map(Line::Own));
    }
    if !wanted.is_empty() && !lines.is_empty() {
        lines.push(Line::Heading("Others"));
    }
    let mut group = "";
    for stencil in catalog.find_stencils(text) {
        // What a search finds stands in the order of how well it fits.
        if wanted.is_empty() && stencil.group != group {
            group = &stencil.group;
            lines.push(Line::Heading(group));
        }
        lines.push(Line::Known(stencil));
    }
    lines
}

impl Line<'_> {
    fn can_be_put_down(&self) -> bool {
        match self {
            Line::Heading(_) => false,
            Line::Known(_) => true,
            Line::Own(own) => own.clip.is_ok(),
        }
    }

    fn pick(&self) -> Option<Pick> {
        match self {
            Line::Heading(_) => None,
            Line::Known(stencil) => Some(Pick::Known(Arc::clone(stencil))),
            Line::Own(own) => {
                own.clip.as_ref().ok().map(|clip| Pick::Own(Rc::new((own.name.clone(), clip.clone()))))
            }
        }
    }

    fn name(&self) -> &str {
        match self {
            Line::Heading(title) => title,
            Line::Known(stencil) => &stencil.name,
            Line::Own(own) => &own.name,
        }
    }

    /// What the tooltip says.
    fn sentence(&self) -> String {
        match self {
            Line::Heading(_) => String::new(),
            Line::Known(stencil) => {
                let assumed = super::words::counted(stencil.assumed.0.len(), "answer", "answers");
                let pack =
                    stencil.pack.as_ref().map(|pack| format!(" From the pack {pack}.")).unwrap_or_default();
                let kind = stencil.kind.label();
                format!("{} {kind}. Brings {assumed} to confirm.{pack}", stencil.description)
            }
            Line::Own(own) => match &own.clip {
                Ok(clip) => place::contents(clip),
                Err(reason) => format!("It cannot be read: {reason}."),
            },
        }
    }
}

fn heading(ui: &Ui, title: &str, rect: Rect) {
    let text = widgets::line(ui, title, Look::SMALL_STRONG, theme::color(ui, Role::TextSecondary));
    widgets::put_left(ui.painter(), rect.left() + 12.0, rect.center().y + 3.0, text);
}

/// A line as it is shown.
struct Shown<'a> {
    line: &'a Line<'a>,
    icon: &'a str,
    chosen: bool,
}

/// A line that can be dragged, clicked, and put down with Enter.
fn row(
    ui: &Ui,
    cx: &mut ViewContext<'_>,
    canvas: &mut canvas::State,
    state: &mut State,
    Shown { line, icon, chosen }: &Shown<'_>,
    slot: Rect,
) {
    let chosen = *chosen;
    let rect = slot.shrink2(Vec2::new(4.0, 1.0));
    let whole = line.can_be_put_down();
    let id = ui.scope_id().with(egui::IdSalt::new(("stencil", line.name())));
    let response = ui.interact(rect, id, Sense::click_and_drag());
    let name = line.name().to_owned();
    response.widget_info(|| WidgetInfo::selected(Access::ListItem, whole, chosen, &name));
    if chosen {
        ui.painter().rect_filled(rect, 6.0, theme::color(ui, Role::AccentSoft));
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 6.0, theme::color(ui, Role::Hover));
    }
    let middle = rect.center().y;
    let tint = theme::color(ui, if whole { Role::TextSecondary } else { Role::TextDisabled });
    icons::paint_at(ui.painter(), icon, Pos2::new(rect.left() + 17.0, middle), 16.0, tint);
    let left = rect.left() + 34.0;
    let color = theme::color(ui, if whole { Role::Text } else { Role::TextDisabled });
    let text = widgets::line_within(ui, name.as_str(), Look::BODY, color, rect.right() - 8.0 - left);
    widgets::put_left(ui.painter(), left, middle, text);
    widgets::focus_ring(ui, &response, rect, 6.0);
    let response =
        if state.hand.is_none() { widgets::tooltip(response, &name, &line.sentence(), "") } else { response };
    if response.drag_started_by(egui::PointerButton::Primary) {
        state.hand = line.pick();
    } else if response.clicked()
        && let Some(pick) = line.pick()
    {
        place::beside_selection(cx, canvas, &pick);
    }
}

/// An own stencil: it has a menu, and its line becomes the field or the question while it is renamed or thrown away.
fn own_row(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    canvas: &mut canvas::State,
    state: &mut State,
    own: &Kept,
    shown: &Shown<'_>,
    slot: Rect,
) {
    let mut inside = ui.new_child(
        egui::UiBuilder::new()
            .id_salt(("own stencil", &own.path))
            .max_rect(slot.shrink2(Vec2::new(8.0, 0.0)))
            .layout(egui::Layout::right_to_left(egui::Align::Center)),
    );
    let ui = &mut inside;
    if let Some((path, name)) = state.renaming.as_mut().filter(|(path, _)| *path == own.path) {
        let response = Field::new("Name of the stencil").width(ui.available_width()).show(ui, name);
        if response.lost_focus() {
            let renamed = name.trim() != own.name && !name.trim().is_empty();
            if renamed && !ui.input(|input| input.key_pressed(Key::Escape)) {
                cx.ask(Request::RenameStencil(path.clone(), name.trim().to_owned()));
            }
            state.renaming = None;
        } else if !response.has_focus() {
            response.request_focus();
        }
        return;
    }
    if state.deleting.as_ref() == Some(&own.path) {
        let keep = Button::plain("Keep").small().show(ui).clicked();
        if Button::danger("Delete").small().show(ui).clicked() {
            cx.ask(Request::DeleteStencil(own.path.clone()));
            state.deleting = None;
        } else if keep {
            state.deleting = None;
        }
        let text = widgets::line_within(
            ui,
            own.name.as_str(),
            Look::BODY,
            theme::color(ui, Role::Text),
            ui.available_width() - 8.0,
        );
        widgets::put_left(ui.painter(), slot.left() + 12.0, slot.center().y, text);
        return;
    }
    let more = widgets::icon_button(ui, "ellipsis", &format!("Rename or delete {}", own.name));
    widgets::open_menu(&more, "What to do with the stencil", 160.0, |ui| {
        if menu_item(ui, Some("pencil"), "Rename", "", false, own.clip.is_ok()).clicked() {
            state.renaming = Some((own.path.clone(), own.name.clone()));
        }
        if menu_item(ui, Some("trash-2"), "Delete", "", false, true).clicked() {
            state.deleting = Some(own.path.clone());
        }
    });
    let slot = slot.with_max_x(more.rect.left());
    row(ui, cx, canvas, state, shown, slot);
}

/// Asks what the selection is to be called.
fn naming(ui: &mut Ui, cx: &mut ViewContext<'_>, state: &mut State) {
    let Some(name) = &mut state.naming else { return };
    let mut done = None;
    ui.horizontal(|ui| {
        ui.add_space(10.0);
        let width = ui.available_width() - 76.0;
        let field = Field::new("Name of the new stencil").hint("Its name").width(width).select_all();
        let response = field.show(ui, name);
        ui.spacing_mut().item_spacing.x = 6.0;
        let save = Button::primary("Save").show(ui).clicked();
        let (enter, escape) =
            ui.input(|input| (input.key_pressed(Key::Enter), input.key_pressed(Key::Escape)));
        if save || (response.lost_focus() && enter) {
            done = Some(!name.trim().is_empty());
        } else if response.lost_focus() && escape {
            done = Some(false);
        } else if !response.has_focus() && !response.lost_focus() {
            response.request_focus();
        }
    });
    ui.add_space(6.0);
    if let Some(keep) = done {
        let name = state.naming.take().unwrap_or_default();
        if keep {
            cx.ask(Request::KeepStencil(name.trim().to_owned()));
        }
    }
}

/// What is being dragged, drawn where it would stand; let go over the canvas, it is put down there.
pub fn hand(ui: &Ui, cx: &mut ViewContext<'_>, canvas: &mut canvas::State, state: &mut State) {
    let Some(pick) = state.hand.clone() else { return };
    let (pointer, released, escape) = ui.input(|input| {
        let pointer = input.pointer.interact_pos().or_else(|| input.pointer.hover_pos());
        (pointer, input.pointer.any_released(), input.key_pressed(Key::Escape))
    });
    let over = |at: &Pos2| canvas.rect.contains(*at) && !state.rect.is_some_and(|rect| rect.contains(*at));
    let at = pointer.filter(over).map(|at| canvas.camera.screen_from_world(canvas.rect).to_picture(at));
    if released || escape || !ui.input(|input| input.pointer.any_down()) {
        state.hand = None;
        canvas.ghost = None;
        if let Some(at) = at.filter(|_| released && !escape) {
            place::at(cx, canvas, &pick, at);
            canvas.focus_wanted = true;
        }
        return;
    }
    ui.ctx().set_cursor_icon(egui::CursorIcon::Grabbing);
    canvas.ghost = at.map(|at| place::ghost(cx.session, canvas, &pick, at));
    "Let go where it stands; Esc puts it back".clone_into(cx.status);
}
