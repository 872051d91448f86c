//! Attributes: those that are set, those that are assumed until somebody confirms them, those worth asking next, and the
//! others behind a search.

use std::collections::BTreeSet;

use egui::Ui;

use crate::catalog::{AttributeInfo, AttributeKind, Catalog, ElementKind};
use crate::edit::verbs;
use crate::model::{Answer, Attributes, ItemId, plain_word};
use crate::picture::Role;
use crate::session::Command;
use crate::studio::keys;
use crate::studio::theme::Look;
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Field, FieldState, menu_item, menu_separator};

/// How many unanswered attributes are shown without a search.
const NEXT: usize = 4;

/// What is known of a component or interface, and which of it is only assumed.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) attributes: &'a Attributes,
    pub(super) assumed: &'a BTreeSet<String>,
}

/// Shows the attributes of a component or interface.
pub(super) fn show(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    search: &mut String,
    item: ItemId,
    kind: ElementKind,
    Known { attributes, assumed }: Known<'_>,
) {
    let catalog = Catalog::builtin();
    let all: Vec<&AttributeInfo> = catalog.attributes_of(kind).collect();
    let wanted = plain_word(search);
    let fits = |info: &AttributeInfo| {
        plain_word(&info.name).contains(&wanted) || plain_word(&info.question).contains(&wanted)
    };
    let set = attributes.0.keys().filter(|name| wanted.is_empty() || plain_word(name).contains(&wanted));
    let (unconfirmed, set): (Vec<&String>, Vec<&String>) = set.partition(|name| assumed.contains(*name));
    let open: Vec<&AttributeInfo> = all
        .into_iter()
        .filter(|info| attributes.get(&info.name).is_none())
        .filter(|info| if wanted.is_empty() { info.asked } else { fits(info) })
        .collect();
    ui.add_space(8.0);
    widgets::divider(ui);
    ui.add_space(4.0);
    widgets::heading(ui, "What is known", Some(attributes.0.len()));
    let width = ui.available_width();
    widgets::search_field(ui, "Find an attribute", "Find an attribute to set", width, search);
    ui.add_space(2.0);
    for name in set {
        row(ui, cx, item, name, catalog.attribute(name), attributes.get(name), false);
    }
    if !unconfirmed.is_empty() {
        ui.add_space(4.0);
        ui.horizontal(|ui| {
            widgets::caption(ui, &format!("Assumed until confirmed: {}", unconfirmed.len()));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let caps = keys::caps(Command::ConfirmAssumed);
                let button = widgets::Button::plain("Confirm all").small().keys(&caps);
                if button.hint("It is so here too").show(ui).clicked() {
                    cx.commit(verbs::confirm_assumed(cx.project(), &[item], None));
                }
            });
        });
        for name in unconfirmed {
            row(ui, cx, item, name, catalog.attribute(name), attributes.get(name), true);
        }
    }
    let shown = if wanted.is_empty() { NEXT } else { 24 };
    if !open.is_empty() {
        ui.add_space(4.0);
        widgets::caption(ui, if wanted.is_empty() { "Worth asking next" } else { "Not known yet" });
        for info in open.iter().take(shown) {
            row(ui, cx, item, &info.name, Some(info), None, false);
        }
        if open.len() > shown {
            let more = format!("{} more; search to find them", open.len() - shown);
            widgets::small(ui, &more, Role::TextTertiary);
        }
    } else if !wanted.is_empty() && attributes.0.is_empty() {
        widgets::small(ui, "No attribute of this kind has that name.", Role::TextTertiary);
    }
}

fn row(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    item: ItemId,
    name: &str,
    info: Option<&AttributeInfo>,
    answer: Option<&Answer>,
    assumed: bool,
) {
    let label = info.map_or_else(|| name.replace('_', " "), AttributeInfo::label);
    ui.push_id(("attribute", name), |ui| {
        let half = (ui.available_width() - 8.0) * 0.55;
        ui.horizontal(|ui| {
            let (rect, response) = ui.allocate_exact_size(egui::vec2(half, 32.0), egui::Sense::hover());
            let color = crate::studio::theme::color(ui, Role::TextSecondary);
            let text = widgets::line_within(ui, label.as_str(), Look::BODY, color, half);
            widgets::put_left(ui.painter(), rect.left(), rect.center().y, text);
            if let Some(info) = info {
                let question = info.question.replace("{name}", &cx.project().name_of(item));
                widgets::tooltip(response, &label, &question, "");
            }
            let kind = info.map_or(AttributeKind::Text, |info| info.kind);
            let words = info.map_or(&[][..], |info| info.words.as_slice());
            if assumed {
                let confirm = format!("Confirm {}", label.to_lowercase());
                if widgets::icon_button(ui, "check", &confirm).clicked() {
                    cx.commit(verbs::confirm_assumed(cx.project(), &[item], Some(name)));
                }
            }
            if let Some(next) = editor(ui, &label, kind, words, answer) {
                cx.commit(verbs::answer_attribute(cx.project(), item, name, next));
            }
        });
    });
}

fn editor(
    ui: &mut Ui,
    label: &str,
    kind: AttributeKind,
    words: &[String],
    answer: Option<&Answer>,
) -> Option<Option<Answer>> {
    let width = ui.available_width();
    match kind {
        AttributeKind::YesNo => {
            let current = match answer {
                Some(Answer::Yes) => Some(true),
                Some(Answer::No) => Some(false),
                _ => None,
            };
            let name = |yes: bool| if yes { "Yes".to_owned() } else { "No".to_owned() };
            let picked = widgets::choose_known(ui, label, current, &[true, false], width, name);
            picked.map(|yes| yes.map(Answer::from))
        }
        AttributeKind::Word | AttributeKind::Scale if !words.is_empty() => {
            let shown = answer.map_or_else(|| "Not known yet".to_owned(), spoken);
            let mut picked = None;
            widgets::picker(ui, label, None, &shown, answer.is_none(), width, |ui| {
                for word in words {
                    let chosen = answer == Some(&Answer::Text(word.clone()));
                    if menu_item(ui, None, &word.replace('_', " "), "", chosen, true).clicked() {
                        picked = Some(Some(Answer::Text(word.clone())));
                    }
                }
                menu_separator(ui);
                if menu_item(ui, None, "Not known yet", "", answer.is_none(), true).clicked() {
                    picked = Some(None);
                }
            });
            picked
        }
        AttributeKind::Number => {
            let current = match answer {
                Some(Answer::Number(number)) => Some(*number),
                _ => None,
            };
            let state = if answer.is_none() { FieldState::Unknown } else { FieldState::Plain };
            let field = Field::new(label).hint("Not known yet").state(state).width(width);
            let show = |number: &Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
            let changed = widgets::number_field(ui, field, &current, show, parse_number);
            changed.map(|number| number.map(Answer::Number))
        }
        _ => {
            let current = answer.map(spoken).unwrap_or_default();
            let mut text = current.clone();
            let state = if answer.is_none() { FieldState::Unknown } else { FieldState::Plain };
            let response =
                Field::new(label).hint("Not known yet").state(state).width(width).show(ui, &mut text);
            let many = matches!(answer, Some(Answer::Many(_)));
            (response.changed() && text != current).then(|| match text.trim() {
                "" => None,
                words if many => {
                    Some(Answer::Many(words.split(',').map(|word| word.trim().to_owned()).collect()))
                }
                _ => Some(Answer::Text(text.clone())),
            })
        }
    }
}

fn spoken(answer: &Answer) -> String {
    match answer {
        Answer::Yes => "Yes".to_owned(),
        Answer::No => "No".to_owned(),
        Answer::Number(number) => number.to_string(),
        Answer::Text(word) => word.replace('_', " "),
        Answer::Many(words) => words.join(", "),
    }
}

fn parse_number(text: &str) -> Result<Option<f64>, String> {
    match text.trim() {
        "" => Ok(None),
        digits => match digits.replace(',', ".").parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err("A number, or nothing.".to_owned()),
        },
    }
}
