//! What a service answers when it is asked for tokens (RFC 6749 §5). Pure. Of its words only the
//! code of an error is looked at, and only if it is one.

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

/// Octets of a token.
const TOKEN: usize = 8 * 1024;
/// How long an access token lives of which nothing is said (seconds).
const UNSAID: i64 = 600;
/// No access token is believed to live longer (seconds).
const LONGEST: i64 = 24 * 60 * 60;

/// What was given.
#[derive(Debug)]
pub(super) struct Given {
    /// Opens the mailbox.
    pub(super) access: SecretString,
    /// How long it does so (ms).
    pub(super) lives: i64,
    /// Gives further ones. `None`: the one before does, if there was one.
    pub(super) refresh: Option<SecretString>,
}

/// Why nothing was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// What was shown is worth nothing any more (`invalid_grant`).
    Gone,
    /// Anything else, in words for the log.
    Trouble(String),
}

#[derive(Deserialize)]
struct Answer {
    access_token: Option<String>,
    refresh_token: Option<String>,
    token_type: Option<String>,
    #[serde(default)]
    expires_in: Value,
    #[serde(default)]
    error: Value,
}

/// Reads an answer with this status.
pub(super) fn read(status: u16, body: &[u8]) -> Result<Given, Refused> {
    let trouble = |what: &str| Refused::Trouble(format!("it answered {status}, {what}"));
    let answer: Answer =
        serde_json::from_slice(body).map_err(|_| trouble("and not as RFC 6749 says"))?;
    if status != 200 || !answer.error.is_null() {
        return Err(match answer.error.as_str().and_then(code) {
            Some("invalid_grant") => Refused::Gone,
            Some(code) => trouble(code),
            None => trouble("and no error that can be read"),
        });
    }
    // RFC 6749 §5.1: what is of an unknown type can't be used.
    let kind = answer.token_type.as_deref().unwrap_or("bearer");
    if !kind.eq_ignore_ascii_case("bearer") {
        return Err(trouble("with tokens of another type"));
    }
    let access = answer.access_token.filter(|token| is_token(token));
    let access = access.ok_or_else(|| trouble("without an access token that can be said"))?;
    let refresh = answer.refresh_token.filter(|token| !token.is_empty());
    if refresh.as_deref().is_some_and(|token| !is_token(token)) {
        return Err(trouble("with a refresh token that can't be said"));
    }
    // Some write the number as text.
    let lives = match &answer.expires_in {
        Value::Number(seconds) => seconds.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    Ok(Given {
        access: SecretString::from(access),
        lives: lives.unwrap_or(UNSAID).clamp(0, LONGEST) * 1000,
        refresh: refresh.map(SecretString::from),
    })
}

/// The code of an error, if it is written like one (RFC 6749 §5.2).
pub(super) fn code(text: &str) -> Option<&str> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (!text.is_empty() && text.len() <= 40 && text.chars().all(fits)).then_some(text)
}

/// It can stand in a sign-in and in a form (RFC 6749 §A.12, narrower by the space).
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.len() <= TOKEN && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn answers_are_read_as_they_are_written() {
        for (body, lives, refresh) in [
            (
                r#"{"access_token":"a","token_type":"Bearer","expires_in":3599}"#,
                3_599_000,
                None,
            ),
            (
                r#"{"access_token":"a","expires_in":"60","refresh_token":"r"}"#,
                60_000,
                Some("r"),
            ),
            (
                r#"{"access_token":"a","refresh_token":"","expires_in":null,"x":[{}]}"#,
                600_000,
                None,
            ),
            (r#"{"access_token":"a","expires_in":1e300}"#, 600_000, None),
            (r#"{"access_token":"a","expires_in":-5}"#, 0, None),
            (
                r#"{"access_token":"a","expires_in":9223372036854775807}"#,
                86_400_000,
                None,
            ),
        ] {
            let given = read(200, body.as_bytes()).unwrap();
            assert_eq!(given.access.expose_secret(), "a");
            assert_eq!(given.lives, lives, "{body}");
            let kept = given.refresh.as_ref().map(|token| token.expose_secret());
            assert_eq!(kept, refresh);
        }
    }

    #[test]
    fn what_is_no_answer_gives_nothing() {
        let long = format!(r#"{{"access_token":"{}"}}"#, "a".repeat(9000));
        let deep = format!(r#"{{"access_token":"a","x":{}"#, "[".repeat(60_000));
        for (status, body) in [
            (200, ""),
            (200, "<html>"),
            (200, "[]"),
            (200, "null"),
            (200, "{}"),
            (200, r#"{"access_token":""}"#),
            (200, r#"{"access_token":5}"#),
            (200, r#"{"access_token":"a\u0001auth=Bearer b"}"#),
            (200, r#"{"access_token":"a b"}"#),
            (200, r#"{"access_token":"ä"}"#),
            (200, r#"{"access_token":"a","token_type":"mac"}"#),
            (200, r#"{"access_token":"a","refresh_token":"\n"}"#),
            (200, r#"{"access_token":"a","error":"server_error"}"#),
            (200, long.as_str()),
            (200, deep.as_str()),
            (302, r#"{"access_token":"a"}"#),
            (500, r#"{"access_token":"a"}"#),
            (400, r#"{"error":"Canary of <b>"}"#),
            (400, r#"{"error":{"code":1}}"#),
        ] {
            let Err(Refused::Trouble(said)) = read(status, body.as_bytes()) else {
                panic!("{status} {body}");
            };
            assert!(!said.contains("Canary"), "{said}");
        }
        for status in [400, 401, 200] {
            let gone = read(
                status,
                br#"{"error":"invalid_grant","error_description":"x"}"#,
            );
            assert_eq!(gone.unwrap_err(), Refused::Gone);
        }
    }
}
