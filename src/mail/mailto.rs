//! `mailto:` links (RFC 6068): what a page may put into a message, which is little (T-SMTP-1).

use url::form_urlencoded;

use super::{
    address::{self, Address},
    header::{self, clean::clean},
};

/// A longer link is cut. Browsers stop at about 2 MB, programs that make such links at 2 kB.
const MAX_URI: usize = 64 * 1024;
/// Recipients in each of the two fields.
const MAX_RECIPIENTS: usize = 100;
/// Characters of the subject; a line of a header has no more (RFC 5322 §2.1.1).
const MAX_SUBJECT: usize = 998;

/// The beginning of a message that a link asks for. Blind recipients, files and other header
/// fields are never taken from a link: who follows it would not see them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mailto {
    /// To, complete addresses only.
    pub to: Vec<Address>,
    /// Cc, the same.
    pub cc: Vec<Address>,
    /// One line; empty when the link has none.
    pub subject: String,
    /// Lines end in LF. No controls beside it and the tabulator.
    pub body: String,
}

/// Reads a link; `None` when it is no `mailto:` link. In HTML, `&amp;` is resolved before.
pub fn parse(uri: &str) -> Option<Mailto> {
    let uri = cut(uri.trim());
    let (scheme, rest) = uri.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("mailto") {
        return None;
    }
    let rest = rest.split('#').next().unwrap_or("");
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut link = Mailto::default();
    add(&mut link.to, path);
    for field in query.split('&').take(MAX_RECIPIENTS) {
        let Some((name, value)) = field.split_once('=') else {
            continue;
        };
        match decode(name).to_ascii_lowercase().as_str() {
            "to" => add(&mut link.to, value),
            "cc" => add(&mut link.cc, value),
            "subject" if link.subject.is_empty() => {
                link.subject = clean(&decode(value)).chars().take(MAX_SUBJECT).collect();
            }
            // Several add up to one text (RFC 6068 §2 leaves it open).
            "body" => {
                if !link.body.is_empty() {
                    link.body.push('\n');
                }
                link.body.push_str(&lines(&decode(value)));
            }
            _ => {}
        }
    }
    Some(link)
}

/// Commas part addresses where they stand as such; an encoded one belongs to an address.
fn add(list: &mut Vec<Address>, written: &str) {
    for one in written.split(',').take(MAX_RECIPIENTS) {
        let decoded = decode(one);
        if decoded.contains(['\r', '\n']) {
            continue;
        }
        for address in header::addresses(decoded.as_bytes()) {
            let key = address::key(&address.email);
            let is_new = list.iter().all(|known| address::key(&known.email) != key);
            if address.is_complete() && is_new && list.len() < MAX_RECIPIENTS {
                list.push(address);
            }
        }
    }
}

/// `%C3%A9` as `é`; `+` is itself, unlike in forms (RFC 6068 §5).
fn decode(text: &str) -> String {
    let text = text
        .replace('+', "%2B")
        .replace('&', "%26")
        .replace('=', "%3D");
    form_urlencoded::parse(text.as_bytes())
        .map(|(name, _)| name.into_owned())
        .next()
        .unwrap_or_default()
}

fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let shown = |c: &char| matches!(c, '\n' | '\t') || !c.is_control();
    text.chars().filter(shown).collect()
}

fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_URI)).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MAX_SUBJECT, parse};

    fn emails(list: &[super::Address]) -> Vec<&str> {
        list.iter().map(|address| address.email.as_str()).collect()
    }

    #[test]
    fn links_say_four_things() {
        let link = parse(
            "MAILTO:anna@example.org,%22b%2Cc%22@example.org?cc=d+x@example.org&subject=caf%C3%A9+1\
             &body=one%0D%0Atwo&bcc=spy@evil.example&attach=/etc/passwd&to=e@example.org\
             &Cc=d+x@example.org&X-Mailer=x&from=f@example.org",
        )
        .unwrap();
        assert_eq!(
            emails(&link.to),
            ["anna@example.org", "\"b,c\"@example.org", "e@example.org"]
        );
        assert_eq!(emails(&link.cc), ["d+x@example.org"]);
        assert_eq!(link.subject, "café+1");
        assert_eq!(link.body, "one\ntwo");
    }

    #[test]
    fn headers_have_no_line_ends() {
        let link = parse(
            "mailto:a@example.org%0D%0ABcc:spy@evil.example?subject=x%0D%0ABcc:%20spy@evil.example",
        )
        .unwrap();
        assert!(link.to.is_empty());
        assert_eq!(link.subject, "x Bcc: spy@evil.example");
    }

    #[test]
    fn other_links_are_none() {
        for uri in [
            "",
            "mailto",
            "https://example.org",
            "a@example.org",
            "mail:to",
        ] {
            assert_eq!(parse(uri), None, "{uri}");
        }
        assert!(parse("mailto:").unwrap().to.is_empty());
        assert!(parse("mailto:nobody").unwrap().to.is_empty());
    }

    proptest! {
        #[test]
        fn nothing_in_a_link_leaves_its_field(rest in ".*") {
            let link = parse(&format!("mailto:{rest}")).unwrap();
            prop_assert!(!link.subject.contains(char::is_control));
            prop_assert!(link.subject.chars().count() <= MAX_SUBJECT);
            prop_assert!(!link.body.contains(['\r', '\0']));
            for address in link.to.iter().chain(&link.cc) {
                prop_assert!(address.is_complete());
            }
        }
    }
}
