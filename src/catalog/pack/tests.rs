use proptest::prelude::*;

use super::*;
use crate::catalog::{Catalog, CatalogTexts};
use crate::model::Answer;

const ACME: &str = r#"// Ours.
(
    name: "Acme",
    threats: [
        (
            id: "ACME-001",
            title: "Badge copied",
            stride: "S",
            applies_to: Human,
            trigger: "has_mfa == no or exists outflow where (crosses_boundary)",
            likelihood: 4,
            controls: ["acme_badge_check", "input_validation"],
            references: ["CWE-287"],
            source: "A visitor",
        ),
    ],
    controls: [
        (id: "acme_badge_check", title: "Badge check", strength: High, stride: "S", family: "doors", cost: 12.5),
    ],
    stencils: [
        (name: "Turnstile", kind: Agent, description: "Lets one in at a time.", assumed: {"executes_code": No}),
    ],
)
"#;

fn acme() -> Pack {
    let text = ACME.replace("has_mfa == no", "not content_filtered").replace("Human", "Agent");
    Pack::read(&text).unwrap()
}

#[test]
fn what_is_right_is_added_with_the_name_of_its_pack() {
    let pack = acme();
    let (catalog, faults) = Catalog::builtin().with_packs(&[&pack]);
    assert_eq!(faults, [vec![]]);
    let threat = catalog.threat("ACME-001").unwrap();
    assert_eq!((threat.pack.as_deref(), threat.likelihood, threat.impact), (Some("Acme"), 4, 3));
    assert_eq!(threat.references[0].framework, crate::model::Framework::Cwe);
    let control = catalog.control("acme_badge_check").unwrap();
    assert_eq!((control.pack.as_deref(), control.cost), (Some("Acme"), Some(12.5)));
    assert_eq!(control.control(Vec::new()).cost, Some(12.5));
    let stencil = catalog.stencil("turnstile").unwrap();
    assert_eq!((stencil.group.as_str(), stencil.icon.as_str()), ("Acme", "bot"));
    let builtin = Catalog::builtin();
    assert_eq!(catalog.threats.len(), builtin.threats.len() + 1);
    assert!(builtin.threats.iter().all(|threat| threat.pack.is_none()));
}

/// A pack with one text put in place of another: the line and column of its first fault, and words of it. The entry is left
/// out, and the others are there all the same.
#[track_caller]
fn check(from: &str, to: &str, (line, column): (usize, usize), words: &str) {
    let good = acme().text();
    assert!(good.contains(from), "{from} is not in {good}");
    let text = good.replacen(from, to, 1);
    let pack = match Pack::read(&text) {
        Ok(pack) => pack,
        Err(error) => {
            assert_eq!((error.line, error.column), (line, column), "{text}{error}");
            assert!(error.message.contains(words), "{error}");
            return;
        }
    };
    let (catalog, faults) = Catalog::builtin().with_packs(&[&pack]);
    let fault = faults[0].first().unwrap_or_else(|| panic!("{to} is well"));
    let spot = spots(&text).of(fault);
    assert_eq!((spot.line, spot.column), (line, column), "{text}{fault:?}");
    assert!(fault.message.contains(words), "{fault:?}");
    let added = catalog.threats.len() + catalog.controls.len() + catalog.stencils.len();
    let builtin = Catalog::builtin();
    let known = builtin.threats.len() + builtin.controls.len() + builtin.stencils.len();
    assert!(added < known + 3 || !fault.leaves_out, "{to}");
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let line = |wanted: &str| acme().text().lines().position(|line| line.contains(wanted)).unwrap() + 1;
    let column = |wanted: &str| {
        let text = acme().text();
        let line = text.lines().find(|line| line.contains(wanted)).unwrap();
        line.find(": ").unwrap() + 3
    };
    let at = |wanted: &str| (line(wanted), column(wanted));
    let (trigger_line, trigger_column) = at("trigger:");
    check("\"ACME-001\"", "\"AG-001\"", at("ACME-001"), "in the catalogue already");
    check("\"ACME-001\"", "\"\"", at("ACME-001"), "no id");
    check("\"ACME-001\"", "\"ACME 1\"", at("ACME-001"), "letters");
    check("\"ACME-001\"", "\"acme_badge_check\"", at("ACME-001"), "in Acme already");
    check("Badge copied", "", at("Badge copied"), "no title");
    check("stride: \"S\"", "stride: \"SX\"", at("stride:"), "X is no STRIDE letter");
    check("not content_filtered", "not", (trigger_line, trigger_column + 5), "or");
    check(
        "content_filtered",
        "content_filter",
        (trigger_line, trigger_column + 5),
        "is content_filtered meant?",
    );
    check(
        "content_filtered",
        "likes_tea",
        (trigger_line, trigger_column + 5),
        "no attribute is called likes_tea",
    );
    check("likelihood: 4", "likelihood: 9", at("likelihood"), "from 1 to 5");
    check("input_validation", "input_validatoin", at("controls: [\"a"), "is input_validation meant?");
    check("Badge check\"", "\"", at("Badge check"), "no title");
    check("12.5", "-1.0", at("12.5"), "from 0 on");
    check("\"Turnstile\"", "\"PostgreSQL\"", at("Turnstile"), "already");
    check("\"executes_code\"", "\"likes_tea\"", at("assumed"), "likes_tea");
    check("description", "descripton", (line("Lets one"), at("Lets one").1 - 1), "means nothing here");
    check("High", "Huge", at("High"), "Huge");
}

#[test]
fn two_packs_may_not_say_the_same() {
    let (one, mut other) = (acme(), acme());
    other.name = "Other".to_owned();
    other.threats[0].controls.push("acme_badge_check".to_owned());
    let (catalog, faults) = Catalog::builtin().with_packs(&[&one, &other]);
    assert!(faults[0].is_empty());
    let said: Vec<&str> = faults[1].iter().map(|fault| fault.message.as_str()).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].contains("ACME-001 is in Acme already"), "{said:?}");
    assert_eq!(catalog.threat("ACME-001").unwrap().pack.as_deref(), Some("Acme"));
}

#[test]
fn the_catalogue_itself_could_be_a_pack() {
    let section = |name: &str, text: &str| format!("{name}: {text},\n");
    let texts = CatalogTexts::BUILTIN;
    let text = format!(
        "(name: \"All\",\n{}{}{})",
        section("threats", texts.threats),
        section("controls", texts.controls),
        section("stencils", texts.stencils)
    );
    let pack = Pack::read(&text).unwrap();
    let empty = Catalog {
        threats: Vec::new(),
        controls: Vec::new(),
        stencils: Vec::new(),
        ..Catalog::builtin().clone()
    };
    let (catalog, faults) = empty.with_packs(&[&pack]);
    assert_eq!(faults, [vec![]]);
    for (own, given) in catalog.threats.iter().zip(&Catalog::builtin().threats) {
        assert_eq!(
            own.as_ref(),
            &crate::catalog::CatalogThreat { pack: own.pack.clone(), ..given.as_ref().clone() }
        );
    }
    assert_eq!(catalog.controls.len(), Catalog::builtin().controls.len());
    assert_eq!(catalog.stencils.len(), Catalog::builtin().stencils.len());
    assert_eq!(Pack::read(&pack.text()).unwrap(), pack);
}

#[test]
fn keys_that_nobody_knows_survive() {
    let text = "(name: \"A\", threats: [(id: \"A-1\", mood: [1, 2])], colour: \"red\")";
    let pack = Pack::read(text).unwrap();
    let again = pack.text();
    assert!(again.contains("mood: [1, 2]") && again.contains("colour: \"red\""), "{again}");
    assert_eq!(Pack::read(&again).unwrap(), pack);
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z_]{0,12}", "[ -~äß“\\n\"\\\\]{0,20}"]
}

fn packs() -> impl Strategy<Value = Pack> {
    let threat = (
        word(),
        word(),
        word(),
        word(),
        0_u8..9,
        0..ElementKind::ALL.len(),
        proptest::collection::vec(word(), 0..3),
    )
        .prop_map(|(id, title, stride, trigger, likelihood, kind, controls)| PackThreat {
            id,
            title,
            stride,
            trigger,
            likelihood,
            applies_to: ElementKind::ALL[kind],
            controls,
            ..PackThreat::default()
        });
    let control = (word(), word(), proptest::option::of(-1e6..1e6))
        .prop_map(|(id, family, cost)| PackControl { id, family, cost, ..PackControl::default() });
    let stencil = (word(), word(), word()).prop_map(|(name, icon, attribute)| PackStencil {
        name,
        icon,
        assumed: Attributes([(attribute, Answer::Yes)].into()),
        ..PackStencil::default()
    });
    let list = |size| 0..size;
    (
        word(),
        proptest::collection::vec(threat, list(4)),
        proptest::collection::vec(control, list(3)),
        proptest::collection::vec(stencil, list(3)),
    )
        .prop_map(|(name, threats, controls, stencils)| Pack {
            name,
            threats,
            controls,
            stencils,
            ..Pack::default()
        })
}

proptest! {
    #[test]
    fn reading_what_was_written_gives_the_same(pack in packs()) {
        let text = pack.text();
        let again = Pack::read(&text);
        prop_assert_eq!(again.as_ref(), Ok(&pack));
        let (_, faults) = Catalog::builtin().with_packs(&[&pack]);
        let places = spots(&text);
        for fault in &faults[0] {
            prop_assert!(places.of(fault).line <= text.lines().count());
            prop_assert!(!fault.message.is_empty());
        }
    }

    #[test]
    fn mutated_bytes_are_refused_or_read_but_never_a_panic(
        changes in proptest::collection::vec((0_usize..2000, any::<u8>()), 1..6)
    ) {
        let mut bytes = acme().text().into_bytes();
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        let text = String::from_utf8_lossy(&bytes);
        let _ = spots(&text).entry(None);
        if let Ok(pack) = Pack::read(&text) {
            Catalog::builtin().with_packs(&[&pack]);
            prop_assert!(Pack::read(&pack.text()).is_ok());
        }
    }
}
