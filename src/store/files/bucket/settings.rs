//! Which server: `s3://bucket/prefix`, and the variables that every program for S3 reads
//! (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT_URL`…; without a key,
//! what the machine itself is given). `?endpoint=` and `?region=` in the URL stand above those.

use std::time::Duration;

use object_store::{
    BackoffConfig, ClientOptions, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder, Checksum},
    path::Path,
};
use url::{Host, Url};

use crate::store::error::Error;

/// For one request with all its octets, of which there are never more than a part.
const REQUEST: Duration = Duration::from_secs(60);
/// How long a server that does not answer, or is too busy, is asked again.
const AGAIN: Duration = Duration::from_secs(20);

pub(super) fn read(url: &str) -> Result<(AmazonS3, Path), Error> {
    let wrong = Error::Url("blob_url must be s3://bucket/prefix");
    let Ok(parsed) = Url::parse(url) else {
        return Err(wrong);
    };
    let bucket = parsed.host_str().filter(|_| parsed.scheme() == "s3");
    let Some(bucket) = bucket else {
        return Err(wrong);
    };
    let prefix = Path::from_url_path(parsed.path());
    let prefix = prefix.map_err(|_| Error::Url("the path in blob_url can't be used"))?;
    let options = ClientOptions::new()
        .with_timeout(REQUEST)
        .with_connect_timeout(Duration::from_secs(5));
    let retry = RetryConfig {
        max_retries: 5,
        retry_timeout: AGAIN,
        backoff: BackoffConfig::default(),
    };
    let mut builder = AmazonS3Builder::from_env()
        .with_client_options(options)
        .with_retry(retry)
        // The server compares what comes with what was sent.
        .with_checksum_algorithm(Checksum::SHA256)
        .with_bucket_name(bucket);
    for (name, value) in parsed.query_pairs() {
        builder = match name.as_ref() {
            "endpoint" => endpoint(builder, &value)?,
            "region" => builder.with_region(value),
            _ => {
                return Err(Error::Url(
                    "blob_url knows ?endpoint= and ?region=, and nothing else",
                ));
            }
        };
    }
    provide_tls();
    let store = builder.build();
    let store = store.map_err(|error| Error::File(std::io::Error::other(error)))?;
    Ok((store, prefix))
}

/// Mail does not go over a network in the clear, unless the operator says so by `AWS_ALLOW_HTTP`.
fn endpoint(builder: AmazonS3Builder, url: &str) -> Result<AmazonS3Builder, Error> {
    let parsed = Url::parse(url).map_err(|_| Error::Url("endpoint must be a URL"))?;
    let builder = builder.with_endpoint(url);
    Ok(match parsed.scheme() == "http" && is_here(&parsed) {
        true => builder.with_allow_http(true),
        false => builder,
    })
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The client of object_store takes what the process has.
fn provide_tls() {
    // There already: the same one.
    let _before = rustls::crypto::ring::default_provider().install_default();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_not_be_used_is_told() {
        let refused = |url| read(url).map(drop).unwrap_err().to_string();
        for (url, words) in [
            ("s3:", "s3://bucket"),
            ("s3:///prefix", "s3://bucket"),
            ("s3://bucket?endpiont=x", "nothing else"),
            ("s3://bucket?endpoint=x", "a URL"),
        ] {
            assert!(refused(url).contains(words), "{url}: {}", refused(url));
        }
        let (_, prefix) = read("s3://bucket/a/b?region=x&endpoint=http://127.0.0.1:9").unwrap();
        assert_eq!(prefix.as_ref(), "a/b");
    }
}
