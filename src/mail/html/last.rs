//! The last word: ammonia reads what our own walk has written, and keeps nothing that its own
//! allow-list does not name. Two parsers and two filters must fail before markup can act.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};

use super::{
    address::is_raster_head,
    attribute::{LINK_REL, LINK_TARGET},
    policy::{ELEMENTS, GENERIC},
};

static SHOWN: LazyLock<Builder<'static>> = LazyLock::new(|| builder(&[]));
/// What is sent names its own parts (RFC 2392); what is shown has addresses for them.
static SENT: LazyLock<Builder<'static>> = LazyLock::new(|| builder(&["cid"]));

/// Parses `html` once more, and writes it from the tree.
pub(super) fn last_word(html: &str) -> String {
    SHOWN.clean(html).to_string()
}

/// The same for what is going to be sent.
pub(super) fn last_word_before_sending(html: &str) -> String {
    SENT.clean(html).to_string()
}

fn builder(schemes: &[&'static str]) -> Builder<'static> {
    let names = |attributes: &[(&'static str, _)]| -> HashSet<&'static str> {
        attributes.iter().map(|&(name, _)| name).collect()
    };
    let link = HashMap::from([
        ("target", HashSet::from([LINK_TARGET])),
        ("rel", HashSet::from([LINK_REL])),
    ]);
    let mut builder = Builder::empty();
    builder
        .tags(ELEMENTS.iter().map(|element| element.name).collect())
        .clean_content_tags(HashSet::from([
            "script", "style", "svg", "math", "template",
        ]))
        .generic_attributes(names(GENERIC))
        .tag_attributes(
            ELEMENTS
                .iter()
                .map(|element| (element.name, names(element.attributes)))
                .collect(),
        )
        .tag_attribute_values(HashMap::from([("a", link.clone()), ("area", link)]))
        .url_schemes(
            ["http", "https", "mailto", "tel", "data"]
                .iter()
                .chain(schemes)
                .copied()
                .collect(),
        )
        // Images of the message and of our proxy may have relative addresses; links may not.
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None)
        .strip_comments(true)
        .attribute_filter(|_, name, value| allowed(name, value).then_some(Cow::Borrowed(value)));
    builder
}

fn allowed(name: &str, value: &str) -> bool {
    match name {
        "href" => ["http://", "https://", "mailto:", "tel:"]
            .iter()
            .any(|scheme| value.starts_with(scheme)),
        "src" | "background" => match value.split_once(',') {
            Some((head, _)) if is_data(head) => is_raster_head(head),
            _ => !is_data(value),
        },
        _ => true,
    }
}

fn is_data(value: &str) -> bool {
    let scheme = value.get(..5);
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

#[cfg(test)]
mod tests {
    use super::last_word;

    #[test]
    fn no_document_passes_for_an_image() {
        for (address, stays) in [
            ("data:image/png;base64,AAAA", true),
            ("/m/a/b/parts/2?inline=1", true),
            ("data:image/svg+xml;base64,AAAA", false),
            ("DATA:image/svg+xml,x", false),
            ("data:text/html,x", false),
            ("data:x", false),
        ] {
            let html = last_word(&format!("<img src=\"{address}\">"));
            assert_eq!(html.contains("src"), stays, "{html}");
        }
    }
}
