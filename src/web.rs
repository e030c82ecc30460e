//! The HTML door: pages and forms. A page is a struct with a template; what it decides stands in
//! its methods, so that the template only loops and prints.

pub mod assets;
pub mod confirmation;
pub mod error_page;
pub mod folders;
pub mod i18n;
pub mod login;
pub mod mailbox;
pub mod message;
pub mod page;
pub mod settings;
pub mod stream;
pub mod time;
