//! Real servers beside Dovecot: Cyrus, Courier and popa3d, each started once per test run by its script in
//! `tests/servers` and shared by the tests that want it; each test takes users of its own.

use std::{
    env,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use restante::{
    imap::{
        client::Client,
        connect::{Connector, Login, Secret},
        limits::Limits,
    },
    net::{Endpoint, Security},
};

/// Every user's password.
pub(crate) const PASSWORD: &str = "restante";

/// How many users the scripts make.
const USERS: u32 = 40;

/// A running server. Its shell wrapper stops it when this process ends, in whatever way.
#[derive(Debug)]
pub(crate) struct Peer {
    /// IMAP in plain text, on 127.0.0.1; 0 where it serves POP3 alone.
    pub(crate) port: u16,
    /// The same of POP3, where it serves that.
    pub(crate) pop3: Option<u16>,
    /// Where it has its files.
    pub(crate) dir: PathBuf,
    taken: AtomicU32,
    _wrapper: Child,
}

impl Peer {
    /// Cyrus, with folders beside the inbox; `None` (with a note) where it can't be had.
    pub(crate) fn cyrus() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Peer>> = OnceLock::new();
        let start = || Self::start("cyrus", "cyrus", &[]);
        SHARED.get_or_init(start).as_ref()
    }

    /// Cyrus as Debian sets it up: everything below `INBOX.`.
    pub(crate) fn cyrus_below_inbox() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Peer>> = OnceLock::new();
        let start = || Self::start("cyrus", "cyrus-below", &[("CYRUS_PREFIX", "yes")]);
        SHARED.get_or_init(start).as_ref()
    }

    /// Courier.
    pub(crate) fn courier() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Peer>> = OnceLock::new();
        let start = || Self::start("courier", "courier", &[]);
        SHARED.get_or_init(start).as_ref()
    }

    /// popa3d, which serves POP3 from mboxes and knows no CAPA.
    pub(crate) fn popa3d() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Peer>> = OnceLock::new();
        let start = || Self::start("popa3d", "popa3d", &[]);
        SHARED.get_or_init(start).as_ref()
    }

    /// A user nobody else has, with an empty inbox.
    pub(crate) fn user(&self) -> String {
        let number = self.taken.fetch_add(1, Ordering::Relaxed) + 1;
        assert!(number <= USERS, "the scripts make {USERS} users");
        format!("user{number}")
    }

    /// A client for a user.
    pub(crate) fn client(&self, user: &str, password: &str, limits: Limits) -> Client {
        Client::new(Connector {
            endpoint: Endpoint::new("127.0.0.1", self.port, Security::Plain),
            login: Login {
                user: user.to_owned(),
                secret: Secret::Password(password.to_owned().into()),
            },
            limits,
        })
    }

    fn start(script: &str, name: &str, settings: &[(&str, &str)]) -> Option<Self> {
        let servers = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers");
        let dir = env::temp_dir().join(format!("restante-{name}-{}", std::process::id()));
        let mut wrapper = Command::new("bash")
            .arg(servers.join(format!("{script}.sh")))
            .arg("run")
            .arg(&dir)
            .envs(settings.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("bash starts");
        let (mut port, mut pop3) = (None, None);
        for line in BufReader::new(wrapper.stdout.take().expect("piped")).lines() {
            let line = line.expect("UTF-8");
            if let Some(number) = line.strip_prefix("IMAP=") {
                port = number.parse().ok();
            }
            if let Some(number) = line.strip_prefix("POP3=") {
                pop3 = number.parse().ok();
            }
            if line == "ready" {
                return Some(Self {
                    port: port.unwrap_or(0),
                    pop3,
                    dir,
                    taken: AtomicU32::new(0),
                    _wrapper: wrapper,
                });
            }
        }
        let status = wrapper.wait().expect("ends");
        // What the scripts say when the packages can't be had, or we are not root.
        assert_eq!(status.code(), Some(3), "{name} did not start");
        eprintln!("skipped: no {name} here");
        None
    }
}
