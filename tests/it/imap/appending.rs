//! Messages that are stored as they come: all octets, few at a time, and nothing of what breaks off.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use futures_util::{Stream, stream};
use restante::imap::{error::Error, source::Source, window::Anchor};

use super::support::{Account, Script, client, impatient};

/// Pieces that have been made and not yet been let go of, and the most there were at once.
#[derive(Clone, Default)]
struct Alive {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

struct Piece(Vec<u8>, Alive);

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        self.1.now.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Alive {
    fn piece(&self, octets: Vec<u8>) -> Bytes {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        Bytes::from_owner(Piece(octets, self.clone()))
    }
}

const LINE: &[u8] = b"0123456789012345678901234567890123456789012345678901234567\r\n";
/// Lines of a piece.
const LINES: usize = 1000;

/// A message of a head and so many pieces; its size.
fn large(alive: &Alive, pieces: usize) -> (usize, impl Stream<Item = io::Result<Bytes>> + use<>) {
    let head = b"Subject: large\r\n\r\n".to_vec();
    let size = head.len() + pieces * LINES * LINE.len();
    let alive = alive.clone();
    let made = (0..=pieces).map(move |number| {
        Ok(alive.piece(match number {
            0 => head.clone(),
            _ => LINE.repeat(LINES),
        }))
    });
    (size, stream::iter(made))
}

#[tokio::test]
async fn a_large_message_is_stored_with_few_octets_in_memory() {
    let Some(account) = Account::new("streamed").await else {
        return;
    };
    let client = &account.client;
    let alive = Alive::default();
    let (size, octets) = large(&alive, 200);
    let source = Source::new(size, false, octets);
    let stored = client.append("INBOX", &["$seen"], Some(0), source).await;
    assert!(stored.unwrap().is_some());
    let window = client.window("INBOX", Anchor::Newest, 9).await.unwrap();
    let sizes: Vec<_> = window.messages.iter().map(|one| one.size).collect();
    assert_eq!(sizes, [Some(size as u64)]);
    assert!(size > 11 << 20);
    let most = alive.most.load(Ordering::SeqCst);
    assert!(most <= 2, "{most} pieces at once");
}

#[tokio::test]
async fn what_is_not_as_announced_stores_nothing_and_ends_the_connection() {
    let Some(account) = Account::new("broken").await else {
        return;
    };
    let client = &account.client;
    let text = |text: &'static str| Ok(Bytes::from_static(text.as_bytes()));
    let broken = || Err(io::Error::other("the disk"));
    let cases = [
        vec![text("Subject: x\r\n\r\nshort")],
        vec![text("Subject: x\r\n\r\n"), broken()],
        vec![
            text("Subject: x\r\n\r\n"),
            text("far too long for what was said"),
        ],
        vec![text("Subject: x\r\n\r\n"), text("a NUL\0 unannounced!!")],
    ];
    for octets in cases {
        let source = Source::new(34, false, stream::iter(octets));
        let again = source.clone();
        let stored = client.append("INBOX", &[], None, source).await;
        assert_eq!(stored, Err(Error::Disconnected));
        // Read once, it is not to be had again.
        let stored = client.append("INBOX", &[], None, again).await;
        assert_eq!(stored, Err(Error::Disconnected));
    }
    let window = client.window("INBOX", Anchor::Newest, 9).await.unwrap();
    assert_eq!(window.messages.len(), 0);
}

#[tokio::test]
async fn a_server_that_refuses_the_size_gets_none_of_it() {
    let script = Script::signed_in("IMAP4rev1", |mut peer| async move {
        let tag = peer.expect("APPEND \"INBOX\" {60018}").await;
        peer.send(format!("{tag} NO [OVERQUOTA] full\r\n")).await;
        peer.hang().await;
    })
    .await;
    let client = client(script.port, "u", impatient());
    let alive = Alive::default();
    let (size, octets) = large(&alive, 1);
    let source = Source::new(size, false, octets);
    let stored = client.append("INBOX", &[], None, source).await;
    assert!(matches!(stored, Err(Error::No { .. })), "{stored:?}");
    assert_eq!(alive.most.load(Ordering::SeqCst), 0, "nothing was read");
}
