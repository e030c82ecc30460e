//! The store, each test on SQLite and, when `RESTANTE_TEST_POSTGRES` is a URL, on PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, as it should"
)]

pub(crate) mod database;
mod writing;

mod accounts;
mod aliases;
mod blobs;
mod bucket;
mod collector;
mod drafts;
mod events;
mod failures;
mod grants;
mod identities;
mod indexed;
mod jobs;
mod local;
mod mailboxes;
mod news;
mod opening;
mod schema;
mod sessions;
mod settings;
mod submissions;
mod templates;
mod tokens;
mod upgrade;
mod users;
mod webhooks;
