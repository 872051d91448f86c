//! How likely a goal is reached at all, by any way: counted over worlds in which each start and step is open or shut by its
//! chance.
//!
//! The exact chance cannot be worked out for large graphs, so it is sampled. Each draw depends on the world and the edge
//! alone: the same model gives the same number, and a control that changes one step changes no other draw.

use petgraph::visit::EdgeRef as _;

use super::ways::Ways;

/// Worlds at most.
const WORLDS: u32 = 10_000;

/// Edges drawn at most over all worlds, so that a large graph gets fewer worlds and a larger error.
const DRAWS: usize = 2_000_000;

/// Every sample begins here.
const SEED: u64 = 0x7468_7265_6174;

/// A sampled chance.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Reach {
    /// The share of worlds in which it is reached.
    pub probability: f64,
    /// The standard error of that share: √(p(1−p)/n).
    pub error: f64,
    /// How many worlds were drawn.
    pub worlds: u32,
}

impl Reach {
    /// Why fewer worlds were drawn than usual; empty where they were not.
    pub fn fewer(&self) -> String {
        if self.worlds < WORLDS {
            format!("; {WORLDS} on a smaller model, so the error is larger here")
        } else {
            String::new()
        }
    }
}

/// The chance that at least one of each set of nodes is reached from the start.
pub(super) fn reaches(ways: &Ways, goals: &[Vec<usize>]) -> Vec<Reach> {
    let graph = &ways.attack;
    let worlds = u32::try_from(DRAWS / graph.edge_count().max(1)).unwrap_or(WORLDS).clamp(100, WORLDS);
    let chances: Vec<f64> = graph.edge_weights().map(|length| (-length).exp()).collect();
    let mut hits = vec![0u32; goals.len()];
    let mut seen = vec![u32::MAX; graph.node_count()];
    let mut waiting = Vec::new();
    for world in 0..worlds {
        waiting.push(ways.start);
        while let Some(node) = waiting.pop() {
            for edge in graph.edges(node) {
                let Some(mark) = seen.get_mut(edge.target().index()).filter(|mark| **mark != world) else {
                    continue;
                };
                let number = edge.id().index();
                let chance = chances.get(number).copied().unwrap_or_default();
                if drawn(u64::from(world) << 32 | number as u64) < chance {
                    *mark = world;
                    waiting.push(edge.target());
                }
            }
        }
        for (hit, places) in hits.iter_mut().zip(goals) {
            *hit += u32::from(places.iter().any(|place| seen.get(*place) == Some(&world)));
        }
    }
    let reach = |hits: u32| {
        let probability = f64::from(hits) / f64::from(worlds);
        Reach { probability, error: (probability * (1.0 - probability) / f64::from(worlds)).sqrt(), worlds }
    };
    hits.into_iter().map(reach).collect()
}

/// A number from 0 to below 1 for a counter, by SplitMix64.
fn drawn(counter: u64) -> f64 {
    let mut bits = SEED.wrapping_add(counter.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::super::tests::{asset, system};
    use super::super::{PathOptions, attack_paths};
    use super::*;

    #[test]
    fn one_way_is_reached_by_its_own_chance_and_two_by_more() {
        let check = |interfaces: &str| {
            let mut project = system("C1 Human@0, C2 Process@3, C3 Process@3, C4 Store@3", interfaces);
            project.assets.insert(asset(1, &[4]));
            let report = attack_paths(&project, &PathOptions::default());
            (report.goals[0].reach, report.paths.iter().map(|path| path.probability).collect::<Vec<_>>())
        };
        let within = |reach: Reach, wanted: f64| {
            assert!((reach.probability - wanted).abs() < 4.0 * reach.error + 1e-9, "{reach:?}, not {wanted}");
        };
        let (one, chances) = check("F1 1>2, F2 2>4");
        within(one, chances[0]);
        assert_eq!(one.worlds, 10_000);
        // Two ways that share nothing: 1 − (1−p)(1−q).
        let (two, chances) = check("F1 1>2, F2 2>4, F3 1>3, F4 3>4");
        within(two, 1.0 - (1.0 - chances[0]) * (1.0 - chances[1]));
        assert_eq!(check("F1 1>2").0.probability, 0.0);
        assert_eq!(check("F1 1>2, F2 2>4"), check("F1 1>2, F2 2>4"));
    }
}
