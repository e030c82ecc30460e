//! The formats.

use std::collections::BTreeSet;

use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    engine::account::Account,
    imap::convert,
    mail::{
        email::EmailSummary,
        header,
        keyword::Keywords,
        mailbox::Role,
        maildir::{self, Letters},
        mbox, tar, zip,
    },
};

use super::{
    super::{gather::Gathered, source::MANIFEST, walk::Folder},
    Format, Gone, Out,
    scratch::Scratch,
};

/// Characters of a subject in a file's name.
const SUBJECT_MOST: usize = 80;
/// Octets of an archive's directory that are kept in memory.
const DIRECTORY_MOST: usize = 256 * 1024;

/// A file that is being written.
pub(super) struct Archive {
    format: Format,
    /// One mbox, and no archive around it.
    alone: bool,
    zip: zip::Writer,
    directory: Scratch,
    manifest: Scratch,
    /// The folder that is being written.
    names: Vec<String>,
    path: String,
    paths: BTreeSet<String>,
    letters: Letters,
    number: u64,
}

/// A line of the manifest.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    name: &'a str,
    folder: &'a [String],
    keywords: &'a Keywords,
    received_at: i64,
}

impl Archive {
    pub(super) fn new(account: &Account, format: Format, alone: bool) -> Self {
        Self {
            format,
            alone,
            zip: zip::Writer::default(),
            directory: Scratch::new(account),
            manifest: Scratch::new(account),
            names: Vec::new(),
            path: String::new(),
            paths: BTreeSet::new(),
            letters: Letters::default(),
            number: 0,
        }
    }

    pub(super) async fn folder(&mut self, folder: &Folder, out: &Out) -> Result<(), Gone> {
        self.number = 0;
        self.names.clone_from(&folder.names);
        match self.format {
            Format::Mbox if self.alone => {}
            Format::Mbox => {
                self.path = self.unused(".mbox");
                let head = self.zip.begin_long(self.path.clone(), 0);
                out.put(head).await?;
            }
            Format::Zip => self.path = self.unused(""),
            Format::Maildir => {
                self.letters = Letters::default();
                self.path = match folder.mailbox.role {
                    Some(Role::Inbox) => "Maildir".to_owned(),
                    _ => self.unused_in_maildir(),
                };
                for inside in ["cur", "new", "tmp"] {
                    out.put(tar::folder(&format!("{}/{inside}/", self.path)))
                        .await?;
                }
            }
        }
        Ok(())
    }

    pub(super) async fn message(
        &mut self,
        row: &EmailSummary,
        message: &Gathered,
        out: &Out,
    ) -> Result<(), Gone> {
        self.number += 1;
        let size = message.survey.size();
        match self.format {
            Format::Mbox => return self.mbox(row, message, out).await,
            Format::Maildir => {
                let letters = &mut self.letters;
                let at = row.received_at;
                let name = maildir::name(at, self.number, size, &row.keywords, letters);
                let path = format!("{}/cur/{name}", self.path);
                out.put(tar::header(&path, size, at)).await?;
            }
            Format::Zip => {
                let name = format!("{}/{}", self.path, self.name_of(row));
                let line = Line {
                    name: &name,
                    folder: &self.names,
                    keywords: &row.keywords,
                    received_at: row.received_at,
                };
                let mut line = serde_json::to_vec(&line).map_err(anyhow::Error::from);
                line.iter_mut().for_each(|line| line.push(b'\n'));
                let line = line.map_err(crate::engine::error::Error::from)?;
                self.manifest.push(&line).await?;
                out.put(self.zip.begin_long(name, row.received_at)).await?;
            }
        }
        let mut octets = message.octets().await?;
        while let Some(piece) = octets.try_next().await? {
            if self.format == Format::Zip {
                self.zip.push(&piece);
            }
            out.put(piece).await?;
        }
        match self.format {
            Format::Zip => self.end_entry(out).await,
            _ => out.put(tar::padding(size)).await,
        }
    }

    async fn mbox(
        &mut self,
        row: &EmailSummary,
        message: &Gathered,
        out: &Out,
    ) -> Result<(), Gone> {
        let (mut writer, head) = mbox::Writer::begin(mbox::Written {
            from: &row.from,
            keywords: &row.keywords,
            received_at: row.received_at,
            survey: message.survey,
        });
        self.put(head, out).await?;
        let mut octets = message.octets().await?;
        while let Some(piece) = octets.try_next().await? {
            self.put(writer.push(&piece), out).await?;
        }
        self.put(writer.end(), out).await
    }

    /// Octets of an mbox.
    async fn put(&mut self, octets: Vec<u8>, out: &Out) -> Result<(), Gone> {
        if !self.alone {
            self.zip.push(&octets);
        }
        out.put(octets).await
    }

    pub(super) async fn end_folder(&mut self, folder: &Folder, out: &Out) -> Result<(), Gone> {
        match self.format {
            Format::Mbox if !self.alone => self.end_entry(out).await,
            Format::Maildir => {
                let text = self.letters.write();
                if text.is_empty() {
                    return Ok(());
                }
                tracing::trace!(mailbox = %folder.mailbox.id, "Keywords are written");
                let path = format!("{}/{}", self.path, maildir::KEYWORDS_FILE);
                let size = u64::try_from(text.len()).unwrap_or(0);
                out.put(tar::header(&path, size, 0)).await?;
                out.put(text.into_bytes()).await?;
                out.put(tar::padding(size)).await
            }
            _ => Ok(()),
        }
    }

    async fn end_entry(&mut self, out: &Out) -> Result<(), Gone> {
        out.put(self.zip.end()).await?;
        if self.zip.directory_len() >= DIRECTORY_MOST {
            let directory = self.zip.take_directory();
            self.directory.push(&directory).await?;
        }
        Ok(())
    }

    pub(super) async fn finish(mut self, out: &Out) -> Result<(), Gone> {
        match self.format {
            Format::Mbox if self.alone => return Ok(()),
            Format::Maildir => return out.put(tar::end()).await,
            Format::Mbox => {}
            Format::Zip => {
                out.put(self.zip.begin_long(MANIFEST.to_owned(), 0)).await?;
                let mut manifest = self.manifest.into_octets().await?;
                while let Some(piece) = manifest.try_next().await? {
                    self.zip.push(&piece);
                    out.put(piece).await?;
                }
                out.put(self.zip.end()).await?;
            }
        }
        let mut directory = self.directory.into_octets().await?;
        while let Some(piece) = directory.try_next().await? {
            out.put(piece).await?;
        }
        out.put(self.zip.finish()).await
    }

    /// A path for the folder that is safe to unpack and that no other one has.
    fn unused(&mut self, end: &str) -> String {
        let safe = |name: &String| header::safe_filename(name).unwrap_or_else(|| "-".to_owned());
        let path = self.names.iter().map(safe).collect::<Vec<_>>().join("/");
        self.told_apart(&path, end)
    }

    /// The same as Maildir++ has folders: all side by side, dots between their names.
    fn unused_in_maildir(&mut self) -> String {
        let names = self.names.iter().map(|name| {
            let name = name.replace(['.', '/'], "_");
            convert::encoded_name(&name)
        });
        let path = names.collect::<Vec<_>>().join(".");
        self.told_apart(&format!("Maildir/.{path}"), "")
    }

    fn told_apart(&mut self, path: &str, end: &str) -> String {
        let mut wanted = format!("{path}{end}");
        let mut number = 2;
        // Not told apart by systems that don't care about case.
        while !self.paths.insert(wanted.to_lowercase()) {
            wanted = format!("{path} ({number}){end}");
            number += 1;
        }
        wanted
    }

    /// `2026-10-01 Subject (7).eml`
    fn name_of(&self, row: &EmailSummary) -> String {
        let at = Timestamp::from_millisecond(row.received_at).unwrap_or_default();
        let day = at.strftime("%Y-%m-%d");
        let subject: String = row.subject.chars().take(SUBJECT_MOST).collect();
        let subject = header::safe_filename(&subject).unwrap_or_default();
        let name = format!("{day} {subject} ({}).eml", self.number);
        header::safe_filename(&name).unwrap_or_else(|| format!("{}.eml", self.number))
    }
}
