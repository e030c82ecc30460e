//! Addresses in letters: where links may lead, and which images may be fetched.

use std::cell::Cell;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use url::Url;

use super::{Options, Remote};
use crate::mail::raster;

/// Longer addresses are left out, in bytes (`data:` images excepted).
const MAX_LENGTH: usize = 8 * 1024;

/// Decides about images, and counts those that stay unloaded.
pub(super) struct Images<'a> {
    options: &'a Options<'a>,
    blocked: Cell<u32>,
}

impl<'a> Images<'a> {
    /// Nothing is blocked yet.
    pub(super) fn new(options: &'a Options<'a>) -> Self {
        Images {
            options,
            blocked: Cell::new(0),
        }
    }

    /// How many images on other hosts were left out.
    pub(super) fn blocked(&self) -> u32 {
        self.blocked.get()
    }

    /// What to write in place of the address `raw`, if the image may be shown.
    pub(super) fn resolve(&self, raw: &str) -> Option<String> {
        let address = clean(raw);
        let scheme = address.split_once(':').map(|(scheme, _)| scheme);
        if scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("cid")) {
            let (_, id) = address.split_once(':')?;
            return (self.options.cid)(&percent_decode(id));
        }
        if scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("data")) {
            return is_raster_data(&address).then_some(address);
        }
        let url = absolute(&address)?;
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        match self.options.remote {
            Remote::Block => {
                self.blocked.set(self.blocked.get().saturating_add(1));
                None
            }
            Remote::Proxy(proxy) => proxy(url.as_str()),
            Remote::Keep => Some(url.into()),
        }
    }
}

/// Where a link may lead: http, https, mailto and tel, always in full.
pub(crate) fn link(raw: &str) -> Option<String> {
    let address = clean(raw);
    let mut url = match address.get(..4) {
        Some(www) if www.eq_ignore_ascii_case("www.") => absolute(&format!("http://{address}")),
        _ => absolute(&address),
    }?;
    match url.scheme() {
        "http" | "https" => {
            // `https://bank.example@evil.example/` reads as one place and leads to another.
            url.set_username("").ok()?;
            url.set_password(None).ok()?;
            Some(url.into())
        }
        "mailto" | "tel" => Some(url.into()),
        _ => None,
    }
}

fn absolute(address: &str) -> Option<Url> {
    if address.len() > MAX_LENGTH {
        return None;
    }
    if address.starts_with("//") {
        return Url::parse(&format!("https:{address}")).ok();
    }
    Url::parse(address).ok()
}

/// As browsers do: no white space or controls around, no tabs or line ends within.
fn clean(raw: &str) -> String {
    raw.trim_matches(|character: char| character <= ' ')
        .chars()
        .filter(|character| !matches!(character, '\t' | '\n' | '\r'))
        .collect()
}

/// `data:` with a raster image in base64, by its type and by its first bytes.
fn is_raster_data(address: &str) -> bool {
    let Some((head, data)) = address.split_once(',') else {
        return false;
    };
    let text = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    // Four characters are three bytes.
    let first = data.get(..raster::SNIFFED / 3 * 4).unwrap_or(data);
    let first = BASE64.decode(first).unwrap_or_default();
    is_raster_head(head) && data.bytes().all(text) && raster::sniff(&first).is_some()
}

/// What stands before the comma of such an address.
pub(super) fn is_raster_head(head: &str) -> bool {
    [
        "data:image/png;base64",
        "data:image/jpeg;base64",
        "data:image/jpg;base64",
        "data:image/gif;base64",
        "data:image/webp;base64",
        "data:image/avif;base64",
    ]
    .iter()
    .any(|known| known.eq_ignore_ascii_case(head))
}

/// `image%40host` as `image@host` (RFC 2392 §2).
fn percent_decode(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let digits = (byte == b'%')
            .then(|| Some((hex(ahead.next()?)?, hex(ahead.next()?)?)))
            .flatten();
        match digits {
            Some((high, low)) => {
                decoded.push(high << 4 | low);
                bytes = ahead;
            }
            None => decoded.push(byte),
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn hex(byte: u8) -> Option<u8> {
    u8::try_from(char::from(byte).to_digit(16)?).ok()
}

#[cfg(test)]
mod tests {
    use super::{Images, link};
    use crate::mail::html::{Options, Remote};

    #[test]
    fn links_are_absolute_and_of_four_schemes() {
        let cases = [
            (
                "https://example.org/a?b=c#d",
                Some("https://example.org/a?b=c#d"),
            ),
            (" HTTP://Example.ORG ", Some("http://example.org/")),
            ("ht\ntps://example.org/", Some("https://example.org/")),
            ("//example.org/x", Some("https://example.org/x")),
            ("www.example.org/x", Some("http://www.example.org/x")),
            (
                "mailto:anna@example.org?subject=x",
                Some("mailto:anna@example.org?subject=x"),
            ),
            ("tel:+33123456789", Some("tel:+33123456789")),
            (
                "https://bank.example@evil.example/",
                Some("https://evil.example/"),
            ),
            ("https:example.org", Some("https://example.org/")),
            ("/inbox", None),
            ("#top", None),
            ("?x", None),
            ("", None),
            ("javascript:alert(1)", None),
            ("java\tscript:alert(1)", None),
            ("\u{1}javascript:alert(1)", None),
            ("\u{a0}javascript:alert(1)", None),
            ("JaVaScRiPt:alert(1)", None),
            ("vbscript:x", None),
            ("data:text/html,x", None),
            ("file:///etc/passwd", None),
            ("ftp://example.org/", None),
            ("blob:https://example.org/x", None),
            ("view-source:https://example.org/", None),
            ("cid:x", None),
            ("https://", None),
        ];
        for (raw, expected) in cases {
            assert_eq!(link(raw).as_deref(), expected, "{raw:?}");
        }
    }

    #[test]
    fn images_come_from_the_message_or_through_the_proxy() {
        let cid = |id: &str| (id == "logo@example.org").then(|| "/parts/2".to_owned());
        let proxy = |url: &str| Some(format!("/image?u={url}"));
        let cases = [
            (
                "cid:logo@example.org",
                Some("/parts/2"),
                Some("/parts/2"),
                0,
            ),
            (
                "CID:logo%40example.org",
                Some("/parts/2"),
                Some("/parts/2"),
                0,
            ),
            ("cid:other", None, None, 0),
            ("cid://h", None, None, 0),
            (
                "http://t.example/p.gif",
                None,
                Some("/image?u=http://t.example/p.gif"),
                1,
            ),
            (
                "//t.example/p.gif",
                None,
                Some("/image?u=https://t.example/p.gif"),
                1,
            ),
            ("\\\\t.example\\p.gif", None, None, 0),
            (
                "http:t.example",
                None,
                Some("/image?u=http://t.example/"),
                1,
            ),
            (
                "http://127.0.0.1/",
                None,
                Some("/image?u=http://127.0.0.1/"),
                1,
            ),
            (
                "data:image/png;base64,iVBORw0KGgoAAAAN",
                Some("data:image/png;base64,iVBORw0KGgoAAAAN"),
                Some("data:image/png;base64,iVBORw0KGgoAAAAN"),
                0,
            ),
            (
                "DATA:image/GIF;base64,R0lGODlhAQAB",
                Some("DATA:image/GIF;base64,R0lGODlhAQAB"),
                Some("DATA:image/GIF;base64,R0lGODlhAQAB"),
                0,
            ),
            // `<svg xmlns=` and `<html>`, under the name of a raster image.
            ("data:image/png;base64,PHN2ZyB4bWxucz0i", None, None, 0),
            ("data:image/gif;base64,PGh0bWw+PGJvZHk+", None, None, 0),
            ("data:image/png;base64,AAAA", None, None, 0),
            ("data:image/png;base64,", None, None, 0),
            ("data:image/svg+xml;base64,iVBORw0KGgoAAAAN", None, None, 0),
            ("data:image/svg+xml,<svg>", None, None, 0),
            (
                "data:image/png;base64;x=image/svg+xml,iVBORw0KGgoAAAAN",
                None,
                None,
                0,
            ),
            ("data:;base64,iVBORw0KGgoAAAAN", None, None, 0),
            (
                "data:image/png;base64,iVBORw0KGgoAAAAN);background:url(//h",
                None,
                None,
                0,
            ),
            ("data:image/svg+xml;base64,AAAA", None, None, 0),
            ("data:image/png,<svg", None, None, 0),
            ("data:image/png;base64,x);background:url(//h", None, None, 0),
            ("data:text/html;base64,AAAA", None, None, 0),
            ("javascript:alert(1)", None, None, 0),
            ("logo.png", None, None, 0),
            ("ftp://t.example/p.gif", None, None, 0),
        ];
        for (raw, blocked, proxied, count) in cases {
            let options = Options {
                cid: &cid,
                remote: Remote::Block,
                boxes: false,
                dark: false,
            };
            let images = Images::new(&options);
            assert_eq!(images.resolve(raw).as_deref(), blocked, "{raw}");
            assert_eq!(images.blocked(), count, "{raw}");
            let options = Options {
                cid: &cid,
                remote: Remote::Proxy(&proxy),
                boxes: false,
                dark: false,
            };
            let images = Images::new(&options);
            assert_eq!(images.resolve(raw).as_deref(), proxied, "{raw}");
            assert_eq!(images.blocked(), 0, "{raw}");
        }
    }
}
