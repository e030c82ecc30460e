//! The image proxy's fetcher against servers that lie, drip, redirect and resolve inwards.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::*;

/// The smallest PNG header that states a size; nothing decodes it here.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    file.extend(width.to_be_bytes());
    file.extend(height.to_be_bytes());
    file.extend([8, 6, 0, 0, 0]);
    file.resize(100, 0);
    file
}

/// A server that answers every request by `answer` and counts connections.
async fn sink<F, Fut>(answer: F) -> (SocketAddr, Arc<AtomicUsize>)
where
    F: Fn(TcpStream, String) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let seen = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&seen);
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let answer = Arc::clone(&answer);
            tokio::spawn(async move {
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    match stream.read_u8().await {
                        Ok(byte) => request.push(byte),
                        Err(_) => return,
                    }
                }
                answer(stream, String::from_utf8_lossy(&request).into_owned()).await;
            });
        }
    });
    (address, seen)
}

async fn serve(mut stream: TcpStream, head: &str, body: &[u8]) {
    let head = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n", body.len());
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(body).await;
}

fn fetcher(allowed: &[SocketAddr]) -> Fetcher {
    let policy = Policy::allowing(allowed.iter().copied());
    Fetcher::new(policy, FetchLimits::default(), &[]).unwrap()
}

#[tokio::test]
async fn a_picture_comes_with_the_type_of_its_bytes() {
    let (address, _) = sink(|stream, request| async move {
        let lower = request.to_ascii_lowercase();
        assert!(
            !lower.contains("referer") && !lower.contains("cookie"),
            "{request}"
        );
        assert!(lower.contains("user-agent: mozilla/5.0 (compatible; restante image proxy)"));
        assert!(request.starts_with("GET /a.png?b=c HTTP/1.1"), "{request}");
        serve(stream, "200 OK\r\nContent-Type: text/html", &png(1, 1)).await;
    })
    .await;
    let image = fetcher(&[address])
        .image(&format!("http://{address}/a.png?b=c#fragment"))
        .await
        .unwrap();
    assert_eq!(image.media_type, "image/png");
    assert_eq!(image.bytes, png(1, 1));
}

#[tokio::test]
async fn spellings_of_inside_addresses_see_no_connection() {
    let (address, seen) = sink(|stream, _| async move { serve(stream, "200 OK", b"").await }).await;
    let lookup = |name: &str| -> Vec<IpAddr> {
        match name {
            "metadata.google.internal" => vec!["169.254.169.254".parse().unwrap()],
            "mixed.test" => vec!["127.0.0.1".parse().unwrap(), "::1".parse().unwrap()],
            _ => vec!["127.0.0.1".parse().unwrap()],
        }
    };
    let policy = Policy::public().with_lookup(Arc::new(lookup));
    let fetcher = Fetcher::new(policy, FetchLimits::default(), &[]).unwrap();
    let port = address.port();
    let with_port: Vec<String> = [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[0:0:0:0:0:ffff:127.0.0.1]",
        "0",
        "0.0.0.0",
        "127.1",
        "0x7f.1",
        "2130706433",
        "017700000001",
        "[::]",
    ]
    .iter()
    .map(|host| format!("http://{host}:{port}/"))
    .collect();
    let plain = [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://0/",
        "http://[::]/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[0:0:0:0:0:ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:0:7f00:1::]/",
        "http://[fe80::1]/",
        "http://[fc00::1]/",
        "http://[fd00:ec2::254]/",
        "http://[ff02::1]/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://172.31.255.255/",
        "http://192.168.0.1/",
        "http://100.64.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://198.18.0.1/",
        "http://192.0.0.192/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://240.0.0.1/",
        "http://168.63.129.16/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://127.0.0.1.nip.io/",
        "http://7f000001.nip.io/",
        "http://fc00--1.nip.io/",
        "http://metadata.google.internal/",
        "http://mixed.test/",
        "https://localtest.me/",
        "http://①②⑦.⓪.⓪.①/",
        "http://127。0。0。1/",
        "http://user@127.0.0.1/",
        "http://example.org@127.0.0.1/",
        "http://127.0.0.1:80\\@example.org/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:25/",
        "data:image/png,x",
        "javascript:alert(1)",
        "//127.0.0.1/",
        "http://",
        "http:///",
        "unix:/run/x",
        "",
    ];
    for url in with_port.iter().map(String::as_str).chain(plain) {
        let outcome = fetcher.image(url).await;
        assert!(
            matches!(
                outcome,
                Err(FetchError::Denied(_) | FetchError::Url | FetchError::Network)
            ),
            "{url}: {outcome:?}"
        );
    }
    assert_eq!(seen.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_name_is_judged_anew_at_each_connection() {
    // First a public address, then an inside one: the second look-up must not be trusted
    // because of the first.
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    let lookup = move |_: &str| -> Vec<IpAddr> {
        count.fetch_add(1, Ordering::SeqCst);
        vec!["127.0.0.1".parse().unwrap()]
    };
    let policy = Policy::public().with_lookup(Arc::new(lookup));
    let fetcher = Fetcher::new(policy, FetchLimits::default(), &[]).unwrap();
    for _ in 0..2 {
        assert_eq!(
            fetcher.image("http://rebind.test/").await,
            Err(FetchError::Network)
        );
    }
    assert!(calls.load(Ordering::SeqCst) >= 2);
}

#[tokio::test]
async fn redirects_are_followed_and_judged() {
    let (inside, seen) = sink(|stream, _| async move {
        serve(stream, "200 OK", &png(1, 1)).await;
    })
    .await;
    let (address, _) = sink(move |stream, request| async move {
        let head = match request.split(' ').nth(1) {
            Some("/to-inside") => format!("302 Found\r\nLocation: http://{inside}/"),
            Some("/to-file") => "302 Found\r\nLocation: file:///etc/passwd".into(),
            Some("/loop") => "301 Moved\r\nLocation: /loop".into(),
            Some("/nowhere") => "301 Moved".into(),
            Some("/3") => "307 Temporary\r\nLocation: /2".into(),
            Some("/2") => "303 Other\r\nLocation: 1".into(),
            Some("/1") => "308 Permanent\r\nLocation: /picture".into(),
            Some("/gone") => "410 Gone".into(),
            _ => "200 OK".into(),
        };
        serve(stream, &head, &png(1, 1)).await;
    })
    .await;
    let fetcher = fetcher(&[address]);
    let cases = [
        ("/to-inside", Some(FetchError::Denied(Denied::Port))),
        ("/to-file", Some(FetchError::Denied(Denied::Scheme))),
        ("/loop", Some(FetchError::Redirects)),
        ("/nowhere", Some(FetchError::Redirects)),
        ("/gone", Some(FetchError::Status(410))),
        ("/3", None),
    ];
    for (path, expected) in cases {
        let outcome = fetcher.image(&format!("http://{address}{path}")).await;
        assert_eq!(outcome.err(), expected, "{path}");
    }
    assert_eq!(seen.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn bodies_are_bounded_and_typed() {
    let (address, _) = sink(|mut stream, request| async move {
        match request.split(' ').nth(1).unwrap_or_default() {
            "/announced" => {
                let head = "HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n";
                let _ = stream.write_all(head.as_bytes()).await;
            }
            "/endless" => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
                let _ = stream.write_all(&png(1, 1)).await;
                while stream.write_all(&[0; 65536]).await.is_ok() {}
            }
            "/html" => serve(stream, "200 OK\r\nContent-Type: image/png", &[b'<'; 4096]).await,
            "/svg" => {
                serve(
                    stream,
                    "200 OK",
                    b"<svg xmlns='http://www.w3.org/2000/svg'/>",
                )
                .await
            }
            "/huge" => serve(stream, "200 OK", &png(60_000, 60_000)).await,
            "/fits" => serve(stream, "200 OK", &png(8_000, 5_000)).await,
            "/cut" => {
                let _ = stream
                    .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")
                    .await;
                let _ = stream.write_all(&png(1, 1)).await;
            }
            "/broken" => serve(stream, "200 OK", b"\x89PNG\r\n\x1a\n").await,
            _ => serve(stream, "200 OK", b"").await,
        }
    })
    .await;
    let fetcher = fetcher(&[address]);
    let cases = [
        ("/announced", Some(FetchError::TooLarge)),
        ("/endless", Some(FetchError::TooLarge)),
        ("/html", Some(FetchError::NotAnImage)),
        ("/svg", Some(FetchError::NotAnImage)),
        ("/huge", Some(FetchError::TooManyPixels)),
        ("/cut", Some(FetchError::Network)),
        ("/broken", Some(FetchError::NotAnImage)),
        ("/empty", Some(FetchError::NotAnImage)),
        ("/fits", None),
    ];
    for (path, expected) in cases {
        let outcome = fetcher.image(&format!("http://{address}{path}")).await;
        assert_eq!(outcome.err(), expected, "{path}");
    }
}

#[tokio::test]
async fn a_slow_drip_ends_in_time() {
    let (address, _) = sink(|mut stream, _| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        let _ = stream.write_all(&png(1, 1)).await;
        loop {
            tokio::time::sleep(Duration::from_millis(10)).await;
            if stream.write_all(b"x").await.is_err() {
                return;
            }
        }
    })
    .await;
    let limits = FetchLimits {
        time: Duration::from_millis(200),
        ..FetchLimits::default()
    };
    let fetcher = Fetcher::new(Policy::allowing([address]), limits, &[]).unwrap();
    let outcome = fetcher.image(&format!("http://{address}/")).await;
    assert_eq!(outcome, Err(FetchError::Timeout));
}
