//! What hangs on a thing: its threats, the controls against them, its notes, its worst risk, the question worth asking.

use egui::{Role as Access, Sense, Stroke, Ui, Vec2, WidgetInfo};

use std::collections::BTreeSet;

use crate::analysis::risk::{Rating, worst_at};
use crate::analysis::suggest::{self, Setting};
use crate::edit::verbs;
use crate::model::{Control, ItemId, Project, Target, Threat};
use crate::picture::Role;
use crate::session::{Command, Step};
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button, RiskBar};
use crate::studio::words;

/// The controls that answer threats at a target, each once.
pub(super) fn controls_at(project: &Project, target: Target) -> Vec<&Control> {
    let mut found: Vec<&Control> =
        project.threats_at(target).flat_map(|threat| project.controls_of(threat.id)).collect();
    found.sort_by_key(|control| control.id);
    found.dedup_by_key(|control| control.id);
    found
}

/// The question that decides most about a thing, with its answers.
pub(super) fn question(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    state: &mut Later,
    item: ItemId,
    hears_keys: bool,
) -> bool {
    let open = cx.derived().suggestions().questions.iter();
    let mut open = open
        .filter(|question| question.item == item && !state.0.contains(&(item, question.attribute.clone())));
    let Some(question) = open.next() else { return false };
    let catalog = cx.catalog();
    let decides = words::counted(question.decides, "suggestion", "suggestions");
    let sentence = format!("{}. One answer decides {decides}.", question.detail(cx.project()));
    let pressed = widgets::question_card(
        ui,
        &question.text(cx.project(), catalog),
        &sentence,
        &[("Yes", "Y"), ("No", "N"), ("Later", "S")],
    );
    let typing = !hears_keys || ui.ctx().text_edit_focused();
    let key = |key: egui::Key| !typing && ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key));
    let answer = match pressed {
        Some(0) => Some(true),
        Some(1) => Some(false),
        _ if key(egui::Key::Y) => Some(true),
        // N puts a note on the canvas only when no question waits.
        _ if key(egui::Key::N) => Some(false),
        _ => None,
    };
    if pressed == Some(2) || key(egui::Key::S) {
        state.0.insert((item, question.attribute.clone()));
    }
    if let Some(yes) = answer {
        let project = cx.project();
        let transaction = match suggest::answer(catalog, question, yes) {
            Setting::Attribute { item, name, answer } => {
                verbs::answer_attribute(project, item, &name, Some(answer))
            }
            Setting::Authentication(id, proof) => verbs::answer_authentication(project, id, Some(proof)),
            Setting::Encryption(id, encryption) => verbs::answer_encryption(project, id, Some(encryption)),
        };
        cx.commit(transaction);
    }
    ui.add_space(6.0);
    true
}

/// Questions that were put off, until the window is closed.
#[derive(Debug, Default)]
pub(super) struct Later(BTreeSet<(ItemId, String)>);

/// The worst threat at a target, with its risk on the scale.
pub(super) fn worst(ui: &mut Ui, cx: &mut ViewContext<'_>, target: Target) {
    let register = cx.register();
    let Some(row) = worst_at(register, target) else { return };
    let Some(threat) = cx.project().threats.get(row.threat) else { return };
    ui.add_space(10.0);
    widgets::divider(ui);
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        widgets::label(ui, "Worst threat here", Look::HEADING, Role::Text);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if let Some(band) = row.band(Rating::Current) {
                widgets::band_label(ui, band);
            }
        });
    });
    let risk = row.risk(Rating::Current).unwrap_or_default();
    if threat_line(ui, threat, &format!("{risk:.1}"), false) {
        cx.reveal(threat.id.into());
    }
    let method = &cx.project().method;
    let width = ui.available_width();
    RiskBar::of(row, method).show(ui, width);
    let part =
        |rating: Rating| row.risk(rating).map_or_else(|| "not rated".to_owned(), |risk| format!("{risk:.1}"));
    let left = format!("planned {} · current {}", part(Rating::Planned), part(Rating::Current));
    let right = format!("appetite {:.1} · inherent {}", method.appetite, part(Rating::Inherent));
    ui.horizontal(|ui| {
        widgets::label(ui, &left, Look::SMALL, Role::TextTertiary);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            widgets::label(ui, &right, Look::SMALL, Role::TextTertiary);
        });
    });
}

/// One line: id, title, a number at the right. True when it was pressed.
fn threat_line(ui: &mut Ui, threat: &Threat, number: &str, muted: bool) -> bool {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 30.0), Sense::click());
    response.widget_info(|| {
        WidgetInfo::labeled(Access::Link, true, format!("Go to {} {}", threat.id, threat.title))
    });
    if let Some(fill) = widgets::quiet_fill(ui, &response) {
        ui.painter().rect_filled(rect.expand2(Vec2::new(6.0, 0.0)), 6.0, fill);
    }
    let quiet = theme::color(ui, Role::TextTertiary);
    let strong = theme::color(ui, if muted { Role::TextSecondary } else { Role::Text });
    let id = widgets::line(ui, threat.id.to_string(), Look::CODE, quiet);
    let x = widgets::put_left(ui.painter(), rect.left(), rect.center().y, id);
    let number = widgets::line(ui, number, Look::BODY_STRONG, strong);
    let right = widgets::put_right(ui.painter(), rect.right(), rect.center().y, number);
    let title = widgets::line_within(ui, threat.title.as_str(), Look::BODY_MEDIUM, strong, right - x - 16.0);
    widgets::put_left(ui.painter(), x + 8.0, rect.center().y, title);
    widgets::focus_ring(ui, &response, rect, 4.0);
    response.clicked()
}

/// The threats at a target, worst first.
pub(super) fn threats(ui: &mut Ui, cx: &mut ViewContext<'_>, target: Target) {
    let project = cx.project();
    let register = cx.register();
    let listed = register.by_target.get(&target).map(|risk| risk.threats.clone()).unwrap_or_default();
    let closed: Vec<_> =
        project.threats_at(target).map(|threat| threat.id).filter(|id| !listed.contains(id)).collect();
    if listed.is_empty() && closed.is_empty() {
        let sentence = "No threat is aimed at this yet. Suggestions wait in Threats.";
        if widgets::empty_state(ui, "triangle-alert", sentence, "Go to Threats", "Ctrl 3") {
            cx.go(Step::Threats);
        }
        return fallen(ui, cx, target);
    }
    for id in listed.iter().chain(&closed) {
        let Some(threat) = project.threats.get(*id) else { continue };
        let row = register.row(*id);
        let number = row.and_then(|row| row.risk(Rating::Current));
        let number = number.map_or_else(|| "not rated".to_owned(), |risk| format!("{risk:.1}"));
        let gone = closed.contains(id);
        if threat_line(ui, threat, if gone { threat.status.label() } else { &number }, gone) {
            cx.reveal((*id).into());
        }
        if let Some(row) = row.filter(|row| row.inherent.is_some() && !gone) {
            let method = &project.method;
            let width = ui.available_width();
            RiskBar::of(row, method).show(ui, width);
        }
        widgets::divider(ui);
    }
    fallen(ui, cx, target);
}

/// Leads to what can be reached once a component has fallen.
fn fallen(ui: &mut Ui, cx: &mut ViewContext<'_>, target: Target) {
    if !matches!(target, Target::Component(_)) {
        return;
    }
    ui.add_space(8.0);
    let command = Command::ShowBlastRadius;
    let caps = crate::studio::keys::caps(command);
    if Button::plain(command.label()).icon(command.icon()).small().keys(&caps).show(ui).clicked() {
        cx.command(command);
    }
}

/// The controls against the threats at a target.
pub(super) fn controls(ui: &mut Ui, cx: &mut ViewContext<'_>, target: Target) {
    let project = cx.project();
    let found = controls_at(project, target);
    if found.is_empty() {
        let sentence = "No control answers a threat here yet.";
        widgets::empty_state(ui, "shield-check", sentence, "", "");
        return;
    }
    for control in found {
        let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 44.0), Sense::click());
        response.widget_info(|| {
            WidgetInfo::labeled(Access::Link, true, format!("Go to {} {}", control.id, control.name))
        });
        if let Some(fill) = widgets::quiet_fill(ui, &response) {
            ui.painter().rect_filled(rect.expand2(Vec2::new(6.0, 0.0)), 6.0, fill);
        }
        let middle = rect.center().y;
        let status =
            widgets::line(ui, control.status.label(), Look::SMALL, theme::color(ui, Role::TextTertiary));
        let right = widgets::put_right(ui.painter(), rect.right(), middle - 9.0, status);
        let color = theme::color(ui, Role::Text);
        let name = widgets::line_within(
            ui,
            control.name.as_str(),
            Look::BODY_MEDIUM,
            color,
            right - rect.left() - 12.0,
        );
        widgets::put_left(ui.painter(), rect.left(), middle - 9.0, name);
        let answers: Vec<String> = control.threats.iter().map(ToString::to_string).collect();
        let line = format!("{} answers {}", control.id, answers.join(", "));
        let quiet = theme::color(ui, Role::TextTertiary);
        let line = widgets::line_within(ui, line, Look::CODE, quiet, rect.width());
        widgets::put_left(ui.painter(), rect.left(), middle + 10.0, line);
        let stroke = Stroke::new(1.0, theme::color(ui, Role::Line));
        ui.painter().hline(rect.x_range(), rect.bottom(), stroke);
        widgets::focus_ring(ui, &response, rect, 4.0);
        if response.clicked() {
            cx.reveal(control.id.into());
        }
    }
}

/// The notes of the thing itself, and side-list entries that name it.
pub(super) fn notes(ui: &mut Ui, cx: &mut ViewContext<'_>, item: ItemId) {
    let project = cx.project();
    let own = match item {
        ItemId::Component(id) => project.diagram.component(id).map(|component| component.notes.clone()),
        ItemId::Interface(id) => project.diagram.interface(id).map(|interface| interface.notes.clone()),
        ItemId::Zone(id) => project.diagram.zones.get(id).map(|zone| zone.notes.clone()),
        ItemId::Asset(id) => project.assets.get(id).map(|asset| asset.notes.clone()),
        _ => None,
    };
    if let Some(current) = own {
        let mut text = current;
        let response = widgets::paragraph_field(ui, "Notes", "Anything else worth knowing", 5, &mut text);
        if response.changed() {
            let transaction = match item {
                ItemId::Component(id) => verbs::change_component(project, id, "notes", |c| c.notes = text),
                ItemId::Interface(id) => verbs::change_interface(project, id, "notes", |i| i.notes = text),
                ItemId::Zone(id) => verbs::change_zone(project, id, "notes", |z| z.notes = text),
                ItemId::Asset(id) => verbs::change_asset(project, id, "notes", |a| a.notes = text),
                _ => None,
            };
            cx.commit(transaction);
        }
        cx.seal_when_left(&response);
        ui.add_space(8.0);
    }
    let linked = project.questions.iter().filter(|question| question.links.contains(&item));
    for question in linked {
        widgets::label(ui, &format!("{}  {}", question.id, question.text), Look::BODY_MEDIUM, Role::Text);
        let answer = if question.answer.is_empty() { "No answer yet." } else { &question.answer };
        widgets::small(ui, answer, Role::TextSecondary);
    }
    for assumption in project.assumptions.iter().filter(|assumption| assumption.links.contains(&item)) {
        let text = format!("{}  {}", assumption.id, assumption.text);
        widgets::label(ui, &text, Look::BODY_MEDIUM, Role::Text);
        widgets::small(ui, assumption.state.label(), Role::TextSecondary);
    }
    for note in project.notes.iter().filter(|note| note.links.contains(&item)) {
        widgets::paragraph(ui, &note.text, Look::BODY, Role::Text);
    }
    ui.add_space(4.0);
    if Button::quiet("Ask a question about it").icon("circle-help").small().show(ui).clicked() {
        let question = crate::model::Question {
            text: format!("What about {}?", project.name_of(item)),
            links: vec![item],
            ..Default::default()
        };
        let (_, transaction) = verbs::add_question(project, question);
        cx.commit(transaction);
    }
}
