//! Times, sizes and shares as people write them: `5m`, `256MB`, `10%`.

use serde_json::Value;

use super::super::document::number_of;

/// A time in milliseconds: `5m`, `1h30m`, `200ms`; a number counts seconds.
pub(super) fn milliseconds(value: &Value) -> Option<f64> {
    if let Some(seconds) = number_of(value) {
        return Some(seconds * 1000.0);
    }
    let mut rest = value.as_str()?.trim();
    let mut total = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let (number, after) = leading_number(rest)?;
        let unit_end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (unit, next) = after.split_at(unit_end);
        let factor = match unit {
            "ms" => 1.0,
            "s" | "sec" | "secs" | "second" | "seconds" => 1e3,
            "m" | "min" | "mins" | "minute" | "minutes" => 6e4,
            "h" | "hour" | "hours" => 3.6e6,
            "d" | "day" | "days" => 8.64e7,
            "w" | "week" | "weeks" => 6.048e8,
            _ => return None,
        };
        total += number * factor;
        rest = next.trim_start();
    }
    total.is_finite().then_some(total)
}

/// A point in time in milliseconds since 1970: seconds, or RFC 3339.
pub(super) fn moment(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond),
        _ => number_of(value).map(|seconds| (seconds * 1000.0).round() as i64),
    }
}

/// Megabytes: `256MB`, `1GB`; a number counts megabytes.
pub(super) fn megabytes(value: &Value) -> Option<f64> {
    if let Some(number) = number_of(value) {
        return Some(number);
    }
    let (number, unit) = leading_number(value.as_str()?.trim())?;
    let factor = match unit.trim().to_lowercase().as_str() {
        "b" => 1e-6,
        "kb" | "k" | "kib" | "ki" => 1e-3,
        "mb" | "m" | "mib" | "mi" => 1.0,
        "gb" | "g" | "gib" | "gi" => 1e3,
        _ => return None,
    };
    Some(number * factor)
}

/// A share from 0 to 1: `10%`, `0.1`.
pub(super) fn share(value: &Value) -> Option<f64> {
    let share = match value {
        Value::String(text) => match text.trim().strip_suffix('%') {
            Some(percent) => percent.trim().parse::<f64>().ok()? / 100.0,
            None => text.trim().parse().ok()?,
        },
        _ => number_of(value)?,
    };
    (0.0..=1.0).contains(&share).then_some(share)
}

fn leading_number(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    Some((digits.parse().ok()?, rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn quantities_are_read_as_people_write_them() {
        for (written, expected) in [
            (json!("5m"), Some(300_000.0)),
            (json!("1h30m"), Some(5_400_000.0)),
            (json!("200ms"), Some(200.0)),
            (json!("1.5 s"), Some(1500.0)),
            (json!(15), Some(15_000.0)),
            (json!("5 parsecs"), None),
            (json!(""), None),
            (json!("m"), None),
            (json!(null), None),
        ] {
            assert_eq!(milliseconds(&written), expected, "{written}");
        }
        assert_eq!(megabytes(&json!("256MB")), Some(256.0));
        assert_eq!(megabytes(&json!("2 GiB")), Some(2000.0));
        assert_eq!(megabytes(&json!("many")), None);
        assert_eq!(share(&json!("10%")), Some(0.1));
        assert_eq!(share(&json!(0.25)), Some(0.25));
        assert_eq!(share(&json!("110%")), None);
        assert_eq!(moment(&json!("1970-01-01T00:00:05Z")), Some(5000));
        assert_eq!(moment(&json!(5.5)), Some(5500));
        assert_eq!(moment(&json!("yesterday")), None);
    }
}
