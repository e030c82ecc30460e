//! Selectors: types, classes, ids, a few attributes and states. What a selector can't say simply
//! is left out, and with it the rules that would run for minutes over a long letter.

mod attribute;

use cssparser::{ParseError, Parser, Token, parse_nth, serialize_name};

use self::attribute::attribute;
use super::declaration::Place;
use crate::mail::html::names;

/// Selectors in one list.
const MAX_SELECTORS: usize = 100;
/// Simple selectors and combinators in one selector.
const MAX_PARTS: usize = 24;

/// A selector list that may stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Selectors {
    /// As it is written.
    pub(super) written: String,
    /// What its rule applies to; the strictest of the list.
    pub(super) place: Place,
}

/// Reads a selector list, leaving out the selectors that may not stay; an error when none does.
pub(super) fn selectors(input: &mut Parser<'_>) -> Result<Selectors, ParseError<()>> {
    let mut list = Selectors::default();
    let mut count = 0;
    loop {
        count += 1;
        let mut one = One::default();
        let end = one.read(input);
        if let Ok(End::Comma | End::Input) = end
            && let Some(written) = one.finish()
        {
            if !list.written.is_empty() {
                list.written.push(',');
            }
            list.written.push_str(&written);
            list.place = stricter(list.place, one.place);
        }
        match end {
            Ok(End::Input) => break,
            Ok(End::Comma) if count < MAX_SELECTORS => {}
            Ok(End::Comma) => {
                skip(input, |_| false);
                break;
            }
            Err(_) => {
                if !skip(input, |token| *token == Token::Comma) {
                    break;
                }
            }
        }
    }
    if list.written.is_empty() {
        return Err(ParseError::unexpected_token());
    }
    Ok(list)
}

/// Goes on to just behind the token for which `stop` holds; false at the end.
fn skip(input: &mut Parser<'_>, stop: impl Fn(&Token<'_>) -> bool) -> bool {
    while let Ok(token) = input.next() {
        if stop(token) {
            return true;
        }
    }
    false
}

fn stricter(one: Place, other: Place) -> Place {
    match (one, other) {
        (Place::Touched, _) | (_, Place::Touched) => Place::Touched,
        (Place::Page, _) | (_, Place::Page) => Place::Page,
        _ => Place::Element,
    }
}

/// What ended a selector.
enum End {
    Comma,
    Input,
}

/// One selector while it is read.
#[derive(Default)]
struct One {
    written: String,
    /// `html` or `body`, until it is known that no class or id follows: those two carry theirs
    /// on an element within.
    page: Option<&'static str>,
    combinator: Option<char>,
    parts: usize,
    place: Place,
    /// Whether the compound selector that is being read has any part yet.
    begun: bool,
}

impl One {
    fn read(&mut self, input: &mut Parser<'_>) -> Result<End, ParseError<()>> {
        input.skip_whitespace();
        while let Ok(token) = input.next_including_whitespace() {
            let token = token.clone();
            self.parts += 1;
            if self.parts > MAX_PARTS {
                return Err(ParseError::unexpected_token());
            }
            match token {
                Token::Comma => return Ok(End::Comma),
                Token::WhiteSpace(_) => self.combine(' '),
                Token::Delim(sign @ ('>' | '+' | '~')) if self.can_combine() => {
                    self.combine(sign);
                }
                Token::Ident(name) if !self.begun => self.element(&name)?,
                Token::Delim('*') if !self.begun => self.part("*"),
                Token::Delim('.') => {
                    let name = match input.next_including_whitespace()? {
                        Token::Ident(name) => name.clone(),
                        _ => return Err(ParseError::unexpected_token()),
                    };
                    self.named('.', &name)?;
                }
                Token::IDHash(name) => self.named('#', &name)?,
                Token::Colon => self.state(input)?,
                Token::SquareBracketBlock => {
                    let attribute = input.parse_nested_block(attribute)?;
                    self.part(&attribute);
                }
                _ => return Err(ParseError::unexpected_token()),
            }
        }
        Ok(End::Input)
    }

    /// The selector, if it ends in a compound.
    fn finish(&mut self) -> Option<String> {
        if matches!(self.combinator, Some('>' | '+' | '~')) {
            return None;
        }
        if self.begun {
            self.flush_page();
        }
        if self.page_is_subject() && self.place == Place::Element {
            self.place = Place::Page;
        }
        (!self.written.is_empty()).then(|| std::mem::take(&mut self.written))
    }

    fn page_is_subject(&self) -> bool {
        let last = self.written.rsplit([' ', '>', '+', '~']).next();
        matches!(last, Some("html" | "body"))
    }

    fn can_combine(&self) -> bool {
        (self.begun || self.combinator == Some(' ')) && !self.written_is_empty()
    }

    fn written_is_empty(&self) -> bool {
        self.written.is_empty() && self.page.is_none()
    }

    fn combine(&mut self, sign: char) {
        if self.written_is_empty() {
            return;
        }
        self.flush_page();
        if sign != ' ' || self.begun {
            self.combinator = Some(sign);
        }
        self.begun = false;
    }

    fn flush_page(&mut self) {
        if let Some(page) = self.page.take() {
            self.flush_combinator();
            self.written.push_str(page);
        }
    }

    fn flush_combinator(&mut self) {
        if let Some(sign) = self.combinator.take() {
            self.written.push(sign);
        }
    }

    fn element(&mut self, name: &str) -> Result<(), ParseError<()>> {
        let name = name.to_ascii_lowercase();
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(ParseError::unexpected_token());
        }
        match name.as_str() {
            "html" => self.page = Some("html"),
            "body" => self.page = Some("body"),
            _ => self.part(&name),
        }
        self.begun = true;
        Ok(())
    }

    fn part(&mut self, part: &str) {
        self.flush_page();
        self.flush_combinator();
        self.written.push_str(part);
        self.begun = true;
    }

    fn named(&mut self, sign: char, name: &str) -> Result<(), ParseError<()>> {
        if name.contains('<') {
            return Err(ParseError::unexpected_token());
        }
        self.page = None;
        self.flush_combinator();
        self.written.push(sign);
        // Writing to a String cannot fail.
        let _ = serialize_name(&names::prefixed(name), &mut self.written);
        self.begun = true;
        Ok(())
    }

    /// After a colon.
    fn state(&mut self, input: &mut Parser<'_>) -> Result<(), ParseError<()>> {
        let token = input.next_including_whitespace()?.clone();
        match token {
            Token::Colon => {
                let name = input.expect_ident()?.to_ascii_lowercase();
                if !is_pseudo_element(&name) {
                    return Err(ParseError::unexpected_token());
                }
                self.part(&format!("::{name}"));
            }
            Token::Ident(name) => {
                let name = name.to_ascii_lowercase();
                match name.as_str() {
                    "hover" | "active" | "focus" | "focus-within" | "visited" => {
                        self.place = Place::Touched;
                    }
                    "link" | "first-child" | "last-child" | "only-child" | "first-of-type"
                    | "last-of-type" | "only-of-type" | "empty" => {}
                    _ if is_pseudo_element(&name) => {}
                    _ => return Err(ParseError::unexpected_token()),
                }
                self.part(&format!(":{name}"));
            }
            Token::Function(name) => {
                let name = name.to_ascii_lowercase();
                if !matches!(
                    name.as_str(),
                    "nth-child" | "nth-last-child" | "nth-of-type" | "nth-last-of-type"
                ) {
                    return Err(ParseError::unexpected_token());
                }
                let (a, b) =
                    input.parse_nested_block(|input| Ok::<_, ParseError<()>>(parse_nth(input)?))?;
                self.part(&format!(":{name}({a}n{b:+})"));
            }
            _ => return Err(ParseError::unexpected_token()),
        }
        Ok(())
    }
}

fn is_pseudo_element(name: &str) -> bool {
    matches!(name, "before" | "after" | "first-line" | "first-letter")
}
