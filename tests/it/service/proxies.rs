//! Behind a real nginx and a real Caddy, set up as docs/deployment.md says: at the root and under a
//! base path, over a port and a socket, with TLS towards the browser.

use std::{
    fs,
    net::Ipv4Addr,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use restante::{
    app::{App, Listener},
    clock::Clock,
    config::Config,
};
use rustls::{ClientConfig, RootCertStore};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::oneshot,
};

use crate::imap::support::ports::free_port;
use crate::support::{
    app::Settings,
    browser::{Browser, set},
    dovecot::{Dovecot, PASSWORD},
    handbook::{block, with},
    letter::letter,
    network::{trusting, way_to},
};

const HOST: &str = "mail.example.org";

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A program that ends with the test.
struct Proxy(Child);

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _ended = self.0.wait();
    }
}

/// What differs between the runs.
#[derive(Clone, Copy)]
struct Site {
    caddy: bool,
    base: &'static str,
    socket: bool,
}

impl Site {
    /// Starts the proxy, as the document has it but for names and places.
    fn proxy(self, folder: &Path, port: u16, upstream: &str) -> Option<Proxy> {
        let at = |name: &str| folder.join(name).to_str().unwrap().to_owned();
        let (pem, key) = (at("site.pem"), at("site.key"));
        let mut command = if self.caddy {
            let upstream = match self.socket {
                true => format!("unix/{upstream}"),
                false => format!("h2c://{upstream}"),
            };
            let begin = format!("https://{HOST}:{port} {{\n\tbind 127.0.0.1\n\ttls {pem} {key}\n");
            let mut site = with(
                block("Caddy", "caddy"),
                &[
                    (&format!("{HOST} {{\n"), &begin),
                    ("127.0.0.1:8080", &upstream),
                ],
            );
            if !self.base.is_empty() {
                let handle = format!("handle {}* {{\n\treverse_proxy", self.base);
                site = with(site, &[("reverse_proxy", &handle)]) + "}\n";
            }
            let global = "{\n\tadmin off\n\tauto_https disable_redirects\n}\n";
            fs::write(at("Caddyfile"), format!("{global}{site}")).unwrap();
            let mut command = Command::new("caddy");
            command.args([
                "run",
                "--adapter",
                "caddyfile",
                "--config",
                &at("Caddyfile"),
            ]);
            command.env("HOME", folder).env("XDG_DATA_HOME", folder);
            command
        } else {
            let upstream = match self.socket {
                true => format!("unix:{upstream}"),
                false => upstream.to_owned(),
            };
            let location = match self.base {
                "" => "/".to_owned(),
                base => base.to_owned(),
            };
            let site = with(
                block("nginx", "nginx"),
                &[
                    ("listen 443 ssl", &format!("listen 127.0.0.1:{port} ssl")),
                    ("/etc/ssl/mail.example.org.pem", &pem),
                    ("/etc/ssl/mail.example.org.key", &key),
                    ("location / {", &format!("location {location} {{")),
                    ("127.0.0.1:8080", &upstream),
                ],
            );
            let own = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                .map(|name| format!("{name}_temp_path {};\n", at(name)))
                .concat();
            let config = format!(
                "daemon off;\nmaster_process off;\npid {};\nerror_log stderr;\nevents {{}}\n\
                 http {{\naccess_log off;\n{own}{site}}}\n",
                at("pid")
            );
            fs::write(at("nginx.conf"), config).unwrap();
            let mut command = Command::new("nginx");
            command.args(["-p", &at(""), "-c", &at("nginx.conf")]);
            command
        };
        let log = fs::File::create(at("proxy.log")).unwrap();
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        match command.spawn() {
            Ok(child) => Some(Proxy(child)),
            Err(error) => {
                println!("skipped: {command:?}: {error}; ./test installs it");
                None
            }
        }
    }
}

/// A certificate for the site, in two files; gives a browser's trust in it.
fn certificate(folder: &Path) -> ClientConfig {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(vec![HOST.to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    fs::write(folder.join("site.pem"), certificate.pem()).unwrap();
    fs::write(folder.join("site.key"), key.serialize_pem()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(certificate.der().clone()).unwrap();
    trusting(roots)
}

async fn works(site: Site) {
    let folder = tempfile::tempdir().unwrap();
    // nginx's worker may be somebody else.
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let tls = certificate(folder.path());
    let port = free_port();
    let url = format!("https://{HOST}:{port}{}", site.base);
    let settings = Settings::default().public_url(&url).start().await;
    let file = settings.data().join("restante.toml");
    let config = Config::load(Some(&file), std::iter::empty()).unwrap();
    let app = App::new(config, Clock::system()).await.unwrap();
    let socket = folder.path().join("restante.sock");
    let listen = match site.socket {
        true => format!("unix:{}", socket.display()),
        false => "127.0.0.1:0".to_owned(),
    };
    let listener = Listener::bind(&listen).await.unwrap();
    let upstream = match site.socket {
        true => socket.to_str().unwrap().to_owned(),
        false => listener.address(),
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(app.serve(listener, async {
        let _told = stopped.await;
    }));
    let Some(mut proxy) = site.proxy(folder.path(), port, &upstream) else {
        return;
    };
    let begun = async {
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            let log = || fs::read_to_string(folder.path().join("proxy.log")).unwrap();
            assert!(proxy.0.try_wait().unwrap().is_none(), "{}", log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, begun).await.unwrap();
    let mut browser = Browser::new(way_to(HOST, (Ipv4Addr::LOCALHOST, port).into(), tls), &url);
    tokio::time::timeout(PATIENCE * 4, used(&mut browser, site))
        .await
        .unwrap();

    // Who comes without the proxy speaks for nobody either.
    if !site.socket {
        let mut stream = TcpStream::connect(&upstream).await.unwrap();
        let words = format!(
            "PROXY TCP4 203.0.113.9 127.0.0.1 1 2\r\nGET {}/healthz HTTP/1.1\r\nHost: x\r\n\r\n",
            site.base
        );
        stream.write_all(words.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
    drop(stop);
    tokio::time::timeout(PATIENCE, serving)
        .await
        .unwrap()
        .unwrap();
}

/// What people do all day.
async fn used(browser: &mut Browser, site: Site) {
    let page = browser.get("/login").await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.header("strict-transport-security").contains("max-age"));
    let user = Dovecot::shared().user();
    // Somebody says to be somebody else.
    let fields = [("address", user.address.as_str()), ("password", PASSWORD)];
    let mut request = browser.form("/login", &fields);
    set(&mut request, "x-forwarded-for", "203.0.113.9");
    set(&mut request, "x-forwarded-host", "evil.example");
    let answer = browser.finish(request).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let location = answer.location().unwrap();
    assert!(
        location.starts_with(&format!("{}/", site.base)),
        "{location}"
    );
    let (name, path) = match site.base {
        "" => ("__Host-restante", "Path=/;".to_owned()),
        base => ("__Secure-restante", format!("Path={base};")),
    };
    let cookies = answer.set_cookies();
    let cookie = cookies.iter().find(|cookie| cookie.starts_with(name));
    let cookie = format!("{};", cookie.expect("a cookie"));
    for part in ["Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(cookie.contains(&path), "{cookie}");
    let sessions = browser.get("/settings/sessions").await.text();
    assert!(sessions.contains("127.0.0.0/24") && !sessions.contains("203.0.113"));

    let list = browser.visit("/").await;
    assert_eq!(list.status, 200);
    let inbox = list.folder("Inbox");
    let mailbox = inbox.rsplit('/').next().unwrap().to_owned();
    let mut events = browser
        .events(&format!("/events?mailbox={mailbox}"), None)
        .await;
    user.deliver(&letter("Live").text("Now.").raw());
    let event = events.next().await.expect("an event, at once");
    assert_eq!(event.name, "mail");

    let accounts = browser.get("/api/v1/accounts").await;
    let accounts: serde_json::Value = serde_json::from_slice(&accounts.body).unwrap();
    let account = accounts["items"][0]["id"].as_str().unwrap().to_owned();
    // More than nginx takes by itself, and than either keeps in memory.
    let raw = letter("Large")
        .text(&"Text of many words. ".repeat(400_000))
        .raw();
    let size = raw.len();
    let path = format!("/api/v1/accounts/{account}/emails?mailbox={mailbox}");
    let request = browser.sending(&path, "message/rfc822", raw.into());
    let answer = browser.finish(request).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let stored: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    let id = stored["id"].as_str().unwrap();
    let path = format!("/api/v1/accounts/{account}/emails/{id}/raw");
    assert!(browser.get(&path).await.body.len() >= size);

    assert_eq!(browser.get("/metrics").await.status, 404);
    let answer = browser.post("/logout", &[]).await;
    assert_eq!(answer.status, 303);
    assert!(!browser.has_cookie(name));
}

/// One test for each, so that they run beside each other.
macro_rules! sites {
    ($($test:ident: $caddy:literal, $base:literal, $socket:literal;)*) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $test() {
            works(Site { caddy: $caddy, base: $base, socket: $socket }).await;
        })*
    };
}

sites! {
    nginx_at_the_root: false, "", false;
    nginx_under_a_path_over_a_socket: false, "/mail", true;
    caddy_at_the_root_over_a_socket: true, "", true;
    caddy_under_a_path_over_http_2: true, "/mail", false;
}
