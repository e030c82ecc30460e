//! The way back from a move. The token carries all that is needed, sealed by the server's key,
//! so that any node can undo what another did, and nobody can undo what was not done.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use serde::{Deserialize, Serialize};

use crate::mail::id::MailboxId;

use super::secrets::Key;

/// How long a move can be taken back, in milliseconds. Longer than the line at the foot of the
/// page stays, so that a slow click still counts.
const LIFE: i64 = 15 * 60 * 1000;

/// Messages that lie in `from` now and came from `to`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Undo {
    /// Where they are now.
    pub(super) from: MailboxId,
    /// UIDVALIDITY of `from`.
    pub(super) uid_validity: u32,
    /// Their UIDs in `from`.
    pub(super) uids: Vec<u32>,
    /// Where they go back to.
    pub(super) to: MailboxId,
    /// When this was done.
    pub(super) at: i64,
    /// They have not moved: what is taken back is this label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) label: Option<Label>,
}

/// A label that messages were given or that was taken from them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Label {
    /// The keyword.
    pub(super) word: String,
    /// Whether they have it when this is taken back.
    pub(super) on: bool,
}

impl Undo {
    pub(super) fn seal(&self, key: &Key, account: i64) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        BASE64URL.encode(undo_key(key).seal(&json, &account.to_be_bytes()))
    }

    /// `None` when it is forged, of another account or too old.
    pub(super) fn open(token: &str, key: &Key, account: i64, now: i64) -> Option<Self> {
        let sealed = BASE64URL.decode(token).ok()?;
        let json = undo_key(key).open(&sealed, &account.to_be_bytes()).ok()?;
        let undo: Self = serde_json::from_slice(&json).ok()?;
        (now - undo.at <= LIFE).then_some(undo)
    }
}

fn undo_key(key: &Key) -> Key {
    key.derive("undo", b"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_bound_to_account_and_time() {
        let key = Key::random();
        let undo = Undo {
            from: MailboxId([1; 6]),
            uid_validity: 5,
            uids: vec![1, 2, 9],
            to: MailboxId([2; 6]),
            at: 1000,
            label: None,
        };
        let token = undo.seal(&key, 7);
        assert_eq!(Undo::open(&token, &key, 7, 2000), Some(undo));
        assert_eq!(Undo::open(&token, &key, 8, 2000), None);
        assert_eq!(Undo::open(&token, &key, 7, 1001 + LIFE), None);
        assert_eq!(Undo::open(&token, &Key::random(), 7, 2000), None);
        assert_eq!(Undo::open("not a token", &key, 7, 2000), None);
    }
}
