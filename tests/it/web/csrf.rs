//! Requests from elsewhere (T-CSRF-1): no form of another site does anything, and no link of ours
//! changes anything but the mark of having been read.

use std::collections::BTreeSet;

use axum::http::Method;

use crate::support::{
    app::TestApp,
    browser::{Browser, set},
};

use super::{state, user_with_numbered};

/// Every form, filled so that it would do something.
const FORMS: &[(&str, &[(&str, &str)])] = &[
    ("/login", &[("address", "a@example.org"), ("password", "x")]),
    ("/logout", &[]),
    ("/session/renewal", &[("password", "x")]),
    ("/m/{mailbox}/{email}/images", &[("value", "sender")]),
    (
        "/m/{mailbox}/selection",
        &[("action", "trash"), ("id", "{email}")],
    ),
    ("/m/{mailbox}/{email}/deletion", &[]),
    ("/m/{mailbox}/{email}/{verb}", &[("value", "true")]),
    ("/undo", &[("token", "x")]),
    ("/folders", &[("name", "Made elsewhere")]),
    ("/m/{mailbox}/name", &[("name", "Renamed elsewhere")]),
    ("/m/{mailbox}/parent", &[("parent", "")]),
    ("/m/{mailbox}/subscription", &[("value", "false")]),
    ("/m/{mailbox}/deletion", &[]),
    ("/m/{mailbox}/emptying", &[]),
    ("/m/{mailbox}/keeping", &[("days", "7")]),
    ("/deleted/restoration", &[("id", "1")]),
    (
        "/deleted/removal",
        &[("all", "true"), ("confirmed", "true")],
    ),
    ("/settings/appearance", &[("theme", "dark")]),
    ("/settings/reading", &[("page_size", "25")]),
    (
        "/settings/writing",
        &[("writes", "text"), ("undo_seconds", "0")],
    ),
    ("/settings/identities", &[("email", "x@example.org")]),
    (
        "/settings/identities/{identity}",
        &[("email", "x@example.org")],
    ),
    ("/settings/identities/{identity}/deletion", &[]),
    ("/settings/sessions/{session}/revocation", &[]),
    (
        "/settings/tokens",
        &[("name", "Elsewhere"), ("password", "x")],
    ),
    ("/settings/tokens/{token}/revocation", &[]),
    ("/all/selection", &[("action", "read")]),
    ("/m/{mailbox}/order", &[("sort", "subject")]),
    ("/settings/accounts", &[("address", "x@example.org")]),
    ("/settings/accounts/{account}", &[("name", "Elsewhere")]),
    (
        "/settings/accounts/{account}/access",
        &[("password", "x"), ("own", "")],
    ),
    ("/settings/accounts/{account}/sign-in", &[]),
    (
        "/settings/accounts/sign-in",
        &[("address", "x@example.org")],
    ),
    ("/settings/accounts/{account}/place", &[("to", "up")]),
    ("/settings/accounts/{account}/removal", &[("password", "x")]),
    ("/settings/webhooks", &[("url", "https://example.org/")]),
    ("/settings/webhooks/{webhook}/state", &[("active", "true")]),
    ("/settings/webhooks/{webhook}/test", &[]),
    ("/settings/webhooks/{webhook}/secret", &[]),
    ("/settings/webhooks/{webhook}/deletion", &[]),
    ("/settings/transfer/imports", &[]),
    ("/settings/transfer/exports", &[("format", "zip")]),
    ("/settings/transfer/copies", &[("to", "1")]),
    ("/settings/transfer/jobs/{job}/cancellation", &[]),
    ("/settings/transfer/jobs/{job}/resumption", &[]),
    ("/settings/collection", &[("minutes", "5")]),
    ("/settings/collection/runs", &[]),
    ("/settings/collection/pause", &[("value", "true")]),
    ("/settings/collection/policy", &[("policy", "keep")]),
    ("/settings/writing", &[("undo_seconds", "0")]),
    ("/settings/templates", &[("name", "Elsewhere")]),
    ("/settings/templates/{template}", &[("name", "Elsewhere")]),
    ("/settings/templates/{template}/deletion", &[]),
    ("/settings/contacts", &[]),
    ("/settings/contacts/deletion", &[]),
    ("/settings/contacts/{person}/deletion", &[]),
    ("/m/{mailbox}/seen", &[]),
    ("/m/{mailbox}/{email}/receipt", &[("value", "refuse")]),
    ("/m/{mailbox}/{email}/unsubscription", &[]),
    ("/settings/keys", &[("keys", "off")]),
    ("/drafts/{draft}/merge", &[("action", "send")]),
    (
        "/drafts",
        &[("key", "made-elsewhere-12345"), ("subject", "Elsewhere")],
    ),
    (
        "/drafts/{draft}",
        &[("revision", "1"), ("subject", "Elsewhere")],
    ),
    ("/drafts/{draft}/attachments", &[("upload", "{upload}")]),
    ("/drafts/{draft}/attachments/{attachment}/removal", &[]),
    ("/uploads", &[]),
    ("/uploads/{upload}", &[]),
    ("/uploads/{upload}/removal", &[]),
    ("/recipients/check", &[("value", "a@example.org")]),
    ("/recipients/{person}/removal", &[]),
    ("/outbox/{submission}/cancellation", &[]),
    ("/outbox/{submission}/schedule", &[("send_at", "now")]),
    ("/outbox/{submission}/retry", &[]),
    ("/outbox/{submission}/confirmation", &[]),
    ("/outbox/{submission}/removal", &[]),
];

/// The routes of the pages that take a method, read from their table.
fn routes(method: &str) -> BTreeSet<String> {
    let source = include_str!("../../../src/web/routes.rs");
    let table = source.split("fn uploads()").nth(1).unwrap();
    let entries = table.split(".route(").skip(1);
    let with_method = entries.filter(|entry| entry.contains(&format!("{method}(")));
    with_method
        .map(|entry| entry.split('"').nth(1).unwrap().to_owned())
        .collect()
}

struct Ids {
    mailbox: String,
    email: String,
}

impl Ids {
    async fn of(browser: &mut Browser) -> Self {
        let inbox = browser.page("/").await;
        let path = inbox.folder("Inbox");
        Self {
            mailbox: path.rsplit('/').next().unwrap().to_owned(),
            email: inbox.rows()[0].clone(),
        }
    }

    fn fill(&self, text: &str) -> String {
        text.replace("{mailbox}", &self.mailbox)
            .replace("{email}", &self.email)
            .replace("{verb}", "trash")
            .replace("{identity}", "1")
            .replace("{template}", "1")
            .replace("{session}", "others")
            .replace("{account}", "1")
            .replace("{job}", "1")
            .replace("{token}", "1")
            .replace("{webhook}", "1")
            .replace("{draft}", "1")
            .replace("{attachment}", "1")
            .replace("{person}", "1")
            .replace("{submission}", "1")
            .replace("{upload}", "AAAAAAAAAAAAAAAAAAAAAA")
            .replace("{section}", "1")
            .replace("{file}", "nothing.js")
    }
}

#[tokio::test]
async fn forms_of_other_sites_do_nothing() {
    let listed: BTreeSet<String> = FORMS.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(listed, routes("post"), "every form has its line above");

    let app = TestApp::start().await;
    let user = user_with_numbered(2);
    let mut browser = app.signed_in(&user).await;
    let ids = Ids::of(&mut browser).await;
    let settings = browser.page("/settings/appearance").await.text();
    let folders = user.doveadm(&["mailbox", "list"], &[], b"");
    let before = state(&user);
    for (path, fields) in FORMS {
        let path = ids.fill(path);
        let fields: Vec<(&str, String)> = fields
            .iter()
            .map(|(name, value)| (*name, ids.fill(value)))
            .collect();
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, &**value))
            .collect();
        for (site, origin) in [
            (Some("cross-site"), Some("https://evil.example")),
            (Some("cross-site"), None),
            (Some("same-site"), Some("http://evil.localhost:8080")),
            (None, Some("https://evil.example")),
            (None, Some("http://localhost:8081")),
            (None, Some("null")),
        ] {
            let mut request = browser.form(&path, &fields);
            request.headers_mut().remove("origin");
            request.headers_mut().remove("sec-fetch-site");
            if let Some(site) = site {
                set(&mut request, "sec-fetch-site", site);
            }
            if let Some(origin) = origin {
                set(&mut request, "origin", origin);
            }
            let answer = browser.finish(request).await;
            assert_eq!(answer.status, 403, "{path} {site:?} {origin:?}");
            assert!(answer.set_cookies().is_empty(), "{path}");
            assert!(
                answer.words().contains("Another site asked for this"),
                "{path}"
            );
        }
    }
    assert_eq!(state(&user), before);
    assert_eq!(user.doveadm(&["mailbox", "list"], &[], b""), folders);
    let after = browser.page("/settings/appearance").await.text();
    assert_eq!(without_now(&after), without_now(&settings));
    // The same form from our own page does it.
    let archive = format!("/m/{}/{}/trash", ids.mailbox, ids.email);
    assert_eq!(browser.post(&archive, &[]).await.status, 303);
    assert_ne!(state(&user), before);
}

/// The page without the sample of the time.
fn without_now(page: &str) -> String {
    page.chars().filter(|c| !c.is_ascii_digit()).collect()
}

#[tokio::test]
async fn links_change_nothing() {
    let app = TestApp::start().await;
    let user = user_with_numbered(2);
    let mut browser = app.signed_in(&user).await;
    let ids = Ids::of(&mut browser).await;
    let fields = [
        ("page_size", "50"),
        ("mark_read", "never"),
        ("advance", "list"),
    ];
    browser.post("/settings/reading", &fields).await;
    let folders = user.doveadm(&["mailbox", "list"], &[], b"");
    let before = state(&user);
    for path in routes("get") {
        if path == "/events" {
            continue;
        }
        let filled = ids.fill(&path);
        for method in [Method::GET, Method::HEAD] {
            let mut request = browser.request(method, &filled);
            set(&mut request, "sec-fetch-site", "cross-site");
            let answer = browser.finish(request).await;
            assert!(answer.status < 500, "{path}: {}", answer.text());
        }
    }
    // The verbs of forms are no links.
    for verb in ["trash", "archive", "junk", "star", "seen", "move"] {
        let path = format!("/m/{}/{}/{verb}", ids.mailbox, ids.email);
        assert_eq!(browser.get(&path).await.status, 405, "{verb}");
    }
    for path in ["/logout", "/undo", "/session/renewal"] {
        assert_eq!(browser.get(path).await.status, 405, "{path}");
    }
    assert_eq!(state(&user), before);
    assert_eq!(user.doveadm(&["mailbox", "list"], &[], b""), folders);
    assert_eq!(browser.get("/folders").await.status, 200);
}
