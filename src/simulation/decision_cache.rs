//! The cache of decisions: each lives for a fixed time from when it was made, and the one used longest ago makes room.

/// Where a list of entries ends.
const NONE: u32 = u32::MAX;

/// A cache over keys numbered from 0.
#[derive(Debug, Clone)]
pub(crate) struct DecisionCache {
    ttl: f64,
    limit: usize,
    made: Vec<f64>,
    newer: Vec<u32>,
    older: Vec<u32>,
    newest: u32,
    oldest: u32,
    pub(crate) held: usize,
    pub(crate) most_held: usize,
    pub(crate) evicted: usize,
}

impl DecisionCache {
    pub(crate) fn new(keys: usize, ttl: f64, limit: usize) -> Self {
        Self {
            ttl,
            limit,
            made: vec![f64::NAN; keys],
            newer: vec![NONE; keys],
            older: vec![NONE; keys],
            newest: NONE,
            oldest: NONE,
            held: 0,
            most_held: 0,
            evicted: 0,
        }
    }

    /// When the decision was made, if there is one that is young enough; it then counts as used.
    pub(crate) fn look_up(&mut self, key: u32, now: f64) -> Option<f64> {
        let made = *self.made.get(key as usize)?;
        if made.is_nan() {
            return None;
        }
        self.unlink(key);
        if now - made >= self.ttl {
            self.forget(key);
            return None;
        }
        self.link_newest(key);
        Some(made)
    }

    /// Keeps a decision made now.
    pub(crate) fn keep(&mut self, key: u32, now: f64) {
        let Some(made) = self.made.get(key as usize).copied() else { return };
        if self.limit == 0 {
            return;
        }
        if made.is_nan() {
            if self.held >= self.limit {
                let last = self.oldest;
                self.unlink(last);
                self.forget(last);
                self.evicted += 1;
            }
            self.held += 1;
            self.most_held = self.most_held.max(self.held);
        } else {
            self.unlink(key);
        }
        if let Some(slot) = self.made.get_mut(key as usize) {
            *slot = now;
        }
        self.link_newest(key);
    }

    fn forget(&mut self, key: u32) {
        if let Some(slot) = self.made.get_mut(key as usize) {
            *slot = f64::NAN;
            self.held -= 1;
        }
    }

    fn unlink(&mut self, key: u32) {
        let at = |list: &[u32]| list.get(key as usize).copied().unwrap_or(NONE);
        let (newer, older) = (at(&self.newer), at(&self.older));
        match self.older.get_mut(newer as usize) {
            Some(slot) => *slot = older,
            None => self.newest = older,
        }
        match self.newer.get_mut(older as usize) {
            Some(slot) => *slot = newer,
            None => self.oldest = newer,
        }
    }

    fn link_newest(&mut self, key: u32) {
        let before = self.newest;
        if let (Some(newer), Some(older)) =
            (self.newer.get_mut(key as usize), self.older.get_mut(key as usize))
        {
            *newer = NONE;
            *older = before;
        }
        match self.newer.get_mut(before as usize) {
            Some(slot) => *slot = key,
            None => self.oldest = key,
        }
        self.newest = key;
    }
}

#[cfg(test)]
mod tests {
    use super::super::queueing::{hits_fixed_life, hits_least_recent, zipf};
    use super::super::random::Random;
    use super::*;

    #[test]
    fn decisions_live_for_their_time_and_the_least_recent_goes() {
        let mut cache = DecisionCache::new(4, 10.0, 2);
        assert_eq!(cache.look_up(0, 0.0), None);
        cache.keep(0, 0.0);
        cache.keep(1, 1.0);
        assert_eq!(cache.look_up(0, 9.9), Some(0.0));
        cache.keep(2, 9.9);
        assert_eq!((cache.look_up(1, 9.9), cache.evicted, cache.held), (None, 1, 2));
        // An age of exactly the time to live is a miss.
        assert_eq!(cache.look_up(0, 10.0), None);
        assert_eq!((cache.held, cache.most_held), (1, 2));
        cache.keep(3, 11.0);
        assert_eq!(
            (cache.look_up(2, 11.0), cache.look_up(3, 11.0), cache.evicted),
            (Some(9.9), Some(11.0), 1)
        );
    }

    #[test]
    fn hit_rates_are_those_of_the_formulas() {
        let chances = zipf(2_000, 0.9);
        let sums: Vec<f64> = chances
            .iter()
            .scan(0.0, |sum, chance| {
                *sum += chance;
                Some(*sum)
            })
            .collect();
        let rate = |ttl: f64, limit: usize| {
            let mut random = Random::new(5);
            let mut cache = DecisionCache::new(2_000, ttl, limit);
            let (mut now, mut hits) = (0.0, 0);
            for asked in 0..400_000 {
                now += random.exponential(0.1);
                let draw = random.unit();
                let key = sums.partition_point(|sum| *sum < draw).min(1_999) as u32;
                if cache.look_up(key, now).is_none() {
                    cache.keep(key, now);
                } else if asked >= 100_000 {
                    hits += 1;
                }
            }
            f64::from(hits) / 300_000.0
        };
        let near =
            |found: f64, wanted: f64| assert!((found - wanted).abs() < 0.006 * wanted, "{found} {wanted}");
        near(rate(60.0, 2_000), hits_fixed_life(&chances, 10.0, 60.0));
        near(rate(1e9, 300), hits_least_recent(&chances, 10.0, 300));
        assert!(
            rate(60.0, 300)
                <= hits_fixed_life(&chances, 10.0, 60.0).min(hits_least_recent(&chances, 10.0, 300)) + 0.003
        );
    }
}
