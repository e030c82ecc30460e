//! Lists by pages: one row more than a page has is read, and tells whether there is another page.

/// Leaves a page of `limit`, and says what the next one begins after, if there is one.
pub(super) fn cut<R, K>(rows: &mut Vec<R>, limit: u32, key: impl Fn(&R) -> K) -> Option<K> {
    let page = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= page {
        return None;
    }
    rows.truncate(page);
    rows.last().map(key)
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_page_says_where_the_next_begins() {
        let mut rows = vec![9, 8, 7];
        assert_eq!(cut(&mut rows, 2, |row| *row), Some(8));
        assert_eq!(rows, [9, 8]);
        assert_eq!(cut(&mut rows, 2, |row| *row), None);
        assert_eq!(cut(&mut Vec::<i64>::new(), 2, |row| *row), None);
    }
}
