//! What lies in a maildrop: LIST and UIDL in one (RFC 1939 §5, §7), and what is odd about them.

use std::{
    collections::{BTreeMap, HashSet},
    fmt,
};

use super::uid::Uid;

/// A message's number, good for one session and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Number(u32);

impl Number {
    /// The number; from 1 on.
    pub fn get(self) -> u32 {
        self.0
    }
}

/// For tests of what is decided about listings, without a server.
/// For rules that need the order of messages and no session.
impl From<u32> for Number {
    fn from(number: u32) -> Self {
        Self(number)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A message in a maildrop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What it is called in this session.
    pub number: Number,
    /// Octets, as the server counts them; seldom exactly those that come.
    pub size: Option<u64>,
    /// What it is called in every session. `None` where the server has no UIDL, leaves it out, or
    /// names two for one message.
    pub uid: Option<Uid>,
}

/// All messages of a maildrop, in the order of their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The messages.
    pub messages: Vec<Listed>,
    /// The server has answered UIDL.
    pub has_uidl: bool,
    /// What is odd about it.
    pub oddities: Oddities,
}

impl Listing {
    /// Octets of all messages together.
    pub fn octets(&self) -> u64 {
        let sizes = self.messages.iter().filter_map(|listed| listed.size);
        sizes.fold(0, u64::saturating_add)
    }
}

/// What a server's listing should not have and has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Oddities {
    /// Unique-ids that more than one message has, in order.
    pub duplicates: Vec<Uid>,
    /// Messages of LIST that UIDL leaves out, though the server has it.
    pub without_uid: usize,
    /// Messages of UIDL that LIST leaves out.
    pub without_size: usize,
    /// Unique-ids that are not as RFC 1939 wants them.
    pub improper: usize,
    /// Lines that can't be read, and numbers listed twice.
    pub unreadable: usize,
    /// What STAT counted, where LIST has another count.
    pub counted: Option<u64>,
}

impl Oddities {
    /// There are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A listing that is being read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    sizes: BTreeMap<u32, Option<u64>>,
    /// `None` where two lines disagree.
    uids: BTreeMap<u32, Option<Uid>>,
    improper: usize,
    unreadable: usize,
}

impl Reading {
    /// A line of LIST: number and size.
    pub(super) fn list_line(&mut self, line: &[u8]) {
        let Some((number, rest)) = numbered(line) else {
            self.unreadable += 1;
            return;
        };
        // Some servers say more behind the size (RFC 1939 §5: "further information").
        let word = rest.split(u8::is_ascii_whitespace).next();
        let size = word.and_then(digits::<u64>);
        let twice = self.sizes.insert(number, size).is_some();
        self.unreadable += usize::from(twice || size.is_none());
    }

    /// A line of UIDL: number and unique-id.
    pub(super) fn uidl_line(&mut self, line: &[u8]) {
        let Some((number, octets)) = numbered(line) else {
            self.unreadable += 1;
            return;
        };
        self.improper += usize::from(!Uid::is_proper(octets));
        let uid = Uid::new(octets);
        match self.uids.get_mut(&number) {
            Some(known) => {
                self.unreadable += 1;
                if *known != uid {
                    *known = None;
                }
            }
            None => drop(self.uids.insert(number, uid)),
        }
    }

    /// The listing, when both answers have ended. `counted` is what STAT said.
    pub(super) fn finish(self, has_uidl: bool, counted: u64) -> Listing {
        let Self {
            mut sizes,
            mut uids,
            improper,
            unreadable,
        } = self;
        let listed = u64::try_from(sizes.len()).unwrap_or(u64::MAX);
        let mut oddities = Oddities {
            improper,
            unreadable,
            counted: (listed != counted).then_some(counted),
            ..Oddities::default()
        };
        for number in uids.keys() {
            if !sizes.contains_key(number) {
                oddities.without_size += 1;
                sizes.insert(*number, None);
            }
        }
        let mut seen = HashSet::new();
        let mut twice = HashSet::new();
        let mut messages = Vec::with_capacity(sizes.len());
        for (number, size) in sizes {
            let uid = uids.remove(&number).flatten();
            match &uid {
                Some(uid) if !seen.insert(uid.clone()) => drop(twice.insert(uid.clone())),
                None if has_uidl => oddities.without_uid += 1,
                _ => {}
            }
            messages.push(Listed {
                number: Number(number),
                size,
                uid,
            });
        }
        oddities.duplicates = twice.into_iter().collect();
        oddities.duplicates.sort_unstable();
        Listing {
            messages,
            has_uidl,
            oddities,
        }
    }
}

/// A line's number, and what follows without the spaces around it.
fn numbered(line: &[u8]) -> Option<(u32, &[u8])> {
    let line = line.trim_ascii();
    let end = line.iter().position(u8::is_ascii_whitespace);
    let (number, rest) = line.split_at_checked(end.unwrap_or(line.len()))?;
    let number = digits(number).filter(|number| *number > 0)?;
    Some((number, rest.trim_ascii()))
}

/// A number of nothing but digits.
pub(super) fn digits<T: std::str::FromStr>(word: &[u8]) -> Option<T> {
    let plain = !word.is_empty() && word.iter().all(u8::is_ascii_digit);
    plain.then(|| std::str::from_utf8(word).ok()?.parse().ok())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn listing(list: &[&str], uidl: &[&str]) -> Listing {
        let mut reading = Reading::default();
        list.iter()
            .for_each(|line| reading.list_line(line.as_bytes()));
        uidl.iter()
            .for_each(|line| reading.uidl_line(line.as_bytes()));
        let counted = u64::try_from(list.len()).unwrap();
        reading.finish(!uidl.is_empty(), counted)
    }

    fn shown(listing: &Listing) -> Vec<String> {
        let show = |listed: &Listed| {
            let uid = listed.uid.as_ref().map_or("-", Uid::as_str);
            let size = listed.size.map_or("-".to_owned(), |size| size.to_string());
            format!("{} {size} {uid}", listed.number)
        };
        listing.messages.iter().map(show).collect()
    }

    #[test]
    fn both_answers_become_one() {
        let found = listing(
            &["1 120", "2 200 extra", " 3\t7 "],
            &["1 a", "2  b ", "3 c"],
        );
        assert_eq!(shown(&found), ["1 120 a", "2 200 b", "3 7 c"]);
        assert!(found.oddities.is_empty() && found.has_uidl);
        assert_eq!(found.octets(), 327);
    }

    #[test]
    fn what_is_odd_is_reported() {
        let found = listing(
            &[
                "1 10",
                "2 10",
                "3 10",
                "x 1",
                "5",
                "1 11",
                "0 5",
                "4294967296 1",
            ],
            &["1 a", "2 a", "4 b", "5", "6 c", "6 d", "nonsense"],
        );
        let rows = ["1 11 a", "2 10 a", "3 10 -", "4 - b", "5 - -", "6 - -"];
        assert_eq!(shown(&found), rows);
        let expected = Oddities {
            duplicates: vec![Uid::new(b"a").unwrap()],
            without_uid: 3,
            without_size: 2,
            improper: 1,
            unreadable: 7,
            counted: Some(8),
        };
        assert_eq!(found.oddities, expected);
    }

    #[test]
    fn a_server_without_uidl_is_not_odd() {
        let found = listing(&["1 10", "7 10"], &[]);
        assert_eq!(shown(&found), ["1 10 -", "7 10 -"]);
        assert!(found.oddities.is_empty() && !found.has_uidl);
    }

    proptest! {
        #[test]
        fn no_line_panics(lines in prop::collection::vec("[0-9 a\u{e9}\t]{0,12}", 0..20)) {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let found = listing(&lines, &lines);
            prop_assert!(found.messages.is_sorted_by_key(|listed| listed.number));
            let uids = found.messages.iter().filter_map(|listed| listed.uid.as_ref());
            prop_assert!(uids.clone().all(|uid| !uid.as_str().is_empty()));
        }
    }
}
