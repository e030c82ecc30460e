//! Processes that serve together, and people who turn to any of them.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::Duration,
};

use futures_util::{StreamExt as _, stream::BoxStream};
use rustls::RootCertStore;
use url::form_urlencoded::Serializer;

use super::{dovecot::PASSWORD, network::trusting};

/// A program that ends with the test.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _ended = self.0.wait();
    }
}

/// One of the processes.
pub(crate) struct Node {
    pub(crate) address: SocketAddr,
    child: Running,
}

impl Node {
    pub(crate) fn start(mut program: Command) -> Self {
        let begun = Self::try_start(program.arg("serve"));
        begun.unwrap_or_else(|said| panic!("{said}"))
    }

    /// What it says instead, when it does not serve.
    pub(crate) fn try_start(program: &mut Command) -> Result<Self, String> {
        let child = program
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = Running(child.unwrap());
        let mut lines = BufReader::new(child.0.stderr.take().unwrap()).lines();
        let mut said = String::new();
        let address = lines.find_map(|line| {
            let line = line.unwrap();
            said += &line;
            said.push('\n');
            let (_, address) = line.split_once("listen=\"")?;
            Some(address.split('"').next().unwrap().parse().unwrap())
        });
        // A full pipe would stop it.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self {
            address: address.ok_or(said)?,
            child,
        })
    }

    pub(crate) fn kill(&mut self) {
        self.child.0.kill().unwrap();
        self.child.0.wait().unwrap();
    }
}

/// Somebody signed in, who may turn to any node.
#[derive(Clone)]
pub(crate) struct Person {
    client: reqwest::Client,
    cookie: String,
}

impl Person {
    pub(crate) fn stranger() -> Self {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(trusting(RootCertStore::empty()))
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build();
        Self {
            client: client.unwrap(),
            cookie: String::new(),
        }
    }

    pub(crate) async fn sign_in(at: SocketAddr, address: &str) -> Self {
        let mut person = Self::stranger();
        let fields = [("address", address), ("password", PASSWORD)];
        let answer = person.try_post(at, "/login", &fields).await.unwrap();
        assert_eq!(answer.status(), 303);
        let set = answer.headers().get_all("set-cookie").iter();
        let mut set = set.filter_map(|cookie| cookie.to_str().unwrap().strip_prefix("restante="));
        let value = set.next().unwrap().split(';').next().unwrap();
        person.cookie = format!("restante={value}");
        person
    }

    pub(crate) async fn get(&self, at: SocketAddr, path: &str) -> (u16, String) {
        let answer = self
            .asking(reqwest::Method::GET, at, path)
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    pub(crate) async fn post(
        &self,
        at: SocketAddr,
        path: &str,
        fields: &[(&str, &str)],
    ) -> (u16, String) {
        let answer = self.try_post(at, path, fields).await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    pub(crate) async fn try_post(
        &self,
        at: SocketAddr,
        path: &str,
        fields: &[(&str, &str)],
    ) -> reqwest::Result<reqwest::Response> {
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        self.asking(reqwest::Method::POST, at, path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
    }

    pub(crate) fn asking(
        &self,
        method: reqwest::Method,
        at: SocketAddr,
        path: &str,
    ) -> reqwest::RequestBuilder {
        self.client
            .request(method, format!("http://{at}{path}"))
            .header("host", "localhost:8080")
            .header("origin", "http://localhost:8080")
            .header("sec-fetch-site", "same-origin")
            .header("accept", "application/json")
            .header("cookie", &self.cookie)
    }

    /// The stream of events, once it has begun.
    pub(crate) async fn events(&self, at: SocketAddr) -> Events {
        let asked = self.asking(reqwest::Method::GET, at, "/events");
        let answer = asked
            .header("accept", "text/event-stream")
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
        Events {
            stream: answer.bytes_stream().boxed(),
            said: String::new(),
        }
    }

    /// Writes a message that goes out at once; tries until it is promised.
    pub(crate) async fn send(&self, at: SocketAddr, number: usize) {
        let (key, subject) = (
            format!("node-harness-{number:09}"),
            format!("Node {number}"),
        );
        let fields = [
            ("key", key.as_str()),
            ("revision", "0"),
            ("format", "text"),
            ("to", "ada@example.org"),
            ("subject", &subject),
            ("text", "Some words.\n"),
            ("action", "send"),
        ];
        let promised = async {
            loop {
                if let Ok(answer) = self.try_post(at, "/drafts", &fields).await
                    && answer.status() == 200
                    && let Ok(body) = answer.text().await
                {
                    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
                    let path = format!("/outbox/{}/schedule", body["submission"]);
                    let _killed = self.try_post(at, &path, &[("send_at", "now")]).await;
                    return;
                }
                // One that is gone refuses at once.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        promised.await;
    }
}

/// A stream of events.
pub(crate) struct Events {
    stream: BoxStream<'static, reqwest::Result<bytes::Bytes>>,
    said: String,
}

impl Events {
    /// Waits for an event that says this.
    pub(crate) async fn says(&mut self, words: &str) {
        while !self.said.contains(words) {
            let piece = tokio::time::timeout(Duration::from_secs(8), self.stream.next()).await;
            let piece = piece.unwrap_or_else(|_| panic!("no {words} in {}", self.said));
            self.said += std::str::from_utf8(&piece.unwrap().unwrap()).unwrap();
        }
    }

    pub(crate) async fn end(mut self) {
        while let Some(Ok(_)) = self.stream.next().await {}
    }
}
