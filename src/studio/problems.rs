//! The problems strip under the canvas, and the counts that the rail and the status bar show.

use egui::{Pos2, ScrollArea, Sense, Stroke, Ui, Vec2, WidgetInfo};

use crate::analysis::lint::Finding;
use crate::catalog::Severity;
use crate::edit::verbs;
use crate::model::{Band, ItemId, Suppression};
use crate::picture::Role;
use crate::session::{Command, Request, Session, fixes};

use super::theme::{self, Look};
use super::views::{ViewContext, parts};
use super::{fixing, icons};
use super::{widgets, words};

/// What the strip remembers.
#[derive(Debug, Default)]
pub struct State {
    /// Unfolded by hand although there is little room.
    pub forced_open: bool,
    /// The problem that F8 came to last.
    pub chosen: Option<usize>,
    /// What was set aside is listed, and not what is open.
    pub aside: bool,
}

/// How many things wait for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Lint findings that are errors.
    pub errors: usize,
    /// Lint findings that are warnings.
    pub warnings: usize,
    /// Questions that the catalogue asks.
    pub questions: usize,
    /// Threats that are suggested.
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
        questions: suggestions.questions.len(),
        suggestions: suggestions.fires.len() + suggestions.needs_answer.len(),
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
        widgets::label(ui, "Problems", Look::HEADING, Role::Text);
        let words = match (counts.errors, counts.warnings) {
            (0, 0) => "none".to_owned(),
            (errors, warnings) => format!("{}, {}", counted(errors, "error"), counted(warnings, "warning")),
        };
        widgets::label(ui, &words, Look::SMALL, Role::TextTertiary);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add_space(8.0);
            let (icon, name) =
                if is_open { ("chevron-down", "Fold problems") } else { ("chevron-up", "Show problems") };
            if widgets::icon_button(ui, icon, name).clicked() {
                if cx.narrow {
                    state.forced_open = !state.forced_open;
                } else {
                    state.forced_open = false;
                    cx.ask(Command::ToggleProblems);
                }
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
    if findings.is_empty() {
        ui.horizontal(|ui| {
            ui.add_space(12.0);
            icons::show(ui, "check", 16.0, theme::color(ui, Role::Good));
            widgets::label(ui, "Nothing to complain about", Look::BODY, Role::TextSecondary);
        });
        return;
    }
    ScrollArea::vertical().id_salt("problems").auto_shrink([false, false]).show_rows(
        ui,
        40.0,
        findings.len(),
        |ui, range| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for index in range {
                match findings.get(index) {
                    Some(finding) if finding.suppressed.is_some() => set_aside(ui, cx, index, finding),
                    Some(finding) => one(ui, cx, state, index, finding),
                    None => {}
                }
            }
        },
    );
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// The icon and colour of a severity; its word stands in the accessible name.
pub fn severity_look(severity: Severity) -> (&'static str, Role) {
    match severity {
        Severity::Error => ("octagon-alert", Role::SeverityText(Band::Critical)),
        Severity::Warning => ("triangle-alert", Role::SeverityText(Band::Medium)),
        Severity::Info => ("info", Role::TextTertiary),
    }
}

/// The sentence without the name that it begins with, since that stands beside it.
fn without_place(what: &str, place: &str) -> String {
    let rest = what.strip_prefix(place).filter(|_| !place.is_empty());
    match rest.and_then(|rest| rest.strip_prefix(": ").or_else(|| rest.strip_prefix(' '))) {
        Some(rest) if !rest.is_empty() => words::capital(rest),
        _ => what.to_owned(),
    }
}

fn one(ui: &mut Ui, cx: &mut ViewContext<'_>, state: &mut State, index: usize, finding: &Finding) {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 40.0), Sense::click());
    let place = finding.item.map(|item| cx.project().name_of(item)).unwrap_or_default();
    let place_name = if place.is_empty() { "the model".to_owned() } else { place.clone() };
    let said = format!("{} {}: {}", finding.severity.label(), finding.rule, finding.what);
    response
        .widget_info(|| WidgetInfo::selected(egui::Role::ListItem, true, state.chosen == Some(index), &said));
    let fill = if state.chosen == Some(index) {
        Some(theme::color(ui, Role::AccentSoft))
    } else {
        widgets::quiet_fill(ui, &response)
    };
    if let Some(fill) = fill {
        ui.painter().rect_filled(rect, 6.0, fill);
    }
    ui.painter().hline(rect.x_range(), rect.top(), Stroke::new(1.0, theme::color(ui, Role::Line)));
    let middle = rect.center().y;
    let (icon, role) = severity_look(finding.severity);
    icons::paint_at(ui.painter(), icon, Pos2::new(rect.left() + 20.0, middle), 16.0, theme::color(ui, role));
    let id = widgets::line(ui, finding.rule.as_str(), Look::CODE, theme::color(ui, Role::TextTertiary));
    widgets::put_left(ui.painter(), rect.left() + 34.0, middle, id);
    let fix_room = (rect.width() * 0.36).clamp(180.0, 420.0);
    let left = rect.left() + 96.0;
    let place_left = left + (rect.width() - fix_room - 136.0) * 0.68;
    // Where the sentence does not fit, the title of the rule does; the tooltip has the sentence.
    let room = place_left - left - 12.0;
    let color = theme::color(ui, Role::Text);
    let sentence = widgets::line(ui, without_place(&finding.what, &place), Look::BODY, color);
    let what = if sentence.size().x <= room {
        sentence
    } else {
        widgets::line_within(ui, finding.title.as_str(), Look::BODY, color, room)
    };
    widgets::put_left(ui.painter(), left, middle, what);
    let button_left = rect.right() - 40.0 - 76.0;
    let fixable = fixes::may_fix(&finding.rule);
    let role = if fixable { Role::Accent } else { Role::TextSecondary };
    let room = fix_room - 76.0 - 12.0;
    // Where the rule has no more to say than "Fix", the button says it.
    let advice = if fixable && finding.fix == "Fix" { "" } else { finding.fix.as_str() };
    let fix = widgets::line_within(ui, advice, Look::BODY, theme::color(ui, role), room);
    let fix_left = widgets::put_right(ui.painter(), button_left - 12.0, middle, fix);
    let place = widgets::line_within(
        ui,
        place,
        Look::SMALL,
        theme::color(ui, Role::TextSecondary),
        fix_left - place_left - 12.0,
    );
    widgets::put_left(ui.painter(), place_left, middle, place);
    widgets::focus_ring(ui, &response, rect.shrink(1.0), 6.0);
    if fixable {
        let spot = egui::Rect::from_center_size(Pos2::new(button_left + 34.0, middle), Vec2::new(68.0, 28.0));
        let mut child = ui.new_child(egui::UiBuilder::new().max_rect(spot).id_salt(("fix", index)));
        let name = format!("Fix {} at {place_name}", finding.rule);
        let button = widgets::Button::plain("Fix").named(&name).chevron().small().show(&mut child);
        widgets::open_menu(&button, &name, 340.0, |ui| {
            if let Some(transaction) = fixing::list(ui, cx.session, finding) {
                cx.commit(transaction);
                ui.close();
            }
        });
    }
    let aside = egui::Rect::from_center_size(Pos2::new(rect.right() - 20.0, middle), Vec2::splat(28.0));
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(aside).id_salt(("aside", index)));
    if let Some(reason) = parts::ask_text(
        &mut child,
        "x",
        &format!("Set {} aside", finding.rule),
        "Why it does not matter here",
    ) {
        let suppression =
            Suppression { rule: finding.rule.clone(), item: finding.item, reason, ..Suppression::default() };
        cx.commit(verbs::suppress(cx.project(), suppression));
    }
    if response.clicked() {
        state.chosen = Some(index);
        if let Some(item) = finding.item {
            cx.ask(Request::Reveal(item));
        }
    }
    response.on_hover_text(format!("{}\n{}", finding.what, finding.fix));
}

/// What was set aside: why, and a way to bring it back.
fn set_aside(ui: &mut Ui, cx: &mut ViewContext<'_>, index: usize, finding: &Finding) {
    let (_, rect) = ui.allocate_space(Vec2::new(ui.available_width(), 40.0));
    let response = ui.interact(rect, ui.scope_id().with(("set aside", index)), Sense::click());
    let reason = finding.suppressed.as_deref().unwrap_or_default();
    let said = format!("{} set aside: {reason}", finding.rule);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::ListItem, true, &said));
    if let Some(fill) = widgets::quiet_fill(ui, &response) {
        ui.painter().rect_filled(rect, 6.0, fill);
    }
    ui.painter().hline(rect.x_range(), rect.top(), Stroke::new(1.0, theme::color(ui, Role::Line)));
    let middle = rect.center().y;
    let quiet = theme::color(ui, Role::TextTertiary);
    icons::paint_at(ui.painter(), "circle-x", Pos2::new(rect.left() + 20.0, middle), 16.0, quiet);
    let rule = widgets::line(ui, finding.rule.as_str(), Look::CODE, quiet);
    widgets::put_left(ui.painter(), rect.left() + 34.0, middle, rule);
    let room = (rect.width() - 96.0 - 150.0) / 2.0 - 12.0;
    let secondary = theme::color(ui, Role::TextSecondary);
    let what = widgets::line_within(ui, finding.what.as_str(), Look::BODY, secondary, room);
    widgets::put_left(ui.painter(), rect.left() + 96.0, middle, what);
    let why = widgets::line_within(ui, reason, Look::BODY, theme::color(ui, Role::Text), room);
    widgets::put_left(ui.painter(), rect.left() + 108.0 + room, middle, why);
    let spot = egui::Rect::from_center_size(Pos2::new(rect.right() - 76.0, middle), Vec2::new(136.0, 28.0));
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(spot).id_salt(("bring back", index)));
    let name = format!("Bring {} back", finding.rule);
    if widgets::Button::plain("Bring it back").named(&name).small().show(&mut child).clicked() {
        // A rule can be set aside at one place or in the whole model.
        let project = cx.project();
        let back = verbs::unsuppress(project, &finding.rule, finding.item)
            .or_else(|| verbs::unsuppress(project, &finding.rule, None));
        cx.commit(back);
    }
    if response.clicked()
        && let Some(item) = finding.item
    {
        cx.ask(Request::Reveal(item));
    }
    response.on_hover_text(format!("{}\nSet aside: {reason}", finding.what));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_does_not_repeat_the_place_beside_it() {
        let check = |what, place, expected| assert_eq!(without_place(what, place), expected);
        check("agent → store crosses a boundary", "agent → store", "Crosses a boundary");
        check("agent → store: stores do not move data", "agent → store", "Stores do not move data");
        check("agents speak in clear text", "agent", "agents speak in clear text");
        check("Nobody says what the system is", "", "Nobody says what the system is");
        check("agent", "agent", "agent");
    }
}
