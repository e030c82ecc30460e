//! How long messages lie in Trash and Junk before they are deleted, where mail lives here. On a
//! server that is the server's to say.

use crate::{
    mail::{id::MailboxId, mailbox::Role},
    store::{
        self,
        accounts::{AccountKind, AccountRow},
    },
};

use super::super::{Engine, account::Account, error::Error};

/// The most days that can be chosen: ten years.
pub const DAYS_MOST: u32 = 3650;

/// Days that messages lie there, from when they were put there; `None` for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keeping {
    /// In Trash.
    pub trash: Option<u32>,
    /// In Junk.
    pub junk: Option<u32>,
}

impl Keeping {
    pub(super) fn of(row: &AccountRow) -> Option<Self> {
        let days = |days: i64| u32::try_from(days).ok().filter(|days| *days > 0);
        (row.kind != AccountKind::Imap).then(|| Self {
            trash: days(row.trash_days),
            junk: days(row.junk_days),
        })
    }
}

impl Engine {
    /// Chooses for how many days messages lie in Trash and in Junk: `Some(None)` for ever, `None`
    /// leaves what was chosen.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an account that is not theirs; [`Error::Invalid`] where mail lies on a
    /// server, and for days that are not 1 to [`DAYS_MOST`].
    pub async fn keep_for(
        &self,
        own: &Account,
        id: i64,
        trash: Option<Option<u32>>,
        junk: Option<Option<u32>>,
    ) -> Result<(), Error> {
        let standings = self.standings(own).await?;
        let standing = standings.iter().find(|one| one.id == id);
        let standing = standing.ok_or(Error::NotFound)?;
        if standing.keeping.is_none() {
            return Err(Error::Invalid("keeping-elsewhere"));
        }
        for days in [trash, junk].into_iter().flatten().flatten() {
            if !(1..=DAYS_MOST).contains(&days) {
                return Err(Error::Invalid("keeping-days-wrong"));
            }
        }
        let column = |days: Option<Option<u32>>| days.map(|days| i64::from(days.unwrap_or(0)));
        let (account, now) = (standing.account, self.now());
        let (trash, junk) = (column(trash), column(junk));
        store::accounts::set_keeping(self.store(), account, trash, junk, now).await?;
        self.0.shared.recent.forget();
        Ok(())
    }

    /// The same for a folder, which is Trash or Junk.
    ///
    /// # Errors
    /// As [`Engine::keep_for`]; [`Error::NotFound`] for any other folder.
    pub async fn keep_in(
        &self,
        own: &Account,
        account: &Account,
        mailbox: MailboxId,
        days: Option<u32>,
    ) -> Result<(), Error> {
        let (trash, junk) = match account.mailbox(mailbox).await?.role {
            Some(Role::Trash) => (Some(days), None),
            Some(Role::Junk) => (None, Some(days)),
            _ => return Err(Error::NotFound),
        };
        self.keep_for(own, account.id(), trash, junk).await
    }
}
