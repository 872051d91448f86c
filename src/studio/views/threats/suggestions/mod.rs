//! What the catalogue suggests: the question that decides most, then what fires, what needs an answer, and the rest.

mod detail;
mod rows;
mod scope;

use egui::{Key as Press, Pos2, Sense, Ui, Vec2, WidgetInfo};

use self::scope::Sieve;
use super::{Choice, State};
use crate::analysis::suggest::{self, OpenQuestion, Setting, Suggestion};
use crate::edit::verbs;
use crate::model::{ItemId, Target};
use crate::picture::Role;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::{icons, widgets, words};

pub(super) use self::detail::show as detail;

/// What can happen.
const FIRES: &str = "Fires";

/// What an answer would decide.
const ASKS: &str = "Needs an answer";

/// What a control in place answers.
const ANSWERED: &str = "Answered by a control";

/// What somebody set aside.
const DISMISSED: &str = "Dismissed";

/// What cannot happen.
const SILENT: &str = "Does not fire";

/// Suggestions that stand together.
struct Group<'a> {
    name: &'static str,
    icon: &'static str,
    hint: &'static str,
    list: Vec<&'a Suggestion>,
    /// How many there are; the list may be left empty while it is folded.
    count: usize,
}

/// Draws the column of suggestions.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    scope::show(ui, ctx, state);
    ui.add_space(6.0);
    let project = ctx.project();
    let sieve = Sieve::of(project, state);
    let all = ctx.derived().suggestions();
    let open: Vec<&OpenQuestion> = all
        .questions
        .iter()
        .filter(|question| match question.item {
            ItemId::Component(id) => sieve.covers(Target::Component(id)),
            ItemId::Interface(id) => sieve.covers(Target::Interface(id)),
            _ => state.only.is_none(),
        })
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
    let narrowed = state.only.is_some() || !state.words.trim().is_empty();
    // Why something does not fire is worked out when somebody asks.
    let silent: Vec<&Suggestion> = if narrowed || state.unfolded.contains(SILENT) {
        let list = ctx.derived().rest().silent.iter();
        list.filter(|suggestion| sieve.passes(project, suggestion)).collect()
    } else {
        Vec::new()
    };
    let not_firing = if narrowed { silent.len() } else { all.silent };
    let group = |name, icon, hint, list: Vec<_>| Group { name, icon, hint, count: list.len(), list };
    let groups = [
        group(FIRES, "zap", "Accept A, dismiss D", sieve.passing(project, &all.fires)),
        group(ASKS, "circle-help", "one key each", sieve.passing(project, &all.needs_answer)),
        group(
            ANSWERED,
            "shield-check",
            "kept, with the control",
            sieve.passing(project, &all.answered_by_control),
        ),
        group(DISMISSED, "circle-x", "kept, with the reason", sieve.passing(project, &all.dismissed)),
        Group { count: not_firing, ..group(SILENT, "minus", "each says why", silent) },
    ];
    rows::keys(ui, ctx, state, &groups);
    ui.add_space(6.0);
    widgets::scroll(ui, "suggestions", |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        if groups.iter().all(|group| group.count == 0) {
            let words = if ctx.derived().awaits_first_check() {
                "This model is large and still being looked at…"
            } else if !state.words.trim().is_empty() {
                "No suggestion holds these words."
            } else {
                "Nothing is suggested here. Draw more of the system, or answer what is not known about it."
            };
            widgets::small(ui, words, Role::TextTertiary);
        }
        for (index, group) in groups.iter().enumerate().filter(|(_, group)| group.count > 0) {
            // The first two groups are open until folded; the others the other way round.
            let open = (index < 2) != state.unfolded.contains(group.name);
            if group_head(ui, group.name, group.icon, group.hint, &said(group), open)
                && !state.unfolded.remove(group.name)
            {
                state.unfolded.insert(group.name);
            }
            if open {
                rows::show(ui, ctx, state, group);
            }
        }
    });
}

/// How much is in a group: "12", or "41 threats at 4012 places" where threats stand in one row.
fn said(group: &Group<'_>) -> String {
    let threats = group.list.chunk_by(|one, next| one.id() == next.id()).count();
    if threats > 0 && threats < group.count {
        format!("{} at {} places", words::counted(threats, "threat", "threats"), group.count)
    } else {
        group.count.to_string()
    }
}

/// The suggestions that are chosen: one, or all that a threat of the catalogue has in a group of the list.
pub(super) fn chosen<'a>(ctx: &ViewContext<'a>, state: &State) -> Vec<&'a Suggestion> {
    let all = ctx.derived().suggestions();
    match &state.chosen {
        Some(Choice::One(id, target)) => {
            let is_it = |suggestion: &&Suggestion| suggestion.id() == id && suggestion.target == *target;
            let silent = || ctx.derived().rest_if_known()?.silent.iter().find(is_it);
            all.at(*target).find(is_it).or_else(silent).into_iter().collect()
        }
        Some(Choice::Whole(group, id)) => {
            let list = match *group {
                FIRES => &all.fires,
                ASKS => &all.needs_answer,
                ANSWERED => &all.answered_by_control,
                DISMISSED => &all.dismissed,
                _ => {
                    let silent = ctx.derived().rest_if_known().map(|rest| rest.silent.as_slice());
                    return passing(ctx, state, silent.unwrap_or_default().iter(), id);
                }
            };
            passing(ctx, state, list.iter().map(std::sync::Arc::as_ref), id)
        }
        None => Vec::new(),
    }
}

fn passing<'a>(
    ctx: &ViewContext<'a>,
    state: &State,
    list: impl Iterator<Item = &'a Suggestion>,
    id: &str,
) -> Vec<&'a Suggestion> {
    let sieve = Sieve::of(ctx.project(), state);
    list.filter(|one| one.id() == id && sieve.passes(ctx.project(), one)).collect()
}

/// What to look at first.
pub(super) fn first(ctx: &ViewContext<'_>, state: &State) -> Option<Choice> {
    let all = ctx.derived().suggestions();
    let sieve = Sieve::of(ctx.project(), state);
    [(FIRES, &all.fires), (ASKS, &all.needs_answer)].into_iter().find_map(|(name, list)| {
        let list = sieve.passing(ctx.project(), list);
        rows::first_of(&Group { name, icon: "", hint: "", count: list.len(), list })
    })
}

/// Every open question by what it decides; a press asks it above.
fn questions(ui: &mut Ui, ctx: &ViewContext<'_>, state: &mut State, open: &[&OpenQuestion], asked: usize) {
    if open.len() < 2 {
        return;
    }
    if group_head(
        ui,
        "Questions",
        "list-checks",
        "most deciding first",
        &open.len().to_string(),
        state.all_questions,
    ) {
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

fn ask(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    state: &mut State,
    question: &OpenQuestion,
    place: usize,
    count: usize,
) {
    let hears = widgets::hears_keys(ui);
    let pressed = |key| hears && ui.input(|input| input.modifiers.is_none() && input.key_pressed(key));
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

fn group_head(ui: &mut Ui, name: &str, icon: &str, hint: &str, count: &str, open: bool) -> bool {
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
    let galley = widgets::line(ui, count, Look::BODY, theme::color(ui, Role::TextTertiary));
    widgets::put_left(ui.painter(), right + 8.0, middle, galley);
    let galley = widgets::line(ui, hint, Look::SMALL, theme::color(ui, Role::TextTertiary));
    widgets::put_right(ui.painter(), rect.right() - 8.0, middle, galley);
    widgets::focus_ring(ui, &response, rect, 6.0);
    response.clicked()
}
