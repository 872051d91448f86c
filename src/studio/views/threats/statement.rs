//! The sentence of a threat: how it reads, its parts to fill in with the names of the model at hand, and what is missing.

use egui::{Ui, Vec2};

use super::detail::change;
use crate::analysis::suggest;
use crate::model::{Band, ItemId, Project, Statement, Threat};
use crate::picture::Role;
use crate::session::Request;
use crate::studio::theme::{self, Look};
use crate::studio::views::{ViewContext, parts};
use crate::studio::widgets::{self, Chip, Field};

type Pick = fn(&mut Statement) -> &mut String;

/// Name, hint and place of each part that is words.
const PARTS: [(&str, &str, Pick); 5] = [
    ("Who", "Anyone who can chat with the agent", |s| &mut s.source),
    ("With what", "with a valid account", |s| &mut s.prerequisites),
    ("Can", "hide instructions in a fetched page", |s| &mut s.action),
    ("Leads to", "tool calls outside the task", |s| &mut s.effect),
    ("Harms", "the confidentiality and integrity", |s| &mut s.harm),
];

fn asset_names(project: &Project, statement: &Statement) -> Vec<String> {
    statement.assets.iter().map(|asset| project.name_of((*asset).into())).collect()
}

/// Draws the sentence, and its parts behind a fold that is open as long as something is missing.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    let id = threat.id;
    let project = ctx.project();
    let sentence = threat.statement.sentence(&asset_names(project, &threat.statement));
    widgets::paragraph(ui, &sentence, Look { size: 17.0, line: 26.0, ..Look::BODY }, Role::TextSecondary);
    let gaps = threat.statement.gaps();
    if !gaps.is_empty() {
        let missing: Vec<&str> = gaps.iter().map(|gap| gap.missing()).collect();
        ui.horizontal_wrapped(|ui| {
            let words = format!("It does not say {}.", missing.join(", "));
            widgets::label(ui, &words, Look::SMALL, Role::SeverityText(Band::Medium));
            let entry = threat.catalog.as_deref().and_then(|id| ctx.catalog().threat(id));
            if let Some(entry) = entry
                && widgets::link(ui, "Fill the gaps from the catalogue").clicked()
            {
                let given = suggest::statement(project, entry, &threat.targets);
                change(ctx, id, "statement", |threat| fill_gaps(&mut threat.statement, given));
            }
        });
    }
    let head = Look::SMALL_MEDIUM.text("Change the sentence", theme::color(ui, Role::Accent));
    egui::CollapsingHeader::new(head).id_salt(("statement", id)).show(ui, |ui| {
        for (name, hint, pick) in PARTS {
            part(ui, ctx, threat, name, hint, pick);
        }
        widgets::property_tall(ui, "Of assets", |ui| {
            ui.horizontal_wrapped(|ui| {
                let linked: Vec<ItemId> =
                    threat.statement.assets.iter().map(|asset| (*asset).into()).collect();
                let offers: Vec<ItemId> = project.assets.ids().map(ItemId::from).collect();
                if let Some(list) = parts::link_list(ui, ctx, "Name an asset", "gem", &linked, &offers) {
                    let assets = list
                        .into_iter()
                        .filter_map(|item| if let ItemId::Asset(id) = item { Some(id) } else { None })
                        .collect();
                    change(ctx, id, "statement", |threat| threat.statement.assets = assets);
                }
            });
        });
        whole(ui, ctx, threat, &sentence);
    });
    let hint = "More than a sentence, where needed";
    if let Some(text) = parts::paragraph_value(ui, ctx, "Description", hint, 1, &threat.description) {
        change(ctx, id, "description", |threat| threat.description = text);
    }
}

fn fill_gaps(statement: &mut Statement, mut given: Statement) {
    for (_, _, pick) in PARTS {
        if pick(statement).trim().is_empty() {
            *pick(statement) = std::mem::take(pick(&mut given));
        }
    }
    if statement.assets.is_empty() {
        statement.assets = given.assets;
    }
}

/// One part as a field; names of the model that begin as the last word does are offered under it.
fn part(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat, name: &str, hint: &str, pick: Pick) {
    let current = pick(&mut threat.statement.clone()).clone();
    widgets::property_tall(ui, name, |ui| {
        ui.vertical(|ui| {
            let field_id = ui.make_persistent_id(("statement part", threat.id, name));
            let field = Field::new(name).id(field_id).hint(hint).caret_at_end();
            let set = |ctx: &mut ViewContext<'_>, text: String| {
                change(ctx, threat.id, "statement", |threat| *pick(&mut threat.statement) = text);
            };
            if let Some(text) = parts::text_value(ui, ctx, field, &current) {
                set(ctx, text);
            }
            let offers = completions(ctx.project(), &current);
            if !is_in_use(ui, field_id) || offers.is_empty() {
                return;
            }
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing = Vec2::new(6.0, 4.0);
                for offer in offers {
                    let said = format!("Complete {name} with {offer}");
                    let chip = Chip::new(&offer).named(&said).clickable().suggested().show(ui).response;
                    if chip.clicked() {
                        let (start, _) = last_word(&current);
                        set(ctx, format!("{start}{offer}"));
                        ui.memory_mut(|memory| memory.request_focus(field_id));
                    }
                }
            });
        });
    });
}

/// Whether somebody types into a field, or has just pressed one of its offers: the press takes the focus away first.
fn is_in_use(ui: &Ui, field: egui::Id) -> bool {
    let now = ui.memory(|memory| memory.has_focus(field));
    let pressed = ui.input(|input| input.pointer.any_down() || input.pointer.any_released());
    let used = field.with("in use");
    ui.data_mut(|data| {
        let was: &mut bool = data.get_temp_mut_or_default(used);
        *was = now || (*was && pressed);
        *was
    })
}

/// What stands before the last word, and that word.
fn last_word(text: &str) -> (&str, &str) {
    let at = text.rfind(' ').map_or(0, |at| at + 1);
    text.split_at(at)
}

/// Names of components, zones and assets that begin as the last word does; at least two letters of it.
fn completions(project: &Project, text: &str) -> Vec<String> {
    let (_, word) = last_word(text);
    let word = word.to_lowercase();
    if word.chars().count() < 2 {
        return Vec::new();
    }
    let components = project.diagram.components().map(|component| component.name.as_str());
    let zones = project.diagram.zones.iter().map(|zone| zone.name.as_str());
    let assets = project.assets.iter().map(|asset| asset.name.as_str());
    let mut found: Vec<String> = Vec::new();
    for name in components.chain(zones).chain(assets) {
        let lower = name.to_lowercase();
        let fits = lower.starts_with(&word) && lower != word;
        if fits && found.len() < 5 && !found.iter().any(|known| known == name) {
            found.push(name.to_owned());
        }
    }
    found
}

/// The whole sentence to type in one go; what is read of it stands above while it is typed.
fn whole(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat, sentence: &str) {
    widgets::property(ui, "In one go", |ui| {
        let id = ui.make_persistent_id(("whole sentence", threat.id));
        let focused = ui.memory(|memory| memory.has_focus(id));
        // What is typed stays as it is typed while the parts follow it.
        let draft: Option<String> = if focused { ui.data(|data| data.get_temp(id)) } else { None };
        let mut text = draft.unwrap_or_else(|| sentence.to_owned());
        let hint = "Who can do what, which leads to what, and so harms what of which asset";
        let response = Field::new("Whole sentence").id(id).hint(hint).show(ui, &mut text);
        if response.changed() {
            let assets: Vec<_> =
                ctx.project().assets.iter().map(|asset| (asset.id, asset.name.clone())).collect();
            let read = Statement::read(&text, &assets);
            change(ctx, threat.id, "statement", |threat| {
                let extra = threat.statement.extra.clone();
                threat.statement = Statement { extra, ..read };
            });
        }
        ui.data_mut(|data| data.insert_temp(id, text));
        if response.lost_focus() {
            ctx.ask(Request::Seal);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::paths::tests::system;

    #[test]
    fn names_are_offered_for_the_last_word() {
        let project = system("C1 Agent, C2 Store", "F1 1>2");
        let check = |text: &str, wanted: &[&str]| assert_eq!(completions(&project, text), wanted, "{text}");
        check("read all of pa", &["part 1", "part 2"]);
        check("p", &[]);
        check("", &[]);
        check("PART", &["part 1", "part 2"]);
        assert_eq!(last_word("read pa"), ("read ", "pa"));
        assert_eq!(last_word("pa"), ("", "pa"));
    }
}
