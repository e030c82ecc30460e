//! What a person has set: texts by name whose meaning the doors know, and the senders whose
//! pictures are always shown.

use crate::store::{self, id::UserId};

use super::{Engine, error::Error};

impl Engine {
    /// The text of a setting; empty when it was never set.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn setting(&self, user: UserId, name: &str) -> Result<String, Error> {
        let text = store::settings::get(self.store(), user, name).await?;
        Ok(text.unwrap_or_default())
    }

    /// Sets a setting.
    ///
    /// # Errors
    /// When the database can't be written.
    pub async fn set_setting(&self, user: UserId, name: &str, text: &str) -> Result<(), Error> {
        Ok(store::settings::set(self.store(), user, name, text, self.now()).await?)
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
