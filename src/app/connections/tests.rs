//! Real sockets, and clients that are slow, silent, or just long at it.

use axum::{body::Body, routing::get};
use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use tokio_stream::wrappers::UnboundedReceiverStream;

use super::*;
use crate::web::Peer;

/// Short, for tests; whoever must outlive it waits until another was cut off by it.
const SHORT: Duration = Duration::from_millis(300);

/// For what is not to be cut off, however long this machine takes.
const LONG: Duration = Duration::from_secs(60);

type Piece = Result<Bytes, std::convert::Infallible>;

struct House {
    address: String,
    stop: oneshot::Sender<()>,
    open: JoinHandle<GracefulShutdown>,
    /// Feeds the answer to `/long`.
    pieces: mpsc::UnboundedSender<Piece>,
}

impl House {
    async fn open() -> Self {
        let patience = Patience {
            head: SHORT,
            body: 8 * SHORT,
        };
        Self::with(patience, 100).await
    }

    /// One client may have this many connections.
    async fn with(patience: Patience, most: usize) -> Self {
        let listener = Listener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.address();
        let (pieces, long) = mpsc::unbounded_channel::<Piece>();
        let long = Arc::new(std::sync::Mutex::new(Some(long)));
        let answer = move || {
            let long = long.lock().unwrap().take().unwrap();
            async { Body::from_stream(UnboundedReceiverStream::new(long)) }
        };
        let peer =
            async |ConnectInfo(Peer(peer)): ConnectInfo<Peer>| peer.unwrap().ip().to_string();
        let router = Router::new()
            .route("/", get(peer).post(async |body: Bytes| body))
            .route("/long", get(answer));
        let (stop, stopped) = oneshot::channel();
        let open = tokio::spawn(async move {
            let stop = async { stopped.await.unwrap() };
            let crowd = Crowd::new(&[], most);
            accept(listener, &router, crowd, patience, stop).await
        });
        Self {
            address,
            stop,
            open,
            pieces,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).await.unwrap()
    }

    /// Connects and says this.
    async fn say(&self, words: &[u8]) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(words).await.unwrap();
        stream
    }
}

/// Everything until the other end closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut octets = Vec::new();
    // A reset is an end as well.
    let _end = stream.read_to_end(&mut octets).await;
    String::from_utf8_lossy(&octets).into_owned()
}

async fn until(stream: &mut TcpStream, end: &str) -> String {
    let mut octets = Vec::new();
    while !octets.ends_with(end.as_bytes()) {
        octets.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(octets).unwrap()
}

#[tokio::test]
async fn the_slow_and_the_silent_are_cut_off_and_the_long_are_not() {
    let patience = Patience {
        head: SHORT,
        body: LONG,
    };
    let house = House::with(patience, 100).await;
    let mut download = house.say(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n").await;
    until(&mut download, "\r\n\r\n").await;
    let upload = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 6\r\n\r\nabc";
    let mut upload = house.say(upload).await;

    for words in [
        &b""[..],
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        // The beginning of what HTTP/2 begins with, and all of it with no request behind.
        b"PRI * HTTP/2",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
    ] {
        let mut slow = house.say(words).await;
        let said = rest(&mut slow).await;
        assert!(!said.contains("200"), "{said}");
    }
    let mut twice = house
        .say(b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP")
        .await;
    let said = rest(&mut twice).await;
    assert!(
        said.starts_with("HTTP/1.1 200 OK") && said.ends_with("127.0.0.1"),
        "{said}"
    );
    assert_eq!(said.matches("HTTP/1.1 200").count(), 1, "{said}");

    // All this took several times the limit.
    upload.write_all(b"def").await.unwrap();
    let said = rest(&mut upload).await;
    assert!(said.ends_with("\r\n\r\nabcdef"), "{said}");
    house.pieces.send(Ok(Bytes::from("late"))).unwrap();
    let said = until(&mut download, "late\r\n").await;
    assert_eq!(said, "4\r\nlate\r\n");
}

#[tokio::test]
async fn an_upload_that_comes_no_further_is_given_up() {
    let house = House::open().await;
    let head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc";
    let mut upload = house.say(head).await;
    let said = rest(&mut upload).await;
    assert!(!said.starts_with("HTTP/1.1 200"), "{said}");
}

#[tokio::test]
async fn a_client_with_too_many_connections_gets_no_more() {
    let patience = Patience {
        head: LONG,
        body: LONG,
    };
    let house = House::with(patience, 2).await;
    let ask = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut first = house.say(ask).await;
    until(&mut first, "127.0.0.1").await;
    let mut second = house.say(ask).await;
    until(&mut second, "127.0.0.1").await;
    let mut third = house.say(ask).await;
    assert_eq!(rest(&mut third).await, "");
    drop(first);
    // It may take a moment until that is noticed.
    loop {
        let mut again = house.say(ask).await;
        if rest(&mut again).await.ends_with("127.0.0.1") {
            break;
        }
    }
}

#[tokio::test]
async fn heads_are_bounded() {
    let house = House::open().await;
    let cookie = "x".repeat(HEAD_MOST);
    let request = format!("GET / HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n");
    let mut stream = house.connect().await;
    // It may be cut off before all is said.
    let _cut = stream.write_all(request.as_bytes()).await;
    let mut first = [0; 12];
    if stream.read_exact(&mut first).await.is_ok() {
        assert_eq!(&first, b"HTTP/1.1 431");
    }
}

#[tokio::test]
async fn http_2_is_understood_without_tls() {
    let house = House::open().await;
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let mut stream = house.say(preface).await;
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).await.unwrap();
    assert_eq!(frame[3], 4, "SETTINGS: {frame:?}");
}

#[tokio::test]
async fn a_stop_lets_requests_finish_and_closes_the_rest() {
    let house = House::open().await;
    let mut download = house.say(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n").await;
    until(&mut download, "\r\n\r\n").await;
    let mut unused = house.say(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    until(&mut unused, "127.0.0.1").await;
    house.stop.send(()).unwrap();
    let open = house.open.await.unwrap();
    assert!(TcpStream::connect(&house.address).await.is_err());
    let shutdown = tokio::spawn(open.shutdown());
    assert_eq!(rest(&mut unused).await, "");
    assert!(!shutdown.is_finished());
    house.pieces.send(Ok(Bytes::from("last"))).unwrap();
    drop(house.pieces);
    assert_eq!(rest(&mut download).await, "4\r\nlast\r\n0\r\n\r\n");
    shutdown.await.unwrap();
}
