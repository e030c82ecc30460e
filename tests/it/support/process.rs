//! The program itself, in a process of its own that can be killed, and a plain HTTP client for it.

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use url::form_urlencoded::Serializer;

use super::dovecot::{Dovecot, PASSWORD, User};

/// The program with this file. What the tests themselves are told by `RESTANTE_…` is no setting of
/// its.
pub(crate) fn program(config: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_restante"));
    for (name, _) in env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"RESTANTE_") {
            command.env_remove(name);
        }
    }
    command.env_remove("RUST_LOG").arg("--config").arg(config);
    command
}

/// Its data, which outlive it.
pub(crate) struct Site {
    data: TempDir,
    address: Option<SocketAddr>,
    child: Option<Child>,
    cookie: String,
}

impl Site {
    /// One that sends through this URL. Nothing runs yet.
    pub(crate) fn sending(smtp: &str) -> Self {
        let data = tempfile::Builder::new().prefix("site").tempdir().unwrap();
        let imap = Dovecot::shared().port("IMAP");
        let settings = format!(
            "listen = \"127.0.0.1:0\"\ndata_dir = {:?}\n[[servers]]\ndomains = [\"*\"]\n\
             imap = \"imap+insecure://127.0.0.1:{imap}\"\nsmtp = {smtp:?}\n",
            data.path()
        );
        fs::write(data.path().join("restante.toml"), settings).unwrap();
        Self {
            data,
            address: None,
            child: None,
            cookie: String::new(),
        }
    }

    /// Starts the program and waits until it serves.
    pub(crate) fn start(&mut self) {
        let mut child = program(&self.data.path().join("restante.toml"))
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let ready = lines.find_map(|line| {
            let line = line.unwrap();
            let (_, address) = line.split_once("listen=\"")?;
            Some(address.split('"').next().unwrap().parse().unwrap())
        });
        self.address = Some(ready.expect("it serves"));
        self.child = Some(child);
        // A full pipe would stop it.
        std::thread::spawn(move || lines.for_each(drop));
    }

    /// What kills it (SIGKILL), at any time.
    pub(crate) fn killer(&self) -> impl FnOnce() + Send + 'static {
        // By its number, which is nobody else's until it is waited for.
        let id = self.child.as_ref().unwrap().id();
        move || signal(id, "-KILL")
    }

    /// Asks it to stop (SIGTERM), and waits until it has.
    pub(crate) async fn stop(&mut self) {
        let mut child = self.child.take().unwrap();
        let ended = tokio::task::spawn_blocking(move || {
            signal(child.id(), "-TERM");
            child.wait().unwrap()
        });
        assert!(ended.await.unwrap().success());
    }

    /// Waits until it is gone.
    pub(crate) fn gone(&mut self) {
        self.child.take().unwrap().wait().unwrap();
    }

    /// Where the database lies.
    pub(crate) fn database(&self) -> PathBuf {
        self.data.path().join("restante.db")
    }

    /// Signs in; the session outlives the process.
    pub(crate) async fn sign_in(&mut self, user: &User) {
        let fields = [("address", user.address.as_str()), ("password", PASSWORD)];
        let answer = self.post("/login", &fields).await.unwrap();
        assert_eq!(answer.status, 303, "{}", answer.body);
        let set = answer
            .head
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: restante="));
        let value = set.unwrap().split(';').next().unwrap();
        self.cookie = format!("restante={value}");
    }

    /// `None` when the program has ended meanwhile.
    pub(crate) async fn get(&self, path: &str) -> Option<Plain> {
        self.ask(&format!("GET {path} HTTP/1.1\r\n"), "").await
    }

    /// Sends a form as our script does.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Option<Plain> {
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let head = format!(
            "POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n",
            body.len()
        );
        self.ask(&head, &body).await
    }

    async fn ask(&self, head: &str, body: &str) -> Option<Plain> {
        let mut stream = TcpStream::connect(self.address.unwrap()).await.ok()?;
        let request = format!(
            "{head}Host: localhost:8080\r\nOrigin: http://localhost:8080\r\n\
             Sec-Fetch-Site: same-origin\r\nAccept: application/json\r\nCookie: {}\r\n\
             Connection: close\r\n\r\n{body}",
            self.cookie
        );
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.ok()?;
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n")?;
        Some(Plain {
            status: head.split(' ').nth(1)?.parse().ok()?,
            head: head.to_owned(),
            body: body.to_owned(),
        })
    }

    /// The stream of events. Ends with the program.
    pub(crate) async fn events(&self) -> TcpStream {
        let mut stream = TcpStream::connect(self.address.unwrap()).await.unwrap();
        let request = format!(
            "GET /events HTTP/1.1\r\nHost: localhost:8080\r\nAccept: text/event-stream\r\n\
             Cookie: {}\r\n\r\n",
            self.cookie
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }
}

fn signal(id: u32, name: &str) {
    let sent = Command::new("kill").args([name, &id.to_string()]).status();
    assert!(sent.unwrap().success());
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Plain {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}
