//! Where a domain's mail lies: a name server, a web server and mail servers that say so, and some
//! that lie.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};

use restante::{
    mail::autoconfig::{Service, UserName},
    net::{
        Security,
        discover::{Discovery, Found, Ports, Source},
        dns::Dns,
        egress::Policy,
    },
};
use rustls::ServerConfig;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, UdpSocket},
};
use tokio_rustls::TlsAcceptor;

use crate::support::certificate::certificate;

const ANNA: &str = "anna+x@example.org";
/// A port where nobody listens.
const NOBODY: u16 = 9;

/// (service, priority, weight, port, target) of SRV records.
type Record = (&'static str, u16, u16, u16, &'static str);

/// A name server that knows these records and nothing else.
async fn name_server(records: &'static [Record]) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            let answer = answer(&buffer[..length], records);
            socket.send_to(&answer, from).await.unwrap();
        }
    });
    address
}

fn answer(question: &[u8], records: &[Record]) -> Vec<u8> {
    let mut labels = Vec::new();
    let mut at = 12;
    while question[at] != 0 {
        let length = usize::from(question[at]);
        labels.push(String::from_utf8_lossy(&question[at + 1..=at + length]).to_lowercase());
        at += length + 1;
    }
    let name = labels.join(".");
    let end = at + 5;
    let found: Vec<_> = records.iter().filter(|record| record.0 == name).collect();
    let mut answer = question[..2].to_vec();
    let code: u8 = if found.is_empty() { 0x83 } else { 0x80 };
    answer.extend([0x85, code, 0, 1]);
    answer.extend(u16::try_from(found.len()).unwrap().to_be_bytes());
    answer.extend([0; 4]);
    answer.extend(&question[12..end]);
    for (_, priority, weight, port, target) in found {
        let mut data = Vec::new();
        for number in [priority, weight, port] {
            data.extend(number.to_be_bytes());
        }
        for label in target.split('.').filter(|label| !label.is_empty()) {
            data.push(u8::try_from(label.len()).unwrap());
            data.extend(label.as_bytes());
        }
        data.push(0);
        answer.extend([0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60]);
        answer.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        answer.extend(data);
    }
    answer
}

/// What a web server was asked: host and path.
type Asked = Arc<Mutex<Vec<(String, String)>>>;

/// A server for TLS that answers each request by what `says` makes of host and path; none: 404.
async fn web_server(
    config: Arc<ServerConfig>,
    says: impl Fn(&str, &str) -> Option<(String, String)> + Send + Sync + 'static,
) -> (SocketAddr, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Asked::default();
    let (noted, says) = (Arc::clone(&asked), Arc::new(says));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (config, says, noted) =
                (Arc::clone(&config), Arc::clone(&says), Arc::clone(&noted));
            tokio::spawn(async move {
                let mut config = (*config).clone();
                config.alpn_protocols = vec![b"http/1.1".to_vec()];
                let accepted = TlsAcceptor::from(Arc::new(config)).accept(stream).await;
                let Ok(mut stream) = accepted else { return };
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    match stream.read_u8().await {
                        Ok(byte) => request.push(byte),
                        Err(_) => return,
                    }
                }
                let request = String::from_utf8(request).unwrap();
                let path = request.split(' ').nth(1).unwrap().to_owned();
                let host = request.lines().find_map(|line| line.strip_prefix("host: "));
                let host = host.unwrap().split(':').next().unwrap().to_owned();
                assert!(!request.contains("cookie"), "{request}");
                let said = says(&host, &path);
                noted.lock().unwrap().push((host, path));
                let (status, body) =
                    said.unwrap_or_else(|| ("404 Not Found".to_owned(), String::new()));
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    (address, asked)
}

/// Every name is this machine.
fn here() -> impl Fn(&str) -> Vec<IpAddr> + Send + Sync {
    |_: &str| vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]
}

fn document(host: &str) -> String {
    format!(
        "<clientConfig version=\"1.1\"><emailProvider id=\"example.org\">\
         <incomingServer type=\"pop3\"><hostname>pop.{host}</hostname><port>995</port>\
         <socketType>SSL</socketType></incomingServer>\
         <incomingServer type=\"imap\"><hostname>imap.{host}</hostname><port>143</port>\
         <socketType>STARTTLS</socketType><username>%EMAILLOCALPART%</username></incomingServer>\
         <outgoingServer type=\"smtp\"><hostname>smtp.{host}</hostname><port>465</port>\
         <socketType>SSL</socketType></outgoingServer></emailProvider></clientConfig>"
    )
}

fn ports(https: u16) -> Ports {
    Ports {
        https,
        imaps: NOBODY,
        pop3s: NOBODY,
        submissions: NOBODY,
    }
}

fn told(found: &[Found]) -> Vec<(Service, &str, u16, Security, Source)> {
    found
        .iter()
        .map(|f| (f.service, f.host.as_str(), f.port, f.security, f.source))
        .collect()
}

#[tokio::test]
async fn a_domain_names_its_servers_in_a_document() {
    let (ca, config) = certificate("autoconfig.example.org", (2020, 2040));
    let (web, asked) = web_server(config, |_, _| {
        Some(("200 OK".to_owned(), document("example.net")))
    })
    .await;
    let policy = Policy::allowing([web])
        .with_lookup(Arc::new(here()))
        .trusting(vec![ca.clone()]);
    let dns = Dns::at(name_server(&[]).await);
    let discovery = Discovery::with(policy, dns, ports(web.port())).unwrap();
    let found = discovery.of(ANNA).await;
    assert_eq!(
        told(&found),
        [
            (
                Service::Pop3,
                "pop.example.net",
                995,
                Security::Implicit,
                Source::Document
            ),
            (
                Service::Imap,
                "imap.example.net",
                143,
                Security::StartTls,
                Source::Document
            ),
            (
                Service::Submission,
                "smtp.example.net",
                465,
                Security::Implicit,
                Source::Document
            ),
        ]
    );
    assert_eq!(found[1].user_name, UserName::LocalPart);
    // The certificate is not that of example.org itself, which was therefore told nothing.
    let path = "/mail/config-v1.1.xml?emailaddress=anna%2Bx%40example.org";
    assert_eq!(
        *asked.lock().unwrap(),
        [("autoconfig.example.org".to_owned(), path.to_owned())]
    );
}

#[tokio::test]
async fn a_document_is_not_followed_into_the_clear_or_inwards() {
    let (ca, config) = certificate("autoconfig.example.org", (2020, 2040));
    let sink = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let inwards = sink.local_addr().unwrap();
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let clear = plain.local_addr().unwrap();
    for target in [
        format!("http://{clear}/"),
        format!("http://{inwards}/"),
        format!("https://{inwards}/"),
        "http://autoconfig.example.org/".to_owned(),
        "https://169.254.169.254/latest".to_owned(),
        "file:///etc/passwd".to_owned(),
    ] {
        let (web, asked) = web_server(Arc::clone(&config), move |_, _| {
            Some((format!("302 Found\r\nlocation: {target}"), String::new()))
        })
        .await;
        let policy = Policy::allowing([web, clear])
            .with_lookup(Arc::new(here()))
            .trusting(vec![ca.clone()]);
        let dns = Dns::at(name_server(&[]).await);
        let discovery = Discovery::with(policy, dns, ports(web.port())).unwrap();
        assert_eq!(discovery.of(ANNA).await, []);
        assert_eq!(asked.lock().unwrap().len(), 1);
    }
    for silent in [sink, plain] {
        let accepted = tokio::time::timeout(std::time::Duration::ZERO, silent.accept()).await;
        assert!(accepted.is_err(), "somebody came");
    }
}

#[tokio::test]
async fn a_document_without_end_is_left() {
    let (ca, config) = certificate("autoconfig.example.org", (2020, 2040));
    let (web, _) = web_server(config, |_, _| {
        let end = format!("<!-- {} --></emailProvider>", "x".repeat(300_000));
        let text = document("example.net").replace("</emailProvider>", &end);
        Some(("200 OK".to_owned(), text))
    })
    .await;
    let policy = Policy::allowing([web])
        .with_lookup(Arc::new(here()))
        .trusting(vec![ca.clone()]);
    let dns = Dns::at(name_server(&[]).await);
    let discovery = Discovery::with(policy, dns, ports(web.port())).unwrap();
    assert_eq!(discovery.of(ANNA).await, []);
}

#[tokio::test]
async fn a_domain_names_its_servers_in_its_records() {
    static RECORDS: &[Record] = &[
        ("_imaps._tcp.example.org", 20, 0, 993, "second.example.net."),
        ("_imaps._tcp.example.org", 10, 5, 993, "Light.example.net."),
        (
            "_imaps._tcp.example.org",
            10,
            50,
            1993,
            "first.example.net.",
        ),
        ("_imap._tcp.example.org", 0, 0, 143, "first.example.net."),
        // Not offered, no name, no port.
        ("_pop3s._tcp.example.org", 0, 0, 0, "."),
        ("_pop3._tcp.example.org", 0, 0, 0, "pop.example.net."),
        ("_submissions._tcp.example.org", 0, 0, 465, "localhost."),
        (
            "_submission._tcp.example.org",
            0,
            0,
            587,
            "smtp.example.net.",
        ),
    ];
    let policy = Policy::public().with_lookup(Arc::new(|_| Vec::new()));
    let dns = Dns::at(name_server(RECORDS).await);
    let discovery = Discovery::with(policy, dns, ports(NOBODY)).unwrap();
    let found = discovery.of("anna@Example.ORG").await;
    let starttls = Security::StartTls;
    assert_eq!(
        told(&found),
        [
            (
                Service::Imap,
                "first.example.net",
                1993,
                Security::Implicit,
                Source::Records
            ),
            (
                Service::Imap,
                "light.example.net",
                993,
                Security::Implicit,
                Source::Records
            ),
            (
                Service::Imap,
                "second.example.net",
                993,
                Security::Implicit,
                Source::Records
            ),
            (
                Service::Imap,
                "first.example.net",
                143,
                starttls,
                Source::Records
            ),
            (
                Service::Submission,
                "smtp.example.net",
                587,
                starttls,
                Source::Records
            ),
        ]
    );
}

/// A certificate for the name is what makes a guess worth showing.
#[tokio::test]
async fn usual_names_are_tried_and_must_prove_themselves() {
    let (ca, config) = certificate("imap.example.org", (2020, 2040));
    let (server, _) = web_server(config, |_, _| None).await;
    let policy = Policy::allowing([server])
        .with_lookup(Arc::new(here()))
        .trusting(vec![ca.clone()]);
    let dns = Dns::at(name_server(&[]).await);
    let all = Ports {
        https: NOBODY,
        imaps: server.port(),
        pop3s: server.port(),
        submissions: server.port(),
    };
    let discovery = Discovery::with(policy, dns, all).unwrap();
    assert_eq!(
        told(&discovery.of(ANNA).await),
        [(
            Service::Imap,
            "imap.example.org",
            server.port(),
            Security::Implicit,
            Source::Usual
        )]
    );
    for odd in [
        "anna",
        "anna@localhost",
        "anna@127.0.0.1",
        "anna@[::1]",
        "anna@a b.org",
        "@",
    ] {
        assert_eq!(discovery.of(odd).await, [], "{odd}");
    }
}

/// Names that lead into the operator's network are not tried, whatever the domain says.
#[tokio::test]
async fn usual_names_do_not_lead_inwards() {
    let (ca, config) = certificate("imap.example.org", (2020, 2040));
    let (server, _) = web_server(config, |_, _| None).await;
    let policy = Policy::public()
        .with_lookup(Arc::new(here()))
        .trusting(vec![ca.clone()]);
    let dns = Dns::at(name_server(&[]).await);
    let inner = Ports {
        imaps: server.port(),
        ..ports(NOBODY)
    };
    let discovery = Discovery::with(policy, dns, inner).unwrap();
    assert_eq!(discovery.of(ANNA).await, []);
}
