//! Several accounts in one sign-in.

mod adding;
mod away;
mod copying;
mod merged;
mod settings;
mod writing;

use std::{fs, net::SocketAddr};

use restante::{engine::Policy, mail::sample::SampleMessage};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};

use crate::support::{
    app::TestApp,
    browser::{Answer, Browser},
    dovecot::{Dovecot, PASSWORD, User},
    letter::letter,
};

/// Somebody with two accounts on the shared Dovecot.
struct Pair {
    app: TestApp,
    first: User,
    second: User,
    browser: Browser,
    /// The number of the second account.
    id: String,
}

impl Pair {
    /// Their inboxes hold messages of these subjects; the first arrives in the first second, and
    /// so on: `("a", 1)` lies in the first inbox, `("b", 2)` in the second.
    async fn with(subjects: &[(&str, usize)]) -> Self {
        let (first, second) = (inbox(subjects, 1), inbox(subjects, 2));
        let app = TestApp::start().await;
        let mut browser = app.signed_in(&first).await;
        let id = added(&mut browser, &second.address).await;
        Self {
            app,
            first,
            second,
            browser,
            id,
        }
    }
}

/// A user whose inbox holds those of these messages that are theirs.
fn inbox(subjects: &[(&str, usize)], whose: usize) -> User {
    let user = Dovecot::shared().user();
    let messages: Vec<SampleMessage> = (0..)
        .zip(subjects)
        .filter(|(_, (_, of))| *of == whose)
        .map(|(second, (subject, _))| super::mail("INBOX", second, letter(subject).raw()))
        .collect();
    user.fill(&messages);
    user
}

/// Adds an account on the operator's server; gives its number.
async fn added(browser: &mut Browser, address: &str) -> String {
    let answer = add(browser, address, PASSWORD).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let location = answer.location().unwrap();
    location.rsplit('/').next().unwrap().to_owned()
}

async fn add(browser: &mut Browser, address: &str, password: &str) -> Answer {
    let fields = [("address", address), ("password", password)];
    browser.post("/settings/accounts", &fields).await
}

/// The shared Dovecot's IMAP over TLS, as its user would name it.
fn named(address: &str) -> Vec<(String, String)> {
    let port = Dovecot::shared().port("IMAPS").to_string();
    [
        ("address", address),
        ("own", "1"),
        ("kind", "imap"),
        ("host", "127.0.0.1"),
        ("port", &port),
        ("security", "tls"),
        ("user", address),
        ("password", PASSWORD),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

async fn post(browser: &mut Browser, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    browser.post(path, &fields).await
}

/// This machine may be named, and its certificate is trusted.
fn lenient() -> Policy {
    let dovecot = Dovecot::shared();
    let pem = fs::read(dovecot.ca_pem()).unwrap();
    let anchors = CertificateDer::pem_slice_iter(&pem).map(Result::unwrap);
    here().trusting(anchors.collect())
}

/// This machine may be named.
fn here() -> Policy {
    let ports = ["IMAPS", "POP3S", "SUBMISSIONS", "IMAP"];
    let ports = ports.map(|service| Dovecot::shared().port(service));
    Policy::allowing(ports.map(|port| SocketAddr::from(([127, 0, 0, 1], port))))
}
