//! Pages, messages, sections and searches on a real Dovecot, with what they cost.

use bytes::Bytes;
use futures_util::StreamExt;
use restante::{
    imap::{Fetched, client::Client, error::Error, fetch::SectionRequest, window::Anchor},
    mail::query::Filter,
};

use super::support::{Account, message, subjects};

/// Runs something and tells its round trips.
async fn cost<T>(client: &Client, work: impl Future<Output = T>) -> (T, u64) {
    let before = client.round_trips();
    let outcome = work.await;
    (outcome, client.round_trips() - before)
}

#[tokio::test]
async fn pages_come_newest_first_and_cost_one_round_trip() {
    let Some(account) = Account::new("pages").await else {
        return;
    };
    account.fill("INBOX", 25).await;
    let client = &account.client;
    let (first, trips) = cost(client, client.window("INBOX", Anchor::Newest, 10)).await;
    let first = first.unwrap();
    assert_eq!(trips, 2, "cold");
    assert_eq!(subjects(&first.messages)[0], "m25");
    assert_eq!(
        (first.offset, first.messages.len(), first.selected.exists),
        (0, 10, 25)
    );
    let validity = first.selected.uid_validity;
    assert!(validity > 0 && first.selected.any_keyword && !first.selected.read_only);
    assert_eq!(
        first.messages[0].preview.as_deref(),
        Some("Hello, this is m25.")
    );
    assert!(first.messages[0].structure.is_some());

    let (again, trips) = cost(client, client.window("inbox", Anchor::Newest, 10)).await;
    assert_eq!(
        (trips, again.unwrap().messages),
        (1, first.messages.clone()),
        "warm"
    );

    let last = first.messages.last().unwrap().uid.unwrap();
    let (second, trips) = cost(client, client.window("INBOX", Anchor::Before(last), 10)).await;
    let second = second.unwrap();
    assert_eq!(trips, 1, "the next page");
    assert_eq!(
        (subjects(&second.messages)[0].as_str(), second.offset),
        ("m15", 10)
    );

    let last = second.messages.last().unwrap().uid.unwrap();
    let third = client
        .window("INBOX", Anchor::Before(last), 10)
        .await
        .unwrap();
    assert_eq!(subjects(&third.messages), ["m5", "m4", "m3", "m2", "m1"]);

    let newer = third.messages[0].uid.unwrap();
    let back = client
        .window("INBOX", Anchor::After(newer), 10)
        .await
        .unwrap();
    assert_eq!(back.messages, second.messages);
    let (skipped, trips) = cost(client, client.window("INBOX", Anchor::Offset(20), 10)).await;
    assert_eq!((subjects(&skipped.unwrap().messages).len(), trips), (5, 1));
    let none = client
        .window("INBOX", Anchor::Offset(25), 10)
        .await
        .unwrap();
    assert!(none.messages.is_empty());
    let none = client.window("INBOX", Anchor::Before(1), 10).await.unwrap();
    assert!(none.messages.is_empty());
    let none = client
        .window("INBOX", Anchor::After(u32::MAX), 10)
        .await
        .unwrap();
    assert!(none.messages.is_empty());
}

#[tokio::test]
async fn a_page_read_again_brings_flags_and_what_is_new() {
    let Some(account) = Account::new("again").await else {
        return;
    };
    account.fill("INBOX", 12).await;
    let client = &account.client;
    let first = client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    let then = Some(first.selected.exists);
    let uids = |messages: &[Fetched]| -> Vec<_> { messages.iter().map(|own| own.uid).collect() };

    let asked = client.window_since("INBOX", Anchor::Newest, 5, then);
    let (again, trips) = cost(client, asked).await;
    let again = again.unwrap();
    assert_eq!(trips, 1);
    assert_eq!(uids(&again.messages), uids(&first.messages));
    for message in &again.messages {
        assert!(message.flags.is_some() && !message.is_row(), "{message:?}");
    }

    let other = super::support::client(account.server.port, "again", Default::default());
    other
        .append("INBOX", &["$seen"], None, message("new"))
        .await
        .unwrap();
    // The number of messages is known from here on.
    client.window("INBOX", Anchor::Newest, 1).await.unwrap();
    let asked = client.window_since("INBOX", Anchor::Newest, 5, then);
    let (grown, trips) = cost(client, asked).await;
    let grown = grown.unwrap();
    assert_eq!(trips, 1);
    assert_eq!(subjects(&grown.messages[..1]), ["new"]);
    assert!(grown.messages[0].is_row() && !grown.messages[1].is_row());
    assert_eq!(uids(&grown.messages[1..]), uids(&first.messages[..4]));

    // Of messages by UID as well.
    let validity = first.selected.uid_validity;
    let (new, old) = (
        grown.messages[0].uid.unwrap(),
        first.messages[0].uid.unwrap(),
    );
    let before = client.round_trips();
    let known = [old];
    let rows = client.by_uid("INBOX", validity, &[new], &known).await;
    let rows = rows.unwrap();
    let trips = client.round_trips() - before;
    assert_eq!((trips, rows.len()), (1, 2));
    for row in &rows {
        assert_eq!(row.is_row(), row.uid == Some(new), "{row:?}");
    }
}

#[tokio::test]
async fn pages_follow_arrivals_and_removals_by_others() {
    let Some(account) = Account::new("moving").await else {
        return;
    };
    account.fill("INBOX", 12).await;
    let client = &account.client;
    let other = super::support::client(account.server.port, "moving", Default::default());
    let first = client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    let validity = first.selected.uid_validity;
    let uid = |at: usize| first.messages[at].uid.unwrap();

    other
        .append("INBOX", &["$seen"], None, message("new"))
        .await
        .unwrap();
    let again = client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    assert_eq!(
        subjects(&again.messages),
        ["new", "m12", "m11", "m10", "m9"]
    );
    assert!(
        again.messages[0]
            .flags
            .as_ref()
            .unwrap()
            .contains(&"\\Seen".to_owned())
    );

    // The anchor itself and one on either side go.
    other
        .expunge("INBOX", validity, &[uid(2), uid(3), uid(4)])
        .await
        .unwrap();
    let below = client
        .window("INBOX", Anchor::Before(uid(3)), 3)
        .await
        .unwrap();
    assert_eq!(subjects(&below.messages), ["m7", "m6", "m5"]);
    let newest = client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    assert_eq!(
        subjects(&newest.messages),
        ["new", "m12", "m11", "m7", "m6"]
    );
    let above = client
        .window("INBOX", Anchor::After(uid(3)), 2)
        .await
        .unwrap();
    assert_eq!(subjects(&above.messages), ["m12", "m11"]);
    assert_eq!(above.offset, 1);
}

#[tokio::test]
async fn an_empty_folder_fills() {
    let Some(account) = Account::new("empty").await else {
        return;
    };
    let client = &account.client;
    for _ in 0..2 {
        let window = client.window("INBOX", Anchor::Newest, 5).await.unwrap();
        assert!(window.messages.is_empty() && window.offset == 0);
    }
    let other = super::support::client(account.server.port, "empty", Default::default());
    other
        .append("INBOX", &[], None, message("first"))
        .await
        .unwrap();
    let window = client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    assert_eq!(subjects(&window.messages), ["first"]);
    let gone = client.window("No such", Anchor::Newest, 5).await;
    assert_eq!(gone.unwrap_err(), Error::NoSuchMailbox);
}

#[tokio::test]
async fn a_message_opens_in_one_round_trip() {
    let Some(account) = Account::new("open").await else {
        return;
    };
    let client = &account.client;
    let raw = "Subject: parts\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
               --b\r\n\r\nfirst\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>second\r\n--b--\r\n";
    let (validity, uid) = client
        .append(
            "INBOX",
            &[],
            Some(1_000_000_000_000),
            Bytes::from_static(raw.as_bytes()),
        )
        .await
        .unwrap()
        .unwrap();
    let (opened, trips) = cost(client, client.open("INBOX", validity, uid, &["1", "2"])).await;
    let opened = opened.unwrap().unwrap();
    assert_eq!(trips, 1, "with the SELECT in front");
    assert_eq!(opened.internal_date, Some(1_000_000_000_000));
    assert_eq!(opened.size, Some(raw.len() as u64));
    let section = |name: &str| opened.section(name).and_then(|own| own.data.clone());
    assert_eq!(section("1"), Some(Bytes::from_static(b"first")));
    assert!(
        section("HEADER")
            .unwrap()
            .starts_with(b"Subject: parts\r\n")
    );
    let (_, trips) = cost(client, client.open("INBOX", validity, uid, &[])).await;
    assert_eq!(trips, 1, "warm");

    let ask = |section: &str, max| SectionRequest {
        section: section.to_owned(),
        max,
    };
    let asked = [
        ask("2", 5),
        ask("7", 100),
        ask("", 1000),
        ask("2.mime", 100),
    ];
    let (bodies, trips) = cost(client, client.sections("INBOX", validity, uid, &asked)).await;
    let bodies = bodies.unwrap();
    assert_eq!(trips, 1);
    assert_eq!(bodies[0], Some(Bytes::from_static(b"<p>se")));
    assert!(bodies[1].as_ref().is_none_or(Bytes::is_empty));
    assert_eq!(bodies[2], Some(Bytes::from_static(raw.as_bytes())));
    assert!(
        bodies[3]
            .as_ref()
            .unwrap()
            .starts_with(b"Content-Type: text/html")
    );

    assert_eq!(
        client.open("INBOX", validity, uid + 1, &[]).await.unwrap(),
        None
    );
    let wrong = client.open("INBOX", validity + 1, uid, &[]).await;
    assert_eq!(wrong.unwrap_err(), Error::UidValidityChanged);
    for section in ["1 2", "1]", "HEADER.FIELDS (X)", "\r\n", "0", "1..2"] {
        let refused = client.open("INBOX", validity, uid, &[section]).await;
        assert!(matches!(refused, Err(Error::Unsupported(_))), "{section:?}");
    }
    let rows = client
        .by_uid("INBOX", validity, &[uid, uid + 5], &[])
        .await
        .unwrap();
    assert_eq!(subjects(&rows), ["parts"]);
}

#[tokio::test]
async fn large_sections_stream_in_windows() {
    let Some(account) = Account::new("stream").await else {
        return;
    };
    let client = &account.client;
    let mut raw = b"Subject: large\r\n\r\n".to_vec();
    for i in 0..60_000 {
        raw.extend_from_slice(format!("line {i:06} of many, to be counted\r\n").as_bytes());
    }
    // Once with a rest, once ending at a window's end.
    let mut whole = raw.clone();
    whole.truncate(2 << 20);
    for raw in [raw, whole] {
        let stored = client.append("INBOX", &[], None, raw.clone().into()).await;
        let (validity, uid) = stored.unwrap().unwrap();
        let mut chunks = Box::pin(client.stream("INBOX", validity, uid, ""));
        let mut read = Vec::new();
        while let Some(chunk) = chunks.next().await {
            let chunk =
                chunk.unwrap_or_else(|e| panic!("{e} after {} of {}", read.len(), raw.len()));
            assert!(chunk.len() <= 1 << 20);
            read.extend_from_slice(&chunk);
            // A slow reader holds no connection: others go on meanwhile.
            client.window("INBOX", Anchor::Newest, 1).await.unwrap();
        }
        assert!(read == raw, "{} of {}", read.len(), raw.len());
        let all = SectionRequest {
            section: String::new(),
            max: u32::MAX,
        };
        let bodies = client
            .sections("INBOX", validity, uid, &[all])
            .await
            .unwrap();
        assert!(bodies[0].as_deref() == Some(&raw[..]));
    }
    let mut gone = Box::pin(client.stream("INBOX", 1, 1, ""));
    assert_eq!(gone.next().await, Some(Err(Error::UidValidityChanged)));
    assert_eq!(gone.next().await, None);
}

#[tokio::test]
async fn searches_find_the_newest_first() {
    let Some(account) = Account::new("search").await else {
        return;
    };
    account.fill("INBOX", 20).await;
    let client = &account.client;
    let raw =
        "From: J\u{f6}rg <j@example.org>\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\r\nx\r\n";
    client
        .append("INBOX", &["$flagged", "urgent"], None, raw.into())
        .await
        .unwrap();
    let text = |words: &str| words.to_owned();
    let cases = [
        (Filter::And(vec![]), 21),
        (Filter::Or(vec![]), 0),
        (Filter::Subject(text("m1")), 11),
        (Filter::Subject(text("Gr\u{fc}\u{df}e")), 1),
        (Filter::Text(text("")), 21),
        (
            Filter::Or(vec![
                Filter::Subject(text("m20")),
                Filter::Subject(text("m19")),
                Filter::Subject(text("m18")),
            ]),
            3,
        ),
        (
            Filter::Not(vec![
                Filter::Subject(text("m1")),
                Filter::Subject(text("m2")),
            ]),
            8,
        ),
        (
            Filter::And(vec![
                Filter::Subject(text("m1")),
                Filter::Not(vec![Filter::Text(text("m11"))]),
            ]),
            10,
        ),
        (Filter::HasKeyword(text("$flagged")), 1),
        (Filter::HasKeyword(text("urgent")), 1),
        (Filter::NotKeyword(text("urgent")), 20),
        (Filter::Recipient(text("ben@")), 20),
        (
            Filter::Header(text("Message-ID"), text("<m7@example.org>")),
            1,
        ),
        (Filter::After(0), 21),
        (Filter::Before(0), 0),
        (Filter::MinSize(0), 21),
        (Filter::MinSize(1 << 40), 0),
        (Filter::MaxSize(u64::MAX), 21),
        (Filter::HasAttachment(true), 0),
        (Filter::HasAttachment(false), 21),
        (Filter::Body(text("\r\nA9 DELETE INBOX\r\n\"{5+}\\")), 0),
    ];
    for (filter, expected) in cases {
        let found = client.search("INBOX", &filter, None, 100).await.unwrap();
        assert_eq!(found.uids.len(), expected, "{filter:?}");
        assert!(found.complete && found.next_before.is_none());
        assert!(found.uids.is_sorted_by(|a, b| a > b));
    }
    let filter = Filter::Subject(text("m"));
    let first = client.search("INBOX", &filter, None, 8).await.unwrap();
    assert!(!first.complete && first.uids.len() == 8);
    let second = client
        .search("INBOX", &filter, first.next_before, 100)
        .await
        .unwrap();
    assert!(second.complete && second.uids.len() == 12);
    let nul = Filter::Text(text("a\0b"));
    assert!(matches!(
        client.search("INBOX", &nul, None, 8).await,
        Err(Error::Unsupported(_))
    ));
    let deep = (0..100).fold(Filter::Text(text("x")), |inner, _| Filter::Not(vec![inner]));
    assert!(matches!(
        client.search("INBOX", &deep, None, 8).await,
        Err(Error::Unsupported(_))
    ));
}
