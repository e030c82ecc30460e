//! Signing in: SASL PLAIN, OAUTHBEARER and XOAUTH2 (RFC 5034), USER and PASS, APOP (RFC 1939 §7).

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use super::{
    capabilities::Capabilities,
    connect::{Connector, Login, Secret},
    connection::Connection,
    error::{Error, Refusal, Stage},
    md5,
    reply::{Status, Unreadable, shown},
};
use crate::net::{Endpoint, Security};

/// A command with an initial response must not be longer (RFC 5034 §4, RFC 2449 §4).
const MAX_COMMAND: usize = 255;

/// A response of its own may be as long as this. Tokens have up to some kilobytes.
const MAX_RESPONSE: usize = 12288;

/// Octets of a user name or password. Lines of commands end at 255 (RFC 2449 §4); servers take
/// more.
const MAX_ARGUMENT: usize = 1000;

/// The longest dialogue of our mechanisms has three answers.
const MAX_ROUNDS: u32 = 5;

/// One way to sign in.
enum Method {
    /// A mechanism of RFC 5034, its response in base64, and what to answer when the server
    /// explains a refusal before it says it.
    Sasl(&'static str, Zeroizing<String>, Option<&'static str>),
    /// In plain words.
    UserPass,
    /// By a digest over the greeting's time stamp.
    Apop(String),
}

/// Signs in.
pub(super) async fn sign_in(
    connection: &mut Connection,
    offered: &Capabilities,
    connector: &Connector,
    greeting: &str,
) -> Result<(), Error> {
    let methods = methods(offered, connector, greeting)?;
    let mut methods = methods.iter().peekable();
    while let Some(method) = methods.next() {
        let Err(mut error) = attempt(connection, method, &connector.login).await else {
            return Ok(());
        };
        if let Error::Refused(refusal) = &mut error {
            refusal.tells_auth = offered.has("AUTH-RESP-CODE");
            // It does not know the method after all. A wrong password is said once: twice would
            // count twice towards a lock-out.
            if methods.peek().is_some() && is_unknown(refusal) {
                continue;
            }
        }
        return Err(error);
    }
    Err(Error::NoMethod)
}

/// Words for a command that the server does not know, or not in this form.
const UNKNOWN: &[&str] = &[
    "unknown command",
    "not supported",
    "unsupported",
    "not implemented",
    "unrecognized",
    "unrecognised",
    "invalid command",
    "bad command",
    "syntax",
    "mechanism",
];

fn is_unknown(refusal: &Refusal) -> bool {
    let text = refusal.reply.text.to_ascii_lowercase();
    refusal.reply.code.is_none() && UNKNOWN.iter().any(|word| text.contains(word))
}

/// The ways to sign in there, the best first.
fn methods(
    offered: &Capabilities,
    connector: &Connector,
    greeting: &str,
) -> Result<Vec<Method>, Error> {
    let Connector {
        endpoint, login, ..
    } = connector;
    let user = login.user.as_str();
    let secret = login.secret.text().ok_or(Error::Credential)?;
    let secret = secret.expose_secret();
    let divider = match login.secret {
        Secret::Password(_) => '\0',
        Secret::OAuth(_) | Secret::Bearer(_) => '\x01',
    };
    let divides = |text: &str| text.contains(['\0', divider]);
    if user.is_empty() || divides(user) || divides(secret) {
        return Err(Error::Credential);
    }
    let encode = |raw: Zeroizing<String>| Zeroizing::new(BASE64.encode(raw.as_bytes()));
    let mut methods = Vec::new();
    match login.secret {
        Secret::Password(_) => {
            if endpoint.security == Security::Plain {
                methods.extend(apop(greeting));
            }
            if offered.has_mechanism("PLAIN") {
                let both = Zeroizing::new(format!("\0{user}\0{secret}"));
                methods.push(Method::Sasl("PLAIN", encode(both), None));
            }
            // Unannounced as well: some servers leave USER out, and none is told the password
            // that has refused the name.
            methods.push(Method::UserPass);
            if endpoint.security != Security::Plain && !offered.has("USER") {
                methods.extend(apop(greeting));
            }
        }
        Secret::OAuth(_) if offered.has_mechanism("OAUTHBEARER") => {
            let Endpoint { host, port, .. } = endpoint;
            // RFC 5801 §4: "," and "=" would end the authorization identity.
            let name = user.replace('=', "=3D").replace(',', "=2C");
            let token = Zeroizing::new(format!(
                "n,a={name},\x01host={host}\x01port={port}\x01auth=Bearer {secret}\x01\x01"
            ));
            // RFC 7628 §3.2.3: SOH, in base64.
            methods.push(Method::Sasl("OAUTHBEARER", encode(token), Some("AQ==")));
        }
        Secret::OAuth(_) if offered.has_mechanism("XOAUTH2") => {
            let token = Zeroizing::new(format!("user={user}\x01auth=Bearer {secret}\x01\x01"));
            methods.push(Method::Sasl("XOAUTH2", encode(token), Some("")));
        }
        Secret::OAuth(_) | Secret::Bearer(_) => {}
    }
    let too_long = |method: &Method| match method {
        Method::Sasl(_, response, _) => response.len() > MAX_RESPONSE,
        Method::UserPass | Method::Apop(_) => {
            user.len() > MAX_ARGUMENT || secret.len() > MAX_ARGUMENT
        }
    };
    match methods.iter().any(too_long) {
        true => Err(Error::Credential),
        false => Ok(methods),
    }
}

/// APOP, if the greeting has a time stamp for it: `<…@…>`.
fn apop(greeting: &str) -> Option<Method> {
    let start = greeting.find('<')?;
    let (stamp, _) = greeting.get(start..)?.split_once('>')?;
    let has_host = stamp.contains('@') && !stamp.contains(' ');
    has_host.then(|| Method::Apop(format!("{stamp}>")))
}

async fn attempt(connection: &mut Connection, method: &Method, login: &Login) -> Result<(), Error> {
    let secret = login.secret.text().ok_or(Error::Credential)?;
    let secret = secret.expose_secret();
    match method {
        Method::Sasl(mechanism, response, acknowledgement) => {
            sasl(connection, mechanism, response, *acknowledgement).await
        }
        Method::UserPass => {
            // RFC 1939 §3: an argument ends at a line end; a NUL at least in C.
            let name = command(&["USER ", checked(&login.user)?]);
            let pass = command(&["PASS ", checked(secret)?]);
            said(connection, &name).await?;
            said(connection, &pass).await
        }
        Method::Apop(stamp) => {
            let name = checked(&login.user).ok().filter(|user| !user.contains(' '));
            let both = Zeroizing::new(format!("{stamp}{secret}"));
            let digest = md5::hex(both.as_bytes());
            let line = command(&["APOP ", name.ok_or(Error::Credential)?, " ", &digest]);
            said(connection, &line).await
        }
    }
}

/// An argument that stays one.
fn checked(argument: &str) -> Result<&str, Error> {
    match argument.contains(['\r', '\n', '\0']) {
        true => Err(Error::Credential),
        false => Ok(argument),
    }
}

async fn said(connection: &mut Connection, line: &[u8]) -> Result<(), Error> {
    let at = Stage::SignIn;
    connection.send(line, 1, at).await?;
    let limit = connection.limits().sign_in;
    connection.ok(at, limit).await.map(drop)
}

/// RFC 5034 §4.
async fn sasl(
    connection: &mut Connection,
    mechanism: &str,
    response: &str,
    acknowledgement: Option<&str>,
) -> Result<(), Error> {
    let at = Stage::SignIn;
    let limit = connection.limits().sign_in;
    let whole = command(&["AUTH ", mechanism, " ", response]);
    // An answer to its question goes out later where it can't go with the command.
    let mut given = whole.len() <= MAX_COMMAND;
    let mut line = match given {
        true => whole,
        false => command(&["AUTH ", mechanism]),
    };
    let mut challenge = None;
    for _ in 0..MAX_ROUNDS {
        connection.send(&line, 1, at).await?;
        let asked = match connection.status(at, limit).await? {
            Status::Ok(_) => return Ok(()),
            Status::Err(reply) => {
                let mut refusal = Refusal::new(at, reply);
                refusal.challenge = challenge;
                return Err(refusal.into());
            }
            Status::More(asked) => asked,
        };
        line = match acknowledgement {
            // Also where the server has overlooked the initial response.
            _ if !given || asked.is_empty() && challenge.is_none() => {
                given = true;
                command(&[response])
            }
            Some(acknowledgement) if challenge.is_none() => {
                challenge = Some(decoded(&asked));
                command(&[acknowledgement])
            }
            // The client gives up.
            _ => command(&["*"]),
        };
    }
    Err(connection.lose(Error::Unreadable {
        at,
        reason: Unreadable::Question,
    }))
}

/// The parts and CRLF, in one allocation: growing would leave copies behind.
fn command(parts: &[&str]) -> Zeroizing<Vec<u8>> {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    let mut line = Zeroizing::new(Vec::with_capacity(length.saturating_add(2)));
    for part in parts {
        line.extend_from_slice(part.as_bytes());
    }
    line.extend_from_slice(b"\r\n");
    line
}

/// A challenge as people can read it.
fn decoded(challenge: &str) -> String {
    match BASE64.decode(challenge) {
        Ok(bytes) => shown(&String::from_utf8_lossy(&bytes)),
        Err(_) => shown(challenge),
    }
}

#[cfg(test)]
mod tests;
