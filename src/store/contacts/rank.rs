//! Which contacts match what was typed, and which of them is meant most likely.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::ContactRow;

/// Half of what a contact weighs is gone when it was not used for so long (ms).
const HALF_LIFE: f64 = 90.0 * 24.0 * 60.0 * 60.0 * 1000.0;

/// However much somebody writes, it weighs less than having been written to once.
const WEIGHT_OF_SENT: i64 = 4;
const MOST_OF_RECEIVED: i64 = 3;

pub(super) fn best(rows: Vec<ContactRow>, words: &str, limit: usize) -> Vec<ContactRow> {
    let words = fold(words);
    let words: Vec<&str> = words.split_whitespace().collect();
    let mut found: Vec<(f64, ContactRow)> = rows
        .into_iter()
        .filter(|row| matches(row, &words))
        .map(|row| (score(&row), row))
        .collect();
    found.sort_by(|(a, x), (b, y)| b.total_cmp(a).then_with(|| x.email.cmp(&y.email)));
    found.truncate(limit);
    found.into_iter().map(|(_, row)| row).collect()
}

/// The logarithm of the weight after its decay. All decay at one rate, so the order is the same
/// at any time, and the time of the search is not needed.
fn score(row: &ContactRow) -> f64 {
    let weight = row
        .sent
        .saturating_mul(WEIGHT_OF_SENT)
        .saturating_add(row.received.min(MOST_OF_RECEIVED));
    (weight.max(1) as f64).log2() + row.last_used_at as f64 / HALF_LIFE
}

fn matches(row: &ContactRow, words: &[&str]) -> bool {
    if words.is_empty() {
        return true;
    }
    let name = fold(&row.name);
    let email = fold(&row.email);
    let separated = |c: char| !c.is_alphanumeric();
    let begins: Vec<&str> = name
        .split_whitespace()
        .chain(name.split(separated))
        .chain([email.as_str()])
        .chain(email.split('@'))
        .chain(email.split(separated))
        .collect();
    words
        .iter()
        .all(|word| begins.iter().any(|begin| begin.starts_with(word)))
}

/// Lower case without accents.
fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests;
