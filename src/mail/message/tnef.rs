//! TNEF, the `winmail.dat` that Outlook and Exchange wrap attachments in ([MS-OXTNEF]).
//!
//! Every length comes from the sender, so nothing is indexed by it, nothing is allocated for it,
//! and each step takes bytes off the input: the walk ends. A text body, an HTML body and the
//! attachments are given; rich text is not.

mod mapi;

use crate::mail::{charset, header};

use mapi::{Property, Value};

/// More attachments than a person could look at.
const MAX_ATTACHMENTS: usize = 200;

const SIGNATURE: u32 = 0x223e_9f78;

/// What a TNEF stream holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tnef<'a> {
    /// The plain text body.
    pub text: Option<String>,
    /// The HTML body.
    pub html: Option<String>,
    /// In the order of the stream.
    pub attachments: Vec<Attachment<'a>>,
    /// The stream ends in the middle or has nonsense in it; what came before is given.
    pub damaged: bool,
}

/// A file in a TNEF stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attachment<'a> {
    /// Safe to show; the long name if there is one.
    pub name: Option<String>,
    /// As the sender has it, lower case; `None` when absent or no media type.
    pub media_type: Option<String>,
    /// `Content-ID` of an inline image, without brackets.
    pub cid: Option<String>,
    /// The bytes. An embedded message is again a TNEF stream.
    pub data: &'a [u8],
}

/// Decodes a TNEF stream; `None` when it is none.
pub fn decode(bytes: &[u8]) -> Option<Tnef<'_>> {
    let mut reader = Reader(bytes);
    if reader.u32()? != SIGNATURE {
        return None;
    }
    reader.u16()?;
    let mut state = State::default();
    // Some writers fill the end up with zeros.
    while reader.0.iter().any(|byte| *byte != 0) {
        let Some(attribute) = attribute(&mut reader) else {
            state.tnef.damaged = true;
            break;
        };
        state.take(&attribute);
    }
    Some(state.finish())
}

struct Attribute<'a> {
    /// The lower half of the id; the upper one is a type, which some writers leave out.
    id: u16,
    data: &'a [u8],
}

fn attribute<'a>(reader: &mut Reader<'a>) -> Option<Attribute<'a>> {
    let level = reader.take(1)?;
    if !matches!(level, [1 | 2]) {
        return None;
    }
    let id = reader.u16()?;
    reader.u16()?;
    let length = usize::try_from(reader.u32()?).ok()?;
    let data = reader.take(length)?;
    // The checksum is 16 bits of a sum; wrong ones are common and say nothing.
    reader.u16()?;
    Some(Attribute { id, data })
}

#[derive(Default)]
struct State<'a> {
    tnef: Tnef<'a>,
    code_page: Option<u32>,
    text: Option<&'a [u8]>,
    open: Option<Attachment<'a>>,
}

impl<'a> State<'a> {
    fn take(&mut self, attribute: &Attribute<'a>) {
        match attribute.id {
            0x9007 => self.code_page = Reader(attribute.data).u32(),
            0x800c => self.text = Some(attribute.data),
            0x9003 => self.message_properties(attribute.data),
            // The rendering data comes first and begins a new attachment.
            0x9002 => {
                self.close();
                self.open = Some(Attachment::default());
            }
            0x8010 => {
                let name = self.string(attribute.data);
                let open = self.open.get_or_insert_default();
                open.name = open.name.take().or_else(|| header::safe_filename(&name));
            }
            0x800f => self.open.get_or_insert_default().data = attribute.data,
            0x9005 => self.attachment_properties(attribute.data),
            _ => {}
        }
    }

    fn message_properties(&mut self, data: &'a [u8]) {
        for property in self.properties(data) {
            match property.id {
                0x1000 => {
                    let text = self.text_of(&property.value);
                    self.tnef.text = text.or(self.tnef.text.take());
                }
                0x1013 => {
                    let html = match property.value {
                        Value::Binary(bytes) => Some(charset::decode_html(bytes, self.label())),
                        other => self.text_of(&other),
                    };
                    self.tnef.html = html.or(self.tnef.html.take());
                }
                _ => {}
            }
        }
    }

    fn attachment_properties(&mut self, data: &'a [u8]) {
        for property in self.properties(data) {
            let text = self.text_of(&property.value);
            let open = self.open.get_or_insert_default();
            match (property.id, property.value) {
                // The long name wins over the one of eight and three letters.
                (0x3707, _) => {
                    let name = text.and_then(|name| header::safe_filename(&name));
                    open.name = name.or(open.name.take());
                }
                (0x3704 | 0x3001, _) if open.name.is_none() => {
                    open.name = text.and_then(|name| header::safe_filename(&name));
                }
                (0x370e, _) => open.media_type = text.as_deref().and_then(media_type),
                (0x3712, _) => {
                    let id = text.map(|text| header::clean::clean(&text));
                    let bare = id.map(|id| id.trim_matches(['<', '>', ' ']).to_owned());
                    open.cid = bare.filter(|id| !id.is_empty());
                }
                (0x3701, Value::Binary(bytes)) if open.data.is_empty() => open.data = bytes,
                // An object begins with the id of its interface.
                (0x3701, Value::Object(bytes)) => {
                    open.data = bytes.get(16..).unwrap_or_default();
                }
                _ => {}
            }
        }
    }

    fn properties(&mut self, data: &'a [u8]) -> Vec<Property<'a>> {
        let (properties, is_whole) = mapi::properties(data);
        self.tnef.damaged |= !is_whole;
        properties
    }

    fn text_of(&self, value: &Value<'_>) -> Option<String> {
        let text = match value {
            Value::Bytes(bytes) => self.string(bytes),
            Value::Unicode(bytes) => charset::decode(bytes, Some("utf-16le")),
            Value::Binary(_) | Value::Object(_) | Value::Other => return None,
        };
        let text = text.trim_end_matches('\0');
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn string(&self, bytes: &[u8]) -> String {
        let end = bytes.iter().position(|byte| *byte == 0);
        let bytes = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
        charset::decode(bytes, self.label())
    }

    /// The charset of strings that are not Unicode.
    fn label(&self) -> Option<&'static str> {
        Some(match self.code_page? {
            437 | 850 => "cp850",
            874 => "windows-874",
            932 => "shift_jis",
            936 => "gbk",
            949 => "euc-kr",
            950 => "big5",
            1250 => "windows-1250",
            1251 => "windows-1251",
            1253 => "windows-1253",
            1254 => "windows-1254",
            1255 => "windows-1255",
            1256 => "windows-1256",
            1257 => "windows-1257",
            1258 => "windows-1258",
            65001 => "utf-8",
            _ => return None,
        })
    }

    fn close(&mut self) {
        let open = self
            .open
            .take()
            .filter(|open| *open != Attachment::default());
        if self.tnef.attachments.len() < MAX_ATTACHMENTS {
            self.tnef.attachments.extend(open);
        }
    }

    fn finish(mut self) -> Tnef<'a> {
        self.close();
        if self.tnef.text.is_none() {
            let text = self.text.map(|bytes| self.string(bytes));
            self.tnef.text = text.filter(|text| !text.is_empty());
        }
        self.tnef
    }
}

fn media_type(text: &str) -> Option<String> {
    let (kind, subtype) = text.split_once('/')?;
    let is_token = |text: &str| {
        let good = |c: char| c.is_ascii_alphanumeric() || "-+._".contains(c);
        !text.is_empty() && text.len() <= 127 && text.chars().all(good)
    };
    (is_token(kind) && is_token(subtype)).then(|| text.to_ascii_lowercase())
}

/// Takes bytes off the front; every method gives `None` when there are too few.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u16::from_le_bytes(*bytes))
    }

    fn u32(&mut self) -> Option<u32> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*bytes))
    }
}

#[cfg(test)]
mod tests;
