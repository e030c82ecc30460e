//! Putting a stored message into a folder: row, placement, counts and journal in one transaction
//! that is on disk when it is committed, or nothing of it.

use std::collections::{HashMap, HashSet};

use sqlx::AssertSqlSafe;

use super::{Owner, arrival::Arrival, index, journal, words};
use crate::{
    mail::{
        address::Address,
        id::{EmailId, MailboxId},
        keyword::{self, Keywords},
    },
    store::{
        Store,
        blobs::{self, Sha256},
        error::Error,
        id::LocalMessageId,
        places,
        row::{key, list, row, text},
        transaction::{Tx, on},
    },
};

/// Messages that are placed with one set of statements: SQLite takes 32,766 values in one, and a
/// message's row has 23.
pub const TOGETHER: usize = 100;

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

impl<'a> Placing<'a> {
    /// Where.
    pub(in crate::store) fn target(self) -> Target {
        Target {
            mailbox: self.mailbox,
            quota: self.quota,
        }
    }

    /// As what.
    pub(in crate::store) fn piece(self, arrival: &'a Arrival) -> Piece<'a> {
        Piece {
            arrival,
            keywords: self.keywords,
            received_at: self.received_at,
        }
    }
}

/// Where messages go together.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct Target {
    /// The folder.
    pub(in crate::store) mailbox: MailboxId,
    /// As in [`Placing`].
    pub(in crate::store) quota: Option<i64>,
}

/// One of them.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct Piece<'a> {
    /// Its bytes, and what was read of them.
    pub(in crate::store) arrival: &'a Arrival,
    /// As in [`Placing`].
    pub(in crate::store) keywords: &'a Keywords,
    /// As in [`Placing`].
    pub(in crate::store) received_at: Option<i64>,
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

impl Placed {
    /// Where it lies, in the folder that it was put into.
    pub fn id(&self, mailbox: MailboxId) -> EmailId {
        EmailId {
            mailbox,
            uid_validity: self.uid_validity,
            uid: self.uid,
        }
    }
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

/// The same as a part of what its caller commits (durably): a message together with what else must
/// be written with it.
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
    let piece = placing.piece(arrival);
    let placed = place_all_in(tx, owner, placing.target(), &[piece], now).await?;
    placed.into_iter().next().ok_or(Error::Gone)
}

/// The same for several messages, in their order: a dozen statements, however many they are. At
/// most [`TOGETHER`] of them.
///
/// # Errors
/// As [`place`]; nothing of it may be committed then.
pub(in crate::store) async fn place_all_in(
    tx: &mut Tx,
    owner: Owner,
    target: Target,
    pieces: &[Piece<'_>],
    now: i64,
) -> Result<Vec<Placed>, Error> {
    if pieces.is_empty() {
        return Ok(Vec::new());
    }
    tx.lock_account(owner.account).await?;
    let arrivals: Vec<&Arrival> = pieces.iter().map(|piece| piece.arrival).collect();
    let mut known = known(tx, owner, &arrivals).await?;
    let blobs: Vec<_> = arrivals
        .iter()
        .map(|arrival| blobs::New {
            sha256: arrival.stored.sha256,
            size: size(arrival),
            stored_size: i64::try_from(arrival.stored.stored_size).unwrap_or(i64::MAX),
        })
        .collect();
    blobs::add_held(tx, owner.user, &blobs, target.quota, now).await?;
    let dates: Vec<i64> = pieces
        .iter()
        .map(|piece| {
            let index = &piece.arrival.index;
            let date = piece.received_at.or(index.received_at).or(index.sent_at);
            // A clock that runs ahead, or a joke, must not stand above all that comes later.
            date.unwrap_or(now).clamp(0, now.max(0))
        })
        .collect();
    let messages = insert(tx, owner, &arrivals, &dates, now).await?;
    let of = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let unread = pieces.iter().filter(|one| !one.keywords.has(keyword::SEEN));
    let (count, unread) = (of(pieces.len()), of(unread.count()));
    let numbers = number(tx, owner, target.mailbox, count, unread).await?;
    let placements: Vec<Placement<'_>> = (numbers.first..)
        .zip(messages)
        .zip(pieces.iter().zip(dates))
        .map(|((uid, message), (piece, received_at))| Placement {
            message,
            uid,
            arrival: piece.arrival,
            keywords: piece.keywords,
            received_at,
        })
        .collect();
    insert_placements(tx, target.mailbox, &numbers, &placements, now).await?;
    let words = placements
        .iter()
        .map(|at| (at.message, &at.arrival.index.words));
    words::insert_all(tx, owner.account, &words.collect::<Vec<_>>()).await?;
    let written = placements.iter().map(|at| journal::Place {
        mailbox: target.mailbox,
        uid: at.uid,
        sha256: &at.arrival.stored.sha256,
        message: at.message,
        keywords: at.keywords,
        received_at: at.received_at,
        came_from: None,
    });
    journal::place_all(tx, owner.account, &written.collect::<Vec<_>>(), now).await?;
    let placed = placements.iter().map(|at| Placed {
        message: at.message,
        uid_validity: numbers.uid_validity,
        uid: at.uid,
        new: known.insert(at.arrival.stored.sha256),
    });
    Ok(placed.collect())
}

fn size(arrival: &Arrival) -> i64 {
    i64::try_from(arrival.stored.size).unwrap_or(i64::MAX)
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

/// Which of these bytes are a message of the account already.
async fn known(tx: &mut Tx, owner: Owner, arrivals: &[&Arrival]) -> Result<HashSet<Sha256>, Error> {
    const SQL: &str = "SELECT DISTINCT sha256 FROM messages WHERE user_id = $1 AND account_id = $2 AND sha256 IN ";
    let sql = places::in_order(tx, format!("{SQL}({})", places::list(3, arrivals.len())));
    let found: Vec<Known> = on!(tx, db => {
        // Safe: the text is put together from a constant and numbers of places.
        let query = sqlx::query_as(AssertSqlSafe(sql)).persistent(arrivals.len() == 1);
        let query = query.bind(owner.user.get()).bind(owner.account.get());
        let query = arrivals.iter().fold(query, |query, arrival| {
            query.bind(arrival.stored.sha256.as_slice())
        });
        query.fetch_all(&mut **db).await
    })?;
    Ok(found.into_iter().map(|row| row.sha256).collect())
}

row! {
    struct Known {
        sha256: Sha256,
    }
}

/// Writes the rows of messages; gives their numbers, in this order.
async fn insert(
    tx: &mut Tx,
    owner: Owner,
    arrivals: &[&Arrival],
    dates: &[i64],
    now: i64,
) -> Result<Vec<LocalMessageId>, Error> {
    const SQL: &str = "INSERT INTO messages (account_id, user_id, sha256, size, received_at,
            sent_at, sent_offset, thread_id, message_id, in_reply_to_json, references_json,
            from_json, sender_json, reply_to_json, to_json, cc_json, bcc_json, subject, preview,
            has_attachment, quarantined, index_version, created_at) VALUES ";
    let rows = places::rows(23, arrivals.len());
    let sql = places::in_order(tx, format!("{SQL}{rows} RETURNING id, sha256"));
    let made: Vec<Made> = on!(tx, db => {
        // Safe: the text is put together from constants and numbers of places.
        let mut query = sqlx::query_as(AssertSqlSafe(sql)).persistent(arrivals.len() == 1);
        for (arrival, received_at) in arrivals.iter().zip(dates) {
            let Arrival { stored, index } = arrival;
            let row = query
                .bind(owner.account.get())
                .bind(owner.user.get())
                .bind(stored.sha256.as_slice())
                .bind(size(arrival))
                .bind(*received_at);
            query = bind_index!(row, index).bind(now);
        }
        query.fetch_all(&mut **db).await
    })?;
    // No database promises an order. Those of the same bytes are alike but for their dates; the
    // numbers grow in the order in which they were written.
    let mut made: Vec<(Sha256, LocalMessageId)> =
        made.into_iter().map(|row| (row.sha256, row.id)).collect();
    made.sort_unstable_by_key(|(_, id)| std::cmp::Reverse(id.get()));
    let mut by_bytes: HashMap<Sha256, Vec<LocalMessageId>> = HashMap::new();
    for (sha256, id) in made {
        by_bytes.entry(sha256).or_default().push(id);
    }
    let id = |arrival: &&Arrival| by_bytes.get_mut(&arrival.stored.sha256)?.pop();
    let ids: Option<Vec<LocalMessageId>> = arrivals.iter().map(id).collect();
    ids.ok_or(Error::Gone)
}

/// Binds the columns that a message's bytes say, in the order of both statements.
macro_rules! bind_index {
    ($query:expr, $index:expr) => {{
        let index = $index;
        $query
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
    }};
}
use bind_index;

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
    let there = on!(tx, db => {
        let query = sqlx::query(SQL).bind(id.get()).bind(size(arrival));
        bind_index!(query, &arrival.index)
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(there > 0)
}

row! {
    struct Made {
        id: LocalMessageId,
        sha256: Sha256,
    }
}

/// People as their column has them. JSON writes a NUL as `\u0000`.
fn people(people: &[Address]) -> String {
    serde_json::to_string(people).unwrap_or_else(|_| "[]".to_owned())
}

struct Placement<'a> {
    message: LocalMessageId,
    uid: u32,
    arrival: &'a Arrival,
    keywords: &'a Keywords,
    received_at: i64,
}

async fn insert_placements(
    tx: &mut Tx,
    mailbox: MailboxId,
    numbers: &Numbers,
    placements: &[Placement<'_>],
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO placements (mailbox_id, uid, message_id, keywords, seen,
            flagged, modseq, thread_id, received_at, sent_at, size, from_key, to_key, subject_key,
            placed_at) VALUES ";
    let sql = places::in_order(tx, format!("{SQL}{}", places::rows(15, placements.len())));
    on!(tx, db => {
        // Safe: the text is put together from a constant and numbers of places.
        let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(placements.len() == 1);
        for at in placements {
            let (index, keywords) = (&at.arrival.index, at.keywords);
            query = query
                .bind(key(mailbox))
                .bind(i64::from(at.uid))
                .bind(at.message.get())
                .bind(column(keywords))
                .bind(i64::from(keywords.has(keyword::SEEN)))
                .bind(i64::from(keywords.has(keyword::FLAGGED)))
                .bind(numbers.modseq)
                .bind(index.thread_id.as_str())
                .bind(at.received_at)
                .bind(index.sent_at.unwrap_or(at.received_at))
                .bind(size(at.arrival))
                .bind(index::Index::person_key(&index.from))
                .bind(index::Index::person_key(&index.to))
                .bind(index.subject_key())
                .bind(now);
        }
        query.execute(&mut **db).await.map(drop)
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
