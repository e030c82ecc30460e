//! Writes sample messages as bytes: headers folded and encoded (RFC 5322, RFC 2047, RFC 2231),
//! bodies in the usual transfer encodings, multiparts nested as asked.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::mail::{
    header,
    transfer::encode::{base64_lines, quoted_printable},
};

/// The headers of one message. Texts are Unicode; [`Letter::write`] encodes them.
#[derive(Clone, Debug, Default)]
pub(super) struct Letter {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) cc: String,
    pub(super) subject: String,
    /// The charset of the subject's encoded words; UTF-8 when empty.
    pub(super) charset: String,
    /// Milliseconds since 1970 UTC.
    pub(super) date: i64,
    /// The sender's zone, in hours east.
    pub(super) zone: i8,
    pub(super) message_id: String,
    /// Message-IDs from the root of the conversation to the message answered.
    pub(super) references: Vec<String>,
    /// Further header lines, already encoded, without line ends.
    pub(super) extra: Vec<String>,
}

impl Letter {
    /// The whole message, lines ended by CRLF.
    pub(super) fn write(&self, part: &Part) -> Vec<u8> {
        let mut lines = vec![format!("Date: {}", date(self.date, self.zone))];
        let mut add = |name: &str, value: String| {
            if !value.is_empty() {
                lines.push(folded(&format!("{name}: {value}")));
            }
        };
        add("From", mailboxes(&self.from));
        add("To", mailboxes(&self.to));
        add("Cc", mailboxes(&self.cc));
        add("Subject", encoded_as(&self.subject, &self.charset));
        add("Message-ID", self.message_id.clone());
        add(
            "In-Reply-To",
            self.references.last().cloned().unwrap_or_default(),
        );
        add("References", self.references.join(" "));
        lines.extend(self.extra.iter().cloned());
        lines.push("MIME-Version: 1.0".to_owned());
        let mut out = lines.join("\r\n").into_bytes();
        out.extend_from_slice(b"\r\n");
        part.write(&mut out);
        out
    }
}

/// One MIME part, its header lines and its encoded body.
#[derive(Clone, Debug)]
pub(super) struct Part {
    head: Vec<String>,
    body: Vec<u8>,
}

impl Part {
    /// Bytes as they are, with these header lines.
    pub(super) fn raw(head: &[&str], body: impl Into<Vec<u8>>) -> Self {
        Self {
            head: head.iter().map(|line| (*line).to_owned()).collect(),
            body: body.into(),
        }
    }

    /// `text/<kind>` in UTF-8, quoted-printable.
    pub(super) fn text(kind: &str, text: &str) -> Self {
        Self::raw(
            &[
                &format!("Content-Type: text/{kind}; charset=utf-8"),
                "Content-Transfer-Encoding: quoted-printable",
            ],
            quoted_printable(text.as_bytes()),
        )
    }

    /// Plain text, `format=flowed` (RFC 3676): paragraphs broken after a space at 72 columns.
    pub(super) fn flowed(text: &str) -> Self {
        Self::raw(
            &[
                "Content-Type: text/plain; charset=utf-8; format=flowed",
                "Content-Transfer-Encoding: 8bit",
            ],
            crlf(&text.lines().map(flow).collect::<Vec<_>>().join("\n")),
        )
    }

    /// Plain text in another charset, base64 for it may hold any bytes.
    pub(super) fn charset(label: &str, text: &str) -> Self {
        let bytes = in_charset(text, label);
        Self::raw(
            &[
                &format!("Content-Type: text/plain; charset={label}"),
                "Content-Transfer-Encoding: base64",
            ],
            base64_lines(&bytes),
        )
    }

    /// A plain and an HTML version of the same.
    pub(super) fn alternative(plain: &str, html: &str) -> Self {
        Self::multipart(
            "alternative",
            &[Self::text("plain", plain), Self::text("html", html)],
        )
    }

    /// A file to download.
    pub(super) fn attachment(media_type: &str, name: &str, bytes: &[u8]) -> Self {
        Self::raw(
            &[
                &format!(
                    "Content-Type: {media_type};\r\n {}",
                    parameter("name", name)
                ),
                &format!(
                    "Content-Disposition: attachment;\r\n {}",
                    parameter("filename", name)
                ),
                "Content-Transfer-Encoding: base64",
            ],
            base64_lines(bytes),
        )
    }

    /// A picture that the HTML beside it shows by `cid:`.
    pub(super) fn inline(media_type: &str, name: &str, cid: &str, bytes: &[u8]) -> Self {
        Self::raw(
            &[
                &format!("Content-Type: {media_type}; name=\"{name}\""),
                &format!("Content-Disposition: inline; filename=\"{name}\""),
                &format!("Content-ID: <{cid}>"),
                "Content-Transfer-Encoding: base64",
            ],
            base64_lines(bytes),
        )
    }

    /// `multipart/<kind>`; parameters may follow the kind after a semicolon.
    pub(super) fn multipart(kind: &str, parts: &[Self]) -> Self {
        let mut inner = Vec::new();
        for part in parts {
            part.write(&mut inner);
        }
        let boundary = format!("=_{:016x}", fingerprint(&inner));
        let mut body = Vec::with_capacity(inner.len() + 200);
        for part in parts {
            body.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
            part.write(&mut body);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        let head = format!("Content-Type: multipart/{kind};\r\n boundary=\"{boundary}\"");
        Self {
            head: vec![head],
            body,
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        for line in &self.head {
            out.extend_from_slice(line.as_bytes());
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(&self.body);
    }
}

/// The date as header fields have it. `zone` in hours east.
pub(super) fn date(at: i64, zone: i8) -> String {
    header::date_text(at, i16::from(zone) * 60)
}

/// A stable 64-bit fingerprint (FNV-1a).
pub(super) fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01B3)
    })
}

/// Lines ended by CRLF, the last one too.
pub(super) fn crlf(text: &str) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(text.len() + 64);
    for line in text.lines() {
        out.extend_from_slice(line.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// `Name <address>, …` with the names quoted or encoded as they need.
fn mailboxes(list: &str) -> String {
    let one = |mailbox: &str| match mailbox.rsplit_once(" <") {
        Some((name, address)) if !name.is_ascii() => {
            format!("{} <{address}", encoded_as(name, ""))
        }
        Some((name, address)) if !name.starts_with('"') && name.contains(['.', '(', '@']) => {
            format!("\"{name}\" <{address}")
        }
        _ => mailbox.to_owned(),
    };
    list.split(", ").map(one).collect::<Vec<_>>().join(", ")
}

/// The text as RFC 2047 encoded words of a charset (UTF-8 when empty) if it is not plain ASCII.
fn encoded_as(text: &str, charset: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let charset = if charset.is_empty() { "UTF-8" } else { charset };
    let mut words = Vec::new();
    let mut word = String::new();
    for letter in text.chars() {
        if word.len() + letter.len_utf8() > 30 {
            words.push(std::mem::take(&mut word));
        }
        word.push(letter);
    }
    words.push(word);
    let word = |word: &String| {
        format!(
            "=?{charset}?B?{}?=",
            STANDARD.encode(in_charset(word, charset))
        )
    };
    words.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// The text's bytes in a charset; UTF-8 for an unknown one.
fn in_charset(text: &str, label: &str) -> Vec<u8> {
    encoding_rs::Encoding::for_label(label.as_bytes()).map_or_else(
        || text.as_bytes().to_vec(),
        |encoding| encoding.encode(text).0.into_owned(),
    )
}

/// `name="value"`, or RFC 2231 when the value is not ASCII.
fn parameter(name: &str, value: &str) -> String {
    if value.is_ascii() {
        return format!("{name}=\"{value}\"");
    }
    let escaped = value.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    });
    format!("{name}*=UTF-8''{}", escaped.collect::<String>())
}

/// A header line folded at spaces, at 76 columns where there are spaces.
fn folded(line: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for (at, word) in line.split(' ').enumerate() {
        if at > 1 && column + word.len() > 75 {
            out.push_str("\r\n ");
            column = 1;
        } else if at > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += word.len();
    }
    out
}

/// One paragraph as flowed lines; quote marks are repeated on each.
fn flow(line: &str) -> String {
    let text = line.trim_start_matches('>');
    let marks = line.strip_suffix(text).unwrap_or_default();
    let mut out = marks.to_owned();
    let mut column = marks.len();
    for word in text.split_inclusive(' ') {
        if column + word.len() > 73 && column > marks.len() + 1 {
            out.push('\n');
            out.push_str(marks);
            column = marks.len();
            if !marks.is_empty() {
                out.push(' ');
                column += 1;
            }
        }
        out.push_str(word);
        column += word.len();
    }
    // A space at the end would join the next paragraph to this one.
    out.trim_end_matches(' ').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_headers_are_folded_and_encoded_words_stay_short() {
        let letter = Letter {
            from: "Zoë Ørsted <zoe@example.org>".to_owned(),
            subject: "é".repeat(200),
            ..Letter::default()
        };
        let raw = String::from_utf8(letter.write(&Part::text("plain", "Grüße = ja \n"))).unwrap();
        assert!(raw.lines().all(|line| line.len() <= 78), "{raw}");
        assert!(raw.contains("Gr=C3=BC=C3=9Fe =3D ja=20\r\n"), "{raw}");
    }

    #[test]
    fn flowed_lines_end_in_a_space_only_where_they_continue() {
        let text = "word ".repeat(40);
        let lines = flow(&format!(">> {text}"));
        let lines: Vec<_> = lines.lines().collect();
        let (last, before) = lines.split_last().unwrap();
        assert!(before.len() >= 2 && before.iter().all(|line| line.ends_with(' ')));
        assert!(!last.ends_with(' ') && lines.iter().all(|line| line.starts_with(">> ")));
    }

    #[test]
    fn dates_carry_the_zone() {
        assert_eq!(date(0, 2), "Thu, 1 Jan 1970 02:00:00 +0200");
    }
}
