//! Putting a stored message into a folder: row, placement, counts and journal in one transaction
//! that is on disk when it is committed, or nothing of it.

use super::{Owner, arrival::Arrival, index, journal, words};
use crate::{
    mail::{
        address::Address,
        id::MailboxId,
        keyword::{self, Keywords},
    },
    store::{
        Store, blobs,
        error::Error,
        id::LocalMessageId,
        row::{key, list, row, text},
        transaction::{Tx, on},
    },
};

/// Where a message goes, and as what.
#[derive(Clone, Copy, Debug)]
pub struct Placing<'a> {
    /// The folder.
    pub mailbox: MailboxId,
    /// The keywords that it has there.
    pub keywords: &'a Keywords,
    /// When it arrived (ms); `None` lets the message say so itself.
    pub received_at: Option<i64>,
    /// Octets that the user may have stored; `None` for any.
    pub quota: Option<i64>,
}

/// A message that is in its folder now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Its row.
    pub message: LocalMessageId,
    /// The folder's UIDVALIDITY.
    pub uid_validity: u32,
    /// Its UID there.
    pub uid: u32,
    /// No message of the account had these bytes before.
    pub new: bool,
}

/// Puts a message into a folder. When this returns, that is on disk.
///
/// # Errors
/// [`Error::Gone`] when there is no such folder or account any more, [`Error::Quota`] when the
/// user would have more stored than `quota`.
pub async fn place(
    store: &Store,
    owner: Owner,
    arrival: &Arrival,
    placing: Placing<'_>,
    now: i64,
) -> Result<Placed, Error> {
    let mut tx = store.begin_durable().await?;
    let placed = place_in(&mut tx, owner, arrival, placing, now).await?;
    tx.commit().await?;
    Ok(placed)
}

/// The same as a part of what its caller commits (durably): several messages at once, or a message
/// together with what else must be written with it.
///
/// # Errors
/// As [`place`].
pub(in crate::store) async fn place_in(
    tx: &mut Tx,
    owner: Owner,
    arrival: &Arrival,
    placing: Placing<'_>,
    now: i64,
) -> Result<Placed, Error> {
    tx.lock_account(owner.account).await?;
    let Arrival { stored, index } = arrival;
    let size = i64::try_from(stored.size).unwrap_or(i64::MAX);
    let (user, sha256) = (owner.user, &stored.sha256);
    let new = !is_known(tx, owner, sha256).await?;
    blobs::add_in(tx, user, sha256, size, size, placing.quota, now).await?;
    blobs::hold(tx, user, sha256).await?;
    let received_at = placing.received_at.or(index.received_at).or(index.sent_at);
    // A clock that runs ahead, or a joke, must not stand above all that comes later.
    let received_at = received_at.unwrap_or(now).clamp(0, now.max(0));
    let message = insert(tx, owner, arrival, received_at, now).await?;
    let seen = placing.keywords.has(keyword::SEEN);
    let numbers = number(tx, owner, placing.mailbox, 1, i64::from(!seen)).await?;
    let placement = Placement {
        mailbox: placing.mailbox,
        uid: numbers.first,
        modseq: numbers.modseq,
        received_at,
    };
    insert_placement(tx, message, arrival, placement, placing.keywords, now).await?;
    words::insert(tx, owner.account, message, &index.words).await?;
    let written = journal::Place {
        mailbox: placing.mailbox,
        uid: numbers.first,
        sha256,
        message,
        keywords: placing.keywords,
        received_at,
        came_from: None,
    };
    journal::place(tx, owner.account, &written, now).await?;
    Ok(Placed {
        message,
        uid_validity: numbers.uid_validity,
        uid: numbers.first,
        new,
    })
}

/// UIDs that a folder has given.
pub(super) struct Numbers {
    pub(super) first: u32,
    pub(super) uid_validity: u32,
    pub(super) modseq: i64,
}

/// Takes `count` UIDs of a folder, `unread` of them for unread messages, and counts them.
pub(super) async fn number(
    tx: &mut Tx,
    owner: Owner,
    mailbox: MailboxId,
    count: i64,
    unread: i64,
) -> Result<Numbers, Error> {
    const SQL: &str = "UPDATE mailboxes SET uid_next = uid_next + $3, modseq = modseq + 1,
            total = total + $3, unread = unread + $4
        WHERE id = $1 AND account_id = $2 AND gone_at IS NULL AND selectable = 1
        RETURNING uid_next, uid_validity, modseq";
    let found: Option<Numbering> = on!(tx, db => {
        sqlx::query_as(SQL)
            .bind(key(mailbox))
            .bind(owner.account.get())
            .bind(count)
            .bind(unread)
            .fetch_optional(&mut **db)
            .await
    })?;
    let found = found.ok_or(Error::Gone)?;
    let first = u32::try_from(i64::from(found.uid_next) - count).map_err(|_| Error::Gone)?;
    Ok(Numbers {
        first,
        uid_validity: found.uid_validity,
        modseq: found.modseq,
    })
}

row! {
    struct Numbering {
        uid_next: u32,
        uid_validity: u32,
        modseq: i64,
    }
}

async fn is_known(tx: &mut Tx, owner: Owner, sha256: &blobs::Sha256) -> Result<bool, Error> {
    const SQL: &str = "SELECT id FROM messages
        WHERE user_id = $1 AND sha256 = $2 AND account_id = $3 LIMIT 1";
    let found: Option<(i64,)> = on!(tx, db => {
        sqlx::query_as(SQL)
            .bind(owner.user.get())
            .bind(sha256.as_slice())
            .bind(owner.account.get())
            .fetch_optional(&mut **db)
            .await
    })?;
    Ok(found.is_some())
}

async fn insert(
    tx: &mut Tx,
    owner: Owner,
    arrival: &Arrival,
    received_at: i64,
    now: i64,
) -> Result<LocalMessageId, Error> {
    const SQL: &str = "INSERT INTO messages (account_id, user_id, sha256, size, received_at,
            sent_at, sent_offset, thread_id, message_id, in_reply_to_json, references_json,
            from_json, sender_json, reply_to_json, to_json, cc_json, bcc_json, subject, preview,
            has_attachment, quarantined, index_version, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
            $19, $20, $21, $22, $23)
        RETURNING id";
    let Arrival { stored, index } = arrival;
    let made: Made = on!(tx, db => {
        sqlx::query_as(SQL)
            .bind(owner.account.get())
            .bind(owner.user.get())
            .bind(stored.sha256.as_slice())
            .bind(i64::try_from(stored.size).unwrap_or(i64::MAX))
            .bind(received_at)
            .bind(index.sent_at)
            .bind(index.sent_offset.map(i64::from))
            .bind(index.thread_id.as_str())
            .bind(text(&index.message_id))
            .bind(list(&index.in_reply_to))
            .bind(list(&index.references))
            .bind(people(&index.from))
            .bind(people(&index.sender))
            .bind(people(&index.reply_to))
            .bind(people(&index.to))
            .bind(people(&index.cc))
            .bind(people(&index.bcc))
            .bind(text(&index.subject))
            .bind(text(&index.preview))
            .bind(i64::from(index.has_attachment))
            .bind(i64::from(index.quarantined))
            .bind(index::VERSION)
            .bind(now)
            .fetch_one(&mut **db)
            .await
    })?;
    Ok(made.id)
}

/// Writes what a message's bytes say into its row. False when it has gone.
pub(super) async fn update(
    tx: &mut Tx,
    id: LocalMessageId,
    arrival: &Arrival,
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE messages SET size = $2, sent_at = $3, sent_offset = $4,
            thread_id = $5, message_id = $6, in_reply_to_json = $7, references_json = $8,
            from_json = $9, sender_json = $10, reply_to_json = $11, to_json = $12, cc_json = $13,
            bcc_json = $14, subject = $15, preview = $16, has_attachment = $17, quarantined = $18,
            index_version = $19
        WHERE id = $1";
    let Arrival { stored, index } = arrival;
    let there = on!(tx, db => {
        sqlx::query(SQL)
            .bind(id.get())
            .bind(i64::try_from(stored.size).unwrap_or(i64::MAX))
            .bind(index.sent_at)
            .bind(index.sent_offset.map(i64::from))
            .bind(index.thread_id.as_str())
            .bind(text(&index.message_id))
            .bind(list(&index.in_reply_to))
            .bind(list(&index.references))
            .bind(people(&index.from))
            .bind(people(&index.sender))
            .bind(people(&index.reply_to))
            .bind(people(&index.to))
            .bind(people(&index.cc))
            .bind(people(&index.bcc))
            .bind(text(&index.subject))
            .bind(text(&index.preview))
            .bind(i64::from(index.has_attachment))
            .bind(i64::from(index.quarantined))
            .bind(index::VERSION)
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(there > 0)
}

row! {
    struct Made {
        id: LocalMessageId,
    }
}

/// People as their column has them. JSON writes a NUL as `\u0000`.
fn people(people: &[Address]) -> String {
    serde_json::to_string(people).unwrap_or_else(|_| "[]".to_owned())
}

struct Placement {
    mailbox: MailboxId,
    uid: u32,
    modseq: i64,
    received_at: i64,
}

async fn insert_placement(
    tx: &mut Tx,
    message: LocalMessageId,
    arrival: &Arrival,
    at: Placement,
    keywords: &Keywords,
    now: i64,
) -> Result<(), Error> {
    const SQL: &str =
        "INSERT INTO placements (mailbox_id, uid, message_id, keywords, seen, flagged,
            modseq, thread_id, received_at, sent_at, size, from_key, to_key, subject_key, placed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    let Arrival { stored, index } = arrival;
    on!(tx, db => {
        sqlx::query(SQL)
            .bind(key(at.mailbox))
            .bind(i64::from(at.uid))
            .bind(message.get())
            .bind(column(keywords))
            .bind(i64::from(keywords.has(keyword::SEEN)))
            .bind(i64::from(keywords.has(keyword::FLAGGED)))
            .bind(at.modseq)
            .bind(index.thread_id.as_str())
            .bind(at.received_at)
            .bind(index.sent_at.unwrap_or(at.received_at))
            .bind(i64::try_from(stored.size).unwrap_or(i64::MAX))
            .bind(index::Index::person_key(&index.from))
            .bind(index::Index::person_key(&index.to))
            .bind(index.subject_key())
            .bind(now)
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Keywords as their column has them: those that can be one, sorted, with spaces between.
pub(super) fn column(keywords: &Keywords) -> String {
    let possible = keywords.0.iter().filter(|word| is_keyword(word));
    possible.map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// As RFC 8621 §4.1.1 allows: what an IMAP server could keep as well.
pub(super) fn is_keyword(word: &str) -> bool {
    let odd = |c: char| !c.is_ascii_graphic() || "(){]%*\"\\".contains(c);
    (1..=128).contains(&word.len()) && !word.contains(odd)
}
