//! Bytes to text. Labels are often missing or wrong, so what the bytes themselves say counts too.
//!
//! encoding_rs knows the encodings of the web; mail-parser's tables know some older ones
//! (code page 850, UTF-7 …); ISO-2022-KR, HZ and UTF-32 are turned into something known here.
//! UTF-7 is decoded because old mail is written in it; that is safe since whatever sanitises or
//! escapes does so after decoding, and pages are always sent as UTF-8.

mod label;
mod legacy;
mod meta;

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use label::Known;

/// Decodes text that is labelled with a charset, or not (`None`). The label counts, unless the
/// bytes refute it: then a byte order mark, then UTF-8 if valid, then windows-1252. Never fails;
/// what can't be decoded becomes U+FFFD. A byte order mark is taken off.
pub fn decode(bytes: &[u8], label: Option<&str>) -> String {
    match label.map_or(Known::Nothing, label::resolve) {
        Known::Encoding(encoding) => decode_labelled(bytes, encoding),
        Known::Legacy(decoder) => {
            if is_real_utf8(bytes) {
                return utf8(bytes);
            }
            decoder(bytes)
        }
        Known::Nothing => decode_unlabelled(bytes, None),
    }
}

/// Decodes HTML: as [`decode`], but a `<meta>` charset counts where the mail has no label of its
/// own, after the bytes' own evidence.
pub fn decode_html(bytes: &[u8], label: Option<&str>) -> String {
    match label.map_or(Known::Nothing, label::resolve) {
        Known::Nothing => {
            let meta = meta::sniff(bytes);
            decode_unlabelled(bytes, meta.as_deref())
        }
        _ => decode(bytes, label),
    }
}

/// Decodes text that should have been ASCII: UTF-8 if valid, else in `likely`, else windows-1252.
pub(crate) fn decode_guess(bytes: &[u8], likely: Option<&str>) -> String {
    decode_unlabelled(bytes, likely)
}

fn decode_unlabelled(bytes: &[u8], likely: Option<&str>) -> String {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0.into_owned();
    }
    let likely = likely.map_or(Known::Nothing, label::resolve);
    if is_real_utf8(bytes) {
        return utf8(bytes);
    }
    match likely {
        // Seven-bit encodings look like ASCII.
        Known::Encoding(encoding) if encoding != UTF_8 && !is_utf16(encoding) => {
            encoding.decode_without_bom_handling(bytes).0.into_owned()
        }
        // A page in UTF-7 that was not labelled so is an attack on other readers.
        _ if bytes.is_ascii() => match legacy::has_japanese_escapes(bytes) {
            true => legacy::iso_2022_jp(bytes),
            false => utf8(bytes),
        },
        Known::Legacy(decoder) => decoder(bytes),
        _ if mostly_utf8(bytes) => utf8(bytes),
        _ => WINDOWS_1252
            .decode_without_bom_handling(bytes)
            .0
            .into_owned(),
    }
}

fn decode_labelled(bytes: &[u8], encoding: &'static Encoding) -> String {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return utf8(bytes);
    }
    if encoding == UTF_8 {
        return match bytes.is_ascii() || mostly_utf8(bytes) {
            true => utf8(bytes),
            false => decode_unlabelled(bytes, None),
        };
    }
    if is_utf16(encoding) {
        return utf16(bytes, encoding);
    }
    if encoding == WINDOWS_1252 && is_surely_utf8(bytes) {
        return utf8(bytes);
    }
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    if broken && is_real_utf8(bytes) {
        return utf8(bytes);
    }
    text.into_owned()
}

fn is_utf16(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// Without a mark, the order of the bytes is told by where the zeros are: most mail is Latin or
/// has spaces. Text that is no UTF-16 at all is often labelled so by an exporter.
fn utf16(bytes: &[u8], labelled: &'static Encoding) -> String {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0.into_owned();
    }
    let zeros = |odd: usize| {
        let places = bytes.iter().skip(odd).step_by(2).take(512);
        places.filter(|byte| **byte == 0).count()
    };
    let (high_first, low_first) = (zeros(0), zeros(1));
    if high_first == 0 && low_first == 0 && std::str::from_utf8(bytes).is_ok() {
        return utf8(bytes);
    }
    let encoding = match high_first.cmp(&low_first) {
        std::cmp::Ordering::Greater => UTF_16BE,
        std::cmp::Ordering::Less => UTF_16LE,
        std::cmp::Ordering::Equal => labelled,
    };
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

fn utf8(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match String::from_utf8_lossy(bytes) {
        Cow::Borrowed(text) => text.to_owned(),
        Cow::Owned(text) => text,
    }
}

/// Valid UTF-8 with something other than ASCII in it. A character cut off at the end is let
/// through: parts are often read in windows.
fn is_real_utf8(bytes: &[u8]) -> bool {
    !bytes.is_ascii()
        && match std::str::from_utf8(bytes) {
            Ok(_) => true,
            Err(error) => {
                let whole = bytes.get(..error.valid_up_to()).unwrap_or_default();
                error.error_len().is_none() && !whole.is_ascii()
            }
        }
}

/// Do characters of several bytes outnumber the bytes that can't be UTF-8? Then the text is
/// UTF-8 with something broken in it, else it is mislabelled.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    let chunks: Vec<_> = bytes.utf8_chunks().collect();
    let last = chunks.len().saturating_sub(1);
    for (index, chunk) in chunks.iter().enumerate() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        // Of the last one only the beginning may be there.
        bad += usize::from(!chunk.invalid().is_empty() && (index != last || good == 0));
    }
    good > bad || bad == 0
}

/// Text labelled Latin-1 that is UTF-8 beyond doubt: four characters of several bytes or more,
/// or one that has no meaning in windows-1252, and nothing else above ASCII.
fn is_surely_utf8(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let unassigned = |byte: &u8| matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d);
    let beyond = text.chars().filter(|c| !c.is_ascii()).take(4).count();
    beyond == 4 || beyond > 0 && bytes.iter().any(unassigned)
}

#[cfg(test)]
mod tests;
