//! Dates, times and sizes in words: relative in lists, full in titles, in the reader's zone.

use std::borrow::Borrow;

use jiff::{Timestamp, Zoned, civil::Date, tz::Offset, tz::TimeZone};

use super::page::Ui;

mod kept;
#[cfg(test)]
mod tests;

impl Ui {
    /// For lists: the time today, day and month this year, else the whole date.
    pub fn list_date(&self, millis: impl Borrow<i64>) -> String {
        let (then, now) = (self.local(*millis.borrow()), self.local(self.now));
        if then.date() == now.date() {
            self.date_words("time-of-day", &then)
        } else if then.year() == now.year() {
            self.date_words("date-this-year", &then)
        } else {
            self.date_words("date-other-year", &then)
        }
    }

    /// For titles and for the message: weekday, date and time.
    pub fn full_date(&self, millis: impl Borrow<i64>) -> String {
        self.date_words("date-full", &self.local(*millis.borrow()))
    }

    /// A day alone, as it stands in a letter.
    pub fn day(&self, millis: impl Borrow<i64>) -> String {
        self.date_words("date-day", &self.local(*millis.borrow()))
    }

    /// For the message's details: the full date where the sender was, with the offset written in
    /// the Date header (minutes east of UTC).
    pub fn sender_date(&self, millis: i64, offset_minutes: i16) -> String {
        let offset = Offset::from_seconds(i32::from(offset_minutes) * 60).unwrap_or(Offset::UTC);
        let there = timestamp(millis).to_zoned(TimeZone::fixed(offset));
        let minutes = offset_minutes.unsigned_abs();
        let sign = if offset_minutes < 0 { '\u{2212}' } else { '+' };
        let offset = format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60);
        let date = self.date_words("date-full", &there);
        self.t2("date-with-offset", "date", &date, "offset", &offset)
    }

    /// For `<time datetime>`: RFC 3339 in UTC.
    pub fn machine_date(&self, millis: impl Borrow<i64>) -> String {
        let seconds = timestamp(*millis.borrow()).as_second();
        Timestamp::from_second(seconds)
            .unwrap_or_default()
            .to_string()
    }

    /// For `<input type=datetime-local>`: date and minute in the reader's zone.
    pub fn field_date(&self, millis: i64) -> String {
        self.local(millis).strftime("%Y-%m-%dT%H:%M").to_string()
    }

    /// Eight o'clock on the next day, for the same field.
    pub fn tomorrow_morning(&self) -> String {
        match self.local(self.now).date().tomorrow() {
            Ok(day) => format!("{day}T08:00"),
            Err(_) => String::new(),
        }
    }

    /// A size in decimal units with one figure after the mark below ten: `1.4 MB`, `34 kB`.
    pub fn size(&self, octets: impl Borrow<u64>) -> String {
        let octets = *octets.borrow();
        const UNITS: [&str; 3] = ["size-kilobytes", "size-megabytes", "size-gigabytes"];
        if octets < 1000 {
            return self.tn("size-bytes", octets);
        }
        // Tenths of the unit, so that no float is needed; 999,950 rounds up into the next unit.
        let mut tenths = octets.saturating_add(50) / 100;
        let mut units = UNITS.iter();
        let mut unit = units.next().copied().unwrap_or_default();
        while tenths >= 9_995 {
            let Some(next) = units.next() else { break };
            unit = next;
            tenths = tenths.saturating_add(500) / 1000;
        }
        let number = if tenths < 100 && !tenths.is_multiple_of(10) {
            let mark = self.language.decimal_mark();
            format!("{}{mark}{}", tenths / 10, tenths % 10)
        } else {
            self.language.number((tenths + 5) / 10)
        };
        self.t1(unit, "size", &number)
    }

    /// The day that it is where the reader is, in days since 1970.
    pub fn today(&self) -> i64 {
        let days = self.local(self.now).date() - Date::constant(1970, 1, 1);
        i64::from(days.get_days())
    }

    fn local(&self, millis: i64) -> Zoned {
        timestamp(millis).to_zoned(self.zone.clone())
    }

    fn date_words(&self, key: &'static str, when: &Zoned) -> String {
        kept::words(self.language, key, when)
    }
}

/// Hostile dates are clamped to what the calendar holds.
fn timestamp(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(if millis < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}
