//! One SQL text on either database: the [`On`] pair, the `on!` macro, and transactions.
//!
//! SQLite's durability is set per transaction on the one writing connection. [`Store::begin`] is
//! `synchronous=NORMAL`: after a power cut the database is sound, and what was committed in the
//! last moments may be missing. [`Store::begin_durable`] is `synchronous=FULL`: what was committed
//! is on disk. That is for what a deletion or a sending relies on, and for what must not come
//! back: a revoked session, a deleted account. The PRAGMA travels with BEGIN, so no state can be
//! left behind by a cancelled request; a second, always durable connection would have to wait for
//! SQLite's write lock by polling. A single statement on `Store::writer` may find the durable
//! setting of an earlier transaction, never a weaker one than `NORMAL`. PostgreSQL always commits
//! to disk.

use sqlx::{Postgres, Sqlite, Transaction};

use crate::store::{
    Database, Store,
    error::Error,
    id::{AccountId, UserId},
    row::row,
};

/// The same thing of one database or the other.
pub(super) enum On<S, P> {
    Sqlite(S),
    Postgres(P),
}

/// Evaluates the expression with the name bound to whichever database's thing it is:
/// `on!(store.reader(), db => sqlx::query(SQL).execute(db).await)`.
macro_rules! on {
    ($pair:expr, $name:ident => $body:expr) => {
        match $pair {
            $crate::store::transaction::On::Sqlite($name) => $body,
            $crate::store::transaction::On::Postgres($name) => $body,
        }
    };
}
pub(super) use on;

/// A transaction; rolled back when dropped. Run statements with `on!(&mut tx, db => … &mut **db)`.
pub(super) type Tx = On<Transaction<'static, Sqlite>, Transaction<'static, Postgres>>;

impl Tx {
    pub(super) async fn commit(self) -> Result<(), Error> {
        Ok(on!(self, tx => tx.commit().await)?)
    }

    /// Lets the statements of this transaction take as long as they take: what a large mailbox's
    /// owner deletes is not deleted in the time that a request may wait.
    pub(super) async fn lift_time_limit(&mut self) -> Result<(), Error> {
        if let Self::Postgres(tx) = self {
            sqlx::query("SET LOCAL statement_timeout = 0")
                .execute(&mut **tx)
                .await?;
        }
        Ok(())
    }

    /// Makes others who lock the same account wait until this transaction ends, so that what it
    /// reads of the account's rows stays true. SQLite's writer is alone anyway.
    ///
    /// # Errors
    /// [`Error::Gone`] when there is no such account, or it was removed.
    pub(super) async fn lock_account(&mut self, account: AccountId) -> Result<(), Error> {
        let found = self.lock(account).await?;
        let here = found.filter(|found| found.gone_at.is_none());
        here.map(drop).ok_or(Error::Gone)
    }

    /// The same though it was removed, for as long as anything is left of it.
    ///
    /// # Errors
    /// [`Error::Gone`] when nothing is.
    pub(super) async fn lock_what_is_left(&mut self, account: AccountId) -> Result<(), Error> {
        self.lock(account).await?.map(drop).ok_or(Error::Gone)
    }

    /// The same only if it was removed and something is left of it; gives whose it was.
    pub(super) async fn lock_removed(
        &mut self,
        account: AccountId,
    ) -> Result<Option<UserId>, Error> {
        let found = self.lock(account).await?;
        let gone = found.filter(|found| found.gone_at.is_some());
        Ok(gone.map(|found| found.user_id))
    }

    async fn lock(&mut self, account: AccountId) -> Result<Option<Locked>, Error> {
        Ok(match self {
            Self::Sqlite(tx) => {
                sqlx::query_as("SELECT user_id, gone_at FROM accounts WHERE id = $1")
                    .bind(account.get())
                    .fetch_optional(&mut **tx)
                    .await?
            }
            Self::Postgres(tx) => {
                sqlx::query_as(
                    "SELECT user_id, gone_at FROM accounts WHERE id = $1 FOR NO KEY UPDATE",
                )
                .bind(account.get())
                .fetch_optional(&mut **tx)
                .await?
            }
        })
    }
}

row! {
    struct Locked {
        user_id: UserId,
        gone_at: Option<i64>,
    }
}

impl Store {
    /// Begins a transaction that writes.
    pub(super) async fn begin(&self) -> Result<Tx, Error> {
        // IMMEDIATE, because a transaction that begins by reading can't wait for the write lock
        // later: SQLite refuses it at once when another process has written in between.
        self.begin_with("PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE")
            .await
    }

    /// Begins a transaction that is on disk once it is committed.
    pub(super) async fn begin_durable(&self) -> Result<Tx, Error> {
        self.begin_with("PRAGMA synchronous = FULL; BEGIN IMMEDIATE")
            .await
    }

    async fn begin_with(&self, sqlite: &'static str) -> Result<Tx, Error> {
        Ok(match &self.0 {
            Database::Sqlite { writer, .. } => On::Sqlite(writer.begin_with(sqlite).await?),
            Database::Postgres(pool) => On::Postgres(pool.begin().await?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn synchronous(tx: Tx) -> i64 {
        let On::Sqlite(mut tx) = tx else {
            panic!("opened SQLite")
        };
        sqlx::query_scalar("PRAGMA synchronous")
            .fetch_one(&mut *tx)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn each_transaction_has_the_durability_it_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("t.db").display());
        let store = Store::open(&url, 2).await.unwrap();
        const NORMAL: i64 = 1;
        const FULL: i64 = 2;
        assert_eq!(synchronous(store.begin().await.unwrap()).await, NORMAL);
        assert_eq!(
            synchronous(store.begin_durable().await.unwrap()).await,
            FULL
        );
        assert_eq!(synchronous(store.begin().await.unwrap()).await, NORMAL);
    }

    #[tokio::test]
    async fn readers_cannot_write() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("t.db").display());
        let store = Store::open(&url, 2).await.unwrap();
        store.migrate().await.unwrap();
        let sql = "DELETE FROM users";
        let refused = on!(store.reader(), db => sqlx::query(sql).execute(db).await.map(drop));
        assert!(refused.unwrap_err().to_string().contains("readonly"));
    }
}
