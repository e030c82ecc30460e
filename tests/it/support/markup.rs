//! Reads pages with a browser's tokenizer: elements, attributes, text.

use std::cell::RefCell;

use html5ever::{
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, CharacterTokens, EndTag, StartTag, TagToken, Token, TokenSink,
        TokenSinkResult, Tokenizer, TokenizerOpts,
    },
};

/// A start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
}

impl Tag {
    /// An attribute's value; empty when absent.
    pub(crate) fn get(&self, name: &str) -> &str {
        let attribute = self.attributes.iter().find(|(known, _)| known == name);
        attribute.map_or("", |(_, value)| value)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|(known, _)| known == name)
    }
}

enum Piece {
    Start(Tag),
    End(String),
    Text(String),
}

#[derive(Default)]
struct Sink(RefCell<Vec<Piece>>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let piece = match token {
            TagToken(tag) if tag.kind == StartTag => Piece::Start(Tag {
                name: tag.name.to_string(),
                attributes: tag
                    .attrs
                    .iter()
                    .map(|one| (one.name.local.to_string(), one.value.to_string()))
                    .collect(),
            }),
            TagToken(tag) if tag.kind == EndTag => Piece::End(tag.name.to_string()),
            CharacterTokens(text) => Piece::Text(text.to_string()),
            _ => return TokenSinkResult::Continue,
        };
        self.0.borrow_mut().push(piece);
        TokenSinkResult::Continue
    }
}

fn pieces(html: &str) -> Vec<Piece> {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

/// All start tags.
pub(crate) fn tags(html: &str) -> Vec<Tag> {
    let tags = pieces(html).into_iter().filter_map(|piece| match piece {
        Piece::Start(tag) => Some(tag),
        _ => None,
    });
    tags.collect()
}

/// All text, with single spaces. The marks that keep names from turning the text around them
/// are left out.
pub(crate) fn words(html: &str) -> String {
    let text: String = pieces(html)
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            _ => " ",
        })
        .collect();
    let text = text.replace(['\u{2068}', '\u{2069}'], "");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of each element with this class.
pub(crate) fn texts_of(html: &str, class: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut open: Option<(String, usize)> = None;
    for piece in pieces(html) {
        open = match (piece, open) {
            (Piece::Start(tag), None) => {
                let is_it = tag.get("class").split(' ').any(|one| one == class);
                is_it.then(|| {
                    found.push(String::new());
                    (tag.name, 1)
                })
            }
            (Piece::Start(tag), Some((name, depth))) => {
                let deeper = usize::from(tag.name == name);
                Some((name, depth + deeper))
            }
            (Piece::End(end), Some((name, depth))) if end == name => {
                (depth > 1).then(|| (name, depth - 1))
            }
            (Piece::Text(text), Some(inside)) => {
                found.last_mut().unwrap().push_str(&text);
                Some(inside)
            }
            (_, unchanged) => unchanged,
        };
    }
    found
}

/// What a browser would send of the first form with this class: names and values, in order.
/// Buttons and files are not among them.
pub(crate) fn controls(html: &str, class: &str) -> Vec<(String, String)> {
    let is_it = |tag: &Tag| tag.name == "form" && tag.get("class") == class;
    let inside = pieces(html)
        .into_iter()
        .skip_while(|piece| !matches!(piece, Piece::Start(tag) if is_it(tag)))
        .take_while(|piece| !matches!(piece, Piece::End(name) if name == "form"));
    let mut found: Vec<(String, String)> = Vec::new();
    let mut area = false;
    // The select that is open, and whether one of its options is chosen.
    let mut select: Option<(String, bool)> = None;
    for piece in inside {
        match piece {
            Piece::Start(tag) if tag.name == "input" && !tag.get("name").is_empty() => {
                let kind = tag.get("type");
                let sent = match kind {
                    "file" | "submit" => false,
                    "checkbox" | "radio" => tag.has("checked"),
                    _ => true,
                };
                if sent {
                    let name = tag.get("name").to_owned();
                    found.push((name, tag.get("value").to_owned()));
                }
            }
            Piece::Start(tag) if tag.name == "textarea" => {
                found.push((tag.get("name").to_owned(), String::new()));
                area = true;
            }
            Piece::End(name) if name == "textarea" => {
                // The line break after the tag is not part of it.
                let (_, text) = found.last_mut().unwrap();
                if let Some(rest) = text.strip_prefix('\n') {
                    *text = rest.to_owned();
                }
                area = false;
            }
            Piece::Text(text) if area => found.last_mut().unwrap().1.push_str(&text),
            Piece::Start(tag) if tag.name == "select" => {
                select = Some((tag.get("name").to_owned(), false));
            }
            Piece::End(name) if name == "select" => select = None,
            Piece::Start(tag) if tag.name == "option" => {
                if let Some((name, chosen)) = &mut select
                    && !name.is_empty()
                {
                    let is_first = found.last().is_none_or(|(last, _)| last != name);
                    if is_first {
                        found.push((name.clone(), tag.get("value").to_owned()));
                    } else if tag.has("selected") && !*chosen {
                        tag.get("value")
                            .clone_into(&mut found.last_mut().unwrap().1);
                    }
                    *chosen |= tag.has("selected");
                }
            }
            _ => {}
        }
    }
    found
}

#[test]
fn forms_are_filled_in_as_browsers_do() {
    let html = "<form class=x><input name=a value=1><input type=checkbox name=b value=1>\
        <input type=checkbox name=b value=2 checked><textarea name=c>\n&lt;p>\n</textarea>\
        <select name=d><option value=1><option value=2 selected></select>\
        <input type=file name=e><button name=f value=1></form><input name=g>";
    let sent = controls(html, "x");
    let sent: Vec<(&str, &str)> = sent.iter().map(|(a, b)| (&**a, &**b)).collect();
    assert_eq!(sent, [("a", "1"), ("b", "2"), ("c", "<p>\n"), ("d", "2")]);
}

#[test]
fn markup_is_read_as_browsers_do() {
    let html = "<p class='a b' title=\"&quot;>&lt;\">x &amp; <b>y</b></p><p class=b>z</p>";
    assert_eq!(tags(html)[0].get("title"), "\"><");
    assert_eq!(tags(html).len(), 3);
    assert_eq!(words(html), "x & y z");
    assert_eq!(texts_of(html, "b"), ["x & y", "z"]);
}
