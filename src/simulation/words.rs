//! Policies in words: what a condition demands, and what violates it.

use crate::model::{
    CommunicationCondition, Condition, Direction, Effect, MetricCondition, MetricInfo, MetricKind, Operator,
    Permission, Project, Reading, ResourceCondition,
};

use super::time::duration_words;

/// How a metric condition is read, and whether that had to be assumed.
pub fn reading_of(project: &Project, condition: &MetricCondition) -> (Reading, MetricKind, bool) {
    let known = project.simulation.metrics.get(&condition.metric);
    let kind = known.map(|info| info.kind).unwrap_or_default();
    (condition.reading.unwrap_or_else(|| kind.default_reading()), kind, known.is_none())
}

/// What must hold, in a few words: "cpu_usage must stay below 80 %".
pub fn requirement(project: &Project, condition: &MetricCondition) -> String {
    let (reading, ..) = reading_of(project, condition);
    let metric = &condition.metric;
    if reading == Reading::Absent {
        return format!("{metric} must be reported at least every {}", duration_words(condition.duration_ms));
    }
    format!("{metric} must stay {}", bound(condition.operator, &amount(project, condition)))
}

/// What violates it, in a sentence: "cpu_usage is 80 % or more, without a break, for 5 minutes".
pub fn violation(project: &Project, condition: &MetricCondition) -> String {
    let (reading, ..) = reading_of(project, condition);
    let metric = &condition.metric;
    let amount = amount(project, condition);
    let time = long_duration(condition.duration_ms);
    let broken = broken(condition.operator, &amount);
    let sentence = match reading {
        Reading::For if condition.duration_ms == 0 => format!("{metric} is {broken}"),
        Reading::For => format!("{metric} is {broken}, without a break, for {time}"),
        Reading::Increase => format!("{metric} grows by {broken} within {time}"),
        Reading::Sum => format!("{metric} adds up to {broken} within any {time}"),
        Reading::Any => format!("one sample of {metric} within {time} is {broken}"),
        Reading::Avg => format!("{metric} averages {broken} over {time}"),
        Reading::Rate => format!("{metric} grows by {broken} a second, over {time}"),
        Reading::Absent => format!("nothing is heard of {metric} for {time}"),
    };
    if condition.hold_for_ms > 0 && reading != Reading::For {
        format!("{sentence}, and that lasts {}", long_duration(condition.hold_for_ms))
    } else {
        sentence
    }
}

/// What a condition says, in a sentence, whatever its kind. `earlier` are the conditions of the rule that stand before it.
pub fn sentence(project: &Project, condition: &Condition, earlier: &[Condition]) -> String {
    match condition {
        Condition::Metric(metric) => requirement(project, metric),
        Condition::Resource(resource) => resource_sentence(resource),
        Condition::Communication(communication) => communication_sentence(communication, earlier),
    }
}

/// "May read customer_data. Writing it is denied, because only reading is listed."
pub fn resource_sentence(condition: &ResourceCondition) -> String {
    let resource = &condition.resource;
    match condition.permission {
        Permission::Deny => format!("May not touch {resource}. A denial always wins."),
        Permission::Read => {
            format!("May read {resource}. Writing it is denied, because only reading is listed.")
        }
        Permission::Write => {
            format!("May write {resource}. Reading it is denied, because only writing is listed.")
        }
        Permission::ReadWrite => format!("May read and write {resource}."),
    }
}

/// "Outbound to approved_apis is allowed." Where an earlier condition of that direction names somebody, all are "anything
/// else", and "anybody" where none does.
pub fn communication_sentence(condition: &CommunicationCondition, earlier: &[Condition]) -> String {
    let same_way = |other: &CommunicationCondition| {
        other.direction.is_none() || condition.direction.is_none() || other.direction == condition.direction
    };
    let somebody_named = earlier.iter().any(|other| match other {
        Condition::Communication(other) => {
            same_way(other) && other.destinations.iter().any(|name| name != "*")
        }
        _ => false,
    });
    let all = if somebody_named { "anything else" } else { "anybody" };
    let direction = match condition.direction {
        Some(Direction::Outbound) => "Outbound to",
        Some(Direction::Inbound) => "Inbound from",
        None => "Communication with",
    };
    let names: Vec<&str> =
        condition.destinations.iter().map(|name| if name == "*" { all } else { name.as_str() }).collect();
    let names = if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
    let effect = match condition.effect {
        Effect::Allow => "allowed",
        Effect::Deny => "denied",
    };
    format!("{direction} {names} is {effect}.")
}

fn bound(operator: Operator, amount: &str) -> String {
    match operator {
        Operator::Less => format!("below {amount}"),
        Operator::LessOrEqual => format!("at or below {amount}"),
        Operator::Greater => format!("above {amount}"),
        Operator::GreaterOrEqual => format!("at or above {amount}"),
        Operator::Equal => format!("at {amount}"),
        Operator::NotEqual => format!("away from {amount}"),
    }
}

fn broken(operator: Operator, amount: &str) -> String {
    match operator.violation() {
        Operator::Less => format!("below {amount}"),
        Operator::LessOrEqual => format!("{amount} or less"),
        Operator::Greater => format!("above {amount}"),
        Operator::GreaterOrEqual => format!("{amount} or more"),
        Operator::Equal => format!("exactly {amount}"),
        Operator::NotEqual => format!("anything but {amount}"),
    }
}

fn amount(project: &Project, condition: &MetricCondition) -> String {
    let number = number(condition.value);
    match project.simulation.metrics.get(&condition.metric) {
        Some(MetricInfo { unit, .. }) if !unit.is_empty() => format!("{number} {unit}"),
        _ => number,
    }
}

/// A number as people write it: no needless decimals, thin spaces between thousands.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return if value.is_nan() {
            "not a number".to_owned()
        } else {
            format!("{value}").replace("inf", "∞")
        };
    }
    let plain = format!("{value}");
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("−", rest));
    let (whole, rest) =
        digits.split_once('.').map_or((digits, String::new()), |(whole, rest)| (whole, format!(".{rest}")));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && whole.len() > 4 && (whole.len() - index).is_multiple_of(3) {
            grouped.push('\u{2009}');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{rest}")
}

/// "5 minutes", "1 hour 30 minutes".
pub fn long_duration(ms: i64) -> String {
    let parts = [(3_600_000, "hour"), (60_000, "minute"), (1_000, "second"), (1, "millisecond")];
    let mut left = ms.max(0);
    let mut words: Vec<String> = Vec::new();
    for (unit, name) in parts {
        let count = left / unit;
        left %= unit;
        if count > 0 {
            words.push(format!("{count} {name}{}", if count == 1 { "" } else { "s" }));
        }
    }
    if words.is_empty() { "no time".to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(
        operator: Operator,
        value: f64,
        duration_ms: i64,
        reading: Option<Reading>,
    ) -> MetricCondition {
        MetricCondition {
            metric: "cpu".into(),
            operator,
            value,
            duration_ms,
            reading,
            ..MetricCondition::default()
        }
    }

    #[test]
    fn everybody_is_anything_else_only_after_somebody_was_named() {
        let line = |direction: Option<Direction>, name: &str| CommunicationCondition {
            direction,
            destinations: vec![name.to_owned()],
            ..CommunicationCondition::default()
        };
        let (out, into) = (Some(Direction::Outbound), Some(Direction::Inbound));
        let check = |earlier: &[CommunicationCondition], all: &str| {
            let earlier: Vec<Condition> = earlier.iter().cloned().map(Condition::Communication).collect();
            let said = communication_sentence(&line(out, "*"), &earlier);
            assert!(said.starts_with(&format!("Outbound to {all} is ")), "{said}");
        };
        check(&[], "anybody");
        check(&[line(into, "shop")], "anybody");
        check(&[line(out, "*")], "anybody");
        check(&[line(out, "shop")], "anything else");
        check(&[line(None, "shop")], "anything else");
    }

    #[test]
    fn violations_are_said_as_the_negation() {
        let mut project = Project::new("Test");
        project
            .simulation
            .metrics
            .insert("cpu".into(), MetricInfo { unit: "%".into(), ..MetricInfo::default() });
        let minutes = 300_000;
        for (condition, expected) in [
            (
                condition(Operator::Less, 80.0, minutes, None),
                "cpu is 80 % or more, without a break, for 5 minutes",
            ),
            (condition(Operator::LessOrEqual, 80.0, 0, None), "cpu is above 80 %"),
            (
                condition(Operator::Greater, 1.5, minutes, Some(Reading::Avg)),
                "cpu averages 1.5 % or less over 5 minutes",
            ),
            (
                condition(Operator::Less, 10_000.0, 3_600_000, Some(Reading::Sum)),
                "cpu adds up to 10\u{2009}000 % or more within any 1 hour",
            ),
            (
                condition(Operator::Less, 0.0, 90_000, Some(Reading::Absent)),
                "nothing is heard of cpu for 1 minute 30 seconds",
            ),
        ] {
            assert_eq!(violation(&project, &condition), expected);
        }
        assert_eq!(
            requirement(&project, &condition(Operator::Less, 80.0, 0, None)),
            "cpu must stay below 80 %"
        );
    }

    #[test]
    fn numbers_are_grouped_from_five_digits() {
        for (value, expected) in [
            (1000.0, "1000"),
            (10_000.0, "10\u{2009}000"),
            (1_234_567.5, "1\u{2009}234\u{2009}567.5"),
            (-20_000.0, "−20\u{2009}000"),
            (0.25, "0.25"),
        ] {
            assert_eq!(number(value), expected);
        }
    }
}
