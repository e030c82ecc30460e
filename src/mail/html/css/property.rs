//! The CSS properties that a letter may set, and how the value of each is judged.

mod table;

use self::table::PROPERTIES;
use crate::mail::html::dark::Role;

/// How a value is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Keywords, numbers, lengths, strings and arithmetic.
    Plain,
    /// The same, but not on the whole page: the page that shows the letter measures its height.
    Tall,
    /// With the colour of letters.
    Ink,
    /// With the colour of paper.
    Paper,
    /// With the colour of lines.
    Edge,
    /// With colours of paper, gradients and images.
    Backdrop,
    /// With an image that stands for a bullet.
    Marker,
    /// Ways to lay out a box.
    Display,
    /// Only `static` and `relative`.
    Position,
    /// How far from its place a box lies.
    Offset,
    /// Strings and keywords alone.
    Content,
    /// A shadow of letters.
    Shadow,
    /// What part of a box its background fills.
    Clip,
}

/// The kind of a property by its lower-case name; `None` when it must go.
pub(super) fn kind(name: &str) -> Option<Kind> {
    let at = PROPERTIES
        .binary_search_by_key(&name, |(known, _)| known)
        .ok()?;
    PROPERTIES.get(at).map(|&(_, kind)| kind)
}

/// Whether a value of `display` lays out a box in the flow, or hides it.
pub(super) fn is_display(keyword: &str) -> bool {
    matches!(
        keyword,
        "none"
            | "block"
            | "inline"
            | "inline-block"
            | "contents"
            | "flow-root"
            | "list-item"
            | "flex"
            | "inline-flex"
            | "grid"
            | "inline-grid"
            | "table"
            | "inline-table"
            | "table-caption"
            | "table-cell"
            | "table-column"
            | "table-column-group"
            | "table-footer-group"
            | "table-header-group"
            | "table-row"
            | "table-row-group"
            | "inherit"
            | "initial"
            | "unset"
    )
}

/// Whether a colour of the reader's system keeps its sense on a dark page: letters in the colour
/// of paper (`color: canvas`) would be dark there. True of all that is no such colour.
pub(super) fn suits(keyword: &str, role: Role) -> bool {
    let keyword = keyword.to_ascii_lowercase();
    let is_one_of = |colours: &[&str]| colours.contains(&keyword.as_str());
    let ink = is_one_of(&SYSTEM_INKS);
    let paper = is_one_of(&SYSTEM_PAPERS);
    match role {
        Role::Ink => !paper && !is_one_of(&OTHER_SYSTEM_COLOURS),
        Role::Paper => !ink && !is_one_of(&OTHER_SYSTEM_COLOURS),
        Role::Edge => true,
    }
}

const SYSTEM_INKS: [&str; 9] = [
    "buttontext",
    "canvastext",
    "fieldtext",
    "graytext",
    "infotext",
    "linktext",
    "menutext",
    "visitedtext",
    "windowtext",
];
const SYSTEM_PAPERS: [&str; 7] = [
    "buttonface",
    "canvas",
    "field",
    "infobackground",
    "menu",
    "threedface",
    "window",
];
const OTHER_SYSTEM_COLOURS: [&str; 25] = [
    "accentcolor",
    "accentcolortext",
    "activeborder",
    "activecaption",
    "activetext",
    "appworkspace",
    "background",
    "buttonborder",
    "buttonhighlight",
    "buttonshadow",
    "captiontext",
    "highlight",
    "highlighttext",
    "inactiveborder",
    "inactivecaption",
    "inactivecaptiontext",
    "mark",
    "marktext",
    "scrollbar",
    "selecteditem",
    "selecteditemtext",
    "threeddarkshadow",
    "threedhighlight",
    "threedlightshadow",
    "threedshadow",
];

/// What a function may do in a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    /// Arithmetic and the sizes of tracks.
    Arithmetic,
    /// A colour.
    Colour,
    /// An image made of colours.
    Gradient,
    /// An image from an address.
    Url,
}

/// The functions that may stand in a value; everything else fetches, runs or looks elsewhere.
pub(super) fn function(name: &str) -> Option<Function> {
    Some(match name {
        "calc" | "min" | "max" | "clamp" | "minmax" | "repeat" | "fit-content" => {
            Function::Arithmetic
        }
        "rgb" | "rgba" | "hsl" | "hsla" | "hwb" | "lab" | "lch" | "oklab" | "oklch" | "color" => {
            Function::Colour
        }
        "linear-gradient"
        | "radial-gradient"
        | "conic-gradient"
        | "repeating-linear-gradient"
        | "repeating-radial-gradient"
        | "repeating-conic-gradient"
        | "-webkit-linear-gradient"
        | "-webkit-radial-gradient" => Function::Gradient,
        "url" => Function::Url,
        _ => return None,
    })
}

/// The units a length, angle or resolution may have. Those of the window are not among them: the
/// frame of a letter is as high as the letter, so `100vh` would chase itself.
pub(super) fn is_unit(unit: &str) -> bool {
    matches!(
        unit,
        "px" | "em"
            | "rem"
            | "ex"
            | "ch"
            | "pt"
            | "pc"
            | "in"
            | "cm"
            | "mm"
            | "q"
            | "vw"
            | "deg"
            | "rad"
            | "turn"
            | "grad"
            | "fr"
            | "dpi"
            | "dpcm"
            | "dppx"
            | "x"
    )
}

#[cfg(test)]
mod tests {
    use super::{Kind, PROPERTIES, kind};

    #[test]
    fn the_table_is_sorted() {
        assert!(PROPERTIES.is_sorted_by(|one, other| one.0 < other.0));
    }

    #[test]
    fn what_acts_or_leaves_its_place_is_unknown() {
        assert_eq!(kind("background"), Some(Kind::Backdrop));
        for name in [
            "behavior",
            "-moz-binding",
            "filter",
            "cursor",
            "mask",
            "clip-path",
            "animation",
            "transition",
            "transform",
            "src",
            "all",
            "--x",
            "zoom",
            "pointer-events",
            "z-index",
            "border-image",
            "offset-path",
            "shape-outside",
            "-webkit-box-reflect",
        ] {
            assert_eq!(kind(name), None, "{name}");
        }
    }
}
