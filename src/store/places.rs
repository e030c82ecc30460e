//! Places for values, in statements that have as many as there are things to ask for.

use super::transaction::Tx;

/// `$3, $4`: so many places from this one on.
pub(super) fn list(first: usize, count: usize) -> String {
    let places = (first..).take(count).map(|place| format!("${place}"));
    places.collect::<Vec<_>>().join(", ")
}

/// `($1, $2), ($3, $4)`: so many rows of so many places.
pub(super) fn rows(columns: usize, rows: usize) -> String {
    let rows = (0..rows).map(|row| format!("({})", list(row * columns + 1, columns)));
    rows.collect::<Vec<_>>().join(", ")
}

/// The same for a statement all of whose places stand in their order. SQLite gets places without
/// numbers: it compares the name of each with those before it, which is quadratic, and of a lot of
/// messages took as long as writing them did.
pub(super) fn in_order(tx: &Tx, statement: String) -> String {
    match tx {
        Tx::Postgres(_) => statement,
        Tx::Sqlite(_) => without_numbers(&statement),
    }
}

/// What [`in_order`] gives SQLite.
pub(super) fn without_numbers(statement: &str) -> String {
    let mut parts = statement.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push('?');
        text.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    text
}

/// Parts of exactly so many, so that there is one statement to prepare: the last one repeats its
/// first.
pub(super) fn filled<T: Copy>(
    all: &[T],
    size: usize,
) -> impl Iterator<Item = impl Iterator<Item = T>> {
    all.chunks(size).filter_map(move |part| {
        let filler = *part.first()?;
        let rest = std::iter::repeat(filler);
        Some(part.iter().copied().chain(rest).take(size))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_numbered() {
        assert_eq!(list(3, 2), "$3, $4");
        assert_eq!(list(1, 0), "");
        assert_eq!(rows(2, 2), "($1, $2), ($3, $4)");
    }

    #[test]
    fn numbers_are_left_out() {
        // Safe: numbers of places only.
        let numbered = format!("UPDATE t SET a = $1 FROM (VALUES {}) AS v", rows(2, 6));
        let bare = without_numbers(&numbered);
        assert_eq!(bare.matches('?').count(), 13);
        assert!(
            !bare.contains(|c: char| c == '$' || c.is_ascii_digit()),
            "{bare}"
        );
        assert_eq!(without_numbers("SELECT 1"), "SELECT 1");
    }

    #[test]
    fn the_last_part_repeats_its_first() {
        let parts = filled(&[1, 2, 3, 4, 5], 3);
        let parts: Vec<Vec<i32>> = parts.map(Iterator::collect).collect();
        assert_eq!(parts, [[1, 2, 3], [4, 5, 4]]);
        assert_eq!(filled::<i32>(&[], 3).count(), 0);
    }
}
