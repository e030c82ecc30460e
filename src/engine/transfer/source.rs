//! What is in a file, or below a folder of the operator's: messages with the folders, flags and
//! dates that are told of them. Read on a thread of its own, which waits for whoever files.
//!
//! Files are anybody's: names in archives become names of folders and are never paths; what is
//! unpacked, and how much of it, is bounded; an archive in an archive is not opened.

mod entry;
mod out;

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use flate2::read::GzDecoder;
use serde::Deserialize;
use tokio::sync::mpsc::Sender;

use crate::{
    engine::error::Error,
    mail::{keyword::Keywords, mailbox, maildir, tar, zip},
};

use self::{entry::Reading, out::Out};
use super::Progress;

/// Entries of an archive, or files below a folder.
const ENTRIES_MOST: u64 = 2_000_000;
/// Folders inside of one another that are looked into.
const DEPTH_MOST: usize = 20;
/// Octets of a manifest, and of a file with keywords.
const MANIFEST_MOST: u64 = 64 << 20;
/// Keywords of a message.
const KEYWORDS_MOST: usize = 100;
const LETTERS_MOST: u64 = 64 * 1024;
/// Folders whose keywords are remembered.
const LETTERED_MOST: usize = 10_000;
/// How many times its own size a packed file may have.
const RATIO_MOST: u64 = 250;
const RATIO_FROM: u64 = 1 << 20;
/// Octets by which a file's kind is told.
const HEAD: usize = 1024;
/// The list of flags and dates in our own zip archives.
pub(super) const MANIFEST: &str = "manifest.jsonl";

/// Where mail comes from.
#[derive(Debug)]
pub enum Source {
    /// A file: mbox, .eml, zip, tar, and those packed by gzip.
    File {
        /// The file.
        file: File,
        /// Its name, which tells the folder of an mbox.
        name: String,
    },
    /// A folder on the operator's disk: a Maildir, or files of mail.
    Folder(PathBuf),
}

/// A message, before its octets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Item {
    /// What it is called when something is wrong with it.
    pub(super) name: String,
    /// The folder's names, from the top down; none for the inbox.
    pub(super) folder: Vec<String>,
    pub(super) keywords: Keywords,
    /// When it was received (ms).
    pub(super) received_at: Option<i64>,
}

/// What comes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A message begins.
    Begin(Item),
    /// Octets of it.
    Octets(Bytes),
    /// It ends.
    End,
    /// It can't be read to its end.
    Broken(&'static str),
    /// One that is not to be filed: deleted where it comes from.
    Known,
    /// Something that is no message.
    Failed(String, &'static str),
}

/// Why reading ends early.
#[derive(Debug)]
enum Halt {
    /// Nobody wants more.
    Unwanted,
    /// Nothing more can be read.
    Error(Error),
}

/// A line of a manifest.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    name: String,
    #[serde(default)]
    folder: Vec<String>,
    #[serde(default)]
    keywords: Keywords,
    #[serde(default)]
    received_at: Option<i64>,
}

/// Reads all there is.
pub(super) fn read(
    source: Source,
    pieces: &Sender<Piece>,
    progress: &Progress,
    most: u64,
) -> Result<(), Error> {
    let mut reading = Reading {
        out: Out::new(pieces, most),
        told: HashMap::new(),
        letters: HashMap::new(),
        entries: 0,
    };
    let read = match source {
        Source::File { file, name } => reading.file(&file, &name, progress),
        Source::Folder(path) => reading.folder(&path, "", 0),
    };
    match read {
        Ok(()) | Err(Halt::Unwanted) => Ok(()),
        Err(Halt::Error(error)) => Err(error),
    }
}

impl Reading<'_> {
    fn file(&mut self, file: &File, name: &str, progress: &Progress) -> Result<(), Halt> {
        let size = file.metadata()?.len();
        progress.set_size(size);
        let counted = || Counted {
            file,
            progress: Some(progress),
        };
        let quiet = || Counted {
            file,
            progress: None,
        };
        let head = head_of(file)?;
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            self.zip_told(quiet())?;
            return self.zip(counted());
        }
        let most = size.saturating_mul(RATIO_MOST).max(RATIO_FROM);
        let unpacked = |file| Bounded {
            inner: GzDecoder::new(io::BufReader::new(file)),
            left: most,
        };
        let is_packed = head.starts_with(b"\x1f\x8b");
        let mut head = head;
        if is_packed {
            head.clear();
            let limit = u64::try_from(HEAD).unwrap_or(1024);
            unpacked(quiet()).take(limit).read_to_end(&mut head)?;
            rewind(file)?;
        }
        if tar::is_header(head.get(..512).unwrap_or_default()) {
            match is_packed {
                true => self.tar_told(unpacked(quiet()))?,
                false => self.tar_told(io::BufReader::new(quiet()))?,
            }
            rewind(file)?;
            return match is_packed {
                true => self.tar(unpacked(counted())),
                false => self.tar(io::BufReader::new(counted())),
            };
        }
        let name = name.strip_suffix(".gz").unwrap_or(name);
        let known = entry::kind_of(&head).is_some();
        if !known {
            return Err(Halt::Error(Error::Invalid("transfer-unknown-kind")));
        }
        // The only one: nothing tells of folders but an mbox's name.
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let name = name.trim_start_matches('.');
        match is_packed {
            true => self.entry(name, None, unpacked(counted())),
            false => self.entry(name, None, io::BufReader::new(counted())),
        }
    }

    /// Reads what tells of messages in other entries.
    fn zip_told(&mut self, file: impl Read + Seek) -> Result<(), Halt> {
        let mut archive = zip::Archive::open(file)?;
        if archive.len() > ENTRIES_MOST {
            return Err(Halt::Error(Error::Invalid("transfer-too-many")));
        }
        let (entries, mut manifests) = (archive.len(), 0);
        while let Some(entry) = archive.next_entry()? {
            // One, and it tells of no more messages than there are entries: it is held in memory.
            let is_manifest = entry.name == MANIFEST && manifests == 0;
            if !is_manifest && !is_letters(&entry.name) {
                continue;
            }
            // What can't be read tells nothing.
            let Ok(octets) = archive.read(&entry) else {
                continue;
            };
            match is_manifest {
                true => {
                    manifests += 1;
                    self.manifest(io::BufReader::new(octets.take(MANIFEST_MOST)), entries);
                }
                false => self.lettered(&entry.name, octets),
            }
        }
        Ok(())
    }

    fn zip(&mut self, file: impl Read + Seek) -> Result<(), Halt> {
        let mut archive = zip::Archive::open(file)?;
        while let Some(entry) = archive.next_entry()? {
            if entry.is_folder() || entry.name == MANIFEST {
                continue;
            }
            match archive.read(&entry) {
                Ok(octets) => self.entry(&entry.name, None, octets)?,
                Err(_) => self.out.failed(&entry.name, "transfer-packed")?,
            }
        }
        Ok(())
    }

    fn tar_told(&mut self, octets: impl Read) -> Result<(), Halt> {
        let mut archive = tar::Reader::new(octets);
        // An archive that ends early still has what came before.
        while let Ok(Some(entry)) = archive.next_entry() {
            if is_letters(&entry.path) {
                self.lettered(&entry.path, &mut archive);
            }
        }
        Ok(())
    }

    fn tar(&mut self, octets: impl Read) -> Result<(), Halt> {
        let mut archive = tar::Reader::new(octets);
        while let Some(entry) = archive.next_entry()? {
            self.entry(&entry.path, Some(entry.modified), &mut archive)?;
        }
        Ok(())
    }

    /// All below a folder, in the order of the names. Links are not followed.
    fn folder(&mut self, path: &Path, inside: &str, depth: usize) -> Result<(), Halt> {
        if depth > DEPTH_MOST {
            return self.out.failed(inside, "transfer-too-deep");
        }
        let mut found = Vec::new();
        for entry in fs::read_dir(path)? {
            found.push(entry?);
        }
        found.sort_by_key(fs::DirEntry::file_name);
        for entry in found {
            let Ok(name) = entry.file_name().into_string() else {
                self.out.failed(inside, "transfer-no-message")?;
                continue;
            };
            let within = match inside {
                "" => name.clone(),
                inside => format!("{inside}/{name}"),
            };
            let kind = entry.file_type()?;
            if kind.is_dir() {
                let letters = path.join(maildir::KEYWORDS_FILE);
                if name == "cur"
                    && let Ok(file) = File::open(letters)
                {
                    self.lettered(&within, file);
                }
                self.folder(&entry.path(), &within, depth + 1)?;
            } else if kind.is_file() {
                let file = File::open(entry.path())?;
                let modified = file.metadata().and_then(|about| about.modified());
                let modified = modified.ok().and_then(millis);
                self.entry(&within, modified, io::BufReader::new(file))?;
            }
        }
        Ok(())
    }

    fn manifest(&mut self, lines: impl io::BufRead, most: u64) {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        for line in lines.lines().map_while(Result::ok).take(most) {
            if let Ok(line) = serde_json::from_str::<Line>(&line) {
                let item = Item {
                    name: String::new(),
                    folder: line.folder.into_iter().take(entry::NAMES_MOST).collect(),
                    keywords: Keywords(line.keywords.0.into_iter().take(KEYWORDS_MOST).collect()),
                    received_at: line.received_at,
                };
                self.told.insert(line.name, item);
            }
        }
    }

    /// Keywords of the folder that the file lies in.
    fn lettered(&mut self, path: &str, octets: impl Read) {
        let mut text = Vec::new();
        let read = octets.take(LETTERS_MOST).read_to_end(&mut text);
        let (folder, _) = path.rsplit_once('/').unwrap_or_default();
        if read.is_ok() && self.letters.len() < LETTERED_MOST {
            let letters = maildir::Letters::read(&text);
            self.letters.insert(folder.to_owned(), letters);
        }
    }
}

fn is_letters(path: &str) -> bool {
    path.rsplit('/').next() == Some(maildir::KEYWORDS_FILE)
}

fn head_of(mut file: &File) -> Result<Vec<u8>, Halt> {
    let mut head = Vec::new();
    let limit = u64::try_from(HEAD).unwrap_or(1024);
    rewind(file)?;
    Read::take(&mut file, limit).read_to_end(&mut head)?;
    rewind(file)?;
    Ok(head)
}

fn rewind(mut file: &File) -> Result<(), Halt> {
    file.rewind().map_err(Halt::from)
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        tracing::debug!(%error, "What is to be imported can't be read");
        Self::Error(Error::Invalid("transfer-broken"))
    }
}

impl From<zip::Error> for Halt {
    fn from(error: zip::Error) -> Self {
        tracing::debug!(%error, "An archive can't be read");
        Self::Error(Error::Invalid("transfer-broken"))
    }
}

fn millis(at: std::time::SystemTime) -> Option<i64> {
    let since = at.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()?.checked_mul(1000)
}

/// A file whose octets are counted as they are read.
struct Counted<'a> {
    file: &'a File,
    progress: Option<&'a Progress>,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        if let Some(progress) = self.progress {
            progress.count_read(u64::try_from(read).unwrap_or(0));
        }
        Ok(read)
    }
}

impl Seek for Counted<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// Unpacked octets, of which there are not too many.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let count = u64::try_from(read).unwrap_or(u64::MAX);
        let left = self.left.checked_sub(count);
        self.left = left.ok_or_else(|| io::Error::other("it unpacks to far more than it is"))?;
        Ok(read)
    }
}

/// The role's own name, which every account has a folder for.
fn is_inbox(name: &str) -> bool {
    name.eq_ignore_ascii_case(mailbox::Role::Inbox.as_str())
}

#[cfg(test)]
mod tests;
