//! Drafts have one copy in their folder, and what was sent has one in Sent.

use restante::{
    engine::list::Anchor,
    mail::{
        keyword,
        mailbox::{Mailbox, Role},
    },
};

use super::{Kind, PATIENCE, Place, alike, mail, subjects};
use crate::support::{app::Settings, exim::Exim, form::Form, letter::letter};

alike!(a_draft_has_one_copy, what_is_sent_is_in_sent_once);

impl Place {
    /// Waits until the folder holds these subjects.
    async fn until(&self, mailbox: &Mailbox, expected: &[&str]) {
        let mut events = self.account.subscribe().unwrap();
        let arrived = async {
            loop {
                let page = self.list(mailbox, Anchor::Newest, 50).await;
                self.account.watch().await.unwrap();
                if subjects(&page.rows) == expected {
                    return;
                }
                events.recv().await.unwrap();
            }
        };
        if tokio::time::timeout(PATIENCE, arrived).await.is_err() {
            panic!("{:?} instead of {expected:?}", self.sorted(mailbox).await);
        }
    }
}

async fn a_draft_has_one_copy(kind: Kind) {
    let mut place = Place::with_subjects(kind, &["a"]).await;
    let drafts = place.role(Role::Drafts).await;
    let page = place.browser.page("/compose").await;
    let form = Form::of(&page, "compose")
        .set("subject", "One")
        .set("text", "Words.\n");
    let saved = place.browser.press(&form, "save").await;
    let path = saved.location().unwrap();
    place.until(&drafts, &["One"]).await;
    let row = place.row(&drafts, "One").await;
    assert!(row.keywords.has(keyword::DRAFT) && row.keywords.has(keyword::SEEN));
    let page = place.browser.page(&path).await;
    let form = Form::of(&page, "compose").set("subject", "Two");
    place.browser.press(&form, "save").await;
    place.until(&drafts, &["Two"]).await;
    let copy = place.row(&drafts, "Two").await;
    assert!(place.account.draft_of(copy.id).await.unwrap().is_some());
    let page = place.browser.page(&path).await;
    place
        .browser
        .press(&Form::of(&page, "compose"), "discard")
        .await;
    place.until(&drafts, &[]).await;
    if kind == Kind::Local {
        // Earlier copies were never messages that anybody deleted.
        let deleted = place.account.deleted_lately(None, 10).await.unwrap();
        assert_eq!(deleted, (Vec::new(), None));
    }
}

async fn what_is_sent_is_in_sent_once(kind: Kind) {
    let submission = format!("smtps://127.0.0.1:{}", Exim::shared().port("SMTP_TLS"));
    let settings = match kind {
        Kind::Imap => Settings::sending(&submission),
        // Delivered here, as no server for sending is named.
        Kind::Local => Settings::empty(),
    };
    let old = mail("Archive", 1, letter("old").raw());
    let mut place = Place::at(kind, &[old], settings).await;
    place.sends_at_once().await;
    let _outbox = place.app.outbox();
    let (inbox, sent) = (place.role(Role::Inbox).await, place.role(Role::Sent).await);
    let page = place.browser.page("/compose").await;
    let form = Form::of(&page, "compose")
        .set("to", &place.address.clone())
        .set("subject", "To myself")
        .set("text", "Words.\n");
    place.browser.press(&form, "send").await;
    place.until(&sent, &["To myself"]).await;
    place.until(&inbox, &["To myself"]).await;
    assert!(
        place
            .row(&sent, "To myself")
            .await
            .keywords
            .has(keyword::SEEN)
    );
    assert!(
        !place
            .row(&inbox, "To myself")
            .await
            .keywords
            .has(keyword::SEEN)
    );
    let drafts = place.role(Role::Drafts).await;
    place.until(&drafts, &[]).await;
    if kind == Kind::Local {
        let page = place.browser.page("/compose").await;
        let form = Form::of(&page, "compose")
            .set("to", "stranger@example.net")
            .set("subject", "Nobody")
            .set("text", "Words.\n");
        place.browser.press(&form, "send").await;
        let mut events = place.account.subscribe().unwrap();
        let said = async {
            loop {
                let page = place.browser.page("/outbox").await;
                if page.words().contains("Nothing was sent to anybody") {
                    return;
                }
                events.recv().await.unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, said).await.unwrap();
        place.until(&sent, &["To myself"]).await;
    }
}
