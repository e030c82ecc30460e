//! Real Courier.

use restante::{
    imap::limits::Limits,
    net::Security,
    pop3::{Trouble, open},
};

use super::{connector, letter, retrieve};
use crate::support::peer::{PASSWORD, Peer};

#[tokio::test]
async fn mail_is_read_and_deleted() {
    let Some(peer) = Peer::courier() else { return };
    let port = peer.pop3.expect("serves POP3");
    let user = peer.user();
    let letters = [letter(1, 100), letter(2, 200_000), letter(3, 0)];
    for letter in &letters {
        let client = peer.client(&user, PASSWORD, Limits::default());
        let raw = bytes::Bytes::from(letter.raw.clone());
        client.append("INBOX", &[], None, raw).await.unwrap();
    }
    let connector = connector(port, Security::Plain, &user, PASSWORD);
    let mut session = open(&connector).await.unwrap();
    assert!(session.capabilities().has("UIDL"));
    let listing = session.listing().await.unwrap();
    assert!(listing.oddities.is_empty(), "{:?}", listing.oddities);
    let found = retrieve(&mut session).await;
    assert!(
        found.iter().eq(letters.iter().map(|letter| &letter.raw)),
        "octet by octet"
    );
    let outcomes = session.delete(&[listing.messages[1].number]).await.unwrap();
    assert!(outcomes[0].is_ok());
    session.quit().await.unwrap();
    let mut session = open(&connector).await.unwrap();
    let left = session.listing().await.unwrap();
    assert_eq!(left.messages.len(), 2);
    assert_eq!(left.messages[1].uid, listing.messages[2].uid);
    session.quit().await.unwrap();
    let wrong = super::connector(port, Security::Plain, &user, "wrong");
    let error = open(&wrong).await.map(drop).unwrap_err();
    assert_eq!(error.trouble(), Trouble::WrongPassword, "{error}");
}
