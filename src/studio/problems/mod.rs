//! The problems strip under the canvas, and the counts that the rail and the status bar show.

mod rows;

use std::collections::BTreeSet;

use egui::{ScrollArea, Ui, Vec2};

use crate::analysis::lint::Finding;
use crate::catalog::Severity;
use crate::model::{Band, ItemId};
use crate::picture::Role;
use crate::session::{Command, Session};

use super::theme::{self, Look};
use super::views::ViewContext;
use super::{icons, widgets, words};

/// A rule with more open problems than this stands there in one row.
const APART: usize = 3;

/// What the strip remembers.
#[derive(Debug, Default)]
pub struct State {
    /// Unfolded where there is little room; elsewhere the preferences say it.
    pub open_where_narrow: bool,
    /// The problem that F8 came to last.
    pub chosen: Option<usize>,
    /// What was set aside is listed, and not what is open.
    pub aside: bool,
    /// Only problems that are so grave; empty is all.
    only: BTreeSet<Severity>,
    /// Rules whose problems are listed one by one.
    opened: BTreeSet<String>,
    /// The problem that the list was brought to last.
    came_to: Option<usize>,
}

impl State {
    /// Lists the problems of one severity and no others.
    pub fn show_only(&mut self, severity: Severity) {
        self.only = [severity].into();
        self.aside = false;
    }

    fn set_open(&mut self, rule: &str, open: bool) {
        if open {
            self.opened.insert(rule.to_owned());
        } else {
            self.opened.remove(rule);
        }
    }
}

/// A row of the list.
enum Line {
    /// All problems of a rule: the place of the first, and how many.
    Rule { first: usize, count: usize, open: bool },
    /// One problem by its place; it may stand under its rule.
    One { place: usize, under: bool },
}

/// How many things wait for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Lint findings that are errors.
    pub errors: usize,
    /// Lint findings that are warnings.
    pub warnings: usize,
    /// Lint findings that are good to know.
    pub notes: usize,
    /// Questions that the catalogue asks.
    pub questions: usize,
    /// Threats of the catalogue that are suggested, each once.
    pub suggestions: usize,
}

/// The counts of a session.
pub fn counts(session: &Session) -> Counts {
    let open = open(session);
    let of = |severity| open.iter().filter(|finding| finding.severity == severity).count();
    let suggestions = session.derived().suggestions();
    Counts {
        errors: of(Severity::Error),
        warnings: of(Severity::Warning),
        notes: of(Severity::Info),
        questions: suggestions.questions.len(),
        suggestions: suggestions.open_threats(),
    }
}

/// Findings that nobody has set aside, gravest first.
pub fn open(session: &Session) -> Vec<&Finding> {
    session.derived().findings().iter().filter(|finding| finding.suppressed.is_none()).collect()
}

/// Where the problems are, in order.
pub fn places(session: &Session) -> Vec<Option<ItemId>> {
    open(session).into_iter().map(|finding| finding.item).collect()
}

/// Shows the strip: its head, and the list when it is open.
pub fn show(ui: &mut Ui, cx: &mut ViewContext<'_>, state: &mut State, is_open: bool) {
    let counts = counts(cx.session);
    ui.spacing_mut().item_spacing.y = 0.0;
    let row = Vec2::new(ui.available_width(), 36.0);
    ui.allocate_ui_with_layout(row, egui::Layout::left_to_right(egui::Align::Center), |ui| {
        ui.add_space(12.0);
        let fold = |cx: &mut ViewContext<'_>| cx.ask(Command::ToggleProblems);
        let (icon, name) =
            if is_open { ("chevron-down", "Fold problems") } else { ("chevron-up", "Show problems") };
        // The keyboard has the button for it.
        let title = widgets::label(ui, "Problems", Look::HEADING, Role::Text);
        if title.interact(egui::Sense::CLICK).on_hover_text(name).clicked() {
            fold(cx);
        }
        if severities(ui, counts, state, is_open) && !is_open {
            fold(cx);
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add_space(8.0);
            if widgets::icon_button(ui, icon, name).clicked() {
                fold(cx);
            }
            widgets::key_caps(ui, "F8");
            widgets::label(ui, "next", Look::SMALL, Role::TextTertiary);
            widgets::key_caps(ui, "Ctrl .");
            widgets::label(ui, "fix", Look::SMALL, Role::TextTertiary);
            let aside = cx.derived().findings().iter().filter(|one| one.suppressed.is_some()).count();
            state.aside &= aside > 0;
            if aside > 0 && is_open {
                let words =
                    if state.aside { "Show what is open".to_owned() } else { format!("{aside} set aside") };
                if widgets::link(ui, &words).clicked() {
                    state.aside = !state.aside;
                }
            }
            if !is_open {
                chosen_in_the_bar(ui, cx, state);
            }
        });
    });
    if !is_open {
        return;
    }
    let findings: Vec<&Finding> = if state.aside {
        cx.derived().findings().iter().filter(|finding| finding.suppressed.is_some()).collect()
    } else {
        open(cx.session)
    };
    if state.came_to != state.chosen
        && !state.aside
        && let Some(finding) = state.chosen.and_then(|place| findings.get(place))
    {
        // What F8 comes to is in sight, whatever was folded or left out.
        state.opened.insert(finding.rule.clone());
        if !state.only.is_empty() {
            state.only.insert(finding.severity);
        }
    }
    if findings.is_empty() {
        ui.horizontal(|ui| {
            ui.add_space(12.0);
            icons::show(ui, "check", 16.0, theme::color(ui, Role::Good));
            widgets::label(ui, "Nothing to complain about", Look::BODY, Role::TextSecondary);
        });
        return;
    }
    let lines = if state.aside { one_by_one(findings.len()) } else { lines(&findings, state) };
    let scroll_to = came_to(state, &lines);
    let mut area = ScrollArea::vertical().id_salt("problems").auto_shrink([false, false]);
    if let Some(at) = scroll_to {
        area = area.vertical_scroll_offset(ROW * at.saturating_sub(1) as f32);
    }
    area.show_rows(ui, ROW, lines.len(), |ui, range| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for line in lines.get(range).unwrap_or_default() {
            match *line {
                Line::Rule { first, count, open } => {
                    let alike = findings.get(first..first + count).unwrap_or_default();
                    rows::group(ui, cx, state, alike, open);
                }
                Line::One { place, under } => match findings.get(place) {
                    Some(finding) if finding.suppressed.is_some() => rows::set_aside(ui, cx, place, finding),
                    Some(finding) => rows::one(ui, cx, state, (place, under), finding),
                    None => {}
                },
            }
        }
    });
}

/// How high a row of the list is, in points.
const ROW: f32 = 40.0;

fn one_by_one(count: usize) -> Vec<Line> {
    (0..count).map(|place| Line::One { place, under: false }).collect()
}

/// The rows for open findings, which come sorted by severity and rule.
fn lines(findings: &[&Finding], state: &State) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut first = 0;
    for alike in findings.chunk_by(|one, next| one.rule == next.rule && one.severity == next.severity) {
        let count = alike.len();
        let shown = |finding: &Finding| state.only.is_empty() || state.only.contains(&finding.severity);
        if let Some(finding) = alike.first().filter(|finding| shown(finding)) {
            let under = count > APART;
            let open = !under || state.opened.contains(&finding.rule);
            if under {
                lines.push(Line::Rule { first, count, open });
            }
            if open {
                lines.extend((first..first + count).map(|place| Line::One { place, under }));
            }
        }
        first += count;
    }
    lines
}

/// Where F8 has newly come to in the list.
fn came_to(state: &mut State, lines: &[Line]) -> Option<usize> {
    if state.came_to == state.chosen {
        return None;
    }
    state.came_to = state.chosen;
    lines.iter().position(|line| matches!(line, Line::One { place, .. } if Some(*place) == state.chosen))
}

/// The problem that F8 came to, in what is left of the head of the folded strip.
fn chosen_in_the_bar(ui: &mut Ui, cx: &ViewContext<'_>, state: &State) {
    let open = open(cx.session);
    let Some(finding) = state.chosen.and_then(|place| open.get(place)) else { return };
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), egui::Sense::hover());
    let room = rect.width() - 2.0 * 12.0;
    if room < 80.0 {
        return;
    }
    let tint = theme::color(ui, Role::TextSecondary);
    let words = widgets::line_within(ui, finding.what.clone(), Look::BODY, tint, room);
    widgets::put_left(ui.painter(), rect.left() + 12.0, rect.center().y, words);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &finding.what));
    response.on_hover_text(&finding.what);
}

/// A chip for each severity that there is; pressed, only its problems are listed. Says whether one was pressed.
fn severities(ui: &mut Ui, counts: Counts, state: &mut State, is_open: bool) -> bool {
    let mut pressed = false;
    let kinds = [
        (Severity::Error, counts.errors, "error"),
        (Severity::Warning, counts.warnings, "warning"),
        (Severity::Info, counts.notes, "note"),
    ];
    if kinds.iter().all(|(_, count, _)| *count == 0) {
        widgets::label(ui, "none", Look::SMALL, Role::TextTertiary);
    }
    for (severity, count, noun) in kinds {
        if count == 0 {
            // Nothing is left of what was looked at alone.
            state.only.remove(&severity);
            continue;
        }
        let words = format!("{} {noun}{}", words::grouped(count), if count == 1 { "" } else { "s" });
        let on = state.only.contains(&severity);
        let chip = widgets::Chip::toggle(&words, on).icon(severity_look(severity).0).show(ui);
        if !chip.response.clicked() {
            continue;
        }
        pressed = true;
        if !is_open {
            state.show_only(severity);
        } else if !state.only.remove(&severity) {
            state.only.insert(severity);
        }
    }
    pressed
}

/// The icon and colour of a severity; its word stands in the accessible name.
pub fn severity_look(severity: Severity) -> (&'static str, Role) {
    match severity {
        Severity::Error => ("octagon-alert", Role::SeverityText(Band::Critical)),
        Severity::Warning => ("triangle-alert", Role::SeverityText(Band::Medium)),
        Severity::Info => ("info", Role::TextTertiary),
    }
}
