//! Quoted-printable (RFC 2045 §6.7); what is no escape stays as it is.

use super::{LineBuffer, hex};

/// See [`super::Decoder`].
#[derive(Debug, Default)]
pub(super) struct QuotedPrintable {
    lines: LineBuffer,
}

impl QuotedPrintable {
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len());
        let mut cut = Vec::new();
        self.lines.push(bytes, |line| {
            cut.extend_from_slice(line);
            cut = decode_line(&cut, &mut out);
        });
        // A piece of an over-long line may end within an escape.
        cut.append(&mut self.lines.held);
        self.lines.held = cut;
        out
    }

    pub(super) fn finish(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let rest = self.lines.finish();
        let cut = decode_line(&rest, &mut out);
        // "=" at the very end is a soft line break whose line end was lost; "=4" is text.
        if cut.len() > 1 {
            out.extend(cut);
        }
        out
    }
}

/// Decodes one line, or a piece of an over-long one; gives back the escape that the piece ends
/// within.
fn decode_line(line: &[u8], out: &mut Vec<u8>) -> Vec<u8> {
    let (text, end) = split_end(line);
    // White space at the end of a line was added on the way (§6.7 rule 3).
    let mut rest = if end.is_empty() {
        text
    } else {
        text.trim_ascii_end()
    };
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        if *byte != b'=' {
            out.push(*byte);
        } else if let Some((digits, after)) = tail.split_first_chunk::<2>() {
            match hex(*digits) {
                Some(value) => {
                    out.push(value);
                    rest = after;
                }
                None => out.push(b'='),
            }
        } else if end.is_empty() {
            return [b"=", tail].concat();
        } else if tail.is_empty() {
            return Vec::new();
        } else {
            out.push(b'=');
        }
    }
    out.extend_from_slice(end);
    Vec::new()
}

fn split_end(line: &[u8]) -> (&[u8], &[u8]) {
    let text = line.strip_suffix(b"\n").unwrap_or(line);
    let text = match text.len() < line.len() {
        true => text.strip_suffix(b"\r").unwrap_or(text),
        false => text,
    };
    line.split_at_checked(text.len()).unwrap_or((line, &[]))
}
