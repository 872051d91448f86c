//! Packs of one's own in the window: made, edited, tried on the open model, undone, and kept.

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::app::Start;
use super::driving::*;
use crate::catalog::Pack;
use crate::session::Command;
use crate::storage::DataFolder;

/// The example with packs shown and an empty folder for them.
fn shown() -> (Studio, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut studio = studio_from(Start::empty().with_data(DataFolder::at(folder.path())), Some(example()));
    studio.state_mut().ask(Command::Packs);
    studio.run();
    (studio, folder)
}

/// A pack called Acme with one threat that is being looked at.
fn with_threat() -> (Studio, tempfile::TempDir) {
    let (mut studio, folder) = shown();
    studio.get_all_by_role_and_label(Role::Button, "New pack").next().unwrap().click();
    studio.run();
    fill(&mut studio, "Name of the new pack", "Acme");
    button(&mut studio, "New threat of the pack");
    (studio, folder)
}

/// The pack as its file has it, once it is written.
fn file(folder: &tempfile::TempDir) -> Pack {
    Pack::read(&std::fs::read_to_string(folder.path().join("packs/acme.pack.ron")).unwrap()).unwrap()
}

fn rest(studio: &mut Studio) {
    for _ in 0..4 {
        studio.run();
    }
}

#[test]
fn a_threat_of_ones_own_is_written_tried_and_suggested() {
    let (mut studio, folder) = with_threat();
    assert!(says(&studio, "The trigger is empty"), "{:?}", labels(&studio, Role::Label));
    fill(&mut studio, "Title", "Badge copied");
    fill(&mut studio, "Trigger", "not content_filterd");
    assert!(says(&studio, "Column 5: no attribute is called content_filterd: is content_filtered meant?"));
    fill(&mut studio, "Trigger", "kind == agent");
    assert!(says(&studio, "It fires at 2 of 2 elements"), "{:?}", labels(&studio, Role::Label));
    rest(&mut studio);
    let pack = file(&folder);
    assert_eq!((pack.name.as_str(), pack.threats[0].trigger.as_str()), ("Acme", "kind == agent"));
    let all = session(&studio).derived().suggestions();
    let own: Vec<_> = all.fires.iter().filter(|one| one.pack() == Some("Acme")).collect();
    assert_eq!(own.len(), 2);
    assert_eq!(own[0].id(), "ACME-001");

    // Undo belongs to the pack while it is edited; the model has nothing to undo.
    studio.state_mut().ask(Command::Undo);
    rest(&mut studio);
    assert_ne!(file(&folder).threats.first().map(|one| one.trigger.as_str()), Some("kind == agent"));
    studio.state_mut().ask(Command::Redo);
    rest(&mut studio);
    assert_eq!(file(&folder).threats[0].trigger, "kind == agent");
}

#[test]
fn words_are_offered_where_the_caret_stands() {
    let (mut studio, _folder) = with_threat();
    studio.get_by_label("Trigger").focus();
    studio.run();
    type_text(&mut studio, "content_f");
    studio.run();
    press(&mut studio, Key::Tab);
    type_text(&mut studio, "and not has_mem");
    studio.run();
    press(&mut studio, Key::ArrowDown);
    press(&mut studio, Key::Enter);
    let editor = studio.get_by_label("Trigger");
    assert_eq!(editor.value().as_deref(), Some("content_filtered and not has_memory "));
}

#[test]
fn what_a_trigger_hits_is_shown_on_the_diagram() {
    let (mut studio, _folder) = with_threat();
    fill(&mut studio, "Trigger", "kind == agent");
    let name = project(&studio).diagram.components().next().unwrap().name.clone();
    let agents = ["assistant_agent", "processor_agent"];
    assert!(agents.contains(&name.as_str()) || !name.is_empty());
    studio.get_by_label(agents[0]).click();
    studio.run();
    let id = session(&studio).selection().single().unwrap();
    assert_eq!(project(&studio).name_of(id), agents[0]);
}

#[test]
fn controls_and_stencils_are_written_too() {
    let (mut studio, folder) = with_threat();
    studio.get_by_label("Acme").click();
    studio.run();
    button(&mut studio, "New control of the pack");
    fill(&mut studio, "Title", "Badge check");
    fill(&mut studio, "Cost", "12.5");
    choose(&mut studio, "Strength", "High, 80 %");
    studio.get_by_label("Acme").click();
    studio.run();
    button(&mut studio, "New stencil of the pack");
    fill(&mut studio, "Name", "Turnstile");
    choose(&mut studio, "Kind", "Tool");
    rest(&mut studio);
    let pack = file(&folder);
    assert_eq!((pack.controls[0].title.as_str(), pack.controls[0].cost), ("Badge check", Some(12.5)));
    assert_eq!(pack.stencils[0].name, "Turnstile");
    let catalog = session(&studio).catalog();
    assert!(
        catalog.control(&pack.controls[0].id).is_some_and(|control| control.pack.as_deref() == Some("Acme"))
    );
    assert!(catalog.stencil("turnstile").is_some());
}

#[test]
fn a_text_that_is_no_pack_is_put_right_in_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("packs/torn.pack.ron");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let torn = "(\n    name: \"Torn\",\n    threats: [(id: \"T-9\", title: )],\n)\n";
    std::fs::write(&path, torn).unwrap();
    let mut studio = studio_from(Start::empty().with_data(DataFolder::at(folder.path())), Some(example()));
    studio.state_mut().ask(Command::Packs);
    studio.run();
    assert!(says(&studio, "Line 3, column"), "{:?}", labels(&studio, Role::Label));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), torn, "nothing is written unasked");
    fill(&mut studio, "Text of the pack", "(name: \"Torn\")");
    assert!(says(&studio, "It can be read now"));
    button(&mut studio, "Save the text");
    rest(&mut studio);
    assert_eq!(session(&studio).packs().packs[0].pack.as_ref().map(|pack| pack.name.as_str()), Ok("Torn"));
}

#[test]
fn what_comes_from_a_pack_that_is_not_here_is_said_and_kept() {
    let mut model = small();
    model.threats.insert(crate::model::Threat {
        id: crate::model::ThreatId(1),
        title: "Badge copied".to_owned(),
        catalog: Some("ACME-001".to_owned()),
        ..Default::default()
    });
    model.reserve_all();
    let folder = tempfile::tempdir().unwrap();
    let session = crate::session::Session::unsaved(model);
    let studio = studio_from(Start::empty().with_data(DataFolder::at(folder.path())), Some(session));
    assert!(says(&studio, "ACME-001 comes from a pack that is not on this machine"));
    assert_eq!(project(&studio).threats.iter().next().unwrap().catalog.as_deref(), Some("ACME-001"));
}

#[test]
fn comments_stay_and_what_another_program_wrote_is_not_overwritten() {
    let (mut studio, folder) = with_threat();
    fill(&mut studio, "Title", "Badge copied");
    rest(&mut studio);
    let path = folder.path().join("packs/acme.pack.ron");
    let text = std::fs::read_to_string(&path).unwrap();
    let commented = format!("// Agreed in March.\n{text}");
    std::fs::write(&path, &commented).unwrap();
    studio.state_mut().read_packs();
    fill(&mut studio, "Title", "Badge cloned");
    rest(&mut studio);
    let written = std::fs::read_to_string(&path).unwrap();
    assert_eq!(written, commented.replace("Badge copied", "Badge cloned"));

    let other = written.replace("Badge cloned", "Written elsewhere");
    std::fs::write(&path, &other).unwrap();
    fill(&mut studio, "Title", "Written here");
    rest(&mut studio);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), other);
    let beside = std::fs::read_to_string(folder.path().join("packs/acme-2.pack.ron")).unwrap();
    assert!(beside.starts_with("// Agreed in March.") && beside.contains("Written here"), "{beside}");
}
