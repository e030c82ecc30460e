//! Octets as the body of an answer: never shown as what their sender says they are.

use axum::{
    BoxError,
    body::{Body, Bytes},
};
use futures_util::{Stream, StreamExt, stream};

use crate::mail::raster;

/// What a browser may show octets as: never what the message says, always what they are; with the
/// octets as they were.
pub(crate) async fn sniffed<S, E>(
    mut octets: S,
    is_text: bool,
) -> Result<
    (
        Option<&'static str>,
        impl Stream<Item = Result<Bytes, E>> + Send,
    ),
    E,
>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin + Send,
    E: Send,
{
    let first = octets.next().await.transpose()?.unwrap_or_default();
    let kind = shown_as(is_text, &first);
    Ok((kind, stream::iter([Ok(first)]).chain(octets)))
}

fn shown_as(is_text: bool, first: &[u8]) -> Option<&'static str> {
    match is_text {
        true => Some("text/plain; charset=utf-8"),
        false => raster::sniff(first),
    }
}

/// The status has gone out when the server fails in the middle: the connection is cut, so that
/// nobody takes a part for the whole.
pub(crate) fn body<E>(octets: impl Stream<Item = Result<Bytes, E>> + Send + 'static) -> Body
where
    E: Into<BoxError> + std::fmt::Display + 'static,
{
    Body::from_stream(
        octets.map(|piece| {
            piece.inspect_err(|error| tracing::warn!(%error, "A download was cut short"))
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_safe_is_shown() {
        let png = b"\x89PNG\r\n\x1a\n....";
        assert_eq!(shown_as(false, b"<svg"), None);
        assert_eq!(shown_as(false, b"<html>"), None);
        assert_eq!(shown_as(false, png), Some("image/png"));
        assert_eq!(shown_as(true, b"<p>"), Some("text/plain; charset=utf-8"));
    }
}
