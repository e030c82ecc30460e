//! What an account can do: the one home of signing in, listing, reading, changing, searching and
//! watching mail, for all doors. The only module that knows everything below it.

pub mod secrets;
pub mod throttle;
