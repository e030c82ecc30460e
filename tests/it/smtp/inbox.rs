//! An inbox on the shared Dovecot, watched over IMAP: mail is fetched when it arrives.

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

use crate::support::dovecot::{Dovecot, PASSWORD};

/// A connection that idles in somebody's inbox.
pub(super) struct Inbox(BufReader<TcpStream>);

impl Inbox {
    /// Watches from now on.
    pub(super) async fn of(address: &str) -> Self {
        let port = Dovecot::shared().port("IMAP");
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let mut inbox = Self(BufReader::new(stream));
        inbox.until("* OK").await;
        inbox
            .say(&format!("a LOGIN \"{address}\" {PASSWORD}\r\n"))
            .await;
        inbox.until("a OK").await;
        inbox.say("b SELECT INBOX\r\n").await;
        inbox.until("b OK").await;
        inbox.say("c IDLE\r\n").await;
        inbox.until("+ ").await;
        inbox
    }

    /// The next message to arrive, whole.
    pub(super) async fn next(mut self) -> Vec<u8> {
        while !self.line().await.ends_with("EXISTS\r\n") {}
        self.say("DONE\r\n").await;
        self.until("c OK").await;
        self.say("d FETCH * BODY.PEEK[]\r\n").await;
        let mut line = self.line().await;
        while !line.contains(" FETCH (") {
            line = self.line().await;
        }
        let size = line.split(['{', '}']).nth(1).unwrap().parse().unwrap();
        let mut message = vec![0; size];
        self.0.read_exact(&mut message).await.unwrap();
        message
    }

    async fn say(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    async fn until(&mut self, start: &str) -> String {
        loop {
            let line = self.line().await;
            if line.starts_with(start) {
                return line;
            }
        }
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        let read = self.0.read_line(&mut line).await.unwrap();
        assert!(read > 0, "Dovecot has left");
        line
    }
}
