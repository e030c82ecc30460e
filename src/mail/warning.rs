//! What a reader should be told about a message before believing it (T-FROM-1).
//!
//! Findings are values; their words come from the translations. Nothing here blocks anything.

pub mod authentication;
pub mod bulk;
pub mod domain;
pub mod list;

mod sender;

use super::{address::Address, header::Field};
use authentication::{Finding, Verdict};

/// What is known apart from the message itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// The reader's own addresses.
    pub own: &'a [String],
    /// The authserv-ids whose Authentication-Results are believed. None by default: anyone can
    /// write such a field.
    pub trusted: &'a [String],
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// There are several From fields, or several addresses in it. Servers and programs differ on
    /// which one they show.
    SeveralFrom(Vec<Address>),
    /// There is no From field, or nothing in it.
    NoFrom,
    /// From has a name (given here) but no address.
    FromWithoutAddress(String),
    /// The address in From is malformed.
    MalformedFrom(String),
    /// The sender's name holds an address that is not the sender's.
    NameHoldsAddress {
        /// The address in the name.
        shown: String,
        /// The address that the message is from.
        actual: String,
    },
    /// The sender's name holds a domain that is not the sender's.
    NameHoldsDomain {
        /// The domain in the name.
        shown: String,
        /// The address that the message is from.
        actual: String,
    },
    /// From holds characters that cannot be seen or that reorder text.
    HiddenCharacters,
    /// The sender's domain mixes scripts, or is written in letters that look like Latin ones.
    LookalikeDomain {
        /// As it would be shown.
        unicode: String,
        /// As it is (RFC 5891 A-labels).
        ascii: String,
    },
    /// Answers go to another domain than the sender's.
    ReplyToElsewhere {
        /// Where they go.
        reply_to: String,
        /// The address that the message is from.
        from: String,
    },
    /// The message claims to be from the reader, and the reader's server could not confirm it.
    OwnAddressForged(String),
    /// The reader's server found the sender's domain not to be what it claims.
    AuthenticationFailed(Verdict),
    /// The reader's server found that this domain vouches for the message, and the sender's does not.
    SentBy(String),
}

impl Warning {
    /// The message may be from somebody else than it says: nothing that the reader has granted to
    /// the address in From may count for it. That answers go elsewhere is no such doubt.
    pub fn doubts_sender(&self) -> bool {
        !matches!(self, Self::ReplyToElsewhere { .. })
    }
}

/// Everything worth telling about the sender of a message, the gravest first.
pub fn warnings(fields: &[Field<'_>], context: &Context<'_>) -> Vec<Warning> {
    let mut warnings = sender::warnings(fields);
    let Some(results) = authentication::trusted(fields, context.trusted) else {
        return warnings;
    };
    let from = sender::only_address(fields);
    let domain = from.as_deref().and_then(sender::domain_of);
    let is_own = |email: &String| {
        context
            .own
            .iter()
            .any(|own| own.eq_ignore_ascii_case(email))
    };
    match results.finding(domain.unwrap_or_default()) {
        Some(Finding::Failed(_)) if from.as_ref().is_some_and(is_own) => {
            warnings.insert(0, Warning::OwnAddressForged(from.unwrap_or_default()));
        }
        Some(Finding::Failed(verdict)) => {
            warnings.insert(0, Warning::AuthenticationFailed(verdict));
        }
        // Beside an address that is unclear by itself, "on behalf of" says nothing.
        Some(Finding::SentBy(other)) if domain.is_some() => {
            warnings.insert(0, Warning::SentBy(other));
        }
        Some(Finding::SentBy(_)) | None => {}
    }
    warnings
}

#[cfg(test)]
mod tests;
