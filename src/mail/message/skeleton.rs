//! What it takes to know a large message's parts: all of it but the middle of what is long. Lines
//! that begin with `--` may be boundaries and are always kept, and so is what follows them for a
//! while: headers, and as much of a text as is shown.
//!
//! Memory is bounded whatever the message; one pass over its octets.

/// Octets that are kept between two lines that may be boundaries.
const RUN_MOST: usize = 2 << 20;
/// Octets that are kept of one line.
const LINE_MOST: usize = 1 << 20;
/// Octets that are kept in all.
const KEPT_MOST: usize = 32 << 20;

/// A message as it comes in, piece by piece.
#[derive(Debug, Default)]
pub struct Skeleton {
    kept: Vec<u8>,
    /// Where something is left out: the place in `kept`, and all that is left out up to there.
    gaps: Vec<(usize, u64)>,
    left_out: u64,
    /// Octets since the last line that may be a boundary.
    run: usize,
    /// Octets of this line.
    line: usize,
    /// This line, so far no more than a hyphen.
    hyphen: bool,
    /// This line is kept.
    keeps: bool,
}

impl Skeleton {
    /// Takes the next octets.
    pub fn push(&mut self, piece: &[u8]) {
        for line in piece.split_inclusive(|octet| *octet == b'\n') {
            self.push_line(line);
        }
    }

    /// Some of a line: its end is the line's, its beginning only when `line` is 0.
    fn push_line(&mut self, mut some: &[u8]) {
        let ends = some.ends_with(b"\n");
        if self.line == 0 {
            self.hyphen = some == b"-";
            self.begin(some.starts_with(b"--"));
            // Whether it may be a boundary is told by the next octet; one is cheap to keep.
            self.keeps |= self.hyphen;
        } else if self.hyphen {
            self.hyphen = false;
            self.begin(some.starts_with(b"-"));
            if !self.keeps {
                // Or the next line would begin with it.
                self.kept.pop();
                self.leave_out(1);
            }
        }
        self.line = self.line.saturating_add(some.len());
        self.run = self.run.saturating_add(some.len());
        if self.keeps && self.line > LINE_MOST {
            let over = (self.line - LINE_MOST).min(some.len());
            let (kept, rest) = some.split_at(some.len() - over);
            self.kept.extend_from_slice(kept);
            // Its end stays, or the next line would be none.
            let (middle, end) = rest.split_at(rest.len() - usize::from(ends));
            self.leave_out(middle.len());
            some = end;
        }
        match self.keeps {
            true => self.kept.extend_from_slice(some),
            false => self.leave_out(some.len()),
        }
        if ends {
            self.line = 0;
        }
    }

    fn begin(&mut self, may_be_boundary: bool) {
        if may_be_boundary {
            self.run = 0;
        }
        self.keeps = self.run < RUN_MOST && self.kept.len() < KEPT_MOST;
    }

    fn leave_out(&mut self, count: usize) {
        if count == 0 {
            return;
        }
        self.left_out += u64::try_from(count).unwrap_or(u64::MAX);
        match self.gaps.last_mut() {
            Some(last) if last.0 == self.kept.len() => last.1 = self.left_out,
            _ => self.gaps.push((self.kept.len(), self.left_out)),
        }
    }

    /// What is kept, to be parsed.
    pub fn kept(&self) -> &[u8] {
        &self.kept
    }

    /// The same, for keeps.
    pub fn into_kept(self) -> Vec<u8> {
        self.kept
    }

    /// Octets of the whole message.
    pub fn size(&self) -> u64 {
        self.left_out + u64::try_from(self.kept.len()).unwrap_or(u64::MAX)
    }

    /// Where something in [`Skeleton::kept`] lies in the message: first octet, number of octets.
    pub fn place(&self, kept: &std::ops::Range<usize>) -> (u64, u64) {
        let start = self.moved(kept.start, kept.start);
        // What was left out ends with a line, and so does what is kept before it: a part that
        // ends in front of that line's end does so in the message as well.
        let end = match kept.is_empty() {
            true => start,
            false => self.moved(kept.end, kept.end.saturating_add(2)),
        };
        (start, end.saturating_sub(start))
    }

    /// `at`, and what was left out up to `limit`.
    fn moved(&self, at: usize, limit: usize) -> u64 {
        let gaps = self.gaps.partition_point(|(place, _)| *place <= limit);
        let left_out = gaps.checked_sub(1).and_then(|last| self.gaps.get(last));
        u64::try_from(at).unwrap_or(u64::MAX) + left_out.map_or(0, |(_, left_out)| *left_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::message;

    fn of(raw: &[u8], piece: usize) -> Skeleton {
        let mut skeleton = Skeleton::default();
        raw.chunks(piece).for_each(|piece| skeleton.push(piece));
        skeleton
    }

    fn large(lines: usize) -> Vec<u8> {
        let mut raw = b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
            --b\r\n\r\ntext\r\n--b\r\nContent-Type: application/x; name=a\r\n\r\n"
            .to_vec();
        raw.extend(
            b"QUJD"
                .repeat(19)
                .iter()
                .chain(b"\r\n")
                .copied()
                .collect::<Vec<_>>()
                .repeat(lines),
        );
        raw.extend(b"--b\r\nContent-Type: text/plain\r\n\r\nlast\r\n--b--\r\n");
        raw
    }

    #[test]
    fn small_messages_are_kept_whole() {
        let raw = large(10);
        for piece in [1, 2, 7, 4096] {
            assert_eq!(of(&raw, piece).kept(), raw);
        }
    }

    #[test]
    fn parts_of_large_messages_are_found_where_they_are() {
        let raw = large(60_000);
        let whole = message::parse(&raw);
        let expected: std::collections::HashMap<_, _> = whole.spans().collect();
        for piece in [1000, 4096, 65_536] {
            let skeleton = of(&raw, piece);
            assert!(skeleton.kept().len() < RUN_MOST + 10_000);
            assert_eq!(skeleton.size(), raw.len() as u64);
            let parsed = message::parse(skeleton.kept());
            assert_eq!(parsed.spans().count(), 3);
            for (section, kept) in parsed.spans() {
                let (from, len) = skeleton.place(&kept);
                let real = &expected[section];
                assert_eq!(from, real.start as u64, "{section}");
                assert_eq!(len, real.len() as u64, "{section}");
            }
        }
    }

    #[test]
    fn a_hyphen_between_two_pieces_hides_no_boundary() {
        let mut raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n".to_vec();
        raw.extend(b"- item\r\n".repeat(400_000));
        raw.extend(b"--b\r\n\r\nlast\r\n--b--\r\n");
        for piece in [1, 8, 7] {
            let skeleton = of(&raw, piece);
            assert_eq!(skeleton.size(), raw.len() as u64);
            let parsed = message::parse(skeleton.kept());
            assert_eq!(parsed.section("2"), Some(&b"last"[..]), "{piece}");
        }
    }

    #[test]
    fn memory_is_bounded() {
        let mut skeleton = Skeleton::default();
        for _ in 0..100 {
            skeleton.push(&[b'x'; 1 << 20]);
        }
        assert!(skeleton.kept().len() <= LINE_MOST);
        skeleton.push(b"\n");
        for _ in 0..100 {
            skeleton.push(&b"--\r\n".repeat(1 << 18));
        }
        assert!(skeleton.kept().len() <= KEPT_MOST + LINE_MOST);
        assert_eq!(skeleton.size(), 200 * (1 << 20) + 1);
    }
}
