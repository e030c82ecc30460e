//! What is done for mail that lives here once a day: journals are made shorter.

use crate::store::{self, accounts::AccountKind, local::compact};

use super::{
    super::{Engine, error::Error},
    owner,
};

/// Entries of the journal that are younger stay: a page of a list finds its place by them (ms).
const YOUNG: i64 = 30 * 24 * 60 * 60 * 1000;

impl Engine {
    /// Makes the journals shorter that have grown much longer than what they tell. In small steps,
    /// each on its own.
    ///
    /// # Errors
    /// When the database can't be read or written; what was removed until then is.
    pub async fn compact_journals(&self) -> Result<(), Error> {
        let until = self.now().saturating_sub(YOUNG);
        for user in store::users::list(self.store()).await? {
            for row in store::accounts::list(self.store(), user.id).await? {
                if row.kind == AccountKind::Imap {
                    continue;
                }
                let owner = owner(&row);
                if !compact::is_due(self.store(), owner).await? {
                    continue;
                }
                let mut after = 0;
                while let Some(last) = compact::step(self.store(), owner, after, until).await? {
                    after = last;
                }
            }
        }
        Ok(())
    }
}
