//! Access tokens for mail servers that take no passwords: who connects asks for one each time, and
//! once more when the server refuses it. Where they come from is the engine's to know.

use std::{fmt, pin::Pin, sync::Arc};

use secrecy::{ExposeSecret as _, SecretString};

/// What proves to a mail server whose mailbox it is. Its `Debug` shows nothing of it.
#[derive(Clone, Debug)]
pub enum Secret {
    /// A password.
    Password(SecretString),
    /// An access token for OAUTHBEARER (RFC 7628) or XOAUTH2.
    OAuth(SecretString),
    /// Where to ask for such a token.
    Bearer(Bearer),
}

impl Secret {
    /// What is said to the server; `None` for what only leads to it.
    pub(crate) fn text(&self) -> Option<&SecretString> {
        match self {
            Self::Password(text) | Self::OAuth(text) => Some(text),
            Self::Bearer(_) => None,
        }
    }
}

/// Why there is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BearerError {
    /// The permission was taken back, has run out, or no longer opens the mailbox: its owner has to
    /// give it again.
    #[error("the permission to sign in is gone")]
    Gone,
    /// Who gives tokens can't be asked now; later it may work.
    #[error("who gives access tokens does not answer as it should")]
    Unavailable,
}

/// What asking for a token gives.
pub type Asking<'a> = Pin<Box<dyn Future<Output = Result<SecretString, BearerError>> + Send + 'a>>;

/// A source of access tokens for one mailbox.
pub trait Tokens: Send + Sync {
    /// A token that is good now. `refused` is one that a mail server has just refused: it is not
    /// given again.
    fn token<'a>(&'a self, refused: Option<&'a SecretString>) -> Asking<'a>;
}

/// A source of access tokens. Cheap to clone; its `Debug` shows nothing of them.
#[derive(Clone)]
pub struct Bearer(Arc<dyn Tokens>);

impl Bearer {
    /// From this source.
    pub fn new(tokens: impl Tokens + 'static) -> Self {
        Self(Arc::new(tokens))
    }

    /// One token that can't be renewed.
    pub fn once(token: SecretString) -> Self {
        Self::new(Once(token))
    }

    /// See [`Tokens::token`].
    ///
    /// # Errors
    /// Why there is none.
    pub async fn token(&self, refused: Option<&SecretString>) -> Result<SecretString, BearerError> {
        self.0.token(refused).await
    }

    /// Signs in with a token, and once more with another when the server refuses the first.
    /// `is_refusal` tells what another token could cure.
    pub(crate) async fn open<T, E, F>(
        &self,
        is_refusal: impl Fn(&E) -> bool,
        sign_in: impl Fn(Secret) -> F,
    ) -> Result<T, E>
    where
        E: From<BearerError> + fmt::Display,
        F: Future<Output = Result<T, E>>,
    {
        let token = self.token(None).await?;
        match sign_in(Secret::OAuth(token.clone())).await {
            Err(error) if is_refusal(&error) => {}
            outcome => return outcome,
        }
        let token = self.token(Some(&token)).await?;
        match sign_in(Secret::OAuth(token)).await {
            Err(error) if is_refusal(&error) => {
                tracing::debug!(%error, "A mail server refused a second access token");
                Err(BearerError::Gone.into())
            }
            outcome => outcome,
        }
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer(…)")
    }
}

struct Once(SecretString);

impl Tokens for Once {
    fn token<'a>(&'a self, refused: Option<&'a SecretString>) -> Asking<'a> {
        let is_refused = refused.is_some_and(|one| one.expose_secret() == self.0.expose_secret());
        Box::pin(async move {
            match is_refused {
                true => Err(BearerError::Gone),
                false => Ok(self.0.clone()),
            }
        })
    }
}
