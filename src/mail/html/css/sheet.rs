//! Rules of style sheets: style rules and `@media`, nothing else.

use cssparser::{
    AtRuleParser, CowRcStr, ParseError, Parser, ParserState, QualifiedRuleParser, StyleSheetParser,
};

use super::{
    Css, MAX_RULES, MAX_SHEET,
    media::Condition,
    selector::{self, Selectors},
};

/// `@media` may stand in `@media` this often.
const MAX_MEDIA: u8 = 4;

impl Css<'_> {
    /// Writes the rules that `input` holds and that may stay.
    pub(super) fn rules(&mut self, input: &mut Parser<'_>, media: u8) {
        let mut rules = Rules { css: self, media };
        let mut parser = StyleSheetParser::new(input, &mut rules);
        while parser.next().is_some() {
            if parser.parser.full() {
                break;
            }
        }
    }
}

struct Rules<'c, 'a> {
    css: &'c mut Css<'a>,
    media: u8,
}

impl Rules<'_, '_> {
    fn full(&self) -> bool {
        self.css.rules >= MAX_RULES || self.css.sheet.len() >= MAX_SHEET
    }
}

impl<'i> QualifiedRuleParser<'i> for Rules<'_, '_> {
    type Prelude = Selectors;
    type QualifiedRule = ();
    type Error = ();

    fn parse_prelude(&mut self, input: &mut Parser<'i>) -> Result<Selectors, ParseError<()>> {
        self.css.rules += 1;
        selector::selectors(input)
    }

    fn parse_block(
        &mut self,
        selectors: Selectors,
        _start: &ParserState,
        input: &mut Parser<'i>,
    ) -> Result<(), ParseError<()>> {
        let declarations = self.css.declarations(input, selectors.place);
        if !declarations.is_empty() {
            let sheet = &mut self.css.sheet;
            for part in [&selectors.written, "{", &declarations, "}"] {
                sheet.push_str(part);
            }
        }
        Ok(())
    }
}

impl<'i> AtRuleParser<'i> for Rules<'_, '_> {
    type Prelude = Condition;
    type AtRule = ();
    type Error = ();

    fn parse_prelude(
        &mut self,
        name: CowRcStr<'i>,
        input: &mut Parser<'i>,
    ) -> Result<Condition, ParseError<()>> {
        self.css.rules += 1;
        if !name.eq_ignore_ascii_case("media") || self.media >= MAX_MEDIA {
            return Err(ParseError::unexpected_token());
        }
        Ok(self.css.media(input))
    }

    fn parse_block(
        &mut self,
        condition: Condition,
        _start: &ParserState,
        input: &mut Parser<'i>,
    ) -> Result<(), ParseError<()>> {
        let before = self.css.sheet.len();
        match condition {
            Condition::Never => {}
            Condition::Always => self.css.rules(input, self.media + 1),
            Condition::When(query) => {
                for part in ["@media ", &query, "{"] {
                    self.css.sheet.push_str(part);
                }
                let start = self.css.sheet.len();
                self.css.rules(input, self.media + 1);
                self.css.close_block(before, start);
            }
        }
        Ok(())
    }
}
