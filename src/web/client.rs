//! Whoever sends a form with a password: where from, and with which browser.

use std::net::IpAddr;

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::request::Parts,
};
use secrecy::SecretString;

use crate::{
    door::client::{self, Peer},
    engine::sign_in::Attempt,
};

use super::{error::Error, state::Web};

/// See the module's description.
pub(crate) struct Client {
    /// The client's address, seen through proxies that we trust.
    pub(crate) address: Option<IpAddr>,
    user_agent: String,
}

impl Client {
    /// A try to prove this password.
    pub(crate) fn attempt(self, address: &str, password: String) -> Attempt {
        Attempt {
            address: address.to_owned(),
            password: SecretString::from(password),
            client: self.address,
            user_agent: self.user_agent,
            stay_signed_in: false,
        }
    }
}

impl FromRequestParts<Web> for Client {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Error> {
        let peer = parts.extensions.get::<ConnectInfo<Peer>>();
        let peer = peer.map_or(Peer(None), |ConnectInfo(peer)| *peer);
        Ok(Self {
            address: client::address(peer, &parts.headers, &web.config.trusted_proxies),
            user_agent: client::user_agent(&parts.headers),
        })
    }
}
