//! What a gesture, the context menu or a key asks for, as changes to the model.

use egui::{Response, Ui, Vec2};

use crate::edit::verbs;
use crate::model::{ComponentKind, InterfaceId, ItemId};
use crate::picture::DiagramScene;
use crate::picture::layout::Parting;
use crate::session::{Command, Request, Session, Step};
use crate::studio::keys;
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, menu_item, menu_separator};

use super::state::{Renaming, State};
use super::{Gesture, Intent, Tool, actions, arrange, parts, room};

/// Does what a gesture asks for.
pub fn act(cx: &mut ViewContext<'_>, state: &mut State, scene: &DiagramScene, intent: Intent, ui: &Ui) {
    let session = cx.session;
    let project = session.project();
    let keep_tool = ui.input(|input| input.modifiers.shift);
    match intent {
        Intent::Select(items) => cx.select(items),
        Intent::Toggle(item) => cx.ask(Request::ToggleSelected(item)),
        Intent::Pan(dx, dy) => state.camera.pan(Vec2::new(dx, dy) * state.camera.zoom),
        Intent::Move { items, by, into } => cx.commit(actions::move_items(session, scene, &items, by, &into)),
        Intent::Copy { items, by, into } => {
            let (copies, transaction) = actions::duplicated(session, &items, by, &into);
            let transaction = room::parted(session, scene, transaction, &copies, Parting::Nearest);
            cx.commit_and_select(transaction, copies);
        }
        Intent::Resize(item, frame) => cx.commit(actions::resize(session, item, frame)),
        Intent::Connect(from, to) => {
            let (id, transaction) = verbs::add_interface(project, from, to);
            cx.commit_and_select(transaction, vec![id.into()]);
            state.tool = if keep_tool { state.tool } else { Tool::Select };
            if !keep_tool {
                state.begin_naming(id.into(), String::new());
            }
        }
        Intent::ConnectToNew(from, at) => {
            let (id, transaction) = actions::connect_to_new(session, scene, from, at);
            cx.commit_and_select(transaction, vec![id.into()]);
            state.tool = Tool::Select;
            state.begin_naming(id.into(), String::new());
            state.guess_kind();
        }
        Intent::Reattach { flow, start, to } => {
            if let Some(old) = project.diagram.interface(flow) {
                let (from, to) = if start { (Some(to), old.to) } else { (old.from, Some(to)) };
                cx.commit(verbs::reconnect(project, flow, from, to));
            }
        }
        Intent::MoveBend(item, index, to) => cx.commit(actions::move_bend(session, item, index, to)),
        Intent::MoveLabel(flow, dx, dy) => cx.commit(actions::move_label(session, flow.into(), dx, dy)),
        Intent::AddComponent(kind, at) => {
            let (id, transaction) = actions::add_component(session, scene, kind, at);
            cx.commit_and_select(transaction, vec![id.into()]);
            state.tool = if keep_tool { state.tool } else { Tool::Select };
            if !keep_tool {
                state.begin_naming(id.into(), String::new());
            }
        }
        Intent::AddZone(frame) => {
            let (id, transaction) = actions::add_zone(session, scene, frame);
            cx.commit_and_select(transaction, vec![id.into()]);
            state.tool = if keep_tool { state.tool } else { Tool::Select };
            state.begin_naming(id.into(), String::new());
        }
        Intent::AddLine(points) => {
            let points = points.iter().map(|p| (p.x.round(), p.y.round())).collect();
            let (id, transaction) = verbs::add_line(project, session.view_id(), "", points);
            cx.commit_and_select(transaction, vec![id.into()]);
            state.tool = if keep_tool { state.tool } else { Tool::Select };
            state.begin_naming(id.into(), String::new());
        }
        Intent::Open(zone) => cx.commit(parts::collapsed(session, scene, [zone], false)),
        Intent::Bend(flow, points) => cx.commit(actions::bend_flow(session, flow, &points)),
        Intent::AddNote(at) => {
            let place = crate::model::Place { x: at.x.round(), y: at.y.round(), ..Default::default() };
            let (id, transaction) =
                verbs::add_note(project, session.view_id(), "Note", session.author(), place);
            cx.commit_and_select(transaction, vec![id.into()]);
            state.tool = Tool::Select;
            state.begin_naming(id.into(), "Note".to_owned());
        }
        Intent::ListInterfaces(flow, at) => {
            let bundle = scene.flow(flow).map(|flow| flow.bundle.clone());
            state.list_wanted = bundle.map(|bundle| (at, bundle));
            ui.ctx().request_repaint();
        }
        Intent::Rename(item) => state.begin_rename(item, current_name(session, item)),
        Intent::PutEndsIn(item) => {
            let ends = parts::ends_elsewhere(scene, &[item]);
            if let Some(change) = parts::put_in(session, scene, &ends, state.camera.center) {
                cx.commit_and_select(change, ends);
            }
        }
        Intent::ShowThreats(item) => {
            cx.select([item]);
            cx.go(Step::Threats);
        }
    }
}

/// What stands in the field when a thing is renamed.
pub fn current_name(session: &Session, item: ItemId) -> String {
    match item {
        ItemId::Interface(id) => session
            .project()
            .diagram
            .interface(id)
            .map(|interface| interface.protocol.clone())
            .unwrap_or_default(),
        item => session.project().name_of(item),
    }
}

impl State {
    /// Opens the field for a name.
    pub fn begin_rename(&mut self, item: ItemId, text: String) {
        self.renaming = Some(Renaming::of(item, text));
    }

    /// Opens the field for the name of a thing that is only just put down; the name is part of that step.
    pub fn begin_naming(&mut self, item: ItemId, text: String) {
        self.begin_rename(item, text);
        if let Some(renaming) = &mut self.renaming {
            renaming.fresh = true;
        }
    }

    /// What the component that is being named is follows from its name.
    pub fn guess_kind(&mut self) {
        if let Some(renaming) = &mut self.renaming {
            renaming.guesses = true;
        }
    }

    /// Whether Enter, Esc, letters and arrows mean something else than usual: a line or an end is in the hand.
    pub fn takes_keys(&self) -> bool {
        self.gesture.takes_keys()
    }

    /// Puts a component down near what is seen, for the keyboard, the menu and the palette.
    pub fn add_here(
        &mut self,
        session: &Session,
        kind: ComponentKind,
    ) -> Option<(ItemId, crate::edit::Transaction)> {
        let scene = self.scene_as_shown(session);
        let near = self.pointer.unwrap_or(self.camera.center);
        let (id, transaction) = actions::add_component(session, &scene, kind, near);
        Some((id.into(), transaction))
    }

    /// Esc: ends what is going on; false when there was nothing to end.
    pub fn cancel(&mut self) -> bool {
        let was_busy = !self.gesture.is_idle()
            || self.tool != Tool::Select
            || self.renaming.is_some()
            || self.playing.take().is_some()
            || self.lit.take().is_some()
            || self.find.take().is_some();
        self.gesture = Gesture::Idle;
        self.tool = Tool::Select;
        self.renaming = None;
        was_busy
    }
}

/// The menu of the thing under the pointer, or of the ground.
pub fn context_menu(cx: &mut ViewContext<'_>, state: &mut State, response: &Response) {
    if state.panned {
        return;
    }
    let by_key = std::mem::take(&mut state.menu_wanted);
    let (place, item) = state.menu_at;
    let at = state.camera.screen_from_world(state.rect).point(place);
    widgets::context_menu(response, at, by_key, |ui| {
        if !state.listed.is_empty() {
            return list_interfaces(ui, cx, &state.listed);
        }
        let commands = menu_commands(item);
        if item.is_none() {
            for (kind, _) in kinds() {
                let label = format!("Add {} here", kind.label().to_lowercase());
                let icon = kind.icon();
                if menu_item(ui, Some(icon), &label, "", false, true).clicked() {
                    let scene = state.scene(cx.session, cx.prefs.shown());
                    let (id, transaction) = actions::add_component(cx.session, &scene, kind, place);
                    cx.commit_and_select(transaction, vec![id.into()]);
                    state.begin_naming(id.into(), String::new());
                }
            }
            menu_separator(ui);
        }
        show_commands(ui, cx, commands);
    });
}

/// The interfaces that one line stands for, to choose one.
fn list_interfaces(ui: &mut Ui, cx: &mut ViewContext<'_>, listed: &[InterfaceId]) {
    let project = cx.project();
    for id in listed {
        let Some(interface) = project.diagram.interface(*id) else { continue };
        let name = project.interface_name(interface);
        let label = match interface.protocol.as_str() {
            "" => name,
            protocol => format!("{name}: {protocol}"),
        };
        let chosen = cx.session.selection().single() == Some((*id).into());
        if menu_item(ui, Some("spline"), &label, "", chosen, true).clicked() {
            cx.select([(*id).into()]);
        }
    }
}

/// The kinds in the order of their keys, with the commands that add them.
pub fn kinds() -> impl Iterator<Item = (ComponentKind, Command)> {
    Command::ALL.iter().filter_map(|command| Some((command.adds()?, *command)))
}

/// What can be done with a thing, or with the ground: for the menu under the pointer and in the outline.
pub fn menu_commands(item: Option<ItemId>) -> &'static [Command] {
    match item {
        Some(ItemId::Interface(_)) => &[
            Command::Rename,
            Command::PickUpEnd,
            Command::PickUpStart,
            Command::TurnRound,
            Command::OutOfScope,
            Command::PutLabelBack,
            Command::RouteAnew,
            Command::CurveFlow,
            Command::SelectConnected,
            Command::FitSelection,
            Command::Delete,
        ],
        Some(ItemId::Zone(_)) => &[
            Command::Rename,
            Command::Collapse,
            Command::TidyUpZone,
            Command::NewView,
            Command::Pin,
            Command::Copy,
            Command::Duplicate,
            Command::FitSelection,
            Command::PutEndsIntoView,
            Command::PutIntoView,
            Command::TakeOutOfView,
            Command::Delete,
        ],
        Some(ItemId::Component(_)) => &[
            Command::Rename,
            Command::AddNext,
            Command::PickUpEnd,
            Command::SelectConnected,
            Command::ZoneAround,
            Command::OutOfScope,
            Command::NewView,
            Command::Pin,
            Command::Cut,
            Command::Copy,
            Command::Duplicate,
            Command::FitSelection,
            Command::PutEndsIntoView,
            Command::PutIntoView,
            Command::TakeOutOfView,
            Command::Delete,
        ],
        Some(ItemId::Asset(_)) => &[Command::Rename, Command::Delete],
        Some(_) => &[
            Command::Rename,
            Command::Pin,
            Command::Cut,
            Command::Copy,
            Command::Duplicate,
            Command::FitSelection,
            Command::Delete,
        ],
        None => &[
            Command::Paste,
            Command::SelectAll,
            Command::Find,
            Command::FitAll,
            Command::TidyUp,
            Command::CurveAll,
        ],
    }
}

/// The lines of a menu of commands. Those that make no sense now are left out.
pub fn show_commands(ui: &mut Ui, cx: &mut ViewContext<'_>, commands: &[Command]) {
    let in_part = cx.session.view().is_some_and(|view| view.only_placed);
    let can_put_in = parts::can_put_in(cx.session);
    let leads_out = parts::leads_out(cx.session);
    for command in commands {
        let of_part = match command {
            Command::TakeOutOfView => !can_put_in,
            Command::PutIntoView => can_put_in,
            Command::PutEndsIntoView => leads_out,
            _ => true,
        };
        let about_part =
            matches!(command, Command::TakeOutOfView | Command::PutIntoView | Command::PutEndsIntoView);
        if about_part && !(in_part && of_part) {
            continue;
        }
        if *command == Command::Delete {
            menu_separator(ui);
        }
        let on = *command == Command::Pin && arrange::all_pinned(cx.session);
        if menu_item(ui, Some(command.icon()), command.label(), &keys::caps(*command), on, true).clicked() {
            cx.command(*command);
        }
    }
}
