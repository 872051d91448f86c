//! The frame around the views: regions of the keyboard, what is said of saving, the welcome screen.

use egui::accesskit::Role;
use egui::{Key, Vec2};

use super::driving::*;
use super::regions::{self, Region};
use super::{App, Start};
use crate::model::{Acceptance, Project, Threat, ThreatId, Treatment};
use crate::session::Session;
use crate::storage::{DataFolder, file};

fn region(studio: &Studio) -> Option<Region> {
    regions::focused(&studio.ctx)
}

#[test]
fn f6_leads_through_the_regions() {
    let mut studio = studio(small());
    let mut walked = Vec::new();
    for _ in 0..6 {
        press(&mut studio, Key::F6);
        walked.extend(region(&studio));
    }
    let all = Region::ALL;
    assert_eq!(walked, [all[0], all[1], all[2], all[3], all[4], all[0]]);

    // What is not drawn is left out.
    ctrl(&mut studio, Key::Num4);
    let mut walked = Vec::new();
    for _ in 0..4 {
        press(&mut studio, Key::F6);
        walked.extend(region(&studio));
    }
    assert_eq!(walked, [Region::View, Region::Rail, Region::View, Region::Rail]);
}

#[test]
fn f6_leads_into_drawers_and_out_of_text() {
    let mut studio = studio_at(Vec2::new(1280.0, 800.0), Some(Session::unsaved(small())), None);
    thing(&studio, "user,").click();
    studio.run();
    button(&mut studio, "Inspector");
    let mut walked = Vec::new();
    for _ in 0..8 {
        press(&mut studio, Key::F6);
        walked.extend(region(&studio));
    }
    for wanted in [Region::Rail, Region::View, Region::Inspector, Region::Problems] {
        assert!(walked.contains(&wanted), "{wanted:?} in {walked:?}");
    }
}

#[test]
fn what_is_saved_and_kept_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.threat.ron");
    let data = DataFolder::at(folder.path().join("data"));
    let mut studio = studio_from(Start::empty().with_data(data), Some(Session::unsaved(small())));
    assert!(says(&studio, "Not saved yet"));
    studio.state_mut().ask(crate::session::Request::SaveTo(path.clone()));
    wait_until(&mut studio, "the save", |studio| !session(studio).is_dirty());
    assert!(says(&studio, "Saved "));
    thing(&studio, "user,").click();
    studio.run();
    press(&mut studio, Key::F2);
    type_name(&mut studio, "customer");
    assert!(says(&studio, "Edited, last saved "));
    wait_until(&mut studio, "the recovery copy", |studio| says(studio, "recovery copy "));
}

#[test]
fn the_name_of_who_works_here_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let start = || Start::empty().with_data(DataFolder::at(folder.path()));
    let mut first = studio_from(start(), Some(Session::unsaved(small())));
    button(&mut first, "Edit");
    click(&mut first, Role::MenuItem, "Your name…");
    fill(&mut first, "Your name", "Ada Lovelace");
    assert_eq!(session(&first).author(), "Ada Lovelace");
    let second = studio_from(start(), Some(Session::unsaved(small())));
    assert_eq!(session(&second).author(), "Ada Lovelace");
}

#[test]
fn reviews_that_fall_due_are_on_the_welcome_screen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("claims.threat.ron");
    let mut project = Project::new("Claims assistant");
    project.review_due = Some(jiff::civil::date(2031, 4, 22));
    project.threats.insert(Threat {
        id: ThreatId(3),
        treatment: Treatment::Accept,
        acceptance: Some(Acceptance {
            approver: "R. Vega".to_owned(),
            expiry: Some(jiff::civil::date(2031, 4, 30)),
            ..Acceptance::default()
        }),
        ..Threat::default()
    });
    file::save(&path, &project).unwrap();
    let data = DataFolder::at(folder.path().join("data"));
    let opened = crate::session::work::open(&path).unwrap();
    drop(studio_from(Start::empty().with_data(data.clone()), Some(opened)));

    let mut studio = studio_from(Start::empty().with_data(data), None);
    assert!(says(&studio, "Reviews due"));
    let buttons = labels(&studio, Role::Button);
    let due: Vec<&String> =
        buttons.iter().filter(|name| name.starts_with("Open Claims assistant:")).collect();
    assert_eq!(due.len(), 2, "{buttons:?}");
    assert!(due[0].contains("Next review") && due[0].ends_with("not started"), "{due:?}");
    assert!(due[1].contains("Acceptance of T-003 ends") && due[1].ends_with("accepted by R. Vega"));
    let first = due[0].clone();
    button(&mut studio, &first);
    wait_until(&mut studio, "the model", |studio| App::session(studio.state()).is_some());
    assert_eq!(session(&studio).path(), Some(path.as_path()));
}

#[test]
fn what_a_crash_has_left_is_offered_and_restored() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::at(folder.path());
    let mut studio = studio_from(Start::empty().with_data(data.clone()), Some(Session::unsaved(small())));
    thing(&studio, "user,").click();
    studio.run();
    press(&mut studio, Key::F2);
    type_name(&mut studio, "customer");
    wait_until(&mut studio, "the recovery copy", |studio| says(studio, "recovery copy "));
    let lost = text(&studio);
    // The program ends without another word.
    drop(studio);

    let mut studio = studio_from(Start::empty().with_data(data.clone()), None);
    assert!(says(&studio, "Unsaved work on Small"));
    button(&mut studio, "Restore");
    assert_eq!(text(&studio), lost);
    assert!(session(&studio).is_dirty(), "it is still to be saved");
    drop(studio);

    // It is kept until it is saved or thrown away.
    let mut studio = studio_from(Start::empty().with_data(data.clone()), None);
    button(&mut studio, "Throw away");
    assert!(!says(&studio, "Unsaved work on"));
    drop(studio);
    assert!(!says(&studio_from(Start::empty().with_data(data), None), "Unsaved work on"));
}

/// A file in the hand over the window.
#[derive(Debug)]
struct InHand(std::path::PathBuf);

impl egui::DroppedFile for InHand {
    fn path(&self) -> &std::path::Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

#[test]
fn a_file_dropped_on_the_window_opens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dropped.otm");
    let text =
        "otmVersion: 0.2.0\nproject: {name: Dropped, id: d}\ncomponents:\n- {id: a, name: door, type: web}\n";
    std::fs::write(&path, text).unwrap();
    let mut studio = studio_at(Vec2::new(1600.0, 1000.0), None, None);
    studio.input_mut().dropped_files.push(std::sync::Arc::new(InHand(path)));
    studio.run();
    wait_until(&mut studio, "the dropped file", |studio| {
        studio.state().session().is_some_and(|session| session.project().name == "Dropped")
    });
    assert_eq!(session(&studio).project().diagram.component_count(), 1);
}
