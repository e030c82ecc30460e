//! Pictures that are left out, as boxes with what they are called in them, as large as the pictures
//! would be where the letter says so. They stay pictures, so that what the letter's styles say of
//! pictures holds, and get a class by which the page knows them.

use html5ever::Attribute;

use super::{
    attribute::{MAX_TEXT, append, length},
    css::Css,
    names,
};

/// The class of a box. No class of a letter can be called so: all of those have a prefix.
pub const LEFT_OUT: &str = "left-out";
/// The class of one with room for its name.
pub const NAMED: &str = "named";

/// Smaller ones (px) have no room for a word.
const ROOM: (f32, f32) = (40.0, 14.0);
/// Smaller ones (px) that have no name are there to keep a distance, or to count who reads.
const NAMELESS: f32 = 48.0;

/// What one is called that is called nothing: without any a browser draws a box of its own.
const UNCALLED: &str = "\u{a0}";

/// A picture that is left out.
pub(super) struct LeftOut {
    text: String,
    classes: String,
    size: (Option<f32>, Option<f32>),
}

impl LeftOut {
    /// `None` for a picture that can be shown. What is on other hosts is counted, so this takes the
    /// place of judging `src`.
    pub(super) fn new(written: &[Attribute], css: &mut Css<'_>) -> Option<Self> {
        let find = |name: &str| {
            let mut all = written.iter();
            let found = all.find(|attribute| &*attribute.name.local == name);
            found.map_or("", |attribute| &*attribute.value)
        };
        if css.image(find("src")).is_some() {
            return None;
        }
        let side = |name| length(find(name))?.parse().ok();
        Some(Self {
            text: find("alt").trim().chars().take(MAX_TEXT).collect(),
            classes: names::all_prefixed(find("class")),
            size: (side("width"), side("height")),
        })
    }

    /// What is written in the place of the attributes that [`says`] names.
    pub(super) fn attributes(&self) -> Vec<(&'static str, String)> {
        let own = self.own_classes();
        let mut classes = self.classes.clone();
        for class in own {
            append(&mut classes, ' ', class);
        }
        let mut attributes = Vec::new();
        match (self.text.as_str(), own) {
            // The browser would make room for its words.
            (_, []) => attributes.push(("alt", String::new())),
            ("", _) => attributes.push(("alt", UNCALLED.to_owned())),
            (text, _) => attributes.push(("alt", text.to_owned())),
        }
        if !classes.is_empty() {
            attributes.push(("class", classes));
        }
        attributes
    }

    fn own_classes(&self) -> &'static [&'static str] {
        let (width, height) = self.size;
        let is_less = |side: Option<f32>, than: f32| side.is_some_and(|side| side < than);
        let has_room = !is_less(width, ROOM.0) && !is_less(height, ROOM.1);
        let is_picture = [width, height]
            .iter()
            .all(|side| side.is_some_and(|side| side >= NAMELESS));
        match (self.text.is_empty(), has_room) {
            (false, true) => &[LEFT_OUT, NAMED],
            // A dot that counts who reads may be called anything.
            (false, false) if is_less(width, 4.0) || is_less(height, 4.0) => &[],
            (false, false) => &[LEFT_OUT],
            (true, _) if is_picture => &[LEFT_OUT],
            (true, _) => &[],
        }
    }
}

/// Attributes that are not the letter's to say of such a picture.
pub(super) fn says(name: &str) -> bool {
    matches!(name, "alt" | "class" | "src")
}

#[cfg(test)]
mod tests {
    use super::super::{Options, Remote, sanitise};

    fn shown(html: &str) -> String {
        let cid = |id: &str| (id == "here").then(|| "/parts/2".to_owned());
        let options = Options {
            cid: &cid,
            remote: Remote::Block,
            boxes: true,
            dark: false,
        };
        sanitise(html, &options).html.to_string()
    }

    #[test]
    fn what_is_left_out_is_a_box_of_its_size() {
        for (attributes, expected) in [
            (
                "alt=\"Spring <sale>\" width=600 height=200",
                "<img alt=\"Spring &lt;sale&gt;\" class=\"left-out named\" width=\"600\" \
                 height=\"200\">",
            ),
            (
                "class=\"logo left-out\" alt=\" Logo \"",
                "<img alt=\"Logo\" class=\"m_logo m_left-out left-out named\">",
            ),
            (
                "alt=Facebook width=24 height=24",
                "<img alt=\"Facebook\" class=\"left-out\" width=\"24\" height=\"24\">",
            ),
            (
                "width=600 height=200 alt=\"\"",
                "<img alt=\"&nbsp;\" class=\"left-out\" width=\"600\" height=\"200\">",
            ),
            ("width=600", "<img alt=\"\" width=\"600\">"),
            (
                "alt=x width=1 height=1",
                "<img alt=\"\" width=\"1\" height=\"1\">",
            ),
            (
                "width=20 height=40",
                "<img alt=\"\" width=\"20\" height=\"40\">",
            ),
        ] {
            let remote = shown(&format!(
                "<img src=\"https://example.org/a.png\" {attributes}>"
            ));
            assert_eq!(remote, expected, "{attributes}");
            // The same whether nobody may fetch it or nothing is there.
            assert_eq!(
                shown(&format!("<img src=\"cid:gone\" {attributes}>")),
                expected
            );
        }
        let here = "<img src=\"cid:here\" alt=\"A\" class=\"b\">";
        assert_eq!(
            shown(here),
            "<img src=\"/parts/2\" alt=\"A\" class=\"m_b\">"
        );
    }

    #[test]
    fn each_is_counted_once() {
        let cid = |_: &str| None;
        let options = Options {
            cid: &cid,
            remote: Remote::Block,
            boxes: true,
            dark: false,
        };
        let html = "<img src=\"https://example.org/a.png\"><img src=\"//example.org/b\" alt=b>";
        assert_eq!(sanitise(html, &options).blocked_remote, 2);
    }
}
