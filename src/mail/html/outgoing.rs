//! HTML that is going to be sent: the quoted original, and what a person or a program wrote.
//!
//! It goes through the sanitiser like all that is shown, so that what we send can't act either.
//! Images on other hosts keep their addresses, since the recipient's program decides about them;
//! show it with [`super::sanitise`] to its writer, as anything else.

use std::{cell::RefCell, fmt};

use super::{
    Options, Remote, clean,
    flatten::flatten,
    last, parse,
    text::{of_flattened, to_plain},
    try_sanitise,
};

/// What is made of a letter may be this much longer: styles are written into each element.
const GROWTH: usize = 16;
/// But not longer than this, in bytes.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Markup that is fit to be sent; nothing else can make one, and it can't be changed. A fragment
/// for the body of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutgoingHtml(String);

impl OutgoingHtml {
    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OutgoingHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something to send.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// As HTML.
    pub html: OutgoingHtml,
    /// The same as plain text, for the other half of a multipart/alternative. Lines are not
    /// folded, and end in LF.
    pub text: String,
    /// The Content-IDs (as they were, without angle brackets) that the HTML names; each once. The
    /// parts have to be sent along.
    pub cids: Vec<String>,
    /// How many elements and texts were left out because nobody could see them.
    pub hidden: u32,
}

/// The original, for a `<blockquote type="cite">`: as its reader saw it, without style sheet, and
/// without anything that was hidden from them (T-QUOTE-1).
///
/// `cid` gives the Content-ID under which a part of the original is sent along, `None` for parts
/// that are not. `None` when the original is too complex: then it was shown as text, and its text
/// ([`super::to_text`]) is what to quote. Takes about four times as long as
/// [`super::sanitise`]; run it where it does not hold up others.
pub fn quote(original: &str, cid: &dyn Fn(&str) -> Option<String>) -> Option<Outgoing> {
    outgoing(original, cid, true)
}

/// The body of a message as an editor in a browser or a client of the API sends it, cleaned.
/// Cleaning twice changes nothing. `cid` says under which Content-ID a part goes out, `None` when
/// there is no such part. `None` when it is too complex to be looked through.
pub fn clean_written(written: &str, cid: &dyn Fn(&str) -> Option<String>) -> Option<Outgoing> {
    outgoing(written, cid, false)
}

fn outgoing(html: &str, cid: &dyn Fn(&str) -> Option<String>, hide: bool) -> Option<Outgoing> {
    let named = RefCell::new(Vec::new());
    let renamed = |id: &str| {
        let new = cid(id).filter(|new| is_id(new))?;
        let mut named = named.borrow_mut();
        if !named.iter().any(|known| known == id) {
            named.push(id.to_owned());
        }
        Some(address(&new))
    };
    let once = try_sanitise(html, &options(&renamed))?;
    let mut tree = parse::parse(&once.html.body)?;
    let hidden = flatten(&mut tree, &once.html.sheet, hide).ok()?;
    // Only those of parts that are still named are to go along.
    let kept = RefCell::new(Vec::new());
    let same = |id: &str| {
        kept.borrow_mut().push(id.to_owned());
        Some(address(id))
    };
    let limit = html.len().saturating_mul(GROWTH).saturating_add(64 * 1024);
    let cleaned = clean::clean(&tree, &options(&same), false, limit.min(MAX_BYTES))?;
    let html = last::last_word_before_sending(&cleaned.body);
    let mut cids = named.into_inner();
    let kept = kept.into_inner();
    cids.retain(|id| cid(id).is_some_and(|new| kept.contains(&new)));
    Some(Outgoing {
        // Tables of quoted letters are there for the looks.
        text: if hide {
            of_flattened(&html)
        } else {
            to_plain(&html)
        },
        html: OutgoingHtml(html),
        cids,
        hidden,
    })
}

fn options<'a>(cid: &'a dyn Fn(&str) -> Option<String>) -> Options<'a> {
    Options {
        cid,
        remote: Remote::Keep,
        boxes: false,
        dark: false,
    }
}

/// Whether it can stand between angle brackets and in an address alike.
fn is_id(id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"<>\"'\\`()".contains(&byte);
    !id.is_empty() && id.len() <= 250 && id.bytes().all(is_plain)
}

/// RFC 2392 §2.
fn address(id: &str) -> String {
    let id = id.replace('%', "%25");
    format!("cid:{}", id.replace('#', "%23").replace('?', "%3F"))
}
