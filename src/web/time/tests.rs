//! Tests of dates and sizes in words.

use jiff::{civil::date, tz::TimeZone};

use super::Ui;
use crate::web::i18n::Language;

fn ui(language: Language, zone: &str) -> Ui {
    let zone = TimeZone::get(zone).unwrap();
    let now = date(2026, 11, 23)
        .at(15, 4, 0, 0)
        .to_zoned(zone.clone())
        .unwrap();
    let mut ui = Ui::stranger(language, "", now.timestamp().as_millisecond());
    ui.zone = zone;
    ui
}

fn millis(ui: &Ui, year: i16, month: i8, day: i8, hour: i8, minute: i8) -> i64 {
    let there = date(year, month, day).at(hour, minute, 0, 0);
    there
        .to_zoned(ui.zone.clone())
        .unwrap()
        .timestamp()
        .as_millisecond()
}

#[test]
fn fields_of_date_and_time_have_the_readers_zone() {
    let mut ui = Ui::stranger(Language::English, "", 1_790_000_000_000);
    ui.zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(2));
    assert_eq!(ui.field_date(1_790_000_000_000), "2026-09-21T16:13");
    assert_eq!(ui.tomorrow_morning(), "2026-09-22T08:00");
}

#[test]
fn lists_say_no_more_than_is_needed() {
    let english = ui(Language::English, "Europe/Paris");
    let french = ui(Language::French, "Europe/Paris");
    for (when, in_english, in_french) in [
        ((2026, 11, 23, 9, 5), "9:05 AM", "09:05"),
        ((2026, 11, 23, 0, 5), "12:05 AM", "00:05"),
        ((2026, 11, 23, 12, 0), "12:00 PM", "12:00"),
        ((2026, 11, 22, 23, 59), "Nov 22", "22\u{a0}nov."),
        ((2026, 1, 1, 8, 0), "Jan 1", "1er\u{a0}janv."),
        ((2025, 12, 31, 8, 0), "Dec 31, 2025", "31\u{a0}déc. 2025"),
    ] {
        let (year, month, day, hour, minute) = when;
        let when = millis(&english, year, month, day, hour, minute);
        assert_eq!(english.list_date(when), in_english);
        assert_eq!(french.list_date(when), in_french);
    }
}

#[test]
fn titles_say_all() {
    let english = ui(Language::English, "Europe/Paris");
    let french = ui(Language::French, "Europe/Paris");
    let when = millis(&english, 2026, 3, 12, 15, 4);
    assert_eq!(
        english.full_date(when),
        "Thursday, March 12, 2026 at 3:04 PM"
    );
    assert_eq!(french.full_date(when), "jeudi 12\u{a0}mars 2026 à 15:04");
    assert_eq!(english.day(when), "March 12, 2026");
    assert_eq!(french.day(when), "12\u{a0}mars 2026");
    assert_eq!(english.machine_date(when), "2026-03-12T14:04:00Z");
    assert_eq!(
        english.sender_date(when, -330),
        "Thursday, March 12, 2026 at 8:34 AM (UTC\u{2212}05:30)"
    );
}

#[test]
fn impossible_dates_are_shown_all_the_same() {
    let ui = ui(Language::English, "Asia/Tokyo");
    for millis in [i64::MIN, i64::MAX, 0, -1] {
        assert!(!ui.list_date(millis).is_empty());
        assert!(!ui.full_date(millis).is_empty());
        assert!(!ui.machine_date(millis).is_empty());
        for offset in [i16::MIN, -1, 0, i16::MAX] {
            assert!(!ui.sender_date(millis, offset).is_empty());
        }
    }
}

#[test]
fn sizes_are_short() {
    let (english, french) = (ui(Language::English, "UTC"), ui(Language::French, "UTC"));
    for (octets, in_english, in_french) in [
        (0, "0 bytes", "0\u{a0}octet"),
        (1, "1 byte", "1\u{a0}octet"),
        (999, "999 bytes", "999\u{a0}octets"),
        (1_000, "1 kB", "1\u{a0}ko"),
        (1_449, "1.4 kB", "1,4\u{a0}ko"),
        (34_200, "34 kB", "34\u{a0}ko"),
        (999_400, "999 kB", "999\u{a0}ko"),
        (999_950, "1 MB", "1\u{a0}Mo"),
        (1_400_000, "1.4 MB", "1,4\u{a0}Mo"),
        (25_600_000, "26 MB", "26\u{a0}Mo"),
        (2_000_000_000, "2 GB", "2\u{a0}Go"),
        (
            u64::MAX,
            "18,446,744,074 GB",
            "18\u{202f}446\u{202f}744\u{202f}074\u{a0}Go",
        ),
    ] {
        assert_eq!(english.size(octets), in_english, "{octets}");
        assert_eq!(french.size(octets), in_french, "{octets}");
    }
}
