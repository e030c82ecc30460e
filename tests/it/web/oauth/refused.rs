//! Who comes back too late, twice, elsewhere or with nothing has added nothing, and reads why.

use crate::support::{
    app::Settings,
    provider::{Provider, answer},
};

use super::{Desk, imap, path};

const MINUTE: i64 = 60_000;

/// The account is not there, and the page says so in these words.
async fn nothing_but(desk: &mut Desk, back: &str, why: &str) {
    let answer = desk.browser.get(back).await;
    let words = answer.words();
    assert_eq!(answer.status, 422, "{words}");
    assert!(words.contains(why), "{why}: {words}");
    assert!(!answer.text().contains("canary"), "nothing is sent back");
    let there = desk.accounts().await;
    assert!(!there.contains(&desk.second.address), "{there}");
}

const NOT_AWAITED: &str = "This sign-in can’t be finished";

#[tokio::test]
async fn who_comes_back_is_awaited_once_and_not_for_long() {
    let mut desk = Desk::new().await;
    for back in [
        "/oauth/callback",
        "/oauth/callback?code=a",
        "/oauth/callback?code=a&state=",
        "/oauth/callback?code=a&state=AAAA",
        "/oauth/callback?error=access_denied&state=AAAA",
    ] {
        nothing_but(&mut desk, back, NOT_AWAITED).await;
    }
    assert_eq!(desk.provider.asked("authorization_code"), 0);
    let there = desk.leave().await;
    let back = path(&desk.provider.agree(&there, &desk.second.address));
    desk.clock.advance(11 * MINUTE);
    nothing_but(&mut desk, &back, NOT_AWAITED).await;
    assert_eq!(desk.provider.asked("authorization_code"), 0);

    let there = desk.leave().await;
    let back = path(&desk.provider.agree(&there, &desk.second.address));
    desk.clock.advance(9 * MINUTE);
    assert_eq!(desk.browser.get(&back).await.status, 303);
    let again = desk.browser.get(&back).await;
    assert_eq!(again.status, 422);
    assert!(again.words().contains(NOT_AWAITED), "{}", again.words());
    assert_eq!(
        desk.provider.asked("authorization_code"),
        1,
        "not asked twice"
    );
}

/// Whoever lures another into agreeing gets nothing, and neither does the other.
#[tokio::test]
async fn who_went_comes_back() {
    let mut desk = Desk::new().await;
    let there = desk.leave().await;
    let back = path(&desk.provider.agree(&there, &desk.second.address));
    let stranger = crate::support::dovecot::Dovecot::shared().user();
    let mut other = desk.app.signed_in(&stranger).await;
    let mut elsewhere = desk.app.signed_in(&desk.first).await;
    let mut nobody = desk.app.browser();
    for browser in [&mut other, &mut elsewhere] {
        let answer = browser.get(&back).await;
        assert_eq!(answer.status, 422);
        assert!(answer.words().contains(NOT_AWAITED), "{}", answer.words());
        let page = browser.page("/settings/accounts").await;
        assert!(!page.words().contains(&desk.second.address));
    }
    let answer = nobody.get(&back).await;
    assert!([303, 401].contains(&answer.status), "{}", answer.status);
    assert_eq!(desk.provider.asked("authorization_code"), 0);
    // And it did no harm to who was awaited.
    assert_eq!(desk.browser.get(&back).await.status, 303);
}

#[tokio::test]
async fn who_does_not_agree_reads_that_nothing_has_changed() {
    let mut desk = Desk::new().await;
    for (word, why) in [
        ("access_denied", "You did not agree there"),
        ("invalid_scope", "The sign-in failed there"),
        ("<b>Canary</b>", "The sign-in failed there"),
    ] {
        let there = desk.leave().await;
        let back = path(&desk.provider.refuse(&there, word));
        nothing_but(&mut desk, &back, why).await;
        // The way back to the beginning is there.
        let there = desk.leave().await;
        let back = path(&desk.provider.refuse(&there, word));
        let words = desk.browser.get(&back).await.words();
        assert!(words.contains("Sign in with Post"), "{words}");
    }
    assert_eq!(desk.provider.asked("authorization_code"), 0);
}

#[tokio::test]
async fn a_code_that_the_service_does_not_take_adds_nothing() {
    let mut desk = Desk::new().await;
    let long = "a".repeat(5000);
    for (answer, why) in [
        (Some(String::new()), "The sign-in service can’t be reached"),
        (
            Some(answer(500, "")),
            "The sign-in service can’t be reached",
        ),
        (
            Some(answer(200, "[]")),
            "The sign-in service can’t be reached",
        ),
        (
            Some(answer(400, r#"{"error":"invalid_grant"}"#)),
            NOT_AWAITED,
        ),
        (
            Some(answer(
                200,
                r#"{"access_token":"access-canary-x","token_type":"Bearer"}"#,
            )),
            "The permission would have ended",
        ),
        (
            Some(answer(
                200,
                r#"{"access_token":"access-x","refresh_token":"r"}"#,
            )),
            "The mail server did not accept this sign-in",
        ),
    ] {
        let there = desk.leave().await;
        let back = path(&desk.provider.agree(&there, &desk.second.address));
        desk.provider.answers(answer);
        nothing_but(&mut desk, &back, why).await;
        desk.provider.answers(None);
    }
    let there = desk.leave().await;
    let state = desk.provider.visited(&there)["state"].clone();
    let back = format!("/oauth/callback?state={state}&code={long}");
    nothing_but(&mut desk, &back, "The sign-in failed there").await;
    // Somebody agrees for a mailbox that is not the one asked for.
    let there = desk.leave().await;
    let back = path(&desk.provider.agree(&there, "other@post.test"));
    nothing_but(
        &mut desk,
        &back,
        "The mail server did not accept this sign-in",
    )
    .await;
    desk.provider.gives_passing();
    let there = desk.leave().await;
    let back = path(&desk.provider.agree(&there, &desk.second.address));
    nothing_but(&mut desk, &back, "The permission would have ended").await;
}

/// Before anybody goes: what would be refused afterwards is refused now.
#[tokio::test]
async fn nobody_is_sent_away_for_nothing() {
    let mut desk = Desk::new().await;
    let first = desk.first.address.clone();
    for (address, why) in [
        ("nobody", "Enter your whole address"),
        (first.as_str(), "already"),
        ("somebody@example.org", "no service is known"),
    ] {
        let fields = [("address", address)];
        let answer = desk
            .browser
            .post("/settings/accounts/sign-in", &fields)
            .await;
        assert_eq!(answer.status, 422, "{address}");
        assert!(answer.words().contains(why), "{}", answer.words());
        assert_eq!(answer.headers.get("refresh"), None);
    }
    for id in ["0", "99999999", "x"] {
        let path = format!("/settings/accounts/{id}/sign-in");
        assert_eq!(desk.browser.post(&path, &[]).await.status, 404, "{id}");
    }
}

/// What lies in a network of the operator's is asked only where they say so.
#[tokio::test]
async fn a_service_within_is_asked_where_the_operator_says_so() {
    for (more, status) in [("", 422), ("\nallow_private = true", 303)] {
        let provider = Provider::start();
        let settings = Settings::default().oauth(&provider, &(imap() + more));
        let mut desk = Desk::of(provider, settings).await;
        let answer = desk.agree().await;
        assert_eq!(answer.status, status, "{more}: {}", answer.words());
        let asked = desk.provider.asked("authorization_code");
        assert_eq!(asked, usize::from(status == 303), "{more}");
    }
}
