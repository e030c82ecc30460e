//! What is in files of many kinds, hostile ones among them.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use tokio::sync::mpsc;

use super::*;
use crate::mail::{mbox, zip::Writer};

const LETTER: &[u8] = b"Subject: a\r\n\r\nText\r\n";

/// What is filed of a file: folder, flags, date and octets; and what is not.
type Found = (Vec<(Item, Vec<u8>)>, Vec<(String, &'static str)>);

fn found(name: &str, octets: &[u8], most: u64) -> Result<Found, Error> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(octets).unwrap();
    read_from(
        Source::File {
            file,
            name: name.to_owned(),
        },
        most,
    )
}

fn read_from(source: Source, most: u64) -> Result<Found, Error> {
    let (pieces, mut coming) = mpsc::channel(4);
    let gather = std::thread::spawn(move || {
        let (mut items, mut failures) = (Vec::<(Item, Vec<u8>)>::new(), Vec::new());
        while let Some(piece) = coming.blocking_recv() {
            match piece {
                Piece::Begin(item) => items.push((item, Vec::new())),
                Piece::Octets(octets) => items.last_mut().unwrap().1.extend_from_slice(&octets),
                Piece::End => {}
                Piece::Broken(reason) => failures.push((items.pop().unwrap().0.name, reason)),
                Piece::Failed(item, reason) => failures.push((item, reason)),
                Piece::Known => failures.push((String::new(), "known")),
            }
        }
        (items, failures)
    });
    let read = read(source, &pieces, &Progress::default(), most);
    drop(pieces);
    let found = gather.join().unwrap();
    read.map(|()| found)
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = Writer::default();
    let mut out = Vec::new();
    for (name, octets) in files {
        out.extend(writer.begin_long((*name).to_owned(), 0));
        writer.push(octets);
        out.extend_from_slice(octets);
        out.extend(writer.end());
    }
    out.extend(writer.finish());
    out
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (path, octets) in files {
        let size = octets.len() as u64;
        out.extend(tar::header(path, size, 1_790_848_800_000));
        out.extend_from_slice(octets);
        out.extend(tar::padding(size));
    }
    out.extend(tar::end());
    out
}

fn gzip(octets: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(octets).unwrap();
    encoder.finish().unwrap()
}

fn folders(found: &Found) -> Vec<String> {
    found
        .0
        .iter()
        .map(|(item, _)| item.folder.join("/"))
        .collect()
}

#[test]
fn kinds_are_told_by_what_is_in_them() {
    let mbox = [b"From - \n".as_slice(), LETTER, b"\n"].concat();
    for (name, octets, folder) in [
        ("whatever", LETTER.to_vec(), ""),
        ("Work.mbox", mbox.clone(), "Work"),
        ("Inbox", mbox.clone(), ""),
        ("Work.mbox.gz", gzip(&mbox), "Work"),
        ("../../Work", mbox.clone(), "Work"),
        ("a.zip", zip(&[("Work/a.eml", LETTER)]), "Work"),
        ("a.zip", zip(&[("../../x/a.eml", LETTER)]), "x"),
        ("a.zip", zip(&[("Work.sbd/2026", &mbox)]), "Work/2026"),
        ("a.zip", zip(&[("Sent.mbox/mbox", &mbox)]), "Sent"),
        (
            "a.tar",
            tar(&[("Maildir/.Work.&AOk-/cur/1:2,S", LETTER)]),
            "Work/é",
        ),
        ("a.tgz", gzip(&tar(&[("Maildir/cur/1:2,S", LETTER)])), ""),
    ] {
        let found = found(name, &octets, 1000).unwrap();
        assert_eq!(folders(&found), [folder], "{name}");
        assert!(found.1.is_empty(), "{name}: {:?}", found.1);
        assert_eq!(found.0[0].1, LETTER, "{name}");
    }
    for octets in [b"%PDF-1.4 x".to_vec(), Vec::new(), b"PK\x03\x04 x".to_vec()] {
        assert!(found("x", &octets, 1000).is_err());
    }
}

#[test]
fn flags_and_dates_come_along() {
    let manifest = br#"{"name":"a.eml","folder":["A:b"],"keywords":["$seen"],"receivedAt":5}"#;
    let zip = zip(&[("a.eml", LETTER), (MANIFEST, manifest)]);
    let (items, _) = found("a.zip", &zip, 1000).unwrap();
    let item = &items[0].0;
    assert_eq!(item.folder, ["A:b"]);
    assert_eq!(
        (item.received_at, item.keywords.has("$seen")),
        (Some(5), true)
    );
    let tar = tar(&[
        ("Maildir/.W/cur/1790848800.M5000P1.x,S=1:2,Fa", LETTER),
        ("Maildir/.W/new/2", LETTER),
        ("Maildir/.W/cur/3:2,T", LETTER),
        ("Maildir/.W/dovecot-keywords", b"0 work\n"),
    ]);
    let (items, others) = found("a.tar", &tar, 1000).unwrap();
    assert_eq!(items[0].0.received_at, Some(1_790_848_800_005));
    let words: Vec<_> = items[0].0.keywords.0.iter().collect();
    assert_eq!(words, ["$flagged", "work"]);
    assert!(items[1].0.keywords.0.is_empty());
    assert_eq!(others, [(String::new(), "known")], "deleted there");
}

/// One that is too large, or broken, costs itself only.
#[test]
fn what_is_wrong_costs_itself() {
    let large = [LETTER, &b"x".repeat(500_000)].concat();
    let files: [(&str, &[u8]); 5] = [
        ("a.eml", LETTER),
        ("large.eml", &large),
        ("picture.png", b"\x89PNG"),
        (".DS_Store", b"x"),
        ("b.eml", LETTER),
    ];
    for (name, octets) in [("a.zip", zip(&files)), ("a.tar", tar(&files))] {
        let (items, failures) = found(name, &octets, 100_000).unwrap();
        assert_eq!(items.len(), 2, "{name}");
        assert_eq!(
            failures,
            [
                ("large.eml".to_owned(), "transfer-too-large"),
                ("picture.png".to_owned(), "transfer-no-message"),
            ]
        );
    }
    let begin = b"From - \n".as_slice();
    let mbox = [begin, LETTER, b"\n", begin, &large, b"\n\n", begin, LETTER].concat();
    let (items, failures) = found("a.mbox", &mbox, 100_000).unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(failures, [("a.mbox, 2".to_owned(), "transfer-too-large")]);
}

/// A gigabyte out of a megabyte: what is unpacked is bounded, and never held.
#[test]
fn bombs_do_not_go_off() {
    let mbox = [b"From - \n".as_slice(), LETTER, &vec![0; 64 << 20]].concat();
    let bomb = gzip(&mbox);
    assert!(bomb.len() < 1 << 20);
    let (items, failures) = found("a.mbox.gz", &bomb, 1 << 20).unwrap();
    assert!(items.is_empty());
    let reasons: Vec<&str> = failures.iter().map(|(_, reason)| *reason).collect();
    assert_eq!(reasons, ["transfer-too-large", "transfer-broken"]);
}

#[test]
fn a_folder_is_read_without_its_links() {
    let root = tempfile::tempdir().unwrap();
    let cur = root.path().join(".Work/cur");
    fs::create_dir_all(&cur).unwrap();
    fs::write(cur.join("2:2,a"), LETTER).unwrap();
    fs::write(cur.join("1:2,S"), LETTER).unwrap();
    fs::write(root.path().join(".Work/dovecot-keywords"), "0 work\n").unwrap();
    fs::write(root.path().join("note.eml"), LETTER).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", root.path().join("link.eml")).unwrap();
    let found = read_from(Source::Folder(root.path().to_owned()), 1000).unwrap();
    assert_eq!(folders(&found), ["Work", "Work", ""]);
    assert!(found.0[0].0.keywords.has("$seen") && found.0[1].0.keywords.has("work"));
    assert!(found.1.is_empty(), "{:?}", found.1);
    assert!(found.0[0].0.received_at.is_some());
}

#[test]
fn what_we_write_as_mbox_is_an_mbox() {
    let (_, head) = mbox::Writer::begin(mbox::Written {
        from: &[],
        keywords: &Keywords::default(),
        received_at: 0,
        survey: mbox::Survey::default(),
    });
    assert_eq!(entry::kind_of(&head), Some(entry::Kind::Mbox));
}
