//! The disk takes what is written and fails when it is to be kept (EIO of fsync), and the database
//! is held by another process: nothing goes on the server, the account says why, and goes on by
//! itself. A library before libc lets fsync fail, in a process of its own, which is this very
//! program with another test.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use restante::{
    clock::Clock,
    engine::collector::{Failure, Reason},
    net::Security,
    store::collector::Policy,
};
use sqlx::{Connection as _, SqliteConnection};
use tokio::task::spawn_blocking;

use super::{connector, home::Home, maildrop::Maildrop};

const LETTERS: [(&str, &str); 3] = [
    ("a", "Subject: One\r\n\r\nFirst\r\n"),
    ("b", "Subject: Two\r\n\r\nSecond\r\n"),
    ("c", "Subject: Three\r\n\r\nThird\r\n"),
];

/// The library, compiled.
fn library(into: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/failing_sync.c");
    let made = into.join("failing_sync.so");
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&made);
    let status = compiler.arg(source).arg("-ldl").status().unwrap();
    assert!(status.success());
    made
}

/// Not a test of its own: the process whose disk fails. It collects once, and says how that ended.
#[tokio::test]
async fn child() {
    let Ok(dir) = env::var("RESTANTE_SYNC_DIR") else {
        return;
    };
    let home = Home::open(Path::new(&dir), Clock::system()).await;
    home.set_policy(Policy::AfterDays(0)).await;
    let port = env::var("RESTANTE_SYNC_PORT").unwrap().parse().unwrap();
    if let Ok(flag) = env::var("RESTANTE_FAULT") {
        fs::write(flag, "").unwrap();
    }
    let server = connector(port, Security::Plain, "anna", "secret");
    match home.collect(&server).await {
        Ok(run) => println!("ENDED filed {} deleted {}", run.filed, run.deleted),
        Err(failure) => println!("ENDED {:?}", failure.reason()),
    }
}

async fn collected(dir: &Path, server: &Maildrop, fault: Option<(&Path, &str)>) -> String {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["pop3::failing_sync::child", "--exact", "--nocapture"])
        .env("RESTANTE_SYNC_DIR", dir)
        .env("RESTANTE_SYNC_PORT", server.port().to_string());
    if let Some((library, at)) = fault {
        command
            .env("LD_PRELOAD", library)
            .env("RESTANTE_FAULT", dir.join("fault"))
            .env("RESTANTE_FAULT_AT", at);
    }
    let done: Output = spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    let ended = said.lines().find_map(|line| line.split_once("ENDED "));
    ended.map_or_else(|| panic!("{done:?}"), |(_, how)| how.to_owned())
}

async fn nothing_goes(at: &str) {
    let dir = tempfile::tempdir().unwrap();
    let library = library(dir.path());
    let server = Maildrop::start("UIDL,PIPELINING", &LETTERS, |_, _| None).await;
    let said = collected(dir.path(), &server, Some((&library, at))).await;
    assert_eq!(said, format!("{:?}", Some(Reason::Disk)));
    assert_eq!((server.heard("DELE"), server.count()), (0, 3));

    let home = Home::open(dir.path(), Clock::system()).await;
    home.time_passes().await;
    assert_eq!(
        collected(dir.path(), &server, None).await,
        "filed 3 deleted 0"
    );
    home.time_passes().await;
    assert_eq!(
        collected(dir.path(), &server, None).await,
        "filed 0 deleted 3"
    );
    let stored = home.messages().await;
    assert_eq!(stored.len(), 3, "each once");
    for (_, raw) in LETTERS {
        assert!(stored.iter().any(|own| own.starts_with(raw.as_bytes())));
    }
}

#[tokio::test]
async fn a_message_that_the_disk_does_not_keep_stays_on_the_server() {
    nothing_goes("/blobs/spool/").await;
}

#[tokio::test]
async fn a_message_whose_name_the_disk_does_not_keep_stays_on_the_server() {
    nothing_goes("/blobs/1/").await;
}

#[tokio::test]
async fn a_database_that_the_disk_does_not_keep_deletes_nothing() {
    nothing_goes("restante.db").await;
}

#[tokio::test]
async fn a_database_that_another_holds_deletes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", dir.path().join("restante.db").display());
    let server = Maildrop::start("UIDL,PIPELINING", &LETTERS, |_, _| None).await;
    let home = Home::open(dir.path(), Clock::fixed(1_800_000_000_000)).await;
    home.set_policy(Policy::AfterDays(0)).await;
    let mut other = SqliteConnection::connect(&url).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut other)
        .await
        .unwrap();
    let failure = home.collect(&server.connector()).await.unwrap_err();
    assert!(matches!(failure, Failure::Store(_)), "{failure:?}");
    assert_eq!(failure.reason(), Some(Reason::Busy), "{failure:?}");
    assert_eq!((server.heard("DELE"), server.count()), (0, 3));
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();

    home.time_passes().await;
    home.collect(&server.connector()).await.unwrap();
    home.collect(&server.connector()).await.unwrap();
    assert_eq!(server.count(), 0);
    assert_eq!(home.messages().await.len(), 3);
}
