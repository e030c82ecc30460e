//! What can go wrong in the store, as far as callers choose by it.

use std::{error::Error as _, fmt, io};

/// An error of the store. Neither its text nor its `Debug` shows values of rows or the URL.
#[derive(thiserror::Error)]
pub enum Error {
    /// The database URL can't be used.
    #[error("database_url {0}")]
    Url(&'static str),
    /// The database's file or folder can't be made.
    #[error("the database's file or folder could not be made")]
    File(#[source] io::Error),
    /// The schema has a migration that this program doesn't know.
    #[error(
        "the database has migration {0}, which this version does not know: a newer version of restante has been here"
    )]
    Newer(i64),
    /// A migration that was applied differs from the one of the same number here.
    #[error("migration {0} is not the one that was applied to the database")]
    Edited(i64),
    /// A migration failed; nothing of it remains.
    #[error("migration {0} failed")]
    Migration(i64, #[source] sqlx::Error),
    /// Another row has the place already (a unique index).
    #[error("there is such a row already")]
    Conflict,
    /// What the row should belong to is gone: a user, account or session deleted meanwhile.
    #[error("what the row belongs to is gone")]
    Gone,
    /// The user's stored bytes would exceed what they may have.
    #[error("the quota is used up")]
    Quota,
    /// The database did not answer in time; trying again may help.
    #[error("the database is busy")]
    Busy,
    /// More octets than are taken.
    #[error("it is too large")]
    TooLarge,
    /// PostgreSQL's `pg_dump` did not do its work.
    #[error("pg_dump {0}")]
    Dump(String),
    /// The database is not sound.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// Anything else that the database says.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::PoolTimedOut) {
            return Self::Busy;
        }
        match error.as_database_error() {
            Some(database) if database.is_unique_violation() => Self::Conflict,
            Some(database) if database.is_foreign_key_violation() => Self::Gone,
            // SQLITE_BUSY and its extended codes: another process holds the file for too long.
            // 40001 and 40P01: PostgreSQL chose this transaction to end a deadlock.
            Some(database)
                if matches!(
                    database.code().as_deref(),
                    Some("5" | "261" | "517" | "773" | "40001" | "40P01")
                ) =>
            {
                Self::Busy
            }
            _ => Self::Database(error),
        }
    }
}

impl Error {
    /// What the disk said, when it was the disk: its own words, or the database's for them.
    pub fn disk(&self) -> Option<io::ErrorKind> {
        let database = match self {
            Self::File(error) => return Some(error.kind()),
            Self::Database(error) => error.as_database_error()?,
            _ => return None,
        };
        let code = database.code()?;
        match &*code {
            // PostgreSQL: disk_full and io_error; its numbers have five signs, SQLite's fewer.
            "53100" => return Some(io::ErrorKind::StorageFull),
            "58030" => return Some(io::ErrorKind::Other),
            _ => {}
        }
        if code.len() == 5 {
            return None;
        }
        // SQLite's extended codes have the plain one in their last eight bits.
        match code.parse::<u16>().ok()? & 0xff {
            13 => Some(io::ErrorKind::StorageFull),
            8 => Some(io::ErrorKind::ReadOnlyFilesystem),
            10 => Some(io::ErrorKind::Other),
            _ => None,
        }
    }
}

impl fmt::Debug for Error {
    /// The chain of messages. Not derived: PostgreSQL's error carries a DETAIL with the values of
    /// the row, which would end in the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut source = self.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}
