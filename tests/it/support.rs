//! What the tests stand on: real and scripted servers, a proxy that breaks lines, letters, the
//! shared corpora.

pub(crate) mod corpus;
pub(crate) mod dovecot;
pub(crate) mod letter;
pub(crate) mod maildir;
pub(crate) mod proxy;
pub(crate) mod scripted;
