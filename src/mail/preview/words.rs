//! Which words of a text say what it is about.

use super::MAX_CHARS;
use crate::mail::header::clean::clean;

/// Lines looked at; a preview never needs more.
const MAX_LINES: usize = 400;

/// The first words of the writer's own, else of what is quoted.
pub(super) fn first_words(text: &str) -> String {
    let lines: Vec<String> = text.lines().take(MAX_LINES).map(clean).collect();
    let own = join(own_lines(&lines));
    if !own.is_empty() {
        return own;
    }
    let quoted = lines.iter().map(|line| line.trim_start_matches(['>', ' ']));
    join(quoted)
}

fn own_lines(lines: &[String]) -> impl Iterator<Item = &str> {
    let mut in_signed_header = false;
    lines
        .iter()
        .enumerate()
        .take_while(|(_, line)| !begins_original(line) && line.as_str() != "--")
        .filter(move |(index, line)| {
            // The armour of a signed text ends with the first blank line.
            in_signed_header |= line.starts_with("-----BEGIN PGP SIGNED MESSAGE");
            if in_signed_header {
                in_signed_header = !line.is_empty();
                return false;
            }
            !line.starts_with('>') && !introduces_quote(lines, *index) && !is_rule(line)
        })
        .map(|(_, line)| line.as_str())
}

/// `On Monday, Anna wrote:` and the like, perhaps over two lines, before a quoted line.
fn introduces_quote(lines: &[String], index: usize) -> bool {
    let mut from_here = lines.iter().skip(index).filter(|line| !line.is_empty());
    let (Some(line), second, third) = (from_here.next(), from_here.next(), from_here.next()) else {
        return false;
    };
    let is_quote = |line: Option<&String>| line.is_some_and(|line| line.starts_with('>'));
    // Broken in two by the sender's line length.
    let begins = ["On ", "Le ", "Am ", "El ", "Il ", "Em ", "Op ", "Den "];
    let is_first_half = begins.iter().any(|start| line.starts_with(start))
        && second.is_some_and(|second| ends_attribution(second))
        && is_quote(third);
    is_attribution(line) || is_first_half || ends_attribution(line) && is_quote(second)
}

fn is_attribution(line: &str) -> bool {
    let dated = line.chars().any(|c| c.is_ascii_digit()) || line.contains('@');
    line.chars().count() < 200 && dated && ends_attribution(line)
}

fn ends_attribution(line: &str) -> bool {
    const ENDS: [&str; 14] = [
        "wrote:",
        "writes:",
        "a écrit :",
        "a écrit:",
        "schrieb:",
        "escribió:",
        "ha scritto:",
        "escreveu:",
        "schreef:",
        "skrev:",
        "kirjoitti:",
        "napisał(a):",
        "пишет:",
        "написал:",
    ];
    ENDS.iter().any(|end| line.ends_with(end))
}

/// What Outlook and others put above a quoted message.
fn begins_original(line: &str) -> bool {
    let bare = line.trim_matches(['-', '_', ' ']).to_lowercase();
    let dashed = line.starts_with("--") || line.starts_with("__");
    let words = [
        "original message",
        "message d'origine",
        "message d’origine",
        "ursprüngliche nachricht",
        "mensaje original",
        "messaggio originale",
    ];
    dashed && words.iter().any(|word| bare == *word)
}

/// A line of dashes, stars or the like.
fn is_rule(line: &str) -> bool {
    !line.is_empty()
        && !line.chars().any(char::is_alphanumeric)
        && line.chars().count() >= 3
        && line
            .chars()
            .all(|c| matches!(c, '-' | '_' | '=' | '*' | '~' | '#' | '+' | '.' | ' ' | '|'))
}

/// Joins lines into one text of at most [`MAX_CHARS`] characters, links left out.
fn join<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut out = String::new();
    let mut count = 0;
    let words = lines
        .flat_map(str::split_whitespace)
        .filter(|word| !is_noise(word));
    for word in words {
        let gap = usize::from(!out.is_empty());
        let length = word.chars().count();
        if count + gap + length > MAX_CHARS {
            // One word of endless length, as in languages that have no spaces.
            if MAX_CHARS.saturating_sub(count + gap) > 20 {
                out.extend(std::iter::repeat_n(' ', gap));
                out.extend(word.chars().take(MAX_CHARS - count - gap));
            }
            break;
        }
        out.extend(std::iter::repeat_n(' ', gap));
        out.push_str(word);
        count += gap + length;
    }
    out
}

/// Addresses of pages, and what mail programs leave in place of images.
fn is_noise(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | ':'));
    let start: String = bare
        .chars()
        .take(8)
        .collect::<String>()
        .to_ascii_lowercase();
    start.starts_with("http://")
        || start.starts_with("https://")
        || bare.starts_with("cid:")
        || word.starts_with("[cid:")
        || word.starts_with("[image:")
}
