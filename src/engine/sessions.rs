//! Sessions: a cookie's key finds the session, opens the account's data key, and with it the
//! password for the mail server.
//!
//! Cost: two or three look-ups by key in the database, none upstream; none at all within a second
//! of the last request.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

pub use crate::store::id::{SessionId, UserId};
use crate::store::{
    self,
    accounts::{AccountKind, AccountRow, Sealed},
    credential_keys::{self, Holder},
    sessions::SessionRow,
};

use super::{
    Engine,
    account::{Account, Opened},
    error::Error,
    local,
    mailstore::{Imap, Mailstore, Standings},
    secrets::{Key, stretch::DERIVATION},
    upstream::{self, Credential},
};

/// How often the time of last use is written, in milliseconds.
const TOUCH_EVERY: i64 = 60_000;
/// How often a long stream looks whether its session is still there.
const RECHECK: Duration = Duration::from_secs(30);
const HOUR: i64 = 60 * 60 * 1000;

/// Somebody who has signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// The session: what the list of sessions shows, no secret.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// The address signed in with.
    pub address: String,
    /// "Stay signed in" was chosen.
    pub stay_signed_in: bool,
    /// The first use in a day (or in a quarter of the session's life, if that is less): the browser
    /// is to be told anew how long to keep the cookie, or it would end there while it lives here.
    pub renew_cookie: bool,
}

/// One line of the list of sessions.
#[derive(Clone, Debug)]
pub struct SessionInfo {
    /// For revoking it.
    pub id: i64,
    /// The browser's words for itself.
    pub label: String,
    /// The client's network.
    pub network: String,
    /// When it began.
    pub created_at: i64,
    /// When it was last used, to the minute.
    pub last_seen_at: i64,
    /// "Stay signed in" was chosen.
    pub stay_signed_in: bool,
}

impl Engine {
    /// The session that a cookie's key stands for; `None` when it has ended.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn session(&self, key: &Key) -> Result<Option<Session>, Error> {
        let now = self.now();
        let fingerprint = key.fingerprint();
        let (recent, asked) = (
            &self.0.shared.recent.sessions,
            self.0.shared.recent.stamp(now),
        );
        if let Some(session) = recent.get(&fingerprint, asked) {
            return Ok(Some(session));
        }
        let found = store::sessions::find(self.store(), &fingerprint, now).await?;
        let Some(row) = found else {
            return Ok(None);
        };
        let mut renew_cookie = false;
        if now - row.last_seen_at >= TOUCH_EVERY {
            renew_cookie = row.stay_signed_in && self.is_new_day(&row, now);
            let expires_at = self.expiry(row.stay_signed_in);
            let alive =
                store::sessions::touch(self.store(), row.user_id, row.id, now, expires_at).await?;
            if !alive {
                return Ok(None);
            }
        }
        let session = Session {
            renew_cookie,
            ..Session::from(row)
        };
        recent.keep(fingerprint, asked, session.clone());
        Ok(Some(session))
    }

    /// The mail of whoever holds this session: the account in use, or one that the cookie's key
    /// opens.
    ///
    /// # Errors
    /// [`Error::ReauthRequired`] when the key opens nothing (any more).
    pub async fn account(&self, session: &Session, key: &Key) -> Result<Account, Error> {
        let opener = async |row: &AccountRow| self.data_key(session.id, row, key).await;
        self.account_of(session.user, &session.address, opener)
            .await
    }

    /// The account in use of this user, or one that the data key opens which `opener` gives.
    pub(super) async fn account_of(
        &self,
        user: UserId,
        address: &str,
        opener: impl AsyncFnOnce(&AccountRow) -> Result<Option<Key>, Error>,
    ) -> Result<Account, Error> {
        let (recent, asked) = (
            &self.0.shared.recent.accounts,
            self.0.shared.recent.stamp(self.now()),
        );
        if let Some(standings) = recent.get(&user, asked)
            && let Some(own) = standings.iter().find(|one| one.is_primary)
            && let Some(account) = self.0.registry.get(own.account, own.version)
        {
            account.used();
            return Ok(account);
        }
        // All of them at the price of one: a page asks for the others next.
        let rows = store::accounts::list(self.store(), user).await?;
        recent.keep(user, asked, self.standing(&rows));
        let address = address.trim().to_lowercase();
        let mut rows = rows.into_iter();
        let row = rows.find(|row| row.is_primary && row.address == address);
        let row = row.ok_or(Error::ReauthRequired)?;
        if let Some(account) = self.0.registry.get(row.id, row.credential_version) {
            account.used();
            return Ok(account);
        }
        let data_key = opener(&row).await?;
        let data_key = data_key.ok_or(Error::ReauthRequired)?;
        let password = open_credential(&row, &data_key).ok_or(Error::ReauthRequired)?;
        let account = self.live(&row, data_key, password)?;
        let account = self.0.registry.insert(account);
        account.used();
        Ok(account)
    }

    /// A person's sessions, the last used first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn sessions(&self, user: UserId) -> Result<Vec<SessionInfo>, Error> {
        let rows = store::sessions::list(self.store(), user, self.now()).await?;
        Ok(rows.into_iter().map(SessionInfo::from).collect())
    }

    /// Ends a session of this person, at once. [`Error::NotFound`] when there is none.
    ///
    /// # Errors
    /// When the database can't be written.
    pub async fn revoke_session(&self, user: UserId, id: i64) -> Result<(), Error> {
        let mine = store::sessions::list(self.store(), user, self.now()).await?;
        if !store::sessions::revoke(self.store(), user, id).await? {
            return Err(Error::NotFound);
        }
        self.tell_ended(mine.iter().filter(|row| row.id.get() == id));
        Ok(())
    }

    /// Ends all sessions of this person, but `keep`; says how many.
    ///
    /// # Errors
    /// When the database can't be written.
    pub async fn revoke_other_sessions(
        &self,
        user: UserId,
        keep: Option<SessionId>,
    ) -> Result<u64, Error> {
        let mine = store::sessions::list(self.store(), user, self.now()).await?;
        let ended = store::sessions::revoke_others(self.store(), user, keep).await?;
        self.tell_ended(mine.iter().filter(|row| Some(row.id) != keep));
        Ok(ended)
    }

    /// Resolves when the session has ended: at once when it was ended here, within half a minute
    /// when another node did it or its time has run out.
    pub async fn session_over(&self, session: &Session) {
        self.session_over_within(session, RECHECK).await;
    }

    async fn session_over_within(&self, session: &Session, recheck: Duration) {
        let mut ended = self.0.ended.subscribe();
        loop {
            // Looked up before the first wait: it may have ended before anybody asked.
            match store::sessions::list(self.store(), session.user, self.now()).await {
                Ok(rows) if !rows.iter().any(|row| row.id == session.id) => return,
                Ok(_) => {}
                Err(error) => tracing::warn!(?error, "A session could not be looked up"),
            }
            // Counted from the look-up: the endings of others must not put off the next one.
            let ended_here = async {
                // More endings than were kept: look again.
                while let Ok(id) = ended.recv().await {
                    if id == session.id {
                        return true;
                    }
                }
                false
            };
            if let Ok(true) = tokio::time::timeout(recheck, ended_here).await {
                return;
            }
        }
    }

    fn tell_ended<'a>(&self, rows: impl Iterator<Item = &'a SessionRow>) {
        self.0.shared.recent.forget();
        for row in rows {
            // Nobody listening is no failure.
            let _unheard = self.0.ended.send(row.id);
        }
    }

    /// When a session that begins or is used now ends.
    pub(super) fn expiry(&self, stay_signed_in: bool) -> i64 {
        self.now() + self.life(stay_signed_in)
    }

    /// How long a session lives unused, in milliseconds.
    fn life(&self, stay_signed_in: bool) -> i64 {
        let limits = &self.0.shared.config.limits;
        let hours = match stay_signed_in {
            true => i64::from(limits.session_days) * 24,
            false => i64::from(limits.session_hours),
        };
        hours * HOUR
    }

    /// Counted from the session's beginning, so that no row need be written for it: has another day
    /// (or quarter of its life) begun since it was last used?
    fn is_new_day(&self, row: &SessionRow, now: i64) -> bool {
        let day = (self.life(row.stay_signed_in) / 4).clamp(1, 24 * HOUR);
        let begun = |at: i64| (at - row.created_at) / day;
        begun(now) != begun(row.last_seen_at)
    }

    /// The data key that a session holds, if its cookie's key opens it.
    pub(super) async fn data_key(
        &self,
        session: SessionId,
        row: &AccountRow,
        key: &Key,
    ) -> Result<Option<Key>, Error> {
        let holder = Holder::Session(session);
        let wrapped = credential_keys::get(self.store(), row.id, holder).await?;
        let Some(Sealed(wrapped)) = wrapped else {
            return Ok(None);
        };
        Ok(holder_key(key).unwrap_key(&wrapped, &context(row)).ok())
    }

    /// Gives a session the data key.
    pub(super) async fn hold(
        &self,
        session: SessionId,
        row: &AccountRow,
        key: &Key,
        data_key: &Key,
    ) -> Result<(), Error> {
        let wrapped = Sealed(holder_key(key).wrap(data_key, &context(row)));
        let holder = Holder::Session(session);
        credential_keys::put(self.store(), row.id, holder, &wrapped, self.now()).await?;
        Ok(())
    }

    /// An account ready for use, with what was sealed of it. Nothing is connected yet.
    pub(super) fn live(
        &self,
        row: &AccountRow,
        data_key: Key,
        kept: SecretString,
    ) -> Result<Account, Error> {
        let shared = std::sync::Arc::clone(&self.0.shared);
        let servers = shared.servers_of(row);
        // A POP3 account is known here whether or not its server still is.
        let user = servers
            .as_ref()
            .map_or(&row.address, |servers| &servers.user);
        let user = user.to_owned();
        let credential = Credential {
            user,
            secret: shared.proof(row, &data_key, kept),
        };
        let mailstore = if row.kind != AccountKind::Imap {
            Mailstore::Local(shared.local(local::owner(row)))
        } else {
            // The operator may have taken the server away since.
            let servers = servers.as_ref();
            let servers = servers.ok_or(Error::Invalid("login-server-gone"))?;
            Mailstore::Imap(Imap {
                client: upstream::client(
                    servers,
                    &credential,
                    &shared.config.limits,
                    &shared.budgets,
                )?,
                store: shared.store.clone(),
                account: row.id,
                is_primary: row.is_primary,
                caches: shared.caches.clone(),
                taking_apart: shared.taking_apart.clone(),
                clock: shared.clock.clone(),
                thread_key: shared.thread_key(row.id),
                standings: Standings::default(),
            })
        };
        let keys = Opened {
            data_key,
            credential,
        };
        Ok(Account::new(shared, row, keys, servers, mailstore))
    }
}

/// Octets of a wrapped key: nonce, key, tag.
const WRAPPED: usize = 24 + 32 + 16;

/// Seals a password for an account's row. In front of it stands the data key as wrapped for
/// whoever knows that password, so that the two can never belong to different passwords.
pub(super) fn seal_credential(
    row: &AccountRow,
    data_key: &Key,
    holder: &Key,
    password: &SecretString,
) -> Sealed {
    let mut kept = holder.wrap(data_key, &wrap_context(row));
    kept.extend(data_key.seal(password.expose_secret().as_bytes(), &context(row)));
    Sealed(kept)
}

/// The password, for who has the data key.
pub(super) fn open_credential(row: &AccountRow, data_key: &Key) -> Option<SecretString> {
    let Sealed(kept) = row.credential.as_ref()?;
    let plain = data_key.open(kept.get(WRAPPED..)?, &context(row)).ok()?;
    String::from_utf8(plain).ok().map(SecretString::from)
}

/// The data key, for who has the password.
pub(super) fn key_by_password(row: &AccountRow, holder: &Key) -> Option<Key> {
    let Sealed(kept) = row.credential.as_ref()?;
    holder
        .unwrap_key(kept.get(..WRAPPED)?, &wrap_context(row))
        .ok()
}

/// What a seal is bound to: it opens for no other account.
pub(super) fn context(row: &AccountRow) -> [u8; 8] {
    row.id.get().to_be_bytes()
}

/// The same for what a password opens, with how that key was made of the password.
fn wrap_context(row: &AccountRow) -> Vec<u8> {
    [context(row).as_slice(), DERIVATION].concat()
}

/// The key by which a session wraps data keys. The cookie's own value is used for nothing else.
fn holder_key(key: &Key) -> Key {
    key.derive("session holder", b"")
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        Self {
            id: row.id,
            user: row.user_id,
            address: row.address,
            stay_signed_in: row.stay_signed_in,
            renew_cookie: false,
        }
    }
}

impl From<SessionRow> for SessionInfo {
    fn from(row: SessionRow) -> Self {
        Self {
            id: row.id.get(),
            label: row.label,
            network: row.network,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            stay_signed_in: row.stay_signed_in,
        }
    }
}

#[cfg(test)]
mod tests;
