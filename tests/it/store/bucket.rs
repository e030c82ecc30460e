//! Blobs in a bucket of a real S3 server. Its key is told by variables, which a test can't set for
//! itself: the tests run in a process that has them.

use std::{collections::HashSet, env, fs, path::Path, process::Command, time::Duration};

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt as _, stream};
use restante::{
    config::Config,
    store::{
        Store,
        backup::Named,
        error::Error,
        files::{Files, Stored, Token},
        id::UserId,
        users,
    },
};
use ring::digest::{SHA256, digest};
use tempfile::TempDir;

use crate::support::s3::{S3, VARIABLES};

const MIB: usize = 1 << 20;

/// Runs the tests of this file that are left alone otherwise.
#[test]
fn blobs_lie_in_a_bucket() {
    let Some(server) = S3::shared() else { return };
    let tests = [
        "comes_back",
        "goes_on_elsewhere",
        "is_swept",
        "is_copied",
        "is_told",
    ];
    for test in tests {
        let url = server.url();
        let ran = Command::new(env::current_exe().unwrap())
            .args([
                "--exact",
                &format!("store::bucket::{test}"),
                "--ignored",
                "--nocapture",
            ])
            .envs(VARIABLES)
            .env("RESTANTE_TEST_BUCKET", &url)
            .env("RESTANTE_TEST_BUCKET_FOLDER", server.folder(&url))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stdout);
        let complained = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{test}: {said}\n{complained}");
        assert!(said.contains("1 passed"), "{said}");
    }
}

struct Place {
    _data: TempDir,
    files: Files,
    user: UserId,
}

/// As one node has it.
fn files(data: &Path) -> Files {
    let config = Config {
        blob_url: env::var("RESTANTE_TEST_BUCKET").unwrap(),
        data_dir: data.to_owned(),
        ..Config::default()
    };
    Files::of(&config).unwrap()
}

impl Place {
    async fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", data.path().join("t.db").display());
        let store = Store::open(&url, 1).await.unwrap();
        store.migrate().await.unwrap();
        let user = users::find_or_create(&store, "a@example.org", 1)
            .await
            .unwrap();
        Self {
            files: files(data.path()),
            _data: data,
            user: user.id,
        }
    }

    async fn store(&self, octets: &[u8]) -> Stored {
        let token = Token::new([octets.len().to_le_bytes()[0]; 16]);
        let stored = self.files.store(self.user, token, pieces(octets), u64::MAX);
        stored.await.unwrap()
    }

    async fn read(&self, stored: &Stored, from: u64) -> Vec<u8> {
        let read = self
            .files
            .read(self.user, &stored.sha256, from)
            .await
            .unwrap();
        let pieces: Vec<Bytes> = read.try_collect().await.unwrap();
        assert!(pieces.iter().all(|piece| piece.len() <= MIB));
        pieces.concat()
    }

    /// Where the server has a blob.
    fn path(&self, stored: &Stored) -> std::path::PathBuf {
        let name: String = stored
            .sha256
            .iter()
            .map(|octet| format!("{octet:02x}"))
            .collect();
        folder()
            .join(self.user.to_string())
            .join(&name[..2])
            .join(name)
    }
}

fn folder() -> std::path::PathBuf {
    env::var_os("RESTANTE_TEST_BUCKET_FOLDER").unwrap().into()
}

fn pieces(octets: &[u8]) -> impl Stream<Item = Result<Bytes, Error>> + use<> {
    let pieces: Vec<_> = octets
        .chunks(100_000)
        .map(Bytes::copy_from_slice)
        .map(Ok)
        .collect();
    stream::iter(pieces)
}

fn noise(length: usize) -> Vec<u8> {
    let mut state = 88_172_645_463_325_252_u64;
    let mut octets = Vec::with_capacity(length + 8);
    while octets.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        octets.extend(state.to_le_bytes());
    }
    octets.truncate(length);
    octets
}

fn age_by_a_week(path: &Path) {
    let file = fs::File::options().write(true).open(path).unwrap();
    let changed = file.metadata().unwrap().modified().unwrap();
    file.set_modified(changed - Duration::from_secs(7 * 24 * 3600))
        .unwrap();
}

/// The most memory that this process has had, in MiB.
fn peak() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    line.trim()
        .split(' ')
        .next()
        .unwrap()
        .parse::<usize>()
        .unwrap()
        / 1024
}

#[tokio::test]
#[ignore = "run by blobs_lie_in_a_bucket"]
async fn comes_back() {
    let place = Place::new().await;
    place.files.check().await.unwrap();
    for length in [
        0,
        1,
        5000,
        2 * MIB,
        2 * MIB + 1,
        8 * MIB,
        8 * MIB + 1,
        20 * MIB + 77,
    ] {
        let octets = noise(length);
        let stored = place.store(&octets).await;
        assert_eq!(stored.size, length as u64);
        assert_eq!(stored.sha256, digest(&SHA256, &octets).as_ref());
        for from in [0, length / 2, length, length + 5] {
            let rest = octets.get(from..).unwrap_or_default();
            assert!(
                place.read(&stored, from as u64).await == rest,
                "{length} from {from}"
            );
        }
        assert!(
            place.files.is_whole(place.user, &stored.sha256).await,
            "{length}"
        );
    }
    let put = place
        .files
        .put(place.user, Bytes::from_static(b"at hand"))
        .await
        .unwrap();
    let whole = place
        .files
        .read_whole(place.user, &put.sha256)
        .await
        .unwrap();
    assert_eq!(whole, b"at hand");
    let missing = place
        .files
        .read_whole(place.user, &[7; 32])
        .await
        .unwrap_err();
    let Error::File(missing) = missing else {
        panic!("{missing}")
    };
    assert_eq!(missing.kind(), std::io::ErrorKind::NotFound);
    // Another's are another's.
    fs::write(place.path(&put), b"at hanD").unwrap();
    assert!(!place.files.is_whole(place.user, &put.sha256).await);

    // What is large takes no more memory than what is small.
    let before = peak();
    let large = stream::iter((0..1280_u32).map(|number| {
        let mut piece = vec![7; 100_000];
        piece[..4].copy_from_slice(&number.to_le_bytes());
        Ok::<_, Error>(Bytes::from(piece))
    }));
    let stored = place
        .files
        .store(place.user, Token::new([9; 16]), large, u64::MAX);
    let stored = stored.await.unwrap();
    assert!(place.files.is_whole(place.user, &stored.sha256).await);
    let grown = peak().saturating_sub(before);
    assert!(grown < 60, "122 MiB cost {grown} MiB");
}

#[tokio::test]
#[ignore = "run by blobs_lie_in_a_bucket"]
async fn goes_on_elsewhere() {
    let (here, there) = (Place::new().await, tempfile::tempdir().unwrap());
    let token = Token::new([2; 16]);
    let octets = noise(9 * MIB + 5);
    let (first, rest) = octets.split_at(8 * MIB + 3000);
    let mut spool = here.files.upload(here.user, token).await.unwrap();
    let broken = pieces(first).chain_error();
    assert!(spool.append(broken, u64::MAX).await.is_err());
    // Another node.
    let other = files(there.path());
    let mut spool = other.upload(here.user, token).await.unwrap();
    assert_eq!(spool.len(), first.len() as u64);
    let too_much = spool.append(pieces(rest), first.len() as u64 + 10).await;
    assert!(matches!(too_much, Err(Error::TooLarge)));
    let mut spool = other.upload(here.user, token).await.unwrap();
    let from = usize::try_from(spool.len()).unwrap();
    spool
        .append(pieces(&octets[from..]), u64::MAX)
        .await
        .unwrap();
    let read: Vec<Bytes> = spool.read().await.unwrap().try_collect().await.unwrap();
    assert!(read.concat() == octets);
    let mut file = spool.open().await.unwrap();
    let mut read = Vec::new();
    std::io::Read::read_to_end(&mut file, &mut read).unwrap();
    assert!(read == octets);
    // And the first one again.
    let stored = here
        .files
        .upload(here.user, token)
        .await
        .unwrap()
        .finish()
        .await
        .unwrap();
    assert!(here.read(&stored, 0).await == octets);
    let again = here.files.upload(here.user, token).await.unwrap();
    assert!(again.is_empty(), "it was for this");
}

trait Broken {
    fn chain_error(self) -> impl Stream<Item = Result<Bytes, Error>>;
}

impl<S: Stream<Item = Result<Bytes, Error>>> Broken for S {
    fn chain_error(self) -> impl Stream<Item = Result<Bytes, Error>> {
        use futures_util::StreamExt as _;
        self.chain(stream::iter([Err(Error::Busy)]))
    }
}

#[tokio::test]
#[ignore = "run by blobs_lie_in_a_bucket"]
async fn is_swept() {
    let place = Place::new().await;
    let (files, user, day) = (&place.files, place.user, Duration::from_secs(24 * 3600));
    let stored = place.store(b"nobody names it").await;
    let sha256 = stored.sha256;
    files.remove(user, &sha256).await.unwrap();
    assert!(place.path(&stored).exists(), "it is young");
    age_by_a_week(&place.path(&stored));
    assert_eq!(files.shelf(user, sha256[0], day).await.unwrap(), [sha256]);
    files.remove(user, &sha256).await.unwrap();
    files.remove(user, &sha256).await.unwrap();
    assert!(!place.path(&stored).exists());
    // Named after all: whoever reads it finds it.
    assert_eq!(place.read(&stored, 7).await, b"names it");
    assert!(place.path(&stored).exists());
    assert_eq!(
        files.set_aside(day).await.unwrap(),
        [],
        "it is put aside for a day"
    );
    let aside = folder()
        .join("unused")
        .join(place.path(&stored).strip_prefix(folder()).unwrap());
    age_by_a_week(&aside);
    assert_eq!(files.set_aside(day).await.unwrap(), [(user, sha256)]);
    fs::remove_file(place.path(&stored)).unwrap();
    files.settle(user, &sha256, true).await.unwrap();
    assert!(place.path(&stored).exists() && !aside.exists());
    age_by_a_week(&place.path(&stored));
    files.remove(user, &sha256).await.unwrap();
    files.settle(user, &sha256, false).await.unwrap();
    assert!(!files.is_whole(user, &sha256).await && !aside.exists());

    let mut spool = files.upload(user, Token::new([4; 16])).await.unwrap();
    spool.append(pieces(b"half"), 9).await.unwrap();
    assert_eq!(files.sweep_spool(day).await.unwrap(), 0);
    assert_eq!(files.sweep_spool(Duration::ZERO).await.unwrap(), 1);
    let stored = place.store(b"of a stranger").await;
    let known = HashSet::from([user]);
    assert_eq!(
        files
            .remove_strangers(known.clone(), Duration::ZERO)
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        files.remove_strangers(HashSet::new(), day).await.unwrap(),
        0
    );
    age_by_a_week(&place.path(&stored));
    assert_eq!(
        files.remove_strangers(HashSet::new(), day).await.unwrap(),
        1
    );
    assert!(!place.path(&stored).exists());
    let stored = place.store(b"of who is gone").await;
    files.remove_all(user).await.unwrap();
    assert!(!place.path(&stored).exists());
}

#[tokio::test]
#[ignore = "run by blobs_lie_in_a_bucket"]
async fn is_copied() {
    let place = Place::new().await;
    let to = tempfile::tempdir().unwrap();
    let copy = Files::open(&format!("file:{}", to.path().display())).unwrap();
    let good = place.store(&noise(3 * MIB)).await;
    let shelf = good.sha256[0];
    let named = |sha256, stored_size| Named {
        sha256,
        stored_size,
    };
    let mut missing = good.sha256;
    missing[31] ^= 1;
    let wanted = || vec![named(good.sha256, 3 << 20), named(missing, 5)];
    let run = async || {
        let copied = place
            .files
            .copy_shelf(&copy, None, place.user, shelf, wanted());
        copied.await.unwrap()
    };
    let done = run().await;
    assert_eq!((done.copied, done.bytes, done.kept), (1, 3 << 20, 0));
    assert_eq!(done.damaged, [(place.user, missing)]);
    assert!(copy.is_whole(place.user, &good.sha256).await);
    let done = run().await;
    assert_eq!((done.copied, done.kept), (0, 1));
    // What lies in a frame, because it was brought here from a folder, is known again, whichever
    // size its row tells.
    let text = "Held at the post office until called for.\r\n".repeat(500);
    let before = tempfile::tempdir().unwrap();
    let folder = Files::open(&format!("file:{}", before.path().display())).unwrap();
    let framed = folder.put(place.user, Bytes::from(text.clone().into_bytes()));
    let framed = framed.await.unwrap();
    assert!(framed.stored_size < framed.size);
    let name: String = framed.sha256.map(|octet| format!("{octet:02x}")).concat();
    let below = format!("{}/{}/{name}", place.user, &name[..2]);
    fs::create_dir_all(place.path(&framed).parent().unwrap()).unwrap();
    fs::copy(before.path().join(&below), place.path(&framed)).unwrap();
    for size in [framed.stored_size, framed.size] {
        let wanted = || vec![named(framed.sha256, i64::try_from(size).unwrap())];
        let run = async || {
            let shelf = framed.sha256[0];
            let copied = place
                .files
                .copy_shelf(&copy, None, place.user, shelf, wanted());
            let copied = copied.await.unwrap();
            (copied.copied, copied.kept)
        };
        assert_eq!(run().await, (1, 0));
        assert_eq!(run().await, (0, 1));
        let whole = copy.read_whole(place.user, &framed.sha256).await.unwrap();
        assert_eq!(whole, text.as_bytes());
        // One that was damaged in the copy is brought again.
        fs::write(to.path().join(&below), "Held. ".repeat(100)).unwrap();
        assert_eq!(run().await, (1, 0));
        copy.forget(vec![(place.user, framed.sha256)])
            .await
            .unwrap();
    }
    // Damaged there, it is not copied.
    copy.forget(vec![(place.user, good.sha256)]).await.unwrap();
    fs::write(place.path(&good), b"other").unwrap();
    assert_eq!(run().await.damaged.len(), 2);
    assert_eq!(fs::read_dir(to.path().join("spool")).unwrap().count(), 0);
}

#[tokio::test]
#[ignore = "run by blobs_lie_in_a_bucket"]
async fn is_told() {
    let data = tempfile::tempdir().unwrap();
    let good = env::var("RESTANTE_TEST_BUCKET").unwrap();
    let refused = async |url: String| {
        let config = Config {
            blob_url: url,
            data_dir: data.path().to_owned(),
            ..Config::default()
        };
        Files::of(&config).unwrap().check().await.unwrap_err()
    };
    let port = good.rsplit(':').next().unwrap();
    let nobody = refused(good.replace(port, "1")).await;
    assert!(format!("{nobody:?}").contains("127.0.0.1:1"), "{nobody:?}");
}
