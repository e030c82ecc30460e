//! A node that is killed while it imports: the other one goes on, with nobody there where the mail
//! lives here and for its owner where it lies on a server; what was tried often enough says what to
//! do. Each message comes once, wherever the mail lies.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    store::database::{self, Database, Raw},
    support::{
        dovecot::{Dovecot, PASSWORD, User},
        imap::Imap,
        node::{Node, Person},
        process::program,
        proxy::{Fault, Proxy, Way},
    },
};

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// More messages than are filed before the node is killed.
const COUNT: usize = 1200;
/// The same on a server, over a slow line.
const ON_SERVER: usize = 120;
/// Messages that are stored here.
const STORED: &str = "SELECT COUNT(*) FROM placements";
/// Somebody whose mail lives here.
const LOCAL: &str = "ada@here.example";

/// Every tenth has no Message-ID.
fn message(number: usize) -> String {
    let id = match number % 10 {
        0 => String::new(),
        _ => format!("Message-ID: <m{number}@example.org>\n"),
    };
    format!(
        "Date: Thu, 01 Oct 2026 10:00:00 +0000\n{id}Subject: m{number:05}\n\n{}\n",
        format!("Some words of letter {number}.\n").repeat(20)
    )
}

fn mbox(count: usize) -> Vec<u8> {
    let mut mbox = String::new();
    for number in 0..count {
        write!(mbox, "From - \n{}\n", message(number)).unwrap();
    }
    mbox.into_bytes()
}

/// The messages as files, in two folders.
fn zip(count: usize) -> Vec<u8> {
    let pack = "import sys, zipfile\n\
        out = zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED)\n\
        for n, raw in enumerate(sys.stdin.read().split('\\0')):\n    \
            out.writestr(f'{\"Packed\" if n % 2 else \"Packed/Deep\"}/{n}.eml', raw)\n\
        out.close()\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mail.zip");
    let mut packing = Command::new("python3")
        .args(["-c", pack, path.to_str().unwrap()])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let all: Vec<String> = (0..count).map(message).collect();
    let mut to = packing.stdin.take().unwrap();
    to.write_all(all.join("\0").as_bytes()).unwrap();
    drop(to);
    assert!(packing.wait().unwrap().success());
    fs::read(path).unwrap()
}

fn make_local(config: &Path) {
    let mut making = program(config)
        .args(["user", "set-password", LOCAL])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut to = making.stdin.take().unwrap();
    writeln!(to, "{PASSWORD}").unwrap();
    drop(to);
    assert!(making.wait().unwrap().success());
}

/// Somebody who uses the API at either node.
struct Api<'a> {
    person: &'a Person,
    account: String,
}

impl<'a> Api<'a> {
    async fn of(person: &'a Person, at: SocketAddr) -> Self {
        let (_, accounts) = person.get(at, "/api/v1/accounts").await;
        let accounts: Value = serde_json::from_str(&accounts).unwrap();
        let account = accounts["items"][0]["id"].as_str().unwrap().to_owned();
        Self { person, account }
    }

    async fn import(&self, at: SocketAddr, name: &str, octets: Vec<u8>) -> String {
        let path = format!("/api/v1/accounts/{}/imports?name={name}", self.account);
        let asked = self.person.asking(reqwest::Method::POST, at, &path);
        let asked = asked.header("content-type", "application/octet-stream");
        let answer = asked.body(octets).send().await.unwrap();
        assert_eq!(answer.status(), 202);
        let job: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        job["id"].as_str().unwrap().to_owned()
    }

    async fn job(&self, at: SocketAddr, id: &str) -> Value {
        let (_, job) = self.person.get(at, &format!("/api/v1/jobs/{id}")).await;
        serde_json::from_str(&job).unwrap()
    }

    /// Goes on at a node with what was interrupted and tried often enough; gives the job at its end.
    async fn goes_on(&self, at: SocketAddr, id: &str, raw: &Raw) -> Value {
        raw.execute(&format!("UPDATE jobs SET tries = 100 WHERE id = {id}"))
            .await;
        // Nobody knows yet; then as if a minute had passed.
        assert_eq!(self.job(at, id).await["status"], "running");
        silent(raw, id).await;
        assert_eq!(self.job(at, id).await["status"], "interrupted");
        let page = format!("/settings/transfer/jobs/{id}");
        let (_, page) = self.person.get(at, &page).await;
        let hint = "The server that worked on it stopped in the middle.";
        assert!(page.contains(hint) && page.contains("Go on"), "{page}");
        let resume = format!("/api/v1/jobs/{id}/resume");
        let (status, said) = self.person.post(at, &resume, &[]).await;
        assert_eq!(status, 202, "{said}");
        until_ended(raw, id).await;
        self.job(at, id).await
    }
}

/// As if nobody had heard of a job for a minute.
async fn silent(raw: &Raw, id: &str) {
    let silent = "UPDATE jobs SET updated_at = updated_at - 61000 WHERE id = ";
    raw.execute(&format!("{silent}{id}")).await;
}

/// Waits until a job has ended, without anybody asking a node for it.
async fn until_ended(raw: &Raw, id: &str) {
    let running = format!("SELECT COUNT(*) FROM jobs WHERE state = 'running' AND id = {id}");
    let ended = tokio::time::timeout(PATIENCE, async {
        while raw.numbers(&running).await[0] > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    ended.await.expect("it ends");
}

/// Waits until more than so many messages are stored here.
async fn until_stored(raw: &Raw, count: i64) {
    let waited = tokio::time::timeout(PATIENCE, async {
        while raw.numbers(STORED).await[0] <= count {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    waited.await.expect("it is at work");
}

/// Messages in a folder on the server.
fn filed(user: &User) -> usize {
    let folders = user.doveadm(&["mailbox", "list"], &[], b"");
    if !folders.lines().any(|name| name == "Old") {
        return 0;
    }
    let query = ["uid", "mailbox", "Old"];
    let listed = user.doveadm(&["-f", "flow", "fetch"], &query, b"");
    listed
        .lines()
        .filter(|line| line.starts_with("uid="))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_goes_on_at_another_node() {
    database::with_postgres(false, killed_three_times).await;
}

async fn killed_three_times(db: Database) {
    let folder = tempfile::tempdir().unwrap();
    let imap = Proxy::start(Dovecot::shared().port("IMAP")).await;
    let settings = format!(
        "listen = \"127.0.0.1:0\"\ndata_dir = {:?}\ndatabase_url = {:?}\n\
         [[servers]]\ndomains = [\"*\"]\nimap = \"imap+insecure://127.0.0.1:{}\"\n",
        folder.path().join("data"),
        db.url,
        imap.port,
    );
    let config = folder.path().join("restante.toml");
    fs::write(&config, settings).unwrap();
    let (raw, mut first) = (db.raw().await, Node::start(program(&config)));
    make_local(&config);
    let other = Node::start(program(&config));
    let second = other.address;

    // Where mail lives here: an mbox, with nobody there, then a zip archive.
    let ada = Person::sign_in(first.address, LOCAL).await;
    let api = Api::of(&ada, first.address).await;
    let distinct = "SELECT COUNT(*) FROM (SELECT DISTINCT p.mailbox_id, m.sha256
        FROM placements p JOIN messages m ON m.id = p.message_id) AS each_once";
    let mut before = 0;
    for (name, file, by_itself) in [
        ("Old.mbox", mbox(COUNT), true),
        ("Old.zip", zip(COUNT), false),
    ] {
        let job = api.import(first.address, name, file).await;
        until_stored(&raw, before + 100).await;
        first.kill();
        let came = raw.numbers(STORED).await[0] - before;
        assert!(came < COUNT as i64, "it was killed in the middle");
        let ended = match by_itself {
            true => {
                silent(&raw, &job).await;
                until_ended(&raw, &job).await;
                api.job(second, &job).await
            }
            false => api.goes_on(second, &job, &raw).await,
        };
        assert_eq!(
            (&ended["status"], &ended["failed"]),
            (&json!("done"), &json!(0))
        );
        let [done, known] = ["done", "known"].map(|member| ended[member].as_i64().unwrap());
        assert_eq!(done + known, COUNT as i64, "{name}");
        // What the database was at when its client was killed may have been written yet.
        assert!(
            (came..came + 100).contains(&known),
            "{name}: {came}, {known}"
        );
        eprintln!("{name}: killed after {came} of {COUNT}");
        before += COUNT as i64;
        assert_eq!(raw.numbers(STORED).await[0], before);
        assert_eq!(raw.numbers(distinct).await[0], before);
        first = Node::start(program(&config));
    }

    // On a server, which is slow.
    let user = Dovecot::shared().user();
    let bob = Person::sign_in(first.address, &user.address).await;
    let api = Api::of(&bob, first.address).await;
    imap.add(Way::Down, Fault::Latency(Duration::from_millis(10)));
    let job = api.import(first.address, "Old.mbox", mbox(ON_SERVER)).await;
    let waited = tokio::time::timeout(PATIENCE, async {
        while filed(&user) <= 10 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    waited.await.expect("it is at work");
    first.kill();
    imap.heal();
    assert!(filed(&user) < ON_SERVER, "it was killed in the middle");
    // Nobody but Bob has the key. He comes, and looks at something else.
    silent(&raw, &job).await;
    let (status, _) = bob.get(second, "/api/v1/accounts").await;
    assert_eq!(status, 200);
    until_ended(&raw, &job).await;
    let ended = api.job(second, &job).await;
    assert_eq!(
        (&ended["status"], &ended["failed"]),
        (&json!("done"), &json!(0))
    );
    let sum = ended["done"].as_u64().unwrap() + ended["known"].as_u64().unwrap();
    assert_eq!(sum, ON_SERVER as u64);
    assert!(ended["known"].as_u64().unwrap() > 10, "{ended}");
    let mails = Imap::of(&user.address).await.mails("Old").await;
    let mut subjects: Vec<String> = mails.iter().map(|mail| mail.subject()).collect();
    subjects.sort();
    let expected: Vec<String> = (0..ON_SERVER)
        .map(|number| format!("m{number:05}"))
        .collect();
    assert_eq!(subjects, expected);
}
