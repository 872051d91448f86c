//! Holds the source to the house: which room may use which, what each never names, and what each room's page must say.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every room and the rooms that it may use. A room may always use itself.
const ROOMS: [(&str, &[&str]); 12] = [
    ("model", &[]),
    ("edit", &["model"]),
    ("catalog", &["model"]),
    ("analysis", &["model", "catalog"]),
    ("simulation", &["model"]),
    ("picture", &["model", "analysis", "simulation"]),
    ("exchange", &["model", "catalog"]),
    ("storage", &["model", "edit", "analysis"]),
    ("report", &["model", "edit", "catalog", "analysis", "simulation", "picture"]),
    (
        "session",
        &["model", "edit", "catalog", "analysis", "simulation", "picture", "exchange", "storage", "report"],
    ),
    ("studio", EVERY_ROOM_BELOW),
    ("cli", EVERY_ROOM_BELOW),
];

const EVERY_ROOM_BELOW: &[&str] = &[
    "model",
    "edit",
    "catalog",
    "analysis",
    "simulation",
    "picture",
    "exchange",
    "storage",
    "report",
    "session",
];

/// Words that only some rooms may name, and why.
const WORDS: [(&[&str], &[&str], &str); 7] = [
    (&["egui", "eframe", "egui_extras", "rfd"], &["studio"], "pixels and windows belong to the studio"),
    (&["printpdf"], &["report"], "the PDF printer belongs to the report"),
    (&["std::fs", "std::os", "File::open", "File::create"], &["storage"], "files on disk belong to storage"),
    (&["ureq", "std::net::Tcp"], &["storage"], "the network belongs to storage"),
    (
        &["std::thread::spawn", "thread::Builder"],
        &["session", "storage", "studio"],
        "threads that outlive a call belong to the session",
    ),
    (
        &["std::thread", "std::sync::mpsc"],
        &["session", "storage", "studio", "simulation"],
        "threads belong to the session; simulation spreads the work of one call over the cores",
    ),
    (
        &["SystemTime", "Instant::now", "Timestamp::now", "Zoned::now"],
        SHELLS,
        "only what a person starts may look at the clock",
    ),
];

const SHELLS: &[&str] = &["storage", "session", "studio", "cli"];

/// Lines after which a file is about more than one subject, most likely.
const LONG: usize = 800;

struct Source {
    /// Relative to `src`.
    path: PathBuf,
    room: String,
    /// The code without comments, strings and tests, line by line.
    code: Vec<String>,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<Source> {
    let base = root().join("src");
    let mut files = Vec::new();
    rust_files(&base, &mut files);
    files
        .into_iter()
        .map(|file| {
            let path = file.strip_prefix(&base).unwrap().to_owned();
            let text = std::fs::read_to_string(&file).unwrap();
            let first = path.components().next().unwrap().as_os_str().to_string_lossy();
            let room = first.trim_end_matches(".rs").to_owned();
            let code = if is_test_file(&path) { Vec::new() } else { code_of(&text) };
            Source { path, room, code, text }
        })
        .collect()
}

/// `tests.rs`, `file_tests.rs`, `tests/interop.rs`, and the samples that only tests read.
fn is_test_file(path: &Path) -> bool {
    path.components().any(|part| {
        let name = part.as_os_str().to_string_lossy();
        let name = name.trim_end_matches(".rs");
        name == "tests" || name.ends_with("_tests") || name == "testing"
    })
}

/// The code that ships: without comments and the contents of strings, without `#[cfg(test)]` items.
fn code_of(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let bare = without_comments_and_strings(text);
    let mut rest = bare.lines();
    while let Some(line) = rest.next() {
        if line.trim_start().starts_with("#[cfg(test)]") {
            skip_item(&mut rest, line.trim_start().trim_start_matches("#[cfg(test)]"), &mut lines);
        } else {
            lines.push(line.to_owned());
        }
    }
    lines
}

/// Leaves out one item: up to the line at which its braces are closed again, or its semicolon. Lines are kept empty, so
/// that line numbers stay right.
fn skip_item(rest: &mut std::str::Lines<'_>, first: &str, lines: &mut Vec<String>) {
    lines.push(String::new());
    let mut depth = 0_i32;
    let mut next = Some(first);
    while let Some(line) = next {
        depth += line.matches('{').count() as i32 - line.matches('}').count() as i32;
        let attribute = line.trim_start().starts_with("#[");
        let ended = line.contains('}') || (line.contains(';') && !attribute);
        if depth == 0 && ended {
            return;
        }
        next = rest.next();
        if next.is_some() {
            lines.push(String::new());
        }
    }
}

fn without_comments_and_strings(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'/') => {
                while chars.peek().is_some_and(|next| *next != '\n') {
                    chars.next();
                }
            }
            '/' if chars.peek() == Some(&'*') => {
                let mut last = ' ';
                for next in chars.by_ref() {
                    if next == '\n' {
                        out.push('\n');
                    }
                    if last == '*' && next == '/' {
                        break;
                    }
                    last = next;
                }
            }
            'r' if !before.is_alphanumeric() && before != '_' && matches!(chars.peek(), Some('"' | '#')) => {
                let mut hashes = 0;
                while chars.peek() == Some(&'#') {
                    hashes += 1;
                    chars.next();
                }
                if chars.peek() == Some(&'"') {
                    chars.next();
                    let end = format!("\"{}", "#".repeat(hashes));
                    let mut tail = String::new();
                    for next in chars.by_ref() {
                        if next == '\n' {
                            out.push('\n');
                        }
                        tail.push(next);
                        if tail.ends_with(&end) {
                            break;
                        }
                    }
                } else {
                    out.push('r');
                }
            }
            '"' => {
                out.push('"');
                while let Some(next) = chars.next() {
                    match next {
                        '\\' if chars.next() == Some('\n') => {
                            out.push('\n');
                        }
                        '"' => break,
                        '\n' => out.push('\n'),
                        _ => {}
                    }
                }
                out.push('"');
            }
            '\'' => {
                // A character, or a lifetime: a character ends with a quote two or three on.
                let mut ahead = chars.clone();
                match (ahead.next(), ahead.next()) {
                    (Some('\\'), _) => {
                        chars.next();
                        chars.next();
                        while chars.next().is_some_and(|next| next != '\'') {}
                    }
                    (Some(_), Some('\'')) => {
                        chars.next();
                        chars.next();
                    }
                    _ => out.push('\''),
                }
            }
            _ => out.push(c),
        }
        before = c;
    }
    out
}

/// The rooms that a file names: `crate::room`, and `use crate::{room::…, other::…}` over several lines.
fn rooms_named(code: &[String]) -> Vec<(usize, String)> {
    let mut named = Vec::new();
    let joined = code.join("\n");
    let bytes = joined.as_bytes();
    for (at, _) in joined.match_indices("crate::") {
        let own_word = at == 0 || !(bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
        if !own_word {
            continue;
        }
        let line = joined[..at].matches('\n').count() + 1;
        let after = &joined[at + "crate::".len()..];
        if let Some(group) = after.strip_prefix('{') {
            let mut depth = 1;
            let mut word = String::new();
            let mut whole_word = true;
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                if c.is_alphanumeric() || c == '_' {
                    word.push(c);
                } else {
                    if !word.is_empty() && whole_word {
                        named.push((line, std::mem::take(&mut word)));
                    }
                    word.clear();
                    // Only the first word of each part of the group names a room.
                    whole_word = depth == 1 && (c == ',' || (whole_word && c.is_whitespace()));
                }
                if depth == 0 {
                    break;
                }
            }
        } else {
            named.push((line, after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()));
        }
    }
    named
}

/// Whether a line of code names a word as a path or a crate, not as part of another word.
fn names(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !part(before) && !part(after)
    })
}

fn fail_if_any(what: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{what}:\n  {}\n", faults.join("\n  "));
}

#[test]
fn rooms_use_only_what_the_house_allows() {
    let allowed: BTreeMap<&str, &[&str]> = ROOMS.into_iter().collect();
    let mut faults = Vec::new();
    for source in sources() {
        let Some(may_use) = allowed.get(source.room.as_str()) else { continue };
        for (line, named) in rooms_named(&source.code) {
            if allowed.contains_key(named.as_str())
                && named != source.room
                && !may_use.contains(&named.as_str())
            {
                let place = source.path.display();
                faults.push(format!("src/{place}:{line}: {} may not use {named}", source.room));
            }
        }
    }
    fail_if_any(
        "a room uses one that it may not (the table stands at the top of tests/architecture.rs)",
        &faults,
    );
}

#[test]
fn every_room_is_on_the_map() {
    let known: BTreeSet<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    let found: BTreeSet<String> = sources()
        .into_iter()
        .map(|source| source.room)
        .filter(|room| room != "lib" && room != "main")
        .collect();
    let found: BTreeSet<&str> = found.iter().map(String::as_str).collect();
    assert_eq!(found, known, "folders under src and the rooms that this test knows differ");
    let map = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    for room in known {
        assert!(map.contains(&format!("pub mod {room};")), "src/lib.rs does not name the room {room}");
    }
}

#[test]
fn words_stay_in_their_rooms() {
    let mut faults = Vec::new();
    for source in sources() {
        for (number, line) in source.code.iter().enumerate() {
            for (words, rooms, why) in WORDS {
                if rooms.contains(&source.room.as_str()) || matches!(source.room.as_str(), "main" | "lib") {
                    continue;
                }
                for word in words.iter().filter(|word| names(line, word)) {
                    faults.push(format!(
                        "src/{}:{}: names {word}, but {why}",
                        source.path.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    fail_if_any("a room names what is not its own", &faults);
}

#[test]
fn node_indices_never_leave_the_diagram() {
    let mut faults = Vec::new();
    for source in sources() {
        let home = source.path == Path::new("model/diagram.rs");
        // Analyses build graphs of their own, whose indices are theirs.
        if home || source.room == "analysis" {
            continue;
        }
        for (number, line) in source.code.iter().enumerate() {
            for word in ["NodeIndex", "EdgeIndex"].into_iter().filter(|word| names(line, word)) {
                faults.push(format!("src/{}:{}: names {word}", source.path.display(), number + 1));
            }
        }
    }
    fail_if_any(
        "graph indices belong to model/diagram.rs and to graphs that an analysis builds for itself",
        &faults,
    );
}

#[test]
fn every_room_says_what_it_may_use_and_never_contains() {
    let mut faults = Vec::new();
    for (room, may_use) in ROOMS {
        let path = root().join("src").join(room).join("mod.rs");
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let page: String = text
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .map(|line| line.trim_start_matches("//!").trim())
            .collect::<Vec<_>>()
            .join(" ");
        for promise in ["May use:", "Never contains:"] {
            if !page.contains(promise) {
                faults.push(format!("src/{room}/mod.rs: its page does not say “{promise}”"));
            }
        }
        let said = page.split("May use:").nth(1).and_then(|rest| rest.split("Never contains:").next());
        let said = said.unwrap_or_default();
        // A short list is written out; the rooms on the upper floors say "everything but".
        if may_use.len() <= 3 && !may_use.iter().all(|used| said.contains(used)) {
            faults.push(format!(
                "src/{room}/mod.rs: says it may use “{}”, the house says {may_use:?}",
                said.trim()
            ));
        }
    }
    fail_if_any("a room's page is incomplete", &faults);
}

#[test]
fn no_test_is_switched_off_and_no_file_outgrows_its_subject() {
    let mut faults = Vec::new();
    let mut files = Vec::new();
    for folder in ["src", "tests", "benches", "examples"] {
        if root().join(folder).is_dir() {
            rust_files(&root().join(folder), &mut files);
        }
    }
    let off = concat!("#[", "ignore");
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let place = file.strip_prefix(root()).unwrap().display();
        for (number, _) in text.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with(off)) {
            faults.push(format!("{place}:{}: a test that never runs", number + 1));
        }
        let lines = text.lines().count();
        if lines > LONG {
            eprintln!(
                "warning: {place} has {lines} lines; above {LONG} it is most likely about two subjects"
            );
        }
    }
    fail_if_any("a test is switched off", &faults);
}

#[test]
fn every_file_opens_with_its_purpose() {
    let faults: Vec<String> = sources()
        .iter()
        .filter(|source| {
            !is_test_file(&source.path)
                && !source.text.trim_start_matches("#![").trim_start().starts_with("//!")
        })
        .map(|source| format!("src/{}", source.path.display()))
        .collect();
    fail_if_any("a file does not open with a line that says what it is for (`//! …`)", &faults);
}

#[test]
fn the_reader_of_this_test_sees_what_it_should() {
    let check = |text: &str, expected: &[&str]| {
        let found: Vec<String> = rooms_named(&code_of(text)).into_iter().map(|(_, room)| room).collect();
        assert_eq!(found, expected, "{text}");
    };
    check("use crate::model::Project;", &["model"]);
    check("let x = crate::edit::verbs::add();", &["edit"]);
    check("use crate::{model::{Project, catalog}, analysis::risk};", &["model", "analysis"]);
    check("use crate::{\n    model,\n    edit::Edit,\n};", &["model", "edit"]);
    check("// use crate::studio\nlet s = \"crate::studio\"; let c = '\"'; let l: &'static str = x;", &[]);
    check("let r = r#\"crate::studio \" \"#; use crate::model::A;", &["model"]);
    check("#[cfg(test)]\nmod tests {\n    use crate::studio;\n}\nuse crate::model::A;", &["model"]);
    check("#[cfg(test)]\nmod tests;\nuse crate::model::A;", &["model"]);
    check("/* crate::studio */ use mycrate::edit;", &[]);
    assert!(names("use egui::Ui;", "egui") && !names("use my_egui::Ui;", "egui"));
    assert!(!names("egui_extras::install()", "egui") && names("std::fs::read(x)", "std::fs"));
    assert_eq!(code_of("a\n/* b\nc */ d\n\"e\nf\"").len(), 5, "lines keep their numbers");
}
