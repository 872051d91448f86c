//! Public frameworks: which of their entries the model meets, which a control answers, which do not apply, and what to do
//! about each of the rest.

use egui::Ui;

use super::{COVERAGE, State, coverage};
use crate::analysis::coverage::{Coverage, FrameworkCoverage, FrameworkEntry};
use crate::analysis::suggest::Suggestion;
use crate::model::{ControlId, Framework, ItemId};
use crate::picture::Role;
use crate::studio::theme::Look;
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button, Chip, Column, Table};
use crate::studio::words;

/// How an entry stands.
enum Standing<'a> {
    /// A threat of the model names it.
    Met,
    /// No threat does, because these controls answer what it is about; with the words for that.
    Answered(Vec<ControlId>, String),
    /// Nothing of it can happen here, or somebody has set it aside: why.
    NotHere(String),
    /// It is to be looked at: a suggestion to take up where there is one, and what to do.
    Open(Option<&'a Suggestion>, String),
}

/// The first suggestion of each threat of the catalogue, in each list.
struct Heads<'a> {
    fires: Vec<&'a Suggestion>,
    asks: Vec<&'a Suggestion>,
    answered: Vec<&'a Suggestion>,
    dismissed: Vec<&'a Suggestion>,
    unasked: Vec<&'a Suggestion>,
    silent: Vec<&'a Suggestion>,
}

fn heads<T: std::borrow::Borrow<Suggestion>>(list: &[T]) -> Vec<&Suggestion> {
    let alike = list.chunk_by(|one, next| one.borrow().id() == next.borrow().id());
    alike.filter_map(|alike| alike.first().map(std::borrow::Borrow::borrow)).collect()
}

impl<'a> Heads<'a> {
    fn of(ctx: &ViewContext<'a>) -> Self {
        let all = ctx.derived().suggestions();
        let rest = ctx.derived().rest();
        Self {
            fires: heads(&all.fires),
            asks: heads(&all.needs_answer),
            answered: heads(&all.answered_by_control),
            dismissed: heads(&all.dismissed),
            unasked: heads(&rest.unasked),
            silent: heads(&rest.silent),
        }
    }
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
    let heads = Heads::of(ctx);
    let standings: Vec<Standing<'_>> =
        one.entries.iter().map(|entry| standing(ctx, &heads, one.framework, entry)).collect();
    ui.horizontal(|ui| {
        let title = |one: &FrameworkCoverage| match one.edition.as_str() {
            "" => one.framework.label().to_owned(),
            edition => format!("{}, {edition}", one.framework.label()),
        };
        widgets::picker(ui, "Framework", None, &title(one), false, 260.0, |ui| {
            for (index, other) in all.iter().enumerate() {
                let label = format!("{}: {} of {} named", title(other), other.met(), other.entries.len());
                let on = index == state.coverage.framework;
                if widgets::menu_item(ui, None, &label, "", on, true).clicked() {
                    state.coverage.framework = index;
                }
            }
        });
        widgets::label(ui, &told(&standings), Look::BODY, Role::TextSecondary);
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
    table.rows(ui, "coverage of frameworks", one.entries.len(), |ui, index| {
        let Some((entry, standing)) = one.entries.get(index).zip(standings.get(index)) else { return };
        row(ui, ctx, state, &table, one.framework, entry, standing);
    });
}

/// "3 met by a threat, 2 answered by a control, 4 do not apply, 1 to look at."
fn told(standings: &[Standing<'_>]) -> String {
    let count = |is: fn(&Standing<'_>) -> bool| standings.iter().filter(|one| is(one)).count();
    let kinds = [
        (count(|one| matches!(one, Standing::Met)), "met by a threat", "met by a threat"),
        (
            count(|one| matches!(one, Standing::Answered(..))),
            "answered by a control",
            "answered by a control",
        ),
        (count(|one| matches!(one, Standing::NotHere(_))), "does not apply", "do not apply"),
        (count(|one| matches!(one, Standing::Open(..))), "to look at", "to look at"),
    ];
    let words: Vec<String> = kinds
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| words::counted(count, one, many))
        .collect();
    format!("{}.", words.join(", "))
}

fn row(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    state: &mut State,
    table: &Table<'_>,
    framework: Framework,
    entry: &FrameworkEntry,
    standing: &Standing<'_>,
) {
    let told = match standing {
        Standing::Met => "met by a threat",
        Standing::Answered(..) => "answered by a control",
        Standing::NotHere(_) => "does not apply",
        Standing::Open(..) => "to look at",
    };
    let name = format!("{} {}: {told}", entry.id, entry.title);
    table.row(ui, (framework, &entry.id), &name, false, |cells| {
        cells.text(&entry.id, Look::CODE, Role::TextTertiary);
        cells.text(&entry.title, Look::BODY_STRONG, Role::Text);
        cells.ui(|ui| {
            let threats = entry.threats.iter().map(|id| ItemId::from(*id));
            let controls = match standing {
                Standing::Answered(controls, _) => controls,
                _ => &entry.controls,
            };
            let items: Vec<ItemId> = threats.chain(controls.iter().map(|id| (*id).into())).collect();
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
            match standing {
                Standing::Open(..) if items.is_empty() => {
                    widgets::label(ui, "nothing yet", Look::BODY, Role::Accent);
                }
                Standing::NotHere(_) if items.is_empty() => {
                    widgets::label(ui, "–", Look::BODY, Role::TextTertiary);
                }
                _ => {}
            }
        });
        cells.ui(|ui| {
            let words = match standing {
                Standing::Met => return,
                Standing::Answered(_, words) | Standing::NotHere(words) => words,
                Standing::Open(suggestion, words) => {
                    if let Some(suggestion) = suggestion {
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
                    }
                    words
                }
            };
            let room = ui.available_width() - 8.0;
            short(ui, words, room);
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

fn standing<'a>(
    ctx: &ViewContext<'_>,
    heads: &Heads<'a>,
    framework: Framework,
    entry: &FrameworkEntry,
) -> Standing<'a> {
    if !entry.threats.is_empty() {
        return Standing::Met;
    }
    let id = entry.id.as_str();
    let find = |list: &[&'a Suggestion]| {
        let names = |one: &&&Suggestion| {
            one.references().iter().any(|reference| reference.framework == framework && reference.id == id)
        };
        list.iter().find(names).copied()
    };
    let at = |one: &Suggestion| ctx.project().name_of(one.target.into());
    if let Some(one) = find(&heads.fires) {
        let words = format!("{} fires at {}: accept it, or dismiss it.", one.title(), at(one));
        return Standing::Open(Some(one), words);
    }
    if let Some(one) = find(&heads.asks) {
        return Standing::Open(Some(one), format!("{} needs an answer: {}", one.title(), one.why));
    }
    if let Some(one) = find(&heads.answered) {
        let words = format!("A control in place answers {} at {}.", one.title(), at(one));
        return Standing::Answered(one.controls.clone(), words);
    }
    if !entry.controls.is_empty() {
        return Standing::Answered(entry.controls.clone(), "A control of the model names it.".to_owned());
    }
    if let Some(one) = find(&heads.dismissed) {
        let reason = one.set_aside.as_deref().unwrap_or_default();
        return Standing::NotHere(format!("{} was dismissed: {reason}", one.title()));
    }
    if let Some(one) = find(&heads.unasked) {
        let words = format!("{} at {} rests on what nobody has said: {}", one.title(), at(one), one.why);
        return Standing::Open(None, words);
    }
    if let Some(one) = find(&heads.silent) {
        return Standing::NotHere(format!("{} cannot happen here: {}.", one.title(), one.why));
    }
    let known = ctx.catalog().threats.iter().any(|threat| {
        threat.references.iter().any(|reference| reference.framework == framework && reference.id == id)
    });
    if known {
        Standing::NotHere("Nothing of the kind that it concerns is drawn.".to_owned())
    } else {
        let words = "The catalogue has no threat for it: think it through, and write one.";
        Standing::Open(None, words.to_owned())
    }
}
