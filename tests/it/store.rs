//! The store, each test on SQLite and, when `RESTANTE_TEST_POSTGRES` is a URL, on PostgreSQL.

mod database;

mod accounts;
mod aliases;
mod events;
mod identities;
mod mailboxes;
mod opening;
mod schema;
mod sessions;
mod settings;
mod upgrade;
mod users;
