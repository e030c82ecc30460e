//! The API from a program's side: over a real Dovecot and over the mailbox that lives here, each
//! resource as it should be and as it should not.

mod access;
mod accounts;
mod collecting;
mod deleted;
mod delicate;
mod document;
mod emails;
mod found;
mod mailboxes;
mod octets;
mod outbox;
mod pages;
mod permissions;
mod personal;
mod program;
mod searching;
mod threads;
mod tokens;
mod transfer;
mod watching;
mod webhooks;
mod writing;

use program::Program;
