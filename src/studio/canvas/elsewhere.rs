//! What is not in a view of a part, in words: where the interfaces lead that leave it, and the steps of an attack path that
//! it does not show.

use egui::{Sense, Ui};

use crate::analysis::paths::AttackPath;
use crate::model::{ItemId, Project};
use crate::picture::DiagramScene;
use crate::session::Session;
use crate::studio::paint::ScreenFromPicture;
use crate::studio::widgets;

use super::names::leaving_words;
use super::{Gesture, parts, state::State};

/// So many names are told; more are counted.
const NAMED: usize = 12;

/// What stands at the other ends, while the pointer rests on the mark that counts them.
pub fn tip(ui: &Ui, state: &State, scene: &DiagramScene, project: &Project, at: ScreenFromPicture) {
    let Some(pointer) = state.pointer.filter(|_| at.scale >= 0.6 && state.gesture == Gesture::Idle) else {
        return;
    };
    let Some((item, leaves)) = scene.leaves_under(pointer) else { return };
    let rect = at.rect(leaves.rect);
    let response = ui.interact(rect, ui.scope_id().with(("leaves the view", item)), Sense::hover());
    let ends = leaves.to.iter().map(|id| project.name_of(ItemId::from(*id)));
    let words = format!("To {}. A click puts them into this view.", listed(ends.collect()));
    widgets::tooltip(response, &leaving_words(leaves.count), &words, "");
}

fn listed(mut names: Vec<String>) -> String {
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let last = if more > 0 { Some(format!("{more} more")) } else { names.pop() };
    match (names.is_empty(), last) {
        (true, last) => last.unwrap_or_default(),
        (false, Some(last)) => format!("{} and {last}", names.join(", ")),
        (false, None) => names.join(", "),
    }
}

/// The components of a path that are not in the view.
pub fn off_path(session: &Session, path: &AttackPath) -> Vec<ItemId> {
    let items = path.components().into_iter().map(ItemId::from);
    items.filter(|item| !parts::is_in_view(session, *item)).collect()
}

/// Whether a step of a path, 1 the first, is not in the view; 0 is where the path starts.
pub fn is_off(session: &Session, path: &AttackPath, step: usize) -> bool {
    let start = path.source.component;
    let item = step.checked_sub(1).map_or(Some(start), |at| path.steps.get(at).map(|step| step.to));
    let via = step.checked_sub(1).and_then(|at| path.steps.get(at)?.interface);
    let is_out = |item: ItemId| !parts::is_in_view(session, item);
    item.is_some_and(|id| is_out(id.into())) || via.is_some_and(|id| is_out(id.into()))
}

/// Which steps of a path the view does not show, `steps 2 and 3 are not in this view`; none where it shows them all.
pub fn told(session: &Session, path: &AttackPath) -> Option<String> {
    let is_out = |step: &usize| is_off(session, path, *step);
    let out: Vec<usize> = (1..=path.steps.len()).filter(is_out).collect();
    match (out.as_slice(), is_off(session, path, 0)) {
        ([], false) => None,
        ([], true) => Some("its start is not in this view".to_owned()),
        (all, _) if all.len() == path.steps.len() => Some("no step is in this view".to_owned()),
        ([one], _) => Some(format!("step {one} is not in this view")),
        (many, _) => {
            let numbers = many.iter().map(usize::to_string).collect();
            Some(format!("steps {} are not in this view", listed(numbers)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_names_are_counted() {
        let check = |number: usize, expected: &str| {
            assert_eq!(listed((1..=number).map(|n| n.to_string()).collect()), expected);
        };
        check(1, "1");
        check(2, "1 and 2");
        check(3, "1, 2 and 3");
        check(14, "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 2 more");
    }
}
