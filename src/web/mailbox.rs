//! Folders as places to read in: the tree, the list of messages, the page that holds both.

pub mod list;
pub mod place;
pub mod row;
pub mod search_help;
pub mod show;
pub mod tree;
