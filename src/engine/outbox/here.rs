//! Messages of those who have no server for sending: from a mailbox that lives here to others that
//! do. What is for anybody else is not sent, and says so.

use futures_util::TryStreamExt as _;

use crate::{
    mail::keyword::Keywords,
    store::{
        self,
        submissions::{RecipientState, SubmissionRow, queue},
    },
};

use super::{
    super::{account::Account, error::Error, local::Deposit},
    verdict::{self, Verdict},
};

impl Account {
    /// Mail lives here, and no server is named that would carry it further.
    pub(super) fn sends_here_only(&self) -> bool {
        let servers = self.0.servers.as_ref();
        let sends = servers.is_some_and(|servers| servers.server.smtp.is_some());
        self.0.mailstore.is_local() && !sends
    }

    /// Puts a message into its recipients' inboxes, if all of them live here.
    pub(super) async fn deliver_here(&self, row: &SubmissionRow) -> Result<Verdict, Error> {
        let shared = &self.0.shared;
        let (store, now) = (&shared.store, self.now());
        let recipients = store::submissions::recipients::list(store, row.id).await?;
        let mut owners = Vec::with_capacity(recipients.len());
        for recipient in &recipients {
            let Some(owner) = shared.local_owner(&recipient.email).await? else {
                return Ok(Verdict::Failed(verdict::kept("only-here", "")));
            };
            if !owners.contains(&owner) {
                owners.push(owner);
            }
        }
        let sha256 = row.sha256.ok_or(Error::NotFound)?;
        let unknown = || Ok(Verdict::Unconfirmed(verdict::kept("unconfirmed", "")));
        if !queue::mark_final(store, row.id, &row.claimed_by, now).await? {
            return unknown();
        }
        // From here on some may have it: nothing is sent again by itself, whatever fails.
        for owner in owners {
            let delivered = async {
                let bytes = shared.files.read(self.0.user, &sha256, 0).await?;
                let deposit = Deposit {
                    folder: "INBOX",
                    keywords: &Keywords::default(),
                    received_at: Some(now),
                };
                let bytes = bytes.map_err(Error::from);
                shared.deposit(owner, &deposit, bytes).await
            };
            if let Err(error) = delivered.await {
                tracing::error!(%error, "A message could not be delivered here");
                return unknown();
            }
        }
        let taken: Vec<_> = recipients
            .iter()
            .map(|to| (to.ordinal, RecipientState::Delivered, ""))
            .collect();
        self.note_recipients(row, &taken).await;
        Ok(Verdict::Sent(verdict::kept("accepted", "")))
    }
}
