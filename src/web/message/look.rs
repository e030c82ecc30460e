//! How a message is wanted to look, which stands behind `?` and holds for this view alone.

use serde::Deserialize;

/// `?images=1&paper=light` on a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Words")]
pub struct Look {
    /// With its pictures from elsewhere.
    pub images: bool,
    /// Its HTML in its own colours, however dark the page is.
    pub light: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Words {
    images: String,
    paper: String,
}

impl From<Words> for Look {
    fn from(words: Words) -> Self {
        Self {
            images: !words.images.is_empty(),
            light: words.paper == "light",
        }
    }
}

impl Look {
    /// What stands behind a path: the list's part of the address, and the look.
    pub(crate) fn behind(self, context: &str) -> String {
        let images = self.images.then_some("images=1");
        let light = self.light.then_some("paper=light");
        let mut address = context.to_owned();
        for pair in images.into_iter().chain(light) {
            address.push(if address.is_empty() { '?' } else { '&' });
            address.push_str(pair);
        }
        address
    }
}

/// What the HTML of a message lies on, where that can be chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paper {
    /// The page's, or a light card because its colours can't be turned: nothing to choose.
    #[default]
    Given,
    /// The page's, which is dark.
    Dark,
    /// A light card, as its reader wants it.
    Light,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_stands_behind_the_list() {
        let look = |images, light| Look { images, light };
        for (look, context, behind) in [
            (look(false, false), "", ""),
            (look(true, false), "", "?images=1"),
            (look(false, true), "?q=x", "?q=x&paper=light"),
            (look(true, true), "?q=x", "?q=x&images=1&paper=light"),
        ] {
            assert_eq!(look.behind(context), behind);
        }
    }
}
