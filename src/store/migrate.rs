//! The schema: pairs of migrations, embedded, applied in order, each once. See
//! `migrations/README.md` for how to write one.

use sqlx::{
    ConnectOptions as _, Connection as _, PgPool, SqlSafeStr as _, SqlitePool,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

use super::{Database, error::Error};

/// One step of the schema, in both dialects.
pub(super) struct Pair {
    version: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

/// A pair by its number and file name; both files must be there for it to compile.
macro_rules! pair {
    ($version:literal, $name:literal) => {
        Pair {
            version: $version,
            name: $name,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../../migrations/postgres/", $name, ".sql")),
        }
    };
}

/// All migrations, oldest first.
const PAIRS: [Pair; 22] = [
    pair!(1, "0001_people"),
    pair!(2, "0002_mailboxes"),
    pair!(3, "0003_messages"),
    pair!(4, "0004_collector"),
    pair!(5, "0005_sending"),
    pair!(6, "0006_events"),
    pair!(7, "0007_writing"),
    pair!(8, "0008_words"),
    pair!(9, "0009_mailings_and_receipts"),
    pair!(10, "0010_collecting"),
    pair!(11, "0011_repeated_requests"),
    pair!(12, "0012_further_accounts"),
    pair!(13, "0013_jobs"),
    pair!(14, "0014_words_by_account"),
    pair!(15, "0015_removals"),
    pair!(16, "0016_webhooks"),
    pair!(17, "0017_failed_sign_ins"),
    pair!(18, "0018_waiting"),
    pair!(19, "0019_conversations"),
    pair!(20, "0020_permissions"),
    pair!(22, "0022_going_on"),
    pair!(23, "0023_copies_in_sent"),
];

pub(super) async fn run(database: &Database) -> Result<(), Error> {
    match database {
        Database::Sqlite { writer, .. } => on_sqlite(writer).await,
        Database::Postgres(pool) => on_postgres(pool).await,
    }
}

/// All pending migrations in one transaction that holds the write lock from the start, so that a
/// second process waits and then finds nothing to do. Foreign keys are not enforced meanwhile,
/// because SQLite changes a table by making another and renaming it; they are checked at the end.
async fn on_sqlite(pool: &SqlitePool) -> Result<(), Error> {
    let options = (*pool.connect_options()).clone().foreign_keys(false);
    let mut connection = options.connect().await?;
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
    migrator(|pair| pair.sqlite)
        .run_direct(None, &mut *tx, false)
        .await?;
    let broken = sqlx::query("PRAGMA foreign_key_check")
        .fetch_optional(&mut *tx)
        .await?;
    if broken.is_some() {
        return Err(Error::Gone);
    }
    tx.commit().await?;
    connection.close().await?;
    Ok(())
}

/// Each migration in a transaction of its own, under an advisory lock. The connection is not the
/// pool's: a migration may take longer than a statement is allowed there.
async fn on_postgres(pool: &PgPool) -> Result<(), Error> {
    let mut connection = pool.connect_options().connect().await?;
    sqlx::query("SET statement_timeout = 0")
        .execute(&mut connection)
        .await?;
    migrator(|pair| pair.postgres)
        .run_direct(None, &mut connection, false)
        .await?;
    connection.close().await?;
    Ok(())
}

/// sqlx's migrator keeps a checksum of each migration, and refuses one that has changed since.
fn migrator(sql: impl Fn(&Pair) -> &'static str) -> Migrator {
    let migrations = PAIRS.iter().map(|pair| {
        Migration::new(
            pair.version,
            pair.name.into(),
            MigrationType::Simple,
            sql(pair).into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(migrations.collect())
}

impl From<MigrateError> for Error {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(version) => Self::Newer(version),
            MigrateError::VersionMismatch(version) => Self::Edited(version),
            MigrateError::ExecuteMigration(error, version) => Self::Migration(version, error),
            MigrateError::Execute(error) => error.into(),
            other => Self::Database(sqlx::Error::Migrate(Box::new(other))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    #[test]
    fn every_file_is_in_a_pair() {
        let embedded: BTreeSet<String> = PAIRS
            .iter()
            .map(|pair| format!("{}.sql", pair.name))
            .collect();
        for dialect in ["sqlite", "postgres"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("migrations")
                .join(dialect);
            let files: BTreeSet<String> = fs::read_dir(folder)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            assert_eq!(files, embedded, "{dialect}");
        }
        let mut last = 0;
        for pair in &PAIRS {
            // A number may be missing, but none comes back.
            assert!(pair.version > last, "{}", pair.name);
            assert!(pair.name.starts_with(&format!("{:04}_", pair.version)));
            last = pair.version;
        }
    }

    /// Both files of a pair say the same about every column, and say something about each.
    #[test]
    fn every_column_is_explained_the_same_in_both() {
        for pair in &PAIRS {
            assert_eq!(
                comments(pair.sqlite),
                comments(pair.postgres),
                "{}",
                pair.name
            );
            let mut above = "";
            for line in pair.sqlite.lines() {
                let column = line.starts_with("    ")
                    && line
                        .trim_start()
                        .starts_with(|c: char| c.is_ascii_lowercase());
                let explained = above.trim_start().starts_with("--");
                assert!(explained || !column, "{}: {line}", pair.name);
                let table = line.starts_with("CREATE TABLE");
                assert!(explained || !table, "{}: {line}", pair.name);
                above = line;
            }
        }
    }

    fn comments(sql: &str) -> Vec<&str> {
        sql.lines()
            .filter(|line| line.trim_start().starts_with("--"))
            .collect()
    }
}
