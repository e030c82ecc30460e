//! A server for tests that follows a dialogue, on a pipe in memory: time can be virtual there.
//!
//! ```text
//! S: 250 taken      say this and CRLF          S| 250 ta   say this without it
//! C: MAIL FROM      hear a line that begins so
//! C. from here on   hear lines up to a single dot     C# 5  hear five octets
//! -- close          end the connection         -- silence  say nothing for ever
//! -- later 599      let seconds pass
//! ```

use std::time::Duration;

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream},
    task::JoinHandle,
    time::sleep,
};

use super::stream::BoxStream;

/// A running server; it hears to the end what the client says after the dialogue.
pub(crate) struct Server {
    task: JoinHandle<Vec<u8>>,
}

impl Server {
    /// The client's end, and a server at the other that follows `dialogue`. The pipe holds as
    /// little as a slow line, so that the client has to wait while it writes.
    pub(crate) fn start(dialogue: &str) -> (BoxStream, Self) {
        let (ours, theirs) = tokio::io::duplex(1024);
        let dialogue = dialogue.to_owned();
        let task = tokio::spawn(async move { follow(&dialogue, ours).await });
        (Box::new(theirs), Self { task })
    }

    /// All that the client has said, once it is gone.
    pub(crate) async fn heard(self) -> String {
        let heard = self.task.await.expect("the client kept to the dialogue");
        String::from_utf8_lossy(&heard).into_owned()
    }
}

async fn follow(dialogue: &str, stream: DuplexStream) -> Vec<u8> {
    let mut stream = BufReader::new(stream);
    let mut heard = Vec::new();
    for step in dialogue
        .lines()
        .map(str::trim_start)
        .filter(|line| !line.is_empty())
    {
        let (kind, text) = step.split_at(2);
        let text = text.strip_prefix(' ').unwrap_or(text);
        match kind {
            "S:" => {
                let _ = stream.write_all(format!("{text}\r\n").as_bytes()).await;
            }
            "S|" => {
                let text = text.replace("\\r", "\r").replace("\\n", "\n");
                let _ = stream.write_all(text.as_bytes()).await;
            }
            "C:" => {
                let line = line(&mut stream, &mut heard).await;
                assert!(line.starts_with(text), "wanted {text:?}, heard {line:?}");
            }
            "C." => while line(&mut stream, &mut heard).await != ".\r\n" {},
            "C#" => {
                let mut octets = vec![0; text.parse().expect("a number")];
                stream
                    .read_exact(&mut octets)
                    .await
                    .expect("as many octets");
                heard.extend(octets);
            }
            "--" => match text.split_once(' ').unwrap_or((text, "")) {
                ("close", _) => return heard,
                ("later", seconds) => {
                    sleep(Duration::from_secs(seconds.parse().expect("seconds"))).await;
                }
                _ => break,
            },
            _ => panic!("what is {step:?}?"),
        }
    }
    let _ = stream.read_to_end(&mut heard).await;
    heard
}

async fn line(stream: &mut BufReader<DuplexStream>, heard: &mut Vec<u8>) -> String {
    let mut line = Vec::new();
    let read = stream.read_until(b'\n', &mut line).await.unwrap_or(0);
    assert!(read > 0, "the client has left");
    heard.extend_from_slice(&line);
    String::from_utf8_lossy(&line).into_owned()
}
