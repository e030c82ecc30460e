//! Folders as places to read in: the tree, the list of messages, the page that holds both.

pub(crate) mod act;
pub(crate) mod action;
pub(crate) mod address;
pub mod branches;
pub(crate) mod emails;
pub mod labels;
pub mod list;
pub mod merged;
pub(crate) mod order;
pub(crate) mod pane;
pub mod place;
pub(crate) mod read;
pub mod row;
pub mod search_help;
pub mod show;
pub mod talks;
pub mod tree;
