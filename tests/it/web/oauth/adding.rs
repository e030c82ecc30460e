//! What somebody allows elsewhere opens a mailbox here: read by IMAP, collected by POP3, and mail
//! handed over.

use restante::engine::Policy;
use rustls::pki_types::{CertificateDer, pem::PemObject as _};

use crate::support::{
    app::Settings,
    dovecot::{Dovecot, PASSWORD},
    form::Form,
    letter::letter,
    provider::Provider,
    relay,
};

use super::{DOMAIN, Desk, address_of, imap, path, pop3};
use crate::web::PATIENCE;

#[tokio::test]
async fn a_mailbox_opens_by_what_its_owner_allows() {
    let mut desk = Desk::new().await;
    desk.second.deliver(&letter("By token").raw());
    let address = desk.second.address.clone();
    let step = format!("/settings/accounts/new?address={address}");
    let page = desk.browser.page(&step).await;
    let words = page.words();
    assert!(words.contains("Sign in with Post"), "{words}");
    assert!(words.contains("127.0.0.1, port"), "the servers: {words}");
    let there = desk.leave().await;
    let query = desk.provider.visited(&there);
    assert_eq!(query["login_hint"], address);
    assert_eq!(
        query["redirect_uri"],
        "http://localhost:8080/oauth/callback"
    );
    let back = desk.provider.agree(&there, &address);
    let answer = desk.browser.get(&path(&back)).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    let id = answer.location().unwrap();
    let id = id.rsplit('/').next().unwrap();
    let words = desk.accounts().await;
    assert!(words.contains("signs in with Post"), "{words}");
    assert!(!words.contains("no longer"), "{words}");
    let page = desk.browser.visit("/all").await;
    assert_eq!(page.subjects(), ["By token"]);
    assert_eq!(desk.verify(id).await, ["incoming ok", "outgoing ok"]);
    assert_eq!(desk.provider.asked("authorization_code"), 1);
    assert_eq!(
        desk.provider.asked("refresh_token"),
        0,
        "what was given is good"
    );

    // Nobody who has the files has the mailbox.
    let mut searched = 0;
    for entry in std::fs::read_dir(desk.app.data()).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_file() || path.extension().is_some_and(|end| end == "toml") {
            continue;
        }
        let octets = std::fs::read(&path).unwrap();
        searched += usize::from(path.to_string_lossy().contains("restante.db"));
        let found = octets.windows(7).any(|window| window == b"-canary");
        assert!(!found, "{}", path.display());
    }
    assert!(searched >= 2, "the database and its log: {searched}");
}

#[tokio::test]
async fn mail_goes_out_by_it() {
    let mut desk = Desk::new().await;
    let id = desk.added().await;
    let fields = [("writes", "text"), ("undo_seconds", "0")];
    desk.browser.post("/settings/writing", &fields).await;
    let _outbox = desk.app.outbox();
    let page = desk.browser.page(&format!("/compose?account={id}")).await;
    let form = Form::of(&page, "compose")
        .set("to", "friend@example.net")
        .set("subject", &format!("By token from {}", desk.second.address))
        .set("text", "hello");
    let answer = desk.browser.press(&form, "send").await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    let address = desk.second.address.clone();
    let sent =
        tokio::task::spawn_blocking(move || relay::message(&format!("By token from {address}")));
    let sent = tokio::time::timeout(PATIENCE, sent).await.unwrap().unwrap();
    assert!(
        sent.contains(&format!("MAIL FROM:<{}>", desk.second.address)),
        "{sent}"
    );
}

#[tokio::test]
async fn mail_is_collected_by_it() {
    let mut desk = Desk::with(&pop3()).await;
    for subject in ["one", "two"] {
        desk.second.deliver(&letter(subject).raw());
    }
    let _collecting = desk.app.collecting();
    desk.added().await;
    let collected = async {
        while desk.browser.visit("/all").await.subjects().len() < 2 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, collected).await;
    waited.expect("mail was collected");
}

/// Behind a path, and through a browser without scripts: the link leads there as well.
#[tokio::test]
async fn people_come_back_to_where_the_pages_are() {
    let provider = Provider::start();
    let settings = Settings::default()
        .public_url("https://example.org/mail")
        .oauth(&provider, &imap())
        .policy(provider.policy());
    let mut desk = Desk::of(provider, settings).await;
    let there = desk.leave().await;
    let back = desk.provider.agree(&there, &desk.second.address);
    assert!(
        back.as_str()
            .starts_with("https://example.org/mail/oauth/callback?")
    );
    let path = format!("/oauth/callback?{}", back.query().unwrap());
    let answer = desk.browser.get(&path).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
}

/// A token opens a mailbox to whoever sees it: it goes to hosts that the operator has named alone.
#[tokio::test]
async fn nobody_leads_tokens_to_another_host() {
    let provider = Provider::start();
    let dovecot = Dovecot::shared();
    let port = dovecot.port("IMAPS").to_string();
    let pem = std::fs::read(dovecot.ca_pem()).unwrap();
    let anchors = CertificateDer::pem_slice_iter(&pem).map(Result::unwrap);
    let here = ([127, 0, 0, 1], dovecot.port("IMAPS")).into();
    let policy = Policy::allowing([provider.address, here]).trusting(anchors.collect());
    let more = format!("domains = ['{DOMAIN}']\nhosts = ['127.0.0.1']");
    let settings = Settings::default().oauth(&provider, &more).policy(policy);
    let mut desk = Desk::of(provider, settings).await;
    let address = desk.second.address.clone();
    let named = |host: &str, out: &str| {
        [
            ("address", address.clone()),
            ("own", "1".to_owned()),
            ("kind", "imap".to_owned()),
            ("host", host.to_owned()),
            ("port", port.clone()),
            ("security", "tls".to_owned()),
            ("out_host", out.to_owned()),
            ("out_port", "465".to_owned()),
            ("out_security", "tls".to_owned()),
        ]
    };
    for (host, out, offered) in [
        ("localhost", "", false),
        ("evil.test", "", false),
        ("127.0.0.1", "evil.test", false),
        ("127.0.0.1", "", true),
    ] {
        let fields = named(host, out);
        let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&fields);
        let step = format!("/settings/accounts/new?{}", query.finish());
        let words = desk.browser.page(&step).await.words();
        assert_eq!(
            words.contains("Sign in with Post"),
            offered,
            "{host}: {words}"
        );
        let answer = desk
            .browser
            .post("/settings/accounts/sign-in", &fields)
            .await;
        if !offered {
            assert_eq!(answer.status, 422, "{host}");
            assert!(
                answer.words().contains("no service is known"),
                "{}",
                answer.words()
            );
            continue;
        }
        let back = desk.provider.agree(&address_of(&answer), &address);
        let answer = desk.browser.get(&path(&back)).await;
        assert_eq!(answer.status, 303, "{}", answer.words());
    }
}

/// An account that took a password, and then does not: it keeps its place and what is in it.
#[tokio::test]
async fn an_account_changes_from_a_password_and_back() {
    let mut desk = Desk::new().await;
    let address = desk.second.address.clone();
    let password = [("address", address.as_str()), ("password", PASSWORD)];
    let answer = desk.browser.post("/settings/accounts", &password).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    let id = answer.location().unwrap();
    let id = id.rsplit('/').next().unwrap().to_owned();
    let sign_in = format!("/settings/accounts/{id}/sign-in");
    let there = address_of(&desk.browser.post(&sign_in, &[]).await);
    let back = desk.provider.agree(&there, &address);
    let answer = desk.browser.get(&path(&back)).await;
    assert_eq!(answer.location().as_deref(), Some("/settings/accounts"));
    assert!(desk.accounts().await.contains("signs in with Post"));
    assert_eq!(desk.verify(&id).await, ["incoming ok", "outgoing ok"]);
    desk.provider.revoke(&address, true);
    let access = format!("/settings/accounts/{id}/access");
    let answer = desk.browser.post(&access, &[("password", PASSWORD)]).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    assert!(!desk.accounts().await.contains("signs in with Post"));
    assert_eq!(desk.verify(&id).await, ["incoming ok", "outgoing ok"]);
}
