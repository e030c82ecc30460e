//! The MIME tree of a message (RFC 2045, RFC 9051 §7.5.2 BODYSTRUCTURE).

/// One node of the tree. Built from BODYSTRUCTURE or, where that fails, from the whole message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// IMAP section number (`1.2`); empty for the root of a multipart message.
    pub section: String,
    /// Media type, lower case, `text/plain` when absent; never contains controls.
    pub media_type: String,
    /// The charset parameter as given.
    pub charset: Option<String>,
    /// True for `format=flowed` (RFC 3676).
    pub flowed: bool,
    /// True for `delsp=yes` (RFC 3676).
    pub delsp: bool,
    /// `Content-Transfer-Encoding`, lower case; empty for multiparts.
    pub encoding: String,
    /// `inline` or `attachment`, lower case, when given.
    pub disposition: Option<String>,
    /// The file name from Content-Disposition or Content-Type, decoded, safe to show (no path
    /// separators, no control or bidi characters), at most 255 bytes.
    pub filename: Option<String>,
    /// `Content-ID` without the angle brackets.
    pub cid: Option<String>,
    /// `Content-Location` as given (RFC 2557), by which HTML may name a part instead of its cid.
    pub location: Option<String>,
    /// The `method` parameter of text/calendar (RFC 6047 §2.4), lower case.
    pub method: Option<String>,
    /// Size in octets as encoded; 0 for multiparts.
    pub size: u64,
    /// Sub-parts: of a multipart, or the one body of a message/rfc822.
    pub children: Vec<Part>,
}

impl Part {
    /// Is this a multipart of the given sub-type (`"*"` for any)?
    pub fn is_multipart(&self, subtype: &str) -> bool {
        self.media_type
            .strip_prefix("multipart/")
            .is_some_and(|own| subtype == "*" || own == subtype)
    }
}
