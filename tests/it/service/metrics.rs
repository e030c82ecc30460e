//! `/metrics`: what it tells, whom, and of whom nothing; and that dashboard and document speak of
//! what is there.

use std::{
    collections::BTreeSet,
    fs,
    net::{IpAddr, Ipv4Addr},
};

use axum::http::Method;

use crate::support::{
    app::{Settings, TestApp},
    browser::set,
    dovecot::{Dovecot, PASSWORD},
};

const NEAR: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// The names of the families, as the page declares them.
fn families(page: &str) -> BTreeSet<String> {
    let names = page.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    names
        .map(|line| line.split(' ').next().unwrap().to_owned())
        .collect()
}

/// Words that could be names of families.
fn spoken_of(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'));
    let named = words.filter(|word| word.starts_with("restante_") || word.starts_with("process_"));
    named
        .map(|word| {
            let ends = ["_bucket", "_sum", "_count"];
            let end = ends.iter().find_map(|end| word.strip_suffix(end));
            end.filter(|name| name.ends_with("_seconds"))
                .unwrap_or(word)
                .to_owned()
        })
        .collect()
}

async fn page(app: &TestApp) -> String {
    let answer = app.browser().coming_from(NEAR).get("/metrics").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(
        answer
            .header("content-type")
            .starts_with("text/plain; version=0.0.4")
    );
    answer.text()
}

fn value(page: &str, sample: &str) -> f64 {
    let line = page.lines().find_map(|line| line.strip_prefix(sample));
    let line = line.unwrap_or_else(|| panic!("no {sample} in {page}"));
    line.trim().parse().unwrap()
}

#[tokio::test]
async fn figures_tell_what_happened_and_of_nobody() {
    let app = TestApp::start().await;
    let user = Dovecot::shared().user();
    user.deliver(
        &crate::support::letter::letter("Subject-canary")
            .text("Body.")
            .raw(),
    );
    let mut browser = app.browser();
    browser.sign_in(&user.address, "wrong").await;
    browser.sign_in("nobody@unknown-canary", "wrong").await;
    browser.sign_in(&user.address, PASSWORD).await;
    let list = browser.visit("/").await;
    assert_eq!(list.status, 200);
    let inbox = list.folder("Inbox");
    let open = format!("{inbox}/{}", list.rows()[0]);
    for _ in 0..2 {
        assert_eq!(browser.get(&open).await.status, 200);
    }
    assert_eq!(browser.get("/path-canary?query-canary").await.status, 404);
    assert_eq!(browser.get("/api/v1/me").await.status, 200);
    let request = browser.request(Method::from_bytes(b"CANARY").unwrap(), "/settings");
    browser.finish(request).await;
    let mut events = browser.events("/events", None).await;
    let page = page(&app).await;
    for (sample, least) in [
        ("restante_sign_ins_total{result=\"accepted\"}", 1.0),
        ("restante_sign_ins_total{result=\"refused\"}", 1.0),
        ("restante_accounts{kind=\"imap\"}", 1.0),
        ("restante_streams", 1.0),
        ("restante_imap_round_trips_total", 3.0),
        ("restante_cache_hits_total{cache=\"messages\"}", 1.0),
        ("restante_cache_misses_total{cache=\"messages\"}", 1.0),
        ("restante_cache_bytes{cache=\"rows\"}", 1.0),
        ("restante_collector_messages_total", 0.0),
        ("process_resident_memory_bytes", 1e6),
        ("process_open_fds", 3.0),
    ] {
        assert!(value(&page, sample) >= least, "{sample} {page}");
    }
    let route = "method=\"GET\",route=\"/m/{mailbox}/{email}\"";
    let count = format!("restante_request_seconds_count{{door=\"web\",{route}}}");
    assert_eq!(value(&page, &count), 2.0);
    let none = "{door=\"web\",method=\"GET\",route=\"none\",status=\"404\"}";
    assert_eq!(value(&page, &format!("restante_requests_total{none}")), 1.0);
    assert!(page.contains("door=\"api\",method=\"GET\",route=\"/api/v1/me\",status=\"200\""));
    let name = user.address.split('@').next().unwrap();
    for secret in ["canary", "CANARY", name, "example"] {
        assert!(!page.contains(secret), "{secret}: {page}");
    }
    let id = list.rows()[0].clone();
    assert!(!page.contains(&id));
    drop(events.next());
}

#[tokio::test]
async fn figures_are_for_the_neighbours_alone() {
    let app = Settings::default()
        .public_url("https://mail.example.org/mail")
        .top("metrics_networks = [\"127.0.0.1\", \"10.1.0.0/16\"]")
        .start()
        .await;
    let status = async |client: [u8; 4], host: &str, forwarded: Option<&str>| {
        let mut browser = app.browser().coming_from(client.into());
        let mut request = browser.request(Method::GET, "/metrics");
        set(&mut request, "host", host);
        if let Some(forwarded) = forwarded {
            set(&mut request, "x-forwarded-for", forwarded);
        }
        browser.finish(request).await.status
    };
    assert_eq!(status([127, 0, 0, 1], "127.0.0.1:8080", None).await, 200);
    assert_eq!(status([10, 1, 2, 3], "restante:8080", None).await, 200);
    assert_eq!(status([10, 2, 2, 3], "restante:8080", None).await, 404);
    assert_eq!(status([127, 0, 0, 1], "mail.example.org", None).await, 404);
    let through = Some("127.0.0.1");
    assert_eq!(status([127, 0, 0, 1], "127.0.0.1:8080", through).await, 404);
}

#[tokio::test]
async fn dashboard_and_document_speak_of_what_is_there() {
    let app = Settings::empty().start().await;
    let there = families(&page(&app).await);
    assert!(there.len() > 15, "{there:?}");
    let root = env!("CARGO_MANIFEST_DIR");
    let dashboard = fs::read_to_string(format!("{root}/docs/grafana/restante.json")).unwrap();
    let parsed: serde_json::Value = serde_json::from_str(&dashboard).unwrap();
    assert!(parsed["panels"].as_array().unwrap().len() > 10);
    let document = fs::read_to_string(format!("{root}/docs/metrics.md")).unwrap();
    for text in [&dashboard, &document] {
        let strangers: Vec<_> = spoken_of(text).difference(&there).cloned().collect();
        assert!(strangers.is_empty(), "{strangers:?}");
    }
    let untold: Vec<_> = there.difference(&spoken_of(&document)).cloned().collect();
    assert!(untold.is_empty(), "{untold:?}");
}
