//! Values of declarations: each token is checked, and written in one spelling.

use cssparser::{ParseError, Parser, Token};

use super::{
    Css,
    property::{self, Function, Kind},
    write::{is_format, push_escaped},
};
use crate::mail::html::{colour::Colour, dark::Role};

/// The value holds something that may not be; its declaration goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused;

impl From<Refused> for ParseError<Refused> {
    fn from(refused: Refused) -> Self {
        ParseError::custom(refused)
    }
}

/// Numbers beyond this have no use, and many digits.
const MAX_NUMBER: f32 = 1e6;

impl Css<'_> {
    /// Writes the value that `input` holds, and says whether it is `!important`. With
    /// `without_images`, addresses count as absent.
    pub(super) fn value(
        &mut self,
        kind: Kind,
        without_images: bool,
        input: &mut Parser<'_>,
        written: &mut String,
    ) -> Result<bool, Refused> {
        if kind == Kind::Shadow && self.dark {
            // On a dark page it would be a glow around light letters.
            return Err(Refused);
        }
        let mut writer = Writer {
            css: self,
            kind,
            without_images,
            written,
        };
        let important = writer.tokens(input, Within::Value)?;
        if writer.written.is_empty() {
            return Err(Refused);
        }
        if kind == Kind::Display && !property::is_display(written) {
            return Err(Refused);
        }
        if kind == Kind::Clip && written.contains("text") {
            // Letters cut out of a background: nobody knows what they are read on.
            self.backdrops = true;
        }
        Ok(important)
    }
}

/// Where a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    Value,
    Arithmetic,
    Gradient,
    /// A colour function that is only checked, not understood.
    Colour,
}

struct Writer<'c, 'a, 'w> {
    css: &'c mut Css<'a>,
    kind: Kind,
    without_images: bool,
    written: &'w mut String,
}

impl Writer<'_, '_, '_> {
    fn tokens(&mut self, input: &mut Parser<'_>, within: Within) -> Result<bool, Refused> {
        while let Ok(token) = input.next() {
            match token.clone() {
                Token::Delim('!') if within == Within::Value => {
                    let important = input.expect_ident_matching("important").is_ok();
                    let finished = input.is_exhausted();
                    return if important && finished {
                        Ok(true)
                    } else {
                        Err(Refused)
                    };
                }
                Token::Ident(name) => self.ident(&name)?,
                Token::Hash(digits) | Token::IDHash(digits) => {
                    let colour = Colour::from_hash(&digits).ok_or(Refused)?;
                    self.colour(colour)?;
                }
                Token::QuotedString(text) => self.string(&text),
                Token::Number { value, .. } => self.number(value, "")?,
                Token::Percentage { unit_value, .. } => self.number(unit_value * 100.0, "%")?,
                Token::Dimension { value, unit, .. } => {
                    let unit = unit.to_ascii_lowercase();
                    if !property::is_unit(&unit) {
                        return Err(Refused);
                    }
                    self.number(value, &unit)?;
                }
                Token::Comma => self.written.push(','),
                Token::Delim('/') => self.word("/"),
                Token::Delim(sign @ ('+' | '-' | '*')) if within == Within::Arithmetic => {
                    self.word(sign.encode_utf8(&mut [0; 4]));
                }
                Token::ParenthesisBlock if within == Within::Arithmetic => {
                    self.nested("", input, within)?;
                }
                Token::Function(name) => self.function(&name.to_ascii_lowercase(), input)?,
                Token::UnquotedUrl(address) => self.url(&address)?,
                _ => return Err(Refused),
            }
        }
        Ok(false)
    }

    /// Words are always apart, so that no two tokens can become another.
    fn word(&mut self, word: &str) {
        if !self.written.is_empty() && !self.written.ends_with([',', '(']) {
            self.written.push(' ');
        }
        self.written.push_str(word);
    }

    fn ident(&mut self, name: &str) -> Result<(), Refused> {
        let plain = |character: char| {
            character.is_ascii_alphanumeric()
                || matches!(character, '-' | '_')
                || (character > '\u{9f}' && !is_format(character))
        };
        if !name.chars().all(plain) || name.starts_with("--") {
            return Err(Refused);
        }
        if let (Some(_), Some(colour)) = (self.role(), Colour::from_name(name))
            && self.css.dark
        {
            return self.colour(colour);
        }
        if self.css.dark && self.role().is_some_and(|role| !property::suits(name, role)) {
            return Err(Refused);
        }
        self.word(name);
        Ok(())
    }

    fn number(&mut self, value: f32, unit: &str) -> Result<(), Refused> {
        // Also refuses what is not a number.
        if !(-MAX_NUMBER..=MAX_NUMBER).contains(&value) {
            return Err(Refused);
        }
        let digits = format!("{value:.4}");
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        let digits = if digits == "-0" { "0" } else { digits };
        self.word(digits);
        self.written.push_str(unit);
        Ok(())
    }

    fn string(&mut self, text: &str) {
        self.word("'");
        push_escaped(text, self.written);
        self.written.push('\'');
    }

    fn role(&self) -> Option<Role> {
        match self.kind {
            Kind::Ink => Some(Role::Ink),
            Kind::Paper | Kind::Backdrop => Some(Role::Paper),
            Kind::Edge | Kind::Shadow => Some(Role::Edge),
            _ => None,
        }
    }

    fn colour(&mut self, colour: Colour) -> Result<(), Refused> {
        let role = self.role().ok_or(Refused)?;
        let shown = self.css.shown(colour, role);
        self.word(&shown.css());
        Ok(())
    }

    fn function(&mut self, name: &str, input: &mut Parser<'_>) -> Result<(), Refused> {
        match property::function(name).ok_or(Refused)? {
            Function::Arithmetic => self.nested(name, input, Within::Arithmetic),
            Function::Gradient if self.kind == Kind::Backdrop => {
                self.nested(name, input, Within::Gradient)
            }
            Function::Gradient => Err(Refused),
            Function::Colour => {
                self.role().ok_or(Refused)?;
                let understood = input
                    .parse_nested_block(|input| self.colour_function(name, input))
                    .map_err(|_| Refused)?;
                understood.map_or(Ok(()), |colour| self.colour(colour))
            }
            Function::Url => {
                let address = input
                    .parse_nested_block(quoted_address)
                    .map_err(|_| Refused)?;
                self.url(&address)
            }
        }
    }

    /// The colour that the arguments name; `None` when they were written as they are.
    fn colour_function(
        &mut self,
        name: &str,
        input: &mut Parser<'_>,
    ) -> Result<Option<Colour>, ParseError<Refused>> {
        if let Ok(colour) = input.try_parse(|input| Colour::arguments(name, input)) {
            return Ok(Some(colour));
        }
        if self.css.dark {
            // A colour that we can't turn would stay as it is: rather none.
            return Err(Refused.into());
        }
        self.word(name);
        self.written.push('(');
        self.tokens(input, Within::Colour)?;
        self.written.push(')');
        Ok(None)
    }

    fn nested(
        &mut self,
        name: &str,
        input: &mut Parser<'_>,
        within: Within,
    ) -> Result<(), Refused> {
        self.word(name);
        self.written.push('(');
        input
            .parse_nested_block(|input| {
                self.tokens(input, within)?;
                Ok::<(), ParseError<Refused>>(())
            })
            .map_err(|_| Refused)?;
        self.written.push(')');
        Ok(())
    }

    fn url(&mut self, address: &str) -> Result<(), Refused> {
        if !matches!(self.kind, Kind::Backdrop | Kind::Marker) {
            return Err(Refused);
        }
        let resolved = if self.without_images {
            None
        } else {
            self.css.images.resolve(address)
        };
        match resolved {
            Some(address) => {
                self.css.backdrops |= self.kind == Kind::Backdrop;
                self.word("url('");
                push_escaped(&address, self.written);
                self.written.push_str("')");
            }
            // The rest of a shorthand still counts.
            None => self.word("none"),
        }
        Ok(())
    }
}

/// The one string that `url(` holds.
fn quoted_address(input: &mut Parser<'_>) -> Result<String, ParseError<()>> {
    let address = input.expect_string()?.to_string();
    input.expect_exhausted()?;
    Ok(address)
}
