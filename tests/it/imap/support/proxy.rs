//! A line between client and server that breaks or crawls.

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::task::AbortOnDropHandle;

/// How the line from the server to the client behaves.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cut {
    /// Breaks after this many bytes of the first connection; later ones are whole.
    After(usize),
    /// Passes one byte at a time, each in a packet of its own.
    Slice,
}

pub(crate) struct Proxy {
    pub(crate) port: u16,
    _task: AbortOnDropHandle<()>,
}

impl Proxy {
    /// A line to `port` on this machine.
    pub(crate) async fn start(port: u16, cut: Cut) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            let mut lines = tokio::task::JoinSet::new();
            let mut first = true;
            while let Ok((client, _)) = listener.accept().await {
                let limit = match cut {
                    Cut::After(limit) if first => limit,
                    _ => usize::MAX,
                };
                first = false;
                let slice = matches!(cut, Cut::Slice);
                lines.spawn(async move {
                    let server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                    let _ = client.set_nodelay(true);
                    let (from_client, to_client) = client.into_split();
                    let (from_server, to_server) = server.into_split();
                    tokio::select! {
                        () = pass(from_server, to_client, limit, slice) => {}
                        () = pass(from_client, to_server, usize::MAX, false) => {}
                    }
                });
            }
        });
        Self {
            port: own,
            _task: AbortOnDropHandle::new(task),
        }
    }
}

async fn pass(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut limit: usize,
    slice: bool,
) {
    let mut buffer = vec![0; 16 << 10];
    while limit > 0 {
        let n = match from.read(&mut buffer).await {
            Ok(n) if n > 0 => n.min(limit),
            _ => return,
        };
        limit -= n;
        let step = if slice { 1 } else { n };
        for piece in buffer[..n].chunks(step) {
            if to.write_all(piece).await.is_err() {
                return;
            }
            if slice {
                tokio::task::yield_now().await;
            }
        }
    }
}
