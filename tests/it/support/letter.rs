//! Builds small messages for tests.

/// A message under construction; see [`letter`].
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    fields: Vec<(String, String)>,
    plain: Option<String>,
    html: Option<String>,
    files: Vec<(String, Vec<u8>)>,
}

/// A message with a subject and nothing else that matters.
pub(crate) fn letter(subject: &str) -> Letter {
    let fields = [
        ("From", "Ada <ada@example.org>"),
        ("To", "Bob <bob@example.org>"),
        ("Subject", subject),
        ("Date", "Mon, 23 Nov 2026 10:00:00 +0100"),
        ("MIME-Version", "1.0"),
    ];
    Letter {
        fields: fields
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        plain: None,
        html: None,
        files: Vec::new(),
    }
}

impl Letter {
    /// Sets a header field, as it is.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.fields
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn from(self, mailbox: &str) -> Self {
        self.header("From", mailbox)
    }

    pub(crate) fn id(self, message_id: &str) -> Self {
        self.header("Message-ID", &format!("<{message_id}>"))
    }

    pub(crate) fn answers(self, message_id: &str) -> Self {
        let id = format!("<{message_id}>");
        self.header("In-Reply-To", &id).header("References", &id)
    }

    pub(crate) fn text(mut self, text: &str) -> Self {
        self.plain = Some(text.to_owned());
        self
    }

    pub(crate) fn html(mut self, html: &str) -> Self {
        self.html = Some(html.to_owned());
        self
    }

    /// Adds a file; `bytes` are sent as base64.
    pub(crate) fn file(mut self, media_type: &str, name: &str, bytes: &[u8]) -> Self {
        let fields = format!(
            "Content-Type: {media_type}\r\n\
             Content-Disposition: attachment; filename=\"{name}\"\r\n"
        );
        self.files.push((fields, bytes.to_owned()));
        self
    }

    /// Adds a picture that the HTML calls `cid:<id>`.
    pub(crate) fn inline(mut self, media_type: &str, id: &str, bytes: &[u8]) -> Self {
        let fields = format!(
            "Content-Type: {media_type}\r\nContent-ID: <{id}>\r\n\
             Content-Disposition: inline\r\n"
        );
        self.files.push((fields, bytes.to_owned()));
        self
    }

    /// The bytes, lines ended by CRLF.
    pub(crate) fn raw(&self) -> Vec<u8> {
        let fields: String = self
            .fields
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let mut parts = vec![self.body()];
        parts.extend(self.files.iter().map(|(fields, bytes)| {
            let text = base64(bytes);
            format!("{fields}Content-Transfer-Encoding: base64\r\n\r\n{text}")
        }));
        (fields + &multipart("mixed", &parts)).into_bytes()
    }

    fn body(&self) -> String {
        let versions = [("plain", &self.plain), ("html", &self.html)];
        let parts: Vec<_> = versions
            .iter()
            .filter_map(|(kind, text)| {
                let text = text.as_deref()?.replace("\r\n", "\n").replace('\n', "\r\n");
                Some(format!(
                    "Content-Type: text/{kind}; charset=utf-8\r\n\
                     Content-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
                ))
            })
            .collect();
        if parts.is_empty() {
            "\r\n".to_owned()
        } else {
            multipart("alternative", &parts)
        }
    }
}

/// The parts in a multipart; a single one stands alone.
fn multipart(kind: &str, parts: &[String]) -> String {
    if let [only] = parts {
        return only.clone();
    }
    let inside: String = parts
        .iter()
        .map(|part| format!("--{kind}-x\r\n{part}\r\n"))
        .collect();
    format!("Content-Type: multipart/{kind}; boundary=\"{kind}-x\"\r\n\r\n{inside}--{kind}-x--\r\n")
}

fn base64(bytes: &[u8]) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let text = STANDARD.encode(bytes);
    let lines = text
        .as_bytes()
        .chunks(76)
        .map(|line| String::from_utf8_lossy(line) + "\r\n");
    lines.collect()
}

#[test]
fn letters_parse() {
    let raw = letter("Two versions")
        .from("Zed <zed@example.org>")
        .id("1@example.org")
        .answers("0@example.org")
        .text("plain\nlines")
        .html("<p>html</p>")
        .file("text/csv", "a.csv", b"1;2")
        .raw();
    let message = mail_parser::MessageParser::default()
        .parse(&raw)
        .expect("parses");
    assert_eq!(message.subject(), Some("Two versions"));
    assert_eq!(message.body_text(0).as_deref(), Some("plain\r\nlines\r\n"));
    assert_eq!(message.attachment_count(), 1);
}
