//! One pass through the pages on servers that are not Dovecot.

use bytes::Bytes;
use restante::imap::{client::Client, limits::Limits, window::Anchor};

use crate::support::{
    app::Settings,
    letter::letter,
    peer::{PASSWORD, Peer},
};

use super::acting::Inbox;

#[tokio::test]
async fn cyrus_through_the_pages() {
    if let Some(peer) = Peer::cyrus() {
        through_the_pages(peer).await;
    }
}

#[tokio::test]
async fn cyrus_below_inbox_through_the_pages() {
    if let Some(peer) = Peer::cyrus_below_inbox() {
        through_the_pages(peer).await;
    }
}

#[tokio::test]
async fn courier_through_the_pages() {
    if let Some(peer) = Peer::courier() {
        through_the_pages(peer).await;
    }
}

/// What lies in a folder: subject and flags, newest first. Empty when there is no such folder.
async fn lying(client: &Client, folder: &str) -> Vec<(String, Vec<String>)> {
    let folder = client.own_folder(folder);
    let Ok(window) = client.window(&folder, Anchor::Newest, 50).await else {
        return Vec::new();
    };
    let row = |message: &restante::imap::Fetched| {
        let subject = message.envelope.as_ref().unwrap().subject.clone();
        (subject, message.flags.clone().unwrap())
    };
    window.messages.iter().map(row).collect()
}

async fn subjects(client: &Client, folder: &str) -> Vec<String> {
    let lying = lying(client, folder).await;
    lying.into_iter().map(|(subject, _)| subject).collect()
}

async fn through_the_pages(peer: &Peer) {
    let user = peer.user();
    let server = peer.client(&user, PASSWORD, Limits::default());
    // The namespace is known from here on.
    server.folders().await.unwrap();
    for number in 1..=4 {
        let raw = letter(&format!("m{number}"));
        let raw = raw.text(&format!("This is number {number}.")).raw();
        server
            .append("INBOX", &[], None, Bytes::from(raw))
            .await
            .unwrap();
    }
    let url = format!("imap+insecure://127.0.0.1:{}", peer.port);
    let settings = Settings::empty().server("*", &url, "login = \"local-part\"");
    let app = settings.start().await;
    let mut browser = app.browser();
    let address = format!("{user}@example.org");
    let refused = browser.sign_in(&address, "not it").await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.words().contains("did not accept"),
        "{}",
        refused.words()
    );
    assert_eq!(browser.sign_in(&address, PASSWORD).await.status, 303);

    let inbox = Inbox::of(&mut browser).await;
    assert_eq!(inbox.page.subjects(), ["m4", "m3", "m2", "m1"]);
    let opened = browser
        .page(&format!("{}/{}", inbox.path, inbox.id("m4")))
        .await;
    assert!(opened.words().contains("This is number 4."));
    let found = browser.page(&format!("{}?q=subject:m2", inbox.path)).await;
    assert_eq!(found.subjects(), ["m2"]);

    let act = |subject: &str, verb: &str| format!("{}/{}/{verb}", inbox.path, inbox.id(subject));
    let starred = browser
        .turbo(&act("m3", "star"), &[("value", "true")])
        .await;
    assert_eq!(starred.status, 200, "{}", starred.text());
    let flagged = |lying: Vec<(String, Vec<String>)>| -> Vec<String> {
        let flagged = |flags: &[String]| flags.contains(&"\\Flagged".to_owned());
        let starred = lying.into_iter().filter(|(_, flags)| flagged(flags));
        starred.map(|(subject, _)| subject).collect()
    };
    assert_eq!(flagged(lying(&server, "INBOX").await), ["m3"]);

    // Archive and Trash are made when they are needed, where the server allows it.
    let archived = browser.turbo(&act("m3", "archive"), &[]).await;
    assert_eq!(archived.status, 200, "{}", archived.text());
    assert_eq!(flagged(lying(&server, "Archive").await), ["m3"]);
    let token = archived.undo().expect("a way back");
    let back = browser.turbo("/undo", &[("token", &token)]).await;
    assert_eq!(back.status, 200, "{}", back.text());
    assert!(subjects(&server, "Archive").await.is_empty());
    assert_eq!(subjects(&server, "INBOX").await.len(), 4);
    let list = browser.page(&inbox.path).await;
    assert_eq!(list.rows().len(), 4);

    let deleted = browser.turbo(&act("m1", "trash"), &[]).await;
    assert_eq!(deleted.status, 200, "{}", deleted.text());
    assert_eq!(subjects(&server, "Trash").await, ["m1"]);
    let page = browser.page(&inbox.path).await;
    assert!(!page.subjects().contains(&"m1".to_owned()));
    let trash = page.folder("Trash");
    let list = browser.page(&trash).await;
    assert_eq!(list.subjects(), ["m1"]);
    let deletion = format!("{trash}/{}/deletion", list.rows()[0]);
    assert_eq!(browser.post(&deletion, &[]).await.status, 303);
    assert!(subjects(&server, "Trash").await.is_empty());

    // A folder of one's own: made, found under its name, refused when it is there already.
    let made = browser.post("/folders", &[("name", "Lists")]).await;
    assert_eq!(made.status, 303, "{}", made.words());
    let lists = browser.page("/").await.folder("Lists");
    let twice = browser.post("/folders", &[("name", "Lists")]).await;
    assert_eq!(twice.status, 422);
    let said = "There is a folder of that name already.";
    assert!(twice.words().contains(said), "{}", twice.words());
    let renamed = browser
        .post(&format!("{lists}/name"), &[("name", "News")])
        .await;
    assert_eq!(renamed.status, 303, "{}", renamed.words());
    assert_eq!(
        browser.page("/").await.folder("News"),
        lists,
        "the id stays"
    );
    let same = browser
        .post(&format!("{lists}/name"), &[("name", "News")])
        .await;
    assert_eq!(same.status, 303, "{}", same.words());
    let removed = browser.post(&format!("{lists}/deletion"), &[]).await;
    assert_eq!(removed.status, 303, "{}", removed.words());
    assert_eq!(browser.get(&lists).await.status, 404);
}
