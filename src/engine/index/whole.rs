//! Whole conversations of mail on a server, wherever their messages lie.
//!
//! Cost: a round trip for each folder that has messages of them, and what it takes to bring the index
//! up to date: nothing while the folders are as they were last listed.

use std::{collections::HashMap, time::Duration};

use tokio::time::{Instant, timeout, timeout_at};

use crate::{
    imap::survey::Haste,
    mail::{
        email::EmailSummary,
        id::{EmailId, MailboxId},
        keyword,
    },
    store::indexed::{self, Hash, Member},
};

use super::{
    super::{
        account::Account,
        error::Error,
        mailstore::Imap,
        read::Opened,
        threads::{After, Thread, by_folder, participants},
    },
    MOMENT, PATIENCE, is_of_folder,
    page::{Heads, place},
};

/// Messages of a conversation that are looked at; of a longer one the newest.
const MESSAGES: u32 = 500;

/// Rows that a page of conversations reads; it ends sooner where they have more messages.
const ROWS_MOST: usize = 2000;

/// How far back conversations are read while somebody waits for one (ms): what a message answers has
/// seldom lain longer.
const BACK: i64 = 30 * 24 * 60 * 60 * 1000;

/// How long whoever opens a message waits for the others around it. What has not come by then is
/// left out.
const AROUND: Duration = Duration::from_secs(1);

impl Account {
    /// The messages of the conversation that this one belongs to, the oldest first; those that are
    /// known, or come in time.
    pub(in crate::engine) async fn conversation_on(
        &self,
        imap: &Imap,
        of: &EmailSummary,
    ) -> Result<Vec<EmailSummary>, Error> {
        let known = indexed::folders(&self.0.shared.store, self.0.id).await?;
        if known.is_empty() && of.in_reply_to.is_empty() {
            // Nobody has asked for conversations yet, and it says that it begins one.
            return Ok(Vec::new());
        }
        let catching_up = async {
            self.catch_up(imap).await?;
            self.wait_for(imap, of.received_at.saturating_sub(BACK))
                .await
        };
        if let Ok(Err(error)) = timeout(self.waits(MOMENT), catching_up).await {
            tracing::debug!(%error, account.id = self.id(), "Conversations are not up to date");
        }
        self.read_on();
        let (at, until) = (of.placement, Instant::now() + self.waits(AROUND));
        let thread = match timeout_at(until, self.thread_at(imap, at)).await {
            Ok(thread) => thread?,
            Err(_late) => None,
        };
        let Some(thread) = thread else {
            return Ok(Vec::new());
        };
        let (store, id) = (&self.0.shared.store, self.0.id);
        let members = indexed::members(store, id, thread, Some(at.mailbox), MESSAGES).await?;
        if members.iter().all(|member| member.placement() == at) {
            return Ok(Vec::new());
        }
        let mut rows = self.rows_on(imap, &members, Some(until)).await?;
        let rows = members
            .iter()
            .filter_map(|member| rows.remove(&member.placement()));
        Ok(rows
            .map(|mut row| {
                row.thread_id = Some(thread.to_string());
                row
            })
            .collect())
    }

    /// The conversation of a message; `None` when the message is gone.
    async fn thread_at(&self, imap: &Imap, at: EmailId) -> Result<Option<Hash>, Error> {
        let (store, id) = (&self.0.shared.store, self.0.id);
        let uids = [at.uid];
        let known = indexed::threads_of(store, id, at.mailbox, at.uid_validity, &uids);
        if let Some(thread) = known.await?.remove(&at.uid) {
            return Ok(Some(thread));
        }
        // It lies further down than was read.
        let mailbox = self.mailbox(at.mailbox).await?;
        let headed = imap.headed(&mailbox, at.uid_validity, &uids, Haste::Now);
        match headed.await?.first() {
            Some(message) => Ok(Some(indexed::resolve(store, id, message.root).await?)),
            None => Ok(None),
        }
    }

    /// One conversation by its id.
    pub(in crate::engine) async fn thread_on(
        &self,
        imap: &Imap,
        id: &str,
    ) -> Result<Thread, Error> {
        let thread: Hash = id.parse().map_err(|_| Error::NotFound)?;
        // Only what has changed: a conversation that was named is known.
        self.catch_up(imap).await?;
        let (store, account) = (&self.0.shared.store, self.0.id);
        let thread = indexed::resolve(store, account, thread).await?;
        let mut members = indexed::members(store, account, thread, None, MESSAGES).await?;
        if members.is_empty() {
            // All of it lies in Junk or Trash, where lists of those folders tell of it.
            members = indexed::members_anywhere(store, account, thread, MESSAGES).await?;
        }
        let rows = self.rows_on(imap, &members, None).await?;
        let mut told = self.told(&[(thread, members)], &rows).await?;
        told.pop().ok_or(Error::NotFound)
    }

    /// Conversations of a folder, or of all, and where the list goes on.
    pub(in crate::engine) async fn threads_on(
        &self,
        imap: &Imap,
        only: Option<MailboxId>,
        after: Option<&After>,
        limit: u32,
    ) -> Result<(Vec<Thread>, Option<After>), Error> {
        let (store, account) = (&self.0.shared.store, self.0.id);
        let heads = match only {
            Some(mailbox) => {
                let mailbox = self.mailbox(mailbox).await?;
                if !mailbox.selectable {
                    return Err(Error::NotFound);
                }
                self.catch_up(imap).await?;
                self.keep_up(imap, &mailbox, Haste::Now).await?;
                self.heads_in(imap, &mailbox, after, limit).await?
            }
            None => self.heads_everywhere(imap, after, limit).await?,
        };
        let (mut threads, mut count, mut more) = (Vec::new(), 0_usize, heads.more);
        'all: for part in heads.heads.chunks(indexed::MEMBERS_AT_ONCE) {
            let ids: Vec<Hash> = part.iter().map(|head| head.thread_id).collect();
            let mut known = indexed::members_of(store, account, &ids, only, MESSAGES).await?;
            for head in part {
                let members = known.remove(&head.thread_id).unwrap_or_default();
                count = count.saturating_add(members.len());
                threads.push((head.thread_id, members));
                if count > ROWS_MOST {
                    more = Some((head.newest, head.thread_id));
                    break 'all;
                }
            }
        }
        let members: Vec<Member> = threads.iter().flat_map(|(_, all)| all.clone()).collect();
        let rows = self.rows_on(imap, &members, None).await?;
        let all = self.told(&threads, &rows).await?;
        Ok((all, more.map(|(at, thread)| (at, thread.to_string()))))
    }

    /// Conversations of all folders, as many as asked for, if that takes no more than [`PATIENCE`].
    async fn heads_everywhere(
        &self,
        imap: &Imap,
        after: Option<&After>,
        limit: u32,
    ) -> Result<Heads, Error> {
        self.catch_up(imap).await?;
        let (store, account, begun) = (&self.0.shared.store, self.0.id, Instant::now());
        let place = place(after);
        loop {
            let asked = limit.saturating_add(1);
            let mut heads = indexed::heads(store, account, None, place, asked).await?;
            let has_more = heads.len() > limit as usize;
            let mut is_all = has_more;
            if !has_more {
                let has_read =
                    begun.elapsed() < self.waits(PATIENCE) && self.step(imap, Haste::Now).await?;
                if has_read {
                    continue;
                }
                is_all = begun.elapsed() < self.waits(PATIENCE);
            }
            heads.truncate(limit as usize);
            let last = heads.last().map(|head| (head.newest, head.thread_id));
            return Ok(Heads {
                more: last.or(place).filter(|_| has_more || !is_all),
                heads,
                is_all,
                revision: None,
            });
        }
    }

    /// The newest message of each conversation of a folder, and where the list goes on.
    pub(in crate::engine) async fn newest_on(
        &self,
        imap: &Imap,
        mailbox: MailboxId,
        after: Option<&After>,
        limit: u32,
    ) -> Result<(Vec<EmailSummary>, Option<After>), Error> {
        let mailbox = self.mailbox(mailbox).await?;
        if !mailbox.selectable {
            return Err(Error::NotFound);
        }
        let page = self.conversations_on(imap, &mailbox, after, limit).await?;
        let rows = page.rows.into_iter().map(|row| row.newest);
        Ok((rows.collect(), page.more))
    }

    /// The conversations of rows, as far as they are known. Asks nobody but the database.
    ///
    /// # Errors
    /// What the database says.
    pub async fn threaded(&self, rows: &[EmailSummary]) -> Result<Vec<EmailSummary>, Error> {
        let mut rows = rows.to_vec();
        if self.on_server().is_none() {
            return Ok(rows);
        }
        let (store, account) = (&self.0.shared.store, self.0.id);
        let placements: Vec<EmailId> = rows.iter().map(|row| row.placement).collect();
        for ((mailbox, uid_validity), uids) in by_folder(placements) {
            let known = indexed::threads_of(store, account, mailbox, uid_validity, &uids).await?;
            let here = rows.iter_mut().filter(|row| {
                (row.placement.mailbox, row.placement.uid_validity) == (mailbox, uid_validity)
            });
            for row in here {
                let thread = known.get(&row.placement.uid);
                row.thread_id = thread.map(ToString::to_string);
            }
        }
        Ok(rows)
    }

    /// The conversation that a message's header says that it is in. Asks nobody but the database.
    ///
    /// # Errors
    /// What the database says.
    pub async fn thread_by_header(&self, opened: &Opened) -> Result<Option<String>, Error> {
        let of = &opened.summary;
        let Some(imap) = self.on_server() else {
            return Ok(of.thread_id.clone());
        };
        let known = self.threaded(std::slice::from_ref(of)).await?;
        if let Some(thread) = known.into_iter().find_map(|row| row.thread_id) {
            return Ok(Some(thread));
        }
        let root = imap.root(&opened.header, of.placement);
        let thread = indexed::resolve(&self.0.shared.store, self.0.id, root).await?;
        Ok(Some(thread.to_string()))
    }

    /// Rows by placement. Messages that are gone are missing, and so is what lies in a folder that
    /// is gone, or can't be read, and what has not come at `until`.
    async fn rows_on(
        &self,
        imap: &Imap,
        members: &[Member],
        until: Option<Instant>,
    ) -> Result<HashMap<EmailId, EmailSummary>, Error> {
        let mut all = HashMap::new();
        for ((mailbox, uid_validity), uids) in by_folder(members.iter().map(Member::placement)) {
            let read = async {
                let mailbox = self.mailbox(mailbox).await?;
                imap.rows_of(&mailbox, uid_validity, &uids).await
            };
            let read = match until {
                None => read.await,
                Some(until) => match timeout_at(until, read).await {
                    Ok(read) => read,
                    Err(_late) => break,
                },
            };
            match read {
                Ok(rows) => all.extend(rows.into_iter().map(|row| (row.placement, row))),
                Err(Error::Vanished) => {}
                Err(error) if is_of_folder(&error) => {
                    tracing::debug!(%error, account.id = self.id(), "Messages are left out");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    /// Conversations as programs are told of them; without those of which nothing is there any more.
    async fn told(
        &self,
        threads: &[(Hash, Vec<Member>)],
        rows: &HashMap<EmailId, EmailSummary>,
    ) -> Result<Vec<Thread>, Error> {
        let mut all = Vec::new();
        let mut placements: Vec<EmailId> = Vec::new();
        for (thread, members) in threads {
            let members = members.iter();
            let rows: Vec<&EmailSummary> = members
                .filter_map(|member| rows.get(&member.placement()))
                .collect();
            let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
                continue;
            };
            let unread = rows.iter().filter(|row| !row.keywords.has(keyword::SEEN));
            placements.extend(rows.iter().map(|row| row.placement));
            all.push(Thread {
                id: thread.to_string(),
                subject: first.subject.clone(),
                received_at: last.received_at,
                unread: u32::try_from(unread.count()).unwrap_or(u32::MAX),
                emails: rows.iter().map(|row| row.placement).collect(),
                participants: participants(rows.iter().flat_map(|row| &row.from)),
            });
        }
        let mut known = self.first_known(&placements).await?.into_iter();
        for email in all.iter_mut().flat_map(|thread| &mut thread.emails) {
            *email = known.next().unwrap_or(*email);
        }
        Ok(all)
    }
}
