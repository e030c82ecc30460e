//! Two processes on one PostgreSQL and one folder, behind a real nginx as docs/deployment.md has it:
//! what one does the other knows, and when one is killed at work nothing is lost.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    imap::support::ports::free_port,
    store::database::{self, Database, Raw},
    support::{
        dovecot::{Dovecot, User},
        handbook::{block, with},
        imap::Imap,
        letter::letter,
        node::{Node, Person, Running},
        process::program,
        proxy::{Fault, Proxy, Way},
        smtp::Smtp,
    },
};

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(45);
/// Messages at the POP3 server.
const COLLECTED: usize = 40;
/// Messages that are sent.
const SENT: usize = 16;

async fn in_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work).await.expect("in time")
}

/// nginx in front of both, as the document has it but for names, places and TLS.
fn proxy(folder: &Path, port: u16, nodes: [SocketAddr; 2]) -> Option<Running> {
    let at = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let several = with(
        block("Several nodes", "nginx"),
        &[
            ("10.0.0.11:8080", &nodes[0].to_string()),
            ("10.0.0.12:8080", &nodes[1].to_string()),
        ],
    );
    let site = with(
        block("nginx", "nginx"),
        &[
            ("listen 443 ssl http2", &format!("listen 127.0.0.1:{port}")),
            ("    ssl_certificate /etc/ssl/mail.example.org.pem;\n", ""),
            (
                "    ssl_certificate_key /etc/ssl/mail.example.org.key;\n",
                "",
            ),
            ("http://127.0.0.1:8080", "http://restante"),
        ],
    );
    let own = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {};\n", at(name)))
        .concat();
    let config = format!(
        "daemon off;\nmaster_process off;\npid {};\nerror_log stderr;\nevents {{}}\n\
         http {{\naccess_log off;\n{own}{several}{site}}}\n",
        at("pid")
    );
    fs::write(at("nginx.conf"), config).unwrap();
    let begun = Command::new("nginx")
        .args(["-p", &at(""), "-c", &at("nginx.conf")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(at("nginx.log")).unwrap())
        .spawn();
    match begun {
        Ok(child) => Some(Running(child)),
        Err(error) => {
            println!("skipped: nginx: {error}; ./test installs it");
            None
        }
    }
}

/// How leases and claims name the one node that there is.
async fn name_of_first(raw: &Raw) -> String {
    let names = raw
        .texts("SELECT name FROM leases WHERE name LIKE 'node %'")
        .await;
    assert_eq!(names.len(), 1, "{names:?}");
    names[0].rsplit(' ').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_are_one_service_and_one_goes_on_alone() {
    database::with_postgres(false, used).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_keys_at_once_one_is_refused() {
    database::with_postgres(true, with_two_keys).await;
}

async fn with_two_keys(db: Database) {
    let pool = db.postgres().await;
    // Both have looked before either writes.
    let mut held = pool.begin().await.unwrap();
    let lock = "LOCK TABLE leases IN SHARE ROW EXCLUSIVE MODE";
    sqlx::query(lock).execute(&mut *held).await.unwrap();
    let folders = [0, 1].map(|_| tempfile::tempdir().unwrap());
    let begun = folders.each_ref().map(|folder| {
        let settings = format!(
            "listen = \"127.0.0.1:0\"\ndata_dir = {:?}\ndatabase_url = {:?}\n",
            folder.path().join("data"),
            db.url
        );
        let config = folder.path().join("restante.toml");
        fs::write(&config, settings).unwrap();
        let mut program = program(&config);
        tokio::task::spawn_blocking(move || Node::try_start(program.arg("serve")))
    });
    let waiting = "SELECT COUNT(*) FROM pg_locks
        WHERE NOT granted AND relation = 'leases'::regclass";
    in_time(async {
        while sqlx::query_scalar::<_, i64>(waiting)
            .fetch_one(&pool)
            .await
            .unwrap()
            < 2
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    held.commit().await.unwrap();
    let begun = in_time(futures_util::future::join_all(begun)).await;
    let (serve, refused): (Vec<_>, Vec<_>) = begun
        .into_iter()
        .map(Result::unwrap)
        .partition(Result::is_ok);
    assert_eq!((serve.len(), refused.len()), (1, 1));
    for said in refused.into_iter().filter_map(Result::err) {
        assert!(
            said.contains("another process serves from this database with another secret.key"),
            "{said}"
        );
    }
}

async fn used(db: Database) {
    let folder = tempfile::Builder::new().prefix("nodes").tempdir().unwrap();
    let (dovecot, smtp) = (Dovecot::shared(), Smtp::start());
    let pop3 = Proxy::start(dovecot.port("POP3")).await;
    let settings = format!(
        "listen = \"127.0.0.1:0\"\ndata_dir = {:?}\ndatabase_url = {:?}\n\
         limits.sign_in_failures = 4\nlimits.imap_connections_per_host = 40\n\
         [[servers]]\ndomains = [\"pop.example\"]\npop3 = \"pop3+insecure://127.0.0.1:{}\"\n\
         [[servers]]\ndomains = [\"*\"]\nimap = \"imap+insecure://127.0.0.1:{}\"\nsmtp = {:?}\n",
        folder.path().join("data"),
        db.url,
        pop3.port,
        dovecot.port("IMAP"),
        smtp.url(),
    );
    let config = folder.path().join("restante.toml");
    fs::write(&config, settings).unwrap();
    let raw = db.raw().await;
    let mut first = Node::start(program(&config));
    let name = name_of_first(&raw).await;
    let second = Node::start(program(&config));
    let (one, other) = (first.address, second.address);
    let port = free_port();
    let Some(_nginx) = proxy(folder.path(), port, [one, other]) else {
        return;
    };
    let front = SocketAddr::from((Ipv4Addr::LOCALHOST, port));

    let user = dovecot.user();
    let ada = Person::sign_in(one, &user.address).await;
    let draft = knows_what_the_other_does(&ada, &user, one, other).await;
    counts_wrong_passwords_once(one, other).await;

    // The first one is at work: it collects, slowly, and sends.
    let collected = dovecot.user_at("pop.example");
    for number in 0..COLLECTED {
        collected.deliver(&letter(&format!("Collected {number}")).raw());
    }
    pop3.add(Way::Down, Fault::Slice(100));
    pop3.add(Way::Down, Fault::Latency(Duration::from_millis(15)));
    let bob = Person::sign_in(one, &collected.address).await;
    assert_eq!(bob.get(other, "/settings/collection").await.0, 200);
    assert_eq!(ada.get(other, "/outbox").await.0, 200);
    let stored = "SELECT COUNT(*) FROM placements";
    in_time(async {
        while raw.numbers(stored).await[0] < 3 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let promised = Arc::new(AtomicUsize::new(0));
    let senders: Vec<_> = (0..4)
        .map(|sender| {
            let (ada, promised) = (ada.clone(), Arc::clone(&promised));
            tokio::spawn(async move {
                for number in (sender..SENT).step_by(4) {
                    // Both nodes take some, whatever the proxy would choose.
                    let at = if number % 3 == 0 { front } else { one };
                    let at = if promised.load(Ordering::SeqCst) < 6 {
                        at
                    } else {
                        front
                    };
                    send(&ada, at, front, number).await;
                    promised.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    in_time(async {
        while promised.load(Ordering::SeqCst) < 6 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    let at_kill = raw.numbers(stored).await[0];
    first.kill();
    pop3.heal();
    let killed = Instant::now();
    while ada.get(front, "/outbox").await.0 != 200 {
        assert!(
            killed.elapsed() < Duration::from_secs(5),
            "the other serves on"
        );
    }
    let back = killed.elapsed();
    // As if the time had passed for which it holds what it was at.
    let held = format!("left(holder, {}) = '{name}'", name.len());
    raw.execute(&format!("UPDATE leases SET expires_at = 1 WHERE {held}"))
        .await;
    let claimed = held.replace("holder", "claimed_by");
    let sql = format!("UPDATE submissions SET claimed_until = 1 WHERE {claimed}");
    raw.execute(&sql).await;
    for sender in senders {
        in_time(sender).await.unwrap();
    }
    // What was written at the one is there at the other.
    let (status, page) = ada.get(front, &draft).await;
    assert!(
        status == 200 && page.contains("Some words of a draft."),
        "{page}"
    );
    in_time(settled(&raw)).await;
    in_time(async {
        while raw.numbers(stored).await[0] < i64::try_from(COLLECTED).unwrap() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await;
    let distinct = "SELECT COUNT(DISTINCT m.sha256) FROM placements p
        JOIN messages m ON m.id = p.message_id";
    let counts = (raw.numbers(stored).await[0], raw.numbers(distinct).await[0]);
    let all = i64::try_from(COLLECTED).unwrap();
    assert_eq!(counts, (all, all), "each message once");
    let took = killed.elapsed();
    eprintln!("back after {back:?}, all done after {took:?}; {at_kill} were collected by then");
    each_went_out_once(&raw, &smtp, &user).await;
}

/// At `front` once `at` does not answer.
async fn send(ada: &Person, at: SocketAddr, front: SocketAddr, number: usize) {
    if at != front {
        let alone = tokio::time::timeout(Duration::from_secs(3), ada.send(at, number)).await;
        if alone.is_ok() {
            return;
        }
    }
    in_time(ada.send(front, number)).await;
}

/// Gives the path of a draft.
async fn knows_what_the_other_does(
    ada: &Person,
    user: &User,
    one: SocketAddr,
    other: SocketAddr,
) -> String {
    // Nobody signed in there; who has signed in here is known.
    let (status, page) = ada.get(other, "/outbox").await;
    assert_eq!(status, 200, "{page}");
    let mut events = ada.events(other).await;
    let fields = [
        ("key", "node-harness-later-1"),
        ("revision", "0"),
        ("format", "text"),
        ("to", "ada@example.org"),
        ("subject", "Sent later"),
        ("text", "Some words of a draft.\n"),
        ("action", "save"),
    ];
    let (status, saved) = ada.post(one, "/drafts", &fields).await;
    assert_eq!(status, 200, "{saved}");
    let saved: serde_json::Value = serde_json::from_str(&saved).unwrap();
    let (status, page) = ada.get(other, &format!("/drafts/{}", saved["draft"])).await;
    assert!(
        status == 200 && page.contains("Some words of a draft."),
        "{saved}: {page}"
    );
    let revision = saved["revision"].to_string();
    let mut fields = fields;
    fields[1].1 = &revision;
    fields[6].1 = "send";
    let draft = format!("/drafts/{}", saved["draft"]);
    let (status, sent) = ada.post(one, &draft, &fields).await;
    assert_eq!(status, 200, "{sent}");
    let sent: serde_json::Value = serde_json::from_str(&sent).unwrap();
    events.says("EmailSubmission").await;
    let (_, page) = ada.get(other, "/outbox").await;
    assert!(page.contains("Sent later"), "{page}");
    let path = format!("/outbox/{}/cancellation", sent["submission"]);
    assert!(ada.post(other, &path, &[]).await.0 < 400);

    // A session that ends here is over there, its stream as well.
    let again = Person::sign_in(other, &user.address).await;
    let stream = again.events(other).await;
    assert!(again.post(one, "/logout", &[]).await.0 < 400);
    let ended = tokio::time::timeout(Duration::from_secs(20), stream.end()).await;
    ended.expect("the stream ends at once");
    assert_ne!(again.get(other, "/outbox").await.0, 200);
    assert_eq!(ada.get(other, "/outbox").await.0, 200);
    draft
}

async fn counts_wrong_passwords_once(one: SocketAddr, other: SocketAddr) {
    let fields = [("address", "eve@example.org"), ("password", "guessed")];
    let eve = Person::stranger();
    for at in [one, other, one, other] {
        let (status, page) = eve.post(at, "/login", &fields).await;
        assert_ne!(status, 429, "{page}");
    }
    for at in [one, other] {
        assert_eq!(eve.post(at, "/login", &fields).await.0, 429);
    }
}

/// Waits until nothing is on its way any more, and all that was sent is filed.
async fn settled(raw: &Raw) {
    let open = "SELECT COUNT(*) FROM submissions WHERE subject LIKE 'Node %'
        AND NOT (state = 'unconfirmed' OR (state = 'sent' AND copy_state <> 'pending'))";
    while raw.numbers(open).await[0] > 0 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn each_went_out_once(raw: &Raw, smtp: &Smtp, user: &User) {
    let copies = Imap::of(&user.address).await.mails("Sent").await;
    let taken = smtp.taken();
    let mut unconfirmed = 0;
    for number in 0..SENT {
        let subject = format!("Node {number}");
        let sql = format!("SELECT state FROM submissions WHERE subject = '{subject}'");
        let states = raw.texts(&sql).await;
        assert_eq!(states.len(), 1, "{subject}: {states:?}");
        let line = format!("Subject: {subject}");
        let times = taken
            .iter()
            .filter(|mail| mail.raw.lines().any(|own| own == line))
            .count();
        let filed = copies
            .iter()
            .filter(|mail| mail.subject() == subject)
            .count();
        match states[0].as_str() {
            "sent" => assert_eq!((times, filed), (1, 1), "{subject}"),
            "unconfirmed" => {
                unconfirmed += 1;
                assert!(times <= 1 && filed <= 1, "{subject}: {times} {filed}");
            }
            state => panic!("{subject}: {state}"),
        }
    }
    eprintln!("{SENT} sent, of which {unconfirmed} were under way at the kill");
}
