//! `restante healthcheck`: whether the process that serves with these settings answers. For
//! containers, which have no other program to ask with.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, bail, ensure};
use restante::config::Config;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpStream, UnixStream},
    time::timeout,
};

/// Whoever asks gives up sooner or later; this is sooner.
const PATIENCE: Duration = Duration::from_secs(4);

/// Asks `/healthz` where `listen` says.
pub(crate) async fn run(config: &Config) -> anyhow::Result<()> {
    let path = format!("{}/healthz", config.base_path());
    let asked = async {
        match config.listen.strip_prefix("unix:") {
            Some(socket) => ask(UnixStream::connect(socket).await?, &path).await,
            None => ask(TcpStream::connect(near(&config.listen)).await?, &path).await,
        }
    };
    let answered = timeout(PATIENCE, asked).await;
    answered
        .context("no answer in time")?
        .with_context(|| format!("asking {path} at {}", config.listen))
}

/// Where one listens everywhere, this machine is asked.
fn near(listen: &str) -> String {
    match listen.parse::<SocketAddr>() {
        Ok(mut address) if address.ip().is_unspecified() => {
            address.set_ip(match address.is_ipv4() {
                true => [127, 0, 0, 1].into(),
                false => std::net::Ipv6Addr::LOCALHOST.into(),
            });
            address.to_string()
        }
        _ => listen.to_owned(),
    }
}

async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin, path: &str) -> anyhow::Result<()> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    // "HTTP/1.1 200"
    let mut first = [0; 12];
    stream.read_exact(&mut first).await?;
    ensure!(first.starts_with(b"HTTP/1."), "what answers speaks no HTTP");
    if !first.ends_with(b" 200") {
        bail!("it answered {}", String::from_utf8_lossy(&first));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_asked() {
        for (listen, asked) in [
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("[::]:80", "[::1]:80"),
            ("192.0.2.1:80", "192.0.2.1:80"),
            ("localhost:80", "localhost:80"),
        ] {
            assert_eq!(near(listen), asked);
        }
    }
}
