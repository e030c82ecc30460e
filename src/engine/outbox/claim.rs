//! Sending: the one moment in which a draft becomes a message.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    mail::compose::{self, Purpose},
    smtp,
    store::{
        self,
        blobs::Sha256,
        submissions::{Claim, CopyState, MarkState, NewSubmission, SubmissionRow},
    },
};

use super::{
    super::{
        account::Account,
        error::Error,
        secrets, upstream,
        writing::{self, Fields, Outgoing, Reference, Upload},
    },
    Submission,
};

/// How long the page waits for the server to say what it takes.
const PATIENCE: Duration = Duration::from_millis(300);

/// When a message is to go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// After so many seconds, in which it can be taken back.
    In(u32),
    /// At this time (ms).
    At(i64),
}

/// What the row keeps beside its columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::engine) struct Kept {
    /// The Bcc line of the copy in Sent.
    pub(in crate::engine) bcc: String,
    /// It needs SMTPUTF8.
    pub(in crate::engine) smtputf8: bool,
    /// It has octets above 127.
    pub(in crate::engine) eight_bit: bool,
    /// Servers are asked to report its arrival.
    pub(in crate::engine) delivery_report: bool,
    /// Of the fields that it was made of: whether a form that comes late says the same.
    pub(in crate::engine) digest: String,
}

/// A message whose bytes are stored, to be claimed.
pub(super) struct Ready {
    /// The envelope's sender.
    pub(super) from: String,
    /// The number of its identity.
    pub(super) identity: i64,
    /// What the row keeps beside its columns, as JSON.
    pub(super) options: String,
    /// Whom it goes to.
    pub(super) recipients: Vec<String>,
    /// Its bytes, and how many they are.
    pub(super) blob: (Sha256, i64),
}

/// What a form that comes late finds in the place of its draft.
#[derive(Clone, Debug)]
pub struct SentBefore {
    /// The draft went out as this.
    pub submission: Submission,
    /// With these very fields.
    pub is_same: bool,
}

impl Account {
    /// Sends a draft as it was at this revision, once: whoever asks again gets the claim that is
    /// there, and what failed is sent anew. `offset` is the writer's zone, minutes east of UTC.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a draft that is gone, [`Error::Stale`] for another revision,
    /// [`Error::TooLate`] for one that is on its way as a mailing, [`Error::Unsendable`] for what
    /// its writer has to mend first.
    pub async fn send_draft(
        &self,
        id: i64,
        revision: i64,
        when: When,
        offset: i16,
    ) -> Result<Submission, Error> {
        let store = &self.0.shared.store;
        if let Some(known) = store::submissions::of_draft(store, self.0.user, id).await? {
            return self.submission_of(alone(known)?).await;
        }
        let row = self.draft_row(id).await?;
        if row.revision != revision {
            return Err(Error::Stale);
        }
        let now = self.now();
        let send_at = match when {
            When::In(seconds) => now + i64::from(seconds) * 1000,
            When::At(time) => time.max(now),
        };
        let (message_id, _) = self.next_message_id(&row.key).await?;
        let fixed = writing::Fixed {
            message_id: &message_id,
            // What is sent later says so: it was not on its way before.
            date: match when {
                When::In(_) => now,
                When::At(_) => send_at,
            },
            offset,
            purpose: Purpose::Send,
            alone: false,
            mark: None,
        };
        let outgoing = self.outgoing(&row, fixed).await?;
        if outgoing.recipients.is_empty() {
            return Err(Error::Unsendable(writing::Unsendable::NoRecipients));
        }
        self.fits(outgoing.content.size).await?;
        let ready = self.ready(outgoing, &Fields::of(&row)).await?;
        let reference = Reference::of(&row);
        let marks =
            reference.is_some_and(|from| from.action.is_answer() || from.action.is_forward());
        let new = NewSubmission {
            account: self.0.id,
            user: self.0.user,
            draft: Some((row.id, revision)),
            identity: Some(ready.identity),
            message_id: &message_id,
            date: fixed.date,
            mail_from: &ready.from,
            subject: &row.subject,
            options_json: &ready.options,
            send_at,
            reference_email: &row.reference_email,
            reference_action: &row.reference_action,
            copy_state: CopyState::Pending,
            mark_state: if marks {
                MarkState::Pending
            } else {
                MarkState::None
            },
            recipients: &ready.recipients,
            unattended: self.is_unattended().await?,
            merge_of: None,
            blob: Some(ready.blob),
        };
        let claimed = match store::submissions::claim(store, &new, now).await? {
            Claim::New(row) => {
                self.0.shared.queue.wake();
                row
            }
            Claim::Already(row) => alone(row)?,
        };
        self.publish_submission().await;
        self.submission_of(claimed).await
    }

    /// Stores the bytes of a message that was written in these fields.
    pub(super) async fn ready(&self, outgoing: Outgoing, fields: &Fields) -> Result<Ready, Error> {
        let kept = Kept {
            bcc: outgoing.bcc,
            smtputf8: outgoing.smtputf8,
            eight_bit: outgoing.eight_bit,
            delivery_report: fields.options.delivery_report,
            digest: fields.digest(),
        };
        let bytes = self.bytes_of(outgoing.content);
        let files = &self.0.shared.files;
        let most = u64::from(self.0.shared.config.limits.message_mib) << 20;
        let stored = files
            .store(self.0.user, Upload::begin()?.0, bytes, most)
            .await?;
        self.keep_blob(&stored).await?;
        let recipients = outgoing.recipients.into_iter().map(|one| one.email);
        Ok(Ready {
            from: outgoing.from,
            identity: outgoing.identity.id,
            options: serde_json::to_string(&kept).map_err(anyhow::Error::from)?,
            recipients: recipients.collect(),
            blob: (
                stored.sha256,
                i64::try_from(stored.size).unwrap_or(i64::MAX),
            ),
        })
    }

    /// The message that a draft of this key went out as, when the draft is gone: a second click
    /// may come when the first has done everything.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn sent_before(
        &self,
        key: &str,
        fields: &Fields,
    ) -> Result<Option<SentBefore>, Error> {
        let (_, last) = self.next_message_id(key).await?;
        let Some(row) = last.filter(|row| row.state.is_out()) else {
            return Ok(None);
        };
        let kept: Kept = serde_json::from_str(&row.options_json).unwrap_or_default();
        Ok(Some(SentBefore {
            is_same: kept.digest == fields.digest(),
            submission: self.submission_of(row).await?,
        }))
    }

    /// The Message-ID that a draft of this key would get now, and the submission that has the one
    /// before. They follow from the key, so that a draft that is gone can be known again, and
    /// from ours, so that nobody can guess them.
    async fn next_message_id(&self, key: &str) -> Result<(String, Option<SubmissionRow>), Error> {
        if key.is_empty() {
            let id = compose::message_id(secrets::random(), self.domain());
            return Ok((id, None));
        }
        let (store, mut last) = (&self.0.shared.store, None);
        for number in 0_u64.. {
            let name = format!("{} {number} {key}", self.0.user.get());
            let own = self.0.shared.key.derive("message id", name.as_bytes());
            let mut octets = [0; 16];
            octets.copy_from_slice(own.fingerprint().first_chunk::<16>().unwrap_or(&[0; 16]));
            let id = compose::message_id(octets, self.domain());
            match store::submissions::by_message_id(store, self.0.id, &id).await? {
                Some(row) => last = Some(row),
                None => return Ok((id, last)),
            }
        }
        Err(Error::TooLate)
    }

    /// Octets that a whole message may have, base64 included: what the submission server takes,
    /// as far as it says so, and what is allowed here. Asks the server once.
    pub async fn message_most(&self) -> u64 {
        let own = u64::from(self.0.shared.config.limits.message_mib) << 20;
        let asked = self.0.message_limit.get_or_try_init(|| async {
            let connector = upstream::submission(self)?;
            let offered = smtp::probe(&connector).await.map_err(anyhow::Error::from)?;
            Ok::<_, Error>(offered.size_limit().unwrap_or(u64::MAX))
        });
        // Asked again the next time; whoever writes does not wait for it longer than a moment.
        let asked = tokio::time::timeout(self.waits(PATIENCE), asked).await;
        match asked {
            Ok(Ok(limit)) => own.min(*limit),
            Ok(Err(_)) | Err(_) => own,
        }
    }

    /// Is a message of this size wanted?
    pub(super) async fn fits(&self, size: u64) -> Result<(), Error> {
        let limit = self.message_most().await;
        match size > limit {
            true => Err(Error::Unsendable(writing::Unsendable::TooLarge {
                size,
                limit,
            })),
            false => Ok(()),
        }
    }

    pub(super) async fn submission_of(&self, row: SubmissionRow) -> Result<Submission, Error> {
        let store = &self.0.shared.store;
        let recipients = store::submissions::recipients::list(store, row.id).await?;
        Ok(Submission::new(row, recipients))
    }
}

/// A claim that was met by one who sends the draft to those whom it names.
fn alone(row: SubmissionRow) -> Result<SubmissionRow, Error> {
    match (row.merge_of, row.state.is_out()) {
        (Some(_), _) => Err(Error::TooLate),
        (None, true) => Ok(row),
        // Taken back, which gave the draft another revision.
        (None, false) => Err(Error::Stale),
    }
}
