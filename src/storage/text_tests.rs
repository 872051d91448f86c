//! What the text of a project promises.

use proptest::prelude::*;

use super::sample;
use super::text::{ReadError, from_text, to_text};
use crate::model::*;

#[track_caller]
fn check_refused(text: &str, line: usize, words: &str) {
    let error: ReadError = from_text(text).expect_err("refused");
    assert!(error.message.contains(words), "{error}");
    assert_eq!(error.line, line, "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_and_back_is_the_same_project(start: u64, size in 1usize..5) {
        let project = sample::project(start, size);
        let text = to_text(&project);
        let back = from_text(&text).unwrap();
        prop_assert_eq!(&back, &project);
        prop_assert_eq!(to_text(&back), text);
    }

    #[test]
    fn unknown_keys_survive_in_any_record(start: u64, chosen: u64) {
        let text = to_text(&sample::project(start, 2));
        let mut put_in = 0;
        let with_unknown: String = text
            .split_inclusive('\n')
            .enumerate()
            .map(|(number, line)| {
                let opens_a_record = line.ends_with("(\n");
                if opens_a_record && (number as u64).wrapping_mul(chosen | 1).is_multiple_of(3) {
                    put_in += 1;
                    format!("{line}r#from-later: (deep: [1, Two(\"a\\\"b\"), {{\"c\": (x: -1.5)}}], none: None), // why\n")
                } else {
                    line.to_owned()
                }
            })
            .collect();
        let read = from_text(&with_unknown).unwrap();
        let written = to_text(&read);
        prop_assert_eq!(written.matches("from-later").count(), put_in);
        prop_assert_eq!(from_text(&written).unwrap(), read);
    }

    #[test]
    fn a_damaged_text_never_panics(start: u64, at in 0.0f64..1.0, put in prop::char::any(), cut in 0usize..40) {
        let text = to_text(&sample::project(start, 1));
        let chars: Vec<char> = text.chars().collect();
        let at = (chars.len() as f64 * at) as usize;
        let damaged: String =
            chars[..at].iter().chain(std::iter::once(&put)).chain(chars[(at + cut).min(chars.len())..].iter()).collect();
        if let Err(error) = from_text(&damaged) {
            prop_assert!(error.line >= 1 && error.column >= 1 && !error.message.is_empty());
        }
    }
}

#[test]
fn comments_beside_unknown_values_do_no_harm() {
    let text = "(format: 2, a: 3 // why\n, b: /* x */ 4 /* y */, c: [1, // one\n 2] // end\n,\n// last\n)";
    let once = to_text(&from_text(text).unwrap());
    assert_eq!(to_text(&from_text(&once).unwrap()), once);
    for key in ["a: 3 // why", "/* x */ 4", "c: [1, // one"] {
        assert!(once.contains(key), "{once}");
    }
}

#[test]
fn a_change_of_one_field_is_a_change_of_one_line() {
    let mut project = sample::project(7, 3);
    let before = to_text(&project);
    project.threats.get_mut(ThreatId(2)).unwrap().likelihood = Some(2.5);
    project.threats.get_mut(ThreatId(2)).unwrap().impact = Some(3.5);
    let rated = to_text(&project);
    project.threats.get_mut(ThreatId(2)).unwrap().impact = Some(4.5);
    let after = to_text(&project);
    assert_ne!(before, rated);
    let changed = rated.lines().zip(after.lines()).filter(|(old, new)| old != new).count();
    assert_eq!((changed, rated.lines().count()), (1, after.lines().count()));
}

#[test]
fn the_text_is_readable() {
    let mut project = Project::new("Till");
    project.diagram.zones.insert(Zone { id: ZoneId(1), name: "Shop".to_owned(), ..Zone::default() });
    project.diagram.put_component(Component {
        id: ComponentId(1),
        kind: ComponentKind::Store,
        name: "ledger".to_owned(),
        zone: Some(ZoneId(1)),
        ..Component::default()
    });
    let place = Place { x: 10.0, y: 0.5, points: vec![(1.0, 2.0), (3.0, 4.0)], ..Place::default() };
    project.views.get_mut(ViewId(1)).unwrap().places.insert(ComponentId(1).into(), place);
    project.reserve_all();
    let expected = r#"#![enable(implicit_some)]
(
  format: 2,
  name: "Till",
  version: "1",
  next: (
    components: 1,
    zones: 1,
    views: 1,
  ),
  diagram: (
    components: [
      (
        id: "C-01",
        kind: Store,
        name: "ledger",
        zone: "Z-1",
      ),
    ],
    zones: [
      (
        id: "Z-1",
        name: "Shop",
      ),
    ],
  ),
  views: [
    (
      id: "V-1",
      name: "Whole system",
      places: {
        "C-01": (
          x: 10.0,
          y: 0.5,
          points: [
            (1.0, 2.0),
            (3.0, 4.0),
          ],
        ),
      },
    ),
  ],
)
"#;
    assert_eq!(to_text(&project), expected);
}

#[test]
fn numbers_that_are_none_do_not_break_the_file() {
    let mut project = sample::project(3, 1);
    project.threats.get_mut(ThreatId(1)).unwrap().likelihood = Some(f64::NAN);
    project.method.appetite = f64::NEG_INFINITY;
    let back = from_text(&to_text(&project)).unwrap();
    assert!(back.threats.get(ThreatId(1)).unwrap().likelihood.unwrap().is_nan());
    assert_eq!(back.method.appetite, f64::NEG_INFINITY);
}

#[test]
fn format_1_is_brought_forward() {
    let text = include_str!("../../tests/fixtures/format-1.threat.ron");
    let project = from_text(text).unwrap();
    let interface = project.diagram.interface(InterfaceId(1)).unwrap();
    assert_eq!(interface.assets, [AssetId(1), AssetId(2)]);
    assert!(interface.extra.0.is_empty() && project.method.extra.0.is_empty());
    assert_eq!((project.format, project.method.appetite), (FORMAT, 5.5));
    let ledger = project.diagram.component(ComponentId(2)).unwrap();
    assert_eq!(ledger.extra.0.get("shelf_life").map(String::as_str), Some("Years(10)"));
    let written = to_text(&project);
    assert!(written.contains("format: 2,") && written.contains("shelf_life: Years(10),"), "{written}");
    assert_eq!(from_text(&written).unwrap(), project);
}

#[test]
fn a_key_that_format_1_did_not_mean_so_is_refused() {
    let text = include_str!("../../tests/fixtures/format-1.threat.ron");
    check_refused(&text.replace("tolerance: 5.5", "tolerance: \"low\""), 47, "in format 1: tolerance");
}

#[test]
fn mistakes_are_answered_with_line_and_column() {
    check_refused("", 1, "");
    check_refused("(format: 2,\n name: 3,\n)", 2, "");
    check_refused("(format: 2,\n name: \"a\"\n owner: \"b\")", 3, "");
    check_refused("(format: 2,\n assets: [(id: \"C-01\")])", 2, "A-1");
    check_refused("(format: 2,\n assets: [\n(id: \"A-1\"),\n(id: \"A-1\"),\n])", 4, "stands twice");
    check_refused("(format: 2,\n name: \"a\",\n name: \"b\",\n)", 3, "name");
    check_refused("(name: \"a\")", 1, "does not name the version");
    check_refused("(\n  format: 3,\n  diagram: Gone,\n)", 2, "newer version");
    check_refused("(\n  format: 3,\n)", 2, "newer version");
    check_refused(
        "(format: 2, diagram: (\n interfaces: [\n  (id: \"F-07\",\n from: \"C-09\"),\n ],\n))",
        3,
        "F-07 ends at C-09, which does not exist",
    );
    check_refused("(\n<<<<<<< HEAD\n format: 2,\n=======\n>>>>>>> b\n)", 2, "not merged");
}

#[test]
fn byte_order_mark_and_windows_line_ends_are_read() {
    let text = to_text(&sample::project(11, 2));
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    assert_eq!(from_text(&windows).unwrap(), from_text(&text).unwrap());
}

#[test]
fn deep_nesting_is_refused_and_does_not_overflow() {
    let deep = format!("(format: 2, x: {}{})", "[".repeat(100_000), "]".repeat(100_000));
    assert!(from_text(&deep).is_err());
}

#[test]
fn an_interface_without_authentication_is_not_one_nobody_has_asked_about() {
    use crate::model::{Authentication, Encryption, Interface, InterfaceId};
    let mut project = Project::new("one");
    let mut number = 0;
    let mut add = |authentication, encryption| {
        number += 1;
        let id = InterfaceId(number);
        project.next.interfaces = number;
        let interface = Interface { id, authentication, encryption, ..Interface::default() };
        project.diagram.put_interface(interface).unwrap();
    };
    add(None, None);
    for authentication in Authentication::ALL {
        add(Some(*authentication), None);
    }
    for encryption in Encryption::ALL {
        add(None, Some(*encryption));
    }
    assert_eq!(from_text(&to_text(&project)).unwrap(), project);
}

#[test]
fn attacks_found_take_one_line_and_older_files_read_the_same() {
    let check = |list: &str, expected: &str| {
        let text = format!("(format: 2, evidence: [(id: \"E-01\", found: {list}, missed: [7])])");
        let project = from_text(&text).unwrap();
        assert_eq!(project.evidence.get(EvidenceId(1)).unwrap().missed, Numbers(vec![7]));
        let written = to_text(&project);
        for line in [&format!("\n      found: {expected},\n"), "\n      missed: [7],\n"] {
            assert!(written.contains(line), "no {line} in {written}");
        }
        assert_eq!(from_text(&written).unwrap(), project);
    };
    check("[\n        0,\n        12,\n      ]", "[0, 12]");
    check("[3]", "[3]");
    check_refused("(format: 2, evidence: [(id: \"E-01\",\n found: [-1])])", 2, "");
    check_refused("(format: 2, evidence: [(id: \"E-01\",\n found: 3)])", 2, "");
}
