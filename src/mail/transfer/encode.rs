//! The encoders: quoted-printable in one go, base64 as a stream (RFC 2045 §6.7, §6.8).

use base64::{Engine, engine::general_purpose::STANDARD};

/// Characters on a line of base64.
const LINE: usize = 76;
/// Octets that make a full line of base64.
const LINE_OCTETS: usize = LINE / 4 * 3;

/// Encodes octets as lines of base64, each ended by CRLF, holding back less than one line: an
/// attachment of any size takes no memory.
#[derive(Clone, Debug, Default)]
pub struct Base64Lines {
    held: Vec<u8>,
}

impl Base64Lines {
    /// A new encoder.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next octets and gives the lines that are full by now.
    pub fn push(&mut self, octets: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity((octets.len() / LINE_OCTETS + 1) * (LINE + 2));
        let missing = (LINE_OCTETS - self.held.len()).min(octets.len());
        let (first, rest) = octets.split_at_checked(missing).unwrap_or_default();
        self.held.extend_from_slice(first);
        if self.held.len() == LINE_OCTETS {
            line(&self.held, &mut out);
            self.held.clear();
        }
        let mut chunks = rest.chunks_exact(LINE_OCTETS);
        for chunk in &mut chunks {
            line(chunk, &mut out);
        }
        self.held.extend_from_slice(chunks.remainder());
        out
    }

    /// Gives the last line; nothing when all are out.
    pub fn finish(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        if !self.held.is_empty() {
            line(&self.held, &mut out);
            self.held.clear();
        }
        out
    }

    /// How many octets all lines of `size` octets take.
    pub fn encoded_size(size: u64) -> u64 {
        let characters = size.div_ceil(3).saturating_mul(4);
        characters.saturating_add(characters.div_ceil(LINE as u64).saturating_mul(2))
    }
}

/// All lines of base64 at once.
pub(crate) fn base64_lines(octets: &[u8]) -> Vec<u8> {
    let mut encoder = Base64Lines::new();
    let mut out = encoder.push(octets);
    out.extend(encoder.finish());
    out
}

fn line(octets: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(STANDARD.encode(octets).as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// Encodes text as quoted-printable. Lines may end in LF or CRLF; all that come out end in CRLF,
/// the last one too, and are at most 76 long.
///
/// `From ` at the start of a line and a line of a single dot are encoded as well: mbox files
/// would change the one (RFC 2049 §3), careless servers end the message at the other.
pub(crate) fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 4);
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    for line in text.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut column = 0;
        let mut rest = line;
        while let Some((byte, after)) = rest.split_first() {
            let mut plain = match byte {
                b' ' | b'\t' => !after.is_empty(),
                b'=' => false,
                _ => byte.is_ascii_graphic(),
            };
            if column + if plain { 1 } else { 3 } > LINE - 1 {
                out.extend_from_slice(b"=\r\n");
                column = 0;
            }
            plain &= column > 0 || !rest.starts_with(b"From ") && rest != b".";
            match plain {
                true => out.push(*byte),
                false => out.extend_from_slice(format!("={byte:02X}").as_bytes()),
            }
            column += if plain { 1 } else { 3 };
            rest = after;
        }
        out.extend_from_slice(b"\r\n");
    }
    out
}
