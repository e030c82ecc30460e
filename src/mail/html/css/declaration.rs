//! Lists of declarations: the inside of `{…}` and of `style` attributes.

use cssparser::{
    AtRuleParser, CowRcStr, DeclarationParser, ParseError, Parser, ParserState,
    QualifiedRuleParser, RuleBodyItemParser, RuleBodyParser, Token,
};

use super::{
    Css,
    property::{self, Kind},
    value::Refused,
};

/// Declarations in one list.
const MAX_DECLARATIONS: usize = 500;
/// A box that lies at least this many pixels off the page was put there to hide it.
const OFF_THE_PAGE: f32 = 400.0;

/// What a list of declarations applies to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// Elements of the letter.
    #[default]
    Element,
    /// `html` or `body`.
    Page,
    /// Elements in a state that the reader brings about, such as `:hover`. An image here would
    /// tell its sender where the mouse is.
    Touched,
}

impl Css<'_> {
    /// The declarations that may stay, separated by `;`.
    pub(super) fn declarations(&mut self, input: &mut Parser<'_>, place: Place) -> String {
        let mut list = List {
            css: self,
            place,
            written: String::new(),
            lifted: false,
            away: false,
        };
        // Each item writes what it lets through; errors are items that do not.
        let _ = RuleBodyParser::new(input, &mut list)
            .take(MAX_DECLARATIONS)
            .count();
        if list.lifted && list.away {
            // It was hidden by its place, which it no longer has.
            list.write("display", "none", true);
        }
        list.written
    }
}

struct List<'c, 'a> {
    css: &'c mut Css<'a>,
    place: Place,
    written: String,
    /// Taken out of the flow by `position`.
    lifted: bool,
    /// Put off the page.
    away: bool,
}

impl List<'_, '_> {
    fn write(&mut self, name: &str, value: &str, important: bool) {
        if !self.written.is_empty() {
            self.written.push(';');
        }
        self.written.push_str(name);
        self.written.push(':');
        self.written.push_str(value);
        if important {
            self.written.push_str("!important");
        }
    }

    fn declaration(
        &mut self,
        name: &str,
        kind: Kind,
        input: &mut Parser<'_>,
    ) -> Result<(), Refused> {
        if kind == Kind::Tall && self.place == Place::Page {
            return Err(Refused);
        }
        if kind == Kind::Offset {
            let start = input.state();
            while let Ok(token) = input.next() {
                if let Token::Dimension { value, .. } = token {
                    self.away |= *value <= -OFF_THE_PAGE;
                }
            }
            input.reset(&start);
        }
        let mut value = String::new();
        let important = self
            .css
            .value(kind, self.place == Place::Touched, input, &mut value)?;
        if kind == Kind::Position && !matches!(value.as_str(), "static" | "relative") {
            self.lifted |= matches!(value.as_str(), "absolute" | "fixed");
            return Err(Refused);
        }
        self.write(name, &value, important);
        Ok(())
    }
}

impl<'i> DeclarationParser<'i> for List<'_, '_> {
    type Declaration = ();
    type Error = ();

    fn parse_value(
        &mut self,
        name: CowRcStr<'i>,
        input: &mut Parser<'i>,
        _start: &ParserState,
    ) -> Result<(), ParseError<()>> {
        let name = name.to_ascii_lowercase();
        property::kind(&name)
            .ok_or(Refused)
            .and_then(|kind| self.declaration(&name, kind, input))
            .map_err(|Refused| ParseError::unexpected_token())
    }
}

impl<'i> AtRuleParser<'i> for List<'_, '_> {
    type Prelude = ();
    type AtRule = ();
    type Error = ();
}

impl<'i> QualifiedRuleParser<'i> for List<'_, '_> {
    type Prelude = ();
    type QualifiedRule = ();
    type Error = ();
}

impl<'i> RuleBodyItemParser<'i, (), ()> for List<'_, '_> {
    fn parse_declarations(&self) -> bool {
        true
    }

    fn parse_qualified(&self) -> bool {
        false
    }
}
