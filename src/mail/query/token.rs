//! The tokens of a search.

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Open,
    Close,
    Or,
    And,
    Not,
    /// A field with a bracket right behind it, which is the next token.
    Group(String),
    Term(Term),
}

/// A word or phrase, perhaps with a field before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Term {
    /// What stands before the colon, lower case, if it names a field.
    pub(super) field: Option<String>,
    /// What is asked for, quotes and escapes resolved.
    pub(super) value: String,
    /// There were quotes.
    quoted: bool,
}

/// Searches longer than this are cut.
const MAX_BYTES: usize = 8 * 1024;

/// Cuts a search into tokens. `is_field` tells which words before a colon are fields.
pub(super) fn tokens(text: &str, is_field: impl Fn(&str) -> bool) -> Vec<Token> {
    let text = text
        .get(..text.floor_char_boundary(MAX_BYTES))
        .unwrap_or(text);
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() || c.is_control() => {}
            '(' => tokens.push(Token::Open),
            ')' => tokens.push(Token::Close),
            '-' if chars
                .peek()
                .is_some_and(|next| !next.is_whitespace() && *next != '-') =>
            {
                tokens.push(Token::Not);
            }
            c => {
                let mut term = Term::default();
                let mut next = Some(c);
                while let Some(c) = next {
                    term.take(c, &mut chars, &is_field);
                    let ends =
                        |c: &char| c.is_whitespace() || c.is_control() || matches!(c, '(' | ')');
                    next = chars.next_if(|c| !ends(c));
                }
                tokens.push(term.token(chars.peek() == Some(&'(')));
            }
        }
    }
    tokens
}

impl Term {
    /// A word, a colon and something: a field that there is not.
    pub(super) fn is_like_a_field(&self) -> bool {
        let Some((name, value)) = self.value.split_once(':') else {
            return false;
        };
        let named = !name.is_empty() && name.chars().all(|c| c.is_alphabetic() || c == '_');
        let within = !value.is_empty() && !value.starts_with("//") && !value.starts_with(':');
        !self.quoted && self.field.is_none() && named && within && name != "mailto"
    }

    fn take(
        &mut self,
        c: char,
        chars: &mut std::iter::Peekable<std::str::Chars<'_>>,
        is_field: &impl Fn(&str) -> bool,
    ) {
        match c {
            '"' => {
                self.quoted = true;
                while let Some(c) = chars.next() {
                    match c {
                        '"' => break,
                        '\\' => self
                            .value
                            .extend(chars.next_if(|c| matches!(c, '"' | '\\')).or(Some('\\'))),
                        c if c.is_control() => self.value.push(' '),
                        c => self.value.push(c),
                    }
                }
            }
            ':' if self.field.is_none() && !self.quoted && is_field(&self.value.to_lowercase()) => {
                self.field = Some(std::mem::take(&mut self.value).to_lowercase());
            }
            c => self.value.push(c),
        }
    }

    fn token(self, before_bracket: bool) -> Token {
        match (&self.field, self.value.as_str()) {
            _ if self.quoted => Token::Term(self),
            (Some(field), "") if before_bracket => Token::Group(field.clone()),
            (None, "OR" | "OU" | "|" | "||") => Token::Or,
            (None, "AND" | "ET" | "&" | "&&") => Token::And,
            (None, "NOT" | "NON" | "SAUF") => Token::Not,
            _ => Token::Term(self),
        }
    }
}
