//! The collector killed (SIGKILL) at any moment, and started again: every message is stored once,
//! octet by octet, and what was deleted on the server is here.
//!
//! A hundred kills by default. `RESTANTE_KILLS=1000 cargo test --test it pop3::kills` makes more,
//! `RESTANTE_SEED=…` repeats a run (as far as processes can be repeated). The collector runs in a
//! process of its own, which is this very program with another test, and reaches Dovecot through a
//! line that kills it at its moment.

use std::{
    collections::BTreeMap,
    env,
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use restante::{
    clock::Clock,
    net::Security,
    pop3::open,
    store::collector::{Policy, deletions::Outcome},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
    task::JoinHandle,
};

use super::{connector, dovecot, home::Home, letter};
use crate::support::dovecot::{Dovecot, PASSWORD, User};

/// When it is killed: at a command, which the server then gets or not; `""`: after some
/// milliseconds, which is within the storing of messages mostly.
const STAGES: [(&str, When); 14] = [
    ("", When::Before),
    ("", When::Before),
    ("", When::Before),
    ("", When::Before),
    ("AUTH", When::After),
    ("UIDL", When::Answered),
    ("RETR", When::Before),
    ("RETR", When::Answered),
    ("DELE", When::Before),
    ("DELE", When::Half),
    ("DELE", When::Answered),
    ("QUIT", When::Before),
    ("QUIT", When::After),
    ("QUIT", When::Answered),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum When {
    /// The server does not hear of it.
    Before,
    /// The server hears a part of it.
    Half,
    /// The server hears it.
    After,
    /// The server has answered, and the answer does not arrive.
    Answered,
}

/// Numbers that a seed decides (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// A process to be killed when a command passes.
#[derive(Clone, Copy, Debug)]
struct Trap {
    word: &'static str,
    when: When,
    pid: u32,
}

fn kill(pid: u32) {
    // It may be gone already.
    let _ = Command::new("kill")
        .args(["-9", &pid.to_string()])
        .stderr(Stdio::null())
        .status();
}

/// The line to Dovecot.
struct Wire {
    port: u16,
    trap: Arc<Mutex<Option<Trap>>>,
    task: JoinHandle<()>,
}

impl Wire {
    async fn start() -> Self {
        let target = Dovecot::shared().port("POP3");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let trap: Arc<Mutex<Option<Trap>>> = Arc::default();
        let shared = Arc::clone(&trap);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(("127.0.0.1", target)).await.unwrap();
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                let answered: Arc<Mutex<Option<Trap>>> = Arc::default();
                tokio::spawn(up(
                    from_client,
                    to_server,
                    Arc::clone(&shared),
                    Arc::clone(&answered),
                ));
                tokio::spawn(down(from_server, to_client, answered));
            }
        });
        Self { port, trap, task }
    }

    fn set(&self, trap: Option<Trap>) {
        *self.trap.lock().unwrap() = trap;
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn up(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    trap: Arc<Mutex<Option<Trap>>>,
    answered: Arc<Mutex<Option<Trap>>>,
) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let count = from.read(&mut buffer).await.unwrap_or(0);
        let said = &buffer[..count];
        let text = String::from_utf8_lossy(said);
        let caught = trap
            .lock()
            .unwrap()
            .take_if(|trap| text.contains(trap.word));
        let mut passes = count;
        match &caught {
            Some(trap) if trap.when == When::Answered => {
                *answered.lock().unwrap() = caught;
            }
            Some(trap) if trap.when == When::Before => return kill(trap.pid),
            Some(trap) if trap.when == When::Half => passes = count / 2,
            _ => {}
        }
        if count == 0 || to.write_all(&said[..passes]).await.is_err() {
            return;
        }
        if let Some(trap) = caught.filter(|trap| trap.when != When::Answered) {
            return kill(trap.pid);
        }
    }
}

async fn down(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, answered: Arc<Mutex<Option<Trap>>>) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let count = from.read(&mut buffer).await.unwrap_or(0);
        if let Some(trap) = answered.lock().unwrap().take() {
            return kill(trap.pid);
        }
        if count == 0 || to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

/// Not a test of its own: the process that is killed. It collects until there is nothing to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Ok(dir) = env::var("RESTANTE_KILL_DIR") else {
        return;
    };
    let read = |name| env::var(name).unwrap();
    let home = Home::open(Path::new(&dir), Clock::system()).await;
    let port = read("RESTANTE_KILL_PORT").parse().unwrap();
    let connector = connector(port, Security::Plain, &read("RESTANTE_KILL_USER"), PASSWORD);
    let mut idle = 0;
    while idle < 2 {
        idle += 1;
        match home.try_collect(&connector, "child").await {
            Ok(Some(run)) if run.filed + run.deleted > 0 => idle = 0,
            Ok(Some(_)) => {}
            // Dovecot may still hold the session of the one that was killed.
            other => eprintln!("{other:?}"),
        }
    }
}

fn start(dir: &Path, port: u16, user: &User) -> Child {
    Command::new(env::current_exe().unwrap())
        .args([
            "pop3::kills::child",
            "--exact",
            "--nocapture",
            "--test-threads=1",
        ])
        .env("RESTANTE_KILL_DIR", dir)
        .env("RESTANTE_KILL_PORT", port.to_string())
        .env("RESTANTE_KILL_USER", &user.address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits until it has ended; true when it was killed.
async fn ended(mut child: Child) -> bool {
    let waiting = tokio::task::spawn_blocking(move || child.wait().unwrap());
    let status = tokio::time::timeout(Duration::from_secs(120), waiting).await;
    status.expect("it ends").unwrap().signal() == Some(9)
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_it_stores_each_message_once() {
    let read = |name| env::var(name).ok().and_then(|text| text.parse().ok());
    let kills: u64 = read("RESTANTE_KILLS").unwrap_or(100);
    let seed: u64 = read("RESTANTE_SEED").unwrap_or(20_261_129);
    let mut dice = Dice(seed.max(1));
    let user = Dovecot::shared().user();
    let dir = tempfile::Builder::new().prefix("kills").tempdir().unwrap();
    let home = Home::open(dir.path(), Clock::system()).await;
    home.set_policy(Policy::AfterDays(0)).await;
    let wire = Wire::start().await;
    let mut delivered = 0;
    let mut reached = BTreeMap::new();
    let mut killed = 0;
    while killed < kills {
        // At least three thousand messages in a thousand kills, some too large for one piece.
        for _ in 0..3 {
            let size = if dice.below(40) == 0 {
                600_000
            } else {
                200 + dice.below(5_000)
            };
            user.deliver(&letter(delivered, usize::try_from(size).unwrap()).raw);
            delivered += 1;
        }
        home.time_passes().await;
        let (word, when) = STAGES[usize::try_from(dice.below(14)).unwrap()];
        let pause = Duration::from_micros(dice.below(150_000));
        let child = start(dir.path(), wire.port, &user);
        let pid = child.id();
        let trap = Trap { word, when, pid };
        if word.is_empty() {
            wire.set(None);
            tokio::spawn(async move {
                tokio::time::sleep(pause).await;
                kill(pid);
            });
        } else {
            wire.set(Some(trap));
        }
        if ended(child).await {
            killed += 1;
            *reached.entry((word, when)).or_insert(0) += 1;
        }
    }
    wire.set(None);
    while left(&user).await > 0 {
        home.time_passes().await;
        ended(start(dir.path(), wire.port, &user)).await;
    }
    check(
        &home,
        delivered,
        &format!("seed {seed}: {killed} kills {reached:?}"),
    )
    .await;
}

async fn left(user: &User) -> u64 {
    let mut session = open(&dovecot(&user.address)).await.unwrap();
    let stat = session.stat().await.unwrap();
    session.quit().await.unwrap();
    stat.messages
}

async fn check(home: &Home, delivered: usize, what: &str) {
    let found = home.messages().await;
    let mut times: BTreeMap<usize, usize> = BTreeMap::new();
    let mut damaged = 0;
    for raw in &found {
        let text = String::from_utf8_lossy(raw);
        let subject = text
            .lines()
            .find_map(|line| line.strip_prefix("Subject: Letter "));
        let number: usize = subject.unwrap().parse().unwrap();
        *times.entry(number).or_default() += 1;
        // Behind what the delivery has put in front.
        let begins = raw
            .windows(16)
            .position(|part| part == b"Received: from a")
            .unwrap();
        let body = &raw[begins..];
        damaged += usize::from(body != letter(number, body.len()).raw);
    }
    let twice = times.values().filter(|times| **times > 1).count();
    let lost = (0..delivered)
        .filter(|number| !times.contains_key(number))
        .count();
    let log = home.deletions().await;
    let outcome = |outcome| log.iter().filter(|one| one.outcome == outcome).count();
    eprintln!(
        "{what}; {delivered} messages delivered, {} stored, {lost} lost, {twice} twice, {damaged} \
         damaged; DELE: {} confirmed, {} unknown, {} refused",
        found.len(),
        outcome(Outcome::Confirmed),
        outcome(Outcome::Unknown),
        outcome(Outcome::Refused)
    );
    assert_eq!((lost, twice, damaged), (0, 0, 0));
    assert_eq!(outcome(Outcome::Sent), 0);
}
