//! What a browser without a cache loads until it shows the list: counted, never timed. The bench
//! prints the same per file; docs/performance.md says what is counted and what is not.

use std::collections::BTreeSet;

use axum::http::Method;

use crate::support::{
    app::TestApp,
    browser::{Answer, Browser, set},
    dovecot::PASSWORD,
};

use super::user_with_numbered;

const REQUESTS_MOST: u32 = 10;
/// Octets, heads included. The list of fifty real rows weighs some 2 kB more than this one's.
const OCTETS_MOST: usize = 57_500;

#[derive(Default)]
struct Load {
    kept: BTreeSet<String>,
    requests: u32,
    octets: usize,
    lines: Vec<String>,
}

impl Load {
    fn add(&mut self, path: &str, answer: &Answer) {
        // As HTTP/1.1 writes them; `date` and the framing are the listener's.
        let head = "HTTP/1.1 200 OK\r\ndate: Sun, 29 Nov 2026 00:00:00 GMT\r\ntransfer-encoding: chunked\r\n\r\n";
        let fields = answer.headers.iter();
        let fields: usize = fields
            .map(|(name, value)| name.as_str().len() + value.len() + 4)
            .sum();
        let octets = head.len() + fields + answer.body.len();
        self.requests += 1;
        self.octets += octets;
        self.lines.push(format!("{octets:7} {path}"));
    }

    async fn page(&mut self, browser: &mut Browser, path: &str) -> Answer {
        self.add(path, &get(browser, path).await);
        let plain = browser.get(path).await;
        for file in files(&plain.text()) {
            if self.kept.insert(file.clone()) {
                let answer = get(browser, &file).await;
                assert_eq!(answer.status, 200, "{file}");
                self.add(&file, &answer);
            }
        }
        plain
    }
}

async fn get(browser: &mut Browser, path: &str) -> Answer {
    let mut request = browser.request(Method::GET, path);
    set(&mut request, "accept-encoding", "gzip, deflate, br, zstd");
    browser.finish(request).await
}

/// The files that a page names as part of itself. What `meta[name=later]` names is asked for when
/// the page is there, and what `meta[name=compose]` names when somebody writes.
fn files(page: &str) -> BTreeSet<String> {
    let named = ["src=\"/assets/", "href=\"/assets/"];
    let named = named.iter().flat_map(|tag| page.split(tag).skip(1));
    let named = named.filter_map(|rest| rest.split(['"', '#']).next());
    named.map(|file| format!("/assets/{file}")).collect()
}

#[tokio::test]
async fn the_first_list_is_light() {
    let app = TestApp::start().await;
    let user = user_with_numbered(60);
    let mut browser = app.browser();
    let mut load = Load::default();
    load.page(&mut browser, "/login").await;
    let posted = browser.sign_in(&user.address, PASSWORD).await;
    load.add("the form", &posted);
    let mut path = posted.location().unwrap();
    let list = loop {
        let answer = get(&mut browser, &path).await;
        match answer.location() {
            Some(next) => {
                load.add(&path, &answer);
                path = next;
            }
            None => break load.page(&mut browser, &path).await,
        }
    };
    assert_eq!(list.rows().len(), 50);
    let lines = load.lines.join("\n");
    assert!(load.requests <= REQUESTS_MOST, "{lines}");
    assert!(
        load.octets <= OCTETS_MOST,
        "{} octets:\n{lines}",
        load.octets
    );
}

/// The script that opening a form fetches beyond the list's, as a browser that sanitises by itself
/// loads it; one that does not fetches `guard.js` beside it.
const WRITING_MOST: usize = 33_500;

#[tokio::test]
async fn the_first_form_is_light() {
    let app = TestApp::start().await;
    let user = user_with_numbered(2);
    let mut browser = app.signed_in(&user).await;
    let text = browser.page("/").await.text();
    let named = text.split("<meta name=\"compose\" content=\"").nth(1);
    let named = named.and_then(|rest| rest.split('"').next()).unwrap();
    let [script, guard, styles, icons] = named.split(' ').collect::<Vec<_>>()[..] else {
        panic!("{named}");
    };
    for (path, begins) in [
        (script, "/assets/compose-"),
        (guard, "/assets/guard-"),
        (styles, "/assets/compose-"),
        (icons, "/assets/compose-icons-"),
    ] {
        assert!(path.starts_with(begins), "{named}");
        assert_eq!(browser.get(path).await.status, 200, "{path}");
    }
    let weight = get(&mut browser, script).await.body.len();
    assert!(weight <= WRITING_MOST, "{weight} octets");
}

#[tokio::test]
async fn only_what_comes_later_is_named_as_such() {
    let app = TestApp::start().await;
    let user = user_with_numbered(2);
    let mut browser = app.signed_in(&user).await;
    let inbox = browser.page("/").await;
    let text = inbox.text();
    let more = |text: &str| text.contains("rel=\"stylesheet\" href=\"/assets/more-");
    assert!(!more(&text), "a list has its styles in app.css");
    assert!(text.contains("<meta name=\"later\" content=\"/assets/later-"));
    assert!(
        !text.contains("href=\"/assets/more-icons-"),
        "its icons too"
    );
    let path = inbox.link("class", "row__link").unwrap();
    for path in [&path, "/settings/appearance", "/folders", "/nowhere"] {
        assert!(more(&browser.get(path).await.text()), "{path}");
    }
}
