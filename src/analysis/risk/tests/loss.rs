//! The expected loss: of ranges that people gave, and of those that levels stand for.

use super::*;
use crate::model::Estimate;

#[test]
fn expected_loss_is_frequency_times_loss() {
    let check = |method: Method, likelihood, impact, wanted: Option<f64>| {
        let project = Project { method, ..project([threat(1, likelihood, impact)], []) };
        let register = register(&project);
        match (register.rows[0].loss(Rating::Current), wanted) {
            (Some(found), Some(wanted)) => {
                assert!((found - wanted).abs() < 1e-6 * wanted, "{found} is not {wanted}");
            }
            (found, wanted) => assert_eq!(found, wanted),
        }
        assert_eq!(register.current.loss, register.rows[0].loss(Rating::Current));
    };
    check(Method::default(), 3.0, 3.0, Some(45.0));
    check(Method::default(), 4.0, 3.0, Some(225.0));
    check(Method::default(), 4.0, 5.0, Some(5625.0));
    check(Method { middle_loss: None, ..Method::default() }, 3.0, 3.0, None);
}

#[test]
fn a_level_stands_for_a_range_whose_mean_is_its_anchor() {
    for step in [1.2, 2.0, 5.0, 10.0, 60.0] {
        let method = Method { step, ..Method::default() };
        for level in [1.0, 2.6, 3.0, 5.0] {
            let (often, cost) = (given_frequency(&method, level), given_loss(&method, level).unwrap());
            let near = |found: f64, wanted: f64| {
                assert!((found / wanted - 1.0).abs() < 1e-9, "{step} {level}: {found} is not {wanted}");
            };
            near(often.mean(), method.frequency(level));
            near(cost.mean(), method.loss(level).unwrap());
            near(often.high / often.low, step);
            near(cost.high / cost.low, step);
            assert_eq!((often.fault(), cost.fault()), (None, None));
        }
    }
}

#[test]
fn ranges_that_people_gave_make_the_expected_loss() {
    let often = Some(Estimate::pert(1.0, 2.0, 9.0)); // mean 18/6 = 3
    let cost = Some(Estimate::pert(10.0, 10.0, 40.0)); // mean 90/6 = 15
    let broken = Some(Estimate::pert(3.0, 2.0, 1.0));
    let levels = threat(1, 3.0, 3.0); // 0.45 a year, 100 k
    let check = |threat: Threat, wanted: [Option<f64>; 2], told: Option<&str>| {
        let project = project([threat], [control(1, Strength::High, ControlStatus::Implemented)]);
        let register = register(&project);
        let found = [Rating::Inherent, Rating::Current].map(|rating| register.rows[0].loss(rating));
        for (found, wanted) in found.into_iter().zip(wanted) {
            let is_near = match (found, wanted) {
                (Some(found), Some(wanted)) => (found - wanted).abs() < 1e-9 * wanted,
                (found, wanted) => found == wanted,
            };
            assert!(is_near, "{found:?} is not {wanted:?}");
        }
        assert_eq!(register.inherent.loss, found[0]);
        let lines = explain(&project, &register.rows[0], Rating::Current);
        assert_eq!(lines.last().map(String::as_str), told);
    };
    let both = |frequency_range: &Option<Estimate>, loss_range: &Option<Estimate>| Threat {
        frequency_range: frequency_range.clone(),
        loss_range: loss_range.clone(),
        ..levels.clone()
    };
    check(
        both(&often, &cost),
        [Some(45.0), Some(9.0)],
        Some("Expected loss = 0.600 a year × €15k = €9k a year, by the means of its own ranges"),
    );
    check(
        both(&often, &None),
        [Some(300.0), Some(60.0)],
        Some("Expected loss = 0.600 a year × €100k = €60k a year, by the mean of its own times a year"),
    );
    check(
        both(&None, &cost),
        [Some(6.75), Some(1.35)],
        Some("Expected loss = 0.090 a year × €15k = €1k a year, by the mean of its own cost"),
    );
    check(
        both(&broken, &None),
        [Some(45.0), Some(9.0)],
        Some("Expected loss = 0.090 a year × €100k = €9k a year"),
    );
    let unrated = |threat: Threat| Threat { likelihood: None, impact: None, ..threat };
    check(
        unrated(both(&often, &cost)),
        [Some(45.0), Some(9.0)],
        Some("Expected loss = 0.600 a year × €15k = €9k a year, by the means of its own ranges"),
    );
    check(unrated(both(&often, &None)), [None, None], None);
}

#[test]
fn what_is_worth_its_cost_goes_by_money_where_there_is_any() {
    // The first lowers the rarer threat by more, the second saves more money, the third costs nothing that is known.
    let controls = [
        Control { cost: Some(10.0), ..control(1, Strength::High, ControlStatus::Planned) },
        Control {
            cost: Some(10.0),
            threats: vec![ThreatId(2)],
            ..control(2, Strength::Medium, ControlStatus::Planned)
        },
        Control { threats: vec![ThreatId(2)], ..control(3, Strength::High, ControlStatus::Planned) },
    ];
    let mut project = project([threat(1, 3.0, 3.0), threat(2, 4.0, 4.0)], controls);
    let order = |project: &Project| {
        let mut best = next_best_controls(project);
        by_cost(&mut best);
        best.iter().map(|next| next.control.0).collect::<Vec<u32>>()
    };
    let best = next_best_controls(&project);
    let second = best.iter().find(|next| next.control == ControlId(2)).unwrap();
    // Half of 2.25 a year × 500 k, for 10 k.
    assert!((second.saved_per_cost.unwrap() - 56.25).abs() < 1e-9, "{second:?}");
    assert_eq!(order(&project), [2, 1, 3]);
    project.method.middle_loss = None;
    assert_eq!(order(&project), [1, 2, 3]);
}
