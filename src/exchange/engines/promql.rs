//! Metric conditions as PromQL: what is true at the moments at which a condition is violated.

use std::collections::BTreeMap;

use super::quoted;
use crate::model::{MetricCondition, Operator, Reading, Scope};

/// Labels by name.
pub type Labels = BTreeMap<String, String>;

/// A length of time as Prometheus writes it: `1h30m`, `250ms`.
pub fn duration(ms: i64) -> String {
    let mut left = ms.max(0);
    let mut text = String::new();
    for (unit, name) in [(3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms")] {
        if left >= unit {
            text.push_str(&format!("{}{name}", left / unit));
            left %= unit;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

/// A number as PromQL reads it, to the last bit.
pub(super) fn number(value: f64) -> String {
    let size = value.abs();
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "+Inf".to_owned() } else { "-Inf".to_owned() }
    } else if size != 0.0 && !(1e-6..1e15).contains(&size) {
        format!("{value:e}")
    } else {
        format!("{value}")
    }
}

/// A name of a metric that every Prometheus takes: letters, digits, `_` and `:`.
pub fn metric_name(metric: &str) -> String {
    let mut name: String = metric
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '_' || c == ':' { c } else { '_' })
        .collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) || name.is_empty() {
        name.insert(0, '_');
    }
    name
}

/// A name of a label that every Prometheus takes.
pub(super) fn label_name(label: &str) -> String {
    metric_name(label).replace(':', "_")
}

/// Whether a list of a scope binds everybody.
pub(super) fn binds_all(list: &[String]) -> bool {
    list.is_empty() || list.iter().any(|name| name == "*")
}

/// The matchers of a scope: `agent_type=~"assistant|processor",environment=~"production"`.
pub fn matchers(scope: &Scope) -> String {
    let lists =
        [("agent_type", &scope.agent_types), ("environment", &scope.environments), ("agent", &scope.agents)];
    let written = lists.iter().filter(|(_, list)| !binds_all(list)).map(|(label, list)| binds(label, list));
    written.collect::<Vec<_>>().join(",")
}

/// The matcher that lets only those values of a label through.
pub fn binds(label: &str, values: &[String]) -> String {
    let names: Vec<String> = values.iter().map(|name| escaped(name)).collect();
    format!("{label}=~{}", quoted(&names.join("|")))
}

/// A text in which nothing has a meaning to a regular expression.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if r"\.+*?()|[]{}^$-".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A metric with matchers.
pub fn selector(metric: &str, matchers: &str) -> String {
    let name = metric_name(metric);
    if matchers.is_empty() { name } else { format!("{name}{{{matchers}}}") }
}

/// Matchers that fit one set of labels.
pub fn equal_to(labels: &Labels) -> String {
    let written: Vec<String> =
        labels.iter().map(|(label, value)| format!("{}={}", label_name(label), quoted(value))).collect();
    written.join(",")
}

/// The expression that has a value wherever the condition is violated; none where PromQL cannot say it. The selector
/// names metric and series.
pub fn violation(
    condition: &MetricCondition,
    reading: Reading,
    selector: &str,
) -> Result<String, &'static str> {
    let value = value(condition, reading, selector)?;
    if reading == Reading::Absent {
        return Ok(value);
    }
    Ok(format!("{value} {} {}", condition.operator.violation().label(), number(condition.value)))
}

/// The expression of what the condition reads, whether it is violated or not.
pub fn value(condition: &MetricCondition, reading: Reading, selector: &str) -> Result<String, &'static str> {
    if reading == Reading::For {
        return Ok(selector.to_owned());
    }
    if condition.duration_ms <= 0 {
        return Err("a window needs a length, and this one has none");
    }
    let function = match reading {
        Reading::For => return Err("there is no window"),
        Reading::Increase => "increase",
        Reading::Rate => "rate",
        Reading::Sum => "sum_over_time",
        Reading::Avg => "avg_over_time",
        Reading::Absent => "absent_over_time",
        Reading::Any => match condition.operator {
            Operator::Less | Operator::LessOrEqual => "max_over_time",
            Operator::Greater | Operator::GreaterOrEqual => "min_over_time",
            Operator::Equal | Operator::NotEqual => {
                return Err("PromQL has no function for one sample in a window that is equal or unequal");
            }
        },
    };
    Ok(format!("{function}({selector}[{}])", duration(condition.duration_ms)))
}
