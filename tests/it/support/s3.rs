//! A real S3 server, started once per test run by `tests/servers/s3.sh` and shared by the tests
//! that want it; each test has a prefix of its own.

use std::sync::{
    OnceLock,
    atomic::{AtomicU32, Ordering},
};

use super::wrapped::Wrapped;

/// What programs are told by their environment.
pub(crate) const VARIABLES: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "restante"),
    ("AWS_SECRET_ACCESS_KEY", "restante-secret"),
    ("AWS_REGION", "us-east-1"),
];

/// The running server.
#[derive(Debug)]
pub(crate) struct S3(Wrapped);

impl S3 {
    /// The one server of this test run; `None` (with a note) where it can't be had.
    pub(crate) fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<S3>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| Wrapped::try_start("s3", |_| {}).map(Self));
        if shared.is_none() {
            println!("skipped: no S3 server here; tests/servers/s3.sh says why");
        }
        shared.as_ref()
    }

    /// A `blob_url` that nobody else has.
    pub(crate) fn url(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = self.0.port("S3");
        format!("s3://mail/test{number}?endpoint=http://127.0.0.1:{port}")
    }

    /// The folder in which the objects below that URL are files.
    pub(crate) fn folder(&self, url: &str) -> std::path::PathBuf {
        let url = url::Url::parse(url).unwrap();
        let path = url.path().trim_start_matches('/');
        self.0.dir.join("data").join("mail").join(path)
    }
}
