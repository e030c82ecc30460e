//! Icons: one sprite, named as in Lucide. `static/icons.json` lists those in it.

use std::fmt;

use askama::filters::HtmlSafe;

/// One icon of the sprite, printed as SVG that refers to it.
#[derive(Clone, Debug)]
pub struct Icon {
    pub(super) sprite: String,
    pub(super) name: &'static str,
}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sprite, name } = self;
        write!(
            f,
            r#"<svg class="icon" aria-hidden="true"><use href="{sprite}#{name}"/></svg>"#
        )
    }
}

// Nothing in it comes from outside: the base path is checked configuration, the rest is ours.
impl HtmlSafe for Icon {}
