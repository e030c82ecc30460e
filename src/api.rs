//! The JSON door: what the pages can do, for programs. One resource, one file; a handler takes what
//! its extractors have checked, calls the engine, and says the answer in RFC 8621's words.
//! `routes` has every path, `problem` everything that can go wrong, `document` what both say of
//! themselves (OpenAPI).

mod accounts;
mod blobs;
mod budget;
mod caller;
mod changes;
mod collections;
mod conditions;
mod copies;
mod cursor;
mod deleted;
mod docs;
mod document;
mod drafts;
mod emails;
mod events;
mod exports;
mod extract;
mod faults;
mod files;
mod headers;
mod id;
mod identities;
mod images;
mod imports;
mod jobs;
mod ledger;
mod links;
mod mailboxes;
mod me;
mod once;
mod people;
mod problem;
mod proof;
mod quota;
mod routes;
mod search;
mod sending;
mod servers;
mod sessions;
mod settings;
mod state;
mod submissions;
mod templates;
mod threads;
mod time;
mod tokens;
mod trusted;
mod webhooks;

pub use self::{
    document::{document, json},
    routes::router,
};
