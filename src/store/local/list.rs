//! Windows of a folder in order of arrival, the newest first.
//!
//! Cost: an index is read for the rows shown, whatever the folder holds. How many messages are
//! above a window is counted only when the caller does not remember it.

use super::{
    Owner,
    row::{Row, columns},
};
use crate::{
    mail::{
        email::EmailSummary,
        id::{EmailId, MailboxId},
    },
    store::{
        Store,
        blobs::Sha256,
        error::Error,
        row::{key, row},
        transaction::on,
    },
};

/// Where a window begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// At the newest message.
    Newest,
    /// Just below the message with this UID.
    Before(u32),
    /// So that it ends just above the message with this UID; 0: with the oldest one.
    After(u32),
}

/// A message whose rank was known when the folder had this modseq.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The message.
    pub uid: u32,
    /// How many are newer.
    pub rank: u32,
    /// The folder's state then.
    pub modseq: i64,
}

/// A window, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The messages, with their placements as ids.
    pub rows: Vec<EmailSummary>,
    /// Messages in the folder.
    pub total: u32,
    /// How many are newer than the first row.
    pub offset: u32,
    /// There are older ones.
    pub has_older: bool,
    /// The folder's state.
    pub modseq: i64,
}

/// A window of at most `limit` messages. `edge` tells of a rank that the caller remembers.
///
/// # Errors
/// [`Error::Gone`] when there is no such folder any more.
pub async fn window(
    store: &Store,
    owner: Owner,
    mailbox: MailboxId,
    anchor: Anchor,
    limit: u32,
    edge: Option<Edge>,
) -> Result<Window, Error> {
    let state = state(store, owner, mailbox).await?;
    let uid = match anchor {
        Anchor::Newest => None,
        Anchor::Before(uid) | Anchor::After(uid) => Some(uid),
    };
    // The place of a message that nobody knows of is the top.
    let at = match uid {
        None => None,
        // Below all that there is.
        Some(0) if matches!(anchor, Anchor::After(_)) => Some((i64::MIN, 0)),
        Some(uid) => place_of(store, mailbox, uid).await?.map(|at| (at, uid)),
    };
    let edge = edge.filter(|edge| edge.modseq == state.modseq);
    let edge = edge.filter(|edge| Some(edge.uid) == uid);
    let more = i64::from(limit) + 1;
    let upward = matches!(anchor, Anchor::After(_)) && at.is_some();
    let mut rows = read(store, mailbox, at, upward, more).await?;
    let surplus = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let shown = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    if upward {
        rows.reverse();
    }
    let first = rows.first().map(|row| (row.received_at, row.uid));
    let offset = match (edge, at, first) {
        (_, None, _) => 0,
        (Some(edge), ..) if upward => edge.rank.saturating_sub(shown),
        (Some(edge), ..) => edge.rank.saturating_add(1),
        (None, _, Some(first)) => count_above(store, mailbox, first).await?,
        (None, ..) if upward => 0,
        (None, ..) => state.total,
    };
    let has_older = match upward {
        true => offset.saturating_add(shown) < state.total,
        false => surplus,
    };
    let uid_validity = state.uid_validity;
    let rows = rows.into_iter();
    Ok(Window {
        rows: rows.map(|row| row.summary(mailbox, uid_validity)).collect(),
        total: state.total,
        offset,
        has_older,
        modseq: state.modseq,
    })
}

/// One message, if it is there: its row and its blob.
///
/// # Errors
/// What the database says.
pub async fn get(
    store: &Store,
    owner: Owner,
    placement: EmailId,
) -> Result<Option<(EmailSummary, Sha256)>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM placements p JOIN messages m ON m.id = p.message_id
          JOIN mailboxes b ON b.id = p.mailbox_id
         WHERE p.mailbox_id = $1 AND p.uid = $2 AND b.uid_validity = $3 AND b.account_id = $4
          AND b.gone_at IS NULL"
    );
    let EmailId {
        mailbox,
        uid_validity,
        uid,
    } = placement;
    let row: Option<Row> = on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(key(mailbox))
            .bind(i64::from(uid))
            .bind(i64::from(uid_validity))
            .bind(owner.account.get())
            .fetch_optional(db)
            .await
    })?;
    Ok(row.map(|row| {
        let sha256 = row.sha256();
        (row.summary(mailbox, uid_validity), sha256)
    }))
}

/// Lies a message with these octets in the folder?
///
/// # Errors
/// What the database says.
pub async fn holds(
    store: &Store,
    owner: Owner,
    mailbox: MailboxId,
    sha256: &Sha256,
) -> Result<bool, Error> {
    const SQL: &str = "SELECT p.uid FROM messages m JOIN placements p ON p.message_id = m.id
        WHERE m.user_id = $1 AND m.sha256 = $2 AND m.account_id = $3 AND p.mailbox_id = $4
        LIMIT 1";
    let found: Option<(i64,)> = on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(owner.user.get())
            .bind(sha256.as_slice())
            .bind(owner.account.get())
            .bind(key(mailbox))
            .fetch_optional(db)
            .await
    })?;
    Ok(found.is_some())
}

row! {
    /// What a folder's row says of its state.
    pub(super) struct State {
        pub(super) uid_validity: u32,
        pub(super) uid_next: u32,
        pub(super) modseq: i64,
        pub(super) total: u32,
    }
}

/// The folder's state.
pub(super) async fn state(store: &Store, owner: Owner, mailbox: MailboxId) -> Result<State, Error> {
    const SQL: &str = "SELECT uid_validity, uid_next, modseq, total FROM mailboxes
        WHERE id = $1 AND account_id = $2 AND gone_at IS NULL";
    let state: Option<State> = on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(key(mailbox))
            .bind(owner.account.get())
            .fetch_optional(db)
            .await
    })?;
    state.ok_or(Error::Gone)
}

/// When a message of the folder arrived, also one that has left it.
pub(super) async fn place_of(
    store: &Store,
    mailbox: MailboxId,
    uid: u32,
) -> Result<Option<i64>, Error> {
    const HERE: &str = "SELECT received_at FROM placements WHERE mailbox_id = $1 AND uid = $2";
    const ONCE: &str = "SELECT detail_json FROM journal
        WHERE mailbox_id = $1 AND uid = $2 AND operation = 'place' ORDER BY id DESC LIMIT 1";
    let here: Option<(i64,)> = on!(store.reader(), db => {
        sqlx::query_as(HERE).bind(key(mailbox)).bind(i64::from(uid)).fetch_optional(db).await
    })?;
    if let Some((at,)) = here {
        return Ok(Some(at));
    }
    let once: Option<(String,)> = on!(store.reader(), db => {
        sqlx::query_as(ONCE).bind(key(mailbox)).bind(i64::from(uid)).fetch_optional(db).await
    })?;
    let detail = once.and_then(|(detail,)| serde_json::from_str::<serde_json::Value>(&detail).ok());
    Ok(detail.and_then(|detail| detail.get("receivedAt")?.as_i64()))
}

async fn read(
    store: &Store,
    mailbox: MailboxId,
    at: Option<(i64, u32)>,
    upward: bool,
    limit: i64,
) -> Result<Vec<Row>, Error> {
    const NEWEST: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM placements p JOIN messages m ON m.id = p.message_id WHERE p.mailbox_id = $1
         ORDER BY p.received_at DESC, p.uid DESC LIMIT $2"
    );
    const BELOW: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM placements p JOIN messages m ON m.id = p.message_id
         WHERE p.mailbox_id = $1 AND (p.received_at, p.uid) < ($3, $4)
         ORDER BY p.received_at DESC, p.uid DESC LIMIT $2"
    );
    const ABOVE: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM placements p JOIN messages m ON m.id = p.message_id
         WHERE p.mailbox_id = $1 AND (p.received_at, p.uid) > ($3, $4)
         ORDER BY p.received_at, p.uid LIMIT $2"
    );
    let Some((at, uid)) = at else {
        return Ok(on!(store.reader(), db => {
            sqlx::query_as(NEWEST).bind(key(mailbox)).bind(limit).fetch_all(db).await
        })?);
    };
    let sql = if upward { ABOVE } else { BELOW };
    Ok(on!(store.reader(), db => {
        sqlx::query_as(sql)
            .bind(key(mailbox))
            .bind(limit)
            .bind(at)
            .bind(i64::from(uid))
            .fetch_all(db)
            .await
    })?)
}

async fn count_above(
    store: &Store,
    mailbox: MailboxId,
    (at, uid): (i64, u32),
) -> Result<u32, Error> {
    const SQL: &str = "SELECT count(*) FROM placements
        WHERE mailbox_id = $1 AND (received_at, uid) > ($2, $3)";
    let (count,): (i64,) = on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(key(mailbox))
            .bind(at)
            .bind(i64::from(uid))
            .fetch_one(db)
            .await
    })?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}
