//! A pack as a whole: its name, what it holds, what is wrong; and a text that is no pack, to be put right.

use egui::{TextEdit, Ui, Vec2};

use super::State;
use super::form::{Form, next_name, wrong};
use crate::catalog::pack::{Pack, PackControl, PackError, PackStencil, PackThreat, Part};
use crate::model::Band;
use crate::picture::Role;
use crate::session::{PackEntry, Request};
use crate::studio::icons;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button};
use crate::studio::words::counted;

pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, entry: &PackEntry) {
    let Some(pack) = state.editor.as_ref().map(|editor| editor.pack().clone()) else { return };
    widgets::paragraph(ui, &pack.name, Look::HERO, Role::Text);
    let holds = [
        counted(pack.threats.len(), "threat", "threats"),
        counted(pack.controls.len(), "control", "controls"),
        counted(pack.stencils.len(), "stencil", "stencils"),
    ];
    widgets::paragraph(ui, &format!("It holds {}.", holds.join(", ")), Look::BODY, Role::TextSecondary);
    saved(ui, state, entry);
    ui.add_space(6.0);
    let mut form = Form { state, entry, part: None };
    if let Some(name) = form.text(ui, "Name", "name", "What people call it", &pack.name) {
        form.change("name of the pack", |pack| pack.name = name);
    }
    let hint = "What it is for, in a sentence";
    if let Some(text) = form.paragraph(ui, "Description", hint, &pack.description) {
        form.change("description of the pack", |pack| pack.description = text);
    }
    ui.add_space(8.0);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(8.0);
        add(ui, state, &pack);
        ui.add_space(12.0);
        if state.deleting {
            if Button::danger("Delete it").small().show(ui).clicked() {
                ctx.ask(Request::DeletePack(entry.path.clone()));
            }
            if Button::plain("Keep it").small().show(ui).clicked() {
                state.deleting = false;
            }
        } else if Button::quiet("Delete the pack…").icon("trash-2").small().show(ui).clicked() {
            state.deleting = true;
        }
    });
    if state.deleting {
        let words = "Models keep what they took from it: threats and controls stay in them as they are.";
        widgets::small(ui, words, Role::TextSecondary);
    }
    ui.add_space(8.0);
    faults(ui, state, entry);
}

/// Buttons that add an entry and go to it.
fn add(ui: &mut Ui, state: &mut State, pack: &Pack) {
    let Some(editor) = &mut state.editor else { return };
    if Button::plain("New threat")
        .named("New threat of the pack")
        .icon("triangle-alert")
        .small()
        .show(ui)
        .clicked()
    {
        let known: Vec<&str> = pack.threats.iter().map(|threat| threat.id.as_str()).collect();
        let id = known.last().map_or_else(|| first_id(&pack.name), |last| next_name(&known, last));
        let at = pack.threats.len();
        editor.change("Add a threat", |pack| pack.threats.push(PackThreat { id, ..PackThreat::default() }));
        state.part = Some(Part::Threat(at));
    } else if Button::plain("New control")
        .named("New control of the pack")
        .icon("shield-check")
        .small()
        .show(ui)
        .clicked()
    {
        let known: Vec<&str> = pack.controls.iter().map(|control| control.id.as_str()).collect();
        let id = known.last().map_or_else(
            || format!("{}_control_1", first_id(&pack.name).trim_end_matches("-001").to_lowercase()),
            |last| next_name(&known, last),
        );
        let at = pack.controls.len();
        editor
            .change("Add a control", |pack| pack.controls.push(PackControl { id, ..PackControl::default() }));
        state.part = Some(Part::Control(at));
    } else if Button::plain("New stencil")
        .named("New stencil of the pack")
        .icon("shapes")
        .small()
        .show(ui)
        .clicked()
    {
        let at = pack.stencils.len();
        editor.change("Add a stencil", |pack| pack.stencils.push(PackStencil::default()));
        state.part = Some(Part::Stencil(at));
    }
    if let Some(editor) = &mut state.editor {
        editor.seal();
    }
}

/// The first id of a pack: `ACME-001` of "Acme rules".
fn first_id(name: &str) -> String {
    let word = name.split(|letter: char| !letter.is_ascii_alphanumeric()).find(|word| !word.is_empty());
    let stem: String = word.unwrap_or("OWN").chars().take(8).collect();
    format!("{}-001", stem.to_uppercase())
}

/// Where the pack is kept, and whether it is.
fn saved(ui: &mut Ui, state: &mut State, entry: &PackEntry) {
    let file = entry.path.display();
    if let Some(reason) = state.refused.clone() {
        wrong(ui, &format!("the last change is in no file: {reason}"));
        if Button::plain("Save again").small().show(ui).clicked() {
            state.refused = None;
        }
    } else {
        widgets::small(ui, &format!("Every change is saved in {file}."), Role::TextTertiary);
    }
    if entry.text.as_deref().is_some_and(|text| text.contains("//") || text.contains("/*")) {
        widgets::small(ui, "Comments in the file are not kept when it is changed here.", Role::TextTertiary);
    }
}

/// Everything that is wrong, with the place in the file; a line leads to its entry.
fn faults(ui: &mut Ui, state: &mut State, entry: &PackEntry) {
    if entry.faults.is_empty() {
        ui.horizontal(|ui| {
            icons::show(ui, "check", 16.0, theme::color(ui, Role::Good));
            widgets::label(ui, "Nothing is wrong in it.", Look::BODY, Role::TextSecondary);
        });
        return;
    }
    let left_out = entry.faults.iter().any(|fault| fault.leaves_out);
    widgets::heading(ui, "What is wrong", Some(entry.faults.len()));
    if left_out {
        widgets::small(
            ui,
            "An entry with a mistake is left out until it is put right; the others count.",
            Role::TextSecondary,
        );
    }
    for (spot, fault) in entry.placed_faults() {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let role = Role::SeverityMark(if fault.leaves_out { Band::Critical } else { Band::Medium });
            icons::show(ui, "octagon-alert", 14.0, theme::color(ui, role));
            let place = format!("Line {}, column {}", spot.line, spot.column);
            if widgets::link(ui, &place).clicked() {
                state.part = fault.part;
            }
            widgets::label(ui, &fault.message, Look::BODY, Role::TextSecondary);
        });
    }
}

/// A text that is no pack, with what is wrong in it. It is written only when somebody says so.
pub(super) fn broken(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, entry: &PackEntry) {
    widgets::paragraph(ui, &entry.name(), Look::HERO, Role::Text);
    widgets::small(ui, &entry.path.display().to_string(), Role::TextTertiary);
    let Some(file) = &entry.text else {
        let reason = entry.pack.as_ref().err().map_or("", |error| error.message.as_str());
        return wrong(ui, &format!("the file cannot be read: {reason}"));
    };
    if state.text.as_ref().is_none_or(|(path, _)| *path != entry.path) {
        state.text = Some((entry.path.clone(), file.clone()));
    }
    let Some((_, text)) = &mut state.text else { return };
    match Pack::read(text) {
        Ok(_) => {
            ui.horizontal(|ui| {
                icons::show(ui, "check", 16.0, theme::color(ui, Role::Good));
                widgets::label(ui, "It can be read now. Save it to go on.", Look::BODY, Role::TextSecondary);
            });
        }
        Err(PackError { line, column, message }) => {
            wrong(ui, &format!("line {line}, column {column}: {message}"));
            if let Some(words) = text.lines().nth(line.saturating_sub(1)) {
                widgets::label(ui, words.trim_end(), Look::CODE, Role::SeverityText(Band::Critical));
            }
        }
    }
    ui.horizontal(|ui| {
        let changed = text != file;
        if Button::primary("Save the text").enabled(changed).show(ui).clicked() {
            ctx.ask(Request::SavePack(entry.path.clone(), text.clone()));
        }
        if changed && Button::quiet("Back to the file").show(ui).clicked() {
            text.clone_from(file);
        }
    });
    let response = TextEdit::multiline(text)
        .font(Look::CODE.font())
        .desired_width(f32::INFINITY)
        .desired_rows(20)
        .code_editor()
        .show(ui)
        .response
        .response;
    response.accessible_name("Text of the pack");
}
