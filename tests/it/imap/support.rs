//! Real and scripted IMAP servers for the tests beside this file.

mod dovecot;
pub(crate) mod ports;
mod proxy;
mod script;

use std::{sync::Arc, time::Duration};

use restante::{
    imap::{
        client::Client,
        connect::{Connector, Login, Secret},
        limits::Limits,
    },
    net::{Endpoint, Security},
};

pub(crate) use self::{
    dovecot::{Dovecot, PASSWORD},
    proxy::{Cut, Proxy},
    script::Script,
};

/// A client for `user` on a plain-text port of this machine.
pub(crate) fn client(port: u16, user: &str, limits: Limits) -> Client {
    client_at(
        Endpoint::new("127.0.0.1", port, Security::Plain),
        user,
        PASSWORD,
        limits,
    )
}

/// A client for any endpoint.
pub(crate) fn client_at(endpoint: Endpoint, user: &str, password: &str, limits: Limits) -> Client {
    Client::new(Connector {
        endpoint,
        login: Login {
            user: user.to_owned(),
            secret: Secret::Password(password.to_owned().into()),
        },
        limits,
    })
}

/// Limits that make a silent server fail within the test's patience.
pub(crate) fn impatient() -> Limits {
    Limits {
        connect: Duration::from_secs(5),
        greeting: Duration::from_secs(3),
        sign_in: Duration::from_secs(6),
        silence: Duration::from_secs(3),
        request: Duration::from_secs(60),
        wait: Duration::from_millis(300),
        drain: Duration::from_millis(300),
        ..Limits::default()
    }
}

/// A small message.
pub(crate) fn message(subject: &str) -> bytes::Bytes {
    format!(
        "From: Anna <anna@example.org>\r\nTo: ben@example.org\r\nSubject: {subject}\r\n\
         Date: Mon, 23 Nov 2026 10:00:00 +0100\r\nMessage-ID: <{subject}@example.org>\r\n\
         \r\nHello, this is {subject}.\r\n"
    )
    .into()
}

/// A user on the shared Dovecot, with a client.
pub(crate) struct Account {
    pub(crate) server: Arc<Dovecot>,
    pub(crate) client: Client,
}

impl Account {
    /// `None` (with a note) where Dovecot is not installed.
    pub(crate) async fn new(user: &str) -> Option<Self> {
        let server = Dovecot::shared().await?;
        let client = client(server.port, user, Limits::default());
        Some(Self { server, client })
    }

    /// Puts `count` messages with subjects `m1`, `m2`, ... into a folder.
    pub(crate) async fn fill(&self, folder: &str, count: u32) {
        for i in 1..=count {
            let stored = self
                .client
                .append(folder, &[], None, message(&format!("m{i}")))
                .await;
            stored.unwrap();
        }
    }
}

/// The subjects of rows.
pub(crate) fn subjects(messages: &[restante::imap::Fetched]) -> Vec<String> {
    messages
        .iter()
        .map(|message| message.envelope.as_ref().unwrap().subject.clone())
        .collect()
}
