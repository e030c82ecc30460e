//! A PNG writer (RFC 2083): true colour, each row filtered by the one above, and a DEFLATE stream
//! (RFC 1951) of fixed codes whose only matches repeat the byte before.

use super::{Picture, crc32, short};

/// The picture as a PNG file.
pub(in crate::mail::sample) fn png(picture: &Picture<'_>) -> Vec<u8> {
    let mut rows = Vec::new();
    let mut above = vec![[0u8; 3]; picture.width as usize];
    for y in 0..picture.height {
        rows.push(2); // filter "up"
        for (x, over) in (0..picture.width).zip(above.iter_mut()) {
            let point = (picture.colour)(x, y);
            for (new, old) in point.iter().zip(over.iter()) {
                rows.push(new.wrapping_sub(*old));
            }
            *over = point;
        }
    }
    let mut head = Vec::new();
    head.extend_from_slice(&picture.width.to_be_bytes());
    head.extend_from_slice(&picture.height.to_be_bytes());
    head.extend_from_slice(&[8, 2, 0, 0, 0]); // 8 bits, true colour
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, *b"IHDR", &head);
    chunk(&mut out, *b"IDAT", &zlib(&rows));
    chunk(&mut out, *b"IEND", &[]);
    out
}

fn chunk(out: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    out.extend_from_slice(&short(data.len()).to_be_bytes());
    let mut body = kind.to_vec();
    body.extend_from_slice(data);
    out.extend_from_slice(&body);
    out.extend_from_slice(&crc32(&body).to_be_bytes());
}

/// A zlib stream (RFC 1950).
fn zlib(data: &[u8]) -> Vec<u8> {
    let mut bits = Bits {
        out: vec![0x78, 0x01],
        pending: 0,
        filled: 0,
    };
    bits.low_first(0b011, 3); // last block, fixed codes
    let mut rest = data;
    let mut before = None;
    while let Some((first, tail)) = rest.split_first() {
        let run = rest
            .iter()
            .take(258)
            .take_while(|byte| Some(**byte) == before)
            .count();
        if run >= 3 {
            bits.length(short(run));
            bits.code(0, 5); // distance 1
            rest = rest.get(run..).unwrap_or_default();
        } else {
            bits.literal(u32::from(*first));
            before = Some(*first);
            rest = tail;
        }
    }
    bits.literal(256);
    let mut out = bits.finish();
    let (mut a, mut b) = (1u32, 0u32); // Adler-32
    for byte in data {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend_from_slice(&((b << 16) | a).to_be_bytes());
    out
}

/// Packs bits from the low end of each byte, as DEFLATE wants.
struct Bits {
    out: Vec<u8>,
    pending: u32,
    filled: u32,
}

impl Bits {
    fn low_first(&mut self, value: u32, count: u32) {
        self.pending |= value << self.filled;
        self.filled += count;
        while self.filled >= 8 {
            self.out.push(self.pending.to_le_bytes()[0]);
            self.pending >>= 8;
            self.filled -= 8;
        }
    }

    /// A Huffman code goes in high end first (RFC 1951 §3.1.1).
    fn code(&mut self, code: u32, count: u32) {
        for at in (0..count).rev() {
            self.low_first((code >> at) & 1, 1);
        }
    }

    /// The fixed literal and length codes (RFC 1951 §3.2.6).
    fn literal(&mut self, symbol: u32) {
        match symbol {
            0..=143 => self.code(0x30 + symbol, 8),
            144..=255 => self.code(0x190 + symbol - 144, 9),
            256..=279 => self.code(symbol - 256, 7),
            _ => self.code(0xC0 + symbol - 280, 8),
        }
    }

    /// A match length of 3 to 258 (RFC 1951 §3.2.5): groups of four codes share their extra bits.
    fn length(&mut self, length: u32) {
        if length == 258 {
            self.literal(285);
            return;
        }
        let (mut code, mut base, mut extra) = (257, 3, 0);
        while length >= base + (1 << extra) {
            base += 1 << extra;
            code += 1;
            if code >= 265 && (code - 265) % 4 == 0 {
                extra += 1;
            }
        }
        self.literal(code);
        self.low_first(length - base, extra);
    }

    fn finish(mut self) -> Vec<u8> {
        self.low_first(0, (8 - self.filled) % 8);
        self.out
    }
}
