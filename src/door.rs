//! What all doors share of HTTP, so that none need know of another: who is at the other end of a
//! connection, what the session's cookie is called, how a file is named and sent,
//! how pages are compressed, what a panic said.

pub(crate) mod client;
pub(crate) mod compression;
pub(crate) mod cookie;
pub(crate) mod disposition;
pub(crate) mod farewell;
pub(crate) mod fault;
pub(crate) mod octets;
pub(crate) mod policy;
pub(crate) mod stream;

pub use self::client::Peer;
