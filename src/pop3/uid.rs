//! What a server knows a message by across sessions (UIDL, RFC 1939 §7).

use std::fmt;

/// Octets of a unique-id that are taken. The standard allows 70, some servers write more.
const MAX_OCTETS: usize = 255;

/// Octets that the standard allows.
const PROPER_OCTETS: usize = 70;

/// A message's unique-id, printable ASCII. What real servers write beyond that, spaces within and
/// octets above 126, stands in it as `%20`, so that it can be stored and shown; no server is asked
/// by its unique-id, so nothing is lost.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uid(Box<str>);

impl Uid {
    /// From what stands in a listing. `None` when there is nothing, or more than 255 octets.
    pub fn new(octets: &[u8]) -> Option<Self> {
        use fmt::Write as _;

        let mut text = String::with_capacity(octets.len());
        for &octet in octets {
            match octet {
                0x21..=0x7e => text.push(char::from(octet)),
                // Writing to a string does not fail.
                _ => drop(write!(text, "%{octet:02X}")),
            }
        }
        let usable = !text.is_empty() && text.len() <= MAX_OCTETS;
        usable.then(|| Self(text.into()))
    }

    /// The text, 1 to 255 octets of 0x21 to 0x7e.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The server wrote it as RFC 1939 §7 wants it.
    pub(super) fn is_proper(octets: &[u8]) -> bool {
        (1..=PROPER_OCTETS).contains(&octets.len())
            && octets.iter().all(|octet| matches!(octet, 0x21..=0x7e))
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proper_ones_stay_and_others_are_written_out() {
        for (octets, text, proper) in [
            (&b"0000000c4ef2b7a1"[..], "0000000c4ef2b7a1", true),
            (b"UID1-1234567890", "UID1-1234567890", true),
            (
                b"whqtswO00WBw418f9t5JxYwZ",
                "whqtswO00WBw418f9t5JxYwZ",
                true,
            ),
            (b"!~", "!~", true),
            (b"a b", "a%20b", false),
            (b"\xe9\0", "%E9%00", false),
            (&[b'x'; 70], &"x".repeat(70), true),
            (&[b'x'; 71], &"x".repeat(71), false),
        ] {
            assert_eq!(Uid::new(octets).unwrap().as_str(), text);
            assert_eq!(Uid::is_proper(octets), proper, "{text}");
        }
        for unusable in [&b""[..], &[b'x'; 256], &[0xff; 86]] {
            assert_eq!(Uid::new(unusable), None);
            assert!(!Uid::is_proper(unusable));
        }
    }
}
