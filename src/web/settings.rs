//! The settings' pages.

pub mod appearance;
pub mod identities;
pub mod keys;
pub mod nav;
pub mod reading;
pub mod sessions;
