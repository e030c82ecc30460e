//! Line ends and dots of a message on its way out (RFC 5321 §2.3.8, §4.5.2).
//!
//! A bare CR or LF that gets through may end the message early for the next server and begin
//! another ("SMTP smuggling"). So every CR, LF and CRLF goes out as CRLF, wherever the pieces of
//! the stream happen to be cut.

use bytes::{BufMut, BytesMut};

/// The state between two pieces of a message.
#[derive(Debug)]
pub(super) struct LineEnds {
    /// Double the dot that begins a line, as DATA wants it.
    stuff: bool,
    /// The next octet begins a line.
    at_start: bool,
    /// The last octet was a CR, so an LF belongs to it.
    after_cr: bool,
    /// Nothing has come yet.
    empty: bool,
}

impl LineEnds {
    /// For DATA: with dots doubled.
    pub(super) fn stuffed() -> Self {
        Self::new(true)
    }

    /// For BDAT: octets are counted, dots mean nothing.
    pub(super) fn plain() -> Self {
        Self::new(false)
    }

    fn new(stuff: bool) -> Self {
        Self {
            stuff,
            at_start: true,
            after_cr: false,
            empty: true,
        }
    }

    /// Appends `piece` to `out` as it has to go out: at most three times as long.
    pub(super) fn push(&mut self, mut piece: &[u8], out: &mut BytesMut) {
        while let Some(first) = piece.first() {
            self.empty = false;
            let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
            let length = piece.iter().position(is_end).unwrap_or(piece.len());
            let (text, rest) = piece.split_at_checked(length).unwrap_or((piece, &[]));
            if length > 0 {
                if self.stuff && self.at_start && *first == b'.' {
                    out.put_u8(b'.');
                }
                out.put_slice(text);
                self.at_start = false;
                self.after_cr = false;
            }
            piece = rest;
            if let Some((end, rest)) = rest.split_first() {
                let is_second_half = *end == b'\n' && self.after_cr;
                if !is_second_half {
                    out.put_slice(b"\r\n");
                }
                self.after_cr = *end == b'\r';
                self.at_start = true;
                piece = rest;
            }
        }
    }

    /// Ends the last line if it is open. An empty message becomes one empty line.
    pub(super) fn finish(&mut self, out: &mut BytesMut) {
        if !self.at_start || self.empty {
            out.put_slice(b"\r\n");
            self.at_start = true;
            self.empty = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(mut state: LineEnds, pieces: &[&[u8]]) -> Vec<u8> {
        let mut out = BytesMut::new();
        for piece in pieces {
            state.push(piece, &mut out);
        }
        state.finish(&mut out);
        out.to_vec()
    }

    /// What a receiver of DATA makes of the octets (RFC 5321 §4.5.2).
    fn received(data: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for line in data.split_inclusive(|byte| *byte == b'\n') {
            assert!(line.ends_with(b"\r\n"), "{:?}", line.escape_ascii());
            assert_ne!(line, b".\r\n", "ends the message early");
            out.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
        }
        out
    }

    #[test]
    fn every_line_end_goes_out_as_crlf() {
        let cases: [(&[&[u8]], &[u8]); 11] = [
            (&[b"a\r\nb\r\n"], b"a\r\nb\r\n"),
            (&[b"a\nb"], b"a\r\nb\r\n"),
            (&[b"a\rb"], b"a\r\nb\r\n"),
            (&[b"a\r", b"\nb"], b"a\r\nb\r\n"),
            (&[b"a\r", b"", b"\nb"], b"a\r\nb\r\n"),
            (&[b"a\r", b"\r", b"\n"], b"a\r\n\r\n"),
            (&[b"\n\r\n\n"], b"\r\n\r\n\r\n"),
            (&[], b"\r\n"),
            (&[b""], b"\r\n"),
            (&[b"\n"], b"\r\n"),
            (&[b"a\n.\nb"], b"a\r\n.\r\nb\r\n"),
        ];
        for (pieces, expected) in cases {
            let out = whole(LineEnds::plain(), pieces);
            assert_eq!(
                out.escape_ascii().to_string(),
                expected.escape_ascii().to_string()
            );
        }
    }

    #[test]
    fn a_dot_at_the_start_of_a_line_is_doubled() {
        let cases: [(&[&[u8]], &[u8]); 7] = [
            (&[b".a\r\n..\r\nb.c"], b"..a\r\n...\r\nb.c\r\n"),
            (&[b"a\r\n", b".", b"\r\n"], b"a\r\n..\r\n"),
            (&[b"a\r", b"\n", b"."], b"a\r\n..\r\n"),
            (&[b"a", b".\r\n"], b"a.\r\n"),
            // What smuggles a second message through servers that end lines by LF or CR alone.
            (&[b"a\n.\nMAIL"], b"a\r\n..\r\nMAIL\r\n"),
            (&[b"a\r.\rMAIL"], b"a\r\n..\r\nMAIL\r\n"),
            (&[b"a\n.\r\nMAIL"], b"a\r\n..\r\nMAIL\r\n"),
        ];
        for (pieces, expected) in cases {
            let out = whole(LineEnds::stuffed(), pieces);
            assert_eq!(
                out.escape_ascii().to_string(),
                expected.escape_ascii().to_string()
            );
        }
    }

    proptest! {
        #[test]
        fn cuts_change_nothing_and_receivers_get_the_same(
            pieces in prop::collection::vec("[.a\r\n]{0,6}", 0..12),
        ) {
            let pieces: Vec<&[u8]> = pieces.iter().map(|piece| piece.as_bytes()).collect();
            let joined = pieces.concat();
            let plain = whole(LineEnds::plain(), &pieces);
            prop_assert_eq!(&plain, &whole(LineEnds::plain(), &[&joined]));
            let stuffed = whole(LineEnds::stuffed(), &pieces);
            prop_assert_eq!(&stuffed, &whole(LineEnds::stuffed(), &[&joined]));
            prop_assert_eq!(received(&stuffed), plain.clone());
            // Already as it should be: nothing changes.
            prop_assert_eq!(whole(LineEnds::plain(), &[&plain]), plain);
        }
    }
}
