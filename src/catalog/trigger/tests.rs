use proptest::prelude::*;

use super::*;
use crate::catalog::Catalog;

#[test]
fn every_trigger_of_the_catalogue_prints_as_it_is_written() {
    let pack = crate::catalog::CatalogTexts::BUILTIN.threats;
    let written: Vec<&str> = pack
        .lines()
        .filter_map(|line| line.trim().strip_prefix("trigger: \"")?.strip_suffix("\","))
        .collect();
    let printed: Vec<String> =
        Catalog::builtin().threats.iter().map(|threat| threat.trigger.to_string()).collect();
    assert_eq!(written.len(), 163);
    assert_eq!(printed, written);
}

/// A trigger and how it prints, or the column and a part of the message of its error.
fn check(text: &str, expected: Result<&str, (usize, &str)>) {
    match (text.parse::<Trigger>(), expected) {
        (Ok(trigger), Ok(printed)) => assert_eq!(trigger.to_string(), printed, "{text}"),
        (Err(error), Err((column, words))) => {
            assert_eq!(error.column, column, "{text}: {error}");
            assert!(error.message.contains(words), "{text}: {error}");
        }
        (found, _) => panic!("{text}: {found:?}, not {expected:?}"),
    }
}

#[test]
fn words_bind_as_people_expect() {
    for (text, printed) in [
        ("a", "a"),
        ("not a and b or c", "not a and b or c"),
        ("((a))", "a"),
        ("not (a or b)", "not (a or b)"),
        ("not (a)", "not a"),
        ("(a and b) and c", "(a and b) and c"),
        ("a and (b or c)", "a and (b or c)"),
        ("a   >=3", "a >= 3"),
        ("source.kind in [ process , tool ]", "source.kind in [process,tool]"),
        ("data_sensitivity > target.max_sensitivity", "data_sensitivity > target.max_sensitivity"),
        ("not exists flow where (a or b)", "not exists flow where (a or b)"),
        ("exists path where (bypasses this element)", "exists path where (bypasses this element)"),
        (
            "element in multiple boundaries with different trust_level",
            "element in multiple boundaries with different trust_level",
        ),
        ("element in [a]", "element in [a]"),
    ] {
        check(text, Ok(printed));
    }
}

#[test]
fn a_mistake_has_its_column() {
    for (text, column, words) in [
        ("", 1, "attribute is missing"),
        ("a and", 6, "attribute is missing"),
        ("a b", 3, "after a complete condition"),
        ("a = 3", 3, "compares nothing"),
        ("a === 3", 3, "compares nothing"),
        ("(a or b", 8, "\")\" is missing"),
        ("a in b", 6, "\"[\" belongs"),
        ("a in []", 7, "a word belongs"),
        ("far.kind == x", 1, "only source. and target."),
        ("exists a where (b)", 8, "inflow, outflow, flow or path"),
        ("exists inflow (b)", 15, "\"where\" belongs"),
        ("exists path where (a)", 20, "bypasses this element"),
        ("a and % b", 7, "no meaning"),
        ("a > 1.2.3", 5, "no number"),
        ("ä", 1, "no meaning"),
        ("and a", 1, "\"and\" stands where"),
    ] {
        check(text, Err((column, words)));
    }
    let deep = "(".repeat(100_000);
    check(&deep, Err((65, "too deeply")));
}

fn trigger() -> impl Strategy<Value = Trigger> {
    let name = || {
        (prop::option::of(prop::sample::select(vec![End::Source, End::Target])), "[a-d]{1,3}")
            .prop_map(|(end, attribute)| Name { end, attribute })
    };
    let sign = prop::sample::select(vec![
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Less,
        Comparison::GreaterOrEqual,
    ]);
    let operand = prop_oneof![
        (0u32..100).prop_map(|n| Operand::Number(f64::from(n))),
        "[e-h]{1,3}".prop_map(Operand::Word),
        "[a-d]{1,3}".prop_map(|attribute| Operand::Name(Name { end: Some(End::Target), attribute })),
    ];
    let leaf = prop_oneof![
        name().prop_map(Trigger::Is),
        (name(), sign, operand).prop_map(|(name, sign, operand)| Trigger::Compare(name, sign, operand)),
        (name(), prop::collection::vec("[e-h]{1,3}", 1..4))
            .prop_map(|(name, words)| Trigger::In(name, words)),
        Just(Trigger::Bypassed),
        Just(Trigger::SpansTrust),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|part| Trigger::Not(Box::new(part))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Trigger::And),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Trigger::Or),
            inner.prop_map(|part| Trigger::Exists(Way::Inflow, Box::new(part))),
        ]
    })
}

proptest! {
    #[test]
    fn printing_and_parsing_are_inverse(trigger in trigger()) {
        prop_assert_eq!(trigger.to_string().parse::<Trigger>(), Ok(trigger));
    }

    #[test]
    fn no_text_is_too_odd_to_parse(text in "[a-z .,()\\[\\]<>=!0-9]{0,60}") {
        let _ = text.parse::<Trigger>();
    }
}
