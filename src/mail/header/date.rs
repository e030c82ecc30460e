//! Dates as mail programs have written them since 1982. Reads words in any order, so that the
//! same code takes RFC 5322, its obsolete forms, asctime, ISO 8601 and IMAP's form.

use std::borrow::Cow;

use jiff::{
    Timestamp, civil,
    fmt::rfc2822,
    tz::{Offset, TimeZone},
};

use super::unfold;

/// Octets that are looked at.
const LONGEST: usize = 64 * 1024;

/// See [`super::date()`].
pub(super) fn date(raw: &[u8]) -> Option<(i64, i16)> {
    let line = unfold(raw);
    let text = without_comments(&line);
    let mut found = Found::default();
    // A real date has at most eight words.
    for word in text
        .split([' ', '\t', ','])
        .filter(|w| !w.is_empty())
        .take(16)
    {
        found.word(word)?;
    }
    found.moment()
}

/// See [`super::date_text()`].
pub(super) fn text(at_ms: i64, offset: i16) -> String {
    // From 1900, before which the form has no dates, to the end of 9999.
    let at_ms = at_ms.clamp(-2_208_902_400_000, 253_402_200_000_000);
    let offset = i32::from(offset.clamp(-14 * 60, 14 * 60));
    let moment = Timestamp::from_millisecond(at_ms).unwrap_or_default();
    let zone = Offset::from_seconds(offset * 60).unwrap_or(Offset::UTC);
    rfc2822::to_string(&moment.to_zoned(zone.to_time_zone())).unwrap_or_default()
}

#[derive(Default)]
struct Found {
    day: Option<i64>,
    month: Option<i64>,
    year: Option<i64>,
    time: Option<(i64, i64, i64)>,
    afternoon: Option<bool>,
    offset: Option<i16>,
}

impl Found {
    /// Takes one word in; `None` when the word makes the whole unreadable.
    fn word(&mut self, word: &str) -> Option<()> {
        if word.contains(':') && self.time.is_none() {
            return self.clock(word);
        }
        if let Some(offset) = self.time.and_then(|_| zone(word)) {
            self.offset.get_or_insert(offset);
            return Some(());
        }
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            return self.number(word);
        }
        let mut parts = word.split(['-', '/', '.']).filter(|p| !p.is_empty());
        let parts = (parts.next(), parts.next(), parts.next(), parts.next());
        if let (Some(first), Some(second), Some(third), None) = parts
            && self.day.is_none()
        {
            return self.joined(first, second, third);
        }
        if word.eq_ignore_ascii_case("am") || word.eq_ignore_ascii_case("pm") {
            self.afternoon = Some(word.eq_ignore_ascii_case("pm"));
        } else if let Some(month) = month(word) {
            self.month.get_or_insert(month);
        }
        // Day names are often wrong and say nothing that the date does not.
        Some(())
    }

    fn number(&mut self, word: &str) -> Option<()> {
        let number: i64 = word.parse().ok()?;
        if self.day.is_none() && word.len() <= 2 {
            self.day = Some(number);
        } else if self.year.is_none() {
            self.year = Some(full_year(word)?);
        }
        Some(())
    }

    /// `2026-06-01`, `2026-06-01T10:00:00Z` without its time, `01-Jun-2026`, `1.6.2026`.
    fn joined(&mut self, first: &str, second: &str, third: &str) -> Option<()> {
        let (year, day) = match first.len() {
            4 => (first, third),
            _ => (third, first),
        };
        self.year = Some(full_year(year)?);
        self.day = Some(day.parse().ok()?);
        self.month = Some(month(second).or_else(|| second.parse().ok())?);
        Some(())
    }

    /// `10:00`, `10:00:00`, `10:00:00.5`, `10:00:00+0200`, `2026-06-01T10:00:00Z`.
    fn clock(&mut self, word: &str) -> Option<()> {
        let time = match word.split_once(['T', 't']) {
            Some((day, time)) if day.contains('-') => {
                let parts: Vec<&str> = day.split('-').collect();
                let [first, second, third] = parts.as_slice() else {
                    return None;
                };
                self.joined(first, second, third)?;
                time
            }
            _ => word,
        };
        let zone_at = time.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.'));
        let (time, rest) = time.split_at_checked(zone_at.unwrap_or(time.len()))?;
        let mut parts = time.split(':');
        let hour: i64 = parts.next()?.parse().ok()?;
        let minute: i64 = parts.next()?.parse().ok()?;
        let second: i64 = match parts.next() {
            Some(text) => text.split('.').next()?.parse().ok()?,
            None => 0,
        };
        self.time = Some((hour, minute, second));
        if rest.eq_ignore_ascii_case("am") || rest.eq_ignore_ascii_case("pm") {
            self.afternoon = Some(rest.eq_ignore_ascii_case("pm"));
        } else if let Some(offset) = zone(rest) {
            self.offset = Some(offset);
        }
        Some(())
    }

    fn moment(self) -> Option<(i64, i16)> {
        let (mut hour, minute, second) = self.time.unwrap_or_default();
        match self.afternoon {
            Some(true) if hour < 12 => hour += 12,
            Some(false) if hour == 12 => hour = 0,
            _ => {}
        }
        let local = civil::DateTime::new(
            i16::try_from(self.year?).ok()?,
            i8::try_from(self.month?).ok()?,
            i8::try_from(self.day?).ok()?,
            i8::try_from(hour).ok()?,
            i8::try_from(minute).ok()?,
            // A leap second is counted with the second before it.
            i8::try_from(if second == 60 { 59 } else { second }).ok()?,
            0,
        )
        .ok()?;
        let offset = self.offset.unwrap_or(0);
        let utc = TimeZone::UTC.to_timestamp(local).ok()?.as_millisecond();
        Some((utc - i64::from(offset) * 60_000, offset))
    }
}

/// Two digits: RFC 5322 §4.3. Three: a year counted from 1900, by programs of 2000.
fn full_year(word: &str) -> Option<i64> {
    let number: i64 = word.parse().ok()?;
    match (word.len(), number) {
        (0..=2, 0..=49) => Some(2000 + number),
        (0..=2, _) => Some(1900 + number),
        (3, _) => Some(1900 + number),
        (4, 1..) => Some(number),
        _ => None,
    }
}

/// English months by their first three letters, whatever follows.
fn month(word: &str) -> Option<i64> {
    let names = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let start = word.get(..3)?;
    let index = names
        .iter()
        .position(|name| name.eq_ignore_ascii_case(start))?;
    i64::try_from(index + 1).ok()
}

/// Minutes east of UTC. Obsolete names as RFC 5322 §4.3; letters and unknown names are UTC there,
/// here they say nothing.
fn zone(word: &str) -> Option<i16> {
    let bare = word
        .strip_prefix("GMT")
        .or_else(|| word.strip_prefix("UTC"))
        .filter(|rest| rest.starts_with(['+', '-']))
        .unwrap_or(word);
    if let Some(digits) = bare.strip_prefix(['+', '-']) {
        let sign = if bare.starts_with('-') { -1 } else { 1 };
        return Some(sign * numeric_zone(digits)?);
    }
    let minutes = match word.to_ascii_uppercase().as_str() {
        "UT" | "UTC" | "GMT" | "Z" | "WET" => 0,
        "EDT" => -4 * 60,
        "EST" | "CDT" => -5 * 60,
        "CST" | "MDT" => -6 * 60,
        "MST" | "PDT" => -7 * 60,
        "PST" => -8 * 60,
        "BST" | "CET" | "MET" | "MEZ" => 60,
        "CEST" | "MEST" | "MESZ" | "EET" => 2 * 60,
        "EEST" | "MSK" => 3 * 60,
        "IST" => 5 * 60 + 30,
        "JST" | "KST" => 9 * 60,
        "AEST" => 10 * 60,
        _ => return None,
    };
    Some(minutes)
}

/// `0200`, `02:00`, `02`, `200`. A zone no place has is taken for UTC: the date is worth showing.
fn numeric_zone(digits: &str) -> Option<i16> {
    let digits = match digits.contains(':') {
        true => Cow::Owned(digits.replace(':', "")),
        false => Cow::Borrowed(digits),
    };
    let number: i16 = digits.parse().ok().filter(|_| digits.len() <= 4)?;
    let (hours, minutes) = match digits.len() {
        1 | 2 => (number, 0),
        _ => (number / 100, number % 100),
    };
    let real = hours <= 14 && minutes < 60;
    Some(if real { hours * 60 + minutes } else { 0 })
}

/// The value without its comments, which may nest to any depth (RUSTSEC-2026-0009 was a parser
/// that recursed here).
fn without_comments(line: &[u8]) -> Cow<'_, str> {
    let line = line.get(..LONGEST).unwrap_or(line);
    let is_plain = line.is_ascii() && !line.iter().any(|byte| b"()".contains(byte));
    if let (true, Ok(text)) = (is_plain, std::str::from_utf8(line)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut depth = 0_usize;
    for byte in line {
        match byte {
            b'(' => depth += 1,
            b')' => {
                depth = depth.saturating_sub(1);
                out.push(' ');
            }
            byte if depth == 0 && byte.is_ascii() => out.push(char::from(*byte)),
            _ => {}
        }
    }
    Cow::Owned(out)
}
