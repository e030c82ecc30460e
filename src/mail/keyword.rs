//! Message keywords (RFC 8621 §4.1.1): lower-case words; the IMAP system flags begin with `$`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Read.
pub const SEEN: &str = "$seen";
/// Starred.
pub const FLAGGED: &str = "$flagged";
/// Replied to.
pub const ANSWERED: &str = "$answered";
/// A draft.
pub const DRAFT: &str = "$draft";
/// Forwarded.
pub const FORWARDED: &str = "$forwarded";
/// Marked as junk by a person or a filter.
pub const JUNK: &str = "$junk";
/// Marked as not junk.
pub const NOT_JUNK: &str = "$notjunk";
/// Its sender was told that it was read, or will not be (RFC 3503).
pub const MDN_SENT: &str = "$mdnsent";
/// IMAP's `\Deleted`, which JMAP does not show. Kept so that lists can hide such messages.
pub const DELETED: &str = "$deleted";

/// Can this be a keyword (RFC 8621 §4.1.1: what IMAP allows as a flag)? `$deleted` is none for
/// people: it would hide a message without deleting it.
pub fn is_valid(word: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_graphic() && !b"(){]%*\"\\".contains(&byte);
    (1..=100).contains(&word.len())
        && word.bytes().all(fits)
        && !word.bytes().any(|byte| byte.is_ascii_uppercase())
        && !matches!(word, DELETED | "$recent")
}

/// The set of keywords on one message. Names are lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Keywords(pub BTreeSet<String>);

impl Keywords {
    /// Is this keyword (lower case) set?
    pub fn has(&self, keyword: &str) -> bool {
        self.0.contains(keyword)
    }
}

impl<S: Into<String>> FromIterator<S> for Keywords {
    fn from_iter<I: IntoIterator<Item = S>>(words: I) -> Self {
        Self(words.into_iter().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_what_a_server_can_keep() {
        for good in [SEEN, "work", "x-y.z", "[x"] {
            assert!(is_valid(good), "{good}");
        }
        for bad in [
            "",
            "a b",
            "a(",
            "A",
            "é",
            "a\r\n",
            "\\seen",
            "$deleted",
            &"a".repeat(101),
        ] {
            assert!(!is_valid(bad), "{bad}");
        }
    }
}
