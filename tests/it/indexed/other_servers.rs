//! The same on servers that are not Dovecot: Cyrus, and Courier, which has nearly no extension.

use bytes::Bytes;
use restante::{imap::limits::Limits, mail::mailbox::Role};

use super::{counts, listed};
use crate::{
    contract::threads::named,
    support::{
        app::Settings,
        peer::{PASSWORD, Peer},
    },
};

#[tokio::test]
async fn cyrus() {
    if let Some(peer) = Peer::cyrus() {
        comes_together(peer).await;
    }
}

#[tokio::test]
async fn courier() {
    if let Some(peer) = Peer::courier() {
        comes_together(peer).await;
    }
}

async fn comes_together(peer: &Peer) {
    let user = peer.user();
    let server = peer.client(&user, PASSWORD, Limits::default());
    // The namespace is known from here on.
    server.folders().await.unwrap();
    let sent = server
        .create_folder(&server.own_folder("Sent"))
        .await
        .unwrap();
    let put = async |folder: &str, second: i64, raw: Vec<u8>| {
        let at = Some(1_790_000_000_000 + second * 1000);
        let put = server.append(folder, &[], at, Bytes::from(raw));
        put.await.unwrap();
    };
    put("INBOX", 1, named("Lunch", "a", &[])).await;
    put("INBOX", 2, named("News", "n", &[])).await;
    put("INBOX", 3, named("Re: Lunch", "b", &["a"])).await;
    put(&sent, 4, named("Re: Re: Lunch", "c", &["a", "b"])).await;
    let url = format!("imap+insecure://127.0.0.1:{}", peer.port);
    let settings = Settings::empty().server("*", &url, "login = \"local-part\"");
    let app = settings.start().await;
    let mut browser = app.browser();
    let address = format!("{user}@example.org");
    assert_eq!(browser.sign_in(&address, PASSWORD).await.status, 303);
    let account = app.account(&browser).await;
    account.read_conversations().await.unwrap();
    let inbox = account.mailbox_for(Role::Inbox).await.unwrap().id;
    assert_eq!(
        listed(&account, inbox).await,
        counts([("Re: Lunch", 2), ("News", 1)])
    );
    let page = account.conversations(inbox, None, 50).await.unwrap();
    let newest = &page.rows[0].newest;
    // A page waits for a second at most, which a busy machine may need longer than.
    let whole = async |expected: &[&str]| {
        let mut whole: Vec<String> = Vec::new();
        for _ in 0..20 {
            let found = account.conversation(newest).await.unwrap();
            whole = found
                .into_iter()
                .map(|one| one.email.subject.clone())
                .collect();
            if whole == expected {
                break;
            }
        }
        assert_eq!(whole, expected);
    };
    whole(&["Lunch", "Re: Lunch", "Re: Re: Lunch"]).await;
    // One comes, and one goes.
    put("INBOX", 5, named("Re: News", "m", &["n"])).await;
    assert_eq!(
        listed(&account, inbox).await,
        counts([("Re: News", 2), ("Re: Lunch", 2)])
    );
    let window = server
        .window("INBOX", restante::imap::window::Anchor::Newest, 10)
        .await
        .unwrap();
    let oldest = window.messages.last().unwrap().uid.unwrap();
    let validity = window.selected.uid_validity;
    server.expunge("INBOX", validity, &[oldest]).await.unwrap();
    assert_eq!(
        listed(&account, inbox).await,
        counts([("Re: News", 2), ("Re: Lunch", 1)])
    );
    account.mailboxes_now().await.unwrap();
    account.read_conversations().await.unwrap();
    whole(&["Re: Lunch", "Re: Re: Lunch"]).await;
}
