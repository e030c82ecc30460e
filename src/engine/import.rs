//! Messages that come whole, copies with the id that they get, and how much room there is.

use bytes::Bytes;

use crate::mail::{
    header,
    id::{EmailId, MailboxId},
    keyword::Keywords,
    mailbox::Mailbox,
};

use super::{account::Account, error::Error, events::Happened};

/// Octets of stored mail, files of drafts and uploads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// What there is.
    pub used: u64,
    /// What there may be; `None`: no bound.
    pub most: Option<u64>,
}

impl Account {
    /// Puts a message into a folder. Gives its id where that can be told.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a folder, [`Error::TooLarge`], what the server says.
    pub async fn import(
        &self,
        mailbox: MailboxId,
        keywords: &Keywords,
        received_at: Option<i64>,
        message: Bytes,
    ) -> Result<Option<EmailId>, Error> {
        let mailbox = self.mailbox(mailbox).await?;
        if !mailbox.selectable {
            return Err(Error::NotFound);
        }
        let most = u64::from(self.0.shared.config.limits.message_mib) << 20;
        if u64::try_from(message.len()).unwrap_or(u64::MAX) > most {
            return Err(Error::TooLarge);
        }
        let fields = header::fields(&message);
        let message_id = header::first(&fields, "Message-ID").and_then(header::message_id);
        let words = keywords.0.clone();
        self.carry_out(async move |account| {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let mailstore = &account.0.mailstore;
            let placed = mailstore.append(&mailbox, &words, received_at, message.into());
            let placed = match (placed.await?, message_id) {
                (None, Some(id)) => mailstore.find(&mailbox, &id).await?,
                (placed, _) => placed,
            };
            let placed = placed.map(|(uid_validity, uid)| EmailId {
                mailbox: mailbox.id,
                uid_validity,
                uid,
            });
            let news = Happened::created(mailbox.id, placed.as_slice());
            account.refiled(&[news]).await;
            Ok(placed)
        })
        .await
    }

    /// Copies a message into a folder. Gives the copy's id where that can be told. A message that is
    /// not there is told before a folder that is not.
    ///
    /// # Errors
    /// As [`Account::copy_to`].
    pub async fn copy_one(&self, id: EmailId, target: MailboxId) -> Result<Option<EmailId>, Error> {
        // A message that is gone would be passed over.
        self.state(id).await?;
        let target: Mailbox = match self.mailbox(target).await {
            Ok(mailbox) if mailbox.selectable => mailbox,
            Ok(_) | Err(Error::NotFound) => return Err(Error::Invalid("copy-target")),
            Err(error) => return Err(error),
        };
        let batches = self.batches(&[id]).await?;
        self.carry_out(async move |account| {
            let mut copy = None;
            for batch in batches {
                let copied = account.0.mailstore.copy_to(&batch, &target).await?;
                let uid = copied.pairs.first().map(|(_, uid)| *uid);
                copy = copied.uid_validity.zip(uid);
            }
            let copy = copy.map(|(uid_validity, uid)| EmailId {
                mailbox: target.id,
                uid_validity,
                uid,
            });
            let news = Happened::created(target.id, copy.as_slice());
            account.refiled(&[news]).await;
            Ok(copy)
        })
        .await
    }

    /// How much room there is: here, or as its server says. Cost: 1 round trip for mail on a server.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the server does not say.
    pub async fn quota(&self) -> Result<Quota, Error> {
        let room = self.0.mailstore.room().await?;
        room.ok_or(Error::Invalid("quota-not-told"))
    }
}
