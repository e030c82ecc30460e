//! Which addresses are the reader's own.

use crate::mail::address;

/// The reader's own addresses: those of all identities. `*@example.org` (or `@example.org`) owns
/// a whole domain.
#[derive(Clone, Copy, Debug, Default)]
pub struct Own<'a> {
    emails: &'a [String],
}

/// How an address is one's own. Closer ways come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// It is the very one.
    Exact,
    /// It is the very one but for what follows a plus sign (RFC 5233 §4).
    Tagged,
    /// All addresses of its domain are.
    Domain,
}

impl<'a> Own<'a> {
    /// Own addresses as the identities write them.
    pub fn new(emails: &'a [String]) -> Self {
        Own { emails }
    }

    /// Whether mail to `email` comes to the reader.
    pub fn has(&self, email: &str) -> bool {
        self.find(email).is_some()
    }

    /// The identity (its index) to which `email` belongs, and how. The closest one wins.
    pub fn find(&self, email: &str) -> Option<(usize, Match)> {
        let key = address::key(email);
        let (local, domain) = key.rsplit_once('@')?;
        let untagged = match local.split_once('+') {
            Some((user, _)) if !user.is_empty() => format!("{user}@{domain}"),
            _ => key.clone(),
        };
        let matches = self.emails.iter().enumerate().filter_map(|(index, own)| {
            let own = own.trim();
            let how = match own.strip_prefix('*').unwrap_or(own).strip_prefix('@') {
                Some(_) => {
                    let own = address::key(&format!("x@{}", own.rsplit('@').next()?));
                    (own.strip_prefix("x@") == Some(domain)).then_some(Match::Domain)
                }
                None => match address::key(own) {
                    own if own == key => Some(Match::Exact),
                    own if own == untagged => Some(Match::Tagged),
                    _ => None,
                },
            };
            Some((index, how?))
        });
        matches.min_by_key(|&(index, how)| (how, index))
    }
}

#[cfg(test)]
mod tests {
    use super::{Match, Own};

    #[test]
    fn own_addresses_are_found_in_any_spelling() {
        let emails =
            ["Anna@Example.org", "a+work@example.org", "*@anna.example"].map(str::to_owned);
        let own = Own::new(&emails);
        let cases = [
            ("anna@example.ORG", Some((0, Match::Exact))),
            ("anna+shop@example.org", Some((0, Match::Tagged))),
            ("a+work@example.org", Some((1, Match::Exact))),
            ("shop@anna.example", Some((2, Match::Domain))),
            ("a@example.org", None),
            ("+x@example.org", None),
            ("bob@example.org", None),
            ("anna@sub.example.org", None),
            ("anna", None),
            ("", None),
        ];
        for (email, expected) in cases {
            assert_eq!(own.find(email), expected, "{email}");
        }
    }
}
