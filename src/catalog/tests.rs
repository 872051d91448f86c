use std::collections::BTreeSet;

use super::*;
use crate::model::Framework;

#[test]
fn the_packs_hold_what_they_should() {
    let catalog = CatalogTexts::BUILTIN.read().unwrap();
    assert_eq!(
        (
            catalog.threats.len(),
            catalog.controls.len(),
            catalog.attributes.len(),
            catalog.metrics.len(),
            catalog.lint_rules.len(),
            catalog.stencils.len(),
        ),
        (163, 111, 184, 118, 96, 145)
    );
    let mut ids: Vec<&str> = catalog.threats.iter().map(|threat| threat.id.as_str()).collect();
    ids.extend(catalog.controls.iter().map(|control| control.id.as_str()));
    ids.extend(catalog.lint_rules.iter().map(|rule| rule.id.as_str()));
    let distinct: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(distinct.len(), ids.len());
    for threat in &catalog.threats {
        assert!((1..=5).contains(&threat.likelihood) && (1..=5).contains(&threat.impact), "{}", threat.id);
        assert!(!threat.stride.is_empty() && !threat.controls.is_empty(), "{}", threat.id);
    }
    for info in &catalog.attributes {
        assert!(info.question.ends_with('?') && !info.of.is_empty(), "{}", info.name);
        assert_ne!(info.yes_means, info.no_means, "{}", info.name);
        assert_eq!(catalog.attribute(&info.name), Some(info));
    }
}

#[test]
fn every_reference_has_its_framework_and_edition() {
    let catalog = Catalog::builtin();
    let threats = catalog.threats.iter().flat_map(|threat| &threat.references);
    for reference in threats.chain(catalog.controls.iter().flat_map(|control| &control.references)) {
        assert_ne!(reference.framework, Framework::Other, "{}", reference.id);
        assert!(!reference.edition.is_empty() || reference.framework == Framework::Cwe, "{}", reference.id);
    }
    for (id, framework) in [
        ("LLM01", Framework::OwaspLlm),
        ("ASI01", Framework::OwaspAgentic),
        ("T6", Framework::OwaspAgenticThreats),
        ("AML.T0051.000", Framework::Atlas),
        ("CWE-1427", Framework::Cwe),
        ("CAPEC-137", Framework::Capec),
        ("SC-7(5)", Framework::Nist),
        ("A.8.28", Framework::Iso27001),
        ("CIS-16.10", Framework::Cis),
        ("house rule 3", Framework::Other),
    ] {
        assert_eq!(reference(id).framework, framework, "{id}");
    }
}

/// A pack with one text put in place of another fails at that line with these words.
fn check_broken(from: &str, to: &str, line: usize, words: &str) {
    let threats = r#"[
    (
        id: "AG-001",
        title: "Words",
        stride: "TE",
        applies_to: Agent,
        trigger: "content_filtered and not isolated",
        likelihood: 4,
        impact: 4,
        references: ["LLM01"],
        controls: ["input_validation"],
        metrics: ["cpu_usage"],
        family: "other",
    ),
]"#;
    assert!(threats.contains(from), "{from}");
    let broken = threats.replace(from, to);
    let error = CatalogTexts { threats: &broken, ..CatalogTexts::BUILTIN }.read().expect_err(to);
    assert_eq!((error.file, error.line), ("threats.ron", line), "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn a_broken_pack_says_where_and_why() {
    check_broken("content_filtered and", "content_filtered &", 7, "column 18");
    check_broken("content_filtered", "likes_tea", 3, "likes_tea");
    check_broken("input_validation", "magic", 3, "magic");
    check_broken("cpu_usage", "mood", 3, "mood");
    check_broken("\"TE\"", "\"TX\"", 5, "STRIDE");
    check_broken("applies_to: Agent", "applies_to: Robot", 6, "Robot");
    check_broken("likelihood: 4", "likelihood: high", 8, "");
}

/// A stencil with one text put in place of another fails at that line with these words.
fn check_broken_stencil(from: &str, to: &str, line: usize, words: &str) {
    let stencils = r#"[
    (
        name: "Postgres",
        words: ["sql"],
        group: "Databases",
        kind: Store,
        icon: "database",
        description: "A database.",
        assumed: {"backed_up": Yes},
    ),
]"#;
    assert!(stencils.contains(from), "{from}");
    let broken = stencils.replace(from, to);
    let error = CatalogTexts { stencils: &broken, ..CatalogTexts::BUILTIN }.read().expect_err(to);
    assert_eq!((error.file, error.line), ("stencils.ron", line), "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn a_broken_stencil_says_where_and_why() {
    check_broken_stencil("kind: Store", "kind: Robot", 6, "Robot");
    check_broken_stencil("icon:", "ikon:", 7, "ikon");
    check_broken_stencil("backed_up", "likes_tea", 3, "likes_tea");
    check_broken_stencil("backed_up", "has_memory", 3, "cannot have");
    check_broken_stencil("Yes}", "Text(\"often\")}", 3, "cannot be");
    check_broken_stencil("A database.", "", 3, "lacks");
    check_broken_stencil(
        "    ),\n]",
        "    ),(name: \"postgres\", words: [\"x\"], group: \"y\", kind: Store, icon: \"z\", description: \"w\", assumed: {}),\n]",
        10,
        "twice",
    );
}

#[test]
fn the_icon_of_every_stencil_is_there() {
    for stencil in &Catalog::builtin().stencils {
        assert!(
            crate::picture::icon::icon_svg(&stencil.icon).is_some(),
            "{}: {}",
            stencil.name,
            stencil.icon
        );
    }
}
