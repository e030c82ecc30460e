//! Texts that their owner writes often.

use super::{
    Store,
    error::Error,
    id::{TemplateId, UserId},
    row::{row, text},
    transaction::on,
};

/// What a person edits of a template.
#[derive(Clone, Copy, Debug, Default)]
pub struct TemplateFields<'a> {
    /// What its owner calls it.
    pub name: &'a str,
    /// The subject that it gives; `""` leaves the draft's.
    pub subject: &'a str,
    /// Which of the two bodies was written: the rich one?
    pub html: bool,
    /// The plain body.
    pub text_body: &'a str,
    /// The rich body; not cleaned here.
    pub html_body: &'a str,
    /// Where it stands among the user's templates; equal ones go in the order they were made.
    pub sort_order: i64,
}

row! {
    /// A template. Its fields are as in [`TemplateFields`].
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct TemplateRow {
        /// The template.
        pub id: TemplateId,
        /// What its owner calls it.
        pub name: String,
        /// The subject that it gives; `""` leaves the draft's.
        pub subject: String,
        /// Is the rich body the one that was written?
        pub html: bool,
        /// The plain body.
        pub text_body: String,
        /// The rich body as typed, not cleaned.
        pub html_body: String,
        /// Where it stands.
        pub sort_order: i64,
        /// When it was made (ms).
        pub created_at: i64,
        /// When it last changed (ms).
        pub updated_at: i64,
    }
}

/// The columns of [`TemplateRow`], for `concat!`.
macro_rules! columns {
    () => {
        "id, name, subject, CAST(CASE format WHEN 'html' THEN 1 ELSE 0 END AS BIGINT) AS html,
         text_body, html_body, sort_order, created_at, updated_at"
    };
}

/// Binds `$2` to `$8`: the columns of [`TemplateFields`], and the time.
macro_rules! bind_fields {
    ($query:expr, $fields:expr, $now:expr) => {
        $query
            .bind(text($fields.name))
            .bind(text($fields.subject))
            .bind(if $fields.html { "html" } else { "text" })
            .bind(text($fields.text_body))
            .bind(text($fields.html_body))
            .bind($fields.sort_order)
            .bind($now)
    };
}

row! {
    /// What lists show of a template.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct TemplateName {
        /// The template.
        pub id: TemplateId,
        /// What its owner calls it.
        pub name: String,
        /// The subject that it gives; `""` leaves the draft's.
        pub subject: String,
    }
}

/// The user's templates in their order, without their bodies.
///
/// # Errors
/// What the database says.
pub async fn names(store: &Store, user: UserId) -> Result<Vec<TemplateName>, Error> {
    const SQL: &str =
        "SELECT id, name, subject FROM templates WHERE user_id = $1 ORDER BY sort_order, id";
    Ok(on!(store.reader(), db => sqlx::query_as(SQL).bind(user.get()).fetch_all(db).await)?)
}

/// The user's template of this number. `None` for other users'.
///
/// # Errors
/// What the database says.
pub async fn get(store: &Store, user: UserId, id: i64) -> Result<Option<TemplateRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM templates WHERE user_id = $1 AND id = $2"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).bind(id).fetch_optional(db).await
    })?)
}

/// Adds a template.
///
/// # Errors
/// [`Error::Gone`] when the user was deleted meanwhile.
pub async fn create(
    store: &Store,
    user: UserId,
    fields: &TemplateFields<'_>,
    now: i64,
) -> Result<TemplateRow, Error> {
    const SQL: &str = concat!(
        "INSERT INTO templates
            (user_id, name, subject, format, text_body, html_body, sort_order,
             created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) RETURNING ",
        columns!()
    );
    Ok(on!(store.writer(), db => {
        let query = sqlx::query_as(SQL).bind(user.get());
        bind_fields!(query, fields, now).fetch_one(db).await
    })?)
}

/// Changes a template. False when the user has none of this number.
///
/// # Errors
/// What the database says.
pub async fn update(
    store: &Store,
    user: UserId,
    id: i64,
    fields: &TemplateFields<'_>,
    now: i64,
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE templates SET name = $2, subject = $3, format = $4,
            text_body = $5, html_body = $6, sort_order = $7, updated_at = $8
        WHERE user_id = $1 AND id = $9";
    let updated = on!(store.writer(), db => {
        let query = sqlx::query(SQL).bind(user.get());
        bind_fields!(query, fields, now)
            .bind(id)
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(updated > 0)
}

/// Deletes a template. False when the user has none of this number.
///
/// # Errors
/// What the database says.
pub async fn delete(store: &Store, user: UserId, id: i64) -> Result<bool, Error> {
    const SQL: &str = "DELETE FROM templates WHERE user_id = $1 AND id = $2";
    let deleted = on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(user.get())
            .bind(id)
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(deleted > 0)
}
