//! Asking a service that the operator has named by a form, and reading its short answer: over
//! https, or in the clear on this machine alone, without being led anywhere else.

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue, USER_AGENT};
use tokio::time::timeout;
use url::Url;

use crate::net::egress::{Denied, is_here};

use super::{FetchError, Fetcher, network};

impl Fetcher {
    /// Sends a form (`application/x-www-form-urlencoded`) by POST; gives the status of the answer,
    /// whatever it is, and its octets. A redirect is an answer like another, and not followed.
    ///
    /// # Errors
    /// When there is no answer, or one that is larger than the limit.
    pub async fn form(&self, url: &Url, body: String) -> Result<(u16, Bytes), FetchError> {
        if url.scheme() != "https" && !is_here(url) {
            return Err(FetchError::Denied(Denied::Scheme));
        }
        let port = self.policy.check_url(url)?;
        let client = self.client(port).map_err(|_| FetchError::Network)?;
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        let sent = client
            .post(url.clone())
            .header(CONTENT_TYPE, form)
            .header(ACCEPT, "application/json")
            .header(USER_AGENT, "Restante")
            .body(body);
        let asked = async {
            let answer = sent.send().await.map_err(|error| network(&error))?;
            let status = answer.status().as_u16();
            Ok((status, self.read(answer, |_| true).await?))
        };
        timeout(self.limits.time, asked)
            .await
            .map_err(|_| FetchError::Timeout)?
    }
}
