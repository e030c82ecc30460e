//! Somebody elsewhere who is told things over TLS: keeps every request, and answers as a test says.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, AtomicUsize, Ordering},
    },
    time::Duration,
};

use restante::engine::Policy;
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    sync::mpsc,
};
use tokio_rustls::TlsAcceptor;

use super::certificate::certificate;

/// The name in its certificate.
pub(crate) const NAME: &str = "hooks.test";
/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// See the module's description.
pub(crate) struct Receiver {
    address: SocketAddr,
    anchor: rustls::pki_types::CertificateDer<'static>,
    status: Arc<AtomicU16>,
    seen: Arc<AtomicUsize>,
    leads_to: Arc<Mutex<IpAddr>>,
    requests: mpsc::UnboundedReceiver<Told>,
}

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// Request line and header.
    pub(crate) head: String,
    /// Its octets, as text.
    pub(crate) body: String,
}

impl Receiver {
    /// One that answers 204.
    pub(crate) async fn start() -> Self {
        let (anchor, config) = certificate(NAME, (2020, 2100));
        let acceptor = TlsAcceptor::from(config);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let status = Arc::new(AtomicU16::new(204));
        let seen = Arc::new(AtomicUsize::new(0));
        let (sender, requests) = mpsc::unbounded_channel();
        let (answers, count) = (Arc::clone(&status), Arc::clone(&seen));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let (acceptor, sender) = (acceptor.clone(), sender.clone());
                let answers = Arc::clone(&answers);
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let Some(told) = read(&mut stream).await else {
                        return;
                    };
                    let status = answers.load(Ordering::SeqCst);
                    let _gone = sender.send(told);
                    if status == 0 {
                        // It never answers; the other side goes.
                        let _ended = stream.read_u8().await;
                        return;
                    }
                    let answer = format!(
                        "HTTP/1.1 {status} X\r\nLocation: https://{NAME}/elsewhere\r\n\
                         Content-Length: 0\r\nConnection: close\r\n\r\n"
                    );
                    let _sent = stream.write_all(answer.as_bytes()).await;
                    let _closed = stream.shutdown().await;
                });
            }
        });
        Self {
            address,
            anchor,
            status,
            seen,
            leads_to: Arc::new(Mutex::new(address.ip())),
            requests,
        }
    }

    /// A policy that lets it be told things, and nobody else on this machine.
    pub(crate) fn policy(&self) -> Policy {
        let leads_to = Arc::clone(&self.leads_to);
        Policy::allowing([self.address])
            .trusting(vec![self.anchor.clone()])
            .with_lookup(Arc::new(move |_: &str| vec![*leads_to.lock().unwrap()]))
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("https://{NAME}:{}/in?box=1", self.address.port())
    }

    /// How it answers from now on; 0: not at all.
    pub(crate) fn answers(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    /// Where its name, and any other, leads from now on.
    pub(crate) fn leads_to(&self, ip: &str) {
        *self.leads_to.lock().unwrap() = ip.parse().unwrap();
    }

    /// Connections so far.
    pub(crate) fn connections(&self) -> usize {
        self.seen.load(Ordering::SeqCst)
    }

    /// The next request, which comes.
    pub(crate) async fn next(&mut self) -> Told {
        let next = tokio::time::timeout(PATIENCE, self.requests.recv());
        next.await.expect("nothing came").unwrap()
    }

    /// What has come and was not asked for.
    pub(crate) fn more(&mut self) -> Option<Told> {
        self.requests.try_recv().ok()
    }
}

impl Told {
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines();
        let found = lines.find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then_some(value.trim())
        });
        found.unwrap_or_else(|| panic!("no {name} in {}", self.head))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Told> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    let told = Told {
        head,
        body: String::new(),
    };
    let mut body = vec![0; told.header("content-length").parse().unwrap()];
    stream.read_exact(&mut body).await.ok()?;
    Some(Told {
        body: String::from_utf8(body).unwrap(),
        ..told
    })
}
