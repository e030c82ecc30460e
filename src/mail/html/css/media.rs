//! Media queries: widths, heights, orientation, resolution. Whether the page is dark is known
//! when the letter is prepared, so that question is answered here and not left to the browser.

use cssparser::{Parser, Token};

use super::Css;

/// What a media query comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    Always,
    Never,
    When(String),
}

/// Queries in one list.
const MAX_QUERIES: usize = 20;

impl Css<'_> {
    /// Reads a list of media queries. One that is not understood never holds.
    pub(super) fn media(&self, input: &mut Parser<'_>) -> Condition {
        let mut held = Vec::new();
        let mut always = false;
        let queries = input.parse_comma_separated(|input| {
            let query = self.query(input);
            // What is left of a query that was not understood.
            while input.next().is_ok() {}
            Ok::<_, cssparser::ParseError<()>>(query)
        });
        for query in queries.unwrap_or_default().into_iter().take(MAX_QUERIES) {
            match query {
                Condition::Always => always = true,
                Condition::Never => {}
                Condition::When(query) => held.push(query),
            }
        }
        if always {
            Condition::Always
        } else if held.is_empty() {
            Condition::Never
        } else {
            Condition::When(held.join(","))
        }
    }

    fn query(&self, input: &mut Parser<'_>) -> Condition {
        let mut parts: Vec<String> = Vec::new();
        let mut negated = false;
        let mut expects_and = false;
        while let Ok(token) = input.next() {
            let part = match token.clone() {
                Token::Ident(word) => match word.to_ascii_lowercase().as_str() {
                    "and" if expects_and => {
                        expects_and = false;
                        continue;
                    }
                    "only" if parts.is_empty() && !negated => continue,
                    "not" if parts.is_empty() && !negated => {
                        negated = true;
                        continue;
                    }
                    medium @ ("all" | "screen" | "print") if parts.is_empty() && !expects_and => {
                        Condition::When(medium.to_owned())
                    }
                    _ => return Condition::Never,
                },
                Token::ParenthesisBlock if !expects_and => {
                    let feature = input.parse_nested_block(|input| {
                        Ok::<_, cssparser::ParseError<()>>(self.feature(input))
                    });
                    feature.unwrap_or(Condition::Never)
                }
                _ => return Condition::Never,
            };
            expects_and = true;
            match part {
                Condition::Never => return Condition::Never,
                // `not` would turn our own answer round, too.
                Condition::Always if negated => return Condition::Never,
                Condition::Always => {}
                Condition::When(part) => parts.push(part),
            }
        }
        let all_media = matches!(parts.as_slice(), [medium] if medium == "all");
        if negated {
            match parts.as_slice() {
                [medium, ..] if !medium.starts_with('(') => {
                    Condition::When(format!("not {}", parts.join(" and ")))
                }
                _ => Condition::Never,
            }
        } else if parts.is_empty() || all_media {
            Condition::Always
        } else {
            Condition::When(parts.join(" and "))
        }
    }

    /// The inside of `(…)`.
    fn feature(&self, input: &mut Parser<'_>) -> Condition {
        let read = || -> Option<Condition> {
            let name = input.expect_ident().ok()?.to_ascii_lowercase();
            if name == "prefers-color-scheme" {
                input.expect_colon().ok()?;
                let scheme = input.expect_ident().ok()?;
                let holds = scheme.eq_ignore_ascii_case(if self.dark { "dark" } else { "light" });
                return Some(if holds {
                    Condition::Always
                } else {
                    Condition::Never
                });
            }
            if !is_feature(&name) {
                return None;
            }
            if input.is_exhausted() {
                return Some(Condition::When(format!("({name})")));
            }
            input.expect_colon().ok()?;
            let value = match input.next().ok()? {
                Token::Dimension { value, unit, .. } => {
                    let unit = unit.to_ascii_lowercase();
                    let known = matches!(
                        unit.as_str(),
                        "px" | "em" | "rem" | "pt" | "in" | "cm" | "mm" | "dpi" | "dppx" | "dpcm"
                    );
                    known.then(|| number(*value)).flatten()? + &unit
                }
                Token::Number { value, .. } => number(*value)?,
                Token::Ident(word)
                    if ["portrait", "landscape", "none", "hover", "reduce"]
                        .contains(&word.to_ascii_lowercase().as_str()) =>
                {
                    word.to_ascii_lowercase()
                }
                _ => return None,
            };
            input
                .is_exhausted()
                .then(|| Condition::When(format!("({name}:{value})")))
        };
        let mut read = read;
        read().unwrap_or(Condition::Never)
    }
}

fn number(value: f32) -> Option<String> {
    (0.0..=100_000.0).contains(&value).then(|| {
        let digits = format!("{value:.4}");
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        digits.to_owned()
    })
}

fn is_feature(name: &str) -> bool {
    matches!(
        name,
        "width"
            | "min-width"
            | "max-width"
            | "device-width"
            | "min-device-width"
            | "max-device-width"
            | "orientation"
            | "resolution"
            | "min-resolution"
            | "max-resolution"
            | "-webkit-min-device-pixel-ratio"
            | "-webkit-max-device-pixel-ratio"
            | "hover"
            | "prefers-reduced-motion"
    )
}
