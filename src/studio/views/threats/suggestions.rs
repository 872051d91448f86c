//! What the catalogue suggests: the question that decides most, then what fires, what needs an answer, and the rest.

use std::sync::Arc;

use egui::{Key as Press, Pos2, Sense, Ui, Vec2, WidgetInfo};

use crate::analysis::suggest::{self, OpenQuestion, Setting, Suggestion};
use crate::edit::verbs;
use crate::model::{ItemId, Target};
use crate::picture::Role;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button, Chip, Field};
use crate::studio::{icons, words};

use super::{State, accept};

/// The group of those that cannot happen.
const SILENT: &str = "Does not fire";

/// Draws the column of suggestions.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    head(ui, ctx, state);
    let all = ctx.derived().suggestions();
    let open: Vec<&OpenQuestion> = all
        .questions
        .iter()
        .filter(|question| state.only.is_none_or(|only| ItemId::from(only) == question.item))
        .collect();
    let key = |question: &OpenQuestion| (question.item, question.attribute.clone());
    let asked_at = |state: &State| {
        let picked = open.iter().position(|question| state.asked.as_ref() == Some(&key(question)));
        picked.or_else(|| open.iter().position(|question| !state.later.contains(&key(question))))
    };
    if std::mem::take(&mut state.next_question)
        && let Some(at) = asked_at(state)
    {
        let next = if state.asked.is_some() { (at + 1) % open.len() } else { at };
        state.asked = open.get(next).map(|question| key(question));
    }
    if let Some((place, question)) = asked_at(state).and_then(|at| Some((at, *open.get(at)?))) {
        ask(ui, ctx, state, question, place, open.len());
        questions(ui, ctx, state, &open, place);
    }
    let only = state.only;
    // Why something does not fire is worked out when somebody asks.
    let silent = if only.is_some() || state.unfolded.contains(SILENT) {
        let list = ctx.derived().rest().silent.iter();
        list.filter(|suggestion| only.is_none_or(|only| suggestion.target == only)).collect()
    } else {
        Vec::new()
    };
    let not_firing = if only.is_some() { silent.len() } else { all.silent };
    let groups: [(&'static str, &'static str, &'static str, Vec<&Suggestion>); 5] = [
        ("Fires", "zap", "Accept A, dismiss D", shown(&all.fires, only)),
        ("Needs an answer", "circle-help", "one key each", shown(&all.needs_answer, only)),
        (
            "Answered by a control",
            "shield-check",
            "kept, with the control",
            shown(&all.answered_by_control, only),
        ),
        ("Dismissed", "circle-x", "kept, with the reason", shown(&all.dismissed, only)),
        (SILENT, "minus", "each says why", silent),
    ];
    keys(ui, ctx, state, &groups);
    ui.add_space(6.0);
    widgets::scroll(ui, "suggestions", |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        if not_firing == 0 && groups.iter().all(|(.., list)| list.is_empty()) {
            let words = if ctx.derived().awaits_first_check() {
                "This model is large and still being looked at…"
            } else {
                "Nothing is suggested here. Draw more of the system, or answer what is not known about it."
            };
            widgets::small(ui, words, Role::TextTertiary);
        }
        for (index, (name, icon, hint, list)) in groups.iter().enumerate() {
            let count = if *name == SILENT { not_firing } else { list.len() };
            if count == 0 {
                continue;
            }
            // The first two groups are open until folded; the others the other way round.
            let open = (index < 2) != state.unfolded.contains(name);
            if group_head(ui, name, icon, hint, count, open) && !state.unfolded.remove(name) {
                state.unfolded.insert(name);
            }
            if open {
                for suggestion in list {
                    row(ui, ctx, state, icon, suggestion);
                }
            }
        }
    });
}

/// Those of a list that concern one element, or all.
fn shown(list: &[Arc<Suggestion>], only: Option<Target>) -> Vec<&Suggestion> {
    let list = list.iter().map(Arc::as_ref);
    list.filter(|suggestion| only.is_none_or(|only| suggestion.target == only)).collect()
}

/// Every open question by what it decides; a press asks it above.
fn questions(ui: &mut Ui, ctx: &ViewContext<'_>, state: &mut State, open: &[&OpenQuestion], asked: usize) {
    if open.len() < 2 {
        return;
    }
    if group_head(ui, "Questions", "list-checks", "most deciding first", open.len(), state.all_questions) {
        state.all_questions = !state.all_questions;
    }
    if !state.all_questions {
        return;
    }
    let room = (ui.available_height() * 0.35).max(96.0);
    egui::ScrollArea::vertical().id_salt("questions").max_height(room).auto_shrink([false, true]).show_rows(
        ui,
        32.0,
        open.len(),
        |ui, range| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for index in range {
                let Some(question) = open.get(index) else { continue };
                let (rect, response) =
                    ui.allocate_exact_size(Vec2::new(ui.available_width(), 32.0), Sense::click());
                let decides = words::counted(question.decides, "suggestion", "suggestions");
                let text = question.text(ctx.project(), ctx.catalog());
                let said = format!("{text} Decides {decides}");
                response
                    .widget_info(|| WidgetInfo::selected(egui::Role::ListItem, true, index == asked, &said));
                let fill = if index == asked {
                    Some(theme::color(ui, Role::AccentSoft))
                } else {
                    widgets::quiet_fill(ui, &response)
                };
                if let Some(fill) = fill {
                    ui.painter().rect_filled(rect, 6.0, fill);
                }
                let middle = rect.center().y;
                let count = widgets::line(
                    ui,
                    format!("decides {}", question.decides),
                    Look::SMALL,
                    theme::color(ui, Role::TextTertiary),
                );
                let end = widgets::put_right(ui.painter(), rect.right() - 8.0, middle, count);
                let left = rect.left() + 16.0;
                let role = if state.later.contains(&(question.item, question.attribute.clone())) {
                    Role::TextTertiary
                } else {
                    Role::Text
                };
                let galley = widgets::line_within(
                    ui,
                    text.as_str(),
                    Look::BODY,
                    theme::color(ui, role),
                    end - left - 12.0,
                );
                widgets::put_left(ui.painter(), left, middle, galley);
                widgets::focus_ring(ui, &response, rect.shrink(1.0), 6.0);
                if response.clicked() {
                    state.asked = Some((question.item, question.attribute.clone()));
                }
            }
        },
    );
}

fn head(ui: &mut Ui, ctx: &ViewContext<'_>, state: &mut State) {
    ui.horizontal(|ui| {
        widgets::section(ui, "Suggestions");
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let project = ctx.project();
            let shown =
                state.only.map_or_else(|| "Whole system".to_owned(), |only| project.name_of(only.into()));
            widgets::picker(ui, "Suggestions for", Some("filter"), &shown, false, 200.0, |ui| {
                if widgets::menu_item(ui, None, "Whole system", "", state.only.is_none(), true).clicked() {
                    state.only = None;
                }
                let components = project.diagram.components().map(|c| Target::Component(c.id));
                let interfaces = project.diagram.interfaces().map(|i| Target::Interface(i.id));
                for target in components.chain(interfaces) {
                    let name = project.name_of(target.into());
                    if widgets::menu_item(ui, None, &name, "", state.only == Some(target), true).clicked() {
                        state.only = Some(target);
                    }
                }
            });
        });
    });
}

fn ask(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    state: &mut State,
    question: &OpenQuestion,
    place: usize,
    count: usize,
) {
    let typing = ui.ctx().egui_wants_keyboard_input();
    let pressed = |key| !typing && ui.input(|input| input.modifiers.is_none() && input.key_pressed(key));
    let keys = [pressed(Press::Y), pressed(Press::N), pressed(Press::S)];
    let outcome = |outcome: suggest::Outcome| match (outcome.drop_out, outcome.fire) {
        (0, 0) => "asks on".to_owned(),
        (drop, 0) => format!("{drop} drop out"),
        (0, fire) => format!("{fire} fire"),
        (drop, fire) => format!("{drop} drop out, {fire} fire"),
    };
    let yes = format!("Yes, {}", outcome(question.on_yes));
    let no = format!("No, {}", outcome(question.on_no));
    let detail = format!(
        "{}. Question {} of {count}, decides {} suggestion{}.",
        question.detail(ctx.project()),
        place + 1,
        question.decides,
        if question.decides == 1 { "" } else { "s" }
    );
    let text = question.text(ctx.project(), ctx.catalog());
    let pressed = widgets::question_card(ui, &text, &detail, &[(&yes, "Y"), (&no, "N"), ("Later", "S")]);
    let answer = pressed.or_else(|| keys.iter().position(|pressed| *pressed));
    match answer {
        Some(0) => set(ctx, question, true),
        Some(1) => set(ctx, question, false),
        Some(_) => {
            state.later.insert((question.item, question.attribute.clone()));
            state.asked = None;
        }
        None => {}
    }
}

fn set(ctx: &mut ViewContext<'_>, question: &OpenQuestion, yes: bool) {
    let project = ctx.project();
    let transaction = match suggest::answer(ctx.catalog(), question, yes) {
        Setting::Attribute { item, name, answer } => {
            verbs::answer_attribute(project, item, &name, Some(answer))
        }
        Setting::Authentication(id, authentication) => {
            verbs::answer_authentication(project, id, Some(authentication))
        }
        Setting::Encryption(id, encryption) => verbs::answer_encryption(project, id, Some(encryption)),
    };
    ctx.commit(transaction);
}

fn group_head(ui: &mut Ui, name: &str, icon: &str, hint: &str, count: usize, open: bool) -> bool {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 36.0), Sense::click());
    let verb = if open { "Fold" } else { "Show" };
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, format!("{verb} {name}, {count}")));
    if let Some(fill) = widgets::quiet_fill(ui, &response) {
        ui.painter().rect_filled(rect, 6.0, fill);
    }
    let middle = rect.center().y;
    let chevron = if open { "chevron-down" } else { "chevron-right" };
    icons::paint_at(
        ui.painter(),
        chevron,
        Pos2::new(rect.left() + 9.0, middle),
        14.0,
        theme::color(ui, Role::TextTertiary),
    );
    icons::paint_at(
        ui.painter(),
        icon,
        Pos2::new(rect.left() + 32.0, middle),
        16.0,
        theme::color(ui, Role::TextSecondary),
    );
    let galley = widgets::line(ui, name, Look::HEADING, theme::color(ui, Role::Text));
    let right = widgets::put_left(ui.painter(), rect.left() + 48.0, middle, galley);
    let galley = widgets::line(ui, count.to_string(), Look::BODY, theme::color(ui, Role::TextTertiary));
    widgets::put_left(ui.painter(), right + 8.0, middle, galley);
    let galley = widgets::line(ui, hint, Look::SMALL, theme::color(ui, Role::TextTertiary));
    widgets::put_right(ui.painter(), rect.right() - 8.0, middle, galley);
    widgets::focus_ring(ui, &response, rect, 6.0);
    response.clicked()
}

fn row(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, icon: &str, suggestion: &Suggestion) {
    let key = (suggestion.id().to_owned(), suggestion.target);
    let chosen = state.chosen.as_ref() == Some(&key);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 52.0), Sense::click());
    let target = ctx.project().name_of(suggestion.target.into());
    let said = format!("{} at {target}", suggestion.title());
    response.widget_info(|| WidgetInfo::selected(egui::Role::ListItem, true, chosen, &said));
    if !ui.is_rect_visible(rect) {
        return;
    }
    widgets::row_ground(ui, &response, rect, chosen);
    let tint = if icon == "circle-help" { Role::Accent } else { Role::TextTertiary };
    icons::paint_at(
        ui.painter(),
        icon,
        Pos2::new(rect.left() + 24.0, rect.top() + 17.0),
        16.0,
        theme::color(ui, tint),
    );
    let id = widgets::line(ui, suggestion.id(), Look::CODE, theme::color(ui, Role::TextTertiary));
    let end = widgets::put_right(ui.painter(), rect.right() - 8.0, rect.top() + 17.0, id);
    let left = rect.left() + 44.0;
    let title = widgets::line_within(
        ui,
        suggestion.title(),
        Look::BODY_STRONG,
        theme::color(ui, Role::Text),
        end - left - 8.0,
    );
    widgets::put_left(ui.painter(), left, rect.top() + 17.0, title);
    let target = suggestion.pack().map_or_else(|| target.clone(), |pack| format!("{target} · {pack}"));
    let why = match &suggestion.set_aside {
        Some(reason) if !suggestion.changed.is_empty() => {
            format!("{target} · back since {} (set aside: {reason})", suggestion.changed.join(", "))
        }
        Some(reason) if !reason.is_empty() => format!("{target} · set aside: {reason}"),
        _ => format!("{target} · {}", suggestion.why),
    };
    let why = widgets::line_within(
        ui,
        why,
        Look::SMALL,
        theme::color(ui, Role::TextSecondary),
        rect.right() - 8.0 - left,
    );
    widgets::put_left(ui.painter(), left, rect.top() + 37.0, why);
    widgets::focus_ring(ui, &response, rect, 8.0);
    if response.clicked() {
        state.chosen = Some(key);
        state.reason = None;
    }
    if chosen && response.has_focus() {
        response.scroll_to_me(None);
    }
}

fn keys(
    ui: &Ui,
    ctx: &mut ViewContext<'_>,
    state: &mut State,
    groups: &[(&'static str, &'static str, &'static str, Vec<&Suggestion>); 5],
) {
    if ui.ctx().egui_wants_keyboard_input() {
        return;
    }
    let pressed = |key| ui.input(|input| input.modifiers.is_none() && input.key_pressed(key));
    let order: Vec<&Suggestion> = groups.iter().take(2).flat_map(|(.., list)| list.iter().copied()).collect();
    let at = state.chosen.as_ref().and_then(|(id, target)| {
        order.iter().position(|suggestion| suggestion.id() == id && suggestion.target == *target)
    });
    let go = |state: &mut State, index: usize| {
        if let Some(suggestion) = order.get(index) {
            state.chosen = Some((suggestion.id().to_owned(), suggestion.target));
            state.reason = None;
        }
    };
    if pressed(Press::ArrowDown) {
        go(state, at.map_or(0, |at| (at + 1).min(order.len().saturating_sub(1))));
    }
    if pressed(Press::ArrowUp) {
        go(state, at.map_or(0, |at| at.saturating_sub(1)));
    }
    let Some(suggestion) = at.and_then(|at| order.get(at)) else { return };
    if pressed(Press::A) {
        accept(ctx, &[suggestion]);
        let next = at.map_or(0, |at| at + 1);
        go(state, next);
    }
    if pressed(Press::D) {
        state.reason = Some(String::new());
    }
}

/// A suggestion in full: why, what it would be, and what to do with it.
pub(super) fn detail(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, suggestion: &Suggestion) {
    let project = ctx.project();
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 12.0);
    ui.horizontal(|ui| {
        widgets::label(ui, suggestion.id(), Look::CODE, Role::TextTertiary);
        Chip::new("Suggested").icon("zap").show(ui);
        if let Some(pack) = suggestion.pack() {
            Chip::new(pack).icon("blocks").show(ui).response.on_hover_text("The pack that it comes from");
        }
        let target = project.name_of(suggestion.target.into());
        if Chip::new(&target).icon("target").clickable().show(ui).response.clicked() {
            ctx.ask(crate::session::Request::Reveal(suggestion.target.into()));
        }
    });
    widgets::paragraph(ui, suggestion.title(), Look::HERO, Role::Text);
    widgets::paragraph(ui, &format!("Why: {}", suggestion.why), Look::BODY, Role::TextSecondary);
    if let (Some(reason), false) = (&suggestion.set_aside, suggestion.changed.is_empty()) {
        let changed = suggestion.changed.join(", ");
        let words = format!(
            "It was set aside (\u{201c}{reason}\u{201d}) and is back, because the facts changed: {changed}."
        );
        widgets::paragraph(ui, &words, Look::BODY, Role::SeverityText(crate::model::Band::Medium));
    }
    let preview = suggest::accept(project, suggestion);
    let assets: Vec<String> =
        preview.statement.assets.iter().map(|asset| project.name_of((*asset).into())).collect();
    let sentence = preview.statement.sentence(&assets);
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
    for control in &suggestion.controls {
        widgets::small(
            ui,
            &format!("Answered by {control} {}", project.name_of((*control).into())),
            Role::Good,
        );
    }
    ui.add_space(4.0);
    decide(ui, ctx, state, suggestion);
}

fn decide(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, suggestion: &Suggestion) {
    let project = ctx.project();
    let all = ctx.derived().suggestions();
    let dismissed = all.dismissed.iter().any(|other| std::ptr::eq(other.as_ref(), suggestion));
    if dismissed {
        if Button::plain("Bring it back").icon("undo-2").show(ui).clicked() {
            ctx.commit(verbs::restore_dismissed(project, suggestion.id(), Some(suggestion.target)));
        }
        return;
    }
    // Those that stand in one group with it: what fires is not mixed with what still needs an answer.
    let fires = all.fires.iter().any(|other| std::ptr::eq(other.as_ref(), suggestion));
    let group = if fires { &all.fires } else { &all.needs_answer };
    let same: Vec<&Suggestion> =
        group.iter().map(Arc::as_ref).filter(|other| other.id() == suggestion.id()).collect();
    ui.horizontal_wrapped(|ui| {
        if Button::primary("Accept").icon("check").keys("A").show(ui).clicked() {
            accept(ctx, &[suggestion]);
            state.chosen = None;
        }
        if same.len() > 1 {
            let words = format!("Accept for {} targets as one threat", same.len());
            if Button::plain(&words).icon("layers").show(ui).clicked() {
                accept(ctx, &same);
                state.chosen = None;
            }
        }
        if Button::plain("Dismiss…").icon("x").keys("D").show(ui).clicked() {
            state.reason = Some(String::new());
        }
    });
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
            let mut dismissal = suggestion.dismissal(project, ctx.catalog(), reason.trim());
            dismissal.date = Some(ctx.today);
            ctx.session.author().clone_into(&mut dismissal.by);
            ctx.commit(verbs::dismiss(project, vec![dismissal]));
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
