//! Opening a session: TCP, TLS, greeting, CAPA, sign-in.
//!
//! No credential leaves before TLS stands, unless the endpoint is [`Security::Plain`].

use tokio::time::Instant;

use super::{
    auth,
    capabilities::{self, Capabilities},
    connection::Connection,
    error::{Error, Stage, Trouble},
    limits::Limits,
    session::Session,
};
pub use crate::net::bearer::Secret;
use crate::net::{Endpoint, Security, dial, stream::BoxStream};

/// Lines of a CAPA answer that are read at all.
const MAX_LINES: usize = 1000;

/// Everything needed to collect for one account.
#[derive(Clone, Debug)]
pub struct Connector {
    /// Where.
    pub endpoint: Endpoint,
    /// Who.
    pub login: Login,
    /// Within which bounds.
    pub limits: Limits,
}

impl Connector {
    /// With the usual bounds.
    pub fn new(endpoint: Endpoint, login: Login) -> Self {
        Self {
            endpoint,
            login,
            limits: Limits::default(),
        }
    }
}

/// Who signs in.
#[derive(Clone, Debug)]
pub struct Login {
    /// The user name as the server wants it.
    pub user: String,
    /// The proof.
    pub secret: Secret,
}

/// Connects and signs in.
///
/// 5 to 6 round trips beside TCP and TLS: greeting, CAPA, sign-in, CAPA. STLS adds 2. Without CAPA
/// 2 less. With an access token that the server refuses all of it once more, with another.
///
/// # Errors
/// Any [`Error`]; [`Error::trouble`] says what it means.
pub async fn open(connector: &Connector) -> Result<Session, Error> {
    let Secret::Bearer(bearer) = &connector.login.secret else {
        return open_as(connector).await;
    };
    let is_refusal = |error: &Error| error.trouble() == Trouble::WrongPassword;
    let sign_in = |secret| {
        let mut connector = connector.clone();
        connector.login.secret = secret;
        async move { open_as(&connector).await }
    };
    bearer.open(is_refusal, sign_in).await
}

async fn open_as(connector: &Connector) -> Result<Session, Error> {
    let stream = dial::dial(&connector.endpoint, connector.limits.connect).await?;
    open_over(stream, connector).await
}

/// Connects, signs in, and says what the server offers.
///
/// # Errors
/// As [`open`].
pub async fn probe(connector: &Connector) -> Result<Capabilities, Error> {
    let session = open(connector).await?;
    let offered = session.capabilities().clone();
    // Waited for, so that the maildrop is free for who comes next; the answer matters to nobody.
    let goodbye = session.quit();
    let _said = tokio::time::timeout(connector.limits.goodbye, goodbye).await;
    Ok(offered)
}

/// Connects, and says what the server offers to somebody who has not signed in.
///
/// # Errors
/// As [`open`].
pub async fn greet(endpoint: &Endpoint, limits: Limits) -> Result<Capabilities, Error> {
    let stream = dial::dial(endpoint, limits.connect).await?;
    let mut connection = Connection::new(stream, limits);
    connection.greeting().await?;
    let mut offered = capa(&mut connection).await?;
    if endpoint.security == Security::StartTls {
        connection = start_tls(connection, endpoint, &limits, &offered).await?;
        offered = capa(&mut connection).await?;
    }
    connection.leave();
    Ok(offered)
}

/// The same as [`open`] on a stream that is connected.
pub(super) async fn open_over(stream: BoxStream, connector: &Connector) -> Result<Session, Error> {
    let mut connection = Connection::new(stream, connector.limits);
    let greeting = match connection.greeting().await {
        Ok(greeting) => greeting,
        Err(error) => {
            connection.leave();
            return Err(error);
        }
    };
    let mut offered = capa(&mut connection).await?;
    if connector.endpoint.security == Security::StartTls {
        let Connector {
            endpoint, limits, ..
        } = connector;
        connection = start_tls(connection, endpoint, limits, &offered).await?;
        // What was said before TLS may be anybody's word.
        offered = capa(&mut connection).await?;
    }
    match enter(&mut connection, &offered, connector, &greeting).await {
        Ok(offered) => Ok(Session::new(connection, offered)),
        Err(error) => {
            connection.leave();
            Err(error)
        }
    }
}

async fn enter(
    connection: &mut Connection,
    offered: &Capabilities,
    connector: &Connector,
    greeting: &str,
) -> Result<Capabilities, Error> {
    if offered.has("UTF8") {
        // RFC 6856 §2: after STLS and before the sign-in. Without it the server must change
        // messages that are not ASCII, or refuse them. A no changes nothing.
        match connection.ask("UTF8\r\n", Stage::Utf8).await {
            Ok(_) | Err(Error::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    auth::sign_in(connection, offered, connector, greeting).await?;
    match offered.are_known() {
        // Another user, other values of EXPIRE and LOGIN-DELAY (RFC 2449 §5); and some servers
        // tell all only now.
        true => match capa(connection).await? {
            now if now.are_known() => Ok(now),
            _ => Ok(offered.clone()),
        },
        false => Ok(offered.clone()),
    }
}

/// What the server offers; nothing is known of one that refuses to say.
async fn capa(connection: &mut Connection) -> Result<Capabilities, Error> {
    let at = Stage::Capa;
    match connection.ask("CAPA\r\n", at).await {
        Ok(_) => {}
        Err(Error::Refused(_)) => return Ok(Capabilities::default()),
        Err(error) => return Err(error),
    }
    let deadline = Instant::now() + connection.limits().command;
    let mut lines = Vec::new();
    for _ in 0..MAX_LINES {
        match connection.listed(at, deadline).await? {
            Some(line) if lines.len() < capabilities::MAX_LINES => {
                lines.push(String::from_utf8_lossy(&line).into_owned());
            }
            Some(_) => {}
            None => return Ok(Capabilities::parse(lines.iter().map(String::as_str))),
        }
    }
    Err(connection.lose(Error::TooLarge(at)))
}

async fn start_tls(
    mut connection: Connection,
    endpoint: &Endpoint,
    limits: &Limits,
    offered: &Capabilities,
) -> Result<Connection, Error> {
    if !offered.may("STLS") {
        connection.leave();
        return Err(Error::NoStls);
    }
    match connection.ask("STLS\r\n", Stage::Stls).await {
        Ok(_) => {}
        Err(Error::Refused(_)) => {
            connection.leave();
            return Err(Error::NoStls);
        }
        Err(error) => return Err(error),
    }
    // What lies behind the answer was sent in plain text and would be read as if under TLS.
    let stream = connection.into_stream().ok_or(Error::Injected)?;
    let stream = dial::secure(stream, endpoint, limits.connect).await?;
    Ok(Connection::new(stream, *limits))
}
