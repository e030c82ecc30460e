//! The words of a message as the full-text index has them: folded (small letters, no accents,
//! compatible forms made alike), split at all that is no letter or digit. Where a script has no
//! spaces (Chinese, Japanese, Korean, Thai…) each letter is a word, so that any part of a sentence
//! can be looked for.
//!
//! In the index each word begins with its account's number: a search reads what its own account
//! has of a word, however many people there are. Words of header fields are there twice, as they
//! are, and with the field's name in front.

use sqlx::AssertSqlSafe;
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use crate::{
    mail::{
        address::Address,
        header::{self, Field},
        html,
        message::{self, Message},
        part::Part,
    },
    store::{
        error::Error,
        id::{AccountId, LocalMessageId},
        places,
        transaction::Tx,
    },
};

/// Words of one message. PostgreSQL counts positions up to 16,383.
const WORDS_MOST: usize = 12_000;
/// Octets of them, their places included: PostgreSQL takes a vector of less than 1 MiB.
const OCTETS_MOST: usize = 900_000;
/// Octets that the index adds to each: its place and the account's number.
const OCTETS_EACH: usize = 6 + 22;
/// Words of its header fields.
const HEADER_WORDS_MOST: usize = 2_000;
/// Stands behind the account's number and behind the name of a field. A letter to both databases,
/// and in no word: folding makes an `a` of it.
const JOINT: char = 'ª';
/// Octets of one text that are read.
const TEXT_MOST: usize = 512 * 1024;
/// Characters of a word.
const LETTERS_MOST: usize = 40;

/// Fields that machines write to each other: nobody looks for their words.
const NOISE: [&str; 10] = [
    "received",
    "dkim-signature",
    "arc-seal",
    "arc-message-signature",
    "arc-authentication-results",
    "authentication-results",
    "x-google-dkim-signature",
    "domainkey-signature",
    "x-gm-message-state",
    "references",
];

/// The words of a message by the field that they stand in, with spaces between.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// From.
    pub sender: String,
    /// To.
    pub recipient: String,
    /// Cc.
    pub cc: String,
    /// Bcc.
    pub bcc: String,
    /// Subject.
    pub subject: String,
    /// All header fields, each with its name in front; then for each field its mark, and its words
    /// with the mark in front. Of those that machines write to each other the mark alone.
    pub header: String,
    /// Texts and file names.
    pub body: String,
}

impl Words {
    /// Reads the words of a parsed message. Pure work.
    pub(super) fn read(message: &Message<'_>) -> Self {
        let fields = message.fields();
        let people = |name| {
            let raw = header::first(&fields, name);
            people(&raw.map(header::addresses).unwrap_or_default())
        };
        let subject = header::first(&fields, "Subject");
        let charset = message.root.charset.as_deref();
        let subject = subject.map(|raw| header::decode_text_as(raw, charset));
        Self {
            sender: people("From"),
            recipient: people("To"),
            cc: people("Cc"),
            bcc: people("Bcc"),
            subject: joined(&subject.unwrap_or_default(), HEADER_WORDS_MOST),
            header: of_fields(&fields),
            body: of_body(message),
        }
    }

    /// In the order of the index's columns.
    fn columns(&self) -> [&str; 7] {
        let Self {
            sender,
            recipient,
            cc,
            bcc,
            subject,
            header,
            body,
        } = self;
        [sender, recipient, cc, bcc, subject, header, body]
    }
}

/// Writes a message's words into the index.
pub(super) async fn insert(
    tx: &mut Tx,
    account: AccountId,
    message: LocalMessageId,
    words: &Words,
) -> Result<(), Error> {
    insert_all(tx, account, &[(message, words)]).await
}

/// Writes the words of several messages into the index.
pub(super) async fn insert_all(
    tx: &mut Tx,
    account: AccountId,
    messages: &[(LocalMessageId, &Words)],
) -> Result<(), Error> {
    const SQLITE: &str = "INSERT INTO message_words
            (rowid, sender, recipient, cc, bcc, subject, header, body) VALUES ";
    const POSTGRES: &str = "INSERT INTO message_words
            (message_id, sender, recipient, cc, bcc, subject, header, body) VALUES ";
    match tx {
        Tx::Sqlite(db) => {
            let sql = format!("{SQLITE}{}", places::rows(8, messages.len()));
            let sql = places::without_numbers(&sql);
            // Safe: the text is put together from constants and numbers of places.
            let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(messages.len() == 1);
            for (message, words) in messages {
                query = query.bind(message.get());
                for words in words.columns() {
                    query = query.bind(owned(account, words));
                }
            }
            query.execute(&mut **db).await?;
        }
        Tx::Postgres(db) => {
            let rows = (0..messages.len()).map(|row| {
                let first = row * 8 + 1;
                let vectors = (first + 1..first + 8).map(|n| format!("CAST(${n} AS tsvector)"));
                format!("(${first}, {})", vectors.collect::<Vec<_>>().join(", "))
            });
            let sql = format!("{POSTGRES}{}", rows.collect::<Vec<_>>().join(", "));
            // Safe, as above.
            let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(messages.len() == 1);
            for (message, words) in messages {
                query = query.bind(message.get());
                for words in words.columns() {
                    query = query.bind(vector(account, words));
                }
            }
            query.execute(&mut **db).await?;
        }
    }
    Ok(())
}

/// Takes a message's words out of the index.
pub(super) async fn remove(tx: &mut Tx, message: LocalMessageId) -> Result<(), Error> {
    const SQLITE: &str = "DELETE FROM message_words WHERE rowid = $1";
    const POSTGRES: &str = "DELETE FROM message_words WHERE message_id = $1";
    match tx {
        Tx::Sqlite(db) => {
            let query = sqlx::query(SQLITE).bind(message.get());
            query.execute(&mut **db).await.map(drop)?;
        }
        Tx::Postgres(db) => {
            let query = sqlx::query(POSTGRES).bind(message.get());
            query.execute(&mut **db).await.map(drop)?;
        }
    }
    Ok(())
}

/// A word as the index has it.
pub(super) fn of_account(account: AccountId, word: &str) -> String {
    format!("{account}{JOINT}{word}")
}

/// Words as the index has them.
fn owned(account: AccountId, words: &str) -> String {
    let prefix = of_account(account, "");
    let mut owned = String::with_capacity(words.len() * 2);
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        if !owned.is_empty() {
            owned.push(' ');
        }
        owned.push_str(&prefix);
        owned.push_str(word);
    }
    owned
}

/// Words with their places, as PostgreSQL reads them. They are letters and digits: nothing in them
/// means anything to it.
fn vector(account: AccountId, words: &str) -> String {
    let mut vector = String::with_capacity(words.len() * 2);
    for (word, place) in words.split(' ').filter(|word| !word.is_empty()).zip(1..) {
        let place: usize = place;
        vector.push('\'');
        vector.push_str(&of_account(account, word));
        vector.push_str("':");
        vector.push_str(&place.to_string());
        vector.push(' ');
    }
    vector
}

/// Writes the words of a text behind others, at most so many and as many as there is room for, with
/// spaces between.
struct Writer {
    all: String,
    words: usize,
    room: usize,
}

impl Writer {
    fn new(words: usize) -> Self {
        Self {
            all: String::new(),
            words,
            room: OCTETS_MOST,
        }
    }

    fn is_full(&self) -> bool {
        self.words == 0 || self.room == 0
    }

    /// Takes the words of a text. Plain ASCII, which nearly all is, needs no folding.
    fn text(&mut self, text: &str) {
        if !text.is_ascii() {
            let _last = words(text).take_while(|word| self.word(word)).last();
            return;
        }
        let parts = text.split(|c: char| !c.is_ascii_alphanumeric());
        for word in parts.filter(|word| !word.is_empty()) {
            let end = word.len().min(LETTERS_MOST);
            let from = self.all.len();
            if !self.word(word.get(..end).unwrap_or(word)) {
                break;
            }
            if let Some(written) = self.all.get_mut(from..) {
                written.make_ascii_lowercase();
            }
        }
    }

    /// False when there was no room for it, nor is for others.
    fn word(&mut self, word: &str) -> bool {
        self.room = self.room.saturating_sub(word.len() + OCTETS_EACH);
        if self.is_full() {
            self.room = 0;
            return false;
        }
        self.words -= 1;
        if !self.all.is_empty() {
            self.all.push(' ');
        }
        self.all.push_str(word);
        true
    }
}

/// The words of a text.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let mut letters = text.nfkd().filter(|c| !is_combining_mark(*c));
    let mut waiting: Option<char> = None;
    std::iter::from_fn(move || {
        let mut word = String::new();
        let mut count = 0;
        loop {
            let Some(letter) = waiting.take().or_else(|| letters.next()) else {
                return (!word.is_empty()).then_some(word);
            };
            if !letter.is_alphanumeric() {
                if word.is_empty() {
                    continue;
                }
                return Some(word);
            }
            if stands_alone(letter) {
                if word.is_empty() {
                    return Some(letter.to_string());
                }
                waiting = Some(letter);
                return Some(word);
            }
            // The rest of an endless word is part of no other.
            if count < LETTERS_MOST {
                word.extend(letter.to_lowercase().filter(|c| c.is_alphanumeric()));
            }
            count += 1;
        }
    })
}

/// Letters of scripts that put no space between words. Hangul comes apart in NFKD, into letters
/// of which one word has many: it has spaces, and is looked for by the beginnings of words.
fn stands_alone(letter: char) -> bool {
    matches!(u32::from(letter),
        0x0E00..=0x0EFF            // Thai, Lao
        | 0x1000..=0x109F          // Myanmar
        | 0x1780..=0x17FF          // Khmer
        | 0x3040..=0x30FF          // Hiragana, Katakana
        | 0x3400..=0x4DBF          // Han
        | 0x4E00..=0x9FFF
        | 0xF900..=0xFAFF
        | 0x20000..=0x3FFFF)
}

/// The words of a text, at most so many, with spaces between.
fn joined(text: &str, most: usize) -> String {
    let mut writer = Writer::new(most);
    writer.text(text);
    writer.all
}

fn people(people: &[Address]) -> String {
    let text = people.iter().take(1000).flat_map(|one| {
        let name = one.name.as_deref().unwrap_or_default();
        [name, " ", one.email.as_str(), " "]
    });
    joined(&text.collect::<String>(), HEADER_WORDS_MOST)
}

fn of_fields(fields: &[Field<'_>]) -> String {
    let mut all: Vec<String> = Vec::new();
    // Behind all others, so that these stand as they were written.
    let mut marked: Vec<String> = Vec::new();
    for field in fields {
        if all.len() >= HEADER_WORDS_MOST || marked.len() >= HEADER_WORDS_MOST {
            break;
        }
        marked.push(mark(field.name, ""));
        if NOISE
            .iter()
            .any(|noise| field.name.eq_ignore_ascii_case(noise))
        {
            continue;
        }
        all.extend(words(field.name));
        let value = field.raw.get(..field.raw.len().min(16 * 1024));
        for word in words(&header::decode_text(value.unwrap_or_default())) {
            marked.push(mark(field.name, &word));
            all.push(word);
        }
    }
    all.truncate(HEADER_WORDS_MOST);
    marked.truncate(HEADER_WORDS_MOST);
    let mut writer = Writer::new(2 * HEADER_WORDS_MOST);
    let mut words = all.iter().chain(&marked);
    let _fit = words.all(|word| writer.word(word));
    writer.all
}

/// A word of the field with this name; with no word, what says that a message has the field.
pub(super) fn mark(name: &str, word: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let letters = letters.take(LETTERS_MOST).map(|c| c.to_ascii_lowercase());
    // The joint in front as well: or who looks for words would find the names of fields.
    let begin = [JOINT].into_iter().chain(letters).chain([JOINT]);
    begin.chain(word.chars()).collect()
}

fn of_body(message: &Message<'_>) -> String {
    let mut writer = Writer::new(WORDS_MOST);
    let mut waiting: Vec<&Part> = vec![&message.root];
    while let Some(part) = waiting.pop() {
        if writer.is_full() {
            break;
        }
        waiting.extend(part.children.iter().rev());
        if let Some(name) = &part.filename {
            writer.text(name);
        }
        if part.media_type.starts_with("text/") {
            let raw = message.section(&part.section).unwrap_or_default();
            let raw = raw.get(..raw.len().min(TEXT_MOST)).unwrap_or_default();
            let text = message::decode_text(part, raw);
            let is_html = part.media_type == "text/html";
            let text = if is_html { html::to_text(&text) } else { text };
            writer.text(&text);
        }
    }
    writer.all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        words(text).collect()
    }

    #[test]
    fn texts_become_words() {
        let cases: [(&str, &[&str]); 7] = [
            ("L'Été, à Zürich!", &["l", "ete", "a", "zurich"]),
            ("anna@example.org", &["anna", "example", "org"]),
            (
                "日本語テスト abc",
                &["日", "本", "語", "テ", "ス", "ト", "abc"],
            ),
            ("abc日本", &["abc", "日", "本"]),
            ("ﬁn ①②", &["fin", "12"]),
            ("", &[]),
            ("--- ' \" * :", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(of(text), expected, "{text}");
        }
        assert_eq!(of(&"x".repeat(1000)), ["x".repeat(LETTERS_MOST)]);
    }

    /// The short way for ASCII gives what the other one does.
    #[test]
    fn ascii_is_read_as_all_is() {
        let long = "x".repeat(100);
        for text in [
            "",
            " ",
            "One two-THREE's 4x",
            "a",
            "--",
            "end. ",
            &long,
            "a\0b\tc",
        ] {
            let mut writer = Writer::new(100);
            writer.text(text);
            assert_eq!(writer.all, of(text).join(" "), "{text}");
        }
        let mut writer = Writer::new(3);
        writer.text("one two");
        writer.text("drei vier fünf");
        assert!(writer.is_full());
        assert_eq!(writer.all, "one two drei");
        let mut writer = Writer::new(WORDS_MOST * 10);
        writer.text(&"wording ".repeat(100_000));
        writer.text("ü");
        assert!(writer.is_full());
        assert_eq!(
            writer.all.split(' ').count(),
            OCTETS_MOST / ("wording".len() + OCTETS_EACH)
        );
    }

    /// What stands between the parts of a word of the index is in no word that anybody writes.
    #[test]
    fn nobody_writes_the_joint() {
        assert_eq!(of("1ªroot xª"), ["1aroot", "xa"]);
    }

    #[test]
    fn a_message_gives_its_words() {
        let raw = "From: Zoë <zoe@example.org>\r\nSubject: Quarterly report\r\n\
            X-Mailer: Tin 5\r\nReceived: noise\r\n\
            Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
            Content-Type: text/html\r\n\r\n<p>Hello <b>wörld</b></p>\r\n--b\r\n\
            Content-Type: application/pdf; name=plan.pdf\r\n\r\n%PDF secret\r\n--b--\r\n";
        let words = Words::read(&message::parse(raw.as_bytes()));
        assert_eq!(words.sender, "zoe zoe example org");
        assert_eq!(words.subject, "quarterly report");
        let header = &words.header;
        assert!(header.contains(" x mailer tin 5 "), "{header}");
        let marked = " ªxmailerª ªxmailerªtin ªxmailerª5 ªreceivedª ";
        assert!(
            header.contains(marked) && !header.contains("noise"),
            "{header}"
        );
        assert_eq!(words.body, "hello world plan pdf");
    }
}
