//! What a person can do with a message on its way.

use crate::store::{
    self,
    submissions::{mailing, queue},
};

use super::{
    super::{account::Account, error::Error, pages},
    Counts, State, Submission, When,
};

/// Messages on the outbox's page.
const SHOWN: i64 = 100;

/// What was taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TakenBack {
    /// The draft that it is again; `None` for what never was one.
    pub draft: Option<i64>,
    /// Messages in all: many for a mailing.
    pub count: u32,
    /// Those of them that had gone out, or may have.
    pub gone: u32,
}

impl Account {
    /// The messages on their way and those that went out lately, the newest first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn submissions(&self) -> Result<Vec<Submission>, Error> {
        let store = &self.0.shared.store;
        let mut all = Vec::new();
        for row in store::submissions::list(store, self.0.id, SHOWN).await? {
            all.push(self.submission_of(row).await?);
        }
        Ok(all)
    }

    /// At most `limit` of them, the newest first, from before the number `before`. The second says
    /// where the next page begins, if there is one.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn submissions_page(
        &self,
        before: Option<i64>,
        limit: u32,
    ) -> Result<(Vec<Submission>, Option<i64>), Error> {
        let store = &self.0.shared.store;
        let asked = i64::from(limit) + 1;
        let mut rows = store::submissions::page(store, self.0.id, before, asked).await?;
        let next = pages::cut(&mut rows, limit, |row| row.id.get());
        let mut page = Vec::with_capacity(rows.len());
        for row in rows {
            page.push(self.submission_of(row).await?);
        }
        Ok((page, next))
    }

    /// How many of them wait, and how many somebody has to look after. Every page says so: the
    /// database is asked once a second at most.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn outbox_counts(&self) -> Result<Counts, Error> {
        let (store, recent) = (&self.0.shared.store, &self.0.shared.recent);
        let asked = recent.stamp(self.now());
        if let Some(counts) = recent.outboxes.get(&self.0.id, asked) {
            return Ok(counts);
        }
        let (waiting, troubled) = store::submissions::counts(store, self.0.id).await?;
        let counts = Counts {
            waiting: most(waiting),
            troubled: most(troubled),
        };
        recent.outboxes.keep(self.0.id, asked, counts);
        Ok(counts)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn submission(&self, id: i64) -> Result<Submission, Error> {
        let row = store::submissions::get(&self.0.shared.store, self.0.user, id).await?;
        let row = row.filter(|row| row.account_id == self.0.id);
        self.submission_of(row.ok_or(Error::NotFound)?).await
    }

    /// The one message that a draft is on its way as, so that it can't be changed until that is taken
    /// back; `None` for one that can, and for one of a mailing, whose page says how that goes.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn sending_of(&self, draft: i64) -> Result<Option<i64>, Error> {
        let store = &self.0.shared.store;
        let row = store::submissions::of_draft(store, self.0.user, draft).await?;
        let row = row.filter(|row| row.merge_of.is_none());
        Ok(row.map(|row| row.id.get()))
    }

    /// Takes a message back before it goes out; of a mail merge all that still can, and those that
    /// failed: they went out by one decision.
    ///
    /// # Errors
    /// [`Error::TooLate`] when it is being sent, or has been.
    pub async fn cancel_submission(&self, id: i64) -> Result<TakenBack, Error> {
        let known = self.submission(id).await?;
        let (store, now) = (&self.0.shared.store, self.now());
        let back = match known.merged {
            true => {
                let back = mailing::take_back(store, self.0.user, id, now).await?;
                back.map(|back| TakenBack {
                    draft: back.draft.map(|draft| draft.get()),
                    count: most(back.count),
                    gone: most(back.gone),
                })
            }
            false => {
                let back = queue::cancel(store, self.0.user, id, now).await?;
                back.map(|row| TakenBack {
                    draft: row.draft_id.map(|draft| draft.get()),
                    count: 1,
                    gone: 0,
                })
            }
        };
        self.publish_submission().await;
        back.ok_or(Error::TooLate)
    }

    /// Another time for a message that waits; `None`: now.
    ///
    /// # Errors
    /// As [`Account::cancel_submission`].
    pub async fn reschedule(&self, id: i64, send_at: Option<i64>) -> Result<(), Error> {
        self.submission(id).await?;
        let (store, now) = (&self.0.shared.store, self.now());
        let at = send_at.unwrap_or(now).max(now);
        if !queue::reschedule(store, self.0.user, id, at, now).await? {
            return Err(Error::TooLate);
        }
        self.0.shared.queue.wake();
        self.publish_submission().await;
        Ok(())
    }

    /// The person knows that an unconfirmed message did arrive.
    ///
    /// # Errors
    /// [`Error::TooLate`] when it is not unconfirmed.
    pub async fn confirm_submission(&self, id: i64) -> Result<(), Error> {
        self.submission(id).await?;
        let store = &self.0.shared.store;
        if !queue::confirm(store, self.0.user, id, self.now()).await? {
            return Err(Error::TooLate);
        }
        self.0.shared.queue.wake();
        self.publish_submission().await;
        Ok(())
    }

    /// Takes a message that is over off the page. One that did not go out stays as a draft.
    ///
    /// # Errors
    /// [`Error::TooLate`] while it is on its way, or its copy in Sent is owed.
    pub async fn remove_submission(&self, id: i64) -> Result<(), Error> {
        if self.submission(id).await?.state != State::Sent {
            return self.reopen_submission(id).await.map(drop);
        }
        let store = &self.0.shared.store;
        if !queue::remove_sent(store, self.0.user, id, self.now()).await? {
            return Err(Error::TooLate);
        }
        self.publish_submission().await;
        Ok(())
    }

    /// Sends a message once more that failed or is unconfirmed, by its writer's own decision.
    /// `offset` as in [`Account::send_draft`].
    ///
    /// # Errors
    /// As [`Account::reopen_submission`] and [`Account::send_draft`].
    pub async fn resend(&self, id: i64, offset: i16) -> Result<Submission, Error> {
        let known = self.submission(id).await?;
        if known.draft.is_none() || known.merged {
            return self.send_again(known.id).await;
        }
        let draft = self.reopen_submission(id).await?.ok_or(Error::NotFound)?;
        let revision = self.draft(draft).await?.revision;
        self.send_draft(draft, revision, When::In(0), offset).await
    }

    /// The same bytes once more: there is no draft that says what they were.
    async fn send_again(&self, id: i64) -> Result<Submission, Error> {
        let (store, now) = (&self.0.shared.store, self.now());
        if !queue::again(store, self.0.user, id, now).await? {
            return Err(Error::TooLate);
        }
        self.0.shared.queue.wake();
        self.publish_submission().await;
        self.submission(id).await
    }

    /// Gives up a message that failed or is unconfirmed: it is a draft again, to be mended and
    /// sent by its writer's own decision.
    ///
    /// # Errors
    /// As [`Account::confirm_submission`].
    pub async fn reopen_submission(&self, id: i64) -> Result<Option<i64>, Error> {
        let submission = self.submission(id).await?;
        let store = &self.0.shared.store;
        let reopened = queue::give_up(store, self.0.user, id, self.now()).await?;
        reopened.ok_or(Error::TooLate)?;
        self.publish_submission().await;
        Ok(submission.draft)
    }
}

fn most(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
