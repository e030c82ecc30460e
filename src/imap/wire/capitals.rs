//! Words of the protocol in capitals, without memory of their own: a list of fifty messages brings
//! four hundred names of items.

/// The longest word that is known: `RFC822.HEADER`, with some room.
const LONGEST: usize = 24;

/// A word in capitals; empty when it is longer than all that are known.
pub(super) struct Capitals {
    letters: [u8; LONGEST],
    length: usize,
}

impl Capitals {
    pub(super) fn of(word: &[u8]) -> Self {
        let mut letters = [0; LONGEST];
        let length = match letters.get_mut(..word.len()) {
            Some(room) => {
                room.copy_from_slice(word);
                room.make_ascii_uppercase();
                word.len()
            }
            None => 0,
        };
        Self { letters, length }
    }

    pub(super) fn word(&self) -> &[u8] {
        self.letters.get(..self.length).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_written_in_capitals() {
        for (word, capitals) in [("fetch", "FETCH"), ("Rfc822.Size", "RFC822.SIZE"), ("", "")] {
            assert_eq!(Capitals::of(word.as_bytes()).word(), capitals.as_bytes());
        }
        let (longest, longer) = ([b'a'; LONGEST], [b'a'; LONGEST + 1]);
        assert_eq!(Capitals::of(&longest).word(), [b'A'; LONGEST]);
        assert_eq!(Capitals::of(&longer).word(), b"");
    }
}
