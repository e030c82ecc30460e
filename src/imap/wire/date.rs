//! Dates of the protocol (RFC 9051 §9 `date-time`, `date`).

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Reads an INTERNALDATE such as `" 7-Feb-1994 22:43:04 -0800"`: milliseconds since 1970 UTC.
/// Without a zone it is taken as UTC.
pub(super) fn parse(raw: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(raw).ok()?;
    let mut words = text.split_ascii_whitespace();
    let date = date(words.next()?)?;
    let time = time(words.next()?)?;
    let offset = words.next().map_or(Some(0), zone)?;
    let local = DateTime::from_parts(date, time);
    let utc = local.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some(utc.as_millisecond() - offset * 60_000)
}

/// Writes a `date-time`, without its quotes; `None` for times before year 0 or after 9999.
pub(super) fn format(millis: i64) -> Option<String> {
    let time = utc(millis)?;
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    Some(format!(
        "{} {hour:02}:{minute:02}:{second:02} +0000",
        format_date(time.date())?
    ))
}

/// Writes a `date` as SEARCH wants it: `7-Feb-1994`.
pub(super) fn format_date(date: Date) -> Option<String> {
    let month = MONTHS.get(usize::try_from(date.month() - 1).ok()?)?;
    let year = (0..=9999).contains(&date.year()).then(|| date.year())?;
    Some(format!("{:02}-{month}-{year:04}", date.day()))
}

fn utc(millis: i64) -> Option<DateTime> {
    let time = Timestamp::from_millisecond(millis).ok()?;
    Some(time.to_zoned(TimeZone::UTC).datetime())
}

fn date(word: &str) -> Option<Date> {
    let mut parts = word.split('-');
    let day = parts.next()?.parse().ok()?;
    let name = parts.next()?;
    let month = MONTHS.iter().position(|m| m.eq_ignore_ascii_case(name))? + 1;
    let year = parts.next()?.parse().ok().filter(|year| *year >= 0)?;
    Date::new(year, i8::try_from(month).ok()?, day).ok()
}

fn time(word: &str) -> Option<Time> {
    let mut parts = word.split(':').map(|part| part.parse::<i8>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    // A leap second is shown as the second before it.
    Time::new(hour, minute, if second == 60 { 59 } else { second }, 0).ok()
}

/// Minutes east of UTC; names of zones count as UTC.
fn zone(word: &str) -> Option<i64> {
    let (sign, digits) = match word.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return Some(0),
    };
    let (hours, minutes) = digits.split_at_checked(2)?;
    let hours: i64 = hours.parse().ok().filter(|h| (0..24).contains(h))?;
    let minutes: i64 = minutes.parse().ok().filter(|m| (0..60).contains(m))?;
    Some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal_dates() {
        for (raw, millis) in [
            ("01-Jan-1970 00:00:00 +0000", Some(0)),
            (" 7-Feb-1994 22:43:04 -0800", Some(760_689_784_000)),
            ("7-feb-1994 22:43:04 -0800", Some(760_689_784_000)),
            ("17-Jul-1996 02:44:25 -0700", Some(837_596_665_000)),
            ("31-Dec-1969 23:59:59 +0000", Some(-1_000)),
            ("01-Jan-2017 00:59:60 +0100", Some(1_483_228_799_000)),
            ("01-Jan-1970 00:00 GMT", Some(0)),
            ("01-Jan-1970 00:00:00", Some(0)),
            ("30-Feb-2020 00:00:00 +0000", None),
            ("01-Jan-99999 00:00:00 +0000", None),
            ("01-Jan--1 00:00:00 +0000", None),
            ("01-Jan-1970 24:00:00 +0000", None),
            ("01-Jan-1970 -1:00:00 +0000", None),
            ("01-Jan-1970 00:00:00 +9900", None),
            ("01-Jan-1970 00:00:00 +\u{e9}", None),
            ("", None),
        ] {
            assert_eq!(parse(raw.as_bytes()), millis, "{raw}");
        }
        assert_eq!(parse(b"\xff"), None);
    }

    #[test]
    fn dates_are_written_as_they_are_read() {
        for millis in [0, -1_000, 760_689_784_000, 4_102_444_800_000] {
            let text = format(millis).unwrap();
            assert_eq!(parse(text.as_bytes()), Some(millis), "{text}");
        }
        assert_eq!(format(0).unwrap(), "01-Jan-1970 00:00:00 +0000");
        assert_eq!(format(i64::MAX), None);
        assert_eq!(format_date(jiff::civil::date(-1, 1, 1)), None);
    }
}
