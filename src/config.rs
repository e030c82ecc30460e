//! Configuration: one TOML file, overridden by `RESTANTE_…` variables. Every setting, its default
//! and its meaning is here; `restante.example.toml` shows them all and is part of `--help`.

mod env;
mod network;
mod oauth;
mod server;

use std::{collections::HashSet, path::PathBuf};

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};
use url::Url;

pub use network::{Network, household};
pub use oauth::{OAuth, Preset};
pub use server::{LoginName, Protocol, Security, Server, ServerUrl};

/// The example file, as shipped and as printed by `--help`.
pub const EXAMPLE: &str = include_str!("../restante.example.toml");

/// All settings.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where to listen: `address:port`, or `unix:/path`.
    pub listen: String,
    /// What people type into their browser. Its path is the base path.
    pub public_url: Url,
    /// A second origin that serves message bodies; optional.
    pub content_url: Option<Url>,
    /// Where the SQLite database, blobs and the secret key lie.
    pub data_dir: PathBuf,
    /// `sqlite:path` or `postgres://…`; empty: `sqlite:{data_dir}/restante.db`.
    pub database_url: String,
    /// `file:path` or `s3://bucket/prefix`; empty: `file:{data_dir}/blobs`.
    pub blob_url: String,
    /// The server's own key (made when missing); empty: `{data_dir}/secret.key`.
    pub secret_key_file: PathBuf,
    /// Networks (CIDR) whose X-Forwarded-* headers are believed.
    pub trusted_proxies: Vec<Network>,
    /// Networks (CIDR) that may read `/metrics`, when they ask without a proxy in between.
    pub metrics_networks: Vec<Network>,
    /// What people may add beside their own account.
    pub extra_accounts: ExtraAccounts,
    /// Which sites may show Restante in a frame (a CSP source list).
    pub frame_ancestors: String,
    /// Time zone for people whose browser did not say (IANA name).
    pub time_zone: String,
    /// How log lines look.
    pub log_format: LogFormat,
    /// What is bounded, and where.
    pub limits: Limits,
    /// Where people may sign in; the first that matches the address's domain wins.
    pub servers: Vec<Server>,
    /// Who vouches for people whose mail server takes no password.
    pub oauth: Vec<OAuth>,
}

/// Bounds. Sizes in MiB (1,048,576 octets), times in the unit of the name.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Largest upload.
    pub upload_mib: u32,
    /// Largest message that is read or sent.
    pub message_mib: u32,
    /// Largest file of mail that can be imported.
    pub import_mib: u32,
    /// Disk for one person's stored mail, files of drafts and uploads; 0: no bound.
    pub quota_mib: u32,
    /// Memory for all caches together.
    pub cache_mib: u32,
    /// IMAP connections per account.
    pub imap_connections: u32,
    /// IMAP connections per server host, over all accounts; 0: no bound.
    pub imap_connections_per_host: u32,
    /// Minutes after which an unused IMAP connection is closed.
    pub imap_idle_minutes: u32,
    /// Seconds for which an IMAP server may be silent while it owes an answer.
    pub imap_answer_seconds: u32,
    /// Hours a session lives without use.
    pub session_hours: u32,
    /// Days a session lives without use when "stay signed in" was chosen.
    pub session_days: u32,
    /// Failed sign-ins per account or client network in ten minutes before the door stays shut.
    pub sign_in_failures: u32,
}

/// What people may add beside the account they signed in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExtraAccounts {
    /// Nothing.
    Off,
    /// Accounts on the listed servers.
    Listed,
    /// Accounts on any server.
    Any,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For a terminal.
    Text,
    /// One JSON object a line.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        #[expect(clippy::unwrap_used, reason = "a constant, held by a test")]
        let public_url = Url::parse("http://localhost:8080").unwrap();
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            public_url,
            content_url: None,
            data_dir: PathBuf::from("data"),
            database_url: String::new(),
            blob_url: String::new(),
            secret_key_file: PathBuf::new(),
            trusted_proxies: Network::this_machine(),
            metrics_networks: Network::this_machine(),
            extra_accounts: ExtraAccounts::Any,
            frame_ancestors: "'none'".to_owned(),
            time_zone: "UTC".to_owned(),
            log_format: LogFormat::Text,
            limits: Limits::default(),
            servers: Vec::new(),
            oauth: Vec::new(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            upload_mib: 100,
            message_mib: 150,
            import_mib: 4096,
            quota_mib: 2048,
            cache_mib: 12,
            imap_connections: 3,
            imap_connections_per_host: 0,
            imap_idle_minutes: 5,
            imap_answer_seconds: 60,
            session_hours: 12,
            session_days: 30,
            sign_in_failures: 10,
        }
    }
}

impl Config {
    /// Reads the file (none: defaults alone), lays the variables over it and checks everything.
    ///
    /// # Errors
    /// Says which file, key or value is wrong, in words for an operator.
    pub fn load(
        file: Option<&std::path::Path>,
        variables: impl Iterator<Item = (String, String)>,
    ) -> anyhow::Result<Self> {
        let text = match file {
            Some(path) => std::fs::read_to_string(path)
                .with_context(|| format!("Reading the configuration file {}", path.display()))?,
            None => String::new(),
        };
        Self::parse(&text, variables)
    }

    fn parse(
        text: &str,
        variables: impl Iterator<Item = (String, String)>,
    ) -> anyhow::Result<Self> {
        let mut table: toml::Table = text
            .parse()
            .context("The configuration is not valid TOML")?;
        env::overlay(&mut table, variables)?;
        let config: Self = toml::Value::Table(table)
            .try_into()
            .context("The configuration")?;
        config.completed()
    }

    /// Fills the settings that follow from others, and checks what types alone can't.
    fn completed(mut self) -> anyhow::Result<Self> {
        if self.database_url.is_empty() {
            self.database_url = format!("sqlite:{}", self.data_dir.join("restante.db").display());
        }
        if self.blob_url.is_empty() {
            self.blob_url = format!("file:{}", self.data_dir.join("blobs").display());
        }
        if self.secret_key_file.as_os_str().is_empty() {
            self.secret_key_file = self.data_dir.join("secret.key");
        }
        ensure!(
            self.blob_url.starts_with("file:") || self.blob_url.starts_with("s3://"),
            "blob_url must begin with file: or s3://"
        );
        ensure!(
            matches!(self.public_url.scheme(), "http" | "https") && self.public_url.has_host(),
            "public_url must begin with http:// or https:// and name a host"
        );
        ensure!(
            self.public_url.query().is_none() && self.public_url.fragment().is_none(),
            "public_url must not have a query or a fragment"
        );
        ensure!(
            !self.frame_ancestors.contains([';', ',', '\r', '\n']),
            "frame_ancestors must be a CSP source list such as 'none' or https://portal.example.org"
        );
        ensure!(
            jiff::tz::TimeZone::get(&self.time_zone).is_ok(),
            "time_zone is not a known time zone: {}",
            self.time_zone
        );
        ensure!(
            (2..=64).contains(&self.limits.imap_connections),
            "limits.imap_connections must be 2 to 64 (one of them listens for new mail)"
        );
        ensure!(
            (1..=600).contains(&self.limits.imap_answer_seconds),
            "limits.imap_answer_seconds must be 1 to 600"
        );
        for server in &self.servers {
            server.check()?;
        }
        let mut names = HashSet::new();
        for one in &mut self.oauth {
            one.complete()?;
            ensure!(
                names.insert(one.name.to_lowercase()),
                "There are two [[oauth]] entries of the name {}",
                one.name
            );
        }
        Ok(self)
    }

    /// Where a service sends people back to who allowed that their mail is read.
    pub fn oauth_callback(&self) -> String {
        let origin = self.public_url.origin().ascii_serialization();
        format!("{origin}{}/oauth/callback", self.base_path())
    }

    /// The path under which everything is served: empty, or `/mail` (no slash at its end).
    pub fn base_path(&self) -> &str {
        self.public_url.path().trim_end_matches('/')
    }

    /// Whether browsers reach us over TLS; decides the cookie's name and its `Secure`.
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// The server for an address, by its domain.
    pub fn server_for(&self, address: &str) -> Option<&Server> {
        let (_, domain) = address.rsplit_once('@')?;
        self.servers.iter().find(|server| server.serves(domain))
    }
}

#[cfg(test)]
mod tests;
