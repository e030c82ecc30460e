//! The charset that an HTML document claims for itself.

/// How far into a document a `<meta>` is looked for; browsers look at 1024 bytes.
const WINDOW: usize = 4096;

/// Finds `charset=…` in a `<meta>` or an XML declaration near the beginning. UTF-16 and UTF-7
/// can't be what the bytes are in if the claim was readable (WHATWG HTML §13.2.3.2).
pub(super) fn sniff(bytes: &[u8]) -> Option<String> {
    let start = bytes.get(..bytes.len().min(WINDOW))?.to_ascii_lowercase();
    let text = String::from_utf8_lossy(&start);
    let label = text
        .split('<')
        .filter(|tag| tag.starts_with("meta") || tag.starts_with("?xml"))
        .filter_map(|tag| tag.split_once('>').map(|(inside, _)| inside))
        .find_map(claim)?;
    let is_possible = !label.starts_with("utf-16") && !label.starts_with("utf-7");
    is_possible.then_some(label)
}

fn claim(tag: &str) -> Option<String> {
    let (_, value) = tag
        .split_once("charset")
        .or_else(|| tag.split_once("encoding"))?;
    let value = value.trim_start().strip_prefix('=')?;
    let value = value.trim_start_matches(['"', '\'', ' ', '\t', '\r', '\n']);
    let end = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ':' | '.');
    let label = value.split(end).next()?;
    (!label.is_empty()).then(|| label.to_owned())
}
