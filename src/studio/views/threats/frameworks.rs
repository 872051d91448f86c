//! Public frameworks: which of their entries the model meets, and what to do about each that it does not.

use egui::Ui;

use super::{COVERAGE, State, coverage};
use crate::analysis::coverage::{Coverage, FrameworkCoverage, FrameworkEntry};
use crate::analysis::suggest::{Suggestion, Suggestions};
use crate::model::{Framework, ItemId};
use crate::picture::Role;
use crate::studio::theme::Look;
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button, Chip, Column, Table};

/// What can be done about an entry that nothing meets.
enum Advice<'a> {
    /// A suggestion fires, or would after an answer.
    Take(&'a Suggestion, String),
    /// Nothing of it can happen here, as far as the model tells.
    Nothing(String),
}

/// The frameworks of agents first, then the others.
fn ordered(coverage: &Coverage) -> Vec<&FrameworkCoverage> {
    let first =
        [Framework::OwaspAgentic, Framework::OwaspLlm, Framework::Atlas, Framework::OwaspAgenticThreats];
    let place = |one: &&FrameworkCoverage| {
        first.iter().position(|framework| *framework == one.framework).unwrap_or(first.len())
    };
    let mut all: Vec<&FrameworkCoverage> = coverage.frameworks.iter().collect();
    all.sort_by_key(place);
    all
}

/// Draws the frameworks, one at a time.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, coverage: &Coverage) {
    let all = ordered(coverage);
    let Some(one) = all.get(state.coverage.framework.min(all.len().saturating_sub(1))).copied() else {
        return;
    };
    ui.horizontal(|ui| {
        let title = |one: &FrameworkCoverage| match one.edition.as_str() {
            "" => one.framework.label().to_owned(),
            edition => format!("{}, {edition}", one.framework.label()),
        };
        widgets::picker(ui, "Framework", None, &title(one), false, 260.0, |ui| {
            for (index, other) in all.iter().enumerate() {
                let label = format!("{}: {} of {} met", title(other), other.met(), other.entries.len());
                let on = index == state.coverage.framework;
                if widgets::menu_item(ui, None, &label, "", on, true).clicked() {
                    state.coverage.framework = index;
                }
            }
        });
        let open = one.entries.len() - one.met();
        let words = match open {
            0 => "Every entry is met by a threat or a control of the model.".to_owned(),
            open => format!("{} of {} entries are met; {open} to look at.", one.met(), one.entries.len()),
        };
        widgets::label(ui, &words, Look::BODY, Role::TextSecondary);
    });
    let columns = [
        Column::exact("Id", 112.0),
        Column::grow("Entry", 1.0, 200.0),
        Column::grow("Met by", 1.0, 180.0),
        Column::grow("What to do", 1.4, 260.0),
    ];
    ui.spacing_mut().item_spacing.y = 0.0;
    let table = Table::new(ui, &columns);
    table.head(ui, None);
    let suggestions = ctx.derived().suggestions();
    table.rows(ui, "coverage of frameworks", one.entries.len(), |ui, index| {
        let Some(entry) = one.entries.get(index) else { return };
        row(ui, ctx, state, &table, one.framework, entry, suggestions);
    });
}

fn row(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    state: &mut State,
    table: &Table<'_>,
    framework: Framework,
    entry: &FrameworkEntry,
    suggestions: &Suggestions,
) {
    let told = if entry.is_met() { "met" } else { "not met" };
    let name = format!("{} {}: {told}", entry.id, entry.title);
    table.row(ui, (framework, &entry.id), &name, false, |cells| {
        cells.text(&entry.id, Look::CODE, Role::TextTertiary);
        cells.text(&entry.title, Look::BODY_STRONG, Role::Text);
        cells.ui(|ui| {
            let threats = entry.threats.iter().map(|id| ItemId::from(*id));
            let items: Vec<ItemId> = threats.chain(entry.controls.iter().map(|id| (*id).into())).collect();
            for item in items.iter().take(3) {
                let label = item.to_string();
                let said = format!("{item} {} meets {}", ctx.project().name_of(*item), entry.id);
                let chip = Chip::new(&label).named(&said).clickable().show(ui).response;
                if chip.on_hover_text(ctx.project().name_of(*item)).clicked() {
                    match *item {
                        ItemId::Threat(id) => coverage::open(ctx, state, id),
                        other => ctx.reveal(other),
                    }
                }
            }
            if items.len() > 3 {
                widgets::label(ui, &format!("and {}", items.len() - 3), Look::SMALL, Role::TextTertiary);
            }
            if items.is_empty() {
                widgets::label(ui, "nothing yet", Look::BODY, Role::Accent);
            }
        });
        cells.ui(|ui| {
            if entry.is_met() {
                return;
            }
            match advice(ctx, suggestions, framework, &entry.id) {
                Advice::Take(suggestion, words) => {
                    let name = format!("Look at {} for {}", suggestion.id(), entry.id);
                    if Button::plain("Look").named(&name).small().show(ui).clicked() {
                        state.chosen =
                            Some(super::Choice::One(suggestion.id().to_owned(), suggestion.target));
                        state.only = None;
                        state.words.clear();
                        state.tab = 0;
                        // A chosen threat would cover the suggestion.
                        ctx.select(Vec::new());
                    }
                    let room = ui.available_width() - 8.0;
                    short(ui, &words, room);
                }
                Advice::Nothing(words) => {
                    let room = ui.available_width() - 8.0;
                    short(ui, &words, room);
                }
            }
        });
    });
    debug_assert!(state.tab <= COVERAGE);
}

fn short(ui: &mut Ui, text: &str, room: f32) {
    let color = crate::studio::theme::color(ui, Role::TextSecondary);
    let galley = widgets::line_within(ui, text, Look::BODY, color, room);
    let size = galley.size();
    let (rect, response) = ui.allocate_exact_size(size, egui::Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, text));
    ui.painter().galley(rect.min, galley, color);
    response.on_hover_text(text);
}

fn advice<'a>(
    ctx: &ViewContext<'_>,
    suggestions: &'a Suggestions,
    framework: Framework,
    id: &str,
) -> Advice<'a> {
    let names = |one: &Suggestion| {
        one.references().iter().any(|reference| reference.framework == framework && reference.id == id)
    };
    let at = |one: &Suggestion| ctx.project().name_of(one.target.into());
    if let Some(one) = suggestions.fires.iter().find(|one| names(one)) {
        return Advice::Take(one, format!("{} fires at {}: accept it, or dismiss it.", one.title(), at(one)));
    }
    if let Some(one) = suggestions.needs_answer.iter().find(|one| names(one)) {
        return Advice::Take(one, format!("{} needs an answer: {}", one.title(), one.why));
    }
    if let Some(one) = suggestions.answered_by_control.iter().find(|one| names(one)) {
        return Advice::Nothing(format!("A control in place answers {} at {}.", one.title(), at(one)));
    }
    if let Some(one) = suggestions.dismissed.iter().find(|one| names(one)) {
        let reason = one.set_aside.as_deref().unwrap_or_default();
        return Advice::Nothing(format!("{} was dismissed: {reason}", one.title()));
    }
    let rest = ctx.derived().rest();
    if let Some(one) = rest.unasked.iter().find(|one| names(one)) {
        return Advice::Nothing(format!(
            "{} at {} rests on what nobody has said: {}",
            one.title(),
            at(one),
            one.why
        ));
    }
    if let Some(one) = rest.silent.iter().find(|one| names(one)) {
        return Advice::Nothing(format!("{} cannot happen here: {}.", one.title(), one.why));
    }
    let known = ctx.catalog().threats.iter().any(|threat| {
        threat.references.iter().any(|reference| reference.framework == framework && reference.id == id)
    });
    Advice::Nothing(if known {
        "Nothing of the kind that it concerns is drawn.".to_owned()
    } else {
        "The catalogue has no threat for it: think it through, and write one.".to_owned()
    })
}
