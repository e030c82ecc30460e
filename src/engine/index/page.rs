//! A page of a folder's conversations, of mail on a server.
//!
//! Cost: one round trip while the index has what the folder holds: what has come, the rows that are
//! not in memory, and the keywords of all messages of the page in one flight. One more for each thing
//! that is found to have changed. None while IDLE vouches for the folder since the same page was read,
//! and nothing was read of others.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use tokio::time::Instant;

use crate::{
    imap::survey::Haste,
    mail::{
        address::Address,
        email::EmailSummary,
        id::MailboxId,
        keyword::{self, Keywords},
        mailbox::{Mailbox, Role},
    },
    store::indexed::{self, Hash, Head, MESSAGES_MOST, Member},
};

use super::{
    super::{
        account::Account,
        conversations::{Conversation, ConversationPage, people},
        error::Error,
        mailstore::{Imap, Surveyed},
        threads::After,
    },
    PATIENCE, held,
};

/// Messages of one conversation that a row stands for; of a longer one the newest.
const IN_ROW: u32 = 100;
/// Messages of one conversation that are looked at for a row, wherever they lie.
const AROUND: u32 = 300;
/// Rows of messages that a page asks for, so that one of long conversations asks for no more than
/// one of short ones.
const ROWS_MOST: usize = 600;
/// How often a folder is looked at that never stands still.
const TRIES: u32 = 6;
/// Pages kept for an account.
const KEPT_MOST: usize = 16;

/// Which page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    mailbox: MailboxId,
    after: Option<After>,
    limit: u32,
}

/// Pages with the state that they were read at.
#[derive(Debug, Default)]
pub(super) struct Kept(HashMap<Key, (State, Arc<ConversationPage>)>);

/// What a page says may be otherwise in another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    /// The folder's generation.
    generation: u64,
    /// Changes to the index: rows tell of messages in other folders.
    changes: u64,
}

/// Conversations of a folder as the index has them.
pub(super) struct Heads {
    pub(super) heads: Vec<Head>,
    /// Where they go on.
    pub(super) more: Option<(i64, Hash)>,
    /// No more had to be read for them.
    pub(super) is_all: bool,
    /// The folder's, before they were read.
    pub(super) revision: Option<i64>,
}

impl Account {
    /// A page that is in memory and vouched for. Asks nobody.
    pub(in crate::engine) fn kept_conversations(
        &self,
        mailbox: MailboxId,
        after: Option<&After>,
        limit: u32,
    ) -> Option<Arc<ConversationPage>> {
        let view = self.view(mailbox);
        let key = Key {
            mailbox,
            after: after.cloned(),
            limit,
        };
        let state = State {
            generation: view.generation,
            changes: self.0.indexing.changes(),
        };
        let kept = self.0.indexing.kept();
        let (known, page) = kept.0.get(&key)?;
        (view.vouched && *known == state).then(|| Arc::clone(page))
    }

    /// A page of a folder's conversations.
    pub(in crate::engine) async fn conversations_on(
        &self,
        imap: &Imap,
        mailbox: &Mailbox,
        after: Option<&After>,
        limit: u32,
    ) -> Result<ConversationPage, Error> {
        if let Some(page) = self.kept_conversations(mailbox.id, after, limit) {
            return Ok(ConversationPage::clone(&page));
        }
        let before = self.view(mailbox.id);
        let (page, is_all, changes) = self.read_page(imap, mailbox, after, limit).await?;
        if is_all && before.vouched && self.view(mailbox.id) == before {
            let key = Key {
                mailbox: mailbox.id,
                after: after.cloned(),
                limit,
            };
            let mut kept = self.0.indexing.kept();
            if kept.0.len() >= KEPT_MOST {
                kept.0.clear();
            }
            let state = State {
                generation: before.generation,
                changes,
            };
            kept.0.insert(key, (state, Arc::new(page.clone())));
        }
        Ok(page)
    }

    /// The page, whether it is all that it should be, and the changes to the index before it was read.
    async fn read_page(
        &self,
        imap: &Imap,
        mailbox: &Mailbox,
        after: Option<&After>,
        limit: u32,
    ) -> Result<(ConversationPage, bool, u64), Error> {
        let store = &self.0.shared.store;
        let each = ROWS_MOST.checked_div(limit as usize).unwrap_or(1).max(3);
        let mut attempt = 0;
        let (heads, around, surveyed, changes) = loop {
            let changes = self.0.indexing.changes();
            let heads = self.heads_in(imap, mailbox, after, limit).await?;
            let around = self.around(mailbox.id, &heads.heads).await?;
            let (mut shown, mut marked) = (Vec::new(), Vec::new());
            for (_, members) in &around {
                let here = here(mailbox.id, members);
                let split = here.len().saturating_sub(each);
                let uids = |part: &[&Member]| part.iter().map(|one| one.uid).collect::<Vec<_>>();
                marked.extend(uids(here.get(..split).unwrap_or_default()));
                shown.extend(uids(here.get(split..).unwrap_or_default()));
            }
            let asked = (shown.as_slice(), marked.as_slice());
            let looked = self
                .look(imap, mailbox, asked, (attempt, Haste::Now))
                .await?;
            // Somebody else may have found out in between what has changed.
            let revision = heads.revision;
            let looked = looked.filter(|surveyed| Some(surveyed.revision) == revision);
            if let Some(surveyed) = looked {
                break (heads, around, surveyed, changes);
            }
            attempt = attempt.saturating_add(1);
            if attempt >= TRIES {
                // What is known is shown, and not kept.
                let here = around.iter().flat_map(|(_, members)| members);
                let first = here.clone().find(|one| one.mailbox_id == mailbox.id);
                let validity = first.map_or(0, |one| one.uid_validity);
                let rows = imap.rows_of(mailbox, validity, &shown).await?;
                let heads = Heads {
                    is_all: false,
                    ..heads
                };
                break (heads, around, Surveyed::of(validity, rows), changes);
            }
        };
        self.read_on();
        let threads: Vec<Hash> = heads.heads.iter().map(|head| head.thread_id).collect();
        let sizes = indexed::sizes(store, self.0.id, mailbox.id, &threads).await?;
        let list = self.mailboxes().await?;
        let drafts = list.iter().find(|one| one.role == Some(Role::Drafts));
        let drafts = drafts.map(|one| one.id).filter(|id| *id != mailbox.id);
        let of = Of {
            imap,
            mailbox: mailbox.id,
            drafts,
            rows: by_uid(&surveyed),
            keywords: &surveyed.keywords,
        };
        let rows = around.iter().filter_map(|(thread, members)| {
            let count = sizes.get(thread).copied().unwrap_or_default();
            of.conversation(*thread, members, count)
        });
        let mut rows: Vec<Conversation> = rows.collect();
        self.name_conversations(mailbox, &mut rows).await?;
        let more = heads.more.map(|(at, thread)| (at, thread.to_string()));
        let is_whole = after.is_none() && more.is_none() && heads.is_all;
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let page = ConversationPage {
            total: is_whole.then_some(count),
            rows,
            more,
        };
        Ok((page, heads.is_all, changes))
    }

    /// The messages of conversations, wherever they lie.
    async fn around(
        &self,
        mailbox: MailboxId,
        heads: &[Head],
    ) -> Result<Vec<(Hash, Vec<Member>)>, Error> {
        let (store, id) = (&self.0.shared.store, self.0.id);
        let threads: Vec<Hash> = heads.iter().map(|head| head.thread_id).collect();
        let mut of = indexed::members_of(store, id, &threads, Some(mailbox), AROUND).await?;
        let members = |thread: &Hash| (*thread, of.remove(thread).unwrap_or_default());
        Ok(threads.iter().map(members).collect())
    }

    /// Conversations of a folder; as many as asked for, if that takes no more than [`PATIENCE`].
    pub(super) async fn heads_in(
        &self,
        imap: &Imap,
        mailbox: &Mailbox,
        after: Option<&After>,
        limit: u32,
    ) -> Result<Heads, Error> {
        let (store, id, begun) = (&self.0.shared.store, self.0.id, Instant::now());
        let place = place(after);
        loop {
            let asked = limit.saturating_add(1);
            let folder = indexed::folder(store, id, mailbox.id).await?;
            let mut heads = indexed::heads(store, id, Some(mailbox.id), place, asked).await?;
            let has_more = heads.len() > limit as usize;
            let revision = folder.as_ref().map(|folder| folder.revision);
            let is_read = folder.is_some_and(|folder| folder.below == 0);
            let mut goes_on = has_more || !is_read;
            if !has_more && !is_read {
                // As much as the account may have is all that there is.
                goes_on = held(&indexed::folders(store, id).await?) < MESSAGES_MOST;
                if goes_on && begun.elapsed() < self.waits(PATIENCE) {
                    self.deepen(imap, mailbox, Haste::Now).await?;
                    continue;
                }
            }
            heads.truncate(limit as usize);
            let last = heads.last().map(|head| (head.newest, head.thread_id));
            // The list goes on with what was not read yet, from where it is.
            let more = last.or(place).filter(|_| goes_on);
            return Ok(Heads {
                heads,
                more,
                is_all: has_more || is_read,
                revision,
            });
        }
    }

    /// Gives messages the ids under which they were first known.
    async fn name_conversations(
        &self,
        mailbox: &Mailbox,
        rows: &mut [Conversation],
    ) -> Result<(), Error> {
        let mut newest: Vec<EmailSummary> = rows.iter().map(|row| row.newest.clone()).collect();
        self.name(mailbox, &mut newest).await?;
        for (row, newest) in rows.iter_mut().zip(newest) {
            row.newest = newest;
        }
        self.name_all(rows).await
    }
}

/// Where a list goes on. A text that is no id of ours begins below nothing.
pub(super) fn place(after: Option<&After>) -> Option<(i64, Hash)> {
    after.map(|(at, thread)| (*at, thread.parse().unwrap_or_default()))
}

/// Those that lie in the folder, as many as a row stands for.
fn here(mailbox: MailboxId, members: &[Member]) -> Vec<&Member> {
    let here: Vec<&Member> = members
        .iter()
        .filter(|one| one.mailbox_id == mailbox)
        .collect();
    let surplus = here.len().saturating_sub(IN_ROW as usize);
    here.get(surplus..).unwrap_or_default().to_vec()
}

/// How many messages, of which one that is there twice is one.
fn told_apart(members: &[&Member]) -> u32 {
    let mut known = HashSet::new();
    let told = members
        .iter()
        .filter(|one| one.name.is_none_or(|name| known.insert(name)));
    u32::try_from(told.count()).unwrap_or(u32::MAX)
}

fn by_uid(surveyed: &Surveyed) -> HashMap<u32, &EmailSummary> {
    let rows = surveyed.rows.iter();
    rows.map(|row| (row.placement.uid, row)).collect()
}

/// What rows are made of.
struct Of<'a> {
    imap: &'a Imap,
    mailbox: MailboxId,
    /// Its messages are not counted.
    drafts: Option<MailboxId>,
    rows: HashMap<u32, &'a EmailSummary>,
    keywords: &'a HashMap<u32, Keywords>,
}

impl Of<'_> {
    /// `None` when its messages in the folder have all gone, or are marked as deleted.
    fn conversation(&self, thread: Hash, members: &[Member], count: u32) -> Option<Conversation> {
        let here: Vec<(&Member, &Keywords)> = here(self.mailbox, members)
            .into_iter()
            .filter_map(|one| Some((one, self.keywords.get(&one.uid)?)))
            .filter(|(_, keywords)| !keywords.has(keyword::DELETED))
            .collect();
        let mut newest = here.iter().rev();
        let newest = newest.find_map(|(one, _)| self.rows.get(&one.uid))?;
        let mut newest = EmailSummary::clone(newest);
        newest.thread_id = Some(thread.to_string());
        let unread: Vec<&Member> = here
            .iter()
            .filter(|(_, keywords)| !keywords.has(keyword::SEEN))
            .map(|(one, _)| *one)
            .collect();
        let counted: Vec<EmailSummary> = members
            .iter()
            .filter(|one| Some(one.mailbox_id) != self.drafts)
            .filter_map(|one| self.row(one))
            .collect();
        let writers: Vec<&Address> = counted.iter().flat_map(|row| &row.from).collect();
        let shown = u32::try_from(here.len()).unwrap_or(u32::MAX);
        Some(Conversation {
            thread_id: thread.to_string(),
            begin: unread
                .first()
                .map_or(newest.placement, |one| one.placement()),
            count: count.max(shown.min(1)),
            unread: told_apart(&unread),
            is_flagged: here.iter().any(|(_, words)| words.has(keyword::FLAGGED)),
            has_attachment: counted.iter().any(|row| row.has_attachment),
            people: people(writers),
            emails: here.iter().map(|(one, _)| one.placement()).collect(),
            newest,
        })
    }

    /// The row of a message: in the folder as it was read, elsewhere if it is in memory.
    fn row(&self, member: &Member) -> Option<EmailSummary> {
        if member.mailbox_id == self.mailbox {
            let row = self.rows.get(&member.uid)?;
            return Some(EmailSummary::clone(row));
        }
        self.imap.known_row(member.placement())
    }
}
