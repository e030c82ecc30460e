//! A real Dovecot, started once per test run by `tests/servers/dovecot.sh` and shared by all
//! tests; each test takes users of its own.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    os::unix::fs::{MetadataExt as _, chown},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use restante::mail::sample::SampleMessage;

use super::{maildir::Maildir, provider, relay, wrapped::Wrapped};

/// The password of every user.
pub(crate) const PASSWORD: &str = "restante";

/// The running server.
#[derive(Debug)]
pub(crate) struct Dovecot(Wrapped);

impl Dovecot {
    /// The one server of this test run; started by the first caller.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Dovecot> = OnceLock::new();
        SHARED.get_or_init(|| {
            Self(Wrapped::start("dovecot", |command| {
                command.env("DOVECOT_PASSWORD", PASSWORD);
                command.env("DOVECOT_INTROSPECTION", provider::introspection());
                command.env("DOVECOT_RELAY", relay::address());
            }))
        })
    }

    /// The port of a service: `IMAP`, `IMAPS`, `POP3`, `POP3S`, `LMTP`, `SIEVE`, `SUBMISSION` or
    /// `SUBMISSIONS`. Those without S at the end speak plain text and offer STARTTLS.
    pub(crate) fn port(&self, service: &str) -> u16 {
        self.0.port(service)
    }

    /// The certificate authority of its certificate (for `localhost` and `127.0.0.1`), as PEM.
    pub(crate) fn ca_pem(&self) -> PathBuf {
        self.0.dir.join("ca.pem")
    }

    /// Where its configuration, sockets and certificates lie.
    pub(crate) fn dir(&self) -> &Path {
        &self.0.dir
    }

    /// A user nobody else has, with an empty mailbox.
    pub(crate) fn user(&'static self) -> User {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        User {
            address: format!("user{number}@example.org"),
            server: self,
        }
    }

    /// The same at another domain.
    pub(crate) fn user_at(&'static self, domain: &str) -> User {
        let user = self.user();
        let (name, _) = user.address.split_once('@').expect("an address");
        User {
            address: format!("{name}@{domain}"),
            server: self,
        }
    }

    /// What Dovecot has logged so far.
    pub(crate) fn log(&self) -> String {
        self.0.read("dovecot.log")
    }
}

/// One mail user of the shared server.
#[derive(Clone, Debug)]
pub(crate) struct User {
    /// Address and user name in one.
    pub(crate) address: String,
    server: &'static Dovecot,
}

impl User {
    /// Puts messages into folders (made when missing) before the user's first sign-in, in order.
    pub(crate) fn fill(&self, messages: &[SampleMessage]) {
        let home = self.home();
        let mut maildir = Maildir::new(&home.join("Maildir"));
        for message in messages {
            maildir.write(message).expect("writes");
        }
        assert_eq!(maildir.written(), messages.len());
        let owner = std::fs::metadata(self.server.0.dir.join("mail")).expect("is there");
        give(&home, owner.uid(), owner.gid());
    }

    /// Delivers one message into the inbox by LMTP, as a mail server does; it is there when this
    /// returns.
    pub(crate) fn deliver(&self, raw: &[u8]) {
        let stream = TcpStream::connect(("127.0.0.1", self.server.port("LMTP"))).expect("LMTP");
        let mut replies = BufReader::new(stream.try_clone().expect("clones"));
        let mut expect = |code: &str| loop {
            let mut line = String::new();
            replies.read_line(&mut line).expect("a reply");
            assert!(
                line.starts_with(code),
                "LMTP said {line:?} instead of {code}"
            );
            if line.as_bytes()[3] == b' ' {
                break;
            }
        };
        let say = |text: &str| (&stream).write_all(text.as_bytes()).expect("sends");
        expect("220");
        for (command, code) in [
            ("LHLO test.example\r\n", "250"),
            ("MAIL FROM:<sender@example.org>\r\n", "250"),
            (&format!("RCPT TO:<{}>\r\n", self.address), "250"),
            ("DATA\r\n", "354"),
        ] {
            say(command);
            expect(code);
        }
        for line in raw.split_inclusive(|byte| *byte == b'\n') {
            if line.starts_with(b".") {
                say(".");
            }
            (&stream).write_all(line).expect("sends");
        }
        say(if raw.ends_with(b"\n") {
            ".\r\n"
        } else {
            "\r\n.\r\n"
        });
        expect("250");
    }

    /// Runs `doveadm <action> -u <user> <arguments>` and returns what it prints: a second client
    /// in the same mailbox. `input` goes to its standard input.
    pub(crate) fn doveadm(&self, action: &[&str], arguments: &[&str], input: &[u8]) -> String {
        let mut child = Command::new("doveadm")
            .arg("-c")
            .arg(self.server.0.dir.join("dovecot.conf"))
            .args(action)
            .args(["-u", &self.address])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("doveadm starts");
        // It may end without reading everything.
        let _ = child.stdin.take().expect("piped").write_all(input);
        let mut text = String::new();
        child
            .stdout
            .take()
            .expect("piped")
            .read_to_string(&mut text)
            .expect("UTF-8");
        let mut complaint = String::new();
        child
            .stderr
            .take()
            .expect("piped")
            .read_to_string(&mut complaint)
            .expect("UTF-8");
        assert!(
            child.wait().expect("ends").success(),
            "doveadm {action:?}: {complaint}"
        );
        text
    }

    /// Where the user's mail lies on disk.
    pub(crate) fn home(&self) -> PathBuf {
        self.server.0.dir.join("mail").join(&self.address)
    }
}

fn give(path: &Path, uid: u32, gid: u32) {
    match chown(path, Some(uid), Some(gid)) {
        // Dovecot is at it already: a lock of its own came and went.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
        outcome => outcome.expect("changes the owner"),
    }
    if path.is_dir() {
        for entry in std::fs::read_dir(path).expect("lists") {
            give(&entry.expect("reads").path(), uid, gid);
        }
    }
}

#[test]
fn users_get_mail_by_every_way() {
    let user = Dovecot::shared().user();
    user.fill(&restante::mail::sample::bulk(1_795_000_000_000, 1, 3).collect::<Vec<_>>());
    user.deliver(b"Subject: dots\r\n\r\n.first\r\n..second");
    let raw = b"Subject: third\r\n\r\nsaved by another program\r\n";
    user.doveadm(&["save"], &["-m", "Archive"], raw);
    let listed = user.doveadm(&["fetch"], &["hdr.subject", "mailbox", "INBOX"], b"");
    assert_eq!(listed.matches("hdr.subject").count(), 4, "{listed}");
    let text = user.doveadm(&["fetch"], &["text", "subject", "dots"], b"");
    assert!(text.contains("\n.first\n..second"), "{text}");
    let archived = user.doveadm(&["fetch"], &["text", "mailbox", "Archive"], b"");
    assert!(archived.contains("saved by another program"), "{archived}");
    assert!(Dovecot::shared().log().contains("starting up"));
    assert!(Dovecot::shared().ca_pem().exists());
}
