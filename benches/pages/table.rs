//! Timings in turns, and the table that they are printed in.

use std::{
    io,
    time::{Duration, Instant},
};

/// No single line of the table takes longer than this.
const BUDGET: Duration = Duration::from_secs(8);

/// How long one and the other took, in pairs.
#[derive(Debug, Default)]
pub(crate) struct Pair {
    ours: Vec<Duration>,
    bare: Vec<Duration>,
    trips: Vec<u64>,
}

impl Pair {
    /// Measures both in turns, so that whatever else the machine does meets both alike; two
    /// turns first that don't count. `ours` says how many round trips it took.
    pub(crate) fn take(
        turns: usize,
        mut ours: impl FnMut(usize) -> io::Result<u64>,
        mut bare: impl FnMut(usize) -> io::Result<()>,
    ) -> io::Result<Self> {
        let mut pair = Self::default();
        let begun = Instant::now();
        for turn in 0..turns + 2 {
            let (took, trips) = timed(|| ours(turn))?;
            let (bare, ()) = timed(|| bare(turn))?;
            if turn >= 2 {
                pair.ours.push(took);
                pair.trips.push(trips);
                pair.bare.push(bare);
            }
            if turn > 4 && begun.elapsed() > BUDGET {
                break;
            }
        }
        pair.ours.sort_unstable();
        pair.bare.sort_unstable();
        pair.trips.sort_unstable();
        Ok(pair)
    }
}

/// How long something took.
pub(crate) fn timed<T>(work: impl FnOnce() -> io::Result<T>) -> io::Result<(Duration, T)> {
    let begun = Instant::now();
    let outcome = work()?;
    Ok((begun.elapsed(), outcome))
}

/// The value that so many of 100 lie below; the list is sorted.
pub(crate) fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or_default()
}

/// Milliseconds with two figures after the point.
pub(crate) fn millis(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1000.0)
}

/// The head of the table.
pub(crate) fn head() {
    println!("\n| operation | messages | ours, ms | p95 | bare IMAP, ms | ratio | round trips |");
    println!("|---|--:|--:|--:|--:|--:|--:|");
}

/// A line of the table: middle values.
pub(crate) fn line(name: &str, messages: usize, pair: &Pair) {
    let (ours, bare) = (percentile(&pair.ours, 50), percentile(&pair.bare, 50));
    let trips = pair.trips.get(pair.trips.len() / 2).copied();
    println!(
        "| {name} | {messages} | {} | {} | {} | {:.2} | {} |",
        millis(ours),
        millis(percentile(&pair.ours, 95)),
        millis(bare),
        ours.as_secs_f64() / bare.as_secs_f64().max(1e-9),
        trips.unwrap_or_default(),
    );
}
