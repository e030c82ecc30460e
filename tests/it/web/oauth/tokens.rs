//! Access tokens end and are refused; permissions are renewed, and taken back.

use std::time::Duration;

use futures_util::future::join_all;

use crate::{
    support::{letter::letter, provider::answer},
    web::{PATIENCE, secrets::Lines},
};

use super::{Desk, address_of, path, pop3};

const HOUR: i64 = 3_600_000;

#[tokio::test]
async fn a_token_is_renewed_when_it_ends_and_the_permission_with_it() {
    let mut desk = Desk::new().await;
    let id = desk.added().await;
    let address = desk.second.address.clone();
    let before = desk.provider.permissions(&address);
    desk.verify(&id).await;
    assert_eq!(desk.provider.asked("refresh_token"), 0);
    // The last minute of a token is nobody's.
    desk.clock.advance(HOUR - 30_000);
    assert_eq!(desk.verify(&id).await, ["incoming ok", "outgoing ok"]);
    assert_eq!(desk.provider.asked("refresh_token"), 1);
    desk.verify(&id).await;
    assert_eq!(desk.provider.asked("refresh_token"), 1);
    assert_ne!(desk.provider.permissions(&address), before);
    // Each permission is good once here: what was stored is the one that came last.
    for round in 2..4 {
        desk.restart().await;
        assert_eq!(desk.verify(&id).await, ["incoming ok", "outgoing ok"]);
        assert_eq!(desk.provider.asked("refresh_token"), round);
    }
}

#[tokio::test]
async fn of_all_that_ask_at_once_one_goes() {
    let mut desk = Desk::new().await;
    let id = desk.added().await;
    desk.restart().await;
    let path = format!("/api/v1/accounts/{id}/verify");
    let all = join_all((0..8).map(|_| {
        let mut browser = desk.browser.clone();
        let path = path.clone();
        async move {
            let request = browser.sending(&path, "application/json", "".into());
            browser.finish(request).await.text()
        }
    }));
    for text in all.await {
        assert!(!text.contains("\"ok\":false"), "{text}");
    }
    assert_eq!(desk.provider.asked("refresh_token"), 1);
}

#[tokio::test]
async fn a_token_that_the_server_refuses_is_renewed_once() {
    let mut desk = Desk::new().await;
    let id = desk.added().await;
    let address = desk.second.address.clone();
    desk.provider.revoke(&address, false);
    assert_eq!(desk.verify(&id).await, ["incoming ok", "outgoing ok"]);
    assert_eq!(desk.provider.asked("refresh_token"), 1);
    // A new one that is refused as well is not asked for again and again.
    let other = answer(200, r#"{"access_token":"access-canary-of-nobody"}"#);
    desk.provider.answers(Some(other));
    desk.provider.revoke(&address, false);
    desk.restart().await;
    let before = desk.provider.asked("refresh_token");
    let said = desk.verify(&id).await;
    let gone = "account_reauth_required";
    assert_eq!(
        said,
        [format!("incoming {gone}"), format!("outgoing {gone}")]
    );
    let asked = desk.provider.asked("refresh_token") - before;
    assert!((2..=4).contains(&asked), "{asked}");
}

#[tokio::test]
async fn a_permission_that_is_gone_is_given_again() {
    let mut desk = Desk::new().await;
    desk.second.deliver(&letter("still there").raw());
    let id = desk.added().await;
    let address = desk.second.address.clone();
    desk.provider.revoke(&address, true);
    desk.restart().await;
    let gone = "account_reauth_required";
    let said = desk.verify(&id).await;
    assert_eq!(
        said,
        [format!("incoming {gone}"), format!("outgoing {gone}")]
    );
    assert_eq!(desk.provider.asked("refresh_token"), 1, "known to be gone");
    let words = desk.accounts().await;
    assert!(
        words.contains("Post no longer lets us read and send mail"),
        "{words}"
    );
    assert!(words.contains("Sign in with Post again"), "{words}");
    let words = desk.browser.visit("/all").await.words();
    assert!(words.contains("Sign in again under Settings"), "{words}");

    let sign_in = format!("/settings/accounts/{id}/sign-in");
    let there = address_of(&desk.browser.post(&sign_in, &[]).await);
    assert_eq!(desk.provider.visited(&there)["login_hint"], address);
    let back = desk.provider.agree(&there, &address);
    let answer = desk.browser.get(&path(&back)).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    let words = desk.accounts().await;
    assert!(!words.contains("no longer lets us"), "{words}");
    assert_eq!(desk.verify(&id).await, ["incoming ok", "outgoing ok"]);
    assert_eq!(desk.browser.visit("/all").await.subjects(), ["still there"]);
}

#[tokio::test]
async fn a_service_in_trouble_is_no_permission_that_is_gone() {
    let mut desk = Desk::new().await;
    let id = desk.added().await;
    let address = desk.second.address.clone();
    let huge = answer(
        200,
        &format!(r#"{{"access_token":"a","x":"{}"}}"#, "x".repeat(100_000)),
    );
    for trouble in [
        String::new(),
        huge,
        answer(200, "<html>"),
        answer(302, r#"{"access_token":"a"}"#),
        answer(503, r#"{"error":"temporarily_unavailable"}"#),
        answer(400, r#"{"error":"invalid_client"}"#),
        answer(200, r#"{"access_token":"a\u0001b"}"#),
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{}".to_owned(),
    ] {
        desk.restart().await;
        desk.provider.answers(Some(trouble));
        let said = desk.verify(&id).await;
        assert_eq!(
            said,
            [
                "incoming upstream_unavailable",
                "outgoing upstream_unavailable"
            ]
        );
    }
    assert!(!desk.accounts().await.contains("no longer lets us"));
    desk.provider.answers(None);
    assert_eq!(desk.provider.permissions(&address).len(), 1);
    assert_eq!(desk.verify(&id).await, ["incoming ok", "outgoing ok"]);
}

#[tokio::test]
async fn a_maildrop_is_opened_by_tokens_and_told_when_there_are_none() {
    let mut desk = Desk::with(&pop3()).await;
    let id = desk.added().await;
    let address = desk.second.address.clone();
    desk.provider.revoke(&address, false);
    assert_eq!(desk.verify(&id).await, ["incoming ok", "outgoing ok"]);
    assert_eq!(desk.provider.asked("refresh_token"), 1);
    desk.provider.revoke(&address, true);
    desk.restart().await;
    let _collecting = desk.app.collecting();
    let page = format!("/settings/collection?account={id}");
    let told = async {
        loop {
            let words = desk.browser.page(&page).await.words();
            if words.contains("no longer lets us collect mail") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, told).await;
    waited.expect("the page says so");
    assert_eq!(desk.provider.asked("refresh_token"), 2);
    assert!(desk.accounts().await.contains("no longer lets us read"));
}

/// T-LOG-1 for all that opens a mailbox by this way.
#[tokio::test]
async fn the_log_tells_nothing_of_it() {
    let (lines, _keeping) = Lines::keep("trace,async_imap=off");

    let mut desk = Desk::new().await;
    let address = desk.second.address.clone();
    let there = desk.leave().await;
    let state = desk.provider.visited(&there)["state"].clone();
    desk.browser
        .get(&path(&desk.provider.refuse(&there, "Error-canary")))
        .await;
    let there = desk.leave().await;
    let refused = desk.provider.refuse(&there, "server_error");
    desk.browser.get(&path(&refused)).await;
    let id = desk.added().await;
    desk.provider.revoke(&address, false);
    desk.verify(&id).await;
    desk.provider.answers(Some(answer(500, "body-canary")));
    desk.restart().await;
    desk.verify(&id).await;
    desk.provider.answers(None);
    desk.provider.revoke(&address, true);
    desk.verify(&id).await;

    let log = lines.text().to_lowercase();
    for said in [
        "no access token was given",
        "a permission is gone",
        "server_error",
    ] {
        assert!(log.contains(said), "{said}: something is logged");
    }
    for secret in ["canary", &state.to_lowercase(), &address] {
        let mut lines = log.lines().filter(|line| line.contains(secret));
        assert_eq!(lines.next(), None, "{secret}");
    }
}
