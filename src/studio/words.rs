//! How dates and numbers are written.

use jiff::civil::Date;
use jiff::{Timestamp, Zoned};

pub use crate::model::capital;
use crate::simulation::time::{duration_words, parse_duration};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `15 Apr 2025`.
pub fn day(date: Date) -> String {
    let month =
        MONTHS.get(usize::try_from(date.month() - 1).unwrap_or_default()).copied().unwrap_or_default();
    format!("{} {month} {}", date.day(), date.year())
}

/// `15 Apr`.
pub fn short_day(date: Date) -> String {
    let month =
        MONTHS.get(usize::try_from(date.month() - 1).unwrap_or_default()).copied().unwrap_or_default();
    format!("{} {month}", date.day())
}

/// `14:02` today, `yesterday 14:02`, `15 Apr 14:02`.
pub fn clock(time: Timestamp, now: &Zoned) -> String {
    let time = time.to_zoned(now.time_zone().clone());
    let hour = format!("{:02}:{:02}", time.hour(), time.minute());
    let day = time.date();
    if day == now.date() {
        hour
    } else if day.tomorrow().is_ok_and(|next| next == now.date()) {
        format!("yesterday {hour}")
    } else if day.year() == now.year() {
        format!("{} {hour}", short_day(day))
    } else {
        self::day(day)
    }
}

/// A day as people type it: `2026-12-15`, `15 Dec 2026`, `15.12.2026`; nothing is none.
pub fn parse_day(text: &str) -> Result<Option<Date>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || "A day like 2026-12-15 or 15 Dec 2026.".to_owned();
    if let Ok(date) = text.parse::<Date>() {
        return Ok(Some(date));
    }
    let parts: Vec<&str> = text.split([' ', '.', '/']).filter(|part| !part.is_empty()).collect();
    let [day, month, year] = parts.as_slice() else { return Err(wrong()) };
    let named = |name: &str| {
        let start: String = name.chars().take(3).collect::<String>().to_lowercase();
        MONTHS.iter().position(|month| month.to_lowercase() == start).map(|index| index as i8 + 1)
    };
    let month = named(month).or_else(|| month.parse().ok()).ok_or_else(wrong)?;
    let (day, year) = (day.parse().map_err(|_| wrong())?, year.parse().map_err(|_| wrong())?);
    if year < 1900 {
        return Err(wrong());
    }
    Date::new(year, month, day).map(Some).map_err(|_| wrong())
}

/// `5m`, `1h30m`: a length of time as it can be typed again, to the millisecond.
pub fn duration(ms: i64) -> String {
    if ms == 0 {
        return "0s".to_owned();
    }
    let short = duration_words(ms).replace([' ', '\u{2009}'], "");
    // People read two units; what has more is written in one.
    if parse_duration(&short) == Ok(ms) { short } else { format!("{ms}ms") }
}

/// A length of time that was typed, or what to type.
pub fn parse_length(text: &str) -> Result<i64, String> {
    parse_duration(text).map_err(|_| "Type a time, like 30s, 5m or 1h30m".to_owned())
}

/// `21 Jan 10:10`: a time of a trace, in UTC, to the minute.
pub fn minute(t_ms: i64) -> String {
    at(t_ms, "%-d %b %H:%M")
}

/// `21 Jan 10:10:30`: a time of a trace, in UTC, to the second.
pub fn second(t_ms: i64) -> String {
    at(t_ms, "%-d %b %H:%M:%S")
}

/// `10:10:30`: a time of a trace, told after another of the same day; with its day, where that is another.
pub fn time_after(other_ms: i64, t_ms: i64) -> String {
    let day = "%-d %b %Y";
    if at(other_ms, day) == at(t_ms, day) { at(t_ms, "%H:%M:%S") } else { second(t_ms) }
}

fn at(t_ms: i64, form: &str) -> String {
    jiff::Timestamp::from_millisecond(t_ms)
        .map_or_else(|_| t_ms.to_string(), |time| time.strftime(form).to_string())
}

/// `100 000`, with thin spaces.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}

/// `3 components`.
pub fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_a_trace_are_written_in_words() {
        let time: jiff::Timestamp = "2025-01-21T09:05:30Z".parse().expect("a time");
        assert_eq!(minute(time.as_millisecond()), "21 Jan 09:05");
        assert_eq!(second(time.as_millisecond()), "21 Jan 09:05:30");
        assert_eq!(minute(i64::MAX), i64::MAX.to_string());
        assert_eq!(capital("éclair of 3"), "Éclair of 3");
        assert_eq!(capital(""), "");
    }

    #[test]
    fn days_are_read_as_people_type_them() {
        let expected = jiff::civil::date(2026, 12, 15);
        for text in ["2026-12-15", "15 Dec 2026", "15 december 2026", "15.12.2026"] {
            assert_eq!(parse_day(text), Ok(Some(expected)), "{text}");
        }
        assert_eq!(parse_day("  "), Ok(None));
        for text in ["soon", "2026-13-01", "31 Feb 2026", "15 Dec 26"] {
            assert!(parse_day(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_are_told_as_the_clock_shows_them() {
        let now: Zoned = "2026-05-02T14:05:00+02:00[+02:00]".parse().unwrap();
        for (time, expected) in [
            ("2026-05-02T12:02:59Z", "14:02"),
            ("2026-05-01T22:30:00Z", "00:30"),
            ("2026-05-01T21:30:00Z", "yesterday 23:30"),
            ("2026-04-15T10:00:00Z", "15 Apr 12:00"),
            ("2025-04-15T10:00:00Z", "15 Apr 2025"),
        ] {
            assert_eq!(clock(time.parse().unwrap(), &now), expected, "{time}");
        }
    }

    #[test]
    fn dates_are_written_as_people_do() {
        let date = jiff::civil::date(2025, 4, 15);
        assert_eq!((day(date).as_str(), short_day(date).as_str()), ("15 Apr 2025", "15 Apr"));
    }
}
