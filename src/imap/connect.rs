//! Opening a connection: TCP, TLS, greeting, sign-in. async-imap speaks, behind a guard.
//!
//! No credential leaves before TLS stands, unless the endpoint is [`Security::Plain`].

use async_imap::{Authenticator, Client, Session};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use bytes::BytesMut;
use secrecy::ExposeSecret;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::{
    capabilities::Capabilities,
    error::{ConnectError, Error, LoginFailure},
    guard::Guard,
    limits::Limits,
    wire::response::Status,
};
pub use crate::net::bearer::Secret;
use crate::net::{Endpoint, Security, dial, stream::BoxStream};

/// Everything needed to open a connection of one account.
#[derive(Clone, Debug)]
pub struct Connector {
    /// Where.
    pub endpoint: Endpoint,
    /// Who.
    pub login: Login,
    /// Within which bounds.
    pub limits: Limits,
}

/// Who signs in.
#[derive(Clone, Debug)]
pub struct Login {
    /// The user name as the server wants it.
    pub user: String,
    /// The proof.
    pub secret: Secret,
}

/// A connection that is signed in.
pub(super) struct Opened {
    pub(super) stream: BoxStream,
    /// Read behind the sign-in's answer already.
    pub(super) unread: BytesMut,
    pub(super) capabilities: Capabilities,
}

/// What async-imap writes where the credential belongs; the guard replaces it.
const LOGIN_MARK: &[u8] = br#""restante-user" "restante-password""#;

type Imap = Client<Guard>;

/// Connects without signing in, and says what the server offers before that.
///
/// # Errors
/// As for any connection; nothing that could be refused is asked.
pub async fn probe(endpoint: &Endpoint, limits: &Limits) -> Result<Capabilities, Error> {
    let (guard, mut client) = secured(endpoint, limits).await?;
    if guard.record().capabilities.is_none() {
        let asked = client.run_command_and_check_ok("CAPABILITY", None);
        let asked = timeout(limits.greeting, asked).await;
        let asked = asked.map_err(|_| ConnectError::Timeout)?;
        asked.map_err(|_| broken(&guard, Error::Protocol("CAPABILITY was refused")))?;
    }
    Ok(offered(&guard))
}

/// Connects and signs in. 3 round trips beside TCP and TLS, 1 less when the server volunteers its
/// capabilities; STARTTLS adds 1. With an access token that the server refuses all of it once more,
/// with another.
pub(super) async fn open(connector: &Connector) -> Result<Opened, Error> {
    let Secret::Bearer(bearer) = &connector.login.secret else {
        return open_as(connector, &connector.login).await;
    };
    let is_refusal = |error: &Error| error.login_failure().is_some_and(is_refusal);
    let sign_in = |secret| {
        let user = connector.login.user.clone();
        async move { open_as(connector, &Login { user, secret }).await }
    };
    bearer.open(is_refusal, sign_in).await
}

/// Is it what another token could cure?
fn is_refusal(failure: LoginFailure) -> bool {
    matches!(failure, LoginFailure::Rejected | LoginFailure::Expired)
}

async fn open_as(connector: &Connector, login: &Login) -> Result<Opened, Error> {
    let Connector {
        endpoint, limits, ..
    } = connector;
    let (guard, client) = secured(endpoint, limits).await?;
    timeout(limits.sign_in, sign_in(&guard, client, endpoint, login))
        .await
        .map_err(|_| Error::Timeout)?
}

/// A greeted connection, with TLS if there is to be any.
async fn secured(endpoint: &Endpoint, limits: &Limits) -> Result<(Guard, Imap), Error> {
    let stream = dial::dial(endpoint, limits.connect)
        .await
        .map_err(ConnectError::from)?;
    let guard = Guard::new(stream);
    let client = greeted(&guard, limits).await?;
    match endpoint.security {
        Security::Implicit | Security::Plain => Ok((guard, client)),
        Security::StartTls => start_tls(&guard, client, endpoint, limits).await,
    }
}

/// Awaits the greeting.
async fn greeted(guard: &Guard, limits: &Limits) -> Result<Imap, Error> {
    let mut client = Client::new(guard.clone());
    let outcome = timeout(limits.greeting, client.read_response())
        .await
        .map_err(|_| ConnectError::Timeout)?;
    match (outcome, guard.record().greeting) {
        (Ok(Some(_)), Some(Status::Ok)) => Ok(client),
        // RFC 9051 §7.1.4. It would be somebody's session, and before TLS anybody's.
        (Ok(Some(_)), Some(Status::Preauth)) => Err(ConnectError::Preauth.into()),
        _ => Err(broken(guard, ConnectError::Greeting("no greeting").into())),
    }
}

async fn start_tls(
    guard: &Guard,
    mut client: Imap,
    endpoint: &Endpoint,
    limits: &Limits,
) -> Result<(Guard, Imap), Error> {
    let asked = client.run_command_and_check_ok("STARTTLS", None);
    let outcome = timeout(limits.greeting, asked)
        .await
        .map_err(|_| ConnectError::Timeout)?;
    if outcome.is_err() {
        return Err(broken(guard, ConnectError::NoStartTls.into()));
    }
    let (stream, unread) = guard.take().ok_or(Error::Disconnected)?;
    // What lies behind the answer was sent in plain text and would be read as if under TLS.
    if !unread.is_empty() {
        return Err(ConnectError::Injected.into());
    }
    let stream = dial::secure(stream, endpoint, limits.connect)
        .await
        .map_err(ConnectError::from)?;
    // A new guard knows nothing of what was said before TLS.
    let guard = Guard::resumed(stream);
    let client = Client::new(guard.clone());
    Ok((guard, client))
}

async fn sign_in(
    guard: &Guard,
    mut client: Imap,
    endpoint: &Endpoint,
    login: &Login,
) -> Result<Opened, Error> {
    if guard.record().capabilities.is_none() {
        let asked = client.run_command_and_check_ok("CAPABILITY", None).await;
        asked.map_err(|_| broken(guard, Error::Protocol("CAPABILITY was refused")))?;
    }
    let before = offered(guard);
    // What holds before the sign-in need not hold after it.
    guard.forget_capabilities();
    let mut methods = methods(&before, endpoint, login)?.into_iter();
    let mut session = loop {
        let method = methods.next().ok_or(ConnectError::NoMethod)?;
        match attempt(guard, client, method).await {
            Ok(session) => break session,
            // BAD: the server does not know the mechanism after all. NO is the password's fault,
            // and to try it twice would count twice towards a lock-out.
            Err((Error::Bad(_), back)) if methods.len() > 0 => client = back,
            Err((error, _)) => return Err(error),
        }
    };
    if guard.record().capabilities.is_none() {
        let asked = session.run_command_and_check_ok("CAPABILITY").await;
        asked.map_err(|_| broken(guard, Error::Protocol("CAPABILITY was refused")))?;
    }
    let capabilities = offered(guard);
    let (stream, unread) = guard.take().ok_or(Error::Disconnected)?;
    Ok(Opened {
        stream,
        unread,
        capabilities,
    })
}

/// The capabilities that the server has named last.
fn offered(guard: &Guard) -> Capabilities {
    guard
        .record()
        .capabilities
        .unwrap_or_default()
        .iter()
        .collect()
}

/// A way to sign in, with what is to be put in place of the marker.
enum Method {
    Sasl {
        name: &'static str,
        /// In the command itself (RFC 4959), or after the server's continuation request.
        initial: bool,
        credential: Zeroizing<Vec<u8>>,
    },
    Login(Zeroizing<Vec<u8>>),
}

fn methods(offered: &Capabilities, at: &Endpoint, login: &Login) -> Result<Vec<Method>, Error> {
    let Login { user, secret } = login;
    let initial = offered.sasl_ir();
    let sasl = |name, raw: String| {
        let raw = Zeroizing::new(raw);
        let credential = Zeroizing::new(BASE64.encode(raw.as_bytes()).into_bytes());
        Method::Sasl {
            name,
            initial,
            credential,
        }
    };
    // What it gives stands in its place by now.
    let unread = Error::Unsupported("a token that was not asked for");
    let text = secret.text().ok_or(unread)?.expose_secret();
    if user.contains('\0') || text.contains('\0') {
        return Err(Error::Unsupported("NUL in the user name or password"));
    }
    let mut methods = Vec::new();
    match secret {
        Secret::Password(_) => {
            if offered.has("AUTH=PLAIN") {
                methods.push(sasl("PLAIN", format!("\0{user}\0{text}")));
            }
            if !offered.has("LOGINDISABLED") {
                methods.extend(login_arguments(offered, user, text).map(Method::Login));
            }
        }
        Secret::OAuth(_) => {
            let Endpoint { host, port, .. } = at;
            // RFC 5801 §4: "," and "=" would end the authorization identity.
            let name = user.replace('=', "=3D").replace(',', "=2C");
            if offered.has("AUTH=OAUTHBEARER") {
                let raw = format!(
                    "n,a={name},\x01host={host}\x01port={port}\x01auth=Bearer {text}\x01\x01"
                );
                methods.push(sasl("OAUTHBEARER", raw));
            } else if offered.has("AUTH=XOAUTH2") {
                let raw = format!("user={user}\x01auth=Bearer {text}\x01\x01");
                methods.push(sasl("XOAUTH2", raw));
            }
        }
        Secret::Bearer(_) => {}
    }
    Ok(methods)
}

/// User name and password as LOGIN's arguments; `None` when they cannot be said.
fn login_arguments(
    offered: &Capabilities,
    user: &str,
    password: &str,
) -> Option<Zeroizing<Vec<u8>>> {
    let literals = offered.has("LITERAL+") || offered.has("LITERAL-");
    let mut line = Zeroizing::new(Vec::with_capacity(1024));
    for (i, text) in [user, password].into_iter().enumerate() {
        if i > 0 {
            line.push(b' ');
        }
        let plain = text.is_ascii() && !text.contains(['\r', '\n']);
        if !plain && literals && text.len() <= 4096 {
            line.extend_from_slice(format!("{{{}+}}\r\n", text.len()).as_bytes());
            line.extend_from_slice(text.as_bytes());
        } else if text.contains(['\r', '\n']) {
            return None;
        } else {
            // Eight-bit text in quotes is not RFC 3501, yet what old servers expect.
            line.push(b'"');
            for byte in text.bytes() {
                if matches!(byte, b'"' | b'\\') {
                    line.push(b'\\');
                }
                line.push(byte);
            }
            line.push(b'"');
        }
    }
    Some(line)
}

/// Hands the marker to async-imap at the first continuation request, nothing at later ones: by
/// then the server is only saying why it refuses.
struct Marker {
    spent: bool,
}

impl Authenticator for Marker {
    type Response = Vec<u8>;

    fn process(&mut self, _challenge: &[u8]) -> Vec<u8> {
        match std::mem::replace(&mut self.spent, true) {
            true => Vec::new(),
            false => SASL_RAW.to_vec(),
        }
    }
}

/// What base64 makes [`SASL_MARK`] of; async-imap encodes what an authenticator returns.
const SASL_RAW: &[u8] = b"restante credential";
const SASL_MARK: &[u8] = b"cmVzdGFudGUgY3JlZGVudGlhbA==";

async fn attempt(
    guard: &Guard,
    client: Imap,
    method: Method,
) -> Result<Session<Guard>, (Error, Imap)> {
    let outcome = match method {
        Method::Sasl {
            name,
            initial,
            credential,
        } => {
            guard.arm(SASL_MARK, credential);
            let command = match initial {
                true => format!("{name} {}", BASE64.encode(SASL_RAW)),
                false => name.to_owned(),
            };
            let marker = Marker { spent: initial };
            client.authenticate(command, marker).await
        }
        Method::Login(arguments) => {
            guard.arm(LOGIN_MARK, arguments);
            client.login("restante-user", "restante-password").await
        }
    };
    outcome.map_err(|(_, client)| (refusal(guard), client))
}

/// Why a sign-in failed, by the server's own words.
fn refusal(guard: &Guard) -> Error {
    match guard.record().answer {
        Some((Status::No, code, text)) => Error::Login { code, text },
        Some((Status::Bad, _, text)) => Error::Bad(text),
        _ => broken(guard, Error::Disconnected),
    }
}

/// Why the connection ended: the guard's reason, the server's, else `otherwise`.
fn broken(guard: &Guard, otherwise: Error) -> Error {
    if let Some(failure) = guard.failure() {
        return failure;
    }
    match guard.record().bye {
        Some((code, text)) => ConnectError::Bye { code, text }.into(),
        None => otherwise,
    }
}
