//! A draft goes to the account of whoever writes it now: its row and its files at once, its copy in
//! the Drafts folder by the next time it is written there.

use crate::store;

use super::super::{account::Account, error::Error};

impl Account {
    /// Gives a draft of this account to another one of the same person. False when it is gone, or
    /// on its way.
    ///
    /// # Errors
    /// When the database can't be written.
    pub async fn hand_draft(&self, id: i64, to: &Self) -> Result<bool, Error> {
        // A copy that is being written would be left behind.
        let writing = self.0.copying.lock().await;
        self.draft_row(id).await?;
        let (shared, user) = (&self.0.shared, self.0.user);
        let handed = store::drafts::hand(&shared.store, user, id, to.0.id).await?;
        shared.recent.forget();
        drop(writing);
        let Some(handed) = handed else {
            return Ok(false);
        };
        if handed.copy.is_some() {
            let account = self.clone();
            // Behind the page; what can't be removed stays as one more draft, and nothing is lost.
            tokio::spawn(async move { account.remove_copy(handed.copy).await });
        }
        Ok(true)
    }

    /// Mail can be sent from it.
    pub fn sends(&self) -> bool {
        let servers = self.0.servers.as_ref();
        let sends = servers.is_some_and(|servers| servers.server.smtp.is_some());
        sends || self.0.mailstore.is_local() && !self.is_collected()
    }
}
