//! Search operators find the same. Texts are whole words here, or their beginnings: IMAP finds any
//! part of a word as well.

use restante::mail::mailbox::Role;

use super::{Kind, Place, alike, mail};
use crate::support::letter::letter;

alike!(operators_find_the_same);

async fn operators_find_the_same(kind: Kind) {
    let one = letter("Quarterly report")
        .from("Zed <zed@example.net>")
        .header("Cc", "carol@example.com")
        .header("List-Id", "<rust.lists.example.org>")
        .id("q1@example.org")
        .text("The Atlas project is on time.")
        .raw();
    let two = letter("=?utf-8?b?5Lya6K2w44Gu44GK55+l44KJ44Gb?=")
        .header("To", "eve@example.org")
        .text("来週の会議")
        .file("application/pdf", "budget.pdf", &[b'x'; 3000])
        .raw();
    let mut messages = vec![mail("INBOX", 0, one), mail("INBOX", 10 * 86_400, two)];
    messages[0].keywords = ["$seen"].into_iter().collect();
    messages[1].keywords = ["$flagged"].into_iter().collect();
    messages.push(mail("Archive", 5, letter("Quarterly elsewhere").raw()));
    let place = Place::with(kind, &messages).await;
    let inbox = place.role(Role::Inbox).await;
    let (a, b) = ("Quarterly report", "会議のお知らせ");
    let cases: [(&str, &[&str]); 28] = [
        ("quarterly", &[a]),
        ("\"quarterly report\"", &[a]),
        ("from:zed", &[a]),
        ("from:zed@example.net", &[a]),
        ("to:eve", &[b]),
        ("cc:carol", &[a]),
        ("recipient:carol", &[a]),
        ("recipient:eve", &[b]),
        ("subject:report", &[a]),
        ("subject:会議", &[b]),
        ("subject:atlas", &[]),
        ("body:atlas", &[a]),
        ("body:来週", &[b]),
        ("list:rust.lists", &[a]),
        ("rfc822msgid:q1@example.org", &[a]),
        ("is:unread", &[b]),
        ("is:read", &[a]),
        ("is:starred", &[b]),
        ("-is:starred", &[a]),
        ("has:attachment", &[b]),
        ("-has:attachment", &[a]),
        ("after:2026-09-25", &[b]),
        ("before:2026-09-25", &[a]),
        ("larger:2k", &[b]),
        ("smaller:2k", &[a]),
        ("-quarterly", &[b]),
        ("quarterly OR 来週", &[b, a]),
        ("is:read (from:zed OR from:ada)", &[a]),
    ];
    for (typed, expected) in cases {
        assert_eq!(place.found(&inbox, typed).await, expected, "{typed}");
    }
    assert!(place.found(&inbox, "nothing-of-the-kind").await.is_empty());
}
