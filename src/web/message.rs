//! One message: the reader's pane and the pages that lead off it.

pub mod attachment;
pub mod body;
pub mod caution;
pub mod deletion;
pub mod headers;
pub mod print;
pub mod show;
pub mod source;
