//! A POP3 server whose maildrop a test can change and whose answers it can bend.

use std::sync::{Arc, Mutex};

use restante::{net::Security, pop3::Connector};
use tokio::sync::Notify;

use super::connector;
use crate::support::scripted::{Line, Scripted};

/// Unique-id and bytes.
type Message = (String, Vec<u8>);

/// What it is asked, and what it has.
type Bend = dyn Fn(&str, &[Message]) -> Option<Bent> + Send + Sync;

/// An answer that is not what it should be.
pub(crate) enum Bent {
    /// This, line end included.
    Say(String),
    /// The connection ends.
    Leave,
    /// Yes, and nothing is done.
    Lie,
    /// It deletes what it was told to, and says nothing.
    Mute,
    /// It tells the first that it was asked, and answers once the second is told.
    Wait(Arc<Notify>, Arc<Notify>),
}

/// See the module's description.
pub(crate) struct Maildrop {
    server: Scripted,
    messages: Arc<Mutex<Vec<Message>>>,
}

impl Maildrop {
    /// One that offers these capabilities (`""`: it knows no CAPA) and holds these messages.
    pub(crate) async fn start(
        offered: &'static str,
        messages: &[(&str, &str)],
        bend: impl Fn(&str, &[Message]) -> Option<Bent> + Send + Sync + 'static,
    ) -> Self {
        let own = |(uid, raw): &(&str, &str)| ((*uid).to_owned(), raw.as_bytes().to_vec());
        let messages = Arc::new(Mutex::new(messages.iter().map(own).collect::<Vec<_>>()));
        let (shared, bend): (_, Arc<Bend>) = (Arc::clone(&messages), Arc::new(bend));
        let server = Scripted::start(move |line| {
            serve(line, offered, Arc::clone(&shared), Arc::clone(&bend))
        })
        .await;
        Self { server, messages }
    }

    pub(crate) fn port(&self) -> u16 {
        self.server.port
    }

    /// Nobody listens any more.
    pub(crate) async fn stop(&mut self) {
        self.server.stop().await;
    }

    pub(crate) fn connector(&self) -> Connector {
        connector(self.server.port, Security::Plain, "anna", "secret")
    }

    /// Changes what it holds.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Vec<Message>)) {
        change(&mut self.messages.lock().unwrap());
    }

    pub(crate) fn count(&self) -> usize {
        self.messages.lock().unwrap().len()
    }

    /// How often a command was said.
    pub(crate) fn heard(&self, command: &str) -> usize {
        let heard = self.server.heard();
        heard
            .iter()
            .filter(|line| line.starts_with(command))
            .count()
    }
}

async fn serve(
    mut line: Line,
    offered: &'static str,
    shared: Arc<Mutex<Vec<Message>>>,
    bend: Arc<Bend>,
) {
    // Numbers stay what they are for as long as a session lasts.
    let here = shared.lock().unwrap().clone();
    let mut marked = Vec::new();
    line.send("+OK hi\r\n").await;
    while let Some(command) = line.line().await {
        let (verb, argument) = command.split_once(' ').unwrap_or((&command, ""));
        let bent = bend(&command, &here);
        let at = argument.parse::<usize>().unwrap_or(0).wrapping_sub(1);
        match bent {
            Some(Bent::Say(text)) => {
                line.send(text).await;
                continue;
            }
            Some(Bent::Leave) => return,
            Some(Bent::Mute) => {
                shared.lock().unwrap().retain(|one| !marked.contains(one));
                return;
            }
            Some(Bent::Lie) => {
                line.send("+OK\r\n").await;
                if verb == "QUIT" {
                    return;
                }
                continue;
            }
            Some(Bent::Wait(asked, go_on)) => {
                asked.notify_one();
                go_on.notified().await;
            }
            None => {}
        }
        let rows = |show: &dyn Fn(&Message) -> String| {
            let rows = (1..)
                .zip(&here)
                .map(|(at, one)| format!("{at} {}\r\n", show(one)));
            format!("+OK\r\n{}.\r\n", rows.collect::<String>())
        };
        let answer = match verb {
            "CAPA" if offered.is_empty() => "-ERR what\r\n".to_owned(),
            "CAPA" => format!("+OK\r\n{}\r\n.\r\n", offered.replace(',', "\r\n")),
            "STAT" => format!("+OK {} 1\r\n", here.len()),
            "LIST" => rows(&|(_, raw)| raw.len().to_string()),
            "UIDL" => rows(&|(uid, _)| uid.clone()),
            "RETR" if at < here.len() => {
                format!("+OK\r\n{}\r\n.\r\n", String::from_utf8_lossy(&here[at].1))
            }
            "DELE" => {
                marked.push(here[at].clone());
                "+OK\r\n".to_owned()
            }
            "QUIT" => {
                shared.lock().unwrap().retain(|one| !marked.contains(one));
                line.send("+OK bye\r\n").await;
                return;
            }
            _ => "+OK\r\n".to_owned(),
        };
        line.send(answer).await;
    }
}
