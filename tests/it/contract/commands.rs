//! `restante demo`, `verify`, `reindex`, `import` and `export`, as one types them.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use url::form_urlencoded::Serializer;

/// A demo that runs.
struct Demo {
    child: Child,
    url: String,
}

impl Demo {
    /// Starts it and reads what it says, up to how to end it.
    fn start(arguments: &[&str], temporary: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_restante"))
            .args(["demo", "--messages", "60"])
            .args(arguments)
            .env("TMPDIR", temporary)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines.find_map(|line| {
            let line = line.unwrap();
            line.trim()
                .strip_prefix("Open")
                .map(|url| url.trim().to_owned())
        });
        let ends = lines.any(|line| line.unwrap().contains("Ctrl-C"));
        assert!(ends);
        Self {
            child,
            url: url.unwrap(),
        }
    }

    fn ask(&self, request: &str, more: &str, body: &str) -> String {
        let host = self.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        write!(
            stream,
            "{request} HTTP/1.1\r\nHost: {host}\r\nOrigin: {}\r\nConnection: close\r\n\
             Content-Length: {}\r\n{more}\r\n{body}",
            self.url,
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Signs in and gives the inbox's page.
    fn inbox(&self) -> String {
        let fields = [("address", "demo@example.org"), ("password", "demo")];
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let form = "Content-Type: application/x-www-form-urlencoded\r\n";
        let answer = self.ask("POST /login", form, &body);
        assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
        let cookie = answer
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: restante="));
        let cookie = format!(
            "Cookie: restante={}\r\n",
            cookie.unwrap().split(';').next().unwrap()
        );
        let first = self.ask("GET /", &cookie, "");
        let inbox = first
            .lines()
            .find_map(|line| line.strip_prefix("location: "));
        self.ask(&format!("GET {}", inbox.unwrap().trim()), &cookie, "")
    }

    fn stop(mut self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }
}

fn restante(command: &str, data: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_restante"))
        .args(command.split(' '))
        .env("RESTANTE_DATA_DIR", data)
        .output()
        .unwrap()
}

#[test]
fn the_demo_needs_nothing_and_leaves_nothing() {
    let temporary = tempfile::tempdir().unwrap();
    let demo = Demo::start(&[], temporary.path());
    let inbox = demo.inbox();
    assert!(inbox.matches("<li id=\"e-").count() >= 10, "{inbox}");
    assert!(!inbox.contains("robin@example.org"));
    demo.stop();
    let left = std::fs::read_dir(temporary.path()).unwrap().count();
    assert_eq!(left, 0, "nothing is left");
}

#[test]
fn what_is_stored_can_be_verified_and_indexed_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let named = data.to_str().unwrap();
    Demo::start(&["--data", named], folder.path()).stop();
    let good = restante("verify", &data);
    assert!(good.status.success(), "{good:?}");
    assert!(String::from_utf8_lossy(&good.stdout).contains("are as they arrived"));
    let again = restante("reindex", &data);
    assert!(again.status.success(), "{again:?}");
    assert!(
        String::from_utf8_lossy(&again.stdout).contains("60 messages"),
        "{again:?}"
    );
    let demo = Demo::start(&["--data", named], folder.path());
    assert!(demo.inbox().matches("<li id=\"e-").count() >= 10);
    demo.stop();

    let shelf = std::fs::read_dir(data.join("blobs/1"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let blob = std::fs::read_dir(shelf.path())
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    std::fs::write(blob.path(), b"another").unwrap();
    let bad = restante("verify", &data);
    assert!(!bad.status.success());
    let name = blob.file_name().into_string().unwrap();
    assert!(
        String::from_utf8_lossy(&bad.stdout).contains(&name),
        "{bad:?}"
    );
    assert!(!restante("reindex", &data).status.success());

    let deleted = restante("user delete demo@example.org", &data);
    assert!(deleted.status.success(), "{deleted:?}");
    assert!(!data.join("blobs/1").exists(), "the mail is gone as well");
}

#[test]
fn mail_goes_out_and_comes_in_by_commands() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    Demo::start(&["--data", data.to_str().unwrap()], folder.path()).stop();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let said = |output: &Output| {
        let both = [&output.stdout[..], &output.stderr[..]].concat();
        String::from_utf8_lossy(&both).into_owned()
    };
    let works = |command: &str, expected: &str| {
        let output = restante(command, &data);
        let said = said(&output);
        assert!(output.status.success(), "{command}: {said}");
        assert!(said.contains(expected), "{command}: {said}");
    };
    let fails = |command: &str, expected: &str| {
        let output = restante(command, &data);
        let said = said(&output);
        assert!(!output.status.success(), "{command}: {said}");
        assert!(said.contains(expected), "{command}: {said}");
    };
    for (format, first) in [("mbox", "PK"), ("maildir", "Maildir/"), ("zip", "PK")] {
        let file = at(format);
        let export = format!("export demo@example.org --format {format} -o {file}");
        works(&export, "60 messages are in");
        assert!(std::fs::read(&file).unwrap().starts_with(first.as_bytes()));
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "nobody else reads it");
        fails(&export, "Making");
        let import = format!("import demo@example.org {file}");
        works(
            &import,
            "0 messages are imported, 60 were there already, 0 could not be.",
        );
    }
    let mbox = at("two.mbox");
    std::fs::write(
        &mbox,
        "From - \nSubject: a\n\nA\n\nFrom - \nSubject: b\n\nB\n",
    )
    .unwrap();
    works(
        &format!("import demo@example.org {mbox} --folder Archive"),
        "2 messages are imported",
    );
    let one = at("one");
    works(
        &format!("export demo@example.org --format mbox --folder inbox -o {one}"),
        "messages are in",
    );
    assert!(
        std::fs::read(&one).unwrap().starts_with(b"From "),
        "one folder is an mbox"
    );
    fails(
        "export demo@example.org --format pst -o x",
        "possible values: mbox, maildir, zip",
    );
    fails(
        "export demo@example.org --format zip --folder Nowhere -o x",
        "there is no folder Nowhere",
    );
    fails(
        "export nobody@example.org --format zip -o x",
        "nobody here has the address",
    );
    fails(
        &format!("import demo@example.org {}", at("missing")),
        "Opening",
    );
    let odd = at("odd");
    std::fs::write(&odd, b"\x89PNG\r\n").unwrap();
    fails(
        &format!("import demo@example.org {odd}"),
        "neither mail nor an archive of mail",
    );
    let half = at("half.zip");
    let whole = std::fs::read(at("zip")).unwrap();
    std::fs::write(&half, &whole[..whole.len() / 2]).unwrap();
    fails(&format!("import demo@example.org {half}"), "");
}
