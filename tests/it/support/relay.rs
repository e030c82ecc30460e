//! Where the shared Dovecot's submission service hands mail on: takes everything, and keeps it.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Condvar, Mutex, OnceLock},
    time::Duration,
};

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

static TAKEN: (Mutex<Vec<String>>, Condvar) = (Mutex::new(Vec::new()), Condvar::new());

/// Its host and port; the first call starts it.
pub(crate) fn address() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                std::thread::spawn(move || talk(&stream));
            }
        });
        address
    })
}

/// The message that has this in it, with its envelope in front; waited for.
pub(crate) fn message(with: &str) -> String {
    let (taken, came) = &TAKEN;
    let guard = taken.lock().unwrap();
    let lacks = |all: &mut Vec<String>| !all.iter().any(|one| one.contains(with));
    let (guard, waited) = came.wait_timeout_while(guard, PATIENCE, lacks).unwrap();
    assert!(!waited.timed_out(), "no message with {with:?} came");
    guard.iter().find(|one| one.contains(with)).unwrap().clone()
}

fn talk(stream: &TcpStream) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let say = |text: &str| (&*stream).write_all(format!("{text}\r\n").as_bytes()).ok();
    say("220 relay.test")?;
    let mut envelope = String::new();
    loop {
        let line = lines.next()?.ok()?;
        match line.get(..4)?.to_ascii_uppercase().as_str() {
            "EHLO" => say("250-relay.test\r\n250-8BITMIME\r\n250 PIPELINING")?,
            "DATA" => {
                say("354 go on")?;
                let mut message = std::mem::take(&mut envelope);
                loop {
                    let line = lines.next()?.ok()?;
                    if line == "." {
                        break;
                    }
                    message += &line;
                    message.push('\n');
                }
                let (taken, came) = &TAKEN;
                taken.lock().unwrap().push(message);
                came.notify_all();
                say("250 taken")?;
            }
            "QUIT" => return say("221 bye"),
            "RSET" => {
                envelope.clear();
                say("250 ok")?;
            }
            _ => {
                envelope += &line;
                envelope.push('\n');
                say("250 ok")?;
            }
        }
    }
}
