//! HTML to words, cheaply: for previews, where the document is cut off anyway. Nothing here is
//! ever shown as HTML.

/// Elements whose content is no text.
const SILENT: [&str; 6] = ["style", "script", "title", "head", "template", "svg"];

/// The text of a document's beginning. A tag or comment that is not closed hides what follows,
/// since only part of it is there.
pub(super) fn tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len() / 4);
    let mut rest = html;
    while let Some((text, tail)) = rest.split_once('<') {
        entities(text, &mut out);
        let Some(after) = element(tail, &mut out) else {
            return out;
        };
        rest = after;
    }
    entities(rest, &mut out);
    out
}

/// What comes after a tag (and after its content, if that is silent). `None`: nothing does.
fn element<'a>(tail: &'a str, out: &mut String) -> Option<&'a str> {
    if let Some(comment) = tail.strip_prefix("!--") {
        return comment.split_once("-->").map(|(_, after)| after);
    }
    let is_tag =
        tail.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
    if !is_tag {
        out.push('<');
        return Some(tail);
    }
    let (tag, after) = tail.split_at_checked(tag_length(tail)?)?;
    let name = tag
        .trim_start_matches('/')
        .split(|c: char| !c.is_ascii_alphanumeric())
        .next()
        .unwrap_or("")
        .to_ascii_lowercase();
    if !is_inline(&name) {
        out.push('\n');
    }
    if !tag.starts_with('/') && SILENT.contains(&name.as_str()) {
        return after_close(after, &name);
    }
    Some(after)
}

/// The length of a tag up to and with its `>`, which may stand in quotes before.
fn tag_length(tail: &str) -> Option<usize> {
    let mut quote = None;
    for (index, byte) in tail.bytes().enumerate() {
        match (byte, quote) {
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            (b'>', None) => return Some(index + 1),
            _ => {}
        }
    }
    // A stray quote must not hide the rest of the document.
    tail.find('>').map(|index| index + 1)
}

fn after_close<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = text;
    while let Some((_, tail)) = rest.split_once("</") {
        let found = tail
            .get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name));
        if found {
            return tail.split_once('>').map(|(_, after)| after);
        }
        rest = tail;
    }
    None
}

fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "cite"
            | "code"
            | "em"
            | "font"
            | "i"
            | "ins"
            | "kbd"
            | "mark"
            | "q"
            | "s"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "tt"
            | "u"
            | "var"
            | "wbr"
    )
}

/// Copies text with its character references resolved.
fn entities(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('&') {
        out.push_str(before);
        let end = tail.bytes().take(32).position(|byte| byte == b';');
        let reference = end.and_then(|end| tail.get(..end));
        match reference.and_then(|name| Some((name, resolve(name)?))) {
            Some((name, c)) => {
                out.push(c);
                rest = tail.get(name.len() + 1..).unwrap_or("");
            }
            None => {
                out.push('&');
                rest = tail;
            }
        }
    }
    out.push_str(rest);
}

fn resolve(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
        "zwnj" | "zwj" | "shy" | "lrm" | "rlm" => '\u{200c}',
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "laquo" => '«',
        "raquo" => '»',
        "hellip" => '…',
        "ndash" => '–',
        "mdash" => '—',
        "middot" => '·',
        "bull" => '•',
        "copy" => '©',
        "reg" => '®',
        "trade" => '™',
        "deg" => '°',
        "euro" => '€',
        "pound" => '£',
        "agrave" => 'à',
        "acirc" => 'â',
        "ccedil" => 'ç',
        "egrave" => 'è',
        "eacute" => 'é',
        "ecirc" => 'ê',
        "euml" => 'ë',
        "icirc" => 'î',
        "iuml" => 'ï',
        "ocirc" => 'ô',
        "ugrave" => 'ù',
        "ucirc" => 'û',
        "oelig" => 'œ',
        "Agrave" => 'À',
        "Eacute" => 'É',
        "Egrave" => 'È',
        "Ccedil" => 'Ç',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "Auml" => 'Ä',
        "Ouml" => 'Ö',
        "Uuml" => 'Ü',
        "szlig" => 'ß',
        "aring" => 'å',
        "aelig" => 'æ',
        "oslash" => 'ø',
        "ntilde" => 'ñ',
        "aacute" => 'á',
        "iacute" => 'í',
        "oacute" => 'ó',
        "uacute" => 'ú',
        "atilde" => 'ã',
        "otilde" => 'õ',
        _ => return None,
    })
}
