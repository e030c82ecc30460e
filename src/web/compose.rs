//! Writing: the form of a message and what its page looks like.

pub mod attached;
pub mod page;
pub mod values;

#[cfg(test)]
mod tests;
