//! Conversations as people read them: a folder's list with one row for each, and all messages of the
//! one that a message belongs to, whichever folders they lie in.
//!
//! Cost: where mail lives here, as in `store::local::conversations`; of mail on a server, as in
//! `engine::index`.

use std::collections::HashMap;

use crate::{
    mail::{
        address::{self, Address},
        email::EmailSummary,
        id::{EmailId, MailboxId},
        keyword,
        mailbox::Mailbox,
    },
    store::local::{
        Owner,
        conversations::{self, Member, Sum},
    },
};

use super::{account::Account, error::Error, mailstore::Mailstore, threads::After};

/// Messages of a conversation that a list's row stands for; of a longer one the newest. What is done
/// to the row is done to so many at once, and its people are those who wrote so many; what is counted
/// is counted of all.
pub const EMAILS_MOST: u32 = 100;

/// People of a conversation that are named in a list.
const PEOPLE: usize = 20;

/// A conversation as a folder's list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Its id.
    pub thread_id: String,
    /// Its newest message in the folder.
    pub newest: EmailSummary,
    /// Its messages in the folder, the oldest first; at most
    /// [`EMAILS_MOST`], the newest ones.
    pub emails: Vec<EmailId>,
    /// Where reading it begins: the first of those that was not read, else the newest.
    pub begin: EmailId,
    /// Its messages wherever they lie but in Trash, Junk and Drafts, as far as is known; at least
    /// those in the folder.
    pub count: u32,
    /// How many of those in the folder were not read. One that is there twice is one, as in `count`.
    pub unread: u32,
    /// One of those in the folder is starred.
    pub is_flagged: bool,
    /// One of those counted has an attachment, as far as is known.
    pub has_attachment: bool,
    /// Who wrote those that are counted, each once, in order of first appearance; at most 20.
    pub people: Vec<Address>,
}

/// A message of a conversation as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The message.
    pub email: EmailSummary,
    /// The same message once more in the same folder, as when it came by a list as well. What is done
    /// to the message is to be done to them.
    pub copies: Vec<EmailSummary>,
}

impl Told {
    /// Neither it nor one of its copies was left unread.
    pub fn is_read(&self) -> bool {
        self.all().all(|one| one.keywords.has(keyword::SEEN))
    }

    fn new(email: EmailSummary) -> Self {
        Self {
            email,
            copies: Vec::new(),
        }
    }

    /// Its copies and the message.
    pub fn all(&self) -> impl Iterator<Item = &EmailSummary> {
        self.copies.iter().chain([&self.email])
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut EmailSummary> {
        self.copies.iter_mut().chain([&mut self.email])
    }
}

/// A page of a folder's conversations, the one with the newest message first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationPage {
    /// The conversations.
    pub rows: Vec<Conversation>,
    /// Where the list goes on.
    pub more: Option<After>,
    /// Conversations in the folder, where that is known without counting.
    pub total: Option<u32>,
}

impl Account {
    /// A page of a folder's conversations where it costs the mail server nothing.
    ///
    /// # Errors
    /// As [`Account::conversations`].
    pub async fn known_conversations(
        &self,
        mailbox: MailboxId,
        after: Option<&After>,
        limit: u32,
    ) -> Result<Option<ConversationPage>, Error> {
        if self.on_server().is_some() {
            let page = self.kept_conversations(mailbox, after, limit);
            return Ok(page.map(|page| ConversationPage::clone(&page)));
        }
        self.conversations(mailbox, after, limit).await.map(Some)
    }

    /// A page of a folder's conversations, after the one that `after` says.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a folder.
    pub async fn conversations(
        &self,
        mailbox: MailboxId,
        after: Option<&After>,
        limit: u32,
    ) -> Result<ConversationPage, Error> {
        let mailbox = self.mailbox(mailbox).await?;
        if !mailbox.selectable {
            return Err(Error::NotFound);
        }
        self.look_at(mailbox.id);
        let owner = match &self.0.mailstore {
            Mailstore::Imap(imap) => {
                return self.conversations_on(imap, &mailbox, after, limit).await;
            }
            Mailstore::Local(local) => local.owner,
        };
        let listed = self.newest_of_conversations(owner, &mailbox, after, limit);
        let (newest, more) = listed.await?;
        let count = u32::try_from(newest.len()).unwrap_or(u32::MAX);
        let store = &self.0.shared.store;
        let threads: Vec<&str> = newest
            .iter()
            .filter_map(|row| row.thread_id.as_deref())
            .collect();
        let sums = conversations::sums(store, owner, mailbox.id, &threads).await?;
        let members = conversations::members(store, owner, mailbox.id, &threads, EMAILS_MOST);
        let mut rows = rows(mailbox.id, &newest, &sums, &members.await?);
        self.name_all(&mut rows).await?;
        let is_whole = after.is_none() && more.is_none();
        Ok(ConversationPage {
            total: is_whole.then_some(count),
            rows,
            more,
        })
    }

    /// All messages of the conversation that this one belongs to, in every folder but Trash and Junk
    /// (unless it lies there itself), the oldest first, at most 500. It is among them, and alone when
    /// nothing else is known. A message that is there twice, as in Sent and in the inbox of who
    /// wrote to themselves, is told once, with its copies in the same folder.
    ///
    /// # Errors
    /// What the database says.
    pub async fn conversation(&self, of: &EmailSummary) -> Result<Vec<Told>, Error> {
        let imap = match &self.0.mailstore {
            Mailstore::Imap(imap) => imap,
            Mailstore::Local(local) => {
                let (store, at) = (&self.0.shared.store, of.placement);
                let around = conversations::around(store, local.owner, at.mailbox, at.uid);
                return Ok(once(around.await?, of));
            }
        };
        let mut all = once(self.conversation_on(imap, of).await?, of);
        let told = || all.iter().flat_map(Told::all);
        if told().nth(1).is_some() {
            let placements: Vec<EmailId> = told().map(|one| one.placement).collect();
            let known = self.first_known(&placements).await?;
            for (one, known) in all.iter_mut().flat_map(Told::all_mut).zip(known) {
                one.id = known;
            }
        }
        Ok(all)
    }

    /// Gives the messages of rows the ids under which they were first known: pages speak of them so.
    pub(super) async fn name_all(&self, rows: &mut [Conversation]) -> Result<(), Error> {
        let placements: Vec<EmailId> = rows.iter().flat_map(|row| row.emails.clone()).collect();
        let mut known = self.first_known(&placements).await?.into_iter();
        for row in rows {
            for (email, known) in row.emails.iter_mut().zip(known.by_ref()) {
                if row.begin == *email {
                    row.begin = known;
                }
                *email = known;
            }
        }
        Ok(())
    }

    /// The newest message of each conversation of a folder that lies here, and where the list goes
    /// on.
    pub(super) async fn newest_of_conversations(
        &self,
        owner: Owner,
        mailbox: &Mailbox,
        after: Option<&After>,
        limit: u32,
    ) -> Result<(Vec<EmailSummary>, Option<After>), Error> {
        if !mailbox.selectable {
            return Err(Error::NotFound);
        }
        let from = after.map(|(at, id)| (*at, id.as_str()));
        let store = &self.0.shared.store;
        let asked = limit.saturating_add(1);
        let mut rows = conversations::newest(store, owner, mailbox.id, from, asked).await?;
        let has_more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let last = rows.last().filter(|_| has_more);
        let more = last.and_then(|row| Some((row.received_at, row.thread_id.clone()?)));
        self.name(mailbox, &mut rows).await?;
        Ok((rows, more))
    }
}

/// Rows of what was counted and read of them. A conversation whose messages have gone meanwhile is
/// that of its newest alone.
fn rows(
    mailbox: MailboxId,
    newest: &[EmailSummary],
    sums: &HashMap<String, Sum>,
    members: &[Member],
) -> Vec<Conversation> {
    let mut parts: HashMap<&str, Vec<&Member>> = HashMap::new();
    for member in members {
        parts.entry(&member.thread_id).or_default().push(member);
    }
    let row = |newest: &EmailSummary| {
        let thread_id = newest.thread_id.clone().unwrap_or_default();
        let of = parts.get(thread_id.as_str());
        let of: &[&Member] = of.map_or(&[], Vec::as_slice);
        let here: Vec<&&Member> = of.iter().filter(|one| one.mailbox_id == mailbox).collect();
        let Some(sum) = sums.get(&thread_id).filter(|_| !here.is_empty()) else {
            return alone(thread_id, newest.clone());
        };
        let uid_validity = newest.placement.uid_validity;
        let placement = |one: &&&Member| EmailId {
            mailbox,
            uid_validity,
            uid: one.uid,
        };
        let begin = here.iter().find(|one| !one.seen);
        Conversation {
            begin: begin.map_or(newest.placement, placement),
            emails: here.iter().map(placement).collect(),
            count: u32::try_from(sum.count).unwrap_or(u32::MAX),
            unread: u32::try_from(sum.unread).unwrap_or(u32::MAX),
            is_flagged: sum.flagged,
            has_attachment: sum.has_attachment,
            people: people(of.iter().flat_map(|one| &one.from_json)),
            thread_id,
            newest: newest.clone(),
        }
    };
    newest.iter().map(row).collect()
}

fn alone(thread_id: String, newest: EmailSummary) -> Conversation {
    Conversation {
        thread_id,
        emails: vec![newest.placement],
        begin: newest.placement,
        count: 1,
        unread: u32::from(!newest.keywords.has(keyword::SEEN)),
        is_flagged: newest.keywords.has(keyword::FLAGGED),
        has_attachment: newest.has_attachment,
        people: people(&newest.from),
        newest,
    }
}

/// The messages without those that are there twice: of two that say the same of who wrote what when,
/// under the same Message-ID, the one of this folder stays, else the first. The one that all this is
/// about always stays, and is put in where it is missing.
fn once(found: Vec<EmailSummary>, of: &EmailSummary) -> Vec<Told> {
    let mut all: Vec<Told> = Vec::new();
    for mut one in found {
        let mut known = all.iter_mut();
        let Some(known) = known.find(|known| is_same(&known.email, &one)) else {
            all.push(Told::new(one));
            continue;
        };
        if ranks_above(&one, &known.email, of) {
            std::mem::swap(&mut known.email, &mut one);
        }
        known.copies.push(one);
    }
    if !all.iter().any(|one| one.email.placement == of.placement) {
        let at = all.partition_point(|one| one.email.received_at <= of.received_at);
        all.insert(at, Told::new(of.clone()));
    }
    for one in &mut all {
        // Those in other folders are left alone.
        let at = one.email.placement;
        one.copies
            .retain(|copy| copy.placement.mailbox == at.mailbox);
    }
    all
}

fn is_same(one: &EmailSummary, other: &EmailSummary) -> bool {
    one.message_id.is_some()
        && one.message_id == other.message_id
        && one.sent_at == other.sent_at
        && one.from == other.from
        && one.subject == other.subject
}

fn ranks_above(one: &EmailSummary, other: &EmailSummary, of: &EmailSummary) -> bool {
    let rank = |email: &EmailSummary| {
        (
            email.placement == of.placement,
            email.placement.mailbox == of.placement.mailbox,
        )
    };
    rank(one) > rank(other)
}

pub(super) fn people<'a>(writers: impl IntoIterator<Item = &'a Address>) -> Vec<Address> {
    let mut people: Vec<Address> = Vec::new();
    for writer in writers {
        let is_named = people
            .iter()
            .any(|one| address::key(&one.email) == address::key(&writer.email));
        if !is_named && people.len() < PEOPLE {
            people.push(writer.clone());
        }
    }
    people
}

#[cfg(test)]
mod tests;
