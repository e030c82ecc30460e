//! Sets of UIDs or sequence numbers (RFC 9051 §9 `sequence-set`), as ranges.

use std::fmt;

use super::token::number32;

/// A set in the order in which it was written, because COPYUID pairs two sets by position
/// (RFC 9051 §7.1). Ranges are never taken apart, so `1:4294967295` costs eight bytes.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct UidSet {
    /// First and last number of each range, the first not above the last, none of them 0.
    ranges: Vec<(u32, u32)>,
}

impl UidSet {
    /// Reads `1:4,7,12:9`. `*` counts as the largest number there is. `None` when it is empty or
    /// anything in it is no number from 1 to 4294967295.
    pub(crate) fn parse(raw: &[u8]) -> Option<Self> {
        let mut set = Self::default();
        for part in raw.split(|byte| *byte == b',') {
            let mut ends = part.splitn(2, |byte| *byte == b':');
            let first = position(ends.next()?)?;
            let last = ends.next().map_or(Some(first), position)?;
            set.push(first.min(last), first.max(last));
        }
        Some(set)
    }

    /// One range; the ends may come in either order. Empty when both are 0.
    pub(crate) fn range(first: u32, last: u32) -> Self {
        let mut set = Self::default();
        if first.max(last) > 0 {
            set.push(first.min(last).max(1), first.max(last));
        }
        set
    }

    /// True when no number is in it. Such a set can't be written.
    pub(crate) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// How many numbers are written, doubles counted twice.
    pub(crate) fn count(&self) -> u64 {
        let count = |(first, last): &(u32, u32)| u64::from(last - first) + 1;
        self.ranges.iter().map(count).sum()
    }

    /// The numbers in the order written. Look at [`UidSet::count`] first: a hostile set may have
    /// billions.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.ranges.iter().flat_map(|(first, last)| *first..=*last)
    }

    /// First and last number of each range, in the order written.
    #[cfg_attr(not(test), expect(dead_code, reason = "for the index of changes"))]
    pub(crate) fn ranges(&self) -> &[(u32, u32)] {
        &self.ranges
    }

    /// Sorts and merges, so that [`UidSet::contains`] may be asked.
    pub(crate) fn sorted(mut self) -> Self {
        self.ranges.sort_unstable();
        let mut merged = Self::default();
        for (first, last) in self.ranges {
            match merged.ranges.last_mut() {
                Some(previous) if first <= previous.1.saturating_add(1) => {
                    previous.1 = previous.1.max(last);
                }
                _ => merged.ranges.push((first, last)),
            }
        }
        merged
    }

    /// Is this number in the set? Only for a set that is [`UidSet::sorted`] (as one collected
    /// from numbers is).
    pub(crate) fn contains(&self, number: u32) -> bool {
        let before = self.ranges.partition_point(|(first, _)| *first <= number);
        let found = before.checked_sub(1).and_then(|at| self.ranges.get(at));
        found.is_some_and(|(_, last)| number <= *last)
    }

    /// The set in pieces whose text has at most about `bytes` bytes each, because servers limit
    /// the length of a command (RFC 7162 §4 advises 8192).
    pub(crate) fn chunks(&self, bytes: usize) -> impl Iterator<Item = Self> + '_ {
        // `4294967295:4294967295,`
        let ranges = (bytes / 22).max(1);
        self.ranges.chunks(ranges).map(|ranges| Self {
            ranges: ranges.to_vec(),
        })
    }

    fn push(&mut self, first: u32, last: u32) {
        match self.ranges.last_mut() {
            Some(previous) if previous.1.checked_add(1) == Some(first) => previous.1 = last,
            _ => self.ranges.push((first, last)),
        }
    }
}

/// Collects numbers in any order; 0, which is no UID, is left out.
impl FromIterator<u32> for UidSet {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Self {
        let numbers = numbers.into_iter().filter(|number| *number > 0);
        let ranges = numbers.map(|number| (number, number)).collect();
        Self { ranges }.sorted()
    }
}

impl fmt::Display for UidSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (first, last)) in self.ranges.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            match first == last {
                true => write!(f, "{first}")?,
                false => write!(f, "{first}:{last}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for UidSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

fn position(raw: &[u8]) -> Option<u32> {
    match raw {
        b"*" => Some(u32::MAX),
        _ => number32(raw).filter(|number| *number > 0),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::*;

    #[test]
    fn sets_keep_ranges_and_order() {
        for (raw, text, count) in [
            ("1", "1", 1),
            ("1:4,7", "1:4,7", 5),
            ("7,3", "7,3", 2),
            ("4:1", "1:4", 4),
            ("1,2,3:5,6", "1:6", 6),
            ("1:4294967295", "1:4294967295", 4_294_967_295),
            ("3:*", "3:4294967295", 4_294_967_293),
            ("4294967295,1", "4294967295,1", 2),
        ] {
            let set = UidSet::parse(raw.as_bytes()).unwrap();
            assert_eq!((set.to_string().as_str(), set.count()), (text, count));
        }
        for raw in [
            "",
            ",",
            "1,",
            "0",
            "0:3",
            "-1",
            "1:2:3",
            "4294967296",
            "a",
            "1 2",
            "1:",
        ] {
            assert_eq!(UidSet::parse(raw.as_bytes()), None, "{raw}");
        }
    }

    #[test]
    fn ranges_from_numbers() {
        assert_eq!(UidSet::range(5, 3).ranges(), [(3, 5)]);
        assert_eq!(UidSet::range(0, 3).ranges(), [(1, 3)]);
        assert!(UidSet::range(0, 0).is_empty());
        let doubled = UidSet::parse(b"5:9,1:6,11").unwrap().sorted();
        assert_eq!(doubled.ranges(), [(1, 9), (11, 11)]);
        let collected: UidSet = [7, 3, 0, 2, 3, 1].into_iter().collect();
        assert_eq!(collected.ranges(), [(1, 3), (7, 7)]);
    }

    #[test]
    fn pieces_hold_all() {
        let set: UidSet = (1..=1000).map(|n| n * 2).collect();
        let pieces: Vec<UidSet> = set.chunks(200).collect();
        assert!(pieces.iter().all(|piece| piece.to_string().len() <= 200));
        let all: Vec<u32> = pieces.iter().flat_map(UidSet::iter).collect();
        assert_eq!(all, set.iter().collect::<Vec<_>>());
    }

    proptest! {
        #[test]
        fn numbers_survive(numbers in proptest::collection::vec(any::<u32>(), 1..200)) {
            let set: UidSet = numbers.iter().copied().chain([1]).collect();
            let again = UidSet::parse(set.to_string().as_bytes());
            prop_assert_eq!(again.as_ref(), Some(&set));
            let mut expected = numbers.clone();
            expected.retain(|n| *n > 0);
            expected.push(1);
            expected.sort_unstable();
            expected.dedup();
            prop_assert_eq!(set.iter().collect::<Vec<_>>(), expected);
            prop_assert!(numbers.iter().all(|n| *n == 0 || set.contains(*n)));
            prop_assert!(!set.contains(0));
        }

        #[test]
        fn membership_is_that_of_the_numbers(numbers in proptest::collection::vec(1_u32..60, 1..30)) {
            let set: UidSet = numbers.iter().copied().collect();
            for n in 0..64 {
                prop_assert_eq!(set.contains(n), numbers.contains(&n));
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(raw in proptest::collection::vec(any::<u8>(), 0..40)) {
            if let Some(set) = UidSet::parse(&raw) {
                prop_assert!(!set.is_empty());
            }
        }
    }
}
