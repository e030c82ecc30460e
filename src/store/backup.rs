//! A copy of the database while it is in use, and the blobs that this copy names: what has been
//! written since is in neither.
//!
//! SQLite copies itself (`VACUUM INTO`), PostgreSQL is asked by its own `pg_dump`, which sees the
//! very state that the blobs are listed of (`pg_export_snapshot`). Nobody who writes waits for it.

mod dump;

use std::{fs, io, path::Path};

use super::{
    Database, Store,
    blobs::Sha256,
    error::Error,
    files::{blocking, private},
    id::UserId,
    row::row,
    transaction::{On, Tx, on},
};

/// One state of the database. [`Snapshot::close`] lets go of it.
pub struct Snapshot {
    tx: Tx,
    /// SQLite's copy, when the state is that of one.
    copy: Option<Store>,
}

row! {
    /// A blob that a state of the database names.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Named {
        /// sha256 of its octets.
        pub sha256: Sha256,
        /// Octets of its file.
        pub stored_size: i64,
    }
}

row! {
    struct Owner {
        user_id: UserId,
    }
}

impl Store {
    /// What the copy of the database is called: `restante.db`, or `restante.pgdump`.
    pub fn copy_name(&self) -> &'static str {
        match self.0 {
            Database::Sqlite { .. } => "restante.db",
            Database::Postgres(_) => "restante.pgdump",
        }
    }

    /// Copies the database to `path`, in the place of what is there; `url` is the one that it was
    /// opened by.
    ///
    /// # Errors
    /// [`Error::File`] when the file can't be made, [`Error::Dump`] when `pg_dump` fails or is not
    /// there, else what the database says.
    pub async fn copy(&self, path: &Path, url: &str) -> Result<Snapshot, Error> {
        let place = path.to_owned();
        // Made before, so that it is never readable by others.
        blocking(move || {
            if let Err(error) = fs::remove_file(&place)
                && error.kind() != io::ErrorKind::NotFound
            {
                return Err(error);
            }
            let made = private().write(true).create_new(true).open(&place);
            made.map(drop)
        })
        .await?;
        let Database::Sqlite { writer, .. } = &self.0 else {
            let mut snapshot = self.state().await?;
            dump::dump(snapshot.exported().await?, url, path).await?;
            return Ok(snapshot);
        };
        let target = path.to_str().ok_or_else(|| {
            let error = io::Error::other("the name of the folder is not UTF-8");
            Error::File(error)
        })?;
        sqlx::query("VACUUM INTO $1")
            .bind(target)
            .execute(writer)
            .await?;
        let copy = Self::open(&format!("sqlite:{target}"), 1).await?;
        Ok(Snapshot {
            tx: copy.begin().await?,
            copy: Some(copy),
        })
    }

    /// The state of now, without a copy.
    ///
    /// # Errors
    /// What the database says.
    pub async fn state(&self) -> Result<Snapshot, Error> {
        let mut tx = match &self.0 {
            Database::Sqlite { reader, .. } => On::Sqlite(reader.begin().await?),
            Database::Postgres(pool) => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                On::Postgres(pool.begin_with(begin).await?)
            }
        };
        if let Tx::Postgres(db) = &mut tx {
            // Files are copied meanwhile.
            let sql = "SET LOCAL idle_in_transaction_session_timeout = 0";
            sqlx::query(sql).execute(&mut **db).await?;
        }
        tx.lift_time_limit().await?;
        Ok(Snapshot { tx, copy: None })
    }

    /// Looks through the whole database for what is damaged: SQLite's pages, indexes and references.
    /// PostgreSQL does so by itself.
    ///
    /// # Errors
    /// What the database says; [`Error::Damaged`] with what it found.
    pub async fn check(&self) -> Result<(), Error> {
        let Database::Sqlite { reader, .. } = &self.0 else {
            return Ok(());
        };
        let found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(3)")
            .fetch_all(reader)
            .await?;
        if found != ["ok"] {
            return Err(Error::Damaged(found.join("; ")));
        }
        let sql = "SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1";
        let loose: Option<String> = sqlx::query_scalar(sql).fetch_optional(reader).await?;
        match loose {
            Some(table) => Err(Error::Damaged(format!("rows of {table} belong to nothing"))),
            None => Ok(()),
        }
    }
}

impl Snapshot {
    /// Whoever has blobs.
    ///
    /// # Errors
    /// What the database says.
    pub async fn users(&mut self) -> Result<Vec<UserId>, Error> {
        const SQL: &str = "SELECT DISTINCT user_id FROM blobs ORDER BY user_id";
        let rows: Vec<Owner> = on!(&mut self.tx, db => {
            sqlx::query_as(SQL).fetch_all(&mut **db).await
        })?;
        Ok(rows.into_iter().map(|row| row.user_id).collect())
    }

    /// The user's blobs that begin with this octet.
    ///
    /// # Errors
    /// What the database says.
    pub async fn on_shelf(&mut self, user: UserId, shelf: u8) -> Result<Vec<Named>, Error> {
        const SQL: &str = "SELECT sha256, stored_size FROM blobs
            WHERE user_id = $1 AND sha256 BETWEEN $2 AND $3 ORDER BY sha256";
        let end = |rest| {
            let mut sha256 = [rest; 32];
            sha256[0] = shelf;
            sha256
        };
        let (first, last): (Sha256, Sha256) = (end(0), end(u8::MAX));
        Ok(on!(&mut self.tx, db => {
            sqlx::query_as(SQL)
                .bind(user.get())
                .bind(first.as_slice())
                .bind(last.as_slice())
                .fetch_all(&mut **db)
                .await
        })?)
    }

    /// The name by which another connection sees the same state.
    async fn exported(&mut self) -> Result<String, Error> {
        match &mut self.tx {
            On::Postgres(db) => Ok(sqlx::query_scalar("SELECT pg_export_snapshot()")
                .fetch_one(&mut **db)
                .await?),
            On::Sqlite(_) => Ok(String::new()),
        }
    }

    /// Lets go of the state; the copy is one whole file then.
    pub async fn close(self) {
        drop(self.tx);
        if let Some(copy) = self.copy {
            copy.close().await;
        }
    }
}
