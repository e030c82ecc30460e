//! Which contacts match, and in which order.

use super::*;
use crate::store::{id::ContactId, row::Field as _};

fn contact(email: &str, name: &str, sent: i64, received: i64, days: i64) -> ContactRow {
    ContactRow {
        id: ContactId::from_column(1).unwrap(),
        email: email.to_owned(),
        address: email.to_owned(),
        name: name.to_owned(),
        sent,
        received,
        last_used_at: days * 24 * 60 * 60 * 1000,
    }
}

fn found(rows: &[ContactRow], words: &str) -> Vec<String> {
    let best = best(rows.to_vec(), words, 10);
    best.into_iter().map(|row| row.email).collect()
}

#[test]
fn words_begin_words_whatever_their_accents() {
    let rows = [
        contact("zoe.martin@example.org", "Zoë Martin", 1, 0, 1),
        contact("bob@martin.example", "Bob", 1, 0, 1),
        contact("li@example.org", "李小龙", 1, 0, 1),
    ];
    assert_eq!(found(&rows, "zoe"), ["zoe.martin@example.org"]);
    assert_eq!(found(&rows, "ZOË mar"), ["zoe.martin@example.org"]);
    assert_eq!(found(&rows, "martin").len(), 2);
    assert_eq!(found(&rows, "李"), ["li@example.org"]);
    assert!(found(&rows, "artin").is_empty());
}

#[test]
fn who_was_written_to_comes_before_who_wrote() {
    let rows = [
        contact("wrote@example.org", "", 0, 50, 10),
        contact("written@example.org", "", 1, 0, 10),
        contact("often@example.org", "", 30, 0, 10),
        contact("once-often@example.org", "", 30, 0, -900),
    ];
    let order = found(&rows, "");
    assert_eq!(
        order,
        [
            "often@example.org",
            "written@example.org",
            "wrote@example.org",
            "once-often@example.org"
        ]
    );
}
