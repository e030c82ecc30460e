//! Zip archives (APPNOTE 6.3): written from the front to the back as what is in them comes, and
//! read from a file that may be anybody's.
//!
//! What is written is stored as it is. Sizes and checksums follow each entry, for nobody knows them
//! before; the 64-bit extension is used where it is needed.

mod read;
mod write;

pub use read::{Archive, Entry, Error};
pub use write::Writer;
