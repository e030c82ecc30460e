//! Dates, well formed and not.

use super::*;

#[test]
fn dates_are_read() {
    let june = 1_780_308_000_000; // 2026-06-01T10:00:00Z
    let cases: &[(&str, Option<(i64, i16)>)] = &[
        ("Mon, 01 Jun 2026 10:00:00 +0000", Some((june, 0))),
        ("Mon, 1 Jun 2026 12:00:00 +0200 (CEST)", Some((june, 120))),
        ("1 Jun 2026 05:30:00 -0430", Some((june, -270))),
        ("Sun, 01 Jun 2026 10:00:00 GMT", Some((june, 0))),
        ("Mon, 01 Jun 26 10:00:00 UT", Some((june, 0))),
        ("Mon, 01 Jun 126 10:00:00 Z", Some((june, 0))),
        ("Mon, 01 Jun 2026 10:00 +0000", Some((june, 0))),
        ("Mon, 01 June 2026 10:00:00", Some((june, 0))),
        ("Mon, 01 Jun 2026 06:00:00 EDT", Some((june, -240))),
        ("Mon, 01 Jun 2026 10:00:00 XYZ", Some((june, 0))),
        ("Mon, 01 Jun 2026 10:00:00 +9999", Some((june, 0))),
        ("Mon, 01 Jun 2026 12:00:00 GMT+02:00", Some((june, 120))),
        ("Mon Jun  1 10:00:00 2026", Some((june, 0))),
        ("Mon Jun 1 10:00:00 GMT 2026", Some((june, 0))),
        ("01-Jun-2026 12:00:00 +0200", Some((june, 120))),
        ("2026-06-01 10:00:00 +0000", Some((june, 0))),
        ("2026-06-01T12:00:00.123+02:00", Some((june, 120))),
        ("2026-06-01T10:00:00Z", Some((june, 0))),
        ("1 Jun 2026 10:00:00 AM", Some((june, 0))),
        ("Mon,01 Jun 2026 10:00:00 +0000", Some((june, 0))),
        (
            "Mon, 01 Jun 2026 (a (nested) comment) 10:00:00 +0000",
            Some((june, 0)),
        ),
        ("Mon,\r\n 01 Jun 2026 10:00:00 +0000", Some((june, 0))),
        (
            "Fri, 31 Dec 1999 23:59:60 +0000",
            Some((946_684_799_000, 0)),
        ),
        ("Thu, 1 Jan 70 00:00:00 +0000", Some((0, 0))),
        ("1 Jun 2026", Some((june - 36_000_000, 0))),
        ("Mon, 32 Jun 2026 10:00:00 +0000", None),
        ("Mon, 30 Feb 2026 10:00:00 +0000", None),
        ("Mon, 01 Foo 2026 10:00:00 +0000", None),
        ("Mon, 01 Jun 2026 99:99:99 +0000", None),
        ("Mon, 01 Jun 99999999999999999999 10:00:00 +0000", None),
        ("Mon, 01 Jun -2026 10:00:00 +0000", None),
        ("yesterday", None),
        ("", None),
    ];
    for (raw, expected) in cases {
        assert_eq!(date(raw.as_bytes()), *expected, "{raw}");
    }
}

#[test]
fn nested_comments_need_no_stack() {
    let raw = format!("Mon, 01 Jun 2026 10:00:00 +0000 {}", "(".repeat(1_000_000));
    assert!(date(raw.as_bytes()).is_some());
}
