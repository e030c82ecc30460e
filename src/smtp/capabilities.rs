//! What a server says it can do (RFC 5321 §4.1.1.1): the answer to EHLO.

use std::{collections::BTreeMap, sync::Arc};

use super::reply::Lines;

/// The extensions that a server offers, with their parameters. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(Arc<BTreeMap<String, String>>);

impl Capabilities {
    /// Does the server offer this (upper case): `8BITMIME`, `SMTPUTF8`, `DSN`, `CHUNKING`, …?
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Octets of the largest message that is taken (RFC 1870); `None` when the server does not
    /// say, or says that there is no fixed limit.
    pub fn size_limit(&self) -> Option<u64> {
        let limit = self.0.get("SIZE")?.split(' ').next()?.parse().ok()?;
        (limit > 0).then_some(limit)
    }

    /// SASL mechanisms, in upper case, as the server orders them (RFC 4954 §3).
    pub fn mechanisms(&self) -> impl Iterator<Item = &str> {
        let list = self.0.get("AUTH").map(String::as_str).unwrap_or_default();
        list.split(' ').filter(|name| !name.is_empty())
    }

    /// Does the server offer this SASL mechanism (upper case)?
    pub fn has_mechanism(&self, name: &str) -> bool {
        self.mechanisms().any(|offered| offered == name)
    }

    /// Extensions with their parameters, in upper case and in order of the alphabet.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl From<&Lines> for Capabilities {
    /// The first line is the server's name and greeting; each other one is an extension.
    fn from(reply: &Lines) -> Self {
        let mut known = BTreeMap::<String, String>::new();
        for line in reply.lines.iter().skip(1) {
            let line = line.to_ascii_uppercase();
            let (name, value) = match line.split_once(' ') {
                Some(parts) => parts,
                // "AUTH=LOGIN PLAIN", from a draft of 1997, is still said beside the standard's.
                None => line.split_once('=').unwrap_or((&line, "")),
            };
            let (name, value) = match name.strip_prefix("AUTH=") {
                Some(first) => ("AUTH", format!("{first} {value}")),
                None => (name, value.to_owned()),
            };
            let kept = known.entry(name.to_owned()).or_default();
            if !kept.is_empty() && !value.is_empty() {
                kept.push(' ');
            }
            kept.push_str(value.trim());
        }
        Self(Arc::new(known))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(lines: &[&str]) -> Capabilities {
        let lines = std::iter::once(&"host at your service").chain(lines);
        Capabilities::from(&Lines {
            code: 250,
            lines: lines.map(|line| (*line).to_owned()).collect(),
        })
    }

    #[test]
    fn extensions_and_their_parameters() {
        let server = offered(&["SIZE 35882577", "8bitmime", "AUTH LOGIN plain", "DSN"]);
        assert!(server.has("8BITMIME") && server.has("DSN") && !server.has("SMTPUTF8"));
        assert!(!server.has("HOST"), "the greeting is no extension");
        assert_eq!(server.size_limit(), Some(35_882_577));
        assert!(server.has_mechanism("PLAIN") && server.has_mechanism("LOGIN"));
        assert!(!server.has_mechanism("XOAUTH2"));
    }

    #[test]
    fn sizes_without_a_limit() {
        for line in [
            "SIZE",
            "SIZE 0",
            "SIZE many",
            "SIZE 99999999999999999999999",
        ] {
            let server = offered(&[line]);
            assert!(server.has("SIZE"));
            assert_eq!(server.size_limit(), None, "{line}");
        }
        assert_eq!(offered(&[]).size_limit(), None);
    }

    #[test]
    fn the_old_form_of_auth_counts() {
        for lines in [
            &["AUTH=PLAIN LOGIN"][..],
            &["AUTH=PLAIN", "AUTH=LOGIN"],
            &["AUTH PLAIN LOGIN", "AUTH=PLAIN LOGIN"],
        ] {
            let server = offered(lines);
            assert!(
                server.has_mechanism("PLAIN") && server.has_mechanism("LOGIN"),
                "{lines:?}"
            );
        }
        assert_eq!(offered(&["AUTH"]).mechanisms().count(), 0);
    }
}
