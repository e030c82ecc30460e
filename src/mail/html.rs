//! Letters in HTML, made fit to be shown: a sanitiser that takes hostile markup and gives back a
//! fragment that neither acts nor fetches nor leaves its place, and readable text for previews.
//!
//! The way of a letter: bounded parsing (`scan`, `tree`, `parse`), one walk that writes what
//! the allow-lists name (`policy`, `clean`, `attribute`, `address`, `css`), then ammonia
//! with its own (`last`). Nothing touches the text after that: [`SanitizedHtml`] has no other
//! maker and can only be printed. The page around it still forbids scripts and foreign hosts by
//! its Content-Security-Policy; either defence alone would do.
//!
//! What is sent goes the same way, and then loses its style sheet and what nobody could see
//! (`flatten`, `outgoing`).

mod address;
mod attribute;
mod boxes;
mod clean;
mod colour;
mod css;
mod dark;
mod entity;
mod flatten;
mod last;
mod names;
mod outgoing;
mod parse;
mod policy;
mod scan;
mod text;
mod tree;

use std::fmt;

pub(crate) use self::address::link;
pub use self::{
    boxes::{LEFT_OUT, NAMED},
    dark::{INK as DARK_INK, PAPER as DARK_PAPER},
    outgoing::{Outgoing, OutgoingHtml, clean_written, quote},
    text::{to_plain, to_preview, to_text},
};

/// What the reader wants to see, and where images come from.
pub struct Options<'a> {
    /// The address at which the part with this Content-ID (RFC 2392, without `cid:` or angle
    /// brackets) can be fetched; `None` unless it is a raster image of the same message.
    pub cid: &'a dyn Fn(&str) -> Option<String>,
    /// What to do about images on other hosts.
    pub remote: Remote<'a>,
    /// Images that are left out become boxes with what they are called in them: of the classes
    /// [`LEFT_OUT`], and [`NAMED`] where there is room for that. The page has looks for those.
    pub boxes: bool,
    /// Whether the letter is to be shown on a dark page, on [`DARK_PAPER`] with [`DARK_INK`]
    /// and `color-scheme: dark`. Its colours are turned then, unless it needs a light card.
    pub dark: bool,
}

/// Images on other hosts, ours and this machine's included.
#[derive(Clone, Copy)]
pub enum Remote<'a> {
    /// They are left out and counted; their addresses are nowhere in the result.
    Block,
    /// Their absolute http or https address is exchanged for that of our proxy; `None` leaves
    /// the image out.
    Proxy(&'a dyn Fn(&str) -> Option<String>),
    /// They stay where they are: for what is sent, about which the recipient's program decides.
    Keep,
}

/// A letter that is fit to be shown.
#[derive(Clone, Debug)]
pub struct Sanitised {
    /// The letter; empty when it is `too_complex`.
    pub html: SanitizedHtml,
    /// Images on other hosts that [`Remote::Block`] left out.
    pub blocked_remote: u32,
    /// Whether it can be shown on a dark page.
    pub dark: DarkFit,
    /// It passes the bounds on size (2 MiB), depth (256) or attributes (200 in one tag), and is
    /// to be shown as text.
    pub too_complex: bool,
}

/// How a letter goes with a dark page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DarkFit {
    /// It has no colours, or they could be turned.
    Adapts,
    /// Images lie behind its letters: its colours stay as they are, on a light card.
    NeedsLightCard,
}

/// Markup that the sanitiser has written; nothing else can make one, and it can't be changed.
/// Print it into the body of a document of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SanitizedHtml {
    sheet: String,
    body: String,
}

impl SanitizedHtml {
    /// Its length in bytes.
    pub fn len(&self) -> usize {
        self.sheet.len() + self.body.len()
    }

    /// True when nothing is left to be shown.
    pub fn is_empty(&self) -> bool {
        self.body.is_empty()
    }
}

impl fmt::Display for SanitizedHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.sheet.is_empty() {
            write!(f, "<style>{}</style>", self.sheet)?;
        }
        f.write_str(&self.body)
    }
}

/// Makes the letter `html` fit to be shown.
///
/// This takes about a millisecond for each 20 kB. Whatever the letter, time and memory are
/// bounded, but not small: run it where it does not hold up others.
pub fn sanitise(html: &str, options: &Options<'_>) -> Sanitised {
    try_sanitise(html, options).unwrap_or(Sanitised {
        html: SanitizedHtml {
            sheet: String::new(),
            body: String::new(),
        },
        blocked_remote: 0,
        dark: DarkFit::Adapts,
        too_complex: true,
    })
}

/// `None` where a bound is passed.
fn try_sanitise(html: &str, options: &Options<'_>) -> Option<Sanitised> {
    // Escaping and the attributes of links make a letter longer, an attack makes it much longer.
    let limit = html.len().saturating_mul(4).saturating_add(64 * 1024);
    let tree = parse::parse(html)?;
    let mut cleaned = clean::clean(&tree, options, options.dark, limit)?;
    let dark = if cleaned.backdrops {
        DarkFit::NeedsLightCard
    } else {
        DarkFit::Adapts
    };
    if options.dark && dark == DarkFit::NeedsLightCard {
        cleaned = clean::clean(&tree, options, false, limit)?;
    }
    let body = match options.remote {
        Remote::Keep => last::last_word_before_sending(&cleaned.body),
        Remote::Block | Remote::Proxy(_) => last::last_word(&cleaned.body),
    };
    if body.len() > limit {
        return None;
    }
    Some(Sanitised {
        html: SanitizedHtml {
            sheet: cleaned.sheet,
            body,
        },
        blocked_remote: cleaned.blocked,
        dark,
        too_complex: false,
    })
}

/// Text as HTML shows it.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
