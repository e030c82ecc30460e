//! Addresses that outlive a move: what was opened, bookmarked or shared still leads to the message.

use crate::support::{app::TestApp, dovecot::PASSWORD, letter::letter};

use super::{acting::Inbox, flags, user_with, user_with_numbered};

#[tokio::test]
async fn an_old_address_still_opens_a_moved_message() {
    let mut app = TestApp::start().await;
    let user = user_with_numbered(2);
    let mut browser = app.signed_in(&user).await;
    let inbox = Inbox::of(&mut browser).await;
    let id = inbox.id("m2");
    let old = format!("{}/{id}", inbox.path);
    browser.turbo(&format!("{old}/archive"), &[]).await;
    for restarted in [false, true] {
        if restarted {
            app.restart().await;
            app.reconnect(&mut browser);
        }
        let page = browser.page(&old).await;
        assert!(page.words().contains("This is number 2."), "{restarted}");
        let raw = browser.page(&format!("{old}/raw")).await;
        assert!(raw.text().contains("Subject: m2"));
        let archive = browser.page(&inbox.page.folder("Archive")).await;
        assert_eq!(archive.rows(), [id.as_str()], "the id goes along");
    }
    // What is done under the old address is done to the message where it lies now.
    browser
        .turbo(&format!("{old}/star"), &[("value", "true")])
        .await;
    assert!(flags(&user, "Archive", "m2")[0].contains("\\Flagged"));
    let sent = inbox.folder_id("Sent");
    browser
        .turbo(&format!("{old}/move"), &[("to", &sent)])
        .await;
    assert_eq!(flags(&user, "Sent", "m2").len(), 1);
    assert!(
        browser
            .page(&old)
            .await
            .words()
            .contains("This is number 2.")
    );
}

#[tokio::test]
async fn ids_survive_a_renamed_folder() {
    let app = TestApp::start().await;
    let user = user_with_numbered(1);
    user.doveadm(&["mailbox", "create"], &["-s", "Before"], b"");
    let mut browser = app.signed_in(&user).await;
    let inbox = Inbox::of(&mut browser).await;
    let folder = inbox.folder_id("Before");
    let path = format!("{}/{}/move", inbox.path, inbox.id("m1"));
    browser.turbo(&path, &[("to", &folder)]).await;
    let address = browser
        .page(&format!("/m/{folder}"))
        .await
        .link("class", "row__link")
        .unwrap();
    browser
        .post(&format!("/m/{folder}/name"), &[("name", "After")])
        .await;
    let page = browser.page(&address).await;
    assert!(page.words().contains("This is number 1."));
    assert_eq!(page.folder("After"), format!("/m/{folder}"));
}

#[tokio::test]
async fn nobody_reads_the_mail_of_others() {
    let app = TestApp::start().await;
    let private = letter("private").text("Nobody else reads this.").raw();
    let (anna, ben) = (user_with(vec![private]), user_with_numbered(1));
    let mut annas = app.signed_in(&anna).await;
    let mut bens = app.browser();
    bens.sign_in(&ben.address, PASSWORD).await;
    let inbox = Inbox::of(&mut annas).await;
    let own = Inbox::of(&mut bens).await;
    let id = inbox.id("private");
    annas.page(&format!("{}/{id}", inbox.path)).await;
    for folder in [&inbox.path, &own.path] {
        for noun in [
            "",
            "/raw",
            "/source",
            "/headers",
            "/print",
            "/parts/1",
            "/deletion",
        ] {
            let answer = bens.get(&format!("{folder}/{id}{noun}")).await;
            assert_eq!(answer.status, 404, "{folder} {noun}");
            assert!(
                !answer.words().contains("Nobody else reads"),
                "{folder} {noun}"
            );
        }
        for verb in ["star", "seen", "archive", "trash", "junk", "deletion"] {
            let answer = bens.post(&format!("{folder}/{id}/{verb}"), &[]).await;
            assert_eq!(answer.status, 404, "{folder} {verb}");
        }
    }
    let answer = bens
        .post(
            &format!("{}/selection", own.path),
            &[("action", "trash"), ("id", &id)],
        )
        .await;
    assert_eq!(answer.status, 404);
    assert_eq!(flags(&anna, "INBOX", "private").len(), 1);
}
