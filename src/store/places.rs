//! Places for values, in statements that have as many as there are things to ask for.

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
    fn the_last_part_repeats_its_first() {
        let parts = filled(&[1, 2, 3, 4, 5], 3);
        let parts: Vec<Vec<i32>> = parts.map(Iterator::collect).collect();
        assert_eq!(parts, [[1, 2, 3], [4, 5, 4]]);
        assert_eq!(filled::<i32>(&[], 3).count(), 0);
    }
}
