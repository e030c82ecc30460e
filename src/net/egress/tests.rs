//! The policy's tables: special-purpose addresses, URLs, exemptions.

use super::*;

#[test]
fn special_addresses_are_not_public() {
    for text in [
        "0.0.0.0",
        "0.1.2.3",
        "10.1.2.3",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.0.1",
        "169.254.169.254",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.255.255",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.7",
        "168.63.129.16",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:4136:e378::1",
        "2001:2::1",
        "2001:10::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:808:808::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fdff::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "fd00:ec2::254",
    ] {
        assert!(!is_public(text.parse().unwrap()), "{text}");
    }
}

#[test]
fn ordinary_addresses_are_public() {
    for text in [
        "1.1.1.1",
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.0.1",
        "172.32.0.1",
        "192.0.1.1",
        "192.167.1.1",
        "198.17.0.1",
        "198.20.0.1",
        "223.255.255.255",
        "168.63.129.17",
        "2606:4700::1111",
        "2a00:1450::1",
        "2001:4860::8888",
        "2001:200::1",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ] {
        assert!(is_public(text.parse().unwrap()), "{text}");
    }
}

#[test]
fn urls_are_judged_by_their_text() {
    let exempt: SocketAddr = "10.0.0.5:8080".parse().unwrap();
    let policy = Policy::allowing([exempt]);
    for (url, expected) in [
        ("http://example.org/", Ok(80)),
        ("https://example.org:443/", Ok(443)),
        ("https://example.org:80/", Ok(80)),
        ("http://8.8.8.8/", Ok(80)),
        ("http://10.0.0.5:8080/x", Ok(8080)),
        ("http://10.0.0.5/", Err(Denied::Address)),
        ("http://8.8.8.8:8080/", Err(Denied::Address)),
        ("http://example.org:22/", Err(Denied::Port)),
        ("http://10.0.0.6:8080/", Err(Denied::Address)),
        ("ftp://example.org/", Err(Denied::Scheme)),
        ("http://a:b@example.org/", Err(Denied::Malformed)),
        ("http://a@example.org/", Err(Denied::Malformed)),
    ] {
        assert_eq!(
            policy.check_url(&Url::parse(url).unwrap()),
            expected,
            "{url}"
        );
    }
}

#[tokio::test]
async fn an_exemption_does_not_open_its_port_elsewhere() {
    let policy =
        Policy::allowing(["10.0.0.5:8080".parse().unwrap()]).with_lookup(Arc::new(|_: &str| {
            ["10.0.0.5", "8.8.8.8", "10.0.0.6"]
                .map(|ip| ip.parse().unwrap())
                .into()
        }));
    assert_eq!(
        policy.resolve("x", 8080).await,
        ["10.0.0.5:8080".parse().unwrap()]
    );
    assert_eq!(
        policy.resolve("x", 80).await,
        ["8.8.8.8:80".parse().unwrap()]
    );
}
