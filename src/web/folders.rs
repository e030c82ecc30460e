//! Folders as things to arrange: make, rename, move, hide, empty, delete.

pub mod deleted;
pub mod deletion;
pub mod edit;
pub mod emptying;
pub mod index;
pub mod keeping;
pub(crate) mod seen;
