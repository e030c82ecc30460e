//! Mail merge: a draft and a table become one message for each row, each with its own id and its
//! own recipient. All are claimed in one transaction, or none is; whoever asks again gets the
//! claim that is there. A mailing that was taken back halfway goes on with those who have heard
//! nothing of it.
//!
//! Cost: nothing upstream; on the disk as much as all messages together.

use std::{collections::HashMap, sync::Arc};

use crate::{
    mail::{
        address,
        compose::{self, Purpose},
        html,
        merge::{
            Table,
            rows::{self, Letter, Merged, Problem},
        },
        typed::{self, Typed},
    },
    store::{
        self,
        drafts::DraftRow,
        submissions::{
            Claim, CopyState, MarkState, NewSubmission, State, SubmissionRow,
            mailing::{self, Reached},
        },
    },
};

use super::{
    super::{
        account::Account,
        error::Error,
        secrets,
        writing::{self, Draft, Fields},
    },
    Submission,
    claim::Ready,
};

/// Octets of all messages together: each is kept whole until it is sent.
const OCTETS_MOST: u64 = 512 << 20;

/// One message of a mailing, its bytes stored.
struct Claimable {
    message_id: String,
    subject: String,
    ready: Ready,
}

/// What is known of a draft that a mailing is made of. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Mailing {
    fields: Arc<Fields>,
    /// How far a message to this address is, by what addresses are compared by.
    reached: Arc<HashMap<String, State>>,
    /// Whom its identity always sends a copy to, as typed. Nobody gets one of a mailing: there
    /// would be as many as there are rows, and all of them lie in Sent.
    pub always_bcc: String,
}

/// The messages that a table makes of a draft.
#[derive(Clone, Debug, Default)]
pub struct Merge {
    /// Those to be sent.
    pub messages: Vec<Merged>,
    /// What must be mended before any is sent.
    pub problems: Vec<Problem>,
    /// Rows that get nothing.
    pub left_out: Vec<LeftOut>,
}

/// A row whose address an earlier mailing of the draft has reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The row, from 1, the heading not counted.
    pub row: usize,
    /// The address.
    pub email: String,
    /// How far the message to it is: sent, unconfirmed, or on its way.
    pub state: State,
}

impl Mailing {
    fn new(fields: Fields, reached: Vec<Reached>, always_bcc: String) -> Self {
        let mut known = HashMap::new();
        for one in reached {
            let state = known.entry(address::key(&one.email)).or_insert(one.state);
            // Of several the surest.
            if one.state == State::Sent {
                *state = State::Sent;
            }
        }
        Self {
            fields: Arc::new(fields),
            reached: Arc::new(known),
            always_bcc,
        }
    }

    /// How many people need no further message.
    pub fn reached(&self) -> usize {
        self.reached.len()
    }

    fn merge(&self, table: &Table) -> Merge {
        let letter = Letter {
            subject: &self.fields.subject,
            text: &self.fields.text,
            rich: self.fields.html.then_some(self.fields.rich.as_str()),
        };
        let state = |email: &str| self.reached.get(&address::key(email)).copied();
        let made = rows::merge(table, letter, |email| state(email).is_some());
        let left_out = made.left_out.into_iter().filter_map(|(row, email)| {
            let state = state(&email)?;
            Some(LeftOut { row, email, state })
        });
        Merge {
            left_out: left_out.collect(),
            messages: made.messages,
            problems: made.problems,
        }
    }
}

impl Account {
    /// What a mailing of this draft has to know.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn mailing(&self, draft: &Draft) -> Result<Mailing, Error> {
        self.mailing_of(draft.id, draft.fields.clone()).await
    }

    /// The messages that a table makes, without those to people who were reached before.
    ///
    /// # Errors
    /// [`Error::Internal`] only.
    pub async fn merge(&self, mailing: &Mailing, table: &Table) -> Result<Merge, Error> {
        let (mailing, table) = (mailing.clone(), table.clone());
        let work = move || mailing.merge(&table);
        self.0.shared.taking_apart.run(work).await
    }

    /// What one of them says, formatting left out.
    ///
    /// # Errors
    /// [`Error::Internal`] only.
    pub async fn words_of(&self, message: &Merged) -> Result<String, Error> {
        match message.rich.clone() {
            None => Ok(message.text.clone()),
            Some(rich) => {
                let work = move || html::to_plain(&rich);
                self.0.shared.taking_apart.run(work).await
            }
        }
    }

    async fn mailing_of(&self, draft: i64, fields: Fields) -> Result<Mailing, Error> {
        let identity = self.identity_of(&fields).await?;
        let reached = mailing::reached(&self.0.shared.store, self.0.user, draft).await?;
        Ok(Mailing::new(fields, reached, identity.bcc))
    }

    /// Sends a draft to each row of a table, once, as it was at this revision. Its own recipients
    /// get nothing, nor do those whom an earlier mailing of it has reached. A mailing of which
    /// nothing but failures is left is taken back for it. Gives the first message and how many are
    /// on their way.
    ///
    /// # Errors
    /// [`Error::Invalid`] while anything is wrong with the table or nobody is left,
    /// [`Error::TooLate`] for a draft that is on its way to those whom it names, else as
    /// [`Account::send_draft`].
    pub async fn send_merge(
        &self,
        id: i64,
        revision: i64,
        table: &Table,
        seconds: u32,
        offset: i16,
    ) -> Result<(Submission, usize), Error> {
        let store = &self.0.shared.store;
        if let Some(known) = store::submissions::of_draft(store, self.0.user, id).await? {
            if known.merge_of.is_none() {
                return Err(Error::TooLate);
            }
            let standing = mailing::standing(store, known.id).await?;
            if standing.failed == 0 || standing.open > 0 {
                let going = usize::try_from(standing.going).unwrap_or(0);
                return Ok((self.submission_of(known).await?, going));
            }
            return self
                .send_rest(known, revision, table, seconds, offset)
                .await;
        }
        let row = self.draft_row(id).await?;
        let merge = self.merged(&row, revision, table).await?;
        let count = merge.messages.len();
        // Before anything is stored: what is coded is larger, and judged as it comes.
        if self.least(&row, &merge).await? > OCTETS_MOST {
            return Err(Error::Invalid("merge-too-large"));
        }
        let mut ready = Vec::with_capacity(count);
        let (mut octets, mut largest) = (0_u64, 0_u64);
        let mut base = DraftRow {
            to: Vec::new(),
            cc: Vec::new(),
            bcc: Vec::new(),
            subject: String::new(),
            text_body: String::new(),
            html_body: String::new(),
            ..row.clone()
        };
        let fields = Fields::of(&row);
        for message in merge.messages {
            base.to = vec![typed::to_field_text(&[Typed::Mailbox(message.to)])];
            base.subject = message.subject;
            base.text_body = message.text;
            base.html_body = message.rich.unwrap_or_default();
            let one = self.letter(&base, &fields, offset, &mut largest).await?;
            octets = octets.saturating_add(u64::try_from(one.ready.blob.1).unwrap_or(u64::MAX));
            if octets > OCTETS_MOST {
                return Err(Error::Invalid("merge-too-large"));
            }
            ready.push(one);
        }
        // The time to take it back begins when it is there to be taken back.
        let now = self.now();
        let send_at = now + i64::from(seconds) * 1000;
        let unattended = self.is_unattended().await?;
        let new: Vec<NewSubmission<'_>> = ready
            .iter()
            .map(|one| NewSubmission {
                account: self.0.id,
                user: self.0.user,
                draft: None,
                identity: Some(one.ready.identity),
                message_id: &one.message_id,
                date: now,
                mail_from: &one.ready.from,
                subject: &one.subject,
                options_json: &one.ready.options,
                send_at,
                reference_email: "",
                reference_action: "",
                copy_state: CopyState::Pending,
                mark_state: MarkState::None,
                recipients: &one.ready.recipients,
                unattended,
                merge_of: None,
                blob: Some(one.ready.blob),
            })
            .collect();
        let draft = (row.id, revision);
        let claimed = store::submissions::claim_batch(store, draft, &new, now).await?;
        let first = match claimed {
            Claim::New(row) => {
                self.0.shared.queue.wake();
                row
            }
            Claim::Already(row) if row.merge_of.is_some() => row,
            Claim::Already(row) if row.state.is_out() => return Err(Error::TooLate),
            Claim::Already(_) => return Err(Error::Stale),
        };
        self.publish_submission().await;
        Ok((self.submission_of(first).await?, count))
    }

    /// Sends once more what failed of a mailing. It is taken back first, after which nobody can be
    /// reached by it any more: who was reached is known for certain then.
    async fn send_rest(
        &self,
        lead: SubmissionRow,
        revision: i64,
        table: &Table,
        seconds: u32,
        offset: i16,
    ) -> Result<(Submission, usize), Error> {
        let draft = lead.draft_id.ok_or(Error::NotFound)?.get();
        // Nothing is taken back for a table that can't be sent.
        self.merged(&self.draft_row(draft).await?, revision, table)
            .await?;
        let (store, user) = (&self.0.shared.store, self.0.user);
        mailing::take_back(store, user, lead.id.get(), self.now()).await?;
        let revision = self.draft_row(draft).await?.revision;
        Box::pin(self.send_merge(draft, revision, table, seconds, offset)).await
    }

    /// The messages that are to be sent of a draft as it was at this revision.
    async fn merged(&self, row: &DraftRow, revision: i64, table: &Table) -> Result<Merge, Error> {
        if row.revision != revision {
            return Err(Error::Stale);
        }
        let mailing = self.mailing_of(row.id.get(), Fields::of(row)).await?;
        let merge = self.merge(&mailing, table).await?;
        if !merge.problems.is_empty() {
            return Err(Error::Invalid("merge-problems"));
        }
        if merge.messages.is_empty() {
            return Err(Error::Invalid("merge-nobody"));
        }
        Ok(merge)
    }

    /// Octets that the messages have at least: their texts, and the files before they are coded.
    async fn least(&self, draft: &DraftRow, merge: &Merge) -> Result<u64, Error> {
        let (store, user) = (&self.0.shared.store, self.0.user);
        let files = store::drafts::attachments::list(store, user, draft.id.get()).await?;
        let files = files.iter().filter(|file| !file.inline);
        let files: u64 = files
            .map(|file| u64::try_from(file.size).unwrap_or(0))
            .sum();
        let texts = merge.messages.iter().map(|one| {
            let rich = one.rich.as_ref().map_or(0, String::len);
            u64::try_from(one.subject.len() + one.text.len() + rich).unwrap_or(u64::MAX)
        });
        let count = u64::try_from(merge.messages.len()).unwrap_or(u64::MAX);
        Ok(files.saturating_mul(count).saturating_add(texts.sum()))
    }

    /// One message's bytes, stored. Whether they fit is asked of the largest so far alone: an
    /// answer may take its time.
    async fn letter(
        &self,
        row: &DraftRow,
        fields: &Fields,
        offset: i16,
        largest: &mut u64,
    ) -> Result<Claimable, Error> {
        let message_id = compose::message_id(secrets::random(), self.domain());
        let fixed = writing::Fixed {
            message_id: &message_id,
            date: self.now(),
            offset,
            purpose: Purpose::Send,
            alone: true,
            mark: None,
        };
        let outgoing = self.outgoing(row, fixed).await?;
        if outgoing.content.size > *largest {
            *largest = outgoing.content.size;
            self.fits(*largest).await?;
        }
        Ok(Claimable {
            ready: self.ready(outgoing, fields).await?,
            subject: row.subject.clone(),
            message_id,
        })
    }
}
