//! The index of an account whose mail lies on a server: which of its messages belong together,
//! whichever folders they lie in. No server tells that of all folders at once, so it is read from
//! their messages' headers, the newest first, in chunks, once somebody wants to see conversations;
//! and kept up with what the server says that each folder holds. Nothing waits for all of it, and all
//! of it may be forgotten ([0029](../../docs/decisions/0029-conversations-on-a-server.md)).
//!
//! Folders are read but Junk and Trash, which are when they are looked at themselves, and what shows
//! starred messages once more.
//!
//! Cost: two round trips for a chunk of 500 messages (some 150 KB), on a connection that nobody waits
//! for. Whether a folder has changed is seen from the listing of folders; one that has costs a round
//! trip, and one more, as long as its UIDs, where messages have gone.

mod look;
mod page;
mod whole;

use std::{
    collections::HashMap,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};
use tokio_util::task::AbortOnDropHandle;

use crate::{
    imap::survey::Haste,
    mail::{
        id::MailboxId,
        mailbox::{Mailbox, Role},
    },
    store::indexed::{self, Folder, MESSAGES_MOST},
};

use self::page::Kept;
use super::{
    account::{Account, Live},
    error::{Error, Problem},
    events::EventKind,
    mailstore::{Imap, Mailstore, Standing},
};

/// How long the one who reads rests at most between two chunks; else as long as a chunk took.
const REST: Duration = Duration::from_millis(500);

/// How long whoever asks for conversations waits for more of them to be read.
const PATIENCE: Duration = Duration::from_millis(1500);

/// The same of who opens a message: it is shown together with what is known.
const MOMENT: Duration = Duration::from_millis(250);

/// How long a folder that could not be read is left alone while its listing stays the same.
const LEFT_ALONE: Duration = Duration::from_secs(600);

/// Folders that may be in trouble for the time being. With more of them the server is.
const TROUBLED_MOST: usize = 4;

/// Who reads an account, and what is known of it in memory.
#[derive(Debug, Default)]
pub(super) struct Indexing {
    reading: Mutex<Reading>,
    /// Somebody has asked for conversations.
    used: AtomicBool,
    /// The reader has come further.
    stepped: Notify,
    /// What a listing said of a folder when it was looked at last.
    looked: Mutex<HashMap<MailboxId, Standing>>,
    /// Folders that could not be read.
    given_up: Mutex<HashMap<MailboxId, GivenUp>>,
    /// How often the index has changed.
    changes: AtomicU64,
    /// Older messages were read that nobody was told of.
    deepened: AtomicBool,
    /// Pages, as long as their folders are vouched for and the index is as it was.
    kept: Mutex<Kept>,
}

/// The one who reads.
#[derive(Debug, Default)]
struct Reading {
    task: Option<AbortOnDropHandle<()>>,
    /// It has not decided to end.
    is_running: bool,
    /// Something has changed since it looked.
    again: bool,
}

/// A folder that could not be read, as it was then.
#[derive(Debug)]
struct GivenUp {
    path: String,
    standing: Option<Standing>,
    at: Instant,
    /// It may be read soon.
    is_passing: bool,
}

impl GivenUp {
    fn is_recent(&self) -> bool {
        self.at.elapsed() < LEFT_ALONE
    }
}

impl Indexing {
    fn reading(&self) -> MutexGuard<'_, Reading> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whoever reads has found nothing more: may they end? Who asks from here on begins anew.
    fn may_end(&self) -> bool {
        let mut reading = self.reading();
        reading.is_running = reading.again;
        !reading.again
    }

    fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// Pages that are kept, here or in another process, may tell of it.
    fn note_change(&self) {
        self.changes.fetch_add(1, Ordering::Release);
    }

    fn given_up(&self) -> MutexGuard<'_, HashMap<MailboxId, GivenUp>> {
        self.given_up.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn looked(&self) -> MutexGuard<'_, HashMap<MailboxId, Standing>> {
        self.looked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Account {
    /// The half whose mail lies on a server, where that is so.
    pub(super) fn on_server(&self) -> Option<&Imap> {
        match &self.0.mailstore {
            Mailstore::Imap(imap) => Some(imap),
            Mailstore::Local(_) => None,
        }
    }

    /// Reads all that is missing in the index of conversations, and comes back when nothing is. Of
    /// mail that lives here nothing ever is.
    ///
    /// # Errors
    /// When the server can't be asked.
    pub async fn read_conversations(&self) -> Result<(), Error> {
        if let Some(imap) = self.on_server() {
            self.renew_mailboxes().await;
            while self.step(imap, Haste::Now).await? {}
        }
        Ok(())
    }

    /// Somebody wants to see conversations: what is missing is read behind their back.
    fn read_on(&self) {
        let indexing = &self.0.indexing;
        indexing.used.store(true, Ordering::Relaxed);
        let mut reading = indexing.reading();
        reading.again = true;
        let task = reading.task.as_ref();
        if !reading.is_running || task.is_none_or(AbortOnDropHandle::is_finished) {
            // Weak, for the account owns the task: one that nobody uses any more goes.
            let task = tokio::spawn(read(Arc::downgrade(&self.0)));
            reading.task = Some(AbortOnDropHandle::new(task));
            reading.is_running = true;
        }
    }

    /// Another process has read more: pages that are kept tell of less.
    pub(super) fn reread_conversations(&self) {
        self.0.indexing.note_change();
    }

    /// The reader has come to its end: lists that were opened meanwhile go further now.
    async fn tell_of_deepened(&self) {
        if self.0.indexing.deepened.swap(false, Ordering::AcqRel) {
            self.publish(EventKind::Thread, None).await;
        }
    }

    /// A folder has changed. Where conversations are looked at, they are kept up.
    pub(super) fn reindex_soon(&self) {
        if self.0.indexing.used.load(Ordering::Relaxed) {
            self.read_on();
        }
    }

    /// Brings the index up to date for whoever waits: folders that have changed are looked at, as far
    /// as that can be done in [`PATIENCE`]. The rest is read behind their back.
    async fn catch_up(&self, imap: &Imap) -> Result<(), Error> {
        self.renew_old_mailboxes().await;
        let begun = Instant::now();
        while begun.elapsed() < self.waits(PATIENCE)
            && self.look_at_changed(imap, Haste::Now).await?
        {}
        self.read_on();
        Ok(())
    }

    /// Waits until messages are read down to those that arrived at `until` (ms), a moment at most.
    async fn wait_for(&self, imap: &Imap, until: i64) -> Result<(), Error> {
        let deadline = Instant::now() + self.waits(MOMENT);
        loop {
            let mut stepped = pin!(self.0.indexing.stepped.notified());
            // Heard from here on, not only while it is waited for.
            stepped.as_mut().enable();
            if self.has_reached(imap, until).await? || timeout_at(deadline, stepped).await.is_err()
            {
                return Ok(());
            }
        }
    }

    async fn has_reached(&self, imap: &Imap, until: i64) -> Result<bool, Error> {
        let list = self.mailboxes().await?;
        let known = indexed::folders(&self.0.shared.store, self.0.id).await?;
        let is_full = held(&known) >= MESSAGES_MOST;
        let reached = |mailbox: &Mailbox| {
            let folder = known.iter().find(|folder| folder.mailbox_id == mailbox.id);
            mailbox.total == 0
                || mailbox.role == Some(Role::All)
                || folder.is_some_and(|folder| folder.below == 0 || folder.reached_at <= until)
        };
        let mut wanted = list.iter().filter(|one| self.is_wanted(imap, one));
        Ok(is_full || wanted.all(reached))
    }

    /// One step: a folder that has changed is looked at, else the folder is read on whose next
    /// messages are the newest. False when nothing is left.
    async fn step(&self, imap: &Imap, haste: Haste) -> Result<bool, Error> {
        Ok(self.look_at_changed(imap, haste).await? || self.go_on(imap, haste).await?)
    }

    /// Looks at one folder that has changed; false when there is none.
    async fn look_at_changed(&self, imap: &Imap, haste: Haste) -> Result<bool, Error> {
        let list = self.mailboxes().await?;
        let known = indexed::folders(&self.0.shared.store, self.0.id).await?;
        let mut wanted = list.iter().filter(|one| self.is_wanted(imap, one));
        let changed = wanted.find(|mailbox| {
            let folder = known.iter().find(|one| one.mailbox_id == mailbox.id);
            folder.is_some_and(|folder| !self.is_as_listed(imap, mailbox, folder))
        });
        let Some(mailbox) = changed else {
            return Ok(false);
        };
        let standing = imap.standing(mailbox.id);
        if let Err(error) = self.keep_up(imap, mailbox, haste).await {
            self.give_up(mailbox, standing, error)?;
        }
        Ok(true)
    }

    /// Reads a chunk of the folder whose next messages are the newest; false when all is read.
    async fn go_on(&self, imap: &Imap, haste: Haste) -> Result<bool, Error> {
        let list = self.mailboxes().await?;
        let known = indexed::folders(&self.0.shared.store, self.0.id).await?;
        let next = list.iter().filter(|one| self.is_wanted(imap, one));
        let next = next.filter_map(|mailbox| {
            let folder = known.iter().find(|folder| folder.mailbox_id == mailbox.id);
            let reached = match folder {
                Some(folder) if folder.below == 0 => return None,
                Some(folder) => folder.reached_at,
                None if mailbox.total == 0 => return None,
                None => i64::MAX,
            };
            // What shows again what lies elsewhere comes last.
            Some((mailbox, (mailbox.role != Some(Role::All), reached)))
        });
        let Some((mailbox, _)) = next.max_by_key(|(_, rank)| *rank) else {
            return Ok(false);
        };
        let held = held(&known);
        if held >= MESSAGES_MOST {
            tracing::debug!(
                account.id = self.id(),
                held,
                "No more conversations are read"
            );
            return Ok(false);
        }
        let standing = imap.standing(mailbox.id);
        if let Err(error) = self.deepen(imap, mailbox, haste).await {
            let is_gone = matches!(error, Error::NotFound);
            self.give_up(mailbox, standing, error)?;
            if is_gone {
                // With the next listing; some list what they don't open.
                self.renew_mailboxes().await;
            }
        }
        Ok(true)
    }

    /// Is the folder read without being looked at itself, and can it be?
    fn is_wanted(&self, imap: &Imap, mailbox: &Mailbox) -> bool {
        let is_given_up = |known: &GivenUp| {
            known.is_recent()
                && known.path == mailbox.path
                && known.standing == imap.standing(mailbox.id)
        };
        let known = self.0.indexing.given_up();
        is_read(mailbox) && !known.get(&mailbox.id).is_some_and(is_given_up)
    }

    /// Leaves a folder alone that can't be read, so that the others are. Gives the trouble back where
    /// it is not the folder's.
    fn give_up(
        &self,
        mailbox: &Mailbox,
        standing: Option<Standing>,
        error: Error,
    ) -> Result<(), Error> {
        if !is_of_folder(&error) {
            return Err(error);
        }
        // A server that is down refuses the sign-in with the same words.
        let is_passing = match &error {
            Error::Upstream { problem, .. } => {
                !matches!(problem, Problem::Refused | Problem::NoPermission)
            }
            _ => false,
        };
        let mut known = self.0.indexing.given_up();
        known.retain(|_, one| one.is_recent());
        let troubled = known.values().filter(|one| one.is_passing).count();
        if is_passing && troubled >= TROUBLED_MOST {
            return Err(error);
        }
        tracing::debug!(%error, account.id = self.id(), "A folder's conversations are left out");
        let given_up = GivenUp {
            path: mailbox.path.clone(),
            standing,
            at: Instant::now(),
            is_passing,
        };
        known.insert(mailbox.id, given_up);
        Ok(())
    }

    /// Is the folder as it was when it was read, as far as the last listing tells?
    fn is_as_listed(&self, imap: &Imap, mailbox: &Mailbox, folder: &Folder) -> bool {
        let Some(standing) = imap.standing(mailbox.id) else {
            return true;
        };
        let is_same = standing.uid_validity == folder.uid_validity
            && standing.uid_next != 0
            && standing.uid_next <= folder.uid_next
            && standing.total == folder.total();
        // A server that counts otherwise than it shows is not asked again and again.
        is_same || self.0.indexing.looked().get(&mailbox.id) == Some(&standing)
    }
}

/// Is the folder read without being looked at itself?
fn is_read(mailbox: &Mailbox) -> bool {
    let apart = [Role::Junk, Role::Trash, Role::Flagged];
    mailbox.selectable && !mailbox.role.is_some_and(|role| apart.contains(&role))
}

/// May it be that other folders of the account can be read nevertheless?
fn is_of_folder(error: &Error) -> bool {
    match error {
        Error::NotFound => true,
        Error::Upstream { problem, .. } => matches!(
            problem,
            Problem::Refused
                | Problem::NoPermission
                | Problem::Unavailable
                | Problem::InUse
                | Problem::ContactAdmin
        ),
        _ => false,
    }
}

fn held(known: &[Folder]) -> u32 {
    let held = known.iter().map(|folder| folder.held);
    held.fold(0, u32::saturating_add)
}

/// Reads until nothing is left, with rests in between.
async fn read(account: Weak<Live>) {
    loop {
        let Some(account) = account.upgrade().map(Account) else {
            return;
        };
        let Some(imap) = account.on_server() else {
            return;
        };
        let begun = Instant::now();
        account.0.indexing.reading().again = false;
        let step = account.step(imap, Haste::Aside).await;
        account.0.indexing.stepped.notify_waiters();
        if let Err(error) = &step {
            tracing::debug!(%error, account.id = account.id(), "Conversations are not read on");
        }
        if !matches!(step, Ok(true)) {
            account.tell_of_deepened().await;
            if account.0.indexing.may_end() {
                return;
            }
        }
        drop(account);
        tokio::time::sleep(begun.elapsed().min(REST)).await;
    }
}
