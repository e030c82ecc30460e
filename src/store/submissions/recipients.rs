//! Who a submission goes to, and what became of it for each.

use super::RecipientState;
use crate::store::{
    Store,
    error::Error,
    id::SubmissionId,
    row::{row, text},
    transaction::on,
};

row! {
    /// A recipient.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RecipientRow {
        /// 0, 1, 2… in the order of the envelope.
        pub ordinal: i64,
        /// The address in RCPT TO.
        pub email: String,
        /// What became of it.
        pub state: RecipientState,
        /// The server's answer or the report's text; `""` for none.
        pub reply: String,
    }
}

/// The submission's recipients in the order of the envelope.
///
/// # Errors
/// What the database says.
pub async fn list(store: &Store, id: SubmissionId) -> Result<Vec<RecipientRow>, Error> {
    const SQL: &str = "SELECT ordinal, email, state, reply FROM submission_recipients
        WHERE submission_id = $1 ORDER BY ordinal";
    Ok(on!(store.reader(), db => sqlx::query_as(SQL).bind(id.get()).fetch_all(db).await)?)
}

/// Notes what became of recipients: (ordinal, state, answer). All or none.
///
/// # Errors
/// What the database says.
pub async fn set(
    store: &Store,
    id: SubmissionId,
    outcomes: &[(i64, RecipientState, impl AsRef<str> + Sync)],
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "UPDATE submission_recipients SET state = $3, reply = $4, updated_at = $5
        WHERE submission_id = $1 AND ordinal = $2";
    let mut tx = store.begin().await?;
    for (ordinal, state, reply) in outcomes {
        on!(&mut tx, db => {
            sqlx::query(SQL)
                .bind(id.get())
                .bind(*ordinal)
                .bind(state.as_str())
                .bind(text(reply.as_ref()))
                .bind(now)
                .execute(&mut **db)
                .await
                .map(drop)
        })?;
    }
    tx.commit().await
}
