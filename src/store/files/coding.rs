//! How small blobs lie in a folder: as zstd (RFC 8878) where that saves an eighth, else as they
//! are. Nearly all messages are small, and text becomes a third of itself; what is large is mostly
//! files, of which base64 alone could be undone, and is read from the middle.
//!
//! The file tells by itself which it is, so that a copy of the folder is all that is needed: a mark
//! stands in front of a frame. What begins with the mark by itself is told from it by the name, which
//! is the sha256 of what was stored, either way.

use std::{borrow::Cow, io};

use bytes::Bytes;

use super::spool::sha256_of;
use crate::store::blobs::Sha256;

/// Stands in front of a frame.
const MARK: &[u8] = b"\0zstd\x01\r\n";

/// Octets up to which a blob may be in a frame, before and after.
pub(super) const MOST: usize = 256 * 1024;

/// The fewest that are worth the trouble: the file system gives whole blocks.
const LEAST: usize = 1024;

/// More saves some hundredths, and takes several times as long.
const LEVEL: i32 = 3;

/// Writes frames, with memory that it keeps from one to the next.
pub(super) struct Encoder(zstd::bulk::Compressor<'static>);

impl Encoder {
    pub(super) fn new() -> io::Result<Self> {
        zstd::bulk::Compressor::new(LEVEL).map(Self)
    }

    /// As it is to be written.
    pub(super) fn encode<'a>(&mut self, octets: &'a [u8]) -> io::Result<Cow<'a, [u8]>> {
        if !(LEAST..=MOST).contains(&octets.len()) {
            return Ok(Cow::Borrowed(octets));
        }
        let frame = self.0.compress(octets)?;
        match MARK.len() + frame.len() <= octets.len() / 8 * 7 {
            true => Ok(Cow::Owned([MARK, &frame].concat())),
            false => Ok(Cow::Borrowed(octets)),
        }
    }
}

/// Whether a file of so many octets may hold a frame.
pub(super) fn may_be_framed(length: u64) -> bool {
    usize::try_from(length).is_ok_and(|length| length <= MOST)
}

/// What was stored under this name. For whole files that [`may_be_framed`].
///
/// # Errors
/// When it is a frame and damaged.
pub(super) fn decode(stored: Bytes, sha256: &Sha256) -> io::Result<Bytes> {
    let Some(frame) = stored.strip_prefix(MARK) else {
        return Ok(stored);
    };
    let plain = zstd::bulk::decompress(frame, MOST).map(Bytes::from);
    match &plain {
        Ok(plain) if sha256_of(plain)? == *sha256 => Ok(plain.clone()),
        _ if sha256_of(&stored)? == *sha256 => Ok(stored),
        // Whoever compares it with its name finds that it is another.
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(octets: &[u8]) -> io::Result<Cow<'_, [u8]>> {
        Encoder::new()?.encode(octets)
    }

    fn there_and_back(octets: &[u8]) -> usize {
        let stored = encode(octets).unwrap().into_owned();
        assert!(may_be_framed(stored.len() as u64));
        let length = stored.len();
        assert_eq!(
            decode(stored.into(), &sha256_of(octets).unwrap()).unwrap(),
            octets
        );
        length
    }

    #[test]
    fn text_becomes_shorter_and_what_does_not_stays() {
        let text = "Held at the post office until called for.\r\n".repeat(1000);
        assert!(there_and_back(text.as_bytes()) < 1000);
        let hash = |n: u8| {
            ring::digest::digest(&ring::digest::SHA256, &[n])
                .as_ref()
                .to_vec()
        };
        let noise: Vec<u8> = (0..200).flat_map(hash).collect();
        assert_eq!(there_and_back(&noise), noise.len());
        assert_eq!(there_and_back(b""), 0);
    }

    #[test]
    fn what_looks_like_a_frame_comes_back_too() {
        for rest in [&b""[..], b"no frame", &[0x28, 0xB5, 0x2F, 0xFD, 0xFF]] {
            there_and_back(&[MARK, rest].concat());
        }
        let framed = encode(&b"Held. ".repeat(1000)).unwrap().into_owned();
        assert!(framed.starts_with(MARK));
        there_and_back(&framed);
        let full: Vec<u8> = MARK.iter().copied().cycle().take(MOST).collect();
        there_and_back(&full);
    }

    #[test]
    fn damage_is_told() {
        let text = "Held at the post office until called for.\r\n".repeat(100);
        let mut stored = encode(text.as_bytes()).unwrap().into_owned();
        let middle = stored.len() / 2;
        stored.truncate(middle);
        assert!(decode(stored.into(), &[0; 32]).is_err());
        // A frame that claims to be endless takes no more memory than any other.
        let bomb = zstd::bulk::compress(&vec![0; MOST * 64], 1).unwrap();
        assert!(decode([MARK, &bomb].concat().into(), &[0; 32]).is_err());
    }
}
