//! Names that a letter gives to its elements: prefixed, so that they can't stand for a name of
//! the page around it, nor for one of the document's own (`<img name="body">`).

/// Put before every class, id and name of a letter.
pub(super) const PREFIX: &str = "m_";
/// Longer names are cut.
const MAX_NAME: usize = 100;
/// Classes of one element.
const MAX_CLASSES: usize = 40;

/// The name with our prefix, which is never put there twice.
pub(super) fn prefixed(name: &str) -> String {
    let bare = name.strip_prefix(PREFIX).unwrap_or(name);
    let mut prefixed = String::from(PREFIX);
    prefixed.extend(bare.chars().take(MAX_NAME));
    prefixed
}

/// Each of the names between white space with our prefix.
pub(super) fn all_prefixed(names: &str) -> String {
    let mut all = String::with_capacity(names.len() + 8);
    for name in names.split_ascii_whitespace().take(MAX_CLASSES) {
        if !all.is_empty() {
            all.push(' ');
        }
        all.push_str(&prefixed(name));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{all_prefixed, prefixed};

    #[test]
    fn names_get_one_prefix() {
        assert_eq!(prefixed("body"), "m_body");
        assert_eq!(prefixed("m_body"), "m_body");
        assert_eq!(all_prefixed(" a  b\tm_c "), "m_a m_b m_c");
        assert_eq!(prefixed(&"x".repeat(500)).len(), 102);
    }
}
