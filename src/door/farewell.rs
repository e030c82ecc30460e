//! The last word of a stream of events when the process stops: come back, though not all at once.

use std::{
    hash::{BuildHasher as _, RandomState},
    time::Duration,
};

use axum::response::sse::Event;

/// The soonest that somebody should come back, and within which time after that: another process
/// has taken over by then, and thousands that come back do so spread over it (ms).
const SOONEST: u64 = 1_000;
const SPREAD: u64 = 9_000;

/// Tells whoever listens when to connect again. It is no event, and changes nothing else.
pub(crate) fn farewell() -> Event {
    // Any number does; each of these has other keys.
    let dice = RandomState::new().hash_one(0_u8);
    Event::default().retry(Duration::from_millis(SOONEST + dice % SPREAD))
}
