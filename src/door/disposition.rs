//! Content-Disposition: a file's name as browsers and programs are told it.

use axum::http::HeaderValue;

/// RFC 6266: the name in ASCII for old browsers, and as it is for the others.
pub(crate) fn named(disposition: &str, name: &str) -> HeaderValue {
    let plain: String = name
        .chars()
        .map(|c| match c {
            '"' | '\\' | '%' => '_',
            ' '..='~' => c,
            _ => '_',
        })
        .collect();
    let mut extended = String::new();
    for octet in name.bytes() {
        match octet {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                extended.push(char::from(octet));
            }
            _ => extended.push_str(&format!("%{octet:02X}")),
        }
    }
    let value = format!("{disposition}; filename=\"{plain}\"; filename*=UTF-8''{extended}");
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_can_not_leave_their_header() {
        assert_eq!(
            named("attachment", "a\"b\r\nX: y é.pdf"),
            "attachment; filename=\"a_b__X: y _.pdf\"; filename*=UTF-8''a%22b%0D%0AX%3A%20y%20%C3%A9.pdf"
        );
    }
}
