//! What the index of conversations needs of a folder on an IMAP server, in the domain's words.
//!
//! Cost: one round trip for a look at a folder, rows of what is shown included; two for a chunk of
//! older messages.

use std::collections::HashMap;

use ring::hmac;

use crate::{
    imap::{
        Fetched, convert,
        survey::{Haste, Questions},
    },
    mail::{
        email::EmailSummary,
        header,
        id::{EmailId, MailboxId},
        keyword::Keywords,
        mailbox::Mailbox,
    },
    store::indexed::{Folder, Hash, Message},
};

use super::{super::super::error::Error, Imap};

/// What a listing of the folders said of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::engine) struct Standing {
    /// UIDVALIDITY; 0 when not said.
    pub(in crate::engine) uid_validity: u32,
    /// UIDNEXT; 0 when not said.
    pub(in crate::engine) uid_next: u32,
    /// Messages in it.
    pub(in crate::engine) total: u32,
}

/// A folder at one moment.
#[derive(Debug)]
pub(in crate::engine) struct Surveyed {
    /// Its UIDVALIDITY.
    pub(in crate::engine) uid_validity: u32,
    /// That of the index's rows which it was held against.
    pub(in crate::engine) revision: i64,
    /// Messages in it.
    pub(in crate::engine) total: u32,
    /// Nothing has come or gone meanwhile.
    pub(in crate::engine) settled: bool,
    /// Messages that are not in the index yet.
    pub(in crate::engine) arrivals: Vec<Message>,
    /// Rows of those that were asked for.
    pub(in crate::engine) rows: Vec<EmailSummary>,
    /// Keywords of all that were asked for, by UID.
    pub(in crate::engine) keywords: HashMap<u32, Keywords>,
}

impl Surveyed {
    /// Of rows alone.
    pub(in crate::engine) fn of(uid_validity: u32, rows: Vec<EmailSummary>) -> Self {
        let keywords = rows.iter();
        let keywords = keywords.map(|row| (row.placement.uid, row.keywords.clone()));
        Self {
            uid_validity,
            revision: 0,
            total: 0,
            settled: false,
            arrivals: Vec::new(),
            keywords: keywords.collect(),
            rows,
        }
    }
}

/// A chunk of older messages.
#[derive(Debug)]
pub(in crate::engine) struct Chunk {
    /// The folder's UIDVALIDITY.
    pub(in crate::engine) uid_validity: u32,
    /// The messages.
    pub(in crate::engine) messages: Vec<Message>,
    /// Messages below them, never fewer than there are.
    pub(in crate::engine) below: u32,
}

impl Imap {
    /// What the last listing said of a folder.
    pub(in crate::engine) fn standing(&self, mailbox: MailboxId) -> Option<Standing> {
        let standings = self.standings();
        standings.get(&mailbox).copied()
    }

    /// Looks at a folder as far as it is in the index: what has come, the rows of the messages
    /// `shown`, and the keywords of those and of the messages `marked`.
    pub(in crate::engine) async fn survey(
        &self,
        mailbox: &Mailbox,
        folder: &Folder,
        shown: &[u32],
        marked: &[u32],
    ) -> Result<Surveyed, Error> {
        let knows = |uid: &u32| self.knows(mailbox.id, folder.uid_validity, *uid);
        let (known, new): (Vec<u32>, Vec<u32>) = shown.iter().copied().partition(knows);
        let flags: Vec<u32> = known.iter().chain(marked).copied().collect();
        let asked = Questions {
            above: folder.highest,
            rows: &new,
            flags: &flags,
        };
        let survey = self.client.survey(&mailbox.path, asked).await?;
        let uid_validity = survey.selected.uid_validity;
        let mut surveyed = Surveyed {
            uid_validity,
            revision: folder.revision,
            total: survey.selected.exists,
            settled: survey.settled,
            arrivals: Vec::new(),
            rows: Vec::new(),
            keywords: HashMap::new(),
        };
        if uid_validity != folder.uid_validity {
            // What was answered is of another folder's messages.
            surveyed.settled = false;
            return Ok(surveyed);
        }
        surveyed.arrivals = self.messages(mailbox.id, uid_validity, &survey.arrivals);
        let keywords = survey.messages.iter().filter_map(|message| {
            let flags = message.flags.as_deref()?;
            Some((message.uid?, convert::keywords(flags)))
        });
        surveyed.keywords = keywords.collect();
        let shown: Vec<Fetched> = survey
            .messages
            .into_iter()
            .filter(|message| message.uid.is_some_and(|uid| shown.contains(&uid)))
            .collect();
        surveyed.rows = self.rows(mailbox, uid_validity, shown).await?;
        Ok(surveyed)
    }

    /// The chunk below what is in the index.
    pub(in crate::engine) async fn older(
        &self,
        mailbox: &Mailbox,
        folder: Option<&Folder>,
        limit: u32,
        haste: Haste,
    ) -> Result<Chunk, Error> {
        let uid_validity = folder.map(|folder| folder.uid_validity);
        let place = folder.map_or((u32::MAX, u32::MAX), |folder| (folder.lowest, folder.below));
        let older = self
            .client
            .older(&mailbox.path, uid_validity, place, limit, haste)
            .await?;
        let uid_validity = older.selected.uid_validity;
        Ok(Chunk {
            uid_validity,
            messages: self.messages(mailbox.id, uid_validity, &older.messages),
            below: older.below,
        })
    }

    /// These messages as the index has them; those that are gone, or can't be read, are missing.
    pub(in crate::engine) async fn headed(
        &self,
        mailbox: &Mailbox,
        uid_validity: u32,
        uids: &[u32],
        haste: Haste,
    ) -> Result<Vec<Message>, Error> {
        let headed = self
            .client
            .headed(&mailbox.path, uid_validity, uids, haste)
            .await?;
        Ok(self.messages(mailbox.id, uid_validity, &headed))
    }

    /// How many messages a folder has, and the UIDs of those from the index's lowest on.
    pub(in crate::engine) async fn uids_from(
        &self,
        mailbox: &Mailbox,
        folder: &Folder,
        haste: Haste,
    ) -> Result<(u32, Vec<u32>), Error> {
        let (validity, lowest) = (folder.uid_validity, folder.lowest);
        let found = self
            .client
            .uids_from(&mailbox.path, validity, lowest, haste)
            .await?;
        Ok((found.0.exists, found.1))
    }

    /// Rows by placement, from whichever folder of the account.
    pub(in crate::engine) async fn rows_of(
        &self,
        mailbox: &Mailbox,
        uid_validity: u32,
        uids: &[u32],
    ) -> Result<Vec<EmailSummary>, Error> {
        self.by_uids(mailbox, uid_validity, uids).await
    }

    /// A row that is in memory. Its keywords are not known.
    pub(in crate::engine) fn known_row(&self, placement: EmailId) -> Option<EmailSummary> {
        let content = self.caches.rows.get(&(self.account, placement))?;
        Some(EmailSummary::at(placement, Keywords::default(), content))
    }

    /// What stands for a message that can't be read: alone in its conversation.
    pub(in crate::engine) fn unreadable(&self, placement: EmailId) -> Message {
        Message {
            uid: placement.uid,
            name: None,
            root: self.hash(placement.to_string().as_bytes()),
            received_at: 0,
        }
    }

    /// The root that a message's header names.
    pub(in crate::engine) fn root(&self, header: &[u8], placement: EmailId) -> Hash {
        self.message(placement, header, 0).root
    }

    fn messages(&self, mailbox: MailboxId, uid_validity: u32, found: &[Fetched]) -> Vec<Message> {
        let read = |fetched: &Fetched| {
            let placement = EmailId {
                mailbox,
                uid_validity,
                uid: fetched.uid?,
            };
            let mut header = Vec::new();
            for section in &fetched.sections {
                if section.name.starts_with("HEADER.FIELDS") {
                    header.extend_from_slice(section.data.as_deref().unwrap_or_default());
                    // One section ends with an empty line, or was cut.
                    while header.ends_with(b"\n") || header.ends_with(b"\r") {
                        header.pop();
                    }
                    header.extend_from_slice(b"\r\n");
                }
            }
            Some(self.message(
                placement,
                &header,
                fetched.internal_date.unwrap_or_default(),
            ))
        };
        found.iter().filter_map(read).collect()
    }

    fn message(&self, placement: EmailId, header: &[u8], received_at: i64) -> Message {
        let fields = header::fields(header);
        let first = |name| header::first(&fields, name).and_then(header::message_id);
        let name = first("Message-ID").map(|id| self.hash(id.as_bytes()));
        let root = first("References").or_else(|| first("In-Reply-To"));
        let root = root.map(|id| self.hash(id.as_bytes())).or(name);
        Message {
            uid: placement.uid,
            name,
            root: root.unwrap_or_else(|| self.unreadable(placement).root),
            received_at,
        }
    }

    fn hash(&self, text: &[u8]) -> Hash {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.thread_key);
        let tag = hmac::sign(&key, text);
        let mut hash = [0; 16];
        for (to, from) in hash.iter_mut().zip(tag.as_ref()) {
            *to = *from;
        }
        Hash(hash)
    }
}
