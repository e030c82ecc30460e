//! Where an account's mail lies: on an IMAP server, or here. Each operation is one method with one
//! `match`; what goes in and comes out are the domain's words, so that the files beside this one
//! know of no protocol and no table.
//!
//! Costs are those of the halves: `mailstore/imap.rs` in round trips, `mailstore/local.rs` in
//! statements. `tests/it/contract` holds that both do the same.

mod imap;
mod local;

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};

use crate::mail::{
    email::EmailSummary, id::EmailId, keyword::Keywords, mailbox::Mailbox, query::Filter,
};

use super::{
    error::Error,
    import::Quota,
    list::{Anchor, Window},
    parts::Octets,
    read::{Opened, Span},
};

pub(super) use self::{
    imap::{Imap, Standing, Standings, Surveyed},
    local::{Arrived, Edges, Local, Whole},
};

/// See the module's description.
pub(super) enum Mailstore {
    /// On the person's own IMAP server.
    Imap(Imap),
    /// In our own store.
    Local(Local),
}

/// A message to be put into a folder. Its octets come twice, as IMAP has to be told beforehand what
/// is in them: memory stays flat however large it is.
pub(super) struct Incoming {
    /// How many octets.
    pub(super) size: usize,
    /// Read through before anything is said to a server.
    pub(super) looked: Octets,
    /// Read as they are stored.
    pub(super) octets: Octets,
}

impl From<Bytes> for Incoming {
    fn from(whole: Bytes) -> Self {
        let once = || stream::iter([Ok(whole.clone())]).boxed();
        Self {
            size: whole.len(),
            looked: once(),
            octets: once(),
        }
    }
}

/// Messages of one folder, by UID.
pub(super) struct Batch {
    pub(super) mailbox: Mailbox,
    pub(super) uid_validity: u32,
    pub(super) uids: Vec<u32>,
}

impl Batch {
    /// Where they lie.
    pub(super) fn placements(&self) -> Vec<EmailId> {
        let place = |uid: &u32| EmailId {
            mailbox: self.mailbox.id,
            uid_validity: self.uid_validity,
            uid: *uid,
        };
        self.uids.iter().map(place).collect()
    }
}

/// A message's place at this moment.
pub(super) struct Located {
    pub(super) mailbox: Mailbox,
    pub(super) placement: EmailId,
}

/// Where messages went.
pub(super) struct Moved {
    /// The target's UIDVALIDITY; `None` where the server does not say where they are now.
    pub(super) uid_validity: Option<u32>,
    /// UID before, UID now.
    pub(super) pairs: Vec<(u32, u32)>,
}

/// The keywords of a folder: on a server those that it keeps in this one, here those of the account.
pub(super) struct Vocabulary {
    /// Those in use.
    pub(super) words: Keywords,
    /// Others can be had as well.
    pub(super) any: bool,
}

/// Whether a folder can keep a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// It is in use there.
    Known,
    /// It will be, if the server does as it says.
    New,
    /// The server says that it can't.
    Never,
}

/// A window of a folder, newest first. Ids are placements.
pub(super) struct Rows {
    pub(super) rows: Vec<EmailSummary>,
    /// Messages in the folder.
    pub(super) total: u32,
    /// How many are newer than the first row.
    pub(super) offset: u32,
    /// There are older ones.
    pub(super) has_older: bool,
}

/// What a search found, newest first. Ids are placements.
pub(super) struct Found {
    pub(super) rows: Vec<EmailSummary>,
    /// There may be older ones.
    pub(super) has_older: bool,
}

/// Evaluates the expression with the name bound to whichever half it is. What the server of an added
/// account says of its password is told apart.
macro_rules! half {
    ($store:expr, $name:ident => $body:expr) => {
        match $store {
            Self::Imap($name) => {
                let outcome: Result<_, Error> = $body;
                outcome.map_err(|error| $name.blamed(error))
            }
            Self::Local($name) => $body,
        }
    };
}

impl Mailstore {
    /// Signs in anew.
    pub(super) async fn verify(&self) -> Result<(), Error> {
        match self {
            Self::Imap(imap) => Ok(imap.client.verify().await?),
            Self::Local(_) => Ok(()),
        }
    }

    /// Connections to a mail server by what they do: busy, watching, resting.
    pub(super) fn connections(&self) -> [usize; 3] {
        match self {
            Self::Imap(imap) => {
                let now = imap.client.connections();
                [now.busy, now.watching, now.resting]
            }
            Self::Local(_) => [0; 3],
        }
    }

    /// Round trips to a mail server so far.
    pub(super) fn round_trips(&self) -> u64 {
        match self {
            Self::Imap(imap) => imap.round_trips(),
            Self::Local(_) => 0,
        }
    }

    /// A tree that is always as it is now, so that none need be kept.
    pub(super) fn is_local(&self) -> bool {
        matches!(self, Self::Local(_))
    }

    /// All folders with their counts, in the order in which they are shown.
    pub(super) async fn folders(&self) -> Result<Vec<Mailbox>, Error> {
        half!(self, half => half.folders().await)
    }

    /// The path of a folder of this name at the top.
    pub(super) fn own_path(&self, name: &str) -> String {
        match self {
            // The top is where the server keeps one's own folders (Courier: below `INBOX.`).
            Self::Imap(imap) => imap.own_path(name),
            Self::Local(_) => name.to_owned(),
        }
    }

    /// Makes a folder; gives the path that it has.
    pub(super) async fn create_folder(&self, path: &str) -> Result<String, Error> {
        half!(self, half => half.create_folder(path).await)
    }

    /// Renames or moves a folder with all inside.
    pub(super) async fn rename_folder(&self, mailbox: &Mailbox, path: &str) -> Result<(), Error> {
        half!(self, half => half.rename_folder(mailbox, path).await)
    }

    /// Removes a folder and what lies in it.
    pub(super) async fn delete_folder(&self, mailbox: &Mailbox) -> Result<(), Error> {
        half!(self, half => half.delete_folder(mailbox).await)
    }

    /// Shows a folder by default, or not.
    pub(super) async fn subscribe(&self, mailbox: &Mailbox, wanted: bool) -> Result<(), Error> {
        half!(self, half => half.subscribe(mailbox, wanted).await)
    }

    /// A window of a folder in order of arrival.
    pub(super) async fn window(
        &self,
        mailbox: &Mailbox,
        anchor: Anchor,
        limit: u32,
    ) -> Result<Rows, Error> {
        half!(self, half => half.window(mailbox, anchor, limit).await)
    }

    /// Are there other orders than that of arrival? `None` where that is not known yet.
    pub(super) fn sorts(&self) -> Option<bool> {
        match self {
            Self::Imap(imap) => imap.client.sorts(),
            Self::Local(_) => Some(true),
        }
    }

    /// A window in another order. `generation` is the folder's, if it is vouched for.
    pub(super) async fn sorted(
        &self,
        mailbox: &Mailbox,
        window: &Window,
        generation: Option<u64>,
    ) -> Result<Rows, Error> {
        half!(self, half => half.sorted(mailbox, window, generation).await)
    }

    /// At most `limit` messages that match, from the top or below a UID.
    pub(super) async fn search(
        &self,
        mailbox: &Mailbox,
        filter: &Filter,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Found, Error> {
        half!(self, half => half.search(mailbox, filter, before, limit).await)
    }

    /// UIDVALIDITY and UID of the newest message with this Message-ID.
    pub(super) async fn find(
        &self,
        mailbox: &Mailbox,
        message_id: &str,
    ) -> Result<Option<(u32, u32)>, Error> {
        half!(self, half => half.find(mailbox, message_id).await)
    }

    /// The keywords of a message, as of now.
    pub(super) async fn keywords(&self, located: &Located) -> Result<Keywords, Error> {
        half!(self, half => half.keywords(located).await)
    }

    /// The keywords of messages, as of now; those that are gone are missing.
    pub(super) async fn keywords_of(&self, batch: &Batch) -> Result<Vec<(u32, Keywords)>, Error> {
        half!(self, half => half.keywords_of(batch).await)
    }

    /// Which keywords are in use around a folder, and whether others can be had.
    pub(super) async fn vocabulary(&self, mailbox: &Mailbox) -> Result<Vocabulary, Error> {
        half!(self, half => half.vocabulary(mailbox).await)
    }

    /// Whether a folder can keep this keyword.
    pub(super) async fn takes(&self, mailbox: &Mailbox, word: &str) -> Result<Takes, Error> {
        match self {
            Self::Imap(_) => {
                let own = self.vocabulary(mailbox).await?;
                Ok(match (own.words.has(word), own.any) {
                    (true, _) => Takes::Known,
                    (false, true) => Takes::New,
                    (false, false) => Takes::Never,
                })
            }
            Self::Local(_) => Ok(Takes::Known),
        }
    }

    /// A message with its header, structure and shown texts.
    pub(super) async fn open(&self, located: &Located) -> Result<Opened, Error> {
        half!(self, half => half.open(located).await)
    }

    /// The octets of a section as encoded (`""`: the whole message).
    pub(super) async fn section(&self, located: &Located, section: &str) -> Result<Octets, Error> {
        match self {
            Self::Imap(imap) => Ok(imap.section(located, section)),
            Self::Local(local) => local.section(located, section).await,
        }
    }

    /// A piece of a message whose parts' places are known.
    pub(super) async fn span(&self, located: &Located, span: Span) -> Result<Octets, Error> {
        match self {
            // Structures come from the server, or the message is at hand whole.
            Self::Imap(_) => Err(Error::NotFound),
            Self::Local(local) => local.span(located, span).await,
        }
    }

    /// Sets and removes keywords. Messages that are gone are passed over.
    pub(super) async fn set_keywords(
        &self,
        batch: &Batch,
        add: &[&str],
        remove: &[&str],
    ) -> Result<(), Error> {
        half!(self, half => half.set_keywords(batch, add, remove).await)
    }

    /// Moves messages into another folder.
    pub(super) async fn move_to(&self, batch: &Batch, target: &Mailbox) -> Result<Moved, Error> {
        half!(self, half => half.move_to(batch, target).await)
    }

    /// Copies messages into a folder.
    pub(super) async fn copy_to(&self, batch: &Batch, target: &Mailbox) -> Result<Moved, Error> {
        half!(self, half => half.copy_to(batch, target).await)
    }

    /// Removes messages for good. Where mail lives here, they can be brought back for a while.
    pub(super) async fn expunge(&self, batch: &Batch) -> Result<(), Error> {
        half!(self, half => half.expunge(batch).await)
    }

    /// Removes messages that nobody would miss, as earlier copies of a draft: nothing brings them
    /// back.
    pub(super) async fn discard(&self, batch: &Batch) -> Result<(), Error> {
        match self {
            Self::Imap(_) => self.expunge(batch).await,
            Self::Local(local) => local.discard(batch).await,
        }
    }

    /// Removes everything in a folder for good, as [`Mailstore::expunge`].
    pub(super) async fn empty(&self, mailbox: &Mailbox) -> Result<usize, Error> {
        half!(self, half => half.empty(mailbox).await)
    }

    /// How much room there is, where that is known.
    pub(super) async fn room(&self) -> Result<Option<Quota>, Error> {
        half!(self, half => half.room().await)
    }

    /// Puts a message into a folder. Gives UIDVALIDITY and UID where those are told.
    pub(super) async fn append(
        &self,
        mailbox: &Mailbox,
        keywords: &[&str],
        received_at: Option<i64>,
        message: Incoming,
    ) -> Result<Option<(u32, u32)>, Error> {
        half!(self, half => half.append(mailbox, keywords, received_at, message).await)
    }
}
