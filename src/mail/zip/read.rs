//! Reading an archive that may be anybody's: nothing that it says of itself is believed. Names are
//! for telling people and for their folders' names, never paths; what unpacks to far more than it
//! is, or lies upon something else, is refused.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::{Crc, read::DeflateDecoder};

/// An archive's end, with the longest comment that one can have.
const END_MOST: u64 = 65_535 + 22;
/// How many times its own size an entry may have unpacked: text comes to 20, zeros to 1,000.
const RATIO_MOST: u64 = 250;
/// Small entries may be of anything.
const RATIO_FROM: u64 = 1 << 20;
/// Octets of a name.
const NAME_MOST: usize = 4096;

/// What is wrong with an archive, or an entry.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It can't be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is no archive, or broken.
    #[error("the archive is broken: {0}")]
    Broken(&'static str),
    /// It is packed in a way that is not known here, or encrypted.
    #[error("the entry is packed in an unknown way")]
    Unknown,
}

/// An entry as the directory has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name: a path with slashes, as it stands there.
    pub name: String,
    /// Octets in the archive.
    pub packed: u64,
    /// Octets unpacked, as it says.
    pub size: u64,
    method: u16,
    flags: u16,
    crc: u32,
    at: u64,
}

/// An archive in a file. Entries come in the directory's order.
#[derive(Debug)]
pub struct Archive<F> {
    file: F,
    length: u64,
    next: u64,
    left: u64,
    /// Octets of all entries so far.
    packed: u64,
}

impl<F: Read + Seek> Archive<F> {
    /// Looks for the directory.
    ///
    /// # Errors
    /// [`Error::Broken`] when there is none.
    pub fn open(mut file: F) -> Result<Self, Error> {
        let length = file.seek(SeekFrom::End(0))?;
        let from = length.saturating_sub(END_MOST);
        let tail = read_at(&mut file, from, length - from)?;
        let place = memchr::memmem::rfind(&tail, b"PK\x05\x06");
        let place = place.ok_or(Error::Broken("no end"))?;
        let end = tail.get(place..).unwrap_or_default();
        let mut left = u64::from(u16_at(end, 10)?);
        let mut next = u64::from(u32_at(end, 16)?);
        let before = place.checked_sub(20).and_then(|at| tail.get(at..place));
        if let Some(locator) = before.filter(|locator| locator.starts_with(b"PK\x06\x07")) {
            let record = read_at(&mut file, u64_at(locator, 8)?, 56)?;
            if !record.starts_with(b"PK\x06\x06") {
                return Err(Error::Broken("no 64-bit end"));
            }
            (left, next) = (u64_at(&record, 32)?, u64_at(&record, 48)?);
        }
        Ok(Self {
            file,
            length,
            next,
            left,
            packed: 0,
        })
    }

    /// How many entries it says that it has.
    pub fn len(&self) -> u64 {
        self.left
    }

    /// It has none (any more).
    pub fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// The next entry; `None` after the last one.
    ///
    /// # Errors
    /// [`Error::Broken`] when the directory ends early, or entries lie upon one another.
    pub fn next_entry(&mut self) -> Result<Option<Entry>, Error> {
        if self.left == 0 {
            return Ok(None);
        }
        let head = read_at(&mut self.file, self.next, 46)?;
        if !head.starts_with(b"PK\x01\x02") {
            return Err(Error::Broken("the directory ends early"));
        }
        let (name, extra) = (u16_at(&head, 28)?, u16_at(&head, 30)?);
        let comment = u64::from(u16_at(&head, 32)?);
        let more = u64::from(name) + u64::from(extra);
        let rest = read_at(&mut self.file, self.next + 46, more)?;
        let (name, extra) = rest
            .split_at_checked(usize::from(name))
            .ok_or(Error::Broken("a name ends early"))?;
        let mut entry = Entry {
            name: text(name),
            packed: u64::from(u32_at(&head, 20)?),
            size: u64::from(u32_at(&head, 24)?),
            method: u16_at(&head, 10)?,
            flags: u16_at(&head, 8)?,
            crc: u32_at(&head, 16)?,
            at: u64::from(u32_at(&head, 42)?),
        };
        entry.extend(extra)?;
        self.left -= 1;
        self.next = self.next + 46 + more + comment;
        self.packed = self.packed.saturating_add(entry.packed);
        // Several names for the same octets make an archive of a megabyte one of many gigabytes.
        if self.packed > self.length {
            return Err(Error::Broken("entries lie upon one another"));
        }
        Ok(Some(entry))
    }

    /// The octets of an entry, unpacked. The last read fails when they are not what the directory
    /// says, and one before it when there are far more than there can be.
    ///
    /// # Errors
    /// [`Error::Unknown`] for another packing, [`Error::Broken`] when nothing is there.
    pub fn read<'a>(&'a mut self, entry: &Entry) -> Result<impl Read + use<'a, F>, Error> {
        if entry.flags & 1 != 0 || !matches!(entry.method, 0 | 8) {
            return Err(Error::Unknown);
        }
        let head = read_at(&mut self.file, entry.at, 30)?;
        if !head.starts_with(b"PK\x03\x04") {
            return Err(Error::Broken("an entry is not where it should be"));
        }
        let skip = u64::from(u16_at(&head, 26)?) + u64::from(u16_at(&head, 28)?);
        self.file.seek(SeekFrom::Start(entry.at + 30 + skip))?;
        let packed = BufReader::new(Read::take(&mut self.file, entry.packed));
        let octets: Box<dyn Read + 'a> = match entry.method {
            0 => Box::new(packed),
            _ => Box::new(DeflateDecoder::new(packed)),
        };
        Ok(Checked {
            octets,
            crc: Crc::new(),
            expected: entry.crc,
            left: entry.packed.saturating_mul(RATIO_MOST).max(RATIO_FROM),
        })
    }
}

impl Entry {
    /// A folder.
    pub fn is_folder(&self) -> bool {
        self.name.ends_with('/')
    }

    /// Sizes and places of 64 bits.
    fn extend(&mut self, mut extra: &[u8]) -> Result<(), Error> {
        while extra.len() >= 4 {
            let (kind, size) = (u16_at(extra, 0)?, usize::from(u16_at(extra, 2)?));
            let field = extra.get(4..4 + size).unwrap_or_default();
            extra = extra.get(4 + size..).unwrap_or_default();
            if kind != 1 {
                continue;
            }
            let mut at = 0;
            for number in [&mut self.size, &mut self.packed, &mut self.at] {
                if *number == u64::from(u32::MAX) {
                    *number = u64_at(field, at)?;
                    at += 8;
                }
            }
        }
        Ok(())
    }
}

/// Octets that are compared with their checksum, and of which there are not too many.
struct Checked<'a> {
    octets: Box<dyn Read + 'a>,
    crc: Crc,
    expected: u32,
    left: u64,
}

impl Read for Checked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.octets.read(buffer)?;
        let octets = buffer.get(..read).unwrap_or_default();
        self.crc.update(octets);
        if read == 0 && !buffer.is_empty() && self.crc.sum() != self.expected {
            return Err(io::Error::other("the checksum is another"));
        }
        let count = u64::try_from(read).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(count).ok_or_else(too_large)?;
        Ok(read)
    }
}

fn too_large() -> io::Error {
    io::Error::other("it unpacks to far more than it is")
}

/// UTF-8; what is not is shown as well as it can be.
fn text(name: &[u8]) -> String {
    let name = name.get(..name.len().min(NAME_MOST)).unwrap_or(name);
    String::from_utf8_lossy(name).replace('\\', "/")
}

fn read_at(file: &mut (impl Read + Seek), at: u64, size: u64) -> Result<Vec<u8>, Error> {
    file.seek(SeekFrom::Start(at))?;
    let mut octets = Vec::new();
    file.take(size).read_to_end(&mut octets)?;
    match u64::try_from(octets.len()) == Ok(size) {
        true => Ok(octets),
        false => Err(Error::Broken("it ends early")),
    }
}

fn array<const N: usize>(octets: &[u8], at: usize) -> Result<[u8; N], Error> {
    let octets = octets.get(at..at.saturating_add(N));
    let octets = octets.and_then(|octets| octets.try_into().ok());
    octets.ok_or(Error::Broken("it ends early"))
}

fn u16_at(octets: &[u8], at: usize) -> Result<u16, Error> {
    array(octets, at).map(u16::from_le_bytes)
}

fn u32_at(octets: &[u8], at: usize) -> Result<u32, Error> {
    array(octets, at).map(u32::from_le_bytes)
}

fn u64_at(octets: &[u8], at: usize) -> Result<u64, Error> {
    array(octets, at).map(u64::from_le_bytes)
}

#[cfg(test)]
mod tests;
