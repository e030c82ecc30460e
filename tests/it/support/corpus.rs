//! The shared corpora of hostile and odd mail. They are no part of the project: tests that want
//! them pass with a line that says so where they are absent.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use restante::mail::sample::SampleMessage;

/// Every message of the MIME corpus as mail in the folder `INBOX`, in the order of the file names,
/// with the name of its file. Empty when the corpora are absent.
pub(crate) fn messages() -> Vec<(String, SampleMessage)> {
    let Some(directory) = directory("mime") else {
        return vec![];
    };
    let mut files: Vec<PathBuf> = fs::read_dir(directory)
        .expect("lists")
        .map(|entry| entry.expect("reads").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
        .collect();
    files.sort();
    let message = |(number, path): (i64, PathBuf)| {
        let name = path
            .file_name()
            .expect("a file")
            .to_string_lossy()
            .into_owned();
        let raw = fs::read(&path).expect("reads");
        let message = SampleMessage {
            folder: "INBOX".to_owned(),
            keywords: std::iter::empty::<&str>().collect(),
            received_at: 1_700_000_000_000 + number * 1000,
            raw,
        };
        (name, message)
    };
    (0..).zip(files).map(message).collect()
}

/// One of the corpora, from `$RESTANTE_CORPORA` or beside the project.
fn directory(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = [
        env::var_os("RESTANTE_CORPORA").map(PathBuf::from),
        Some(root.join("../shared/corpora")),
        Some(root.join("../../shared/corpora")),
    ];
    let found = places
        .into_iter()
        .flatten()
        .map(|place| place.join(name))
        .find(|it| it.is_dir());
    if found.is_none() {
        println!("skipped: no corpus {name} (set RESTANTE_CORPORA)");
    }
    found
}

#[test]
fn dovecot_serves_every_message_of_the_corpus() {
    let messages: Vec<_> = messages().into_iter().map(|(_, message)| message).collect();
    let user = super::dovecot::Dovecot::shared().user();
    user.fill(&messages);
    let listed = user.doveadm(&["fetch"], &["uid", "mailbox", "INBOX"], b"");
    assert_eq!(listed.matches("uid:").count(), messages.len());
}
