//! People whom a person has written to and heard from, for the fields of recipients.

use crate::{
    mail::{
        reply::{own::Own, recipients::is_no_reply},
        warning::bulk,
    },
    store::{self, contacts::ContactRow},
};

use super::{account::Account, error::Error, read::Opened};

/// Somebody one may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// A number by which they can be forgotten.
    pub id: i64,
    /// The name; may be empty.
    pub name: String,
    /// The address as it was last written.
    pub email: String,
}

impl Account {
    /// Those whom the first letters typed may mean, the likeliest first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn people(&self, typed: &str, most: usize) -> Result<Vec<Person>, Error> {
        let store = &self.0.shared.store;
        let found = store::contacts::search(store, self.0.user, typed, most).await?;
        Ok(found.into_iter().map(Person::from).collect())
    }

    /// At most so many people by address, after the one given; `""` for the first. The address
    /// after which there are more.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn all_people(
        &self,
        after: &str,
        most: usize,
    ) -> Result<(Vec<Person>, Option<String>), Error> {
        let store = &self.0.shared.store;
        let one_more = i64::try_from(most + 1).unwrap_or(i64::MAX);
        let mut rows = store::contacts::list(store, self.0.user, after, one_more).await?;
        let has_more = rows.len() > most;
        rows.truncate(most);
        let last = rows.last().map(|row| row.email.clone());
        let people = rows.into_iter().map(Person::from).collect();
        Ok((people, last.filter(|_| has_more)))
    }

    /// Remembers who wrote a message, so that they are offered when one writes. Not those who
    /// write to many at once or as programs, whom nobody answers, nor oneself.
    ///
    /// # Errors
    /// When the database can't be used.
    pub async fn remember_sender(&self, opened: &Opened) -> Result<(), Error> {
        let [from] = opened.summary.from.as_slice() else {
            return Ok(());
        };
        if bulk::is_bulk(&opened.fields()) || !from.is_complete() || is_no_reply(&from.email) {
            return Ok(());
        }
        let own = self.own_addresses().await?;
        if Own::new(&own).has(&from.email) {
            return Ok(());
        }
        let (store, now) = (&self.0.shared.store, self.now());
        let name = from.name.as_deref().unwrap_or_default();
        store::contacts::record_received(store, self.0.user, name, &from.email, now).await?;
        Ok(())
    }

    /// No longer offers anybody, until they are written to again. Says how many that were.
    ///
    /// # Errors
    /// When the database can't be written.
    pub async fn forget_everybody(&self) -> Result<usize, Error> {
        let store = &self.0.shared.store;
        let gone = store::contacts::hide_all(store, self.0.user).await?;
        Ok(usize::try_from(gone).unwrap_or(usize::MAX))
    }

    /// No longer offers somebody, until they are written to again.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is nobody of this number.
    pub async fn forget_person(&self, id: i64) -> Result<(), Error> {
        let store = &self.0.shared.store;
        match store::contacts::hide(store, self.0.user, id).await? {
            true => Ok(()),
            false => Err(Error::NotFound),
        }
    }

    /// The domains that the person has written to.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn known_domains(&self) -> Result<Vec<String>, Error> {
        let store = &self.0.shared.store;
        Ok(store::contacts::known_domains(store, self.0.user).await?)
    }
}

impl From<ContactRow> for Person {
    fn from(row: ContactRow) -> Self {
        Self {
            id: row.id.get(),
            name: row.name,
            email: row.address,
        }
    }
}
