//! What a person has set: texts by name whose meaning the doors know, and the senders whose
//! pictures are always shown.

use crate::store::{self, id::UserId};

use super::{Engine, error::Error};

/// The setting that holds what a person has chosen for the pages, as one JSON object.
pub const PAGES: &str = "pages";

impl Engine {
    /// The text of a setting, at most a second old; empty when it was never set.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn setting(&self, user: UserId, name: &str) -> Result<String, Error> {
        let (recent, asked) = (
            &self.0.shared.recent.settings,
            self.0.shared.recent.stamp(self.now()),
        );
        let key = (user, name.to_owned());
        if let Some(text) = recent.get(&key, asked) {
            return Ok(text);
        }
        let text = store::settings::get(self.store(), user, name).await?;
        let text = text.unwrap_or_default();
        recent.keep(key, asked, text.clone());
        Ok(text)
    }

    /// Sets a setting.
    ///
    /// # Errors
    /// When the database can't be written.
    pub async fn set_setting(&self, user: UserId, name: &str, text: &str) -> Result<(), Error> {
        store::settings::set(self.store(), user, name, text, self.now()).await?;
        self.0.shared.recent.forget();
        Ok(())
    }

    /// Are this sender's pictures always shown to this person?
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn trusts(&self, user: UserId, sender: &str) -> Result<bool, Error> {
        Ok(store::trusted_senders::contains(self.store(), user, sender).await?)
    }

    /// Always shows this sender's pictures to this person, or no longer.
    ///
    /// # Errors
    /// When the database can't be written.
    pub async fn trust(&self, user: UserId, sender: &str, trusted: bool) -> Result<(), Error> {
        match trusted {
            true => store::trusted_senders::add(self.store(), user, sender, self.now()).await?,
            false => {
                store::trusted_senders::remove(self.store(), user, sender).await?;
            }
        }
        Ok(())
    }

    /// The senders whose pictures are always shown to this person.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn trusted(&self, user: UserId) -> Result<Vec<String>, Error> {
        Ok(store::trusted_senders::list(self.store(), user).await?)
    }
}
