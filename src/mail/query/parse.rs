//! From tokens to a filter.

use super::{
    Filter, term,
    token::{Term, Token, tokens},
};

/// Conditions beyond these are left out.
const MAX_TERMS: usize = 100;
/// Brackets deeper than this do not count as brackets.
const MAX_DEPTH: usize = 20;

/// See [`super::parse()`] and [`super::parse_at`].
pub(super) fn parse(text: &str, today: Option<i64>) -> Filter {
    let mut parser = Parser {
        stack: vec![Group::default()],
        today,
        terms: 0,
        ignored: 0,
        ahead: None,
    };
    for token in tokens(text, term::is_field) {
        parser.token(token);
    }
    while parser.stack.len() > 1 {
        parser.close();
    }
    let last = parser.stack.pop().unwrap_or_default();
    last.finish()
}

/// What stands between two brackets, so far.
#[derive(Default)]
struct Group {
    all: Vec<Filter>,
    /// `OR` stood before what comes next, so that it joins the last condition.
    or: bool,
    not: bool,
    /// A field before the bracket, which holds for every word inside.
    field: Option<String>,
}

struct Parser {
    stack: Vec<Group>,
    today: Option<i64>,
    terms: usize,
    /// Brackets open that do not count.
    ignored: usize,
    /// The field right before the bracket that comes next.
    ahead: Option<String>,
}

impl Parser {
    fn token(&mut self, token: Token) {
        match token {
            Token::Open => self.open(),
            Token::Close if self.ignored > 0 => self.ignored -= 1,
            Token::Close if self.stack.len() > 1 => self.close(),
            Token::Close | Token::And => {}
            Token::Or => self.top(|group| group.or = !group.all.is_empty()),
            Token::Not => self.top(|group| group.not = !group.not),
            Token::Group(field) => self.ahead = Some(field),
            Token::Term(_) if self.terms == MAX_TERMS => {}
            Token::Term(term) => {
                self.terms += 1;
                let filter = self.condition(term);
                self.top(|group| group.add(filter));
            }
        }
    }

    fn top(&mut self, change: impl FnOnce(&mut Group)) {
        if let Some(group) = self.stack.last_mut() {
            change(group);
        }
    }

    fn open(&mut self) {
        let ahead = self.ahead.take();
        if self.stack.len() > MAX_DEPTH {
            self.ignored += 1;
            return;
        }
        let outer = self.stack.last().and_then(|outer| outer.field.clone());
        self.stack.push(Group {
            field: ahead.or(outer),
            ..Group::default()
        });
    }

    fn close(&mut self) {
        let filter = self.stack.pop().map(Group::finish);
        // An empty bracket is as if it were not there.
        let filter = filter.filter(|filter| !filter.is_everything());
        self.top(|outer| outer.add(filter));
    }

    fn condition(&self, term: Term) -> Option<Filter> {
        let Term { field, value, .. } = term;
        if let Some(field) = field {
            let known = term::condition(&field, &value, self.today);
            return Some(known.unwrap_or_else(|| {
                let text = format!("{field}:{value}");
                Filter::Text(text.trim().to_owned())
            }));
        }
        let value = value.trim();
        let field = self.stack.last().and_then(|group| group.field.as_deref());
        let within = field.and_then(|field| term::condition(field, value, self.today));
        within.or_else(|| (!value.is_empty()).then(|| Filter::Text(value.to_owned())))
    }
}

impl Group {
    fn add(&mut self, filter: Option<Filter>) {
        let not = std::mem::take(&mut self.not);
        let or = std::mem::take(&mut self.or);
        let Some(filter) = filter else { return };
        let filter = if not { negate(filter) } else { filter };
        if !or {
            self.all.push(filter);
            return;
        }
        // As in other search boxes, OR binds tighter than the space between words.
        let mut any = match self.all.pop() {
            Some(Filter::Or(any)) => any,
            other => other.into_iter().collect(),
        };
        match filter {
            Filter::Or(more) => any.extend(more),
            filter => any.push(filter),
        }
        self.all.push(Filter::Or(any));
    }

    fn finish(self) -> Filter {
        let mut all = Vec::with_capacity(self.all.len());
        for filter in self.all {
            match filter {
                Filter::And(more) => all.extend(more),
                filter => all.push(filter),
            }
        }
        match all.len() {
            1 => all.pop().unwrap_or(Filter::And(Vec::new())),
            _ => Filter::And(all),
        }
    }
}

/// The opposite, in its simplest form.
fn negate(filter: Filter) -> Filter {
    match filter {
        Filter::HasKeyword(name) => Filter::NotKeyword(name),
        Filter::NotKeyword(name) => Filter::HasKeyword(name),
        Filter::HasAttachment(has) => Filter::HasAttachment(!has),
        Filter::Or(any) => Filter::Not(any),
        Filter::Not(mut none) => match none.pop() {
            Some(only) if none.is_empty() => only,
            last => Filter::Or(none.into_iter().chain(last).collect()),
        },
        other => Filter::Not(vec![other]),
    }
}
