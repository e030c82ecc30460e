//! Style sheets and `style` attributes of letters: parsed by cssparser, judged by allow-lists of
//! properties, functions, units and selectors, and written anew from tokens. No byte of the
//! source is copied, so escapes, comments and unclosed strings have nothing to hide behind.

mod declaration;
mod media;
mod property;
mod selector;
mod sheet;
mod value;
mod write;

use std::{collections::HashMap, fmt::Write};

use cssparser::Parser;

use super::{address::Images, colour::Colour, dark::Role};

/// Style sheets together may become this long, in bytes.
const MAX_SHEET: usize = 512 * 1024;
/// Style rules of one letter.
const MAX_RULES: u32 = 5_000;
/// A `style` attribute longer than this is not read.
const MAX_INLINE: usize = 64 * 1024;
/// Blocks and functions may nest this deep.
const MAX_NESTING: u8 = 12;

/// The sanitiser of one letter's styles.
pub(super) struct Css<'a> {
    images: &'a Images<'a>,
    dark: bool,
    sheet: String,
    rules: u32,
    inline: HashMap<String, Option<String>>,
    backdrops: bool,
}

impl<'a> Css<'a> {
    /// With `dark`, colours become those of a dark page.
    pub(super) fn new(images: &'a Images<'a>, dark: bool) -> Self {
        Css {
            images,
            dark,
            sheet: String::new(),
            rules: 0,
            inline: HashMap::new(),
            backdrops: false,
        }
    }

    /// True once an image, or something else whose lightness nobody knows, lies behind letters.
    pub(super) fn has_backdrops(&self) -> bool {
        self.backdrops
    }

    /// All that [`Css::add_sheet`] has let through.
    pub(super) fn into_sheet(self) -> String {
        // The style element ends at the first `</`; no token is ever written with a `<` in it,
        // and this makes a mistake in that harmless.
        if self.sheet.contains('<') {
            String::new()
        } else {
            self.sheet
        }
    }

    /// The declarations of a `style` attribute; `None` when none is left. Letters repeat
    /// themselves, so answers are remembered.
    pub(super) fn inline(&mut self, style: &str) -> Option<String> {
        if style.len() > MAX_INLINE {
            return None;
        }
        if let Some(known) = self.inline.get(style) {
            return known.clone();
        }
        let mut input = parser(style);
        let declarations = self.declarations(&mut input, declaration::Place::Element);
        let declarations = (!declarations.is_empty()).then_some(declarations);
        // What counts blocked images must be asked each time.
        if !style.contains('(') {
            self.inline.insert(style.to_owned(), declarations.clone());
        }
        declarations
    }

    /// Adds the style sheet `css`; with the `media` attribute of its element.
    pub(super) fn add_sheet(&mut self, css: &str, media: Option<&str>) {
        let condition = match media.map(str::trim) {
            None | Some("") => media::Condition::Always,
            Some(media) => self.media(&mut parser(media)),
        };
        let before = self.sheet.len();
        match condition {
            media::Condition::Never => {}
            media::Condition::Always => self.rules(&mut parser(css), 0),
            media::Condition::When(query) => {
                // Writing to a String cannot fail.
                let _ = write!(self.sheet, "@media {query}{{");
                let start = self.sheet.len();
                self.rules(&mut parser(css), 1);
                self.close_block(before, start);
            }
        }
    }

    /// `color` as an attribute or shorthand has it, for the page that is wanted.
    pub(super) fn colour(&self, value: &str, role: Role) -> Option<Colour> {
        let colour = Colour::from_attribute(value)?;
        Some(self.shown(colour, role))
    }

    /// An address of an image among letters.
    pub(super) fn image(&self, address: &str) -> Option<String> {
        self.images.resolve(address)
    }

    /// `background-image` with an address that [`Css::backdrop`] has given.
    pub(super) fn backdrop_declaration(&self, resolved: &str) -> String {
        write::image_declaration("background-image", resolved)
    }

    /// An address of an image behind letters.
    pub(super) fn backdrop(&mut self, address: &str) -> Option<String> {
        let address = self.images.resolve(address)?;
        self.backdrops = true;
        Some(address)
    }

    fn shown(&self, colour: Colour, role: Role) -> Colour {
        if self.dark {
            colour.darkened(role)
        } else {
            colour
        }
    }

    /// Ends a block that began at `before`, or takes it back when nothing came after `start`.
    fn close_block(&mut self, before: usize, start: usize) {
        if self.sheet.len() == start {
            self.sheet.truncate(before);
        } else {
            self.sheet.push('}');
        }
    }
}

fn parser(css: &str) -> Parser<'_> {
    let mut input = Parser::new(css);
    input.set_nested_block_limit(MAX_NESTING);
    input
}

#[cfg(test)]
mod tests;
