//! How several controls add up: the arithmetic of `ê`, families, blends and the cap.
//!
//! A control's effect here is `ê = strength × state × coverage`, 0 to 1. Independent layers leave `Π(1−ê)` of a factor.
//! Layers that fail together leave more: at full correlation only the best one counts. Between the two lies the blend
//! `(1−ρ)·(1−Π(1−ê)) + ρ·max ê`, first inside each family (`family_correlation`), then across the families
//! (`cross_correlation`), and no stack takes away more than `cap`. What is left moves a level on the log scale, whose
//! step is a factor of five: `L' = L + log₅(1−E)`.

use crate::model::{Control, ControlFunction, Method, Reduces, Strength};

/// One control's share in a stack.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Layer<'a> {
    /// Its family; an empty one is a family of its own.
    pub family: &'a str,
    /// What it takes away alone, 0 to 1.
    pub effect: f64,
}

/// The share of a factor that a stack of controls takes away, 0 to the method's cap.
pub fn combined<'a>(method: &Method, layers: impl IntoIterator<Item = Layer<'a>>) -> f64 {
    let mut families: Vec<(&str, Blend)> = Vec::new();
    for layer in layers {
        let effect = share(layer.effect);
        if effect == 0.0 {
            continue;
        }
        match families.iter_mut().find(|(family, _)| !family.is_empty() && *family == layer.family) {
            Some((_, blend)) => blend.add(effect),
            None => families.push((layer.family, Blend::of(effect))),
        }
    }
    let mut across = Blend::default();
    for (_, family) in &families {
        across.add(family.at(method.family_correlation));
    }
    across.at(method.cross_correlation).min(cap(method))
}

/// The share that a control is said to take away where it is fully in place: its own figure, else its strength's.
pub fn claimed(control: &Control) -> f64 {
    share(control.effectiveness.unwrap_or_else(|| Strength::effectiveness(control.strength)))
}

/// What a control takes away from likelihood, today and fully in place, whatever the threat; none for one that only
/// detects or only lowers impact.
pub fn prevents(control: &Control) -> Option<(f64, f64)> {
    if control.function == ControlFunction::Detective || control.reduces == Reduces::Impact {
        return None;
    }
    let complete = claimed(control) * share(control.coverage);
    Some((complete * control.status.in_place(), complete))
}

/// A share between nothing and all; what is no number counts as nothing.
pub(super) fn share(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) }
}

/// A cap of one would make a risk vanish, which no stack does.
fn cap(method: &Method) -> f64 {
    if method.cap.is_nan() { Method::default().cap } else { method.cap.clamp(0.0, 0.999) }
}

/// Effects seen so far: what they leave if independent, and the best of them.
#[derive(Debug, Clone, Copy)]
struct Blend {
    left: f64,
    best: f64,
}

impl Default for Blend {
    fn default() -> Self {
        Self { left: 1.0, best: 0.0 }
    }
}

impl Blend {
    fn of(effect: f64) -> Self {
        Self { left: 1.0 - effect, best: effect }
    }

    fn add(&mut self, effect: f64) {
        self.left *= 1.0 - effect;
        self.best = self.best.max(effect);
    }

    fn at(self, correlation: f64) -> f64 {
        let correlation = share(correlation);
        (1.0 - correlation) * (1.0 - self.left) + correlation * self.best
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn method(family: f64, cross: f64) -> Method {
        Method { family_correlation: family, cross_correlation: cross, ..Method::default() }
    }

    fn check(method: &Method, layers: &[(&str, f64)], removed: f64, levels: f64) {
        let found = combined(method, layers.iter().map(|(family, effect)| Layer { family, effect: *effect }));
        assert!((found - removed).abs() < 5e-4, "{layers:?}: {found} is not {removed}");
        let change = method.level_change(found);
        assert!((change - levels).abs() < 5e-3, "{layers:?}: {change} is not {levels}");
    }

    #[test]
    fn the_worked_numbers_of_the_method_come_out() {
        let independent = method(0.0, 0.0);
        let blended = method(0.75, 0.3);
        // One high control buys exactly one level; medium and low buy 0.43 and 0.18.
        check(&independent, &[("a", 0.8)], 0.8, -1.0);
        check(&independent, &[("a", 0.5)], 0.5, -0.43);
        check(&independent, &[("a", 0.25)], 0.25, -0.18);
        check(&blended, &[("a", 0.8)], 0.8, -1.0);
        // Prompt injection, medium and high: 1 − 0.5·0.2; blended 0.7·0.9 + 0.3·0.8.
        check(&independent, &[("a", 0.5), ("b", 0.8)], 0.9, -1.43);
        check(&blended, &[("a", 0.5), ("b", 0.8)], 0.87, -1.27);
        // Unauthorized access, high, high and medium: 1 − 0.2·0.2·0.5 = 0.98, capped; blended 0.7·0.98 + 0.3·0.8.
        check(&independent, &[("a", 0.8), ("b", 0.8), ("c", 0.5)], 0.95, -1.86);
        check(&blended, &[("a", 0.8), ("b", 0.8), ("c", 0.5)], 0.926, -1.62);
        // Inside one family at ρ = 0.75: 0.25·0.9 + 0.75·0.8.
        check(&blended, &[("a", 0.5), ("a", 0.8)], 0.825, -1.083);
        // Two families, one of two: 0.825 and 0.5 → 0.7·(1 − 0.175·0.5) + 0.3·0.825.
        check(&blended, &[("a", 0.5), ("b", 0.5), ("a", 0.8)], 0.88625, -1.351);
        // No family named: each is its own.
        check(&blended, &[("", 0.5), ("", 0.8)], 0.87, -1.27);
        check(&blended, &[], 0.0, 0.0);
    }

    #[test]
    fn odd_figures_do_no_harm() {
        let all = Method { cap: 1.0, ..method(0.0, 0.0) };
        check(&all, &[("a", 1.0)], 0.999, -4.292);
        check(&Method { cap: f64::NAN, ..method(0.0, 0.0) }, &[("a", 7.0)], 0.95, -1.86);
        check(&method(f64::NAN, -3.0), &[("a", f64::NAN), ("b", -1.0), ("c", 0.5)], 0.5, -0.43);
    }

    proptest! {
        #[test]
        fn another_control_never_makes_it_worse(
            effects in proptest::collection::vec((0u8..4, 0.0f64..1.0), 0..8),
            another in (0u8..4, 0.0f64..1.0),
            family in 0.0f64..1.0,
            cross in 0.0f64..1.0,
        ) {
            let names = ["", "a", "b", "c"];
            let layer = |(family, effect): &(u8, f64)| Layer { family: names[usize::from(*family)], effect: *effect };
            let method = method(family, cross);
            let before = combined(&method, effects.iter().map(layer));
            let after = combined(&method, effects.iter().chain([&another]).map(layer));
            prop_assert!(after >= before - 1e-12);
            prop_assert!(after <= method.cap);
            prop_assert!(after >= another.1.min(method.cap) - 1e-12);
        }
    }
}
