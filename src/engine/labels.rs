//! Labels: which there are, which some messages have, putting them on and taking them off.
//!
//! Cost: the flags of the messages, 1 round trip for each folder that they lie in (2 when it is not
//! selected), then 1 to change them; a label that is new to a folder 1 more, to see that it was kept.
//! Which labels there are is what the folder's own server says on selecting it, and what was seen
//! before; the first time the inbox is asked too.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::PoisonError,
};

use crate::mail::{
    keyword,
    label::is_label,
    mailbox::{Mailbox, Role},
};

use super::{
    account::Account,
    change::{Filed, Labelled},
    chosen::Chosen,
    error::{Error, Problem},
    events::Happened,
    mailstore::{Batch, Mailstore, Takes},
    undo::{self, Undo},
};

/// More labels than this are not offered.
const OFFERED_MOST: usize = 200;

/// The labels that some messages may have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// Those that are known, each with how many of the messages have it.
    pub known: BTreeMap<String, usize>,
    /// How many messages that is about.
    pub emails: usize,
    /// Others can be made.
    pub takes_new: bool,
}

impl Account {
    /// Which labels there are, and which of them these messages have.
    ///
    /// # Errors
    /// As [`Account::set_keywords`].
    pub async fn labels(&self, chosen: impl Into<Chosen>) -> Result<Labels, Error> {
        let mut labels = Labels {
            takes_new: true,
            ..Labels::default()
        };
        for batch in self.batches(chosen).await? {
            let has = self.0.mailstore.keywords_of(&batch).await?;
            labels.emails += has.len();
            let vocabulary = self.0.mailstore.vocabulary(&batch.mailbox).await?;
            labels.takes_new &= vocabulary.any;
            for word in vocabulary.words.0.into_iter().filter(|word| is_label(word)) {
                labels.known.entry(word).or_default();
            }
            let words = has.into_iter().flat_map(|(_, words)| words.0);
            for word in words.filter(|word| is_label(word)) {
                *labels.known.entry(word).or_default() += 1;
            }
            self.ask_inbox(&batch.mailbox).await;
        }
        for word in self.recall_labels(labels.known.keys()) {
            if labels.takes_new {
                labels.known.entry(word).or_default();
            }
        }
        Ok(labels)
    }

    /// Puts a label on messages, or takes it off. Those that are so already are not counted.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a word that is no label, and where the server keeps no such label;
    /// else as [`Account::set_keywords`].
    pub async fn label(
        &self,
        chosen: impl Into<Chosen>,
        word: &str,
        on: bool,
    ) -> Result<Filed, Error> {
        if !is_label(word) {
            return Err(Error::Invalid("label-taken"));
        }
        let batches = self.batches(chosen).await?;
        let word = word.to_owned();
        self.carry_out(async move |account| account.label_batches(batches, word, on).await)
            .await
    }

    async fn label_batches(
        &self,
        batches: Vec<Batch>,
        word: String,
        on: bool,
    ) -> Result<Filed, Error> {
        let mut tokens = Vec::new();
        let mut emails = Vec::new();
        for batch in batches {
            let place = (batch.mailbox.id, batch.uid_validity);
            let done = self.put_label(&batch, &word, on).await?;
            if !done.emails.is_empty() {
                let undo = Undo {
                    from: place.0,
                    uid_validity: place.1,
                    uids: done.emails.iter().map(|email| email.uid).collect(),
                    to: place.0,
                    at: self.now(),
                    label: Some(undo::Label {
                        word: word.clone(),
                        on: !on,
                    }),
                };
                tokens.push(undo.seal(&self.0.shared.key, self.id()));
            }
            emails.extend(done.emails);
        }
        Ok(Filed {
            count: emails.len(),
            undo: (!tokens.is_empty()).then(|| tokens.join(".")),
            target: None,
            labelled: Some(Labelled { word, on, emails }),
        })
    }

    /// Does it to those that are not so yet.
    pub(super) async fn put_label(
        &self,
        batch: &Batch,
        word: &str,
        on: bool,
    ) -> Result<Labelled, Error> {
        let mailstore = &self.0.mailstore;
        let has = mailstore.keywords_of(batch).await?;
        let others = has.into_iter().filter(|(_, words)| words.has(word) != on);
        let batch = Batch {
            mailbox: batch.mailbox.clone(),
            uid_validity: batch.uid_validity,
            uids: others.map(|(uid, _)| uid).collect(),
        };
        let mut done = Labelled {
            word: word.to_owned(),
            on,
            emails: Vec::new(),
        };
        if batch.uids.is_empty() {
            return Ok(done);
        }
        match on {
            true => self.add_label(&batch, word).await?,
            false => mailstore.set_keywords(&batch, &[], &[word]).await?,
        }
        self.recall_labels([&done.word]);
        done.emails = batch.placements();
        let ids = self.ids_of(&batch).await;
        self.marked(&[Happened::updated(batch.mailbox.id, &ids)])
            .await;
        Ok(done)
    }

    /// What a server does not keep is said, whether it refuses or forgets: Maildir has room for 26
    /// keywords in a folder, and some servers for none.
    async fn add_label(&self, batch: &Batch, word: &str) -> Result<(), Error> {
        let mailstore = &self.0.mailstore;
        let takes = mailstore.takes(&batch.mailbox, word).await?;
        if takes == Takes::Never {
            return Err(Error::Invalid("label-none-new"));
        }
        match mailstore.set_keywords(batch, &[word], &[]).await {
            Err(Error::Upstream {
                problem: Problem::Refused | Problem::Limit | Problem::NoPermission,
                ..
            }) => return Err(Error::Invalid("label-refused")),
            stored => stored?,
        }
        if takes == Takes::New {
            let has = mailstore.keywords_of(batch).await?;
            if !has.is_empty() && !has.iter().any(|(_, words)| words.has(word)) {
                return Err(Error::Invalid("label-refused"));
            }
        }
        Ok(())
    }

    /// Labels are made in the inbox, mostly; a server says of each folder only its own.
    async fn ask_inbox(&self, asked: &Mailbox) {
        let is_known = asked.role == Some(Role::Inbox) || !self.recall_labels([]).is_empty();
        if is_known || matches!(self.0.mailstore, Mailstore::Local(_)) {
            return;
        }
        let words = async {
            let inbox = self.mailbox_for(Role::Inbox).await?;
            self.0.mailstore.vocabulary(&inbox).await
        };
        match words.await {
            Ok(vocabulary) => {
                let words = vocabulary.words.0.iter().filter(|word| is_label(word));
                self.recall_labels(words);
            }
            Err(error) => tracing::debug!(%error, "The inbox's labels could not be asked for"),
        }
    }

    /// Remembers labels, and gives all that are remembered.
    fn recall_labels<'a>(&self, seen: impl IntoIterator<Item = &'a String>) -> BTreeSet<String> {
        let mut known = self.0.labels.lock().unwrap_or_else(PoisonError::into_inner);
        for word in seen {
            if known.len() < OFFERED_MOST && keyword::is_valid(word) {
                known.insert(word.clone());
            }
        }
        known.clone()
    }
}

impl Labelled {
    /// The same done to more messages.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.emails.extend(other.emails);
        self
    }
}
