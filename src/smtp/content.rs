//! The message itself: DATA (RFC 5321 §4.1.1.4), or BDAT where the server has CHUNKING
//! (RFC 3030).
//!
//! All but the last octets are on their way before the last ones are written, so that the moment
//! from which the server may have accepted the message is one place in this file.

use std::{io, pin::pin};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt as _};

use super::{
    capabilities::Capabilities,
    connection::{BLOCK, Connection},
    error::{Error, Refusal, Stage, SubmitError, Unable},
    line_ends::LineEnds,
    reply::Reply,
};

/// Octets of one BDAT. Each is answered, so a slow line should not wait often; each is held.
const CHUNK: usize = 256 << 10;

/// Sends the message; gives the server's yes.
pub(super) async fn send<S>(
    connection: &mut Connection,
    offered: &Capabilities,
    eight_bit: bool,
    body: S,
) -> Result<Reply, SubmitError>
where
    S: Stream<Item = io::Result<Bytes>> + Send,
{
    let chunked = offered.has("CHUNKING");
    let (mut ends, hold) = match chunked {
        true => (LineEnds::plain(), CHUNK),
        false => (LineEnds::stuffed(), BLOCK),
    };
    if !chunked {
        ask(connection).await?;
    }
    let mut body = pin!(body);
    let mut out = BytesMut::new();
    loop {
        // Whoever reads the message may take long; a server that gives up meanwhile is heard.
        let piece = tokio::select! {
            biased;
            () = connection.interrupted() => {
                return Err(connection.last_words(Stage::Message).await.into());
            }
            piece = body.next() => piece,
        };
        let Some(piece) = piece else { break };
        let piece = piece.map_err(|error| connection.lost(Error::Source(error.kind())))?;
        if !eight_bit && !piece.is_ascii() {
            return Err(connection.lost(Unable::NotSevenBit.into()).into());
        }
        for part in piece.chunks(BLOCK) {
            ends.push(part, &mut out);
            // More than that, so that something is left for the end.
            while out.len() > hold {
                let full = out.split_to(hold);
                match chunked {
                    true => chunk(connection, &full).await?,
                    false => connection.block(&full).await?,
                }
            }
        }
    }
    ends.finish(&mut out);
    if chunked {
        let header = format!("BDAT {} LAST\r\n", out.len());
        let last = out.split_off(out.len().saturating_sub(1));
        connection.block(header.as_bytes()).await?;
        connection.block(&out).await?;
        connection.end(&last).await
    } else {
        connection.block(&out).await?;
        connection.end(b".\r\n").await
    }
}

/// DATA, and the server's go-ahead.
async fn ask(connection: &mut Connection) -> Result<(), Error> {
    let at = Stage::Data;
    let limit = connection.limits().data;
    let reply = connection.command(b"DATA\r\n", at, limit).await?;
    match reply.code {
        354 => {
            connection.within_message();
            Ok(())
        }
        400.. => Err(Refusal::new(at, reply.into()).into()),
        code => Err(Error::Unexpected { at, code }),
    }
}

/// One BDAT that is not the last, and its answer.
async fn chunk(connection: &mut Connection, octets: &[u8]) -> Result<(), Error> {
    let header = format!("BDAT {}\r\n", octets.len());
    connection.block(header.as_bytes()).await?;
    connection.block(octets).await?;
    let reply = Reply::from(connection.block_reply().await?);
    let at = Stage::Message;
    match reply.code {
        _ if reply.is_positive() => Ok(()),
        400.. => Err(Refusal::new(at, reply).into()),
        code => Err(Error::Unexpected { at, code }),
    }
}
