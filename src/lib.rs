//! Restante: a webmail. Modules in reading order, from the top layer to the bottom one; see
//! ARCHITECTURE.md for the rules between them.

pub mod api;
pub mod app;
pub mod clock;
pub mod config;
pub mod door;
pub mod engine;
pub mod imap;
pub mod mail;
pub mod net;
pub mod pop3;
pub mod smtp;
pub mod store;
pub mod web;
