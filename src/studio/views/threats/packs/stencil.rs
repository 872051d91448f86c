//! The form of an own stencil.

use egui::{Ui, Vec2};

use super::State;
use super::form::{Form, next_name};
use crate::catalog::pack::{PackStencil, Part};
use crate::catalog::{AttributeInfo, AttributeKind, ElementKind};
use crate::model::{Answer, ComponentKind};
use crate::picture::Role;
use crate::picture::icon::ICON_NAMES;
use crate::session::PackEntry;
use crate::studio::icons;
use crate::studio::theme;
use crate::studio::views::ViewContext;
use crate::studio::widgets;

pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, entry: &PackEntry, at: usize) {
    let Some(stencil) = state.editor.as_ref().and_then(|editor| editor.pack().stencils.get(at)).cloned()
    else {
        return state.part = None;
    };
    let mut form = Form { state, entry, part: Some(Part::Stencil(at)) };
    if let Some(deed) = form.head(ui, "stencil", &stencil.name) {
        let mut next = None;
        if let Some(editor) = &mut form.state.editor {
            editor.seal();
            let known: Vec<String> = editor.pack().stencils.iter().map(|one| one.name.clone()).collect();
            editor.change(&format!("{deed:?} {}", stencil.name), |pack| {
                next = deed.on(&mut pack.stencils, at, |copy| {
                    let known: Vec<&str> = known.iter().map(String::as_str).collect();
                    copy.name = next_name(&known, &copy.name);
                });
            });
        }
        form.state.part = next.map(Part::Stencil);
        return;
    }
    if let Some(name) = form.text(ui, "Name", "name", "What people call it", &stencil.name) {
        put(&mut form, at, "name", |stencil| stencil.name = name);
    }
    let label = |kind: ComponentKind| kind.label().to_owned();
    if let Some(kind) = Form::choose(ui, "Kind", stencil.kind, ComponentKind::ALL, label) {
        put(&mut form, at, "kind", |stencil| stencil.kind = kind);
    }
    if let Some(icon) = icon(ui, &stencil) {
        put(&mut form, at, "icon", |stencil| icon.clone_into(&mut stencil.icon));
    }
    if let Some(text) = form.text(ui, "Group", "group", "The pack's own", &stencil.group) {
        put(&mut form, at, "group", |stencil| stencil.group = text);
    }
    if let Some(text) = form.text(ui, "Technology", "technology", "What it is made of", &stencil.technology) {
        put(&mut form, at, "technology", |stencil| stencil.technology = text);
    }
    if let Some(text) = form.paragraph(ui, "Description", "What it does, in a sentence", &stencil.description)
    {
        put(&mut form, at, "description", |stencil| stencil.description = text);
    }
    if let Some(list) = form.names(ui, "Other names", "words", "", (&stencil.words, &[])) {
        put(&mut form, at, "other names", |stencil| stencil.words = list);
    }
    ui.add_space(6.0);
    widgets::caption(
        ui,
        "What is usually true of it; in a model it counts as assumed until somebody confirms it",
    );
    let kind = ElementKind::from(stencil.kind);
    for (name, answer) in &stencil.assumed.0 {
        if let Some(changed) = assumption(ui, name, ctx.catalog().attribute(name), answer) {
            put(&mut form, at, "assumptions", |stencil| {
                match changed {
                    Some(answer) => stencil.assumed.0.insert(name.clone(), answer),
                    None => stencil.assumed.0.remove(name),
                };
            });
        }
    }
    let offers: Vec<String> = ctx.catalog().attributes_of(kind).map(|info| info.name.clone()).collect();
    let known: Vec<String> = stencil.assumed.0.keys().cloned().collect();
    if let Some(list) = form.names(ui, "Assumes", "assumed", "", (&known, &offers)) {
        let added = list.iter().find(|name| !known.contains(name));
        let removed = known.iter().find(|name| !list.contains(name));
        let answer = added.and_then(|name| ctx.catalog().attribute(name)).map(first_answer);
        put(&mut form, at, "assumptions", |stencil| {
            if let Some(name) = removed {
                stencil.assumed.0.remove(name);
            }
            if let Some(name) = added {
                stencil.assumed.0.insert(name.clone(), answer.unwrap_or(Answer::Yes));
            }
        });
    }
}

/// What an attribute is assumed to be before anybody says.
fn first_answer(info: &AttributeInfo) -> Answer {
    match info.kind {
        AttributeKind::YesNo => Answer::Yes,
        AttributeKind::Number => Answer::Number(0.0),
        _ => Answer::Text(info.words.first().cloned().unwrap_or_default()),
    }
}

/// One assumption. `Some(None)` takes it away.
fn assumption(
    ui: &mut Ui,
    name: &str,
    info: Option<&AttributeInfo>,
    answer: &Answer,
) -> Option<Option<Answer>> {
    let label = info.map_or_else(|| name.to_owned(), AttributeInfo::label);
    ui.horizontal(|ui| {
        ui.push_id(name, |ui| {
            widgets::icon_button(ui, "x", &format!("Assume nothing of {label}"))
                .clicked()
                .then_some(None)
                .or_else(|| {
                    let room = Vec2::new(260.0, 32.0);
                    let (rect, _) = ui.allocate_exact_size(room, egui::Sense::hover());
                    let text = widgets::line_within(
                        ui,
                        &*label,
                        theme::Look::BODY,
                        theme::color(ui, Role::Text),
                        room.x,
                    );
                    widgets::put_left(ui.painter(), rect.left(), rect.center().y, text);
                    value(ui, &label, info, answer).map(Some)
                })
        })
        .inner
    })
    .inner
}

fn value(ui: &mut Ui, label: &str, info: Option<&AttributeInfo>, answer: &Answer) -> Option<Answer> {
    let width = ui.available_width().min(200.0);
    match (answer, info) {
        (Answer::Yes | Answer::No, _) => {
            let words = |yes: bool| if yes { "Yes".to_owned() } else { "No".to_owned() };
            let yes = *answer == Answer::Yes;
            widgets::choose(ui, label, yes, &[true, false], width, words).map(Answer::from)
        }
        (Answer::Number(number), _) => {
            let field = widgets::Field::new(label).width(width);
            let parse = |text: &str| text.trim().parse().map_err(|_| "Type a number".to_owned());
            widgets::number_field(ui, field, number, f64::to_string, parse).map(Answer::Number)
        }
        (Answer::Text(word), Some(info)) if !info.words.is_empty() => {
            let words: Vec<&str> = info.words.iter().map(String::as_str).collect();
            let words_of = |word: &str| word.replace('_', " ");
            widgets::choose(ui, label, word.as_str(), &words, width, words_of)
                .map(|word| Answer::Text(word.to_owned()))
        }
        (Answer::Text(word), _) => {
            let mut text = word.clone();
            let response = widgets::Field::new(label).width(width).show(ui, &mut text);
            response.changed().then_some(Answer::Text(text))
        }
        (Answer::Many(_), _) => None,
    }
}

/// The icon, from all that there are.
fn icon(ui: &mut Ui, stencil: &PackStencil) -> Option<&'static str> {
    let shown = if stencil.icon.is_empty() { stencil.kind.icon() } else { stencil.icon.as_str() };
    let mut picked = None;
    widgets::property(ui, "Icon", |ui| {
        let width = ui.available_width().min(320.0);
        widgets::picker(ui, "Icon", Some(shown), shown, false, width, |ui| {
            ui.set_width(width);
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing = Vec2::splat(2.0);
                for name in ICON_NAMES {
                    if widgets::icon_button(ui, name, name).clicked() {
                        picked = Some(*name);
                        ui.close();
                    }
                }
            });
        });
        if crate::picture::icon::known(shown).is_none() {
            ui.horizontal(|ui| {
                icons::show(ui, "circle-help", 14.0, theme::color(ui, Role::TextTertiary));
                widgets::small(ui, "No icon is called that; the kind's own is drawn.", Role::TextTertiary);
            });
        }
    });
    picked
}

fn put(form: &mut Form<'_>, at: usize, field: &str, with: impl FnOnce(&mut PackStencil)) {
    form.change(field, |pack| {
        if let Some(stencil) = pack.stencils.get_mut(at) {
            with(stencil);
        }
    });
}
