//! Hands for the tests of the window: they find what they press by role and label, as a screen reader does.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, Pos2, Vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{Harness, Node};

use super::picker::{Answer, Ask, FilePicker, Reply};
use super::{App, Start};
use crate::model::{
    Component, ComponentId, ComponentKind, Interface, InterfaceId, Place, Project, Zone, ZoneId,
};
use crate::session::Session;
use crate::storage::DataFolder;
use crate::storage::text::to_text;

/// A studio that nobody sees.
pub(super) type Studio = Harness<'static, App>;

/// The window as it is designed.
pub(super) const ROOMY: Vec2 = Vec2::new(1600.0, 1000.0);

/// Background work that takes longer than this will never end.
const PATIENCE: Duration = Duration::from_mins(2);

/// Answers one dialog after the other with these paths; then people cancel.
struct Answers(VecDeque<PathBuf>);

impl FilePicker for Answers {
    fn ask(&mut self, _ask: &Ask, reply: Reply) {
        reply(self.0.pop_front().map_or(Answer::Cancelled, Answer::Picked));
    }
}

/// A system without file dialogs.
struct NoDialogs;

impl FilePicker for NoDialogs {
    fn ask(&mut self, _ask: &Ask, reply: Reply) {
        reply(Answer::Unavailable);
    }
}

fn opened(size: Vec2, session: Option<Session>, start: Start, picker: Box<dyn FilePicker>) -> Studio {
    let mut studio = Harness::builder().with_size(size).with_max_steps(8).build_eframe(move |creation| {
        let mut app = App::with_context(&creation.egui_ctx, start, picker);
        if let Some(session) = session {
            app.install(session);
        }
        app
    });
    studio.run();
    studio
}

/// A studio of a size; dialogs are answered with these paths in turn.
pub(super) fn studio_at(
    size: Vec2,
    session: Option<Session>,
    paths: impl IntoIterator<Item = PathBuf>,
) -> Studio {
    opened(size, session, Start::empty(), Box::new(Answers(paths.into_iter().collect())))
}

/// A studio on a model that was never saved.
pub(super) fn studio(project: Project) -> Studio {
    studio_at(ROOMY, Some(Session::unsaved(project)), None)
}

/// A studio that shows nothing yet, with the person's own folder.
pub(super) fn studio_with_data(data: DataFolder) -> Studio {
    opened(ROOMY, None, Start::empty().with_data(data), Box::new(NoDialogs))
}

/// A studio on a system without file dialogs, where paths are typed.
pub(super) fn studio_without_dialogs(project: Project) -> Studio {
    opened(ROOMY, Some(Session::unsaved(project)), Start::empty(), Box::new(NoDialogs))
}

/// A studio that starts as told: with a folder for what it remembers, for example.
pub(super) fn studio_from(start: Start, session: Option<Session>) -> Studio {
    opened(ROOMY, session, start, Box::new(Answers(VecDeque::new())))
}

/// A file of the examples folder.
pub(super) fn example_file(name: &str) -> PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

/// The example with its traces beside it, as if it had been opened from its folder.
pub(super) fn example() -> Session {
    let path = example_file("agent-platform.threat.ron");
    Session::saved(crate::session::work::placed(crate::catalog::example()), path, None)
}

pub(super) fn session(studio: &Studio) -> &Session {
    studio.state().session().unwrap()
}

pub(super) fn project(studio: &Studio) -> &Project {
    session(studio).project()
}

/// The project as it would stand in its file.
pub(super) fn text(studio: &Studio) -> String {
    to_text(project(studio))
}

/// The same without the numbers that the next things get: an id that was once given is never given again, undone or not.
pub(super) fn text_without_counters(studio: &Studio) -> String {
    let mut project = project(studio).clone();
    project.next = crate::model::NextIds::default();
    to_text(&project)
}

pub(super) fn names(studio: &Studio) -> Vec<String> {
    project(studio).diagram.components().map(|component| component.name.clone()).collect()
}

pub(super) fn flows(studio: &Studio) -> Vec<String> {
    let project = project(studio);
    project.diagram.interfaces().map(|interface| project.interface_name(interface)).collect()
}

/// What is painted on the canvas under that name.
pub(super) fn thing<'a>(studio: &'a Studio, name: &'a str) -> Node<'a> {
    studio.get_by(move |node| {
        node.role() == Role::GraphicsObject && node.label().is_some_and(|label| label.starts_with(name))
    })
}

pub(super) fn middle(studio: &Studio, name: &str) -> Pos2 {
    thing(studio, name).rect().center()
}

pub(super) fn drag(studio: &mut Studio, from: Pos2, to: Pos2) {
    carry(studio, from, to);
    studio.drop_at(to);
    studio.run();
}

/// The first part of a drag: it is still in the hand at the end.
pub(super) fn carry(studio: &mut Studio, from: Pos2, to: Pos2) {
    studio.hover_at(from);
    studio.run();
    studio.drag_at(from);
    studio.run();
    for step in 1..=4 {
        studio.hover_at(from + (to - from) * (step as f32 / 4.0));
        studio.run();
    }
}

pub(super) fn type_text(studio: &mut Studio, text: &str) {
    studio.event(Event::Text(text.to_owned()));
    studio.run();
}

/// Two presses in one place. A frame of a test takes a quarter of a second, so that people seem slow.
pub(super) fn double_click_at(studio: &mut Studio, at: Pos2) {
    studio.ctx.options_mut(|options| options.input_options.max_double_click_delay = 2.0);
    studio.hover_at(at);
    studio.run();
    for _ in 0..2 {
        studio.drag_at(at);
        studio.drop_at(at);
    }
    studio.run();
}

/// Types a name where one is asked for, and confirms it.
pub(super) fn type_name(studio: &mut Studio, name: &str) {
    type_text(studio, name);
    press(studio, Key::Enter);
}

/// Draws until nothing moves any more. Work in the background moves its progress along for as long as it likes.
pub(super) fn settle(studio: &mut Studio) {
    if studio.try_run().is_err() && studio.state().jobs.running().next().is_none() {
        // It has just ended: now everything must come to rest.
        studio.run();
    }
}

pub(super) fn press(studio: &mut Studio, key: Key) {
    studio.key_press(key);
    settle(studio);
}

pub(super) fn ctrl(studio: &mut Studio, key: Key) {
    studio.key_press_modifiers(Modifiers::COMMAND, key);
    settle(studio);
}

/// A line of the palette, confirmed.
pub(super) fn quick(studio: &mut Studio, line: &str) {
    ctrl(studio, Key::K);
    type_name(studio, line);
}

/// Presses what a screen reader knows by this role and exactly this name.
#[track_caller]
pub(super) fn click(studio: &mut Studio, role: Role, label: &str) {
    let Some(node) = studio.query_by_role_and_label(role, label) else {
        panic!("no {role:?} \"{label}\"; there are: {:#?}", labels(studio, role));
    };
    node.scroll_to_me();
    settle(studio);
    let node = studio.get_by_role_and_label(role, label);
    if role == Role::Row {
        // In the middle of a row there may be something else to press.
        node.click_accesskit();
    } else {
        node.click();
    }
    settle(studio);
}

/// Presses a button.
#[track_caller]
pub(super) fn button(studio: &mut Studio, label: &str) {
    click(studio, Role::Button, label);
}

/// Opens a field of choices, and takes one.
#[track_caller]
pub(super) fn choose(studio: &mut Studio, field: &str, choice: &str) {
    click(studio, Role::ComboBox, field);
    click(studio, Role::MenuItem, choice);
}

/// Opens the menu behind a button, and takes an item.
#[track_caller]
pub(super) fn pick(studio: &mut Studio, opener: &str, item: &str) {
    button(studio, opener);
    click(studio, Role::MenuItem, item);
}

/// Replaces what stands in a field, and leaves it.
#[track_caller]
pub(super) fn fill(studio: &mut Studio, field: &str, text: &str) {
    let role = [Role::TextInput, Role::MultilineTextInput]
        .into_iter()
        .find(|role| studio.query_by_role_and_label(*role, field).is_some());
    let Some(role) = role else {
        panic!("no field \"{field}\"; there are: {:#?}", labels(studio, Role::TextInput));
    };
    studio.get_by_role_and_label(role, field).scroll_to_me();
    studio.run();
    studio.get_by_role_and_label(role, field).focus();
    studio.run();
    ctrl(studio, Key::A);
    if text.is_empty() {
        press(studio, Key::Backspace);
    } else {
        type_text(studio, text);
    }
    // Enter leaves a field of one line, and begins a new line in one of several.
    press(studio, if role == Role::TextInput { Key::Enter } else { Key::Tab });
}

/// Everything of a role, by label: for what a failed test says.
pub(super) fn labels(studio: &Studio, role: Role) -> Vec<String> {
    studio.query_all_by_role(role).filter_map(|node| node.accesskit_node().label()).collect()
}

/// Whether these words stand somewhere.
pub(super) fn says(studio: &Studio, words: &str) -> bool {
    studio.query_all_by_label_contains(words).next().is_some()
}

/// Goes on drawing until background work has brought what is waited for.
#[track_caller]
pub(super) fn wait_until(studio: &mut Studio, what: &str, done: impl Fn(&Studio) -> bool) {
    let begun = Instant::now();
    while !done(studio) {
        assert!(begun.elapsed() < PATIENCE, "{what} never came");
        std::thread::sleep(Duration::from_millis(5));
        studio.step();
    }
    settle(studio);
}

/// Undoes until nothing is left to undo; gives the names of the steps, the latest first.
pub(super) fn undo_all(studio: &mut Studio) -> Vec<String> {
    let mut undone = Vec::new();
    while let Some(name) = session(studio).history().undo_name() {
        undone.push(name.to_owned());
        assert!(undone.len() < 500, "undo goes on for ever: {:?}", undone.last());
        ctrl(studio, Key::Z);
    }
    undone
}

/// Does again all that was undone; gives the number of steps.
pub(super) fn redo_all(studio: &mut Studio) -> usize {
    let mut steps = 0;
    while session(studio).history().redo_name().is_some() {
        steps += 1;
        assert!(steps < 500, "redo goes on for ever");
        ctrl(studio, Key::Y);
    }
    steps
}

/// A person outside, an agent in a zone, a flow between them.
pub(super) fn small() -> Project {
    let mut project = Project::new("Small");
    project.diagram.zones.insert(Zone {
        id: ZoneId(1),
        name: "Runtime".to_owned(),
        trust: 3,
        ..Zone::default()
    });
    for (id, name, kind, zone) in
        [(1, "user", ComponentKind::Human, None), (2, "assistant", ComponentKind::Agent, Some(ZoneId(1)))]
    {
        let component =
            Component { id: ComponentId(id), name: name.to_owned(), kind, zone, ..Component::default() };
        project.diagram.put_component(component);
    }
    let flow = Interface {
        id: InterfaceId(1),
        from: Some(ComponentId(1)),
        to: Some(ComponentId(2)),
        ..Interface::default()
    };
    project.diagram.put_interface(flow).unwrap();
    let place = |x: f32, y: f32, w: f32, h: f32| Place { x, y, w, h, ..Place::default() };
    let mut view = project.views.iter().next().unwrap().clone();
    view.places.insert(ComponentId(1).into(), place(0.0, 120.0, 0.0, 0.0));
    view.places.insert(ComponentId(2).into(), place(420.0, 120.0, 0.0, 0.0));
    view.places.insert(ZoneId(1).into(), place(380.0, 40.0, 280.0, 240.0));
    project.views.insert(view);
    project.reserve_all();
    project
}
