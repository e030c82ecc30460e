//! The hostile servers of `abandoned.rs` and `hostile.rs` as a binary of their own, so that they can be compiled as we
//! ship without compiling all other tests like that: `./test release`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, as it should"
)]

mod abandoned;
mod hostile;
#[expect(dead_code, unused_imports, reason = "written for other tests as well")]
mod support;
