//! Accounts in another order, and accounts that go.

use crate::{
    mail::mailbox::Role,
    store::{self, accounts::AccountKind, accounts::AccountRow},
};

use super::super::{Engine, account::Account, error::Error, events::EventKind, sign_in::Attempt};

/// What goes with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// Messages that lie here and nowhere else that we know of.
    pub messages: u64,
    /// Drafts.
    pub drafts: u64,
    /// Messages that have not gone out.
    pub unsent: u64,
}

impl Engine {
    /// Moves an account one place up or down among its owner's.
    ///
    /// # Errors
    /// [`Error::NotFound`] when they have none of that number.
    pub async fn move_account(&self, own: &Account, id: i64, up: bool) -> Result<(), Error> {
        let rows = store::accounts::list(self.store(), own.0.user).await?;
        let mut order: Vec<_> = rows.iter().map(|row| row.id).collect();
        let from = rows.iter().position(|row| row.id.get() == id);
        let from = from.ok_or(Error::NotFound)?;
        let to = match up {
            true => from.checked_sub(1),
            false => Some(from + 1).filter(|to| *to < order.len()),
        };
        // At the edge it stays.
        let Some(to) = to else { return Ok(()) };
        order.swap(from, to);
        store::accounts::arrange(self.store(), own.0.user, &order, self.now()).await?;
        self.0.shared.recent.forget();
        own.publish(EventKind::Mailbox, None).await;
        Ok(())
    }

    /// What would be lost with an account.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an account that is not theirs or the one signed in with.
    pub async fn leaving(&self, own: &Account, id: i64) -> Result<Leaving, Error> {
        let row = self.further_row(own, id).await?;
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        let (waiting, troubled) = store::submissions::counts(self.store(), row.id).await?;
        Ok(Leaving {
            messages: self.kept_here(&row).await?,
            drafts: count(store::drafts::count(self.store(), row.id).await?),
            unsent: count(waiting.saturating_add(troubled)),
        })
    }

    async fn kept_here(&self, row: &AccountRow) -> Result<u64, Error> {
        if row.kind == AccountKind::Imap {
            return Ok(0);
        }
        let folders = store::local::folders::list(self.store(), super::super::local::owner(row));
        let folders = folders.await?;
        let real = folders
            .iter()
            .filter(|folder| !matches!(folder.role, Some(Role::All | Role::Flagged)));
        Ok(real.map(|folder| u64::from(folder.total)).sum())
    }

    /// Removes an account with everything of it that lies here, after the password of the one
    /// signed in with: from here on it is nowhere, and its rows go by and by. What lies on its server
    /// stays there.
    ///
    /// # Errors
    /// [`Error::NotFound`] as [`Engine::leaving`]; as [`Engine::sign_in`] for the password.
    pub async fn remove_account(
        &self,
        own: &Account,
        id: i64,
        attempt: &Attempt,
    ) -> Result<(), Error> {
        let row = self.further_row(own, id).await?;
        self.confirm(own.address(), attempt).await?;
        self.stop_collecting(row.id);
        store::accounts::retire(self.store(), row.id, self.now()).await?;
        self.0.shared.removed.wake();
        self.0.registry.remove(row.id);
        self.0.shared.grants.forget(row.id);
        self.0.shared.recent.forget();
        own.publish(EventKind::Mailbox, None).await;
        Ok(())
    }
}
