//! Writing an archive, piece by piece.

use std::collections::BTreeSet;

use flate2::Crc;
use jiff::{Timestamp, tz::TimeZone};

/// Names are UTF-8; sizes and checksum follow the octets.
const FLAGS: u16 = 1 << 11 | 1 << 3;
/// 2.0; 4.5 for the 64-bit extension.
const VERSION: u16 = 20;
const VERSION_64: u16 = 45;
/// 1980-01-01, the first day that the format knows: an archive of the same files is the same.
const DAY: u16 = 1 << 5 | 1;

/// Writes an archive, piece by piece.
#[derive(Debug, Default)]
pub struct Writer {
    written: u64,
    names: BTreeSet<String>,
    entry: Option<Entry>,
    /// The part of the directory that has not been taken.
    directory: Vec<u8>,
    directory_size: u64,
    count: u64,
    crc: Crc,
    size: u64,
}

#[derive(Debug)]
struct Entry {
    name: String,
    at: u64,
    /// Its sizes are written in 64 bits.
    long: bool,
    time: u16,
    day: u16,
}

impl Writer {
    /// Begins an entry of less than 4 GiB. The name is one that is safe to save as; a second one
    /// of it gets a number.
    pub fn begin(&mut self, name: &str) -> Vec<u8> {
        let name = self.unused(name);
        self.begin_entry(Entry {
            name,
            at: self.written,
            long: false,
            time: 0,
            day: DAY,
        })
    }

    /// Begins an entry of any size, last changed at this moment (ms). Whoever calls it sees to it
    /// that no two have the same name.
    pub fn begin_long(&mut self, name: String, modified: i64) -> Vec<u8> {
        let (day, time) = day_and_time(modified);
        self.begin_entry(Entry {
            name,
            at: self.written,
            long: true,
            time,
            day,
        })
    }

    fn begin_entry(&mut self, entry: Entry) -> Vec<u8> {
        let mut out = Vec::with_capacity(50 + entry.name.len());
        out.extend(0x0403_4b50_u32.to_le_bytes());
        for word in [entry.version(), FLAGS, 0, entry.time, entry.day] {
            out.extend(word.to_le_bytes());
        }
        out.extend([0; 4]);
        // With the extension, sizes stand in a field of their own; that is what says that those
        // behind the octets have 64 bits.
        let (size, extra): (u32, &[u8]) = match entry.long {
            true => (u32::MAX, &[1, 0, 16, 0]),
            false => (0, &[]),
        };
        out.extend(size.to_le_bytes());
        out.extend(size.to_le_bytes());
        out.extend(length(&entry.name));
        out.extend(if entry.long { [20, 0] } else { [0, 0] });
        out.extend(entry.name.as_bytes());
        out.extend(extra);
        if entry.long {
            out.extend([0; 16]);
        }
        self.entry = Some(entry);
        self.crc = Crc::new();
        self.size = 0;
        self.count(out)
    }

    /// Counts octets of the entry, which go into the archive as they are.
    pub fn push(&mut self, octets: &[u8]) {
        self.crc.update(octets);
        let length = u64::try_from(octets.len()).unwrap_or(u64::MAX);
        self.size = self.size.saturating_add(length);
        self.written = self.written.saturating_add(length);
    }

    /// Ends the entry.
    pub fn end(&mut self) -> Vec<u8> {
        let Some(entry) = self.entry.take() else {
            return Vec::new();
        };
        let (crc, size) = (self.crc.sum(), self.size);
        self.list(&entry, crc, size);
        let mut out = Vec::with_capacity(24);
        out.extend(0x0807_4b50_u32.to_le_bytes());
        out.extend(crc.to_le_bytes());
        for _ in 0..2 {
            match entry.long {
                true => out.extend(size.to_le_bytes()),
                false => out.extend(short(size).to_le_bytes()),
            }
        }
        self.count(out)
    }

    /// An entry's place in the directory.
    fn list(&mut self, entry: &Entry, crc: u32, size: u64) {
        let mut extra = Vec::new();
        if size > u64::from(u32::MAX - 1) {
            extra.extend(size.to_le_bytes());
            extra.extend(size.to_le_bytes());
        }
        let far = entry.at > u64::from(u32::MAX - 1);
        if far {
            extra.extend(entry.at.to_le_bytes());
        }
        let before = self.directory.len();
        let out = &mut self.directory;
        out.extend(0x0201_4b50_u32.to_le_bytes());
        let version = if far { VERSION_64 } else { entry.version() };
        for word in [version, version, FLAGS, 0, entry.time, entry.day] {
            out.extend(word.to_le_bytes());
        }
        for word in [crc, short(size), short(size)] {
            out.extend(word.to_le_bytes());
        }
        out.extend(length(&entry.name));
        let field = if extra.is_empty() { 0 } else { extra.len() + 4 };
        out.extend(u16::try_from(field).unwrap_or(0).to_le_bytes());
        out.extend([0; 10]);
        out.extend(short(entry.at).to_le_bytes());
        out.extend(entry.name.as_bytes());
        if !extra.is_empty() {
            out.extend([1, 0]);
            out.extend(u16::try_from(extra.len()).unwrap_or(0).to_le_bytes());
            out.extend(extra);
        }
        let more = self.directory.len() - before;
        self.directory_size += u64::try_from(more).unwrap_or(u64::MAX);
        self.count += 1;
    }

    /// Takes what there is of the directory, for who keeps it elsewhere: all that was taken
    /// belongs in front of what [`Writer::finish`] gives.
    pub fn take_directory(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.directory)
    }

    /// How much of the directory has not been taken.
    pub fn directory_len(&self) -> usize {
        self.directory.len()
    }

    /// Ends the archive.
    pub fn finish(self) -> Vec<u8> {
        let mut out = self.directory;
        let (at, size, count) = (self.written, self.directory_size, self.count);
        let is_long = count > u64::from(u16::MAX - 1) || at + size > u64::from(u32::MAX - 1);
        if is_long {
            out.extend(0x0606_4b50_u32.to_le_bytes());
            out.extend(44_u64.to_le_bytes());
            out.extend(VERSION_64.to_le_bytes());
            out.extend(VERSION_64.to_le_bytes());
            out.extend([0; 8]);
            for word in [count, count, size, at] {
                out.extend(word.to_le_bytes());
            }
            out.extend(0x0706_4b50_u32.to_le_bytes());
            out.extend([0; 4]);
            out.extend((at + size).to_le_bytes());
            out.extend(1_u32.to_le_bytes());
        }
        out.extend(0x0605_4b50_u32.to_le_bytes());
        out.extend([0; 4]);
        let count = u16::try_from(count).unwrap_or(u16::MAX);
        out.extend(count.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(short(size).to_le_bytes());
        out.extend(short(at).to_le_bytes());
        out.extend([0; 2]);
        out
    }

    fn count(&mut self, out: Vec<u8>) -> Vec<u8> {
        let length = u64::try_from(out.len()).unwrap_or(u64::MAX);
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

impl Entry {
    fn version(&self) -> u16 {
        if self.long { VERSION_64 } else { VERSION }
    }
}

fn length(name: &str) -> [u8; 2] {
    u16::try_from(name.len()).unwrap_or(u16::MAX).to_le_bytes()
}

/// All ones where the extension says it.
fn short(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// As MS-DOS has them, in UTC; a moment outside of 1980 to 2107 is the first day.
fn day_and_time(at: i64) -> (u16, u16) {
    let parts = || {
        let utc = Timestamp::from_millisecond(at).ok()?;
        let utc = utc.to_zoned(TimeZone::UTC).datetime();
        let year = u16::try_from(utc.year() - 1980)
            .ok()
            .filter(|year| *year < 128)?;
        let unsigned = |number: i8| u16::try_from(number).ok();
        let day = year << 9 | unsigned(utc.month())? << 5 | unsigned(utc.day())?;
        let (hour, minute) = (unsigned(utc.hour())?, unsigned(utc.minute())?);
        let second = unsigned(utc.second())? / 2;
        Some((day, hour << 11 | minute << 5 | second))
    };
    parts().unwrap_or((DAY, 0))
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
