//! What waits to be sent, and what became of it.

pub(crate) mod act;
pub mod page;

#[cfg(test)]
mod tests;
