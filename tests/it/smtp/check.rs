//! `restante check`: whether people will be able to send, before any of them tries.

use tempfile::TempDir;

use crate::support::{
    dovecot::Dovecot,
    exim::Exim,
    process::program,
    smtp::{Act, Smtp},
};

/// What the command says of a server, and whether it is content.
fn check(smtp: &str, more: &str) -> (String, bool) {
    let data: TempDir = tempfile::Builder::new().prefix("check").tempdir().unwrap();
    let imap = Dovecot::shared().port("IMAP");
    let file = data.path().join("restante.toml");
    let settings = format!(
        "data_dir = {:?}\n[[servers]]\ndomains = [\"example.org\"]\n\
         imap = \"imap+insecure://127.0.0.1:{imap}\"\n{smtp}\n{more}\n",
        data.path()
    );
    std::fs::write(&file, settings).unwrap();
    let output = program(&file).arg("check").output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("ok, imap+insecure://"), "{said}");
    (said, output.status.success())
}

fn at(url: &str) -> String {
    format!("smtp = {url:?}")
}

#[test]
fn a_server_that_sends_is_found_good() {
    let exim = Exim::shared();
    let ca = format!("tls_ca = {:?}", Dovecot::shared().ca_pem());
    for (scheme, port) in [("smtps", "SMTP_TLS"), ("smtp", "SMTP_STARTTLS")] {
        let url = format!("{scheme}://127.0.0.1:{}", exim.port(port));
        let (said, good) = check(&at(&url), &ca);
        assert!(good && said.contains(&format!("ok, {url}")), "{said}");
        assert!(said.contains("AUTH PLAIN"), "{said}");
    }
    // Without one nobody can send, which may be meant.
    let (said, good) = check("", "");
    assert!(good && said.contains("nobody can send"), "{said}");
    assert!(said.contains("no authserv"), "{said}");
    let (said, good) = check("", "authserv = [\"mx.example.org\"]");
    let whose = "believes Authentication-Results of mx.example.org";
    assert!(good && said.contains(whose), "{said}");
}

#[test]
fn what_people_would_come_upon_is_said() {
    let exim = format!("smtps://127.0.0.1:{}", Exim::shared().port("SMTP_TLS"));
    let server = Smtp::start();
    let tls = format!("smtp://127.0.0.1:{}", server.port);
    for (url, sentence) in [
        (exim.as_str(), "certificate"),
        (tls.as_str(), "offers no encryption"),
        ("smtps://127.0.0.1:1", "can’t be reached"),
    ] {
        let (said, good) = check(&at(url), "");
        assert!(!good && said.contains(sentence), "{url}: {said}");
    }
    let plain = server.url();
    for (stage, words, sentence) in [
        (
            "EHLO",
            "250-test\r\n250 AUTH GSSAPI",
            "does not take passwords here",
        ),
        ("greeting", "554 5.3.2 Go away", "Go away"),
    ] {
        server.at(stage, Some(Act::Say(words)));
        let (said, good) = check(&at(&plain), "");
        assert!(!good && said.contains(sentence), "{said}");
        server.at(stage, None);
    }
    // A relay on this machine that knows its clients needs no sign-in.
    server.at("EHLO", Some(Act::Say("250 test")));
    let (said, good) = check(&at(&plain), "");
    assert!(good, "{said}");
    assert_eq!(server.heard("AUTH"), 0, "nobody's password is tried");
}
