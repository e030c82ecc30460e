//! Character references (WHATWG HTML §13.2.5.72): `&amp;`, `&nbsp`, `&#8212;`, `&#x2014;`.

use std::borrow::Cow;

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// The longest name in the table, with its semicolon.
const LONGEST_NAME: usize = 32;
/// The longest name that also stands without a semicolon (`&frac14`, `&Ccedil`, `&yacute`).
const LONGEST_BARE_NAME: usize = 6;

/// Decodes the references in `text`. In an attribute a name without semicolon stays as it is
/// when `=` or a letter follows, so that `?a=1&copy=2` survives.
pub(super) fn decode(text: &str, in_attribute: bool) -> Cow<'_, str> {
    let Some(first) = text.find('&') else {
        return Cow::Borrowed(text);
    };
    let mut decoded = String::with_capacity(text.len());
    let (before, mut rest) = text.split_at_checked(first).unwrap_or((text, ""));
    decoded.push_str(before);
    while !rest.is_empty() {
        let after = rest.strip_prefix('&').unwrap_or(rest);
        match reference(after, in_attribute, &mut decoded) {
            Some(past) => rest = past,
            None => {
                decoded.push('&');
                rest = after;
            }
        }
        let plain = rest.find('&').unwrap_or(rest.len());
        let (text, more) = rest.split_at_checked(plain).unwrap_or((rest, ""));
        decoded.push_str(text);
        rest = more;
    }
    Cow::Owned(decoded)
}

/// Reads the reference after an `&`, and returns what follows it.
fn reference<'a>(after: &'a str, in_attribute: bool, decoded: &mut String) -> Option<&'a str> {
    if let Some(number) = after.strip_prefix('#') {
        return numeric(number, decoded);
    }
    let length = after
        .bytes()
        .take(LONGEST_NAME)
        .position(|byte| !byte.is_ascii_alphanumeric())
        .unwrap_or(after.len().min(LONGEST_NAME));
    if let Some((name, rest)) = after.split_at_checked(length + 1)
        && name.ends_with(';')
        && push_named(name, decoded)
    {
        return Some(rest);
    }
    for shorter in (2..=length.min(LONGEST_BARE_NAME)).rev() {
        let (name, rest) = after.split_at_checked(shorter)?;
        let next = rest.bytes().next();
        if in_attribute && next.is_some_and(|byte| byte == b'=' || byte.is_ascii_alphanumeric()) {
            continue;
        }
        if push_named(name, decoded) {
            return Some(rest);
        }
    }
    None
}

fn push_named(name: &str, decoded: &mut String) -> bool {
    // The table holds the beginnings of names as well, as (0, 0).
    let Some(&(first, second)) = NAMED_ENTITIES.get(name) else {
        return false;
    };
    let characters = [first, second].map(|code| char::from_u32(code).filter(|&c| c != '\0'));
    decoded.extend(characters.into_iter().flatten());
    first != 0
}

/// After `&#`.
fn numeric<'a>(after: &'a str, decoded: &mut String) -> Option<&'a str> {
    let (radix, digits) = match after.strip_prefix(['x', 'X']) {
        Some(digits) => (16, digits),
        None => (10, after),
    };
    let length = digits
        .bytes()
        .position(|byte| !char::from(byte).is_digit(radix))
        .unwrap_or(digits.len());
    let (number, rest) = digits.split_at_checked(length)?;
    if number.is_empty() {
        return None;
    }
    let code = u32::from_str_radix(number.trim_start_matches('0'), radix).unwrap_or(
        if number.bytes().all(|byte| byte == b'0') {
            0
        } else {
            u32::MAX
        },
    );
    decoded.push(character(code));
    Some(rest.strip_prefix(';').unwrap_or(rest))
}

/// Windows-1252 is what mail means by the numbers 128 to 159.
fn character(code: u32) -> char {
    let replaced = code.checked_sub(0x80).and_then(|at| {
        C1_REPLACEMENTS
            .get(usize::try_from(at).ok()?)
            .copied()
            .flatten()
    });
    replaced
        .or(char::from_u32(code))
        .filter(|&character| character != '\0')
        .unwrap_or('\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn references_decode_as_in_a_browser() {
        let cases = [
            ("plain", false, "plain"),
            ("a&amp;b", false, "a&b"),
            ("&lt;&GT;&quot;", false, "<>\""),
            ("&nbsp;x&nbspx", false, "\u{a0}x\u{a0}x"),
            ("&notit; &notin;", false, "\u{ac}it; \u{2209}"),
            ("&#65;&#x41;&#X41;&#65", false, "AAAA"),
            ("&#150;&#x80;", false, "\u{2013}\u{20ac}"),
            (
                "&#0;&#xD800;&#99999999999;",
                false,
                "\u{fffd}\u{fffd}\u{fffd}",
            ),
            ("&#; &#x; & &; &zzz;", false, "&#; &#x; & &; &zzz;"),
            ("?a=1&copy=2&lt=3&lt;", true, "?a=1&copy=2&lt=3<"),
            ("&copy", true, "\u{a9}"),
            ("&NotEqualTilde;", false, "\u{2242}\u{338}"),
            ("&é&", false, "&é&"),
            ("&CounterClockwiseContourIntegral;", false, "\u{2233}"),
        ];
        for (text, in_attribute, expected) in cases {
            assert_eq!(decode(text, in_attribute), expected, "{text}");
        }
    }
}
