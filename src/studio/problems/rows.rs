//! The rows of the problems strip: one problem, all problems of a rule, a problem that was set aside.

use egui::{Pos2, Sense, Stroke, Ui, Vec2, WidgetInfo};

use super::{State, severity_look};
use crate::analysis::lint::Finding;
use crate::edit::{Transaction, verbs};
use crate::model::Suppression;
use crate::picture::Role;
use crate::session::{Request, Session, fixes};
use crate::studio::theme::{self, Look};
use crate::studio::views::{ViewContext, parts};
use crate::studio::{fixing, icons, widgets, words};

/// How far a problem stands in from its rule.
const INDENT: f32 = 20.0;

/// The sentence without the name that it begins with, since that stands beside it.
fn without_place(what: &str, place: &str) -> String {
    let rest = what.strip_prefix(place).filter(|_| !place.is_empty());
    match rest.and_then(|rest| rest.strip_prefix(": ").or_else(|| rest.strip_prefix(' '))) {
        Some(rest) if !rest.is_empty() => words::capital(rest),
        _ => what.to_owned(),
    }
}

/// One open problem. Under the row of its rule it does not say again what the rule says.
pub(super) fn one(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    state: &mut State,
    (index, under): (usize, bool),
    finding: &Finding,
) {
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
    let left = mark(ui, rect.left() + if under { INDENT } else { 0.0 }, middle, finding);
    let fixable = fixes::may_fix(&finding.rule);
    let button_left = rect.right() - 40.0 - 76.0;
    // Where the rule has no more to say than "Fix", the button says it; under its rule it is said above.
    let advice = if under || fixable && finding.fix == "Fix" { "" } else { finding.fix.as_str() };
    let whole = button_left - 12.0 - left;
    let fix_room = if advice.is_empty() { 0.0 } else { whole * 0.3 };
    let place_left = left + (whole - fix_room) * 0.6;
    let color = theme::color(ui, Role::Text);
    let room = place_left - left - 12.0;
    // Where the sentence does not fit, the title of the rule does; the tooltip has the sentence.
    let sentence = widgets::line(ui, without_place(&finding.what, &place), Look::BODY, color);
    let what = if sentence.size().x <= room {
        sentence
    } else {
        let fitting = if under { without_place(&finding.what, &place) } else { finding.title.clone() };
        widgets::line_within(ui, fitting, Look::BODY, color, room)
    };
    widgets::put_left(ui.painter(), left, middle, what);
    let role = if fixable { Role::Accent } else { Role::TextSecondary };
    let fix = widgets::line_within(ui, advice, Look::BODY, theme::color(ui, role), fix_room);
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
        let mut child = child(ui, (button_left, 68.0), middle, ("fix", index));
        let name = format!("Fix {} at {place_name}", finding.rule);
        fix_menu(&mut child, cx, "Fix", &name, |ui, session| fixing::list(ui, session, finding));
    }
    let mut child = child(ui, (rect.right() - 34.0, 28.0), middle, ("aside", index));
    let name = format!("Set {} aside", finding.rule);
    if let Some(reason) = parts::ask_reason(&mut child, "x", &name, "Why it does not matter here") {
        let suppression =
            Suppression { rule: finding.rule.clone(), item: finding.item, reason, ..Suppression::default() };
        cx.commit(verbs::suppress(cx.project(), suppression));
    }
    if response.clicked() {
        state.chosen = Some(index);
        state.came_to = state.chosen;
        if let Some(item) = finding.item {
            cx.ask(Request::Reveal(item));
        }
    }
    response.on_hover_ui(|ui| {
        ui.set_max_width(520.0);
        widgets::paragraph(ui, &finding.what, Look::BODY_STRONG, Role::Text);
        let place = format!("{} · {} · {place_name}", finding.rule, finding.title);
        widgets::paragraph(ui, &place, Look::SMALL, Role::TextSecondary);
        widgets::paragraph(ui, &finding.fix, Look::BODY, Role::Text);
    });
}

/// Room for a button in a row, from a left edge and so wide.
fn child(
    ui: &mut Ui,
    (left, width): (f32, f32),
    middle: f32,
    salt: impl std::hash::Hash + std::fmt::Debug,
) -> Ui {
    let spot = egui::Rect::from_min_size(Pos2::new(left, middle - 14.0), Vec2::new(width, 28.0));
    ui.new_child(egui::UiBuilder::new().max_rect(spot).id_salt(salt))
}

/// The button that opens what can put something right; what is chosen is done.
fn fix_menu(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    words: &str,
    name: &str,
    list: impl FnOnce(&mut Ui, &Session) -> Option<Transaction>,
) {
    let button = widgets::Button::plain(words).named(name).chevron().small().show(ui);
    widgets::open_menu(&button, name, 340.0, |ui| {
        if let Some(transaction) = list(ui, cx.session) {
            cx.commit(transaction);
            ui.close();
        }
    });
}

/// The icon of a problem and the id of its rule; where what follows them begins.
fn mark(ui: &Ui, left: f32, middle: f32, finding: &Finding) -> f32 {
    let (icon, role) = severity_look(finding.severity);
    icons::paint_at(ui.painter(), icon, Pos2::new(left + 20.0, middle), 16.0, theme::color(ui, role));
    let id = widgets::line(ui, finding.rule.as_str(), Look::CODE, theme::color(ui, Role::TextTertiary));
    widgets::put_left(ui.painter(), left + 34.0, middle, id);
    left + 96.0
}

/// A rule with all of its open problems: opens to them, offers what puts them all right, sets them all aside.
pub(super) fn group(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    state: &mut State,
    alike: &[&Finding],
    open: bool,
) {
    let Some(finding) = alike.first() else { return };
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 40.0), Sense::click());
    let rule = &finding.rule;
    let many = format!("{} problems of {rule}", alike.len());
    let verb = if open { "Fold" } else { "Show" };
    response.widget_info(|| {
        WidgetInfo::labeled(egui::Role::Button, true, format!("{verb} the {many}: {}", finding.title))
    });
    if let Some(fill) = widgets::quiet_fill(ui, &response) {
        ui.painter().rect_filled(rect, 6.0, fill);
    }
    ui.painter().hline(rect.x_range(), rect.top(), Stroke::new(1.0, theme::color(ui, Role::Line)));
    let middle = rect.center().y;
    let left = mark(ui, rect.left(), middle, finding);
    let chevron = if open { "chevron-down" } else { "chevron-right" };
    let quiet = theme::color(ui, Role::TextTertiary);
    icons::paint_at(ui.painter(), chevron, Pos2::new(left + 7.0, middle), 14.0, quiet);
    let left = left + 20.0;
    let button_left = rect.right() - 40.0 - 96.0;
    let count =
        widgets::line(ui, words::grouped(alike.len()), Look::BODY_STRONG, theme::color(ui, Role::Text));
    let room = (button_left - left - 24.0 - count.size().x) * 0.55;
    let title = widgets::line_within(
        ui,
        finding.title.as_str(),
        Look::BODY_STRONG,
        theme::color(ui, Role::Text),
        room,
    );
    let end = widgets::put_left(ui.painter(), left, middle, title);
    let end = widgets::put_left(ui.painter(), end + 12.0, middle, count);
    let same = alike.iter().all(|other| other.fix == finding.fix) && finding.fix != "Fix";
    if same {
        let room = button_left - end - 36.0;
        let color = theme::color(ui, Role::TextSecondary);
        let fix = widgets::line_within(ui, finding.fix.as_str(), Look::BODY, color, room);
        widgets::put_right(ui.painter(), button_left - 12.0, middle, fix);
    }
    widgets::focus_ring(ui, &response, rect.shrink(1.0), 6.0);
    if fixes::may_fix(rule) {
        let mut child = child(ui, (button_left, 92.0), middle, ("fix all", rule));
        let name = format!("Fix all {many}");
        fix_menu(&mut child, cx, "Fix all", &name, |ui, session| fixing::for_all(ui, session, finding));
    }
    let mut child = child(ui, (rect.right() - 34.0, 28.0), middle, ("all aside", rule));
    let name = format!("Set {rule} aside everywhere");
    if let Some(reason) = parts::ask_reason(&mut child, "x", &name, "Why it does not matter in this model") {
        let suppression = Suppression { rule: rule.clone(), reason, ..Suppression::default() };
        cx.commit(verbs::suppress(cx.project(), suppression));
    }
    if response.clicked() {
        state.set_open(rule, !open);
    }
    response.on_hover_text(format!("{}\n{}", finding.title, finding.fix));
}

/// What was set aside: why, and a way to bring it back.
pub(super) fn set_aside(ui: &mut Ui, cx: &mut ViewContext<'_>, index: usize, finding: &Finding) {
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
