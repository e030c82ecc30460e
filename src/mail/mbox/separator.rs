//! The line in front of a message: `From sender Thu Oct  1 10:00:00 2026`.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

use crate::mail::address::Address;

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The longest separator that is one, in octets.
pub(super) const LONGEST: usize = 1000;

/// A separator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Separator {
    /// When the message was received (ms).
    pub(super) at: Option<i64>,
}

/// Could a file that begins with this line be an mbox?
pub fn is_first_line(line: &[u8]) -> bool {
    read(line.trim_ascii_end()).is_some()
}

/// Reads a line without its end; `None` when it is no separator.
pub(super) fn read(line: &[u8]) -> Option<Separator> {
    let rest = line.strip_prefix(b"From ")?;
    if line.len() > LONGEST {
        return None;
    }
    let text = String::from_utf8_lossy(rest);
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    match words.as_slice() {
        // Thunderbird, since it writes no dates any more.
        [] | ["-"] => Some(Separator { at: None }),
        words => date(words).map(|at| Separator { at }),
    }
}

/// The date at the end: `Thu Oct 1 10:00:00 2026`, with or without seconds and weekday, a zone
/// before or after the year or none. The moment is `None` where it is none (`Feb 30`).
fn date(words: &[&str]) -> Option<Option<i64>> {
    let (at, time) = words
        .iter()
        .enumerate()
        .find_map(|(at, word)| Some((at, time(word)?)))?;
    let month = |word: &&str| MONTHS.iter().position(|own| own.eq_ignore_ascii_case(word));
    let before = words.get(..at)?;
    // `Oct 1 10:00` as the C library has it, `1 Oct 2026 10:00` as RFC 2822 does.
    let month = before.iter().rev().take(3).find_map(month)?;
    let number = |word: &&str| word.trim_end_matches(',').parse::<i16>().ok();
    let day = before.iter().rev().take(3).find_map(number);
    let day = day.filter(|day| (1..=31).contains(day));
    let is_year = |number: &i16| (1900..=2200).contains(number);
    let after = words.get(at + 1..)?.iter();
    let year = after.clone().find_map(|word| number(word).filter(is_year));
    let early = before.iter().rev().take(3);
    let year = year.or_else(|| early.rev().find_map(|word| number(word).filter(is_year)))?;
    let day = day.or_else(|| {
        before
            .iter()
            .rev()
            .find_map(|word| number(word).filter(|n| *n < 32))
    });
    let zone = after.clone().find_map(|word| zone(word)).unwrap_or(0);
    let moment = || {
        let date = Date::new(
            year,
            i8::try_from(month).ok()? + 1,
            i8::try_from(day?).ok()?,
        );
        let local = DateTime::from_parts(date.ok()?, time);
        let utc = local.to_zoned(TimeZone::UTC).ok()?.timestamp();
        utc.as_millisecond().checked_sub(zone * 60_000)
    };
    Some(moment())
}

fn time(word: &str) -> Option<Time> {
    let mut parts = word.split(':').map(str::parse::<i8>);
    let (hour, minute) = (parts.next()?.ok()?, parts.next()?.ok()?);
    let second = match parts.next() {
        None => 0,
        // A leap second.
        Some(second) => second.ok()?.min(59),
    };
    match parts.next() {
        None => Time::new(hour, minute, second, 0).ok(),
        Some(_) => None,
    }
}

/// `+0200` in minutes.
fn zone(word: &str) -> Option<i64> {
    let sign = match word.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let number: i64 = word.get(1..).filter(|rest| rest.len() == 4)?.parse().ok()?;
    Some(sign * (number / 100 * 60 + number % 100))
}

/// Writes a separator with its end. A date that can't be written is 1970.
pub(super) fn write(from: &[Address], received_at: i64) -> String {
    let moment = Timestamp::from_millisecond(received_at).unwrap_or(Timestamp::UNIX_EPOCH);
    let utc = moment.to_zoned(TimeZone::UTC).datetime();
    let weekday = usize::try_from(utc.date().weekday().to_monday_zero_offset());
    let weekday = weekday.ok().and_then(|at| DAYS.get(at)).unwrap_or(&"Thu");
    let month = usize::try_from(utc.month() - 1);
    let month = month.ok().and_then(|at| MONTHS.get(at)).unwrap_or(&"Jan");
    let sender = from.first().map(|one| one.email.as_str());
    let fits = |sender: &&str| {
        (1..=254).contains(&sender.len()) && sender.bytes().all(|byte| byte.is_ascii_graphic())
    };
    format!(
        "From {} {weekday} {month} {:2} {:02}:{:02}:{:02} {:04}\n",
        sender.filter(fits).unwrap_or("MAILER-DAEMON"),
        utc.day(),
        utc.hour(),
        utc.minute(),
        utc.second(),
        utc.year()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_of_many_programs() {
        let at = 1_790_848_800_000; // 2026-10-01 10:00 UTC
        for (line, expected) in [
            ("From anna@example.org Thu Oct  1 10:00:00 2026", Some(at)),
            ("From - Thu Oct 01 10:00:00 2026", Some(at)),
            ("From 17843@xxx Thu Oct 01 10:00:00 +0000 2026", Some(at)),
            ("From a@b Thu Oct  1 12:00:00 2026 +0200", Some(at)),
            ("From a@b Thu Oct  1 10:00 2026", Some(at)),
            ("From a@b Thu, 1 Oct 2026 10:00:00 +0000", Some(at)),
            (
                "From \"odd name\"@b Thu Oct  1 10:00:00 2026 remote from x",
                Some(at),
            ),
            ("From MAILER-DAEMON Thu Oct  1 10:00:00 UTC 2026", Some(at)),
            ("From a@b Mon Feb 30 10:00:00 2026", None),
            ("From - ", None),
            ("From ", None),
        ] {
            let found = read(line.as_bytes());
            assert_eq!(found, Some(Separator { at: expected }), "{line}");
        }
        for line in [
            "From here on, all is well",
            "From 10:00 to 12:00 we meet",
            "From Monday to Friday, Oct 1",
            "from a@b Thu Oct  1 10:00:00 2026",
            ">From a@b Thu Oct  1 10:00:00 2026",
            "From: a@b",
            "",
        ] {
            assert_eq!(read(line.as_bytes()), None, "{line}");
        }
        let long = format!("From {} Thu Oct  1 10:00:00 2026", "a".repeat(LONGEST));
        assert_eq!(read(long.as_bytes()), None);
    }

    #[test]
    fn what_is_written_is_read() {
        let from = |email: &str| {
            vec![Address {
                name: None,
                email: email.to_owned(),
            }]
        };
        for (email, at, expected) in [
            (
                "a@b",
                1_790_848_800_000,
                "From a@b Thu Oct  1 10:00:00 2026\n",
            ),
            ("a b@c", 0, "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n"),
            (
                "",
                -86_400_000,
                "From MAILER-DAEMON Wed Dec 31 00:00:00 1969\n",
            ),
        ] {
            let line = write(&from(email), at);
            assert_eq!(line, expected);
            let read = read(line.trim_end().as_bytes()).unwrap();
            assert_eq!(read.at, Some(at));
        }
        assert!(is_first_line(write(&[], i64::MAX).as_bytes()));
    }
}
