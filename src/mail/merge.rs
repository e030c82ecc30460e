//! Mail merge: one message for each row of a table (RFC 4180), with `{{field}}` replaced.
//!
//! There are no formulas, conditions or loops: a template can't do more than name a column.

pub mod rows;

use std::collections::BTreeSet;

use super::reply::forward::escape;

/// Bytes of a table.
pub const MAX_BYTES: usize = 1024 * 1024;
/// Rows below the heading: as many messages as one person should send at once.
pub const MAX_ROWS: usize = 1_000;
/// Columns.
pub const MAX_COLUMNS: usize = 100;

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
        let unique: BTreeSet<String> = columns.iter().map(|name| name.to_lowercase()).collect();
        if unique.len() < columns.len() {
            return Err(TableError::TwiceTheSame);
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

/// A text with fields filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// The text. Fields that no column has stay as they are.
    pub text: String,
    /// Names of fields that no column has, each once.
    pub missing: BTreeSet<String>,
    /// Names of fields that are empty in this row.
    pub empty: BTreeSet<String>,
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
pub fn fill(template: &str, columns: &[String], row: &[String], into: Into) -> Filled {
    let mut filled = Filled::default();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.text.push_str(before);
        let Some((name, behind)) = after.split_once("}}").filter(|(name, _)| is_name(name)) else {
            filled.text.push_str("{{");
            rest = after;
            continue;
        };
        rest = behind;
        let name = name.trim();
        let is_it = |column: &String| column.to_lowercase() == name.to_lowercase();
        let value = columns.iter().position(is_it).and_then(|at| row.get(at));
        match value {
            Some(value) => {
                if value.trim().is_empty() {
                    filled.empty.insert(name.to_owned());
                }
                filled.text.push_str(&written(value, into));
            }
            None => {
                filled.missing.insert(name.to_owned());
                for part in ["{{", name, "}}"] {
                    filled.text.push_str(part);
                }
            }
        }
    }
    filled.text.push_str(rest);
    filled
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

/// Braces and tags would mean that this is something else.
fn is_name(name: &str) -> bool {
    let name = name.trim();
    !name.is_empty() && name.len() <= 100 && !name.contains(['{', '}', '<', '>', '\n'])
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

    use super::{Into, MAX_COLUMNS, MAX_ROWS, Table, TableError, fill, first_name};

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
        let fill = |template, into| fill(template, &columns, &row, into);
        assert_eq!(
            fill("Hi {{ name }}!", Into::Header).text,
            "Hi A <b> Bcc: x!"
        );
        assert_eq!(fill("{{name}}", Into::Html).text, "A &lt;b&gt;<br>Bcc: x");
        assert_eq!(fill("{{name}}", Into::Text).text, "A <b>\nBcc: x");
        let filled = fill("{{nobody}} {{note}} {{ {{x}", Into::Text);
        assert_eq!(filled.text, "{{nobody}}  {{ {{x}");
        assert!(filled.missing.contains("nobody") && filled.empty.contains("note"));
    }

    proptest! {
        #[test]
        fn values_stay_values(value in ".*", csv in "[a,;\"\n\t ]*") {
            let columns = ["x".to_owned(), "y".to_owned()];
            let row = [value, "{{x}}".to_owned()];
            let html = fill("{{x}}", &columns, &row, Into::Html).text;
            prop_assert!(!html.replace("<br>", "").contains(['<', '>', '"']));
            let header = fill("{{x}}", &columns, &row, Into::Header).text;
            prop_assert!(!header.contains(['\r', '\n']));
            prop_assert_eq!(fill("{{y}}", &columns, &row, Into::Text).text, "{{x}}");
            if let Ok(table) = Table::parse(&csv) {
                prop_assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
            }
        }
    }
}
