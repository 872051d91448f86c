//! Hands that are faster than the window: what is typed and let go between two frames.

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, Pos2, Vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::canvas;
use super::driving::*;
use crate::model::{ComponentId, Encryption, InterfaceId, ItemId, ZoneId};
use crate::picture::Point;
use crate::session::Session;

fn key(key: Key, pressed: bool) -> Event {
    Event::Key { key, physical_key: None, pressed, repeat: false, modifiers: Modifiers::NONE }
}

/// Keys as one burst: all of them come with the same frame, after this.
fn burst(studio: &mut Studio, first: Option<Event>, text: &str, last: Option<Key>) {
    let mut events: Vec<Event> = first.into_iter().collect();
    for letter in text.chars() {
        let named = Key::from_name(&letter.to_ascii_uppercase().to_string());
        events.extend(named.map(|named| key(named, true)));
        events.push(Event::Text(letter.to_string()));
        events.extend(named.map(|named| key(named, false)));
    }
    events.extend(last.map(|last| key(last, true)));
    studio.input_mut().events.extend(events);
    studio.run();
    studio.run();
}

/// Lets go what is in the hand; only the frame in which that happens is drawn.
fn let_go(studio: &mut Studio, at: Pos2) {
    let button = egui::PointerButton::Primary;
    studio.event(Event::PointerButton { pos: at, button, pressed: false, modifiers: Modifiers::NONE });
    studio.step();
}

#[test]
fn a_name_that_is_typed_before_its_field_is_there_is_not_lost() {
    let mut studio = studio(small());
    let button = studio.get_by_role_and_label(Role::Button, "Add agent").rect().center();
    let ground = studio.get_by_label("Diagram").rect().min + Vec2::new(300.0, 500.0);
    carry(&mut studio, button, ground);
    let_go(&mut studio, ground);
    burst(&mut studio, None, "Nancy 7up", Some(Key::Enter));
    assert_eq!(names(&studio), ["user", "assistant", "Nancy 7up"]);
    assert!(project(&studio).notes.is_empty(), "N was a letter, not a note");
}

#[test]
fn a_line_for_the_palette_is_read_to_its_end_before_enter_confirms_it() {
    let mut studio = studio(small());
    let modifiers = Modifiers::COMMAND | Modifiers::CTRL;
    let open = Event::Key { key: Key::K, physical_key: None, pressed: true, repeat: false, modifiers };
    burst(&mut studio, Some(open), "assistant -> user: WebSocket, mtls", Some(Key::Enter));
    let flow = project(&studio).diagram.interface(InterfaceId(2)).unwrap();
    assert_eq!((flow.protocol.as_str(), flow.encryption), ("WebSocket", Some(Encryption::MutualTls)));
}

#[test]
fn a_flow_is_drawn_and_described_in_one_breath() {
    let mut studio = studio(small());
    let steps = session(&studio).history().names().count();
    let from = thing(&studio, "assistant,").rect();
    let to = middle(&studio, "user,");
    drag(&mut studio, Pos2::new(from.left() + 40.0, from.bottom()), to);
    type_name(&mut studio, "HTTPS 8443, mtls, carries orders");
    let (project, flow) = (project(&studio), project(&studio).diagram.interface(InterfaceId(2)).unwrap());
    assert_eq!((flow.protocol.as_str(), flow.port), ("HTTPS", Some(8443)));
    assert_eq!(flow.assets.iter().map(|id| project.name_of((*id).into())).collect::<Vec<_>>(), ["orders"]);
    assert_eq!(session(&studio).history().names().count(), steps + 1, "one step");
    assert_eq!(session(&studio).history().undo_name(), Some("Draw assistant → user"));
    // Whoever says nothing has drawn it all the same.
    ctrl(&mut studio, Key::Z);
    drag(&mut studio, Pos2::new(from.left() + 40.0, from.bottom()), to);
    press(&mut studio, Key::Escape);
    assert_eq!(flows(&studio).len(), 2);
    assert_eq!(session(&studio).history().names().count(), steps + 1);
}

#[test]
fn letters_right_after_a_drag_answer_no_question() {
    let mut studio = studio(small());
    let from = middle(&studio, "assistant,");
    let to = from + Vec2::new(30.0, 60.0);
    carry(&mut studio, from, to);
    let_go(&mut studio, to);
    burst(&mut studio, None, "ny", None);
    let moved = text(&studio);
    assert!(project(&studio).diagram.component(ComponentId(2)).unwrap().attributes.0.is_empty());
    burst(&mut studio, None, "ny", None);
    assert_eq!(text(&studio), moved, "nothing was answered");
    // A moment later the key means what stands on the card.
    for _ in 0..6 {
        studio.step();
    }
    press(&mut studio, Key::Y);
    assert_ne!(text(&studio), moved);
}

#[test]
fn a_click_in_the_outline_takes_the_keyboard_there() {
    let mut studio = studio(small());
    let row = |studio: &Studio, name: &str| {
        let named = |node: &egui_kittest::Node<'_>| {
            let label = node.accesskit_node().label();
            node.accesskit_node().role() == Role::TreeItem
                && label.is_some_and(|label| label.starts_with(name))
        };
        studio.query_all_by_role(Role::TreeItem).find(named).unwrap().rect().center()
    };
    let before = text(&studio);
    let at = row(&studio, "Runtime");
    studio.hover_at(at);
    studio.drag_at(at);
    studio.drop_at(at);
    studio.run();
    press(&mut studio, Key::ArrowDown);
    assert_eq!(session(&studio).selection().single(), Some(ComponentId(2).into()));
    assert_eq!(text(&studio), before, "and moves nothing on the canvas");
}

#[test]
fn a_group_over_several_zones_keeps_its_zones() {
    let mut studio = studio(small());
    for (name, modifiers) in [("user,", Modifiers::NONE), ("assistant,", Modifiers::SHIFT)] {
        let at = middle(&studio, name);
        studio.hover_at(at);
        studio.event(Event::ModifiersChanged(modifiers));
        studio.drag_at(at);
        studio.drop_at(at);
        studio.event(Event::ModifiersChanged(Modifiers::NONE));
        studio.run();
    }
    assert_eq!(session(&studio).selection().len(), 2);
    let from = middle(&studio, "assistant,");
    drag(&mut studio, from, from + Vec2::new(20.0, 24.0));
    let zone = |id: u32| project(&studio).diagram.component(ComponentId(id)).unwrap().zone;
    assert_eq!((zone(1), zone(2)), (None, Some(ZoneId(1))), "the person stays outside");
}

/// What is let go stands where it was let go, also in the frame in which the change is only asked for.
#[test]
fn what_is_let_go_does_not_jump_back_for_a_frame() {
    let session = Session::unsaved(small());
    let mut state = canvas::State::default();
    let scene = state.scene(&session, canvas::Shown::default());
    let selection = [ItemId::Component(ComponentId(2))];
    let seen = scene.bounds.grown(200.0);
    let paint = |state: &mut canvas::State| {
        let ground = canvas::Ground {
            scene: &scene,
            project: session.project(),
            selection: &selection,
            tool: canvas::Tool::Select,
            tolerance: 6.0,
            view: session.view(),
        };
        let (shown, highlights) = (canvas::Shown::default(), canvas::state::Highlights::default());
        state.picture(&session, &ground, None, shown, highlights, (seen, 1.0))
    };
    let at_rest = paint(&mut state);
    let moving = canvas::Gesture::Moving {
        items: selection.to_vec(),
        from: Point::new(450.0, 150.0),
        to: Point::new(490.0, 190.0),
        free: true,
    };
    state.gesture = moving.clone();
    let in_hand = paint(&mut state);
    assert_ne!(in_hand, at_rest);
    state.gesture = canvas::Gesture::Idle;
    state.let_go = Some(moving);
    assert_eq!(paint(&mut state), in_hand, "where it was let go");
    assert_eq!(paint(&mut state), at_rest, "where the model has it");
}
