//! The HTML door: pages and forms. A page is a struct with a template; what it decides stands in
//! its methods, so that the template only loops and prints. `routes` has every path.

mod app_manifest;
pub mod assets;
mod choice;
mod client;
pub mod compose;
pub mod confirmation;
mod cookies;
mod error;
pub mod error_page;
mod events;
mod faults;
mod fields;
mod flash;
pub mod folders;
mod headers;
mod health;
pub mod i18n;
mod image;
pub mod login;
mod lost_mail;
pub mod mailbox;
pub mod message;
mod metrics;
pub mod outbox;
pub mod page;
mod path;
mod preferences;
mod respond;
mod routes;
pub mod settings;
mod signed_in;
mod state;
pub mod stream;
pub mod time;

pub use self::{routes::router, state::Web};
pub use crate::door::Peer;
