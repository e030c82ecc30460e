//! A proxy that breaks lines: what toxiproxy does, plus cuts at an exact byte. Faults are set at
//! any time and hold for bytes that pass from then on.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{ReadHalf, WriteHalf},
    },
    sync::watch,
    task::JoinHandle,
};

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// From the server to the client.
    Down,
    /// From the client to the server.
    Up,
}

/// What may happen to them. Byte counts are per connection and way, from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Each piece waits.
    Latency(Duration),
    /// Pieces of at most this many bytes, each in a packet of its own.
    Slice(usize),
    /// After this many bytes the connection is closed in order (FIN).
    CutAt(u64),
    /// After this many bytes the connection is reset (RST).
    ResetAt(u64),
    /// After this many bytes nothing more passes, and nobody is told.
    StallAt(u64),
    /// The byte at this place is turned over.
    CorruptAt(u64),
    /// Where a piece has these words, others of the same length stand.
    Say(&'static str, &'static str),
}

/// A listening proxy; it stops, with all its connections, when dropped.
#[derive(Debug)]
pub(crate) struct Proxy {
    /// Where it listens, on 127.0.0.1.
    pub(crate) port: u16,
    faults: Arc<Mutex<Vec<(Way, Fault)>>>,
    accepted: Arc<AtomicUsize>,
    cut: watch::Sender<u64>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Listens, and hands each connection on to `target` on 127.0.0.1.
    pub(crate) async fn start(target: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("binds");
        let port = listener.local_addr().expect("bound").port();
        let faults = Arc::new(Mutex::new(Vec::new()));
        let accepted = Arc::new(AtomicUsize::new(0));
        let cut = watch::Sender::new(0);
        let (shared, count, cuts) = (Arc::clone(&faults), Arc::clone(&accepted), cut.clone());
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let (faults, mut cuts) = (Arc::clone(&shared), cuts.subscribe());
                tokio::spawn(async move {
                    tokio::select! {
                        () = serve(client, target, faults) => {}
                        _ = cuts.changed() => {}
                    }
                });
            }
        });
        Self {
            port,
            faults,
            accepted,
            cut,
            task,
        }
    }

    /// Adds a fault.
    pub(crate) fn add(&self, way: Way, fault: Fault) {
        self.faults.lock().expect("not poisoned").push((way, fault));
    }

    /// Ends all faults; a stalled connection stays stalled.
    pub(crate) fn heal(&self) {
        self.faults.lock().expect("not poisoned").clear();
    }

    /// Closes all connections; new ones are accepted.
    pub(crate) fn cut_all(&self) {
        self.cut.send_modify(|times| *times += 1);
    }

    /// How many connections have come so far.
    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
        self.cut_all();
    }
}

async fn serve(mut client: TcpStream, target: u16, faults: Arc<Mutex<Vec<(Way, Fault)>>>) {
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", target)).await else {
        return;
    };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (from_client, to_client) = client.split();
    let (from_server, to_server) = server.split();
    let up = pass(Way::Up, from_client, to_server, &faults);
    let down = pass(Way::Down, from_server, to_client, &faults);
    // An orderly end of one side leaves the other way open; a broken one ends both.
    if let Err(Broken { reset: true }) = tokio::try_join!(up, down) {
        // The connections now close with RST instead of FIN.
        let _ = (client.set_zero_linger(), server.set_zero_linger());
    }
}

/// How a fault ends the connection.
struct Broken {
    reset: bool,
}

/// Copies until the end.
async fn pass(
    way: Way,
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    faults: &Mutex<Vec<(Way, Fault)>>,
) -> Result<(), Broken> {
    let mut buffer = vec![0; 16 * 1024];
    let mut passed = 0u64;
    loop {
        let now = active(faults, way);
        if let Some(fault) = now.iter().find(|fault| room(**fault, passed) == 0) {
            return stop(*fault).await;
        }
        let count = from.read(&mut buffer).await.unwrap_or(0);
        if count == 0 {
            let _ = to.shutdown().await;
            return Ok(());
        }
        let mut rest = &mut buffer[..count];
        while !rest.is_empty() {
            let now = active(faults, way);
            let take = now
                .iter()
                .fold(rest.len(), |take, fault| take.min(room(*fault, passed)));
            for fault in &now {
                match *fault {
                    _ if room(*fault, passed) == 0 => return stop(*fault).await,
                    Fault::Latency(pause) => tokio::time::sleep(pause).await,
                    Fault::CorruptAt(at) if (passed..passed + take as u64).contains(&at) => {
                        let place = usize::try_from(at - passed).expect("small");
                        rest[place] = !rest[place];
                    }
                    Fault::Say(words, others) => replace(&mut rest[..take], words, others),
                    _ => {}
                }
            }
            let (piece, after) = rest.split_at_mut(take);
            if to.write_all(piece).await.is_err() {
                return Err(Broken { reset: false });
            }
            passed += take as u64;
            rest = after;
        }
    }
}

fn active(faults: &Mutex<Vec<(Way, Fault)>>, way: Way) -> Vec<Fault> {
    let faults = faults.lock().expect("not poisoned");
    faults
        .iter()
        .filter(|(at, _)| *at == way)
        .map(|(_, fault)| *fault)
        .collect()
}

/// How many bytes a fault lets pass in one piece; 0 when its place is reached.
fn room(fault: Fault, passed: u64) -> usize {
    match fault {
        Fault::Latency(_) | Fault::CorruptAt(_) | Fault::Say(..) => usize::MAX,
        Fault::Slice(size) => size.max(1),
        Fault::CutAt(at) | Fault::ResetAt(at) | Fault::StallAt(at) => {
            usize::try_from(at.saturating_sub(passed)).unwrap_or(usize::MAX)
        }
    }
}

fn replace(piece: &mut [u8], words: &str, others: &str) {
    assert_eq!(words.len(), others.len());
    let places = piece.windows(words.len());
    let places = places
        .enumerate()
        .filter(|(_, here)| *here == words.as_bytes());
    for place in places.map(|(place, _)| place).collect::<Vec<_>>() {
        piece[place..place + others.len()].copy_from_slice(others.as_bytes());
    }
}

/// Carries out a fault whose place is reached.
async fn stop(fault: Fault) -> Result<(), Broken> {
    match fault {
        Fault::StallAt(_) => std::future::pending().await,
        fault => Err(Broken {
            reset: matches!(fault, Fault::ResetAt(_)),
        }),
    }
}

#[tokio::test]
async fn faults_happen_at_their_byte() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("binds");
    let target = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(b"0123456789").await.expect("sends");
            stream.shutdown().await.expect("ends");
        }
    });
    let proxy = Proxy::start(target).await;
    let read = async || {
        let mut client = TcpStream::connect(("127.0.0.1", proxy.port))
            .await
            .expect("connects");
        let mut bytes = Vec::new();
        let result = client.read_to_end(&mut bytes).await;
        (
            String::from_utf8_lossy(&bytes).into_owned(),
            result.map_err(|error| error.kind()),
        )
    };
    assert_eq!(read().await, ("0123456789".to_owned(), Ok(10)));
    proxy.add(Way::Down, Fault::Slice(3));
    proxy.add(Way::Down, Fault::Latency(Duration::from_millis(1)));
    proxy.add(Way::Down, Fault::CutAt(4));
    assert_eq!(read().await, ("0123".to_owned(), Ok(4)));
    proxy.heal();
    proxy.add(Way::Down, Fault::CorruptAt(0));
    assert!(read().await.0.ends_with("123456789"));
    assert_ne!(read().await.0, "0123456789");
    proxy.heal();
    proxy.add(Way::Up, Fault::CorruptAt(0));
    assert_eq!(read().await.0, "0123456789", "the other way is not touched");
    proxy.heal();
    proxy.add(Way::Down, Fault::Say("345", "abc"));
    assert_eq!(read().await.0, "012abc6789");
    proxy.heal();
    proxy.add(Way::Down, Fault::ResetAt(2));
    assert_eq!(read().await.1, Err(std::io::ErrorKind::ConnectionReset));
    proxy.heal();
    proxy.add(Way::Down, Fault::StallAt(2));
    let mut client = TcpStream::connect(("127.0.0.1", proxy.port))
        .await
        .expect("connects");
    let mut two = [0; 2];
    client.read_exact(&mut two).await.expect("two bytes pass");
    proxy.cut_all();
    assert_eq!(client.read(&mut two).await.unwrap_or(0), 0);
    assert_eq!(proxy.accepted(), 8);
}
