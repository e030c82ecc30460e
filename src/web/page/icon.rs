//! Icons, named as in Lucide. `static/icons.json` lists those of the sprites: `icons.svg` has what
//! the sign-in page and lists show, `compose-icons.svg` what only writing needs, `more-icons.svg`
//! the others.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::LazyLock,
};

use askama::filters::HtmlSafe;

use crate::web::assets;

/// The names in each sprite, by the sprite's name without `.svg`.
static SPRITES: LazyLock<BTreeMap<&str, Vec<&str>>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../static/icons.json")).unwrap_or_default()
});

/// Where each icon is, without the base path: dozens are on a page, and all are known beforehand.
static ADDRESSES: LazyLock<HashMap<&str, String>> = LazyLock::new(|| {
    let sprites = SPRITES.iter().flat_map(|(sprite, names)| {
        let file = assets::url(&format!("{sprite}.svg"));
        names
            .iter()
            .map(move |name| (*name, format!("{file}#{name}")))
    });
    sprites.collect()
});

/// One icon of the sprite, printed as SVG that refers to it.
#[derive(Clone, Copy, Debug)]
pub struct Icon<'a> {
    base: &'a str,
    address: &'static str,
}

impl<'a> Icon<'a> {
    /// A name that no sprite has is drawn as nothing; a test holds that there is none.
    pub(super) fn new(base: &'a str, name: &str) -> Self {
        let address = ADDRESSES.get(name).map_or("", String::as_str);
        Self { base, address }
    }
}

impl fmt::Display for Icon<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"<svg class="icon" aria-hidden="true"><use href=""#)?;
        f.write_str(self.base)?;
        f.write_str(self.address)?;
        f.write_str(r#""/></svg>"#)
    }
}

// Nothing in it comes from outside: the base path is checked configuration, the rest is ours.
impl HtmlSafe for Icon<'_> {}

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
