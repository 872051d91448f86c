//! What the person's data folder is promised to keep.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::recent::{self, MOST, Recent};
use super::recovery::{self, Slot};
use super::settings::{self, Settings, Theme};
use super::{DataFolder, sample, text};

fn folder() -> (tempfile::TempDir, DataFolder) {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::at(folder.path().join("made/when/needed"));
    (folder, data)
}

const CRASH: &str = "THREAT_STUDIO_TEST_CRASH";

/// The child of the test below; on its own it does nothing.
#[test]
fn keeps_a_text_and_waits_to_be_killed() {
    let Some(path) = std::env::var_os(CRASH) else { return };
    let data = DataFolder::at(PathBuf::from(&path));
    let slot = Slot::claim(&data).unwrap();
    let project = sample::project(5, 2);
    slot.keep(Some(Path::new("/models/shop.threat.ron")), &project.name, &text::to_text(&project)).unwrap();
    std::fs::write(data.path().join("ready"), "").unwrap();
    std::thread::sleep(std::time::Duration::from_mins(1));
}

#[test]
fn unsaved_work_is_offered_after_a_crash_and_not_before() {
    let (_guard, data) = folder();
    assert!(recovery::list(&data).is_empty());
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "storage::data_folder_tests::keeps_a_text_and_waits_to_be_killed", "--nocapture"])
        .env(CRASH, data.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    for _ in 0..1000 {
        if data.path().join("ready").exists() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(recovery::list(&data).is_empty(), "a running program's document is not left over");
    child.kill().unwrap();
    child.wait().unwrap();

    let left = recovery::list(&data);
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].original.as_deref(), Some(Path::new("/models/shop.threat.ron")));
    let project = text::from_text(&recovery::read(&left[0]).unwrap()).unwrap();
    assert_eq!(project, sample::project(5, 2));
    assert_eq!(left[0].name, project.name);
    recovery::discard(&left[0]).unwrap();
    assert!(recovery::list(&data).is_empty());
    assert_eq!(std::fs::read_dir(data.path().join("recovery")).unwrap().count(), 0);
}

#[test]
fn documents_have_slots_of_their_own_and_leave_nothing_when_saved() {
    let (_guard, data) = folder();
    let (one, two) = (Slot::claim(&data).unwrap(), Slot::claim(&data).unwrap());
    one.keep(None, "one", "first").unwrap();
    two.keep(None, "two", "second").unwrap();
    one.keep(None, "one", "first again").unwrap();
    assert!(recovery::list(&data).is_empty());
    one.clear().unwrap();
    one.clear().unwrap();
    drop(one);
    drop(two);
    let left = recovery::list(&data);
    assert_eq!(
        left.iter().map(|l| (l.name.as_str(), l.original.as_deref())).collect::<Vec<_>>(),
        [("two", None)]
    );
    assert_eq!(recovery::read(&left[0]).as_deref(), Some("second"));
    let three = Slot::claim(&data).unwrap();
    three.keep(None, "three", "third").unwrap();
    assert_eq!(recovery::read(&left[0]).as_deref(), Some("second"), "left work is not written over");
}

#[test]
fn recent_files_are_remembered_in_order_and_capped() {
    let (_guard, data) = folder();
    for number in 0..MOST + 3 {
        let mut opened =
            Recent::now(Path::new(&format!("/models/{number}.threat.ron")), &format!("System {number}"));
        opened.above_appetite = number;
        recent::remember(&data, opened).unwrap();
    }
    recent::remember(&data, Recent::now(Path::new("/models/10.threat.ron"), "Renamed")).unwrap();
    let list = recent::list(&data);
    assert_eq!(list.len(), MOST);
    assert_eq!(
        (list[0].name.as_str(), list[1].name.as_str(), list[1].above_appetite),
        ("Renamed", "System 14", 14)
    );
    assert_eq!(list.iter().filter(|known| known.path.ends_with("10.threat.ron")).count(), 1);
    let after = recent::forget(&data, Path::new("/models/14.threat.ron")).unwrap();
    assert_eq!((after.len(), after == recent::list(&data)), (MOST - 1, true));
    std::fs::write(data.path().join("recent.ron"), "[(path: 3").unwrap();
    assert!(recent::list(&data).is_empty());
}

#[test]
fn settings_are_kept_with_keys_of_other_versions() {
    let (_guard, data) = folder();
    assert_eq!(settings::load(&data), Settings::default());
    let chosen = Settings { theme: Theme::Dark, zoom: 1.25, author: "Ada".to_owned(), ..Settings::default() };
    settings::store(&data, &chosen).unwrap();
    assert_eq!(settings::load(&data), chosen);
    let file = data.path().join("settings.ron");
    std::fs::write(&file, "(zoom: 40.0, later: [1, 2])").unwrap();
    let read = settings::load(&data);
    assert_eq!((read.zoom, read.theme), (3.0, Theme::System));
    settings::store(&data, &read).unwrap();
    assert!(std::fs::read_to_string(&file).unwrap().contains("later: [1, 2]"));
    std::fs::write(&file, "(zoom: NaN)").unwrap();
    assert_eq!(settings::load(&data).zoom, 1.0);
    std::fs::write(&file, "garbage").unwrap();
    assert_eq!(settings::load(&data), Settings::default());
}
