//! Authentication-Results (RFC 8601): what the reader's own server found out about the sender.

use crate::mail::header::{self, Field, clean::clean};

/// More results than a server reports.
const MAX_RESULTS: usize = 64;

/// One field, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results {
    /// Who checked.
    pub server: String,
    /// What was found, in order.
    pub verdicts: Vec<Verdict>,
}

/// The outcome of one method.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// `dmarc`, `dkim`, `spf`, `arc` …, lower case.
    pub method: String,
    /// `pass`, `fail`, `none` …, lower case.
    pub result: String,
    /// Properties such as `header.from`, lower case, with their values.
    pub properties: Vec<(String, String)>,
}

/// Reads the topmost Authentication-Results field, if it comes from a trusted server. Those below
/// it prove nothing: the sender may have written them.
pub fn trusted(fields: &[Field<'_>], servers: &[String]) -> Option<Results> {
    let results = parse(header::first(fields, "Authentication-Results")?);
    let is_trusted = servers
        .iter()
        .any(|server| server.eq_ignore_ascii_case(&results.server));
    is_trusted.then_some(results)
}

/// Reads a field's value. What can't be read is left out.
pub fn parse(raw: &[u8]) -> Results {
    let mut results = Results::default();
    for (index, tokens) in statements(raw).into_iter().enumerate() {
        if index == 0 {
            results.server = tokens.into_iter().next().unwrap_or_default();
            continue;
        }
        if results.verdicts.len() == MAX_RESULTS {
            break;
        }
        results.verdicts.extend(verdict(&tokens));
    }
    results
}

impl Results {
    /// The result of a method; the first when there are several.
    pub fn result(&self, method: &str) -> Option<&str> {
        self.of(method).map(|verdict| verdict.result.as_str())
    }

    /// What shows that the sender's domain is not what it claims: DMARC failed; or, where the
    /// server knows no DMARC policy, SPF or DKIM failed and neither of them passed.
    pub fn failure(&self) -> Option<&Verdict> {
        match self.result("dmarc") {
            Some("fail") => return self.of("dmarc"),
            Some("pass") => return None,
            _ => {}
        }
        let passed = |method: &str| {
            self.verdicts
                .iter()
                .any(|verdict| verdict.method == method && verdict.result == "pass")
        };
        if passed("spf") || passed("dkim") {
            return None;
        }
        self.verdicts.iter().find(|verdict| {
            matches!(verdict.method.as_str(), "spf" | "dkim")
                && matches!(
                    verdict.result.as_str(),
                    "fail" | "hardfail" | "softfail" | "permerror"
                )
        })
    }

    fn of(&self, method: &str) -> Option<&Verdict> {
        self.verdicts
            .iter()
            .find(|verdict| verdict.method == method)
    }
}

/// `method[/version]=result [reason=…] [type.property=value …]`.
fn verdict(tokens: &[String]) -> Option<Verdict> {
    // White space around = is allowed, so the tokens are put together first.
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut rest = tokens.iter().peekable();
    while let Some(token) = rest.next() {
        if rest.peek().is_some_and(|next| *next == "=") {
            rest.next();
            let value = rest.next().cloned().unwrap_or_default();
            pairs.push((token.to_ascii_lowercase(), value));
        }
    }
    let mut pairs = pairs.into_iter();
    let (method, result) = pairs.next()?;
    Some(Verdict {
        method: method
            .split('/')
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned(),
        result: result.to_ascii_lowercase(),
        properties: pairs.take(MAX_RESULTS).collect(),
    })
}

/// Splits at semicolons into tokens; comments are dropped, `=` is a token of its own.
fn statements(raw: &[u8]) -> Vec<Vec<String>> {
    let text = clean(&String::from_utf8_lossy(&header::unfold(raw)));
    let mut statements = vec![Vec::new()];
    let mut token = String::new();
    let mut depth = 0_usize;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if depth > 0 => {
                chars.next();
            }
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '"' => {
                let mut escaped = false;
                for c in chars.by_ref() {
                    match c {
                        '\\' if !escaped => escaped = true,
                        '"' if !escaped => break,
                        c => {
                            token.push(c);
                            escaped = false;
                        }
                    }
                }
            }
            ';' | '=' | ' ' => {
                let done = std::mem::take(&mut token);
                let Some(statement) = statements.last_mut() else {
                    break;
                };
                statement.extend((!done.is_empty()).then_some(done));
                match c {
                    '=' => statement.push("=".to_owned()),
                    ';' => statements.push(Vec::new()),
                    _ => {}
                }
            }
            c => token.push(c),
        }
    }
    if let Some(statement) = statements.last_mut()
        && !token.is_empty()
    {
        statement.push(token);
    }
    statements
}
