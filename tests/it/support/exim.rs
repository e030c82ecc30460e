//! A real Exim before the shared Dovecot, started once per test run by `tests/servers/exim.sh`,
//! which says what it does with whom.

use std::sync::OnceLock;

use super::{
    dovecot::{Dovecot, PASSWORD},
    wrapped::Wrapped,
};

/// The largest message that it takes, in octets.
pub(crate) const SIZE_LIMIT: u64 = 20 << 20;

/// The running server.
#[derive(Debug)]
pub(crate) struct Exim(Wrapped);

impl Exim {
    /// The one server of this test run; started by the first caller.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Exim> = OnceLock::new();
        SHARED.get_or_init(|| {
            Self(Wrapped::start("exim", |command| {
                command
                    .arg(Dovecot::shared().dir())
                    .env("EXIM_PASSWORD", PASSWORD)
                    .env("EXIM_SIZE", SIZE_LIMIT.to_string());
            }))
        })
    }

    /// The port of `SMTP_STARTTLS`, `SMTP_TLS` or `SMTP_PLAIN`. Its certificate is Dovecot's.
    pub(crate) fn port(&self, service: &str) -> u16 {
        self.0.port(service)
    }

    /// What Exim has logged so far.
    pub(crate) fn log(&self) -> String {
        self.0.read("mainlog")
    }
}
