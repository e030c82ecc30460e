//! What was deleted for good where mail lives here, and can be brought back for a while: by hand from
//! Trash, because Trash was emptied, or because it lay there long enough.
//!
//! Cost: statements, a few for each message.

use std::collections::BTreeMap;

use crate::{
    mail::{
        address::Address,
        id::{EmailId, MailboxId},
        mailbox::Role,
    },
    store::{
        self,
        local::{
            Owner,
            removals::{self, RemovalRow},
        },
    },
};

use super::{
    account::Account, change::BULK_MOST, error::Error, events::Happened, mailstore::Mailstore,
};

/// For how long it can be brought back (ms): a week.
pub const KEPT_FOR: i64 = 7 * 24 * 60 * 60 * 1000;

/// The same in days.
pub const KEPT_DAYS: u32 = 7;

/// Messages that are let go of in one step.
const AT_ONCE: i64 = 100;

/// A message that can be brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// Its number, for as long as it is here.
    pub id: i64,
    /// Subject, decoded.
    pub subject: String,
    /// From.
    pub from: Vec<Address>,
    /// To.
    pub to: Vec<Address>,
    /// Octets.
    pub size: u64,
    /// When it arrived (ms).
    pub received_at: i64,
    /// When it was deleted (ms).
    pub deleted_at: i64,
    /// Until when it can be brought back (ms).
    pub until: i64,
    /// The folder that it goes back into.
    pub home: MailboxId,
}

/// A message that was brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The number that it had.
    pub id: i64,
    /// The message where it lies now. Ids that it had before lead here as well.
    pub email: EmailId,
}

impl Account {
    /// At most `limit` of what was deleted lately, the last one first, from below the number
    /// `before`. The second says where the next page begins, if there is one.
    ///
    /// # Errors
    /// [`Error::Invalid`] where mail lies on a server.
    pub async fn deleted_lately(
        &self,
        before: Option<i64>,
        limit: u32,
    ) -> Result<(Vec<Deleted>, Option<i64>), Error> {
        self.keeper()?;
        let (store, since) = (&self.0.shared.store, self.kept_since());
        let asked = i64::from(limit).saturating_add(1);
        let mut rows = removals::page(store, self.0.id, since, before, asked).await?;
        let shown = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > shown;
        rows.truncate(shown);
        let next = rows.last().map(|row| row.id.get()).filter(|_| more);
        let folders = self.mailboxes().await?;
        let inbox = folders.iter().find(|one| one.role == Some(Role::Inbox));
        let inbox = inbox.ok_or(Error::NotFound)?.id;
        let folders: Vec<_> = folders.iter().map(|one| (one.id, one.role)).collect();
        let items = rows.into_iter().map(|row| {
            let home = removals::home(row.came_from, &folders, inbox);
            deleted(row, home)
        });
        let items = items.collect();
        Ok((items, next))
    }

    /// Brings messages back: each into the folder that it came from, or the inbox when that is gone.
    /// Those that are not there any more are passed over.
    ///
    /// # Errors
    /// [`Error::Invalid`] where mail lies on a server, for none and for too many.
    pub async fn restore(&self, ids: &[i64]) -> Result<Vec<Restored>, Error> {
        let owner = self.keeper()?;
        let ids = bounded(ids)?.to_vec();
        self.carry_out(async move |account| account.bring_in(owner, &ids).await)
            .await
    }

    async fn bring_in(&self, owner: Owner, ids: &[i64]) -> Result<Vec<Restored>, Error> {
        let (store, now, since) = (&self.0.shared.store, self.now(), self.kept_since());
        let restored = removals::restore(store, owner, ids, since, now).await?;
        let moves: Vec<_> = restored.iter().map(|one| (one.from, one.to)).collect();
        if let Err(error) = store::aliases::insert(store, owner.account, &moves, now).await {
            // They are back; only their old addresses are lost.
            tracing::error!(?error, "Where messages went could not be written down");
        }
        let mut changed: BTreeMap<MailboxId, Vec<EmailId>> = BTreeMap::new();
        let placements: Vec<EmailId> = restored.iter().map(|one| one.to).collect();
        // They are back, whether their names can be read or not.
        let known = self.first_known(&placements).await;
        let ids = known.unwrap_or_else(|_| placements.clone());
        for (at, id) in placements.iter().zip(ids) {
            changed.entry(at.mailbox).or_default().push(id);
        }
        let back = changed
            .iter()
            .map(|(mailbox, ids)| Happened::created(*mailbox, ids));
        self.refiled(&back.collect::<Vec<_>>()).await;
        let one = |one: removals::Restored| Restored {
            id: one.removal,
            email: one.to,
        };
        Ok(restored.into_iter().map(one).collect())
    }

    /// Lets go of messages at once: nothing brings them back. Says how many there were.
    ///
    /// # Errors
    /// As [`Account::restore`].
    pub async fn forget_deleted(&self, ids: &[i64]) -> Result<usize, Error> {
        let owner = self.keeper()?;
        let (store, now) = (&self.0.shared.store, self.now());
        Ok(removals::forget(store, owner, bounded(ids)?, now).await?)
    }

    /// Lets go of all that was deleted until now. Says how many messages there were.
    ///
    /// # Errors
    /// [`Error::Invalid`] where mail lies on a server. What was let go of until then is gone.
    pub async fn forget_all_deleted(&self) -> Result<usize, Error> {
        let owner = self.keeper()?;
        let (store, since) = (&self.0.shared.store, self.kept_since());
        let (mut gone, mut before) = (0_usize, None);
        loop {
            let rows = removals::page(store, self.0.id, since, before, AT_ONCE).await?;
            let ids: Vec<i64> = rows.iter().map(|row| row.id.get()).collect();
            let Some(last) = ids.last() else {
                return Ok(gone);
            };
            before = Some(*last);
            let step = removals::forget(store, owner, &ids, self.now()).await?;
            gone = gone.saturating_add(step);
        }
    }

    /// Whose mail it is, where it lives here.
    fn keeper(&self) -> Result<Owner, Error> {
        match &self.0.mailstore {
            Mailstore::Local(local) => Ok(local.owner),
            Mailstore::Imap(_) => Err(Error::Invalid("deleted-elsewhere")),
        }
    }

    fn kept_since(&self) -> i64 {
        self.now().saturating_sub(KEPT_FOR)
    }
}

fn deleted(row: RemovalRow, home: MailboxId) -> Deleted {
    Deleted {
        id: row.id.get(),
        subject: row.subject,
        from: row.from_json,
        to: row.to_json,
        size: u64::try_from(row.size).unwrap_or(0),
        received_at: row.received_at,
        deleted_at: row.removed_at,
        until: row.removed_at.saturating_add(KEPT_FOR),
        home,
    }
}

fn bounded(ids: &[i64]) -> Result<&[i64], Error> {
    match ids.len() {
        0 => Err(Error::Invalid("nothing-selected")),
        count if count > BULK_MOST => Err(Error::Invalid("too-many-selected")),
        _ => Ok(ids),
    }
}
