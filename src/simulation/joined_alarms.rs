//! Alarms counted while more and more evaluations fire: neighbours are joined, those that meet a window are not false.

/// Firing evaluations joined into alarms, one row of evaluations for each agent with a wall between two rows.
#[derive(Default)]
pub(super) struct Alarms {
    parent: Vec<usize>,
    firing: Vec<bool>,
    /// A window lies between this evaluation and the one before.
    bridged: Vec<bool>,
    /// The alarm with this root meets a window.
    excused: Vec<bool>,
    /// Alarms that meet no window.
    pub(super) not_excused: usize,
}

impl Alarms {
    /// One more row; gives back where it begins.
    pub(super) fn add(&mut self, count: usize) -> usize {
        let base = self.parent.len();
        // The wall is one evaluation that never fires.
        for at in base..=base + count {
            self.parent.push(at);
            self.firing.push(false);
            self.excused.push(false);
            self.bridged.push(false);
        }
        base
    }

    /// Evaluations within a window (with grace): an alarm that has one is not false. A window that lies between two
    /// evaluations is met by an alarm that has both.
    pub(super) fn excuse(&mut self, base: usize, (from, to): (usize, usize)) {
        if from < to {
            self.excused.get_mut(base + from..base + to).into_iter().flatten().for_each(|cell| *cell = true);
        } else if let Some(cell) = self.bridged.get_mut(base + from) {
            *cell = true;
        }
    }

    fn root(&mut self, mut at: usize) -> usize {
        while let Some(&parent) = self.parent.get(at)
            && parent != at
        {
            let above = self.parent.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.parent.get_mut(at) {
                *slot = above;
            }
            at = above;
        }
        at
    }

    fn is_excused(&self, root: usize) -> bool {
        self.excused.get(root).copied().unwrap_or_default()
    }

    /// An evaluation fires from now on, and is joined to its neighbours that fire.
    pub(super) fn fire(&mut self, at: usize) {
        if let Some(slot) = self.firing.get_mut(at) {
            *slot = true;
        }
        self.not_excused += usize::from(!self.is_excused(at));
        for neighbour in [at.wrapping_sub(1), at + 1] {
            if self.firing.get(neighbour).copied().unwrap_or_default() {
                let (one, other) = (self.root(at), self.root(neighbour));
                self.join(one, other);
                if self.bridged.get(at.max(neighbour)).copied().unwrap_or_default() && !self.is_excused(one) {
                    self.not_excused -= 1;
                    if let Some(slot) = self.excused.get_mut(one) {
                        *slot = true;
                    }
                }
            }
        }
    }

    fn join(&mut self, one: usize, other: usize) {
        if one == other {
            return;
        }
        let (first, second) = (self.is_excused(one), self.is_excused(other));
        // Two false alarms become one; a false one that joins an excused one is no longer false.
        self.not_excused -= usize::from(!first || !second);
        if let Some(slot) = self.parent.get_mut(other) {
            *slot = one;
        }
        if let Some(slot) = self.excused.get_mut(one) {
            *slot = first || second;
        }
    }
}
