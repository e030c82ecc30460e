//! The IMAP codec (RFC 9051, RFC 3501 and what servers really send): pure, no I/O.
//!
//! Inwards: [`frame`] cuts the byte stream into whole responses, [`token`] reads one response
//! without copying, [`response`] gives it a type. Outwards: [`command`] writes commands in which
//! no text can become protocol. Everything here is iterative and bounded, because a message that
//! a stranger sent shapes ENVELOPE and BODYSTRUCTURE, and a server may be hostile (T-HSRV-1).
mod capitals;
pub(crate) mod code;
pub(crate) mod command;
pub(crate) mod date;
pub(crate) mod envelope;
pub(crate) mod fetch;
pub(crate) mod frame;
pub(crate) mod list;
pub(crate) mod mutf7;
pub(crate) mod response;
pub(crate) mod search;
mod structure;
mod text;
mod token;
pub(crate) mod uidset;
