//! The CSS properties that a letter may set, and how the value of each is judged.

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

const PROPERTIES: &[(&str, Kind)] = &[
    ("-moz-border-radius", Kind::Plain),
    ("-moz-box-sizing", Kind::Plain),
    ("-moz-osx-font-smoothing", Kind::Plain),
    ("-ms-text-size-adjust", Kind::Plain),
    ("-webkit-background-clip", Kind::Clip),
    ("-webkit-border-radius", Kind::Plain),
    ("-webkit-box-shadow", Kind::Paper),
    ("-webkit-box-sizing", Kind::Plain),
    ("-webkit-font-smoothing", Kind::Plain),
    ("-webkit-text-fill-color", Kind::Ink),
    ("-webkit-text-size-adjust", Kind::Plain),
    ("align-content", Kind::Plain),
    ("align-items", Kind::Plain),
    ("align-self", Kind::Plain),
    ("aspect-ratio", Kind::Plain),
    ("background", Kind::Backdrop),
    ("background-attachment", Kind::Plain),
    ("background-clip", Kind::Clip),
    ("background-color", Kind::Paper),
    ("background-image", Kind::Backdrop),
    ("background-origin", Kind::Plain),
    ("background-position", Kind::Plain),
    ("background-position-x", Kind::Plain),
    ("background-position-y", Kind::Plain),
    ("background-repeat", Kind::Plain),
    ("background-size", Kind::Plain),
    ("block-size", Kind::Tall),
    ("border", Kind::Edge),
    ("border-block", Kind::Edge),
    ("border-block-end", Kind::Edge),
    ("border-block-start", Kind::Edge),
    ("border-bottom", Kind::Edge),
    ("border-bottom-color", Kind::Edge),
    ("border-bottom-left-radius", Kind::Plain),
    ("border-bottom-right-radius", Kind::Plain),
    ("border-bottom-style", Kind::Plain),
    ("border-bottom-width", Kind::Plain),
    ("border-collapse", Kind::Plain),
    ("border-color", Kind::Edge),
    ("border-inline", Kind::Edge),
    ("border-inline-end", Kind::Edge),
    ("border-inline-start", Kind::Edge),
    ("border-left", Kind::Edge),
    ("border-left-color", Kind::Edge),
    ("border-left-style", Kind::Plain),
    ("border-left-width", Kind::Plain),
    ("border-radius", Kind::Plain),
    ("border-right", Kind::Edge),
    ("border-right-color", Kind::Edge),
    ("border-right-style", Kind::Plain),
    ("border-right-width", Kind::Plain),
    ("border-spacing", Kind::Plain),
    ("border-style", Kind::Plain),
    ("border-top", Kind::Edge),
    ("border-top-color", Kind::Edge),
    ("border-top-left-radius", Kind::Plain),
    ("border-top-right-radius", Kind::Plain),
    ("border-top-style", Kind::Plain),
    ("border-top-width", Kind::Plain),
    ("border-width", Kind::Plain),
    ("bottom", Kind::Offset),
    ("box-shadow", Kind::Paper),
    ("box-sizing", Kind::Plain),
    ("break-after", Kind::Plain),
    ("break-before", Kind::Plain),
    ("break-inside", Kind::Plain),
    ("caption-side", Kind::Plain),
    ("caret-color", Kind::Ink),
    ("clear", Kind::Plain),
    ("color", Kind::Ink),
    ("column-count", Kind::Plain),
    ("column-gap", Kind::Plain),
    ("column-rule", Kind::Edge),
    ("column-rule-color", Kind::Edge),
    ("column-width", Kind::Plain),
    ("columns", Kind::Plain),
    ("content", Kind::Content),
    ("direction", Kind::Plain),
    ("display", Kind::Display),
    ("empty-cells", Kind::Plain),
    ("flex", Kind::Plain),
    ("flex-basis", Kind::Plain),
    ("flex-direction", Kind::Plain),
    ("flex-flow", Kind::Plain),
    ("flex-grow", Kind::Plain),
    ("flex-shrink", Kind::Plain),
    ("flex-wrap", Kind::Plain),
    ("float", Kind::Plain),
    ("font", Kind::Plain),
    ("font-family", Kind::Plain),
    ("font-feature-settings", Kind::Plain),
    ("font-kerning", Kind::Plain),
    ("font-size", Kind::Plain),
    ("font-size-adjust", Kind::Plain),
    ("font-stretch", Kind::Plain),
    ("font-style", Kind::Plain),
    ("font-variant", Kind::Plain),
    ("font-variant-caps", Kind::Plain),
    ("font-variant-numeric", Kind::Plain),
    ("font-weight", Kind::Plain),
    ("gap", Kind::Plain),
    ("grid-auto-columns", Kind::Plain),
    ("grid-auto-flow", Kind::Plain),
    ("grid-auto-rows", Kind::Plain),
    ("grid-column", Kind::Plain),
    ("grid-gap", Kind::Plain),
    ("grid-row", Kind::Plain),
    ("grid-template-columns", Kind::Plain),
    ("grid-template-rows", Kind::Plain),
    ("height", Kind::Tall),
    ("hyphens", Kind::Plain),
    ("inline-size", Kind::Plain),
    ("inset", Kind::Offset),
    ("justify-content", Kind::Plain),
    ("justify-items", Kind::Plain),
    ("justify-self", Kind::Plain),
    ("left", Kind::Offset),
    ("letter-spacing", Kind::Plain),
    ("line-break", Kind::Plain),
    ("line-height", Kind::Plain),
    ("list-style", Kind::Marker),
    ("list-style-image", Kind::Marker),
    ("list-style-position", Kind::Plain),
    ("list-style-type", Kind::Plain),
    ("margin", Kind::Plain),
    ("margin-block", Kind::Plain),
    ("margin-block-end", Kind::Plain),
    ("margin-block-start", Kind::Plain),
    ("margin-bottom", Kind::Plain),
    ("margin-inline", Kind::Plain),
    ("margin-inline-end", Kind::Plain),
    ("margin-inline-start", Kind::Plain),
    ("margin-left", Kind::Plain),
    ("margin-right", Kind::Plain),
    ("margin-top", Kind::Plain),
    ("max-height", Kind::Tall),
    ("max-inline-size", Kind::Plain),
    ("max-width", Kind::Plain),
    ("min-height", Kind::Tall),
    ("min-width", Kind::Plain),
    ("object-fit", Kind::Plain),
    ("object-position", Kind::Plain),
    ("opacity", Kind::Plain),
    ("order", Kind::Plain),
    ("orphans", Kind::Plain),
    ("outline", Kind::Edge),
    ("outline-color", Kind::Edge),
    ("outline-offset", Kind::Plain),
    ("outline-style", Kind::Plain),
    ("outline-width", Kind::Plain),
    ("overflow", Kind::Tall),
    ("overflow-wrap", Kind::Plain),
    ("overflow-x", Kind::Tall),
    ("overflow-y", Kind::Tall),
    ("padding", Kind::Plain),
    ("padding-block", Kind::Plain),
    ("padding-block-end", Kind::Plain),
    ("padding-block-start", Kind::Plain),
    ("padding-bottom", Kind::Plain),
    ("padding-inline", Kind::Plain),
    ("padding-inline-end", Kind::Plain),
    ("padding-inline-start", Kind::Plain),
    ("padding-left", Kind::Plain),
    ("padding-right", Kind::Plain),
    ("padding-top", Kind::Plain),
    ("page-break-after", Kind::Plain),
    ("page-break-before", Kind::Plain),
    ("page-break-inside", Kind::Plain),
    ("place-content", Kind::Plain),
    ("place-items", Kind::Plain),
    ("position", Kind::Position),
    ("quotes", Kind::Plain),
    ("right", Kind::Offset),
    ("row-gap", Kind::Plain),
    ("tab-size", Kind::Plain),
    ("table-layout", Kind::Plain),
    ("text-align", Kind::Plain),
    ("text-align-last", Kind::Plain),
    ("text-decoration", Kind::Ink),
    ("text-decoration-color", Kind::Ink),
    ("text-decoration-line", Kind::Plain),
    ("text-decoration-style", Kind::Plain),
    ("text-decoration-thickness", Kind::Plain),
    ("text-emphasis-color", Kind::Ink),
    ("text-indent", Kind::Plain),
    ("text-justify", Kind::Plain),
    ("text-overflow", Kind::Plain),
    ("text-shadow", Kind::Shadow),
    ("text-size-adjust", Kind::Plain),
    ("text-transform", Kind::Plain),
    ("text-underline-offset", Kind::Plain),
    ("text-wrap", Kind::Plain),
    ("top", Kind::Offset),
    ("unicode-bidi", Kind::Plain),
    ("vertical-align", Kind::Plain),
    ("visibility", Kind::Plain),
    ("white-space", Kind::Plain),
    ("widows", Kind::Plain),
    ("width", Kind::Plain),
    ("word-break", Kind::Plain),
    ("word-spacing", Kind::Plain),
    ("word-wrap", Kind::Plain),
    ("writing-mode", Kind::Plain),
];

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
