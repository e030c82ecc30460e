//! Keys from passwords. People choose passwords that a machine finds among a few thousand million,
//! so each try is made dear: argon2id (RFC 9106) takes time, and memory that graphics cards lack.
//!
//! Cost: 19 MiB and about 40 ms of one core for each sign-in that the mail server has accepted.

use anyhow::anyhow;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use zeroize::Zeroize;

use super::Key;

/// How a key is made of a password. What it wraps is bound to these words: when a number changes
/// here, what was wrapped before opens no more and is replaced at the next sign-in.
pub(crate) const DERIVATION: &[u8] = b"argon2id v=19 m=19456 t=2 p=1";

/// The lowest of the equal choices that OWASP gives in its Password Storage Cheat Sheet that leaves
/// the processor's caches for certain.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// More than any allocator keeps for later (glibc: 32 MiB at most), so that the memory goes back
/// to the system at once. What is beyond [`MEMORY_KIB`] is never touched and costs nothing.
const SET_ASIDE_KIB: usize = 33 * 1024;

/// Sign-ins that may be at this at once. 38 MiB are what a small machine can spare for the moment.
pub(crate) const AT_ONCE: usize = 2;

impl Key {
    /// The key of who holds this one *and* knows the password; `context` is the salt (8 octets or
    /// more). Takes its time: not for an async thread.
    ///
    /// # Errors
    /// When the password is of 4 GiB, or the salt too short.
    pub fn stretch(&self, password: &[u8], context: &[u8]) -> anyhow::Result<Self> {
        let failed = |error: argon2::Error| anyhow!("argon2: {error}");
        let mut bytes = [0; 32];
        let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(bytes.len())).map_err(failed)?;
        let argon2 =
            Argon2::new_with_secret(&self.0, Algorithm::Argon2id, Version::V0x13, params.clone())
                .map_err(failed)?;
        let mut memory: Vec<Block> = Vec::with_capacity(SET_ASIDE_KIB);
        memory.resize(params.block_count(), Block::new());
        let hashed =
            argon2.hash_password_into_with_memory(password, context, &mut bytes, &mut memory);
        hashed.map_err(failed)?;
        let key = Self(bytes);
        bytes.zeroize();
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_password_and_context_each_make_another_key() {
        let (key, other) = (Key([1; 32]), Key([2; 32]));
        let made = key.stretch(b"password", b"account 1").unwrap();
        assert_eq!(key.stretch(b"password", b"account 1").unwrap(), made);
        for different in [
            other.stretch(b"password", b"account 1").unwrap(),
            key.stretch(b"passwords", b"account 1").unwrap(),
            key.stretch(b"password", b"account 2").unwrap(),
            key.stretch(b"", b"account 1").unwrap(),
        ] {
            assert_ne!(different, made);
        }
        assert!(key.stretch(b"password", b"short").is_err());
    }

    #[test]
    fn the_words_say_what_is_done() {
        let version = u32::from(Version::V0x13);
        let words = format!("argon2id v={version} m={MEMORY_KIB} t={PASSES} p={LANES}");
        assert_eq!(words.as_bytes(), DERIVATION);
    }
}
