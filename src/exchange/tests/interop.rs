//! Public sample models, where they are at hand: their counts are those that an independent counter has found.

use std::path::Path;

use super::{check_sound, counts};
use crate::exchange::{Format, import};

#[test]
fn public_models_have_the_expected_counts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/interop");
    let Ok(table) = std::fs::read_to_string(folder.join("expected.tsv")) else {
        eprintln!("SKIPPED: {} is not here, so public sample models were not read", folder.display());
        return;
    };
    let mut seen = 0;
    for row in table.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = row.split('\t').collect();
        let [format, file, variant, rest @ ..] = columns.as_slice() else { panic!("odd row {row}") };
        let Some(format) = Format::from_name(format) else { continue };
        let bytes = std::fs::read(folder.join(file)).unwrap();
        seen += 1;
        if *variant == "INVALID" {
            let error = import(&bytes, file, None).expect_err(file);
            println!("{file}: {error}");
            continue;
        }
        let imported = import(&bytes, file, None).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(imported.format, format, "{file}");
        check_sound(&imported);
        let [elements, flows, boundaries, threats, links, controls, assets, notes, views] =
            counts(&imported.project);
        // The table's order: diagrams, elements, flows, boundaries, threats, links, mitigations, assets, notes.
        let found = [views, elements, flows, boundaries, threats, links, controls, assets, notes];
        for (index, (found, expected)) in found.iter().zip(rest).enumerate() {
            if *expected != "-" {
                assert_eq!(found.to_string(), *expected, "{file}, column {index}");
            }
        }
        println!("{file}: {} losses", imported.losses.len());
        for loss in &imported.losses {
            println!("    {}: {}: {}", loss.place, loss.what, loss.why);
        }
    }
    assert_eq!(seen, 18, "rows of formats that are imported");
}
