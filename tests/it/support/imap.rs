//! Another mail program of the same person: plain IMAP on the shared Dovecot. It waits for what
//! is to come by IDLE.

use std::time::Duration;

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    time::timeout,
};

use super::dovecot::{Dovecot, PASSWORD};

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection of that program.
pub(crate) struct Imap {
    stream: BufReader<TcpStream>,
    /// Something was told that the last look at the folder may not have seen. Dovecot tells it
    /// once: behind an answer as well as in IDLE.
    news: bool,
}

/// A message as that program sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mail {
    pub(crate) uid: u32,
    pub(crate) flags: Vec<String>,
    pub(crate) raw: Vec<u8>,
}

impl Imap {
    /// Signs in.
    pub(crate) async fn of(address: &str) -> Self {
        let port = Dovecot::shared().port("IMAP");
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let mut imap = Self {
            stream: BufReader::new(stream),
            news: false,
        };
        imap.line().await;
        imap.command(&format!("LOGIN \"{address}\" {PASSWORD}"))
            .await;
        imap
    }

    /// Everything in a folder, in order of UID.
    pub(crate) async fn mails(&mut self, folder: &str) -> Vec<Mail> {
        self.command(&format!("SELECT \"{folder}\"")).await;
        self.all().await
    }

    /// Waits until the messages of a folder are as they should be, and gives them.
    pub(crate) async fn until(
        &mut self,
        folder: &str,
        what: impl Fn(&[Mail]) -> bool,
    ) -> Vec<Mail> {
        let mut mails = self.mails(folder).await;
        let waiting = async {
            while !what(&mails) {
                if !self.news {
                    self.say("i IDLE\r\n").await;
                    self.line_of("+").await;
                    while !self.news {
                        self.line().await;
                    }
                    self.say("DONE\r\n").await;
                    self.line_of("i OK").await;
                }
                // Whatever it is that changes, all is looked at again.
                mails = self.all().await;
            }
        };
        if timeout(PATIENCE, waiting).await.is_err() {
            // It may be in the middle of an IDLE.
            self.say("DONE\r\n").await;
            let mails = self.mails(folder).await;
            let said: Vec<_> = mails.iter().map(Mail::text).collect();
            panic!("{folder} is not as it should be: {said:#?}");
        }
        mails
    }

    /// The one message of a folder, once it is there.
    pub(crate) async fn only(&mut self, folder: &str) -> Mail {
        let mails = self.until(folder, |mails| !mails.is_empty()).await;
        assert_eq!(mails.len(), 1, "{mails:#?}");
        mails.into_iter().next().unwrap()
    }

    /// Puts a message into a folder.
    pub(crate) async fn append(&mut self, folder: &str, flags: &str, raw: &[u8]) {
        let command = format!("a APPEND \"{folder}\" ({flags}) {{{}}}\r\n", raw.len());
        self.say(&command).await;
        self.line_of("+").await;
        self.stream.write_all(raw).await.unwrap();
        self.say("\r\n").await;
        self.line_of("a OK").await;
    }

    /// Deletes a message for good.
    pub(crate) async fn expunge(&mut self, folder: &str, uid: u32) {
        self.command(&format!("SELECT \"{folder}\"")).await;
        self.command(&format!("UID STORE {uid} +FLAGS.SILENT (\\Deleted)"))
            .await;
        self.command(&format!("UID EXPUNGE {uid}")).await;
    }

    async fn all(&mut self) -> Vec<Mail> {
        self.news = false;
        self.say("a UID FETCH 1:* (UID FLAGS BODY.PEEK[])\r\n")
            .await;
        let mut mails = Vec::new();
        loop {
            let line = self.line().await;
            if line.starts_with("a ") {
                assert!(line.starts_with("a OK"), "{line}");
                return mails;
            }
            let Some((items, size)) = line.trim_end().rsplit_once('{') else {
                continue;
            };
            let size = size.trim_end_matches('}').parse().unwrap();
            let mut raw = vec![0; size];
            self.stream.read_exact(&mut raw).await.unwrap();
            let rest = items.to_owned() + &self.line().await;
            let uid = rest.split("UID ").nth(1).unwrap();
            let uid = uid.split([' ', ')']).next().unwrap().trim();
            let flags = rest.split("FLAGS (").nth(1).unwrap();
            let flags = flags.split(')').next().unwrap().split_whitespace();
            mails.push(Mail {
                uid: uid.parse().unwrap(),
                flags: flags
                    .filter(|flag| *flag != "\\Recent")
                    .map(str::to_owned)
                    .collect(),
                raw,
            });
        }
    }

    async fn command(&mut self, text: &str) {
        self.say(&format!("a {text}\r\n")).await;
        self.line_of("a OK").await;
    }

    async fn say(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).await.unwrap();
    }

    /// The next line that begins like this. A refusal is a failure of the test.
    async fn line_of(&mut self, start: &str) -> String {
        loop {
            let line = self.line().await;
            if line.starts_with(start) {
                return line;
            }
            let refused = ["a NO", "a BAD", "i NO", "i BAD"];
            assert!(!refused.iter().any(|no| line.starts_with(no)), "{line}");
        }
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).await.unwrap();
        assert!(read > 0, "Dovecot has left");
        // What was asked for comes with a literal.
        self.news |= line.starts_with("* ") && !line.ends_with("}\r\n");
        line
    }
}

impl Mail {
    /// As text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.raw).into_owned()
    }

    /// A field of the header, unfolded; empty when there is none.
    pub(crate) fn field(&self, name: &str) -> String {
        let text = self.text();
        let (head, _) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let start = format!("{}:", name.to_ascii_lowercase());
        let found = head
            .lines()
            .find(|line| line.to_ascii_lowercase().starts_with(&start));
        found.map_or(String::new(), |line| line[start.len()..].trim().to_owned())
    }

    /// The subject, decoded.
    pub(crate) fn subject(&self) -> String {
        let parsed = self.parsed();
        parsed.subject().unwrap_or_default().to_owned()
    }

    /// The first text, lines ended by LF, flowed lines joined as readers do (RFC 3676).
    pub(crate) fn body(&self) -> String {
        use mail_parser::MimeHeaders as _;
        let parsed = self.parsed();
        let text = parsed.body_text(0).unwrap_or_default();
        let text = text.replace("\r\n", "\n");
        let kind = parsed.text_part(0).and_then(|part| part.content_type());
        let flowed = kind.and_then(|kind| kind.attribute("format")) == Some("flowed");
        match flowed {
            true => unflowed(&text),
            false => text,
        }
    }

    /// The HTML, lines ended by LF.
    pub(crate) fn html(&self) -> String {
        let parsed = self.parsed();
        parsed
            .body_html(0)
            .unwrap_or_default()
            .replace("\r\n", "\n")
    }

    /// Names and bytes of the files.
    pub(crate) fn files(&self) -> Vec<(String, Vec<u8>)> {
        use mail_parser::MimeHeaders as _;
        let parsed = self.parsed();
        let files = parsed.attachments().map(|part| {
            let name = part.attachment_name().unwrap_or_default().to_owned();
            (name, part.contents().to_vec())
        });
        files.collect()
    }

    /// Has it this flag?
    pub(crate) fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|own| own.eq_ignore_ascii_case(flag))
    }

    fn parsed(&self) -> mail_parser::Message<'_> {
        mail_parser::MessageParser::default()
            .parse(&self.raw)
            .unwrap()
    }
}

/// Joins soft line ends and takes stuffed spaces away. Quoted lines stay as they are.
fn unflowed(text: &str) -> String {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let line = line.strip_prefix(' ').unwrap_or(line);
        let soft = line.ends_with(" \n") && line != "-- \n" && !line.starts_with('>');
        out.push_str(match soft {
            true => line.trim_end_matches('\n'),
            false => line,
        });
    }
    out
}
