//! What was done with local mail, in order. With the blobs it is enough to make folders,
//! placements and keywords again. It grows with what is done, some hundred octets each time, and
//! `compact` makes it shorter again.

use serde_json::json;
use sqlx::AssertSqlSafe;

use super::place::column;
use crate::{
    mail::{id::MailboxId, keyword::Keywords, mailbox::Role},
    store::{
        blobs::Sha256,
        error::Error,
        id::{AccountId, LocalMessageId},
        places,
        row::key,
        transaction::{Tx, on},
    },
};

/// A message that came into a folder.
pub(super) struct Place<'a> {
    pub(super) mailbox: MailboxId,
    pub(super) uid: u32,
    pub(super) sha256: &'a Sha256,
    pub(super) message: LocalMessageId,
    pub(super) keywords: &'a Keywords,
    pub(super) received_at: i64,
    /// The folder that it would go back into.
    pub(super) came_from: Option<MailboxId>,
}

/// What a folder is.
pub(super) struct Folder<'a> {
    pub(super) name: &'a str,
    pub(super) role: Option<Role>,
    pub(super) subscribed: bool,
    pub(super) uid_validity: u32,
}

/// A message came into a folder. Several placements of one message have its number in common.
pub(super) async fn place(
    tx: &mut Tx,
    account: AccountId,
    place: &Place<'_>,
    now: i64,
) -> Result<(), Error> {
    place_all(tx, account, std::slice::from_ref(place), now).await
}

/// Messages came into folders, in this order.
pub(super) async fn place_all(
    tx: &mut Tx,
    account: AccountId,
    places: &[Place<'_>],
    now: i64,
) -> Result<(), Error> {
    let entries = places.iter().map(|place| {
        let detail = json!({
            "message": place.message.get(),
            "keywords": column(place.keywords),
            "receivedAt": place.received_at,
            "cameFrom": place.came_from.map(key),
        });
        let entry = Entry {
            operation: "place",
            mailbox: place.mailbox,
            uid: place.uid,
            sha256: Some(place.sha256),
        };
        (entry, detail)
    });
    write_all(tx, account, &entries.collect::<Vec<_>>(), now).await
}

/// A message has these keywords now, as their column has them.
pub(super) async fn keywords(
    tx: &mut Tx,
    account: AccountId,
    mailbox: MailboxId,
    uid: u32,
    keywords: &str,
    now: i64,
) -> Result<(), Error> {
    let entry = Entry::of("keywords", mailbox, uid);
    let detail = json!({ "keywords": keywords });
    write(tx, account, entry, detail, now).await
}

/// A message has left a folder.
pub(super) async fn expunge(
    tx: &mut Tx,
    account: AccountId,
    mailbox: MailboxId,
    uid: u32,
    now: i64,
) -> Result<(), Error> {
    let entry = Entry::of("expunge", mailbox, uid);
    write(tx, account, entry, json!({}), now).await
}

/// A folder is made, or is called otherwise now.
pub(super) async fn mailbox(
    tx: &mut Tx,
    account: AccountId,
    mailbox: MailboxId,
    folder: &Folder<'_>,
    now: i64,
) -> Result<(), Error> {
    let entry = Entry::of("mailbox", mailbox, 0);
    let detail = json!({
        "name": folder.name,
        "role": folder.role.map_or("", Role::as_str),
        "subscribed": folder.subscribed,
        "uidValidity": folder.uid_validity,
    });
    write(tx, account, entry, detail, now).await
}

/// A folder is gone.
pub(super) async fn mailbox_gone(
    tx: &mut Tx,
    account: AccountId,
    mailbox: MailboxId,
    now: i64,
) -> Result<(), Error> {
    let entry = Entry::of("mailbox-gone", mailbox, 0);
    write(tx, account, entry, json!({}), now).await
}

impl Entry<'_> {
    fn of(operation: &'static str, mailbox: MailboxId, uid: u32) -> Self {
        Self {
            operation,
            mailbox,
            uid,
            sha256: None,
        }
    }
}

struct Entry<'a> {
    operation: &'static str,
    mailbox: MailboxId,
    uid: u32,
    sha256: Option<&'a Sha256>,
}

async fn write(
    tx: &mut Tx,
    account: AccountId,
    entry: Entry<'_>,
    detail: serde_json::Value,
    now: i64,
) -> Result<(), Error> {
    write_all(tx, account, &[(entry, detail)], now).await
}

async fn write_all(
    tx: &mut Tx,
    account: AccountId,
    entries: &[(Entry<'_>, serde_json::Value)],
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO journal
            (account_id, operation, mailbox_id, uid, sha256, detail_json, created_at) VALUES ";
    let sql = places::in_order(tx, format!("{SQL}{}", places::rows(7, entries.len())));
    on!(tx, db => {
        // Safe: the text is put together from a constant and numbers of places. One of one row is
        // the common one, and worth keeping.
        let query = sqlx::query(AssertSqlSafe(sql)).persistent(entries.len() == 1);
        let query = entries.iter().fold(query, |query, (entry, detail)| {
            query
                .bind(account.get())
                .bind(entry.operation)
                .bind(key(entry.mailbox))
                .bind(i64::from(entry.uid))
                .bind(entry.sha256.map(<[u8; 32]>::as_slice))
                .bind(detail.to_string())
                .bind(now)
        });
        query.execute(&mut **db).await.map(drop)
    })?;
    Ok(())
}
