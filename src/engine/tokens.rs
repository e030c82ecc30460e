//! Tokens: what programs sign in with. The secret is shown once and kept nowhere; its SHA-256
//! finds the row, and a key derived from it wraps the account's data key, as a cookie's does.
//!
//! Cost: as for a session.

use std::{collections::BTreeSet, net::IpAddr};

use crate::store::{
    self,
    accounts::{AccountRow, Sealed},
    credential_keys::{self, Holder},
    id::UserId,
    tokens::{NewToken, TokenRow},
};

pub use crate::store::id::TokenId;

use super::{Engine, account::Account, error::Error, secrets::Key, sessions, sign_in};

/// What every token begins with, so that those who look for leaked ones know what they see.
const PREFIX: &str = "rst_";
/// Characters of a name.
const NAME_MOST: usize = 100;
/// How often the time of last use is written, in milliseconds.
const TOUCH_EVERY: i64 = 60_000;

/// What a token may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Reading mail, folders, drafts and settings.
    Read,
    /// Changing mail, folders and drafts.
    Modify,
    /// Sending.
    Send,
    /// Changing settings, identities, tokens and webhooks.
    Settings,
}

/// Several of them.
pub type Scopes = BTreeSet<Scope>;

impl Scope {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Read, Self::Modify, Self::Send, Self::Settings];

    /// Its name in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Modify => "modify",
            Self::Send => "send",
            Self::Settings => "settings",
        }
    }

    /// The scope of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }
}

/// One line of the list of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// For revoking it.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it was made (ms).
    pub created_at: i64,
    /// When it was last used, to the minute (ms).
    pub last_used_at: Option<i64>,
    /// The network that it was last used from; `""` when never.
    pub last_network: String,
    /// When it ends (ms).
    pub expires_at: Option<i64>,
}

/// Whoever came with a token.
#[derive(Clone, Debug)]
pub struct Holding {
    /// The token; no secret.
    pub id: TokenId,
    /// Whose it is.
    pub user: UserId,
    /// The user's address.
    pub address: String,
    /// What it may be used for.
    pub scopes: Scopes,
}

/// A token's secret, as it is shown once.
pub struct Secret(Key);

impl Secret {
    /// Reads what a program sends; `None` for what is no token.
    pub fn from_text(text: &str) -> Option<Self> {
        Key::from_text(text.strip_prefix(PREFIX)?).map(Self)
    }

    /// What the program is to send.
    pub fn to_text(&self) -> String {
        format!("{PREFIX}{}", self.0.to_text())
    }

    fn holder(&self) -> Key {
        self.0.derive("token holder", b"")
    }
}

impl Account {
    /// Makes a token for this account's user.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that is empty or too long, no scope, an end that has passed,
    /// or too many tokens.
    pub async fn create_token(
        &self,
        name: &str,
        scopes: &Scopes,
        expires_at: Option<i64>,
    ) -> Result<(Token, Secret), Error> {
        let (name, now) = (name.trim(), self.now());
        if name.is_empty() || name.chars().count() > NAME_MOST || name.contains(char::is_control) {
            return Err(Error::Invalid("token-name"));
        }
        if scopes.is_empty() {
            return Err(Error::Invalid("token-scopeless"));
        }
        if expires_at.is_some_and(|at| at <= now) {
            return Err(Error::Invalid("token-expired"));
        }
        let words: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
        let secret = Secret(Key::random());
        let new = NewToken {
            hash: &secret.0.fingerprint(),
            name,
            scopes: &words.join(" "),
            expires_at,
        };
        let (store, id) = (&self.0.shared.store, self.0.id);
        let row = store::tokens::create(store, self.0.user, &new, now).await?;
        let row = row.ok_or(Error::Invalid("token-too-many"))?;
        let wrapped = secret
            .holder()
            .wrap(&self.0.data_key, &id.get().to_be_bytes());
        credential_keys::put(store, id, Holder::Token(row.id), &Sealed(wrapped), now).await?;
        Ok((row.into(), secret))
    }
}

impl Engine {
    /// Whoever holds this secret; `None` when the token has ended.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn token(
        &self,
        secret: &Secret,
        client: Option<IpAddr>,
    ) -> Result<Option<Holding>, Error> {
        let now = self.now();
        let fingerprint = secret.0.fingerprint();
        let (recent, asked) = (
            &self.0.shared.recent.tokens,
            self.0.shared.recent.stamp(now),
        );
        if let Some(holding) = recent.get(&fingerprint, asked) {
            return Ok(Some(holding));
        }
        let Some(row) = store::tokens::find(self.store(), &fingerprint, now).await? else {
            return Ok(None);
        };
        if row.last_used_at.is_none_or(|at| now - at >= TOUCH_EVERY) {
            let network = client.map(sign_in::network).unwrap_or_default();
            let (user, id) = (row.user_id, row.id);
            if !store::tokens::touch(self.store(), user, id, &network, now).await? {
                return Ok(None);
            }
        }
        let holding = Holding {
            id: row.id,
            user: row.user_id,
            scopes: scopes(&row.scopes),
            address: row.address,
        };
        recent.keep(fingerprint, asked, holding.clone());
        Ok(Some(holding))
    }

    /// The mail of whoever holds a token.
    ///
    /// # Errors
    /// [`Error::ReauthRequired`] when its key opens nothing (any more).
    pub async fn account_by_token(
        &self,
        holding: &Holding,
        secret: &Secret,
    ) -> Result<Account, Error> {
        let opener = async |row: &AccountRow| {
            let holder = Holder::Token(holding.id);
            let wrapped = credential_keys::get(self.store(), row.id, holder).await?;
            let context = sessions::context(row);
            Ok(wrapped.and_then(|Sealed(w)| secret.holder().unwrap_key(&w, &context).ok()))
        };
        self.account_of(holding.user, &holding.address, opener)
            .await
    }

    /// A person's tokens, the newest first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn tokens(&self, user: UserId) -> Result<Vec<Token>, Error> {
        let rows = store::tokens::list(self.store(), user, self.now()).await?;
        Ok(rows.into_iter().map(Token::from).collect())
    }

    /// Ends a token, at once.
    ///
    /// # Errors
    /// [`Error::NotFound`] when this person has none of that number.
    pub async fn revoke_token(&self, user: UserId, id: i64) -> Result<(), Error> {
        if !store::tokens::revoke(self.store(), user, id).await? {
            return Err(Error::NotFound);
        }
        self.0.shared.recent.forget();
        Ok(())
    }
}

fn scopes(words: &str) -> Scopes {
    words.split(' ').filter_map(Scope::from_name).collect()
}

impl From<TokenRow> for Token {
    fn from(row: TokenRow) -> Self {
        Self {
            id: row.id.get(),
            name: row.name,
            scopes: scopes(&row.scopes),
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            last_network: row.last_network,
            expires_at: row.expires_at,
        }
    }
}
