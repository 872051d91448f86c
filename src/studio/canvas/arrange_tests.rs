use super::*;
use crate::model::{Component, ComponentId, Project, View, ViewId};
use crate::picture::SceneOptions;

/// Components of 148 × 68 at these corners, all selected; the numbered ones pinned.
fn session(corners: &[(f32, f32)], pinned: &[usize]) -> (Session, DiagramScene, Vec<ItemId>) {
    let mut project = Project::new("Test");
    let mut view = View { id: ViewId(1), ..View::default() };
    let mut items = Vec::new();
    for (index, (x, y)) in corners.iter().enumerate() {
        let id = ComponentId(index as u32);
        project.diagram.put_component(Component { id, name: format!("c{index}"), ..Component::default() });
        let place = Place { x: *x, y: *y, pinned: pinned.contains(&index), ..Place::default() };
        view.places.insert(id.into(), place);
        items.push(id.into());
    }
    project.views.insert(view);
    let session = Session::unsaved(project);
    let scene = DiagramScene::build(session.project(), session.view().unwrap(), &SceneOptions::default());
    (session, scene, items)
}

#[track_caller]
fn check(command: Command, corners: &[(f32, f32)], pinned: &[usize], expected: &[(f32, f32)]) {
    let (mut session, scene, items) = session(corners, pinned);
    if let Some(transaction) = arranged(command, &session, &scene, &items) {
        session.commit(transaction).unwrap();
    }
    let places = &session.view().unwrap().places;
    let stand: Vec<(f32, f32)> = items.iter().map(|item| (places[item].x, places[item].y)).collect();
    assert_eq!(stand, expected, "{command:?}");
}

#[test]
fn things_come_in_line() {
    let three = [(0.0, 0.0), (200.0, 100.0), (400.0, 300.0)];
    check(Command::AlignLeft, &three, &[], &[(0.0, 0.0), (0.0, 100.0), (0.0, 300.0)]);
    check(Command::AlignRight, &three, &[], &[(400.0, 0.0), (400.0, 100.0), (400.0, 300.0)]);
    check(Command::AlignCenter, &three, &[], &[(200.0, 0.0), (200.0, 100.0), (200.0, 300.0)]);
    check(Command::AlignTop, &three, &[], &[(0.0, 0.0), (200.0, 0.0), (400.0, 0.0)]);
    check(Command::AlignMiddle, &three, &[], &[(0.0, 150.0), (200.0, 150.0), (400.0, 150.0)]);
    check(Command::AlignBottom, &three, &[], &[(0.0, 300.0), (200.0, 300.0), (400.0, 300.0)]);
}

#[test]
fn what_is_pinned_says_where() {
    let three = [(0.0, 0.0), (200.0, 100.0), (400.0, 300.0)];
    check(Command::AlignLeft, &three, &[1], &[(200.0, 0.0), (200.0, 100.0), (200.0, 300.0)]);
    check(Command::AlignTop, &three, &[2], &[(0.0, 300.0), (200.0, 300.0), (400.0, 300.0)]);
}

#[test]
fn what_would_lie_on_each_other_stands_side_by_side() {
    let three = [(0.0, 0.0), (200.0, 50.0), (100.0, 300.0)];
    check(Command::AlignLeft, &three, &[], &[(0.0, 0.0), (0.0, 96.0), (0.0, 300.0)]);
    check(Command::AlignTop, &three, &[], &[(0.0, 0.0), (352.0, 0.0), (176.0, 0.0)]);
    // What stood before something pinned goes on before it.
    check(Command::AlignLeft, &three, &[1], &[(200.0, -46.0), (200.0, 50.0), (200.0, 300.0)]);
}

#[test]
fn gaps_become_equal() {
    let row = [(1000.0, 0.0), (0.0, 0.0), (160.0, 20.0), (700.0, 0.0)];
    let across = [(1000.0, 0.0), (0.0, 0.0), (333.0, 20.0), (667.0, 0.0)];
    check(Command::DistributeAcross, &row, &[], &across);
    let column = [(0.0, 0.0), (10.0, 90.0), (20.0, 400.0)];
    check(Command::DistributeDown, &column, &[], &[(0.0, 0.0), (10.0, 200.0), (20.0, 400.0)]);
    // Two have only one gap.
    check(Command::DistributeAcross, &row[..2], &[], &row[..2]);
}

#[test]
fn pins_are_set_and_taken_out() {
    let (mut session, scene, items) = session(&[(0.0, 0.0), (300.0, 0.0)], &[0]);
    let pin = pinned(&session, &scene, &items).unwrap();
    assert_eq!(pin.name, "Pin 2 things");
    session.commit_and_select(pin, items.clone()).unwrap();
    assert!(all_pinned(&session));
    let free = pinned(&session, &scene, &items[..1]).unwrap();
    assert_eq!(free.name, "Free c0");
    session.commit(free).unwrap();
    assert!(!all_pinned(&session));
    session.undo().unwrap().unwrap();
    assert!(all_pinned(&session));
}
