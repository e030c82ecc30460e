//! One file, whether it came alone, in an archive or from a folder: an mbox, a message, or neither.

use std::{
    cell::Cell,
    collections::HashMap,
    io::{ErrorKind, Read},
};

use crate::{
    engine::error::Error,
    imap::convert,
    mail::{
        header,
        keyword::{self, Keywords},
        maildir, mbox,
    },
};

use super::{ENTRIES_MOST, HEAD, Halt, Item, is_inbox, out::Out};

/// Octets read at once.
const PIECE: usize = 64 * 1024;
/// Names of folders that lead to one.
pub(super) const NAMES_MOST: usize = 50;

/// See the module's description.
pub(super) struct Reading<'a> {
    pub(super) out: Out<'a>,
    /// What a manifest tells of messages, by their names.
    pub(super) told: HashMap<String, Item>,
    /// Keywords of folders in a Maildir, by their paths.
    pub(super) letters: HashMap<String, maildir::Letters>,
    pub(super) entries: u64,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Mbox,
    Message,
}

/// Tells what a file is by its first octets; `None` when it is no mail.
pub(super) fn kind_of(head: &[u8]) -> Option<Kind> {
    let line = head.split(|octet| *octet == b'\n').next()?;
    if mbox::is_first_line(line) {
        return Some(Kind::Mbox);
    }
    let mut lines = head.split(|octet| *octet == b'\n').take(2);
    let begins = |line: &[u8]| line.len() < HEAD && header::name_of(line).is_some();
    // A quoted separator, as some programs leave it.
    let quoted = line.starts_with(b">From ");
    let first = lines.next().is_some_and(begins);
    (first || quoted && lines.next().is_some_and(begins)).then_some(Kind::Message)
}

impl Reading<'_> {
    /// Reads a file. What is wrong with it alone is told, and the next one comes.
    pub(super) fn entry(
        &mut self,
        path: &str,
        modified: Option<i64>,
        mut octets: impl Read,
    ) -> Result<(), Halt> {
        self.entries += 1;
        if self.entries > ENTRIES_MOST {
            return Err(Halt::Error(Error::Invalid("transfer-too-many")));
        }
        if is_ignored(path) {
            return Ok(());
        }
        let mut head = vec![0; PIECE];
        let Ok(read) = fill(&mut octets, &mut head) else {
            return self.out.failed(path, "transfer-broken");
        };
        head.truncate(read);
        // A folder without messages.
        if read == 0
            && [".mbox", ".mbx", ".mbs"]
                .iter()
                .any(|end| path.ends_with(end))
        {
            return Ok(());
        }
        if let Some(place) = maildir::place(path) {
            if maildir::is_trashed(place.name) {
                return self.out.known();
            }
            let item = self.of_maildir(path, &place, modified);
            return self.message(item, &head, octets);
        }
        let kind = match path.to_ascii_lowercase().ends_with(".eml") {
            // However odd it looks: it is one where it was written, by us or another.
            true if self.told.contains_key(path) => Some(Kind::Message),
            true if !head.is_empty() => {
                let kind = kind_of(head.get(..head.len().min(HEAD)).unwrap_or_default());
                kind.or(Some(Kind::Message))
            }
            _ => kind_of(head.get(..head.len().min(HEAD)).unwrap_or_default()),
        };
        match kind {
            Some(Kind::Mbox) => self.mbox(path, &head, octets),
            Some(Kind::Message) => {
                let told = self.told.remove(path).unwrap_or_default();
                let folder = match told.folder.is_empty() {
                    true => folders(path),
                    false => told.folder,
                };
                let item = Item {
                    name: path.to_owned(),
                    folder,
                    ..told
                };
                self.message(item, &head, octets)
            }
            None => self.out.failed(path, "transfer-no-message"),
        }
    }

    fn of_maildir(&self, path: &str, place: &maildir::Place<'_>, modified: Option<i64>) -> Item {
        let none = maildir::Letters::default();
        let letters = self.letters.get(place.folder).unwrap_or(&none);
        let root = place.folder.split('/').next().unwrap_or_default();
        let root = match root.to_ascii_lowercase().trim_start_matches('.') {
            "maildir" => root,
            _ => "",
        };
        let names = maildir::parts(place.folder, root);
        let names = names.into_iter().take(NAMES_MOST);
        let keywords = match place.is_new {
            true => Keywords::default(),
            false => maildir::keywords(place.name, letters),
        };
        Item {
            name: path.to_owned(),
            folder: names.map(convert::folder_name).collect(),
            keywords,
            received_at: modified.map(|modified| maildir::received_at(place.name, modified)),
        }
    }

    fn message(&mut self, item: Item, head: &[u8], mut octets: impl Read) -> Result<(), Halt> {
        self.out.begin(item)?;
        self.out.octets(head)?;
        let mut piece = vec![0; PIECE];
        // Nothing is read of what is given up.
        while self.out.is_within() {
            match octets.read(&mut piece) {
                Ok(0) => return self.out.end(),
                Ok(read) => self.out.octets(piece.get(..read).unwrap_or_default())?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return self.out.broken("transfer-broken"),
            }
        }
        Ok(())
    }

    fn mbox(&mut self, path: &str, head: &[u8], mut octets: impl Read) -> Result<(), Halt> {
        let folder = folder_of_mbox(path);
        let mut number = 0_u64;
        let mut halted = Ok(());
        // Told outside as well: nothing is read of what nobody wants any more.
        let over = Cell::new(false);
        let out = &mut self.out;
        let mut tell = |event: mbox::Event<'_>| {
            if over.get() {
                return;
            }
            halted = match event {
                mbox::Event::Begin(head) => {
                    number += 1;
                    match head.deleted {
                        true => out.known(),
                        false => out.begin(of_mbox(head, &folder, path, number)),
                    }
                }
                mbox::Event::Octets(octets) => out.octets(octets),
                mbox::Event::End => out.end(),
            };
            over.set(halted.is_err());
        };
        let mut reader = mbox::Reader::new();
        reader.push(head, &mut tell);
        let mut piece = vec![0; PIECE];
        let whole = loop {
            if over.get() {
                break true;
            }
            match octets.read(&mut piece) {
                Ok(0) => break true,
                Ok(read) => reader.push(piece.get(..read).unwrap_or_default(), &mut tell),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => break false,
            }
        };
        if whole {
            reader.finish(&mut tell);
            return halted;
        }
        halted?;
        match self.out.is_within() {
            true => self.out.broken("transfer-broken"),
            false => self.out.failed(path, "transfer-broken"),
        }
    }
}

fn of_mbox(head: mbox::Head, folder: &[String], path: &str, number: u64) -> Item {
    let mut keywords = head.keywords;
    keywords.0.retain(|word| keyword::is_valid(word));
    Item {
        name: format!("{path}, {number}"),
        folder: match head.folder.is_empty() {
            true => folder.to_vec(),
            false => head.folder,
        },
        keywords,
        received_at: head.received_at,
    }
}

/// Fills as much of the buffer as there is.
fn fill(octets: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match octets.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// The folders above a file, as they are called where it comes from (Thunderbird puts the folders
/// inside of `Work` below `Work.sbd`).
fn folders(path: &str) -> Vec<String> {
    let above = path.rsplit_once('/').map_or("", |(above, _)| above);
    let names = above
        .split('/')
        .filter(|name| !matches!(*name, "" | "." | ".."));
    let bare = |name: &str| {
        let bare = name
            .strip_suffix(".sbd")
            .or_else(|| name.strip_suffix(".mbox"));
        bare.unwrap_or(name).to_owned()
    };
    names.take(NAMES_MOST).map(bare).collect()
}

/// The folder that an mbox is: its name. Apple Mail has `Work.mbox/mbox`.
fn folder_of_mbox(path: &str) -> Vec<String> {
    let mut names = folders(path);
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = [".mbox", ".mbx", ".mbs", ".txt"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name);
    if stem != "mbox" || names.is_empty() {
        names.push(stem.to_owned());
    }
    match names.as_slice() {
        [only] if is_inbox(only) => Vec::new(),
        _ => names,
    }
}

/// What lies beside mail and is none.
fn is_ignored(path: &str) -> bool {
    const NAMES: [&str; 6] = [
        "Thumbs.db",
        "desktop.ini",
        "maildirsize",
        "subscriptions",
        "maildirfolder",
        super::MANIFEST,
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    let of_server = ["dovecot", "courier", "."];
    path.split('/').any(|part| part == "__MACOSX")
        || NAMES.contains(&name)
        || of_server.iter().any(|start| name.starts_with(start))
        || name.ends_with(".msf")
        || path.split('/').rev().nth(1) == Some("tmp")
}
