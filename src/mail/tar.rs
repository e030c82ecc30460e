//! Tar archives (POSIX.1-1988 `ustar`, with the extended headers of 2001 where a name is long or
//! not ASCII): written as what is in them comes, and read from anybody's.

use std::io::{self, Read};

const BLOCK: usize = 512;
/// Octets of an extended header or a long name.
const EXTENDED_MOST: u64 = 64 * 1024;

/// What stands in front of a file of so many octets, last changed at this moment (ms).
pub fn header(path: &str, size: u64, modified: i64) -> Vec<u8> {
    entry(path, b'0', size, modified)
}

/// A folder.
pub fn folder(path: &str) -> Vec<u8> {
    entry(path, b'5', 0, 0)
}

fn entry(path: &str, kind: u8, size: u64, modified: i64) -> Vec<u8> {
    let mut out = Vec::new();
    let plain = path.len() <= 100 && path.is_ascii();
    if !plain {
        let record = record("path", path);
        out.extend(block("pax", b'x', length(&record), modified));
        out.extend_from_slice(record.as_bytes());
        out.extend(padding(length(&record)));
    }
    let short = if plain { path } else { "pax/file" };
    out.extend(block(short, kind, size, modified));
    out
}

/// What stands behind a file of so many octets.
pub fn padding(size: u64) -> Vec<u8> {
    let over = usize::try_from(size % 512).unwrap_or(0);
    vec![0; (BLOCK - over) % BLOCK]
}

/// What stands at the end.
pub fn end() -> Vec<u8> {
    vec![0; 2 * BLOCK]
}

/// `length key=value\n`; the length counts itself.
fn record(key: &str, value: &str) -> String {
    let rest = key.len() + value.len() + 3;
    let mut size = rest;
    while size != rest + size.to_string().len() {
        size = rest + size.to_string().len();
    }
    format!("{size} {key}={value}\n")
}

fn block(path: &str, kind: u8, size: u64, modified: i64) -> Vec<u8> {
    let seconds = u64::try_from(modified.div_euclid(1000)).unwrap_or(0);
    let octal = |number: u64, digits: usize| format!("{number:0digits$o}\0").into_bytes();
    let size = match size < 1 << 33 {
        true => octal(size, 11),
        // In base 256, as GNU has it.
        false => [&[0x80, 0, 0, 0][..], &size.to_be_bytes()].concat(),
    };
    let mut out = Vec::with_capacity(BLOCK);
    out.extend_from_slice(path.as_bytes());
    out.resize(100, 0);
    out.extend(octal(if kind == b'5' { 0o700 } else { 0o600 }, 7));
    out.extend(octal(0, 7));
    out.extend(octal(0, 7));
    out.extend(size);
    out.extend(octal(seconds.min((1 << 33) - 1), 11));
    out.extend_from_slice(b"        ");
    out.push(kind);
    out.resize(257, 0);
    out.extend_from_slice(b"ustar\x0000");
    out.resize(BLOCK, 0);
    let sum: u64 = out.iter().map(|octet| u64::from(*octet)).sum();
    let sum = format!("{sum:06o}\0 ");
    if let Some(place) = out.get_mut(148..156) {
        place.copy_from_slice(sum.as_bytes());
    }
    out
}

/// A file in an archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its path, as it stands there.
    pub path: String,
    /// Its octets.
    pub size: u64,
    /// When it was last changed (ms).
    pub modified: i64,
}

/// Reads an archive. Folders, links and devices are passed over.
#[derive(Debug)]
pub struct Reader<R> {
    inner: R,
    /// Octets of the file that have not been read, and those behind it.
    left: u64,
    behind: u64,
}

impl<R: Read> Reader<R> {
    /// An archive from its beginning.
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            left: 0,
            behind: 0,
        }
    }

    /// The next file; `None` at the end.
    ///
    /// # Errors
    /// When it is no archive, or ends early.
    pub fn next_entry(&mut self) -> io::Result<Option<Entry>> {
        let mut path = None;
        let mut modified = None;
        loop {
            self.skip()?;
            let Some(block) = self.block()? else {
                return Ok(None);
            };
            let size = number(block.get(124..136))?;
            (self.left, self.behind) = (size, length_of_padding(size));
            match block.get(156).copied().unwrap_or(0) {
                b'x' => {
                    let records = self.small()?;
                    let told = |key: &[u8]| value_of(&records, key);
                    path = told(b"path").map(|path| text(&path)).or(path);
                    let at = told(b"mtime").and_then(|at| text(&at).parse::<f64>().ok());
                    // Any moment that there is fits.
                    #[expect(clippy::cast_possible_truncation, reason = "saturates")]
                    let at = at.map(|at| (at * 1000.0) as i64);
                    modified = at.or(modified);
                }
                b'L' => path = Some(text(self.small()?.split(|o| *o == 0).next().unwrap_or(&[]))),
                0 | b'0' | b'7' => {
                    let seconds = number(block.get(136..148))?;
                    let seconds = i64::try_from(seconds).unwrap_or(0);
                    return Ok(Some(Entry {
                        path: path.unwrap_or_else(|| name(&block)),
                        size,
                        modified: modified.unwrap_or(seconds.saturating_mul(1000)),
                    }));
                }
                _ => {
                    path = None;
                    modified = None;
                }
            }
        }
    }

    /// The next header; `None` at the end.
    fn block(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut block = Vec::with_capacity(BLOCK);
        let whole = u64::try_from(BLOCK).unwrap_or(512);
        self.inner.by_ref().take(whole).read_to_end(&mut block)?;
        if block.is_empty() || block.iter().all(|octet| *octet == 0) {
            return Ok(None);
        }
        if !is_header(&block) {
            return Err(io::Error::other("no tar archive, or a broken one"));
        }
        Ok(Some(block))
    }

    fn small(&mut self) -> io::Result<Vec<u8>> {
        if self.left > EXTENDED_MOST {
            return Err(io::Error::other("a name is too long"));
        }
        let mut octets = Vec::new();
        self.read_to_end(&mut octets)?;
        Ok(octets)
    }

    /// Passes over what is left of a file.
    fn skip(&mut self) -> io::Result<()> {
        let rest = self.left.saturating_add(self.behind);
        let skipped = io::copy(&mut self.inner.by_ref().take(rest), &mut io::sink())?;
        (self.left, self.behind) = (0, 0);
        match skipped == rest {
            true => Ok(()),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// The octets of the file that came last.
impl<R: Read> Read for Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.by_ref().take(self.left).read(buffer)?;
        if read == 0 && self.left > 0 && !buffer.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= u64::try_from(read).unwrap_or(self.left).min(self.left);
        Ok(read)
    }
}

/// Does an archive begin with this block?
pub fn is_header(block: &[u8]) -> bool {
    let Some(written) = number(block.get(148..156))
        .ok()
        .filter(|_| block.len() == BLOCK)
    else {
        return false;
    };
    let octet = |(at, octet): (usize, &u8)| match (148..156).contains(&at) {
        true => 32,
        false => u64::from(*octet),
    };
    block.iter().enumerate().map(octet).sum::<u64>() == written
}

fn name(block: &[u8]) -> String {
    let field = |range: std::ops::Range<usize>| {
        let field = block.get(range).unwrap_or_default();
        text(field.split(|octet| *octet == 0).next().unwrap_or_default())
    };
    let prefix = match block.get(257..263) == Some(b"ustar\0".as_slice()) {
        true => field(345..500),
        false => String::new(),
    };
    match prefix.as_str() {
        "" => field(0..100),
        prefix => format!("{prefix}/{}", field(0..100)),
    }
}

fn number(field: Option<&[u8]>) -> io::Result<u64> {
    let wrong = || io::Error::other("a number in the archive can't be read");
    let field = field.ok_or_else(wrong)?;
    if field.first().is_some_and(|first| first & 0x80 != 0) {
        let (zeros, low) = field.split_at(field.len().saturating_sub(8));
        let small = zeros.iter().all(|octet| matches!(octet, 0 | 0x80));
        let low: Option<[u8; 8]> = low.try_into().ok().filter(|_| small);
        return low.map(u64::from_be_bytes).ok_or_else(wrong);
    }
    let digits = text(field);
    match digits.trim_matches([' ', '\0']) {
        "" => Ok(0),
        digits => u64::from_str_radix(digits, 8).map_err(|_| wrong()),
    }
}

/// A value in an extended header.
fn value_of(mut records: &[u8], key: &[u8]) -> Option<Vec<u8>> {
    loop {
        let space = records.iter().position(|octet| *octet == b' ')?;
        let size: usize = text(records.get(..space)?).parse().ok()?;
        let record = records.get(space + 1..size)?.strip_suffix(b"\n")?;
        records = records.get(size..)?;
        if let Some(value) = record
            .strip_prefix(key)
            .and_then(|rest| rest.strip_prefix(b"="))
        {
            return Some(value.to_vec());
        }
    }
}

fn length_of_padding(size: u64) -> u64 {
    (512 - size % 512) % 512
}

fn length(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    type File = (String, Vec<u8>, i64);

    fn written(files: &[File]) -> Vec<u8> {
        let mut out = Vec::new();
        for (path, octets, modified) in files {
            out.extend(header(path, octets.len() as u64, *modified));
            out.extend_from_slice(octets);
            out.extend(padding(octets.len() as u64));
        }
        out.extend(end());
        out
    }

    fn unpacked(archive: &[u8]) -> io::Result<Vec<File>> {
        let mut reader = Reader::new(archive);
        let mut files = Vec::new();
        while let Some(entry) = reader.next_entry()? {
            let mut octets = Vec::new();
            reader.read_to_end(&mut octets)?;
            assert_eq!(octets.len() as u64, entry.size);
            files.push((entry.path, octets, entry.modified));
        }
        Ok(files)
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            files in vec(("[a-zé/:]{1,130}", vec(any::<u8>(), 0..1100), 0..4_000_000_000_i64), 0..5),
        ) {
            let files: Vec<File> = files.into_iter().map(|(p, o, at)| (p, o, at * 1000)).collect();
            prop_assert_eq!(unpacked(&written(&files)).unwrap(), files);
        }

        #[test]
        fn damage_does_no_harm(at in 0..3000_usize, octet in any::<u8>(), cut in 0..3000_usize) {
            let long = "é".repeat(80);
            let mut archive = written(&[(long, vec![1; 600], 0), ("b".to_owned(), vec![], 0)]);
            let at = at % archive.len();
            archive[at] = octet;
            archive.truncate(archive.len() - cut % archive.len());
            let _ = unpacked(&archive);
        }
    }

    #[test]
    fn sizes_may_be_large() {
        let big = header("big", 10 << 30, 0);
        assert!(is_header(&big));
        let mut reader = Reader::new(&big[..]);
        assert_eq!(reader.next_entry().unwrap().unwrap().size, 10 << 30);
        assert!(!is_header(&[0; 512]) && !is_header(b"From a"));
    }
}
