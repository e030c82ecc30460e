//! Messages on their way in: from a stream onto the disk, whole and fsynced, before the database
//! hears of them. Memory does not grow with the message.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use ring::digest;

use super::index::Index;
use crate::{
    mail::message::Skeleton,
    store::{
        blobs::Sha256,
        error::Error,
        files::{Files, Stored, Token},
        id::UserId,
    },
};

/// Messages of up to so many octets are gathered and written at once: nearly all are.
const SMALL: usize = 256 * 1024;

/// A message whose bytes are on disk under their final name, and read. Not yet in any folder.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Its bytes.
    pub stored: Stored,
    /// What its row will say.
    pub index: Index,
}

/// Stores a message that comes in pieces, of at most `most` octets, and reads it. When this
/// returns, the bytes are on disk; [`place`](super::place::place) puts the message into a folder.
///
/// # Errors
/// [`Error::TooLarge`] past `most`, [`Error::File`] when the disk fails, and what the stream says.
/// Nothing is left of it then.
pub async fn receive<E: From<Error>>(
    files: &Files,
    user: UserId,
    thread_key: &[u8; 32],
    pieces: impl Stream<Item = Result<Bytes, E>>,
    most: u64,
) -> Result<Arrival, E> {
    let mut pieces = pin!(pieces);
    let mut gathered = BytesMut::new();
    let mut ended = false;
    while gathered.len() <= SMALL {
        let Some(piece) = pieces.try_next().await? else {
            ended = true;
            break;
        };
        gathered.extend_from_slice(&piece);
    }
    if u64::try_from(gathered.len()).unwrap_or(u64::MAX) > most {
        return Err(Error::TooLarge.into());
    }
    let head = gathered.freeze();
    if ended {
        let arrived = receive_all(files, user, thread_key, vec![head]).await?;
        let none = || Error::File(std::io::Error::other("nothing was stored"));
        return Ok(arrived.into_iter().next().ok_or_else(none)?);
    }
    let whole = stream::iter([Ok(head)]).chain(pieces);
    let stored = files.store(user, Token::random()?, whole, most).await?;
    let mut skeleton = Skeleton::default();
    let mut pieces = pin!(files.read(user, &stored.sha256, 0).await?);
    while let Some(piece) = pieces.try_next().await? {
        skeleton.push(&piece);
    }
    Ok(read(stored, skeleton.into_kept().into(), *thread_key).await?)
}

/// Stores messages that are at hand, and reads them. When this returns, all are on disk.
///
/// # Errors
/// [`Error::File`] when the disk fails; some may have arrived then, which nothing names.
pub async fn receive_all(
    files: &Files,
    user: UserId,
    thread_key: &[u8; 32],
    all: Vec<Bytes>,
) -> Result<Vec<Arrival>, Error> {
    let stored = files.put_all(user, all.clone()).await?;
    let thread_key = *thread_key;
    let reading = tokio::task::spawn_blocking(move || {
        let read = |(stored, whole): (&Stored, Bytes)| read_one(*stored, &whole, &thread_key);
        stored.iter().zip(all).map(read).collect()
    });
    reading
        .await
        .map_err(|error| Error::File(std::io::Error::other(error)))
}

/// Reads a stored message again, and compares it with its sha256.
///
/// # Errors
/// [`Error::File`] when it is not there, or not what arrived.
pub async fn again(
    files: &Files,
    user: UserId,
    thread_key: &[u8; 32],
    sha256: &Sha256,
) -> Result<Arrival, Error> {
    let mut pieces = pin!(files.read(user, sha256, 0).await?);
    let mut skeleton = Skeleton::default();
    let mut context = digest::Context::new(&digest::SHA256);
    while let Some(piece) = pieces.try_next().await? {
        context.update(&piece);
        skeleton.push(&piece);
    }
    if context.finish().as_ref() != sha256 {
        let damaged = std::io::Error::other("a stored file is not what arrived");
        return Err(Error::File(damaged));
    }
    let stored = Stored {
        sha256: *sha256,
        size: skeleton.size(),
        stored_size: skeleton.size(),
    };
    read(stored, skeleton.into_kept().into(), *thread_key).await
}

async fn read(stored: Stored, head: Bytes, thread_key: [u8; 32]) -> Result<Arrival, Error> {
    let reading = tokio::task::spawn_blocking(move || read_one(stored, &head, &thread_key));
    reading
        .await
        .map_err(|error| Error::File(std::io::Error::other(error)))
}

/// A reader that panics costs this message its row's words, not the message, and none of the others.
fn read_one(stored: Stored, head: &[u8], thread_key: &[u8; 32]) -> Arrival {
    let read = AssertUnwindSafe(|| Index::read(head, &stored.sha256, thread_key));
    let index = catch_unwind(read).unwrap_or_else(|_| {
        tracing::error!("A message could not be read");
        Index::placeholder(&stored.sha256, thread_key)
    });
    Arrival { stored, index }
}
