//! Ids: opaque texts. One that can't be ours, or is somebody else's, is simply not there.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{ObjectBuilder, Type},
    },
};

use crate::{
    api::problem::Problem,
    engine::writing::Blob,
    mail::id::{EmailId, InvalidId, MailboxId},
};

/// A folder named by a query: one that can't be is not there.
pub(crate) fn mailbox(text: Option<&str>) -> Result<Option<MailboxId>, Problem> {
    let parsed = text.map(str::parse).transpose();
    parsed.map_err(|_: InvalidId| Problem::not_found())
}

/// The number of a row: an account, a draft, a token…
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Number(pub(crate) i64);

/// What `GET /accounts/{a}/blobs/{b}` serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) enum BlobId {
    /// A whole message.
    Email(EmailId),
    /// A part of one, by its section.
    Part(EmailId, String),
    /// Stored octets.
    Stored(Blob),
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for Number {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        let plain = text.len() <= 19 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|number| plain && *number > 0);
        number.map(Self).ok_or(InvalidId)
    }
}

impl From<Number> for String {
    fn from(number: Number) -> Self {
        number.to_string()
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Email(email) => write!(f, "E{email}"),
            Self::Part(email, section) => write!(f, "E{email}_{}", section.replace('.', "-")),
            Self::Stored(blob) => write!(f, "B{}", blob.to_text()),
        }
    }
}

impl FromStr for BlobId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if let Some(blob) = text.strip_prefix('B') {
            return Blob::from_text(blob).map(Self::Stored).ok_or(InvalidId);
        }
        let rest = text.strip_prefix('E').ok_or(InvalidId)?;
        // The id has a length of its own: what may stand in it may stand after it.
        let (email, section) = rest.split_at_checked(19).ok_or(InvalidId)?;
        let email = email.parse()?;
        match section.strip_prefix('_') {
            Some(section) => Ok(Self::Part(email, section.replace('-', "."))),
            None if section.is_empty() => Ok(Self::Email(email)),
            None => Err(InvalidId),
        }
    }
}

impl TryFrom<String> for BlobId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<BlobId> for String {
    fn from(id: BlobId) -> Self {
        id.to_string()
    }
}

fn opaque(example: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some("^[A-Za-z0-9_-]{1,64}$"))
        .description(Some("An opaque id."))
        .examples([example])
        .into()
}

impl PartialSchema for Number {
    fn schema() -> RefOr<Schema> {
        opaque("7")
    }
}

impl PartialSchema for BlobId {
    fn schema() -> RefOr<Schema> {
        opaque("EAQIDBAUGAAAAAQAAAAE_2")
    }
}

impl PartialSchema for MailboxId {
    fn schema() -> RefOr<Schema> {
        opaque("AQIDBAUG")
    }
}

impl PartialSchema for EmailId {
    fn schema() -> RefOr<Schema> {
        opaque("AQIDBAUGAAAAAQAAAAE")
    }
}

impl ToSchema for Number {}
impl ToSchema for BlobId {}
impl ToSchema for MailboxId {}
impl ToSchema for EmailId {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blobs_survive_their_text() {
        let email = EmailId {
            mailbox: MailboxId([255, 254, 253, 1, 2, 3]),
            uid_validity: u32::MAX,
            uid: 1,
        };
        for id in [
            BlobId::Email(email),
            BlobId::Part(email, "1.2.10".to_owned()),
            BlobId::Stored(Blob::from_text(&format!("{}AAA", "Aa_-".repeat(10))).unwrap()),
        ] {
            let text = id.to_string();
            assert!(text.len() <= 64 && !text.contains('.'), "{text}");
            assert_eq!(text.parse(), Ok(id));
        }
        for wrong in [
            "",
            "E",
            "Bx",
            "EAQIDBAUGAAAAAQAAAAEx",
            "é",
            "Eééééééééééééééééééé",
        ] {
            assert!(wrong.parse::<BlobId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn numbers_are_plain() {
        assert_eq!(Number::try_from("7".to_owned()), Ok(Number(7)));
        for wrong in ["", "0", "-1", "+1", "x", "99999999999999999999", "1 "] {
            assert!(Number::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}
