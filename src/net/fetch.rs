//! Fetching pictures for the image proxy, and documents that say where a domain's mail lies:
//! everything about the answer is bounded and judged by its bytes, and nothing about the reader is
//! told to the other side. `post` tells others something in the same way, `form` asks a service that
//! the operator has named.

mod form;
mod post;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use reqwest::{
    Client,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{ACCEPT, LOCATION, USER_AGENT},
    redirect,
};
use rustls::pki_types::CertificateDer;
use tokio::time::timeout;
use url::Url;

use crate::mail::raster::sniff;

use super::{
    egress::{Denied, Policy},
    tls::{self, TlsError},
};

pub use self::post::PostError;

/// Bounds of one fetch.
#[derive(Clone, Copy, Debug)]
pub struct FetchLimits {
    /// Octets of the body.
    pub bytes: usize,
    /// For everything: names, connections, redirects, body.
    pub time: Duration,
    /// Width times height of the decoded picture.
    pub pixels: u64,
    /// Redirects followed.
    pub redirects: u32,
}

impl Default for FetchLimits {
    fn default() -> Self {
        Self {
            bytes: 10 << 20,
            time: Duration::from_secs(10),
            pixels: 40_000_000,
            redirects: 3,
        }
    }
}

/// A picture that is safe to hand to a browser as what it says it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// One of `image/png`, `image/jpeg`, `image/gif`, `image/webp`, `image/avif`, told by the
    /// first bytes and never by the server.
    pub media_type: &'static str,
    /// The whole file.
    pub bytes: Bytes,
}

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The text is no URL.
    #[error("not a URL")]
    Url,
    /// The URL, or one that it redirects to, may not be asked.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// It took too long.
    #[error("the server is too slow")]
    Timeout,
    /// The answer is larger than allowed.
    #[error("the answer is too large")]
    TooLarge,
    /// Too many pixels to decode.
    #[error("the picture has too many pixels")]
    TooManyPixels,
    /// Not one of the raster types that we pass on.
    #[error("not a picture of a known type")]
    NotAnImage,
    /// The server answered with this status.
    #[error("the server answered {0}")]
    Status(u16),
    /// More redirects than allowed, or one without a target.
    #[error("too many redirects")]
    Redirects,
    /// No connection, or it broke. Includes names without any address that may be reached.
    #[error("the server cannot be reached")]
    Network,
}

/// Fetches pictures. Cheap to clone; connections are shared.
#[derive(Clone, Debug)]
pub struct Fetcher {
    policy: Policy,
    limits: FetchLimits,
    tls: Arc<rustls::ClientConfig>,
    usual: Client,
}

/// What is asked for.
struct Kind {
    accept: &'static str,
    /// What servers are told about us: the same for every reader.
    user_agent: &'static str,
    /// Nothing is asked in the clear, redirects included.
    https: bool,
    /// Judges the first octets: the rest of what does not fit is not read.
    fits: fn(&[u8]) -> bool,
}

const PICTURE: Kind = Kind {
    accept: "image/avif,image/webp,image/png,image/jpeg,image/gif",
    user_agent: "Mozilla/5.0 (compatible; Restante image proxy)",
    https: false,
    fits: |first| sniff(first).is_some(),
};

const DOCUMENT: Kind = Kind {
    accept: "application/xml,text/xml",
    user_agent: "Restante",
    https: true,
    fits: |_| true,
};

/// Resolves names by the policy, when a connection is made.
struct Vetted {
    policy: Policy,
    /// The URL's port; `None` for 80 and 443, which share a client.
    port: Option<u16>,
}

impl Fetcher {
    /// A fetcher that trusts the system's authorities and `extra_ca`.
    pub fn new(
        policy: Policy,
        limits: FetchLimits,
        extra_ca: &[CertificateDer<'static>],
    ) -> Result<Self, TlsError> {
        let tls = tls::client_config(extra_ca)?;
        let usual = client(&policy, &limits, &tls, None)?;
        Ok(Self {
            policy,
            limits,
            tls,
            usual,
        })
    }

    /// Fetches the picture at `url` (http or https, absolute).
    pub async fn image(&self, url: &str) -> Result<Image, FetchError> {
        let url = Url::parse(url).map_err(|_| FetchError::Url)?;
        let bytes = self.body(url, &PICTURE).await?;
        let media_type = sniff(&bytes).ok_or(FetchError::NotAnImage)?;
        let probe = bytes.clone();
        // Off the async threads, where a parser's panic on a hostile file is an error as well.
        let size = tokio::task::spawn_blocking(move || imagesize::blob_size(&probe))
            .await
            .map_err(|_| FetchError::NotAnImage)?
            .map_err(|_| FetchError::NotAnImage)?;
        let pixels = (size.width as u64).saturating_mul(size.height as u64);
        if pixels > self.limits.pixels {
            return Err(FetchError::TooManyPixels);
        }
        Ok(Image { media_type, bytes })
    }

    /// Fetches the document at `url`, over https and nothing else.
    pub async fn document(&self, url: &str) -> Result<Bytes, FetchError> {
        let url = Url::parse(url).map_err(|_| FetchError::Url)?;
        self.body(url, &DOCUMENT).await
    }

    /// One that goes to this port.
    fn client(&self, port: u16) -> Result<Client, TlsError> {
        match port {
            80 | 443 => Ok(self.usual.clone()),
            other => client(&self.policy, &self.limits, &self.tls, Some(other)),
        }
    }

    async fn body(&self, url: Url, kind: &Kind) -> Result<Bytes, FetchError> {
        timeout(self.limits.time, self.followed(url, kind))
            .await
            .map_err(|_| FetchError::Timeout)?
    }

    async fn followed(&self, mut url: Url, kind: &Kind) -> Result<Bytes, FetchError> {
        for _ in 0..=self.limits.redirects {
            let port = self.policy.check_url(&url)?;
            if kind.https && url.scheme() != "https" {
                return Err(FetchError::Denied(Denied::Scheme));
            }
            let client = self.client(port).map_err(|_| FetchError::Network)?;
            // A fragment is for the reader's browser, not for the server.
            url.set_fragment(None);
            let answer = client
                .get(url.clone())
                .header(ACCEPT, kind.accept)
                .header(USER_AGENT, kind.user_agent)
                .send()
                .await
                .map_err(|error| network(&error))?;
            let status = answer.status();
            if status.is_redirection() {
                let target = answer.headers().get(LOCATION);
                let target = target.and_then(|target| target.to_str().ok());
                url = url
                    .join(target.ok_or(FetchError::Redirects)?)
                    .map_err(|_| FetchError::Redirects)?;
                continue;
            }
            if !status.is_success() {
                return Err(FetchError::Status(status.as_u16()));
            }
            return self.read(answer, kind.fits).await;
        }
        Err(FetchError::Redirects)
    }

    /// Reads the body up to the limit, whatever length the server announced.
    async fn read(
        &self,
        mut answer: reqwest::Response,
        fits: fn(&[u8]) -> bool,
    ) -> Result<Bytes, FetchError> {
        let announced = answer.content_length().unwrap_or(0);
        if usize::try_from(announced).map_or(true, |length| length > self.limits.bytes) {
            return Err(FetchError::TooLarge);
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| network(&error))? {
            if body.len().saturating_add(chunk.len()) > self.limits.bytes {
                return Err(FetchError::TooLarge);
            }
            body.extend_from_slice(&chunk);
            // A page or a script need not be read to its end to be refused.
            if body.len() >= SNIFFED && !fits(&body) {
                return Err(FetchError::NotAnImage);
            }
        }
        Ok(body.freeze())
    }
}

fn client(
    policy: &Policy,
    limits: &FetchLimits,
    tls: &rustls::ClientConfig,
    port: Option<u16>,
) -> Result<Client, TlsError> {
    let mut tls = tls.clone();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(Vetted {
            policy: policy.clone(),
            port,
        })
        .no_proxy()
        .referer(false)
        .redirect(redirect::Policy::none())
        .connect_timeout(limits.time)
        .timeout(limits.time)
        .pool_idle_timeout(Duration::from_secs(30))
        .pool_max_idle_per_host(4)
        .build()
        .map_err(|error| TlsError::Handshake(error.to_string()))
}

impl Resolve for Vetted {
    fn resolve(&self, name: Name) -> Resolving {
        let (policy, port) = (self.policy.clone(), self.port);
        Box::pin(async move {
            let addresses = match port {
                Some(port) => policy.resolve(name.as_str(), port).await,
                // Both ports are equal before the policy unless an exact address is exempt, and
                // then either port of it is the operator's word.
                None => {
                    let mut found = policy.resolve(name.as_str(), 443).await;
                    found.extend(policy.resolve(name.as_str(), 80).await);
                    let mut ips: Vec<_> = found.iter().map(SocketAddr::ip).collect();
                    ips.dedup();
                    // Port 0 is replaced by the URL's.
                    ips.into_iter().map(|ip| SocketAddr::new(ip, 0)).collect()
                }
            };
            if addresses.is_empty() {
                return Err("no address that may be reached".into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

fn network(error: &reqwest::Error) -> FetchError {
    if error.is_timeout() {
        FetchError::Timeout
    } else {
        FetchError::Network
    }
}

/// How many bytes suffice to tell the type.
const SNIFFED: usize = 64;

#[cfg(test)]
mod tests;
