//! A server that does what the test says, step by step.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::task::AbortOnDropHandle;

/// A scripted server. Each connection runs the script from its beginning.
pub(crate) struct Script {
    pub(crate) port: u16,
    heard: Arc<Mutex<Vec<u8>>>,
    _task: AbortOnDropHandle<()>,
}

/// The server's side of one connection.
pub(crate) struct Peer {
    stream: TcpStream,
    buffer: BytesMut,
    heard: Arc<Mutex<Vec<u8>>>,
    /// Which connection this is, counted from 0.
    pub(crate) number: usize,
}

impl Script {
    /// Serves every connection with `script`.
    pub(crate) async fn start<F, Fut>(script: F) -> Self
    where
        F: Fn(Peer) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&heard);
        let task = tokio::spawn(async move {
            let mut number = 0;
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(script(Peer {
                    stream,
                    buffer: BytesMut::new(),
                    heard: Arc::clone(&all),
                    number,
                }));
                number += 1;
            }
        });
        Self {
            port: address.port(),
            heard,
            _task: AbortOnDropHandle::new(task),
        }
    }

    /// A server that signs anybody in and then runs `script`.
    pub(crate) async fn signed_in<F, Fut>(capabilities: &'static str, script: F) -> Self
    where
        F: Fn(Peer) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let script = Arc::new(script);
        Self::start(move |mut peer| {
            let script = Arc::clone(&script);
            async move {
                peer.sign_in(capabilities).await;
                script(peer).await;
            }
        })
        .await
    }

    /// Everything that clients have sent.
    pub(crate) fn heard(&self) -> String {
        String::from_utf8_lossy(&self.heard.lock().unwrap()).into_owned()
    }
}

impl Peer {
    pub(crate) async fn send(&mut self, text: impl AsRef<[u8]>) {
        // The client may have hung up, which the test then sees elsewhere.
        let _ = self.stream.write_all(text.as_ref()).await;
    }

    /// The next line without CRLF; waits for ever at the end of the connection.
    pub(crate) async fn line(&mut self) -> String {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|w| w == b"\r\n") {
                let line = self.buffer.split_to(end + 2);
                return String::from_utf8_lossy(&line[..end]).into_owned();
            }
            self.fill().await;
        }
    }

    /// This many bytes of a literal.
    pub(crate) async fn literal(&mut self, size: usize) -> Vec<u8> {
        while self.buffer.len() < size {
            self.fill().await;
        }
        self.buffer.split_to(size).to_vec()
    }

    async fn fill(&mut self) {
        let before = self.buffer.len();
        match self.stream.read_buf(&mut self.buffer).await {
            Ok(n) if n > 0 => {
                let new = &self.buffer[before..];
                self.heard.lock().unwrap().extend_from_slice(new);
            }
            _ => std::future::pending().await,
        }
    }

    /// The next command, which must begin so; gives its tag.
    pub(crate) async fn expect(&mut self, command: &str) -> String {
        let line = self.line().await;
        let (tag, rest) = line.split_once(' ').unwrap_or(("", &line));
        assert!(rest.starts_with(command), "expected {command}, got {line}");
        tag.to_owned()
    }

    /// The next command, answered by these lines and OK.
    pub(crate) async fn answer(&mut self, command: &str, lines: &str) {
        let tag = self.expect(command).await;
        self.send(format!("{lines}{tag} OK done\r\n")).await;
    }

    /// Greets and lets anybody in.
    pub(crate) async fn sign_in(&mut self, capabilities: &str) {
        self.send(format!(
            "* OK [CAPABILITY {capabilities} AUTH=PLAIN SASL-IR] hi\r\n"
        ))
        .await;
        let tag = self.expect("AUTHENTICATE PLAIN ").await;
        self.send(format!("{tag} OK [CAPABILITY {capabilities}] in\r\n"))
            .await;
    }

    /// Answers the next SELECT with a folder of this state.
    pub(crate) async fn select(&mut self, exists: u32, uid_validity: u32) {
        let tag = self.expect("SELECT ").await;
        self.send(format!(
            "* FLAGS (\\Seen \\Deleted)\r\n* {exists} EXISTS\r\n\
             * OK [UIDVALIDITY {uid_validity}] .\r\n* OK [UIDNEXT 1000] .\r\n\
             {tag} OK [READ-WRITE] selected\r\n"
        ))
        .await;
    }

    /// Reads and ignores until the client hangs up.
    pub(crate) async fn hang(mut self) {
        loop {
            self.fill().await;
        }
    }

    pub(crate) fn into_stream(self) -> TcpStream {
        self.stream
    }
}
