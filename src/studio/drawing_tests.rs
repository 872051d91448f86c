//! A system drawn by keyboard alone and by mouse alone; everything is undone and done again.

use egui::accesskit::Role;
use egui::{Event, ImeEvent, Key, Modifiers, Pos2, Vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::driving::*;
use crate::model::{ComponentKind, ItemId, Project};
use crate::session::{Command, Request};

/// Kinds, names and zones; flows with protocol and assets: what was drawn, however it was drawn.
fn drawn(studio: &Studio) -> (Vec<String>, Vec<String>) {
    let project = project(studio);
    let zone = |id: Option<crate::model::ZoneId>| {
        id.map_or_else(|| "outside".to_owned(), |id| project.name_of(id.into()))
    };
    let mut components: Vec<String> = project
        .diagram
        .components()
        .map(|c| format!("{} {} in {}", c.kind.label(), c.name, zone(c.zone)))
        .collect();
    let mut flows: Vec<String> = project
        .diagram
        .interfaces()
        .map(|flow| {
            let assets: Vec<String> = flow.assets.iter().map(|id| project.name_of((*id).into())).collect();
            format!("{}: {} {}", project.interface_name(flow), flow.protocol, assets.join(" "))
                .trim_end()
                .to_owned()
        })
        .collect();
    components.sort();
    flows.sort();
    (components, flows)
}

const COMPONENTS: [&str; 5] = [
    "Agent web agent in Company cloud",
    "External vendor api in outside",
    "Human user in Internet",
    "Store vector store in Company cloud",
    "Tool tool gateway in Company cloud",
];

const FLOWS: [&str; 6] = [
    "tool gateway → vector store: PostgreSQL documents",
    "tool gateway → vendor api: HTTPS",
    "user → web agent: HTTPS customer data",
    "vendor api → web agent: Webhook",
    "web agent → tool gateway: gRPC",
    "web agent → vector store: Redis",
];

fn undo_and_redo_everything(studio: &mut Studio, before: &str) {
    let whole = text(studio);
    let steps = undo_all(studio);
    assert_eq!(text_without_counters(studio), before, "everything is undone");
    assert!(steps.iter().all(|step| !step.is_empty()), "every step has a name: {steps:?}");
    assert_eq!(redo_all(studio), steps.len());
    assert_eq!(text(studio), whole, "everything is there again");
}

fn go_on(studio: &mut Studio, line: &str) {
    press(studio, Key::A);
    type_name(studio, line);
}

/// Goes to a thing by its name.
fn go_to(studio: &mut Studio, name: &str) {
    ctrl(studio, Key::F);
    type_name(studio, name);
}

#[test]
fn the_system_is_drawn_by_keyboard_alone() {
    let mut studio = studio(Project::new("Empty"));
    let before = text_without_counters(&studio);
    quick(&mut studio, "+ Internet: zone 0");
    quick(&mut studio, "+ Company cloud: zone 2");
    quick(&mut studio, "+ user @Internet");
    // Each name is placed and connected to what was drawn before it.
    go_on(&mut studio, "web agent @Company: HTTPS 443, carries customer data");
    go_on(&mut studio, "tool gateway: gRPC");
    go_on(&mut studio, "vendor api @x: HTTPS");
    ctrl(&mut studio, Key::Z);
    go_to(&mut studio, "tool gateway");
    go_on(&mut studio, "vendor api: HTTPS");
    go_to(&mut studio, "tool gateway");
    go_on(&mut studio, "vector store: PostgreSQL 5432, carries documents");
    quick(&mut studio, "vendor -> web: Webhook");
    // The end of a flow, carried by keys.
    go_to(&mut studio, "web agent");
    press(&mut studio, Key::Space);
    type_text(&mut studio, "vec");
    press(&mut studio, Key::Enter);
    type_name(&mut studio, "Redis");
    let (components, flows) = drawn(&studio);
    assert_eq!(flows, FLOWS);
    assert_eq!(components, COMPONENTS);
    assert_eq!(project(&studio).assets.len(), 2);
    undo_and_redo_everything(&mut studio, &before);
}

/// Where on the canvas, from its left top corner.
fn spot(studio: &Studio, x: f32, y: f32) -> Pos2 {
    studio.get_by_label("Diagram").rect().min + Vec2::new(x, y)
}

fn click_at(studio: &mut Studio, at: Pos2) {
    studio.hover_at(at);
    studio.run();
    studio.drag_at(at);
    studio.run();
    studio.drop_at(at);
    studio.run();
}

/// Presses a kind in the toolbar, pulls it onto the canvas and names it.
fn put_down(studio: &mut Studio, kind: &str, at: Pos2, name: &str) {
    let button = studio.get_by_role_and_label(Role::Button, kind).rect().center();
    drag(studio, button, at);
    type_name(studio, name);
}

/// Gives a flow its protocol, by two presses on its label.
fn name_flow(studio: &mut Studio, ends: &str, protocol: &str) {
    let label = middle(studio, ends);
    double_click_at(studio, label);
    type_name(studio, protocol);
}

#[test]
fn the_system_is_drawn_by_mouse_alone() {
    let mut studio = studio(Project::new("Empty"));
    let before = text_without_counters(&studio);
    for (from, to, name) in
        [((20.0, 60.0), (230.0, 420.0), "Internet"), ((380.0, 60.0), (780.0, 520.0), "Company cloud")]
    {
        button(&mut studio, "Draw a zone");
        let (from, to) = (spot(&studio, from.0, from.1), spot(&studio, to.0, to.1));
        drag(&mut studio, from, to);
        type_name(&mut studio, name);
    }
    let at = spot(&studio, 125.0, 200.0);
    put_down(&mut studio, "Add human", at, "user");
    let at = spot(&studio, 480.0, 200.0);
    put_down(&mut studio, "Add agent", at, "web agent");
    let at = spot(&studio, 480.0, 420.0);
    put_down(&mut studio, "Add tool", at, "tool gateway");
    // A click on the kind and one on the ground do the same.
    button(&mut studio, "Add store");
    let at = spot(&studio, 690.0, 330.0);
    click_at(&mut studio, at);
    type_name(&mut studio, "vector store");

    // From any edge: the upper half of the right side, a corner of the bottom.
    let user = thing(&studio, "user,").rect();
    let agent = thing(&studio, "web agent,").rect();
    let gateway = thing(&studio, "tool gateway,").rect();
    let store = thing(&studio, "vector store,").rect();
    drag(&mut studio, Pos2::new(user.right(), user.top() + 16.0), agent.center());
    type_name(&mut studio, "HTTPS");
    drag(&mut studio, Pos2::new(agent.left() + 40.0, agent.bottom()), gateway.center());
    type_name(&mut studio, "gRPC");
    drag(&mut studio, Pos2::new(gateway.right(), gateway.top() + 20.0), store.center());
    type_name(&mut studio, "PostgreSQL");
    drag(&mut studio, Pos2::new(agent.right(), agent.top() + 20.0), store.center());
    type_name(&mut studio, "Redis");
    // Let go on the ground, it creates what it is connected to; its kind follows from its name.
    let ground = spot(&studio, 300.0, 580.0);
    drag(&mut studio, Pos2::new(gateway.left() + 30.0, gateway.bottom()), ground);
    type_name(&mut studio, "vendor api");
    name_flow(&mut studio, "tool gateway → vendor api", "HTTPS");
    button(&mut studio, "Draw a flow");
    let api = middle(&studio, "vendor api,");
    click_at(&mut studio, api);
    click_at(&mut studio, agent.center());
    type_name(&mut studio, "Webhook");

    // Assets, dragged from the outline onto what carries them.
    for (asset, flow) in [("customer data", "user → web agent"), ("documents", "tool gateway → vector store")]
    {
        pick(&mut studio, "System", "New asset");
        let row = studio.get_by_role_and_label(Role::TreeItem, "New asset").rect().center();
        double_click_at(&mut studio, row);
        type_name(&mut studio, asset);
        let row = studio.get_by_role_and_label(Role::TreeItem, asset).rect().center();
        let label = middle(&studio, flow);
        drag(&mut studio, row, label);
    }
    let (components, flows) = drawn(&studio);
    assert_eq!(flows, FLOWS);
    assert_eq!(components, COMPONENTS);
    undo_and_redo_everything(&mut studio, &before);
}

#[test]
fn what_is_put_down_and_named_is_one_step() {
    let mut studio = studio(small());
    let steps = session(&studio).history().names().count();
    press(&mut studio, Key::Num5);
    type_name(&mut studio, "ledger");
    assert_eq!(session(&studio).history().undo_name(), Some("Add ledger"));
    assert_eq!(session(&studio).history().names().count(), steps + 1);
    ctrl(&mut studio, Key::Z);
    assert_eq!(names(&studio), ["user", "assistant"]);
}

#[test]
fn a_name_is_a_real_field_for_input_methods() {
    let mut studio = studio(small());
    thing(&studio, "user,").click();
    studio.run();
    press(&mut studio, Key::F2);
    for event in [
        ImeEvent::Preedit { text: "Rene".to_owned(), active_range_chars: None },
        ImeEvent::Commit("Renée".to_owned()),
    ] {
        studio.event(Event::Ime(event));
        studio.run();
    }
    press(&mut studio, Key::Enter);
    assert_eq!(names(&studio), ["Renée", "assistant"]);
}

#[test]
fn the_kind_of_what_is_named_is_chosen_by_key_or_follows_from_the_name() {
    let mut studio = studio(small());
    let assistant = thing(&studio, "assistant,").rect();
    for (name, chosen, kind) in
        [("order queue", None, ComponentKind::Store), ("order queue", Some(Key::Num4), ComponentKind::Tool)]
    {
        let ground = spot(&studio, 500.0, 520.0);
        drag(&mut studio, Pos2::new(assistant.left() + 40.0, assistant.bottom()), ground);
        if let Some(key) = chosen {
            studio.key_press_modifiers(Modifiers::ALT, key);
            studio.run();
        }
        type_name(&mut studio, name);
        let component = project(&studio).diagram.components().last().unwrap();
        assert_eq!((component.name.as_str(), component.kind), (name, kind));
        ctrl(&mut studio, Key::Z);
        assert_eq!(names(&studio).len(), 2, "flow, component and name are one step");
    }
}

#[test]
fn the_outline_is_walked_renamed_and_deleted_by_keyboard() {
    let mut studio = studio(small());
    let row = |studio: &Studio, name: &str| {
        studio
            .get_by(|node| {
                node.role() == Role::TreeItem && node.label().is_some_and(|label| label.starts_with(name))
            })
            .accesskit_node()
            .is_focused()
    };
    studio
        .get_by(|node| {
            node.role() == Role::TreeItem && node.label().is_some_and(|l| l.starts_with("Runtime,"))
        })
        .focus();
    studio.run();
    press(&mut studio, Key::ArrowDown);
    assert!(row(&studio, "assistant,"));
    let selected =
        |studio: &Studio| session(studio).selection().single().map(|item| project(studio).name_of(item));
    assert_eq!(selected(&studio).as_deref(), Some("assistant"));
    press(&mut studio, Key::ArrowDown);
    assert!(row(&studio, "user,"));
    press(&mut studio, Key::F2);
    type_name(&mut studio, "customer");
    assert_eq!(names(&studio), ["customer", "assistant"]);
    assert!(row(&studio, "customer,"), "the keyboard is back in the row");
    // Folding: the zone's row swallows what is in it.
    press(&mut studio, Key::ArrowUp);
    press(&mut studio, Key::ArrowLeft);
    assert!(row(&studio, "Runtime,"), "left leads to the zone around");
    press(&mut studio, Key::ArrowLeft);
    let rows = |studio: &Studio| studio.query_all_by_role(Role::TreeItem).count();
    let folded = rows(&studio);
    press(&mut studio, Key::ArrowRight);
    assert_eq!(rows(&studio), folded + 1);
    press(&mut studio, Key::ArrowDown);
    press(&mut studio, Key::Delete);
    assert_eq!(names(&studio), ["customer"]);
    ctrl(&mut studio, Key::Z);
    studio
        .get_by(|node| {
            node.role() == Role::TreeItem && node.label().is_some_and(|l| l.starts_with("assistant,"))
        })
        .focus();
    studio.run();
    studio.key_press_modifiers(Modifiers::SHIFT, Key::F10);
    studio.run();
    click(&mut studio, Role::MenuItem, "Pin in place");
    assert!(says(&studio, "pinned"));
}

#[test]
fn several_things_are_chosen_by_keys_in_the_outline_and_on_the_canvas() {
    let chosen = |studio: &Studio| -> Vec<String> {
        session(studio).selection().items().iter().map(|item| project(studio).name_of(*item)).collect()
    };
    let mut studio = studio(small());
    studio
        .get_by(|node| {
            node.role() == Role::TreeItem && node.label().is_some_and(|l| l.starts_with("Runtime,"))
        })
        .focus();
    studio.run();
    let with = |studio: &mut Studio, held: Modifiers, key: Key| {
        studio.key_press_modifiers(held, key);
        studio.run();
    };
    let ctrl_held = Modifiers::CTRL | Modifiers::COMMAND;
    press(&mut studio, Key::ArrowDown);
    with(&mut studio, Modifiers::SHIFT, Key::ArrowDown);
    assert_eq!(chosen(&studio), ["assistant", "user"], "Shift selects all the way");
    with(&mut studio, Modifiers::SHIFT, Key::ArrowUp);
    assert_eq!(chosen(&studio), ["assistant"]);
    with(&mut studio, ctrl_held, Key::ArrowDown);
    assert_eq!(chosen(&studio), ["assistant"], "Ctrl walks on and selects nothing");
    with(&mut studio, ctrl_held, Key::Space);
    assert_eq!(chosen(&studio), ["assistant", "user"]);
    with(&mut studio, ctrl_held, Key::Space);
    assert_eq!(chosen(&studio), ["assistant"]);

    // The canvas: Esc leaves the keyboard there, Tab walks, Ctrl+Space keeps.
    studio.state_mut().ask(Request::Command(Command::SelectNone));
    studio.run();
    press(&mut studio, Key::Escape);
    assert!(chosen(&studio).is_empty());
    press(&mut studio, Key::Tab);
    let first = chosen(&studio);
    assert_eq!(first.len(), 1, "Tab goes to the first thing of the diagram, not to the menu");
    with(&mut studio, ctrl_held, Key::Space);
    press(&mut studio, Key::Tab);
    let both = chosen(&studio);
    assert_eq!((both.len(), both.first()), (2, first.first()), "what is kept stays selected");
    press(&mut studio, Key::Tab);
    assert_eq!(chosen(&studio).len(), 2, "what is not kept gives way");
    press(&mut studio, Key::Escape);
    press(&mut studio, Key::Tab);
    assert_eq!(chosen(&studio).len(), 1, "Esc has ended it");
}

#[test]
fn out_of_scope_is_said_by_command_and_asks_why() {
    let mut studio = studio(small());
    thing(&studio, "assistant,").click();
    studio.run();
    ctrl(&mut studio, Key::K);
    type_text(&mut studio, "out of scope");
    press(&mut studio, Key::Enter);
    assert_eq!(session(&studio).history().undo_name(), Some("Take assistant out of scope"));
    studio.run();
    type_text(&mut studio, "Another team answers for it");
    let assistant = |studio: &Studio| {
        project(studio).diagram.components().find(|c| c.name == "assistant").unwrap().clone()
    };
    assert!(assistant(&studio).out_of_scope);
    assert_eq!(assistant(&studio).out_of_scope_reason, "Another team answers for it");
    studio.state_mut().ask(Request::Command(Command::OutOfScope));
    studio.run();
    assert!(!assistant(&studio).out_of_scope);
    assert_eq!(session(&studio).history().undo_name(), Some("Bring assistant into scope"));
}

#[test]
fn find_goes_to_what_it_finds() {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    ctrl(&mut studio, Key::F);
    type_text(&mut studio, "agent");
    assert!(says(&studio, "of "));
    let first = session(&studio).selection().single();
    press(&mut studio, Key::ArrowDown);
    let second = session(&studio).selection().single();
    assert!(first.is_some() && second.is_some() && first != second, "{first:?} {second:?}");
    press(&mut studio, Key::ArrowUp);
    assert_eq!(session(&studio).selection().single(), first);
    press(&mut studio, Key::Enter);
    assert!(studio.query_by_label("Find on the diagram").is_none());
}

#[test]
fn things_are_aligned_and_pinned_by_command() {
    let mut studio = studio(small());
    let components: Vec<ItemId> =
        project(&studio).diagram.components().map(|component| component.id.into()).collect();
    studio.state_mut().ask(Request::Select(components.clone()));
    studio.run();
    studio.key_press_modifiers(Modifiers::ALT, Key::A);
    studio.run();
    let x = |studio: &Studio, item: ItemId| session(studio).view().unwrap().places[&item].x;
    assert_eq!(x(&studio, components[0]), x(&studio, components[1]));
    assert_eq!(session(&studio).history().undo_name(), Some("Align left edges of 2 things"));
    press(&mut studio, Key::P);
    assert_eq!(session(&studio).history().undo_name(), Some("Pin 2 things"));
    // Pinned things take no nudge.
    let before = x(&studio, components[0]);
    press(&mut studio, Key::ArrowRight);
    assert_eq!(x(&studio, components[0]), before);
}

#[test]
fn a_zone_collapses_and_opens_by_key_and_button() {
    let mut studio = studio(small());
    thing(&studio, "Runtime,").click();
    studio.run();
    press(&mut studio, Key::O);
    let is_drawn = |studio: &Studio| {
        studio
            .query_all_by_role(Role::GraphicsObject)
            .any(|node| node.accesskit_node().label().is_some_and(|label| label.starts_with("assistant,")))
    };
    assert!(!is_drawn(&studio));
    assert!(says(&studio, "collapsed"));
    press(&mut studio, Key::O);
    assert!(is_drawn(&studio));
    let head = middle(&studio, "Runtime,");
    studio.hover_at(head);
    studio.run();
    button(&mut studio, "Collapse Runtime");
    assert!(!is_drawn(&studio));
}

#[test]
fn a_view_of_the_selection_is_made_named_and_left() {
    let mut studio = studio(small());
    thing(&studio, "assistant,").click();
    studio.run();
    studio.state_mut().ask(Command::NewView);
    studio.run();
    type_name(&mut studio, "Agents");
    assert_eq!(session(&studio).view().unwrap().name, "Agents");
    assert_eq!(session(&studio).history().undo_name(), Some("Add view Agents"));
    assert_eq!(studio.query_all_by_role(Role::GraphicsObject).count(), 2, "the agent and its zone");
    press(&mut studio, Key::PageDown);
    assert_eq!(session(&studio).view().unwrap().name, "Whole system");
    press(&mut studio, Key::PageUp);
    studio.state_mut().ask(Command::DeleteView);
    studio.run();
    assert_eq!(project(&studio).views.len(), 1);
}

#[test]
fn a_boundary_line_is_drawn_and_named() {
    let mut studio = studio(small());
    button(&mut studio, "Draw a boundary line");
    let (a, b) = (spot(&studio, 300.0, 560.0), spot(&studio, 600.0, 560.0));
    drag(&mut studio, a, b);
    type_name(&mut studio, "Perimeter");
    let line = project(&studio).diagram.lines.iter().next().unwrap();
    assert_eq!(line.name, "Perimeter");
    assert_eq!(session(&studio).history().undo_name(), Some("Add boundary Perimeter"));
}

#[test]
fn everything_that_is_seen_is_named_with_kind_zone_and_worst_risk() {
    let studio = studio_at(ROOMY, Some(example()), None);
    let seen: Vec<String> = labels(&studio, Role::GraphicsObject);
    for words in [
        ["assistant_agent", "Agent", "in Agent runtime", "worst critical"],
        ["database", "Store", "in Data", "worst medium"],
        ["Agent runtime", "zone, trust 3", "in Company cloud", ""],
        ["user ↔ assistant_agent", "interface", "encrypted", "crosses from Internet to Agent runtime"],
        [
            "assistant_agent → database",
            "carries customer_data",
            "crosses from Agent runtime to Data",
            "worst medium",
        ],
    ] {
        let fits =
            |label: &String| words.iter().all(|word| label.contains(word)) && label.starts_with(words[0]);
        assert!(seen.iter().any(fits), "{words:?} in {seen:#?}");
    }
    let diagram = &project(&studio).diagram;
    let number = diagram.component_count() + diagram.interface_count() + diagram.zones.len();
    assert!(seen.len() >= number, "{} of {number}", seen.len());
}
