//! One message for each row, and what is wrong with them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Into, Pattern, Table};
use crate::mail::{
    address::{self, Address},
    header::clean::clean,
    html,
};

/// What the column of addresses is called, the likeliest first.
const ADDRESS: [&str; 10] = [
    "email",
    "e-mail",
    "mail",
    "address",
    "e-mail address",
    "email address",
    "courriel",
    "adresse",
    "adresse e-mail",
    "to",
];
/// What the column of names is called.
const NAME: [&str; 2] = ["name", "nom"];
/// Problems that are told; one who has more knows enough.
const MAX_PROBLEMS: usize = 100;
/// Octets of all messages' texts together: they are in memory at once.
const OCTETS_MOST: usize = 64 << 20;

/// What is the same for all.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    /// The subject.
    pub subject: &'a str,
    /// The body of a plain message.
    pub text: &'a str,
    /// The body of a formatted one.
    pub rich: Option<&'a str>,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// To whom.
    pub to: Address,
    /// The subject.
    pub subject: String,
    /// The plain body.
    pub text: String,
    /// The formatted body. Not cleaned.
    pub rich: Option<String>,
}

/// Why it can't be sent yet. Rows are counted from 1, the heading not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// All messages together are too large.
    TooLarge,
    /// No column has addresses.
    NoAddresses,
    /// The text names a field that no column has.
    UnknownField(String),
    /// A field that the text names is empty.
    EmptyField {
        /// The row.
        row: usize,
        /// The field.
        name: String,
    },
    /// No address.
    BadAddress {
        /// The row.
        row: usize,
        /// What stands there.
        text: String,
    },
    /// The same address as in an earlier row.
    Double {
        /// The row.
        row: usize,
        /// The earlier one.
        first: usize,
    },
}

/// All messages, and what is wrong with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merge {
    /// One for each row that is not left out, those with problems too.
    pub messages: Vec<Merged>,
    /// What must be mended before any is sent; of many the first.
    pub problems: Vec<Problem>,
    /// The rows that were left out, and the address in each.
    pub left_out: Vec<(usize, String)>,
}

/// Makes the messages, but for rows with an address that `skips`: nothing is asked of those.
pub fn merge(table: &Table, letter: Letter<'_>, skips: impl Fn(&str) -> bool) -> Merge {
    let column = |names: &[&str]| {
        let known = |name: &&str| {
            let mut columns = table.columns.iter();
            columns.position(|column| column.to_lowercase() == **name)
        };
        names.iter().find_map(known)
    };
    let (address_at, name_at) = (column(&ADDRESS), column(&NAME));
    let parts = Parts::read(letter, &table.columns);
    let mut merge = Merge::default();
    let mut problems = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut left = OCTETS_MOST;
    for (row, cells) in (1..).zip(&table.rows) {
        let cell = |at: Option<usize>| {
            let cell = at.and_then(|at| cells.get(at));
            cell.map(|cell| cell.trim().to_owned()).unwrap_or_default()
        };
        let to = Address {
            name: Some(clean(&cell(name_at))).filter(|name| !name.is_empty()),
            email: cell(address_at),
        };
        if skips(&to.email) {
            merge.left_out.push((row, to.email));
            continue;
        }
        if address_at.is_some() {
            match address::check(&to.email) {
                Err(_) => problems.push(Problem::BadAddress {
                    row,
                    text: to.email.chars().take(100).collect(),
                }),
                Ok(_) => {
                    let first = *seen.entry(address::key(&to.email)).or_insert(row);
                    if first != row {
                        problems.push(Problem::Double { row, first });
                    }
                }
            }
        }
        let Some((message, empty)) = parts.fill(to, cells, &mut left) else {
            merge.problems.push(Problem::TooLarge);
            break;
        };
        let empty = empty.into_iter();
        problems.extend(empty.map(|name| Problem::EmptyField { row, name }));
        problems.truncate(MAX_PROBLEMS);
        merge.messages.push(message);
    }
    if address_at.is_none() {
        merge.problems.push(Problem::NoAddresses);
    }
    let mut unknown = parts.unknown();
    if let (Some(template), Some(first)) = (letter.rich, merge.messages.first()) {
        // A field that formatting has cut in two is none in the HTML, and one to the eye.
        unknown.extend(broken(template, first.rich.as_deref().unwrap_or_default()));
    }
    let unknown = unknown.into_iter().map(Problem::UnknownField);
    merge.problems.extend(unknown);
    merge.problems.extend(problems);
    merge.problems.truncate(MAX_PROBLEMS);
    merge
}

/// A letter taken apart.
struct Parts<'a> {
    subject: Pattern<'a>,
    /// Of a formatted message the plain half is made when it is sent.
    text: Option<Pattern<'a>>,
    rich: Option<Pattern<'a>>,
    /// Octets of all of it.
    size: usize,
}

impl<'a> Parts<'a> {
    fn read(letter: Letter<'a>, columns: &[String]) -> Self {
        let read = |text| Pattern::read(text, columns);
        Self {
            subject: read(letter.subject),
            text: letter.rich.is_none().then(|| read(letter.text)),
            rich: letter.rich.map(read),
            size: letter.subject.len() + letter.rich.unwrap_or(letter.text).len(),
        }
    }

    fn all(&self) -> impl Iterator<Item = &Pattern<'a>> {
        [Some(&self.subject), self.text.as_ref(), self.rich.as_ref()]
            .into_iter()
            .flatten()
    }

    /// Fields that no column has.
    fn unknown(&self) -> BTreeSet<String> {
        self.all().flat_map(|part| part.missing.clone()).collect()
    }

    /// One row's message, and the fields that are empty in it. `left` octets may still be written,
    /// and reading counts as writing, so that time is bounded as well. `None` when that is too few.
    fn fill(
        &self,
        to: Address,
        cells: &[String],
        left: &mut usize,
    ) -> Option<(Merged, BTreeSet<String>)> {
        let before = left.checked_sub(self.size)?;
        let mut empty = BTreeSet::new();
        let mut used = 0;
        let mut fill = |part: Option<&Pattern<'_>>, into| {
            let Some(part) = part else {
                return Some(String::new());
            };
            let filled = part.fill(cells, into, *left - used).ok()?;
            used += filled.text.len();
            empty.extend(filled.empty);
            Some(filled.text)
        };
        let subject = fill(Some(&self.subject), Into::Header)?;
        let text = fill(self.text.as_ref(), Into::Text)?;
        let rich = fill(self.rich.as_ref(), Into::Html)?;
        *left = before.min(*left - used);
        let message = Merged {
            to,
            subject,
            text,
            rich: self.rich.is_some().then_some(rich),
        };
        Some((message, empty))
    }
}

/// The fields that are to be seen in the template, and were not found in its HTML.
fn broken(template: &str, filled: &str) -> BTreeSet<String> {
    let names = |html: &str| Pattern::read(&html::to_plain(html), &[]).missing;
    let before = names(template);
    // What a value brings is no field.
    names(filled)
        .into_iter()
        .filter(|name| before.contains(name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(csv: &str, letter: Letter<'_>) -> Merge {
        merge(&Table::parse(csv).unwrap(), letter, |_| false)
    }

    const LETTER: Letter<'_> = Letter {
        subject: "For {{name}}",
        text: "Dear {{name}}, your {{thing}}.",
        rich: None,
    };

    #[test]
    fn each_row_is_a_message_of_its_own() {
        let csv =
            "Name,E-Mail,Thing\nAnna Bell,anna@example.org,key\n\"Bob, B\",bob@example.org,hat";
        let merge = merged(csv, LETTER);
        assert_eq!(merge.problems, []);
        let told: Vec<String> = merge
            .messages
            .iter()
            .map(|one| {
                format!(
                    "{:?} {} {} {}",
                    one.to.name, one.to.email, one.subject, one.text
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "Some(\"Anna Bell\") anna@example.org For Anna Bell Dear Anna Bell, your key.",
                "Some(\"Bob, B\") bob@example.org For Bob, B Dear Bob, B, your hat.",
            ]
        );
    }

    #[test]
    fn what_is_wrong_is_told() {
        let csv = "name,email\nA,a@x.org\n,A@x.org\nC,nonsense";
        let expected = [
            Problem::UnknownField("thing".to_owned()),
            Problem::Double { row: 2, first: 1 },
            Problem::EmptyField {
                row: 2,
                name: "name".to_owned(),
            },
            Problem::BadAddress {
                row: 3,
                text: "nonsense".to_owned(),
            },
        ];
        assert_eq!(merged(csv, LETTER).problems, expected);
        let none = merged("name,thing\nA,b", LETTER);
        assert_eq!(none.problems, [Problem::NoAddresses]);
    }

    #[test]
    fn formatting_cannot_hide_a_field() {
        let letter = |rich| Letter {
            rich: Some(rich),
            ..LETTER
        };
        let csv = "name,email\n<b>{{x}}</b>,a@x.org";
        let merge = merged(csv, letter("<p>{{<b>name</b>}} {{name}}</p>"));
        assert_eq!(merge.problems, [Problem::UnknownField("name".to_owned())]);
        let merge = merged(csv, letter("<p>{{name}}</p>"));
        assert_eq!(merge.problems, [], "a value is no field");
        assert_eq!(
            merge.messages[0].rich.as_deref(),
            Some("<p>&lt;b&gt;{{x}}&lt;/b&gt;</p>")
        );
    }

    #[test]
    fn rows_that_are_left_out_hide_nothing() {
        // More with something wrong than are told, and one behind them that is sent.
        let mut csv = "name,email\n".to_owned();
        for number in 0..=MAX_PROBLEMS {
            csv.push_str(&format!(",old{number}@x.org\n"));
        }
        csv.push_str(",new@x.org");
        let letter = Letter {
            text: "Dear {{name}}",
            ..LETTER
        };
        let table = Table::parse(&csv).unwrap();
        let merge = merge(&table, letter, |email| email.starts_with("old"));
        let row = MAX_PROBLEMS + 2;
        let name = "name".to_owned();
        assert_eq!(merge.problems, [Problem::EmptyField { row, name }]);
        assert_eq!((merge.messages.len(), merge.left_out.len()), (1, row - 1));
    }

    #[test]
    fn all_together_has_a_bound() {
        let value = "x".repeat(1000);
        let text = "{{name}}".repeat(OCTETS_MOST / 1000 / 10);
        let letter = Letter {
            text: &text,
            ..LETTER
        };
        let rows = |count: usize| {
            let rows = (0..count).map(|row| format!("{value},{row}@x.org\n"));
            format!("name,email\n{}", rows.collect::<String>())
        };
        assert_eq!(merged(&rows(9), letter).problems, []);
        let merge = merged(&rows(11), letter);
        assert_eq!(merge.problems, [Problem::TooLarge]);
        assert!(merge.messages.len() <= 10);
        // What writes nothing takes its time all the same.
        let text = "{{empty}}".repeat(OCTETS_MOST / 90);
        let letter = Letter {
            text: &text,
            ..LETTER
        };
        let csv = rows(11).replace("name,email", "name,email,empty");
        assert_eq!(merged(&csv, letter).problems[0], Problem::TooLarge);
    }

    #[test]
    fn a_name_is_one_clean_line() {
        let csv = "name,email\n\"A\u{202e}nna\r\nBcc: x\",a@x.org";
        let merge = merged(csv, LETTER);
        assert_eq!(merge.messages[0].to.name.as_deref(), Some("Anna Bcc: x"));
    }
}
