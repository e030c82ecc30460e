//! Octets as answers: never shown as what their sender says they are, and in pieces.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use utoipa::ToSchema;

use crate::{
    door::{disposition::named, octets::body, policy::FILE_POLICY},
    engine::parts,
};

use super::{conditions, problem::Problem};

/// Octets, of whatever kind.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "a description")]
pub(crate) struct Octets(Vec<u8>);

/// A file to send.
pub(crate) struct File<'a> {
    /// Its media type; `application/octet-stream` for whatever a browser must not look at.
    pub(crate) kind: &'static str,
    /// Its name.
    pub(crate) name: &'a str,
    /// Shown in the browser, not saved.
    pub(crate) inline: bool,
    /// What it is for ever: the value of its ETag, without quotation marks.
    pub(crate) tag: Option<String>,
    /// Octets, where they are known beforehand: a range has to have them.
    pub(crate) size: Option<u64>,
}

impl File<'_> {
    /// The answer to a request with these headers.
    pub(crate) fn answer(
        self,
        asked: &HeaderMap,
        octets: parts::Octets,
    ) -> Result<Response, Problem> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
        let disposition = if self.inline { "inline" } else { "attachment" };
        headers.insert(header::CONTENT_DISPOSITION, named(disposition, self.name));
        let policy = HeaderValue::from_static(FILE_POLICY);
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        let tag = self.tag.map(|tag| format!("\"{tag}\""));
        if let Some(tag) = tag
            .as_deref()
            .and_then(|tag| HeaderValue::from_str(tag).ok())
        {
            headers.insert(header::ETAG, tag);
            let keep = HeaderValue::from_static("private, max-age=3600");
            headers.insert(header::CACHE_CONTROL, keep);
        }
        let said = |name: header::HeaderName| asked.get(name)?.to_str().ok();
        if let (Some(tag), Some(known)) = (&tag, said(header::IF_NONE_MATCH))
            && conditions::lists_weakly(known, tag)
        {
            return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
        }
        // What stays what it is can be had in pieces.
        if tag.is_some() {
            headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        }
        let Some(size) = self.size else {
            return Ok((headers, body(octets)).into_response());
        };
        // RFC 9110 §13.1.5: a range of something else would not fit what is there.
        let fits = said(header::IF_RANGE).is_none_or(|known| Some(known) == tag.as_deref());
        match said(header::RANGE)
            .filter(|_| fits)
            .and_then(|text| range(text, size))
        {
            None => Ok((headers, body(octets)).into_response()),
            Some(None) => {
                let detail = "There are no such octets.";
                let status = StatusCode::RANGE_NOT_SATISFIABLE;
                let problem = Problem::new(status, "range_unsatisfiable", detail);
                let mut response = problem.into_response();
                // RFC 9110 §15.5.17: how many there are.
                if let Ok(value) = HeaderValue::from_str(&format!("bytes */{size}")) {
                    response.headers_mut().insert(header::CONTENT_RANGE, value);
                }
                Ok(response)
            }
            Some(Some((from, to))) => {
                let value = format!("bytes {from}-{to}/{size}");
                if let Ok(value) = HeaderValue::from_str(&value) {
                    headers.insert(header::CONTENT_RANGE, value);
                }
                let length = to - from + 1;
                headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
                let piece = body(cut(octets, from, length));
                Ok((StatusCode::PARTIAL_CONTENT, headers, piece).into_response())
            }
        }
    }
}

/// Whether a range of octets is asked for, so that it is worth knowing how many there are.
pub(crate) fn in_pieces(asked: &HeaderMap) -> bool {
    let text = asked.get(header::RANGE).and_then(|text| text.to_str().ok());
    text.is_some_and(|text| range(text, u64::MAX).is_some())
}

/// A range is asked for by GET alone (RFC 9110 §14.2), and handlers answer HEAD as well.
pub(crate) async fn whole_heads(mut request: Request) -> Request {
    if request.method() != Method::GET {
        request.headers_mut().remove(header::RANGE);
    }
    request
}

/// One range of octets (RFC 9110 §14.1.2); `None` for what is to be passed over, `Some(None)` for
/// one that lies outside.
fn range(text: &str, size: u64) -> Option<Option<(u64, u64)>> {
    let (unit, text) = text.split_once('=')?;
    let (first, last) = text.split_once('-')?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return None;
    }
    let number = |text: &str| -> Option<Option<u64>> {
        match text.trim() {
            "" => Some(None),
            digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(Some(digits.parse().unwrap_or(u64::MAX)))
            }
            _ => None,
        }
    };
    let end = size.checked_sub(1);
    let found = match (number(first)?, number(last)?) {
        (None, None) => return None,
        (None, Some(0)) => None,
        (None, Some(count)) => end.map(|end| (size.saturating_sub(count), end)),
        (Some(from), to) => match (end, to) {
            (_, Some(to)) if to < from => return None,
            (Some(end), to) if from <= end => Some((from, to.unwrap_or(end).min(end))),
            _ => None,
        },
    };
    Some(found)
}

/// The octets from `skip` on, `take` of them.
fn cut(octets: parts::Octets, skip: u64, take: u64) -> parts::Octets {
    let begun = (octets, skip, take);
    Box::pin(stream::try_unfold(
        begun,
        |(mut octets, mut skip, take)| async move {
            if take == 0 {
                return Ok(None);
            }
            loop {
                let Some(piece) = octets.next().await.transpose()? else {
                    return Ok(None);
                };
                let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
                if length <= skip {
                    skip -= length;
                    continue;
                }
                let from = usize::try_from(skip).unwrap_or(usize::MAX);
                let most = usize::try_from(take).unwrap_or(usize::MAX);
                let to = piece.len().min(from.saturating_add(most));
                let piece = piece.slice(from..to);
                let left = take - u64::try_from(piece.len()).unwrap_or(take);
                return Ok(Some((piece, (octets, 0, left))));
            }
        },
    ))
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;

    use super::*;

    #[test]
    fn ranges_are_those_of_the_octets() {
        for (text, expected) in [
            ("bytes=0-4", Some(Some((0, 4)))),
            ("bytes=5-", Some(Some((5, 9)))),
            ("bytes=-3", Some(Some((7, 9)))),
            ("bytes=-30", Some(Some((0, 9)))),
            ("bytes=2-99", Some(Some((2, 9)))),
            ("bytes=10-", Some(None)),
            ("bytes=-0", Some(None)),
            ("bytes=4-2", None),
            ("bytes=-", None),
            ("bytes=0-1,3-4", None),
            ("lines=0-1", None),
            ("bytes=x-", None),
            ("Bytes=1-2", Some(Some((1, 2)))),
        ] {
            assert_eq!(range(text, 10), expected, "{text}");
        }
        assert_eq!(range("bytes=0-", 0), Some(None));
    }

    #[tokio::test]
    async fn a_cut_falls_within_pieces() {
        let pieces = || -> parts::Octets {
            Box::pin(stream::iter(
                ["abc", "", "def", "gh"].map(|p| Ok(Bytes::from(p))),
            ))
        };
        for (skip, take, expected) in [(0, 8, "abcdefgh"), (2, 3, "cde"), (7, 9, "h"), (3, 0, "")] {
            let mut cut = cut(pieces(), skip, take);
            let mut whole = Vec::new();
            while let Some(piece) = cut.next().await {
                whole.extend(piece.unwrap());
            }
            assert_eq!(String::from_utf8(whole).unwrap(), expected);
        }
    }
}
