//! Authentication-Results (RFC 8601): what the reader's own server found out about the sender.

use crate::mail::header::{self, Field, clean::clean};

use super::domain;

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

/// What follows from them for the sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The sender's domain is not what it claims.
    Failed(Verdict),
    /// Another domain vouches for the message, and the sender's does not.
    SentBy(String),
}

/// Reads the topmost Authentication-Results field, if it comes from a trusted server, and those of
/// the same server right below it: some write one for each method. What stands below the next
/// Received, or below another server's field, came in with the message and proves nothing; the
/// server takes away what came in under its own name (RFC 8601 §5), and what it says of a method
/// stands above what it may have missed.
pub fn trusted(fields: &[Field<'_>], servers: &[String]) -> Option<Results> {
    if servers.is_empty() {
        return None;
    }
    let mut found: Option<Results> = None;
    for field in fields {
        if found.is_some() && field.name.eq_ignore_ascii_case("Received") {
            break;
        }
        if !field.name.eq_ignore_ascii_case("Authentication-Results") {
            continue;
        }
        let next = parse(field.raw);
        let is = |server: &str| server.eq_ignore_ascii_case(&next.server);
        match &mut found {
            None if servers.iter().any(|server| is(server)) => found = Some(next),
            Some(upper) if is(&upper.server) => upper.add(next),
            _ => break,
        }
    }
    found
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

    /// What they say against a sender at this domain, where DMARC would (RFC 7489 §3.1): it failed;
    /// or, where the server knows no policy, neither SPF nor DKIM passed for the domain or a related
    /// one. Of a pass that names no domain nothing is said.
    pub fn finding(&self, sender: &str) -> Option<Finding> {
        match self.of("dmarc") {
            Some(dmarc) if dmarc.result == "fail" => return Some(Finding::Failed(dmarc.clone())),
            Some(dmarc) if dmarc.result == "pass" => return None,
            _ => {}
        }
        let passed = |method: &'static str| {
            let all = self.verdicts.iter();
            all.filter(move |verdict| verdict.method == method && verdict.result == "pass")
        };
        // A signature says more than the address that the message was handed over from.
        let mut vouching = passed("dkim").chain(passed("spf")).peekable();
        if vouching.peek().is_none() {
            let failed = self.verdicts.iter().find(|verdict| {
                matches!(verdict.method.as_str(), "spf" | "dkim")
                    && matches!(
                        verdict.result.as_str(),
                        "fail" | "hardfail" | "softfail" | "permerror"
                    )
            });
            return failed.cloned().map(Finding::Failed);
        }
        let domains: Option<Vec<String>> = vouching.map(Verdict::domain).collect();
        let domains = domains?;
        if domains.iter().any(|one| domain::is_related(one, sender)) {
            return None;
        }
        let first = domains.into_iter().next();
        first.map(|one| Finding::SentBy(domain::display(&one)))
    }

    /// The server has looked for signatures, and none of them holds.
    pub fn has_no_signature(&self) -> bool {
        let all = self.verdicts.iter();
        let mut signatures = all.filter(|verdict| verdict.method == "dkim").peekable();
        signatures.peek().is_some() && signatures.all(|verdict| verdict.result != "pass")
    }

    /// What a field below says of methods that this one is silent about.
    fn add(&mut self, below: Self) {
        let more: Vec<Verdict> = below
            .verdicts
            .into_iter()
            .filter(|verdict| self.of(&verdict.method).is_none())
            .collect();
        let room = MAX_RESULTS.saturating_sub(self.verdicts.len());
        self.verdicts.extend(more.into_iter().take(room));
    }

    fn of(&self, method: &str) -> Option<&Verdict> {
        self.verdicts
            .iter()
            .find(|verdict| verdict.method == method)
    }
}

impl Verdict {
    /// Whose signature it was, or whose address the message was handed over from.
    fn domain(&self) -> Option<String> {
        let names: &[&str] = match self.method.as_str() {
            "dkim" => &["header.d", "header.i"],
            _ => &["smtp.mailfrom", "smtp.mail", "smtp.helo"],
        };
        let value = |name: &&str| {
            let found = self.properties.iter().find(|(own, _)| own == name);
            found.map(|(_, value)| value.as_str())
        };
        let domain = |value: &str| {
            let domain = value.rsplit_once('@').map_or(value, |(_, domain)| domain);
            let domain = domain.trim_matches(['<', '>', '.']).to_lowercase();
            let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
            let is_one = !domain.is_empty() && domain.len() <= 255 && domain.chars().all(fits);
            is_one.then_some(domain)
        };
        names.iter().filter_map(value).find_map(domain)
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
