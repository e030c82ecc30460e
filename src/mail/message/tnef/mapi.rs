//! The MAPI properties inside TNEF attributes ([MS-OXTNEF] §2.1.3.4).

use super::Reader;

/// More properties than a message has; the rest is left out.
const MAX_PROPERTIES: usize = 4000;

/// One property.
pub(super) struct Property<'a> {
    pub(super) id: u16,
    pub(super) value: Value<'a>,
}

/// The kinds of values that are of use here. Of several values the first.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    /// In the stream's code page, with a zero at the end.
    Bytes(&'a [u8]),
    /// UTF-16, low byte first.
    Unicode(&'a [u8]),
    Binary(&'a [u8]),
    Object(&'a [u8]),
    Other,
}

/// Reads properties as far as they make sense; also says whether all of them did.
pub(super) fn properties(data: &[u8]) -> (Vec<Property<'_>>, bool) {
    let mut reader = Reader(data);
    let mut found = Vec::new();
    let count = reader.u32().unwrap_or(0);
    for _ in 0..count {
        if found.len() == MAX_PROPERTIES {
            return (found, false);
        }
        match property(&mut reader) {
            Some(property) => found.push(property),
            None => return (found, false),
        }
    }
    (found, true)
}

fn property<'a>(reader: &mut Reader<'a>) -> Option<Property<'a>> {
    let kind = reader.u16()?;
    let id = reader.u16()?;
    if id >= 0x8000 {
        skip_name(reader)?;
    }
    let is_variable = matches!(kind & 0x0fff, 0x000d | 0x001e | 0x001f | 0x0102);
    let is_list = kind & 0x1000 != 0;
    // A list, and anything of variable length, says how many values there are.
    let count = if is_variable || is_list {
        reader.u32()?
    } else {
        1
    };
    let mut first = Value::Other;
    for index in 0..count {
        // Each value takes at least four bytes, so this ends with the input.
        let value = value(reader, kind & 0x0fff)?;
        if index == 0 {
            first = value;
        }
    }
    Some(Property { id, value: first })
}

/// A named property has its name in front of its value.
fn skip_name(reader: &mut Reader<'_>) -> Option<()> {
    reader.take(16)?;
    if reader.u32()? == 0 {
        reader.u32()?;
    } else {
        let length = reader.u32()?;
        padded(reader, length)?;
    }
    Some(())
}

fn value<'a>(reader: &mut Reader<'a>, kind: u16) -> Option<Value<'a>> {
    let fixed = match kind {
        0x0002 | 0x0003 | 0x0004 | 0x000a | 0x000b => 4,
        0x0005 | 0x0006 | 0x0007 | 0x0014 | 0x0040 => 8,
        0x0048 => 16,
        0x000d | 0x001e | 0x001f | 0x0102 => {
            let length = reader.u32()?;
            let bytes = padded(reader, length)?;
            return Some(match kind {
                0x001e => Value::Bytes(bytes),
                0x001f => Value::Unicode(bytes),
                0x000d => Value::Object(bytes),
                _ => Value::Binary(bytes),
            });
        }
        // Without its length nothing after it can be read.
        _ => return None,
    };
    reader.take(fixed)?;
    Some(Value::Other)
}

/// Values are filled up to four bytes.
fn padded<'a>(reader: &mut Reader<'a>, length: u32) -> Option<&'a [u8]> {
    let length = usize::try_from(length).ok()?;
    let bytes = reader.take(length)?;
    let padding = length.next_multiple_of(4) - length;
    // The last one's padding is sometimes missing.
    let _ = reader.take(padding.min(reader.0.len()));
    Some(bytes)
}
