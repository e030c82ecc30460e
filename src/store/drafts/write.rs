//! Beginning a draft, and saving it.

use super::{Copy, DraftFields, DraftRow, NewDraft, attachments, columns, lock};
use crate::store::{
    Store, blobs,
    error::Error,
    id::{AccountId, UserId},
    row::{key, list, text},
    transaction::{Tx, on},
};

/// What became of a save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// The draft is as the caller wants it.
    Done(DraftRow),
    /// Nothing was written: somebody else has changed the draft since, or it is on its way.
    Conflict(DraftRow),
}

/// Binds `$4` to `$15`: the columns of [`DraftFields`].
macro_rules! bind_fields {
    ($query:expr, $fields:expr) => {
        $query
            .bind($fields.identity)
            .bind(text(&$fields.from_email))
            .bind(list(&$fields.to))
            .bind(list(&$fields.cc))
            .bind(list(&$fields.bcc))
            .bind(list(&$fields.reply_to))
            .bind(text(&$fields.subject))
            .bind(if $fields.html { "html" } else { "text" })
            .bind(text(&$fields.text_body))
            .bind(text(&$fields.html_body))
            .bind(i64::from($fields.quotes))
            .bind(text(&$fields.options_json))
    };
}

/// Begins a draft, with its files or not at all. When the user has one of the same key, that one
/// is returned as it is.
///
/// # Errors
/// [`Error::Gone`] when the account is not the user's, or the blob of the quoted original or of a
/// file is not there.
pub async fn create(
    store: &Store,
    account: AccountId,
    user: UserId,
    new: &NewDraft<'_>,
    now: i64,
) -> Result<DraftRow, Error> {
    let mut tx = store.begin_durable().await?;
    tx.lock_account(account).await?;
    let Some(draft) = insert(&mut tx, account, user, new, now).await? else {
        return by_key(&mut tx, user, new.key).await?.ok_or(Error::Busy);
    };
    if let Some(quote) = &new.quote {
        blobs::hold(&mut tx, user, quote).await?;
    }
    for file in new.files {
        attachments::insert(&mut tx, user, draft.id, file, now).await?;
    }
    tx.commit().await?;
    Ok(draft)
}

/// The new row; `None` when there is one of its key.
async fn insert(
    tx: &mut Tx,
    account: AccountId,
    user: UserId,
    new: &NewDraft<'_>,
    now: i64,
) -> Result<Option<DraftRow>, Error> {
    const SQL: &str = concat!(
        "INSERT INTO drafts
            (account_id, user_id, key, identity_id, from_email, to_json, cc_json, bcc_json,
             reply_to_json, subject, format, text_body, html_body, quotes, options_json,
             reference_email, reference_action, quote_sha256, in_reply_to, references_json,
             conflict_of, copy_mailbox, copy_uid_validity, copy_uid, copy_revision,
             created_at, updated_at)
         VALUES ($1, $2, $3,
            (SELECT i.id FROM identities i WHERE i.id = $4 AND i.account_id = $1),
            $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
            (SELECT d.id FROM drafts d WHERE d.id = $21 AND d.user_id = $2),
            $22, $23, $24, 0, $25, $25)
         ON CONFLICT (user_id, key) WHERE key <> '' DO NOTHING
         RETURNING ",
        columns!()
    );
    let copy = new.copy;
    Ok(on!(tx, db => {
        let query = sqlx::query_as(SQL)
            .bind(account.get())
            .bind(user.get())
            .bind(text(new.key));
        bind_fields!(query, new.fields)
            .bind(text(new.reference_email))
            .bind(text(new.reference_action))
            .bind(new.quote.as_ref().map(|hash| hash.as_slice()))
            .bind(text(new.in_reply_to))
            .bind(list(new.references))
            .bind(new.conflict_of.map(|draft| draft.get()))
            .bind(copy.map(|copy| key(copy.mailbox)))
            .bind(copy.map_or(0, uid_validity))
            .bind(copy.map_or(0, uid))
            .bind(now)
            .fetch_optional(&mut **db)
            .await
    })?)
}

fn uid_validity(copy: Copy) -> i64 {
    copy.uid_validity.into()
}

fn uid(copy: Copy) -> i64 {
    copy.uid.into()
}

async fn by_key(tx: &mut Tx, user: UserId, key: &str) -> Result<Option<DraftRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM drafts WHERE user_id = $1 AND key = $2 AND key <> ''"
    );
    Ok(on!(tx, db => {
        sqlx::query_as(SQL).bind(user.get()).bind(text(key)).fetch_optional(&mut **db).await
    })?)
}

/// Saves a draft on top of a revision. Fields that are as they were make no new one, whatever
/// revision they began from. `None` when the user has no draft of this number.
///
/// # Errors
/// What the database says.
pub async fn save(
    store: &Store,
    user: UserId,
    id: i64,
    base_revision: i64,
    fields: &DraftFields,
    now: i64,
) -> Result<Option<Saved>, Error> {
    let mut tx = store.begin_durable().await?;
    let Some(draft) = lock::lock(&mut tx, user, id).await? else {
        return Ok(None);
    };
    if draft.fields() == *fields {
        return Ok(Some(Saved::Done(draft)));
    }
    if draft.revision != base_revision || !lock::is_editable(&mut tx, draft.id).await? {
        return Ok(Some(Saved::Conflict(draft)));
    }
    let draft = update(&mut tx, user, id, fields, now).await?;
    tx.commit().await?;
    Ok(Some(Saved::Done(draft)))
}

async fn update(
    tx: &mut Tx,
    user: UserId,
    id: i64,
    fields: &DraftFields,
    now: i64,
) -> Result<DraftRow, Error> {
    const SQL: &str = concat!(
        "UPDATE drafts SET revision = revision + 1, updated_at = $3,
            identity_id = (SELECT i.id FROM identities i
                WHERE i.id = $4 AND i.account_id = drafts.account_id),
            from_email = $5, to_json = $6, cc_json = $7, bcc_json = $8, reply_to_json = $9,
            subject = $10, format = $11, text_body = $12, html_body = $13, quotes = $14,
            options_json = $15
         WHERE user_id = $1 AND id = $2 RETURNING ",
        columns!()
    );
    Ok(on!(tx, db => {
        let query = sqlx::query_as(SQL).bind(user.get()).bind(id).bind(now);
        bind_fields!(query, fields).fetch_one(&mut **db).await
    })?)
}
