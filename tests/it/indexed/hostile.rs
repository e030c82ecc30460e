//! Headers that claim too much cost no more than others.

use super::{inbox, listed};
use crate::{
    contract::{Kind, Place, mail, threads::named},
    support::letter::letter,
};

#[tokio::test]
async fn a_header_of_ten_thousand_references_names_its_root() {
    let all: Vec<String> = (0..10_000)
        .map(|n| format!("<long{n}@{}>", "x".repeat(80)))
        .collect();
    let long = format!(
        "References: {}\r\nSubject: Long\r\nFrom: a@example.org\r\nMessage-ID: <l@example.org>\r\n\r\nx\r\n",
        all.join("\r\n ")
    );
    assert!(long.len() > 900_000);
    // One id that never ends, and what names nobody.
    let endless = format!(
        "References: <{}\r\nSubject: Endless\r\nMessage-ID: <e@example.org>\r\n\r\nx\r\n",
        "y".repeat(500_000)
    );
    let nameless = "Subject: Nameless\r\nReferences: \r\nIn-Reply-To: nobody\r\n\r\nx\r\n";
    let first = format!("long0@{}", "x".repeat(80));
    let root = format!("Subject: Root\r\nMessage-ID: <{first}>\r\n\r\nx\r\n");
    // Each answers the other.
    let circle = |own: &str, other: &str| named("Circle", own, &[other]);
    let messages = [
        mail("INBOX", 1, root.into_bytes()),
        mail("INBOX", 2, endless.into_bytes()),
        mail("INBOX", 3, nameless.into()),
        mail("INBOX", 4, nameless.into()),
        mail("INBOX", 5, circle("c1", "c2")),
        mail("INBOX", 6, circle("c2", "c1")),
        mail("INBOX", 7, named("Own", "own", &["own"])),
        mail("INBOX", 8, long.into_bytes()),
        mail("INBOX", 9, letter("After").raw()),
    ];
    let place = Place::with(Kind::Imap, &messages).await;
    place.account.read_conversations().await.unwrap();
    let rows = listed(&place.account, inbox(&place).await).await;
    let expected = [
        ("After", 1),
        ("Long", 2),
        ("Own", 1),
        ("Circle", 2),
        ("Nameless", 1),
        ("Nameless", 1),
        ("Endless", 1),
    ];
    assert_eq!(rows, super::counts(expected));
}

/// Clients that leave References away: the chain is followed through the messages themselves,
/// whichever was read first.
#[tokio::test]
async fn a_chain_of_in_reply_to_is_one_conversation() {
    let link = |n: u32| {
        let to = match n {
            0 => String::new(),
            n => format!("In-Reply-To: <k{}@example.org>\r\n", n - 1),
        };
        let raw = format!("Subject: k{n}\r\nMessage-ID: <k{n}@example.org>\r\n{to}\r\nx\r\n");
        mail("INBOX", n.into(), raw.into_bytes())
    };
    let messages: Vec<_> = (0..700).map(link).collect();
    let place = Place::with(Kind::Imap, &messages).await;
    place.account.read_conversations().await.unwrap();
    let inbox = inbox(&place).await;
    assert_eq!(
        listed(&place.account, inbox).await,
        super::counts([("k699", 100)])
    );
    let user = place.user.as_ref().unwrap();
    user.deliver(b"Subject: last\r\nMessage-ID: <z@example.org>\r\nIn-Reply-To: <k350@example.org>\r\n\r\nx\r\n");
    assert_eq!(
        listed(&place.account, inbox).await,
        super::counts([("last", 100)])
    );
}
