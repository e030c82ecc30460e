//! Who a person writes as (RFC 8621 §6).

use crate::{
    mail::{
        html,
        typed::{self, Typed},
    },
    store::{
        self,
        identities::{IdentityFields, IdentityRow},
    },
};

use super::{account::Account, error::Error};

/// An identity as stored or to be stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Its number; 0 for one that is not stored yet.
    pub id: i64,
    /// The name that recipients see.
    pub name: String,
    /// The address.
    pub email: String,
    /// Where answers go; empty: to the address.
    pub reply_to: String,
    /// Who always gets a copy that nobody sees, an address list; empty for nobody.
    pub bcc: String,
    /// The signature of plain messages.
    pub text_signature: String,
    /// The signature of rich messages, HTML as typed; empty: the plain one.
    pub html_signature: String,
    /// The one that new mail is written as.
    pub is_default: bool,
}

impl Account {
    /// The account's identities, the default one first. The first look makes one of the address
    /// signed in with.
    ///
    /// # Errors
    /// When the database can't be used.
    pub async fn identities(&self) -> Result<Vec<Identity>, Error> {
        let store = &self.0.shared.store;
        let mut rows = store::identities::list(store, self.0.id).await?;
        if rows.is_empty() {
            let own = Identity {
                email: self.0.address.clone(),
                ..Identity::default()
            };
            // Several pages that come at once make one.
            store::identities::create_first(store, self.0.id, &own.fields(), self.now()).await?;
            rows = store::identities::list(store, self.0.id).await?;
        }
        Ok(rows.into_iter().map(Identity::from).collect())
    }

    /// Stores an identity: a new one (id 0), or the changes to one. Gives its number.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an address that is none or a field that is too long,
    /// [`Error::NotFound`] for a number that is not this account's.
    pub async fn save_identity(&self, identity: &Identity) -> Result<i64, Error> {
        let store = &self.0.shared.store;
        identity.check()?;
        let (fields, now) = (identity.fields(), self.now());
        let id = if identity.id == 0 {
            store::identities::create(store, self.0.id, &fields, now)
                .await?
                .id
                .get()
        } else {
            let updated =
                store::identities::update(store, self.0.id, identity.id, &fields, now).await?;
            if !updated {
                return Err(Error::NotFound);
            }
            identity.id
        };
        if identity.is_default {
            store::identities::set_default(store, self.0.id, id).await?;
        }
        Ok(id)
    }

    /// Removes an identity; the last one stays.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the last one, [`Error::NotFound`] for a number that is not this
    /// account's.
    pub async fn delete_identity(&self, id: i64) -> Result<(), Error> {
        let store = &self.0.shared.store;
        if store::identities::list(store, self.0.id).await?.len() <= 1 {
            return Err(Error::Invalid("identity-last"));
        }
        match store::identities::delete(store, self.0.id, id).await? {
            true => Ok(()),
            false => Err(Error::NotFound),
        }
    }
}

impl Identity {
    /// The signature as HTML that is fit to be sent; empty when there is none.
    pub fn rich_signature(&self) -> String {
        let typed = match self.html_signature.trim() {
            "" => lines(self.text_signature.trim()),
            typed => typed.to_owned(),
        };
        let clean = html::clean_written(&typed, &|_| None);
        clean
            .map(|clean| clean.html.to_string())
            .unwrap_or_default()
    }

    /// What would break a header when it is written (RFC 5322 §2.2), or is no address.
    fn check(&self) -> Result<(), Error> {
        let one_line = |text: &str| text.len() <= 300 && !text.chars().any(char::is_control);
        let address = |text: &str| {
            one_line(text)
                && !text.contains(char::is_whitespace)
                && text
                    .rsplit_once('@')
                    .is_some_and(|(a, b)| !a.is_empty() && !b.is_empty())
        };
        if !address(&self.email) || !(self.reply_to.is_empty() || address(&self.reply_to)) {
            return Err(Error::Invalid("identity-address-invalid"));
        }
        let is_unclear = |entry: &Typed| matches!(entry, Typed::Unclear { .. });
        if typed::parse(&self.bcc).iter().any(is_unclear) {
            return Err(Error::Invalid("identity-address-invalid"));
        }
        let signatures = self
            .text_signature
            .len()
            .max(self.html_signature.len().div_ceil(2));
        if !one_line(&self.name) || self.bcc.len() > 1000 || signatures > 10_000 {
            return Err(Error::Invalid("identity-too-long"));
        }
        Ok(())
    }

    fn fields(&self) -> IdentityFields<'_> {
        IdentityFields {
            name: &self.name,
            email: &self.email,
            reply_to: &self.reply_to,
            bcc: &self.bcc,
            text_signature: &self.text_signature,
            html_signature: &self.html_signature,
        }
    }
}

/// Lines of text as HTML.
fn lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(html::escape).collect();
    lines.join("<br>")
}

impl From<IdentityRow> for Identity {
    fn from(row: IdentityRow) -> Self {
        Self {
            id: row.id.get(),
            name: row.name,
            email: row.email,
            reply_to: row.reply_to,
            bcc: row.bcc,
            text_signature: row.text_signature,
            html_signature: row.html_signature,
            is_default: row.is_default,
        }
    }
}
