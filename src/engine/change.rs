//! Changing mail: keywords, moving, copying, filing, deleting, and the way back.
//!
//! Cost: one round trip when the folder is selected on a connection, two when not: before
//! anything is changed, the folder's UIDVALIDITY is known to be the one in the ids.

use tracing::Instrument;

use crate::{
    mail::{
        id::{EmailId, MailboxId},
        keyword,
        mailbox::{Mailbox, Role},
    },
    store,
};

use super::{
    account::Account,
    chosen::Chosen,
    error::Error,
    events::Happened,
    mailstore::{Batch, Moved},
    undo::Undo,
};

/// More messages than this can't be changed in one call.
pub const BULK_MOST: usize = 500;

/// What became of a move.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filed {
    /// How many messages were moved.
    pub count: usize,
    /// Takes it back ([`Account::undo`]); `None` where the server did not say where they went.
    pub undo: Option<String>,
    /// Where they are now; `None` when they are gone for good.
    pub target: Option<MailboxId>,
    /// The label that they were given, or that was taken from them: nothing has moved.
    pub labelled: Option<Labelled>,
}

/// A label that was put on messages or taken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelled {
    /// The keyword.
    pub word: String,
    /// They have it now.
    pub on: bool,
    /// Those that it was done to: not those that were so already.
    pub emails: Vec<EmailId>,
}

impl super::Engine {
    /// Takes moves back, in whichever accounts they were made.
    ///
    /// # Errors
    /// As [`Account::undo`].
    pub async fn undo(&self, own: &Account, token: &str) -> Result<Filed, Error> {
        let standings = self.standings(own).await?;
        if standings.len() < 2 {
            return own.undo(token).await;
        }
        let (key, now) = (&self.0.shared.key, self.now());
        let (mut all, mut accounts) = (Filed::default(), 0);
        let mut rest = token.split('.').take(50).count();
        for standing in standings.iter() {
            let opens = |token: &&str| Undo::open(token, key, standing.id, now).is_some();
            let tokens: Vec<&str> = token.split('.').take(50).filter(opens).collect();
            if tokens.is_empty() {
                continue;
            }
            rest = rest.saturating_sub(tokens.len());
            let account = self.account_beside(own, standing.id).await?;
            let filed = account.undo(&tokens.join(".")).await?;
            all.count += filed.count;
            accounts += 1;
            all.target = filed.target.filter(|_| accounts == 1);
            all.labelled = filed.labelled.filter(|_| accounts == 1);
        }
        match rest {
            0 => Ok(all),
            _ => Err(Error::Invalid("undo-too-late")),
        }
    }
}

impl Account {
    /// Sets and removes keywords (lower case, `$seen`, …) on messages, wherever they lie.
    ///
    /// # Errors
    /// [`Error::Invalid`] for too many messages; upstream trouble leaves what was done done.
    pub async fn set_keywords(
        &self,
        ids: impl Into<Chosen>,
        add: &[&str],
        remove: &[&str],
    ) -> Result<(), Error> {
        let owned = |words: &[&str]| -> Vec<String> { words.iter().map(|&w| w.into()).collect() };
        let (ids, add, remove) = (ids.into(), owned(add), owned(remove));
        self.carry_out(async move |account| {
            let add: Vec<&str> = add.iter().map(String::as_str).collect();
            let remove: Vec<&str> = remove.iter().map(String::as_str).collect();
            for batch in account.batches(ids).await? {
                let mailstore = &account.0.mailstore;
                mailstore.set_keywords(&batch, &add, &remove).await?;
                let counted = [&add, &remove].iter().any(|w| w.contains(&keyword::SEEN));
                let news = [Happened::updated(
                    batch.mailbox.id,
                    &account.ids_of(&batch).await,
                )];
                match counted {
                    true => account.changed(&news).await,
                    false => account.marked(&news).await,
                }
            }
            Ok(())
        })
        .await
    }

    /// Moves messages into a folder.
    ///
    /// # Errors
    /// As [`Account::set_keywords`]; [`Error::NotFound`] without such a folder.
    pub async fn move_to(&self, ids: impl Into<Chosen>, target: MailboxId) -> Result<Filed, Error> {
        let target = self.mailbox(target).await?;
        self.file(ids, target, &[], &[]).await
    }

    /// Moves messages to the Archive folder, which is made when missing.
    ///
    /// # Errors
    /// As [`Account::set_keywords`].
    pub async fn archive(&self, ids: impl Into<Chosen>) -> Result<Filed, Error> {
        let target = self.mailbox_for(Role::Archive).await?;
        self.file(ids, target, &[], &[]).await
    }

    /// Calls messages junk, and moves them there.
    ///
    /// # Errors
    /// As [`Account::set_keywords`].
    pub async fn junk(&self, ids: impl Into<Chosen>) -> Result<Filed, Error> {
        let target = self.mailbox_for(Role::Junk).await?;
        self.file(ids, target, &[keyword::JUNK], &[keyword::NOT_JUNK])
            .await
    }

    /// Takes that back: into the inbox.
    ///
    /// # Errors
    /// As [`Account::set_keywords`].
    pub async fn not_junk(&self, ids: impl Into<Chosen>) -> Result<Filed, Error> {
        let target = self.mailbox_for(Role::Inbox).await?;
        self.file(ids, target, &[keyword::NOT_JUNK], &[keyword::JUNK])
            .await
    }

    /// Moves messages to the Trash folder, which is made when missing.
    ///
    /// # Errors
    /// As [`Account::set_keywords`]; messages already in Trash or Junk are refused
    /// ([`Error::Invalid`]): from there only [`Account::delete`] leads on.
    pub async fn trash(&self, ids: impl Into<Chosen>) -> Result<Filed, Error> {
        let target = self.mailbox_for(Role::Trash).await?;
        self.file(ids, target, &[], &[]).await
    }

    /// Deletes messages for good. Only from Trash and Junk. Where mail lives here, they can be
    /// brought back for a while ([`Account::restore`]).
    ///
    /// # Errors
    /// [`Error::Invalid`] when one lies elsewhere; then nothing is deleted.
    pub async fn delete(&self, ids: impl Into<Chosen>) -> Result<Filed, Error> {
        let batches = self.batches(ids).await?;
        let deletable =
            |batch: &Batch| matches!(batch.mailbox.role, Some(Role::Trash | Role::Junk));
        if !batches.iter().all(deletable) {
            return Err(Error::Invalid("delete-only-from-trash"));
        }
        self.carry_out(async move |account| {
            let mut filed = Filed::default();
            for batch in batches {
                let ids = account.ids_of(&batch).await;
                account.0.mailstore.expunge(&batch).await?;
                account.take_out(&batch).await;
                filed.count += batch.uids.len();
                let news = Happened::destroyed(batch.mailbox.id, &ids);
                account.changed(&[news]).await;
            }
            Ok(filed)
        })
        .await
    }

    /// Deletes everything in Trash or Junk for good, as [`Account::delete`].
    ///
    /// # Errors
    /// [`Error::Invalid`] for any other folder.
    pub async fn empty(&self, id: MailboxId) -> Result<usize, Error> {
        let mailbox = self.mailbox(id).await?;
        if !matches!(mailbox.role, Some(Role::Trash | Role::Junk)) {
            return Err(Error::Invalid("delete-only-from-trash"));
        }
        self.carry_out(async move |account| {
            let gone = account.0.mailstore.empty(&mailbox).await?;
            account
                .changed(&[Happened::destroyed(mailbox.id, &[])])
                .await;
            Ok(gone)
        })
        .await
    }

    /// Copies messages into a folder.
    ///
    /// # Errors
    /// As [`Account::move_to`].
    pub async fn copy_to(&self, ids: impl Into<Chosen>, target: MailboxId) -> Result<usize, Error> {
        let target = self.mailbox(target).await?;
        let batches = self.batches(ids).await?;
        self.carry_out(async move |account| {
            let mut count = 0;
            for batch in batches {
                account.0.mailstore.copy_to(&batch, &target).await?;
                count += batch.uids.len();
            }
            account.changed(&[Happened::created(target.id, &[])]).await;
            Ok(count)
        })
        .await
    }

    /// Takes a move back. Says how many messages returned, and where to.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a token that is not ours or too old.
    pub async fn undo(&self, token: &str) -> Result<Filed, Error> {
        let token = token.to_owned();
        self.carry_out(async move |account| account.bring_back(&token).await)
            .await
    }

    async fn bring_back(&self, token: &str) -> Result<Filed, Error> {
        let mut filed = Filed::default();
        // A selection from several folders gives several moves.
        for token in token.split('.').take(50) {
            let undo = Undo::open(token, &self.0.shared.key, self.id(), self.now())
                .ok_or(Error::Invalid("undo-too-late"))?;
            let from = self.mailbox(undo.from).await?;
            let to = self.mailbox(undo.to).await?;
            let batch = Batch {
                uids: undo.uids,
                uid_validity: undo.uid_validity,
                mailbox: from,
            };
            if let Some(label) = undo.label {
                let done = self.put_label(&batch, &label.word, label.on).await?;
                filed.count += done.emails.len();
                filed.target = Some(to.id);
                filed.labelled = Some(match filed.labelled {
                    Some(before) => before.and(done),
                    None => done,
                });
                continue;
            }
            if batch.mailbox.role == Some(Role::Junk) {
                let mailstore = &self.0.mailstore;
                let unmarked = mailstore.set_keywords(&batch, &[], &[keyword::JUNK]).await;
                if let Err(error) = unmarked {
                    // As when it was set: the way back matters more.
                    tracing::debug!(%error, "The keyword for junk could not be removed");
                }
            }
            filed.count += batch.uids.len();
            self.carry(&batch, &to).await?;
            filed.target = Some(to.id);
        }
        Ok(filed)
    }

    async fn file(
        &self,
        ids: impl Into<Chosen>,
        target: Mailbox,
        add: &'static [&'static str],
        remove: &'static [&'static str],
    ) -> Result<Filed, Error> {
        let batches = self.batches(ids).await?;
        self.carry_out(async move |account| {
            account.file_batches(batches, &target, add, remove).await
        })
        .await
    }

    async fn file_batches(
        &self,
        batches: Vec<Batch>,
        target: &Mailbox,
        add: &[&str],
        remove: &[&str],
    ) -> Result<Filed, Error> {
        let mut filed = Filed {
            target: Some(target.id),
            ..Filed::default()
        };
        let mut tokens = Vec::new();
        let mut certain = true;
        let are_there = batches.iter().all(|batch| batch.mailbox.id == target.id);
        if are_there && target.role == Some(Role::Trash) {
            return Err(Error::Invalid("already-in-trash"));
        }
        for batch in batches {
            if batch.mailbox.id == target.id {
                continue;
            }
            if !(add.is_empty() && remove.is_empty()) {
                let mailstore = &self.0.mailstore;
                let marked = mailstore.set_keywords(&batch, add, remove).await;
                if let Err(error) = marked {
                    // Not every server keeps such keywords; moving matters more.
                    tracing::debug!(%error, "Keywords for junk could not be set");
                }
            }
            let undo = self.carry(&batch, target).await?;
            filed.count += batch.uids.len();
            match undo {
                Some(undo) => tokens.push(undo.seal(&self.0.shared.key, self.id())),
                None => certain = false,
            }
        }
        if certain && !tokens.is_empty() {
            filed.undo = Some(tokens.join("."));
        }
        Ok(filed)
    }

    /// Moves one batch, writes down where its messages went, and says how to bring them back.
    async fn carry(&self, batch: &Batch, target: &Mailbox) -> Result<Option<Undo>, Error> {
        let ids = self.ids_of(batch).await;
        let moved = self.0.mailstore.move_to(batch, target).await?;
        self.take_out(batch).await;
        let undo = self.remember(batch, target, &moved).await;
        let [from, to] = [batch.mailbox.id, target.id];
        let news = match undo {
            Some(_) => [Happened::updated(from, &ids), Happened::updated(to, &ids)],
            // What they are called there is not known.
            None => [Happened::destroyed(from, &ids), Happened::created(to, &[])],
        };
        self.changed(&news).await;
        Ok(undo)
    }

    async fn remember(&self, batch: &Batch, target: &Mailbox, moved: &Moved) -> Option<Undo> {
        let uid_validity = moved.uid_validity?;
        let placements: Vec<(EmailId, EmailId)> = moved
            .pairs
            .iter()
            .map(|(from, to)| {
                let place = |mailbox, uid_validity, uid| EmailId {
                    mailbox,
                    uid_validity,
                    uid,
                };
                (
                    place(batch.mailbox.id, batch.uid_validity, *from),
                    place(target.id, uid_validity, *to),
                )
            })
            .collect();
        let store = &self.0.shared.store;
        let written = store::aliases::insert(store, self.0.id, &placements, self.now()).await;
        if let Err(error) = written {
            // The move has happened; only the messages' old addresses are lost.
            tracing::error!(?error, "Where messages went could not be written down");
        }
        Some(Undo {
            from: target.id,
            uid_validity,
            uids: moved.pairs.iter().map(|(_, to)| *to).collect(),
            to: batch.mailbox.id,
            at: self.now(),
            label: None,
        })
    }

    /// Carries a change out to its end, bookkeeping included, even when whoever asked for it goes
    /// away in the middle: the mail server does not stop half-way either.
    pub(super) async fn carry_out<T, F>(
        &self,
        change: impl FnOnce(Account) -> F,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let change = change(self.clone()).in_current_span();
        tokio::spawn(change).await.map_err(anyhow::Error::from)?
    }

    /// The ids under which these messages were first known; none when that can't be read, which
    /// whoever hears of them can do without.
    pub(super) async fn ids_of(&self, batch: &Batch) -> Vec<EmailId> {
        self.first_known(&batch.placements())
            .await
            .unwrap_or_default()
    }

    /// Messages were put into folders or taken out of them, other than by the operations here.
    pub(super) async fn refiled(&self, news: &[Happened]) {
        self.changed(news).await;
    }

    /// Our own change: kept lists are old now, counts too, and others should know.
    async fn changed(&self, news: &[Happened]) {
        self.forget_mailboxes().await;
        self.marked(news).await;
    }

    /// The same for a change that no count of a folder shows.
    pub(super) async fn marked(&self, news: &[Happened]) {
        for one in news {
            self.touch(one.mailbox());
        }
        for one in news {
            self.publish_news(one).await;
        }
    }
}
