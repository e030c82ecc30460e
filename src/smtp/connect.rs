//! Opening a connection: TCP, TLS, greeting, EHLO, sign-in.
//!
//! No credential leaves before TLS stands, unless the endpoint is [`Security::Plain`].

use super::{
    address::{AddressError, domain_in_ascii},
    auth,
    capabilities::Capabilities,
    connection::Connection,
    error::{Error, Refusal, Stage},
    limits::Limits,
    reply::Lines,
};
pub use crate::net::bearer::Secret;
use crate::net::{Endpoint, Security, dial, stream::BoxStream};

/// Everything needed to submit for one account.
#[derive(Clone, Debug)]
pub struct Connector {
    /// Where.
    pub endpoint: Endpoint,
    /// Who. `None`, and a plain-text server that offers no sign-in, go without.
    pub login: Option<Login>,
    /// What we call ourselves.
    pub client_name: ClientName,
    /// Within which bounds.
    pub limits: Limits,
}

impl Connector {
    /// With the usual name and bounds.
    pub fn new(endpoint: Endpoint, login: Option<Login>) -> Self {
        Self {
            endpoint,
            login,
            client_name: ClientName::default(),
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

/// What the client calls itself in EHLO: a domain name or an address literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientName(String);

impl ClientName {
    /// A host's name, or an address in brackets.
    ///
    /// # Errors
    /// [`AddressError::Domain`] for anything else.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        domain_in_ascii(text).map(Self).ok_or(AddressError::Domain)
    }
}

impl Default for ClientName {
    /// `[127.0.0.1]`. Servers write the name into the message's Received field for all to read,
    /// so it must not tell of the network within. They refuse names without a dot and some that
    /// the DNS does not know; an address literal is what RFC 5321 §4.1.4 has clients without a
    /// name say, and what other mail programs send.
    fn default() -> Self {
        Self("[127.0.0.1]".to_owned())
    }
}

/// Connects, signs in if the connector says who, and says what the server offers.
///
/// # Errors
/// Anything but [`Error::Source`].
pub async fn probe(connector: &Connector) -> Result<Capabilities, Error> {
    let (connection, capabilities) = open(connector).await?;
    connection.quit();
    Ok(capabilities)
}

/// 3 round trips beside TCP and TLS: greeting, EHLO, AUTH. STARTTLS adds 2. With an access token that
/// the server refuses all of it once more, with another.
pub(super) async fn open(connector: &Connector) -> Result<(Connection, Capabilities), Error> {
    let Some(Login {
        user,
        secret: Secret::Bearer(bearer),
    }) = &connector.login
    else {
        return open_as(connector).await;
    };
    let sign_in = |secret| {
        let user = user.clone();
        let connector = Connector {
            login: Some(Login { user, secret }),
            ..connector.clone()
        };
        async move { open_as(&connector).await }
    };
    bearer.open(is_refusal, sign_in).await
}

/// Is it what another token could cure?
fn is_refusal(error: &Error) -> bool {
    match error {
        Error::Refused(refusal) => refusal.at == Stage::SignIn && !refusal.reply.is_transient(),
        _ => false,
    }
}

async fn open_as(connector: &Connector) -> Result<(Connection, Capabilities), Error> {
    let stream = dial::dial(&connector.endpoint, connector.limits.connect).await?;
    open_over(stream, connector).await
}

/// The same on a stream that is connected.
pub(super) async fn open_over(
    stream: BoxStream,
    connector: &Connector,
) -> Result<(Connection, Capabilities), Error> {
    let mut connection = Connection::new(stream, connector.limits);
    let greeting = connection
        .reply(Stage::Greeting, connector.limits.greeting)
        .await?;
    let mut outcome = expect(greeting, 220, Stage::Greeting).map(drop);
    let mut offered = Capabilities::default();
    if outcome.is_ok() {
        offered = ehlo(&mut connection, connector).await?;
        if connector.endpoint.security == Security::StartTls {
            connection = start_tls(connection, connector, &offered).await?;
            // What was said before TLS may be anybody's word.
            offered = ehlo(&mut connection, connector).await?;
        }
        outcome = auth::sign_in(&mut connection, &offered, connector).await;
    }
    match outcome {
        Ok(()) => Ok((connection, offered)),
        Err(error) => {
            connection.quit();
            Err(error)
        }
    }
}

async fn ehlo(connection: &mut Connection, connector: &Connector) -> Result<Capabilities, Error> {
    let line = format!("EHLO {}\r\n", connector.client_name.0);
    let reply = connection
        .command(line.as_bytes(), Stage::Ehlo, connector.limits.command)
        .await?;
    let reply = expect(reply, 250, Stage::Ehlo)?;
    Ok(Capabilities::from(&reply))
}

async fn start_tls(
    mut connection: Connection,
    connector: &Connector,
    offered: &Capabilities,
) -> Result<Connection, Error> {
    let Connector {
        endpoint, limits, ..
    } = connector;
    if !offered.has("STARTTLS") {
        connection.quit();
        return Err(Error::NoStartTls);
    }
    let reply = connection
        .command(b"STARTTLS\r\n", Stage::StartTls, limits.command)
        .await?;
    if reply.code != 220 {
        connection.quit();
        return Err(Error::NoStartTls);
    }
    // What lies behind the answer was sent in plain text and would be read as if under TLS.
    let stream = connection.into_stream().ok_or(Error::Injected)?;
    let stream = dial::secure(stream, endpoint, limits.connect).await?;
    Ok(Connection::new(stream, *limits))
}

/// The reply if it has this code; else what it means.
pub(super) fn expect(reply: Lines, code: u16, at: Stage) -> Result<Lines, Error> {
    match reply.code {
        found if found == code => Ok(reply),
        400.. => Err(Refusal::new(at, reply.into()).into()),
        code => Err(Error::Unexpected { at, code }),
    }
}
