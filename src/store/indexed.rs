//! Which messages of an account on a mail server belong together: a row for each, with its place, the
//! hash of its name, its conversation, and when it arrived. Read from the server; any of it may be
//! forgotten at any time. `engine::index` fills it.
//!
//! A folder's rows reach from its newest message down to some UID, without gaps. Whoever changes them
//! says what they were based on; who comes second begins again ([`put()`] gives `None`).
//!
//! A folder that is forgotten tells of no message from that moment on (its row has the revision -1); its
//! rows go in lots, so that nobody who writes waits for all of them, and it is read again when the last
//! has gone. What is counted may count them until then.
//!
//! Cost: about 300 octets of the database for a message, its indexes included.

mod forget;
mod hash;
mod keep;
mod list;
mod merge;
mod put;

use super::{
    Store,
    error::Error,
    id::AccountId,
    row::{key, row},
    transaction::on,
};
use crate::mail::id::MailboxId;

pub use self::{
    forget::forget,
    hash::Hash,
    keep::{MESSAGES_MOST, count, forget_all, prune},
    list::{
        Head, MEMBERS_AT_ONCE, Member, heads, members, members_anywhere, members_of, resolve,
        sizes, threads_of,
    },
    put::{Change, Message, put},
};

row! {
    /// How far a folder was read.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Folder {
        /// The folder.
        pub mailbox_id: MailboxId,
        /// What its UIDs belong to.
        pub uid_validity: u32,
        /// The highest UID ever seen.
        pub highest: u32,
        /// The lowest UID that was read.
        pub lowest: u32,
        /// Messages below it, never fewer than there are.
        pub below: u32,
        /// Rows.
        pub held: u32,
        /// When the message at `lowest` arrived (ms).
        pub reached_at: i64,
        /// UIDNEXT when the rows were last known to be all.
        pub uid_next: u32,
        /// Another with every change.
        pub revision: i64,
    }
}

impl Folder {
    /// A folder of which nothing was read.
    pub fn unread(mailbox: MailboxId, uid_validity: u32) -> Self {
        Self {
            mailbox_id: mailbox,
            uid_validity,
            highest: 0,
            lowest: u32::MAX,
            below: u32::MAX,
            held: 0,
            reached_at: i64::MAX,
            uid_next: 0,
            revision: 0,
        }
    }

    /// Messages that the folder has, if nothing has come or gone since.
    pub fn total(&self) -> u32 {
        self.held.saturating_add(self.below)
    }
}

macro_rules! columns {
    () => {
        "mailbox_id, uid_validity, highest, lowest, below, held, reached_at, uid_next, revision"
    };
}

/// How far a folder of the account was read; `None` when nothing was.
///
/// # Errors
/// What the database says.
pub async fn folder(
    store: &Store,
    account: AccountId,
    mailbox: MailboxId,
) -> Result<Option<Folder>, Error> {
    Ok(on!(store.reader(), db => {
        sqlx::query_as(ONE).bind(account.get()).bind(key(mailbox)).fetch_optional(db).await
    })?)
}

const ONE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM indexed_folders WHERE account_id = $1 AND mailbox_id = $2 AND revision > 0"
);

/// How far the account's folders were read, those that are there.
///
/// # Errors
/// What the database says.
pub async fn folders(store: &Store, account: AccountId) -> Result<Vec<Folder>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM indexed_folders WHERE account_id = $1 AND revision > 0
         AND mailbox_id IN (SELECT id FROM mailboxes WHERE account_id = $1 AND gone_at IS NULL)"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(account.get()).fetch_all(db).await
    })?)
}

/// The UIDs of a folder's rows.
///
/// # Errors
/// What the database says.
pub async fn uids(
    store: &Store,
    account: AccountId,
    mailbox: MailboxId,
) -> Result<Vec<u32>, Error> {
    const SQL: &str = "SELECT uid FROM indexed_messages WHERE account_id = $1 AND mailbox_id = $2";
    let rows: Vec<Uid> = on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(account.get()).bind(key(mailbox)).fetch_all(db).await
    })?;
    Ok(rows.into_iter().map(|row| row.uid).collect())
}

row! {
    struct Uid {
        uid: u32,
    }
}

row! {
    /// How many messages a conversation has.
    struct Size {
        thread_id: Hash,
        count: i64,
    }
}
