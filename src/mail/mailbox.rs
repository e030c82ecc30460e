//! Folders (RFC 8621 §2 `Mailbox`).

pub mod role_names;

use serde::{Deserialize, Serialize};

use super::id::MailboxId;

/// What a folder is for (RFC 8621 §2, IANA "IMAP Mailbox Name Attributes").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Where mail arrives.
    Inbox,
    /// Unsent messages.
    Drafts,
    /// Messages sent.
    Sent,
    /// Messages kept out of the way.
    Archive,
    /// Unwanted mail.
    Junk,
    /// Deleted mail.
    Trash,
    /// A virtual folder of everything.
    All,
    /// A virtual folder of what is starred.
    Flagged,
}

impl Role {
    /// The name used in the database, the API and in CSS hooks.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Drafts => "drafts",
            Self::Sent => "sent",
            Self::Archive => "archive",
            Self::Junk => "junk",
            Self::Trash => "trash",
            Self::All => "all",
            Self::Flagged => "flagged",
        }
    }
}

/// One folder as people and programs see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// Opaque, kept through renames.
    pub id: MailboxId,
    /// The last part of the path, decoded; what the folder tree shows unless a role names it.
    pub name: String,
    /// The full path, decoded, for the protocol (`Work/2026`); parts joined by `delimiter`.
    pub path: String,
    /// The hierarchy separator; `None` on a server without hierarchy.
    pub delimiter: Option<char>,
    /// The folder this one lies in, if that is listed as well.
    pub parent: Option<MailboxId>,
    /// What it is for, at most one folder per role and account.
    pub role: Option<Role>,
    /// False for `\Noselect` nodes, which only hold other folders.
    pub selectable: bool,
    /// Whether the person wants to see it by default.
    pub subscribed: bool,
    /// Messages in it; 0 when not selectable.
    pub total: u32,
    /// Unread messages in it.
    pub unread: u32,
}
