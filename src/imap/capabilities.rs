//! What a server says it can do (RFC 9051 §6.1.1).

use std::{collections::BTreeSet, sync::Arc};

/// The server's capabilities after sign-in. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(Arc<BTreeSet<String>>);

/// More names than this are not kept; real servers send about sixty.
const MAX_NAMES: usize = 512;

/// What IMAP4rev2 includes (RFC 9051 Appendix E) and may therefore leave unnamed.
const REV2: [&str; 16] = [
    "BINARY",
    "CHILDREN",
    "ENABLE",
    "ESEARCH",
    "IDLE",
    "LIST-EXTENDED",
    "LIST-STATUS",
    "LITERAL-",
    "MOVE",
    "NAMESPACE",
    "SASL-IR",
    "SEARCHRES",
    "SPECIAL-USE",
    "STATUS=SIZE",
    "UIDPLUS",
    "UNSELECT",
];

impl Capabilities {
    /// Does the server offer this (upper case), by name or by IMAP4rev2?
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name) || (REV2.contains(&name) && self.0.contains("IMAP4REV2"))
    }

    /// The names as the server gave them, in upper case and in order of the alphabet.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// SASL-IR (RFC 4959). Cyrus 3.10 spells it SASL_IR before the sign-in.
    pub(super) fn sasl_ir(&self) -> bool {
        self.has("SASL-IR") || self.has("SASL_IR")
    }

    /// CONDSTORE or QRESYNC, which includes it (RFC 7162 §3.2.3).
    pub(super) fn condstore(&self) -> bool {
        self.has("CONDSTORE") || self.has("QRESYNC")
    }
}

impl<S: AsRef<str>> FromIterator<S> for Capabilities {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        let names = names.into_iter().take(MAX_NAMES);
        Self(Arc::new(
            names
                .map(|name| name.as_ref().to_ascii_uppercase())
                .collect(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rev2_implies_its_extensions() {
        let rev2: Capabilities = ["IMAP4rev2"].into_iter().collect();
        assert!(rev2.has("MOVE") && rev2.has("ESEARCH") && !rev2.has("SORT"));
        let rev1: Capabilities = ["IMAP4rev1", "idle"].into_iter().collect();
        assert!(rev1.has("IDLE") && !rev1.has("MOVE"));
    }
}
