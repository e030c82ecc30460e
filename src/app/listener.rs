//! Where we listen: a TCP address or a unix socket.

use std::{io, path::PathBuf, time::Duration};

use anyhow::Context;
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio_util::either::Either;

use crate::web::Peer;

/// An open listener.
#[derive(Debug)]
pub enum Listener {
    /// `address:port`.
    Tcp(TcpListener),
    /// `unix:/path`.
    Unix(UnixListener),
}

impl Listener {
    /// Opens what the setting `listen` names. A socket file left by an earlier run is replaced.
    ///
    /// # Errors
    /// When the address is taken or not ours.
    pub async fn bind(listen: &str) -> anyhow::Result<Self> {
        let Some(path) = listen.strip_prefix("unix:").map(PathBuf::from) else {
            let tcp = TcpListener::bind(listen).await;
            return Ok(Self::Tcp(
                tcp.with_context(|| format!("Listening on {listen}"))?,
            ));
        };
        if let Err(error) = std::fs::remove_file(&path)
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(error).with_context(|| format!("Replacing {}", path.display()));
        }
        let unix = UnixListener::bind(&path);
        Ok(Self::Unix(
            unix.with_context(|| format!("Listening on {listen}"))?,
        ))
    }

    /// The address in use, for messages and tests (port 0 has become a real one).
    pub fn address(&self) -> String {
        match self {
            Self::Tcp(tcp) => tcp
                .local_addr()
                .map_or_else(|_| String::new(), |a| a.to_string()),
            Self::Unix(_) => "a unix socket".to_owned(),
        }
    }

    async fn try_accept(&self) -> io::Result<(Either<TcpStream, UnixStream>, Peer)> {
        match self {
            Self::Tcp(tcp) => {
                let (stream, address) = tcp.accept().await?;
                stream.set_nodelay(true)?;
                Ok((Either::Left(stream), Peer(Some(address))))
            }
            Self::Unix(unix) => {
                let (stream, _) = unix.accept().await?;
                Ok((Either::Right(stream), Peer(None)))
            }
        }
    }

    /// The next connection, and where it comes from.
    pub(super) async fn accept(&self) -> (Either<TcpStream, UnixStream>, Peer) {
        loop {
            match self.try_accept().await {
                Ok(accepted) => return accepted,
                Err(error) => {
                    // Out of descriptors, most likely: others will be closed soon.
                    tracing::warn!(%error, "Could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}
