//! Icons, named as in Lucide. `static/icons.json` lists those of the sprites: `icons.svg` has what
//! the sign-in page and lists show, `compose-icons.svg` what only writing needs, `more-icons.svg`
//! the others.

use std::{collections::BTreeMap, fmt, sync::LazyLock};

use askama::filters::HtmlSafe;

/// The names in each sprite, by the sprite's name without `.svg`.
static SPRITES: LazyLock<BTreeMap<&str, Vec<&str>>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../static/icons.json")).unwrap_or_default()
});

/// The file that has this icon.
pub(super) fn sprite(name: &str) -> &'static str {
    let in_sprite = |sprite: &str| {
        let icons = SPRITES.get(sprite);
        icons.is_some_and(|icons| icons.contains(&name))
    };
    if in_sprite("icons") {
        "icons.svg"
    } else if in_sprite("compose-icons") {
        "compose-icons.svg"
    } else {
        "more-icons.svg"
    }
}

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

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::SPRITES;

    fn texts(folder: &Path, found: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                texts(&path, found);
            } else if path
                .extension()
                .is_some_and(|end| end == "rs" || end == "html")
            {
                found.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }

    /// Nothing may be missing from the sprites, and nothing lie idle in them.
    #[test]
    fn sprites_have_what_pages_use() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let drawn: Vec<&str> = SPRITES.values().flatten().copied().collect();
        let mut used = String::new();
        texts(&root.join("templates"), &mut used);
        texts(&root.join("src/web"), &mut used);
        assert!(drawn.len() > 50);
        for name in &drawn {
            assert!(
                used.contains(&format!("\"{name}\"")),
                "no page uses the icon {name}"
            );
        }
        for piece in used.split(".icon(\"").skip(1) {
            let name = piece.split('"').next().unwrap();
            assert!(drawn.contains(&name), "the sprites lack {name}");
        }
    }
}
