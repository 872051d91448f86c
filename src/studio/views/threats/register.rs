//! Every threat of the model as a table: search, sort, mark several and change them in one step.

use egui::Ui;

use crate::analysis::risk::Rating;
use crate::edit::{Edit, Transaction, verbs};
use crate::model::{ItemId, Threat, ThreatId, ThreatStatus};
use crate::picture::Role;
use crate::studio::theme::Look;
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button, Column, Table};

use super::State;

/// Draws the table.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    let project = ctx.project();
    let register = ctx.derived().register();
    let width = ui.available_width();
    widgets::search_field(
        ui,
        "Search threats",
        "Search: title, owner, status, target, tag",
        width,
        &mut state.filter,
    );
    state.marked.retain(|id| project.threats.contains(*id));
    if !state.marked.is_empty() {
        bulk(ui, ctx, state);
    }
    let words = state.filter.trim().to_lowercase();
    let fits = |threat: &&Threat| {
        let targets: Vec<String> =
            threat.targets.iter().map(|target| project.name_of((*target).into())).collect();
        let text = format!(
            "{} {} {} {} {} {}",
            threat.id,
            threat.title,
            threat.owner,
            threat.status,
            targets.join(" "),
            threat.tags.join(" ")
        )
        .to_lowercase();
        words.split_whitespace().all(|word| text.contains(word))
    };
    let mut rows: Vec<&Threat> = project.threats.iter().filter(fits).collect();
    let risk =
        |threat: &Threat| register.row(threat.id).and_then(|row| row.risk(Rating::Current)).unwrap_or(0.0);
    let (by, falling) = state.sorted.unwrap_or((4, true));
    match by {
        2 => rows.sort_by(|a, b| a.title.cmp(&b.title)),
        3 => rows.sort_by_key(|threat| threat.status),
        4 => rows.sort_by(|a, b| risk(a).total_cmp(&risk(b)).then(b.id.cmp(&a.id))),
        5 => rows.sort_by(|a, b| a.owner.cmp(&b.owner)),
        _ => {}
    }
    if falling {
        rows.reverse();
    }
    let columns = [
        Column::exact("", 34.0),
        Column::exact("Id", 58.0),
        Column::grow("Threat", 1.0, 170.0),
        Column::exact("Status", 90.0),
        Column::exact("Now", 70.0),
        Column::exact("Owner", 104.0),
    ];
    ui.spacing_mut().item_spacing.y = 0.0;
    let table = Table::new(ui, &columns);
    if let Some(column) = table.head(ui, Some((by, falling))) {
        state.sorted = Some((column, by == column && !falling));
    }
    if rows.is_empty() {
        ui.add_space(12.0);
        let words = if project.threats.is_empty() { "No threat yet" } else { "No threat matches" };
        widgets::label(ui, words, Look::BODY, Role::TextTertiary);
    }
    let shown = ctx.shown_threat();
    table.rows(ui, "all threats", rows.len(), |ui, index| {
        let Some(threat) = rows.get(index) else { return };
        let selected = ctx.session.selection().contains(threat.id) || shown == Some(threat.id);
        let response =
            table.row(ui, threat.id, &format!("{} {}", threat.id, threat.title), selected, |cells| {
                cells.ui(|ui| {
                    let mut on = state.marked.contains(&threat.id);
                    let name = format!("Mark {}", threat.id);
                    if widgets::bare_checkbox(ui, &mut on, &name).changed() {
                        if on {
                            state.marked.insert(threat.id);
                        } else {
                            state.marked.remove(&threat.id);
                        }
                    }
                });
                cells.text(&threat.id.to_string(), Look::CODE, Role::TextTertiary);
                cells.text(&threat.title, Look::BODY_STRONG, Role::Text);
                cells.text(threat.status.label(), Look::BODY, Role::TextSecondary);
                match register
                    .row(threat.id)
                    .and_then(|row| Some((row.risk(Rating::Current)?, row.band(Rating::Current)?)))
                {
                    Some((risk, band)) => cells.ui(|ui| {
                        widgets::badge(ui, band, &format!("{risk:.1}"));
                    }),
                    None => cells.text("not rated", Look::SMALL, Role::TextTertiary),
                }
                match threat.owner.as_str() {
                    "" => cells.text("no owner", Look::BODY, Role::TextTertiary),
                    owner => cells.text(owner, Look::BODY, Role::TextSecondary),
                }
            });
        if response.clicked() {
            ctx.select(vec![threat.id.into()]);
        }
    });
}

/// What can be done with several at once.
fn bulk(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    let project = ctx.project();
    let marked: Vec<ThreatId> = state.marked.iter().copied().collect();
    ui.horizontal(|ui| {
        widgets::label(ui, &format!("{} marked", marked.len()), Look::SMALL_STRONG, Role::Text);
        let button = Button::plain("Set status").chevron().small().show(ui);
        widgets::open_menu(&button, "Set status", 200.0, |ui| {
            for status in ThreatStatus::ALL {
                if widgets::menu_item(ui, None, status.label(), "", false, true).clicked() {
                    let changed = marked.iter().filter_map(|id| project.threats.get(*id));
                    let edits: Vec<Edit> = changed
                        .filter(|threat| threat.status != *status)
                        .map(|threat| Edit::from(Threat { status: *status, ..threat.clone() }))
                        .collect();
                    if !edits.is_empty() {
                        ctx.commit(Transaction::new(
                            format!("Set {} threats to {}", edits.len(), status.label().to_lowercase()),
                            edits,
                        ));
                    }
                }
            }
        });
        if Button::plain("Delete").icon("trash-2").small().show(ui).clicked() {
            let items: Vec<ItemId> = marked.iter().map(|id| (*id).into()).collect();
            ctx.commit(verbs::delete(project, &items));
        }
        if Button::quiet("Unmark").small().show(ui).clicked() {
            state.marked.clear();
        }
    });
}
