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

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

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

    /// The sprite is fetched by every page: nothing may be missing from it, and nothing lie idle.
    #[test]
    fn sprite_has_what_pages_use() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let list = fs::read_to_string(root.join("static/icons.json")).unwrap();
        let sprite: BTreeSet<String> = serde_json::from_str(&list).unwrap();
        let mut used = String::new();
        texts(&root.join("templates"), &mut used);
        texts(&root.join("src/web"), &mut used);
        for name in &sprite {
            assert!(
                used.contains(&format!("\"{name}\"")),
                "no page uses the icon {name}"
            );
        }
        for piece in used.split(".icon(\"").skip(1) {
            let name = piece.split('"').next().unwrap();
            assert!(sprite.contains(name), "the sprite lacks {name}");
        }
    }
}
