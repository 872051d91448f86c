//! Numbers, dates and lists as the report writes them.

use jiff::civil::Date;

pub(crate) use crate::model::capital;

/// "30 Nov 2026".
pub(crate) fn date(date: Date) -> String {
    format!("{} {} {}", date.day(), month(date).get(..3).unwrap_or_default(), date.year())
}

/// "30 November 2026".
pub(crate) fn long_date(date: Date) -> String {
    format!("{} {} {}", date.day(), month(date), date.year())
}

/// "30 Nov".
pub(crate) fn short_date(date: Date) -> String {
    format!("{} {}", date.day(), month(date).get(..3).unwrap_or_default())
}

/// "November".
pub(crate) fn month(date: Date) -> &'static str {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    MONTHS.get(usize::from(date.month().unsigned_abs()).saturating_sub(1)).copied().unwrap_or_default()
}

/// "none", "one", "two" … "twelve", then figures with commas.
pub(crate) fn count(number: usize) -> String {
    const WORDS: [&str; 13] = [
        "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    WORDS.get(number).map_or_else(|| thousands(number as f64), |word| (*word).to_owned())
}

/// "one threat", "two threats".
pub(crate) fn counted(number: usize, singular: &str) -> String {
    if number == 0 {
        format!("no {}", plural(0, singular))
    } else {
        format!("{} {}", count(number), plural(number, singular))
    }
}

/// "1 threat", "2 threats".
pub(crate) fn figures(number: usize, singular: &str) -> String {
    format!("{} {}", thousands(number as f64), plural(number, singular))
}

/// "threat" or "threats", "policy" or "policies".
pub(crate) fn plural(number: usize, singular: &str) -> String {
    if number == 1 {
        return singular.to_owned();
    }
    match singular.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{stem}ies"),
        _ => format!("{singular}s"),
    }
}

/// Whole, with commas for thousands and a true minus.
pub(crate) fn thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if value < 0.0 && digits != "0" { format!("−{out}") } else { out }
}

/// One decimal.
pub(crate) fn decimal(value: f64) -> String {
    format!("{value:.1}").replace('-', "−")
}

/// As few decimals as tell it: 0.018, 0.45, 2.3, 11, 1,406.
pub(crate) fn figure(value: f64) -> String {
    match value.abs() {
        v if v >= 9.95 => thousands(value),
        v if v >= 0.995 => decimal(value),
        v if v >= 0.0995 || v == 0.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// "64 %", with a thin space; the share is 0 to 1.
pub(crate) fn percent(share: f64) -> String {
    format!("{}\u{2009}%", thousands(share * 100.0))
}

/// "15–85 %": an interval of shares, 0 to 1.
pub(crate) fn percent_range(low: f64, high: f64) -> String {
    format!("{}–{}", thousands(low * 100.0), percent(high))
}

/// A share with as many decimals as a small one needs: "0.007 %", "99.1 %".
pub(crate) fn fine_percent(share: f64) -> String {
    let value = share * 100.0;
    let text = match value {
        v if v == 0.0 || v >= 99.95 => format!("{v:.0}"),
        v if v >= 1.0 => format!("{v:.1}"),
        v if v >= 0.1 => format!("{v:.2}"),
        v => format!("{v:.3}"),
    };
    format!("{text}\u{2009}%")
}

/// "€234k", "€2.8M"; the amount is in thousands.
pub(crate) fn money(currency: &str, amount: f64) -> String {
    let sign = if amount < 0.0 { "−" } else { "" };
    let amount = amount.abs();
    if amount >= 999.5 {
        let millions = amount / 1000.0;
        let digits = if millions >= 9.95 { 1 } else { 2 };
        format!("{sign}{currency}{millions:.digits$}M")
    } else {
        format!("{sign}{currency}{}k", thousands(amount))
    }
}

/// "7 min", "26 s", "1 h 5 min"; rounded to what matters.
pub(crate) fn duration(ms: i64) -> String {
    let seconds = (ms.max(0) + 500) / 1000;
    match seconds {
        0..60 => format!("{seconds}\u{a0}s"),
        60..3600 => {
            let (minutes, rest) = (seconds / 60, seconds % 60);
            if rest == 0 {
                format!("{minutes}\u{a0}min")
            } else {
                format!("{minutes}\u{a0}min {rest}\u{a0}s")
            }
        }
        _ => {
            let (hours, minutes) = (seconds / 3600, seconds % 3600 / 60);
            if minutes == 0 {
                format!("{hours}\u{a0}h")
            } else {
                format!("{hours}\u{a0}h {minutes}\u{a0}min")
            }
        }
    }
}

/// "a, b and c".
pub(crate) fn list<T: std::fmt::Display>(items: &[T]) -> String {
    match items {
        [] => String::new(),
        [one] => one.to_string(),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(ToString::to_string).collect();
            format!("{} and {last}", first.join(", "))
        }
    }
}

/// A fingerprint short enough to compare by eye: "8f3c 21d7 9b4e 60aa".
pub(crate) fn short_fingerprint(fingerprint: &str) -> String {
    let head: Vec<char> = fingerprint.chars().take(16).collect();
    head.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// "2026 Q4".
pub(crate) fn quarter(date: Date) -> String {
    format!("{} Q{}", date.year(), (date.month() + 2) / 3)
}

/// "fourth quarter 2026" for "2026 Q4"; other periods as they are.
pub(crate) fn long_period(period: &str) -> String {
    let quarter = |name: &str| match name {
        "Q1" => Some("first"),
        "Q2" => Some("second"),
        "Q3" => Some("third"),
        "Q4" => Some("fourth"),
        _ => None,
    };
    let parts: Vec<&str> = period.split_whitespace().collect();
    match parts.as_slice() {
        [a, b] => match (quarter(a), quarter(b)) {
            (Some(name), None) => format!("{name} quarter {b}"),
            (None, Some(name)) => format!("{name} quarter {a}"),
            _ => period.to_owned(),
        },
        _ => period.to_owned(),
    }
}

/// A text that ends like a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?', '…']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let check = |found: String, expected: &str| assert_eq!(found, expected);
        check(thousands(1234567.0), "1,234,567");
        check(thousands(-1200.4), "−1,200");
        check(thousands(-0.2), "0");
        check(count(3), "three");
        check(counted(0, "policy"), "no policies");
        check(counted(1, "threat"), "one threat");
        check(figures(5000, "threat"), "5,000 threats");
        check(percent(0.641), "64\u{2009}%");
        check(percent_range(0.15, 0.85), "15–85\u{2009}%");
        check(fine_percent(0.00007), "0.007\u{2009}%");
        check(fine_percent(0.991), "99.1\u{2009}%");
        check(fine_percent(1.0), "100\u{2009}%");
        check(money("€", 234.4), "€234k");
        check(money("€", 999.6), "€1.00M");
        check(money("€", 10_480.0), "€10.5M");
        check(money("$", -30.0), "−$30k");
        check(figure(0.018), "0.018");
        check(figure(2.25), "2.2");
        check(figure(11.25), "11");
        check(duration(420_000), "7\u{a0}min");
        check(duration(26_400), "26\u{a0}s");
        check(duration(3_900_000), "1\u{a0}h 5\u{a0}min");
    }

    #[test]
    fn words() {
        let day = jiff::civil::date(2026, 11, 30);
        assert_eq!(date(day), "30 Nov 2026");
        assert_eq!(quarter(day), "2026 Q4");
        assert_eq!(long_period("2026 Q4"), "fourth quarter 2026");
        assert_eq!(long_period("Spring"), "Spring");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(list::<&str>(&[]), "");
        assert_eq!(short_fingerprint("8f3c21d79b4e60aa00"), "8f3c 21d7 9b4e 60aa");
        assert_eq!(sentence("It is so"), "It is so.");
    }
}
