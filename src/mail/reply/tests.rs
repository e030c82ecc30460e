//! Tables of messages and whom their answers go to.

use super::{
    again,
    own::Own,
    recipients::{Answer, is_no_reply, list_post, recipients},
};
use crate::mail::{address::Address, compose::Importance, header};

fn emails(list: &[Address]) -> String {
    let emails: Vec<&str> = list.iter().map(|one| one.email.as_str()).collect();
    emails.join(" ")
}

fn answer(block: &str, answer: Answer) -> String {
    let own = ["me@x", "other@x"].map(str::to_owned);
    let fields = header::fields(block.as_bytes());
    let recipients = recipients(&fields, Own::new(&own), answer);
    let (to, cc) = (emails(&recipients.to), emails(&recipients.cc));
    if cc.is_empty() {
        to
    } else {
        format!("{to} / {cc}")
    }
}

#[test]
fn answers_go_where_they_are_wanted() {
    // Each message, whom an answer goes to, and whom an answer to all.
    let cases = [
        ("From: a@x\nTo: me@x", "a@x", "a@x"),
        ("From: a@x\nTo: me@x, b@x\nCc: c@x", "a@x", "a@x b@x / c@x"),
        (
            "From: a@x\nTo: me@x\nCc: b@x, other@x, ME+t@X",
            "a@x",
            "a@x / b@x",
        ),
        ("From: a@x\nReply-To: r@x\nTo: me@x, a@x", "r@x", "r@x a@x"),
        (
            "From: a@x\nReply-To: r@x, s@x\nTo: me@x",
            "r@x s@x",
            "r@x s@x",
        ),
        (
            "From: a@x\nReply-To: r@x\nMail-Reply-To: m@x\nTo: me@x",
            "m@x",
            "m@x",
        ),
        // None twice, however it is spelt.
        (
            "From: A@X\nTo: a@x, B@x, b@x\nCc: b@X, a@x",
            "A@X",
            "A@X B@x",
        ),
        // Several authors.
        (
            "From: a@x, b@x\nSender: s@x\nTo: me@x",
            "a@x b@x",
            "a@x b@x",
        ),
        // Groups.
        (
            "From: a@x\nTo: friends: b@x, c@x;\nCc: undisclosed:;",
            "a@x",
            "a@x b@x c@x",
        ),
        // Sent by oneself.
        ("From: me@x\nTo: b@x\nCc: c@x", "b@x", "b@x / c@x"),
        ("From: me+tag@x\nTo: b@x, other@x", "b@x", "b@x"),
        ("From: me@x\nCc: c@x", "c@x", "c@x"),
        ("From: me@x\nTo: other@x", "other@x", "other@x"),
        ("From: me@x\nTo: me@x", "me@x", "me@x"),
        ("From: me@x", "me@x", "me@x"),
        // Nobody, or nobody who can be written to.
        ("To: me@x", "", ""),
        ("From: \nTo: b@x", "", "b@x"),
        ("From: nobody\nSender: s@x\nTo: b@x", "s@x", "s@x b@x"),
        (
            "From: \"a\" <>\nReply-To: <broken\nTo: me@x\nCc: c@x",
            "",
            "c@x",
        ),
        ("", "", ""),
    ];
    for (block, sender, all) in cases {
        assert_eq!(answer(block, Answer::Sender), sender, "sender of {block}");
        assert_eq!(answer(block, Answer::All), all, "all of {block}");
        assert_eq!(answer(block, Answer::List), "", "list of {block}");
    }
}

#[test]
fn lists_are_answered_as_they_ask() {
    let list = "List-Id: <l.x>\nList-Post: <mailto:l@x>\n";
    let cases = [
        ("From: a@x\nTo: l@x", "a@x", "a@x l@x"),
        // The list has put itself into Reply-To.
        ("From: a@x\nReply-To: L@x\nTo: l@x", "a@x", "a@x L@x"),
        ("From: a@x\nReply-To: l@x, r@x\nTo: me@x", "r@x", "r@x l@x"),
        // The list has taken the author's place.
        (
            "From: a via l <l@x>\nReply-To: a@x\nTo: l@x",
            "a@x",
            "a@x l@x",
        ),
        (
            "From: a@x\nTo: l@x, b@x\nMail-Followup-To: l@x, b@x",
            "a@x",
            "l@x b@x",
        ),
        (
            "From: a@x\nTo: l@x\nMail-Followup-To: me@x, l@x",
            "a@x",
            "l@x",
        ),
        ("From: a@x\nTo: l@x\nMail-Followup-To: me@x", "a@x", "me@x"),
    ];
    for (block, sender, all) in cases {
        let block = format!("{list}{block}");
        assert_eq!(answer(&block, Answer::Sender), sender, "sender of {block}");
        assert_eq!(answer(&block, Answer::All), all, "all of {block}");
        assert_eq!(answer(&block, Answer::List), "l@x", "list of {block}");
    }
    // Only lists may lead an answer to all elsewhere.
    let block = "From: a@x\nTo: me@x, b@x\nMail-Followup-To: evil@y";
    assert_eq!(answer(block, Answer::All), "a@x b@x");
}

#[test]
fn lists_say_where_to_post() {
    let cases = [
        ("<mailto:l@x>", Some("l@x")),
        ("<https://x/post>, (or) <mailto:l@x?subject=a>", Some("l@x")),
        ("<mailto:\r\n l@x>", Some("l@x")),
        ("NO (closed)", None),
        ("<mailto:>", None),
        ("mailto:l@x", None),
        ("<mailto:l@x%0d%0aBcc:evil@y>", None),
    ];
    for (value, expected) in cases {
        let block = format!("List-Post: {value}\r\n");
        let post = list_post(&header::fields(block.as_bytes()));
        assert_eq!(post.map(|one| one.email).as_deref(), expected, "{value}");
    }
}

#[test]
fn some_addresses_are_read_by_nobody() {
    for email in [
        "noreply@x",
        "No-Reply+17@x",
        "do_not_reply@x",
        "ne-pas-repondre@x",
        "bounce.noreply.1@x",
        "MAILER-DAEMON@x",
    ] {
        assert!(is_no_reply(email), "{email}");
    }
    for email in ["reply@x", "anna@noreply.example", "nora.eply@x", ""] {
        assert!(!is_no_reply(email), "{email}");
    }
}

#[test]
fn a_message_once_more_is_from_oneself() {
    let own = ["me@x".to_owned(), "other@x".to_owned()];
    let sent = header::fields(
        b"From: other@x\nTo: a@x, broken\nCc: c@x\nBcc: d@x\nReply-To: r@x\nSubject: Re: x\n\
          Message-ID: <2@x>\nIn-Reply-To: <1@x>\nReferences: <0@x> <1@x>\n",
    );
    let again = again::again(&sent, Own::new(&own), 0);
    assert_eq!(again.from.identity, 1);
    assert_eq!(emails(&again.to), "a@x broken");
    assert_eq!(emails(&again.bcc), "d@x");
    assert_eq!(emails(&again.reply_to), "r@x");
    assert_eq!(again.subject, "Re: x");
    assert_eq!(again.in_reply_to.as_deref(), Some("1@x"));
    assert_eq!(again.references, ["0@x", "1@x"]);
    let received = header::fields(b"From: a@x\nReply-To: evil@y\nTo: me@x\n");
    let again = again::again(&received, Own::new(&own), 1);
    assert_eq!(again.from.identity, 0);
    assert!(again.reply_to.is_empty());
}

#[test]
fn a_message_once_more_wishes_what_it_wished() {
    let own = ["me@x".to_owned()];
    let of = |from: &str, header: &str| {
        let block = format!("From: {from}\nTo: a@x\n{header}\n");
        let again = again::again(&header::fields(block.as_bytes()), Own::new(&own), 0);
        (again.importance, again.receipt)
    };
    for (header, importance) in [
        ("Importance: High", Some(Importance::High)),
        ("Importance: low", Some(Importance::Low)),
        ("Importance: normal\nX-Priority: 1", None),
        ("X-Priority: 1 (Highest)", Some(Importance::High)),
        ("X-Priority: 3", None),
        ("X-Priority: 5", Some(Importance::Low)),
        ("X: y", None),
    ] {
        assert_eq!(of("me@x", header), (importance, false), "{header}");
    }
    let wish = "Disposition-Notification-To: me@x\nImportance: high";
    assert_eq!(of("me@x", wish), (Some(Importance::High), true));
    assert_eq!(of("a@x", wish), (None, false), "the wishes of others");
}
