//! Identifiers: opaque tokens that pages, API and JMAP share.
//!
//! A mailbox key is 6 random bytes, made when a folder is first seen and kept in the database
//! through renames. An email id is the *first known placement* of a message: mailbox key,
//! UIDVALIDITY and UID. It is computed, never looked up, so no row per message is needed and
//! every node mints the same id. When a message is known to have moved, an alias row leads from
//! the old id to the new placement.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use serde::{Deserialize, Serialize};

/// The stored key of a mailbox (8 base64url characters).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MailboxId(pub [u8; 6]);

/// Where a message lies (or first lay): RFC 9051 §2.3.1.1 makes the triple unique for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailId {
    /// The mailbox of the placement.
    pub mailbox: MailboxId,
    /// The mailbox's UIDVALIDITY at that time.
    pub uid_validity: u32,
    /// The UID in that mailbox.
    pub uid: u32,
}

/// The text is no id of ours. Shown to people as "not found", never as an error of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct InvalidId;

impl fmt::Display for MailboxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_encoded::<8>(&self.0, f)
    }
}

impl FromStr for MailboxId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        decode(text).map(Self)
    }
}

impl fmt::Display for EmailId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0; 14];
        let (mailbox, rest) = bytes.split_at_mut(6);
        let (validity, uid) = rest.split_at_mut(4);
        mailbox.copy_from_slice(&self.mailbox.0);
        validity.copy_from_slice(&self.uid_validity.to_be_bytes());
        uid.copy_from_slice(&self.uid.to_be_bytes());
        write_encoded::<19>(&bytes, f)
    }
}

impl FromStr for EmailId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let [m0, m1, m2, m3, m4, m5, v0, v1, v2, v3, u0, u1, u2, u3] = decode::<14>(text)?;
        Ok(Self {
            mailbox: MailboxId([m0, m1, m2, m3, m4, m5]),
            uid_validity: u32::from_be_bytes([v0, v1, v2, v3]),
            uid: u32::from_be_bytes([u0, u1, u2, u3]),
        })
    }
}

/// `N` characters, without memory of their own: a list writes a thousand ids.
fn write_encoded<const N: usize>(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = [0; N];
    let length = BASE64URL.encode_slice(bytes, &mut text).unwrap_or(0);
    f.write_str(std::str::from_utf8(text.get(..length).unwrap_or_default()).unwrap_or_default())
}

fn decode<const N: usize>(text: &str) -> Result<[u8; N], InvalidId> {
    // The decoder wants room for whole groups of four.
    let mut bytes = [0; 18];
    let length = BASE64URL.decode_slice(text, &mut bytes);
    let decoded = bytes.get(..length.map_err(|_| InvalidId)?);
    decoded
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(InvalidId)
}

impl TryFrom<String> for MailboxId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<MailboxId> for String {
    fn from(id: MailboxId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for EmailId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<EmailId> for String {
    fn from(id: EmailId) -> Self {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn email_id_survives_its_text() {
        let id = EmailId {
            mailbox: MailboxId([1, 2, 3, 250, 251, 252]),
            uid_validity: 1_700_000_000,
            uid: u32::MAX,
        };
        let text = id.to_string();
        assert_eq!(text.len(), 19);
        assert_eq!(text.parse(), Ok(id));
    }

    #[test]
    fn foreign_text_is_no_id() {
        for text in [
            "",
            "x",
            "../../etc",
            "AAAAAAAAAAAAAAAAAAAAAAAA",
            "AAAA AAAA",
            "ÀAAAAAAA",
        ] {
            assert_eq!(text.parse::<EmailId>(), Err(InvalidId), "{text}");
            if text.len() != 8 {
                assert_eq!(text.parse::<MailboxId>(), Err(InvalidId), "{text}");
            }
        }
    }
}
