//! Bindings of listings to rows, without a database.

use crate::{
    mail::id::MailboxId,
    store::{id::AccountId, row::Field as _},
};

use super::*;

fn row(name: &str, remote_id: &str, uid_validity: u32) -> MailboxRow {
    MailboxRow {
        id: MailboxId([0; 6]),
        account_id: AccountId::from_column(1).unwrap(),
        name: name.to_owned(),
        delimiter: Some('/'),
        remote_id: remote_id.to_owned(),
        uid_validity,
        role: None,
        selectable: true,
        subscribed: true,
        gone_at: None,
    }
}

fn gone(row: MailboxRow) -> MailboxRow {
    MailboxRow {
        gone_at: Some(1),
        ..row
    }
}

fn seen<'a>(name: &'a str, remote_id: &'a str, uid_validity: u32) -> SeenMailbox<'a> {
    SeenMailbox {
        name,
        delimiter: Some('/'),
        remote_id: (!remote_id.is_empty()).then_some(remote_id),
        uid_validity,
        role: None,
        selectable: true,
        subscribed: true,
    }
}

#[test]
fn folders_find_their_rows() {
    let cases = [
        (
            "by name",
            vec![row("A", "", 1), row("B", "", 1)],
            vec![seen("B", "", 1), seen("A", "", 1)],
            vec![Some(1), Some(0)],
        ),
        (
            "INBOX is found in any case, others are not",
            vec![row("INBOX", "", 1), row("a", "", 1)],
            vec![seen("Inbox", "", 1), seen("A", "", 1)],
            vec![Some(0), None],
        ),
        (
            "a lasting id outlives the name",
            vec![row("A", "x", 1)],
            vec![seen("B", "x", 1)],
            vec![Some(0)],
        ),
        (
            "two folders that changed names with each other",
            vec![row("A", "x", 1), row("B", "y", 1)],
            vec![seen("A", "y", 1), seen("B", "x", 1)],
            vec![Some(1), Some(0)],
        ),
        (
            "renamed, and another made under the old name",
            vec![row("A", "x", 1)],
            vec![seen("A", "y", 2), seen("B", "x", 1)],
            vec![None, Some(0)],
        ),
        (
            "a server that has changed its kind of id",
            vec![row("A", "x", 1)],
            vec![seen("A", "z", 1)],
            vec![Some(0)],
        ),
        (
            "without lasting ids a rename is a new folder",
            vec![row("A", "", 7)],
            vec![seen("B", "", 7)],
            vec![None],
        ),
        (
            "back again with the same UIDVALIDITY",
            vec![gone(row("A", "", 7))],
            vec![seen("A", "", 7)],
            vec![Some(0)],
        ),
        (
            "made anew under a name that was once used",
            vec![gone(row("A", "", 7))],
            vec![seen("A", "", 8)],
            vec![None],
        ),
        (
            "a node that only holds folders has no UIDVALIDITY",
            vec![gone(row("A", "", 0))],
            vec![seen("A", "", 0)],
            vec![Some(0)],
        ),
        (
            "UIDVALIDITY not told: nothing says that it is the same",
            vec![gone(row("A", "", 7))],
            vec![seen("A", "", 0)],
            vec![None],
        ),
        (
            "of two vanished ones the later",
            vec![gone(row("A", "", 7)), gone(row("A", "", 7))],
            vec![seen("A", "", 7)],
            vec![Some(1)],
        ),
        (
            "another lasting id is another folder, even with the same UIDVALIDITY",
            vec![gone(row("A", "x", 7))],
            vec![seen("A", "y", 7)],
            vec![None],
        ),
        (
            "the row that is there wins over a vanished one of the same id",
            vec![row("A", "x", 1), gone(row("B", "x", 1))],
            vec![seen("C", "x", 1)],
            vec![Some(0)],
        ),
    ];
    for (case, rows, seen, expected) in cases {
        assert_eq!(bind(&rows, &seen), expected, "{case}");
    }
}

#[test]
fn odd_listings_are_made_usable() {
    let long = "x".repeat(LONGEST_NAME + 1);
    let listing = [
        seen("INBOX", "a", 1),
        seen("inbox", "b", 1),
        seen("A", "same", 1),
        seen("B", "same", 1),
        seen("C", "own", 1),
        seen("a\0b", "", 1),
        seen("", "", 1),
        seen(&long, "", 1),
        seen("D", &long, 1),
    ];
    let expected = [
        seen("INBOX", "a", 1),
        seen("A", "", 1),
        seen("B", "", 1),
        seen("C", "own", 1),
        seen("D", "", 1),
    ];
    assert_eq!(usable(&listing), expected);
}
