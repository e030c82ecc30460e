//! A zip archive as it is written from the front to the back, its entries stored as they are
//! (APPNOTE 6.3). Sizes and checksums follow each entry, for nobody knows them before.
//!
//! Without the 64-bit extension: less than 4 GiB and 65,535 entries, which the bounds on a message
//! see to.

use std::collections::BTreeSet;

use flate2::Crc;

/// Names are UTF-8; sizes and checksum follow the octets.
const FLAGS: u16 = 1 << 11 | 1 << 3;
/// 2.0.
const VERSION: u16 = 20;
/// 1980-01-01, the first day that the format knows: an archive of the same files is the same.
const DAY: u16 = 1 << 5 | 1;

/// Writes an archive, piece by piece.
#[derive(Debug, Default)]
pub struct Writer {
    written: u32,
    names: BTreeSet<String>,
    entries: Vec<Entry>,
    crc: Crc,
    size: u32,
}

#[derive(Debug)]
struct Entry {
    name: String,
    at: u32,
    crc: u32,
    size: u32,
}

impl Writer {
    /// Begins an entry. The name is one that is safe to save as; a second one of it gets a number.
    pub fn begin(&mut self, name: &str) -> Vec<u8> {
        let name = self.unused(name);
        let mut out = Vec::with_capacity(30 + name.len());
        out.extend(0x0403_4b50_u32.to_le_bytes());
        for word in [VERSION, FLAGS, 0, 0, DAY] {
            out.extend(word.to_le_bytes());
        }
        out.extend([0; 12]);
        out.extend(length(&name));
        out.extend([0; 2]);
        out.extend(name.as_bytes());
        self.entries.push(Entry {
            name,
            at: self.written,
            crc: 0,
            size: 0,
        });
        self.crc = Crc::new();
        self.size = 0;
        self.count(out)
    }

    /// Counts octets of the entry, which go into the archive as they are.
    pub fn push(&mut self, octets: &[u8]) {
        self.crc.update(octets);
        let length = u32::try_from(octets.len()).unwrap_or(u32::MAX);
        self.size = self.size.saturating_add(length);
        self.written = self.written.saturating_add(length);
    }

    /// Ends the entry.
    pub fn end(&mut self) -> Vec<u8> {
        let (crc, size) = (self.crc.sum(), self.size);
        if let Some(entry) = self.entries.last_mut() {
            (entry.crc, entry.size) = (crc, size);
        }
        let words = [0x0807_4b50, crc, size, size];
        let out = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.count(out)
    }

    /// Ends the archive.
    pub fn finish(self) -> Vec<u8> {
        let mut out = Vec::new();
        for entry in &self.entries {
            out.extend(0x0201_4b50_u32.to_le_bytes());
            for word in [VERSION, VERSION, FLAGS, 0, 0, DAY] {
                out.extend(word.to_le_bytes());
            }
            for word in [entry.crc, entry.size, entry.size] {
                out.extend(word.to_le_bytes());
            }
            out.extend(length(&entry.name));
            out.extend([0; 12]);
            out.extend(entry.at.to_le_bytes());
            out.extend(entry.name.as_bytes());
        }
        let size = u32::try_from(out.len()).unwrap_or(u32::MAX);
        let count = u16::try_from(self.entries.len()).unwrap_or(u16::MAX);
        out.extend(0x0605_4b50_u32.to_le_bytes());
        out.extend([0; 4]);
        out.extend(count.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(size.to_le_bytes());
        out.extend(self.written.to_le_bytes());
        out.extend([0; 2]);
        out
    }

    fn count(&mut self, out: Vec<u8>) -> Vec<u8> {
        let length = u32::try_from(out.len()).unwrap_or(u32::MAX);
        self.written = self.written.saturating_add(length);
        out
    }

    /// `a.txt`, `a (2).txt`, …
    fn unused(&mut self, name: &str) -> String {
        let (stem, end) = match name.rfind('.').filter(|at| *at > 0) {
            Some(at) => name.split_at(at),
            None => (name, ""),
        };
        let mut wanted = name.to_owned();
        let mut number = 2;
        // Not told apart by systems that don't care about case.
        while !self.names.insert(wanted.to_lowercase()) {
            wanted = format!("{stem} ({number}){end}");
            number += 1;
        }
        wanted
    }
}

fn length(name: &str) -> [u8; 2] {
    u16::try_from(name.len()).unwrap_or(u16::MAX).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        let mut writer = Writer::default();
        let name = |out: Vec<u8>| String::from_utf8(out[30..].to_vec()).unwrap();
        for (given, expected) in [
            ("a.txt", "a.txt"),
            ("A.txt", "A (2).txt"),
            ("a.txt", "a (3).txt"),
            ("b", "b"),
            ("b", "b (2)"),
        ] {
            assert_eq!(name(writer.begin(given)), expected);
        }
    }
}
