//! Keys and seals. A stolen database opens nothing: what it holds is sealed with keys that only
//! cookies, tokens, passwords or the server's key file can give.
//!
//! Each account has a data key (DEK) that seals its credential. Holders wrap the DEK: a session
//! by a key from its cookie, and a sign-in by a key from the password *and* the server's key, so
//! that a second browser that signs in gets the same DEK and the first one stays valid.

pub(super) mod stretch;

use std::{fmt, io::Write, path::Path};

use anyhow::Context;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use ring::{
    digest, hkdf, hmac,
    rand::{SecureRandom, SystemRandom},
};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// 256 secret bits. Never printed, wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Key([u8; 32]);

/// Sealed bytes could not be opened: wrong key, wrong context, or altered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("sealed data does not open with this key")]
pub struct SealError;

const NONCE: usize = 24;

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// A new random key.
    pub fn random() -> Self {
        Self(random())
    }

    /// Reads a key from the text that [`Key::to_text`] gave; `None` for any other text.
    pub fn from_text(text: &str) -> Option<Self> {
        BASE64URL.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// 43 base64url characters: what a session cookie carries.
    pub fn to_text(&self) -> String {
        BASE64URL.encode(self.0)
    }

    /// Reads the server's key, or makes the file (readable by its owner alone).
    ///
    /// # Errors
    /// When the file can't be read or made, or holds something else.
    pub fn from_file(path: &Path) -> anyhow::Result<Self> {
        use std::os::unix::fs::OpenOptionsExt;

        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("Making the folder {}", folder.display()))?;
        }
        let new = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path);
        if let Ok(mut file) = new {
            let key = Self::random();
            let written = writeln!(file, "{}", key.to_text()).and_then(|()| file.sync_all());
            written.with_context(|| format!("Writing the key file {}", path.display()))?;
            return Ok(key);
        }
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("Reading the key file {}", path.display()))?;
        Self::from_text(text.trim())
            .with_context(|| format!("{} does not hold a key", path.display()))
    }

    /// A key for one purpose (HKDF-SHA256). `context` keeps users of a purpose apart.
    pub fn derive(&self, purpose: &'static str, context: &[u8]) -> Self {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, purpose.as_bytes());
        let mut bytes = [0; 32];
        let info = [context];
        // Both calls only fail for lengths that SHA-256 can't give; 32 octets it can.
        if let Ok(okm) = salt.extract(&self.0).expand(&info, hkdf::HKDF_SHA256) {
            let _filled = okm.fill(&mut bytes);
        }
        Self(bytes)
    }

    /// Seals `plain` (XChaCha20-Poly1305). It opens only with the same `context`.
    pub fn seal(&self, plain: &[u8], context: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE] = random();
        let payload = Payload {
            msg: plain,
            aad: context,
        };
        let cipher = XChaCha20Poly1305::new(&self.0.into());
        let mut sealed = nonce.to_vec();
        // Encryption fails only for more than 256 GiB.
        sealed.extend(
            cipher
                .encrypt(&XNonce::from(nonce), payload)
                .unwrap_or_default(),
        );
        sealed
    }

    /// Opens what [`Key::seal`] made.
    ///
    /// # Errors
    /// [`SealError`] when the key, the context or the bytes differ.
    pub fn open(&self, sealed: &[u8], context: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(SealError)?;
        let payload = Payload {
            msg: sealed,
            aad: context,
        };
        let cipher = XChaCha20Poly1305::new(&self.0.into());
        cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| SealError)
    }

    /// Wraps another key for a holder.
    pub fn wrap(&self, key: &Self, context: &[u8]) -> Vec<u8> {
        self.seal(&key.0, context)
    }

    /// Unwraps a key that [`Key::wrap`] wrapped.
    ///
    /// # Errors
    /// [`SealError`] when it is not for this holder.
    pub fn unwrap_key(&self, wrapped: &[u8], context: &[u8]) -> Result<Self, SealError> {
        let mut bytes = self.open(wrapped, context)?;
        let key = bytes.as_slice().try_into().map(Self).map_err(|_| SealError);
        bytes.zeroize();
        key
    }

    /// A tag that only holders of this key can make: HMAC-SHA256 in base64url.
    pub fn tag(&self, message: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        BASE64URL.encode(hmac::sign(&key, message))
    }

    /// Checks a tag in constant time.
    pub fn tag_matches(&self, message: &[u8], tag: &str) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        BASE64URL
            .decode(tag)
            .is_ok_and(|tag| hmac::verify(&key, message, &tag).is_ok())
    }

    /// SHA-256 of the key: how the database knows a session without being able to be it.
    pub fn fingerprint(&self) -> [u8; 32] {
        sha256(&self.0)
    }
}

/// 16 random hexadecimal digits, to name a thing for a while; no secret.
pub fn random_word() -> String {
    format!("{:016x}", u64::from_be_bytes(random()))
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut digest = digest::Context::new(&digest::SHA256);
    digest.update(bytes);
    finished(digest)
}

/// The end of a SHA-256 that was made piece by piece.
pub(super) fn finished(digest: digest::Context) -> [u8; 32] {
    // It has 32 octets.
    digest.finish().as_ref().try_into().unwrap_or([0; 32])
}

/// 22 base64url characters that nobody can guess.
pub fn token() -> String {
    BASE64URL.encode(random::<16>())
}

/// Random octets.
pub(super) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::expect_used, reason = "without randomness nothing may go on")]
    SystemRandom::new()
        .fill(&mut bytes)
        .expect("the system gives random bytes");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_opens_only_with_its_key_and_context() {
        let key = Key::random();
        let sealed = key.seal(b"secret", b"account 1");
        assert_eq!(key.open(&sealed, b"account 1").unwrap(), b"secret");
        assert_eq!(key.open(&sealed, b"account 2"), Err(SealError));
        assert_eq!(Key::random().open(&sealed, b"account 1"), Err(SealError));
        let mut altered = sealed.clone();
        *altered.last_mut().unwrap() ^= 1;
        assert_eq!(key.open(&altered, b"account 1"), Err(SealError));
        assert_eq!(key.open(b"short", b"account 1"), Err(SealError));
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
    }

    #[test]
    fn purposes_and_contexts_give_other_keys() {
        let key = Key::random();
        assert_eq!(key.derive("a", b"x"), key.derive("a", b"x"));
        assert_ne!(key.derive("a", b"x"), key.derive("b", b"x"));
        assert_ne!(key.derive("a", b"x"), key.derive("a", b"y"));
    }

    #[test]
    fn the_key_file_is_made_once_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/secret.key");
        let made = Key::from_file(&path).unwrap();
        assert_eq!(Key::from_file(&path).unwrap(), made);
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::write(&path, "nonsense").unwrap();
        assert!(Key::from_file(&path).is_err());
    }

    #[test]
    fn tags_are_bound_to_key_and_message() {
        let key = Key::random();
        let tag = key.tag(b"url");
        assert!(key.tag_matches(b"url", &tag));
        assert!(!key.tag_matches(b"other", &tag));
        assert!(!Key::random().tag_matches(b"url", &tag));
        assert!(!key.tag_matches(b"url", "%%%"));
    }

    #[test]
    fn debug_shows_nothing() {
        let key = Key::random();
        assert!(!format!("{key:?}").contains(&key.to_text()));
    }
}
