//! Newsletter.
