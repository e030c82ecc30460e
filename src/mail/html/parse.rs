//! From text to tree, within bounds: our scanner feeds html5ever's tree builder token by token,
//! so that misnested markup comes out as in a browser, and stops as soon as a bound is passed.

use std::borrow::Cow;

use html5ever::{
    Attribute, LocalName, QualName,
    interface::QuirksMode,
    ns,
    tendril::StrTendril,
    tokenizer::{
        self, Tag, TagKind, TokenSink, TokenSinkResult,
        states::{Rawtext, Rcdata},
    },
    tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink},
};

use super::{
    entity, policy,
    scan::{Raw, Scanner, Token},
    tree::{NodeId, Sink, Tree},
};

/// Longer texts are not parsed, in bytes.
pub(super) const MAX_BYTES: usize = 2 * 1024 * 1024;
/// Tags, each counted as often as it lies deep: that many elements may be looked through for it.
/// A newsletter of 1 MiB comes to some 200,000.
const MAX_WORK: usize = 10_000_000;

/// Parses `html`; `None` when it is too big, too deep or has tags with too many attributes.
pub(super) fn parse(html: &str) -> Option<Tree> {
    if html.len() > MAX_BYTES {
        return None;
    }
    let html = normalise(html);
    let builder = TreeBuilder::new(
        Sink::new(),
        TreeBuilderOpts {
            scripting_enabled: false,
            // The result is shown in a document with a doctype, so quirks would be undone there.
            iframe_srcdoc: true,
            drop_doctype: true,
            quirks_mode: QuirksMode::NoQuirks,
            ..TreeBuilderOpts::default()
        },
    );
    let mut scanner = Scanner::new(&html);
    let mut escaped = true;
    let mut work = 0;
    while let Some(token) = scanner.next() {
        match token {
            Token::Comment => {}
            Token::Text(text) => {
                let text = if escaped {
                    entity::decode(text, false)
                } else {
                    Cow::Borrowed(text)
                };
                send(
                    &builder,
                    tokenizer::CharacterTokens(StrTendril::from(&*text)),
                );
                escaped = true;
            }
            Token::Start { name, self_closing } => {
                work += usize::from(builder.sink.depth()) + 1;
                let tag = start_tag(name, self_closing, scanner.attributes());
                let raw = send(&builder, tokenizer::TagToken(tag));
                escaped = !matches!(raw, Some(Raw::Verbatim | Raw::Forever));
                if let Some(raw) = raw {
                    scanner.raw(raw, name);
                }
            }
            Token::End(name) => {
                work += usize::from(builder.sink.depth()) + 1;
                escaped = true;
                send(&builder, tokenizer::TagToken(end_tag(name)));
            }
        }
        if builder.sink.too_big() || scanner.too_many_attributes() || work > MAX_WORK {
            return None;
        }
    }
    send(&builder, tokenizer::EOFToken);
    builder.end();
    (!builder.sink.too_big()).then(|| builder.sink.finish())
}

/// Line ends as LF, no NUL, no byte order mark in front: parsers differ about these.
pub(super) fn normalise(html: &str) -> Cow<'_, str> {
    let html = html.trim_start_matches('\u{feff}');
    if html.contains(['\r', '\0']) {
        Cow::Owned(
            html.replace("\r\n", "\n")
                .replace('\r', "\n")
                .replace('\0', ""),
        )
    } else {
        Cow::Borrowed(html)
    }
}

/// Hands a token on, and returns how the text after it is to be read.
fn send(builder: &TreeBuilder<NodeId, Sink>, token: tokenizer::Token) -> Option<Raw> {
    match builder.process_token(token, 1) {
        TokenSinkResult::Continue | TokenSinkResult::EncodingIndicator(_) => None,
        // A script has ended.
        TokenSinkResult::Script(_) => None,
        TokenSinkResult::Plaintext => Some(Raw::Forever),
        TokenSinkResult::RawData(Rcdata) => Some(Raw::Escapable),
        TokenSinkResult::RawData(Rawtext | _) => Some(Raw::Verbatim),
    }
}

fn start_tag(name: &str, self_closing: bool, written: &[(&str, &str)]) -> Tag {
    let mut attributes: Vec<Attribute> = Vec::new();
    for &(name, value) in written {
        let name = lower(name);
        // Others are never read, so they need not be carried through the tree.
        if !policy::is_read(&name) {
            continue;
        }
        let name = QualName::new(None, ns!(), LocalName::from(&*name));
        if attributes.iter().any(|before| before.name == name) {
            continue;
        }
        let value = StrTendril::from(&*entity::decode(value, true));
        attributes.push(Attribute { name, value });
    }
    Tag {
        kind: TagKind::StartTag,
        name: LocalName::from(&*lower(name)),
        self_closing,
        attrs: attributes,
        had_duplicate_attributes: false,
    }
}

fn end_tag(name: &str) -> Tag {
    Tag {
        kind: TagKind::EndTag,
        name: LocalName::from(&*lower(name)),
        self_closing: false,
        attrs: Vec::new(),
        had_duplicate_attributes: false,
    }
}

fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

#[cfg(test)]
mod tests;
