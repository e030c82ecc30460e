//! Signing in.

pub mod new;
pub(crate) mod session;
