//! Writing: the form of a message and what its page looks like.

pub mod attached;
pub(crate) mod check;
pub(crate) mod files;
mod form;
pub mod merge;
pub(crate) mod open;
pub mod page;
pub(crate) mod people;
mod phrases;
pub(crate) mod quoted;
pub(crate) mod save;
pub(crate) mod sender;
pub mod values;
mod view;

#[cfg(test)]
mod tests;
