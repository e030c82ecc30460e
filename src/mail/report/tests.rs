//! Reports as servers write them.

use super::{
    delivery::{Action, Reason, delivery, reason},
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
