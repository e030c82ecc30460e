//! Saves that meet, what must be mended before a message is sent, and whose drafts they are.

use super::{Desk, draft_of, file_names};
use crate::support::{dovecot::Dovecot, form::Form, imap::Imap};

#[tokio::test]
async fn two_texts_are_both_kept() {
    let mut desk = Desk::new().await;
    let form = desk.form("/compose").await;
    let form = form
        .set("subject", "Both")
        .set("text", "first")
        .file("a.txt", "text/plain", b"one");
    let draft = draft_of(&desk.browser.press(&form, "save").await);
    let path = format!("/drafts/{draft}");
    let form = desk.form(&path).await;
    let mut other = desk.app.signed_in(&desk.user).await;
    let here = form.clone().set("text", "from here");
    let there = form.clone().set("text", "from there");
    let saved = desk.browser.press_in_script(&here, "save").await;
    assert_eq!(saved.status, 200, "{}", saved.text());
    assert_eq!(saved.json()["draft"], draft);

    let met = other.press_in_script(&there, "save").await;
    assert_eq!(met.status, 409, "{}", met.text());
    let met = met.json();
    let copy = met["draft"].as_i64().unwrap();
    assert_ne!(copy, draft);
    assert_eq!(met["conflict"], format!("/drafts/{copy}"));
    assert!(met["sentence"].is_string(), "{met}");
    let page = desk.browser.page(&path).await;
    assert_eq!(Form::of(&page, "compose").value("text"), "from here");
    let page = other.page(&format!("/drafts/{copy}")).await;
    let kept = Form::of(&page, "compose");
    assert_eq!(kept.value("text"), "from there");
    assert_eq!(kept.value("revision"), met["revision"].to_string());
    assert_eq!(file_names(&page), ["a.txt"]);
    assert!(page.words().contains("Both are kept"), "{}", page.words());
    // It goes on from there.
    let on = kept.set("text", "from there, further");
    let saved = other.press_in_script(&on, "save").await;
    assert_eq!(saved.status, 200, "{}", saved.text());

    // Without a script, and with the wrong button: nothing goes out unasked.
    let stale = form
        .clone()
        .set("text", "from a third place")
        .set("to", "a@example.org");
    let answer = desk.browser.press(&stale, "send").await;
    assert_eq!(answer.status, 409);
    let kept = Form::of(&answer, "compose");
    assert_eq!(kept.value("text"), "from a third place");
    assert!(
        answer.words().contains("kept as a copy"),
        "{}",
        answer.words()
    );
    assert!(super::outbox(&desk.browser.page("/outbox").await).is_empty());
    // The same words make no conflict, whatever they began from.
    let saved = other.press_in_script(&here, "save").await;
    assert_eq!(saved.status, 200);
}

#[tokio::test]
async fn a_first_save_that_is_repeated_makes_one_draft() {
    let mut desk = Desk::new().await;
    let form = desk.form("/compose").await.set("text", "first");
    let one = desk.browser.press_in_script(&form, "save").await.json();
    // Its answer was lost, and more was typed meanwhile.
    let more = form.clone().set("text", "first and more");
    let two = desk.browser.press_in_script(&more, "save").await.json();
    assert_eq!(one["draft"], two["draft"]);
    let path = two["path"].as_str().unwrap().to_owned();
    assert_eq!(desk.form(&path).await.value("text"), "first and more");
    // The same form from long ago, when there was more since.
    let later = desk.form(&path).await.set("text", "first and more, later");
    assert_eq!(
        desk.browser.press_in_script(&later, "save").await.status,
        200
    );
    let old = desk.browser.press_in_script(&form, "save").await;
    assert_eq!(old.status, 409, "{}", old.text());
    assert_eq!(
        desk.form(&path).await.value("text"),
        "first and more, later"
    );
    let copy = old.json()["conflict"].as_str().unwrap().to_owned();
    assert_eq!(desk.form(&copy).await.value("text"), "first");
    // At once, as by a double click.
    let form = desk.form("/compose").await.set("text", "twice");
    let (mut a, mut b) = (desk.browser.clone(), desk.browser.clone());
    let (a, b) = tokio::join!(
        a.press_in_script(&form, "save"),
        b.press_in_script(&form, "save")
    );
    assert_eq!(a.json()["draft"], b.json()["draft"]);
}

#[tokio::test]
async fn what_must_be_mended_is_said() {
    let mut desk = Desk::new().await;
    let form = desk.form("/compose").await;
    let form = form
        .set("subject", "x")
        .set("text", "See the attached file.");
    let fields = |answer: &serde_json::Value| -> Vec<String> {
        let errors = answer["errors"].as_array().unwrap().iter();
        let named = errors.map(|one| one["field"].as_str().unwrap().to_owned());
        named.collect()
    };
    let answer = desk.browser.press_in_script(&form, "send").await;
    assert_eq!(answer.status, 422, "{}", answer.text());
    let answer = answer.json();
    assert_eq!(fields(&answer), ["to"]);
    assert_eq!(answer["warnings"][0]["key"], "attachment");
    // It is saved all the same.
    let path = answer["path"].as_str().unwrap().to_owned();
    let form = desk.form(&path).await;
    assert_eq!(form.value("text"), "See the attached file.");

    let bad = form
        .set("to", "Ada <ada@example.org>, Carl")
        .set("bcc", "@@");
    let answer = desk.browser.press(&bad, "send").await;
    assert_eq!(answer.status, 422);
    let words = answer.words();
    assert!(words.contains("Carl is not an address"), "{words}");
    assert!(words.contains("@@ is not an address"), "{words}");
    let form = Form::of(&answer, "compose");
    assert_eq!(form.value("to"), "Ada <ada@example.org>, Carl");

    let to = Dovecot::shared().user();
    let mut inbox = Imap::of(&to.address).await;
    let form = form
        .set("to", &to.address)
        .set("bcc", "")
        .set("subject", "")
        .set("confirmed", "");
    let answer = desk.browser.press(&form, "send").await;
    assert_eq!(answer.status, 422);
    let words = answer.words();
    assert!(words.contains("nothing is attached"), "{words}");
    assert!(words.contains("has no subject"), "{words}");
    assert!(super::outbox(&desk.browser.page("/outbox").await).is_empty());
    // What was drawn again knows what has been asked.
    let form = Form::of(&answer, "compose");
    let answer = desk.browser.press(&form, "send").await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    inbox.only("INBOX").await;
}

#[tokio::test]
async fn a_draft_is_discarded_with_its_copy() {
    let mut desk = Desk::new().await;
    let form = desk.form("/compose").await;
    let form = form.set("subject", "Gone").set("text", "words");
    let draft = draft_of(&desk.browser.press(&form, "save").await);
    desk.other.only("Drafts").await;
    let path = format!("/drafts/{draft}");
    let form = desk.form(&path).await;
    let answer = desk.browser.press(&form, "discard").await;
    assert_eq!(answer.location().as_deref(), Some("/"));
    desk.other.until("Drafts", <[_]>::is_empty).await;
    assert_eq!(desk.browser.get(&path).await.status, 404);
    // Words that come afterwards from another tab are kept; a script is told.
    let answer = desk.browser.press_in_script(&form, "save").await;
    assert_eq!(answer.status, 404, "{}", answer.text());
    let kept = draft_of(&desk.browser.press(&form, "save").await);
    let kept = desk.form(&format!("/drafts/{kept}")).await;
    assert_eq!(kept.value("text"), "words");
}

#[tokio::test]
async fn drafts_belong_to_one_person() {
    let mut desk = Desk::new().await;
    let form = desk.form("/compose").await;
    let form = form
        .set("text", "secret")
        .file("a.txt", "text/plain", b"one");
    let draft = draft_of(&desk.browser.press(&form, "save").await);
    let path = format!("/drafts/{draft}");
    let page = desk.browser.page(&path).await;
    let form = Form::of(&page, "compose").set("text", "changed");
    let tags = page.tags();
    let file = tags
        .iter()
        .find(|tag| tag.get("class") == "file__name")
        .unwrap()
        .get("href")
        .to_owned();
    let mut other = desk.app.signed_in(&Dovecot::shared().user()).await;
    for foreign in [&path, &file, &format!("{path}/quote")] {
        assert_eq!(other.get(foreign).await.status, 404, "{foreign}");
    }
    for action in ["save", "send", "discard", "plain"] {
        let answer = other.press_in_script(&form, action).await;
        assert!(
            answer.status >= 400 && !answer.text().contains("secret"),
            "{action}: {}",
            answer.text()
        );
    }
    assert_eq!(
        other.post(&format!("{file}/removal"), &[]).await.status,
        404
    );
    let attached = [("upload", "AAAAAAAAAAAAAAAAAAAAAA"), ("name", "x")];
    let answer = other.post(&format!("{path}/attachments"), &attached).await;
    assert_eq!(answer.status, 404);
    let page = desk.browser.page(&path).await;
    assert_eq!(Form::of(&page, "compose").value("text"), "secret");
    assert_eq!(file_names(&page), ["a.txt"]);
}
