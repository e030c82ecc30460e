//! The application from a browser's side: real pages over a real Dovecot, scripted servers only
//! for what no real one does on request.

mod accounts;
mod acting;
mod app_manifest;
mod cold;
mod cookies;
mod corpus;
mod costs;
mod csrf;
mod deleted;
mod events;
mod faults;
mod files;
mod folders;
mod headers;
mod hostile_names;
mod keys;
mod labels;
mod large;
mod listing;
mod message;
mod moved;
mod oauth;
mod other_servers;
mod pop3;
mod renewal;
mod search;
mod secrets;
mod senders;
mod sessions;
mod sign_in;
mod silence;
mod talks;
mod tokens;
mod transfer;
mod undoing;
mod unsubscribing;
mod upstream_trouble;
mod webhooks;
mod writing;

use std::time::Duration;

use restante::mail::sample::SampleMessage;

use crate::support::dovecot::{Dovecot, User};

/// Longer than anything takes on a busy machine; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// A message for a folder, received so many seconds after the others.
fn mail(folder: &str, second: i64, raw: Vec<u8>) -> SampleMessage {
    SampleMessage {
        folder: folder.to_owned(),
        keywords: std::iter::empty::<&str>().collect(),
        received_at: 1_790_000_000_000 + second * 1000,
        raw,
    }
}

/// A user whose inbox holds these messages, the first one oldest.
fn user_with(messages: Vec<Vec<u8>>) -> User {
    let user = Dovecot::shared().user();
    let messages: Vec<SampleMessage> = (0..)
        .zip(messages)
        .map(|(second, raw)| mail("INBOX", second, raw))
        .collect();
    user.fill(&messages);
    user
}

/// A user with messages called `m1`, `m2`, … in the inbox.
fn user_with_numbered(count: usize) -> User {
    let messages = (1..=count).map(|number| {
        let letter = crate::support::letter::letter(&format!("m{number}"));
        letter.text(&format!("This is number {number}.")).raw()
    });
    user_with(messages.collect())
}

/// What the server has: one line per message, folder, UID, flags and subject.
fn state(user: &User) -> Vec<String> {
    let fields = "mailbox uid flags hdr.subject";
    let listed = user.doveadm(&["-f", "tab", "fetch"], &[fields, "ALL"], b"");
    let mut lines: Vec<String> = listed
        .lines()
        .skip(1)
        .map(|line| line.replace("\\Recent", "").replace('\t', " "))
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    lines.sort();
    lines
}

/// The flags of the one message with this subject in a folder, and how many there are of it.
fn flags(user: &User, folder: &str, subject: &str) -> Vec<String> {
    let query = ["flags", "mailbox", folder, "HEADER", "Subject", subject];
    let listed = user.doveadm(&["-f", "tab", "fetch"], &query, b"");
    let lines = listed.lines().skip(1);
    lines
        .map(|line| line.replace("\\Recent", "").trim().to_owned())
        .collect()
}
