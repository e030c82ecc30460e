//! IMAP (RFC 9051, RFC 3501).

mod convert;
mod wire;
