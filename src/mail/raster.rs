//! Pictures that are nothing but pictures, told by their first bytes. SVG is none of them: it is a
//! document that can act and fetch.

/// How many bytes tell a picture.
pub const SNIFFED: usize = 12;

/// The media type by the first [`SNIFFED`] bytes (WHATWG MIME Sniffing §6.1), for the types that
/// are shown: `image/png`, `image/jpeg`, `image/gif`, `image/webp`, `image/avif`.
pub fn sniff(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some("image/png");
    }
    if bytes.starts_with(b"\xff\xd8\xff") {
        return Some("image/jpeg");
    }
    if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        return Some("image/gif");
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some("image/webp");
    }
    if bytes.get(4..8) == Some(b"ftyp") && matches!(bytes.get(8..12), Some(b"avif" | b"avis")) {
        return Some("image/avif");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::sniff;

    #[test]
    fn types_are_told_by_magic() {
        for (bytes, expected) in [
            (&b"\x89PNG\r\n\x1a\n"[..], Some("image/png")),
            (b"\xff\xd8\xff\xe0", Some("image/jpeg")),
            (b"GIF89a", Some("image/gif")),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some("image/webp")),
            (b"\0\0\0\x20ftypavif", Some("image/avif")),
            (b"\0\0\0\x20ftypheic", None),
            (b"BM", None),
            (b"<svg", None),
            (b"<?xml version=\"1.0\"?><svg", None),
            (b"", None),
        ] {
            assert_eq!(sniff(bytes), expected);
        }
    }
}
