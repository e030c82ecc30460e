//! Accounts as the operator opens them: mail that lives here needs no password, for whoever runs
//! the program has it anyway; mail on a server does.

use secrecy::SecretString;

use crate::{
    engine::{
        Engine,
        account::Account,
        error::Error,
        secrets::Key,
        sessions,
        sign_in::{Attempt, normal},
    },
    store::{self, accounts::AccountKind},
};

impl Engine {
    /// An account whose mail lives here, by its address; `None` when nobody has it, or when its
    /// mail lies on a server.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn account_here(&self, address: &str) -> Result<Option<Account>, Error> {
        let address = normal(address).ok_or(Error::Invalid("login-not-an-address"))?;
        let Some(user) = store::users::find(self.store(), &address).await? else {
            return Ok(None);
        };
        let row = store::accounts::primary(self.store(), user.id, &address).await?;
        let Some(row) = row.filter(|row| row.kind != AccountKind::Imap) else {
            return Ok(None);
        };
        // Nothing is sealed with this key, and nobody else comes to use this account.
        let account = self.live(&row, Key::random(), SecretString::default())?;
        Ok(Some(account))
    }

    /// An account whose mail lies on a server, for whoever has its password. As by a sign-in, the
    /// first time makes the user; no session is begun.
    ///
    /// # Errors
    /// As [`Engine::sign_in`].
    pub async fn account_there(
        &self,
        address: &str,
        password: SecretString,
    ) -> Result<Account, Error> {
        let attempt = Attempt {
            address: address.to_owned(),
            password,
            client: None,
            user_agent: String::new(),
            stay_signed_in: false,
        };
        let (row, data_key, _) = self.admitted(&attempt).await?;
        let password = sessions::open_credential(&row, &data_key).unwrap_or(attempt.password);
        self.live(&row, data_key, password)
    }
}
