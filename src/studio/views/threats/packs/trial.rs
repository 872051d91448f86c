//! What the trigger that is being written makes of the open model: where it fires, where it cannot tell, where not.

use std::sync::Arc;

use egui::Ui;

use super::State;
use crate::analysis::suggest::{Trial, Tried, trial};
use crate::catalog::ElementKind;
use crate::catalog::trigger::place_words;
use crate::model::{Band, ItemId};
use crate::picture::Role;
use crate::studio::icons;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets;
use crate::studio::words::counted;

/// So many elements are listed before the others are asked for.
const FIRST: usize = 40;

pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, at: usize) {
    ui.spacing_mut().item_spacing.y = 4.0;
    let Some(result) = tried(ctx, state, at) else { return };
    widgets::section(ui, "On the open model");
    let found = match result {
        Ok(found) => found,
        Err((column, message)) => {
            let end = if message.ends_with(['?', '.']) { "" } else { "." };
            let text = state.tried.as_ref().map_or("", |(_, _, text, _)| text.as_str());
            let said = if text.trim().is_empty() {
                crate::studio::words::capital(&message)
            } else {
                format!("{}: {message}", place_words(text, column))
            };
            let words = format!("{said}{end} As soon as the trigger can be read, it is tried here.");
            widgets::paragraph(ui, &words, Look::BODY, Role::TextSecondary);
            return;
        }
    };
    let all = found.fires.len() + found.unknown.len() + found.silent.len();
    if all == 0 {
        widgets::paragraph(
            ui,
            "Nothing of the kind that it happens to is drawn.",
            Look::BODY,
            Role::TextSecondary,
        );
        return;
    }
    let open = match found.unknown.len() {
        0 => String::new(),
        open => format!("; at {open} it depends on an answer"),
    };
    let words =
        format!("It fires at {} of {}{open}.", found.fires.len(), counted(all, "element", "elements"));
    widgets::paragraph(ui, &words, Look::BODY, Role::TextSecondary);
    let most = if state.unfolded { usize::MAX } else { FIRST };
    group(ui, ctx, ("triangle-alert", Role::SeverityText(Band::High)), "Fires", &found.fires, most);
    group(ui, ctx, ("circle-help", Role::Accent), "Cannot tell", &found.unknown, most);
    group(ui, ctx, ("check", Role::Good), "Does not fire", &found.silent, most);
    let longest = found.fires.len().max(found.unknown.len()).max(found.silent.len());
    if longest > most && widgets::link(ui, "List all of them").clicked() {
        state.unfolded = true;
    }
}

/// What a trigger makes of the model, or the character where it cannot be read and why.
type Outcome = Result<Arc<Trial>, (usize, String)>;

/// A trial that was made: of which revision, for which kind of element, of which trigger.
pub(super) type Made = (u64, ElementKind, String, Outcome);

/// The trial of the trigger as it is now, made anew when the trigger or the model has changed.
fn tried(ctx: &ViewContext<'_>, state: &mut State, at: usize) -> Option<Outcome> {
    let threat = state.editor.as_ref()?.pack().threats.get(at)?;
    let revision = ctx.session.revision();
    let fresh = state.tried.as_ref().is_some_and(|(of, kind, text, _)| {
        *of == revision && *kind == threat.applies_to && *text == threat.trigger
    });
    if !fresh {
        let made = ctx
            .catalog()
            .trigger(&threat.trigger)
            .map(|trigger| Arc::new(trial(ctx.project(), ctx.catalog(), threat.applies_to, &trigger)));
        state.tried = Some((revision, threat.applies_to, threat.trigger.clone(), made));
        state.unfolded = false;
    }
    state.tried.as_ref().map(|(_, _, _, made)| made.clone())
}

fn group(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    (icon, role): (&str, Role),
    name: &str,
    list: &[Tried],
    most: usize,
) {
    if list.is_empty() {
        return;
    }
    ui.add_space(8.0);
    widgets::heading(ui, name, Some(list.len()));
    for (at, tried) in list.iter().take(most).enumerate() {
        ui.push_id((name, at), |ui| one(ui, ctx, (icon, role), tried));
    }
    if list.len() > most {
        widgets::small(ui, &format!("… and {} more", list.len() - most), Role::TextTertiary);
    }
}

fn one(ui: &mut Ui, ctx: &mut ViewContext<'_>, (icon, role): (&str, Role), tried: &Tried) {
    let item = ItemId::from(tried.target);
    ui.horizontal(|ui| {
        icons::show(ui, icon, 16.0, theme::color(ui, role));
        let name = ctx.project().name_of(item);
        if widgets::link(ui, &name).on_hover_text("Show it on the diagram").clicked() {
            ctx.reveal(item);
        }
    });
    ui.horizontal_top(|ui| {
        ui.add_space(24.0);
        ui.vertical(|ui| {
            if !tried.why.is_empty() {
                widgets::small(ui, &tried.why, Role::TextTertiary);
            }
            for (_, question) in &tried.questions {
                widgets::small(ui, question, Role::TextSecondary);
            }
        });
    });
}
