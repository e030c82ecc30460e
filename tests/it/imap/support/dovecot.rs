//! A Dovecot of our own: free ports, temporary folder, any user with one password.

use std::{
    os::unix::fs::{PermissionsExt, chown},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Weak},
    time::Duration,
};

use rustls::pki_types::CertificateDer;
use tempfile::TempDir;
use tokio::{io::AsyncReadExt, net::TcpStream, sync::Mutex};

use super::ports::free_port;

/// Every user's password.
pub(crate) const PASSWORD: &str = "pass word \"\\ ü";

/// Who owns the mail; Dovecot serves nobody as root.
const MAIL_UID: u32 = 8;

pub(crate) struct Dovecot {
    process: Child,
    pub(crate) dir: TempDir,
    /// Plain text and STARTTLS.
    pub(crate) port: u16,
    /// Implicit TLS.
    pub(crate) tls_port: u16,
    /// Self-signed, for `localhost`.
    pub(crate) certificate: CertificateDer<'static>,
}

impl Dovecot {
    /// The server that the tests share while any of them uses it; `None` (with a note) where
    /// Dovecot is not installed or we are not root.
    pub(crate) async fn shared() -> Option<Arc<Self>> {
        static SHARED: Mutex<Weak<Dovecot>> = Mutex::const_new(Weak::new());
        let mut shared = SHARED.lock().await;
        if let Some(server) = shared.upgrade() {
            return Some(server);
        }
        let server = Arc::new(Self::start("").await?);
        *shared = Arc::downgrade(&server);
        Some(server)
    }

    /// Starts a server with these further settings.
    pub(crate) async fn start(settings: &str) -> Option<Self> {
        let binary = ["/usr/sbin/dovecot", "/usr/local/sbin/dovecot"]
            .into_iter()
            .find(|path| Path::new(path).exists());
        let dir = tempfile::Builder::new().prefix("imap").tempdir().unwrap();
        let mail = dir.path().join("mail");
        std::fs::create_dir(&mail).unwrap();
        let (Some(binary), Ok(())) = (binary, chown(&mail, Some(MAIL_UID), Some(MAIL_UID))) else {
            eprintln!("skipped: needs Dovecot, and to be root");
            return None;
        };
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(dir.path(), open).unwrap();
        let key = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        std::fs::write(dir.path().join("cert.pem"), key.cert.pem()).unwrap();
        std::fs::write(dir.path().join("key.pem"), key.signing_key.serialize_pem()).unwrap();
        let (port, tls_port) = (free_port(), free_port());
        let config = config(dir.path(), port, tls_port, settings);
        let path = dir.path().join("dovecot.conf");
        std::fs::write(&path, config).unwrap();
        std::fs::write(
            dir.path().join("users"),
            format!("all:{{PLAIN}}{PASSWORD}::::::\n"),
        )
        .unwrap();
        let process = Command::new(binary)
            .arg("-F")
            .arg("-c")
            .arg(&path)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self {
            process,
            dir,
            port,
            tls_port,
            certificate: key.cert.der().clone(),
        };
        server.ready().await;
        Some(server)
    }

    /// Waits for the greeting.
    async fn ready(&self) {
        for _ in 0..3000 {
            if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)).await
                && stream.read_u8().await.is_ok()
            {
                return;
            }
            // There is no event to wait for before the port is open.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let log = std::fs::read_to_string(self.dir.path().join("log"));
        panic!("Dovecot does not start: {log:?}");
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // SIGTERM, so that it takes its children with it.
        let pid = self.process.id().to_string();
        let _ = Command::new("kill").arg(pid).status();
        let _ = self.process.wait();
    }
}

fn config(dir: &Path, port: u16, tls_port: u16, settings: &str) -> String {
    let dir = dir.display();
    format!(
        r#"
protocols = imap
listen = 127.0.0.1
base_dir = {dir}/run
log_path = {dir}/log
ssl = yes
ssl_cert = <{dir}/cert.pem
ssl_key = <{dir}/key.pem
disable_plaintext_auth = no
auth_failure_delay = 0
auth_username_format = %Lu
mail_location = maildir:{dir}/mail/%u
mail_fsync = never
mail_max_userip_connections = 100
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=all {dir}/users
}}
userdb {{
  driver = static
  args = uid={MAIL_UID} gid={MAIL_UID} home={dir}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service anvil {{
  client_limit = 1000
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
{settings}
"#
    )
}
