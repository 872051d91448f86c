use crate::model::{
    AlertSeverity, Condition, Effect, MetricCondition, Operator, Policy, PolicyId, PolicyStatus, Project,
    ResponseAction, Rule, RuleId,
};
use crate::picture::scene::tests::keep;
use crate::picture::{Palette, Shape};
use crate::simulation::decisions::Decision;
use crate::simulation::responses::ResponseRecord;
use crate::simulation::run::{self, DecisionRecord, Held, Request, RunInput};
use crate::simulation::trace::{self, TraceOptions};
use crate::simulation::{Access, Quiet, labels};

use super::*;

const MINUTE: i64 = 60_000;
/// 21 January 2025, 00:00 UTC.
const START: i64 = 1_737_417_600_000;

fn minute(number: i64) -> i64 {
    START + number * MINUTE
}

/// Three hours of one agent: an attack that is found, a short rise, one attack that is missed, and a false alarm.
fn sample(grace: i64) -> Run {
    let mut text = String::from("timestamp,agent,cpu_usage\n");
    for at in 0..180 {
        let high = (30..55).contains(&at) || (80..83).contains(&at) || (150..160).contains(&at);
        let value = if high { 92.0 } else { 45.0 + (at % 7) as f64 };
        text.push_str(&format!("{},assistant-1,{value}\n", minute(at)));
    }
    let options = TraceOptions::default();
    let trace = trace::read(text.as_bytes(), "hours.csv", &options).unwrap().0;
    let windows = format!(
        "agent,start,end,threat\nassistant-1,{},{},resource_exhaustion\nassistant-1,{},{},slow_copy\n",
        minute(28),
        minute(56),
        minute(100),
        minute(125)
    );
    let labels = labels::read(windows.as_bytes(), "labels.csv", &options).unwrap();
    let mut project = Project::new("Timeline");
    let condition = MetricCondition {
        metric: "cpu_usage".to_owned(),
        operator: Operator::Less,
        value: 80.0,
        duration_ms: 5 * MINUTE,
        ..MetricCondition::default()
    };
    project.policies.insert(Policy {
        id: PolicyId(1),
        name: "Limits".to_owned(),
        status: PolicyStatus::Active,
        rules: vec![Rule {
            id: RuleId(1),
            name: "Processor load".to_owned(),
            conditions: vec![Condition::Metric(condition)],
            ..Rule::default()
        }],
        ..Policy::default()
    });
    project.simulation.evaluation.grace_ms = grace;
    let mut input = RunInput::new(&project, &trace);
    input.labels = Some(&labels);
    run::run(&project, &input, &Quiet).unwrap()
}

fn words(timeline: &Timeline) -> Vec<String> {
    let marks = timeline.picture.marks.iter();
    marks
        .filter_map(|mark| if let Shape::Text(text) = &mark.shape { Some(text.text.clone()) } else { None })
        .collect()
}

#[test]
fn lanes_say_what_happened() {
    let run = sample(0);
    let options = TimelineOptions { playhead: Some(minute(37)), ..TimelineOptions::default() };
    let timeline = timeline(&run, &options);
    assert_eq!(timeline.agent, "assistant-1");
    let kinds: Vec<LaneKind> = timeline.lanes.iter().map(|lane| lane.kind).collect();
    assert!(
        kinds.contains(&LaneKind::Condition { condition: 0, series: 0 })
            && kinds.contains(&LaneKind::Outcome)
    );
    let words = words(&timeline);
    for wanted in ["must stay below 80", "firing", "false alarm", "Detected", "Missed", "Attack: slow copy"] {
        assert!(words.iter().any(|text| text == wanted), "{wanted} in {words:?}");
    }
    assert_eq!(timeline.windows.len(), 2);
    for lane in &timeline.lanes {
        assert!(timeline.picture.bounds.contains_rect(lane.rect), "{lane:?}");
    }
    let pairs = timeline.lanes.windows(2);
    assert!(
        pairs.into_iter().all(|pair| !pair[0].rect.overlaps(pair[1].rect)),
        "lanes stand below each other"
    );
    keep("timeline-hand", &timeline.picture, Palette::dark(), 1.0);
}

#[test]
fn readings_follow_the_run() {
    let run = sample(0);
    let timeline = timeline(&run, &TimelineOptions::default());
    let at = |minute: i64| timeline.reading(&run, self::minute(minute)).remove(0);
    assert_eq!(at(10).state, ConditionState::Quiet);
    assert_eq!(at(32).value, Some(92.0));
    assert!(matches!(at(32).state, ConditionState::Pending { since_ms } if since_ms == minute(30)));
    assert!(matches!(at(45).state, ConditionState::Firing { since_ms } if since_ms == minute(35)));
    let x = timeline.axis.x(minute(45));
    let time = timeline.time_at(Point::new(x, 50.0)).unwrap();
    assert!((time - minute(45)).abs() < MINUTE);
    assert_eq!(timeline.time_at(Point::new(10.0, 50.0)), None, "names are no time");
}

#[test]
fn a_part_of_the_run_is_shown_larger() {
    let run = sample(0);
    let options = TimelineOptions { range: Some((minute(90), minute(130))), ..TimelineOptions::default() };
    let timeline = timeline(&run, &options);
    assert_eq!(timeline.windows.len(), 1, "only the second attack");
    assert!(!words(&timeline).contains(&"firing".to_owned()));
}

#[test]
fn nothing_to_show_is_no_reason_to_fall_over() {
    let mut run = sample(0);
    run.conditions.clear();
    run.scores = None;
    let timeline =
        timeline(&run, &TimelineOptions { width: 10.0, range: Some((5, 5)), ..TimelineOptions::default() });
    assert!(timeline.lanes.is_empty());
    assert_eq!(timeline.agent, "");
}

#[test]
fn what_was_denied_and_done_is_read_where_it_stands() {
    let mut run = sample(0);
    let denied = DecisionRecord {
        t_ms: minute(40),
        agent: "assistant-1".to_owned(),
        request: Request::Resource { resource: "ledger".to_owned(), access: Access::Write },
        decision: Decision {
            effect: Effect::Deny,
            by: None,
            why: "Nothing allows it.".to_owned(),
            prevented: true,
            error: false,
            layers: Vec::new(),
            overruled: Vec::new(),
        },
        by_response: false,
        held: None,
        malicious: Some(true),
    };
    let allowed = DecisionRecord {
        decision: Decision { effect: Effect::Allow, ..denied.decision.clone() },
        malicious: None,
        ..denied.clone()
    };
    run.decisions = vec![allowed, denied];
    run.responses = vec![ResponseRecord {
        t_ms: minute(41),
        until_ms: Some(minute(51)),
        agent: "assistant-1".to_owned(),
        severity: AlertSeverity::High,
        action: Some(ResponseAction::Restrict),
        policy: PolicyId(1),
        rule: Some(RuleId(1)),
        cause: "Processor load".to_owned(),
        approval: None,
    }];
    let timeline = timeline(&run, &TimelineOptions::default());
    for deed in &timeline.deeds {
        assert!(timeline.picture.bounds.contains_rect(deed.rect), "{deed:?}");
    }
    let said = |event: Event| {
        let deed = timeline.deeds.iter().find(|deed| deed.holds(event)).unwrap();
        let middle = Point::new(deed.rect.x + deed.rect.w / 2.0, deed.rect.y + deed.rect.h / 2.0);
        assert_eq!(timeline.deed_at(middle), Some(deed));
        assert!(deed.from_ms <= deed.to_ms);
        (deed.words(&run), event.words(&run).unwrap())
    };
    let found = events(&run, "assistant-1");
    assert_eq!(found, [(minute(40), Event::Denied(1)), (minute(41), Event::Response(0))]);
    let (stretch, one) = said(Event::Denied(1));
    assert!(stretch.title.starts_with("1 request denied, 00:"), "{}", stretch.title);
    assert_eq!(stretch.lines, ["00:40:00 write ledger, part of an attack: Nothing allows it"]);
    assert_eq!(one.title, "00:40:00 write ledger denied");
    assert_eq!(one.lines, ["Nothing allows it.", "Part of an attack."]);
    let (stretch, one) = said(Event::Response(0));
    assert_eq!(stretch.title, "restrict, 00:41 to 00:51");
    assert_eq!(one.lines, ["Processor load.", "For 10m, until 00:51:00.", "The cause is of high severity."]);
    run.decisions[1].decision = Decision {
        effect: Effect::Allow,
        why: "Data access allows to write ledger.".to_owned(),
        ..run.decisions[1].decision.clone()
    };
    run.decisions[1].by_response = true;
    run.decisions[1].held = Some(Held {
        action: ResponseAction::Isolate,
        since_ms: minute(29),
        policy: PolicyId(1),
        rule: Some(RuleId(1)),
        cause: "Processor load: cpu_usage is 80 or more.".to_owned(),
    });
    assert_eq!(
        Event::Denied(1).words(&run).unwrap().lines,
        [
            "Decided by: isolated since 00:29:00 (alarm: Processor load: cpu_usage is 80 or more).",
            "Closed loop. Without that it would be allowed: Data access allows to write ledger.",
            "Part of an attack.",
        ]
    );
    assert!(Event::Denied(9).words(&run).is_none());
    assert!(events(&run, "nobody").is_empty());
}

#[test]
fn a_threshold_line_is_read_back_from_its_height() {
    let plot = crate::picture::Rect::new(100.0, 20.0, 300.0, 100.0);
    for (low, high, value) in [(0.0, 100.0, 80.0), (0.0, 1.0, 0.7), (0.0, 2000.0, 1000.0), (-5.0, 10.0, 0.0)]
    {
        let bound = super::Bound { condition: 0, value, low, high, plot };
        assert_eq!(bound.value_at(bound.line().y), value, "{bound:?}");
        assert!(bound.value_at(plot.y - 50.0) > high, "the line can be pulled beyond the plot");
    }
}

#[test]
fn the_words_of_a_bound_cover_no_crossing() {
    let run = sample(0);
    let spikes = (0..180).filter(|at| [30, 55, 80, 83, 150, 160].contains(at));
    for begin in spikes.flat_map(|at| [at - 1, at - 5, at - 12]) {
        for long in [20, 60, 180] {
            let range = Some((minute(begin), minute(begin + long)));
            let timeline = timeline(&run, &TimelineOptions { range, ..TimelineOptions::default() });
            let plate = timeline.picture.marks.iter().find_map(|mark| match &mark.shape {
                Shape::Text(text) if text.text.starts_with("must stay") => {
                    let wide = crate::picture::text::width(&text.text, text.face, text.size);
                    Some((text.at.x - 5.0, text.at.x + wide + 5.0))
                }
                _ => None,
            });
            let (from, to) = plate.unwrap();
            let chart = &run.conditions[0].series[0].chart;
            for pair in chart.windows(2) {
                let crosses = (pair[0].last < 80.0) != (pair[1].last < 80.0);
                let (x0, x1) = (timeline.axis.x(pair[0].t_ms), timeline.axis.x(pair[1].t_ms));
                assert!(!crosses || x1 < from || x0 > to, "from minute {begin} for {long}: {pair:?}");
            }
        }
    }
}

#[test]
fn every_outcome_has_its_sign_and_words_where_they_find_room() {
    let run = sample(0);
    // From the start of what is shown to its end, in minutes: signs, and words among them.
    for (from, to, width, signs, said) in [
        (0, 180, 1000.0, 3, &["Detected", "after 7m", "Missed", "False alarm"][..]),
        (0, 180, 420.0, 3, &[]),
        (20, 101, 900.0, 2, &["Detected", "Missed", "no alarm"]),
        (95, 156, 900.0, 2, &["Missed", "False alarm", "no label here"]),
        (150, 180, 900.0, 1, &["False alarm"]),
    ] {
        let range = Some((minute(from), minute(to)));
        let timeline = timeline(&run, &TimelineOptions { width, range, ..TimelineOptions::default() });
        let lane = timeline.lanes.iter().find(|lane| lane.kind == LaneKind::Outcome).unwrap().rect;
        let inside = |y: f32| y >= lane.y && y <= lane.bottom();
        let icons = timeline.picture.marks.iter().filter(|mark| match &mark.shape {
            Shape::Icon(icon) => inside(icon.rect.y) && ["check", "x"].contains(&icon.name),
            _ => false,
        });
        assert_eq!(icons.count(), signs, "{from} to {to}");
        let words = words(&timeline);
        for wanted in said {
            assert!(words.iter().any(|text| text == wanted), "{from} to {to}: {wanted} in {words:?}");
        }
        for mark in &timeline.picture.marks {
            let Shape::Text(text) = &mark.shape else { continue };
            let wide = crate::picture::text::width(&text.text, text.face, text.size);
            let last = text.at.x + if text.align == crate::picture::Align::Left { wide } else { 0.0 };
            assert!(
                !inside(text.at.y) || last <= width + 1.0,
                "{from} to {to}: {} ends at {last}",
                text.text
            );
        }
    }
}

#[test]
fn bands_name_their_condition_and_a_curve_along_the_line_leaves_the_plate_no_room() {
    let run = sample(0);
    let options = TimelineOptions { playhead: Some(minute(37)), ..TimelineOptions::default() };
    let drawn = timeline(&run, &options);
    assert!(words(&drawn).contains(&"r0c0".to_owned()));
    let place = |drawn: &Timeline| {
        let found = drawn.picture.marks.iter().find_map(|mark| match &mark.shape {
            Shape::Text(text) if text.text.starts_with("must stay") => Some(text.at),
            _ => None,
        });
        found.unwrap()
    };
    assert!(place(&drawn).x > drawn.axis.left, "above a quiet curve it stands in the plot");
    let mut crowded = run.clone();
    let condition = crowded.conditions.first_mut().unwrap();
    for (number, bucket) in condition.series[0].chart.iter_mut().enumerate() {
        let high = if number % 2 == 0 { 10_000.0 } else { 0.0 };
        (bucket.min, bucket.max, bucket.last) = (0.0, high, 0.0);
    }
    assert!(place(&timeline(&crowded, &options)).x < drawn.axis.left, "else it stands in the gutter");
}

#[test]
fn the_head_alone_has_the_moments_the_agent_and_what_is_read() {
    let run = sample(0);
    let options = TimelineOptions { playhead: Some(minute(37)), ..TimelineOptions::default() };
    let drawn = timeline(&run, &options);
    let alone = words(&Timeline { picture: head(&run, &drawn, &options), ..drawn.clone() });
    for (_, moment) in drawn.axis.ticks() {
        assert!(alone.contains(&moment), "{moment} in {alone:?}");
    }
    for wanted in ["assistant-1", "21 Jan 2025 UTC"] {
        assert!(alone.contains(&wanted.to_owned()), "{wanted} in {alone:?}");
    }
    assert!(alone.iter().any(|words| words.starts_with("00:37:00")), "{alone:?}");
}
