//! What stands for a Message-ID.

use std::{fmt, str::FromStr};

use crate::store::{
    files::hex,
    row::{Field, Unreadable},
};

/// A Message-ID, hashed under the server's key. That at the root of a conversation names it; as a
/// text, it is its id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 16]);

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// The text is no id of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the id of a conversation")]
pub struct NoHash;

impl FromStr for Hash {
    type Err = NoHash;

    fn from_str(text: &str) -> Result<Self, NoHash> {
        let is_ours = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() != 32 || !text.bytes().all(is_ours) {
            return Err(NoHash);
        }
        let number = u128::from_str_radix(text, 16).map_err(|_| NoHash)?;
        Ok(Self(number.to_be_bytes()))
    }
}

impl Field for Hash {
    type Column = Vec<u8>;

    fn from_column(column: Vec<u8>) -> Result<Self, Unreadable> {
        column.try_into().map(Self).map_err(|_| Unreadable)
    }
}

/// No octets are none.
impl Field for Option<Hash> {
    type Column = Vec<u8>;

    fn from_column(column: Vec<u8>) -> Result<Self, Unreadable> {
        match column.is_empty() {
            true => Ok(None),
            false => Hash::from_column(column).map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_they_are_written() {
        let hash = Hash([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255]);
        assert_eq!(hash.to_string().parse(), Ok(hash));
        for wrong in [
            "",
            "x",
            "+0",
            &"A".repeat(32),
            &"0".repeat(31),
            &"é".repeat(16),
        ] {
            assert_eq!(wrong.parse::<Hash>(), Err(NoHash), "{wrong}");
        }
    }
}
