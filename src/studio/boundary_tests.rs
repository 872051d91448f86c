//! Boundaries on the canvas, and what the inspector, the outline and the status bar say of them.

use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::driving::*;
use crate::model::{BoundaryLine, InterfaceId, LineId, Place, Project};
use crate::session::{Command, Request};

/// A person outside, an agent in a zone, and a line across the flow between them.
fn with_line(points: &[(f32, f32)]) -> Project {
    let mut project = small();
    project.diagram.lines.insert(BoundaryLine {
        id: LineId(1),
        name: "DMZ".to_owned(),
        ..BoundaryLine::default()
    });
    let mut view = project.views.iter().next().unwrap().clone();
    view.places.insert(LineId(1).into(), Place { points: points.to_vec(), ..Place::default() });
    project.views.insert(view);
    project.reserve_all();
    project
}

#[test]
fn what_crosses_a_boundary_line_is_said_of_both() {
    // Points of the line, what the flow's head says, what the line is said to be crossed by.
    let check = |points: &[(f32, f32)], crossings: &str, crossed: bool| {
        let mut studio = studio(with_line(points));
        let said = |studio: &Studio, words: &str| says(studio, words);
        studio.state_mut().ask(Request::Select(vec![InterfaceId(1).into()]));
        studio.run();
        assert!(said(&studio, crossings), "{points:?}: {:?}", labels(&studio, Role::Label));
        let chip = studio_has(&studio, Role::Button, "crosses DMZ");
        assert_eq!(chip, crossed, "{points:?}");
        let row = labels(&studio, Role::TreeItem).into_iter().find(|row| row.starts_with("user →")).unwrap();
        assert_eq!(row.contains("crosses DMZ"), crossed, "{row}");

        studio.state_mut().ask(Request::Select(vec![LineId(1).into()]));
        studio.run();
        let status = if crossed {
            "DMZ selected: 1 interface crosses it"
        } else {
            "DMZ selected: no interface crosses it"
        };
        assert_eq!(studio.state().status, status, "{points:?}");
        assert_eq!(studio_has(&studio, Role::Button, "user → assistant"), crossed, "{points:?}");
        if crossed {
            button(&mut studio, "user → assistant");
            assert_eq!(session(&studio).selection().items(), [InterfaceId(1).into()]);
        }
    };
    check(&[(250.0, 20.0), (250.0, 320.0)], "2 crossings", true);
    check(&[(250.0, 300.0), (250.0, 420.0)], "1 crossing", false);
}

fn studio_has(studio: &Studio, role: Role, label: &str) -> bool {
    labels(studio, role).iter().any(|known| known == label)
}

#[test]
fn a_collapsed_zone_is_spoken_with_what_it_hides() {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    thing(&studio, "Agent runtime,").click();
    studio.run();
    press(&mut studio, egui::Key::O);
    let row = labels(&studio, Role::GraphicsObject);
    let zone = row.into_iter().find(|name| name.starts_with("Agent runtime,")).unwrap();
    assert!(zone.contains("collapsed") && zone.contains("threats in it, worst critical"), "{zone}");
}

#[test]
fn what_a_view_leaves_out_is_said_and_put_in() {
    let mut studio = studio(small());
    thing(&studio, "assistant,").click();
    studio.run();
    studio.state_mut().ask(Command::NewView);
    studio.run();
    type_name(&mut studio, "Agents and the databases they use");
    let rows = |studio: &Studio| -> Vec<String> {
        let absent = |row: &String| row.contains("not in this view");
        labels(studio, Role::TreeItem).into_iter().filter(absent).collect()
    };
    assert_eq!(rows(&studio).len(), 2, "the user and the flow: {:?}", rows(&studio));
    let field = studio.get_by_role_and_label(Role::ComboBox, "View of the diagram").rect();
    assert!(field.width() > 250.0, "the whole name can be read: {field}");

    let user = rows(&studio).into_iter().find(|row| row.starts_with("user,")).unwrap();
    click(&mut studio, Role::TreeItem, &user);
    assert!(says(&studio, "Not in this view"));
    button(&mut studio, "Put into this view");
    assert!(rows(&studio).is_empty(), "the flow came with its end: {:?}", rows(&studio));
    assert!(thing(&studio, "user,").rect().is_positive());
    assert_eq!(
        session(&studio).history().undo_name(),
        Some("Put user into Agents and the databases they use")
    );
    assert!(!says(&studio, "Not in this view"));
}
