//! Selectors as the sanitiser writes them, and whether an element is one that they select.

use cssparser::{ParseError, Parser, Token, parse_nth};
use html5ever::ns;

use crate::mail::html::tree::{Content, NodeId, Tree};

/// A selector: compounds from the left to the right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Selector {
    pub(super) compounds: Vec<Compound>,
    /// Ids, classes and the like, names of elements (Selectors 4 §17).
    pub(super) specificity: (u16, u16, u16),
}

/// What must hold of one element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Compound {
    /// How it stands to the compound before it: ` `, `>`, `+` or `~`.
    combinator: char,
    pub(super) element: Option<String>,
    pub(super) id: Option<String>,
    pub(super) classes: Vec<String>,
    attributes: Vec<(String, Option<(char, String)>)>,
    states: Vec<State>,
}

/// What a colon asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Link,
    Empty,
    Nth {
        a: i32,
        b: i32,
        from_end: bool,
        of_type: bool,
    },
}

/// Reads a list of selectors, without those that select only what is touched or no element.
pub(super) fn selectors(input: &mut Parser<'_>) -> Vec<Selector> {
    let mut list = Vec::new();
    loop {
        let mut selector = Selector::default();
        let read = one(input, &mut selector);
        if read.is_ok() && !selector.compounds.is_empty() {
            list.push(selector);
        }
        if !matches!(read, Ok(true)) {
            // What is left of a selector that says nothing here.
            loop {
                match input.next() {
                    Err(_) => return list,
                    Ok(Token::Comma) => break,
                    Ok(_) => {}
                }
            }
        }
    }
}

/// Reads one; true when a comma ended it.
fn one(input: &mut Parser<'_>, selector: &mut Selector) -> Result<bool, ParseError<()>> {
    let mut combinator = ' ';
    let mut fresh = true;
    input.skip_whitespace();
    while let Ok(token) = input.next_including_whitespace() {
        match token.clone() {
            Token::Comma => return Ok(true),
            Token::WhiteSpace(_) => {
                if !fresh {
                    combinator = ' ';
                }
                fresh = true;
                continue;
            }
            Token::Delim(sign @ ('>' | '+' | '~')) => {
                combinator = sign;
                fresh = true;
                continue;
            }
            _ => {}
        }
        let token = token.clone();
        if fresh {
            selector.compounds.push(Compound {
                combinator,
                ..Compound::default()
            });
            fresh = false;
            combinator = ' ';
        }
        let Some(compound) = selector.compounds.last_mut() else {
            break;
        };
        let (ids, classes, elements) = &mut selector.specificity;
        match token {
            Token::Delim('*') => {}
            Token::Ident(name) => {
                compound.element = Some(name.to_ascii_lowercase());
                *elements += 1;
            }
            Token::IDHash(name) => {
                compound.id = Some(name.to_string());
                *ids += 1;
            }
            Token::Delim('.') => {
                compound.classes.push(input.expect_ident()?.to_string());
                *classes += 1;
            }
            Token::SquareBracketBlock => {
                let attribute = input.parse_nested_block(attribute)?;
                compound.attributes.push(attribute);
                *classes += 1;
            }
            Token::Colon => {
                let states = state(input)?;
                compound.states.extend(states);
                *classes += 1;
            }
            _ => return Err(ParseError::unexpected_token()),
        }
    }
    input.expect_exhausted()?;
    Ok(false)
}

type Asked = (String, Option<(char, String)>);

fn attribute(input: &mut Parser<'_>) -> Result<Asked, ParseError<()>> {
    let name = input.expect_ident()?.to_string();
    let operator = match input.next() {
        Err(_) => return Ok((name, None)),
        Ok(Token::Delim('=')) => '=',
        Ok(Token::IncludeMatch) => '~',
        Ok(Token::DashMatch) => '|',
        Ok(Token::PrefixMatch) => '^',
        Ok(Token::SuffixMatch) => '$',
        Ok(_) => '*',
    };
    let value = input.expect_ident_or_string()?.to_string();
    Ok((name, Some((operator, value))))
}

/// An error where no element is meant, or only one that the reader touches.
fn state(input: &mut Parser<'_>) -> Result<Vec<State>, ParseError<()>> {
    let nth = |b, from_end, of_type| State::Nth {
        a: 0,
        b,
        from_end,
        of_type,
    };
    Ok(match input.next_including_whitespace()?.clone() {
        Token::Ident(name) => match &*name {
            "link" => vec![State::Link],
            "empty" => vec![State::Empty],
            "first-child" => vec![nth(1, false, false)],
            "last-child" => vec![nth(1, true, false)],
            "only-child" => vec![nth(1, false, false), nth(1, true, false)],
            "first-of-type" => vec![nth(1, false, true)],
            "last-of-type" => vec![nth(1, true, true)],
            "only-of-type" => vec![nth(1, false, true), nth(1, true, true)],
            _ => return Err(ParseError::unexpected_token()),
        },
        Token::Function(name) => {
            let (a, b) =
                input.parse_nested_block(|input| Ok::<_, ParseError<()>>(parse_nth(input)?))?;
            vec![State::Nth {
                a,
                b,
                from_end: name.contains("last"),
                of_type: name.contains("of-type"),
            }]
        }
        _ => return Err(ParseError::unexpected_token()),
    })
}

impl Selector {
    /// Whether it selects the element `id`. Each element that is looked at costs one of `budget`;
    /// when none is left the answer is no, and means nothing.
    pub(super) fn selects(&self, tree: &Tree, id: NodeId, budget: &mut u32) -> bool {
        // Places to go on from: an element, and how many compounds are still to be found at or
        // before it.
        let mut open = vec![(id, self.compounds.len())];
        while let Some((id, left)) = open.pop() {
            let Some(compound) = left.checked_sub(1).and_then(|at| self.compounds.get(at)) else {
                return true;
            };
            if *budget == 0 {
                return false;
            }
            *budget -= 1;
            if !compound.holds(tree, id, budget) {
                continue;
            }
            if left == 1 {
                return true;
            }
            match compound.combinator {
                '>' => open.extend(parent(tree, id).map(|id| (id, left - 1))),
                '+' => open.extend(before(tree, id).map(|id| (id, left - 1))),
                '~' => {
                    let all = std::iter::successors(before(tree, id), |&id| before(tree, id));
                    open.extend(all.take(*budget as usize).map(|id| (id, left - 1)));
                }
                _ => {
                    let all = std::iter::successors(parent(tree, id), |&id| parent(tree, id));
                    open.extend(all.map(|id| (id, left - 1)));
                }
            }
        }
        false
    }
}

impl Compound {
    fn holds(&self, tree: &Tree, id: NodeId, budget: &mut u32) -> bool {
        let Some(name) = tree.element_name(id) else {
            return false;
        };
        let find = |name: &str| tree.attribute(id, name);
        let has_class = |class: &String| {
            find("class").is_some_and(|all| all.split_ascii_whitespace().any(|one| one == class))
        };
        self.element.as_ref().is_none_or(|element| element == name)
            && self.id.as_ref().is_none_or(|id| find("id") == Some(id))
            && self.classes.iter().all(has_class)
            && self.attributes.iter().all(|(name, value)| {
                find(name).is_some_and(|found| {
                    let value = value.as_ref();
                    value.is_none_or(|(operator, value)| compares(found, *operator, value))
                })
            })
            && self
                .states
                .iter()
                .all(|state| state.holds(tree, id, name, budget))
    }
}

fn compares(found: &str, operator: char, value: &str) -> bool {
    match operator {
        '=' => found.eq_ignore_ascii_case(value),
        '~' => found.split_ascii_whitespace().any(|one| one == value),
        '|' => {
            let rest = found.strip_prefix(value);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        }
        _ if value.is_empty() => false,
        '^' => found.starts_with(value),
        '$' => found.ends_with(value),
        _ => found.contains(value),
    }
}

impl State {
    fn holds(&self, tree: &Tree, id: NodeId, name: &str, budget: &mut u32) -> bool {
        match *self {
            State::Link => name == "a" && tree.attribute(id, "href").is_some(),
            State::Empty => tree.children(id).next().is_none(),
            State::Nth {
                a,
                b,
                from_end,
                of_type,
            } => {
                let step = |id: NodeId| match from_end {
                    true => tree.node(id).and_then(|node| node.next),
                    false => tree.previous(id),
                };
                let counts = |&id: &NodeId| match tree.element_name(id) {
                    Some(other) => !of_type || other == name,
                    None => false,
                };
                // Lists of more siblings have no use for counting them.
                let (mut place, mut next) = (1, step(id));
                for _ in 0..1_000 {
                    let Some(other) = next.filter(|_| *budget > 0) else {
                        break;
                    };
                    *budget -= 1;
                    place += i32::from(counts(&other));
                    next = step(other);
                }
                let distance = i32::saturating_sub(place, b);
                match a {
                    0 => distance == 0,
                    a => distance.checked_rem(a) == Some(0) && distance.signum() * a.signum() >= 0,
                }
            }
        }
    }
}

fn parent(tree: &Tree, id: NodeId) -> Option<NodeId> {
    tree.parent(id).filter(|&id| is_html(tree, id))
}

/// The element before this one, below the same parent.
fn before(tree: &Tree, id: NodeId) -> Option<NodeId> {
    std::iter::successors(tree.previous(id), |&id| tree.previous(id)).find(|&id| is_html(tree, id))
}

fn is_html(tree: &Tree, id: NodeId) -> bool {
    matches!(
        tree.node(id).map(|node| &node.content),
        Some(Content::Element { name, .. }) if name.ns == ns!(html)
    )
}
