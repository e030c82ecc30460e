//! Reading messages again for their rows: after a rebuild, and when rows are made differently.

use super::{Owner, arrival::Arrival, index, place, words};
use crate::store::{
    Store,
    blobs::Sha256,
    error::Error,
    id::{AccountId, LocalMessageId, UserId},
    row::row,
    transaction::on,
};

row! {
    /// A message whose row is to be made again.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Due {
        /// The message.
        pub id: LocalMessageId,
        /// Its blob.
        pub sha256: Sha256,
    }
}

/// At most `limit` messages of the account after number `after` whose rows are of an older kind.
///
/// # Errors
/// What the database says.
pub async fn due(store: &Store, owner: Owner, after: i64, limit: i64) -> Result<Vec<Due>, Error> {
    const SQL: &str = "SELECT id, sha256 FROM messages
        WHERE account_id = $1 AND id > $2 AND index_version < $3 ORDER BY id LIMIT $4";
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(owner.account.get())
            .bind(after)
            .bind(index::VERSION)
            .bind(limit)
            .fetch_all(db)
            .await
    })?)
}

row! {
    /// The same, whosever it is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Older {
        /// The message.
        pub id: LocalMessageId,
        /// The account that it is in.
        pub account_id: AccountId,
        /// The account's user.
        pub user_id: UserId,
        /// Its blob.
        pub sha256: Sha256,
        /// The version of its row.
        pub index_version: i64,
    }
}

/// Where [`older`] begins.
pub const FROM_NEWEST: (i64, i64) = (index::VERSION, 0);

/// At most `limit` messages of all accounts whose rows are of an older kind, the newest first, from
/// below this version and number.
///
/// # Errors
/// What the database says.
pub async fn older(store: &Store, from: (i64, i64), limit: i64) -> Result<Vec<Older>, Error> {
    const SQL: &str = "SELECT id, account_id, user_id, sha256, index_version FROM messages
        WHERE (index_version, id) < ($1, $2) ORDER BY index_version DESC, id DESC LIMIT $3";
    let (version, id) = from;
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(version).bind(id).bind(limit).fetch_all(db).await
    })?)
}

/// Writes what a message's bytes say into its row, its placements and the full-text index. Nothing
/// of a message that has gone.
///
/// # Errors
/// What the database says.
pub async fn refresh(
    store: &Store,
    owner: Owner,
    id: LocalMessageId,
    arrival: &Arrival,
) -> Result<(), Error> {
    const BLOB: &str = "UPDATE blobs SET size = $3, stored_size = $3
        WHERE user_id = $1 AND sha256 = $2 AND size = 0";
    const PLACEMENTS: &str = "UPDATE placements SET thread_id = $2,
            sent_at = COALESCE($3, received_at), size = $4, from_key = $5, to_key = $6,
            subject_key = $7
        WHERE message_id = $1";
    let Arrival { stored, index } = arrival;
    let size = i64::try_from(stored.size).unwrap_or(i64::MAX);
    let mut tx = store.begin().await?;
    match tx.lock_account(owner.account).await {
        // It goes with its account.
        Err(Error::Gone) => return Ok(()),
        locked => locked?,
    }
    if !place::update(&mut tx, id, arrival).await? {
        return Ok(());
    }
    on!(&mut tx, db => {
        sqlx::query(BLOB)
            .bind(owner.user.get())
            .bind(stored.sha256.as_slice())
            .bind(size)
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    on!(&mut tx, db => {
        sqlx::query(PLACEMENTS)
            .bind(id.get())
            .bind(index.thread_id.as_str())
            .bind(index.sent_at)
            .bind(size)
            .bind(index::Index::person_key(&index.from))
            .bind(index::Index::person_key(&index.to))
            .bind(index.subject_key())
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    words::remove(&mut tx, id).await?;
    words::insert(&mut tx, owner.account, id, &index.words).await?;
    tx.commit().await
}
