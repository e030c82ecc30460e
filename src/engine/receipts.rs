//! Read receipts (RFC 8098): what a message asks for, and what its reader decides. Nothing is
//! ever sent by itself, and nothing twice: the receipt's Message-ID follows from the message. What
//! was answered is remembered here, because not every server keeps marks; `$MDNSent` (RFC 3503)
//! tells other programs, where it can.
//!
//! Cost: whether a message asks is in its header; answering is one STORE, as for any mark.

use crate::{
    mail::{
        address::{self, Address},
        compose::{self, AutoSubmitted, Extra, Message, Purpose, Recipient},
        id::EmailId,
        keyword,
        reply::{identity, own::Own},
        report::disposition::{self, By, Disposition, Receipt},
    },
    store::{
        self,
        submissions::{Claim, CopyState, MarkState, NewSubmission, State},
    },
};

use super::{account::Account, error::Error, outbox::Kept, read::Opened, secrets};

/// A sender's wish to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Who would be told.
    pub to: Vec<Address>,
    /// That is not who wrote the message, as far as its header shows.
    pub elsewhere: bool,
}

/// The words of a receipt, in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptWords {
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
}

impl Account {
    /// Whether a message asks to be told that it was read, and was not answered to that yet.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn receipt_wish(&self, opened: &Opened) -> Result<Option<Wish>, Error> {
        let fields = opened.fields();
        let Some(request) = disposition::requested(&fields) else {
            return Ok(None);
        };
        // Reports are never reported on (RFC 8098 §2.1).
        let is_report = opened.structure.is_multipart("report");
        if is_report || opened.summary.keywords.has(keyword::MDN_SENT) {
            return Ok(None);
        }
        let own = self.own_addresses().await?;
        let own = Own::new(&own);
        let mut from = opened.summary.from.iter();
        if from.any(|from| own.has(&from.email)) {
            return Ok(None);
        }
        let (store, id) = (&self.0.shared.store, self.receipt_id(opened));
        let known = store::submissions::by_message_id(store, self.0.id, &id).await?;
        if known.is_some_and(|row| row.state != State::Cancelled)
            || store::receipts::is_answered(store, self.0.id, &id).await?
        {
            return Ok(None);
        }
        let is_sender = |to: &Address| {
            let mut from = opened.summary.from.iter();
            from.any(|from| address::key(&from.email) == address::key(&to.email))
        };
        Ok(Some(Wish {
            elsewhere: !request.is_return_path && !request.to.iter().all(is_sender),
            to: request.to,
        }))
    }

    /// Tells who asked that the message was shown. Once: asked again it does nothing.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a message that does not ask, or can't be answered to.
    pub async fn send_receipt(
        &self,
        email: EmailId,
        words: &ReceiptWords,
        offset: i16,
    ) -> Result<(), Error> {
        const IMPOSSIBLE: Error = Error::Invalid("receipt-impossible");
        let opened = self.open_known(email).await?;
        let fields = opened.fields();
        let request = disposition::requested(&fields).ok_or(IMPOSSIBLE)?;
        let identities = self.identities().await?;
        let own: Vec<String> = identities.iter().map(|own| own.email.clone()).collect();
        let answering = identity::identity(&fields, Own::new(&own), 0);
        let identity = identities.get(answering.identity).ok_or(Error::NotFound)?;
        let from = Address {
            name: Some(identity.name.clone()).filter(|name| !name.trim().is_empty()),
            email: answering.email.unwrap_or_else(|| identity.email.clone()),
        };
        let made = Receipt {
            disposition: Disposition::Displayed,
            by: By::Person,
            sent_by: By::Person,
            recipient: &from.email,
            user_agent: "Restante",
        };
        let parts = disposition::receipt(&fields, &words.text, made).ok_or(IMPOSSIBLE)?;
        let (message_id, now) = (self.receipt_id(&opened), self.now());
        let answered: Vec<String> = opened.summary.message_id.iter().cloned().collect();
        let message = Message::<'_, ()> {
            from: vec![from],
            sender: None,
            reply_to: Vec::new(),
            to: request.to.iter().cloned().map(Recipient::Mailbox).collect(),
            cc: Vec::new(),
            bcc: Vec::new(),
            subject: &words.subject,
            date_ms: now,
            offset_minutes: offset,
            message_id: &message_id,
            in_reply_to: &answered,
            references: &answered,
            text: "",
            html: None,
            inline: &[],
            attachments: &[],
            // No program answers what a program may have sent (RFC 3834 §5).
            extra: &[Extra::AutoSubmitted(AutoSubmitted::Replied)],
        };
        let smtputf8 = compose::needs_smtputf8(&message);
        let options = compose::Options {
            purpose: Purpose::Send,
            smtputf8,
            seed: secrets::random(),
        };
        let bytes = compose::receipt(&message, &parts, &options).map_err(|_| IMPOSSIBLE)?;
        let kept = Kept {
            smtputf8,
            eight_bit: !bytes.is_ascii(),
            ..Kept::default()
        };
        let stored = self.small_blob(bytes).await?;
        let options = serde_json::to_string(&kept).map_err(anyhow::Error::from)?;
        let recipients: Vec<String> = request.to.iter().map(|to| to.email.clone()).collect();
        let new = NewSubmission {
            account: self.0.id,
            user: self.0.user,
            draft: None,
            identity: Some(identity.id),
            message_id: &message_id,
            date: now,
            // No report comes back about a report (RFC 8098 §3).
            mail_from: "",
            subject: &words.subject,
            options_json: &options,
            send_at: now,
            reference_email: "",
            reference_action: "",
            copy_state: CopyState::None,
            mark_state: MarkState::None,
            recipients: &recipients,
            unattended: self.is_unattended().await?,
            merge_of: None,
            blob: Some((
                stored.sha256,
                i64::try_from(stored.size).unwrap_or(i64::MAX),
            )),
        };
        let claim = store::submissions::claim(&self.0.shared.store, &new, now).await?;
        if matches!(claim, Claim::New(_)) {
            self.0.shared.queue.wake();
            self.publish_submission().await;
        }
        self.note_receipt(email, &message_id).await
    }

    /// The sender is not told, and not asked about again.
    ///
    /// # Errors
    /// As [`Account::open`].
    pub async fn refuse_receipt(&self, email: EmailId) -> Result<(), Error> {
        let opened = self.open_known(email).await?;
        self.note_receipt(email, &self.receipt_id(&opened)).await
    }

    /// Remembers that a wish was answered, and marks the message. The mark may fail, or be one
    /// that the server forgets.
    async fn note_receipt(&self, email: EmailId, receipt_id: &str) -> Result<(), Error> {
        let (store, now) = (&self.0.shared.store, self.now());
        store::receipts::answer(store, self.0.id, receipt_id, now).await?;
        let marked = self.set_keywords(&[email], &[keyword::MDN_SENT], &[]).await;
        if let Err(error) = marked {
            tracing::info!(%error, "A message could not be marked as told about");
        }
        Ok(())
    }

    /// The addresses of all identities.
    ///
    /// # Errors
    /// What the database says.
    pub async fn own_addresses(&self) -> Result<Vec<String>, Error> {
        let identities = self.identities().await?;
        Ok(identities.into_iter().map(|own| own.email).collect())
    }

    /// The Message-ID of the receipt for a message: the same whoever asks, and however often.
    fn receipt_id(&self, opened: &Opened) -> String {
        let of = match &opened.summary.message_id {
            Some(id) => id.clone(),
            None => opened.summary.placement.to_string(),
        };
        let digest = secrets::sha256(format!("receipt {} {of}", self.0.id.get()).as_bytes());
        let mut seed = [0; 16];
        seed.copy_from_slice(digest.first_chunk::<16>().unwrap_or(&[0; 16]));
        compose::message_id(seed, self.domain())
    }
}
