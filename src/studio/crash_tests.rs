//! What a crash must not take.

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::driving::*;
use crate::edit::verbs;
use crate::model::ComponentId;
use crate::session::Request;
use crate::storage::recovery::{self, Leftover};
use crate::storage::text::to_text;
use crate::storage::{DataFolder, file};

/// A folder with a model in a file, and the data folder of somebody whose program crashed over it.
fn after_a_crash() -> (tempfile::TempDir, std::path::PathBuf, DataFolder) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.threat.ron");
    file::replace(&path, to_text(&small()).as_bytes()).unwrap();
    let data = DataFolder::at(folder.path().join("data"));
    let mut unsaved = small();
    verbs::rename(&unsaved, ComponentId(1).into(), "customer").unwrap().apply(&mut unsaved).unwrap();
    let slot = recovery::Slot::claim(&data).unwrap();
    slot.keep(Some(&path), "Small", &to_text(&unsaved)).unwrap();
    (folder, path, data)
}

fn left(data: &DataFolder) -> Vec<Leftover> {
    recovery::list(data)
}

#[test]
fn whoever_opens_the_file_again_is_offered_the_unsaved_work_and_a_second_crash_takes_nothing() {
    let (_folder, path, data) = after_a_crash();
    let mut studio = studio_with_data(DataFolder::at(data.path()));
    studio.state_mut().ask(Request::OpenPath(path.clone()));
    wait_until(&mut studio, "the offer", |studio| says(studio, "Restore your unsaved work?"));
    assert_eq!(names(&studio), ["user", "assistant"], "the file is as it was saved");
    press(&mut studio, Key::Enter);
    assert_eq!(names(&studio), ["customer", "assistant"]);
    assert_eq!(session(&studio).path(), Some(path.as_path()));
    wait_until(&mut studio, "the new place", |_| left(&data).is_empty());

    // Nothing was changed and nothing saved: the restored work outlives this program too.
    drop(studio);
    let again = left(&data);
    assert_eq!(again.len(), 1);
    assert!(recovery::read(&again[0]).unwrap().contains("customer"));
}

#[test]
fn unsaved_work_can_wait_or_be_thrown_away() {
    let (_folder, path, data) = after_a_crash();
    let mut studio = studio_with_data(DataFolder::at(data.path()));
    studio.state_mut().ask(Request::OpenPath(path.clone()));
    wait_until(&mut studio, "the offer", |studio| says(studio, "Restore your unsaved work?"));
    press(&mut studio, Key::Escape);
    assert_eq!(left(&data).len(), 1, "it waits");
    studio.state_mut().ask(Request::OpenPath(path));
    wait_until(&mut studio, "the offer", |studio| says(studio, "Restore your unsaved work?"));
    button(&mut studio, "Throw away");
    assert!(left(&data).is_empty());
    assert_eq!(names(&studio), ["user", "assistant"]);
    assert!(studio.query_by_role_and_label(Role::Button, "Throw away").is_none());
}
