//! Adding: the hosts are shown before the password is asked for, the mail server judges, and what
//! was added is there in every session.

use tokio::net::TcpListener;

use super::{Pair, add, added, here, lenient, named, post};
use crate::support::{
    app::{Settings, TestApp},
    dovecot::{Dovecot, PASSWORD},
    scripted::Scripted,
};

#[tokio::test]
async fn the_hosts_are_shown_and_the_server_judges() {
    let app = TestApp::start().await;
    let (first, second) = (Dovecot::shared().user(), Dovecot::shared().user());
    let mut browser = app.signed_in(&first).await;
    let page = browser.page("/settings/accounts").await;
    assert!(page.words().contains(&first.address));
    let step = format!("/settings/accounts/new?address={}", second.address);
    let page = browser.page(&step).await;
    let port = Dovecot::shared().port("IMAPS");
    let words = page.words();
    assert!(
        words.contains(&format!("127.0.0.1, port {port}, TLS")),
        "{words}"
    );
    assert!(words.contains("and nowhere else"), "{words}");

    let answer = add(&mut browser, &second.address, "wrong").await;
    assert_eq!(answer.status, 422);
    assert!(answer.words().contains("Address or password is wrong."));
    assert!(
        !answer.text().contains("value=\"wrong"),
        "it is not sent back"
    );
    let words = browser.page("/settings/accounts").await.words();
    assert!(!words.contains(&second.address), "nothing was stored");
    for (address, why) in [
        ("nobody", "Enter your whole address"),
        (&first.address, "already"),
    ] {
        let answer = add(&mut browser, address, PASSWORD).await;
        assert_eq!(answer.status, 422, "{address}");
        assert!(answer.words().contains(why), "{}", answer.words());
    }

    added(&mut browser, &second.address.to_uppercase()).await;
    let answer = add(&mut browser, &second.address, PASSWORD).await;
    assert_eq!(answer.status, 422);
    assert!(answer.words().contains("already"));
    let words = browser.page("/settings/accounts").await.words();
    assert!(words.contains(&second.address), "{words}");
}

#[tokio::test]
async fn an_account_is_there_in_every_session_and_after_a_restart() {
    let mut pair = Pair::with(&[("one", 1), ("two", 2)]).await;
    let mut later = pair.app.signed_in(&pair.first).await;
    pair.app.restart().await;
    pair.app.reconnect(&mut later);
    pair.app.reconnect(&mut pair.browser);
    for browser in [&mut pair.browser, &mut later] {
        let page = browser.page("/all").await;
        assert_eq!(page.subjects(), ["two", "one"]);
        let path = format!("/folders?account={}", pair.id);
        assert_eq!(browser.get(&path).await.status, 200);
    }
    // The other is not signed in by that.
    let mut other = pair.app.signed_in(&pair.second).await;
    let page = other.page("/").await;
    assert_eq!(page.subjects(), ["two"]);
    assert!(!page.text().contains("/all\""), "there is one account only");
}

/// With nobody signed in nothing opens it: sending and collecting have keys of their own, which
/// nobody has given.
#[tokio::test]
async fn the_server_keeps_no_key_to_act_alone() {
    let pair = Pair::with(&[]).await;
    let database = format!("sqlite:{}", pair.app.data().join("restante.db").display());
    let pool = sqlx::SqlitePool::connect(&database).await.unwrap();
    let count =
        "SELECT count(*) FROM credential_keys WHERE session_id IS NULL AND token_id IS NULL";
    let alone: i64 = sqlx::query_scalar(count).fetch_one(&pool).await.unwrap();
    assert_eq!(alone, 0);
    let kept = "SELECT count(*) FROM pop3_accounts WHERE data_key IS NOT NULL";
    let kept: i64 = sqlx::query_scalar(kept).fetch_one(&pool).await.unwrap();
    assert_eq!(kept, 0);
    let carried = "SELECT is_primary FROM accounts WHERE carried_key IS NOT NULL";
    let carried: Vec<i64> = sqlx::query_scalar(carried).fetch_all(&pool).await.unwrap();
    assert_eq!(carried, [0], "of the account that was added, and no other");
}

#[tokio::test]
async fn its_password_lies_nowhere() {
    const SECRET: &str = "another-odd-canary-password";
    let server = Scripted::imap("IMAP4rev1", |command| {
        let list = command.starts_with("LIST");
        list.then(|| "* LIST () \"/\" INBOX\r\n{tag} OK done".to_owned())
    })
    .await;
    let url = format!("imap+insecure://127.0.0.1:{}", server.port);
    let mut app = Settings::default()
        .server("odd.example", &url, "")
        .start()
        .await;
    let user = Dovecot::shared().user();
    let mut browser = app.signed_in(&user).await;
    let answer = add(&mut browser, "anna@odd.example", SECRET).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    browser.page("/settings/accounts").await;
    app.restart().await;
    app.reconnect(&mut browser);
    let before = server.heard().len();
    browser.get("/all").await;
    let heard = server.heard()[before..].join("\n");
    assert!(heard.contains(SECRET), "it was used again: {heard}");
    let mut searched = 0;
    for entry in std::fs::read_dir(app.data()).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_file() {
            continue;
        }
        let octets = std::fs::read(&path).unwrap();
        searched += usize::from(path.to_string_lossy().contains("restante.db"));
        let found = octets
            .windows(SECRET.len())
            .any(|part| part == SECRET.as_bytes());
        assert!(!found, "{}", path.display());
    }
    assert!(searched >= 2, "the database and its log: {searched}");
}

#[tokio::test]
async fn a_host_that_is_named_by_hand_is_asked_over_tls() {
    let app = Settings::default().policy(lenient()).start().await;
    let (first, second) = (Dovecot::shared().user(), Dovecot::shared().user());
    let mut browser = app.signed_in(&first).await;
    let fields = named(&second.address);
    // The step before the password says where that would go.
    let query: Vec<String> = fields[..6]
        .iter()
        .map(|(n, v)| format!("{n}={v}"))
        .collect();
    let step = format!("/settings/accounts/new?{}", query.join("&"));
    let port = Dovecot::shared().port("IMAPS");
    let words = browser.page(&step).await.words();
    assert!(
        words.contains(&format!("127.0.0.1, port {port}, TLS")),
        "{words}"
    );
    let answer = post(&mut browser, "/settings/accounts", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    second.deliver(&crate::support::letter::letter("by hand").raw());
    assert_eq!(browser.page("/all").await.subjects(), ["by hand"]);

    // With a certificate that nobody trusts nothing is sent.
    let app = Settings::default().policy(here()).start().await;
    let mut browser = app.signed_in(&first).await;
    let answer = post(&mut browser, "/settings/accounts", &fields).await;
    assert_eq!(answer.status, 422);
    assert!(answer.words().contains("certificate"), "{}", answer.words());
}

#[tokio::test]
async fn a_host_that_is_named_by_hand_does_not_lead_inside() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let app = TestApp::start().await;
    let mut browser = app.signed_in(&Dovecot::shared().user()).await;
    for host in ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "10.0.0.1"] {
        for security in ["tls", "starttls", "none"] {
            let mut fields = named("anna@inside.example");
            for (name, value) in &mut fields {
                match name.as_str() {
                    "host" => host.clone_into(value),
                    "port" => value.clone_from(&port),
                    "security" => security.clone_into(value),
                    _ => {}
                }
            }
            let answer = post(&mut browser, "/settings/accounts", &fields).await;
            // Or the brake: who tries out hosts is stopped like who tries out passwords.
            assert!(
                [422, 429].contains(&answer.status),
                "{host}: {}",
                answer.status
            );
        }
    }
    let nobody = tokio::time::timeout(std::time::Duration::from_millis(50), listener.accept());
    assert!(nobody.await.is_err(), "nobody has come");
}

#[tokio::test]
async fn the_operator_says_what_may_be_added() {
    let app = Settings::default()
        .top("extra_accounts = \"listed\"")
        .policy(lenient())
        .start()
        .await;
    let (first, second) = (Dovecot::shared().user(), Dovecot::shared().user());
    let mut browser = app.signed_in(&first).await;
    let answer = post(&mut browser, "/settings/accounts", &named(&second.address)).await;
    assert_eq!(answer.status, 422);
    assert!(answer.words().contains("own mail servers only"));
    let step = format!("/settings/accounts/new?address={}", second.address);
    let words = browser.page(&step).await.words();
    assert!(!words.contains("Use other servers"), "{words}");
    added(&mut browser, &second.address).await;

    let app = Settings::default()
        .top("extra_accounts = \"off\"")
        .start()
        .await;
    let mut browser = app.signed_in(&first).await;
    let page = browser.page("/settings/appearance").await;
    assert!(!page.text().contains("/settings/accounts"));
    for path in [
        "/settings/accounts",
        "/settings/accounts/new",
        "/settings/accounts/1",
    ] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
    assert_eq!(
        add(&mut browser, &second.address, PASSWORD).await.status,
        404
    );
}
