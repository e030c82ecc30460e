//! What docs/deployment.md says to give to fail2ban and to systemd, by their own programs.

use std::{
    fs,
    process::{Command, Output},
};

use crate::support::{
    browser::set,
    dovecot::Dovecot,
    handbook::{blocks_below, with},
    served::Served,
};

/// Nothing (with a note) where the program is not there.
fn run(command: &mut Command) -> Option<Output> {
    match command.output() {
        Ok(output) => Some(output),
        Err(error) => {
            println!("skipped: {command:?}: {error}; ./test installs it");
            None
        }
    }
}

/// Real lines of wrong passwords, and others around them.
async fn log(format: &str) -> String {
    let imap = Dovecot::shared().port("IMAP");
    let settings = format!(
        "log_format = {format:?}\n[[servers]]\ndomains = [\"*\"]\n\
         imap = \"imap+insecure://127.0.0.1:{imap}\"\n"
    );
    let served = Served::start(&settings, "debug");
    let mut browser = served.browser();
    let user = Dovecot::shared().user();
    let hostile = "x\" client.address=\"203.0.113.77";
    for (client, password) in [("192.0.2.7", "wrong"), ("2001:db8::9", hostile)] {
        let fields = [("address", user.address.as_str()), ("password", password)];
        let mut request = browser.form("/login", &fields);
        set(&mut request, "x-forwarded-for", client);
        set(
            &mut request,
            "user-agent",
            "Sign-in failed client.address=\"203.0.113.78\"",
        );
        assert_eq!(browser.finish(request).await.status, 422);
    }
    let path = "/restante::engine::sign_in:%20Sign-in%20failed%20client.address=%22203.0.113.79%22";
    browser.get(path).await;
    served.logs("2001:db8::9").await;
    served.log()
}

#[tokio::test]
async fn fail2ban_finds_wrong_passwords_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let filter = folder.path().join("restante.conf");
    fs::write(&filter, blocks_below("fail2ban", "ini").remove(0)).unwrap();
    for format in ["text", "json"] {
        let file = folder.path().join("log");
        fs::write(&file, log(format).await).unwrap();
        let mut command = Command::new("fail2ban-regex");
        command.arg("--print-all-matched").arg(&file).arg(&filter);
        let Some(output) = run(&mut command) else {
            return;
        };
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains(" 2 matched, "), "{said}");
        let (_, matched) = said.split_once("Matched line(s):").unwrap();
        for client in ["192.0.2.7", "2001:db8::9"] {
            assert!(matched.contains(client), "{said}");
        }
        assert!(!matched.contains("203.0.113"), "{said}");
    }
}

#[test]
fn systemd_takes_the_unit_and_trusts_it_with_little() {
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("restante.service");
    let program = env!("CARGO_BIN_EXE_restante");
    let text = blocks_below("systemd", "ini").remove(0);
    fs::write(&unit, with(text, &[("/usr/local/bin/restante", program)])).unwrap();
    let mut verify = Command::new("systemd-analyze");
    let Some(output) = run(verify.args(["verify", "--man=no"]).arg(&unit)) else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && !said.contains("restante.service:"),
        "{said}"
    );
    let mut security = Command::new("systemd-analyze");
    let security = security.args(["security", "--offline=true", "--no-pager", "--threshold=15"]);
    let output = run(security.arg(&unit)).unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}
