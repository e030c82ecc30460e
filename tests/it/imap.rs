//! The IMAP client against a real Dovecot, scripted servers and broken lines.

mod abandoned;
mod actions;
mod appending;
mod budget;
mod faults;
mod folders;
mod hostile;
mod other_servers;
mod plain_servers;
mod reading;
mod signing_in;
pub(crate) mod support;
mod tls;
mod watching;
