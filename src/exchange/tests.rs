//! What imports promise: the right counts, nothing lost in silence, no panic on whatever bytes.

use std::path::Path;

use super::{Format, ImportError, Imported, detect, import};
use crate::model::*;

mod formats;
mod interop;
mod seed;

fn read(text: &str, name: &str) -> Imported {
    import(text.as_bytes(), name, None).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Elements, flows, boundaries, threats, links, controls, assets, notes, views.
fn counts(project: &Project) -> [usize; 9] {
    [
        project.diagram.component_count(),
        project.diagram.interface_count(),
        project.diagram.zones.len() + project.diagram.lines.len(),
        project.threats.len(),
        project.threats.iter().map(|threat| threat.targets.len()).sum(),
        project.controls.len(),
        project.assets.len(),
        project.notes.len(),
        project.views.len(),
    ]
}

/// What must be true of every imported model.
#[track_caller]
fn check_sound(imported: &Imported) {
    let project = &imported.project;
    assert_eq!(project.broken_references(), []);
    assert_eq!(&ron::from_str::<Project>(&ron::to_string(project).unwrap()).unwrap(), project);
    for zone in &project.diagram.zones {
        let chain = project.diagram.zone_chain(Some(zone.id));
        let outermost = chain.last().and_then(|id| project.diagram.zones.get(*id)).unwrap();
        assert_eq!(outermost.parent, None, "zones form a ring");
    }
    for place in project.views.iter().flat_map(|view| view.places.values()) {
        assert!([place.x, place.y, place.w, place.h].iter().all(|number| number.is_finite()));
    }
    for loss in &imported.losses {
        assert!(!loss.place.is_empty() && !loss.what.is_empty() && !loss.why.is_empty(), "{loss:?}");
    }
}

#[track_caller]
fn check_refused(text: &str, name: &str, words: &str) {
    let error = import(text.as_bytes(), name, None).expect_err(name);
    assert!(error.to_string().contains(words), "{name}: {error}");
}

#[test]
fn what_is_no_model_is_refused_with_a_reason() {
    check_refused("", "x.json", "none of");
    check_refused("{", "x.json", "line 1");
    check_refused("{\n \"summary\": {\"title\": 3},\n \"detail\": }", "x.json", "line 3, column 12");
    check_refused(
        "{\"version\": \"1\", \"summarize\": {}, \"detail\": {}}",
        "x.json",
        "version, summarize, detail",
    );
    check_refused("{\"summary\": {}, \"detail\": {\"diagrams\": []}}", "x.json", "summary.title");
    check_refused("{\"summary\": {\"title\": \"a\"}, \"detail\": {}}", "x.json", "detail.diagrams");
    check_refused("project:\n  name: a\n", "x.otm", "otmVersion");
    check_refused("otmVersion: 0.2.0\n", "x.otm", "project");
    check_refused("otmVersion: 0.2.0\nproject: [\n", "x.yaml", "line");
    check_refused("{\"format\": \"tm7\"}", "x.otm", "otmVersion");
    check_refused("policies.create({ rules: [ })", "x.js", "line 1");
    check_refused("hello", "x.txt", "none of");
    let error = import(b"{\"a\":\n\"\xff\"}", "x.json", None).expect_err("not text");
    assert_eq!(
        error,
        ImportError::Syntax { line: 2, column: 2, message: "this is not text in UTF-8".to_owned() }
    );
}

#[test]
fn formats_are_told_by_their_contents() {
    for (text, name, format) in [
        ("{\"otmVersion\": \"0.2.0\"}", "a.json", Some(Format::OpenThreatModel)),
        ("otmVersion: 0.1.0\n", "a.txt", Some(Format::OpenThreatModel)),
        ("{\"summary\": {}, \"detail\": {}}", "a.json", Some(Format::ThreatDragon)),
        ("{name: 'x', rules: [],}", "a.json5", Some(Format::SecurityObjects)),
        ("{\"name\": \"x\", \"rules\": []}", "a.json", Some(Format::SecurityObjects)),
        ("await c.security.createThreatModel({})", "a.ts", Some(Format::SecurityObjects)),
        ("{}", "a.json", None),
    ] {
        assert_eq!(detect(text, name), format, "{text}");
    }
    for format in Format::ALL {
        assert_eq!(Format::from_name(format.name()), Some(*format));
        assert_eq!(Format::from_name(format.label()), Some(*format));
    }
}

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

const FIXTURES: &[&str] = &["bakery.v2.json", "bakery.v1.json", "bakery.otm.yaml", "bakery-agents.js"];

/// A small stream of numbers; the same start always gives the same numbers.
fn draw(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state as usize
}

#[test]
fn damaged_files_never_panic_and_never_give_a_broken_model() {
    let pieces = [
        "null",
        "[]",
        "{}",
        "-1",
        "1e400",
        "\"\"",
        "\u{0}",
        "'",
        "}",
        "]",
        "true",
        ":",
        "\n",
        "99999999999",
        "`",
    ];
    let mut state = 0x5eed_u64;
    let mut survived = 0;
    for name in FIXTURES {
        let text = fixture(name);
        let tokens: Vec<&str> = text.split_inclusive([',', ':', '\n', ' ']).collect();
        for _ in 0..400 {
            let mut damaged: Vec<&str> = tokens.clone();
            for _ in 0..=draw(&mut state) % 3 {
                let at = draw(&mut state) % damaged.len();
                match draw(&mut state) % 4 {
                    0 => damaged[at] = pieces[draw(&mut state) % pieces.len()],
                    1 => drop(damaged.remove(at)),
                    2 => damaged.insert(at, pieces[draw(&mut state) % pieces.len()]),
                    _ => damaged[at] = tokens[draw(&mut state) % tokens.len()],
                }
            }
            let mut bytes = damaged.concat().into_bytes();
            if draw(&mut state).is_multiple_of(4) {
                let at = draw(&mut state) % bytes.len();
                bytes[at] = draw(&mut state) as u8;
            }
            if let Ok(imported) = import(&bytes, name, None) {
                check_sound(&imported);
                survived += 1;
            }
        }
    }
    assert!(survived > 100, "only {survived} damaged files could still be read: the damage tests nothing");
}
