//! Commands about what is drawn and where it stands.

use crate::edit::{Transaction, verbs};
use crate::model::{ItemId, ViewId};
use crate::session::{Command, Session, Step};

use super::app::App;
use super::canvas::{Event, Renaming, actions, arrange, curves, find, parts};

/// Whether such a command can be done now. Other commands always can.
pub(super) fn can(session: &Session, command: Command) -> bool {
    let items = session.selection().items();
    let boxes = || {
        let boxed = |item: &&ItemId| {
            matches!(item, ItemId::Component(_) | ItemId::Zone(_) | ItemId::Note(_) | ItemId::Line(_))
        };
        items.iter().filter(boxed).count()
    };
    match command {
        Command::Pin | Command::ZoneAround => boxes() > 0,
        Command::Collapse => parts::zone_meant(session).is_some(),
        Command::CollapseAll | Command::OpenAll => !session.project().diagram.zones.is_empty(),
        Command::RouteAnew | Command::CurveFlow => {
            items.iter().any(|item| matches!(item, ItemId::Interface(_)))
        }
        Command::OutOfScope => {
            items.iter().any(|item| matches!(item, ItemId::Component(_) | ItemId::Interface(_)))
        }
        Command::PutLabelBack => items
            .iter()
            .any(|item| matches!(item, ItemId::Interface(_)) && actions::label_stands(session, *item)),
        Command::ChooseMore => !items.is_empty(),
        Command::PickUpEnd => {
            matches!(session.selection().single(), Some(ItemId::Component(_) | ItemId::Interface(_)))
        }
        Command::PickUpStart => matches!(session.selection().single(), Some(ItemId::Interface(_))),
        Command::DeleteView | Command::NextView | Command::PreviousView => session.project().views.len() > 1,
        Command::PutIntoView => parts::can_put_in(session),
        Command::PutEndsIntoView => parts::leads_out(session),
        Command::TakeOutOfView => !items.is_empty() && session.view().is_some_and(|view| view.only_placed),
        other => arrange::least(other).is_none_or(|least| boxes() >= least),
    }
}

impl App {
    /// Does a command about what is drawn; false when it is none of them.
    pub(super) fn canvas_command(&mut self, command: Command) -> bool {
        let Some(session) = &mut self.session else { return false };
        let canvas = &mut self.system.canvas;
        let items = session.selection().items().to_vec();
        let scene = canvas.scene(session, self.prefs.shown());
        let mut change: Option<Transaction> = None;
        match command {
            _ if arrange::least(command).is_some() => {
                change = arrange::arranged(command, session, &scene, &items);
            }
            Command::Pin => change = arrange::pinned(session, &scene, &items),
            Command::OutOfScope => {
                change = verbs::toggle_scope(session.project(), &items);
                // One thing says why in the inspector, which the report asks for.
                if session.selection().single().is_some() {
                    self.prefs.show_inspector(self.narrow);
                    self.system.inspector.ask_for_reason();
                }
            }
            Command::RouteAnew => change = actions::route_anew(session, &items),
            Command::PutLabelBack => change = actions::labels_back(session, &items),
            Command::CurveFlow => change = curves::flows(session, &items),
            Command::CurveAll => change = curves::view(session),
            Command::PutIntoView => {
                let near = canvas.camera.center;
                change = parts::put_in(session, &scene, &items, near);
            }
            Command::PutEndsIntoView => {
                let ends = parts::ends_elsewhere(&scene, &items);
                change = parts::put_in(session, &scene, &ends, canvas.camera.center);
            }
            Command::TakeOutOfView => change = parts::taken_out(session, &items),
            Command::Collapse => {
                change = parts::zone_meant(session).and_then(|zone| {
                    let collapse = !parts::is_collapsed(session, zone);
                    parts::collapsed(session, &scene, [zone], collapse)
                });
                // What is hidden cannot stay chosen.
                if let Some(zone) = parts::zone_meant(session) {
                    session.select([zone.into()]);
                }
            }
            Command::CollapseAll | Command::OpenAll => {
                let zones: Vec<_> = session.project().diagram.zones.ids().collect();
                change = parts::collapsed(session, &scene, zones, command == Command::CollapseAll);
            }
            Command::ZoneAround => {
                if let Some((id, transaction)) = actions::zone_around(session, &scene, &items) {
                    canvas.begin_naming(id.into(), String::new());
                    self.change(|session| session.commit_and_select(transaction, vec![id.into()]));
                }
            }
            Command::ChooseMore => {
                let kept = canvas.choosing.keep(&items);
                session.select(kept);
            }
            Command::SelectConnected => {
                let items = parts::connected(session);
                session.select(items);
            }
            Command::Find => {
                self.step = Step::System;
                canvas.find.get_or_insert_with(find::Find::default).refocus();
            }
            Command::ZoomWhole => canvas.zoom_wanted = Some(1.0 / canvas.camera.zoom),
            Command::PickUpEnd | Command::PickUpStart => {
                self.step = Step::System;
                canvas.pending.push(Event::PickUp { start: command == Command::PickUpStart });
                canvas.focus_wanted = true;
            }
            Command::NewView => {
                let (id, transaction) = parts::new_view(session, &scene, &items);
                self.change(|session| {
                    session.commit(transaction)?;
                    session.show_view(id);
                    Ok(())
                });
                self.name_view(id, true);
            }
            Command::RenameView => {
                let id = session.view_id();
                self.name_view(id, false);
            }
            Command::DeleteView => {
                let id = session.view_id();
                let transaction = verbs::delete(session.project(), &[id.into()]);
                self.change(|session| session.commit(transaction));
            }
            Command::NextView | Command::PreviousView => {
                let views: Vec<ViewId> = session.project().views.ids().collect();
                let now = views.iter().position(|view| *view == session.view_id()).unwrap_or(0);
                let step = if command == Command::NextView { 1 } else { views.len().saturating_sub(1) };
                if let Some(view) = views.get((now + step) % views.len().max(1)) {
                    session.show_view(*view);
                }
            }
            _ => return false,
        }
        if let Some(transaction) = change {
            self.change(|session| session.commit(transaction));
        }
        true
    }

    /// Opens the field for the name of a view, in place of the list of views.
    fn name_view(&mut self, id: ViewId, fresh: bool) {
        let name = self.session.as_ref().map(|session| session.project().name_of(id.into()));
        let renaming = name.map(|name| Renaming { fresh, ..Renaming::of(id.into(), name) });
        self.system.canvas.view_renaming = renaming;
        self.step = Step::System;
    }
}
