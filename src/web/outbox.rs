//! What waits to be sent, and what became of it.

pub mod page;

#[cfg(test)]
mod tests;
