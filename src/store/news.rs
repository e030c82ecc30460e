//! What processes on one PostgreSQL tell each other as it happens: that somebody has an event with
//! this number, that a session was ended. A word goes out when its transaction is committed, and
//! not at all when that is rolled back. It carries no more than numbers; what they stand for is
//! read from the tables, which also have what was said while nobody listened.
//!
//! SQLite belongs to one process, and has nothing of this.

use std::time::Duration;

use sqlx::{
    PgPool,
    postgres::{PgListener, PgPoolOptions},
};

use super::{
    Database, Store,
    error::Error,
    id::{SessionId, UserId},
    row::Field as _,
    transaction::Tx,
};

/// After so long without a word the connection is asked whether it lives.
const SILENCE: Duration = Duration::from_secs(15);
/// How long it may take to answer, and to be made.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long is waited before it is made once more.
const AGAIN: Duration = Duration::from_secs(1);

/// What was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// A user has an event with this number.
    Event(UserId, i64),
    /// A session was ended.
    Ended(SessionId),
    /// From now on everything is heard. What was said before has to be looked up.
    Begun,
    /// From now on nothing is heard, until [`Word::Begun`].
    Deaf,
}

/// One connection that listens. A lost one is made again.
#[derive(Debug)]
pub struct Listener {
    pool: PgPool,
    listening: Option<PgListener>,
}

impl Store {
    /// Somebody to listen; `None` where there is nobody to be heard.
    pub fn listener(&self) -> Option<Listener> {
        let Database::Postgres(pool) = &self.0 else {
            return None;
        };
        let options = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            .idle_timeout(None)
            .max_lifetime(None);
        let options = options.connect_lazy_with((*pool.connect_options()).clone());
        Some(Listener {
            pool: options,
            listening: None,
        })
    }

    /// Several processes may be at work on this database.
    pub fn is_shared(&self) -> bool {
        matches!(self.0, Database::Postgres(_))
    }
}

impl Listener {
    /// The next word, after [`Word::Begun`].
    ///
    /// # Cancellation
    /// Nothing is lost when this is dropped.
    pub async fn next(&mut self) -> Word {
        loop {
            let Some(listening) = &mut self.listening else {
                match self.begin().await {
                    Ok(listening) => self.listening = Some(listening),
                    Err(error) => {
                        // Whoever asks the database for something else says it aloud.
                        tracing::debug!(?error, "Other processes can't be heard yet");
                        tokio::time::sleep(AGAIN).await;
                        continue;
                    }
                }
                return Word::Begun;
            };
            let lives = match tokio::time::timeout(SILENCE, listening.try_recv()).await {
                Ok(Ok(Some(told))) => {
                    if let Some(word) = Word::read(told.payload()) {
                        return word;
                    }
                    true
                }
                Ok(Ok(None)) => false,
                Ok(Err(error)) => {
                    tracing::warn!(?error, "Other processes are not heard any more");
                    false
                }
                // Nobody tells of a line that was cut somewhere in between.
                Err(_) => lives(listening).await,
            };
            if !lives {
                self.listening = None;
                return Word::Deaf;
            }
        }
    }

    async fn begin(&self) -> Result<PgListener, Error> {
        let connecting = async {
            let mut listening = PgListener::connect_with(&self.pool).await?;
            listening.eager_reconnect(false);
            let sql = "SELECT 'restante_' || md5(current_schema())";
            let (channel,): (String,) = sqlx::query_as(sql).fetch_one(&mut listening).await?;
            listening.listen(&channel).await?;
            Ok::<_, Error>(listening)
        };
        let connected = tokio::time::timeout(PATIENCE, connecting).await;
        connected.map_err(|_| Error::Busy)?
    }
}

async fn lives(listening: &mut PgListener) -> bool {
    let asked = sqlx::query("SELECT 1").execute(listening);
    let asked = tokio::time::timeout(PATIENCE, asked).await;
    matches!(asked, Ok(Ok(_)))
}

impl Word {
    fn read(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let kind = words.next()?;
        let number: i64 = words.next()?.parse().ok()?;
        match kind {
            "event" => {
                let seq = words.next()?.parse().ok()?;
                Some(Self::Event(UserId::from_column(number).ok()?, seq))
            }
            "ended" => Some(Self::Ended(SessionId::from_column(number).ok()?)),
            // A later version may say more.
            _ => None,
        }
    }
}

/// Tells of an event, with the transaction that writes it.
pub(super) async fn event(tx: &mut Tx, user: UserId, seq: i64) -> Result<(), Error> {
    say(tx, &format!("event {user} {seq}")).await
}

/// Tells of the end of a session, with the transaction that ends it.
pub(super) async fn ended(tx: &mut Tx, session: SessionId) -> Result<(), Error> {
    say(tx, &format!("ended {session}")).await
}

/// Two installations may share a database, each in a schema of its own.
async fn say(tx: &mut Tx, text: &str) -> Result<(), Error> {
    const SQL: &str = "SELECT pg_notify('restante_' || md5(current_schema()), $1)";
    if let Tx::Postgres(tx) = tx {
        sqlx::query(SQL).bind(text).execute(&mut **tx).await?;
    }
    Ok(())
}
