//! Mail merge: one message for each row of a table (RFC 4180), with `{{field}}` replaced.
//!
//! There are no formulas, conditions or loops: a template can't do more than name a column.

pub mod rows;

use std::collections::{BTreeSet, HashMap};

use super::html::escape;

/// Bytes of a table.
pub const MAX_BYTES: usize = 1024 * 1024;
/// Rows below the heading: as many messages as one person should send at once.
pub const MAX_ROWS: usize = 1_000;
/// Columns.
pub const MAX_COLUMNS: usize = 100;
/// Octets of a field's name.
const NAME_MOST: usize = 100;

/// The table can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// It has more than [`MAX_BYTES`], [`MAX_ROWS`] or [`MAX_COLUMNS`].
    #[error("the table is too big")]
    TooBig,
    /// A quoted field is never closed.
    #[error("a quoted field is not closed")]
    OpenQuote,
    /// It has no heading, or no row below it.
    #[error("the table has no rows")]
    Empty,
    /// Two columns have the same name.
    #[error("two columns have the same name")]
    TwiceTheSame,
}

/// A table whose first row names the columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Names, without white space around.
    pub columns: Vec<String>,
    /// Rows, each as long as `columns`: shorter ones are filled up, longer ones cut.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads comma-separated values; semicolons or tabs too, when the heading has more of those.
    /// Empty lines are left out.
    ///
    /// # Errors
    /// When it passes a bound, or is no table.
    pub fn parse(csv: &str) -> Result<Table, TableError> {
        if csv.len() > MAX_BYTES {
            return Err(TableError::TooBig);
        }
        let csv = csv.trim_start_matches('\u{feff}');
        let heading = csv.lines().next().unwrap_or_default();
        let separator = [',', ';', '\t']
            .into_iter()
            // Of equals the last counts, so the comma comes last.
            .rev()
            .max_by_key(|separator| heading.matches(*separator).count())
            .unwrap_or(',');
        let mut rows = records(csv, separator)?.into_iter();
        let columns: Vec<String> = rows
            .next()
            .ok_or(TableError::Empty)?
            .iter()
            .map(|name| name.trim().to_owned())
            .collect();
        // Spreadsheets write columns without a name, which nothing can refer to.
        let named: Vec<String> = columns
            .iter()
            .filter(|name| !name.is_empty())
            .map(|name| name.to_lowercase())
            .collect();
        let unique: BTreeSet<&String> = named.iter().collect();
        if unique.len() < named.len() {
            return Err(TableError::TwiceTheSame);
        }
        if named.is_empty() {
            return Err(TableError::Empty);
        }
        let fit = |mut row: Vec<String>| {
            row.resize(columns.len(), String::new());
            row
        };
        let rows: Vec<Vec<String>> = rows.map(fit).collect();
        if rows.is_empty() {
            return Err(TableError::Empty);
        }
        Ok(Table { columns, rows })
    }
}

/// What was filled in is more than was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is too large")]
pub struct TooLarge;

/// A text with fields filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// The text. Fields that no column has stay as they are.
    pub text: String,
    /// Names of fields that are empty in this row.
    pub empty: BTreeSet<String>,
}

/// A text with fields in it, taken apart once for all rows.
#[derive(Clone, Debug, Default)]
pub struct Pattern<'a> {
    pieces: Vec<Piece<'a>>,
    /// Names of fields that no column has, each once.
    pub missing: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug)]
enum Piece<'a> {
    Text(&'a str),
    Field { name: &'a str, column: usize },
}

/// What a value is put into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Into {
    /// A header field: line ends in values become spaces.
    Header,
    /// Plain text.
    Text,
    /// HTML: values are escaped, and their line ends become `<br>`.
    Html,
}

/// Replaces each `{{name}}` by the value of that column; case and white space around the name do
/// not matter. Values are never looked through for fields themselves.
///
/// # Errors
/// For a result of more than `most` octets: a short text can name a long value very often.
pub fn fill(
    template: &str,
    columns: &[String],
    row: &[String],
    into: Into,
    most: usize,
) -> Result<Filled, TooLarge> {
    Pattern::read(template, columns).fill(row, into, most)
}

impl<'a> Pattern<'a> {
    /// Finds the fields. Time and memory follow the text's length, whatever stands in it.
    pub fn read(template: &'a str, columns: &[String]) -> Self {
        let known: HashMap<String, usize> = columns
            .iter()
            .enumerate()
            // Of equals the first counts.
            .rev()
            .map(|(at, name)| (name.to_lowercase(), at))
            .collect();
        let mut pattern = Self::default();
        let (mut text, mut rest) = (template, template);
        while let Some((_, after)) = rest.split_once("{{") {
            rest = after;
            let Some((name, behind)) = field(after) else {
                continue;
            };
            rest = behind;
            let Some(column) = known.get(&name.to_lowercase()).copied() else {
                pattern.missing.insert(name.to_owned());
                continue;
            };
            let before = text.len() - after.len() - "{{".len();
            if let Some((before, _)) = text.split_at_checked(before) {
                pattern.pieces.push(Piece::Text(before));
            }
            pattern.pieces.push(Piece::Field { name, column });
            text = behind;
        }
        pattern.pieces.push(Piece::Text(text));
        pattern
    }

    /// The text with one row's values.
    ///
    /// # Errors
    /// As [`fill`].
    pub fn fill(&self, row: &[String], into: Into, most: usize) -> Result<Filled, TooLarge> {
        let mut filled = Filled::default();
        for piece in &self.pieces {
            let value;
            let piece = match piece {
                Piece::Text(text) => text,
                Piece::Field { name, column } => {
                    let cell = row.get(*column).map(String::as_str).unwrap_or_default();
                    if cell.trim().is_empty() && !filled.empty.contains(*name) {
                        filled.empty.insert((*name).to_owned());
                    }
                    value = written(cell, into);
                    value.as_str()
                }
            };
            if filled.text.len() + piece.len() > most {
                return Err(TooLarge);
            }
            filled.text.push_str(piece);
        }
        Ok(filled)
    }
}

/// The name of the field that begins here, behind its braces, and what follows it. Braces and tags
/// in it would mean that this is something else.
fn field(text: &str) -> Option<(&str, &str)> {
    let end = text.find(['{', '}', '<', '>', '\n'])?;
    let (name, rest) = text.split_at_checked(end)?;
    let (name, rest) = (name.trim(), rest.strip_prefix("}}")?);
    (!name.is_empty() && name.len() <= NAME_MOST).then_some((name, rest))
}

/// What somebody of this name is called by: `Anna` of `Anna Bell` and of `Bell, Anna`.
pub fn first_name(name: &str) -> &str {
    let given = match name.split_once(',') {
        Some((_, given)) if !given.trim().is_empty() => given,
        _ => name,
    };
    let mut words = given.split_whitespace();
    words.next().unwrap_or_default()
}

fn written(value: &str, into: Into) -> String {
    let value = value.replace("\r\n", "\n").replace('\r', "\n");
    match into {
        Into::Header => super::header::clean::clean(&value),
        Into::Text => value,
        Into::Html => escape(&value).replace('\n', "<br>"),
    }
}

/// Rows of fields, empty lines left out.
fn records(csv: &str, separator: char) -> Result<Vec<Vec<String>>, TableError> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut row: Vec<String> = Vec::new();
    let mut field = String::new();
    let mut in_quotes = false;
    let mut chars = csv.chars().peekable();
    loop {
        let next = chars.next();
        match next {
            None if in_quotes => return Err(TableError::OpenQuote),
            Some('"') if in_quotes => {
                if chars.next_if_eq(&'"').is_some() {
                    field.push('"');
                } else {
                    in_quotes = false;
                }
            }
            Some(c) if in_quotes => field.push(c),
            Some('"') if field.is_empty() => in_quotes = true,
            Some(c) if c == separator => row.push(std::mem::take(&mut field)),
            None | Some('\n' | '\r') => {
                row.push(std::mem::take(&mut field));
                let row = std::mem::take(&mut row);
                if row.iter().any(|field| !field.is_empty()) {
                    rows.push(row);
                }
                if next.is_none() {
                    return Ok(rows);
                }
            }
            Some(c) => field.push(c),
        }
        // The heading is a row as well.
        if row.len() >= MAX_COLUMNS || rows.len() > MAX_ROWS + 1 {
            return Err(TableError::TooBig);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        Into, MAX_COLUMNS, MAX_ROWS, Pattern, Table, TableError, TooLarge, fill, first_name,
    };

    #[test]
    fn people_have_first_names() {
        for name in [
            "Anna Bell",
            "Bell, Anna",
            " Anna",
            "Anna",
            "Bell, Anna Maria",
        ] {
            assert_eq!(first_name(name), "Anna", "{name:?}");
        }
        assert_eq!((first_name(""), first_name("Bell,")), ("", "Bell,"));
    }

    #[test]
    fn tables_are_read() {
        let cases = [
            ("a,b\n1,2\n", "1|2"),
            ("a,b\r\n1,2\r\n\r\n3\r\n", "1|2/3|"),
            ("a;b\n1,5;2", "1,5|2"),
            ("a\tb\n1\t2", "1|2"),
            ("a,b\n\"x, \"\"y\"\"\nz\",2", "x, \"y\"\nz|2"),
            ("\u{feff}a\n1,surplus", "1"),
            ("a\n=1+1", "=1+1"),
            // As spreadsheets write them.
            ("a,,\n1,2,3", "1|2|3"),
        ];
        for (csv, expected) in cases {
            let table = Table::parse(csv).unwrap();
            let rows: Vec<String> = table.rows.iter().map(|row| row.join("|")).collect();
            assert_eq!(rows.join("/"), expected, "{csv:?}");
            assert!(table.columns.first().is_some_and(|name| name == "a"));
        }
        let wide = ",".repeat(MAX_COLUMNS + 1);
        let long = "a\n".repeat(MAX_ROWS + 5);
        let errors = [
            ("", TableError::Empty),
            ("a,b", TableError::Empty),
            (",,\n1,2,3", TableError::Empty),
            ("a\n\"x", TableError::OpenQuote),
            ("a,A\n1,2", TableError::TwiceTheSame),
            (wide.as_str(), TableError::TooBig),
            (long.as_str(), TableError::TooBig),
        ];
        for (csv, error) in errors {
            assert_eq!(Table::parse(csv), Err(error), "{:.20}", csv);
        }
    }

    #[test]
    fn fields_are_filled_in() {
        let columns = ["Name", "note"].map(str::to_owned);
        let row = ["A <b>\r\nBcc: x".to_owned(), String::new()];
        let fill = |template, into| fill(template, &columns, &row, into, 1000).unwrap();
        assert_eq!(
            fill("Hi {{ name }}!", Into::Header).text,
            "Hi A <b> Bcc: x!"
        );
        assert_eq!(fill("{{name}}", Into::Html).text, "A &lt;b&gt;<br>Bcc: x");
        assert_eq!(fill("{{name}}", Into::Text).text, "A <b>\nBcc: x");
        let text = "é{{nobody}} {{note}} {{ {{x} {{{name}}}";
        let filled = fill(text, Into::Text);
        assert_eq!(filled.text, "é{{nobody}}  {{ {{x} {{{name}}}");
        assert!(filled.empty.contains("note") && !filled.empty.contains("name"));
        let missing = Pattern::read(text, &columns).missing;
        assert_eq!(missing.into_iter().collect::<Vec<_>>(), ["nobody"]);
    }

    #[test]
    fn a_text_cannot_grow_without_end() {
        let (columns, row) = (["x".to_owned()], ["long".repeat(100)]);
        let template = "{{x}}".repeat(10);
        let most = |most| fill(&template, &columns, &row, Into::Html, most);
        assert_eq!(most(4000).unwrap().text.len(), 4000);
        assert_eq!(most(3999), Err(TooLarge));
        // Looked through once, also when no field is ever closed.
        let open = "{{".repeat(1 << 20);
        assert_eq!(
            fill(&open, &columns, &row, Into::Text, 1 << 22)
                .unwrap()
                .text,
            open
        );
    }

    proptest! {
        #[test]
        fn values_stay_values(value in ".*", csv in "[a,;\"\n\t ]*") {
            let columns = ["x".to_owned(), "y".to_owned()];
            let row = [value, "{{x}}".to_owned()];
            let fill = |template, into| fill(template, &columns, &row, into, 1 << 20).unwrap();
            let html = fill("{{x}}", Into::Html).text;
            prop_assert!(!html.replace("<br>", "").contains(['<', '>', '"']));
            let header = fill("{{x}}", Into::Header).text;
            prop_assert!(!header.contains(['\r', '\n']));
            prop_assert_eq!(fill("{{y}}", Into::Text).text, "{{x}}");
            if let Ok(table) = Table::parse(&csv) {
                prop_assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
            }
        }
    }
}
