//! What the tests stand on: real and scripted servers, a proxy that breaks lines, letters, the
//! shared corpora, and the application with a browser in front of it.

pub(crate) mod app;
pub(crate) mod browser;
pub(crate) mod certificate;
pub(crate) mod corpus;
pub(crate) mod dovecot;
pub(crate) mod exim;
pub(crate) mod form;
pub(crate) mod handbook;
pub(crate) mod imap;
pub(crate) mod letter;
pub(crate) mod maildir;
pub(crate) mod markup;
pub(crate) mod network;
pub(crate) mod node;
pub(crate) mod peer;
pub(crate) mod process;
pub(crate) mod provider;
pub(crate) mod proxy;
pub(crate) mod receiver;
pub(crate) mod relay;
pub(crate) mod s3;
pub(crate) mod scripted;
pub(crate) mod served;
pub(crate) mod smtp;
pub(crate) mod wrapped;
