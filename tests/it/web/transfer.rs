//! Import and export in the settings.

use std::time::Duration;

use crate::{
    contract::{Kind, Place},
    support::{browser::Browser, dovecot::PASSWORD},
};

const PATH: &str = "/settings/transfer";

/// A form with a file, as a browser sends it.
async fn sent(browser: &mut Browser, name: &str, octets: &str) -> crate::support::browser::Answer {
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"folder\"\r\n\r\n\r\n\
         --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n{octets}\r\n--x--\r\n"
    );
    let kind = "multipart/form-data; boundary=x";
    let request = browser.sending(&format!("{PATH}/imports"), kind, body.into());
    browser.finish(request).await
}

/// The page of a job that has ended.
async fn ended(browser: &mut Browser, path: &str) -> String {
    for _ in 0..2400 {
        let page = browser.page(path).await;
        if !page.text().contains("http-equiv=\"refresh\"") {
            return page.words();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never ends");
}

#[tokio::test]
async fn a_file_is_imported_and_its_job_says_how_it_went() {
    let mut place = Place::with(Kind::Local, &[]).await;
    let browser = &mut place.browser;
    let mbox = "From - \nSubject: one\n\nText\n\nFrom - \nSubject: two\n\nText\n";
    let answer = sent(browser, "Old.mbox", mbox).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let job = answer.location().unwrap();
    let words = ended(browser, &job).await;
    assert!(
        words.contains("Import: Old.mbox") && words.contains("2 messages"),
        "{words}"
    );
    let answer = sent(browser, "Old.mbox", mbox).await;
    let words = ended(browser, &answer.location().unwrap()).await;
    assert!(words.contains("2 were there already"), "{words}");
    let page = browser.page(PATH).await.words();
    assert!(
        page.contains("Import: Old.mbox") && page.contains("Done"),
        "{page}"
    );
    for (name, octets, expected) in [
        ("", "", "Choose a file first"),
        ("x.mbox", "", "Choose a file first"),
    ] {
        let answer = sent(browser, name, octets).await;
        assert_eq!(answer.status, 422);
        assert!(answer.words().contains(expected));
    }
    let answer = sent(browser, "x.pdf", "%PDF-1.4").await;
    let words = ended(browser, &answer.location().unwrap()).await;
    assert!(
        words.contains("neither mail nor an archive of mail"),
        "{words}"
    );
    // Of nobody else.
    let other = Place::with(Kind::Local, &[]).await;
    let mut stranger = other.browser;
    assert_eq!(stranger.get("/settings/transfer/jobs/1").await.status, 404);
}

#[tokio::test]
async fn an_export_asks_for_the_password_again() {
    let mut place = Place::with_subjects(Kind::Local, &["one"]).await;
    let path = format!("{PATH}/exports");
    let fields =
        |password: &'static str| [("folder", ""), ("format", "zip"), ("password", password)];
    let refused = place.browser.post(&path, &fields("wrong")).await;
    assert_eq!(refused.status, 422);
    assert!(refused.words().contains("Address or password is wrong"));
    let refused = place.browser.post(&path, &fields("")).await;
    assert_eq!(refused.status, 422);
    let file = place.browser.post(&path, &fields(PASSWORD)).await;
    assert_eq!(file.status, 200);
    assert!(file.body.starts_with(b"PK\x03\x04"));
    assert_eq!(file.headers["cache-control"], "no-store");
    let name = file.headers["content-disposition"].to_str().unwrap();
    assert!(
        name.starts_with("attachment") && name.contains(".zip"),
        "{name}"
    );
}
