//! Row ids as types. They come out of the store and nowhere else: having an [`AccountId`] means
//! that somebody has looked it up for its user.

use std::fmt;

use super::row::{Field, Unreadable};

macro_rules! row_ids {
    ($($(#[$doc:meta])* $name:ident),*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub struct $name(i64);

            impl $name {
                /// The number, for URLs and logs.
                pub fn get(self) -> i64 {
                    self.0
                }
            }

            /// For tests of what is decided about rows, without a database.
            #[cfg(test)]
            impl From<i64> for $name {
                fn from(number: i64) -> Self {
                    Self(number)
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    self.0.fmt(f)
                }
            }

            impl Field for $name {
                type Column = i64;

                fn from_column(column: i64) -> Result<Self, Unreadable> {
                    Ok(Self(column))
                }
            }

            impl Field for Option<$name> {
                type Column = Option<i64>;

                fn from_column(column: Option<i64>) -> Result<Self, Unreadable> {
                    Ok(column.map($name))
                }
            }
        )*
    };
}

row_ids!(
    /// A user.
    UserId,
    /// An account of a user.
    AccountId,
    /// A session of a user. Not the secret in the cookie.
    SessionId,
    /// An API token of a user. Not the secret.
    TokenId,
    /// An identity of an account.
    IdentityId,
    /// A draft.
    DraftId,
    /// A file in a draft.
    AttachmentId,
    /// A message on its way out.
    SubmissionId,
    /// Somebody a user writes to.
    ContactId,
    /// A message that a POP3 server has shown.
    LedgerId,
    /// A DELE that was sent.
    DeletionId,
    /// A text that a user writes often.
    TemplateId,
    /// Mail on its way in, out or across.
    JobId,
    /// A message of the local mailbox.
    LocalMessageId,
    /// A message that was deleted for good, while it can be brought back.
    RemovalId
);
