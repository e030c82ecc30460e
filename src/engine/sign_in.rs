//! Signing in: the mail server judges address and password; the first time makes the user.

use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};

use crate::{
    net::bearer::Secret,
    store::{
        self,
        accounts::{AccountKind, AccountRow, NewAccount},
        id::UserId,
        sessions::NewSession,
    },
};

use super::{
    Engine,
    collection::Judge,
    error::Error,
    secrets::Key,
    sessions::{self, Session},
    upstream::{self, Credential},
};

/// A try to sign in.
#[derive(Debug)]
pub struct Attempt {
    /// As typed.
    pub address: String,
    /// As typed.
    pub password: SecretString,
    /// Where it comes from.
    pub client: Option<IpAddr>,
    /// The browser's words for itself.
    pub user_agent: String,
    /// "Stay signed in" was chosen.
    pub stay_signed_in: bool,
}

impl Engine {
    /// Signs in and begins a session. The key goes into the cookie; it is nowhere else.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no address or belongs to no configured server,
    /// [`Error::Throttled`], and [`Error::Upstream`] with what the mail server says.
    pub async fn sign_in(&self, attempt: &Attempt) -> Result<(Key, Session), Error> {
        let (row, data_key, judge) = self.admitted(attempt).await?;
        let (user, now) = (row.user_id, self.now());
        let key = Key::random();
        let new = NewSession {
            hash: &key.fingerprint(),
            expires_at: self.expiry(attempt.stay_signed_in),
            stay_signed_in: attempt.stay_signed_in,
            label: shortened(&attempt.user_agent, 200),
            network: &attempt.client.map(network).unwrap_or_default(),
        };
        let id = store::sessions::create(self.store(), user, &new, now).await?;
        self.hold(id, &row, &key, &data_key).await?;
        self.proven(&row, judge).await?;
        let session = Session {
            id,
            user,
            address: row.address,
            stay_signed_in: attempt.stay_signed_in,
            renew_cookie: false,
        };
        Ok((key, session))
    }

    /// Proves address and password; gives the account that they open, and its data key. The first
    /// time makes the user.
    pub(super) async fn admitted(
        &self,
        attempt: &Attempt,
    ) -> Result<(AccountRow, Key, Judge), Error> {
        let address = normal(&attempt.address).ok_or(Error::Invalid("login-not-an-address"))?;
        let judge = self.verify(&address, attempt).await?;
        let user = store::users::find_or_create(self.store(), &address, self.now()).await?;
        let row = self.primary_account(user.id, &address).await?;
        let holder = self.password_holder(&row, &attempt.password).await?;
        let data_key = self.data_key_for_password(&row, &holder).await?;
        self.keep_verifier(&row, &data_key, &attempt.password, judge)
            .await?;
        self.keep_credential(&row, &data_key, &holder, &attempt.password)
            .await?;
        Ok((row, data_key, judge))
    }

    /// Takes the password again before something delicate, from whoever is known already.
    ///
    /// # Errors
    /// As [`Engine::sign_in`].
    pub async fn confirm(&self, address: &str, attempt: &Attempt) -> Result<(), Error> {
        self.verify(address, attempt).await.map(drop)
    }

    /// Takes the password again for a session that is still there: after a change upstream, or
    /// before something delicate. Other sessions stay valid.
    ///
    /// # Errors
    /// As [`Engine::sign_in`].
    pub async fn renew(
        &self,
        session: &Session,
        key: &Key,
        attempt: &Attempt,
    ) -> Result<(), Error> {
        let judge = self.verify(&session.address, attempt).await?;
        let row = self.primary_account(session.user, &session.address).await?;
        let holder = self.password_holder(&row, &attempt.password).await?;
        // A key that no longer opens the credential was replaced by a sign-in elsewhere: to seal
        // with it again would lock that one out.
        let held = self.data_key(session.id, &row, key).await?;
        let data_key = match held.filter(|held| sessions::open_credential(&row, held).is_some()) {
            Some(held) => held,
            None => self.data_key_for_password(&row, &holder).await?,
        };
        self.keep_verifier(&row, &data_key, &attempt.password, judge)
            .await?;
        self.keep_credential(&row, &data_key, &holder, &attempt.password)
            .await?;
        self.hold(session.id, &row, key, &data_key).await?;
        self.proven(&row, judge).await?;
        store::sessions::confirm(self.store(), session.user, session.id, self.now()).await?;
        Ok(())
    }

    /// The mail server has taken the password: what waited for one goes out, and comes in.
    pub(super) async fn proven(&self, row: &AccountRow, judge: Judge) -> Result<(), Error> {
        self.collect_soon(row, judge).await?;
        if judge == Judge::Here && row.kind == AccountKind::Pop3 {
            return Ok(());
        }
        let now = self.now();
        store::submissions::queue::resume(self.store(), row.id, now).await?;
        self.0.shared.refused.forget(row.id);
        self.0.shared.queue.wake();
        Ok(())
    }

    /// Asks the mail server, or compares where mail lives here, after the throttle.
    async fn verify(&self, address: &str, attempt: &Attempt) -> Result<Judge, Error> {
        let verdict = self.ask(address, attempt).await;
        self.0.shared.metrics.signed_in(&verdict);
        verdict
    }

    async fn ask(&self, address: &str, attempt: &Attempt) -> Result<Judge, Error> {
        if let Some(row) = self.local_account(address).await? {
            self.0.throttle.admit(address, attempt.client).await?;
            let verdict = self.verify_local(&row, attempt).await;
            self.judged(address, attempt, verdict).await?;
            return Ok(Judge::Here);
        }
        let limits = &self.0.shared.config.limits;
        let servers = self.0.shared.operators(address);
        let servers = servers.ok_or(Error::Invalid("login-unknown-domain"))?;
        self.0.throttle.admit(address, attempt.client).await?;
        let credential = Credential {
            user: servers.user.clone(),
            secret: Secret::Password(attempt.password.clone()),
        };
        if let Some(connector) = upstream::collecting(&servers, &credential, limits)? {
            return self.verify_pop3(connector, address, attempt).await;
        }
        let client = upstream::client(&servers, &credential, limits, &self.0.shared.budgets)?;
        let verdict = client.verify().await.map_err(Error::from);
        self.judged(address, attempt, verdict).await?;
        Ok(Judge::Server { login_delay: 0 })
    }

    /// Tells the throttle and the log of a verdict.
    pub(super) async fn judged(
        &self,
        address: &str,
        attempt: &Attempt,
        verdict: Result<(), Error>,
    ) -> Result<(), Error> {
        match &verdict {
            Err(Error::Upstream { problem, .. }) if problem.is_wrong_password() => {
                // For fail2ban: the address typed may be a password, so only the network is told.
                let client = attempt.client.map(|client| client.to_string());
                tracing::warn!(client.address = client, "Sign-in failed");
            }
            _ => self.0.throttle.succeeded(address, attempt.client).await,
        }
        verdict
    }

    async fn primary_account(&self, user: UserId, address: &str) -> Result<AccountRow, Error> {
        let find = || store::accounts::primary(self.store(), user, address);
        let servers = self.0.shared.operators(address);
        let kind = servers.map_or(AccountKind::Imap, |servers| servers.kind());
        if let Some(row) = find().await? {
            // The operator has put another kind of server in the place of the one before. What was
            // collected lies here, and what was on IMAP does not: neither becomes the other.
            return match row.kind == kind || row.kind == AccountKind::Local {
                true => Ok(row),
                false => Err(Error::Invalid("login-server-kind")),
            };
        }
        let new = NewAccount {
            kind,
            primary: true,
            address,
            login: "",
            name: "",
            servers: "",
        };
        match store::accounts::create(self.store(), user, &new, self.now()).await {
            Ok(row) => {
                if kind == AccountKind::Pop3 {
                    self.provide_collection(&row).await?;
                }
                Ok(row)
            }
            // Another first sign-in was a moment earlier.
            Err(store::error::Error::Conflict) => find().await?.ok_or(Error::NotFound),
            Err(error) => Err(error.into()),
        }
    }

    /// The account's data key, for somebody who has just proved the password: from the account in
    /// use, else from the copy that password and server key open together, else from one that the
    /// server was given to send or to collect by, else a new one.
    async fn data_key_for_password(&self, row: &AccountRow, holder: &Key) -> Result<Key, Error> {
        if let Some(account) = self.0.registry.any(row.id)
            && sessions::open_credential(row, &account.0.data_key).is_some()
        {
            return Ok(account.0.data_key.clone());
        }
        if let Some(key) = sessions::key_by_password(row, holder) {
            return Ok(key);
        }
        // With it a password that was changed elsewhere leaves all sessions as they are.
        let opens = |held: &Key| sessions::open_credential(row, held).is_some();
        let held = match self.server_data_key(row).await?.filter(opens) {
            // The one may be of an earlier credential, and the other of this one.
            None => self.collecting_data_key(row).await?.filter(opens),
            held => held,
        };
        Ok(held.unwrap_or_else(Key::random))
    }

    /// Seals the password that was just proved, unless the one kept is the same and was kept as
    /// it would be today.
    async fn keep_credential(
        &self,
        row: &AccountRow,
        data_key: &Key,
        holder: &Key,
        password: &SecretString,
    ) -> Result<(), Error> {
        let same = sessions::open_credential(row, data_key)
            .is_some_and(|kept| kept.expose_secret() == password.expose_secret());
        if same && sessions::key_by_password(row, holder).is_some() {
            return Ok(());
        }
        let sealed = sessions::seal_credential(row, data_key, holder, password);
        store::accounts::set_credential(self.store(), row.id, &sealed, self.now()).await?;
        self.0.shared.recent.forget();
        Ok(())
    }

    /// A key that takes the password *and* the server's key file: the database alone, or the
    /// password alone, opens nothing. Made only for a password that the mail server has accepted,
    /// for it costs.
    async fn password_holder(
        &self,
        row: &AccountRow,
        password: &SecretString,
    ) -> Result<Key, Error> {
        let context = sessions::context(row);
        let account = self.0.shared.key.derive("password holder", &context);
        let password = password.clone();
        let stretch = move || account.stretch(password.expose_secret().as_bytes(), &context);
        Ok(self.0.stretching.run(stretch).await??)
    }
}

/// The address as it is stored: trimmed, lower case, with one `@` and no white space or controls.
pub(super) fn normal(typed: &str) -> Option<String> {
    let address = typed.trim();
    let (local_part, domain) = address.rsplit_once('@')?;
    let odd = |c: char| c.is_whitespace() || c.is_control();
    let fits = !local_part.is_empty()
        && !domain.is_empty()
        && address.len() <= 254
        && !address.chars().any(odd);
    fits.then(|| address.to_lowercase())
}

fn shortened(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}

/// The network, for the list of sessions: enough to recognise, not enough to trace.
pub(super) fn network(client: IpAddr) -> String {
    match client.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{:x}::/56", d & 0xff00)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_made_alike() {
        assert_eq!(
            normal(" Anna@Example.ORG ").as_deref(),
            Some("anna@example.org")
        );
        assert_eq!(
            normal("zoë@exämple.org").as_deref(),
            Some("zoë@exämple.org")
        );
        for wrong in [
            "",
            "anna",
            "@example.org",
            "anna@",
            "a b@example.org",
            "a\r\n@example.org",
        ] {
            assert_eq!(normal(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn networks_are_coarse() {
        let shown = |text: &str| network(text.parse().unwrap());
        assert_eq!(shown("192.0.2.77"), "192.0.2.0/24");
        assert_eq!(shown("2001:db8:1:23ff::9"), "2001:db8:1:2300::/56");
    }

    #[test]
    fn long_words_are_cut_between_letters() {
        assert_eq!(shortened("Mozilla", 200), "Mozilla");
        assert_eq!(shortened("éééé", 3), "é");
    }
}
