//! One message: the reader's pane and the pages that lead off it.

pub mod attachment;
pub mod body;
pub mod card;
pub mod caution;
pub mod deletion;
pub(crate) mod document;
pub mod headers;
pub(crate) mod images;
pub mod look;
pub(crate) mod part;
pub mod print;
pub mod receipt;
pub mod report;
pub mod show;
pub mod source;
pub mod talk;
pub mod unsubscription;
pub(crate) mod view;
