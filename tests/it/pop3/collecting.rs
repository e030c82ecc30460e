//! The collector and a real Dovecot.

use std::{fs, time::Instant};

use restante::{
    engine::collector::{Failure, Reason},
    pop3::open,
    store::{
        collector::{Policy, deletions::Outcome, ledger::State},
        error::Error,
    },
};

use super::{dovecot, home::Home, letter};
use crate::support::dovecot::{Dovecot, User};

const COUNT: usize = 2000;

/// So many letters of mixed sizes, in the order of the alphabet.
fn letters(user: &User, count: usize) -> Vec<Vec<u8>> {
    let letters: Vec<_> = (0..count)
        .map(|at| letter(at, [300, 2_000, 500, 9_000, 40_000][at % 5]))
        .collect();
    user.fill(&letters);
    let mut raw: Vec<_> = letters.into_iter().map(|letter| letter.raw).collect();
    raw.sort_unstable();
    raw
}

async fn left(user: &User) -> u64 {
    let mut session = open(&dovecot(&user.address)).await.unwrap();
    let stat = session.stat().await.unwrap();
    session.quit().await.unwrap();
    stat.messages
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_messages_come_once_and_go_when_they_are_safe() {
    let user = Dovecot::shared().user();
    let letters = letters(&user, COUNT);
    let octets: usize = letters.iter().map(Vec::len).sum();
    let connector = dovecot(&user.address);
    let (home, _dir) = Home::new().await;
    let begun = Instant::now();
    let run = home.collect(&connector).await.unwrap();
    let took = begun.elapsed().as_secs_f64();
    eprintln!(
        "{COUNT} messages, {:.1} MB in {took:.1} s, {} sessions: {:.0} messages/s, {:.1} MB/s",
        octets as f64 / 1e6,
        run.sessions,
        COUNT as f64 / took,
        octets as f64 / 1e6 / took
    );
    assert_eq!(run.filed, COUNT as u64);
    assert!(home.messages().await == letters, "byte for byte");
    assert!(home.events().await > 0, "pages see them come");
    let row = home.row().await;
    assert_eq!(
        (row.last_error.as_str(), row.remote_count),
        ("", COUNT as i64)
    );
    let again = home.collect(&connector).await.unwrap();
    assert_eq!((again.filed, again.recognised, again.deleted), (0, 0, 0));
    assert_eq!(
        left(&user).await,
        COUNT as u64,
        "everything is kept on the server"
    );
    home.set_policy(Policy::AfterDays(0)).await;
    let deleted = [
        home.collect(&connector).await.unwrap().deleted,
        home.collect(&connector).await.unwrap().deleted,
    ];
    assert_eq!(deleted.iter().sum::<u64>(), COUNT as u64);
    assert_eq!(left(&user).await, 0);
    let log = home.deletions().await;
    assert_eq!(log.len(), COUNT);
    assert!(log.iter().all(|one| one.outcome == Outcome::Confirmed));
    let ledger = home.ledger().await;
    assert!(
        ledger
            .iter()
            .all(|row| row.state == State::Deleted && row.deleted_at.is_some())
    );
    assert!(home.messages().await == letters, "all of them are here");
}

#[tokio::test]
async fn what_is_not_here_as_it_came_stays_there() {
    let user = Dovecot::shared().user();
    letters(&user, 3);
    let connector = dovecot(&user.address);
    let (home, dir) = Home::new().await;
    home.collect(&connector).await.unwrap();
    home.set_policy(Policy::AfterDays(0)).await;
    let ledger = home.ledger().await;
    let hex = |at: usize| {
        ledger[at]
            .sha256
            .unwrap()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let path = |at: usize| {
        dir.path()
            .join("blobs")
            .join(home.owner.user.to_string())
            .join(&hex(at)[..2])
            .join(hex(at))
    };
    let mut damaged = fs::read(path(0)).unwrap();
    damaged[10] ^= 1;
    fs::write(path(0), damaged).unwrap();
    fs::remove_file(path(1)).unwrap();
    assert_eq!(home.collect(&connector).await.unwrap().deleted, 1);
    assert_eq!(left(&user).await, 2);
    assert_eq!(home.deletions().await.len(), 1);
}

#[tokio::test]
async fn when_it_does_not_fit_nothing_is_deleted_and_it_goes_on_later() {
    let user = Dovecot::shared().user();
    let letters = letters(&user, 10);
    let connector = dovecot(&user.address);
    let (mut home, _dir) = Home::new().await;
    home.set_policy(Policy::AfterDays(0)).await;
    // They take less room than they have octets.
    home.quota = Some(2_000);
    let failure = home.collect(&connector).await.unwrap_err();
    assert!(matches!(failure, Failure::Store(Error::Quota)), "{failure}");
    assert_eq!(failure.reason(), Some(Reason::Quota));
    let row = home.row().await;
    assert_eq!((row.last_error.as_str(), row.failures), ("quota", 1));
    assert_eq!(left(&user).await, 10);
    assert!(home.deletions().await.is_empty());
    home.quota = None;
    home.collect(&connector).await.unwrap();
    assert!(home.messages().await == letters);
    assert_eq!(home.row().await.last_error, "");
}

#[tokio::test]
async fn one_collector_at_a_time() {
    let user = Dovecot::shared().user();
    letters(&user, 100);
    let connector = dovecot(&user.address);
    let (home, dir) = Home::new().await;
    // Another process, on the same database.
    let other = Home::open(dir.path(), home.collector.clock.clone()).await;
    let (first, second) = tokio::join!(
        home.try_collect(&connector, "a"),
        other.try_collect(&connector, "b")
    );
    let runs = [first.unwrap(), second.unwrap()];
    assert_eq!(runs.iter().flatten().count(), 1, "{runs:?}");
    assert_eq!(home.messages().await.len(), 100);
}
