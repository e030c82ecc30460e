//! Opening a database by its URL.

use std::{
    fs::{DirBuilder, OpenOptions},
    io,
    num::NonZero,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::Path,
    str::FromStr as _,
    thread,
    time::Duration,
};

use sqlx::{
    ConnectOptions as _, Connection as _,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Database, error::Error};

/// How long a request waits for a connection before it is told that the database is busy.
const ACQUIRE: Duration = Duration::from_secs(10);

/// How long SQLite waits for another process (a backup, `restante user delete`) to let go.
const BUSY: Duration = Duration::from_secs(10);

pub(super) async fn open(url: &str, max_connections: u32) -> Result<Database, Error> {
    let max_connections = max_connections.max(1);
    match url.split_once(':') {
        Some(("sqlite", _)) => open_sqlite(url, max_connections).await,
        Some(("postgres" | "postgresql", _)) => open_postgres(url, max_connections).await,
        _ => Err(Error::Url("must begin with sqlite: or postgres://")),
    }
}

async fn open_sqlite(url: &str, max_readers: u32) -> Result<Database, Error> {
    let options =
        SqliteConnectOptions::from_str(url).map_err(|_| Error::Url("can't be understood"))?;
    let path = options.get_filename().to_owned();
    // A database in memory has no second connection that reads while the first one writes.
    if path.as_os_str().is_empty() || url.contains(":memory:") || url.contains("mode=memory") {
        return Err(Error::Url("must name a file: sqlite:<path>"));
    }
    tokio::task::spawn_blocking(move || create(&path))
        .await
        .map_err(|error| Error::File(io::Error::other(error)))?
        .map_err(Error::File)?;
    let options = options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(BUSY)
        .foreign_keys(true)
        // After a checkpoint the log goes back to this size instead of keeping its largest.
        .pragma("journal_size_limit", "67108864")
        // What is deleted is overwritten where that costs no extra writing.
        .pragma("secure_delete", "FAST")
        .disable_statement_logging();
    // Connections to a local file neither age nor break.
    let pool = || {
        SqlitePoolOptions::new()
            .acquire_timeout(ACQUIRE)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
    };
    let writer = pool()
        .max_connections(1)
        .connect_with(options.clone().optimize_on_close(true, 400))
        .await?;
    // Each is a thread with a cache of its own, which works on this machine's processors: what is more
    // than these and a few that wait for the disk takes memory and brings nothing.
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let useful = u32::try_from(processors).unwrap_or(u32::MAX);
    let reader = pool()
        .max_connections(max_readers.min(useful.saturating_add(2)))
        .connect_lazy_with(options.pragma("query_only", "ON"));
    Ok(Database::Sqlite { writer, reader })
}

/// Makes the file before SQLite does, so that it is never readable by others; SQLite gives the
/// same mode to the files that it puts beside it. An existing file is not opened: closing it
/// would drop the locks that this process holds on it through SQLite.
fn create(path: &Path) -> io::Result<()> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match made {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

async fn open_postgres(url: &str, max_connections: u32) -> Result<Database, Error> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| Error::Url("can't be understood"))?
        .application_name("restante")
        // Nothing that a request waits for takes longer, and nothing holds locks when its task is
        // gone.
        .options([
            ("statement_timeout", "30s"),
            ("idle_in_transaction_session_timeout", "60s"),
        ])
        .disable_statement_logging();
    // One connection made by hand first, because the pool tries again until its time is up and
    // then says only that: this way a wrong password or a refused connection is told at once.
    let connection = tokio::time::timeout(ACQUIRE, options.connect())
        .await
        .map_err(|_| Error::Busy)??;
    connection.close().await?;
    let pool = PgPoolOptions::new()
        .acquire_timeout(ACQUIRE)
        .max_connections(max_connections)
        .connect_lazy_with(options);
    Ok(Database::Postgres(pool))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn sqlite_is_set_up_as_meant() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("t.db").display());
        let Database::Sqlite { writer, reader } = open(&url, 2).await.unwrap() else {
            panic!("opened SQLite")
        };
        for (pool, query_only) in [(&writer, 0), (&reader, 1)] {
            let numbers = [
                ("PRAGMA foreign_keys", 1),
                ("PRAGMA busy_timeout", 10_000),
                ("PRAGMA secure_delete", 2),
                ("PRAGMA journal_size_limit", 67_108_864),
                ("PRAGMA query_only", query_only),
            ];
            for (pragma, expected) in numbers {
                let value: i64 = sqlx::query_scalar(pragma).fetch_one(pool).await.unwrap();
                assert_eq!(value, expected, "{pragma}");
            }
            let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
                .fetch_one(pool)
                .await
                .unwrap();
            assert_eq!(mode, "wal");
        }
    }
}
