//! Tests of the configuration.

use super::*;

fn parse(text: &str, variables: &[(&str, &str)]) -> anyhow::Result<Config> {
    let variables = variables
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()));
    Config::parse(text, variables)
}

#[test]
fn nothing_gives_the_defaults() {
    let config = parse("", &[]).unwrap();
    assert_eq!(config.database_url, "sqlite:data/restante.db");
    assert_eq!(config.blob_url, "file:data/blobs");
    assert_eq!(config.secret_key_file, PathBuf::from("data/secret.key"));
    assert_eq!(config.base_path(), "");
}

#[test]
fn the_example_is_valid_and_names_every_setting() {
    let example = parse(EXAMPLE, &[]).unwrap();
    assert_eq!(example.servers.len(), 1);
    let all = toml::Table::try_from(Config::default()).unwrap();
    let limits = all.get("limits").and_then(toml::Value::as_table).unwrap();
    for key in all.keys().chain(limits.keys()).map(String::as_str).chain([
        "content_url",
        "domains",
        "imap",
        "pop3",
        "smtp",
        "sieve",
        "login",
        "tls_ca",
        "allow_insecure",
        "authserv",
    ]) {
        let named = EXAMPLE.lines().any(|line| {
            let line = line.trim_start_matches(['#', ' ', '[']);
            line.strip_prefix(key)
                .is_some_and(|rest| rest.starts_with([' ', ']']))
        });
        assert!(named, "{key} is not in restante.example.toml");
    }
}

#[test]
fn variables_override_at_every_level() {
    let config = parse(
        "listen = '1.2.3.4:1'",
        &[
            ("RESTANTE_LISTEN", "0.0.0.0:80"),
            ("RESTANTE_LIMITS__UPLOAD_MIB", "7"),
            (
                "RESTANTE_SERVERS__0__DOMAINS",
                r#"["example.org", "example.net"]"#,
            ),
            ("RESTANTE_SERVERS__0__IMAP", "imaps://mail.example.org"),
            ("RESTANTE_SERVERS__1__DOMAINS__0", "*"),
            ("RESTANTE_SERVERS__1__POP3", "pop3://pop.example.com:1110"),
            ("RESTANTE_TEST_POSTGRES", "postgres://elsewhere"),
            ("HOME", "/root"),
        ],
    )
    .unwrap();
    assert_eq!(config.listen, "0.0.0.0:80");
    assert_eq!(config.limits.upload_mib, 7);
    let server = config.server_for("Anna@EXAMPLE.net").unwrap();
    assert_eq!(server.imap.as_ref().unwrap().port, 993);
    let other = config
        .server_for("bob@other.test")
        .unwrap()
        .pop3
        .clone()
        .unwrap();
    assert_eq!((other.port, other.security), (1110, Security::StartTls));
    assert!(config.server_for("no-domain").is_none());
}

#[test]
fn wrong_settings_are_named() {
    let server = "[[servers]]\ndomains=['a']\n";
    for (text, said) in [
        ("lissten = 'x'", "lissten"),
        ("public_url = 'ftp://x'", "public_url"),
        ("public_url = 'https://x/?y'", "public_url"),
        ("trusted_proxies = ['10.0.0.0/40']", "10.0.0.0/40"),
        ("time_zone = 'Mars/Olympus'", "Mars/Olympus"),
        (server, "needs imap or pop3"),
        (
            &format!("{server}imap='imaps://h'\npop3='pop3s://h'"),
            "choose one",
        ),
        (&format!("{server}imap='smtps://h'"), "imaps://"),
        (
            &format!("{server}imap='imap+insecure://mail.example.org'"),
            "in the clear",
        ),
        (
            &format!("{server}imap='imaps://user:hunter2@h'"),
            "no user name",
        ),
        (
            "frame_ancestors = \"'self'; script-src *\"",
            "frame_ancestors",
        ),
    ] {
        let error = format!("{:#}", parse(text, &[]).unwrap_err());
        assert!(error.contains(said), "{text}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    assert!(
        parse(
            &format!("{server}imap='imap+insecure://127.0.0.1:1143'"),
            &[]
        )
        .is_ok()
    );
    assert!(parse("", &[("RESTANTE_SERVERS__3__IMAP", "x")]).is_err());
}

#[test]
fn networks_contain_their_addresses() {
    let net = |text: &str| Network::try_from(text.to_owned()).unwrap();
    for (network, address, inside) in [
        ("127.0.0.1/32", "127.0.0.1", true),
        ("127.0.0.1", "127.0.0.2", false),
        ("10.0.0.0/8", "10.200.1.1", true),
        ("10.0.0.0/8", "::ffff:10.1.1.1", true),
        ("0.0.0.0/0", "8.8.8.8", true),
        ("::1/128", "::1", true),
        ("fd00::/8", "fd12::1", true),
        ("fd00::/8", "10.0.0.1", false),
    ] {
        assert_eq!(
            net(network).contains(address.parse().unwrap()),
            inside,
            "{network} {address}"
        );
    }
}

#[test]
fn whose_word_counts_is_a_name() {
    let server = |authserv: &str| {
        let text = format!(
            "[[servers]]\ndomains = ['*']\nimap = 'imaps://imap.test'\nauthserv = {authserv}"
        );
        parse(&text, &[]).map(|config| config.servers[0].authserv.clone())
    };
    assert_eq!(server("[]").unwrap(), [""; 0]);
    let names = ["mx.example.org", "spam-filter_1"];
    assert_eq!(server(&format!("{names:?}")).unwrap(), names);
    for odd in [
        "['']",
        "['mx.example.org; dmarc=pass']",
        "['a b']",
        "['\"a\"']",
    ] {
        let error = format!("{:#}", server(odd).unwrap_err());
        assert!(error.contains("authserv of *"), "{error}");
    }
    let oauth = "[[oauth]]\nname = 'Post'\npreset = 'google'\nclient_id = 'x'\nauthserv = ['mx.google.com']";
    let config = parse(oauth, &[]).unwrap();
    let server = config.oauth[0].server().unwrap();
    assert_eq!(server.authserv, ["mx.google.com"]);
}
