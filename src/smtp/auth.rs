//! Signing in (RFC 4954): SASL PLAIN, LOGIN, OAUTHBEARER, XOAUTH2.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use super::{
    capabilities::Capabilities,
    connect::{Connector, Login, Secret},
    connection::Connection,
    error::{Error, Refusal, Stage, Unable},
    reply::{Reply, shown},
};
use crate::net::{Endpoint, Security};

/// A command with an initial response must not be longer (RFC 4954 §4, RFC 5321 §4.5.3.1.4).
const MAX_COMMAND: usize = 512;

/// A response of its own may be as long as this (RFC 4954 §4). Tokens have up to some kilobytes.
const MAX_RESPONSE: usize = 12288;

/// The longest dialogue of our mechanisms has four answers.
const MAX_ROUNDS: u32 = 6;

/// Signs in, if there is anybody to sign in.
pub(super) async fn sign_in(
    connection: &mut Connection,
    offered: &Capabilities,
    connector: &Connector,
) -> Result<(), Error> {
    let Some(login) = &connector.login else {
        return Ok(());
    };
    let endpoint = &connector.endpoint;
    if !offered.has("AUTH") && endpoint.security == Security::Plain {
        // A relay on this machine that knows its clients by their address.
        return Ok(());
    }
    let mut attempts = attempts(offered, endpoint, login)?.into_iter().peekable();
    while let Some(attempt) = attempts.next() {
        let Err(error) = attempt.run(connection).await else {
            return Ok(());
        };
        match &error {
            // The server does not know the mechanism, or not in this form. 535 is the password's
            // fault, and to try it twice would count twice towards a lock-out.
            Error::Refused(refusal)
                if matches!(refusal.reply.code, 500..=502 | 504) && attempts.peek().is_some() => {}
            _ => return Err(error),
        }
    }
    Err(Error::NoMethod)
}

/// One way to sign in.
struct Attempt {
    mechanism: &'static str,
    /// The first response goes with the command.
    initial: bool,
    /// In base64.
    responses: Vec<Zeroizing<String>>,
    /// What to answer when the server explains its refusal before it says it.
    acknowledgement: Option<&'static str>,
}

fn attempts(offered: &Capabilities, at: &Endpoint, login: &Login) -> Result<Vec<Attempt>, Error> {
    let user = login.user.as_str();
    let secret = login.secret.text().ok_or(Unable::Credential)?;
    let secret = secret.expose_secret();
    let encode = |raw: Zeroizing<String>| Zeroizing::new(BASE64.encode(raw.as_bytes()));
    let mut attempts = Vec::new();
    let mut add = |mechanism, initial, responses: &[Zeroizing<String>], acknowledgement| {
        attempts.push(Attempt {
            mechanism,
            initial,
            responses: responses.to_vec(),
            acknowledgement,
        });
    };
    // NUL and SOH are what the mechanisms divide by.
    let divider = match login.secret {
        Secret::Password(_) => '\0',
        Secret::OAuth(_) | Secret::Bearer(_) => '\x01',
    };
    if [user, secret]
        .iter()
        .any(|text| text.contains(['\0', divider]))
    {
        return Err(Unable::Credential.into());
    }
    match login.secret {
        Secret::Password(_) => {
            if offered.has_mechanism("PLAIN") {
                let both = encode(Zeroizing::new(format!("\0{user}\0{secret}")));
                let both = &[both];
                add("PLAIN", true, both, None);
                add("PLAIN", false, both, None);
            }
            if offered.has_mechanism("LOGIN") {
                let parts = [user, secret].map(|text| encode(Zeroizing::new(text.to_owned())));
                add("LOGIN", false, &parts, None);
            }
        }
        Secret::OAuth(_) if offered.has_mechanism("OAUTHBEARER") => {
            let Endpoint { host, port, .. } = at;
            // RFC 5801 §4: "," and "=" would end the authorization identity.
            let name = user.replace('=', "=3D").replace(',', "=2C");
            let token = encode(Zeroizing::new(format!(
                "n,a={name},\x01host={host}\x01port={port}\x01auth=Bearer {secret}\x01\x01"
            )));
            // RFC 7628 §3.2.3: SOH, in base64.
            add("OAUTHBEARER", true, &[token], Some("AQ=="));
        }
        Secret::OAuth(_) if offered.has_mechanism("XOAUTH2") => {
            let token = encode(Zeroizing::new(format!(
                "user={user}\x01auth=Bearer {secret}\x01\x01"
            )));
            add("XOAUTH2", true, &[token], Some(""));
        }
        Secret::OAuth(_) | Secret::Bearer(_) => {}
    }
    let mut responses = attempts.iter().flat_map(|attempt| &attempt.responses);
    if responses.any(|response| response.len() > MAX_RESPONSE) {
        return Err(Unable::Credential.into());
    }
    Ok(attempts)
}

impl Attempt {
    async fn run(&self, connection: &mut Connection) -> Result<(), Error> {
        let at = Stage::SignIn;
        let mut waiting = self.responses.iter();
        let mut line = command(self.mechanism, "");
        let mut said = false;
        if self.initial
            && let Some(first) = self.responses.first()
        {
            let whole = command(self.mechanism, first);
            if whole.len() <= MAX_COMMAND {
                line = whole;
                said = true;
                waiting.next();
            }
        }
        let mut challenge = None;
        let limit = connection.limits().sign_in;
        for _ in 0..MAX_ROUNDS {
            let reply = connection.command(&line, at, limit).await?;
            match reply.code {
                200..300 => return Ok(()),
                334 => {}
                400.. => {
                    let mut refusal = Refusal::new(at, Reply::from(reply));
                    refusal.challenge = challenge;
                    return Err(refusal.into());
                }
                code => return Err(Error::Unexpected { at, code }),
            }
            let asked = reply.lines.first().map(String::as_str).unwrap_or_default();
            // Some servers overlook the initial response and ask for it. Where a challenge may
            // explain a refusal as well, asking is what says nothing.
            if said && (asked.is_empty() || self.acknowledgement.is_none()) {
                waiting = self.responses.iter();
            }
            said = false;
            line = match (waiting.next(), self.acknowledgement) {
                (Some(response), _) => response_line(response),
                (None, Some(acknowledgement)) if challenge.is_none() => {
                    challenge = Some(decoded(asked));
                    response_line(acknowledgement)
                }
                // RFC 4954 §4: the client gives up.
                _ => response_line("*"),
            };
        }
        Err(Error::Unexpected { at, code: 334 })
    }
}

fn command(mechanism: &str, initial: &str) -> Zeroizing<Vec<u8>> {
    let parts = [
        "AUTH ",
        mechanism,
        if initial.is_empty() { "" } else { " " },
        initial,
    ];
    line(&parts)
}

fn response_line(response: &str) -> Zeroizing<Vec<u8>> {
    line(&[response])
}

/// The parts and CRLF, in one allocation: growing would leave copies behind.
fn line(parts: &[&str]) -> Zeroizing<Vec<u8>> {
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
