//! One message for each row, and what is wrong with them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Into, Table, fill};
use crate::mail::{
    address::{self, Address},
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

impl Problem {
    /// The row that it is about; `None` when it is about the whole.
    pub fn row(&self) -> Option<usize> {
        match self {
            Self::NoAddresses | Self::UnknownField(_) => None,
            Self::EmptyField { row, .. }
            | Self::BadAddress { row, .. }
            | Self::Double { row, .. } => Some(*row),
        }
    }
}

/// All messages, and what is wrong with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merge {
    /// One for each row, those with problems too.
    pub messages: Vec<Merged>,
    /// What must be mended before any is sent.
    pub problems: Vec<Problem>,
}

/// Makes the messages.
pub fn merge(table: &Table, letter: Letter<'_>) -> Merge {
    let column = |names: &[&str]| {
        let known = |name: &&str| {
            let mut columns = table.columns.iter();
            columns.position(|column| column.to_lowercase() == **name)
        };
        names.iter().find_map(known)
    };
    let (address_at, name_at) = (column(&ADDRESS), column(&NAME));
    let mut merge = Merge::default();
    if address_at.is_none() {
        merge.problems.push(Problem::NoAddresses);
    }
    let mut unknown = BTreeSet::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut of_rows = Vec::new();
    for (row, cells) in (1..).zip(&table.rows) {
        let cell = |at: Option<usize>| {
            let cell = at.and_then(|at| cells.get(at));
            cell.map(|cell| cell.trim().to_owned()).unwrap_or_default()
        };
        let to = Address {
            name: Some(cell(name_at)).filter(|name| !name.is_empty()),
            email: cell(address_at),
        };
        if address_at.is_some() {
            match address::check(&to.email) {
                Err(_) => of_rows.push(Problem::BadAddress {
                    row,
                    text: to.email.chars().take(100).collect(),
                }),
                Ok(_) => {
                    let first = *seen.entry(address::key(&to.email)).or_insert(row);
                    if first != row {
                        of_rows.push(Problem::Double { row, first });
                    }
                }
            }
        }
        let mut empty = BTreeSet::new();
        let mut filled = |template: &str, into| {
            let filled = fill(template, &table.columns, cells, into);
            unknown.extend(filled.missing);
            empty.extend(filled.empty);
            filled.text
        };
        let subject = filled(letter.subject, Into::Header);
        // Of a formatted message the plain half is made when it is sent.
        let text = match letter.rich {
            None => filled(letter.text, Into::Text),
            Some(_) => String::new(),
        };
        let rich = letter.rich.map(|rich| filled(rich, Into::Html));
        if let Some(rich) = rich.as_deref().filter(|_| row == 1) {
            // A field that formatting has cut in two is none in the HTML, and one to the eye.
            unknown.extend(broken(letter.rich.unwrap_or_default(), rich));
        }
        of_rows.extend(
            empty
                .into_iter()
                .map(|name| Problem::EmptyField { row, name }),
        );
        merge.messages.push(Merged {
            to,
            subject,
            text,
            rich,
        });
    }
    merge
        .problems
        .extend(unknown.into_iter().map(Problem::UnknownField));
    merge.problems.extend(of_rows);
    merge.problems.truncate(MAX_PROBLEMS);
    merge
}

/// The fields that are to be seen in the template, and were not found in its HTML.
fn broken(template: &str, filled: &str) -> BTreeSet<String> {
    let names = |html: &str| fill(&html::to_plain(html), &[], &[], Into::Text).missing;
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
        merge(&Table::parse(csv).unwrap(), letter)
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
}
