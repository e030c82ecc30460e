//! Telling a stranger's server something: over https, to addresses that the policy lets through
//! when the connection is made, without following it anywhere else. Of the answer only the status
//! is looked at.

use std::{error::Error, io};

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use tokio::time::timeout;
use url::Url;

use crate::net::egress::Denied;

use super::Fetcher;

/// Causes of a failure that are looked at.
const CAUSES: usize = 32;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// The address may not be asked.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// It took too long.
    #[error("the server is too slow")]
    Timeout,
    /// The server's certificate can't be trusted, or it speaks no TLS that we do.
    #[error("no trusted TLS connection came about")]
    Tls,
    /// No connection, or it broke. Includes names without any address that may be reached.
    #[error("the server cannot be reached")]
    Network,
}

impl Fetcher {
    /// May this be told something, as far as the text says, and at which port? Only https is.
    ///
    /// # Errors
    /// Why not.
    pub fn may_post(&self, url: &Url) -> Result<u16, Denied> {
        if url.scheme() != "https" {
            return Err(Denied::Scheme);
        }
        self.policy.check_url(url)
    }

    /// Sends JSON by POST and gives the status of the answer, whatever it is: a redirect as well.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn post(
        &self,
        url: &Url,
        mut headers: HeaderMap,
        body: Bytes,
    ) -> Result<u16, PostError> {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.told(url, headers, body).await
    }

    /// The same with a form (`application/x-www-form-urlencoded`), and nothing beside it.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn post_form(&self, url: &Url, body: &'static str) -> Result<u16, PostError> {
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, form)]);
        self.told(url, headers, Bytes::from_static(body.as_bytes()))
            .await
    }

    async fn told(&self, url: &Url, mut headers: HeaderMap, body: Bytes) -> Result<u16, PostError> {
        let port = self.may_post(url)?;
        let client = self.client(port).map_err(|_| PostError::Tls)?;
        headers.insert(USER_AGENT, HeaderValue::from_static("Restante"));
        let sent = client.post(url.clone()).headers(headers).body(body).send();
        let answer = timeout(self.limits.time, sent)
            .await
            .map_err(|_| PostError::Timeout)?;
        // Its body is not read: what it says is nobody's business.
        answer
            .map(|answer| answer.status().as_u16())
            .map_err(|error| reason(&error))
    }
}

fn reason(error: &reqwest::Error) -> PostError {
    if error.is_timeout() {
        return PostError::Timeout;
    }
    // What rustls says comes wrapped, and an io::Error does not name what it wraps as its source.
    let mut causes: Vec<&(dyn Error + 'static)> = vec![error];
    for _ in 0..CAUSES {
        let Some(cause) = causes.pop() else {
            break;
        };
        if cause.is::<rustls::Error>() {
            return PostError::Tls;
        }
        let wrapped = cause.downcast_ref::<io::Error>();
        if let Some(inner) = wrapped.and_then(io::Error::get_ref) {
            causes.push(inner);
        }
        causes.extend(cause.source());
    }
    PostError::Network
}
