//! Several messages into folders here at once: written and read together, filed in one commit. A
//! disk that needs milliseconds for each fsync would else be waited for with each of them.

use bytes::Bytes;

use crate::{
    engine::error::Error,
    mail::{id::MailboxId, keyword::Keywords},
    store::{
        blobs::Sha256,
        local::{
            arrival::{self, Arrival},
            lot::{self, Coming},
        },
    },
};

use super::{Local, failed};

/// A message that is at hand, and where it goes.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Whole {
    pub(in crate::engine) mailbox: MailboxId,
    pub(in crate::engine) keywords: Keywords,
    /// When it arrived (ms).
    pub(in crate::engine) received_at: i64,
    pub(in crate::engine) octets: Bytes,
    /// Of these.
    pub(in crate::engine) sha256: Sha256,
}

/// Messages whose bytes are on disk, and those that need not be there.
#[derive(Debug)]
pub(in crate::engine) struct Arrived(Vec<(Whole, Option<Arrival>)>);

impl Local {
    /// Writes those that do not lie in their folders. [`Local::file`] puts them there.
    pub(in crate::engine) async fn arrive(&self, all: Vec<Whole>) -> Result<Arrived, Error> {
        let hashes: Vec<Sha256> = all.iter().map(|one| one.sha256).collect();
        let there = lot::held(&self.store, self.owner, &hashes).await?;
        let is_new = |one: &Whole| !there.contains(&(one.mailbox, one.sha256));
        let new = all.iter().filter(|one| is_new(one));
        let new: Vec<Bytes> = new.map(|one| one.octets.clone()).collect();
        let (user, key) = (self.owner.user, &self.thread_key);
        let arrivals = arrival::receive_all(&self.files, user, key, new).await?;
        let mut arrivals = arrivals.into_iter();
        let arrived = all.into_iter().map(|one| {
            let arrival = if is_new(&one) { arrivals.next() } else { None };
            (one, arrival)
        });
        Ok(Arrived(arrived.collect()))
    }

    /// Puts them into their folders. Says of each whether it is new there; all, or an error and none.
    pub(in crate::engine) async fn file(&self, arrived: &Arrived) -> Result<Vec<bool>, Error> {
        let coming: Vec<Coming<'_>> = arrived
            .0
            .iter()
            .filter_map(|(one, arrival)| {
                Some(Coming {
                    mailbox: one.mailbox,
                    arrival: arrival.as_ref()?,
                    keywords: &one.keywords,
                    received_at: one.received_at,
                })
            })
            .collect();
        let (now, quota) = (self.clock.now(), self.quota);
        let placed = lot::place_new(&self.store, self.owner, &coming, quota, now);
        let mut placed = placed.await.map_err(failed)?.into_iter();
        let new = arrived.0.iter().map(|(_, arrival)| match arrival {
            Some(_) => placed.next().unwrap_or(false),
            None => false,
        });
        Ok(new.collect())
    }
}
