//! ETags that a request names (RFC 9110 §13.1), compared with what is there.

use axum::http::{HeaderMap, header};

use super::problem::Problem;

/// Does a list of ETags name this one, or any?
pub(crate) fn lists(listed: &str, tag: &str) -> bool {
    listed
        .split(',')
        .any(|one| matches!(one.trim(), "*") || one.trim() == tag)
}

/// The same, where an ETag that is weak counts as well (RFC 9110 §13.1.2).
pub(crate) fn lists_weakly(listed: &str, tag: &str) -> bool {
    let mut all = listed.split(',').map(str::trim);
    all.any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

/// What is to be changed is still what `If-Match` says, if the request has one.
pub(crate) fn matched(headers: &HeaderMap, tag: &str) -> Result<(), Problem> {
    let Some(wanted) = headers.get(header::IF_MATCH) else {
        return Ok(());
    };
    match lists(wanted.to_str().unwrap_or_default(), tag) {
        true => Ok(()),
        false => Err(Problem::changed()),
    }
}
