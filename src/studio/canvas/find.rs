//! Find on the diagram: a line at the top of the canvas, what fits is marked, and the camera goes there.

use egui::{Align, Key, Layout, Modifiers, Pos2, Rect, Stroke, StrokeKind, Ui, UiBuilder, Vec2};

use crate::model::{ItemId, Project, plain_word};
use crate::picture::{DiagramScene, Role};
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Field};

use super::carry::reading_order;
use super::overlay;
use super::state::State;

/// What is sought.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Find {
    text: String,
    chosen: usize,
    asked_focus: bool,
}

impl Find {
    /// Whether its line does not have the keyboard yet.
    pub fn opens(&self) -> bool {
        !self.asked_focus
    }

    /// Asks for the keyboard again.
    pub fn refocus(&mut self) {
        self.asked_focus = false;
    }
}

type Order = (i64, i64, i64);

/// What is drawn and has all the words in its name, kind, technology, protocol, tags or id, in reading order.
pub fn matches(project: &Project, scene: &DiagramScene, text: &str) -> Vec<ItemId> {
    let words: Vec<String> =
        text.split_whitespace().map(plain_word).filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(ItemId, Order)> = Vec::new();
    let drawn = scene
        .nodes
        .iter()
        .map(|node| (ItemId::from(node.id), node.rect))
        .chain(scene.flows.iter().map(|flow| (ItemId::from(flow.id), flow.label.pill)))
        .chain(scene.zones.iter().map(|zone| (ItemId::from(zone.id), zone.head)))
        .chain(scene.lines.iter().map(|line| (ItemId::from(line.id), line.head)))
        .chain(scene.notes.iter().map(|note| (ItemId::from(note.id), note.rect)));
    for (item, rect) in drawn {
        let has_all = |known: &str| {
            let known = plain_word(known);
            words.iter().all(|word| known.contains(word.as_str()))
        };
        let (own, ends) = sought_in(project, item);
        // One word that only an end has means the end, not every flow that it has.
        if has_all(&own) || (words.len() > 1 && has_all(&format!("{own} {ends}"))) {
            found.push((item, reading_order(rect)));
        }
    }
    // Names that begin with the words come first, flows last, otherwise everything as it is read.
    let first = words.first().map_or("", String::as_str);
    found.sort_by_key(|(item, order)| {
        let begins = plain_word(&project.name_of(*item)).starts_with(first);
        (matches!(item, ItemId::Interface(_)), !begins, *order)
    });
    found.into_iter().map(|(item, _)| item).collect()
}

/// The words that a thing is known by, and those that it has only from others: a flow's ends.
fn sought_in(project: &Project, item: ItemId) -> (String, String) {
    let name = project.name_of(item);
    match item {
        ItemId::Component(id) => {
            let more = project.diagram.component(id).map(|component| {
                format!("{} {} {}", component.kind.label(), component.technology, component.tags.join(" "))
            });
            (format!("{name} {} {item}", more.unwrap_or_default()), String::new())
        }
        ItemId::Interface(id) => {
            let own = project.diagram.interface(id).map(|flow| {
                let assets: Vec<String> =
                    flow.assets.iter().map(|id| project.name_of((*id).into())).collect();
                format!("{} {} {} {}", flow.name, flow.protocol, flow.tags.join(" "), assets.join(" "))
            });
            (format!("{} {item}", own.unwrap_or_default()), name)
        }
        _ => (format!("{name} {item}"), String::new()),
    }
}

/// Marks what fits, and shows the line while it is open.
pub fn show(ui: &mut Ui, cx: &mut ViewContext<'_>, state: &mut State, scene: &DiagramScene, canvas: Rect) {
    let Some(mut find) = state.find.take() else { return };
    let found = matches(cx.project(), scene, &find.text);
    find.chosen = find.chosen.min(found.len().saturating_sub(1));
    mark(ui, state, scene, canvas, &found);

    let width = (canvas.width() - 24.0).min(420.0);
    let rect = Rect::from_min_size(
        Pos2::new(canvas.center().x - width / 2.0, canvas.top() + 12.0),
        Vec2::new(width, 44.0),
    );
    overlay::floating(ui, rect, "find");
    let mut bar = ui
        .new_child(UiBuilder::new().max_rect(rect.shrink(6.0)).layout(Layout::left_to_right(Align::Center)));
    bar.spacing_mut().item_spacing.x = 4.0;
    let id = egui::Id::unique("find on the diagram");
    let typing = ui.memory(|memory| memory.has_focus(id));
    let pressed = |key: Key| typing && ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let (back, forward, done) = (pressed(Key::ArrowUp), pressed(Key::ArrowDown), pressed(Key::Enter));
    let response = Field::new("Find on the diagram")
        .id(id)
        .icon("search")
        .hint("Name, kind, protocol, asset or id")
        .width(width - 200.0)
        .show(&mut bar, &mut find.text);
    if !find.asked_focus {
        response.request_focus();
        find.asked_focus = true;
    }
    let words = match (find.text.trim().is_empty(), found.len()) {
        (true, _) => String::new(),
        (_, 0) => "Nothing".to_owned(),
        (_, many) => format!("{} of {many}", find.chosen + 1),
    };
    bar.allocate_ui_with_layout(Vec2::new(72.0, 32.0), Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_width(72.0);
        widgets::label(ui, &words, Look::SMALL, Role::TextSecondary);
    });
    let some = !found.is_empty();
    let previous = widgets::tool_button(&mut bar, "chevron-up", "Previous match", "↑", false, some);
    let next = widgets::tool_button(&mut bar, "chevron-down", "Next match", "↓", false, some);
    let closed = widgets::icon_button(&mut bar, "x", "Close the search").clicked()
        || (response.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape)));

    let mut go = None;
    if response.changed() {
        find.chosen = 0;
        ui.request_repaint();
        go = matches(cx.project(), scene, &find.text).first().copied();
    } else if some && (forward || next.clicked()) {
        find.chosen = (find.chosen + 1) % found.len();
        go = found.get(find.chosen).copied();
    } else if some && (back || previous.clicked()) {
        find.chosen = (find.chosen + found.len() - 1) % found.len();
        go = found.get(find.chosen).copied();
    }
    if done {
        go = found.get(find.chosen).copied();
    }
    if let Some(item) = go {
        cx.reveal(item);
    }
    // Enter goes there and lets the keyboard go on with what was found; with nothing found it waits for other words.
    if closed || (done && some) {
        state.focus_wanted = true;
    } else {
        state.find = Some(find);
    }
}

fn mark(ui: &Ui, state: &State, scene: &DiagramScene, canvas: Rect, found: &[ItemId]) {
    let at = state.camera.screen_from_world(canvas);
    let painter = ui.painter_at(canvas);
    let stroke = Stroke::new(2.0, theme::color(ui, Role::Focus));
    for item in found {
        let frame = match item {
            ItemId::Interface(id) => scene.flow(*id).map(|flow| flow.label.pill),
            ItemId::Zone(id) => scene.zone(*id).map(|zone| zone.head),
            other => scene.rect_of(*other),
        };
        if let Some(frame) =
            frame.map(|frame| at.rect(frame).expand(5.0)).filter(|rect| rect.intersects(canvas))
        {
            painter.rect_stroke(frame, 8.0, stroke, StrokeKind::Middle);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::SceneOptions;

    #[test]
    fn words_find_what_is_drawn() {
        let project = crate::session::work::placed(crate::catalog::example());
        let view = project.views.iter().next().unwrap();
        let scene = DiagramScene::build(&project, view, &SceneOptions::default());
        let names = |text: &str| -> Vec<String> {
            matches(&project, &scene, text).into_iter().map(|item| project.name_of(item)).collect()
        };
        assert_eq!(names("database").first().map(String::as_str), Some("database"));
        assert!(names("agent").contains(&"processor_agent".to_owned()));
        assert_eq!(names("processor agent").first().map(String::as_str), Some("processor_agent"));
        assert!(names("agent").iter().all(|name| !name.contains('→') && !name.contains('↔')));
        assert_eq!(names("assistant database"), ["assistant_agent → database"]);
        assert!(names("grpc").iter().all(|name| name.contains('→') || name.contains('↔')));
        assert_eq!(names("   "), Vec::<String>::new());
        assert_eq!(names("zebra"), Vec::<String>::new());
    }
}
