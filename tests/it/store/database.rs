//! A throw-away database per test.

use std::{env, future::Future, panic::resume_unwind};

use restante::store::Store;
use sqlx::{AssertSqlSafe, ConnectOptions as _, postgres::PgConnectOptions};

/// A database that is this test's own.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    pub(crate) store: Store,
    pub(crate) url: String,
}

/// Makes a test on each database out of each `async fn(Database)` named. The schema is there,
/// unless the list begins with `empty:`.
macro_rules! both {
    (@ $migrated:literal, $($test:ident),*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                $crate::store::database::with_sqlite($migrated, super::$test).await;
            })*
        }

        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                $crate::store::database::with_postgres($migrated, super::$test).await;
            })*
        }
    };
    (empty: $($test:ident),* $(,)?) => {
        $crate::store::database::both!(@ false, $($test),*);
    };
    ($($test:ident),* $(,)?) => {
        $crate::store::database::both!(@ true, $($test),*);
    };
}
pub(super) use both;

pub(super) async fn with_sqlite<F>(migrated: bool, test: impl FnOnce(Database) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let store = open(&url, migrated).await;
    test(Database { store, url }).await;
}

pub(crate) async fn with_postgres<F>(migrated: bool, test: impl FnOnce(Database) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let Ok(server) = env::var("RESTANTE_TEST_POSTGRES") else {
        println!("skipped: RESTANTE_TEST_POSTGRES names no PostgreSQL server");
        return;
    };
    let schema = format!("t{:016x}", fresh_number());
    execute(&server, format!("CREATE SCHEMA {schema}")).await;
    let separator = if server.contains('?') { '&' } else { '?' };
    let url = format!("{server}{separator}options=-c%20search_path%3D{schema}");
    let store = open(&url, migrated).await;
    // In a task of its own, so that the schema is dropped after a failure, too.
    let outcome = tokio::spawn(test(Database {
        store: store.clone(),
        url,
    }))
    .await;
    store.close().await;
    execute(&server, format!("DROP SCHEMA {schema} CASCADE")).await;
    if let Err(error) = outcome {
        resume_unwind(error.into_panic());
    }
}

async fn open(url: &str, migrated: bool) -> Store {
    let store = Store::open(url, 4).await.unwrap();
    if migrated {
        store.migrate().await.unwrap();
    }
    store
}

async fn execute(server: &str, sql: String) {
    let options: PgConnectOptions = server.parse().unwrap();
    let mut connection = options.connect().await.unwrap();
    sqlx::query(AssertSqlSafe(sql))
        .execute(&mut connection)
        .await
        .unwrap();
}

fn fresh_number() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    RandomState::new().hash_one(std::process::id())
}

impl Database {
    /// Runs statements beside the store: a table that nothing fills yet, a check of what is there.
    pub(crate) async fn raw(&self) -> Raw {
        if self.url.starts_with("sqlite:") {
            let pool = sqlx::SqlitePool::connect(&self.url).await.unwrap();
            Raw::Sqlite(pool)
        } else {
            Raw::Postgres(self.postgres().await)
        }
    }

    /// The same where it can only be PostgreSQL: for locks that others are to wait for.
    pub(crate) async fn postgres(&self) -> sqlx::PgPool {
        sqlx::PgPool::connect(&self.url).await.unwrap()
    }
}

/// A connection pool that the store knows nothing of.
pub(crate) enum Raw {
    Sqlite(sqlx::SqlitePool),
    Postgres(sqlx::PgPool),
}

impl Raw {
    pub(crate) async fn execute(&self, sql: &str) {
        let query = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(pool) => sqlx::query(query).execute(pool).await.map(drop),
            Self::Postgres(pool) => sqlx::query(query).execute(pool).await.map(drop),
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// The first column of each row.
    pub(crate) async fn numbers(&self, sql: &str) -> Vec<i64> {
        let query = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(query).fetch_all(pool).await,
            Self::Postgres(pool) => sqlx::query_scalar(query).fetch_all(pool).await,
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The first column of each row.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let query = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(query).fetch_all(pool).await,
            Self::Postgres(pool) => sqlx::query_scalar(query).fetch_all(pool).await,
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }
}
