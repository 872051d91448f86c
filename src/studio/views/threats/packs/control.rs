//! The form of an own control.

use egui::Ui;

use super::State;
use super::form::{Form, next_name};
use crate::catalog::pack::{PackControl, Part};
use crate::model::{ControlFunction, Reduces, Strength, capital};
use crate::picture::Role;
use crate::session::PackEntry;
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Field};

pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, entry: &PackEntry, at: usize) {
    let Some(control) = state.editor.as_ref().and_then(|editor| editor.pack().controls.get(at)).cloned()
    else {
        return state.part = None;
    };
    let mut form = Form { state, entry, part: Some(Part::Control(at)) };
    if let Some(deed) = form.head(ui, "control", &control.title) {
        let mut next = None;
        if let Some(editor) = &mut form.state.editor {
            editor.seal();
            let known: Vec<String> = editor.pack().controls.iter().map(|one| one.id.clone()).collect();
            editor.change(&format!("{deed:?} {}", control.id), |pack| {
                next = deed.on(&mut pack.controls, at, |copy| {
                    let known: Vec<&str> = known.iter().map(String::as_str).collect();
                    copy.id = next_name(&known, &copy.id);
                });
            });
        }
        form.state.part = next.map(Part::Control);
        return;
    }
    if let Some(id) = form.text(ui, "Id", "id", "acme_badge_check", &control.id) {
        put(&mut form, at, "id", |control| control.id = id);
    }
    if let Some(title) = form.text(ui, "Title", "title", "What people call it", &control.title) {
        put(&mut form, at, "title", |control| control.title = title);
    }
    if let Some(text) = form.paragraph(ui, "Description", "What it is, in a sentence", &control.description) {
        put(&mut form, at, "description", |control| control.description = text);
    }
    let label = |function: ControlFunction| capital(function.label());
    if let Some(function) = Form::choose(ui, "Function", control.function, ControlFunction::ALL, label) {
        put(&mut form, at, "function", |control| control.function = function);
    }
    let label = |reduces: Reduces| capital(reduces.label());
    if let Some(reduces) = Form::choose(ui, "Lowers", control.reduces, Reduces::ALL, label) {
        put(&mut form, at, "effect", |control| control.reduces = reduces);
    }
    let label =
        |strength: Strength| format!("{}, {:.0} %", strength.label(), strength.effectiveness() * 100.0);
    let all = [Strength::Low, Strength::Medium, Strength::High];
    if let Some(strength) = Form::choose(ui, "Strength", control.strength, &all, label) {
        put(&mut form, at, "strength", |control| control.strength = strength);
    }
    if let Some(text) =
        form.text(ui, "Family", "family", "Controls of one family fail together", &control.family)
    {
        put(&mut form, at, "family", |control| control.family = text);
    }
    let cost = widgets::property(ui, "Cost", |ui| {
        let unit = format!("thousand {}", ctx.project().method.currency);
        let field = Field::new("Cost").unit(&unit).width(ui.available_width().min(320.0));
        let show = |cost: &Option<f64>| cost.map(|cost| format!("{cost}")).unwrap_or_default();
        widgets::number_field(ui, field, &control.cost, show, crate::studio::views::parts::cost)
    });
    if let Some(cost) = cost {
        put(&mut form, at, "cost", |control| control.cost = cost);
    }
    if let Some(letters) = form.stride(ui, &control.stride) {
        put(&mut form, at, "STRIDE categories", |control| control.stride = letters);
    }
    if let Some(list) = form.names(ui, "References", "references", "", (&control.references, &[])) {
        put(&mut form, at, "references", |control| control.references = list);
    }
    let named: Vec<&str> = ctx
        .catalog()
        .threats
        .iter()
        .filter(|threat| threat.controls.contains(&control.id))
        .map(|threat| threat.title.as_str())
        .collect();
    let words = if named.is_empty() {
        "No threat suggests it yet: name it among the controls of a threat.".to_owned()
    } else {
        format!("Suggested against: {}.", named.join(", "))
    };
    widgets::small(ui, &words, Role::TextTertiary);
}

fn put(form: &mut Form<'_>, at: usize, field: &str, with: impl FnOnce(&mut PackControl)) {
    form.change(field, |pack| {
        if let Some(control) = pack.controls.get_mut(at) {
            with(control);
        }
    });
}
