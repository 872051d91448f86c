//! The list of suggestions: a row for each, or one row for a threat of the catalogue that has many places, which opens to
//! them.

use egui::{Key as Press, Pos2, Rect, Sense, Ui, Vec2, WidgetInfo};

use super::super::{Choice, State, accept};
use super::Group;
use crate::analysis::suggest::Suggestion;
use crate::model::Target;
use crate::picture::Role;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::{icons, widgets, words};

/// A threat with more places than this in a group stands there in one row.
const APART: usize = 3;

/// What stands in the list.
pub(super) enum Entry<'a> {
    /// One suggestion; it may stand under the row of its threat.
    One { suggestion: &'a Suggestion, under: bool },
    /// A threat of the catalogue with all that it has in the group.
    Whole { alike: &'a [&'a Suggestion], open: bool },
}

/// The rows of a group, in the order of its list.
pub(super) fn entries<'a>(state: &State, group: &'a Group<'a>) -> Vec<Entry<'a>> {
    let mut entries = Vec::new();
    for alike in group.list.chunk_by(|one, next| one.id() == next.id()) {
        let open = match alike {
            [first, ..] if alike.len() > APART => {
                let open = state.opened.contains(&(group.name, first.id().to_owned()));
                entries.push(Entry::Whole { alike, open });
                open
            }
            _ => true,
        };
        if open {
            let under = alike.len() > APART;
            entries.extend(alike.iter().map(|suggestion| Entry::One { suggestion, under }));
        }
    }
    entries
}

/// The choice that a list begins with.
pub(super) fn first_of(group: &Group<'_>) -> Option<Choice> {
    let alike = group.list.chunk_by(|one, next| one.id() == next.id()).next()?;
    let first = alike.first()?;
    Some(if alike.len() > APART { whole(group.name, first) } else { one(first) })
}

fn one(suggestion: &Suggestion) -> Choice {
    Choice::One(suggestion.id().to_owned(), suggestion.target)
}

fn whole(group: &'static str, suggestion: &Suggestion) -> Choice {
    Choice::Whole(group, suggestion.id().to_owned())
}

/// "70 interfaces": how many of what.
pub(super) fn places(alike: &[&Suggestion]) -> String {
    let all = |is: fn(Target) -> bool| alike.iter().all(|one| is(one.target));
    let (one, many) = if all(|target| matches!(target, Target::Interface(_))) {
        ("interface", "interfaces")
    } else if all(|target| matches!(target, Target::Component(_))) {
        ("component", "components")
    } else {
        ("place", "places")
    };
    words::counted(alike.len(), one, many)
}

/// Draws the rows of a group.
pub(super) fn show(ui: &mut Ui, ctx: &ViewContext<'_>, state: &mut State, group: &Group<'_>) {
    for entry in entries(state, group) {
        match entry {
            Entry::One { suggestion, under } => single(ui, ctx, state, group.icon, suggestion, under),
            Entry::Whole { alike, open } => folded(ui, ctx, state, group.name, alike, open),
        }
    }
}

fn single(
    ui: &mut Ui,
    ctx: &ViewContext<'_>,
    state: &mut State,
    icon: &str,
    suggestion: &Suggestion,
    under: bool,
) {
    let chosen = matches!(&state.chosen, Some(Choice::One(id, at)) if id == suggestion.id() && *at == suggestion.target);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 52.0), Sense::click());
    let target = || ctx.project().name_of(suggestion.target.into());
    response.widget_info(|| {
        let said = format!("{} at {}", suggestion.title(), target());
        WidgetInfo::selected(egui::Role::ListItem, true, chosen, said)
    });
    if response.clicked() {
        state.chosen = Some(one(suggestion));
        state.reason = None;
    }
    if !ui.is_rect_visible(rect) {
        return;
    }
    let rect = if under { Rect { min: rect.min + Vec2::new(20.0, 0.0), ..rect } } else { rect };
    widgets::row_ground(ui, &response, rect, chosen);
    let tint = if icon == "circle-help" { Role::Accent } else { Role::TextTertiary };
    let spot = Pos2::new(rect.left() + 24.0, rect.top() + 17.0);
    icons::paint_at(ui.painter(), icon, spot, 16.0, theme::color(ui, tint));
    let target = target();
    let place = suggestion.pack().map_or_else(|| target.clone(), |pack| format!("{target} · {pack}"));
    let why = match &suggestion.set_aside {
        Some(reason) if !suggestion.changed.is_empty() => {
            format!("back since {} (set aside: {reason})", suggestion.changed.join(", "))
        }
        Some(reason) if !reason.is_empty() => format!("set aside: {reason}"),
        _ => suggestion.why.clone(),
    };
    if under {
        // Its title stands above it already.
        two_lines(ui, rect, &place, "", &why);
    } else {
        two_lines(ui, rect, suggestion.title(), suggestion.id(), &format!("{place} · {why}"));
    }
    widgets::focus_ring(ui, &response, rect, 8.0);
    if chosen && response.has_focus() {
        response.scroll_to_me(None);
    }
}

fn folded(
    ui: &mut Ui,
    ctx: &ViewContext<'_>,
    state: &mut State,
    group: &'static str,
    alike: &[&Suggestion],
    open: bool,
) {
    let Some(first) = alike.first() else { return };
    let chosen = matches!(&state.chosen, Some(Choice::Whole(at, id)) if *at == group && id == first.id());
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 52.0), Sense::click());
    let count = places(alike);
    let said = format!("{} at {count}", first.title());
    response.widget_info(|| WidgetInfo::selected(egui::Role::ListItem, true, chosen, &said));
    let fold = Rect::from_center_size(Pos2::new(rect.left() + 24.0, rect.top() + 26.0), Vec2::splat(32.0));
    let fold = ui.interact(fold, response.id.with("fold"), Sense::click());
    let verb = if open { "Fold" } else { "Show" };
    fold.widget_info(|| {
        WidgetInfo::labeled(egui::Role::Button, true, format!("{verb} the {count} of {}", first.id()))
    });
    if response.clicked() {
        state.chosen = Some(whole(group, first));
        state.reason = None;
    }
    if fold.clicked() || response.double_clicked() {
        set_open(state, group, first.id(), !open);
    }
    if !ui.is_rect_visible(rect) {
        return;
    }
    widgets::row_ground(ui, &response, rect, chosen);
    let chevron = if open { "chevron-down" } else { "chevron-right" };
    let tint = if fold.hovered() { Role::Text } else { Role::TextTertiary };
    let spot = Pos2::new(rect.left() + 24.0, rect.top() + 17.0);
    icons::paint_at(ui.painter(), chevron, spot, 16.0, theme::color(ui, tint));
    let mut names: Vec<String> =
        alike.iter().take(2).map(|one| ctx.project().name_of(one.target.into())).collect();
    names.push(format!("{} others", alike.len().saturating_sub(2)));
    two_lines(ui, rect, first.title(), first.id(), &format!("{count} · {}", names.join(", ")));
    widgets::focus_ring(ui, &response, rect, 8.0);
    widgets::focus_ring(ui, &fold, fold.rect, 6.0);
}

fn set_open(state: &mut State, group: &'static str, id: &str, open: bool) {
    let key = (group, id.to_owned());
    if open {
        state.opened.insert(key);
    } else {
        state.opened.remove(&key);
    }
}

/// What a row says: a title with something short at its end, and a quiet line under it.
fn two_lines(ui: &Ui, rect: Rect, title: &str, end: &str, under: &str) {
    let end = widgets::line(ui, end, Look::CODE, theme::color(ui, Role::TextTertiary));
    let end = widgets::put_right(ui.painter(), rect.right() - 8.0, rect.top() + 17.0, end);
    let left = rect.left() + 44.0;
    let color = theme::color(ui, Role::Text);
    let title = widgets::line_within(ui, title, Look::BODY_STRONG, color, end - left - 8.0);
    widgets::put_left(ui.painter(), left, rect.top() + 17.0, title);
    let color = theme::color(ui, Role::TextSecondary);
    let under = widgets::line_within(ui, under, Look::SMALL, color, rect.right() - 8.0 - left);
    widgets::put_left(ui.painter(), left, rect.top() + 37.0, under);
}

/// Arrows choose a row and open it, A accepts, D sets aside.
pub(super) fn keys(ui: &Ui, ctx: &mut ViewContext<'_>, state: &mut State, groups: &[Group<'_>]) {
    if !widgets::hears_keys(ui) {
        return;
    }
    let pressed = |key| ui.input(|input| input.modifiers.is_none() && input.key_pressed(key));
    let heard = [Press::ArrowDown, Press::ArrowUp, Press::ArrowRight, Press::ArrowLeft, Press::A, Press::D]
        .map(pressed);
    if !heard.contains(&true) {
        return;
    }
    let [down, up, right, left, accepts, dismisses] = heard;
    let mut order: Vec<(Choice, Vec<&Suggestion>)> = Vec::new();
    for group in groups.iter().take(2) {
        order.extend(entries(state, group).iter().map(|entry| match entry {
            Entry::One { suggestion, .. } => (one(suggestion), vec![*suggestion]),
            Entry::Whole { alike, .. } => (
                alike.first().map_or_else(
                    || Choice::Whole(group.name, String::new()),
                    |first| whole(group.name, first),
                ),
                alike.to_vec(),
            ),
        }));
    }
    let at = order.iter().position(|(choice, _)| state.chosen.as_ref() == Some(choice));
    let go = |state: &mut State, index: usize| {
        if let Some((choice, _)) = order.get(index) {
            state.chosen = Some(choice.clone());
            state.reason = None;
        }
    };
    if down {
        go(state, at.map_or(0, |at| (at + 1).min(order.len().saturating_sub(1))));
    }
    if up {
        go(state, at.map_or(0, |at| at.saturating_sub(1)));
    }
    let Some((at, (choice, alike))) = at.and_then(|at| Some((at, order.get(at)?))) else { return };
    if let (Choice::Whole(group, id), true) = (choice, right || left) {
        set_open(state, group, id, right);
    }
    if accepts {
        accept(ctx, alike);
        go(state, at + 1);
    }
    if dismisses {
        state.reason = Some(String::new());
    }
}
