//! Ports for programs that open them themselves.

use std::{
    hash::{BuildHasher as _, Hasher as _, RandomState},
    net::TcpListener,
};

/// A port of 127.0.0.1 for a program that opens it itself: below those that Linux gives to whoever
/// does not mind, so that nobody gets it meanwhile.
pub(crate) fn free_port() -> u16 {
    loop {
        let number = RandomState::new().build_hasher().finish() % 12_000;
        let port = 20_000 + u16::try_from(number).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
