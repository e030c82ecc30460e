//! The POP3 client and the collector against real servers: Dovecot, Courier and popa3d, and scripted ones
//! for what these won't do. Cuts, refusals and silence at each step of the client are tested beside
//! the code (`src/pop3`), on pipes and in virtual time.

mod collecting;
mod courier;
mod dovecot;
mod failing_disks;
mod failing_sync;
mod home;
mod kills;
pub(crate) mod maildrop;
mod odd_servers;
mod popa3d;
mod second_look;
mod tls;

use restante::{
    mail::{keyword::Keywords, sample::SampleMessage},
    net::{Endpoint, Security},
    pop3::{Connector, Login, Number, Secret, Session, retrieve::Retrieved},
};

use crate::support::dovecot::{Dovecot, PASSWORD};

fn connector(port: u16, security: Security, user: &str, password: &str) -> Connector {
    let login = Login {
        user: user.to_owned(),
        secret: Secret::Password(password.to_owned().into()),
    };
    Connector::new(Endpoint::new("127.0.0.1", port, security), login)
}

/// For a user of the shared Dovecot, in plain text.
pub(crate) fn dovecot(user: &str) -> Connector {
    let port = Dovecot::shared().port("POP3");
    connector(port, Security::Plain, user, PASSWORD)
}

/// A letter of its own with a body of so many octets at least: dots at the beginnings of lines, and
/// all that is not text but the NUL, which some servers take out.
fn letter(number: usize, octets: usize) -> SampleMessage {
    let head = format!(
        "Received: from a by b; Thu, 1 Oct 2026 10:00:00 +0200\r\n\
         From: Ada <ada@example.org>\r\nTo: bob@example.org\r\nSubject: Letter {number}\r\n\
         Message-ID: <{number}@example.org>\r\n\r\n.\r\n..\r\n...dots\r\n\r\n.\r\n"
    );
    let mut raw = head.into_bytes();
    let mut line = number;
    while raw.len() < octets {
        line = line.wrapping_mul(31).wrapping_add(7) % 99_991;
        raw.extend_from_slice(format!(".{line} \u{e9}\u{1}\u{7f} ").as_bytes());
        raw.extend_from_slice(&[b'x'; 50]);
        raw.extend_from_slice(b"\r\n");
    }
    SampleMessage {
        folder: "INBOX".to_owned(),
        keywords: Keywords::default(),
        received_at: 1_790_000_000_000 + i64::try_from(number).unwrap() * 1000,
        raw,
    }
}

/// All messages, whole.
async fn retrieve(session: &mut Session) -> Vec<Vec<u8>> {
    let listing = session.listing().await.unwrap();
    let numbers: Vec<Number> = listing
        .messages
        .iter()
        .map(|listed| listed.number)
        .collect();
    let mut retrieval = session.retrieve(numbers);
    let mut all = Vec::new();
    while let Some(Retrieved { outcome, .. }) = retrieval.next().await.unwrap() {
        all.push(outcome.unwrap().read_whole(1 << 30).await.unwrap());
    }
    all
}
