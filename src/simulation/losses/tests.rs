use super::sample::{Quantiles, count, normal_quantile};
use super::*;
use crate::model::{Estimate, ThreatId};
use crate::simulation::Quiet;

fn exposure(threat: u32, frequency: Estimate, loss: Estimate, left: [(f64, f64); 2]) -> Exposure {
    Exposure {
        threat: ThreatId(threat),
        frequency,
        loss,
        happens: [1.0, left[0].0, left[1].0],
        hurts: [1.0, left[0].1, left[1].1],
        own_frequency: true,
        own_loss: true,
    }
}

fn run(exposures: &[Exposure], trials: u32, seed: u64) -> Losses {
    simulate(&Setup::new(exposures.to_vec(), trials, seed), &Quiet)
        .unwrap_or_else(|_| unreachable!("nobody stops it"))
}

/// Holds means, and the deviation, to the closed forms of a compound Poisson sum: E = E[f]·h·E[m]·c, and
/// Var = E[f]·h·E[m²]·c² + Var[f]·(h·E[m]·c)².
#[track_caller]
fn check(exposures: &[Exposure], trials: u32) {
    let losses = run(exposures, trials, 7);
    for rating in 0..3 {
        let (mut mean, mut variance) = (0.0, 0.0);
        for exposure in exposures {
            let (often, cost) = (exposure.frequency.mean(), exposure.loss.mean());
            let (happens, hurts) = (exposure.happens[rating], exposure.hurts[rating]);
            mean += often * happens * cost * hurts;
            let square = exposure.loss.variance() + cost * cost;
            variance += often * happens * square * hurts * hurts
                + exposure.frequency.variance() * (happens * cost * hurts).powi(2);
        }
        let curve = &losses.curves[rating];
        let error = curve.mean_error.max(mean * 1e-4);
        assert!((curve.mean - mean).abs() < 4.0 * error, "{rating}: {} ± {error} is not {mean}", curve.mean);
        let deviation = variance.sqrt();
        assert!((curve.deviation / deviation - 1.0).abs() < 0.05, "{}: {deviation}", curve.deviation);
    }
    let sum: f64 = losses.threats.iter().map(|threat| threat.means[1]).sum();
    assert!((sum - losses.curves[1].mean).abs() < 1e-6 * sum.max(1.0));
}

#[test]
fn means_and_deviations_are_those_of_compound_poisson_sums() {
    let one = Estimate::pert(1.0, 1.0, 1.0);
    // A plain Poisson count: mean and variance 2.
    check(&[exposure(1, Estimate::pert(2.0, 2.0, 2.0), one.clone(), [(1.0, 1.0), (0.5, 1.0)])], 50_000);
    check(
        &[exposure(
            2,
            Estimate::pert(0.1, 0.4, 3.0),
            Estimate::pert(1.0, 3.0, 8.0),
            [(0.4, 1.0), (0.2, 0.5)],
        )],
        50_000,
    );
    check(
        &[exposure(
            3,
            Estimate::pert(0.2, 0.45, 1.0),
            Estimate::lognormal(50.0, 250.0),
            [(0.2, 0.8), (0.05, 0.5)],
        )],
        80_000,
    );
    // Hundreds a year: counts drawn in parts.
    check(&[exposure(4, Estimate::pert(150.0, 200.0, 300.0), one, [(0.5, 1.0), (0.1, 1.0)])], 5_000);
    let several: Vec<Exposure> = (1..=6)
        .map(|id| {
            let often = f64::from(id) * 0.3;
            exposure(
                id,
                Estimate::pert(often / 2.0, often, often * 3.0),
                Estimate::pert(5.0, 10.0, 40.0),
                [(0.6, 0.9), (0.3, 0.7)],
            )
        })
        .collect();
    check(&several, 50_000);
}

#[test]
fn counts_have_the_chances_of_poisson() {
    // Cumulated chances at mean 2: e⁻² = .1353, .4060, .6767, .8571.
    let cases = [
        (0.0, 0),
        (0.135, 0),
        (0.136, 1),
        (0.405, 1),
        (0.407, 2),
        (0.676, 2),
        (0.677, 3),
        (0.857, 3),
        (0.858, 4),
    ];
    for (chance, expected) in cases {
        assert_eq!(count(2.0, chance, &mut Random::new(1)), expected, "{chance}");
    }
    assert_eq!(count(0.0, 0.999_999, &mut Random::new(1)), 0);
    assert!(count(5.0, 1.0, &mut Random::new(1)) <= 400, "a chance of one ends");
}

#[test]
fn quantiles_are_those_of_the_tables() {
    for (share, expected) in [
        (0.5, 0.0),
        (0.95, 1.644_853_627),
        (0.975, 1.959_963_985),
        (0.001, -3.090_232_306),
        (1e-10, -6.361_340_902),
    ] {
        let found = normal_quantile(share);
        assert!((found - expected).abs() < 1e-8, "{share}: {found}");
    }
    let at = |quantiles: &Quantiles, share: f64| quantiles.at((share * 2f64.powi(64)) as u64);
    // PERT(0, 0, 1) is Beta(1, 5): 1 − (1−u)^(1/5). PERT(0, ½, 1) is Beta(3, 3), symmetric.
    let falling = Quantiles::of(&Estimate::pert(0.0, 0.0, 1.0));
    let level = Quantiles::of(&Estimate::pert(0.0, 0.5, 1.0));
    let wide = Quantiles::of(&Estimate::lognormal(1.0, 9.0));
    for share in [0.001_f64, 0.01, 0.3, 0.5, 0.77, 0.99, 0.999] {
        let beta = 1.0 - (1.0 - share).powf(0.2);
        assert!((at(&falling, share) - beta).abs() < 1e-4, "{share}: {} {beta}", at(&falling, share));
        assert!((at(&level, share) + at(&level, 1.0 - share) - 1.0).abs() < 1e-6, "{share}");
        let exact = (3f64.ln() + 9f64.ln() / crate::model::NINETY_PERCENT * normal_quantile(share)).exp();
        assert!((at(&wide, share) / exact - 1.0).abs() < 1e-4, "{share}: {} {exact}", at(&wide, share));
    }
    assert!((at(&wide, 0.05) - 1.0).abs() < 1e-3 && (at(&wide, 0.95) - 9.0).abs() < 1e-3);
}

#[test]
fn percentiles_are_those_counted_by_hand() {
    // 1 to 20 in odd order: the median is the 10th, P90 the 18th, P95 the 19th; the worst twentieth is the 20th alone.
    let curve = LossCurve::of((1..=20).map(|number| f64::from(number * 7 % 20 + 1)).collect());
    let at = |share| curve.percentile(share).value;
    assert_eq!((at(0.5), at(0.9), at(0.95), at(1.0)), (10.0, 18.0, 19.0, 20.0));
    assert_eq!((curve.mean, curve.worst_twentieth), (10.5, 20.0));
    assert!(
        (curve.deviation - 35f64.sqrt()).abs() < 1e-12 && (curve.mean_error - 1.75f64.sqrt()).abs() < 1e-12
    );
    // Ranks 10 ± 1.96·√5 = 5.6 and 14.4.
    let median = curve.percentile(0.5);
    assert_eq!((median.low, median.high), (6.0, 15.0));
    assert_eq!(
        (curve.chance_of(20.0), curve.chance_of(20.5), curve.chance_of(0.0), curve.chance_of(11.0)),
        (0.05, 0.0, 1.0, 0.5)
    );
    let nothing = LossCurve::of(Vec::new());
    assert_eq!(
        (nothing.mean, nothing.percentile(0.9).value, nothing.chance_of(1.0), nothing.greatest()),
        (0.0, 0.0, 0.0, 0.0)
    );
}

#[test]
fn the_same_seed_gives_the_same_years_in_any_order_of_work() {
    let exposures: Vec<Exposure> = (1..=4)
        .map(|id| {
            exposure(
                id,
                Estimate::pert(0.1, 1.0, 4.0),
                Estimate::lognormal(1.0, 30.0),
                [(0.5, 1.0), (0.1, 0.5)],
            )
        })
        .collect();
    let setup = Setup::new(exposures.clone(), 5_000, 3);
    let backwards: Vec<Stretch> = (0..setup.stretches()).rev().map(|number| setup.stretch(number)).collect();
    let forwards: Vec<Stretch> = backwards.into_iter().rev().collect();
    assert_eq!(setup.gather(&forwards), run(&exposures, 5_000, 3));
    assert_ne!(run(&exposures, 5_000, 4).curves, run(&exposures, 5_000, 3).curves);
    assert_eq!(run(&exposures, 5_000, 3).trials, 5_000);
    // Another threat beside it changes nothing of a threat's own numbers.
    let alone = run(&exposures[..1], 5_000, 3);
    let among = run(&exposures, 5_000, 3);
    let of = |losses: &Losses| {
        losses.threats.iter().find(|threat| threat.threat == ThreatId(1)).map(|threat| threat.means)
    };
    assert_eq!(of(&alone), of(&among));
}

#[test]
fn controls_work_on_the_same_occurrences() {
    let risky = |left| exposure(1, Estimate::pert(0.5, 1.0, 3.0), Estimate::lognormal(10.0, 90.0), left);
    let losses = run(&[risky([(1.0, 1.0), (0.9, 1.0)])], 20_000, 5);
    assert_eq!(losses.curves[0], losses.curves[1], "no control, no change: not even noise");
    assert_eq!(losses.saved[0].mean, 0.0);
    // With common numbers the error of the difference is far below that of either mean.
    assert!(losses.saved[1].error < losses.curves[1].mean_error * 0.6, "{:?}", losses.saved);
    for loss in [1.0, 10.0, 50.0, 200.0] {
        assert!(losses.curves[1].chance_of(loss) >= losses.curves[2].chance_of(loss));
    }
}

#[test]
fn odd_input_does_no_harm() {
    let never = exposure(1, Estimate::pert(0.0, 0.0, 0.0), Estimate::pert(1.0, 1.0, 1.0), [(1.0, 1.0); 2]);
    let often = exposure(
        2,
        Estimate::pert(1e9, 1e9, 1e9),
        Estimate::pert(0.0, 0.0, 0.0),
        [(f64::NAN, 1.0), (7.0, 1.0)],
    );
    let losses = run(&[never, often], 1, 0);
    assert_eq!((losses.trials, losses.curves[0].mean), (100, 0.0));
    assert_eq!(run(&[], 100, 0).curves[2].any_loss, 0.0);
}
