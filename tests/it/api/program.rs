//! A program that uses the API: it sends what it is told to, and reads JSON.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use futures_util::StreamExt as _;
use restante::{
    door::Peer,
    engine::tokens::{Scope, Scopes},
};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::{contract::Place, support::dovecot::PASSWORD};

/// See the module's description. Paths begin below `/api/v1`.
#[derive(Clone)]
pub(super) struct Program {
    router: Router,
    authorization: Option<String>,
    /// `/accounts/{account}`.
    pub(super) account: String,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Program {
    /// One that has shown nothing.
    pub(super) fn stranger(place: &Place) -> Self {
        Self {
            router: place.app.app().router(),
            authorization: None,
            account: format!("/accounts/{}", place.account.id()),
        }
    }

    /// One with address and password.
    pub(super) fn basic(place: &Place) -> Self {
        Self::stranger(place).with_basic(&place.address, PASSWORD)
    }

    /// One with a token for everything.
    pub(super) async fn of(place: &Place) -> Self {
        Self::with(place, &Scope::ALL).await
    }

    /// One with a token of these scopes.
    pub(super) async fn with(place: &Place, scopes: &[Scope]) -> Self {
        let scopes: Scopes = scopes.iter().copied().collect();
        let made = place.account.create_token("test", &scopes, None).await;
        let (_, secret) = made.unwrap();
        Self::stranger(place).with_bearer(&secret.to_text())
    }

    pub(super) fn with_basic(mut self, address: &str, password: &str) -> Self {
        let pair = BASE64.encode(format!("{address}:{password}"));
        self.authorization = Some(format!("Basic {pair}"));
        self
    }

    pub(super) fn with_bearer(mut self, secret: &str) -> Self {
        self.authorization = Some(format!("Bearer {secret}"));
        self
    }

    /// Goes on with another process.
    pub(super) fn point_at(&mut self, router: Router) {
        self.router = router;
    }

    /// A request to be sent with [`Program::send`].
    pub(super) fn request(&self, method: Method, path: &str) -> Request<Body> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header(header::HOST, "localhost:8080")
            .body(Body::empty())
            .unwrap();
        if let Some(authorization) = &self.authorization {
            let value = authorization.parse().unwrap();
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        let peer = Peer(Some("192.0.2.9:4000".parse().unwrap()));
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let mut stream = body.into_data_stream();
        let mut whole = Vec::new();
        while let Some(piece) = stream.next().await {
            whole.extend_from_slice(&piece.unwrap());
        }
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: whole.into(),
        }
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub(super) async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.json(Method::POST, path, body)).await
    }

    pub(super) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(self.json(Method::PUT, path, body)).await
    }

    pub(super) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(self.json(Method::PATCH, path, body)).await
    }

    pub(super) fn json(&self, method: Method, path: &str, body: &Value) -> Request<Body> {
        let mut request = self.request(method, path);
        let kind = "application/json".parse().unwrap();
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
        *request.body_mut() = Body::from(body.to_string());
        request
    }

    /// Deletes a message for good.
    pub(super) async fn delete_for_good(&self, path: &str) {
        let answer = self.delete(&format!("{path}?permanent=true")).await;
        assert_eq!(answer.status, 204, "{}", answer.text());
    }

    /// Something else than JSON.
    pub(super) fn octets(&self, path: &str, kind: &str, body: Vec<u8>) -> Request<Body> {
        let mut request = self.request(Method::POST, path);
        let kind = kind.parse().unwrap();
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
        *request.body_mut() = Body::from(body);
        request
    }

    /// The id of a folder by its role.
    pub(super) async fn role(&self, role: &str) -> String {
        let list = self.get(&format!("{}/mailboxes", self.account)).await.ok();
        let items = list["items"].as_array().unwrap();
        let found = items.iter().find(|mailbox| mailbox["role"] == role);
        let found = found.unwrap_or_else(|| panic!("no {role} in {list}"));
        found["id"].as_str().unwrap().to_owned()
    }

    /// The messages of a folder.
    pub(super) async fn emails(&self, mailbox: &str) -> Vec<Value> {
        let path = format!("{}/emails?mailbox={mailbox}&limit=100", self.account);
        self.get(&path).await.ok()["items"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// The id of a message by its subject.
    pub(super) async fn email(&self, mailbox: &str, subject: &str) -> String {
        let emails = self.emails(mailbox).await;
        let found = emails.iter().find(|email| email["subject"] == subject);
        let found = found.unwrap_or_else(|| panic!("no {subject} in {emails:?}"));
        found["id"].as_str().unwrap().to_owned()
    }
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{}: {}", self.status, self.text()))
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What a success says.
    pub(super) fn ok(&self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "{}: {}",
            self.status,
            self.text()
        );
        match self.body.is_empty() {
            true => Value::Null,
            false => self.json(),
        }
    }

    pub(super) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    /// The code of a failure, which must be one in full.
    pub(super) fn problem(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["requestId"], self.header("x-request-id"));
        for member in ["title", "detail", "code"] {
            assert!(!problem[member].as_str().unwrap().is_empty(), "{problem}");
        }
        let code = problem["code"].as_str().unwrap().to_owned();
        assert_eq!(problem["type"], format!("urn:restante:problem:{code}"));
        assert!(problem["errors"].is_array());
        code
    }
}
