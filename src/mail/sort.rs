//! In which order a folder is listed.

/// What a list is sorted by (RFC 5256, RFC 8621 §4.4.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SortKey {
    /// The time of arrival.
    #[default]
    Received,
    /// Whom it is from, by name or else by address.
    From,
    /// The subject without `Re:` and the like.
    Subject,
    /// Octets.
    Size,
}

/// An order. Messages that are alike in it stand in the order of their arrival, the same way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// The newest, the largest, or the last of the alphabet first.
    pub descending: bool,
}

impl Default for Sort {
    /// The newest first.
    fn default() -> Self {
        Self {
            key: SortKey::Received,
            descending: true,
        }
    }
}

/// Every order by its name. The order in which they are offered.
const NAMES: [(&str, SortKey, bool); 8] = [
    ("-receivedAt", SortKey::Received, true),
    ("receivedAt", SortKey::Received, false),
    ("from", SortKey::From, false),
    ("-from", SortKey::From, true),
    ("subject", SortKey::Subject, false),
    ("-subject", SortKey::Subject, true),
    ("-size", SortKey::Size, true),
    ("size", SortKey::Size, false),
];

impl Sort {
    /// Every order there is.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES
            .iter()
            .map(|&(_, key, descending)| Self { key, descending })
    }

    /// An order by its name.
    pub fn parse(name: &str) -> Option<Self> {
        let found = NAMES.iter().find(|(known, ..)| *known == name);
        found.map(|&(_, key, descending)| Self { key, descending })
    }

    /// Its name: `-receivedAt`, `from`, …
    pub fn name(self) -> &'static str {
        let same = |&&(_, key, descending): &&(&str, SortKey, bool)| {
            key == self.key && descending == self.descending
        };
        NAMES.iter().find(same).map_or("", |(name, ..)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_have_names() {
        assert_eq!(Sort::all().count(), 8);
        for sort in Sort::all() {
            assert_eq!(Sort::parse(sort.name()), Some(sort));
        }
        assert_eq!(Sort::default().name(), "-receivedAt");
        assert_eq!(Sort::parse("nothing"), None);
    }
}
