//! Reads the tokens of one response, tolerantly and without copying what needs no unescaping.
//!
//! A list is kept as a flat run of tokens rather than as a tree of allocations: nothing recurses
//! on what a server nests, neither while reading nor while dropping.

use std::borrow::Cow;

mod lexer;
#[cfg(test)]
mod tests;

pub(super) use lexer::{ItemName, Malformed, Reader};

/// The most tokens that one value may have; an ENVELOPE with 30,000 recipients has half of them.
const TOKENS: usize = 300_000;

/// One value, with all that lies within it when it is a list.
#[derive(Debug, Default)]
pub(super) struct Value<'a> {
    tokens: Vec<Token<'a>>,
}

#[derive(Debug, PartialEq, Eq)]
enum Token<'a> {
    Nil,
    Atom(&'a [u8]),
    Text(Cow<'a, [u8]>),
    /// A list, and how many of the tokens that follow lie in it.
    List(usize),
}

/// A value or one element of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node<'v> {
    /// NIL, not in quotes.
    Nil,
    /// A number, flag or keyword.
    Atom(&'v [u8]),
    /// A quoted string (unescaped) or a literal.
    Text(&'v [u8]),
    /// A parenthesised list.
    List(Nodes<'v>),
}

/// The elements of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Nodes<'v> {
    tokens: &'v [Token<'v>],
}

impl<'a> Value<'a> {
    /// Reads the next value.
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        reader.expect_value()?;
        // An ENVELOPE with a recipient or two, or a BODYSTRUCTURE of two parts.
        let mut tokens = Vec::with_capacity(64);
        // The innermost list that is open. Until a list closes, its token says which one is around
        // it, with one added, so that 0 is none.
        let (mut innermost, mut depth) = (0, 0);
        loop {
            if tokens.len() >= TOKENS {
                reader.leave(depth)?;
                return Err(Malformed);
            }
            match reader.lexeme()? {
                lexer::Lexeme::Open => {
                    tokens.push(Token::List(innermost));
                    innermost = tokens.len();
                    depth += 1;
                }
                lexer::Lexeme::Close => {
                    let within = tokens.len().saturating_sub(innermost);
                    let start = innermost.checked_sub(1).ok_or(Malformed)?;
                    let Some(Token::List(around)) = tokens.get_mut(start) else {
                        return Err(Malformed);
                    };
                    innermost = std::mem::replace(around, within);
                    depth -= 1;
                }
                lexer::Lexeme::Nil => tokens.push(Token::Nil),
                lexer::Lexeme::Atom(atom) => tokens.push(Token::Atom(atom)),
                lexer::Lexeme::Text(text) => tokens.push(Token::Text(text)),
            }
            if innermost == 0 {
                return Ok(Self { tokens });
            }
        }
    }

    /// The value itself.
    pub(super) fn node(&self) -> Node<'_> {
        let mut nodes = Nodes {
            tokens: &self.tokens,
        };
        nodes.next().unwrap_or(Node::Nil)
    }

    /// Its elements; none when it is no list.
    pub(super) fn list(&self) -> Nodes<'_> {
        self.node().list().unwrap_or_default()
    }
}

impl<'v> Node<'v> {
    /// The elements, if it is a list.
    pub(super) fn list(self) -> Option<Nodes<'v>> {
        match self {
            Self::List(nodes) => Some(nodes),
            _ => None,
        }
    }

    /// The bytes of a string or an atom; `None` for NIL and for lists.
    pub(super) fn bytes(self) -> Option<&'v [u8]> {
        match self {
            Self::Atom(bytes) | Self::Text(bytes) => Some(bytes),
            Self::Nil | Self::List(_) => None,
        }
    }

    /// The same as text, whatever is not UTF-8 replaced; for words of the protocol.
    pub(super) fn word(self) -> Option<String> {
        self.bytes()
            .map(|b| String::from_utf8_lossy(b).into_owned())
    }

    /// A number that fits; `None` for anything else.
    pub(super) fn number(self) -> Option<u64> {
        number(self.bytes()?)
    }

    /// Is this NIL?
    pub(super) fn is_nil(self) -> bool {
        matches!(self, Self::Nil)
    }
}

impl<'v> Iterator for Nodes<'v> {
    type Item = Node<'v>;

    fn next(&mut self) -> Option<Node<'v>> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(match first {
            Token::Nil => Node::Nil,
            Token::Atom(atom) => Node::Atom(atom),
            Token::Text(text) => Node::Text(text),
            Token::List(within) => {
                let (list, after) = rest.split_at_checked(*within).unwrap_or((rest, &[]));
                self.tokens = after;
                Node::List(Nodes { tokens: list })
            }
        })
    }
}

impl<'v> Nodes<'v> {
    /// The strings and atoms of a flat list as text.
    pub(super) fn words(self) -> Vec<String> {
        self.filter_map(Node::word).collect()
    }

    /// True when no element is left.
    pub(super) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }
}

/// An unsigned decimal number; `None` when it is empty, signed, too large or anything else.
pub(super) fn number(bytes: &[u8]) -> Option<u64> {
    if bytes.is_empty() {
        return None;
    }
    bytes.iter().try_fold(0_u64, |value, byte| {
        let digit = byte.is_ascii_digit().then(|| byte - b'0')?;
        value.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

/// The same for what RFC 9051 keeps in 32 bits: UIDs, sequence numbers, counts.
pub(super) fn number32(bytes: &[u8]) -> Option<u32> {
    number(bytes)?.try_into().ok()
}
