//! Lines as servers send them, first of all those that are known to break parsers.

use bytes::Bytes;

use super::Response;
use crate::imap::wire::{fetch::Fetched, mutf7::MailboxName, uidset::UidSet};

mod fetch;
mod folder;
mod sample;
mod search;
mod status;

fn parse(line: &str) -> Response {
    Response::parse(Bytes::from(format!("{line}\r\n")))
}

fn fetch(items: &str) -> Fetched {
    match parse(&format!("* 7 FETCH {items}")) {
        Response::Fetch(fetched) => *fetched,
        other => panic!("{items}: {other:?}"),
    }
}

fn set(raw: &str) -> UidSet {
    UidSet::parse(raw.as_bytes()).unwrap()
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn name(wire: &str) -> MailboxName {
    MailboxName::from_wire(wire.as_bytes())
}
