//! The welcome screen: start anew, open, the example with its picture, templates, what was open last, what a crash left.

use std::sync::Arc;

use egui::{
    Align, Frame, Layout, Margin, Panel, Pos2, Rect, Role as Access, ScrollArea, Sense, Stroke, StrokeKind,
    Ui, Vec2, WidgetInfo,
};
use jiff::Timestamp;

use crate::catalog::{self, Template};
use crate::picture::scene::PaintOptions;
use crate::picture::{DiagramScene, Picture, Role, SceneOptions};
use crate::session::{Command, Request, Session, work};
use crate::storage::recent::Recent;
use crate::storage::recovery::Leftover;

mod recent;

use super::canvas;
use super::paint::{self, ScreenFromPicture};
use super::theme::{self, Look};
use super::widgets::{self, Button};
use super::{icons, keys, words};

/// What the screen asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// Something of the list.
    Request(Request),
    /// Open what a crash has left, by its number.
    Recover(usize),
    /// Throw away what a crash has left, by its number.
    Discard(usize),
}

/// What the screen remembers.
#[derive(Debug, Default)]
pub struct State {
    example: Option<Preview>,
    templates: Vec<(String, Option<Arc<Picture>>)>,
    all_templates: bool,
}

#[derive(Debug)]
struct Preview {
    title: String,
    description: String,
    counts: [(usize, &'static str); 4],
    picture: Arc<Picture>,
}

fn drawn(session: &Session) -> Arc<Picture> {
    let Some(view) = session.view() else { return Arc::default() };
    let options =
        SceneOptions { risk: Some(canvas::risk_by_target(session)), assets: true, ..SceneOptions::default() };
    Arc::new(DiagramScene::build(session.project(), view, &options).picture(&PaintOptions::default()))
}

fn preview() -> Preview {
    let session = Session::unsaved(work::placed(catalog::example()));
    let project = session.project();
    Preview {
        title: project.name.clone(),
        description: project.description.clone(),
        counts: [
            (project.threats.len(), "threats"),
            (project.controls.len(), "controls"),
            (project.policies.len(), "policies"),
            (project.diagram.component_count(), "components"),
        ],
        picture: drawn(&session),
    }
}

/// Shows the screen.
pub fn show(ui: &mut Ui, state: &mut State, recent: &[Recent], leftovers: &[Leftover]) -> Vec<Asked> {
    let mut asked = Vec::new();
    let panel = Frame::new().fill(theme::color(ui, Role::Panel)).inner_margin(Margin::symmetric(28, 0));
    Panel::left("welcome actions").exact_size(320.0).resizable(false).frame(panel).show(ui, |ui| {
        actions(ui, &mut asked);
    });
    ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        let room = ui.available_width();
        let width = (room - 64.0).clamp(360.0, 1176.0);
        let left = ((room - width) / 2.0).max(16.0);
        ui.horizontal_top(|ui| {
            ui.add_space(left - 8.0);
            ui.vertical(|ui| {
                ui.set_width(width);
                ui.spacing_mut().item_spacing = Vec2::new(16.0, 12.0);
                ui.add_space(28.0);
                unsaved(ui, leftovers, &mut asked);
                example_card(ui, state, width, &mut asked);
                ui.add_space(8.0);
                templates(ui, state, width, &mut asked);
                ui.add_space(8.0);
                recent::show(ui, recent, width, &mut asked);
                ui.add_space(28.0);
            });
        });
    });
    asked
}

fn actions(ui: &mut Ui, asked: &mut Vec<Asked>) {
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 8.0);
    ui.add_space(40.0);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 14.0;
        icons::show(ui, "threat-studio", 38.0, theme::color(ui, Role::Accent));
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            widgets::label(ui, "Threat Studio", Look::TITLE, Role::Text);
            let version = concat!("Version ", env!("CARGO_PKG_VERSION"));
            widgets::label(ui, version, Look::BODY, Role::TextTertiary);
        });
    });
    ui.add_space(14.0);
    let sentence =
        "Draw the system, find what can go wrong, choose what to do about it, and show that it works.";
    widgets::paragraph(ui, sentence, Look { size: 15.0, line: 23.0, ..Look::BODY }, Role::TextSecondary);
    ui.add_space(10.0);
    let width = ui.available_width();
    for (command, label) in
        [(Command::New, "New model"), (Command::Open, "Open"), (Command::Import, "Import")]
    {
        let caps = keys::caps(command);
        let button = if command == Command::New { Button::primary(label) } else { Button::plain(label) };
        if button.icon(command.icon()).keys(&caps).height(44.0).width(width).show(ui).clicked() {
            asked.push(Asked::Request(command.into()));
        }
    }
    ui.add_space(6.0);
    let formats: Vec<&str> = crate::exchange::Format::ALL.iter().map(|format| format.label()).collect();
    let reads = format!("Reads {}. A file can also be dropped on the window.", formats.join(", "));
    widgets::paragraph(ui, &reads, Look::SMALL, Role::TextTertiary);
    ui.with_layout(Layout::bottom_up(Align::Min), |ui| {
        ui.add_space(22.0);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            for (command, label) in
                [(Command::FirstSteps, "First steps"), (Command::KeyboardShortcuts, "Keys")]
            {
                if Button::quiet(label).icon(command.icon()).show(ui).clicked() {
                    asked.push(Asked::Request(command.into()));
                }
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let icon = if ui.visuals().dark_mode { "sun" } else { "moon" };
                if widgets::icon_button(ui, icon, Command::ToggleTheme.label()).clicked() {
                    asked.push(Asked::Request(Command::ToggleTheme.into()));
                }
            });
        });
    });
}

/// What a crash has left comes first: nothing else matters as much.
fn unsaved(ui: &mut Ui, leftovers: &[Leftover], asked: &mut Vec<Asked>) {
    for (number, leftover) in leftovers.iter().enumerate() {
        let name = if leftover.name.is_empty() { "a model without a name" } else { &leftover.name };
        let title = format!("Unsaved work on {name}");
        let sentence = lost(leftover);
        let pressed = ui.push_id(("leftover", number), |ui| {
            let answers = [("Restore", ""), ("Throw away", "")];
            widgets::banner(ui, Role::AccentSoft, Role::Accent, "history", &title, &sentence, &answers)
        });
        match pressed.inner {
            Some(0) => asked.push(Asked::Recover(number)),
            Some(_) => asked.push(Asked::Discard(number)),
            None => {}
        }
    }
}

/// When the program ended without saving, and which file it was.
pub(super) fn lost(leftover: &Leftover) -> String {
    let file = leftover.original.as_ref().map_or_else(
        || "It was never saved.".to_owned(),
        |path| format!("It belongs to {}.", super::files::typed(path)),
    );
    format!("The program ended without saving {}. {file}", ago(leftover.time, Timestamp::now()))
}

fn frame(ui: &Ui, rect: Rect) {
    let line = Stroke::new(1.0, theme::color(ui, Role::Line));
    ui.painter().rect(rect, 10.0, theme::color(ui, Role::Panel), line, StrokeKind::Inside);
}

fn example_card(ui: &mut Ui, state: &mut State, width: f32, asked: &mut Vec<Asked>) {
    let example = state.example.get_or_insert_with(preview);
    let (_, rect) = ui.allocate_space(Vec2::new(width, 338.0));
    frame(ui, rect);
    let split = if width > 800.0 { 520.0 } else { width * 0.45 };
    let stage = Rect::from_min_size(rect.min, Vec2::new(split, rect.height())).shrink(1.0);
    ui.painter().rect_filled(
        stage,
        egui::CornerRadius { nw: 9, sw: 9, ne: 0, se: 0 },
        theme::color(ui, Role::Canvas),
    );
    let at = ScreenFromPicture::fit(example.picture.bounds, stage.shrink(16.0), 1.0);
    paint::picture_with_detail(&ui.painter_at(stage), &example.picture, at, theme::palette(ui), 1.0);
    let line = Stroke::new(1.0, theme::color(ui, Role::Line));
    ui.painter().vline(stage.right(), rect.y_range(), line);
    let words =
        Rect::from_min_max(Pos2::new(stage.right() + 32.0, rect.top() + 24.0), rect.max - Vec2::splat(24.0));
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(words).layout(Layout::top_down(Align::Min)));
    child.spacing_mut().item_spacing.y = 6.0;
    widgets::label(&mut child, "Example", Look::SMALL_MEDIUM, Role::Accent);
    widgets::label(&mut child, &example.title, Look::TITLE, Role::Text);
    let description = first_sentence(&example.description);
    widgets::paragraph(&mut child, description, Look::BODY, Role::TextSecondary);
    child.add_space(8.0);
    for pair in example.counts.chunks(2) {
        let (_, row) = child.allocate_space(Vec2::new(child.available_width(), 28.0));
        for (column, (number, what)) in pair.iter().enumerate() {
            let x = row.left() + column as f32 * 200.0;
            let strong = theme::color(&child, Role::Text);
            let number = widgets::line(&child, number.to_string(), Look::SECTION, strong);
            let end = widgets::put_left(child.painter(), x, row.center().y, number);
            let secondary = theme::color(&child, Role::TextSecondary);
            let what = widgets::line(&child, *what, Look::BODY, secondary);
            widgets::put_left(child.painter(), end + 8.0, row.center().y + 1.0, what);
        }
    }
    let buttons = Rect::from_min_max(Pos2::new(words.left(), words.bottom() - 32.0), words.max);
    let mut row =
        ui.new_child(egui::UiBuilder::new().max_rect(buttons).layout(Layout::left_to_right(Align::Center)));
    if Button::primary("Open a copy").icon("folder-open").show(&mut row).clicked() {
        asked.push(Asked::Request(Command::OpenExample.into()));
    }
    if Button::quiet("First steps, in seven lines").icon("play").show(&mut row).clicked() {
        asked.push(Asked::Request(Command::FirstSteps.into()));
    }
}

fn first_sentence(text: &str) -> &str {
    text.split_once(". ").map_or(text, |(first, _)| text.get(..=first.len()).unwrap_or(first))
}

fn templates(ui: &mut Ui, state: &mut State, width: f32, asked: &mut Vec<Asked>) {
    let all = catalog::templates();
    if all.is_empty() {
        return;
    }
    ui.horizontal(|ui| {
        widgets::section(ui, "Start from a template");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let label = if state.all_templates { "Fewer".to_owned() } else { format!("All {}", all.len()) };
            if all.len() > 4 && widgets::link(ui, &label).clicked() {
                state.all_templates = !state.all_templates;
            }
        });
    });
    let number = if state.all_templates { all.len() } else { 4 };
    if let Some(name) = template_cards(ui, state, number, width) {
        asked.push(Asked::Request(Request::NewFromTemplate(name.to_owned())));
    }
}

/// The first templates as cards with their pictures; gives back the name of the one that was chosen.
pub(super) fn template_cards(
    ui: &mut Ui,
    state: &mut State,
    number: usize,
    width: f32,
) -> Option<&'static str> {
    let mut chosen = None;
    let columns = if width > 900.0 { 4 } else { 2 };
    let gap = 16.0;
    let card = (width - gap * (columns as f32 - 1.0)) / columns as f32;
    let shown: Vec<&'static Template> = catalog::templates().iter().take(number).collect();
    for row in shown.chunks(columns) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = gap;
            for template in row {
                if template_card(ui, state, template, card) {
                    chosen = Some(template.name);
                }
            }
        });
    }
    chosen
}

fn template_card(ui: &mut Ui, state: &mut State, template: &Template, width: f32) -> bool {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, 244.0), Sense::click());
    let name = format!("Start from {}", template.title);
    response.widget_info(|| WidgetInfo::labeled(Access::Button, true, &name));
    if !ui.is_rect_visible(rect) {
        return response.clicked();
    }
    frame(ui, rect);
    let stage = Rect::from_min_max(rect.min, Pos2::new(rect.right(), rect.bottom() - 82.0)).shrink(1.0);
    let corners = egui::CornerRadius { nw: 9, ne: 9, sw: 0, se: 0 };
    ui.painter().rect_filled(stage, corners, theme::color(ui, Role::Canvas));
    let line = Stroke::new(1.0, theme::color(ui, Role::Line));
    ui.painter().hline(rect.x_range(), stage.bottom(), line);
    if let Some(picture) = template_picture(state, template) {
        let at = ScreenFromPicture::fit(picture.bounds, stage.shrink(14.0), 0.8);
        paint::picture_with_detail(&ui.painter_at(stage), &picture, at, theme::palette(ui), 0.3);
    }
    let room = width - 32.0;
    let title = widgets::line_within(ui, template.title, Look::HEADING, theme::color(ui, Role::Text), room);
    widgets::put_left(ui.painter(), rect.left() + 16.0, stage.bottom() + 22.0, title);
    let secondary = theme::color(ui, Role::TextSecondary);
    let about = widgets::few_lines(ui, first_sentence(template.description), Look::SMALL, secondary, room, 2);
    let spot =
        Rect::from_min_size(Pos2::new(rect.left() + 16.0, stage.bottom() + 36.0), Vec2::new(room, 36.0));
    ui.painter_at(spot).galley(spot.min, about, secondary);
    if response.hovered() {
        let edge = Stroke::new(1.0, theme::color(ui, Role::Control));
        ui.painter().rect_stroke(rect, 10.0, edge, StrokeKind::Inside);
    }
    widgets::focus_ring(ui, &response, rect, 10.0);
    response.clicked()
}

fn template_picture(state: &mut State, template: &Template) -> Option<Arc<Picture>> {
    if let Some((_, known)) = state.templates.iter().find(|(name, _)| *name == template.name) {
        return known.clone();
    }
    let session = Session::unsaved(work::placed(template.project()));
    let picture = (session.project().diagram.component_count() > 0).then(|| drawn(&session));
    state.templates.push((template.name.to_owned(), picture.clone()));
    picture
}

/// How long ago, in words.
fn ago(time: Timestamp, now: Timestamp) -> String {
    let minutes = (now.as_second() - time.as_second()).max(0) / 60;
    match minutes {
        0 => "just now".to_owned(),
        1..60 => format!("{minutes} min ago"),
        60..1440 => format!("{} h ago", minutes / 60),
        1440..2880 => "yesterday".to_owned(),
        _ => words::day(time.to_zoned(jiff::tz::TimeZone::UTC).date()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_there_and_everything_in_it_has_a_place() {
        let project = work::placed(catalog::example());
        let view = project.views.iter().next().unwrap();
        assert!(project.diagram.components().all(|c| view.places.contains_key(&c.id.into())));
    }

    #[test]
    fn times_are_told_as_people_do() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        for (seconds, expected) in
            [(10, "just now"), (120, "2 min ago"), (7300, "2 h ago"), (100_000, "yesterday")]
        {
            assert_eq!(ago(Timestamp::from_second(1_800_000_000 - seconds).unwrap(), now), expected);
        }
    }
}
