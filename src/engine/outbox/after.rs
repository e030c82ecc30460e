//! What is owed once a message is out: its copy in Sent, exactly one, and the mark on the message
//! that it answers. Both are tried until they are done, and looked for before they are done again.

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::{
    mail::{
        compose,
        id::EmailId,
        keyword,
        mailbox::{Mailbox, Role},
        typed,
    },
    store::{
        self,
        blobs::Sha256,
        id::SubmissionId,
        submissions::{CopyState, MarkState, SubmissionRow, mailing, queue},
    },
};

use super::{
    super::{
        account::Account, error::Error, events::Happened, mailstore::Incoming, parts::Octets,
        writing::Action,
    },
    claim::Kept,
};

/// A message that could not be filed is left alone for this long (ms): a server that is away, or
/// that refuses the password, is not asked without a pause.
const FILE_EVERY: i64 = 30 * 1000;
/// One that another process files is asked for again after so long (ms).
const ASK_EVERY: i64 = 5 * 1000;
/// A message that may have arrived is looked for this often (ms).
const LOOK_EVERY: i64 = 10 * 60 * 1000;

impl Account {
    /// This process sees to what a sent message owes, unless it does so already or has just failed
    /// to.
    pub(super) fn begin_finishing(&self, id: SubmissionId) -> bool {
        let now = self.now();
        let mut finishing = self.finishing();
        let is_free = finishing.get(&id).is_none_or(|until| *until <= now);
        if is_free {
            finishing.insert(id, i64::MAX);
        }
        is_free
    }

    /// Copies and marks. What fails is tried again later.
    pub(super) async fn finish(&self, row: SubmissionRow) {
        let id = row.id;
        let alone = self.0.shared.alone(&format!("filing {id}")).await;
        let done = match alone {
            Ok(Some(_alone)) => self.finish_all(&row).await,
            // Another process is at it. Should it be killed, it is our turn later.
            Ok(None) => {
                self.finishing().insert(id, self.now() + ASK_EVERY);
                return;
            }
            Err(error) => Err(error),
        };
        match done {
            Ok(()) => drop(self.finishing().remove(&id)),
            Err(error) => {
                tracing::warn!(%error, submission.id = id.get(), "A sent message is not filed yet");
                self.finishing().insert(id, self.now() + FILE_EVERY);
            }
        }
        self.publish_submission().await;
    }

    async fn finish_all(&self, row: &SubmissionRow) -> Result<(), Error> {
        let (store, id) = (&self.0.shared.store, row.id);
        self.mark_answered(row).await?;
        let sent = self.mailbox_for(Role::Sent).await?;
        let found = self.0.mailstore.find(&sent, &row.message_id).await?;
        let (state, place) = match found {
            Some(place) => (CopyState::ByServer, Some(place)),
            None => (CopyState::Done, self.append_sent(&sent, row).await?),
        };
        // Servers without UIDPLUS do not say; nobody waits for it here.
        let place = match place {
            Some(place) => Some(place),
            None => self.0.mailstore.find(&sent, &row.message_id).await?,
        };
        if let Some((uid_validity, uid)) = place {
            let copy = EmailId {
                mailbox: sent.id,
                uid_validity,
                uid,
            };
            queue::note_copy(store, id, copy).await?;
        }
        // While no other copy is written. It goes before its draft does: afterwards nobody would
        // know of it, and a message that was sent would look as if it were not.
        let writing = self.writing_copies().await?;
        let ends = match row.merge_of {
            Some(_) => mailing::draft_that_ends_with(store, row).await?,
            None => row.draft_id,
        };
        let draft = match ends {
            Some(draft) => store::drafts::get(store, self.0.user, draft.get()).await?,
            None => None,
        };
        if let Some(copy) = draft.and_then(|draft| draft.copy()) {
            self.expunge_copy(copy).await?;
        }
        queue::file(store, id, state, self.now()).await?;
        drop(writing);
        self.refiled(&[Happened::created(sent.id, &[])]).await;
        Ok(())
    }

    /// Where it lies then, if the server says so.
    async fn append_sent(
        &self,
        sent: &Mailbox,
        row: &SubmissionRow,
    ) -> Result<Option<(u32, u32)>, Error> {
        let sha256 = row.sha256.ok_or(Error::NotFound)?;
        let kept: Kept = serde_json::from_str(&row.options_json).unwrap_or_default();
        // Its writer may know whom it went to; what was sent does not say.
        let bcc: Vec<_> = typed::parse(&kept.bcc)
            .into_iter()
            .filter_map(typed::Typed::recipient)
            .collect();
        let field = compose::bcc_field(&bcc, kept.smtputf8).unwrap_or_default();
        let size = field.len() + usize::try_from(row.size).unwrap_or(0);
        let field = Bytes::from(field);
        let message = Incoming {
            size,
            looked: self.octets(field.clone(), &sha256).await?,
            octets: self.octets(field, &sha256).await?,
        };
        let date = row.sent_at.or(Some(row.date));
        let mailstore = &self.0.mailstore;
        mailstore
            .append(sent, &[keyword::SEEN], date, message)
            .await
    }

    async fn octets(&self, before: Bytes, sha256: &Sha256) -> Result<Octets, Error> {
        let read = self.0.shared.files.read(self.0.user, sha256, 0).await?;
        let read = read.map_err(Error::from);
        Ok(stream::iter([Ok(before)]).chain(read).boxed())
    }

    /// `\Answered` or `$Forwarded` on the message that it comes from, wherever that lies now.
    async fn mark_answered(&self, row: &SubmissionRow) -> Result<(), Error> {
        if row.mark_state != MarkState::Pending {
            return Ok(());
        }
        let action = Action::from_name(&row.reference_action);
        let word = match action {
            Some(action) if action.is_answer() => keyword::ANSWERED,
            Some(action) if action.is_forward() => keyword::FORWARDED,
            _ => return Ok(()),
        };
        let state = match row.reference_email.parse::<EmailId>() {
            Err(_) => MarkState::None,
            Ok(email) => match self.set_keywords(&[email], &[word], &[]).await {
                Ok(()) => MarkState::Done,
                // It is gone, or its server keeps no such mark.
                Err(Error::NotFound | Error::Vanished | Error::Invalid(_)) => MarkState::Failed,
                Err(error) => return Err(error),
            },
        };
        let (store, id) = (&self.0.shared.store, row.id);
        queue::set_mark_state(store, id, state, self.now()).await?;
        Ok(())
    }

    /// Is it time to look for an unconfirmed message once more?
    pub(super) fn begin_looking(&self, id: SubmissionId) -> bool {
        let now = self.now();
        let mut looked = self.looked();
        let due = looked.get(&id).is_none_or(|last| now - last >= LOOK_EVERY);
        if due {
            looked.insert(id, now);
        }
        due
    }

    /// An unconfirmed message that lies in Sent or has come back to the inbox did go out.
    pub(super) async fn look_for(&self, row: &SubmissionRow) {
        let found = async {
            for role in [Role::Sent, Role::Inbox] {
                let mailbox = self.mailbox_for(role).await?;
                if self.has_message(&mailbox, &row.message_id).await? {
                    return Ok::<_, Error>(true);
                }
            }
            Ok(false)
        };
        match found.await {
            Ok(true) => {
                let (store, now) = (&self.0.shared.store, self.now());
                let confirmed = queue::confirm(store, self.0.user, row.id.get(), now).await;
                if let Err(error) = confirmed {
                    tracing::warn!(?error, "A message that was found could not be confirmed");
                }
                self.looked().remove(&row.id);
                self.publish_submission().await;
                self.0.shared.queue.wake();
            }
            Ok(false) => {}
            Err(error) => tracing::debug!(%error, "An unconfirmed message was not looked for"),
        }
    }

    async fn has_message(&self, mailbox: &Mailbox, message_id: &str) -> Result<bool, Error> {
        let found = self.0.mailstore.find(mailbox, message_id).await?;
        Ok(found.is_some())
    }

    /// Those whom a message went to are offered when the next one is written.
    pub(super) async fn remember_recipients(&self, row: &SubmissionRow) -> Result<(), Error> {
        let store = &self.0.shared.store;
        if row.merge_of.is_some() {
            // The draft names nobody of them.
            let rows = store::submissions::recipients::list(store, row.id).await?;
            let people: Vec<(&str, &str)> = rows.iter().map(|to| ("", to.email.as_str())).collect();
            store::contacts::record_sent(store, self.0.user, &people, self.now()).await?;
            return Ok(());
        }
        let draft = match row.draft_id {
            Some(draft) => store::drafts::get(store, self.0.user, draft.get()).await?,
            None => None,
        };
        let Some(draft) = draft else { return Ok(()) };
        let fields = [&draft.to, &draft.cc, &draft.bcc];
        let mut people = Vec::new();
        for field in fields.into_iter().flatten() {
            for entry in typed::parse(field) {
                let Some(recipient) = entry.recipient() else {
                    continue;
                };
                people.extend(recipient.mailboxes().iter().cloned());
            }
        }
        let people: Vec<(&str, &str)> = people
            .iter()
            .map(|one| (one.name.as_deref().unwrap_or_default(), one.email.as_str()))
            .collect();
        store::contacts::record_sent(store, self.0.user, &people, self.now()).await?;
        Ok(())
    }
}
