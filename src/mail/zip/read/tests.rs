//! Archives of ours, packed ones, and those that lie.

use std::io::{Cursor, Write as _};

use flate2::{Compression, write::DeflateEncoder};
use proptest::{collection::vec, prelude::*};

use super::*;
use crate::mail::zip::Writer;

fn written(files: &[(&str, &[u8])], long: bool) -> Vec<u8> {
    let mut writer = Writer::default();
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, octets) in files {
        out.extend(match long {
            true => writer.begin_long((*name).to_owned(), 1_790_848_800_000),
            false => writer.begin(name),
        });
        writer.push(octets);
        out.extend_from_slice(octets);
        out.extend(writer.end());
        directory.extend(writer.take_directory());
    }
    out.extend(directory);
    out.extend(writer.finish());
    out
}

fn unpacked(archive: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut archive = Archive::open(Cursor::new(archive))?;
    let mut files = Vec::new();
    while let Some(entry) = archive.next_entry()? {
        let mut octets = Vec::new();
        archive.read(&entry)?.read_to_end(&mut octets)?;
        files.push((entry.name, octets));
    }
    Ok(files)
}

/// One packed entry, listed as often as told.
fn packed(octets: &[u8], times: u16) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(octets).unwrap();
    let packed = encoder.finish().unwrap();
    let mut crc = Crc::new();
    crc.update(octets);
    let numbers = [crc.sum(), packed.len() as u32, octets.len() as u32];
    let numbers: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
    let name = *b"\x01\x00\x00\x00a";
    let head = |kind: &[u8]| [kind, &[0; 2], &[8, 0], &[0; 4], &numbers].concat();
    let mut out = [&head(b"PK\x03\x04\x14\x00")[..], &name, &packed].concat();
    let at = out.len() as u32;
    for _ in 0..times {
        out.extend(head(b"PK\x01\x02\x14\x00\x14\x00"));
        out.extend([&name[..4], &[0; 10], &[0; 4], &name[4..]].concat());
    }
    let size = out.len() as u32 - at;
    out.extend([&b"PK\x05\x06"[..], &[0; 4]].concat());
    out.extend([times.to_le_bytes(), times.to_le_bytes()].concat());
    out.extend([size.to_le_bytes(), at.to_le_bytes()].concat());
    out.extend([0; 2]);
    out
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        files in vec(("[a-z]{1,8}/[a-zé]{1,20}", vec(any::<u8>(), 0..200)), 0..6),
        long in any::<bool>(),
    ) {
        let files: Vec<(String, Vec<u8>)> = files
            .into_iter()
            .enumerate()
            .map(|(number, (name, octets))| (format!("{name}{number}"), octets))
            .collect();
        let borrowed: Vec<_> = files.iter().map(|(n, o)| (n.as_str(), o.as_slice())).collect();
        prop_assert_eq!(unpacked(&written(&borrowed, long)).unwrap(), files);
    }

    #[test]
    fn damage_does_no_harm(at in 0..200_usize, octet in any::<u8>(), cut in 0..200_usize) {
        let mut archive = written(&[("a", b"some octets"), ("b/c", b"")], true);
        let at = at % archive.len();
        archive[at] = octet;
        archive.truncate(archive.len().saturating_sub(cut));
        let _ = unpacked(&archive);
    }
}

#[test]
fn packed_entries_are_unpacked() {
    let text = b"Subject: x\r\n\r\nText\r\n".repeat(10);
    assert_eq!(
        unpacked(&packed(&text, 1)).unwrap(),
        [("a".to_owned(), text)]
    );
}

#[test]
fn bombs_do_not_go_off() {
    let bomb = packed(&vec![0; 20 << 20], 1);
    assert!(bomb.len() < 100_000);
    let error = unpacked(&bomb).unwrap_err().to_string();
    assert!(error.contains("far more"), "{error}");
    let text: Vec<u8> = (0..20_000_u32).flat_map(u32::to_le_bytes).collect();
    let upon = packed(&text, 100);
    assert!(matches!(
        unpacked(&upon),
        Err(Error::Broken("entries lie upon one another"))
    ));
}

#[test]
fn more_entries_than_16_bits_count() {
    let names: Vec<String> = (0..70_000).map(|number| format!("{number}")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let archive = written(&files, true);
    let mut archive = Archive::open(Cursor::new(&archive)).unwrap();
    assert_eq!(archive.len(), 70_000);
    let mut count = 0;
    while archive.next_entry().unwrap().is_some() {
        count += 1;
    }
    assert_eq!(count, 70_000);
}
