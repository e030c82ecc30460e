//! The allow-lists: which elements and attributes a letter may keep. Everything else is left out.
//! The same tables feed our own walk over the tree and ammonia's, which comes after it.

mod tables;

pub(super) use self::tables::{ELEMENTS, GENERIC};

/// What becomes of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stays, with the attributes that its table names.
    Keep(&'static Element),
    /// Its tags go, what it holds stays.
    Unwrap,
    /// It goes with all that it holds.
    Remove,
    /// Its text is a style sheet.
    Style,
}

/// An element that may stay.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Element {
    /// Lower-case name.
    pub(super) name: &'static str,
    /// Its attributes beside [`GENERIC`].
    pub(super) attributes: &'static [(&'static str, Value)],
    /// It has neither content nor an end tag.
    pub(super) void: bool,
}

/// How the value of an attribute is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Any text, shown as text.
    Text,
    /// Nothing counts but that it is there.
    Flag,
    /// A word of letters, digits, `-` and `_`.
    Word,
    /// A length: digits, then nothing, `px`, `%` or `*`.
    Length,
    /// A whole number of at most 1,000, or a font size such as `+1`.
    Number,
    /// `rect`-coordinates of an image map.
    Numbers,
    /// A language tag.
    Language,
    /// `presentation`, `none`, `article` or `img`.
    Role,
    /// Where a link leads.
    Link,
    /// An image's address.
    Image,
    /// An image behind the content.
    Backdrop,
    /// A colour of letters.
    Ink,
    /// A colour of paper.
    Paper,
    /// A colour of lines.
    Edge,
    /// Font names.
    Fonts,
    /// A name, which gets our prefix.
    Name,
    /// `#` and a name, which gets our prefix.
    NameReference,
    /// Names, each of which gets our prefix.
    Classes,
    /// CSS declarations.
    Style,
}

/// What becomes of the HTML element `name`.
pub(super) fn fate(name: &str) -> Fate {
    if let Ok(at) = ELEMENTS.binary_search_by_key(&name, |element| element.name) {
        return ELEMENTS.get(at).map_or(Fate::Unwrap, Fate::Keep);
    }
    match name {
        "style" => Fate::Style,
        // Programs, other documents, controls, and what is not meant for the eye. `head` is not
        // among them, because a style sheet may lie there.
        "applet" | "base" | "bgsound" | "datalist" | "embed" | "frame" | "frameset" | "iframe"
        | "input" | "link" | "meta" | "meter" | "noembed" | "noframes" | "object" | "option"
        | "optgroup" | "param" | "portal" | "progress" | "script" | "select" | "source"
        | "template" | "textarea" | "title" | "track" | "xml" => Fate::Remove,
        _ => Fate::Unwrap,
    }
}

/// Whether an attribute can matter to the parser or to us.
pub(super) fn is_read(name: &str) -> bool {
    matches!(
        name,
        "align"
            | "alt"
            | "abbr"
            | "background"
            | "bgcolor"
            | "border"
            | "bordercolor"
            | "cellpadding"
            | "cellspacing"
            | "class"
            | "clear"
            | "color"
            | "colspan"
            | "compact"
            | "coords"
            | "dir"
            | "encoding"
            | "face"
            | "frame"
            | "height"
            | "hidden"
            | "href"
            | "hspace"
            | "id"
            | "lang"
            | "link"
            | "media"
            | "name"
            | "noshade"
            | "nowrap"
            | "open"
            | "reversed"
            | "role"
            | "rowspan"
            | "rules"
            | "scope"
            | "shape"
            | "size"
            | "span"
            | "src"
            | "start"
            | "style"
            | "summary"
            | "text"
            | "title"
            | "type"
            | "usemap"
            | "valign"
            | "value"
            | "vspace"
            | "width"
            | "aria-hidden"
            | "aria-label"
    )
}

/// How the attribute `name` of `element` is judged; `None` when it must go.
pub(super) fn attribute(element: &Element, name: &str) -> Option<Value> {
    let find = |table: &[(&str, Value)]| {
        table
            .iter()
            .find(|(known, _)| *known == name)
            .map(|&(_, value)| value)
    };
    find(element.attributes).or_else(|| find(GENERIC))
}

#[cfg(test)]
mod tests {
    use super::{ELEMENTS, Fate, GENERIC, attribute, fate, is_read};

    #[test]
    fn the_table_is_sorted_and_what_it_names_is_read() {
        assert!(ELEMENTS.is_sorted_by(|one, other| one.name < other.name));
        for element in ELEMENTS {
            for (name, value) in element.attributes.iter().chain(GENERIC) {
                assert!(is_read(name), "{name}");
                assert_eq!(attribute(element, name), Some(*value));
            }
        }
    }

    #[test]
    fn what_can_act_has_no_place() {
        for name in [
            "script", "iframe", "object", "embed", "template", "input", "select", "meta", "base",
            "link", "title", "textarea", "xml",
        ] {
            assert_eq!(fate(name), Fate::Remove, "{name}");
        }
        for name in ["form", "button", "noscript", "o:p", "xmp", "body", "video"] {
            assert_eq!(fate(name), Fate::Unwrap, "{name}");
        }
        let link = ELEMENTS.iter().find(|element| element.name == "a").unwrap();
        for name in [
            "onclick", "ping", "target", "download", "data-x", "tabindex", "srcset",
        ] {
            assert_eq!(attribute(link, name), None, "{name}");
        }
    }
}
