//! The program itself with any settings: everything that it logs, and browsers that reach it over
//! the network.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::{Ipv4Addr, SocketAddr},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use tempfile::TempDir;

use super::{app::PUBLIC_URL, browser::Browser, network::plain_way, process::program};

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// See the module's description.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    _data: TempDir,
    child: Child,
    log: Arc<Mutex<String>>,
}

impl Served {
    /// With these lines of TOML, logging at this level.
    pub(crate) fn start(settings: &str, level: &str) -> Self {
        let data = tempfile::Builder::new().prefix("served").tempdir().unwrap();
        let config = data.path().join("restante.toml");
        let own = format!("listen = \"127.0.0.1:0\"\ndata_dir = {:?}\n", data.path());
        fs::write(&config, own + settings).unwrap();
        let mut child = program(&config)
            .arg("serve")
            .env("RESTANTE_LOG", level)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log: Arc<Mutex<String>> = Arc::default();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let written = Arc::clone(&log);
        let (ready, is_ready) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            while let Some(Ok(line)) = lines.next() {
                if line.contains("Restante is ready") {
                    let address = line.split("127.0.0.1:").nth(1).unwrap();
                    let port = address.split('"').next().unwrap().parse().unwrap();
                    let _gone = ready.send(port);
                }
                let mut written = written.lock().unwrap();
                written.push_str(&line);
                written.push('\n');
            }
        });
        let port: Result<u16, _> = is_ready.recv_timeout(PATIENCE);
        let port = port.unwrap_or_else(|_| panic!("{}", log.lock().unwrap()));
        Self {
            address: (Ipv4Addr::LOCALHOST, port).into(),
            _data: data,
            child,
            log,
        }
    }

    /// A browser that was never here.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(plain_way(self.address), PUBLIC_URL)
    }

    /// Everything that was logged so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Memory that it holds, in octets.
    pub(crate) fn resident(&self) -> usize {
        let path = format!("/proc/{}/statm", self.child.id());
        let statm = fs::read_to_string(path).unwrap();
        let pages: usize = statm.split(' ').nth(1).unwrap().parse().unwrap();
        pages * 4096
    }

    /// Waits until the log has this.
    pub(crate) async fn logs(&self, text: &str) {
        let waited = async {
            while !self.log().contains(text) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, waited).await;
        assert!(waited.is_ok(), "no {text} in {}", self.log());
    }

    /// Asks it to stop.
    pub(crate) fn tell_to_stop(&self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits until it has ended; gives whether all was well.
    pub(crate) async fn ended(&mut self) -> bool {
        let ended = async {
            loop {
                if let Some(status) = self.child.try_wait().unwrap() {
                    return status.success();
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, ended).await.unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}
