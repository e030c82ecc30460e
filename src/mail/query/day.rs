//! Days in searches: written out, relative, or by a part of the date.

use jiff::{Span, ToSpan, civil::Date};

const EPOCH: Date = Date::constant(1970, 1, 1);

/// The first day meant and the first one after it: `2026-01-31`, `2026/1/31`, `31.1.2026`,
/// `2026-01`, `2026`, and with `today` known `today` and `yesterday`.
pub(super) fn range(text: &str, today: Option<i64>) -> Option<(i64, i64)> {
    match text.to_lowercase().as_str() {
        "today" | "aujourd'hui" | "aujourd’hui" => return today.map(|day| (day, day + 1)),
        "yesterday" | "hier" => return today.map(|day| (day - 1, day)),
        _ => {}
    }
    let numbers: Vec<i16> = text
        .split(['-', '/', '.'])
        .map(|part| part.parse().ok().filter(|_| part.len() <= 4))
        .collect::<Option<_>>()?;
    let first_length = text.find(['-', '/', '.']).unwrap_or(text.len());
    let (first, span) = match (numbers.as_slice(), first_length) {
        ([year, month, day], 4) | ([day, month, year], 1..=2) => {
            (date(*year, *month, *day)?, 1.day())
        }
        ([year, month], 4) => (date(*year, *month, 1)?, 1.month()),
        ([year], 4) => (date(*year, 1, 1)?, 1.year()),
        _ => return None,
    };
    let end = first.checked_add(span).ok()?;
    Some((number(first), number(end)))
}

/// The day that lies a time like `7d`, `2w`, `3m` or `1y` before today.
pub(super) fn ago(text: &str, today: Option<i64>) -> Option<i64> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let count: i64 = digits
        .parse()
        .ok()
        .filter(|count| (0..=100_000).contains(count))?;
    let unit = text.strip_prefix(digits)?.to_lowercase();
    let days = match unit.as_str() {
        "" | "d" | "j" => count,
        "w" | "s" => count * 7,
        "m" => count * 30,
        "y" | "a" => count * 365,
        _ => return None,
    };
    today.map(|today| today - days)
}

/// `2026-01-31`; `None` outside of the years that dates are written in.
pub(super) fn print(day: i64) -> Option<String> {
    let date = EPOCH.checked_add(Span::new().try_days(day).ok()?).ok()?;
    (1000..=9998)
        .contains(&date.year())
        .then(|| date.to_string())
}

fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    let is_usual = (1000..=9998).contains(&year);
    Date::new(year, month, day).ok().filter(|_| is_usual)
}

fn number(date: Date) -> i64 {
    EPOCH
        .until(date)
        .map_or(0, |span| i64::from(span.get_days()))
}
