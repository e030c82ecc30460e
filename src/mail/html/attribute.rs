//! Attributes: each value is judged by its kind, and written escaped.

use super::{
    address,
    css::Css,
    dark::Role,
    names,
    policy::{self, Element, Value},
};

/// Texts in attributes are cut at this many characters.
pub(super) const MAX_TEXT: usize = 2_000;

/// The attributes of one element while they are written.
pub(super) struct Attributes<'e, 'c, 'a> {
    element: &'e Element,
    css: &'c mut Css<'a>,
    body: &'c mut String,
    leads_out: bool,
}

impl<'e, 'c, 'a> Attributes<'e, 'c, 'a> {
    /// Attributes of `element`, written to `body`.
    pub(super) fn new(element: &'e Element, css: &'c mut Css<'a>, body: &'c mut String) -> Self {
        Attributes {
            element,
            css,
            body,
            leads_out: false,
        }
    }

    /// Writes the attribute if it may stay.
    pub(super) fn add(&mut self, name: &str, raw: &str) {
        let Some(kind) = policy::attribute(self.element, name) else {
            return;
        };
        if let Some(value) = judged(kind, raw, self.css) {
            self.leads_out |= kind == Value::Link;
            push(name, &value, self.body);
        }
    }

    /// Writes what is not the letter's own.
    pub(super) fn say(&mut self, attributes: &[(&str, String)]) {
        for (name, value) in attributes {
            push(name, value, self.body);
        }
    }

    /// Links open beside the letter, and say nothing of where they were.
    pub(super) fn finish(self) {
        if self.leads_out {
            push("target", LINK_TARGET, self.body);
            push("rel", LINK_REL, self.body);
        }
    }
}

/// `target` of each link.
pub(super) const LINK_TARGET: &str = "_blank";
/// `rel` of each link.
pub(super) const LINK_REL: &str = "noopener noreferrer nofollow";

/// What `html` and `body` say, while it is gathered.
#[derive(Default)]
pub(super) struct Page {
    lang: Option<String>,
    dir: Option<String>,
    classes: String,
    id: Option<String>,
    colours: String,
    style: String,
}

impl Page {
    /// Takes an attribute of `html` or `body`.
    pub(super) fn add(&mut self, name: &str, raw: &str, css: &mut Css<'_>) {
        match name {
            "lang" => self.lang = judged(Value::Language, raw, css),
            "dir" => self.dir = judged(Value::Word, raw, css),
            "id" => self.id = judged(Value::Name, raw, css),
            "class" => append(&mut self.classes, ' ', &names::all_prefixed(raw)),
            "bgcolor" => {
                if let Some(colour) = css.colour(raw, Role::Paper) {
                    let declaration = format!("background-color:{}", colour.css());
                    append(&mut self.colours, ';', &declaration);
                }
            }
            "text" => {
                if let Some(colour) = css.colour(raw, Role::Ink) {
                    append(&mut self.colours, ';', &format!("color:{}", colour.css()));
                }
            }
            "link" => {
                if let Some(colour) = css.colour(raw, Role::Ink) {
                    css.add_sheet(&format!("a:link{{color:{}}}", colour.css()), None);
                }
            }
            "background" => {
                if let Some(image) = css.backdrop(raw) {
                    append(&mut self.colours, ';', &css.backdrop_declaration(&image));
                }
            }
            "style" => {
                if let Some(style) = css.inline(raw) {
                    append(&mut self.style, ';', &style);
                }
            }
            _ => {}
        }
    }

    /// The attributes of the element that stands for the page; `None` when it need not.
    pub(super) fn into_attributes(mut self) -> Option<String> {
        // What the style says comes later and counts more than what the old attributes say.
        append(&mut self.colours, ';', &self.style);
        let mut attributes = String::new();
        let texts = [
            ("class", Some(self.classes)),
            ("dir", self.dir),
            ("id", self.id),
            ("lang", self.lang),
            ("style", Some(self.colours)),
        ];
        for (name, value) in texts {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                push(name, &value, &mut attributes);
            }
        }
        (!attributes.is_empty()).then_some(attributes)
    }
}

/// One more in a list.
pub(super) fn append(list: &mut String, separator: char, item: &str) {
    if !list.is_empty() && !item.is_empty() {
        list.push(separator);
    }
    list.push_str(item);
}

/// The value that may stay, in its one spelling.
fn judged(kind: Value, raw: &str, css: &mut Css<'_>) -> Option<String> {
    match kind {
        Value::Text => Some(raw.chars().take(MAX_TEXT).collect()),
        Value::Flag => Some(String::new()),
        Value::Word => word(raw),
        Value::Length => length(raw),
        Value::Number => number(raw),
        Value::Numbers => numbers(raw),
        Value::Language => word(raw).filter(|tag| !tag.is_empty()),
        Value::Role => word(raw)
            .filter(|role| ["presentation", "none", "article", "img"].contains(&role.as_str())),
        Value::Link => address::link(raw),
        Value::Image => css.image(raw),
        Value::Backdrop => css.backdrop(raw),
        Value::Ink => css.colour(raw, Role::Ink).map(|colour| colour.css()),
        Value::Paper => css.colour(raw, Role::Paper).map(|colour| colour.css()),
        Value::Edge => css.colour(raw, Role::Edge).map(|colour| colour.css()),
        Value::Fonts => fonts(raw),
        Value::Name => Some(raw.trim())
            .filter(|name| !name.is_empty() && !name.contains(char::is_whitespace))
            .map(names::prefixed),
        Value::NameReference => raw
            .trim()
            .strip_prefix('#')
            .filter(|name| !name.is_empty())
            .map(|name| format!("#{}", names::prefixed(name))),
        Value::Classes => Some(names::all_prefixed(raw)).filter(|classes| !classes.is_empty()),
        Value::Style => css.inline(raw),
    }
}

fn word(raw: &str) -> Option<String> {
    let word = raw.trim().to_ascii_lowercase();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (word.len() <= 40 && word.bytes().all(plain)).then_some(word)
}

/// `600`, `600px`, `50%`; at most 10,000.
pub(super) fn length(raw: &str) -> Option<String> {
    let raw = raw.trim();
    let digits = raw.trim_end_matches(|character: char| !character.is_ascii_digit());
    let unit = raw.strip_prefix(digits)?.trim();
    let unit = match unit.to_ascii_lowercase().as_str() {
        "" | "px" => "",
        "%" => "%",
        _ => return None,
    };
    let value: f32 = digits.parse().ok()?;
    (0.0..=10_000.0)
        .contains(&value)
        .then(|| format!("{value}{unit}"))
}

/// `3`, `+1`, `-2`; at most 1,000, because a table makes a cell for each.
fn number(raw: &str) -> Option<String> {
    let raw = raw.trim();
    let value: i32 = raw.parse().ok()?;
    let sign = if raw.starts_with('+') { "+" } else { "" };
    (-1_000..=1_000)
        .contains(&value)
        .then(|| format!("{sign}{value}"))
}

fn numbers(raw: &str) -> Option<String> {
    let plain =
        |byte: u8| byte.is_ascii_digit() || matches!(byte, b',' | b' ' | b'.' | b'-' | b'%');
    let raw = raw.trim();
    (raw.len() <= 2_000 && raw.bytes().all(plain)).then(|| raw.to_owned())
}

fn fonts(raw: &str) -> Option<String> {
    let plain = |character: char| {
        character.is_alphanumeric() || matches!(character, ' ' | ',' | '-' | '_' | '\'' | '.')
    };
    (raw.len() <= 500 && raw.chars().all(plain)).then(|| raw.to_owned())
}

fn push(name: &str, value: &str, body: &mut String) {
    body.push(' ');
    body.push_str(name);
    body.push_str("=\"");
    for character in value.chars() {
        match character {
            '&' => body.push_str("&amp;"),
            '"' => body.push_str("&quot;"),
            '<' => body.push_str("&lt;"),
            '>' => body.push_str("&gt;"),
            character => body.push(character),
        }
    }
    body.push('"');
}

#[cfg(test)]
mod tests {
    use super::{length, number, word};

    #[test]
    fn numbers_stay_within_reason() {
        let cases = [
            ("600", Some("600")),
            (" 600PX ", Some("600")),
            ("50 %", Some("50%")),
            ("12.5", Some("12.5")),
            ("-1", None),
            ("99999", None),
            ("1e9", None),
            ("100vh", None),
            ("expression(1)", None),
            ("é", None),
            ("", None),
        ];
        for (raw, expected) in cases {
            assert_eq!(length(raw).as_deref(), expected, "{raw}");
        }
        assert_eq!(number("+1").as_deref(), Some("+1"));
        assert_eq!(number("-2").as_deref(), Some("-2"));
        assert_eq!(number("65535"), None);
        assert_eq!(word("Center").as_deref(), Some("center"));
        assert_eq!(word("a b"), None);
    }
}
