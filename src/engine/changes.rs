//! What has changed since a state, for programs that come and go, and whether an account's servers
//! let it in.

use crate::{
    mail::id::MailboxId,
    pop3, smtp,
    store::{self, events::Since},
};

use super::{account::Account, error::Error, upstream};

/// Changes after a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// The oldest first.
    pub items: Vec<Change>,
    /// The state after them.
    pub state: i64,
    /// There are more.
    pub more: bool,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// RFC 8621's name of what has changed.
    pub kind: String,
    /// `created`, `updated` or `destroyed`.
    pub action: &'static str,
    /// What exactly; none for something of this kind.
    pub objects: Vec<String>,
    /// In which folder.
    pub mailbox: Option<MailboxId>,
}

/// What became of one server.
#[derive(Debug)]
pub struct Verdict {
    /// `incoming` or `outgoing`.
    pub server: &'static str,
    /// It let the account in, or said why not.
    pub outcome: Result<(), Error>,
}

impl Account {
    /// The state of this moment.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn state_now(&self) -> Result<i64, Error> {
        Ok(store::events::latest(&self.0.shared.store, self.0.user).await?)
    }

    /// At most `limit` changes after a state; `None` when that is too long ago, or was never one.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn changes(&self, since: i64, limit: u32) -> Result<Option<Changes>, Error> {
        let (store, user, id) = (&self.0.shared.store, self.0.user, self.0.id);
        let latest = store::events::latest(store, user).await?;
        match store::events::since(store, user, Some(id), since, limit).await? {
            Since::Expired { .. } => Ok(None),
            Since::Events { events, more } => {
                let last = events.last().map(|event| event.seq);
                let state = match more {
                    true => last.unwrap_or(since),
                    // Nothing of this account came in between.
                    false => last.unwrap_or(since).max(latest),
                };
                let items = events.into_iter().map(|event| Change {
                    kind: event.kind,
                    action: event.action.as_str(),
                    objects: event.object.split_whitespace().map(Into::into).collect(),
                    mailbox: event.mailbox_id,
                });
                Ok(Some(Changes {
                    items: items.collect(),
                    state,
                    more,
                }))
            }
        }
    }

    /// Signs in where mail is read, and asks the server to which it is handed over what it offers.
    pub async fn verify_servers(&self) -> Vec<Verdict> {
        let mut verdicts = vec![Verdict {
            server: "incoming",
            outcome: self.verify_incoming().await,
        }];
        match upstream::submission(self) {
            Ok(connector) => {
                let offered = smtp::probe(&connector).await;
                let outcome = offered.map(drop).map_err(Error::from);
                verdicts.push(Verdict {
                    server: "outgoing",
                    outcome,
                });
            }
            // None is configured: nothing to judge.
            Err(Error::Invalid(_)) => {}
            Err(error) => verdicts.push(Verdict {
                server: "outgoing",
                outcome: Err(error),
            }),
        }
        verdicts
    }

    /// Signs in where mail lies, or where it is collected from.
    async fn verify_incoming(&self) -> Result<(), Error> {
        let shared = &self.0.shared;
        let connector = match &self.0.servers {
            Some(servers) => {
                upstream::collecting(servers, &self.0.credential, &shared.config.limits)?
            }
            None => None,
        };
        let Some(connector) = connector else {
            return self.0.mailstore.verify().await;
        };
        match pop3::probe(&connector).await {
            Ok(_) => Ok(()),
            // The collector is signed in at the moment: that is an answer as well.
            Err(error) if error.trouble() == pop3::Trouble::InUse => {
                let name = store::collector::lease_name(self.0.id);
                match store::leases::is_held(&shared.store, &name, shared.clock.now()).await? {
                    true => Ok(()),
                    false => Err(error.into()),
                }
            }
            Err(error) => Err(error.into()),
        }
    }
}
