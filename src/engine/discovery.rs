//! Where the mail of an address may lie. So far the operator's settings alone are asked; what else
//! can tell (autoconfig, SRV records) belongs here.

use crate::config::ServerUrl;

use super::{Engine, error::Error, sign_in::normal};

/// Servers that may be an address's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Where its mail lies: IMAP or POP3.
    pub incoming: ServerUrl,
    /// Where it is handed over; `None`: nowhere.
    pub outgoing: Option<ServerUrl>,
    /// What is sent as user name.
    pub user: String,
    /// The operator has named them. A person who takes others names them as their own
    /// ([`super::accounts::OwnServers`]).
    pub is_operators: bool,
}

impl Engine {
    /// The servers that come into question for an address, the best first. Nothing is sent to any
    /// of them.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no address.
    pub fn candidates(&self, address: &str) -> Result<Vec<Candidate>, Error> {
        let address = normal(address).ok_or(Error::Invalid("login-not-an-address"))?;
        let operators = self.0.shared.operators(&address);
        let operators = operators.and_then(|servers| {
            let server = servers.server;
            Some(Candidate {
                incoming: server.imap.or(server.pop3)?,
                outgoing: server.smtp,
                user: servers.user,
                is_operators: true,
            })
        });
        Ok(operators.into_iter().collect())
    }
}
