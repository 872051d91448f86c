//! The report in the window: chapters, preview, files, signatures.

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::driving::*;
use crate::report::ChapterKey;
use crate::session::Session;

fn at_report(mut studio: Studio) -> Studio {
    ctrl(&mut studio, Key::Num7);
    wait_until(&mut studio, "the preview", fresh);
    studio
}

fn fresh(studio: &Studio) -> bool {
    let session = session(studio);
    let pages = session.results().pages.as_ref();
    pages.is_some_and(|pages| {
        pages.revision == session.revision() && pages.value.choice == *session.report_choice()
    })
}

/// The chapters of the pages, each once.
fn chapters(studio: &Studio) -> Vec<ChapterKey> {
    let pages = session(studio).results().pages.clone().unwrap();
    let mut chapters: Vec<ChapterKey> = pages.value.pages.iter().filter_map(|page| page.chapter).collect();
    chapters.dedup();
    chapters
}

#[test]
fn chapters_and_profile_change_the_pages() {
    let mut studio = at_report(studio_at(ROOMY, Some(example()), None));
    let all = chapters(&studio);
    let register = ChapterKey::Register;
    assert!(all.contains(&register), "{all:?}");
    click(&mut studio, Role::CheckBox, register.title());
    wait_until(&mut studio, "the rest", fresh);
    assert_eq!(chapters(&studio), all.iter().copied().filter(|key| *key != register).collect::<Vec<_>>());
    click(&mut studio, Role::CheckBox, register.title());
    wait_until(&mut studio, "all chapters again", fresh);
    assert_eq!(chapters(&studio), all);

    click(&mut studio, Role::RadioButton, "Profile: Summary");
    wait_until(&mut studio, "the summary", fresh);
    assert!(chapters(&studio).len() < all.len() / 2, "{:?}", chapters(&studio));
}

#[test]
fn the_report_is_saved_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["a.pdf", "a.html", "a.md", "a.csv"];
    let paths = names.map(|name| folder.path().join(name));
    let mut studio = at_report(studio_at(ROOMY, Some(Session::unsaved(small())), paths.clone()));
    for (button_name, name, begins) in [
        ("Save PDF", names[0], "%PDF"),
        ("HTML", names[1], "<!doctype html>"),
        ("Markdown", names[2], "#"),
        ("CSV", names[3], "id,"),
    ] {
        button(&mut studio, button_name);
        wait_until(&mut studio, name, |studio| says(studio, &format!("{name} is written.")));
        let bytes = std::fs::read(folder.path().join(name)).unwrap();
        let head = String::from_utf8_lossy(&bytes[..64]).to_lowercase();
        assert!(head.starts_with(&begins.to_lowercase()), "{name} begins with {head}");
    }
}

#[test]
fn without_a_file_dialog_the_path_is_typed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("typed.pdf");
    let mut studio = at_report(studio_without_dialogs(small()));
    ctrl(&mut studio, Key::P);
    fill(&mut studio, "Path", "");
    assert!(says(&studio, "Type a path first."));
    fill(&mut studio, "Path", &path.display().to_string());
    wait_until(&mut studio, "the file", |studio| says(studio, "typed.pdf is written."));
    assert!(std::fs::read(&path).unwrap().starts_with(b"%PDF"));

    // What cannot be written is said at once; a file in the way is replaced only by who insists.
    ctrl(&mut studio, Key::P);
    fill(&mut studio, "Path", &folder.path().join("no/such/folder/a.pdf").display().to_string());
    assert!(says(&studio, "There is no folder"));
    std::fs::write(&path, "something else").unwrap();
    fill(&mut studio, "Path", &path.display().to_string());
    assert!(says(&studio, "is there already"));
    assert_eq!(std::fs::read(&path).unwrap(), b"something else");
    press(&mut studio, Key::Enter);
    wait_until(&mut studio, "the file", |_| std::fs::read(&path).unwrap().starts_with(b"%PDF"));
}

#[test]
fn a_review_is_started_signed_and_closed() {
    let mut studio = at_report(studio(small()));
    button(&mut studio, "Start a review");
    button(&mut studio, "Add somebody who signs");
    fill(&mut studio, "Add somebody who signs", "Ada, CISO");
    let review = |studio: &Studio| project(studio).reviews.iter().next().unwrap().clone();
    assert_eq!(
        (review(&studio).sign_offs[0].name.as_str(), review(&studio).sign_offs[0].role.as_str()),
        ("Ada", "CISO")
    );
    assert!(studio.query_by_role_and_label(Role::ComboBox, "Decision of Ada").is_some());
    choose(&mut studio, "Decision of Ada", "Approved");
    assert!(review(&studio).sign_offs[0].date.is_some());
    button(&mut studio, "Close the review");
    assert!(review(&studio).snapshot.is_some());
    assert!(says(&studio, "This review is closed."));
    assert_eq!(undo_all(&mut studio).len(), 4);
    assert!(project(&studio).reviews.is_empty());
}
