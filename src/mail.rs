//! The domain of mail: pure values and functions, no I/O. Nothing here knows a socket, a
//! database or a web page. Names are those of RFC 8621.

pub mod address;
pub mod autoconfig;
pub mod before_sending;
pub mod charset;
pub mod compose;
pub mod email;
pub mod header;
pub mod html;
pub mod id;
pub mod keyword;
pub mod label;
pub mod mailbox;
pub mod maildir;
pub mod mailto;
pub mod mbox;
pub mod merge;
pub mod message;
pub mod part;
pub mod plan;
pub mod preview;
pub mod query;
pub mod raster;
pub mod reply;
pub mod report;
pub mod sample;
pub mod sort;
pub mod tar;
pub mod text;
pub mod transfer;
pub mod typed;
pub mod warning;
pub mod zip;
