//! Writes the sample mailbox as a Maildir++ for Dovecot:
//!
//! ```text
//! cargo run --example sample_mail -- <maildir> [count] [--bulk <folder> <count>]...
//! ```
//!
//! Folders become `.Name` directories in modified UTF-7 (RFC 3501 §5.1.3), with `.` between the
//! levels; flags stand in the file names, and each file's time is that of the message.

use std::{
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};

use anyhow::{Context as _, Result, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use restante::{
    clock::Clock,
    mail::{
        keyword,
        sample::{self, SampleMessage},
    },
};

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let root = PathBuf::from(arguments.next().context("which directory?")?);
    let now = Clock::system().now();
    let mut writer = Writer { root, written: 0 };
    let mut count = 300;
    while let Some(argument) = arguments.next() {
        if argument == "--bulk" {
            let folder = arguments.next().context("--bulk which folder?")?;
            let count = arguments.next().context("--bulk how many?")?.parse()?;
            for message in sample::bulk(now, 7, count) {
                writer.write(&SampleMessage {
                    folder: folder.clone(),
                    ..message
                })?;
            }
        } else if let Ok(number) = argument.parse() {
            count = number;
        } else {
            bail!("unknown argument {argument}");
        }
    }
    if count > 0 {
        for folder in sample::FOLDERS {
            writer.folder(folder)?;
        }
    }
    for message in sample::mailbox(now, 7, count) {
        writer.write(&message)?;
    }
    println!("{} messages in {}", writer.written, writer.root.display());
    Ok(())
}

/// Writes messages below one Maildir.
struct Writer {
    root: PathBuf,
    written: usize,
}

impl Writer {
    fn write(&mut self, message: &SampleMessage) -> Result<()> {
        let folder = self.folder(&message.folder)?;
        self.written += 1;
        let flags = flags(&message.keywords);
        let name = format!(
            "{}.M{}P{}.restante,S={}:2,{flags}",
            message.received_at / 1000,
            message.received_at % 1000 * 1000,
            self.written,
            message.raw.len(),
        );
        let millis = u64::try_from(message.received_at).unwrap_or(0);
        let mut file = fs::File::create(folder.join("cur").join(name))?;
        file.write_all(&message.raw)?;
        file.set_modified(UNIX_EPOCH + Duration::from_millis(millis))?;
        Ok(())
    }

    /// The folder's directory, made when missing, and subscribed to.
    fn folder(&self, path: &str) -> Result<PathBuf> {
        if path == "INBOX" {
            return made(&self.root).cloned();
        }
        let name = modified_utf7(path);
        let directory = self.root.join(format!(".{}", name.replace('/', ".")));
        if !directory.exists() {
            fs::create_dir_all(&self.root)?;
            let list = self.root.join("subscriptions");
            let mut list = fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(list)?;
            writeln!(list, "{}", name.replace('/', "."))?;
        }
        made(&directory).cloned()
    }
}

fn made(directory: &PathBuf) -> Result<&PathBuf> {
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(directory.join(part))?;
    }
    // Dovecot's names of the custom flags a, b, ... of this folder.
    keep(&directory.join("dovecot-keywords"), "0 $Junk\n")?;
    Ok(directory)
}

fn keep(path: &Path, text: &str) -> Result<()> {
    if !path.exists() {
        fs::write(path, text)?;
    }
    Ok(())
}

/// The letters of a Maildir file name, in the order of the alphabet.
fn flags(keywords: &keyword::Keywords) -> String {
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
                wide.extend(
                    letter
                        .encode_utf16(&mut units)
                        .iter()
                        .flat_map(|unit| unit.to_be_bytes()),
                );
            }
            (None, None) => {}
        }
    }
    out
}
