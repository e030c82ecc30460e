//! Writes messages as a Maildir++ for Dovecot: folders are `.Name` directories in modified UTF-7
//! (RFC 3501 §5.1.3) with `.` between the levels; flags stand in the file names; each file's time
//! is that of the message. Shared with `examples/sample_mail.rs`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use restante::mail::{
    keyword::{self, Keywords},
    sample::SampleMessage,
};

/// One user's mail on disk.
#[derive(Debug)]
pub(crate) struct Maildir {
    root: PathBuf,
    made: BTreeSet<String>,
    /// Keywords beyond the standard ones, in the order of their letters, by folder.
    words: BTreeMap<String, Vec<String>>,
    written: usize,
}

impl Maildir {
    /// Nothing is written before the first message or folder.
    pub(crate) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            made: BTreeSet::new(),
            words: BTreeMap::new(),
            written: 0,
        }
    }

    /// How many messages were written.
    pub(crate) fn written(&self) -> usize {
        self.written
    }

    /// Adds a message; Dovecot numbers them by the time in their names, then by this order.
    pub(crate) fn write(&mut self, message: &SampleMessage) -> io::Result<()> {
        let folder = self.folder(&message.folder)?;
        let own = self.letters(&message.folder, &folder, &message.keywords)?;
        self.written += 1;
        let name = format!(
            "{}.M{:06}P{}.restante,S={}:2,{}{own}",
            message.received_at / 1000,
            message.received_at % 1000 * 1000,
            self.written,
            message.raw.len(),
            flags(&message.keywords),
        );
        let millis = u64::try_from(message.received_at).unwrap_or(0);
        let mut file = fs::File::create(folder.join("cur").join(name))?;
        file.write_all(&message.raw)?;
        file.set_modified(UNIX_EPOCH + Duration::from_millis(millis))
    }

    /// The letters of keywords that have none by the standard; Dovecot's list of them follows.
    fn letters(&mut self, folder: &str, path: &Path, keywords: &Keywords) -> io::Result<String> {
        let words = self.words.entry(folder.to_owned()).or_default();
        let mut letters = Vec::new();
        for word in keywords
            .0
            .iter()
            .filter(|word| !STANDARD.contains(&word.as_str()))
        {
            let known = words.iter().position(|known| known == word);
            let at = known.unwrap_or_else(|| {
                words.push(word.clone());
                words.len() - 1
            });
            // The first letter is the junk mark's.
            letters.extend(('b'..='z').nth(at));
        }
        if !letters.is_empty() {
            let lines = words.iter().zip(1..);
            let lines: String = lines.map(|(word, at)| format!("{at} {word}\n")).collect();
            fs::write(path.join("dovecot-keywords"), format!("0 $Junk\n{lines}"))?;
        }
        letters.sort_unstable();
        Ok(letters.into_iter().collect())
    }

    /// The folder's directory, made when missing, and subscribed to.
    pub(crate) fn folder(&mut self, path: &str) -> io::Result<PathBuf> {
        let name = modified_utf7(path).replace('/', ".");
        let inbox = path == "INBOX";
        let directory = if inbox {
            self.root.clone()
        } else {
            self.root.join(format!(".{name}"))
        };
        if !self.made.insert(name.clone()) {
            return Ok(directory);
        }
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(directory.join(part))?;
        }
        // Dovecot's names of the custom flags a, b, ... of this folder.
        fs::write(directory.join("dovecot-keywords"), "0 $Junk\n")?;
        if !inbox {
            fs::create_dir_all(&self.root)?;
            let list = self.root.join("subscriptions");
            let mut list = fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(list)?;
            writeln!(list, "{name}")?;
        }
        Ok(directory)
    }
}

/// Keywords that have a letter of their own.
const STANDARD: [&str; 6] = [
    keyword::DRAFT,
    keyword::FLAGGED,
    keyword::FORWARDED,
    keyword::ANSWERED,
    keyword::SEEN,
    keyword::JUNK,
];

/// The letters of a Maildir file name, in the order of the alphabet.
fn flags(keywords: &Keywords) -> String {
    let letters = [
        (keyword::DRAFT, 'D'),
        (keyword::FLAGGED, 'F'),
        (keyword::FORWARDED, 'P'),
        (keyword::ANSWERED, 'R'),
        (keyword::SEEN, 'S'),
        (keyword::JUNK, 'a'),
    ];
    letters
        .iter()
        .filter(|(word, _)| keywords.has(word))
        .map(|(_, letter)| letter)
        .collect()
}

/// A folder name as IMAP4rev1 writes it.
fn modified_utf7(name: &str) -> String {
    let mut out = String::new();
    let mut wide: Vec<u8> = Vec::new();
    for letter in name.chars().map(Some).chain([None]) {
        let plain = letter.filter(|letter| (' '..='~').contains(letter));
        if (plain.is_some() || letter.is_none()) && !wide.is_empty() {
            out.push_str(&format!(
                "&{}-",
                STANDARD_NO_PAD.encode(&wide).replace('/', ",")
            ));
            wide.clear();
        }
        match (plain, letter) {
            (Some('&'), _) => out.push_str("&-"),
            (Some(letter), _) => out.push(letter),
            (None, Some(letter)) => {
                let mut units = [0; 2];
                let units = letter.encode_utf16(&mut units);
                wide.extend(units.iter().flat_map(|unit| unit.to_be_bytes()));
            }
            (None, None) => {}
        }
    }
    out
}
