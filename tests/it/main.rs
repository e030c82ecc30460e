//! The integration tests: one binary, one link step, one Dovecot for all of them.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that panics has failed, as it should"
)]

mod api;
mod contract;
mod discovery;
mod html_corpus;
mod imap;
mod indexed;
mod mime_corpus;
mod pop3;
mod reply_corpus;
mod sent;
mod service;
mod smtp;
mod store;
mod support;
mod tidy;
mod web;
