//! Real Dovecot.

use restante::{
    net::Security,
    pop3::{Error, Trouble, capabilities::Expire, open, probe},
};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};

use super::{connector, dovecot, letter, retrieve};
use crate::support::dovecot::{Dovecot, PASSWORD};

#[tokio::test]
async fn every_octet_arrives_and_what_is_deleted_is_gone() {
    let user = Dovecot::shared().user();
    let letters: Vec<_> = [0, 100, 5_000, 700_000]
        .into_iter()
        .enumerate()
        .map(|(at, size)| letter(at, size))
        .collect();
    user.fill(&letters);
    let mut session = open(&dovecot(&user.address)).await.unwrap();
    let listing = session.listing().await.unwrap();
    assert!(
        listing.has_uidl && listing.oddities.is_empty(),
        "{:?}",
        listing.oddities
    );
    let sizes: Vec<_> = listing
        .messages
        .iter()
        .map(|listed| listed.size.unwrap())
        .collect();
    assert_eq!(
        sizes,
        letters
            .iter()
            .map(|letter| letter.raw.len() as u64)
            .collect::<Vec<_>>()
    );
    let found = retrieve(&mut session).await;
    assert!(
        found.iter().eq(letters.iter().map(|letter| &letter.raw)),
        "octet by octet"
    );
    let numbers = [listing.messages[0].number, listing.messages[2].number];
    let outcomes = session.delete(&numbers).await.unwrap();
    assert!(outcomes.iter().all(Result::is_ok));
    session.quit().await.unwrap();
    let mut session = open(&dovecot(&user.address)).await.unwrap();
    let left = session.listing().await.unwrap();
    let uids = |at: usize| listing.messages[at].uid.clone();
    assert_eq!(
        left.messages
            .iter()
            .map(|listed| listed.uid.clone())
            .collect::<Vec<_>>(),
        [uids(1), uids(3)]
    );
}

#[tokio::test]
async fn a_session_that_ends_without_quit_deletes_nothing() {
    let user = Dovecot::shared().user();
    user.fill(&[letter(1, 100), letter(2, 100)]);
    let mut session = open(&dovecot(&user.address)).await.unwrap();
    let listing = session.listing().await.unwrap();
    session.delete(&[listing.messages[0].number]).await.unwrap();
    drop(session);
    let mut session = open(&dovecot(&user.address)).await.unwrap();
    assert_eq!(session.stat().await.unwrap().messages, 2);
    session.delete(&[listing.messages[0].number]).await.unwrap();
    session.rset().await.unwrap();
    session.quit().await.unwrap();
    let mut session = open(&dovecot(&user.address)).await.unwrap();
    assert_eq!(
        session.stat().await.unwrap().messages,
        2,
        "the marks were taken back"
    );
}

#[tokio::test]
async fn tops_are_tops() {
    let user = Dovecot::shared().user();
    user.fill(&[letter(1, 5000)]);
    let mut session = open(&dovecot(&user.address)).await.unwrap();
    let number = session.listing().await.unwrap().messages[0].number;
    let top = session
        .top(number, 2)
        .await
        .unwrap()
        .read_whole(9000)
        .await
        .unwrap();
    let top = String::from_utf8(top).unwrap();
    assert!(top.ends_with("\r\n\r\n.\r\n..\r\n"), "{top}");
    session.noop().await.unwrap();
}

#[tokio::test]
async fn every_kind_of_tls() {
    let server = Dovecot::shared();
    let user = server.user();
    user.fill(&[letter(1, 100)]);
    let ca = CertificateDer::from_pem_file(server.ca_pem()).unwrap();
    for (port, security) in [("POP3S", Security::Implicit), ("POP3", Security::StartTls)] {
        let mut connector = connector(server.port(port), security, &user.address, PASSWORD);
        let outcome = open(&connector).await.map(drop);
        assert_eq!(
            outcome.unwrap_err().trouble(),
            Trouble::Tls,
            "nobody has said that it is good"
        );
        connector.endpoint.extra_ca = vec![ca.clone()];
        let mut session = open(&connector).await.unwrap();
        assert_eq!(retrieve(&mut session).await.len(), 1, "{port}");
    }
}

#[tokio::test]
async fn what_it_can_and_whom_it_knows() {
    let user = Dovecot::shared().user();
    let offered = probe(&dovecot(&user.address)).await.unwrap();
    for name in ["UIDL", "TOP", "PIPELINING", "RESP-CODES", "AUTH-RESP-CODE"] {
        assert!(offered.has(name), "{name}");
    }
    assert!(!offered.has("EXPIRE") || offered.expire() == Some(Expire::Never));
    let port = Dovecot::shared().port("POP3");
    let wrong = connector(port, Security::Plain, &user.address, "wrong");
    let Err(error @ Error::Refused(_)) = open(&wrong).await.map(drop) else {
        panic!("refused");
    };
    assert_eq!(error.trouble(), Trouble::WrongPassword);
    let nobody = connector(9, Security::Plain, "a", "b");
    let error = open(&nobody).await.map(drop).unwrap_err();
    assert_eq!(error.trouble(), Trouble::Unreachable);
}
