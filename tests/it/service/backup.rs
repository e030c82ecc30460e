//! `restante backup` while mail comes and goes, and what `restante verify` says of the copy.

use std::{
    env, fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures_util::stream;
use restante::{
    app::App,
    clock::Clock,
    config::Config,
    engine::{
        Error,
        list::{Anchor, Window},
        local::Deposit,
        secrets::Key,
    },
    mail::mailbox::Role,
};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tokio::task::JoinHandle;

use crate::{
    contract::{Kind, Place},
    support::{app::Settings, dovecot::PASSWORD, letter::letter, process::program},
};

async fn restante(config: &Path, arguments: &[&str]) -> Output {
    let mut command = program(config);
    command.args(arguments);
    let run = tokio::task::spawn_blocking(move || command.output().unwrap());
    run.await.unwrap()
}

fn said(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    [out, err]
        .map(|text| String::from_utf8_lossy(text))
        .concat()
}

/// Mail that comes and goes for as long as this lives.
struct Load {
    filed: Arc<AtomicUsize>,
    deleted: Arc<AtomicUsize>,
    ends: Arc<AtomicBool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Load {
    fn on(place: &Place) -> Self {
        let (filed, deleted, ends): (Arc<AtomicUsize>, Arc<AtomicUsize>, Arc<AtomicBool>) =
            Default::default();
        let mut tasks = Vec::new();
        for writer in 0..2 {
            let (engine, address) = (place.app.app().engine().clone(), place.address.clone());
            let (filed, ends) = (Arc::clone(&filed), Arc::clone(&ends));
            tasks.push(tokio::spawn(async move {
                while !ends.load(Ordering::SeqCst) {
                    let number = filed.fetch_add(1, Ordering::SeqCst);
                    let raw = letter(&format!("{writer} {number}"))
                        .text(&"Text. ".repeat(number % 5000))
                        .raw();
                    let deposit = Deposit {
                        folder: "INBOX",
                        keywords: &std::iter::empty::<&str>().collect(),
                        received_at: None,
                    };
                    let pieces = stream::iter([Ok::<_, Error>(Bytes::from(raw))]);
                    engine.deposit(&address, &deposit, pieces).await.unwrap();
                }
            }));
        }
        let (account, gone, over) = (place.account.clone(), deleted.clone(), ends.clone());
        tasks.push(tokio::spawn(async move {
            let inbox = account.mailbox_for(Role::Inbox).await.unwrap();
            let window = Window {
                mailbox: inbox.id,
                filter: None,
                sort: restante::mail::sort::Sort::default(),
                anchor: Anchor::Newest,
                limit: 10,
            };
            while !over.load(Ordering::SeqCst) {
                let page = account.list(&window).await.unwrap();
                let ids: Vec<_> = page
                    .rows
                    .iter()
                    .skip(2)
                    .step_by(2)
                    .map(|row| row.id)
                    .collect();
                if ids.is_empty() {
                    continue;
                }
                account.destroy(&ids).await.unwrap();
                gone.fetch_add(ids.len(), Ordering::SeqCst);
            }
        }));
        Self {
            filed,
            deleted,
            ends,
            tasks,
        }
    }

    fn counts(&self) -> (usize, usize) {
        let (filed, deleted) = (&self.filed, &self.deleted);
        (filed.load(Ordering::SeqCst), deleted.load(Ordering::SeqCst))
    }

    async fn until(&self, filed: usize, deleted: usize) {
        while self.counts().0 < filed || self.counts().1 < deleted {
            assert!(!self.tasks.iter().any(JoinHandle::is_finished));
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn end(self) {
        self.ends.store(true, Ordering::SeqCst);
        for task in self.tasks {
            task.await.unwrap();
        }
    }
}

/// Everything below a folder, by its path in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found
}

fn copy_all(from: &Path, to: &Path) {
    for file in files(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(file, target).unwrap();
    }
}

/// Every message that the copy speaks of can be opened in it; gives how many those are.
async fn all_open(config: &Path, address: &str) -> usize {
    let config = Config::load(Some(config), std::iter::empty()).unwrap();
    let app = App::new(config, Clock::system()).await.unwrap();
    let mut browser = crate::support::browser::Browser::new(app.router(), "http://localhost:8080");
    assert_eq!(browser.sign_in(address, PASSWORD).await.status, 303);
    let key = Key::from_text(browser.session_cookie()).unwrap();
    let session = app.engine().session(&key).await.unwrap().unwrap();
    let account = app.engine().account(&session, &key).await.unwrap();
    let inbox = account.mailbox_for(Role::Inbox).await.unwrap();
    let window = Window {
        mailbox: inbox.id,
        filter: None,
        sort: restante::mail::sort::Sort::default(),
        anchor: Anchor::Newest,
        limit: 100_000,
    };
    let page = account.list(&window).await.unwrap();
    for row in &page.rows {
        account.open(row.id).await.unwrap();
    }
    page.rows.len()
}

fn with_key(folder: &Path, settings: &str) -> String {
    let key = folder.join("secret.key");
    format!("secret_key_file = {key:?}\n{settings}")
}

/// Three backups into one folder while mail comes and goes; the last one, restored elsewhere.
async fn backed_up_under_load(place: Place) -> tempfile::TempDir {
    let config = place.app.data().join("restante.toml");
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("backup");
    let load = Load::on(&place);
    load.until(50, 10).await;
    // The first copies all; of three more, something was written and something deleted meanwhile.
    let (mut number, mut under_load) = (0, 0);
    while under_load < 3 {
        assert!(number < 100, "nothing ever changes");
        let before = load.counts();
        let done = restante(&config, &["backup", copy.to_str().unwrap()]).await;
        assert!(done.status.success(), "{}", said(&done));
        let after = load.counts();
        let again = number > 0;
        number += 1;
        under_load += usize::from(again && before.0 < after.0 && before.1 < after.1);
        assert_eq!(
            !said(&done).contains(" 0 there already"),
            again,
            "{}",
            said(&done)
        );
    }
    load.end().await;
    assert!(!copy.join("secret.key").exists());
    // It is kept elsewhere.
    let key = place.app.data().join("secret.key");
    fs::copy(key, folder.path().join("secret.key")).unwrap();
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_is_whole() {
    let subjects: Vec<String> = (0..30).map(|number| number.to_string()).collect();
    let subjects: Vec<&str> = subjects.iter().map(String::as_str).collect();
    let place = Place::with_subjects(Kind::Local, &subjects).await;
    let address = place.address.clone();
    let settings = fs::read_to_string(place.app.data().join("restante.toml")).unwrap();
    let data = place.app.data().to_owned();
    let folder = backed_up_under_load(place).await;
    let restored = folder.path().join("restored");
    copy_all(&folder.path().join("backup"), &restored);
    let config = folder.path().join("restante.toml");
    let settings = settings.replace(data.to_str().unwrap(), restored.to_str().unwrap());
    let settings = with_key(folder.path(), &settings);
    fs::write(&config, settings).unwrap();
    let verified = restante(&config, &["verify"]).await;
    assert!(verified.status.success(), "{}", said(&verified));
    assert!(said(&verified).contains("The database is sound"));
    let count = all_open(&config, &address).await;
    assert!(count >= 2, "{count}");
    // With one of its blobs gone it would be told.
    let blob = files(&restored.join("blobs")).pop().unwrap();
    fs::remove_file(blob).unwrap();
    assert!(!restante(&config, &["verify"]).await.status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_postgresql_under_load_is_whole() {
    let Ok(server) = env::var("RESTANTE_TEST_POSTGRES") else {
        println!("skipped: RESTANTE_TEST_POSTGRES names no PostgreSQL server");
        return;
    };
    let mut admin = PgConnection::connect(&server).await.unwrap();
    let name = format!("backup_{}", std::process::id());
    let (root, _) = server.rsplit_once('/').unwrap();
    let names = [name.clone(), format!("{name}_restored")];
    for name in &names {
        let sql = format!("CREATE DATABASE {name}");
        admin.execute(AssertSqlSafe(sql)).await.unwrap();
    }
    let url = format!("{root}/{name}?statement-cache-capacity=50");
    let settings = Settings::default().top(&format!("database_url = {url:?}"));
    let place = Place::at(Kind::Local, &[], settings).await;
    let address = place.address.clone();
    let settings = fs::read_to_string(place.app.data().join("restante.toml")).unwrap();
    let data = place.app.data().to_owned();
    let folder = backed_up_under_load(place).await;
    let copy = folder.path().join("backup");
    let loaded = Command::new("pg_restore")
        .args(["--exit-on-error", "--no-owner", "--dbname"])
        .arg(format!("{root}/{}", names[1]))
        .arg(copy.join("restante.pgdump"))
        .output()
        .unwrap();
    assert!(loaded.status.success(), "{}", said(&loaded));
    let config = folder.path().join("restante.toml");
    let settings = settings
        .replace(data.to_str().unwrap(), copy.to_str().unwrap())
        .replace(&url, &format!("{root}/{}", names[1]));
    let settings = with_key(folder.path(), &settings);
    fs::write(&config, settings).unwrap();
    let verified = restante(&config, &["verify"]).await;
    assert!(verified.status.success(), "{}", said(&verified));
    assert!(all_open(&config, &address).await >= 2);
    for name in &names {
        let sql = format!("DROP DATABASE {name} WITH (FORCE)");
        admin.execute(AssertSqlSafe(sql)).await.unwrap();
    }
}

#[tokio::test]
async fn a_backup_takes_what_is_new_and_tells_what_is_damaged() {
    let place = Place::with_subjects(Kind::Local, &["one", "two", "three"]).await;
    let config = place.app.data().join("restante.toml");
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let backup = async |name: &str, more: &[&str]| {
        let to = at(name);
        let arguments = [&["backup", &to], more].concat();
        restante(&config, &arguments).await
    };
    let first = backup("first", &[]).await;
    assert!(
        said(&first).contains("3 stored files: 3 copied"),
        "{}",
        said(&first)
    );
    let mode = |name: &str| fs::metadata(at(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("first"), mode("first/restante.db")), (0o700, 0o600));
    assert!(!folder.path().join("first/secret.key").exists());

    let linked = backup("second", &["--earlier", &at("first"), "--with-key"]).await;
    assert!(
        said(&linked).contains("0 copied (0 octets), 3 linked"),
        "{}",
        said(&linked)
    );
    let key = fs::read(place.app.data().join("secret.key")).unwrap();
    assert_eq!(fs::read(at("second/secret.key")).unwrap(), key);
    assert_eq!(mode("second/secret.key"), 0o600);
    let blob = files(Path::new(&at("second/blobs"))).pop().unwrap();
    assert_eq!(fs::metadata(&blob).unwrap().nlink(), 2);

    // What rots where it lies does not reach a copy that has it, and is told where one does not.
    let name = blob.strip_prefix(at("second")).unwrap();
    let source = place.app.data().join(name);
    let whole = fs::read(&source).unwrap();
    fs::write(&source, vec![b'x'; whole.len()]).unwrap();
    let again = backup("first", &[]).await;
    assert!(again.status.success() && said(&again).contains("3 there already"));
    let bad = backup("third", &[]).await;
    assert!(!bad.status.success());
    let hash = name.file_name().unwrap().to_str().unwrap();
    assert!(
        said(&bad).contains(&format!("damaged or missing: {hash}")),
        "{}",
        said(&bad)
    );
    assert!(!Path::new(&at("third")).join(name).exists());
    fs::write(&source, whole).unwrap();

    let own = restante(&config, &["backup", place.app.data().to_str().unwrap()]).await;
    assert!(!own.status.success() && said(&own).contains("where Restante itself"));
    // Who is forgotten is so in the next backup as well.
    let gone = restante(&config, &["user", "delete", &place.address]).await;
    assert!(gone.status.success(), "{}", said(&gone));
    let empty = backup("first", &[]).await;
    assert!(empty.status.success(), "{}", said(&empty));
    assert!(files(Path::new(&at("first/blobs"))).is_empty());
}
