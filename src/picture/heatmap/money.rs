//! Amounts of money in few words.

use crate::model::Method;

/// What an impact level costs, "€2.5M"; none where the method has no money.
pub fn loss_words(method: &Method, level: f64) -> Option<String> {
    method.loss(level).map(|thousands| money_words(method, thousands))
}

/// An amount in thousands of the project's currency, as people write it: "€2.5M", "€100k", "€0".
pub fn money_words(method: &Method, thousands: f64) -> String {
    let sign = &method.currency;
    if thousands <= 0.0 || thousands.is_nan() {
        return format!("{sign}0");
    }
    let (unit, name) = unit_of(thousands);
    format!("{sign}{}{name}", figure(thousands / unit))
}

/// Two amounts in thousands, with as many digits as it takes to tell them apart: "€15.1M to €15.4M".
pub fn interval_words(method: &Method, low: f64, high: f64) -> String {
    let plain = [low, high].map(|end| money_words(method, end));
    let [from, to] = &plain;
    if from != to || low <= 0.0 || high <= low {
        return format!("{from} to {to}");
    }
    let (unit, name) = unit_of(high);
    let exact = |decimals: usize| {
        [low, high].map(|end| format!("{}{:.decimals$}{name}", method.currency, end / unit))
    };
    let ends = (1..=6).map(exact).find(|[from, to]| from != to).unwrap_or(plain);
    ends.join(" to ")
}

/// A simulated mean with its standard error, the mean with as many digits as the error tells apart: "€1.752M ± €5.9k".
pub fn mean_words(method: &Method, mean: f64, error: f64) -> String {
    let plain = money_words(method, mean);
    let (unit, name) = unit_of(mean);
    let decimals = if error > 0.0 { (-(error / unit).log10()).ceil().clamp(0.0, 6.0) as usize } else { 0 };
    let exact = format!("{}{:.decimals$}{name}", method.currency, mean / unit);
    // Fewer digits than are shown elsewhere would look like another figure.
    let mean = if mean > 0.0 && exact.chars().count() > plain.chars().count() { exact } else { plain };
    format!("{mean} ± {}", money_words(method, error))
}

/// The unit in which an amount in thousands is told, in thousands, and its letter.
fn unit_of(thousands: f64) -> (f64, &'static str) {
    match thousands {
        most if most >= 999_500.0 => (1e6, "bn"),
        more if more >= 999.5 => (1000.0, "M"),
        _ => (1.0, "k"),
    }
}

/// A quantity with two significant digits, without zeros that say nothing.
pub(super) fn figure(value: f64) -> String {
    let decimals = if value >= 9.95 {
        0
    } else if value >= 0.995 {
        1
    } else if value >= 0.0995 {
        2
    } else {
        3
    };
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::{interval_words, mean_words};
    use crate::model::Method;

    #[test]
    fn ends_of_an_interval_are_told_apart() {
        let check =
            |low, high, expected: &str| assert_eq!(interval_words(&Method::default(), low, high), expected);
        check(14_980.0, 15_240.0, "€15.0M to €15.2M");
        check(15_000.0, 15_004.0, "€15.000M to €15.004M");
        check(200.0, 310.0, "€200k to €310k");
        check(0.0, 0.0, "€0 to €0");
        check(0.0, 12.0, "€0 to €12k");
        check(45.1, 45.3, "€45.1k to €45.3k");
    }

    #[test]
    fn a_mean_has_the_digits_that_its_error_tells_apart() {
        let check = |mean, error, expected: &str| {
            assert_eq!(mean_words(&Method::default(), mean, error), expected);
        };
        check(1752.47, 5.9, "€1.752M ± €5.9k");
        check(6844.1, 13.4, "€6.84M ± €13k");
        check(466.4, 2.4, "€466k ± €2.4k");
        check(9.98, 0.04, "€9.98k ± €0.04k");
        check(45.0, 0.0, "€45k ± €0");
        check(0.0, 0.0, "€0 ± €0");
        check(3.2, 40.0, "€3.2k ± €40k");
    }
}
