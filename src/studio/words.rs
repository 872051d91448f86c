//! How dates and numbers are written.

use jiff::civil::Date;

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

/// `3 components`.
pub fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_people_do() {
        let date = jiff::civil::date(2025, 4, 15);
        assert_eq!((day(date).as_str(), short_day(date).as_str()), ("15 Apr 2025", "15 Apr"));
    }
}
