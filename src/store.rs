//! What is kept: one set of functions over SQLite (one node, the default) and PostgreSQL (several
//! nodes). Each topic is a module of free functions that take the [`Store`] first and then whose
//! rows they touch; a [`UserId`](id::UserId) or [`AccountId`](id::AccountId) can only be had from
//! here, so a door cannot make one up from a URL.
//!
//! One SQL text serves both databases: `$1` placeholders, `ON CONFLICT`, `RETURNING`, times as
//! milliseconds since 1970 UTC, truth as 0 and 1. The schema is in `migrations/`.

pub mod accounts;
pub mod aliases;
pub mod backup;
pub mod blobs;
pub mod collector;
pub mod contacts;
pub mod credential_keys;
pub mod drafts;
pub mod error;
pub mod events;
pub mod failures;
pub mod files;
pub mod grant_requests;
pub mod id;
pub mod idempotency;
pub mod identities;
pub mod indexed;
pub mod jobs;
pub mod leases;
pub mod local;
pub mod mailboxes;
pub mod news;
pub mod receipts;
pub mod sessions;
pub mod settings;
pub mod submissions;
pub mod templates;
pub mod tokens;
pub mod trusted_senders;
pub mod users;
pub mod webhooks;

mod migrate;
mod open;
mod places;
mod row;
mod transaction;

use std::fmt;

use sqlx::{PgPool, SqlitePool};

use self::{
    error::Error,
    transaction::{On, on},
};

/// An open database. Cheap to clone; all clones share the connections.
#[derive(Clone)]
pub struct Store(Database);

#[derive(Clone)]
enum Database {
    Sqlite {
        /// The one connection that writes: SQLite has one writer at a time, and a queue in front
        /// of it is fairer and quicker than SQLite's own waiting.
        writer: SqlitePool,
        /// Connections that can only read; in WAL mode they never wait for the writer.
        reader: SqlitePool,
    },
    Postgres(PgPool),
}

impl Store {
    /// Opens `sqlite:<path>` or `postgres://…`. SQLite's file and its folder are made when
    /// missing, readable by their owner alone. `max_connections` bounds PostgreSQL's connections,
    /// and SQLite's readers.
    ///
    /// # Errors
    /// [`Error::Url`] when the URL is neither, [`Error::File`] when the file can't be made, else
    /// what the database says. None of them shows the URL.
    pub async fn open(database_url: &str, max_connections: u32) -> Result<Self, Error> {
        open::open(database_url, max_connections).await.map(Self)
    }

    /// Brings the schema up to date. Safe when several processes do it at once.
    ///
    /// # Errors
    /// [`Error::Newer`] when a newer version of the program has been here, [`Error::Edited`] when
    /// a migration is not the one that was applied, else what the database says.
    pub async fn migrate(&self) -> Result<(), Error> {
        migrate::run(&self.0).await
    }

    /// Asks the database for an answer.
    ///
    /// # Errors
    /// When none comes.
    pub async fn ping(&self) -> Result<(), Error> {
        on!(self.reader(), db => sqlx::query("SELECT 1").execute(db).await.map(drop))?;
        Ok(())
    }

    /// Finishes what is being written and closes all connections.
    pub async fn close(&self) {
        match &self.0 {
            Database::Sqlite { writer, reader } => {
                reader.close().await;
                writer.close().await;
            }
            Database::Postgres(pool) => pool.close().await,
        }
    }

    /// For single statements that read.
    fn reader(&self) -> On<&SqlitePool, &PgPool> {
        match &self.0 {
            Database::Sqlite { reader, .. } => On::Sqlite(reader),
            Database::Postgres(pool) => On::Postgres(pool),
        }
    }

    /// For single statements that write.
    fn writer(&self) -> On<&SqlitePool, &PgPool> {
        match &self.0 {
            Database::Sqlite { writer, .. } => On::Sqlite(writer),
            Database::Postgres(pool) => On::Postgres(pool),
        }
    }
}

impl fmt::Debug for Store {
    /// Says which database it is; the URL, which may have a password, is not kept.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Database::Sqlite { .. } => "Store(SQLite)",
            Database::Postgres(_) => "Store(PostgreSQL)",
        })
    }
}
