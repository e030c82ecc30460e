//! Encodings that encoding_rs refuses to decode, because browsers must not.

use encoding_rs::{EUC_JP, EUC_KR, Encoding, GB18030, ISO_2022_JP, SHIFT_JIS};

/// ISO-2022-JP (RFC 1468). Two escapes in a row, which joined encoded words have, are an error
/// to browsers; and programs that send EUC-JP or Shift JIS under this label are older than them.
pub(super) fn iso_2022_jp(bytes: &[u8]) -> String {
    if !bytes.is_ascii() && !bytes.contains(&0x1b) {
        let whole = |encoding: &'static Encoding| {
            encoding.decode_without_bom_handling_and_without_replacement(bytes)
        };
        if let Some(text) = [EUC_JP, SHIFT_JIS].into_iter().find_map(whole) {
            return text.into_owned();
        }
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((byte, tail)) = rest.split_first() {
        let is_escape = *byte == 0x1b && matches!(tail, [b'(', b'B' | b'J', 0x1b, ..]);
        if is_escape {
            rest = tail.get(2..).unwrap_or_default();
        } else {
            out.push(*byte);
            rest = tail;
        }
    }
    ISO_2022_JP.decode_without_bom_handling(&out).0.into_owned()
}

/// ISO-2022-KR (RFC 1557): after SO the bytes are EUC-KR without their high bits.
pub(super) fn iso_2022_kr(bytes: &[u8]) -> String {
    let mut shifted = false;
    let mut out = Vec::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            0x0e => shifted = true,
            0x0f => shifted = false,
            b'\r' | b'\n' => {
                shifted = false;
                out.push(*byte);
            }
            byte if shifted && byte.is_ascii_graphic() => out.push(byte | 0x80),
            byte => out.push(*byte),
        }
    }
    let text = EUC_KR.decode_without_bom_handling(&out).0;
    text.replace("\u{1b}$)C", "")
}

/// HZ (RFC 1843): between `~{` and `~}` the bytes are GB 2312 without their high bits.
pub(super) fn hz(bytes: &[u8]) -> String {
    let mut shifted = false;
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        match (byte, tail.first()) {
            (b'~', Some(next @ (b'{' | b'}' | b'~' | b'\n'))) => {
                rest = tail.get(1..).unwrap_or_default();
                match next {
                    b'{' => shifted = true,
                    b'}' => shifted = false,
                    b'~' => out.push(b'~'),
                    _ => {}
                }
            }
            (b'\n', _) => {
                shifted = false;
                out.push(b'\n');
            }
            (byte, _) if shifted && byte.is_ascii_graphic() => out.push(byte | 0x80),
            (byte, _) => out.push(*byte),
        }
    }
    GB18030.decode_without_bom_handling(&out).0.into_owned()
}

/// UTF-32, high byte first unless a mark says otherwise.
pub(super) fn utf32_be(bytes: &[u8]) -> String {
    match bytes.strip_prefix(b"\xff\xfe\0\0") {
        Some(rest) => utf32(rest, u32::from_le_bytes),
        None => utf32(bytes, u32::from_be_bytes),
    }
}

/// UTF-32, low byte first.
pub(super) fn utf32_le(bytes: &[u8]) -> String {
    utf32(bytes, u32::from_le_bytes)
}

fn utf32(bytes: &[u8], number: fn([u8; 4]) -> u32) -> String {
    let (characters, _) = bytes.as_chunks::<4>();
    characters
        .iter()
        .map(|character| char::from_u32(number(*character)).unwrap_or('\u{fffd}'))
        .filter(|c| *c != '\u{feff}')
        .collect()
}

/// Are the escapes of ISO-2022-JP in bytes that look like ASCII?
pub(super) fn has_japanese_escapes(bytes: &[u8]) -> bool {
    let escapes: [&[u8]; 3] = [b"\x1b$B", b"\x1b$@", b"\x1b(J"];
    bytes.windows(3).any(|window| escapes.contains(&window))
}
