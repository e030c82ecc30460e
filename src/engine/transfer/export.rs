//! An account's mail, or a folder's, as a file that is written while it is read: nothing of it is
//! kept but the directory of an archive, which goes onto the disk when it is large.

mod archive;
mod scratch;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::sync::mpsc::{self, Sender};
use tokio_stream::wrappers::ReceiverStream;

use crate::{
    engine::{account::Account, error::Error, parts::Octets},
    mail::{header, id::MailboxId},
};

use self::archive::Archive;
use super::{
    Progress,
    walk::{Step, Walk},
};

/// Pieces that are written ahead of whoever reads.
const AHEAD: usize = 4;

/// As what mail goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An mbox for each folder: one alone as it is, several in a zip archive.
    Mbox,
    /// A Maildir in a tar archive.
    Maildir,
    /// Each message as a file in a zip archive, with a list of flags and dates.
    Zip,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Mbox, Self::Maildir, Self::Zip];

    /// The word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mbox => "mbox",
            Self::Maildir => "maildir",
            Self::Zip => "zip",
        }
    }

    /// Reads [`Format::as_str`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }
}

/// A file that is being written.
pub struct Export {
    /// A name to save it under.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its octets.
    pub octets: Octets,
}

impl Account {
    /// All mail, or a folder's, as a file. Messages that go while it is written are left out.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a folder, what the server says. What goes wrong later breaks
    /// the stream off.
    pub async fn export(
        &self,
        only: Option<MailboxId>,
        format: Format,
        progress: Arc<Progress>,
    ) -> Result<Export, Error> {
        let folders = self.folders_to_carry(only).await?;
        progress.set_size(folders.iter().map(|one| u64::from(one.mailbox.total)).sum());
        let alone = only.is_some() && format == Format::Mbox;
        let named = match (only, folders.first()) {
            (Some(_), Some(folder)) => folder.names.join(" "),
            _ => self.address().to_owned(),
        };
        let (end, media_type) = match format {
            Format::Mbox if alone => ("mbox", "application/mbox"),
            Format::Maildir => ("tar", "application/x-tar"),
            Format::Mbox | Format::Zip => ("zip", "application/zip"),
        };
        let name = header::safe_filename(&format!("{named}.{end}"));
        let (pieces, coming) = mpsc::channel(AHEAD);
        let archive = Archive::new(self, format, alone);
        let walk = Walk::new(self, folders);
        tokio::spawn(async move {
            let out = Out(pieces);
            match write(archive, walk, &progress, &out).await {
                Ok(()) | Err(Gone::Unwanted) => {}
                Err(Gone::Failed(error)) => {
                    // Whoever reads it logs it. Nobody waits for it any more: then nobody need hear of it.
                    let _unheard = out.0.send(Err(error)).await;
                }
            }
        });
        Ok(Export {
            name: name.unwrap_or_else(|| format!("mail.{end}")),
            media_type,
            octets: ReceiverStream::new(coming).boxed(),
        })
    }
}

/// Where what is written goes.
struct Out(Sender<Result<Bytes, Error>>);

/// Why writing ends early.
enum Gone {
    /// Whoever was to read it has gone.
    Unwanted,
    /// Mail can't be read any more.
    Failed(Error),
}

impl From<Error> for Gone {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Out {
    async fn put(&self, octets: impl Into<Bytes>) -> Result<(), Gone> {
        let octets = octets.into();
        if octets.is_empty() {
            return Ok(());
        }
        self.0.send(Ok(octets)).await.map_err(|_| Gone::Unwanted)
    }
}

async fn write(
    mut archive: Archive,
    mut walk: Walk,
    progress: &Progress,
    out: &Out,
) -> Result<(), Gone> {
    while let Some(step) = walk.next().await? {
        if progress.is_stopped() {
            return Err(Gone::Failed(Error::Invalid("transfer-stopped")));
        }
        match step {
            Step::Folder(folder) => archive.folder(&folder, out).await?,
            Step::End(folder) => archive.end_folder(&folder, out).await?,
            Step::Message(row) => {
                progress.count_read(1);
                // Its octets are all here before any of them go out: no slow reader holds a
                // connection.
                match walk.message(&row).await? {
                    Some(message) => {
                        let written = archive.message(&row, &message, out).await;
                        message.finish().await;
                        written?;
                        progress.count_done();
                    }
                    None => progress.count_known(),
                }
            }
        }
    }
    archive.finish(out).await
}
