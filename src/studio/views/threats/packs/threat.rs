//! The form of an own threat.

use egui::Ui;

use super::form::Form;
use super::{State, trigger};
use crate::catalog::pack::{PackThreat, Part};
use crate::catalog::{Catalog, ElementKind};
use crate::session::PackEntry;
use crate::studio::views::ViewContext;
use crate::studio::widgets;

pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, entry: &PackEntry, at: usize) {
    let Some(threat) = state.editor.as_ref().and_then(|editor| editor.pack().threats.get(at)).cloned() else {
        return state.part = None;
    };
    let mut form = Form { state, entry, part: Some(Part::Threat(at)) };
    let deed = form.head(ui, "threat", &threat.title);
    if let Some(deed) = deed {
        let mut next = None;
        let editor = form.state.editor.as_mut();
        let name = format!("{deed:?} {}", threat.id);
        if let Some(editor) = editor {
            editor.seal();
            let known: Vec<String> = editor.pack().threats.iter().map(|one| one.id.clone()).collect();
            editor.change(&name, |pack| {
                next = deed.on(&mut pack.threats, at, |copy| {
                    let known: Vec<&str> = known.iter().map(String::as_str).collect();
                    copy.id = super::form::next_name(&known, &copy.id);
                });
            });
        }
        form.state.part = next.map(Part::Threat);
        return;
    }
    let mut set = Setter { at };
    let before = &threat;
    if let Some(id) = form.text(ui, "Id", "id", "ACME-001", &before.id) {
        set.put(&mut form, "id", |threat| threat.id = id);
    }
    if let Some(title) = form.text(ui, "Title", "title", "What can go wrong, in a few words", &before.title) {
        set.put(&mut form, "title", |threat| threat.title = title);
    }
    let label = |kind: ElementKind| kind.label().to_owned();
    if let Some(kind) = Form::choose(ui, "Happens to", before.applies_to, &ElementKind::ALL, label) {
        set.put(&mut form, "kind of element", |threat| threat.applies_to = kind);
    }
    if let Some(text) = trigger::row(ui, ctx.catalog(), &mut form, before) {
        set.put(&mut form, "trigger", |threat| threat.trigger = text);
    }
    ui.add_space(6.0);
    widgets::caption(
        ui,
        "In a sentence, with {name} for the element, {source} and {target} for the ends of an interface",
    );
    if let Some(text) = form.text(ui, "Who", "source", "Anyone who can send text to {name}", &before.source) {
        set.put(&mut form, "source", |threat| threat.source = text);
    }
    if let Some(text) = form.text(
        ui,
        "Does what",
        "action",
        "write instructions that {name} takes for its own",
        &before.action,
    ) {
        set.put(&mut form, "action", |threat| threat.action = text);
    }
    if let Some(text) = form.text(ui, "Leads to", "effect", "tool calls outside of the task", &before.effect)
    {
        set.put(&mut form, "effect", |threat| threat.effect = text);
    }
    ui.add_space(6.0);
    if let Some(letters) = form.stride(ui, &before.stride) {
        set.put(&mut form, "STRIDE categories", |threat| threat.stride = letters);
    }
    let level = |level: u8| level.to_string();
    if let Some(level) = Form::choose(ui, "Likelihood", before.likelihood, &[1, 2, 3, 4, 5], level) {
        set.put(&mut form, "likelihood", |threat| threat.likelihood = level);
    }
    if let Some(level) = Form::choose(ui, "Impact", before.impact, &[1, 2, 3, 4, 5], level) {
        set.put(&mut form, "impact", |threat| threat.impact = level);
    }
    lists(ui, ctx.catalog(), &mut form, &mut set, before);
}

fn lists(ui: &mut Ui, catalog: &Catalog, form: &mut Form<'_>, set: &mut Setter, before: &PackThreat) {
    let mut controls: Vec<String> = form
        .state
        .editor
        .iter()
        .flat_map(|editor| &editor.pack().controls)
        .map(|one| one.id.clone())
        .collect();
    controls.extend(catalog.controls.iter().map(|control| control.id.clone()));
    controls.dedup();
    if let Some(list) = form.names(ui, "Controls", "controls", "shield-check", (&before.controls, &controls))
    {
        set.put(form, "controls", |threat| threat.controls = list);
    }
    let metrics: Vec<String> = catalog.metrics.iter().map(|metric| metric.name.clone()).collect();
    if let Some(list) = form.names(ui, "Metrics", "metrics", "activity", (&before.metrics, &metrics)) {
        set.put(form, "metrics", |threat| threat.metrics = list);
    }
    let mut ids: Vec<String> =
        catalog.threats.iter().flat_map(|threat| &threat.references).map(|one| one.id.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    if let Some(list) = form.names(ui, "References", "references", "", (&before.references, &ids)) {
        set.put(form, "references", |threat| threat.references = list);
    }
    let hint = "other";
    if let Some(text) = form.text(ui, "Family", "family", hint, &before.family) {
        set.put(form, "family", |threat| threat.family = text);
    }
}

/// Changes one threat of the pack.
struct Setter {
    at: usize,
}

impl Setter {
    fn put(&mut self, form: &mut Form<'_>, field: &str, with: impl FnOnce(&mut PackThreat)) {
        let at = self.at;
        form.change(field, |pack| {
            if let Some(threat) = pack.threats.get_mut(at) {
                with(threat);
            }
        });
    }
}
