//! How many requests a program may send: so many a minute for each token, or for each person
//! without one, counted in memory and per process. More than any program needs that asks what it
//! wants to know; one that has gone wild is stopped before it reaches a mail server.
//!
//! Answers say what is left (draft-ietf-httpapi-ratelimit-headers): `RateLimit` and
//! `RateLimit-Policy`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, request::Parts},
    middleware::Next,
    response::Response,
};

use crate::engine::{sessions::UserId, tokens::TokenId};

use super::{problem::Problem, state::Api};

/// Requests of one window.
const QUOTA: u32 = 6000;
/// The window (s).
const WINDOW: i64 = 60;
/// More entries than this: those that are over go.
const MOST: usize = 10_000;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Whose requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Payer {
    /// A token's.
    Token(TokenId),
    /// A person's, by password or session.
    User(UserId),
}

/// What has been spent. One for the process.
#[derive(Debug, Default)]
pub(crate) struct Budgets(Mutex<HashMap<Payer, Spent>>);

#[derive(Clone, Copy, Debug)]
struct Spent {
    /// When the window began (ms).
    since: i64,
    count: u32,
}

/// What is left after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Left {
    requests: u32,
    /// Seconds until there is everything again.
    seconds: u32,
    /// This one was too many.
    exceeded: bool,
}

/// Where a request's extractor leaves what is left, for the layer around it.
#[derive(Clone, Debug, Default)]
struct Slot(Arc<OnceLock<Left>>);

impl Budgets {
    fn spend(&self, payer: Payer, now: i64) -> Left {
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if table.len() >= MOST {
            table.retain(|_, spent| !spent.is_over(now));
        }
        let fresh = Spent {
            since: now,
            count: 0,
        };
        let spent = table.entry(payer).or_insert(fresh);
        if spent.is_over(now) {
            *spent = fresh;
        }
        let exceeded = spent.count >= QUOTA;
        spent.count = spent.count.saturating_add(1).min(QUOTA);
        let seconds = (spent.since + WINDOW * 1000 - now + 999) / 1000;
        Left {
            requests: QUOTA - spent.count,
            seconds: u32::try_from(seconds).unwrap_or(1).max(1),
            exceeded,
        }
    }
}

impl Spent {
    /// Its window has ended, or the clock was set back.
    fn is_over(&self, now: i64) -> bool {
        !(0..WINDOW * 1000).contains(&(now - self.since))
    }
}

/// Counts a request.
///
/// # Errors
/// 429, when it is one too many.
pub(crate) fn spend(parts: &Parts, api: &Api, payer: Payer) -> Result<(), Problem> {
    let left = api.budgets.spend(payer, api.engine.now());
    if let Some(Slot(slot)) = parts.extensions.get() {
        // A request is counted once.
        let _first = slot.set(left);
    }
    if !left.exceeded {
        return Ok(());
    }
    let detail = "Too many requests in a minute.";
    let mut problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", detail);
    problem.retry_after = Some(left.seconds);
    Err(problem)
}

/// Says what is left.
pub(crate) async fn layer(mut request: Request, next: Next) -> Response {
    let slot = Slot::default();
    request.extensions_mut().insert(slot.clone());
    let mut response = next.run(request).await;
    if let Some(left) = slot.0.get() {
        let headers = response.headers_mut();
        let policy = format!("\"default\";q={QUOTA};w={WINDOW}");
        let limit = format!("\"default\";r={};t={}", left.requests, left.seconds);
        for (name, value) in [(POLICY, policy), (LIMIT, limit)] {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_so_many_requests() {
        let budgets = Budgets::default();
        let (one, other) = (Payer::Token(TokenId::from(1)), Payer::User(UserId::from(1)));
        let now = 1_000_000;
        for count in 1..=QUOTA {
            let left = budgets.spend(one, now);
            assert_eq!((left.requests, left.exceeded), (QUOTA - count, false));
        }
        let left = budgets.spend(one, now + 59_001);
        assert_eq!(
            (left.requests, left.seconds, left.exceeded),
            (0, 1, true),
            "the last second"
        );
        assert!(!budgets.spend(other, now).exceeded, "it is somebody else's");
        assert!(!budgets.spend(one, now + 60_000).exceeded, "another minute");
        // A clock that was set back shuts nobody out.
        assert!(!budgets.spend(one, now - 1).exceeded);
    }
}
