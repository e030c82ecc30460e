//! A submission server that a test tells what to say, in plain text. It keeps every message that
//! it has taken.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex},
    thread,
    time::Duration,
};

/// What happens in the place of the usual answer. Named by the command: `greeting`, `EHLO`,
/// `AUTH`, `MAIL`, `RCPT` (or `RCPT <address>`), `DATA`, `end` (after the final dot).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// This answer.
    Say(&'static str),
    /// The connection ends, unanswered.
    Drop,
    /// The message is kept as one that was taken, and the connection ends, unanswered.
    TakeAndDrop,
    /// Nothing, for ever.
    Silence,
}

/// A running server.
pub(crate) struct Smtp {
    pub(crate) port: u16,
    state: Arc<Mutex<State>>,
    given: Arc<Condvar>,
}

#[derive(Default)]
struct State {
    acts: Vec<(String, Act)>,
    features: Vec<&'static str>,
    taken: Vec<Taken>,
    /// Commands, in the order of arrival.
    heard: Vec<String>,
    /// Whole messages, taken or not.
    given: Vec<Taken>,
    streams: Vec<TcpStream>,
    hook: Option<(&'static str, Hook)>,
}

type Hook = Box<dyn FnOnce() + Send>;

/// A message that it has taken.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) recipients: Vec<String>,
    pub(crate) raw: String,
}

impl Taken {
    /// The Message-ID, in brackets.
    pub(crate) fn id(&self) -> String {
        let line = self
            .raw
            .lines()
            .find_map(|line| line.strip_prefix("Message-ID: "));
        line.unwrap().trim().to_owned()
    }
}

impl Smtp {
    /// One that takes everything. It ends with the test.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State::default()));
        let given = Arc::new(Condvar::new());
        let (shared, told) = (Arc::clone(&state), Arc::clone(&given));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (shared, told) = (Arc::clone(&shared), Arc::clone(&told));
                thread::spawn(move || {
                    let stream = stream.unwrap();
                    let own = stream.try_clone().unwrap();
                    let _ended = serve(stream, &shared, &told);
                    let _ = own.shutdown(Shutdown::Both);
                });
            }
        });
        Self { port, state, given }
    }

    /// The URL for a configuration.
    pub(crate) fn url(&self) -> String {
        format!("smtp+insecure://127.0.0.1:{}", self.port)
    }

    /// From now on this happens at `at`; `None`: the usual again.
    pub(crate) fn at(&self, at: &str, act: Option<Act>) {
        let mut state = self.state.lock().unwrap();
        state.acts.retain(|(known, _)| known != at);
        state.acts.extend(act.map(|act| (at.to_owned(), act)));
    }

    /// What it offers beside signing in.
    pub(crate) fn offer(&self, features: &[&'static str]) {
        self.state.lock().unwrap().features = features.to_vec();
    }

    /// What it has taken.
    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.state.lock().unwrap().taken.clone()
    }

    /// How often this command has come.
    pub(crate) fn heard(&self, verb: &str) -> usize {
        let state = self.state.lock().unwrap();
        state.heard.iter().filter(|own| *own == verb).count()
    }

    /// The first message that comes whole, whatever is said to it.
    pub(crate) async fn given(&self) -> Taken {
        let state = Arc::clone(&self.state);
        let given = Arc::clone(&self.given);
        tokio::task::spawn_blocking(move || {
            let state = state.lock().unwrap();
            let patience = Duration::from_secs(30);
            let waited = given.wait_timeout_while(state, patience, |state| state.given.is_empty());
            waited.unwrap().0.given[0].clone()
        })
        .await
        .unwrap()
    }

    /// Once, when a submission has come this far: a command has come, `message` (a part of it has),
    /// `end` (all of it has), `taken` (it is kept), `replied` (and that was said).
    pub(crate) fn once(&self, stage: &'static str, hook: impl FnOnce() + Send + 'static) {
        self.state.lock().unwrap().hook = Some((stage, Box::new(hook)));
    }

    /// Ends all connections.
    pub(crate) fn cut(&self) {
        for stream in self.state.lock().unwrap().streams.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// The connection has ended.
struct Ended;

struct Line<'s> {
    stream: TcpStream,
    state: &'s Mutex<State>,
    buffer: Vec<u8>,
}

fn serve(stream: TcpStream, state: &Mutex<State>, told: &Condvar) -> Result<(), Ended> {
    let known = stream.try_clone().map_err(|_| Ended)?;
    state.lock().unwrap().streams.push(known);
    let mut line = Line {
        stream,
        state,
        buffer: Vec::new(),
    };
    let mut recipients = Vec::new();
    line.answer("greeting", "220 test ESMTP")?;
    loop {
        let command = line.line()?;
        let verb = command.split([' ', ':']).next().unwrap_or_default();
        state.lock().unwrap().heard.push(verb.to_owned());
        line.reached(verb);
        let usual = match verb.to_ascii_uppercase().as_str() {
            "EHLO" => {
                let features = state.lock().unwrap().features.clone();
                let mut lines = vec!["test", "AUTH PLAIN"];
                lines.extend(features);
                let last = lines.pop().unwrap();
                let mut text: String = lines.iter().map(|line| format!("250-{line}\r\n")).collect();
                text += &format!("250 {last}");
                text
            }
            "AUTH" => "235 Welcome".to_owned(),
            "DATA" => {
                if !line.answer("DATA", "354 Go on")? {
                    continue;
                }
                let raw = line.message()?;
                let taken = Taken {
                    recipients: std::mem::take(&mut recipients),
                    raw,
                };
                state.lock().unwrap().given.push(taken.clone());
                told.notify_all();
                line.end(taken)?;
                continue;
            }
            "RCPT" => {
                let address = command.split(['<', '>']).nth(1).unwrap_or_default();
                let own = format!("RCPT {address}");
                let known = line.act(&own).is_some();
                let at = if known { own.as_str() } else { "RCPT" };
                if line.answer(at, "250 Ok")? {
                    recipients.push(address.to_owned());
                }
                continue;
            }
            "QUIT" => {
                line.say("221 Bye")?;
                return Ok(());
            }
            _ => "250 Ok".to_owned(),
        };
        line.answer(verb, &usual)?;
    }
}

impl Line<'_> {
    fn act(&self, at: &str) -> Option<Act> {
        let state = self.state.lock().unwrap();
        let found = state.acts.iter().find(|(own, _)| own == at);
        found.map(|(_, act)| act.clone())
    }

    /// Answers; true for a yes.
    fn answer(&mut self, at: &str, usual: &str) -> Result<bool, Ended> {
        match self.act(at) {
            None => self.say(usual)?,
            Some(Act::Say(text)) => {
                self.say(text)?;
                return Ok(text.starts_with(['2', '3']));
            }
            Some(Act::Drop | Act::TakeAndDrop) => return Err(Ended),
            Some(Act::Silence) => {
                // Until the other side goes.
                while self.line().is_ok() {}
                return Err(Ended);
            }
        }
        Ok(true)
    }

    fn reached(&self, stage: &str) {
        let mut state = self.state.lock().unwrap();
        if state.hook.as_ref().is_some_and(|(own, _)| *own == stage) {
            let hook = state.hook.take();
            drop(state);
            if let Some((_, hook)) = hook {
                hook();
            }
        }
    }

    /// After the final dot.
    fn end(&mut self, taken: Taken) -> Result<(), Ended> {
        self.reached("end");
        let act = self.act("end");
        let keep = matches!(act, None | Some(Act::TakeAndDrop));
        let keep = keep || matches!(act, Some(Act::Say(text)) if text.starts_with('2'));
        if keep {
            // Written down before the answer, as a server does.
            self.state.lock().unwrap().taken.push(taken);
        }
        self.reached("taken");
        self.answer("end", "250 2.0.0 Taken")?;
        self.reached("replied");
        Ok(())
    }

    fn say(&mut self, text: &str) -> Result<(), Ended> {
        let line = format!("{text}\r\n");
        self.stream.write_all(line.as_bytes()).map_err(|_| Ended)
    }

    fn line(&mut self) -> Result<String, Ended> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            self.read()?;
        }
    }

    /// Up to the final dot, which is what makes it a message.
    fn message(&mut self) -> Result<String, Ended> {
        const END: &[u8] = b"\r\n.\r\n";
        let mut looked = 0;
        loop {
            let new = &self.buffer[looked..];
            if let Some(end) = new.windows(END.len()).position(|part| part == END) {
                let raw: Vec<u8> = self.buffer.drain(..looked + end + END.len()).collect();
                return Ok(String::from_utf8_lossy(&raw[..=looked + end]).into_owned());
            }
            looked = self.buffer.len().saturating_sub(END.len() - 1);
            self.read()?;
            self.reached("message");
        }
    }

    fn read(&mut self) -> Result<(), Ended> {
        let mut piece = [0; 64 * 1024];
        match self.stream.read(&mut piece) {
            Ok(0) | Err(_) => Err(Ended),
            Ok(read) => {
                self.buffer.extend_from_slice(&piece[..read]);
                Ok(())
            }
        }
    }
}
