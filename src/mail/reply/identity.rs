//! Which identity answers: the one that was written to.

use super::{
    complete,
    own::{Match, Own},
};
use crate::mail::header::Field;

/// Who answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answering {
    /// The index of the identity.
    pub identity: usize,
    /// The very address that was written to, where it is not the identity's: with a tag
    /// (`anna+shop@`), or any of a domain that is all one's own. The answer comes from it.
    pub email: Option<String>,
}

/// Fields that may name the reader, in the order in which they are believed. Delivery adds the
/// others when neither To nor Cc does: lists, blind copies, forwarding.
const FIELDS: [&str; 8] = [
    "To",
    "Cc",
    "Bcc",
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "X-Envelope-To",
    "X-Delivered-To",
];

/// The identity to answer with: of a message that one wrote oneself the one it was written with,
/// of others the one they were written to, else `default`.
pub fn identity(fields: &[Field<'_>], own: Own<'_>, default: usize) -> Answering {
    let sent = complete(fields, "From");
    let received = FIELDS.iter().flat_map(|name| complete(fields, name));
    let found = match sent
        .iter()
        .find_map(|from| Some((own.find(&from.email)?, from)))
    {
        Some((found, from)) => Some((found, from.email.clone())),
        None => received
            .filter_map(|address| Some((own.find(&address.email)?, address.email)))
            // Of equals the first: `min_by_key` keeps it.
            .min_by_key(|((_, how), _)| *how),
    };
    match found {
        Some(((identity, how), email)) => Answering {
            identity,
            email: (how != Match::Exact).then_some(email),
        },
        None => Answering {
            identity: default,
            email: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::identity;
    use crate::mail::{header, reply::own::Own};

    #[test]
    fn the_one_addressed_answers() {
        let emails =
            ["anna@example.org", "office@example.org", "*@anna.example"].map(str::to_owned);
        let cases = [
            ("To: office@example.org", 1, None),
            ("To: x@example.net\nCc: OFFICE@example.org", 1, None),
            (
                "To: anna+shop@example.org",
                0,
                Some("anna+shop@example.org"),
            ),
            // The very address counts more than one with a tag.
            ("To: anna+x@example.org, office@example.org", 1, None),
            (
                "To: list@example.net\nDelivered-To: office@example.org",
                1,
                None,
            ),
            (
                "To: list@example.net\nX-Original-To: shop@anna.example",
                2,
                Some("shop@anna.example"),
            ),
            ("Envelope-To: office@example.org", 1, None),
            ("From: office@example.org\nTo: anna@example.org", 1, None),
            ("To: nobody@example.net", 0, None),
            ("To: office", 0, None),
            ("", 0, None),
        ];
        for (block, expected, email) in cases {
            let fields = header::fields(block.as_bytes());
            let answering = identity(&fields, Own::new(&emails), 0);
            assert_eq!(answering.identity, expected, "{block}");
            assert_eq!(answering.email.as_deref(), email, "{block}");
        }
    }
}
