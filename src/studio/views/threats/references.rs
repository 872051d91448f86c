//! The entries of public frameworks that a threat stands for: picked from what the catalogue knows, or typed.

use std::collections::BTreeSet;

use egui::{Ui, Vec2};

use super::detail::change;
use crate::catalog::Catalog;
use crate::model::{Framework, Reference, Threat};
use crate::picture::Role;
use crate::studio::theme::Look;
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Chip, Field};

/// "LLM01:2025".
fn label(reference: &Reference) -> String {
    if reference.edition.is_empty() {
        reference.id.clone()
    } else {
        format!("{}:{}", reference.id, reference.edition)
    }
}

/// Draws the chips, and what adds more.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    widgets::caption(ui, "References");
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 6.0);
        for (index, reference) in threat.references.iter().enumerate() {
            let label = label(reference);
            let close = format!("Remove {label}");
            let chip = Chip::new(&label).closes(&close).show(ui);
            let edition = if reference.edition.is_empty() {
                String::new()
            } else {
                format!(", edition {}", reference.edition)
            };
            chip.response.on_hover_text(format!("{}{edition}", reference.framework.label()));
            if chip.closed {
                change(ctx, threat.id, "references", |threat| {
                    threat.references.remove(index);
                });
            }
        }
        if let Some(reference) = pick(ui, ctx.catalog(), threat) {
            change(ctx, threat.id, "references", |threat| threat.references.push(reference));
        }
    });
}

/// Every entry that the catalogue names, by framework; those of its own catalogue threat first.
fn known(catalog: &Catalog, threat: &Threat) -> Vec<Reference> {
    let own = threat.catalog.as_deref().and_then(|id| catalog.threat(id));
    let mut seen: BTreeSet<(Framework, String, String)> = BTreeSet::new();
    let mut list: Vec<Reference> = Vec::new();
    let mut rest: Vec<&Reference> = catalog.threats.iter().flat_map(|entry| &entry.references).collect();
    rest.extend(catalog.controls.iter().flat_map(|control| &control.references));
    rest.sort_by(|a, b| (a.framework, &a.id).cmp(&(b.framework, &b.id)));
    let first = own.into_iter().flat_map(|entry| &entry.references);
    for reference in first.chain(rest) {
        let key = (reference.framework, reference.edition.clone(), reference.id.clone());
        let has = threat.references.iter().any(|one| one.framework == key.0 && one.id == key.2);
        if !has && seen.insert(key) {
            list.push(reference.clone());
        }
    }
    list
}

fn pick(ui: &mut Ui, catalog: &Catalog, threat: &Threat) -> Option<Reference> {
    let chip = Chip::new("Add a reference").icon("plus").clickable().suggested().show(ui).response;
    let draft = chip.id.with("draft");
    let mut picked = None;
    egui::Popup::menu(&chip)
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .accessible_name("Add a reference".to_owned())
        .width(320.0)
        .show(|ui| {
            ui.set_width(320.0);
            ui.spacing_mut().item_spacing = Vec2::new(0.0, 1.0);
            let mut text: String = ui.data(|data| data.get_temp(draft)).unwrap_or_default();
            let hint = "LLM01, prompt, CWE-1427:4.18";
            let response =
                Field::new("Find a reference").id(draft.with("field")).hint(hint).show(ui, &mut text);
            let entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            if !response.has_focus() && !response.lost_focus() {
                response.request_focus();
            }
            let words = text.trim().to_lowercase();
            let fits = |reference: &Reference| {
                let all = format!("{} {}", label(reference), reference.framework.label()).to_lowercase();
                words.split_whitespace().all(|word| all.contains(word))
            };
            let offers: Vec<Reference> = known(catalog, threat).into_iter().filter(fits).collect();
            egui::ScrollArea::vertical().max_height(300.0).show(ui, |ui| {
                let mut framework = None;
                for reference in offers.iter().take(60) {
                    if framework != Some(reference.framework) {
                        framework = Some(reference.framework);
                        widgets::menu_heading(ui, reference.framework.label());
                    }
                    if widgets::menu_item(ui, None, &label(reference), "", false, true).clicked() {
                        picked = Some(reference.clone());
                    }
                }
                if offers.is_empty() {
                    let words = "Not in the catalogue; Enter adds it as it stands";
                    widgets::label(ui, words, Look::SMALL, Role::TextTertiary);
                }
            });
            if entered && !words.is_empty() {
                picked = Some(match offers.as_slice() {
                    [only] => only.clone(),
                    _ => typed(text.trim()),
                });
            }
            if picked.is_some() {
                text.clear();
                ui.close();
            }
            ui.data_mut(|data| data.insert_temp(draft, text));
        });
    picked
}

fn typed(text: &str) -> Reference {
    let (id, edition) = text.split_once(':').unwrap_or((text, ""));
    Reference {
        framework: framework_of(id),
        id: id.trim().to_owned(),
        edition: edition.trim().to_owned(),
        ..Reference::default()
    }
}

fn framework_of(id: &str) -> Framework {
    let id = id.trim().to_uppercase();
    let known = [
        ("CWE-", Framework::Cwe),
        ("CAPEC-", Framework::Capec),
        ("AML.", Framework::Atlas),
        ("LLM", Framework::OwaspLlm),
        ("ASI", Framework::OwaspAgentic),
        ("CIS-", Framework::Cis),
        ("A.", Framework::Iso27001),
    ];
    known
        .iter()
        .find(|(start, _)| id.starts_with(start))
        .map_or(Framework::Other, |(_, framework)| *framework)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_catalogue_knows_is_offered_once_with_its_edition() {
        let threat = Threat { catalog: Some("AG-001".to_owned()), ..Threat::default() };
        let all = known(Catalog::builtin(), &threat);
        let own = Catalog::builtin().threat("AG-001").unwrap();
        assert_eq!(all[..own.references.len()], own.references[..]);
        let labels: BTreeSet<(Framework, String)> =
            all.iter().map(|reference| (reference.framework, label(reference))).collect();
        assert_eq!(labels.len(), all.len());
        assert!(all.iter().any(|r| r.framework == Framework::OwaspLlm && !r.edition.is_empty()));
        let has = Threat { references: vec![own.references[0].clone()], ..threat };
        assert!(!known(Catalog::builtin(), &has).contains(&own.references[0]));
    }

    #[test]
    fn what_is_typed_finds_its_framework() {
        for (text, framework, edition) in [
            ("CWE-1427:4.18", Framework::Cwe, "4.18"),
            ("llm01:2025", Framework::OwaspLlm, "2025"),
            ("AML.T0051", Framework::Atlas, ""),
            ("something", Framework::Other, ""),
        ] {
            let reference = typed(text);
            assert_eq!((reference.framework, reference.edition.as_str()), (framework, edition), "{text}");
        }
    }
}
