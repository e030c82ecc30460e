//! What folds, what opens, and where rows lead.

use super::*;
use crate::{
    mail::message::{parse, summary},
    web::i18n::Language,
};

const INBOX: MailboxId = MailboxId([0, 0, 0, 0, 0, 1]);
const SENT: MailboxId = MailboxId([0, 0, 0, 0, 0, 2]);
const DRAFTS: MailboxId = MailboxId([0, 0, 0, 0, 0, 3]);

fn email(mailbox: MailboxId, uid: u32, keywords: &[&str]) -> EmailSummary {
    let id = EmailId {
        mailbox,
        uid_validity: 1,
        uid,
    };
    let from = match mailbox {
        INBOX => "Ada <ada@example.org>",
        _ => "Me <me@example.org>",
    };
    let raw = format!("From: {from}\r\nSubject: Lunch\r\n\r\nText {uid}.\r\n");
    let keywords = keywords.iter().copied().collect();
    summary(&parse(raw.as_bytes()), id, keywords, i64::from(uid))
}

fn told(all: impl IntoIterator<Item = EmailSummary>) -> Vec<Told> {
    let told = |email| Told {
        email,
        copies: Vec::new(),
    };
    all.into_iter().map(told).collect()
}

fn mailbox(id: MailboxId, name: &str, role: Role) -> (MailboxId, Mailbox) {
    let mailbox = Mailbox {
        id,
        name: name.to_owned(),
        path: name.to_owned(),
        delimiter: None,
        parent: None,
        role: Some(role),
        selectable: true,
        subscribed: true,
        total: 0,
        unread: 0,
    };
    (id, mailbox)
}

fn with_context<T>(then: impl FnOnce(&Context<'_>) -> T) -> T {
    let ui = Ui::stranger(Language::English, "", 0);
    let place = Place {
        id: INBOX,
        name: "Inbox".to_owned(),
        role: Some(Role::Inbox),
    };
    then(&Context {
        ui: &ui,
        own: vec!["me@example.org".to_owned()],
        mailboxes: HashMap::from([
            mailbox(INBOX, "INBOX", Role::Inbox),
            mailbox(SENT, "Sent", Role::Sent),
            mailbox(DRAFTS, "Drafts", Role::Drafts),
        ]),
        place: &place,
        tail: "?from=1.t",
        marks: true,
    })
}

/// `3` a row, `3!` one that is opened with the page, `(5)` so many folded.
fn drawn(pieces: &[Piece]) -> String {
    let words = pieces.iter().map(|piece| match piece {
        Piece::Item(item) if item.is_expanded => format!("{}!", item.email.placement.uid),
        Piece::Item(item) => item.email.placement.uid.to_string(),
        Piece::Fold(items) => format!("({})", items.len()),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn long_runs_of_read_messages_fold() {
    let all = told((1..=20).map(|uid| match uid {
        7 | 16 => email(INBOX, uid, &[]),
        _ => email(INBOX, uid, &["$seen"]),
    }));
    with_context(|context| {
        let read = talk(context, &all, 11, false);
        assert_eq!(drawn(&read.before), "1 (4) 6 7 8 9 10 11");
        assert_eq!(drawn(&read.after), "13 14 15 16 17 18 19 20");
        let whole = talk(context, &all, 11, true);
        assert_eq!(drawn(&whole.before), "1 (4) 6 7! 8 9 10 11");
        assert_eq!(drawn(&whole.after), "13 14 15 16! 17 18 19 20!");
        assert_eq!((whole.count, whole.is_several()), (20, true));
        let last = talk(context, &all, 19, true);
        assert_eq!(drawn(&last.after), "");
    });
}

#[test]
fn as_many_open_as_can_be_read() {
    let all = told((1..=60).map(|uid| email(INBOX, uid, &[])));
    with_context(|context| {
        let whole = talk(context, &all, 0, true);
        assert!(drawn(&whole.after).starts_with("2! 3!"));
        assert_eq!(drawn(&whole.after).matches('!').count(), EXPANDED_MOST + 1);
        assert!(drawn(&whole.after).ends_with("59 60!"));
    });
}

#[test]
fn rows_say_whose_they_are_and_where_they_lie() {
    let all = told([
        email(INBOX, 1, &["$seen", "$flagged"]),
        email(SENT, 2, &["$seen"]),
        email(INBOX, 3, &[]),
        email(DRAFTS, 4, &["$seen"]),
    ]);
    with_context(|context| {
        let whole = talk(context, &all, 2, true);
        let item = |piece: &Piece| match piece {
            Piece::Item(item) => item.as_ref().clone(),
            Piece::Fold(_) => panic!("{piece:?}"),
        };
        let [first, sent] = [item(&whole.before[0]), item(&whole.before[1])];
        assert_eq!((first.who.as_str(), first.folder), ("Ada", None));
        assert_eq!(
            first.path,
            format!("/m/{INBOX}/{}?from=1.t", all[0].email.id)
        );
        assert_eq!(
            (sent.who.as_str(), sent.folder.as_deref()),
            ("me", Some("Sent"))
        );
        assert_eq!(sent.path, format!("/m/{SENT}/{}", all[1].email.id));
        // What is not sent yet leads to where it is written, counts as nothing and never opens.
        let draft = item(&whole.after[0]);
        assert!(draft.is_draft() && !draft.is_expanded);
        assert!(draft.path.ends_with("/edit"));
        assert_eq!(whole.count, 3);
        // What is done to all is done to what lies in this folder.
        assert_eq!(
            whole.value(),
            format!("{},{}", all[0].email.id, all[2].email.id)
        );
        assert!(whole.is_starred());
        assert!(whole.is_unread(), "the open one was not marked");
        // What opens with the page is read by that.
        let other = talk(context, &all, 0, true);
        assert!(drawn(&other.after).contains("3!") && !other.is_unread());
    });
}

#[test]
fn what_is_done_at_once_is_bounded() {
    let all = told((1..=300).map(|uid| email(INBOX, uid, &["$seen"])));
    with_context(|context| {
        let value = talk(context, &all, 299, true).value();
        assert!(Emails::try_from(value.clone()).is_ok());
        assert!(value.ends_with(&all[299].email.id.to_string()));
    });
}

#[test]
fn what_is_done_to_a_message_is_done_to_its_copies() {
    let mut all = told([email(INBOX, 1, &["$seen"]), email(INBOX, 2, &["$seen"])]);
    all[0].copies.push(email(INBOX, 3, &["$seen"]));
    let (copy, first, second) = (all[0].copies[0].id, all[0].email.id, all[1].email.id);
    with_context(|context| {
        let whole = talk(context, &all, 1, true);
        assert_eq!(whole.count, 2, "it is one message");
        assert_eq!(whole.value(), format!("{copy},{first},{second}"));
        let Piece::Item(item) = &whole.before[0] else {
            panic!("{:?}", whole.before)
        };
        assert_eq!(item.path, format!("/m/{INBOX}/{copy},{first}?from=1.t"));
    });
}
