use super::*;
use crate::model::{Component, Interface, View, ViewId, Zone};
use crate::model::{ComponentKind, Project, ZoneId};
use crate::picture::DiagramScene;
use crate::picture::SceneOptions;
use crate::studio::canvas::Walk;

/// A zone with an agent in it, a store outside, a flow between the two, as they are drawn.
struct Table {
    project: Project,
    scene: DiagramScene,
    selection: Vec<ItemId>,
    tool: Tool,
}

const AGENT: ItemId = ItemId::Component(ComponentId(1));
const STORE: ItemId = ItemId::Component(ComponentId(2));
const FLOW: ItemId = ItemId::Interface(InterfaceId(1));
const ZONE: ItemId = ItemId::Zone(ZoneId(1));

fn table() -> Table {
    let mut project = Project::new("Test");
    project.diagram.zones.insert(Zone { id: ZoneId(1), name: "Runtime".to_owned(), ..Zone::default() });
    for (id, kind, zone) in [(1, ComponentKind::Agent, Some(ZoneId(1))), (2, ComponentKind::Store, None)] {
        let name = format!("c{id}");
        project.diagram.put_component(Component {
            id: ComponentId(id),
            kind,
            name,
            zone,
            ..Component::default()
        });
    }
    let flow = Interface {
        id: InterfaceId(1),
        from: Some(ComponentId(1)),
        to: Some(ComponentId(2)),
        protocol: "HTTPS".to_owned(),
        ..Interface::default()
    };
    project.diagram.put_interface(flow).unwrap();
    let mut view = View { id: ViewId(1), ..View::default() };
    let place = |x: f32, y: f32, w: f32, h: f32| crate::model::Place { x, y, w, h, ..Default::default() };
    view.places.insert(ZONE, place(0.0, 0.0, 400.0, 300.0));
    view.places.insert(AGENT, place(100.0, 100.0, 0.0, 0.0));
    view.places.insert(STORE, place(800.0, 100.0, 0.0, 0.0));
    let scene = DiagramScene::build(&project, &view, &SceneOptions::default());
    project.views.insert(view);
    Table { project, scene, selection: Vec::new(), tool: Tool::Select }
}

impl Table {
    fn ground(&self) -> Ground<'_> {
        Ground {
            scene: &self.scene,
            project: &self.project,
            selection: &self.selection,
            tool: self.tool,
            tolerance: 6.0,
            view: self.project.views.iter().next(),
        }
    }

    fn middle(&self, item: ItemId) -> Point {
        self.scene.rect_of(item).unwrap().center()
    }

    /// Plays events; gives back the state and everything that was asked for.
    fn play(&self, events: &[Event]) -> (Gesture, Vec<Intent>) {
        let mut gesture = Gesture::Idle;
        let mut all = Vec::new();
        for event in events {
            let (next, intents) = gesture.step(*event, &self.ground());
            gesture = next;
            all.extend(intents);
        }
        (gesture, all)
    }

    #[track_caller]
    fn check(&self, events: &[Event], expected: &[Intent]) {
        let (gesture, intents) = self.play(events);
        assert_eq!(intents, expected);
        assert_eq!(gesture, Gesture::Idle);
    }
}

fn press(at: Point) -> Event {
    Event::Press { at, button: Button::Primary, add: false, copy: false }
}

fn drag(from: Point, to: Point) -> [Event; 4] {
    let half = Point::new(f32::midpoint(from.x, to.x), f32::midpoint(from.y, to.y));
    [
        press(from),
        Event::Move { at: half, free: true },
        Event::Move { at: to, free: true },
        Event::Release { at: to },
    ]
}

/// A zone in a zone, with the agent in the inner one.
fn nested() -> Table {
    let mut table = table();
    let inner = Zone { id: ZoneId(2), name: "Vault".to_owned(), parent: Some(ZoneId(1)), ..Zone::default() };
    table.project.diagram.zones.insert(inner);
    let agent = table.project.diagram.component(ComponentId(1)).unwrap().clone();
    table.project.diagram.put_component(Component { zone: Some(ZoneId(2)), ..agent });
    let mut view = table.project.views.iter().next().unwrap().clone();
    let place = |x: f32, y: f32, w: f32, h: f32| crate::model::Place { x, y, w, h, ..Default::default() };
    view.places.insert(ZONE, place(0.0, 0.0, 500.0, 400.0));
    view.places.insert(ZoneId(2).into(), place(40.0, 60.0, 260.0, 200.0));
    table.scene = DiagramScene::build(&table.project, &view, &SceneOptions::default());
    table.project.views.insert(view);
    table
}

#[test]
fn a_short_pull_leaves_a_zone_in_the_zone_around_it() {
    let table = nested();
    let inner = ItemId::Zone(ZoneId(2));
    let head = table.scene.zone(ZoneId(2)).unwrap().head;
    let hold = Point::new(head.x + 12.0, head.center().y);
    for ((dx, dy), stays) in [
        // The pointer is above the zone around or left of it, the frame mostly inside.
        ((0.0, -90.0), true),
        ((-80.0, 0.0), true),
        ((-80.0, -90.0), true),
        ((30.0, 20.0), true),
        // Its middle is outside.
        ((0.0, -200.0), false),
        ((600.0, 0.0), false),
    ] {
        let (_, intents) = table.play(&drag(hold, hold.offset(dx, dy)));
        let Some(Intent::Move { items, into, .. }) = intents.last() else { panic!("{intents:?}") };
        assert_eq!(items, &[inner]);
        let expected = if stays { Vec::new() } else { vec![(inner, None)] };
        assert_eq!(into.changes(items), expected, "by {dx}, {dy}");
        let left = table.ground().left_behind(items, hold.offset(dx, dy), (dx, dy));
        assert_eq!(left.first().map(|(zone, ..)| *zone), (!stays).then_some(ZoneId(1)));
    }
}

fn click(at: Point) -> [Event; 2] {
    [press(at), Event::Release { at }]
}

#[test]
fn a_click_selects_what_is_under_it() {
    let table = table();
    table.check(&click(table.middle(AGENT)), &[Intent::Select(vec![AGENT])]);
    table.check(&click(Point::new(600.0, 400.0)), &[Intent::Select(Vec::new())]);
    // The inside of a zone is nothing, its head is the zone.
    table.check(&click(Point::new(350.0, 250.0)), &[Intent::Select(Vec::new())]);
    let head = table.scene.zone(ZoneId(1)).unwrap().head.center();
    table.check(&click(head), &[Intent::Select(vec![ZONE])]);
    let pill = table.scene.flow(InterfaceId(1)).unwrap().label.pill.center();
    table.check(&click(pill), &[Intent::Select(vec![FLOW])]);
}

#[test]
fn a_click_with_shift_adds_or_takes_out() {
    let table = table();
    let at = table.middle(STORE);
    let events =
        [Event::Press { at, button: Button::Primary, add: true, copy: false }, Event::Release { at }];
    table.check(&events, &[Intent::Toggle(STORE)]);
}

#[test]
fn a_trembling_hand_is_still_a_click() {
    let table = table();
    let at = table.middle(AGENT);
    let near = at.offset(2.0, 1.0);
    let events = [press(at), Event::Move { at: near, free: false }, Event::Release { at: near }];
    table.check(&events, &[Intent::Select(vec![AGENT])]);
}

#[test]
fn a_drag_moves_what_it_took_hold_of() {
    let table = table();
    let from = table.middle(AGENT);
    let expected = [
        Intent::Select(vec![AGENT]),
        Intent::Move { items: vec![AGENT], by: (30.0, 20.0), into: Drop::Same },
    ];
    table.check(&drag(from, from.offset(30.0, 20.0)), &expected);
}

#[test]
fn a_drag_into_and_out_of_a_zone_says_so() {
    let table = table();
    let (agent, store) = (table.middle(AGENT), table.middle(STORE));
    let (_, intents) = table.play(&drag(store, Point::new(300.0, 200.0)));
    assert!(matches!(&intents[1], Intent::Move { into: Drop::Into(Some(ZoneId(1))), .. }), "{intents:?}");
    let (_, intents) = table.play(&drag(agent, Point::new(600.0, 500.0)));
    assert!(matches!(&intents[1], Intent::Move { into: Drop::Into(None), .. }), "{intents:?}");
}

#[test]
fn a_zone_is_no_place_for_itself_and_carries_what_is_in_it() {
    let mut table = table();
    table.selection = vec![AGENT, ZONE];
    let head = table.scene.zone(ZoneId(1)).unwrap().head.center();
    let expected = Intent::Move { items: vec![ZONE], by: (40.0, 0.0), into: Drop::Same };
    table.check(&drag(head, head.offset(40.0, 0.0)), &[expected]);
}

#[test]
fn things_line_up_with_their_neighbours_unless_they_are_free() {
    let mut table = table();
    table.selection = vec![STORE];
    let from = table.middle(STORE);
    // The store stands at the agent's height; four off snaps back, with Alt it does not.
    for (free, expected) in [(false, 0.0), (true, 4.0)] {
        let to = from.offset(40.0, 4.0);
        let events = [
            press(from),
            Event::Move { at: to, free: true },
            Event::Move { at: to, free },
            Event::Release { at: to },
        ];
        let (_, intents) = table.play(&events);
        let Some(Intent::Move { by, .. }) = intents.last() else { panic!("{intents:?}") };
        assert_eq!(by.1, expected, "free: {free}");
    }
}

#[test]
fn a_drag_from_a_side_connects() {
    let table = table();
    let side = Point::new(table.scene.node(ComponentId(1)).unwrap().rect.right(), table.middle(AGENT).y);
    let connect = Intent::Connect(ComponentId(1), ComponentId(2));
    table.check(&drag(side, table.middle(STORE)), &[connect]);
    let ground = Point::new(600.0, 500.0);
    table.check(&drag(side, ground), &[Intent::ConnectToNew(ComponentId(1), ground)]);
    // Back on itself it does nothing.
    table.check(&drag(side, table.middle(AGENT).offset(-20.0, 0.0)), &[]);
}

#[test]
fn the_flow_tool_connects_by_drag_or_by_two_clicks() {
    let table = Table { tool: Tool::Flow, ..table() };
    let (from, to) = (table.middle(AGENT), table.middle(STORE));
    let connect = [Intent::Connect(ComponentId(1), ComponentId(2))];
    table.check(&drag(from, to), &connect);
    let [down, up] = click(from);
    table.check(&[down, up, Event::Move { at: to, free: false }, press(to)], &connect);
}

#[test]
fn ends_are_reattached() {
    let mut table = table();
    table.selection = vec![FLOW];
    let end = *table.scene.flow(InterfaceId(1)).unwrap().points.last().unwrap();
    let expected = Intent::Reattach { flow: InterfaceId(1), start: false, to: ComponentId(1) };
    table.check(&drag(end, table.middle(AGENT)), &[expected]);
}

#[test]
fn a_frame_takes_what_is_in_it_or_what_it_touches() {
    let table = table();
    let node = table.scene.node(ComponentId(2)).unwrap().rect;
    let (outside, inside) = (Point::new(node.x - 30.0, node.y - 30.0), node.center());
    let whole = Point::new(node.right() + 30.0, node.bottom() + 30.0);
    table.check(&drag(outside, whole), &[Intent::Select(vec![STORE])]);
    table.check(&drag(outside, inside), &[Intent::Select(Vec::new())]);
    let (_, touched) = table.play(&drag(whole, node.center().offset(-10.0, 0.0)));
    // Begun on the ground at the right, it takes what it touches.
    let [Intent::Select(items)] = touched.as_slice() else { panic!("{touched:?}") };
    assert!(items.contains(&STORE), "{items:?}");
}

#[test]
fn zones_and_components_are_resized_by_their_corners() {
    let mut table = table();
    table.selection = vec![ZONE];
    let rect = table.scene.zone(ZoneId(1)).unwrap().rect;
    let corner = Point::new(rect.right(), rect.bottom());
    let grown = Rect::new(rect.x, rect.y, rect.w + 50.0, rect.h + 20.0);
    table.check(&drag(corner, corner.offset(50.0, 20.0)), &[Intent::Resize(ZONE, grown)]);
    table.selection = vec![AGENT];
    let rect = table.scene.node(ComponentId(1)).unwrap().rect;
    let grown = Rect::new(rect.x - 20.0, rect.y, rect.w + 20.0, rect.h + 10.0);
    let corner = Point::new(rect.x, rect.bottom());
    table.check(&drag(corner, corner.offset(-20.0, 10.0)), &[Intent::Resize(AGENT, grown)]);
}

#[test]
fn frames_never_turn_inside_out() {
    let before = Rect::new(0.0, 0.0, 200.0, 100.0);
    for corner in 0..8 {
        for (x, y) in [(-900.0, -900.0), (900.0, 900.0), (100.0, 50.0)] {
            let rect = resized(before, corner, Point::new(x, y));
            assert!(rect.w >= SMALLEST.0 && rect.h >= SMALLEST.1, "{corner} {rect:?}");
        }
    }
}

#[test]
fn tools_put_things_down() {
    let at = Point::new(600.0, 400.0);
    let add = Table { tool: Tool::Add(ComponentKind::Tool), ..table() };
    add.check(&click(at), &[Intent::AddComponent(ComponentKind::Tool, at)]);
    let note = Table { tool: Tool::Note, ..table() };
    note.check(&click(at), &[Intent::AddNote(at)]);
    let zone = Table { tool: Tool::Zone, ..table() };
    zone.check(&drag(at, at.offset(300.0, 200.0)), &[Intent::AddZone(Rect::new(600.0, 400.0, 300.0, 200.0))]);
    zone.check(&click(at), &[Intent::AddZone(Rect::new(600.0, 400.0, 240.0, 160.0))]);
}

#[test]
fn esc_ends_a_drag_and_nothing_has_happened() {
    let mut table = table();
    table.selection = vec![AGENT];
    let from = table.middle(AGENT);
    let to = from.offset(100.0, 100.0);
    let events = [press(from), Event::Move { at: to, free: false }, Event::Cancel, Event::Release { at: to }];
    table.check(&events, &[]);
}

#[test]
fn other_buttons_and_the_hand_pan() {
    let table = table();
    let from = table.middle(AGENT);
    let to = from.offset(10.0, -5.0);
    let press = Event::Press { at: from, button: Button::Pan, add: false, copy: false };
    let events = [press, Event::Move { at: to, free: false }, Event::Release { at: to }];
    table.check(&events, &[Intent::Pan(10.0, -5.0)]);
    let hand = Table { tool: Tool::Pan, ..table };
    hand.check(&[super::tests::press(from), events[1], events[2]], &[Intent::Pan(10.0, -5.0)]);
}

#[test]
fn two_presses_rename() {
    let table = table();
    table.check(&[Event::DoubleClick { at: table.middle(STORE) }], &[Intent::Rename(STORE)]);
    table.check(&[Event::DoubleClick { at: Point::new(600.0, 400.0) }], &[]);
}

#[test]
fn a_drag_from_anywhere_on_the_edge_connects() {
    let table = table();
    let rect = table.scene.node(ComponentId(1)).unwrap().rect;
    let store = table.middle(STORE);
    let connect = Intent::Connect(ComponentId(1), ComponentId(2));
    for (x, y) in [
        (rect.x + 20.0, rect.y),
        (rect.x + 30.0, rect.bottom() + 4.0),
        (rect.right() + 5.0, rect.y + 20.0),
        (rect.x - 3.0, rect.bottom() - 20.0),
    ] {
        table.check(&drag(Point::new(x, y), store), std::slice::from_ref(&connect));
    }
    // A click there still selects.
    table.check(&click(Point::new(rect.x + 20.0, rect.y)), &[Intent::Select(vec![AGENT])]);
    // Further in, it moves.
    let (_, intents) = table.play(&drag(Point::new(rect.x + 20.0, rect.y + 16.0), store));
    assert!(matches!(intents.last(), Some(Intent::Move { .. })), "{intents:?}");
}

#[test]
fn what_is_pinned_is_not_dragged() {
    let mut table = table();
    let mut view = table.project.views.iter().next().unwrap().clone();
    view.places.get_mut(&AGENT).unwrap().pinned = true;
    table.project.views.insert(view);
    let from = table.middle(AGENT);
    table.check(&drag(from, from.offset(80.0, 0.0)), &[Intent::Select(vec![AGENT])]);
    // With others, the others go.
    table.selection = vec![AGENT, STORE];
    let from = table.middle(STORE);
    let moved = Intent::Move { items: vec![STORE], by: (80.0, 0.0), into: Drop::Same };
    table.check(&drag(from, from.offset(80.0, 0.0)), &[moved]);
}

#[test]
fn a_piece_of_a_flow_is_moved_aside() {
    let table = table();
    let course = table.scene.flow(InterfaceId(1)).unwrap().points.clone();
    let at = Point::new(course[0].x + 40.0, course[0].y);
    let (_, intents) = table.play(&drag(at, at.offset(0.0, 50.0)));
    let [Intent::Select(chosen), Intent::Bend(flow, bends)] = intents.as_slice() else {
        panic!("{intents:?}")
    };
    assert_eq!((chosen.as_slice(), *flow), (&[FLOW][..], InterfaceId(1)));
    assert!(bends.iter().any(|bend| (bend.y - course[0].y - 50.0).abs() < 1.0), "{bends:?}");
}

#[test]
fn a_boundary_line_is_drawn_by_clicks_or_in_one_pull() {
    let table = Table { tool: Tool::Line, ..table() };
    let (a, b, c) = (Point::new(500.0, 400.0), Point::new(700.0, 403.0), Point::new(700.0, 600.0));
    // Nearly level becomes level.
    let level = Point::new(700.0, 400.0);
    table.check(&drag(a, b), &[Intent::AddLine(vec![a, level])]);
    let mut clicks = Vec::new();
    for at in [a, b, c] {
        clicks.push(Event::Move { at, free: false });
        clicks.extend(click(at));
    }
    let whole = [Intent::AddLine(vec![a, level, c])];
    table.check(&[clicks.as_slice(), &[Event::Confirm]].concat(), &whole);
    table.check(&[clicks.as_slice(), &click(c)].concat(), &whole);
    table.check(&[clicks.as_slice(), &[Event::Cancel]].concat(), &[]);
    table.check(&[&click(a)[..], &[Event::Confirm]].concat(), &[]);
}

/// A grid of four around the agent, each with a name.
fn crossroads() -> Table {
    let mut table = table();
    let mut view = table.project.views.iter().next().unwrap().clone();
    for (id, name, x, y) in
        [(3, "gateway", 100.0, 500.0), (4, "vault", 800.0, 500.0), (5, "user", -500.0, 100.0)]
    {
        table.project.diagram.put_component(Component {
            id: ComponentId(id),
            name: name.to_owned(),
            ..Component::default()
        });
        view.places.insert(ComponentId(id).into(), crate::model::Place { x, y, ..Default::default() });
    }
    table.scene = DiagramScene::build(&table.project, &view, &SceneOptions::default());
    table.project.views.insert(view);
    table
}

#[test]
fn an_end_is_carried_by_keys() {
    let mut table = crossroads();
    let pick = Event::PickUp { start: false };
    let walk = Event::Walk;
    let connect = |to: u32| [Intent::Connect(ComponentId(1), ComponentId(to))];
    // Nothing selected, nothing to pick up.
    table.check(&[pick, Event::Confirm], &[]);
    table.selection = vec![AGENT];
    table.check(&[pick, walk(Walk::Right), Event::Confirm], &connect(2));
    table.check(&[pick, walk(Walk::Left), Event::Confirm], &connect(5));
    table.check(&[pick, walk(Walk::Right), walk(Walk::Down), Event::Confirm], &connect(4));
    table.check(&[pick, walk(Walk::Right), walk(Walk::Down), walk(Walk::Left), Event::Confirm], &connect(3));
    // No way on: it stays.
    table.check(&[pick, walk(Walk::Right), walk(Walk::Right), Event::Confirm], &connect(2));
    // By name.
    table.check(&[pick, Event::Letter('v'), Event::Confirm], &connect(4));
    table.check(&[pick, Event::Letter('g'), Event::Letter('a'), Event::Confirm], &connect(3));
    table.check(&[pick, Event::Letter('x'), Event::Letter('u'), Event::Confirm], &connect(5));
    table.check(&[pick, Event::Cancel], &[]);
}

#[test]
fn tab_walks_through_all_targets_in_reading_order() {
    let mut table = crossroads();
    table.selection = vec![AGENT];
    let mut events = vec![Event::PickUp { start: false }, Event::Letter('u')];
    let mut reached = Vec::new();
    for _ in 0..4 {
        let (gesture, _) = table.play(&events);
        let Gesture::Carrying { target: Some(target), .. } = gesture else { panic!("{gesture:?}") };
        reached.push(target.0);
        events.push(Event::Walk(Walk::Next));
    }
    assert_eq!(reached, [5, 3, 2, 4], "the agent itself is left out");
    events.truncate(2);
    events.push(Event::Walk(Walk::Previous));
    let (gesture, _) = table.play(&events);
    assert!(matches!(gesture, Gesture::Carrying { target: Some(ComponentId(4)), .. }), "{gesture:?}");
}

#[test]
fn both_ends_of_a_flow_are_moved_by_keys() {
    let mut table = crossroads();
    table.selection = vec![FLOW];
    for (start, letter, to) in [(false, 'v', 4), (true, 'u', 5)] {
        let expected = Intent::Reattach { flow: InterfaceId(1), start, to: ComponentId(to) };
        table.check(&[Event::PickUp { start }, Event::Letter(letter), Event::Confirm], &[expected]);
    }
    // Where it is, at first.
    let (gesture, _) = table.play(&[Event::PickUp { start: false }]);
    assert!(matches!(gesture, Gesture::Carrying { target: Some(ComponentId(2)), .. }), "{gesture:?}");
}

#[test]
fn two_presses_open_a_zone_that_is_drawn_as_a_box() {
    let mut table = table();
    let mut view = table.project.views.iter().next().unwrap().clone();
    view.places.get_mut(&ZONE).unwrap().collapsed = true;
    table.scene = DiagramScene::build(&table.project, &view, &SceneOptions::default());
    table.check(&[Event::DoubleClick { at: table.middle(ZONE) }], &[Intent::Open(ZoneId(1))]);
}

#[test]
fn a_drag_that_begins_with_alt_takes_a_copy_along() {
    let table = table();
    let ground = table.ground();
    let from = Point::new(160.0, 134.0);
    let to = Point::new(860.0, 400.0);
    let mut gesture = Gesture::Idle;
    let mut asked = Vec::new();
    let press = Event::Press { at: from, button: Button::Primary, add: false, copy: true };
    for event in [press, Event::Move { at: to, free: false }, Event::Release { at: to }] {
        let (next, intents) = gesture.step(event, &ground);
        gesture = next;
        asked.extend(intents);
    }
    let copied = Intent::Copy { items: vec![AGENT], by: (700.0, 266.0), into: Drop::Into(None) };
    assert_eq!(asked, [copied]);
}
