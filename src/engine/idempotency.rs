//! Requests that may come twice and must count once (`Idempotency-Key`): the first answer is kept
//! for a day.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};

use crate::store::{self, blobs::Sha256, id::UserId};

use super::{Engine, error::Error, secrets};

/// A request without an answer after so long (ms) belonged to a process that is gone.
const GONE_AFTER: i64 = 5 * 60 * 1000;

/// What is to be done with a request that has a key.
#[derive(Debug)]
pub enum Once {
    /// It is the first: to be carried out, and [`Ticket`] told what came of it.
    First(Ticket),
    /// It was answered before, with this status and JSON.
    Again(u16, String),
    /// The first is being carried out.
    InFlight,
    /// Another request came under the same key.
    Other,
}

/// A key that is taken. Dropped without an answer, it is free again in some minutes.
#[derive(Debug)]
pub struct Ticket {
    user: UserId,
    key: Sha256,
}

impl Ticket {
    /// 22 characters that follow from the key: what is made under them is made once, even where a
    /// process ends in the middle.
    pub fn name(&self) -> String {
        let octets = self.key.first_chunk::<16>().unwrap_or(&[0; 16]);
        BASE64URL.encode(octets)
    }
}

impl Engine {
    /// Takes a key for a request to `path` with this body.
    ///
    /// # Errors
    /// When the database can't be written.
    pub async fn once(
        &self,
        user: UserId,
        path: &str,
        key: &str,
        body: &[u8],
    ) -> Result<Once, Error> {
        let named = format!("{} {path} {key}", user.get());
        let key = secrets::sha256(named.as_bytes());
        let body = secrets::sha256(body);
        let now = self.now();
        let taken =
            store::idempotency::begin(self.store(), user, &key, &body, now, now - GONE_AFTER);
        Ok(match taken.await? {
            None => Once::First(Ticket { user, key }),
            Some(before) if before.body != body => Once::Other,
            Some(before) if before.status == 0 => Once::InFlight,
            Some(before) => {
                let status = u16::try_from(before.status).unwrap_or(200);
                Once::Again(status, before.answer_json)
            }
        })
    }

    /// Keeps the answer to a first request.
    ///
    /// # Errors
    /// When the database can't be written.
    pub async fn answered(&self, ticket: &Ticket, status: u16, json: &str) -> Result<(), Error> {
        let (user, key) = (ticket.user, &ticket.key);
        store::idempotency::finish(self.store(), user, key, status, json).await?;
        Ok(())
    }

    /// A first request came to nothing: the key is free again.
    pub async fn failed(&self, ticket: &Ticket) {
        let released = store::idempotency::release(self.store(), ticket.user, &ticket.key);
        if let Err(error) = released.await {
            tracing::warn!(?error, "A key of a request could not be given back");
        }
    }
}
