//! Who gets in, by what, and what everybody else is told.

use axum::http::{Method, header};
use restante::{clock::Clock, engine::tokens::Scope};
use serde_json::json;

use crate::{
    contract::{Kind, Place},
    support::app::Settings,
};

use super::Program;

#[tokio::test]
async fn strangers_are_told_how_to_sign_in() {
    let place = Place::with(Kind::Local, &[]).await;
    let stranger = Program::stranger(&place);
    let answer = stranger.get("/me").await;
    assert_eq!(answer.problem(401), "unauthorized");
    let challenges = answer.headers.get_all("www-authenticate").iter();
    let challenges: Vec<&str> = challenges.map(|value| value.to_str().unwrap()).collect();
    assert_eq!(
        challenges,
        ["Basic realm=\"Restante\", charset=\"UTF-8\"", "Bearer"]
    );
    // A browser would put a window of its own over the page.
    let mut request = stranger.request(Method::GET, "/me");
    let site = "same-origin".parse().unwrap();
    request.headers_mut().insert("sec-fetch-site", site);
    let answer = stranger.send(request).await;
    assert_eq!(answer.problem(401), "unauthorized");
    assert_eq!(answer.header("www-authenticate"), "");
    for wrong in [
        "Bearer",
        "Bearer x",
        "Bearer rst_x",
        "Basic",
        "Basic %",
        "Digest x",
        "é",
    ] {
        let mut request = stranger.request(Method::GET, "/me");
        let value = axum::http::HeaderValue::from_bytes(wrong.as_bytes()).unwrap();
        request.headers_mut().insert(header::AUTHORIZATION, value);
        assert_eq!(
            stranger.send(request).await.problem(401),
            "unauthorized",
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn every_failure_has_one_form() {
    let place = Place::with(Kind::Local, &[]).await;
    let program = Program::of(&place).await;
    let mailboxes = format!("{}/mailboxes", program.account);
    assert_eq!(program.get("/nowhere").await.problem(404), "not_found");
    assert_eq!(program.get("").await.problem(404), "not_found");
    let answer = program.delete("/me").await;
    assert_eq!(answer.problem(405), "method_not_allowed");
    assert_eq!(answer.header("allow"), "GET,HEAD");
    let octets = program.octets(&mailboxes, "text/plain", b"x".to_vec());
    assert_eq!(program.send(octets).await.problem(415), "media_type");
    let octets = program.octets(&mailboxes, "application/json", b"{".to_vec());
    assert_eq!(program.send(octets).await.problem(400), "not_json");
    let deep = [b"[".repeat(1000), b"]".repeat(1000)].concat();
    let octets = program.octets(&mailboxes, "application/json", deep);
    assert!([400, 422].contains(&program.send(octets).await.status));
    let octets = program.octets(&mailboxes, "application/json", vec![b' '; 11 << 20]);
    assert_eq!(program.send(octets).await.problem(413), "too_large");
    let answer = program.post(&mailboxes, &json!({"name": 7})).await;
    assert_eq!(answer.problem(422), "invalid");
    assert_eq!(answer.json()["errors"][0]["pointer"], "/name");
    let answer = program
        .post(&mailboxes, &json!({"name": "a", "size": 7}))
        .await;
    assert_eq!(answer.problem(422), "invalid");
    let answer = program.post(&mailboxes, &json!({"name": "a/b"})).await;
    assert_eq!(answer.problem(422), "folder_name_delimiter");
    let emails = format!("{}/emails", program.account);
    for query in [
        "?limit=101",
        "?mailbox=AAAAAAAA&limit=x",
        "?mailbox=AAAAAAAA&limit=0",
    ] {
        program.get(&format!("{emails}{query}")).await.problem(400);
    }
    program
        .get(&format!("{emails}?mailbox=AAAAAAAA"))
        .await
        .problem(404);
    program
        .get(&format!("{emails}?mailbox=AAAAAAAA&nonsense=1"))
        .await
        .problem(400);
    for id in ["0", "x", "99999999999999999999999", "7%2F8", "é"] {
        program.get(&format!("/accounts/{id}")).await.problem(404);
        program.get(&format!("{emails}/{id}")).await.problem(404);
    }
}

#[tokio::test]
async fn a_server_in_trouble_is_told_as_such() {
    let place = Place::with(Kind::Imap, &[]).await;
    let program = Program::stranger(&place);
    // Its port is nobody's.
    let app = Settings::empty()
        .server("*", "imap+insecure://127.0.0.1:9", "")
        .start()
        .await;
    let mut away = program.with_basic("anna@example.org", "x");
    away.point_at(app.app().router());
    let answer = away.get("/me").await;
    assert_eq!(answer.problem(502), "upstream_unavailable");
    assert!(!answer.header("retry-after").is_empty());
}

#[tokio::test]
async fn a_password_is_asked_upstream_once() {
    for kind in [Kind::Imap, Kind::Local] {
        let place = Place::with(kind, &[]).await;
        let program = Program::basic(&place);
        let me = program.get("/me").await.ok();
        assert_eq!(me["email"], place.address.as_str());
        assert_eq!(me["scopes"], json!(["read", "modify", "send"]));
        let signed_in = |place: &Place| match &place.user {
            Some(user) => {
                let log = crate::support::dovecot::Dovecot::shared().log();
                log.lines()
                    .filter(|line| line.contains("Login: ") && line.contains(&user.address))
                    .count()
            }
            None => 0,
        };
        let before = signed_in(&place);
        for _ in 0..5 {
            program.get("/me").await.ok();
        }
        assert_eq!(signed_in(&place), before);
        let wrong = program.clone().with_basic(&place.address, "wrong");
        assert_eq!(wrong.get("/me").await.problem(401), "unauthorized");
        program.get("/me").await.ok();
        // Settings are not for passwords that lie in scripts.
        assert_eq!(program.get("/tokens").await.problem(403), "scope_missing");
    }
}

#[tokio::test]
async fn guessing_is_braked() {
    let settings = Settings::default().top("limits.sign_in_failures = 3");
    let place = Place::at(Kind::Local, &[], settings).await;
    let wrong = Program::stranger(&place).with_basic(&place.address, "wrong");
    // From here on it is known again without being compared.
    Program::basic(&place).get("/me").await.ok();
    for _ in 0..3 {
        wrong.get("/me").await.problem(401);
    }
    let answer = wrong.get("/me").await;
    assert_eq!(answer.problem(429), "throttled");
    assert!(answer.header("retry-after").parse::<u32>().unwrap() > 0);
    // Not with the right one either: nobody is to learn that it is.
    Program::basic(&place).get("/me").await.problem(429);
}

#[tokio::test]
async fn a_browser_uses_its_session_from_our_own_pages_alone() {
    let mut place = Place::with(Kind::Local, &[]).await;
    let me = place.browser.get("/api/v1/me").await;
    assert_eq!(me.status, 200, "{}", me.text());
    let path = format!("/api/v1/accounts/{}/mailboxes", place.account.id());
    let body = json!({"name": "Made here"}).to_string();
    let own = place
        .browser
        .sending(&path, "application/json", body.clone().into());
    assert_eq!(place.browser.finish(own).await.status, 201);
    for (site, origin) in [
        ("cross-site", Some("https://evil.example")),
        ("same-site", None),
        ("", Some("https://evil.example")),
    ] {
        let mut request = place
            .browser
            .sending(&path, "application/json", body.clone().into());
        let headers = request.headers_mut();
        headers.remove("origin");
        headers.remove("sec-fetch-site");
        if !site.is_empty() {
            headers.insert("sec-fetch-site", site.parse().unwrap());
        }
        if let Some(origin) = origin {
            headers.insert("origin", origin.parse().unwrap());
        }
        let answer = place.browser.finish(request).await;
        assert_eq!(answer.status, 403, "{site} {origin:?}: {}", answer.text());
        assert!(answer.text().contains("\"code\":\"foreign\""));
    }
    // A token is sent on purpose.
    let program = Program::of(&place).await;
    let mut request = program.json(
        Method::POST,
        &path["/api/v1".len()..],
        &json!({"name": "b"}),
    );
    let origin = "https://app.example".parse().unwrap();
    request.headers_mut().insert("origin", origin);
    assert_eq!(program.send(request).await.status, 201);
    // And one that opens nothing is not saved by the cookie beside it.
    let mut request = place.browser.request(Method::GET, "/api/v1/me");
    let value = "Bearer rst_nothing".parse().unwrap();
    request.headers_mut().insert(header::AUTHORIZATION, value);
    assert_eq!(place.browser.finish(request).await.status, 401);
}

#[tokio::test]
async fn a_token_does_what_its_scopes_say() {
    let place = Place::with(Kind::Local, &[]).await;
    let reader = Program::with(&place, &[Scope::Read]).await;
    let mailboxes = format!("{}/mailboxes", reader.account);
    reader.get(&mailboxes).await.ok();
    let answer = reader.post(&mailboxes, &json!({"name": "a"})).await;
    assert_eq!(answer.problem(403), "scope_missing");
    let modifier = Program::with(&place, &[Scope::Modify]).await;
    modifier.get(&mailboxes).await.problem(403);
    modifier.post(&mailboxes, &json!({"name": "a"})).await.ok();
}

#[tokio::test]
async fn who_may_change_and_not_read_learns_nothing_of_mail() {
    let place = Place::with_subjects(Kind::Local, &["Secret plan"]).await;
    let reader = Program::with(&place, &[Scope::Read]).await;
    let list = reader.get(&format!("{}/emails", reader.account)).await.ok();
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    let blind = Program::with(&place, &[Scope::Modify, Scope::Send]).await;
    let path = format!("{}/emails/{id}", blind.account);
    let changed = blind
        .patch(&path, &json!({"keywords": {"$seen": true}}))
        .await
        .ok();
    assert_eq!(changed["keywords"]["$seen"], true);
    assert_eq!(changed.get("subject"), None, "{changed}");
    let answer = json!({"reference": {"emailId": id, "action": "reply", "quote": true}});
    let drafts = format!("{}/drafts", blind.account);
    let refused = blind.post(&drafts, &answer).await;
    assert_eq!(refused.problem(403), "scope_missing");
    let sent = json!({"message": {
        "to": [{"email": "x@example.org"}],
        "attachments": [{"blobId": format!("E{id}"), "name": "it.eml"}],
    }});
    let submissions = format!("{}/submissions", blind.account);
    let refused = blind.post(&submissions, &sent).await;
    assert_eq!(refused.problem(403), "scope_missing");
}

/// A program that has gone wild is stopped, says when it may go on, and stops nobody else.
#[tokio::test]
async fn what_is_left_is_said_until_nothing_is() {
    let clock = Clock::fixed(1_790_000_000_000);
    let place = Place::local(Settings::default().start_at(clock).await, &[]).await;
    let program = Program::of(&place).await;
    let other = Program::of(&place).await;
    let first = program.get("/me").await;
    assert_eq!(first.header("ratelimit-policy"), "\"default\";q=6000;w=60");
    assert_eq!(first.header("ratelimit"), "\"default\";r=5999;t=60");
    // What fails counts, and says so.
    let failed = program.get("/accounts/1/emails/x").await;
    assert_eq!(failed.header("ratelimit"), "\"default\";r=5998;t=60");
    for _ in 2..6000 {
        program.get("/me").await.ok();
    }
    place.app.clock().advance(15_000);
    let answer = program.get("/me").await;
    assert_eq!(answer.problem(429), "rate_limited");
    assert_eq!(answer.header("retry-after"), "45");
    assert_eq!(answer.header("ratelimit"), "\"default\";r=0;t=45");
    let patch = program.patch("/accounts/1", &json!({"name": "x"})).await;
    patch.problem(429);
    other.get("/me").await.ok();
    place.app.clock().advance(45_000);
    program.get("/me").await.ok();
    // Who has shown nothing has no budget, and neither have pages.
    let stranger = Program::stranger(&place).get("/me").await;
    assert_eq!(stranger.header("ratelimit"), "");
    let mut browser = place.browser;
    assert!(!browser.page("/").await.headers.contains_key("ratelimit"));
}
