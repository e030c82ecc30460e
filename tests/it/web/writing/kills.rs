//! The program killed (SIGKILL) at any moment of sending, and started again: each message goes out
//! once or is there to be decided about, and none is lost.
//!
//! Ten kills by default. `RESTANTE_KILLS=300 cargo test --test it web::writing::kills` makes more,
//! `RESTANTE_SEED=…` repeats a run (as far as processes can be repeated).

use std::{collections::BTreeMap, env, time::Duration};

use sqlx::{Connection as _, SqliteConnection};
use tokio::io::AsyncReadExt as _;

use crate::{
    support::{
        dovecot::Dovecot,
        imap::{Imap, Mail},
        process::Site,
        smtp::Smtp,
    },
    web::PATIENCE,
};

/// The moments at which the submission server sees to it; `""`: after some milliseconds.
const STAGES: [&str; 10] = [
    "",
    "",
    "AUTH",
    "MAIL",
    "DATA",
    "message",
    "end",
    "taken",
    "replied",
    "replied later",
];

/// What the database says of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    state: String,
    copied: String,
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

async fn database(site: &Site) -> SqliteConnection {
    let url = format!("sqlite:{}", site.database().display());
    SqliteConnection::connect(&url).await.unwrap()
}

/// The submissions by subject. One subject is one message.
async fn known(db: &mut SqliteConnection) -> BTreeMap<String, Known> {
    let sql = "SELECT subject, state, copy_state FROM submissions";
    let rows: Vec<(String, String, String)> = sqlx::query_as(sql).fetch_all(db).await.unwrap();
    let count = rows.len();
    let known: BTreeMap<_, _> = rows
        .into_iter()
        .map(|(subject, state, copied)| (subject, Known { state, copied }))
        .collect();
    assert_eq!(known.len(), count, "a message has two submissions");
    known
}

/// As if the program had been away for longer than a claim lasts.
async fn time_passes(db: &mut SqliteConnection) {
    let sql = "UPDATE submissions SET claimed_until = 1 WHERE state = 'sending'";
    sqlx::query(sql).execute(db).await.unwrap();
}

/// Writes and sends a message; true when the program said that it will be sent.
async fn send(site: &Site, number: u64, size: usize, saved: bool) -> bool {
    let key = format!("kill-harness-{number:09}");
    let subject = format!("Kill {number}");
    let text = "Some words.\n".repeat(size);
    let mut fields = vec![
        ("key", key.as_str()),
        ("revision", "0"),
        ("format", "text"),
        ("to", "ada@example.org"),
        ("subject", &subject),
        ("text", &text),
        ("action", "save"),
    ];
    if saved && site.post("/drafts", &fields).await.is_none() {
        return false;
    }
    fields.pop();
    fields.push(("action", "send"));
    let Some(answer) = site.post("/drafts", &fields).await else {
        return false;
    };
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    // Without waiting for the moments in which it could be taken back.
    let path = format!("/outbox/{}/schedule", answer["submission"]);
    let _killed = site.post(&path, &[("send_at", "now")]).await;
    true
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_it_sends_each_message_once() {
    let read = |name| env::var(name).ok().and_then(|text| text.parse().ok());
    let kills: u64 = read("RESTANTE_KILLS").unwrap_or(10);
    let seed: u64 = read("RESTANTE_SEED").unwrap_or(20_261_129);
    let mut dice = Dice(seed.max(1));
    let server = Smtp::start();
    let user = Dovecot::shared().user();
    let mut other = Imap::of(&user.address).await;
    let mut site = Site::sending(&server.url());
    site.start();
    site.sign_in(&user).await;
    let mut db = database(&site).await;
    // What was promised, and what the program died over before it could promise.
    let (mut promised, mut number) = (Vec::new(), 0);
    let mut reached = BTreeMap::new();
    for _ in 0..kills {
        let stage = STAGES[usize::try_from(dice.below(10)).unwrap()];
        *reached.entry(stage).or_insert(0) += 1;
        let pause = Duration::from_micros(dice.below(60_000));
        let kill = site.killer();
        let arm = || match stage {
            "" => drop(tokio::spawn(async move {
                tokio::time::sleep(pause).await;
                kill();
            })),
            "replied later" => server.once("replied", move || {
                std::thread::sleep(pause);
                kill();
            }),
            stage => server.once(stage, kill),
        };
        let (mut arm, count) = (Some(arm), 1 + dice.below(3));
        let from = dice.below(count);
        for message in 0..count {
            if message == from
                && let Some(arm) = arm.take()
            {
                arm();
            }
            number += 1;
            let size = if dice.below(3) == 0 { 20_000 } else { 5 };
            if send(&site, number, size, dice.below(2) == 0).await {
                promised.push(number);
            }
        }
        // Until it is dead: what waits from the last round goes out as well, and may bring it.
        let waiting = tokio::task::spawn_blocking(move || {
            site.gone();
            site
        });
        site = tokio::time::timeout(PATIENCE, waiting)
            .await
            .expect("the moment came")
            .unwrap();
        time_passes(&mut db).await;
        site.start();
        // The password comes with the cookie.
        let answer = site.get("/outbox").await.unwrap();
        assert_eq!(answer.status, 200);
    }
    let known = settled(&site, &mut db).await;
    let sent: Vec<&String> = known
        .iter()
        .filter(|(_, one)| one.state == "sent")
        .map(|(subject, _)| subject)
        .collect();
    let copies = other.mails("Sent").await;
    let drafts = other.mails("Drafts").await;
    let unconfirmed = known
        .values()
        .filter(|one| one.state == "unconfirmed")
        .count();
    let ghosts = drafts
        .iter()
        .filter(|mail| sent.contains(&&mail.subject()))
        .count();
    eprintln!(
        "seed {seed}: {kills} kills {reached:?}; {number} messages, {} promised, {} sent, \
         {unconfirmed} unconfirmed, {} taken by the server, {} copies in Sent, {ghosts} copies of \
         sent messages left in Drafts",
        promised.len(),
        sent.len(),
        server.taken().len(),
        copies.len(),
    );
    check(&promised, number, &known, &server, &copies);
}

/// Waits until nothing is on its way any more, and all that was sent is filed.
async fn settled(site: &Site, db: &mut SqliteConnection) -> BTreeMap<String, Known> {
    let over = |one: &Known| match one.state.as_str() {
        "sent" => one.copied != "pending",
        state => state == "unconfirmed",
    };
    let mut events = site.events().await;
    let waiting = async {
        loop {
            let known = known(db).await;
            if known.values().all(over) {
                return known;
            }
            let mut piece = [0; 4096];
            assert!(events.read(&mut piece).await.unwrap() > 0, "it has ended");
        }
    };
    tokio::time::timeout(PATIENCE * 4, waiting)
        .await
        .expect("everything comes to rest")
}

fn check(
    promised: &[u64],
    number: u64,
    known: &BTreeMap<String, Known>,
    server: &Smtp,
    copies: &[Mail],
) {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for mail in server.taken() {
        let subject = mail
            .raw
            .lines()
            .find_map(|line| line.strip_prefix("Subject: "));
        *taken.entry(subject.unwrap().to_owned()).or_default() += 1;
    }
    for number in 1..=number {
        let subject = format!("Kill {number}");
        let times = taken.get(&subject).copied().unwrap_or(0);
        let filed = copies
            .iter()
            .filter(|mail| mail.subject() == subject)
            .count();
        let Some(one) = known.get(&subject) else {
            assert!(!promised.contains(&number), "{subject} is lost");
            assert_eq!((times, filed), (0, 0), "{subject}");
            continue;
        };
        match one.state.as_str() {
            "sent" => assert_eq!((times, filed), (1, 1), "{subject}: {one:?}"),
            "unconfirmed" => assert!(times <= 1 && filed == 0, "{subject}: {times} {filed}"),
            _ => panic!("{subject}: {one:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn told_to_stop_it_hands_over_what_it_has_begun() {
    let server = Smtp::start();
    let user = Dovecot::shared().user();
    let mut site = Site::sending(&server.url());
    site.start();
    site.sign_in(&user).await;
    let (begun, mut come) = tokio::sync::mpsc::unbounded_channel();
    let (go_on, wait) = std::sync::mpsc::channel::<()>();
    server.once("end", move || {
        begun.send(()).unwrap();
        let _ = wait.recv();
    });
    assert!(send(&site, 1, 5, false).await);
    come.recv().await.unwrap();
    let stopping = async {
        // The server takes its time, and the program its leave.
        let (stopped, ()) = tokio::join!(site.stop(), async {
            tokio::task::yield_now().await;
            drop(go_on);
        });
        stopped
    };
    tokio::time::timeout(PATIENCE, stopping).await.unwrap();
    let known = known(&mut database(&site).await).await;
    assert_eq!(known["Kill 1"].state, "sent");
    assert_eq!(server.taken().len(), 1);
}
