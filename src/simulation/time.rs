//! Times as traces write them, and as people read them. Inside the room every time is an integer number of milliseconds.

use jiff::Timestamp;

/// What the numbers of a time column count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
    /// Unix seconds, fractions allowed.
    Seconds,
    /// Unix milliseconds.
    Milliseconds,
    /// Unix microseconds.
    Microseconds,
    /// Unix nanoseconds.
    Nanoseconds,
    /// RFC 3339 text (`2025-01-21T13:39:15Z`).
    Rfc3339,
}

impl TimeUnit {
    /// The unit in words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Seconds => "Unix seconds",
            Self::Milliseconds => "Unix milliseconds",
            Self::Microseconds => "Unix microseconds",
            Self::Nanoseconds => "Unix nanoseconds",
            Self::Rfc3339 => "RFC 3339",
        }
    }
}

/// Reads the times of one file: the first decides the unit unless it is declared, and all others must fit.
#[derive(Debug, Clone, Default)]
pub(crate) struct TimeReader {
    unit: Option<TimeUnit>,
    declared: bool,
    last: Option<(String, i64)>,
}

impl TimeReader {
    pub(crate) fn new(declared: Option<TimeUnit>) -> Self {
        Self { unit: declared, declared: declared.is_some(), last: None }
    }

    pub(crate) fn is_declared(&self) -> bool {
        self.declared
    }

    /// Whether it is known what the times count.
    pub(crate) fn has_unit(&self) -> bool {
        self.unit.is_some()
    }

    /// What the file turned out to use, in words, with whether it was declared or detected.
    pub(crate) fn said(&self) -> Option<String> {
        let unit = self.unit?;
        Some(format!("{} ({})", unit.label(), if self.declared { "declared" } else { "detected" }))
    }

    pub(crate) fn read(&mut self, text: &str) -> Result<i64, String> {
        let text = text.trim();
        if let Some((last, ms)) = &self.last
            && last == text
        {
            return Ok(*ms);
        }
        let ms = self.read_fresh(text)?;
        match &mut self.last {
            Some((last, last_ms)) => {
                last.clear();
                last.push_str(text);
                *last_ms = ms;
            }
            None => self.last = Some((text.to_owned(), ms)),
        }
        Ok(ms)
    }

    fn read_fresh(&mut self, text: &str) -> Result<i64, String> {
        if text.is_empty() {
            return Err("the time is missing".to_owned());
        }
        let unit = *self.unit.get_or_insert_with(|| detect(text));
        match unit {
            TimeUnit::Rfc3339 => rfc3339(text),
            TimeUnit::Milliseconds if let Ok(ms) = text.parse::<i64>() => Ok(ms),
            TimeUnit::Seconds if let Ok(seconds) = text.parse::<i64>() => {
                seconds.checked_mul(1000).ok_or_else(|| format!("\"{text}\" is too far from now"))
            }
            _ => {
                let number: f64 =
                    text.parse().map_err(|_| format!("\"{text}\" is not a time in {}", unit.label()))?;
                let ms = match unit {
                    TimeUnit::Seconds => number * 1e3,
                    TimeUnit::Microseconds => number / 1e3,
                    TimeUnit::Nanoseconds => number / 1e6,
                    TimeUnit::Milliseconds | TimeUnit::Rfc3339 => number,
                };
                if ms.is_finite() && ms.abs() < 9e15 {
                    Ok(ms.round() as i64)
                } else {
                    Err(format!("\"{text}\" is not a time"))
                }
            }
        }
    }
}

/// The unit that one time on its own suggests: numbers from a hundred thousand million on cannot be seconds.
fn detect(text: &str) -> TimeUnit {
    match text.parse::<f64>() {
        Err(_) => TimeUnit::Rfc3339,
        Ok(number) if number.abs() >= 1e17 => TimeUnit::Nanoseconds,
        Ok(number) if number.abs() >= 1e14 => TimeUnit::Microseconds,
        Ok(number) if number.abs() >= 1e11 => TimeUnit::Milliseconds,
        Ok(_) => TimeUnit::Seconds,
    }
}

fn rfc3339(text: &str) -> Result<i64, String> {
    if let Some(ms) = plain_utc(text.as_bytes()) {
        return Ok(ms);
    }
    text.parse::<Timestamp>().map(Timestamp::as_millisecond).map_err(|_| {
        format!("\"{text}\" is not a time (wanted Unix seconds, milliseconds or 2025-01-21T13:39:15Z)")
    })
}

/// `2025-01-21T13:39:15Z` without asking the calendar library, which is the cost of reading a long trace otherwise.
fn plain_utc(text: &[u8]) -> Option<i64> {
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', n0, n1, b':', s0, s1, b'Z'] = *text
    else {
        return None;
    };
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    let two = |a: u8, b: u8| Some(digit(a)? * 10 + digit(b)?);
    let (year, month, day) = (two(y0, y1)? * 100 + two(y2, y3)?, two(m0, m1)?, two(d0, d1)?);
    let (hour, minute, second) = (two(h0, h1)?, two(n0, n1)?, two(s0, s1)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        1..=12 => 31,
        _ => return None,
    };
    if year < 1 || !(1..=longest).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Days since 1970 with the year taken to begin in March, so that the leap day comes last.
    let (shifted, from_march) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + (153 * from_march + 2) / 5 + day
        - 719_469;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000)
}

/// A time on its own, as the command line and policy files write it: Unix seconds, milliseconds or RFC 3339.
pub fn parse_time(text: &str) -> Result<i64, String> {
    TimeReader::default().read(text)
}

/// A length of time as policies write it (`90s`, `5m`, `1h30m`, `250ms`, `7d`); a bare number counts seconds.
pub fn parse_duration(text: &str) -> Result<i64, String> {
    let wrong = || format!("\"{text}\" is not a length of time (wanted 15s, 5m, 1h30m)");
    let trimmed = text.trim();
    if let Ok(seconds) = trimmed.parse::<f64>() {
        let ms = seconds * 1e3;
        return if ms.is_finite() && ms.abs() < 9e15 { Ok(ms.round() as i64) } else { Err(wrong()) };
    }
    let mut total = 0.0;
    let mut rest = trimmed;
    while !rest.is_empty() {
        let number_end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(wrong)?;
        let (number, tail) = rest.split_at(number_end);
        let unit_end = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit_end);
        let factor = match unit.trim() {
            "ms" => 1.0,
            "s" => 1e3,
            "m" | "min" => 60e3,
            "h" => 3.6e6,
            "d" => 86.4e6,
            "w" => 604.8e6,
            _ => return Err(wrong()),
        };
        total += number.parse::<f64>().map_err(|_| wrong())? * factor;
        rest = tail.trim_start();
    }
    if trimmed.is_empty() || !(0.0..9e15).contains(&total) { Err(wrong()) } else { Ok(total.round() as i64) }
}

/// A length of time as people read it: `7m 15s`, `1h 30m`, `250 ms`.
pub fn duration_words(ms: i64) -> String {
    let sign = if ms < 0 { "−" } else { "" };
    let ms = ms.unsigned_abs();
    if ms < 1000 {
        return format!("{sign}{ms} ms");
    }
    let seconds = ms / 1000;
    let parts =
        [(seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")];
    let words: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .take(2)
        .map(|(count, unit)| format!("{count}{unit}"))
        .collect();
    format!("{sign}{}", words.join(" "))
}

/// A delay as people read it: `at once`, or its length.
pub fn delay_words(ms: i64) -> String {
    if ms <= 0 { "at once".to_owned() } else { duration_words(ms) }
}

/// A moment as RFC 3339 in UTC; the number itself where the calendar ends.
pub fn moment(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map_or_else(|_| ms.to_string(), |at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let check = |text: &str, ms: i64| assert_eq!(parse_time(text), Ok(ms), "{text}");
        check("0", 0);
        check("15", 15_000);
        check("1737466755", 1_737_466_755_000);
        check("1737466755.25", 1_737_466_755_250);
        check("1737466755000", 1_737_466_755_000);
        check("2025-01-21T13:39:15Z", 1_737_466_755_000);
        check("2025-01-21T13:39:15.250Z", 1_737_466_755_250);
        check("2025-01-21T14:39:15+01:00", 1_737_466_755_000);
        check("2024-02-29T00:00:00Z", 1_709_164_800_000);
        check("1970-01-01T00:00:00Z", 0);
        assert!(parse_time("2025-02-29T00:00:00Z").is_err());
        assert!(parse_time("yesterday").is_err());
        assert!(parse_time("").is_err());
    }

    #[test]
    fn quick_calendar_agrees_with_the_library() {
        for day in (0..40_000).step_by(37) {
            let ms = day * 86_400_000 + 3_661_000;
            assert_eq!(plain_utc(moment(ms).as_bytes()), Some(ms));
        }
    }

    #[test]
    fn first_time_decides_the_unit() {
        let mut reader = TimeReader::default();
        assert_eq!(reader.read("1737466755000"), Ok(1_737_466_755_000));
        assert_eq!(reader.read("60000"), Ok(60_000));
        assert_eq!(reader.said().as_deref(), Some("Unix milliseconds (detected)"));
        assert!(reader.read("2025-01-21T13:39:15Z").is_err());
    }

    #[test]
    fn durations() {
        let check = |text: &str, ms: i64| assert_eq!(parse_duration(text), Ok(ms), "{text}");
        check("15s", 15_000);
        check("5m", 300_000);
        check("1h30m", 5_400_000);
        check("1h 30m", 5_400_000);
        check("250ms", 250);
        check("1.5h", 5_400_000);
        check("60", 60_000);
        for wrong in ["", "5", "m", "5x", "-5m", "5m3"] {
            assert_eq!(parse_duration(wrong).is_ok(), wrong == "5", "{wrong}");
        }
        for (ms, words) in [(435_000, "7m 15s"), (5_400_000, "1h 30m"), (250, "250 ms"), (86_400_000, "1d")] {
            assert_eq!(duration_words(ms), words);
        }
    }
}
