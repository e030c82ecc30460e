//! Restante itself, twice: in this process, where round trips can be counted, and as the program
//! that people run, whose memory is looked at.

use std::{
    io::{self, BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStderr, Command, Stdio},
    thread::JoinHandle,
};

use anyhow::Context as _;
use restante::{
    app::{App, Listener},
    clock::Clock,
    config::Config,
    engine::{Account, Engine, secrets::Key},
};
use tokio::{runtime::Runtime, sync::oneshot};

/// The app in this process.
pub(crate) struct House {
    runtime: Runtime,
    /// Ends the app, and the thread that serves it.
    serving: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
    engine: Engine,
    pub(crate) address: SocketAddr,
}

impl House {
    pub(crate) fn start(config: &Path) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        let config = Config::load(Some(config), std::iter::empty())?;
        let (app, listener) = runtime.block_on(async {
            let listener = Listener::bind(&config.listen).await?;
            anyhow::Ok((App::new(config, Clock::system()).await?, listener))
        })?;
        let (engine, address) = (app.engine().clone(), listener.address().parse()?);
        let handle = runtime.handle().clone();
        let (end, told) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let told = async { drop(told.await) };
            handle.block_on(app.serve(listener, told));
        });
        Ok(Self {
            runtime,
            serving: Some((end, thread)),
            engine,
            address,
        })
    }

    /// The live account behind a session's key.
    pub(crate) fn account(&self, key: &str) -> anyhow::Result<Account> {
        let key = Key::from_text(key).context("a key")?;
        self.runtime.block_on(async {
            let session = self.engine.session(&key).await?.context("a session")?;
            Ok(self.engine.account(&session, &key).await?)
        })
    }

    /// Does something of the engine's own, without HTTP.
    pub(crate) fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }
}

impl Drop for House {
    /// Before the run time goes, or what the app still does panics.
    fn drop(&mut self) {
        if let Some((end, thread)) = self.serving.take() {
            let _gone_already = end.send(());
            let _panicked = thread.join();
        }
    }
}

/// Settings for a house of its own in `folder`, with so much memory for what it may keep.
pub(crate) fn settings(folder: &Path, imap: u16, cache_mib: u32) -> io::Result<std::path::PathBuf> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join("restante.toml");
    let text = format!(
        "listen = \"127.0.0.1:0\"\npublic_url = \"http://localhost\"\nlog_format = \"json\"\n\
         data_dir = {:?}\n[[servers]]\ndomains = [\"*\"]\nimap = \"imap+insecure://127.0.0.1:{imap}\"\n\
         [limits]\ncache_mib = {cache_mib}\n",
        folder.join("data"),
    );
    std::fs::write(&path, text)?;
    Ok(path)
}

/// The program, running.
pub(crate) struct Program {
    child: Child,
    /// Kept open, so that it can go on logging.
    _log: BufReader<ChildStderr>,
    pub(crate) address: SocketAddr,
}

impl Program {
    pub(crate) fn start(config: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_restante"))
            .arg("--config")
            .arg(config)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut log = BufReader::new(child.stderr.take().context("piped")?);
        let address = loop {
            let mut line = String::new();
            anyhow::ensure!(log.read_line(&mut line)? > 0, "the program did not start");
            let said: serde_json::Value = serde_json::from_str(&line)?;
            if let Some(listen) = said.get("listen").and_then(|listen| listen.as_str()) {
                break listen.parse()?;
            }
        };
        Ok(Self {
            child,
            _log: log,
            address,
        })
    }

    /// Memory in MiB: its share of what it shares (PSS), and all that it can see (RSS).
    pub(crate) fn memory(&self) -> io::Result<(f64, f64)> {
        let path = format!("/proc/{}/smaps_rollup", self.child.id());
        let text = std::fs::read_to_string(path)?;
        let find = |name: &str| {
            let line = text.lines().find(|line| line.starts_with(name));
            let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
            kib.unwrap_or_default() / 1024.0
        };
        Ok((find("Pss:"), find("Rss:")))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _reaped = self.child.wait();
    }
}
