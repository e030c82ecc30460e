//! One `[[oauth]]` entry: who vouches for people whose mail server takes no password, and for whose
//! mail. For Google and Microsoft only what they gave the operator need be named.

use std::path::PathBuf;

use anyhow::{Context as _, bail, ensure};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    LoginName, Server, ServerUrl,
    server::{covers, is_loopback},
};

/// A service at which people allow that their mail is read and sent from here (RFC 6749).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OAuth {
    /// What people know it by; no other entry has it.
    pub name: String,
    /// Whose addresses, scopes, domains and servers are known already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
    /// How it knows this installation.
    pub client_id: String,
    /// The secret that goes with it; `""` for none.
    #[serde(default, skip_serializing)]
    pub client_secret: SecretString,
    /// The file that holds it, instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret_file: Option<PathBuf>,
    /// Where people are sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_endpoint: Option<Url>,
    /// Where tokens are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint: Option<Url>,
    /// What is asked for.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Domains of addresses that it vouches for; `*` for any.
    #[serde(default)]
    pub domains: Vec<String>,
    /// Mail servers that take its tokens, whatever the address.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// IMAP server of its domains, where no `[[servers]]` entry names one; this or `pop3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imap: Option<ServerUrl>,
    /// POP3 server of its domains, instead of IMAP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pop3: Option<ServerUrl>,
    /// Submission server of its domains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smtp: Option<ServerUrl>,
    /// Names under which these servers say what they found out about senders (authserv-id).
    #[serde(default)]
    pub authserv: Vec<String>,
    /// A PEM file of further trust anchors, for `token_endpoint` and the servers named here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_ca: Option<PathBuf>,
    /// `token_endpoint` may be at a private address, and at any port.
    #[serde(default)]
    pub allow_private: bool,
}

/// A service whose facts are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Gmail and Google Workspace.
    Google,
    /// Outlook.com and Microsoft 365.
    Microsoft,
}

/// What is known of a service.
struct Facts {
    authorization: &'static str,
    token: &'static str,
    scopes: &'static [&'static str],
    domains: &'static [&'static str],
    hosts: &'static [&'static str],
    imap: &'static str,
    smtp: &'static str,
}

/// From their documents "Using OAuth 2.0 for Web Server Applications" and "XOAUTH2 Mechanism"; a
/// refresh token comes with `access_type=offline`, and again only with `prompt=consent`.
const GOOGLE: Facts = Facts {
    authorization: "https://accounts.google.com/o/oauth2/v2/auth?access_type=offline&prompt=consent",
    token: "https://oauth2.googleapis.com/token",
    scopes: &["https://mail.google.com/"],
    domains: &["gmail.com", "googlemail.com"],
    hosts: &["imap.gmail.com", "pop.gmail.com", "smtp.gmail.com"],
    imap: "imaps://imap.gmail.com",
    smtp: "smtps://smtp.gmail.com",
};

/// From "Authenticate an IMAP, POP or SMTP connection using OAuth"; a refresh token comes with the
/// scope `offline_access`.
const MICROSOFT: Facts = Facts {
    authorization: "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
    token: "https://login.microsoftonline.com/common/oauth2/v2.0/token",
    scopes: &[
        "offline_access",
        "https://outlook.office.com/IMAP.AccessAsUser.All",
        "https://outlook.office.com/POP.AccessAsUser.All",
        "https://outlook.office.com/SMTP.Send",
    ],
    domains: &["outlook.com", "hotmail.com", "live.com", "msn.com"],
    hosts: &[
        "outlook.office365.com",
        "smtp.office365.com",
        "imap-mail.outlook.com",
        "pop-mail.outlook.com",
        "smtp-mail.outlook.com",
    ],
    imap: "imaps://outlook.office365.com",
    smtp: "smtp://smtp.office365.com",
};

impl OAuth {
    /// With what its preset knows, and checked.
    pub(super) fn complete(&mut self) -> anyhow::Result<()> {
        let name = self.name.trim().to_owned();
        ensure!(
            !name.is_empty() && name.len() <= 60 && !name.contains(char::is_control),
            "An [[oauth]] entry needs a name, of 60 octets at most"
        );
        if let Some(preset) = self.preset {
            self.fill(match preset {
                Preset::Google => &GOOGLE,
                Preset::Microsoft => &MICROSOFT,
            })?;
        }
        ensure!(
            !self.client_id.is_empty(),
            "client_id of the [[oauth]] entry {name} is missing"
        );
        ensure!(
            self.client_secret.expose_secret().is_empty() || self.client_secret_file.is_none(),
            "The [[oauth]] entry {name} has client_secret and client_secret_file; choose one"
        );
        for (key, url) in [
            ("authorization_endpoint", &self.authorization_endpoint),
            ("token_endpoint", &self.token_endpoint),
        ] {
            let url = url.as_ref();
            let url =
                url.with_context(|| format!("{key} of the [[oauth]] entry {name} is missing"))?;
            ensure!(
                is_safe(url),
                "{key} of the [[oauth]] entry {name} must begin with https:// (or http:// on this \
                 machine), without a user name or a fragment"
            );
        }
        ensure!(
            !self.scopes.is_empty(),
            "scopes of the [[oauth]] entry {name} are missing"
        );
        // RFC 6749 §3.3.
        let odd = |c: char| !c.is_ascii_graphic() || matches!(c, '"' | '\\');
        ensure!(
            !self
                .scopes
                .iter()
                .any(|one| one.is_empty() || one.contains(odd)),
            "scopes of the [[oauth]] entry {name} have characters that a scope can't have"
        );
        ensure!(
            !self.domains.is_empty() || !self.hosts.is_empty(),
            "The [[oauth]] entry {name} needs domains or hosts, or nobody is ever sent there"
        );
        if let Some(server) = self.server() {
            server.check()?;
        }
        ensure!(
            self.smtp.is_none() || self.imap.is_some() || self.pop3.is_some(),
            "The [[oauth]] entry {name} has smtp, and neither imap nor pop3"
        );
        ensure!(
            self.authserv.is_empty() || self.imap.is_some() || self.pop3.is_some(),
            "The [[oauth]] entry {name} has authserv, and neither imap nor pop3"
        );
        self.name = name;
        Ok(())
    }

    /// What is not named is what is known.
    fn fill(&mut self, facts: &Facts) -> anyhow::Result<()> {
        let strings = |all: &[&str]| all.iter().map(|&one| one.to_owned()).collect::<Vec<_>>();
        let server = |text: &str| ServerUrl::try_from(text.to_owned());
        if self.authorization_endpoint.is_none() {
            self.authorization_endpoint = Some(Url::parse(facts.authorization)?);
        }
        if self.token_endpoint.is_none() {
            self.token_endpoint = Some(Url::parse(facts.token)?);
        }
        if self.scopes.is_empty() {
            self.scopes = strings(facts.scopes);
        }
        if self.domains.is_empty() {
            self.domains = strings(facts.domains);
        }
        if self.hosts.is_empty() {
            self.hosts = strings(facts.hosts);
        }
        if self.imap.is_none() && self.pop3.is_none() {
            self.imap = server(facts.imap).map(Some).map_err(anyhow::Error::msg)?;
        }
        if self.smtp.is_none() {
            self.smtp = server(facts.smtp).map(Some).map_err(anyhow::Error::msg)?;
        }
        Ok(())
    }

    /// The secret, from wherever it is kept; `""` for none.
    ///
    /// # Errors
    /// When the file can't be read or is empty.
    pub fn secret(&self) -> anyhow::Result<SecretString> {
        let Some(path) = &self.client_secret_file else {
            return Ok(self.client_secret.clone());
        };
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("Reading client_secret_file {}", path.display()))?;
        match text.trim() {
            "" => bail!("client_secret_file {} is empty", path.display()),
            secret => Ok(SecretString::from(secret)),
        }
    }

    /// Does it vouch for addresses of this domain?
    pub fn vouches_for(&self, domain: &str) -> bool {
        covers(&self.domains, domain)
    }

    /// Does the mail server of this name take its tokens?
    pub fn opens(&self, host: &str) -> bool {
        self.hosts.iter().any(|own| own.eq_ignore_ascii_case(host))
    }

    /// The mail servers of its domains, where no `[[servers]]` entry names any.
    pub fn server(&self) -> Option<Server> {
        if self.imap.is_none() && self.pop3.is_none() {
            return None;
        }
        Some(Server {
            domains: match self.domains.is_empty() {
                true => vec![self.name.clone()],
                false => self.domains.clone(),
            },
            imap: self.imap.clone(),
            pop3: self.pop3.clone(),
            smtp: self.smtp.clone(),
            sieve: None,
            login: LoginName::Address,
            tls_ca: self.tls_ca.clone(),
            allow_insecure: false,
            authserv: self.authserv.clone(),
        })
    }
}

/// Nothing is asked in the clear but on this machine.
fn is_safe(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let protected = match url.scheme() {
        "https" => !host.is_empty(),
        "http" => is_loopback(host),
        _ => false,
    };
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    protected && plain
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn parse(lines: &str) -> Result<Config, String> {
        let text = format!("[[oauth]]\nname = 'Post'\n{lines}");
        Config::parse(&text, std::iter::empty()).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn a_preset_needs_id_and_secret_alone() {
        for (preset, address, host) in [
            ("google", "anna@gmail.com", "imap.gmail.com"),
            ("microsoft", "anna@Outlook.com", "outlook.office365.com"),
        ] {
            let lines = format!("preset = '{preset}'\nclient_id = 'x'\nclient_secret = 'canary'");
            let config = parse(&lines).unwrap();
            let (_, domain) = address.rsplit_once('@').unwrap();
            let one = config.oauth.first().unwrap();
            assert!(one.vouches_for(domain) && one.opens(host) && !one.vouches_for("x.org"));
            assert_eq!(one.server().unwrap().imap.unwrap().host, host);
            assert!(!format!("{config:?}").contains("canary"));
            // People sign in on [[servers]] alone.
            assert!(config.server_for(address).is_none());
        }
    }

    #[test]
    fn what_is_wrong_is_said_plainly() {
        let whole = "client_id = 'x'\nauthorization_endpoint = 'https://id.test/a'\n\
            token_endpoint = 'https://id.test/t'\nscopes = ['mail']\ndomains = ['post.test']\n";
        assert!(parse(whole).is_ok());
        for (from, to, said) in [
            (
                "client_id = 'x'",
                "client_id = ''",
                "client_id of the [[oauth]] entry Post is missing",
            ),
            ("https://id.test/t", "http://id.test/t", "token_endpoint"),
            (
                "https://id.test/a",
                "ftp://id.test/a",
                "must begin with https://",
            ),
            (
                "https://id.test/a",
                "https://me@id.test/a",
                "without a user name",
            ),
            (
                "['mail']",
                "[]",
                "scopes of the [[oauth]] entry Post are missing",
            ),
            ("['mail']", "['a b']", "characters that a scope can't have"),
            ("domains = ['post.test']", "", "needs domains or hosts"),
            (
                "scopes",
                "client_secret = 'a'\nclient_secret_file = 'b'\nscopes",
                "choose one",
            ),
            (
                "scopes",
                "smtp = 'smtps://smtp.test'\nscopes",
                "neither imap nor pop3",
            ),
            (
                "scopes",
                "authserv = ['mx.test']\nscopes",
                "neither imap nor pop3",
            ),
            (
                "scopes",
                "imap = 'imap+insecure://imap.test'\nscopes",
                "in the clear",
            ),
        ] {
            let error = parse(&whole.replace(from, to)).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
        let twice = format!("{whole}[[oauth]]\nname = 'post'\n{whole}");
        assert!(parse(&twice).unwrap_err().contains("two [[oauth]] entries"));
        let here = whole.replace("https://id.test/t", "http://127.0.0.1:8/t");
        assert!(parse(&here).is_ok());
    }
}
