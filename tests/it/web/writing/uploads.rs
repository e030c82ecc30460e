//! Files in pieces that go on after a break, and what fits.

use axum::body::Body;
use restante::engine::secrets::sha256;
use serde_json::Value;

use super::{Desk, draft_of, file_names};
use crate::support::{
    app::Settings,
    browser::{Answer, Browser, set},
    dovecot::Dovecot,
    smtp::Smtp,
};

/// Begins an upload, and gives its path.
async fn begin(browser: &mut Browser) -> String {
    let answer = browser.post_in_script("/uploads", &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    format!("/uploads/{}", answer["upload"].as_str().unwrap())
}

/// Sends a piece.
async fn piece(browser: &mut Browser, upload: &str, offset: usize, octets: &[u8]) -> Answer {
    let path = format!("{upload}?offset={offset}");
    let kind = "application/octet-stream";
    let mut request = browser.sending(&path, kind, Body::from(octets.to_vec()));
    set(&mut request, "accept", "application/json");
    browser.finish(request).await
}

async fn attach(browser: &mut Browser, draft: i64, upload: &str, name: &str) -> Answer {
    let token = upload.rsplit('/').next().unwrap();
    let fields = [("upload", token), ("name", name), ("type", "image/x-raw")];
    let path = format!("/drafts/{draft}/attachments");
    browser.post_in_script(&path, &fields).await
}

fn have(answer: &Answer) -> (u16, u64) {
    (answer.status, answer.json()["have"].as_u64().unwrap())
}

/// Octets that repeat themselves nowhere near.
fn octets(count: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(count).collect()
}

#[tokio::test]
async fn a_large_file_comes_in_pieces_and_goes_out_whole() {
    let server = Smtp::start();
    let settings = Settings::sending(&server.url());
    let mut desk = Desk::of(Dovecot::shared().user(), settings).await;
    let form = desk.form("/compose").await;
    let form = form.set("to", "ada@example.org").set("subject", "Large");
    let draft = draft_of(&desk.browser.press(&form, "save").await);
    let file = octets(25 << 20);
    let browser = &mut desk.browser;
    let upload = begin(browser).await;
    let size = 4 << 20;
    let mut at = 0;
    for part in file.chunks(size) {
        let (status, now) = have(&piece(browser, &upload, at, part).await);
        at += part.len();
        assert_eq!((status, now), (200, at as u64));
        // The answer was lost: the same once more is told where to go on.
        let again = piece(browser, &upload, at - part.len(), part).await;
        assert_eq!(have(&again), (409, at as u64));
    }
    let ahead = piece(browser, &upload, at + 5, b"x").await;
    assert_eq!(have(&ahead), (409, at as u64));
    // After a restart it is all there.
    desk.app.restart().await;
    desk.app.reconnect(&mut desk.browser);
    desk.look_again();
    let browser = &mut desk.browser;
    assert_eq!(have(&browser.get(&upload).await), (200, file.len() as u64));
    let attached = attach(browser, draft, &upload, "raw.img").await;
    assert_eq!(attached.status, 200, "{}", attached.text());
    let attached = attached.json();
    assert_eq!(attached["attachment"]["size"], file.len());
    assert!(attached["revision"].as_i64().unwrap() > 1);
    let url = attached["attachment"]["url"].as_str().unwrap().to_owned();
    let back = browser.get(&url).await;
    assert_eq!(sha256(&back.body), sha256(&file));

    let form = desk.form(&format!("/drafts/{draft}")).await;
    let sent = desk.browser.press(&form, "send").await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let copy = desk.other.only("Sent").await;
    assert_eq!(sha256(&copy.files()[0].1), sha256(&file));
    assert_eq!(server.taken().len(), 1);
}

#[tokio::test]
async fn what_does_not_fit_is_said_and_changes_nothing() {
    let settings = Settings::sending("smtp+insecure://127.0.0.1:9")
        .top("limits.upload_mib = 2\nlimits.quota_mib = 3");
    let mut desk = Desk::of(Dovecot::shared().user(), settings).await;
    let form = desk.form("/compose").await.set("text", "words");
    let draft = draft_of(&desk.browser.press(&form, "save").await);
    let browser = &mut desk.browser;
    let upload = begin(browser).await;
    let first = octets(2 << 20);
    assert_eq!(have(&piece(browser, &upload, 0, &first).await).0, 200);
    let more = piece(browser, &upload, first.len(), b"x").await;
    assert_eq!(more.status, 413, "{}", more.text());
    let said: Value = more.json();
    assert!(said["sentence"].is_string(), "{said}");
    let (status, length) = have(&browser.get(&upload).await);
    assert_eq!((status, length), (200, 2 << 20));
    let attached = attach(browser, draft, &upload, "a.bin").await;
    assert_eq!(attached.status, 200, "{}", attached.text());

    // The next one is within its own bound, and beyond the person's.
    let upload = begin(browser).await;
    let second: Vec<u8> = octets((1 << 20) + 1).into_iter().rev().collect();
    let uploaded = piece(browser, &upload, 0, &second).await;
    let attached = match uploaded.status {
        200 => attach(browser, draft, &upload, "b.bin").await,
        _ => uploaded,
    };
    assert_eq!(attached.status, 422, "{}", attached.text());
    let said = attached.json();
    let sentence = said["sentence"].as_str().unwrap();
    assert!(sentence.contains("no room for more files"), "{sentence}");
    let page = desk.browser.page(&format!("/drafts/{draft}")).await;
    assert_eq!(file_names(&page), ["a.bin"]);

    // The same by a form: the words are kept.
    let form = desk.form(&format!("/drafts/{draft}")).await;
    let large =
        form.set("text", "more words")
            .file("c.bin", "application/x-thing", &octets((2 << 20) + 1));
    let answer = desk.browser.press(&large, "save").await;
    assert_eq!(answer.status, 413, "{}", answer.text());
    let form = desk.form(&format!("/drafts/{draft}")).await;
    assert_eq!(form.value("text"), "more words");
}

#[tokio::test]
async fn an_upload_is_nobody_elses_and_can_be_given_up() {
    let mut desk = Desk::new().await;
    let upload = begin(&mut desk.browser).await;
    piece(&mut desk.browser, &upload, 0, b"secret").await;
    let mut other = desk.app.signed_in(&Dovecot::shared().user()).await;
    let theirs = other.get(&upload).await;
    assert!(theirs.status == 404 || have(&theirs).1 == 0);
    let gone = desk
        .browser
        .post_in_script(&format!("{upload}/removal"), &[])
        .await;
    assert!([200, 204].contains(&gone.status), "{}", gone.status);
    let after = desk.browser.get(&upload).await;
    assert!(after.status == 404 || have(&after).1 == 0);
    for wrong in ["/uploads/x", "/uploads/../../etc/passwd", "/uploads/%00"] {
        let answer = desk.browser.get(wrong).await;
        assert!(answer.status >= 400, "{wrong}");
    }
}
