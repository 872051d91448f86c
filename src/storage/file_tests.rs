//! What files on disk are promised.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::file::{Change, LARGEST, OpenError, backup_path, changed_on_disk, open, replace, save};
use super::sample;
use crate::model::Project;

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_saved_project_is_read_as_it_was_and_its_previous_version_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.threat.ron");
    let (first, second) = (sample::project(1, 3), sample::project(2, 3));
    save(&path, &first).unwrap();
    assert_eq!(open(&path).unwrap().project, first);
    save(&path, &second).unwrap();
    save(&path, &second).unwrap();
    assert_eq!(open(&path).unwrap().project, second);
    assert_eq!(open(&backup_path(&path)).unwrap().project, first);
    assert_eq!(names_in(folder.path()), ["shop.threat.ron", "shop.threat.ron.bak"]);
}

#[test]
fn a_change_on_disk_is_noticed_and_a_touch_is_not_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.threat.ron");
    let stamp = save(&path, &sample::project(1, 1)).unwrap();
    assert_eq!(stamp, open(&path).unwrap().stamp);
    assert_eq!(changed_on_disk(&path, &stamp), Change::Same);
    let bytes = fs::read(&path).unwrap();
    fs::File::options().write(true).open(&path).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
    assert_eq!(changed_on_disk(&path, &stamp), Change::Same);
    let mut other = bytes.clone();
    *other.last_mut().unwrap() = b' ';
    fs::write(&path, &other).unwrap();
    fs::File::options().write(true).open(&path).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
    assert_eq!(changed_on_disk(&path, &stamp), Change::Changed);
    fs::remove_file(&path).unwrap();
    assert_eq!(changed_on_disk(&path, &stamp), Change::Gone);
}

#[test]
fn foreign_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.threat.ron");
    let cases: &[(&[u8], &str)] = &[
        (b"", "an empty file"),
        (b" \n{\"summary\": {}}", "JSON"),
        (b"{\"otmVersion\": \"0.2.0\"}", "Open Threat Model"),
        (b"otmVersion: 0.2.0\n", "Open Threat Model"),
        (b"<ThreatModel xmlns=\"x\"/>", "Microsoft"),
        (b"<html>", "XML"),
        (b"PK\x03\x04abc", "ZIP"),
        (b"%PDF-1.7", "PDF"),
        (b"abc\0def", "binary"),
        (b"(format: 2,\n name: \"\xff\")", "line 2, column 9: this is not text in UTF-8"),
        (b"hello", "line 1"),
        (b"(\n<<<<<<< HEAD\n", "not merged"),
        (b"<<<<<<< HEAD\n(", "not merged"),
    ];
    for (bytes, words) in cases {
        fs::write(&path, bytes).unwrap();
        let message = open(&path).expect_err("refused").to_string();
        assert!(message.contains(words), "{message:?} says nothing of {words:?}");
    }
    assert!(matches!(open(&folder.path().join("nothing")), Err(OpenError::Missing)));
    assert!(matches!(open(folder.path()), Err(OpenError::Folder)));
    fs::File::create(&path).unwrap().set_len(LARGEST + 1).unwrap();
    assert!(matches!(open(&path), Err(OpenError::TooLarge)));
}

#[cfg(unix)]
#[test]
fn permissions_links_and_devices_are_respected() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real.threat.ron"), folder.path().join("link.threat.ron"));
    symlink("real.threat.ron", &link).unwrap();
    let project = sample::project(1, 1);
    save(&link, &project).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    save(&link, &sample::project(2, 1)).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(open(&backup_path(&real)).unwrap().project, project);

    symlink("circle-b", folder.path().join("circle-a")).unwrap();
    symlink("circle-a", folder.path().join("circle-b")).unwrap();
    let error = save(&folder.path().join("circle-a"), &project).expect_err("refused");
    assert!(error.to_string().contains("circle"), "{error}");

    replace(Path::new("/dev/null"), b"gone").unwrap();
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn what_cannot_be_written_leaves_the_old_file_and_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.threat.ron");
    let project = sample::project(1, 1);
    save(&path, &project).unwrap();
    let mut protected = fs::metadata(&path).unwrap().permissions();
    protected.set_readonly(true);
    fs::set_permissions(&path, protected).unwrap();
    let message = save(&path, &sample::project(2, 1)).expect_err("refused").to_string();
    assert!(message.contains("write-protected") && message.contains("another name"), "{message}");
    assert_eq!(open(&path).unwrap().project, project);

    let message = save(&folder.path().join("no/such/folder.ron"), &project).expect_err("refused").to_string();
    assert!(message.contains("somewhere else"), "{message}");
    let message = save(folder.path(), &project).expect_err("refused").to_string();
    assert!(message.contains("cannot be written"), "{message}");
    assert_eq!(names_in(folder.path()), ["shop.threat.ron"]);
}

#[test]
fn temporary_files_of_killed_saves_are_cleared_away_when_old() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.threat.ron");
    let (old, young) =
        (folder.path().join(".a.threat.ron.1-0.tmp"), folder.path().join(".a.threat.ron.2-0.tmp"));
    fs::write(&young, "x").unwrap();
    fs::File::create(&old).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
    save(&path, &sample::project(1, 1)).unwrap();
    save(&path, &sample::project(2, 1)).unwrap();
    assert_eq!(names_in(folder.path()), [".a.threat.ron.2-0.tmp", "a.threat.ron", "a.threat.ron.bak"]);
}

const SAVE_LOOP: &str = "THREAT_STUDIO_TEST_SAVE_LOOP";

/// The child of the test below; on its own it does nothing.
#[test]
fn saves_until_it_is_killed() {
    let Some(path) = std::env::var_os(SAVE_LOOP) else { return };
    let versions: Vec<Project> = (1..9).map(|number| sample::project(number, 20)).collect();
    for version in versions.iter().cycle() {
        save(Path::new(&path), version).unwrap();
    }
}

#[test]
fn a_kill_during_saves_never_leaves_an_unreadable_project() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.threat.ron");
    let versions: Vec<Project> = (1..9).map(|number| sample::project(number, 20)).collect();
    save(&path, &versions[0]).unwrap();
    let mut seen = 0;
    for round in 0..24_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "storage::file_tests::saves_until_it_is_killed", "--nocapture"])
            .env(SAVE_LOOP, &path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_micros(60_000 + round * 3_700));
        assert!(child.try_wait().unwrap().is_none(), "the child stopped by itself");
        child.kill().unwrap();
        child.wait().unwrap();
        let found = open(&path).unwrap().project;
        assert!(versions.contains(&found));
        if backup_path(&path).exists() {
            assert!(versions.contains(&open(&backup_path(&path)).unwrap().project));
            seen += 1;
        }
    }
    assert!(seen > 0, "no child lived long enough to save");
}
