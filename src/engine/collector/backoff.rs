//! When the next run is due. Pure.

use super::outcome::Reason;

const MINUTE: i64 = 60 * 1000;
const HOUR: i64 = 60 * MINUTE;

/// How a run ended, as far as the next one depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ended {
    /// It went well, and the server has more.
    pub(super) more: bool,
    /// Why it failed; `None` when it went well.
    pub(super) reason: Option<Reason>,
    /// Runs that failed in a row, this one included.
    pub(super) failures: u32,
    /// Minutes between two runs.
    pub(super) interval_minutes: u32,
    /// Seconds that the server wants between two sign-ins.
    pub(super) login_delay: u32,
}

/// When the next run is due (ms). `dice` is any number: a tenth of the pause depends on it, so
/// that not all accounts of a provider come back in the same second.
pub(super) fn next_at(ended: Ended, now: i64, dice: u32) -> i64 {
    let interval = i64::from(ended.interval_minutes.max(1)) * MINUTE;
    let grown = |first: i64, most: i64| {
        let doublings = ended.failures.saturating_sub(1).min(20);
        first.saturating_mul(1 << doublings).min(most)
    };
    let pause = match ended.reason {
        None if ended.more => 0,
        None => interval,
        // Another program is at it; it will be done soon.
        Some(Reason::InUse) => grown(MINUTE, interval.max(MINUTE)),
        Some(Reason::LoginDelay) => (5 * MINUTE).max(interval),
        Some(Reason::Unreachable | Reason::CutOff | Reason::Temporary | Reason::Busy) => {
            grown(MINUTE, 4 * HOUR)
        }
        // It goes on by itself once there is space.
        Some(Reason::NoSpace | Reason::Disk | Reason::Quota) => grown(5 * MINUTE, HOUR),
        // Asking often with a wrong password locks accounts.
        Some(Reason::WrongPassword | Reason::NeedsPassword | Reason::GrantGone) => {
            grown(HOUR, 24 * HOUR)
        }
        Some(Reason::Tls | Reason::Permanent | Reason::Nonsense) => grown(15 * MINUTE, 24 * HOUR),
    };
    let pause = pause.max(i64::from(ended.login_delay) * 1000);
    let jitter = pause / 10 * i64::from(dice % 1024) / 1024;
    now.saturating_add(pause).saturating_add(jitter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(reason: Option<Reason>, failures: u32) -> Ended {
        Ended {
            more: false,
            reason,
            failures,
            interval_minutes: 15,
            login_delay: 0,
        }
    }

    fn pause(ended: Ended) -> i64 {
        next_at(ended, 1_000, 0) - 1_000
    }

    #[test]
    fn pauses_grow_to_their_limit() {
        for (reason, first, third, last) in [
            (Reason::InUse, MINUTE, 4 * MINUTE, 15 * MINUTE),
            (Reason::LoginDelay, 15 * MINUTE, 15 * MINUTE, 15 * MINUTE),
            (Reason::CutOff, MINUTE, 4 * MINUTE, 4 * HOUR),
            (Reason::NoSpace, 5 * MINUTE, 20 * MINUTE, HOUR),
            (Reason::WrongPassword, HOUR, 4 * HOUR, 24 * HOUR),
            (Reason::Tls, 15 * MINUTE, HOUR, 24 * HOUR),
        ] {
            let pauses = [1, 3, u32::MAX].map(|failures| pause(ended(Some(reason), failures)));
            assert_eq!(pauses, [first, third, last], "{reason:?}");
        }
        assert_eq!(pause(ended(None, 0)), 15 * MINUTE);
    }

    #[test]
    fn a_server_that_wants_a_pause_gets_it() {
        let more = Ended {
            more: true,
            ..ended(None, 0)
        };
        assert_eq!(pause(more), 0);
        assert_eq!(
            pause(Ended {
                login_delay: 300,
                ..more
            }),
            5 * MINUTE
        );
        for reason in [None, Some(Reason::InUse), Some(Reason::CutOff)] {
            let slow = Ended {
                login_delay: 3600,
                ..ended(reason, 1)
            };
            assert_eq!(pause(slow), HOUR, "{reason:?}");
        }
    }

    #[test]
    fn not_all_come_back_at_once() {
        let at = |dice| next_at(ended(None, 0), 0, dice);
        assert!(at(0) < at(100) && at(100) < at(1023));
        assert!(at(u32::MAX) <= 15 * MINUTE + 15 * MINUTE / 10);
    }
}
