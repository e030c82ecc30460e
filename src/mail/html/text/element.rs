//! What the names and attributes of elements mean for the text of a letter.

use crate::mail::html::{entity, scan::Raw};

/// How an element breaks the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block {
    Inline,
    /// On lines of its own.
    Line,
    /// With an empty line around.
    Paragraph,
    Quote,
    List,
    Verbatim,
}

pub(super) fn find<'a>(attributes: &[(&str, &'a str)], wanted: &str) -> Option<&'a str> {
    attributes
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
        .map(|&(_, value)| value)
}

/// Whether the element's own attributes hide it.
pub(super) fn hides(attributes: &[(&str, &str)]) -> bool {
    if find(attributes, "hidden").is_some() {
        return true;
    }
    let Some(style) = find(attributes, "style") else {
        return false;
    };
    let style = entity::decode(style, true);
    style.split(';').take(100).any(|declaration| {
        let Some((name, value)) = declaration.split_once(':') else {
            return false;
        };
        let value = value.trim().to_ascii_lowercase();
        let value = value.trim_end_matches("!important").trim_end();
        let number = value.trim_end_matches(|character: char| character.is_ascii_alphabetic());
        let is_zero = number.parse().is_ok_and(|number: f32| number == 0.0);
        match name.trim().to_ascii_lowercase().as_str() {
            "display" => value == "none",
            "visibility" => matches!(value, "hidden" | "collapse"),
            "mso-hide" => value == "all",
            "font-size" | "opacity" | "max-height" => is_zero,
            _ => false,
        }
    })
}

pub(super) fn raw_kind(name: &str) -> Option<Raw> {
    Some(match name.to_ascii_lowercase().as_str() {
        "style" | "script" | "xmp" | "iframe" | "noembed" | "noframes" => Raw::Verbatim,
        "title" | "textarea" => Raw::Escapable,
        "plaintext" => Raw::Forever,
        _ => return None,
    })
}

pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "col"
            | "embed"
            | "frame"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

pub(super) fn is_never_shown(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "applet"
            | "audio"
            | "datalist"
            | "iframe"
            | "math"
            | "noembed"
            | "noframes"
            | "object"
            | "script"
            | "select"
            | "style"
            | "svg"
            | "template"
            | "textarea"
            | "title"
            | "xml"
    )
}

pub(super) fn block(name: &str) -> Block {
    match name.to_ascii_lowercase().as_str() {
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dl" | "figure" => Block::Paragraph,
        "blockquote" => Block::Quote,
        "ul" | "ol" | "dir" | "menu" => Block::List,
        "pre" | "xmp" | "listing" | "plaintext" => Block::Verbatim,
        "address" | "article" | "aside" | "body" | "caption" | "center" | "dd" | "details"
        | "div" | "dt" | "fieldset" | "figcaption" | "footer" | "form" | "header" | "html"
        | "li" | "main" | "nav" | "section" | "summary" | "table" | "tbody" | "tfoot" | "thead"
        | "tr" => Block::Line,
        _ => Block::Inline,
    }
}
