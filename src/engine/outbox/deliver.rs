//! Handing one message over to the person's submission server, and writing down what became of
//! it.

use std::io;

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt as _, stream};

use crate::{
    smtp::{
        self, Envelope, Receipt, SubmitError,
        envelope::{Notify, Report},
        submit::{Answer, Outcome},
    },
    store::{
        self,
        id::SubmissionId,
        submissions::{RecipientState, SubmissionRow, queue},
    },
};

use super::{
    super::{account::Account, error::Error, upstream},
    claim::Kept,
    queue::Heartbeat,
    verdict::{self, Verdict},
};

impl Account {
    /// Sends a message that this process has claimed.
    pub(super) async fn deliver(&self, row: SubmissionRow) {
        let beat = Heartbeat::begin(self, &row);
        self.publish_submission().await;
        if self.sends_here_only() {
            let verdict = self.deliver_here(&row).await;
            let verdict = verdict.unwrap_or_else(|error| verdict::before(&error, &row));
            return self.conclude(beat, &row, verdict).await;
        }
        let verdict = match self.hand_over(&row).await {
            Ok(outcome) => {
                match &outcome {
                    Ok(receipt) => self.note_answers(&row, &receipt.recipients).await,
                    Err(SubmitError::Refused(refusal)) => {
                        self.note_answers(&row, &refusal.recipients).await;
                    }
                    Err(_) => {}
                }
                if outcome.is_ok()
                    && let Err(error) = self.remember_recipients(&row).await
                {
                    tracing::warn!(%error, "Recipients could not be remembered");
                }
                let waits = match self.is_attended() {
                    true => None,
                    false => verdict::waits_for_its_owner(&outcome, &row),
                };
                if waits.is_some() {
                    let refused = &self.0.shared.refused;
                    refused.note(self.0.id, self.0.credential_version);
                }
                waits.unwrap_or_else(|| verdict::of(outcome, &row))
            }
            // Nothing was said to the server: as if it had not answered.
            Err(error) => verdict::before(&error, &row),
        };
        self.conclude(beat, &row, verdict).await;
    }

    async fn conclude(&self, beat: Heartbeat, row: &SubmissionRow, verdict: Verdict) {
        drop(beat);
        self.write_down(row, verdict).await;
        self.publish_submission().await;
        self.0.shared.queue.wake();
    }

    async fn hand_over(&self, row: &SubmissionRow) -> Result<Result<Receipt, SubmitError>, Error> {
        let connector = upstream::submission(self)?;
        let kept: Kept = serde_json::from_str(&row.options_json).unwrap_or_default();
        let store = &self.0.shared.store;
        let recipients = store::submissions::recipients::list(store, row.id).await?;
        let address = |text: &str| {
            smtp::address::Address::parse(text).map_err(|_| Error::Invalid("draft-address"))
        };
        // A report has no sender, so that none comes back about it.
        let sender = match row.mail_from.as_str() {
            "" => None,
            from => Some(address(from)?),
        };
        let mut envelope = Envelope::new(
            sender,
            recipients
                .iter()
                .map(|row| address(&row.email))
                .collect::<Result<_, _>>()?,
        );
        envelope.size = u64::try_from(row.size).ok();
        envelope.eight_bit = kept.eight_bit;
        envelope.utf8_headers = kept.smtputf8;
        if kept.delivery_report {
            envelope.report = Some(Report::Headers);
            envelope.envelope_id = Some(row.message_id.clone());
            for recipient in &mut envelope.recipients {
                recipient.notify = Some(Notify {
                    success: true,
                    failure: true,
                    delay: true,
                });
            }
        }
        let sha256 = row.sha256.ok_or(Error::NotFound)?;
        let bytes = self.0.shared.files.read(self.0.user, &sha256, 0).await?;
        let bytes = bytes.map_err(|error| io::Error::other(format!("{error:?}")));
        let body = bytes.chain_end(self.clone(), row.id, row.claimed_by.clone());
        Ok(smtp::submit(&connector, &envelope, body).await)
    }

    /// What was answered for each recipient.
    async fn note_answers(&self, row: &SubmissionRow, answers: &[Answer]) {
        let answers: Vec<(i64, RecipientState, String)> = (0..)
            .zip(answers)
            .map(|(ordinal, answer)| {
                let state = match answer.outcome() {
                    Outcome::Accepted => RecipientState::Accepted,
                    Outcome::Deferred => RecipientState::Deferred,
                    Outcome::Refused => RecipientState::Refused,
                };
                (ordinal, state, answer.reply.to_string())
            })
            .collect();
        let (store, now) = (&self.0.shared.store, self.now());
        let answers: Vec<(i64, RecipientState, &str)> = answers
            .iter()
            .map(|(ordinal, state, text)| (*ordinal, *state, text.as_str()))
            .collect();
        let noted = store::submissions::recipients::set(store, row.id, &answers, now).await;
        if let Err(error) = noted {
            tracing::warn!(?error, "Answers for recipients could not be written down");
        }
    }

    async fn write_down(&self, row: &SubmissionRow, verdict: Verdict) {
        let (store, now) = (&self.0.shared.store, self.now());
        let (id, who) = (row.id, row.claimed_by.as_str());
        tracing::info!(
            submission.id = id.get(),
            verdict = verdict.name(),
            "A message was handed over"
        );
        let written = match &verdict {
            Verdict::Sent(reply) => queue::sent(store, id, who, reply, now).await,
            Verdict::Later(reply, at) => queue::later(store, id, who, reply, *at, now).await,
            Verdict::Failed(reply) => queue::failed(store, id, who, reply, now).await,
            Verdict::Unconfirmed(reply) => queue::unconfirmed(store, id, who, reply, now).await,
        };
        match written {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!(submission.id = id.get(), "The claim had run out meanwhile")
            }
            // The claim runs out, and what it says then is on the safe side.
            Err(error) => tracing::error!(?error, "What became of a message is not written down"),
        }
        if matches!(verdict, Verdict::Unconfirmed(_)) {
            self.look_for(row).await;
        }
    }
}

/// Writes down that the end of a message is about to go out, before it does.
trait ChainEnd: Stream<Item = io::Result<Bytes>> + Send + Sized {
    fn chain_end(
        self,
        account: Account,
        submission: SubmissionId,
        taker: String,
    ) -> impl Stream<Item = io::Result<Bytes>> + Send {
        let begun = (Box::pin(self), account, taker);
        stream::try_unfold(begun, move |(mut bytes, account, taker)| async move {
            if let Some(piece) = bytes.try_next().await? {
                return Ok(Some((piece, (bytes, account, taker))));
            }
            let shared = &account.0.shared;
            let now = shared.clock.now();
            match queue::mark_final(&shared.store, submission, &taker, now).await {
                Ok(true) => Ok(None),
                // Somebody else may send it now: not a word more.
                Ok(false) => Err(io::Error::other("the claim has run out")),
                Err(error) => Err(io::Error::other(format!("{error:?}"))),
            }
        })
    }
}

impl<S: Stream<Item = io::Result<Bytes>> + Send> ChainEnd for S {}
