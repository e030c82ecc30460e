//! The languages of the interface: Fluent messages from `locales/`, embedded in the binary.
//!
//! English is complete by definition; a test holds every other language to it.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::{LanguageIdentifier, langid};

mod mirror;
#[cfg(test)]
mod tests;

type Bundle = FluentBundle<FluentResource>;

/// A language's messages.
struct Words {
    bundle: Bundle,
    /// Those that take no words from elsewhere, as they stand on a page: most of a page's words,
    /// dozens of them on each row of a list, and an order of magnitude quicker than formatting.
    fixed: HashMap<&'static str, String>,
}

/// A language that pages can be written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English; what is shown when nothing better is known.
    #[default]
    English,
    /// French.
    French,
    /// English in Hebrew letters, from right to left. For tests of the layout; never offered.
    Mirror,
}

/// The languages a person may choose, in the order of the setting.
pub const OFFERED: [Language; 2] = [Language::English, Language::French];

macro_rules! files {
    ($language:literal) => {
        [
            include_str!(concat!("../../locales/", $language, "/actions.ftl")),
            include_str!(concat!("../../locales/", $language, "/collection.ftl")),
            include_str!(concat!("../../locales/", $language, "/compose.ftl")),
            include_str!(concat!("../../locales/", $language, "/errors.ftl")),
            include_str!(concat!("../../locales/", $language, "/folders.ftl")),
            include_str!(concat!("../../locales/", $language, "/frame.ftl")),
            include_str!(concat!("../../locales/", $language, "/login.ftl")),
            include_str!(concat!("../../locales/", $language, "/mail.ftl")),
            include_str!(concat!("../../locales/", $language, "/message.ftl")),
            include_str!(concat!("../../locales/", $language, "/settings.ftl")),
            include_str!(concat!("../../locales/", $language, "/time.ftl")),
            include_str!(concat!("../../locales/", $language, "/transfer.ftl")),
            include_str!(concat!("../../locales/", $language, "/webhooks.ftl")),
        ]
    };
}

const ENGLISH_FILES: [&str; 13] = files!("en");
const FRENCH_FILES: [&str; 13] = files!("fr");

static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::new(Language::English));
static FRENCH: LazyLock<Words> = LazyLock::new(|| Words::new(Language::French));
static MIRROR: LazyLock<Words> = LazyLock::new(|| Words::new(Language::Mirror));

impl Language {
    /// The BCP 47 code, as in the settings and in `<html lang>`.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::Mirror => "he",
        }
    }

    /// The language's own name for itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::French => "Français",
            Self::Mirror => "Mirror",
        }
    }

    /// The writing direction, as in `<html dir>`.
    pub fn direction(self) -> &'static str {
        match self {
            Self::English | Self::French => "ltr",
            Self::Mirror => "rtl",
        }
    }

    /// The offered language with this code, region ignored (`fr-CA` is French).
    pub fn from_code(code: &str) -> Option<Self> {
        let primary = code.split(['-', '_']).next()?.trim();
        OFFERED
            .into_iter()
            .find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    /// The best offered language for an Accept-Language header (RFC 9110 §12.5.4).
    pub fn negotiate(accept_language: &str) -> Self {
        let mut best = (0.0, Self::default());
        for range in accept_language.split(',').take(32) {
            let mut pieces = range.split(';');
            let language = pieces.next().and_then(Self::from_code);
            let quality = pieces
                .find_map(|piece| piece.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.trim().parse::<f32>().unwrap_or(0.0));
            if let Some(language) = language
                && quality > best.0
            {
                best = (quality, language);
            }
        }
        best.1
    }

    /// The message `key`, in which nothing is to be filled in.
    pub fn word(self, key: &str) -> Cow<'static, str> {
        match self.words().fixed.get(key) {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(self.text(key, &[])),
        }
    }

    /// The message `key`, filled with `args`. A key that is missing shows as itself.
    pub fn text(self, key: &str, args: &[(&str, FluentValue<'_>)]) -> String {
        let bundle = &self.words().bundle;
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            debug_assert!(false, "no message {key}");
            return key.to_owned();
        };
        let args: FluentArgs<'_> = args
            .iter()
            .map(|(name, value)| (*name, self.isolated(value)))
            .collect();
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors);
        debug_assert!(errors.is_empty(), "message {key}: {errors:?}");
        text.into_owned()
    }

    /// A whole number with the language's grouping.
    pub fn number(self, number: u64) -> String {
        let digits = number.to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(match self {
                    Self::English | Self::Mirror => ',',
                    Self::French => '\u{202f}',
                });
            }
            grouped.push(digit);
        }
        grouped
    }

    /// The mark between whole and fraction.
    pub fn decimal_mark(self) -> char {
        match self {
            Self::English | Self::Mirror => '.',
            Self::French => ',',
        }
    }

    fn files(self) -> [&'static str; 13] {
        match self {
            Self::English | Self::Mirror => ENGLISH_FILES,
            Self::French => FRENCH_FILES,
        }
    }

    fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::French => &FRENCH,
            Self::Mirror => &MIRROR,
        }
    }

    fn identifier(self) -> LanguageIdentifier {
        match self {
            // English plural rules: the mirror's words are English ones.
            Self::English | Self::Mirror => langid!("en"),
            Self::French => langid!("fr"),
        }
    }

    /// Keeps a word of the other direction from reordering the sentence around it.
    fn isolated<'a>(self, value: &FluentValue<'a>) -> FluentValue<'a> {
        match value {
            FluentValue::String(text) if self.must_isolate(text) => {
                FluentValue::String(Cow::Owned(format!("\u{2068}{text}\u{2069}")))
            }
            other => other.clone(),
        }
    }

    fn must_isolate(self, text: &str) -> bool {
        // Figures alone keep their order everywhere; isolated, `2:52` would fall apart.
        let is_foreign = match self.direction() {
            "rtl" => |letter: char| letter.is_alphabetic(),
            _ => is_right_to_left,
        };
        text.chars().any(is_foreign)
    }
}

/// Letters of the scripts written from right to left (Unicode blocks, not single characters).
fn is_right_to_left(letter: char) -> bool {
    matches!(letter,
        '\u{0590}'..='\u{08ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

impl Words {
    fn new(language: Language) -> Self {
        let bundle = bundle(language);
        // A message begins at the start of a line; everything else is indented or a comment.
        let lines = language.files().into_iter().flat_map(str::lines);
        let keys = lines.filter_map(|line| Some(line.split_once('=')?.0.trim_end()));
        let fixed = keys.filter_map(|key| {
            let pattern = bundle.get_message(key)?.value()?;
            let mut errors = Vec::new();
            let text = bundle.format_pattern(pattern, None, &mut errors);
            // What lacks words from elsewhere is an error here.
            errors.is_empty().then(|| (key, text.into_owned()))
        });
        let fixed = fixed.collect();
        Self { bundle, fixed }
    }
}

fn bundle(language: Language) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![language.identifier()]);
    bundle.set_use_isolating(false);
    if language == Language::Mirror {
        bundle.set_transform(Some(mirror::mirror));
    }
    // A fn pointer can't capture the language, hence one per language.
    bundle.set_formatter(Some(match language {
        Language::English | Language::Mirror => {
            |value, _| whole(value).map(|n| Language::English.number(n))
        }
        Language::French => |value, _| whole(value).map(|n| Language::French.number(n)),
    }));
    for file in language.files() {
        // The files are ours: a test holds that they parse and that no key comes twice.
        let resource = match FluentResource::try_new(file.to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
    }
    bundle
}

fn whole(value: &FluentValue<'_>) -> Option<u64> {
    match value {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "counts are whole and below 2^53"
        )]
        FluentValue::Number(number) if number.value >= 0.0 => Some(number.value as u64),
        _ => None,
    }
}
