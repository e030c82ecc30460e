//! Maildir (<https://cr.yp.to/proto/maildir.html>) as Dovecot and Courier have it: a message is a
//! file in `cur` or `new`, its flags stand in the file's name, and folders are folders whose names
//! begin with a dot (Maildir++) or that lie in one another.

use super::keyword::{self, Keywords};

/// The file beside `cur` that says what small letters mean (Dovecot): `0 $Forwarded`.
pub const KEYWORDS_FILE: &str = "dovecot-keywords";

/// Keywords that small letters can stand for.
pub const LETTERS_MOST: usize = 26;

/// Flags by their letter, in the order in which they are written.
const FLAGS: [(char, &str); 5] = [
    ('D', keyword::DRAFT),
    ('F', keyword::FLAGGED),
    ('P', keyword::FORWARDED),
    ('R', keyword::ANSWERED),
    ('S', keyword::SEEN),
];

/// Keywords by their small letter, of one folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letters(Vec<String>);

impl Letters {
    /// Reads a [`KEYWORDS_FILE`].
    pub fn read(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        let mut words = vec![String::new(); LETTERS_MOST];
        for line in text.lines().take(1000) {
            let Some((number, word)) = line.trim().split_once(' ') else {
                continue;
            };
            let word = word.to_lowercase();
            let number: Option<usize> = number.parse().ok();
            if let Some(place) = number.and_then(|number| words.get_mut(number))
                && keyword::is_valid(&word)
            {
                *place = word;
            }
        }
        Self(words)
    }

    /// As a [`KEYWORDS_FILE`]; empty when there are none.
    pub fn write(&self) -> String {
        let lines = self.0.iter().enumerate();
        lines
            .map(|(number, word)| format!("{number} {word}\n"))
            .collect()
    }

    /// The letter of a keyword, which gets one if there is one left.
    fn letter(&mut self, word: &str) -> Option<char> {
        let at = match self.0.iter().position(|own| own == word) {
            Some(at) => at,
            None if self.0.len() < LETTERS_MOST => {
                self.0.push(word.to_owned());
                self.0.len() - 1
            }
            None => return None,
        };
        char::from_u32(u32::from(b'a') + u32::try_from(at).ok()?)
    }
}

/// The flags in a file's name. A program that can't have `:` in names writes `;`, `!` or `-`.
pub fn keywords(name: &str, letters: &Letters) -> Keywords {
    let info = [":2,", ";2,", "!2,", "-2,"];
    let at = info.iter().filter_map(|info| name.rfind(info)).max();
    let flags = at.and_then(|at| name.get(at + 3..)).unwrap_or_default();
    let word = |letter: char| {
        if let Some((_, word)) = FLAGS.iter().find(|(own, _)| *own == letter) {
            return Some((*word).to_owned());
        }
        let at = u32::from(letter).checked_sub(u32::from(b'a'))?;
        let word = letters.0.get(usize::try_from(at).ok()?)?;
        (!word.is_empty()).then(|| word.clone())
    };
    flags.chars().take(60).filter_map(word).collect()
}

/// Moved to the trash and not removed yet.
pub fn is_trashed(name: &str) -> bool {
    let flags = name.rfind(":2,").and_then(|at| name.get(at + 3..));
    flags.is_some_and(|flags| flags.contains('T'))
}

/// The name of a message's file: unique within the folder for its `number`, with the time and the
/// flags.
pub fn name(
    received_at: i64,
    number: u64,
    size: u64,
    keywords: &Keywords,
    letters: &mut Letters,
) -> String {
    let (seconds, millis) = (received_at.div_euclid(1000), received_at.rem_euclid(1000));
    let mut flags: String = FLAGS
        .iter()
        .filter(|(_, word)| keywords.has(word))
        .map(|(letter, _)| *letter)
        .collect();
    let lettered = |word: &&String| FLAGS.iter().any(|(_, own)| own == word);
    let others = keywords.0.iter().filter(|word| !lettered(word));
    let mut small: Vec<char> = others
        .filter(|word| keyword::is_valid(word))
        .filter_map(|word| letters.letter(word))
        .collect();
    small.sort_unstable();
    flags.extend(small);
    format!("{seconds}.M{millis:03}000P{number}.restante,S={size}:2,{flags}")
}

/// When a message was received, of a file that was last changed at `modified` (ms, whole
/// seconds): the milliseconds are in the name, if that is of this very second.
pub fn received_at(name: &str, modified: i64) -> i64 {
    let millis = || {
        let (seconds, rest) = name.split_once(".M")?;
        let seconds: i64 = seconds.parse().ok()?;
        let micros: i64 = rest
            .split(|c: char| !c.is_ascii_digit())
            .next()?
            .parse()
            .ok()?;
        let same = seconds.checked_mul(1000)? == modified && (0..1_000_000).contains(&micros);
        same.then_some(modified + micros / 1000)
    };
    millis().unwrap_or(modified)
}

/// Where a file of a Maildir lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The names of the folders above `cur` or `new`.
    pub folder: &'a str,
    /// The file.
    pub name: &'a str,
    /// In `new`: nobody has seen it.
    pub is_new: bool,
}

/// Reads a path; `None` when the file is no message of a Maildir.
pub fn place(path: &str) -> Option<Place<'_>> {
    let (above, name) = path.rsplit_once('/')?;
    let (folder, kind) = above.rsplit_once('/').unwrap_or(("", above));
    let is_new = kind == "new";
    ((is_new || kind == "cur") && !name.is_empty() && !name.starts_with('.')).then_some(Place {
        folder,
        name,
        is_new,
    })
}

/// The folder's names from the top down, encoded as they are on the disk; none for the inbox.
/// `root` is the folder that holds them all.
pub fn parts<'a>(folder: &'a str, root: &str) -> Vec<&'a str> {
    let inside = folder.strip_prefix(root).unwrap_or(folder);
    let inside = inside.trim_matches('/');
    let last = inside.rsplit('/').next().unwrap_or_default();
    match last.strip_prefix('.') {
        Some(names) => names.split('.').filter(|part| !part.is_empty()).collect(),
        None => inside.split('/').filter(|part| !part.is_empty()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::btree_set, prelude::*, sample::select};

    use super::*;

    const WORDS: [&str; 8] = [
        "$seen",
        "$draft",
        "$flagged",
        "$forwarded",
        "$answered",
        "work",
        "$label1",
        "$junk",
    ];

    proptest! {
        #[test]
        fn names_say_flags_and_dates(
            words in btree_set(select(WORDS.to_vec()), 0..8),
            at in 0..4_000_000_000_000_i64,
        ) {
            let keywords: Keywords = words.into_iter().collect();
            let mut letters = Letters::default();
            let name = name(at, 7, 100, &keywords, &mut letters);
            let letters = Letters::read(letters.write().as_bytes());
            prop_assert_eq!(super::keywords(&name, &letters), keywords);
            prop_assert_eq!(received_at(&name, at / 1000 * 1000), at);
        }

        #[test]
        fn odd_names_are_read(name in "\\PC{0,40}", modified in any::<i64>()) {
            let _ = keywords(&name, &Letters::read(name.as_bytes()));
            let _ = received_at(&name, modified);
            let _ = place(&name).map(|place| parts(place.folder, "").len());
        }
    }

    #[test]
    fn flags_of_other_programs() {
        let letters = Letters::read(b"0 $Forwarded\n1 Work\nx\n99 no\n2 bad(\n");
        let read = |name: &str| -> Vec<String> { keywords(name, &letters).0.into_iter().collect() };
        assert_eq!(
            read("1.M2P3.host,S=4,W=5:2,FSab"),
            ["$flagged", "$forwarded", "$seen", "work"]
        );
        assert_eq!(read("1.host;2,RS"), ["$answered", "$seen"]);
        assert_eq!(read("1.host:2,cz"), Vec::<String>::new());
        assert_eq!(read("1.host"), Vec::<String>::new());
        assert!(is_trashed("1.host:2,ST") && !is_trashed("1.T:2,S"));
    }

    #[test]
    fn names_have_no_room_for_more_than_26() {
        let keywords: Keywords = (0..40).map(|n| format!("w{n:02}")).collect();
        let mut letters = Letters::default();
        let name = name(0, 1, 1, &keywords, &mut letters);
        assert!(name.ends_with(":2,abcdefghijklmnopqrstuvwxyz"), "{name}");
        assert_eq!(Letters::read(letters.write().as_bytes()), letters);
    }

    #[test]
    fn places_and_folders() {
        let found = |path, root| place(path).map(|place| parts(place.folder, root));
        for (path, root, expected) in [
            ("Maildir/cur/1:2,S", "Maildir", Some(vec![])),
            ("cur/1:2,S", "", Some(vec![])),
            (
                "Maildir/.Work.2026/new/1",
                "Maildir",
                Some(vec!["Work", "2026"]),
            ),
            ("Work/2026/cur/1", "", Some(vec!["Work", "2026"])),
            ("a/../../.x/cur/1", "a", Some(vec!["x"])),
            ("Maildir/dovecot-keywords", "Maildir", None),
            ("Maildir/tmp/1", "Maildir", None),
            ("Maildir/cur/.hidden", "Maildir", None),
            ("Maildir/cur/", "Maildir", None),
        ] {
            assert_eq!(found(path, root), expected, "{path}");
        }
    }
}
