//! What becomes of accounts that are there: names, order, other passwords, and their end.

use super::{Pair, added, inbox, lenient, named, post};
use crate::support::{
    app::Settings,
    dovecot::{Dovecot, PASSWORD},
};

#[tokio::test]
async fn accounts_have_names_colours_and_an_order() {
    let mut pair = Pair::with(&[("one", 1), ("two", 2)]).await;
    let path = format!("/settings/accounts/{}", pair.id);
    let page = pair.browser.page("/all").await;
    for color in ["blue", "orange"] {
        let marked = page.tags();
        let marked = marked.iter().any(|tag| tag.get("data-color") == color);
        assert!(marked, "told apart from the first: {color}");
    }
    let answer = pair
        .browser
        .post(&path, &[("name", " Work "), ("color", "teal")])
        .await;
    assert_eq!(answer.status, 303);
    for wrong in [("name", "x".repeat(101)), ("color", "mauve".to_owned())] {
        let fields = [(wrong.0, wrong.1.as_str())];
        assert_eq!(
            pair.browser.post(&path, &fields).await.status,
            422,
            "{wrong:?}"
        );
    }
    let page = pair.browser.page("/all").await;
    let heads = crate::support::markup::texts_of(&page.text(), "branch__name");
    assert_eq!(heads, [pair.first.address.as_str(), "Work"]);
    let dots = page.tags();
    assert!(dots.iter().any(|tag| tag.get("data-color") == "teal"));

    let place = format!("{path}/place");
    pair.browser.post(&place, &[("value", "up")]).await;
    let page = pair.browser.page("/all").await;
    let heads = crate::support::markup::texts_of(&page.text(), "branch__name");
    assert_eq!(heads, ["Work", pair.first.address.as_str()]);
    assert_eq!(
        pair.browser.post(&place, &[("value", "up")]).await.status,
        303
    );
    assert_eq!(
        pair.browser.post(&place, &[("value", "x")]).await.status,
        400
    );
    // The first is still the one that is signed in with, and that pages begin with.
    assert_eq!(pair.browser.page("/").await.subjects(), ["one"]);
}

#[tokio::test]
async fn folders_and_identities_are_those_of_the_account() {
    let mut pair = Pair::with(&[("one", 1), ("two", 2)]).await;
    let folders = format!("/folders?account={}", pair.id);
    let answer = pair
        .browser
        .post(&folders, &[("name", "Only here"), ("parent", "")])
        .await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.location().unwrap(), folders);
    assert!(
        pair.browser
            .page(&folders)
            .await
            .words()
            .contains("Only here")
    );
    assert!(
        !pair
            .browser
            .page("/folders")
            .await
            .words()
            .contains("Only here")
    );
    let there = pair.second.doveadm(&["mailbox", "list"], &[], b"");
    assert!(there.contains("Only here"), "{there}");

    let identities = format!("/settings/identities?account={}", pair.id);
    let page = pair.browser.page(&identities).await;
    assert!(page.words().contains(&pair.second.address));
    let fields = [("name", "Second"), ("email", "second@example.org")];
    let answer = pair.browser.post(&identities, &fields).await;
    assert_eq!(answer.location().unwrap(), identities);
    let page = pair.browser.page(&identities).await;
    let link = page.tags();
    let link = link
        .iter()
        .find(|tag| tag.get("href").starts_with("/settings/identities/"));
    let form = link.unwrap().get("href").to_owned();
    assert_eq!(pair.browser.page(&form).await.status, 200);
    assert!(
        !pair
            .browser
            .page("/settings/identities")
            .await
            .words()
            .contains("Second")
    );
}

/// Each page and form with the number of an account that is another's: there is nothing.
#[tokio::test]
async fn what_is_anothers_is_not_there() {
    let mut pair = Pair::with(&[("one", 1), ("two", 2)]).await;
    let theirs = pair.browser.page("/all").await;
    let rows = theirs.rows();
    let inbox = theirs.folder("Inbox");
    let mut stranger = pair.app.signed_in(&Dovecot::shared().user()).await;
    let id = &pair.id;
    for path in [
        format!("/settings/accounts/{id}"),
        format!("/settings/accounts/{id}/access"),
        format!("/settings/accounts/{id}/removal"),
        format!("/folders?account={id}"),
        format!("/settings/identities?account={id}"),
        format!("/settings/collection?account={id}"),
        format!("/settings/writing?account={id}"),
        inbox.clone(),
    ] {
        assert_eq!(stranger.get(&path).await.status, 404, "{path}");
    }
    let fields = [
        ("name", "x"),
        ("color", "red"),
        ("value", "up"),
        ("password", PASSWORD),
    ];
    for path in [
        format!("/settings/accounts/{id}"),
        format!("/settings/accounts/{id}/place"),
        format!("/settings/accounts/{id}/access"),
        format!("/settings/accounts/{id}/removal"),
        format!("/folders?account={id}"),
    ] {
        assert_eq!(stranger.post(&path, &fields).await.status, 404, "{path}");
    }
    let fields = [("action", "archive"), ("id", rows[0].as_str())];
    // With one account the id is looked up in it, with two it is nobody's.
    assert_eq!(stranger.post("/all/selection", &fields).await.status, 404);
    added(&mut stranger, &Dovecot::shared().user().address).await;
    assert_eq!(stranger.post("/all/selection", &fields).await.status, 404);
    assert_eq!(stranger.get(&inbox).await.status, 404);
    assert_eq!(pair.browser.page("/all").await.subjects(), ["two", "one"]);
}

#[tokio::test]
async fn an_account_goes_after_the_password() {
    let mut pair = Pair::with(&[("one", 1), ("two", 2)]).await;
    let path = format!("/settings/accounts/{}/removal", pair.id);
    let page = pair.browser.page(&path).await;
    assert!(
        page.words().contains("stays on its mail server"),
        "{}",
        page.words()
    );
    let answer = pair.browser.post(&path, &[("password", "wrong")]).await;
    assert_eq!(answer.status, 422);
    assert_eq!(pair.browser.page("/all").await.subjects(), ["two", "one"]);
    let answer = pair.browser.post(&path, &[("password", PASSWORD)]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(pair.browser.get(&path).await.status, 404);
    let page = pair.browser.page("/").await;
    assert_eq!(page.subjects(), ["one"]);
    assert!(!page.text().contains(&pair.second.address));
    // The one that is signed in with stays.
    let words = pair.browser.page("/settings/accounts").await;
    let link = words.tags();
    let own = link.iter().find(|tag| {
        let href = tag.get("href");
        href.starts_with("/settings/accounts/") && !href.ends_with("/new")
    });
    let own = own.unwrap().get("href").to_owned();
    let answer = pair
        .browser
        .post(&format!("{own}/removal"), &[("password", PASSWORD)])
        .await;
    assert_eq!(answer.status, 404);
    // And one can come back.
    added(&mut pair.browser, &pair.second.address).await;
    assert_eq!(pair.browser.page("/all").await.subjects(), ["two", "one"]);
}

#[tokio::test]
async fn what_is_said_of_collecting_leads_to_the_account_that_it_is_about() {
    let user = inbox(&[], 1);
    let app = Settings::default().policy(lenient()).start().await;
    let mut browser = app.signed_in(&user).await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let mut fields = named(&Dovecot::shared().user().address);
        for (name, value) in &mut fields {
            match name.as_str() {
                "kind" => *value = "pop3".to_owned(),
                "port" => *value = Dovecot::shared().port("POP3S").to_string(),
                _ => {}
            }
        }
        let answer = post(&mut browser, "/settings/accounts", &fields).await;
        let path = answer
            .location()
            .unwrap_or_else(|| panic!("{}", answer.words()));
        ids.push(path.rsplit('/').next().unwrap().to_owned());
    }
    let leads = |id: &str| format!("href=\"/settings/collection?account={id}\"");
    let page = browser.page("/").await;
    assert!(!ids.iter().any(|id| page.text().contains(&leads(id))));
    let pause = format!("/settings/collection/pause?account={}", ids[1]);
    let paused = browser.post(&pause, &[("value", "true")]).await;
    assert_eq!(paused.status, 303);
    let page = browser.page("/").await;
    assert!(page.text().contains(&leads(&ids[1])), "{}", page.text());
    assert!(!page.text().contains(&leads(&ids[0])));
}
