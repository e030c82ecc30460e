//! The elements and attributes that may stay.

use super::{Element, Value};

/// Attributes that any element may have.
pub(in crate::mail::html) const GENERIC: &[(&str, Value)] = &[
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
pub(in crate::mail::html) const ELEMENTS: &[Element] = &[
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
