//! A browser as far as a server can tell: it keeps cookies and sends the headers that browsers
//! send. It talks to the router without a socket.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, header},
};
use futures_util::StreamExt as _;
use restante::web::Peer;
use tower::ServiceExt as _;
use url::form_urlencoded::Serializer;

use super::markup::{self, Tag};

/// See the module's description. Paths have no base path in front; it is added.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) router: Router,
    origin: String,
    pub(crate) base: String,
    cookies: BTreeMap<String, String>,
    client: IpAddr,
    agent: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Browser {
    pub(crate) fn new(router: Router, public_url: &str) -> Self {
        let url = url::Url::parse(public_url).unwrap();
        Self {
            router,
            origin: url.origin().ascii_serialization(),
            base: url.path().trim_end_matches('/').to_owned(),
            cookies: BTreeMap::new(),
            client: IpAddr::from([192, 0, 2, 7]),
            agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
                .to_owned(),
        }
    }

    pub(crate) fn coming_from(mut self, client: IpAddr) -> Self {
        self.client = client;
        self
    }

    /// Opens a page, without following where it leads.
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.finish(self.request(Method::GET, path)).await
    }

    /// Opens a page and goes wherever it leads.
    pub(crate) async fn visit(&mut self, path: &str) -> Answer {
        let mut answer = self.get(path).await;
        for _ in 0..5 {
            let Some(next) = answer.location() else {
                break;
            };
            let next = next.strip_prefix(&self.base).unwrap_or(&next).to_owned();
            answer = self.get(&next).await;
        }
        answer
    }

    /// Opens a page that must be there.
    pub(crate) async fn page(&mut self, path: &str) -> Answer {
        let answer = self.visit(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer
    }

    /// Sends a form.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.finish(self.form(path, fields)).await
    }

    /// Sends a form as Turbo does, which takes changes of the open page.
    pub(crate) async fn turbo(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut request = self.form(path, fields);
        let accept = "text/vnd.turbo-stream.html, text/html, application/xhtml+xml";
        set(&mut request, "accept", accept);
        set(&mut request, "sec-fetch-mode", "cors");
        self.finish(request).await
    }

    /// Asks for one frame of a page, as Turbo does.
    pub(crate) async fn frame(&mut self, path: &str, frame: &str) -> Answer {
        let mut request = self.request(Method::GET, path);
        set(&mut request, "turbo-frame", frame);
        set(&mut request, "sec-fetch-mode", "cors");
        self.finish(request).await
    }

    pub(crate) async fn sign_in(&mut self, address: &str, password: &str) -> Answer {
        let fields = [("address", address), ("password", password)];
        self.post("/login", &fields).await
    }

    /// A request as this browser would make it for a link or a form of our own pages.
    pub(crate) fn request(&self, method: Method, path: &str) -> Request<Body> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(header::HOST, self.origin.split("//").nth(1).unwrap())
            .header(header::USER_AGENT, &self.agent)
            .header(header::ACCEPT, "text/html,application/xhtml+xml")
            .header(header::ACCEPT_LANGUAGE, "en")
            .header("sec-fetch-site", "same-origin")
            .header("sec-fetch-mode", "navigate")
            .body(Body::empty())
            .unwrap();
        if !self.cookies.is_empty() {
            let pairs = self.cookies.iter();
            let pairs: Vec<String> = pairs
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            set(&mut request, "cookie", &pairs.join("; "));
        }
        let peer = Peer(Some(SocketAddr::new(self.client, 40000)));
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    }

    pub(crate) fn form(&self, path: &str, fields: &[(&str, &str)]) -> Request<Body> {
        let kind = "application/x-www-form-urlencoded;charset=UTF-8";
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        self.sending(path, kind, Body::from(body))
    }

    /// A request of our own pages that sends something of this kind.
    pub(crate) fn sending(&self, path: &str, kind: &str, body: Body) -> Request<Body> {
        let mut request = self.request(Method::POST, path);
        set(&mut request, "origin", &self.origin);
        set(&mut request, "content-type", kind);
        *request.body_mut() = body;
        request
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn finish(&mut self, request: Request<Body>) -> Answer {
        let (parts, body) = self.begin(request).await;
        Answer {
            body: axum::body::to_bytes(body, usize::MAX)
                .await
                .unwrap_or_else(|error| panic!("the answer broke off: {error}")),
            ..parts
        }
    }

    /// Sends a request; the body is left to be read.
    pub(crate) async fn begin(&mut self, request: Request<Body>) -> (Answer, Body) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let answer = Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: Bytes::new(),
        };
        for cookie in answer.set_cookies() {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((&cookie, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        (answer, body)
    }

    /// Opens the stream of events.
    pub(crate) async fn events(&mut self, path: &str, last: Option<&str>) -> Events {
        let mut request = self.request(Method::GET, path);
        set(&mut request, "accept", "text/event-stream");
        if let Some(last) = last {
            set(&mut request, "last-event-id", last);
        }
        let (answer, body) = self.begin(request).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), "text/event-stream");
        Events {
            body: body.into_data_stream(),
            waiting: String::new(),
        }
    }

    pub(crate) fn session_cookie(&self) -> &str {
        let names = ["restante", "__Host-restante", "__Secure-restante"];
        names
            .iter()
            .find_map(|name| self.cookies.get(*name))
            .expect("signed in")
    }

    pub(crate) fn has_cookie(&self, name: &str) -> bool {
        self.cookies.contains_key(name)
    }

    pub(crate) fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }
}

/// Sets a header, in the place of what was there.
pub(crate) fn set(request: &mut Request<Body>, name: &'static str, value: &str) {
    let value = value.parse().unwrap();
    request.headers_mut().insert(name, value);
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value; empty when absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn location(&self) -> Option<String> {
        let location = self.headers.get(header::LOCATION)?;
        Some(location.to_str().unwrap().to_owned())
    }

    pub(crate) fn set_cookies(&self) -> Vec<String> {
        let cookies = self.headers.get_all(header::SET_COOKIE).iter();
        cookies
            .map(|cookie| cookie.to_str().unwrap().to_owned())
            .collect()
    }

    /// The elements, in order.
    pub(crate) fn tags(&self) -> Vec<Tag> {
        markup::tags(&self.text())
    }

    /// The text without its elements, entities resolved.
    pub(crate) fn words(&self) -> String {
        markup::words(&self.text())
    }

    /// The rows of a list: email ids, in order.
    pub(crate) fn rows(&self) -> Vec<String> {
        let tags = self.tags();
        let rows = tags.iter().filter(|tag| tag.get("class") == "row");
        rows.map(|tag| tag.get("data-id").to_owned()).collect()
    }

    /// The subjects of the rows, in order.
    pub(crate) fn subjects(&self) -> Vec<String> {
        markup::texts_of(&self.text(), "row__subject")
    }

    /// What the link with this `rel`, `data-key` or other attribute leads to.
    pub(crate) fn link(&self, attribute: &str, value: &str) -> Option<String> {
        let tags = self.tags();
        let link = tags
            .iter()
            .find(|tag| tag.name == "a" && tag.get(attribute) == value)?;
        Some(link.get("href").to_owned())
    }

    /// The token of the undo line.
    pub(crate) fn undo(&self) -> Option<String> {
        let tags = self.tags();
        let field = tags.iter().find(|tag| tag.get("name") == "token")?;
        Some(field.get("value").to_owned())
    }

    /// The folder with this name in the side bar, as the path of its list.
    pub(crate) fn folder(&self, name: &str) -> String {
        let tags = self.tags();
        let folder = tags.iter().find(|tag| {
            tag.get("class") == "folder__link" && tag.get("title") == name && tag.name == "a"
        });
        folder
            .unwrap_or_else(|| panic!("no folder {name} in {}", self.text()))
            .get("href")
            .to_owned()
    }
}

/// An open stream of events.
pub(crate) struct Events {
    body: axum::body::BodyDataStream,
    waiting: String,
}

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) data: String,
}

impl Events {
    /// The next event; `None` when the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((block, rest)) = self.waiting.split_once("\n\n") {
                let event = event(block);
                self.waiting = rest.to_owned();
                if !event.name.is_empty() {
                    return Some(event);
                }
                continue;
            }
            let piece = self.body.next().await?.ok()?;
            self.waiting += std::str::from_utf8(&piece).unwrap();
        }
    }
}

fn event(block: &str) -> Event {
    let mut event = Event::default();
    for line in block.lines() {
        match line.split_once(": ").or(line.split_once(':')) {
            Some(("event", name)) => name.clone_into(&mut event.name),
            Some(("id", id)) => id.clone_into(&mut event.id),
            Some(("data", data)) => event.data += data,
            _ => {}
        }
    }
    event
}
