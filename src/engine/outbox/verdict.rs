//! What a submission's end means for the message, and when to try again.

use crate::{
    net::bearer::BearerError,
    smtp::{
        Receipt, SubmitError,
        error::{Error as SmtpError, Refusal, Stage, Unable},
    },
    store::submissions::{SubmissionRow, queue},
};

use super::super::error::Error;

/// Minutes until the next try, by tries so far; the last one repeats.
const PAUSES: [i64; 7] = [1, 3, 10, 30, 60, 120, 240];
/// After this long it is given up (ms): two days, as mail servers do.
const PATIENCE: i64 = 2 * 24 * 60 * 60 * 1000;
/// And after so many tries, which take as long: one that had waited for its owner has been due for
/// longer than it was tried.
const TRIES: i64 = 19;

/// Until the password is typed anew, which may be never (ms): ten years.
const TILL_THEN: i64 = 10 * 365 * 24 * 60 * 60 * 1000;

/// What becomes of the message. The text is kept in the row: a code, then the server's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The server has it.
    Sent(String),
    /// Not now; again at this time (ms).
    Later(String, i64),
    /// Never.
    Failed(String),
    /// Nobody knows.
    Unconfirmed(String),
}

impl Verdict {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Sent(_) => "sent",
            Self::Later(..) => "later",
            Self::Failed(_) => "failed",
            Self::Unconfirmed(_) => "unconfirmed",
        }
    }
}

/// After the server was spoken to.
pub(super) fn of(outcome: Result<Receipt, SubmitError>, row: &SubmissionRow) -> Verdict {
    match outcome {
        Ok(receipt) => Verdict::Sent(kept("accepted", &receipt.reply.to_string())),
        Err(SubmitError::Unconfirmed(error)) => {
            tracing::warn!(%error, submission.id = row.id.get(), "A message is unconfirmed");
            Verdict::Unconfirmed(kept("unconfirmed", ""))
        }
        Err(SubmitError::Refused(refusal)) => refused(&refusal, row),
        Err(SubmitError::NotSent(error)) => not_sent(&error, row),
    }
}

/// Before it was spoken to.
pub(super) fn before(error: &Error, row: &SubmissionRow) -> Verdict {
    match error {
        Error::Invalid(code) => Verdict::Failed(kept(code, "")),
        Error::NotFound => Verdict::Failed(kept("message-gone", "")),
        _ => later("internal", "", row),
    }
}

/// With nobody there to type another password: the message waits for them ([`queue::resume`]), and
/// the server is not asked again meanwhile.
pub(super) fn waits_for_its_owner(
    outcome: &Result<Receipt, SubmitError>,
    row: &SubmissionRow,
) -> Option<Verdict> {
    let text = match outcome {
        Err(SubmitError::NotSent(SmtpError::Bearer(BearerError::Gone))) => String::new(),
        Err(SubmitError::Refused(refusal))
            if refusal.at == Stage::SignIn && !refusal.reply.is_transient() =>
        {
            refusal.reply.to_string()
        }
        _ => return None,
    };
    let kept = kept(queue::NO_PASSWORD, &text);
    Some(Verdict::Later(kept, row.next_at + TILL_THEN))
}

fn refused(refusal: &Refusal, row: &SubmissionRow) -> Verdict {
    let code = match refusal.at {
        Stage::SignIn => "sign-in",
        Stage::Sender => "sender",
        Stage::Recipients => "recipients",
        _ => "refused",
    };
    let text = refusal.reply.to_string();
    match refusal.reply.is_transient() {
        true => later(code, &text, row),
        false => Verdict::Failed(kept(code, &text)),
    }
}

fn not_sent(error: &SmtpError, row: &SubmissionRow) -> Verdict {
    // Our own words for it are for the log: people get the sentence of the code.
    tracing::warn!(%error, submission.id = row.id.get(), "A message was not handed over");
    match error {
        SmtpError::Unable(reason) => {
            let code = match reason {
                Unable::TooLarge { .. } => "too-large",
                Unable::NoRecipients | Unable::TooManyRecipients => "recipients",
                Unable::NoSmtpUtf8 => "no-smtputf8",
                _ => "unable",
            };
            Verdict::Failed(kept(code, ""))
        }
        SmtpError::NoMethod | SmtpError::Bearer(BearerError::Gone) => {
            Verdict::Failed(kept("sign-in", ""))
        }
        SmtpError::Bearer(BearerError::Unavailable)
        | SmtpError::Dial(_)
        | SmtpError::NoStartTls
        | SmtpError::Injected => later("unreachable", "", row),
        _ => later("interrupted", "", row),
    }
}

fn later(code: &str, text: &str, row: &SubmissionRow) -> Verdict {
    let now = row.updated_at;
    match pause(row.attempts, now - row.send_at) {
        None => Verdict::Failed(kept(code, text)),
        Some(pause) => Verdict::Later(kept(code, text), now + pause),
    }
}

/// How long to wait (ms) after so many tries of a message that was due so long ago (ms). `None`:
/// it is given up.
fn pause(tries: i64, due: i64) -> Option<i64> {
    if due > PATIENCE && tries >= TRIES {
        return None;
    }
    let tried = usize::try_from(tries.max(1) - 1).unwrap_or(0);
    let minutes = PAUSES.get(tried).or(PAUSES.last()).copied().unwrap_or(1);
    Some(minutes * 60_000)
}

/// What the row keeps of an end: a code, then the server's words.
pub(super) fn kept(code: &str, text: &str) -> String {
    format!("{code} {text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_given_up_after_two_days_of_trying() {
        // Due for whole days already when it is tried at first, or not.
        for waited in [0, 5 * PATIENCE] {
            let (mut tries, mut trying) = (1, 0);
            while let Some(pause) = pause(tries, waited + trying) {
                tries += 1;
                trying += pause;
            }
            assert!((PATIENCE..PATIENCE * 5 / 4).contains(&trying), "{trying}");
        }
    }
}
