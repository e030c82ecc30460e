//! The style sheet of a letter as the sanitiser has written it, taken apart again.

use std::collections::HashMap;

use cssparser::{
    AtRuleParser, CowRcStr, ParseError, Parser, ParserState, QualifiedRuleParser, StyleSheetParser,
};

use super::selector::{self, Selector};
use crate::mail::html::tree::{NodeId, Tree};

/// Widths of the window, in pixels, at which a letter counts as read.
const NARROWEST: f32 = 700.0;
const WIDEST: f32 = 4_000.0;

/// When the rules of a block apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum When {
    /// At all widths from [`NARROWEST`] to [`WIDEST`].
    Always,
    /// At some of them, or depending on something else.
    Sometimes,
    Never,
}

/// A rule with one of its selectors.
#[derive(Debug)]
pub(super) struct Rule {
    selector: Selector,
    pub(super) when: When,
    /// As written, separated by `;`.
    pub(super) declarations: std::rc::Rc<str>,
}

/// The rules by what the last part of their selector asks for, so that few are tried.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    rules: Vec<Rule>,
    index: HashMap<String, Vec<usize>>,
}

impl Sheet {
    /// Takes a sheet apart; what it can't read the sanitiser has not written.
    pub(super) fn read(css: &str) -> Sheet {
        let mut sheet = Sheet::default();
        read(&mut Parser::new(css), When::Always, &mut sheet.rules);
        for (at, rule) in sheet.rules.iter().enumerate() {
            let key = rule.selector.compounds.last().map(|last| {
                let class = last.classes.first().map(|class| format!(".{class}"));
                let id = last.id.as_ref().map(|id| format!("#{id}"));
                id.or(class).or(last.element.clone()).unwrap_or_default()
            });
            sheet
                .index
                .entry(key.unwrap_or_default())
                .or_default()
                .push(at);
        }
        sheet
    }

    /// True when it has no rules.
    pub(super) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rules that apply to an element, the strongest last.
    pub(super) fn of(&self, tree: &Tree, id: NodeId, budget: &mut u32) -> Vec<&Rule> {
        let mut keys = vec![String::new()];
        keys.extend(tree.element_name(id).map(str::to_owned));
        keys.extend(tree.attribute(id, "id").map(|id| format!("#{id}")));
        let classes = tree.attribute(id, "class").unwrap_or_default();
        keys.extend(
            classes
                .split_ascii_whitespace()
                .map(|class| format!(".{class}")),
        );
        keys.sort();
        keys.dedup();
        let tried = keys.iter().filter_map(|key| self.index.get(key)).flatten();
        let mut found: Vec<(usize, &Rule)> = tried
            .filter_map(|&at| Some((at, self.rules.get(at)?)))
            .filter(|(_, rule)| rule.selector.selects(tree, id, budget))
            .collect();
        found.sort_by_key(|(at, rule)| (rule.selector.specificity, *at));
        found.into_iter().map(|(_, rule)| rule).collect()
    }
}

fn read(input: &mut Parser<'_>, when: When, rules: &mut Vec<Rule>) {
    let mut reader = Rules { when, rules };
    // Each item adds what it holds.
    let _ = StyleSheetParser::new(input, &mut reader).count();
}

struct Rules<'r> {
    when: When,
    rules: &'r mut Vec<Rule>,
}

impl<'i> QualifiedRuleParser<'i> for Rules<'_> {
    type Prelude = Vec<Selector>;
    type QualifiedRule = ();
    type Error = ();

    fn parse_prelude(&mut self, input: &mut Parser<'i>) -> Result<Vec<Selector>, ParseError<()>> {
        Ok(selector::selectors(input))
    }

    fn parse_block(
        &mut self,
        selectors: Vec<Selector>,
        _start: &ParserState,
        input: &mut Parser<'i>,
    ) -> Result<(), ParseError<()>> {
        let start = input.position();
        while input.next().is_ok() {}
        let declarations: std::rc::Rc<str> = input.slice_from(start).into();
        let when = self.when;
        self.rules
            .extend(selectors.into_iter().map(|selector| Rule {
                selector,
                when,
                declarations: declarations.clone(),
            }));
        Ok(())
    }
}

impl<'i> AtRuleParser<'i> for Rules<'_> {
    type Prelude = When;
    type AtRule = ();
    type Error = ();

    fn parse_prelude(
        &mut self,
        _name: CowRcStr<'i>,
        input: &mut Parser<'i>,
    ) -> Result<When, ParseError<()>> {
        let start = input.position();
        while input.next().is_ok() {}
        Ok(when(input.slice_from(start)))
    }

    fn parse_block(
        &mut self,
        when: When,
        _start: &ParserState,
        input: &mut Parser<'i>,
    ) -> Result<(), ParseError<()>> {
        let when = when.max(self.when);
        if when != When::Never {
            read(input, when, self.rules);
        }
        Ok(())
    }
}

/// When one of several queries holds.
fn when(queries: &str) -> When {
    let queries = queries.split(',').map(query);
    queries.min().unwrap_or(When::Never)
}

fn query(query: &str) -> When {
    let query = query.trim();
    if let Some(other) = query.strip_prefix("not ") {
        return match self::query(other) {
            When::Always => When::Never,
            When::Sometimes => When::Sometimes,
            When::Never => When::Always,
        };
    }
    let parts = query.split(" and ").map(|part| {
        let part = part.trim().trim_matches(['(', ')']);
        let (name, value) = part.split_once(':').unwrap_or((part, ""));
        match (name, pixels(value)) {
            ("screen" | "all", _) => When::Always,
            ("print", _) => When::Never,
            ("min-width" | "min-device-width", Some(width)) => at_least(width),
            ("max-width" | "max-device-width", Some(width)) => match at_least(width) {
                When::Always => When::Never,
                When::Sometimes => When::Sometimes,
                When::Never => When::Always,
            },
            _ => When::Sometimes,
        }
    });
    parts.max().unwrap_or(When::Sometimes)
}

fn at_least(width: f32) -> When {
    if width <= NARROWEST {
        When::Always
    } else if width <= WIDEST {
        When::Sometimes
    } else {
        When::Never
    }
}

/// `600px` as a number; other absolute units too.
fn pixels(value: &str) -> Option<f32> {
    let digits = value.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: f32 = digits.parse().ok()?;
    let factor = match value.get(digits.len()..)? {
        "px" => 1.0,
        "em" | "rem" => 16.0,
        "pt" => 4.0 / 3.0,
        "in" => 96.0,
        "cm" => 37.8,
        "mm" => 3.78,
        _ => return None,
    };
    Some(number * factor)
}

#[cfg(test)]
mod tests {
    use super::{When, when};

    #[test]
    fn conditions_are_weighed_for_a_window() {
        let cases = [
            ("(max-width:600px)", When::Never),
            ("screen and (max-width:600px)", When::Never),
            ("(min-width:1px)", When::Always),
            ("(min-width:600px)", When::Always),
            ("(min-width:1000px)", When::Sometimes),
            ("(max-width:1000px)", When::Sometimes),
            ("(min-width:1px) and (max-width:9000px)", When::Always),
            ("(max-width:600px),(min-width:1px)", When::Always),
            ("print", When::Never),
            ("not print", When::Always),
            ("not screen", When::Never),
            ("(orientation:landscape)", When::Sometimes),
            ("(min-width:40em)", When::Always),
        ];
        for (query, expected) in cases {
            assert_eq!(when(query), expected, "{query}");
        }
    }
}
