//! The allow-lists: which elements and attributes a letter may keep. Everything else is left out.
//! The same tables feed our own walk over the tree and ammonia's, which comes after it.

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

/// Attributes that any element may have.
pub(super) const GENERIC: &[(&str, Value)] = &[
    ("align", Value::Word),
    ("aria-hidden", Value::Word),
    ("aria-label", Value::Text),
    ("class", Value::Classes),
    ("dir", Value::Word),
    ("hidden", Value::Flag),
    ("id", Value::Name),
    ("lang", Value::Language),
    ("role", Value::Role),
    ("style", Value::Style),
    ("title", Value::Text),
];

const NONE: &[(&str, Value)] = &[];
const ROWS: &[(&str, Value)] = &[
    ("background", Value::Backdrop),
    ("bgcolor", Value::Paper),
    ("height", Value::Length),
    ("valign", Value::Word),
];
const COLUMNS: &[(&str, Value)] = &[
    ("bgcolor", Value::Paper),
    ("span", Value::Number),
    ("valign", Value::Word),
    ("width", Value::Length),
];
const CELLS: &[(&str, Value)] = &[
    ("abbr", Value::Text),
    ("background", Value::Backdrop),
    ("bgcolor", Value::Paper),
    ("colspan", Value::Number),
    ("height", Value::Length),
    ("nowrap", Value::Flag),
    ("rowspan", Value::Number),
    ("scope", Value::Word),
    ("valign", Value::Word),
    ("width", Value::Length),
];
const LIST: &[(&str, Value)] = &[
    ("compact", Value::Flag),
    ("reversed", Value::Flag),
    ("start", Value::Number),
    ("type", Value::Word),
];

const fn keep(name: &'static str, attributes: &'static [(&'static str, Value)]) -> Element {
    Element {
        name,
        attributes,
        void: false,
    }
}

const fn void(name: &'static str, attributes: &'static [(&'static str, Value)]) -> Element {
    Element {
        name,
        attributes,
        void: true,
    }
}

/// What may stay, sorted by name.
pub(super) const ELEMENTS: &[Element] = &[
    keep("a", &[("href", Value::Link), ("name", Value::Name)]),
    keep("abbr", NONE),
    keep("acronym", NONE),
    keep("address", NONE),
    void(
        "area",
        &[
            ("alt", Value::Text),
            ("coords", Value::Numbers),
            ("href", Value::Link),
            ("shape", Value::Word),
        ],
    ),
    keep("article", NONE),
    keep("aside", NONE),
    keep("b", NONE),
    keep("bdi", NONE),
    keep("bdo", NONE),
    keep("big", NONE),
    keep("blockquote", &[("type", Value::Word)]),
    void("br", &[("clear", Value::Word)]),
    keep("caption", &[("valign", Value::Word)]),
    keep("center", NONE),
    keep("cite", NONE),
    keep("code", NONE),
    void("col", COLUMNS),
    keep("colgroup", COLUMNS),
    keep("dd", NONE),
    keep("del", NONE),
    keep("details", &[("open", Value::Flag)]),
    keep("dfn", NONE),
    keep("dir", NONE),
    keep("div", NONE),
    keep("dl", NONE),
    keep("dt", NONE),
    keep("em", NONE),
    keep("figcaption", NONE),
    keep("figure", NONE),
    keep(
        "font",
        &[
            ("color", Value::Ink),
            ("face", Value::Fonts),
            ("size", Value::Number),
        ],
    ),
    keep("footer", NONE),
    keep("h1", NONE),
    keep("h2", NONE),
    keep("h3", NONE),
    keep("h4", NONE),
    keep("h5", NONE),
    keep("h6", NONE),
    keep("header", NONE),
    void(
        "hr",
        &[
            ("color", Value::Edge),
            ("noshade", Value::Flag),
            ("size", Value::Number),
            ("width", Value::Length),
        ],
    ),
    keep("i", NONE),
    void(
        "img",
        &[
            ("alt", Value::Text),
            ("border", Value::Length),
            ("height", Value::Length),
            ("hspace", Value::Length),
            ("src", Value::Image),
            ("usemap", Value::NameReference),
            ("vspace", Value::Length),
            ("width", Value::Length),
        ],
    ),
    keep("ins", NONE),
    keep("kbd", NONE),
    keep("li", &[("type", Value::Word), ("value", Value::Number)]),
    keep("main", NONE),
    keep("map", &[("name", Value::Name)]),
    keep("mark", NONE),
    keep("nav", NONE),
    keep("nobr", NONE),
    keep("ol", LIST),
    keep("p", NONE),
    keep("pre", &[("width", Value::Length)]),
    keep("q", NONE),
    keep("rp", NONE),
    keep("rt", NONE),
    keep("ruby", NONE),
    keep("s", NONE),
    keep("samp", NONE),
    keep("section", NONE),
    keep("small", NONE),
    keep("span", NONE),
    keep("strike", NONE),
    keep("strong", NONE),
    keep("sub", NONE),
    keep("summary", NONE),
    keep("sup", NONE),
    keep(
        "table",
        &[
            ("background", Value::Backdrop),
            ("bgcolor", Value::Paper),
            ("border", Value::Length),
            ("bordercolor", Value::Edge),
            ("cellpadding", Value::Length),
            ("cellspacing", Value::Length),
            ("frame", Value::Word),
            ("height", Value::Length),
            ("rules", Value::Word),
            ("summary", Value::Text),
            ("width", Value::Length),
        ],
    ),
    keep("tbody", ROWS),
    keep("td", CELLS),
    keep("tfoot", ROWS),
    keep("th", CELLS),
    keep("thead", ROWS),
    keep("time", NONE),
    keep("tr", ROWS),
    keep("tt", NONE),
    keep("u", NONE),
    keep("ul", LIST),
    keep("var", NONE),
    void("wbr", NONE),
];

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
