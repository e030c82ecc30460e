//! Files in a bucket of a real S3 server: the whole program on it, and its commands.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use crate::support::{
    letter::letter,
    node::{Node, Person},
    process::program,
    s3::{S3, VARIABLES},
};

/// A person whose mail lives here.
const ADDRESS: &str = "ada@example.org";

fn command(config: &Path, secret: &str) -> Command {
    let mut command = program(config);
    command.envs(VARIABLES).env("AWS_SECRET_ACCESS_KEY", secret);
    command
}

fn run(config: &Path, arguments: &[&str]) -> Output {
    let mut command = command(config, VARIABLES[1].1);
    command.args(arguments).stdin(Stdio::piped());
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"restante\n")
        .unwrap();
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    let all = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8(all).unwrap()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let entries = entries.map(|entry| entry.unwrap().path());
    let below = entries.flat_map(|path| match path.is_dir() {
        true => files_below(&path),
        false => vec![path],
    });
    below.collect()
}

#[tokio::test]
async fn mail_lies_in_a_bucket() {
    let Some(server) = S3::shared() else { return };
    let (data, url) = (tempfile::tempdir().unwrap(), server.url());
    let config = data.path().join("restante.toml");
    let settings = format!(
        "listen = \"127.0.0.1:0\"\ndata_dir = {:?}\nblob_url = {url:?}\n",
        data.path().join("data")
    );
    fs::write(&config, settings).unwrap();

    // What is wrong is told at once, by whoever starts.
    let checked = run(&config, &["check"]);
    assert!(
        said(&checked).contains("files       ok, s3://mail/"),
        "{}",
        said(&checked)
    );
    for what in ["check", "serve"] {
        let refused = command(&config, "wrong").arg(what).output().unwrap();
        assert!(!refused.status.success());
        let said = said(&refused);
        assert!(said.contains("SignatureDoesNotMatch"), "{said}");
        assert!(!said.contains("wrong"), "{said}");
    }

    let made = run(&config, &["user", "set-password", ADDRESS]);
    assert!(made.status.success(), "{}", said(&made));
    let node = Node::start(command(&config, VARIABLES[1].1));
    let ada = Person::sign_in(node.address, ADDRESS).await;
    let (_, accounts) = ada.get(node.address, "/api/v1/accounts").await;
    let accounts: serde_json::Value = serde_json::from_str(&accounts).unwrap();
    let account = accounts["items"][0]["id"].as_str().unwrap();
    let path = format!("/api/v1/accounts/{account}/mailboxes");
    let (_, folders) = ada.get(node.address, &path).await;
    let folders: serde_json::Value = serde_json::from_str(&folders).unwrap();
    let folders = folders["items"].as_array().unwrap();
    let inbox = folders.iter().find(|one| one["role"] == "inbox").unwrap();
    let inbox = inbox["id"].as_str().unwrap();
    // One at once, and one in parts.
    let large = letter("Large")
        .text(&"Text of many words. ".repeat(600_000))
        .raw();
    for raw in [letter("Small").raw(), large] {
        let path = format!("/api/v1/accounts/{account}/emails?mailbox={inbox}");
        let asked = ada.asking(reqwest::Method::POST, node.address, &path);
        let asked = asked
            .header("content-type", "message/rfc822")
            .body(raw.clone());
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status(), 201);
        let stored: serde_json::Value =
            serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        let path = format!(
            "/api/v1/accounts/{account}/emails/{}/raw",
            stored["id"].as_str().unwrap()
        );
        let (status, read) = ada.get(node.address, &path).await;
        assert_eq!(status, 200);
        assert!(
            read.as_bytes() == raw,
            "{} octets of {}",
            read.len(),
            raw.len()
        );
        let range = ada.asking(reqwest::Method::GET, node.address, &path);
        let range = range.header("range", "bytes=5-24").send().await.unwrap();
        assert_eq!(range.status(), 206);
        assert_eq!(range.bytes().await.unwrap(), raw[5..25]);
    }
    let stored = files_below(&server.folder(&url));
    assert_eq!(stored.len(), 2, "{stored:?}");
    let here = files_below(&data.path().join("data"));
    // The database has some megabytes beside it.
    let blobs = here
        .iter()
        .filter(|path| fs::metadata(path).unwrap().len() > 8 << 20);
    assert_eq!(blobs.count(), 0, "{here:?}");

    let verified = run(&config, &["verify"]);
    assert!(
        said(&verified).contains("2 stored files are as they arrived"),
        "{}",
        said(&verified)
    );
    let backup = data.path().join("backup");
    let target = backup.to_str().unwrap();
    let copied = run(&config, &["backup", target]);
    assert!(
        said(&copied).contains("2 stored files: 2 copied"),
        "{}",
        said(&copied)
    );
    let copied = run(&config, &["backup", target]);
    assert!(
        said(&copied).contains("0 copied (0 octets), 0 linked, 2 there"),
        "{}",
        said(&copied)
    );
    let copies = files_below(&backup.join("blobs"));
    assert_eq!(copies.len(), 2, "{copies:?}");

    let damaged = stored
        .iter()
        .max_by_key(|path| fs::metadata(path).unwrap().len());
    fs::write(damaged.unwrap(), b"damaged").unwrap();
    let verified = run(&config, &["verify"]);
    assert!(!verified.status.success());
    assert!(
        said(&verified).contains("damaged or missing"),
        "{}",
        said(&verified)
    );
}
