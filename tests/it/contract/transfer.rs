//! Mail in and out: what goes out comes in again to the octet, and nothing comes twice.

use std::{fs::File, io::Write as _, sync::Arc};

use futures_util::TryStreamExt as _;
use restante::{
    engine::transfer::{Ended, Format, Progress, Source},
    mail::{mailbox::Role, sample::SampleMessage},
};

use super::{Kind, Place, alike, mail};
use crate::{
    store::database::{self, Database},
    support::{app::Settings, corpus, letter::letter},
};

alike!(
    what_goes_out_comes_in_again,
    nothing_comes_twice,
    odd_messages_come_and_go,
    what_has_no_name_is_told_by_its_octets,
    one_that_fails_costs_itself,
    it_can_be_stopped,
);

/// Everything there is: folder, octets, keywords, date; sorted.
type All = Vec<(String, Vec<u8>, Vec<String>, i64)>;

async fn all(place: &Place) -> All {
    let mut all = Vec::new();
    for mailbox in place.account.mailboxes_now().await.unwrap().iter() {
        for row in place.rows(mailbox).await {
            let octets: Vec<_> = place
                .account
                .raw(row.id)
                .await
                .unwrap()
                .try_collect()
                .await
                .unwrap();
            let words = row.keywords.0.iter().cloned();
            let words = words.filter(|word| word != "$recent").collect();
            let name = match mailbox.role {
                Some(Role::Inbox) => "INBOX".to_owned(),
                _ => mailbox.path.clone(),
            };
            all.push((name, octets.concat(), words, row.received_at));
        }
    }
    all.sort();
    all
}

async fn exported(place: &Place, format: Format, folder: Option<&str>) -> File {
    let only = match folder {
        Some(path) => Some(place.folder(path).await.id),
        None => None,
    };
    let progress = Arc::new(Progress::default());
    let export = place.account.export(only, format, Arc::clone(&progress));
    let mut octets = export.await.unwrap().octets;
    let mut file = tempfile::tempfile().unwrap();
    while let Some(piece) = octets.try_next().await.unwrap() {
        file.write_all(&piece).unwrap();
    }
    assert_eq!(progress.read(), progress.size());
    file
}

async fn imported(place: &Place, file: &File, name: &str) -> Arc<Progress> {
    let progress = Arc::new(Progress::default());
    let source = Source::File {
        file: file.try_clone().unwrap(),
        name: name.to_owned(),
    };
    let ended = place.account.import_all(source, None, &progress).await;
    assert_eq!(ended.unwrap(), Ended::Done);
    progress
}

fn marked(mut message: SampleMessage, words: &[&str]) -> SampleMessage {
    message.keywords = words.iter().copied().collect();
    message
}

fn messages() -> Vec<SampleMessage> {
    let own = b"X-Restante-Export: 1; fields=3; lines=kept; received=1\r\nStatus: RO\r\n\
        Subject: own fields\r\n\r\nFrom here\r\n>From there\r\n\r\nFrom a@b Thu Oct  1 10:00:00 2026\r\n";
    let large = letter("large")
        .text(&"A line of it.\r\n".repeat(30_000))
        .raw();
    vec![
        marked(
            mail("INBOX", 1, letter("one").text("Text.").raw()),
            &["$seen", "$flagged"],
        ),
        mail("INBOX", 2, own.to_vec()),
        marked(mail("INBOX", 3, large), &["$answered"]),
        marked(
            mail("Work", 4, letter("work").text("Text.").raw()),
            &["$forwarded", "todo"],
        ),
        mail(
            "Work",
            5,
            b"Subject: nameless\r\n\r\nNo Message-ID.\r\n".to_vec(),
        ),
        mail(
            "Work",
            5,
            b"Subject: nameless\r\n\r\nNo message-id.\r\n".to_vec(),
        ),
    ]
}

async fn what_goes_out_comes_in_again(kind: Kind) {
    let from = Place::with(kind, &messages()).await;
    let before = all(&from).await;
    assert_eq!(before.len(), 6);
    for format in Format::ALL {
        let file = exported(&from, format, None).await;
        let to = Place::with(kind, &[]).await;
        let progress = imported(&to, &file, "mail").await;
        assert_eq!(progress.failures(), [], "{format:?}");
        assert_eq!((progress.done(), progress.known()), (6, 0), "{format:?}");
        assert_eq!(all(&to).await, before, "{format:?}");
        // Into the other kind of mailbox as well.
        let other = match kind {
            Kind::Imap => Kind::Local,
            Kind::Local => Kind::Imap,
        };
        let to = Place::with(other, &[]).await;
        imported(&to, &file, "mail").await;
        assert_eq!(all(&to).await, before, "{format:?} into {other:?}");
    }
    let file = exported(&from, Format::Mbox, Some("Work")).await;
    let to = Place::with(kind, &[]).await;
    imported(&to, &file, "Work.mbox").await;
    let work: All = before.into_iter().filter(|one| one.0 == "Work").collect();
    assert_eq!(all(&to).await, work);
}

async fn nothing_comes_twice(kind: Kind) {
    let place = Place::with(kind, &messages()).await;
    let before = all(&place).await;
    for format in Format::ALL {
        let file = exported(&place, format, None).await;
        let progress = imported(&place, &file, "mail").await;
        assert_eq!((progress.done(), progress.known()), (0, 6), "{format:?}");
        assert_eq!(all(&place).await, before, "{format:?}");
    }
}

/// Every message of the corpus of odd mail, as it is.
async fn odd_messages_come_and_go(kind: Kind) {
    // A server keeps no bare line feeds, so this says nothing of what it was given.
    let all_odd: Vec<_> = corpus::messages().into_iter().map(|(_, odd)| odd).collect();
    let is_fit = |odd: &SampleMessage| {
        let mut last = 0;
        let bare = |octet: &u8| std::mem::replace(&mut last, *octet) != b'\r' && *octet == b'\n';
        // Nor a CR at the very end, which Dovecot drops.
        !odd.raw.contains(&0) && !odd.raw.ends_with(b"\r") && !odd.raw.iter().any(bare)
    };
    let some: Vec<SampleMessage> = match kind {
        Kind::Local => all_odd.into_iter().step_by(7).take(150).collect(),
        Kind::Imap => all_odd
            .into_iter()
            .filter(is_fit)
            .step_by(7)
            .take(100)
            .collect(),
    };
    if some.is_empty() {
        return;
    }
    let from = Place::with(kind, &some).await;
    let before = all(&from).await;
    let mut given: Vec<Vec<u8>> = some.iter().map(|one| one.raw.clone()).collect();
    given.sort();
    if kind == Kind::Local {
        let stored: Vec<Vec<u8>> = before.iter().map(|one| one.1.clone()).collect();
        assert_eq!(stored, given);
    }
    for format in Format::ALL {
        let file = exported(&from, format, None).await;
        let to = Place::with(kind, &[]).await;
        let progress = imported(&to, &file, "mail").await;
        assert_eq!(progress.failures(), [], "{format:?}");
        let after = all(&to).await;
        assert_eq!(after.len(), before.len(), "{format:?}");
        for (after, before) in after.iter().zip(&before) {
            assert!(after == before, "{format:?}: {after:?} {before:?}");
        }
    }
}

/// Messages without a Message-ID, of one size and one second: each comes once, and none for another.
async fn what_has_no_name_is_told_by_its_octets(kind: Kind) {
    let place = Place::with(kind, &[]).await;
    let file = |letters: &[char]| {
        let mut file = tempfile::tempfile().unwrap();
        for letter in letters {
            write!(
                file,
                "From - \nReceived: from a by b; Thu, 1 Oct 2026 10:00:00 +0000\n\
                 Subject: alike\n\nText {letter}\n\n"
            )
            .unwrap();
        }
        file
    };
    let counts = async |letters: &[char]| {
        let progress = imported(&place, &file(letters), "Alike.mbox").await;
        (progress.done(), progress.known())
    };
    assert_eq!(counts(&['a', 'b', 'a']).await, (2, 1));
    assert_eq!(counts(&['b', 'a']).await, (0, 2), "known from before");
    assert_eq!(counts(&['c', 'b']).await, (1, 1));
    let folder = place.folder("Alike").await;
    assert_eq!(place.rows(&folder).await.len(), 3);
    let to = Place::with(kind, &[]).await;
    for expected in [(3, 0), (0, 3)] {
        let progress = Progress::default();
        place
            .account
            .copy_all_to(&to.account, &progress)
            .await
            .unwrap();
        assert_eq!((progress.done(), progress.known()), expected);
    }
}

async fn one_that_fails_costs_itself(kind: Kind) {
    let settings = Settings::default().top("limits.message_mib = 1");
    let place = Place::at(kind, &[], settings).await;
    let mut file = tempfile::tempfile().unwrap();
    let large = "x".repeat(2 << 20);
    write!(
        file,
        "From - \nSubject: first\n\nText\n\nFrom - \nSubject: large\n\n{large}\n\n\
         From - \nSubject: last\n\nText\n"
    )
    .unwrap();
    let progress = imported(&place, &file, "Archive 2026.mbox").await;
    assert_eq!((progress.done(), progress.failed()), (2, 1));
    assert_eq!(progress.failures()[0].reason, "transfer-too-large");
    let folder = place.folder("Archive 2026").await;
    assert_eq!(place.sorted(&folder).await, ["first", "last"]);
}

async fn it_can_be_stopped(kind: Kind) {
    let place = Place::with(kind, &messages()).await;
    let file = exported(&place, Format::Zip, None).await;
    let to = Place::with(kind, &[]).await;
    let progress = Arc::new(Progress::default());
    progress.stop();
    let name = "mail.zip".to_owned();
    let ended = to
        .account
        .import_all(Source::File { file, name }, None, &progress);
    assert_eq!(ended.await.unwrap(), Ended::Stopped);
    assert!(all(&to).await.is_empty());
}

/// Into a mailbox here as an import goes there: several in one commit.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_into_a_mailbox_here_goes_in_lots() {
    database::with_postgres(false, copied_in_lots).await;
}

async fn copied_in_lots(db: Database) {
    let messages = (0..100).map(|n| mail("INBOX", n, letter(&format!("m{n}")).raw()));
    let messages: Vec<SampleMessage> = messages.collect();
    let from = Place::with(Kind::Local, &messages).await;
    let settings = Settings::default().top(&format!("database_url = {:?}", db.url));
    let to = Place::at(Kind::Local, &[], settings).await;
    for expected in [(100, 0), (0, 100)] {
        let progress = Progress::default();
        let ended = from.account.copy_all_to(&to.account, &progress).await;
        assert_eq!(ended.unwrap(), Ended::Done);
        assert_eq!((progress.done(), progress.known()), expected);
    }
    assert_eq!(all(&to).await, all(&from).await);
    // Rows know the transaction that wrote them.
    let commits = "SELECT count(DISTINCT xmin::text) FROM placements";
    let commits = db.raw().await.numbers(commits).await[0];
    assert!(commits <= 4, "{commits}");
}

/// Between two accounts, whatever they are, and again.
#[tokio::test]
async fn an_account_is_copied_into_another() {
    for (kind, other) in [
        (Kind::Local, Kind::Imap),
        (Kind::Imap, Kind::Imap),
        (Kind::Imap, Kind::Local),
    ] {
        let (from, to) = (
            Place::with(kind, &messages()).await,
            Place::with(other, &[]).await,
        );
        let before = all(&from).await;
        let progress = Progress::default();
        let ended = from.account.copy_all_to(&to.account, &progress).await;
        assert_eq!(ended.unwrap(), Ended::Done);
        assert_eq!(progress.failures(), []);
        assert_eq!(
            (progress.done(), progress.known(), progress.read()),
            (6, 0, 6)
        );
        assert_eq!(all(&to).await, before, "{kind:?} into {other:?}");
        // And on from there.
        from.arrives(&letter("new").text("Text.").raw()).await;
        let progress = Progress::default();
        from.account
            .copy_all_to(&to.account, &progress)
            .await
            .unwrap();
        assert_eq!(
            (progress.done(), progress.known()),
            (1, 6),
            "{kind:?} into {other:?}"
        );
        assert_eq!(all(&to).await.len(), 7);
    }
}
