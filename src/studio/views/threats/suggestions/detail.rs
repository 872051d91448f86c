//! One suggestion in full, or one threat of the catalogue at all of its places: why, what it would be, what to do with it.

use std::sync::Arc;

use egui::{Key as Press, Ui, Vec2};

use super::super::{State, accept};
use super::rows::places;
use crate::analysis::suggest::{self, Suggestion};
use crate::edit::verbs;
use crate::model::{Band, Dismissal, Target};
use crate::picture::Role;
use crate::session::Request;
use crate::studio::theme::Look;
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button, Chip, Field};

/// So many places are named above a threat that has more.
const NAMED: usize = 6;

/// Suggestions of one threat in full: why, what they would be together, and what to do with them.
pub(in super::super) fn show(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    state: &mut State,
    alike: &[&Suggestion],
) {
    let Some((suggestion, others)) = alike.split_first() else { return };
    let project = ctx.project();
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 12.0);
    ui.horizontal_wrapped(|ui| {
        widgets::label(ui, suggestion.id(), Look::CODE, Role::TextTertiary);
        Chip::new("Suggested").icon("zap").show(ui);
        if let Some(pack) = suggestion.pack() {
            Chip::new(pack).icon("blocks").show(ui).response.on_hover_text("The pack that it comes from");
        }
        for one in alike.iter().take(NAMED) {
            let target = project.name_of(one.target.into());
            if Chip::new(&target).icon("target").clickable().show(ui).response.clicked() {
                ctx.ask(Request::Reveal(one.target.into()));
            }
        }
        if alike.len() > NAMED {
            let words = format!("and {} more", alike.len() - NAMED);
            widgets::label(ui, &words, Look::SMALL, Role::TextTertiary);
        }
    });
    widgets::paragraph(ui, suggestion.title(), Look::HERO, Role::Text);
    let why = if others.iter().all(|other| other.why == suggestion.why) {
        format!("Why: {}", suggestion.why)
    } else {
        let first = project.name_of(suggestion.target.into());
        format!("Why at {first}: {}. Each place has its own reason; open the row to see it.", suggestion.why)
    };
    widgets::paragraph(ui, &why, Look::BODY, Role::TextSecondary);
    if others.is_empty()
        && let (Some(reason), false) = (&suggestion.set_aside, suggestion.changed.is_empty())
    {
        let changed = suggestion.changed.join(", ");
        let words = format!(
            "It was set aside (\u{201c}{reason}\u{201d}) and is back, because the facts changed: {changed}."
        );
        widgets::paragraph(ui, &words, Look::BODY, Role::SeverityText(Band::Medium));
    }
    let targets: Vec<Target> = alike.iter().map(|one| one.target).collect();
    let statement = suggest::statement(project, &suggestion.threat, &targets);
    let assets: Vec<String> = statement.assets.iter().map(|asset| project.name_of((*asset).into())).collect();
    let said = [&statement.source, &statement.action, &statement.effect];
    let sentence = if said.iter().all(|words| words.trim().is_empty()) {
        "The pack gives no sentence for it: accepted, the threat has a title alone until somebody writes one."
            .to_owned()
    } else {
        statement.sentence(&assets)
    };
    widgets::paragraph(ui, &sentence, Look { size: 17.0, line: 26.0, ..Look::BODY }, Role::TextSecondary);
    ui.horizontal_wrapped(|ui| {
        for stride in suggestion.stride() {
            Chip::new(stride.label()).show(ui);
        }
        for reference in suggestion.references() {
            let edition =
                if reference.edition.is_empty() { String::new() } else { format!(":{}", reference.edition) };
            Chip::new(&format!("{}{edition}", reference.id))
                .show(ui)
                .response
                .on_hover_text(reference.framework.label());
        }
    });
    let words = format!(
        "Starts at likelihood {} and impact {}: a place to begin the talk, not a measurement.",
        suggestion.likelihood(),
        suggestion.impact()
    );
    widgets::small(ui, &words, Role::TextTertiary);
    if !suggestion.suggested_controls().is_empty() {
        widgets::caption(ui, "Controls that would answer it");
        ui.horizontal_wrapped(|ui| {
            for id in suggestion.suggested_controls() {
                let title = ctx.catalog().control(id).map_or(id.as_str(), |control| control.title.as_str());
                Chip::new(title).icon("shield-check").show(ui);
            }
        });
    }
    for control in suggestion.controls.iter().filter(|_| others.is_empty()) {
        widgets::small(
            ui,
            &format!("Answered by {control} {}", project.name_of((*control).into())),
            Role::Good,
        );
    }
    ui.add_space(4.0);
    decide(ui, ctx, state, alike);
}

fn decide(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, alike: &[&Suggestion]) {
    let Some(suggestion) = alike.first() else { return };
    let project = ctx.project();
    let all = ctx.derived().suggestions();
    let is_in = |list: &[Arc<Suggestion>]| list.iter().any(|other| std::ptr::eq(other.as_ref(), *suggestion));
    if is_in(&all.dismissed) {
        if Button::plain("Bring it back").icon("undo-2").show(ui).clicked() {
            let target = (alike.len() == 1).then_some(suggestion.target);
            ctx.commit(verbs::restore_dismissed(project, suggestion.id(), target));
        }
        return;
    }
    // Those that stand in one group with it: what fires is not mixed with what still needs an answer.
    let group = if is_in(&all.fires) { &all.fires } else { &all.needs_answer };
    let same: Vec<&Suggestion> =
        group.iter().map(Arc::as_ref).filter(|other| other.id() == suggestion.id()).collect();
    ui.horizontal_wrapped(|ui| {
        let together = |count: usize| format!("Accept for {count} targets as one threat");
        if alike.len() == 1 {
            if Button::primary("Accept").icon("check").keys("A").show(ui).clicked() {
                accept(ctx, alike);
                state.chosen = None;
            }
        } else if Button::primary(&together(alike.len())).icon("check").keys("A").show(ui).clicked() {
            accept(ctx, alike);
            state.chosen = None;
        }
        if same.len() > alike.len() && Button::plain(&together(same.len())).icon("layers").show(ui).clicked()
        {
            accept(ctx, &same);
            state.chosen = None;
        }
        let dismiss = if alike.len() == 1 { "Dismiss…" } else { "Dismiss all…" };
        if Button::plain(dismiss).icon("x").keys("D").show(ui).clicked() {
            state.reason = Some(String::new());
        }
    });
    if alike.len() > 1 {
        let words = format!("One decision for {}.", places(alike));
        widgets::small(ui, &words, Role::TextTertiary);
    }
    reason(ui, ctx, state, alike);
}

/// Asks why the suggestions are set aside, and does it.
fn reason(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, alike: &[&Suggestion]) {
    let Some(mut reason) = state.reason.clone() else { return };
    let id = ui.make_persistent_id("dismissal reason");
    ui.horizontal(|ui| {
        let field = Field::new("Reason for dismissing")
            .id(id)
            .hint("Why it does not concern this system; Enter dismisses")
            .width(420.0);
        let response = field.show(ui, &mut reason);
        if !response.has_focus() && !response.lost_focus() && state.reason.as_deref() == Some("") {
            response.request_focus();
        }
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Press::Enter));
        let pressed = Button::plain("Dismiss").enabled(!reason.trim().is_empty()).show(ui).clicked();
        let cancelled = ui.input(|input| input.key_pressed(Press::Escape));
        if (entered || pressed) && !reason.trim().is_empty() {
            let project = ctx.project();
            let dismissal = |one: &&Suggestion| Dismissal {
                date: Some(ctx.today),
                by: ctx.session.author().to_owned(),
                ..one.dismissal(project, ctx.catalog(), reason.trim())
            };
            ctx.commit(verbs::dismiss(project, alike.iter().map(dismissal).collect()));
            state.reason = None;
            state.chosen = None;
        } else if cancelled {
            state.reason = None;
        } else {
            state.reason = Some(reason.clone());
        }
    });
    widgets::small(
        ui,
        "A dismissed suggestion stays away until what it rests on changes.",
        Role::TextTertiary,
    );
}
