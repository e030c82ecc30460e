//! SIGTERM: who listens is told when to come back, who is in the middle of something finishes it,
//! and nobody new gets in.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Duration, timeout},
};

use crate::support::{
    dovecot::{Dovecot, PASSWORD},
    served::Served,
};

const PATIENCE: Duration = Duration::from_secs(30);

async fn until(stream: &mut TcpStream, end: &str) -> String {
    let mut octets = Vec::new();
    while !octets.ends_with(end.as_bytes()) {
        octets.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(octets).unwrap()
}

async fn rest(stream: &mut TcpStream) -> String {
    let mut octets = Vec::new();
    stream.read_to_end(&mut octets).await.unwrap();
    String::from_utf8_lossy(&octets).into_owned()
}

#[tokio::test]
async fn a_stop_lets_listeners_move_and_uploads_finish() {
    let imap = Dovecot::shared().port("IMAP");
    let settings =
        format!("[[servers]]\ndomains = [\"*\"]\nimap = \"imap+insecure://127.0.0.1:{imap}\"\n");
    let mut served = Served::start(&settings, "info");
    let mut browser = served.browser();
    let user = Dovecot::shared().user();
    let answer = browser.sign_in(&user.address, PASSWORD).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let head = format!(
        "Host: localhost:8080\r\nOrigin: http://localhost:8080\r\nSec-Fetch-Site: same-origin\r\n\
         Cookie: restante={}\r\n",
        browser.session_cookie()
    );
    let mut streams = Vec::new();
    for path in ["/events", "/api/v1/events"] {
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\n{head}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let said = until(&mut stream, "\r\n\r\n").await;
        assert!(said.starts_with("HTTP/1.1 200"), "{said}");
        streams.push(stream);
    }
    let mut upload = TcpStream::connect(served.address).await.unwrap();
    let request = format!(
        "POST /api/v1/accounts/1/blobs HTTP/1.1\r\n{head}Content-Type: text/plain\r\n\
         Content-Length: 6\r\n\r\nabc"
    );
    upload.write_all(request.as_bytes()).await.unwrap();
    let mut unused = TcpStream::connect(served.address).await.unwrap();
    unused
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    until(&mut unused, "ok\n").await;

    served.tell_to_stop();
    for mut stream in streams {
        let said = timeout(PATIENCE, rest(&mut stream)).await.unwrap();
        let retry = said
            .split("retry:")
            .nth(1)
            .unwrap_or_else(|| panic!("{said}"));
        let millis: u64 = retry.trim_start().lines().next().unwrap().parse().unwrap();
        assert!((1_000..=10_000).contains(&millis), "{said}");
        assert!(said.ends_with("0\r\n\r\n"), "ended, not cut: {said:?}");
    }
    assert_eq!(timeout(PATIENCE, rest(&mut unused)).await.unwrap(), "");
    assert!(TcpStream::connect(served.address).await.is_err());
    upload.write_all(b"def").await.unwrap();
    let said = timeout(PATIENCE, rest(&mut upload)).await.unwrap();
    assert!(said.starts_with("HTTP/1.1 201"), "{said}");
    assert!(served.ended().await, "{}", served.log());
    assert!(served.log().contains("Stopping"));
}
