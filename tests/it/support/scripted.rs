//! A server whose every byte a test decides: for the answers that no real one gives on request.

use std::{
    future::Future,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A listening scripted server; it stops when dropped.
#[derive(Debug)]
pub(crate) struct Scripted {
    /// Where it listens, on 127.0.0.1.
    pub(crate) port: u16,
    heard: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Scripted {
    /// Runs `script` for each connection, all at once if several come.
    pub(crate) async fn start<F, S>(script: F) -> Self
    where
        F: Fn(Line) -> S + Send + 'static,
        S: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("binds");
        let port = listener.local_addr().expect("bound").port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&heard);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let line = Line {
                    stream: BufReader::new(stream),
                    heard: Arc::clone(&log),
                };
                tokio::spawn(script(line));
            }
        });
        Self { port, heard, task }
    }

    /// An IMAP server that greets, accepts every login and answers each command with OK, except
    /// where `answer` gives the untagged lines and the end: `"* SEARCH 1\r\n{tag} OK done"`.
    /// `{tag}` stands for the command's tag.
    pub(crate) async fn imap<F>(capabilities: &str, answer: F) -> Self
    where
        F: Fn(&str) -> Option<String> + Send + Sync + 'static,
    {
        let capabilities = capabilities.to_owned();
        let answer = Arc::new(answer);
        Self::start(move |mut line| {
            let (capabilities, answer) = (capabilities.clone(), Arc::clone(&answer));
            async move {
                line.send(&format!("* OK [CAPABILITY {capabilities}] ready\r\n"))
                    .await;
                while let Some(command) = line.command().await {
                    let (tag, rest) = command.split_once(' ').unwrap_or((&command, ""));
                    let reply = answer(rest).unwrap_or_else(|| default_reply(rest, &capabilities));
                    line.send(&(reply.replace("{tag}", tag) + "\r\n")).await;
                    if rest.eq_ignore_ascii_case("LOGOUT") {
                        break;
                    }
                }
            }
        })
        .await
    }

    /// Listens no longer.
    pub(crate) async fn stop(&mut self) {
        self.task.abort();
        let _aborted = (&mut self.task).await;
    }

    /// Every line that clients have sent, in the order of arrival.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("not poisoned").clone()
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn default_reply(command: &str, capabilities: &str) -> String {
    match command
        .split(' ')
        .next()
        .unwrap_or_default()
        .to_ascii_uppercase()
        .as_str()
    {
        "CAPABILITY" => format!("* CAPABILITY {capabilities}\r\n{{tag}} OK done"),
        "LOGOUT" => "* BYE\r\n{tag} OK bye".to_owned(),
        _ => "{tag} OK done".to_owned(),
    }
}

/// One connection of a script.
#[derive(Debug)]
pub(crate) struct Line {
    stream: BufReader<TcpStream>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Line {
    /// Sends bytes as they are. A client that has gone is no failure of the server.
    pub(crate) async fn send(&mut self, text: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(text.as_ref()).await;
    }

    /// The next line without its end; `None` when the client has gone.
    pub(crate) async fn line(&mut self) -> Option<String> {
        let mut bytes = Vec::new();
        let read = self.stream.read_until(b'\n', &mut bytes).await.unwrap_or(0);
        if read == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&bytes)
            .trim_end_matches(['\r', '\n'])
            .to_owned();
        self.heard.lock().expect("not poisoned").push(line.clone());
        Some(line)
    }

    /// The next IMAP command with its literals in place: `a1 LOGIN {3}` `bob` is `a1 LOGIN bob`.
    pub(crate) async fn command(&mut self) -> Option<String> {
        let mut command = self.line().await?;
        while let Some((before, length, waits)) = announced(&command) {
            if waits {
                self.send("+ go on\r\n").await;
            }
            let mut bytes = vec![0; length];
            self.stream.read_exact(&mut bytes).await.ok()?;
            let rest = self.line().await?;
            command = format!("{before}{}{rest}", String::from_utf8_lossy(&bytes));
        }
        Some(command)
    }

    /// The bare stream, for TLS or anything else.
    pub(crate) fn into_inner(self) -> TcpStream {
        self.stream.into_inner()
    }
}

/// The line before a literal at its end, the literal's length and whether the client waits.
fn announced(line: &str) -> Option<(&str, usize, bool)> {
    let (before, length) = line.strip_suffix('}')?.rsplit_once('{')?;
    let digits = length.trim_end_matches('+');
    Some((before, digits.parse().ok()?, digits == length))
}

#[tokio::test]
async fn scripted_imap_reads_literals_and_answers() {
    let server = Scripted::imap("IMAP4rev1", |command| {
        command
            .starts_with("SEARCH")
            .then(|| "* SEARCH 4 5\r\n{tag} OK done".to_owned())
    })
    .await;
    let client = TcpStream::connect(("127.0.0.1", server.port))
        .await
        .expect("connects");
    let mut client = Line {
        stream: BufReader::new(client),
        heard: Arc::default(),
    };
    assert_eq!(
        client.line().await.as_deref(),
        Some("* OK [CAPABILITY IMAP4rev1] ready")
    );
    client.send("a LOGIN {3}\r\n").await;
    assert_eq!(client.line().await.as_deref(), Some("+ go on"));
    client.send("bob {6+}\r\nsecret\r\n").await;
    assert_eq!(client.line().await.as_deref(), Some("a OK done"));
    client.send("b SEARCH ALL\r\n").await;
    assert_eq!(client.line().await.as_deref(), Some("* SEARCH 4 5"));
    assert_eq!(client.line().await.as_deref(), Some("b OK done"));
    assert_eq!(
        server.heard()[1],
        " {6+}",
        "the literal itself is not a line"
    );
    client.send("c LOGOUT\r\n").await;
    while client.line().await.is_some() {}
    drop(client.into_inner());
}
