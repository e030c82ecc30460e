//! People whom a person has written to and heard from, for the fields of recipients.

use crate::store;

use super::{account::Account, error::Error};

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
        let person = |row: store::contacts::ContactRow| Person {
            id: row.id.get(),
            name: row.name,
            email: row.address,
        };
        Ok(found.into_iter().map(person).collect())
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
