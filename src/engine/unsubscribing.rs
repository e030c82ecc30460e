//! Leaving a list or newsletter by one request (RFC 8058): its sender's server is told so, by us, at
//! the reader's word alone. It learns that the word was given, and nothing of the reader's machine.
//!
//! Cost: that of opening the message; one request over https to where the policy lets strangers
//! lead us, never led on from there.

use tokio::sync::Semaphore;
use url::Url;

use crate::{
    mail::{
        id::EmailId,
        warning::list::{self, List},
    },
    net::{
        egress::Policy,
        fetch::{FetchLimits, Fetcher},
    },
};

use super::{Engine, account::Account, error::Error, read::Opened};

/// All that is said (RFC 8058 §3.2).
const WORD: &str = "List-Unsubscribe=One-Click";
/// Requests at once, of all people: a slow server keeps few waiting.
const AT_ONCE: usize = 4;

/// What tells senders that their mail is no longer wanted.
pub(super) struct Unsubscribing {
    fetcher: Fetcher,
    places: Semaphore,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// The server has taken it.
    Taken,
    /// The server does not take it: it answered so, or it would lead us elsewhere.
    Refused,
    /// The server did not answer, or may not be asked.
    Unreachable,
}

impl Unsubscribing {
    /// # Errors
    /// When the system's trust anchors can't be read.
    pub(super) fn new(policy: &Policy) -> anyhow::Result<Self> {
        let limits = FetchLimits {
            bytes: 0,
            redirects: 0,
            ..FetchLimits::default()
        };
        Ok(Self {
            fetcher: Fetcher::new(policy.clone(), limits, policy.anchors())?,
            places: Semaphore::new(AT_ONCE),
        })
    }
}

impl Account {
    /// The list or newsletter that a message came from, with the ways to leave it that may be offered.
    pub fn list_of(&self, opened: &Opened) -> Option<List> {
        list::vouched(&opened.fields(), self.authserv())
    }
}

impl Engine {
    /// Tells the sender of a message of this account that no more of it is wanted.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a message that offers no such way; else as [`Account::open`].
    pub async fn unsubscribe(&self, account: &Account, email: EmailId) -> Result<Left, Error> {
        let opened = account.open_known(email).await?;
        let list = account.list_of(&opened).ok_or(Error::NotFound)?;
        let url = list.one_click().ok_or(Error::NotFound)?;
        let url = Url::parse(url).map_err(|_| Error::NotFound)?;
        let unsubscribing = &self.0.unsubscribing;
        let Ok(_place) = unsubscribing.places.acquire().await else {
            return Ok(Left::Unreachable);
        };
        // The URL names a person's mail: what came of it is enough for the log.
        let left = match unsubscribing.fetcher.post_form(&url, WORD).await {
            Ok(200..=299) => Left::Taken,
            Ok(status) => {
                tracing::info!(status, "A sender's server did not let somebody unsubscribe");
                Left::Refused
            }
            Err(error) => {
                tracing::info!(%error, "A sender's server could not be told to unsubscribe somebody");
                Left::Unreachable
            }
        };
        Ok(left)
    }
}
