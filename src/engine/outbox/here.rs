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
    verdict::Verdict,
};

impl Account {
    /// Mail lives here, and no server is named that would carry it further.
    pub(super) fn sends_here_only(&self) -> bool {
        let config = &self.0.shared.config;
        let server = config.server_for(&self.0.address);
        self.0.mailstore.is_local() && server.is_none_or(|server| server.smtp.is_none())
    }

    /// Puts a message into its recipients' inboxes: all of them, or none.
    pub(super) async fn deliver_here(&self, row: &SubmissionRow) -> Result<Verdict, Error> {
        let shared = &self.0.shared;
        let (store, now) = (&shared.store, self.now());
        let recipients = store::submissions::recipients::list(store, row.id).await?;
        let mut owners = Vec::with_capacity(recipients.len());
        for recipient in &recipients {
            let Some(owner) = shared.local_owner(&recipient.email).await? else {
                return Ok(Verdict::Failed("only-here ".to_owned()));
            };
            if !owners.contains(&owner) {
                owners.push(owner);
            }
        }
        let sha256 = row.sha256.ok_or(Error::NotFound)?;
        if !queue::mark_final(store, row.id, &row.claimed_by, now).await? {
            return Ok(Verdict::Unconfirmed("unconfirmed ".to_owned()));
        }
        for owner in owners {
            let bytes = shared.files.read(self.0.user, &sha256, 0).await?;
            let deposit = Deposit {
                folder: "INBOX",
                keywords: &Keywords::default(),
                received_at: Some(now),
            };
            let delivered = shared.deposit(owner, &deposit, bytes.map_err(Error::from));
            if let Err(error) = delivered.await {
                // Some may have it: nothing is sent again by itself.
                tracing::error!(%error, "A message could not be delivered here");
                return Ok(Verdict::Unconfirmed("unconfirmed ".to_owned()));
            }
        }
        let taken: Vec<_> = recipients
            .iter()
            .map(|to| (to.ordinal, RecipientState::Delivered, ""))
            .collect();
        store::submissions::recipients::set(store, row.id, &taken, now).await?;
        Ok(Verdict::Sent("accepted ".to_owned()))
    }
}
