//! Octets that are written now and read later: in memory while they are few.

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::{
    engine::{account::Account, error::Error, parts::Octets},
    store::files::{Spool, Token},
};

/// Octets that are kept in memory.
const SMALL: usize = 256 * 1024;

/// See the module's description.
pub(super) struct Scratch {
    account: Account,
    memory: Vec<u8>,
    spool: Option<Spool>,
}

impl Scratch {
    pub(super) fn new(account: &Account) -> Self {
        Self {
            account: account.clone(),
            memory: Vec::new(),
            spool: None,
        }
    }

    pub(super) async fn push(&mut self, octets: &[u8]) -> Result<(), Error> {
        self.memory.extend_from_slice(octets);
        if self.memory.len() < SMALL {
            return Ok(());
        }
        let mut spool = match self.spool.take() {
            Some(spool) => spool,
            None => {
                let token = Token::random()?;
                let files = &self.account.0.shared.files;
                files.scratch(self.account.0.user, token).await?
            }
        };
        let written = Bytes::from(std::mem::take(&mut self.memory));
        let written = stream::iter([Ok::<_, Error>(written)]);
        spool.append(written, u64::MAX).await?;
        self.spool = Some(spool);
        Ok(())
    }

    /// All that was written. The file goes; what is open of it can be read to its end.
    pub(super) async fn into_octets(self) -> Result<Octets, Error> {
        let rest = stream::iter([Ok(Bytes::from(self.memory))]);
        let Some(spool) = self.spool else {
            return Ok(rest.boxed());
        };
        let written = spool.read().await?;
        spool.abandon().await;
        Ok(written.map_err(Error::from).chain(rest).boxed())
    }
}
