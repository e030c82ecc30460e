//! Domains: whether two belong together, and whether one is made to look like another.

mod typo;

pub use typo::meant;

/// The domain as it may be shown: in its own script if that can mislead nobody, else in the
/// ASCII form that DNS knows (`xn--…`).
pub fn display(domain: &str) -> String {
    match lookalike(domain) {
        Some((_, ascii)) => ascii,
        None => unicode(domain),
    }
}

/// The Unicode and the ASCII form of a domain that mixes scripts within a label, or that is
/// written wholly in letters of another script that look Latin.
pub fn lookalike(domain: &str) -> Option<(String, String)> {
    let unicode = unicode(domain);
    if unicode.is_ascii() {
        // A label that claims to be encoded and is not is no name at all; show it as it is.
        return None;
    }
    // Under a country's own ending (.рф) words of such letters are words.
    let is_latin_zone = unicode.rsplit('.').next().is_some_and(str::is_ascii);
    let is_suspect = unicode
        .split('.')
        .any(|label| mixes_scripts(label) || is_latin_zone && imitates_latin(label));
    let ascii = idna::domain_to_ascii(&unicode).unwrap_or_else(|_| domain.to_owned());
    is_suspect.then_some((unicode, ascii))
}

/// Does a word read as a domain name to a person? Only with endings that people know as such:
/// names of people and firms have dots as well.
pub(super) fn reads_as_domain(word: &str) -> bool {
    const ENDINGS: [&str; 24] = [
        "com", "net", "org", "edu", "gov", "mil", "int", "info", "biz", "io", "co", "app", "dev",
        "shop", "online", "xyz", "top", "site", "bank", "cloud", "example", "test", "store",
        "email",
    ];
    let labels: Vec<&str> = word.split('.').collect();
    let [.., name, ending] = labels.as_slice() else {
        return false;
    };
    let is_label =
        |label: &&str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let lower = ending.to_lowercase();
    let is_country = lower.len() == 2 && lower == **ending && name.chars().count() >= 3;
    labels.iter().all(is_label)
        && name.chars().any(char::is_alphabetic)
        && lower.chars().all(char::is_alphabetic)
        && (ENDINGS.contains(&lower.as_str()) || is_country)
}

/// Is one the other, or do both lie under the same registered name? Registered names are guessed
/// without the list of public suffixes: under a country, a short label before the last is taken
/// for a public suffix (`co.uk`, `com.br`).
pub(super) fn is_related(one: &str, other: &str) -> bool {
    registered(one) == registered(other)
}

fn registered(domain: &str) -> String {
    let domain = unicode(domain).trim_end_matches('.').to_lowercase();
    let mut labels = domain.rsplit('.');
    let (last, second, third) = (labels.next(), labels.next(), labels.next());
    let (Some(last), Some(second)) = (last, second) else {
        return domain;
    };
    let is_public = last.len() == 2
        && (second.len() <= 2 || matches!(second, "com" | "org" | "net" | "gov" | "edu" | "gob"));
    match third {
        Some(third) if is_public => format!("{third}.{second}.{last}"),
        _ => format!("{second}.{last}"),
    }
}

fn unicode(domain: &str) -> String {
    let (text, _) = idna::domain_to_unicode(domain);
    text
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Han,
    Kana,
    Hangul,
    /// Any other, by the block it begins at.
    Other(u32),
}

/// Scripts that are written together in one word: Japanese and Korean beside Latin.
fn mixes_scripts(label: &str) -> bool {
    let mut scripts: Vec<Script> = Vec::new();
    for script in label.chars().filter_map(script) {
        if !scripts.contains(&script) {
            scripts.push(script);
        }
    }
    let together = |set: &[Script]| scripts.iter().all(|script| set.contains(script));
    scripts.len() > 1
        && !together(&[Script::Latin, Script::Han, Script::Kana])
        && !together(&[Script::Latin, Script::Han, Script::Hangul])
}

fn script(c: char) -> Option<Script> {
    Some(match u32::from(c) {
        0x41..=0x5a | 0x61..=0x7a | 0xaa | 0xba | 0xc0..=0x24f | 0x1e00..=0x1eff => Script::Latin,
        0x250..=0x2af | 0x1d00..=0x1dbf | 0x2c60..=0x2c7f | 0xa720..=0xa7ff => Script::Other(0x250),
        0x370..=0x3ff | 0x1f00..=0x1fff => Script::Greek,
        0x400..=0x52f | 0x1c80..=0x1c8f | 0x2de0..=0x2dff | 0xa640..=0xa69f => Script::Cyrillic,
        0x3040..=0x30ff | 0x31f0..=0x31ff => Script::Kana,
        0x1100..=0x11ff | 0x3130..=0x318f | 0xac00..=0xd7af => Script::Hangul,
        0x2e80..=0x2fff
        | 0x3005..=0x3007
        | 0x3400..=0x4dbf
        | 0x4e00..=0x9fff
        | 0xf900..=0xfaff
        | 0x20000..=0x3ffff => Script::Han,
        // Digits, marks and punctuation belong to every script.
        0..=0xbf | 0x2b0..=0x36f | 0x2000..=0x2bff | 0x3000..=0x303f => return None,
        // Scripts of the Near East, India and beyond have blocks of 128 or so.
        other => Script::Other(other / 128),
    })
}

/// A label of nothing but letters that are drawn as Latin ones.
fn imitates_latin(label: &str) -> bool {
    const CYRILLIC: &str = "асеорхуіјѕһԁԛԝӏ";
    const GREEK: &str = "οανρυικχτγ";
    let letters: Vec<char> = label.chars().filter(|c| c.is_alphabetic()).collect();
    let all_in = |set: &str| letters.iter().all(|c| set.contains(*c));
    letters.len() > 1 && (all_in(CYRILLIC) || all_in(GREEK))
}
