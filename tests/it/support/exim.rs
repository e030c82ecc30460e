//! A real Exim before the shared Dovecot, started once per test run by `tests/servers/exim.sh`,
//! which says what it does with whom.

use std::{
    collections::HashMap,
    env,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

use super::dovecot::{Dovecot, PASSWORD};

/// The largest message that it takes, in octets.
pub(crate) const SIZE_LIMIT: u64 = 20 << 20;

/// The running server. Its shell wrapper stops it and removes its directory when this process
/// ends, in whatever way.
#[derive(Debug)]
pub(crate) struct Exim {
    ports: HashMap<String, u16>,
    dir: PathBuf,
    _wrapper: Child,
}

impl Exim {
    /// The one server of this test run; started by the first caller.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Exim> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// The port of `SMTP_STARTTLS`, `SMTP_TLS` or `SMTP_PLAIN`. Its certificate is Dovecot's.
    pub(crate) fn port(&self, service: &str) -> u16 {
        *self
            .ports
            .get(service)
            .unwrap_or_else(|| panic!("no port for {service}"))
    }

    /// What Exim has logged so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.dir.join("mainlog")).unwrap_or_default()
    }

    #[expect(
        clippy::zombie_processes,
        reason = "the wrapper ends after this process, not before"
    )]
    fn start() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/exim.sh");
        let dir = env::temp_dir().join(format!("restante-exim-{}", std::process::id()));
        let mut wrapper = Command::new("bash")
            .arg(script)
            .arg("run")
            .arg(&dir)
            .arg(Dovecot::shared().dir())
            .env("EXIM_PASSWORD", PASSWORD)
            .env("EXIM_SIZE", SIZE_LIMIT.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("bash starts");
        let mut ports = HashMap::new();
        let output = BufReader::new(wrapper.stdout.take().expect("piped"));
        for line in output.lines() {
            let line = line.expect("UTF-8");
            if line == "ready" {
                return Self {
                    ports,
                    dir,
                    _wrapper: wrapper,
                };
            }
            if let Some((name, port)) = line.split_once('=') {
                ports.insert(name.to_owned(), port.parse().expect("a port"));
            }
        }
        panic!("Exim did not start; is it installed? ./test installs what the tests need");
    }
}
