//! How rows become structs: the `row!` macro, and what each kind of field looks like in a column.

use std::borrow::Cow;

use super::blobs::Sha256;
use crate::mail::{address::Address, id::MailboxId, mailbox::Role};

/// Declares a struct and how it is read from a row of either database: each field from the column
/// of its name, through [`Field`].
macro_rules! row {
    (
        $(#[$attribute:meta])*
        $vis:vis struct $name:ident {
            $($(#[$field_attribute:meta])* $field_vis:vis $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$attribute])*
        $vis struct $name {
            $($(#[$field_attribute])* $field_vis $field: $type,)*
        }

        $crate::store::row::read_from!(sqlx::sqlite::SqliteRow, $name { $($field: $type,)* });
        $crate::store::row::read_from!(sqlx::postgres::PgRow, $name { $($field: $type,)* });
    };
}
pub(super) use row;

macro_rules! read_from {
    ($row:ty, $name:ident { $($field:ident: $type:ty,)* }) => {
        impl<'r> sqlx::FromRow<'r, $row> for $name {
            fn from_row(row: &'r $row) -> Result<Self, sqlx::Error> {
                Ok(Self {
                    $($field: {
                        let name = stringify!($field);
                        let column = sqlx::Row::try_get(row, name)?;
                        <$type as $crate::store::row::Field>::from_column(column).map_err(
                            |error| sqlx::Error::ColumnDecode {
                                index: name.to_owned(),
                                source: Box::new(error),
                            },
                        )?
                    },)*
                })
            }
        }
    };
}
pub(super) use read_from;

/// An enum whose values are words in a column.
macro_rules! words {
    (
        $(#[$attribute:meta])*
        $name:ident { $($(#[$doc:meta])* $value:ident = $word:literal,)* }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $value,)*
        }

        impl $name {
            /// The word in the database and the API.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)*
                }
            }
        }

        impl $crate::store::row::Field for $name {
            type Column = String;

            fn from_column(column: String) -> Result<Self, $crate::store::row::Unreadable> {
                match column.as_str() {
                    $($word => Ok(Self::$value),)*
                    _ => Err($crate::store::row::Unreadable),
                }
            }
        }
    };
}
pub(super) use words;

/// A field of a row struct, and the type of its column.
pub(super) trait Field: Sized {
    /// What the database gives: `i64`, `String`, `Vec<u8>`, or an `Option` of one.
    type Column;

    fn from_column(column: Self::Column) -> Result<Self, Unreadable>;
}

/// A column holds what this program never writes there.
#[derive(Debug, thiserror::Error)]
#[error("a value that this program never writes")]
pub(super) struct Unreadable;

/// Fields that are what the column is.
macro_rules! plain_fields {
    ($($type:ty),*) => {
        $(impl Field for $type {
            type Column = $type;

            fn from_column(column: $type) -> Result<Self, Unreadable> {
                Ok(column)
            }
        })*
    };
}
plain_fields!(i64, Option<i64>, String);

impl Field for bool {
    type Column = i64;

    fn from_column(column: i64) -> Result<Self, Unreadable> {
        Ok(column != 0)
    }
}

impl Field for u32 {
    type Column = i64;

    fn from_column(column: i64) -> Result<Self, Unreadable> {
        column.try_into().map_err(|_| Unreadable)
    }
}

/// One character, or none: `''`.
impl Field for Option<char> {
    type Column = String;

    fn from_column(column: String) -> Result<Self, Unreadable> {
        Ok(column.chars().next())
    }
}

/// A hash, 32 bytes.
impl Field for Sha256 {
    type Column = Vec<u8>;

    fn from_column(column: Vec<u8>) -> Result<Self, Unreadable> {
        column.try_into().map_err(|_| Unreadable)
    }
}

impl Field for Option<Sha256> {
    type Column = Option<Vec<u8>>;

    fn from_column(column: Option<Vec<u8>>) -> Result<Self, Unreadable> {
        column.map(Sha256::from_column).transpose()
    }
}

/// A list as JSON.
impl Field for Vec<String> {
    type Column = String;

    fn from_column(column: String) -> Result<Self, Unreadable> {
        serde_json::from_str(&column).map_err(|_| Unreadable)
    }
}

/// People as JSON.
impl Field for Vec<Address> {
    type Column = String;

    fn from_column(column: String) -> Result<Self, Unreadable> {
        serde_json::from_str(&column).map_err(|_| Unreadable)
    }
}

/// A role; `''` is none, and so is one that a later version may have written.
impl Field for Option<Role> {
    type Column = String;

    fn from_column(column: String) -> Result<Self, Unreadable> {
        Ok(ROLES.into_iter().find(|role| role.as_str() == column))
    }
}

const ROLES: [Role; 8] = [
    Role::Inbox,
    Role::Drafts,
    Role::Sent,
    Role::Archive,
    Role::Junk,
    Role::Trash,
    Role::All,
    Role::Flagged,
];

impl Field for MailboxId {
    type Column = i64;

    fn from_column(column: i64) -> Result<Self, Unreadable> {
        let [0, 0, a, b, c, d, e, f] = column.to_be_bytes() else {
            return Err(Unreadable);
        };
        Ok(Self([a, b, c, d, e, f]))
    }
}

impl Field for Option<MailboxId> {
    type Column = Option<i64>;

    fn from_column(column: Option<i64>) -> Result<Self, Unreadable> {
        column.map(MailboxId::from_column).transpose()
    }
}

/// A mailbox key as its column has it: six bytes fit in a number, which is the smallest and
/// quickest key in both databases.
pub(super) fn key(MailboxId([a, b, c, d, e, f]): MailboxId) -> i64 {
    i64::from_be_bytes([0, 0, a, b, c, d, e, f])
}

/// A list of texts as its column has it. JSON writes a NUL as `\u0000`.
pub(super) fn list(texts: &[String]) -> String {
    serde_json::Value::from(texts).to_string()
}

/// Text as it can be stored: PostgreSQL has no NUL in text, and nobody misses it.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', ""))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailbox_keys_survive_their_column() {
        for bytes in [[0; 6], [1, 2, 3, 4, 5, 6], [255; 6]] {
            let id = MailboxId(bytes);
            assert_eq!(MailboxId::from_column(key(id)).unwrap(), id);
        }
        assert!(MailboxId::from_column(-1).is_err());
        assert!(MailboxId::from_column(1 << 48).is_err());
    }

    #[test]
    fn lists_survive_their_column() {
        for texts in [
            vec![],
            vec!["a \"b\" <c@d>, é\0\n".to_owned(), String::new()],
        ] {
            assert_eq!(<Vec<String>>::from_column(list(&texts)).unwrap(), texts);
            assert!(!list(&texts).contains('\0'));
        }
        assert!(<Vec<String>>::from_column("{}".to_owned()).is_err());
    }

    #[test]
    fn roles_survive_their_column() {
        for role in ROLES {
            let column = role.as_str().to_owned();
            assert_eq!(Option::from_column(column).unwrap(), Some(role));
        }
        for unknown in ["", "scheduled"] {
            let role: Option<Role> = Option::from_column(unknown.to_owned()).unwrap();
            assert_eq!(role, None);
        }
    }
}
