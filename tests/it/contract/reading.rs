//! Every kind of message opens the same: what is shown, what is attached, the octets of each part.

use std::collections::BTreeMap;

use futures_util::TryStreamExt as _;
use restante::{
    engine::{Account, parts::Octets, read::Opened},
    mail::{id::EmailId, mailbox::Role, part::Part, sample},
};

use super::{Kind, Place, mail};
use crate::support::{corpus, letter::letter};

async fn whole(octets: Octets) -> Vec<u8> {
    let pieces: Vec<bytes::Bytes> = octets.try_collect().await.unwrap();
    pieces.concat()
}

fn leaves(root: &Part) -> Vec<&Part> {
    let mut all = Vec::new();
    let mut waiting = vec![root];
    while let Some(part) = waiting.pop() {
        waiting.extend(&part.children);
        if !part.is_multipart("*") && !part.section.is_empty() {
            all.push(part);
        }
    }
    all
}

/// What people see of a message, and its parts' octets.
async fn seen(account: &Account, id: EmailId) -> (Vec<String>, BTreeMap<String, Vec<u8>>) {
    let opened: std::sync::Arc<Opened> = account.open(id).await.unwrap();
    let plan = opened.plan();
    let mut lines = vec![opened.summary.subject.clone()];
    for shown in &plan.show {
        let text = opened.text(&shown.part.section);
        let text = text.map(|text| text.text.trim_end().to_owned());
        lines.push(format!("{:?} {} {text:?}", shown.kind, shown.part.section));
    }
    for attachment in &plan.attachments {
        lines.push(format!(
            "{} {:?}",
            attachment.part.section, attachment.part.filename
        ));
    }
    let mut parts = BTreeMap::new();
    for part in leaves(&opened.structure) {
        let download = account.part(id, &part.section).await.unwrap();
        parts.insert(part.section.clone(), whole(download.octets).await);
    }
    parts.insert("header".to_owned(), opened.header.to_vec());
    parts.insert(
        "raw".to_owned(),
        whole(account.raw(id).await.unwrap()).await,
    );
    (lines, parts)
}

/// Opens all of both mailboxes' inboxes and compares.
async fn compare(messages: &[sample::SampleMessage]) {
    let imap = Place::with(Kind::Imap, messages).await;
    let local = Place::with(Kind::Local, messages).await;
    let mut theirs = imap.rows(&imap.role(Role::Inbox).await).await;
    let mut ours = local.rows(&local.role(Role::Inbox).await).await;
    assert_eq!(theirs.len(), ours.len());
    theirs.sort_by_key(|row| row.placement.uid);
    ours.sort_by_key(|row| row.placement.uid);
    for (theirs, ours) in theirs.iter().zip(&ours) {
        let (lines, parts) = seen(&imap.account, theirs.id).await;
        let (own_lines, own_parts) = seen(&local.account, ours.id).await;
        assert_eq!(own_lines, lines);
        for (section, octets) in &parts {
            let own = own_parts.get(section);
            assert!(own == Some(octets), "{}: {section}", theirs.subject);
        }
        assert_eq!(
            theirs.has_attachment, ours.has_attachment,
            "{}",
            theirs.subject
        );
        assert_eq!(theirs.from, ours.from, "{}", theirs.subject);
    }
}

#[tokio::test]
async fn the_invented_mailbox_opens_alike() {
    let all = sample::mailbox(1_795_000_000_000, 1, 120);
    let mut second = 0;
    let inbox = all.into_iter().map(|message| {
        second += 1;
        mail("INBOX", second, message.raw)
    });
    compare(&inbox.collect::<Vec<_>>()).await;
}

#[tokio::test]
async fn large_attachments_come_whole() {
    let mut large = Vec::with_capacity(5 << 20);
    for number in 0..(5_u32 << 18) {
        large.extend(number.to_be_bytes());
    }
    let raw = letter("large")
        .text("Some words.")
        .file("application/x-first", "first.bin", &large)
        .file("application/x-second", "second.bin", b"the second")
        .raw();
    compare(&[mail("INBOX", 1, raw)]).await;
}

/// Hostile and odd mail: each message opens here, whatever an IMAP server makes of it.
#[tokio::test]
async fn every_message_of_the_corpus_opens_here() {
    let messages: Vec<_> = corpus::messages().into_iter().collect();
    let (names, mails): (Vec<_>, Vec<_>) = messages.into_iter().unzip();
    let place = Place::with(Kind::Local, &mails).await;
    let inbox = place.role(Role::Inbox).await;
    assert_eq!(inbox.total as usize, names.len());
    let rows = place.rows(&inbox).await;
    for row in &rows {
        let (_, parts) = seen(&place.account, row.id).await;
        let number = usize::try_from(row.placement.uid).unwrap() - 1;
        assert!(parts["raw"] == mails[number].raw, "{}", names[number]);
    }
}
