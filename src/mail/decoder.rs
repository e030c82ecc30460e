//! Content-Transfer-Encoding undone piece by piece (RFC 2045 §6), so that an attachment of any
//! size passes through in constant memory. [`super::transfer`] does whole texts.

use super::transfer;

/// A longer line is decoded in pieces; no honest encoder writes one (RFC 2045 says 76).
const LINE_MOST: usize = 16 * 1024;

/// Undoes one encoding. Feed it with [`Decoder::push`], end with [`Decoder::finish`].
#[derive(Debug)]
pub struct Decoder {
    encoding: Encoding,
    /// What is not yet a whole line, or (base64) not yet a whole group.
    rest: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Base64,
    QuotedPrintable,
    None,
}

impl Decoder {
    /// A decoder for this Content-Transfer-Encoding (lower case). What is unknown passes as it is.
    pub fn new(encoding: &str) -> Self {
        let encoding = match encoding {
            "base64" => Encoding::Base64,
            "quoted-printable" => Encoding::QuotedPrintable,
            _ => Encoding::None,
        };
        Self {
            encoding,
            rest: Vec::new(),
        }
    }

    /// Takes the next octets and gives what they decode to, as far as that is certain.
    pub fn push(&mut self, octets: &[u8]) -> Vec<u8> {
        if self.encoding == Encoding::None {
            return octets.to_vec();
        }
        self.rest.extend_from_slice(octets);
        // Whole lines only: a soft line break or a group may go on in the next piece.
        let whole = match self.rest.iter().rposition(|octet| *octet == b'\n') {
            Some(end) => end + 1,
            None if self.rest.len() > LINE_MOST => self.rest.len(),
            None => return Vec::new(),
        };
        let after = self.rest.split_off(whole);
        let ready = std::mem::replace(&mut self.rest, after);
        match self.encoding {
            Encoding::Base64 => self.base64(&ready),
            Encoding::QuotedPrintable | Encoding::None => {
                transfer::decode(&ready, "quoted-printable")
            }
        }
    }

    /// Gives what is left.
    pub fn finish(mut self) -> Vec<u8> {
        let rest = std::mem::take(&mut self.rest);
        match self.encoding {
            Encoding::Base64 => transfer::decode(&rest, "base64"),
            Encoding::QuotedPrintable => transfer::decode(&rest, "quoted-printable"),
            Encoding::None => rest,
        }
    }

    /// Decodes whole groups of four; the begun one waits for the next piece.
    fn base64(&mut self, ready: &[u8]) -> Vec<u8> {
        let is_letter = |octet: &u8| octet.is_ascii_alphanumeric() || b"+/".contains(octet);
        // Padding ends a group, so what follows it begins a new one.
        let since_padding = ready.rsplit(|octet| *octet == b'=').next().unwrap_or_default();
        let begun = since_padding.iter().filter(|octet| is_letter(octet)).count() % 4;
        let mut end = ready.len();
        let mut left = begun;
        for (index, octet) in ready.iter().enumerate().rev() {
            if left == 0 {
                break;
            }
            if is_letter(octet) {
                left -= 1;
            }
            end = index;
        }
        let (whole, group) = ready.split_at_checked(end).unwrap_or((ready, &[]));
        let mut waiting: Vec<u8> = group.iter().copied().filter(|octet| is_letter(octet)).collect();
        waiting.append(&mut self.rest);
        self.rest = waiting;
        transfer::decode(whole, "base64")
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::STANDARD};

    use super::*;

    fn piecewise(encoding: &str, text: &[u8], size: usize) -> Vec<u8> {
        let mut decoder = Decoder::new(encoding);
        let mut out = Vec::new();
        for piece in text.chunks(size) {
            out.extend(decoder.push(piece));
        }
        out.extend(decoder.finish());
        out
    }

    #[test]
    fn every_cut_gives_the_same() {
        let plain: Vec<u8> = (0..=255).cycle().take(1000).collect();
        let encoded = STANDARD.encode(&plain);
        // Lines whose length is no multiple of four, as some mailers write them.
        for width in [76, 61, 5, 10_000] {
            let lines: Vec<&[u8]> = encoded.as_bytes().chunks(width).collect();
            let text = lines.join(&b"\r\n"[..]);
            for size in [1, 2, 3, 7, 64, 5000] {
                assert_eq!(piecewise("base64", &text, size), plain, "{width} {size}");
            }
        }
        let quoted = b"caf=C3=A9 =\r\nau lait=20\r\n=3D\r\nend";
        for size in 1..quoted.len() {
            let decoded = piecewise("quoted-printable", quoted, size);
            assert_eq!(decoded, "café au lait \r\n=\r\nend".as_bytes(), "{size}");
        }
        assert_eq!(piecewise("8bit", b"as it is", 3), b"as it is");
    }

    #[test]
    fn a_line_without_end_does_not_pile_up() {
        let mut decoder = Decoder::new("base64");
        for _ in 0..100 {
            decoder.push(&[b'A'; 4096]);
            assert!(decoder.rest.len() <= LINE_MOST + 4096);
        }
    }
}
