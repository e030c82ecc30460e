//! Who may come in to a POP3 account: its server judges the password. Where it can't (the maildrop
//! is locked, which our own collecting does as well; it wants a pause; it is slow, or gone), the
//! last password that it took opens the mail that lies here.

use std::{pin::pin, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;

use crate::{
    pop3::{self, Connector},
    store::{
        self,
        accounts::{AccountKind, AccountRow},
        collector,
        id::AccountId,
        leases,
    },
};

use super::super::{Engine, error::Error, secrets, sessions, sign_in::Attempt};

/// How long a server may think before who is known already is let in.
const PATIENCE: Duration = Duration::from_secs(4);

/// How long others wait for each of its answers. A maildrop that was never opened is read through
/// before the sign-in is answered.
const STRANGERS: Duration = Duration::from_secs(30);

/// Who has judged a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Judge {
    /// The mail server; it wants so many seconds between two sign-ins.
    Server { login_delay: u32 },
    /// We have: it was set here, or it is the last that the server took.
    Here,
}

impl Engine {
    /// Judges the password of a POP3 account. The throttle has admitted the try.
    pub(in crate::engine) async fn verify_pop3(
        &self,
        mut connector: Connector,
        address: &str,
        attempt: &Attempt,
    ) -> Result<Judge, Error> {
        let known = self.collected_account(address).await?;
        if let Some(row) = &known
            && self.is_at_work(row.id).await?
            && self.is_last_good(row.user_id, &attempt.password).await?
        {
            // It was taken for the session that is open, and a second one would be refused, by some
            // servers in the words for a wrong password.
            self.judged(address, attempt, Ok(())).await?;
            return Ok(Judge::Here);
        }
        connector.limits.sign_in = STRANGERS;
        connector.limits.greeting = STRANGERS;
        connector.limits.command = STRANGERS;
        let mut asking = pin!(pop3::probe(&connector));
        let verdict = match timeout(PATIENCE, &mut asking).await {
            Ok(verdict) => verdict,
            Err(_) => {
                if self.knows(known.as_ref(), attempt).await? {
                    self.judged(address, attempt, Ok(())).await?;
                    return Ok(Judge::Here);
                }
                asking.await
            }
        };
        let error = match verdict {
            Ok(offered) => {
                self.judged(address, attempt, Ok(())).await?;
                let login_delay = offered.login_delay().unwrap_or(0);
                return Ok(Judge::Server { login_delay });
            }
            Err(error) => error,
        };
        let is_judged = error.trouble() == pop3::Trouble::WrongPassword;
        if is_judged || known.is_none() {
            let refused = self.judged(address, attempt, Err(error.into()));
            return refused.await.map(|()| Judge::Here);
        }
        if self.knows(known.as_ref(), attempt).await? {
            let error = Error::from(error);
            tracing::info!(%error, "A POP3 server does not let its user in, who is known here");
            self.judged(address, attempt, Ok(())).await?;
            return Ok(Judge::Here);
        }
        // A password that was compared and is another: the try stays counted, or everything could
        // be tried while the server is away.
        let client = attempt.client.map(|client| client.to_string());
        tracing::warn!(client.address = client, "Sign-in failed");
        Err(error.into())
    }

    async fn knows(&self, known: Option<&AccountRow>, attempt: &Attempt) -> Result<bool, Error> {
        match known {
            Some(row) => self.is_last_good(row.user_id, &attempt.password).await,
            None => Ok(false),
        }
    }

    /// Somebody collects for this account.
    pub(super) async fn is_at_work(&self, account: AccountId) -> Result<bool, Error> {
        let name = collector::lease_name(account);
        Ok(leases::is_held(self.store(), &name, self.now()).await?)
    }

    async fn collected_account(&self, address: &str) -> Result<Option<AccountRow>, Error> {
        let Some(user) = store::users::find(self.store(), address).await? else {
            return Ok(None);
        };
        let row = store::accounts::primary(self.store(), user.id, &user.address).await?;
        Ok(row.filter(|row| row.kind == AccountKind::Pop3))
    }

    /// Keeps the means to recognise a password that the POP3 server has just taken. Written before
    /// the credential: killed in between, the next sign-in writes both again.
    pub(in crate::engine) async fn keep_verifier(
        &self,
        row: &AccountRow,
        data_key: &secrets::Key,
        password: &SecretString,
        judge: Judge,
    ) -> Result<(), Error> {
        if row.kind != AccountKind::Pop3 || judge == Judge::Here {
            return Ok(());
        }
        let kept = store::users::verifier(self.store(), row.user_id).await?;
        let same = sessions::open_credential(row, data_key)
            .is_some_and(|known| known.expose_secret() == password.expose_secret());
        if same && !kept.is_empty() {
            return Ok(());
        }
        let verifier = self.verifier(row.user_id, password, secrets::random());
        store::users::set_verifier(self.store(), row.user_id, &verifier.await?).await?;
        Ok(())
    }
}
