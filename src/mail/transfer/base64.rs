//! Base64 (RFC 2045 §6.8) as it arrives: with stray bytes, missing or repeated padding, and the
//! footers that mailing lists put under it.

use ::base64::{Engine as _, engine::general_purpose::STANDARD};

use super::LineBuffer;

/// See [`super::Decoder`].
#[derive(Debug, Default)]
pub(super) struct Base64 {
    lines: LineBuffer,
    /// Bits not yet given out, and how many digits they came from (0 to 3).
    bits: u32,
    digits: u8,
    /// What came before makes it likely that the data is over.
    doubt: Doubt,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Doubt {
    #[default]
    None,
    /// Padding has been seen. More data may follow, in whole groups.
    Padded,
    /// A line that was no base64 has been seen. Only what is base64 without doubt goes on.
    Junk,
}

impl Base64 {
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len() / 4 * 3 + 3);
        let mut lines = std::mem::take(&mut self.lines);
        lines.push(bytes, |line| self.line(line, &mut out));
        self.lines = lines;
        out
    }

    pub(super) fn finish(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let rest = self.lines.finish();
        self.line(&rest, &mut out);
        self.flush(&mut out);
        out
    }

    fn line(&mut self, line: &[u8], out: &mut Vec<u8>) {
        let line = line.trim_ascii();
        if line.is_empty() || self.clean_line(line, out) {
            return;
        }
        match self.judge(line) {
            Verdict::Skip => self.doubt = Doubt::Junk,
            Verdict::Decode => line.iter().for_each(|byte| self.byte(*byte, out)),
        }
    }

    /// Nearly every line is what it should be; those are done by a quicker decoder.
    fn clean_line(&mut self, line: &[u8], out: &mut Vec<u8>) -> bool {
        let length = out.len();
        let can_be = self.doubt == Doubt::None && self.digits == 0 && line.len().is_multiple_of(4);
        if !can_be || STANDARD.decode_vec(line, out).is_err() {
            out.truncate(length);
            return false;
        }
        if line.ends_with(b"=") {
            self.doubt = Doubt::Padded;
        }
        true
    }

    fn judge(&self, line: &[u8]) -> Verdict {
        let (mut digits, mut pads, mut spaces, mut others) = (0_usize, 0_usize, 0_usize, 0_usize);
        for byte in line {
            match byte {
                b'=' => pads += 1,
                byte if value(*byte).is_some() => digits += 1,
                b' ' | b'\t' => spaces += 1,
                _ => others += 1,
            }
        }
        let whole = (digits + pads).is_multiple_of(4);
        let good = match self.doubt {
            // A damaged line is worth decoding, prose is not. Line ends may have become spaces.
            Doubt::None => others * 4 <= digits && spaces * 20 <= digits,
            Doubt::Padded => others + spaces == 0 && whole,
            Doubt::Junk => others + spaces == 0 && whole && digits >= 24,
        };
        if good { Verdict::Decode } else { Verdict::Skip }
    }

    fn byte(&mut self, byte: u8, out: &mut Vec<u8>) {
        if let Some(value) = value(byte) {
            self.bits = self.bits << 6 | u32::from(value);
            self.digits += 1;
            if self.digits == 4 {
                let [_, bytes @ ..] = self.bits.to_be_bytes();
                out.extend_from_slice(&bytes);
                (self.bits, self.digits) = (0, 0);
            }
        } else if byte == b'=' {
            // Several padded runs may stand one after the other.
            self.flush(out);
            self.doubt = Doubt::Padded;
        }
    }

    /// Gives out the whole bytes of an unfinished group.
    fn flush(&mut self, out: &mut Vec<u8>) {
        let [_, first, second, _] = (self.bits << (6 * (4 - self.digits.min(4)))).to_be_bytes();
        match self.digits {
            2 => out.push(first),
            3 => out.extend([first, second]),
            _ => {}
        }
        (self.bits, self.digits) = (0, 0);
    }
}

enum Verdict {
    Decode,
    Skip,
}

fn value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}
