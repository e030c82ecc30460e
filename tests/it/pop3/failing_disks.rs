//! The disk is full or can't be written while mail is collected: nothing goes on the server, the
//! account says why, and goes on by itself. On real file systems, which need root to be mounted;
//! without it the tests say so and pass.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use restante::{
    clock::Clock,
    engine::collector::{Failure, Reason},
    store::{collector::Policy, error::Error},
};
use ring::digest;
use tempfile::TempDir;

use super::{home::Home, maildrop::Maildrop};

/// A file system of its own that ends with it.
struct Disk(PathBuf);

impl Disk {
    /// One of so many KiB on an empty folder.
    fn mount(at: &Path, kib: u32) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let size = format!("size={kib}k");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(at)
            .output();
        if !mounted.is_ok_and(|done| done.status.success()) {
            println!("skipped: no file system can be mounted here");
            return None;
        }
        Some(Self(at.to_owned()))
    }

    fn again(&self, options: &str) {
        let remount = format!("remount,{options}");
        let mut command = Command::new("mount");
        let done = command.args(["-o", &remount]).arg(&self.0).status();
        assert!(done.unwrap().success(), "{options}");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Also while something on it is still open.
        let _gone = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Somebody's home and five letters of 79 kB for them, 60 kB on the disk; each run deletes what is safely here.
async fn ready(dir: &TempDir) -> (Home, Maildrop, Vec<Vec<u8>>) {
    let letters: Vec<(String, String)> = (0..5)
        .map(|number| {
            // Noise, which takes as much room as it has octets, or nearly.
            let line = |at: usize| {
                let noise = digest::digest(&digest::SHA384, format!("{number} {at}").as_bytes());
                BASE64.encode(noise) + "\r\n"
            };
            let text: String = (0..1_200).map(line).collect();
            (
                format!("u{number}"),
                format!("Subject: {number}\r\n\r\n{text}"),
            )
        })
        .collect();
    let named: Vec<(&str, &str)> = letters
        .iter()
        .map(|(uid, raw)| (uid.as_str(), raw.as_str()))
        .collect();
    let server = Maildrop::start("UIDL,PIPELINING", &named, |_, _| None).await;
    let home = Home::open(dir.path(), Clock::fixed(1_800_000_000_000)).await;
    home.set_policy(Policy::AfterDays(0)).await;
    // The server ends each with a line of its own.
    let mut raw: Vec<_> = letters
        .into_iter()
        .map(|(_, raw)| format!("{raw}\r\n").into_bytes())
        .collect();
    raw.sort_unstable();
    (home, server, raw)
}

/// All is here, byte for byte, and then it goes on the server.
async fn goes_on(home: &Home, server: &Maildrop, letters: &[Vec<u8>]) {
    home.collect(&server.connector()).await.unwrap();
    assert!(home.messages().await == letters, "each once");
    assert_eq!(home.row().await.last_error, "");
    home.collect(&server.connector()).await.unwrap();
    assert_eq!(server.count(), 0);
    assert!(home.messages().await == letters);
}

#[tokio::test]
async fn a_full_disk_deletes_nothing_and_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mount(&dir.path().join("blobs"), 200) else {
        return;
    };
    let (home, server, letters) = ready(&dir).await;
    for tries in 1..=2 {
        let failure = home.collect(&server.connector()).await.unwrap_err();
        assert!(
            matches!(failure, Failure::Store(Error::File(_))),
            "{failure:?}"
        );
        assert_eq!(failure.reason(), Some(Reason::NoSpace));
        let row = home.row().await;
        assert_eq!((&*row.last_error, row.failures), ("noSpace", tries));
        assert!(row.next_at > home.collector.clock.now());
        assert_eq!((server.heard("DELE"), server.count()), (0, 5));
    }
    // What fitted is here, whole.
    let here = home.messages().await;
    assert!(here.len() < 5 && here.iter().all(|one| letters.contains(one)));
    disk.again("size=4096k");
    goes_on(&home, &server, &letters).await;
}

#[tokio::test]
async fn a_disk_that_can_only_be_read_deletes_nothing_and_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mount(&dir.path().join("blobs"), 4096) else {
        return;
    };
    let (home, server, letters) = ready(&dir).await;
    disk.again("ro");
    let failure = home.collect(&server.connector()).await.unwrap_err();
    assert_eq!(failure.reason(), Some(Reason::Disk), "{failure:?}");
    assert_eq!(home.row().await.last_error, "disk");
    assert!(home.messages().await.is_empty());
    assert_eq!((server.heard("DELE"), server.count()), (0, 5));
    disk.again("rw");
    goes_on(&home, &server, &letters).await;
}

/// The database is on the full disk as well, and can note nothing.
#[tokio::test]
async fn a_database_without_room_deletes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let Some(_disk) = Disk::mount(dir.path(), 16 * 1024) else {
        return;
    };
    let (home, server, letters) = ready(&dir).await;
    let ballast = dir.path().join("ballast");
    let filled = fs::write(&ballast, vec![0; 32 << 20]);
    assert!(filled.is_err(), "the disk is full");
    let failure = home.collect(&server.connector()).await.unwrap_err();
    assert!(matches!(failure, Failure::Store(_)), "{failure:?}");
    assert_eq!(failure.reason(), Some(Reason::NoSpace), "{failure:?}");
    assert_eq!((server.heard("DELE"), server.count()), (0, 5));
    fs::remove_file(&ballast).unwrap();
    home.time_passes().await;
    goes_on(&home, &server, &letters).await;
}
