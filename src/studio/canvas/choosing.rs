//! Choosing several things by keys: what is kept stays selected while Tab goes on.

use crate::model::ItemId;

/// What stays selected while the keyboard walks on. Empty as long as Tab selects one thing after the other.
#[derive(Debug, Default)]
pub struct Choosing {
    kept: Vec<ItemId>,
    /// The thing that the keyboard came to last.
    at: Option<ItemId>,
}

impl Choosing {
    /// The selection when the keyboard comes to a thing; none where that changes nothing.
    pub fn come_to(&mut self, item: ItemId, selection: &[ItemId]) -> Option<Vec<ItemId>> {
        self.at = Some(item);
        let others = self.kept.iter().copied().filter(|other| *other != item);
        let chosen: Vec<ItemId> = others.chain([item]).collect();
        (!selection.contains(&item) || !self.kept.is_empty()).then_some(chosen)
    }

    /// Keeps what is selected; takes the thing under the keyboard out again if it was kept already. The new selection.
    pub fn keep(&mut self, selection: &[ItemId]) -> Vec<ItemId> {
        let at = self.at.or(selection.last().copied());
        let taken_out = at.filter(|at| self.kept.contains(at) && selection.contains(at));
        self.kept = selection.iter().copied().filter(|item| Some(*item) != taken_out).collect();
        self.kept.extend(at.filter(|at| !selection.contains(at)));
        self.kept.clone()
    }

    /// Whatever else changed the selection has ended the choosing of more.
    pub fn check(&mut self, selection: &[ItemId]) {
        if !self.kept.iter().all(|item| selection.contains(item)) {
            self.kept.clear();
            self.at = None;
        }
    }

    /// Whether something is kept.
    pub fn is_under_way(&self) -> bool {
        !self.kept.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ComponentId;

    /// Walks (`a`…) and keeps (`+`) as told; what is selected in the end.
    fn check(keys: &str, expected: &str) {
        let item = |letter: char| ItemId::from(ComponentId(u32::from(letter)));
        let mut choosing = Choosing::default();
        let mut selection: Vec<ItemId> = Vec::new();
        for key in keys.chars() {
            if key == '+' {
                selection = choosing.keep(&selection);
            } else if let Some(new) = choosing.come_to(item(key), &selection) {
                selection = new;
            }
            choosing.check(&selection);
        }
        assert_eq!(selection, expected.chars().map(item).collect::<Vec<_>>(), "{keys}");
    }

    #[test]
    fn what_is_kept_stays_selected() {
        check("ab", "b");
        check("a+b", "ab");
        check("a+bc", "ac");
        check("a+b+c", "abc");
        check("a+b+cb", "ab");
        // Pressed once more on what is kept it lets go, and takes it again.
        check("a+b+a+", "b");
        check("a+b+a++", "ba");
    }

    #[test]
    fn another_selection_ends_it() {
        let item = |number: u32| ItemId::from(ComponentId(number));
        let mut choosing = Choosing::default();
        let _first = choosing.come_to(item(1), &[]);
        let _kept = choosing.keep(&[item(1)]);
        assert!(choosing.is_under_way());
        choosing.check(&[item(2)]);
        assert!(!choosing.is_under_way());
    }
}
