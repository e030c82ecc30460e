//! A server that one of the scripts in `tests/servers` sets up and watches over: it stops, and its
//! directory goes, when this process ends, in whatever way.

use std::{
    collections::HashMap,
    env,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// See the module's description.
#[derive(Debug)]
pub(crate) struct Wrapped {
    ports: HashMap<String, u16>,
    /// Where all of it lies.
    pub(crate) dir: PathBuf,
    _wrapper: Child,
}

impl Wrapped {
    /// Runs `tests/servers/<name>.sh` until the server answers.
    pub(crate) fn start(name: &str, settings: impl FnOnce(&mut Command)) -> Self {
        let started = Self::try_start(name, settings);
        started.unwrap_or_else(|| {
            panic!("{name} did not start; is it installed? ./test installs what the tests need")
        })
    }

    /// The same; nothing where the server does not come up.
    #[expect(
        clippy::zombie_processes,
        reason = "the wrapper ends after this process, not before"
    )]
    pub(crate) fn try_start(name: &str, settings: impl FnOnce(&mut Command)) -> Option<Self> {
        let servers = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers");
        let dir = env::temp_dir().join(format!("restante-{name}-{}", std::process::id()));
        let mut command = Command::new("bash");
        command
            .arg(servers.join(format!("{name}.sh")))
            .arg("run")
            .arg(&dir);
        settings(&mut command);
        let mut wrapper = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("bash starts");
        let mut ports = HashMap::new();
        let output = BufReader::new(wrapper.stdout.take().expect("piped"));
        for line in output.lines() {
            let line = line.expect("UTF-8");
            if line == "ready" {
                return Some(Self {
                    ports,
                    dir,
                    _wrapper: wrapper,
                });
            }
            if let Some((name, port)) = line.split_once('=') {
                ports.insert(name.to_owned(), port.parse().expect("a port"));
            }
        }
        None
    }

    /// The port of a service, as the script's head names it.
    pub(crate) fn port(&self, service: &str) -> u16 {
        let port = self.ports.get(service);
        *port.unwrap_or_else(|| panic!("no port for {service}"))
    }

    /// What stands in a file of its directory; empty when there is none.
    pub(crate) fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.dir.join(file)).unwrap_or_default()
    }
}
