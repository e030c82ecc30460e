//! Reports as servers write them.

use proptest::prelude::*;

use super::{
    MAX_WORD, Report,
    delivery::{Action, Delivery, MAX_RECIPIENTS, Reason, delivery, reason},
    disposition::{By, Disposition, Receipt, receipt, received, requested},
};
use crate::mail::{header, message};

const BOUNCE: &str = "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
    --b\nContent-Type: text/plain\n\nSorry.\n\
    --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n\
    Original-Recipient: rfc822;Anna@example.org\nFinal-Recipient: rfc822; a@inner.example\n\
    Action: failed\nStatus: 5.1.1 (bad)\nDiagnostic-Code: smtp; 550 5.1.1 User\n unknown\n\n\
    Final-Recipient: rfc822; bob@example.org\nAction: delayed\nStatus: 4.4.1\n\
    --b\nContent-Type: message/rfc822\n\nMessage-ID: <one@x>\nSubject: x\n\nText\n--b--\n";

#[test]
fn bounces_say_what_became_of_whom() {
    let report = delivery(&message::parse(BOUNCE.as_bytes())).unwrap();
    assert_eq!(report.message_id.as_deref(), Some("one@x"));
    let [anna, bob] = report.recipients.as_slice() else {
        panic!("{report:?}");
    };
    assert_eq!(anna.email, "Anna@example.org");
    assert_eq!(
        (anna.action, anna.reason),
        (Action::Failed, Reason::UnknownMailbox)
    );
    assert_eq!(anna.status, "5.1.1");
    assert_eq!(anna.diagnostic, "550 5.1.1 User unknown");
    assert_eq!(
        (bob.action, bob.reason),
        (Action::Delayed, Reason::Unreachable)
    );
    // The header alone came back.
    let headers = BOUNCE.replace(
        "message/rfc822\n\nMessage",
        "text/rfc822-headers\n\nMessage",
    );
    let report = delivery(&message::parse(headers.as_bytes())).unwrap();
    assert_eq!(report.message_id.as_deref(), Some("one@x"));
    assert_eq!(delivery(&message::parse(b"Subject: x\n\ny")), None);
}

#[test]
fn reasons_come_from_codes_and_words() {
    let cases = [
        ("5.1.1", "", Reason::UnknownMailbox),
        ("5.2.2", "", Reason::FullMailbox),
        ("5.3.4", "", Reason::TooBig),
        ("5.1.2", "", Reason::UnknownDomain),
        ("5.7.1", "message looks like SPAM", Reason::Spam),
        ("5.7.26", "not authenticated", Reason::Refused),
        ("4.7.0", "greylisted", Reason::Unreachable),
        ("5.0.0", "550 No such user here", Reason::UnknownMailbox),
        ("5.4.6", "", Reason::Loop),
        ("5.0.0", "no", Reason::Other),
        ("", "", Reason::Other),
    ];
    for (status, diagnostic, expected) in cases {
        assert_eq!(
            reason(status, diagnostic),
            expected,
            "{status} {diagnostic}"
        );
    }
}

#[test]
fn receipts_are_asked_for() {
    let cases = [
        (
            "Return-Path: <a@x>\nDisposition-Notification-To: A@X",
            Some((1, true)),
        ),
        (
            "Return-Path: <a@x>\nDisposition-Notification-To: b@x",
            Some((1, false)),
        ),
        (
            "Return-Path: <a@x>\nDisposition-Notification-To: a@x, b@x",
            Some((2, false)),
        ),
        (
            "Return-Path: <>\nDisposition-Notification-To: a@x",
            Some((1, false)),
        ),
        ("Disposition-Notification-To: a@x", Some((1, false))),
        ("Disposition-Notification-To: nobody", None),
        (
            "Disposition-Notification-To: a@x, b@x, c@x, d@x, e@x, f@x",
            None,
        ),
        ("Return-Receipt-To: a@x", None),
    ];
    for (block, expected) in cases {
        let request = requested(&header::fields(block.as_bytes()));
        let found = request.map(|one| (one.to.len(), one.is_return_path));
        assert_eq!(found, expected, "{block}");
    }
}

#[test]
fn a_receipt_comes_back_as_it_was_made() {
    let block = b"Message-ID: <one@x>\nSubject: a\nDate: today\nDisposition-Notification-To: a@x\n";
    let fields = header::fields(block);
    let made = Receipt {
        disposition: Disposition::Displayed,
        by: By::Person,
        sent_by: By::Person,
        recipient: "me@x",
        user_agent: "host; Rest\r\nante",
    };
    let parts = receipt(&fields, "Shown.", made).unwrap();
    assert_eq!(
        parts.notification,
        "Reporting-UA: host; Rest ante\r\nFinal-Recipient: rfc822; me@x\r\n\
         Original-Message-ID: <one@x>\r\n\
         Disposition: manual-action/MDN-sent-manually; displayed\r\n"
    );
    assert_eq!(
        parts.headers,
        "Message-ID: <one@x>\r\nDate: today\r\nSubject: a\r\n"
    );
    let raw = format!(
        "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nShown.\r\n--b\r\n\
         Content-Type: message/disposition-notification\r\n\r\n{}\r\n--b--\r\n",
        parts.notification
    );
    let back = received(&message::parse(raw.as_bytes())).unwrap();
    assert_eq!(back.message_id.as_deref(), Some("one@x"));
    assert_eq!(back.recipient, "me@x");
    assert_eq!(
        (back.disposition, back.by),
        (Some(Disposition::Displayed), By::Person)
    );
    let forged = Receipt {
        recipient: "me@x\r\nBcc: y",
        ..made
    };
    assert_eq!(receipt(&fields, "", forged), None);
}

/// What reports are made of, in no order.
fn pieces() -> impl Strategy<Value = String> {
    let known = proptest::sample::select(vec![
        "\n",
        "\r\n",
        "\n\n",
        "\r",
        " ",
        ":",
        ";",
        "Final-Recipient:",
        "Original-Recipient: rfc822;",
        "Action: failed",
        "Status: 5.1.1",
        "Status: 99999999999999999999.1",
        "Diagnostic-Code: smtp;",
        "Disposition: manual-action/MDN-sent-manually",
        "displayed/error",
        "Original-Message-ID: <",
        "Message-ID: <a@b>",
        "<",
        ">",
        "@",
        "=?utf-8?q?=41?=",
        "=?utf-8?b?",
        "\u{0}",
        "\u{202e}",
        "é",
        "--b\n",
        "--b--",
    ]);
    let one = prop_oneof![6 => known.prop_map(str::to_owned), 1 => any::<String>()];
    proptest::collection::vec(one, 0..120).prop_map(|pieces| pieces.concat())
}

fn is_within_bounds(report: &Delivery) {
    assert!(report.recipients.len() <= MAX_RECIPIENTS);
    for one in &report.recipients {
        assert!(
            !one.email.is_empty() && one.email.chars().count() <= MAX_WORD,
            "{one:?}"
        );
        assert!(one.status.len() <= 11, "{one:?}");
        assert!(one.diagnostic.chars().count() <= 1_000, "{one:?}");
        for text in [&one.email, &one.diagnostic] {
            assert!(!text.contains(['\r', '\n', '\0']), "{text:?}");
        }
    }
}

fn message_of(kind: &str, report: &str, original: &[u8]) -> Vec<u8> {
    let head = format!(
        "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/{kind}\n\n\
         {report}\n--b\nContent-Type: message/rfc822\n\n"
    );
    [head.as_bytes(), original, b"\n--b--\n"].concat()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_report_is_read_within_bounds(
        report in pieces(),
        original in proptest::collection::vec(any::<u8>(), 0..300),
        words in pieces(),
    ) {
        let raw = message_of("delivery-status", &report, &original);
        is_within_bounds(&delivery(&message::parse(&raw)).unwrap_or_default());
        let raw = message_of("disposition-notification", &report, &original);
        let came = received(&message::parse(&raw));
        prop_assert!(came.is_none_or(|came| came.recipient.chars().count() <= MAX_WORD));
        // From the texts alone, as a server gives them.
        let parsed = message::parse(&raw);
        let _ = super::read(&parsed.root, &report, &words);
        let raw = message_of("delivery-status", "", b"");
        let parsed = message::parse(&raw);
        if let Some(Report::Delivery(report)) = super::read(&parsed.root, &report, &words) {
            is_within_bounds(&report);
        }
    }

    #[test]
    fn any_bytes_are_no_report_or_one(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let parsed = message::parse(&bytes);
        is_within_bounds(&delivery(&parsed).unwrap_or_default());
        let _ = received(&parsed);
        let fields = header::fields(&bytes);
        let asked = requested(&fields);
        prop_assert!(asked.is_none_or(|asked| asked.to.len() <= 5));
    }

    #[test]
    fn any_words_have_a_reason(status in any::<String>(), words in pieces()) {
        let _ = reason(&status, &words);
    }

    #[test]
    fn a_receipt_is_plain_whatever_it_is_for(raw in pieces(), recipient in any::<String>()) {
        let fields = header::fields(raw.as_bytes());
        let made = Receipt {
            disposition: Disposition::Displayed,
            by: By::Person,
            sent_by: By::Person,
            recipient: &recipient,
            user_agent: &recipient,
        };
        let known = Receipt { recipient: "a@example.org", ..made };
        for made in [made, known] {
            if let Some(parts) = receipt(&fields, "", made) {
                for text in [&parts.notification, &parts.headers] {
                    prop_assert!(text.is_ascii());
                    // Every line is a field of ours: nothing has broken out of its own.
                    let ours = ["Reporting-UA", "Final-Recipient", "Original-Message-ID",
                        "Disposition", "Message-ID", "Date", "Subject"];
                    prop_assert!(text.split_terminator("\r\n").all(|line| {
                        !line.contains(['\r', '\n', '\0'])
                            && ours.iter().any(|name| line.starts_with(&format!("{name}: ")))
                    }), "{text:?}");
                }
            }
        }
    }
}

#[test]
fn a_report_of_many_is_cut() {
    let one = "Final-Recipient: rfc822; a@example.org\nAction: failed\n\n";
    let long = format!("Final-Recipient: rfc822; {}@x\n\n", "a".repeat(100_000));
    let raw = message_of("delivery-status", &(long + &one.repeat(3_000)), b"");
    let report = delivery(&message::parse(&raw)).unwrap();
    is_within_bounds(&report);
    assert_eq!(
        report.recipients.len(),
        MAX_RECIPIENTS,
        "the long one is none"
    );
}
