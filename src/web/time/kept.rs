//! What translations make of a day, kept: a list writes a hundred dates, and asking Fluent for each
//! is a good part of the page. Only the clock and the year, which no translation chooses words by,
//! are put in each time.

use std::{
    collections::HashMap,
    fmt::Write as _,
    sync::{LazyLock, PoisonError, RwLock},
};

use fluent_bundle::FluentValue;
use jiff::Zoned;

use crate::web::i18n::Language;

/// Days kept. A list of years of mail has some hundreds; when there are more, all begin anew.
const MOST: usize = 4096;

/// What translations may choose words by.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Day {
    language: Language,
    key: &'static str,
    weekday: i8,
    day: i8,
    month: i8,
    is_morning: bool,
}

static KEPT: LazyLock<RwLock<HashMap<Day, Box<str>>>> = LazyLock::new(RwLock::default);

/// What stands for a value in what is kept, from Unicode's private use area: it is in no
/// translation, and no letter of any direction.
const YEAR: char = '\u{e000}';
const HOUR12: char = '\u{e001}';
const HOUR24: char = '\u{e002}';
const MINUTE: char = '\u{e003}';

/// The words of `key` for a moment.
pub(super) fn words(language: Language, key: &'static str, when: &Zoned) -> String {
    let day = Day {
        language,
        key,
        weekday: when.weekday().to_monday_one_offset(),
        day: when.day(),
        month: when.month(),
        is_morning: when.hour() < 12,
    };
    let kept = KEPT.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(frame) = kept.get(&day) {
        return filled(frame, when);
    }
    drop(kept);
    let frame = day.frame();
    let text = filled(&frame, when);
    let mut kept = KEPT.write().unwrap_or_else(PoisonError::into_inner);
    if kept.len() >= MOST {
        kept.clear();
    }
    kept.insert(day, frame.into_boxed_str());
    text
}

impl Day {
    /// What is said, with the marks where the values go.
    fn frame(&self) -> String {
        let number = |n: i8| FluentValue::from(i64::from(n));
        let mark = |mark: char| FluentValue::from(mark.to_string());
        let half = if self.is_morning { "am" } else { "pm" };
        self.language.text(
            self.key,
            &[
                ("weekday", number(self.weekday)),
                ("day", number(self.day)),
                ("month", number(self.month)),
                ("year", mark(YEAR)),
                ("hour12", mark(HOUR12)),
                ("hour24", mark(HOUR24)),
                ("minute", mark(MINUTE)),
                ("half", FluentValue::from(half)),
            ],
        )
    }
}

fn filled(frame: &str, when: &Zoned) -> String {
    let mut text = String::with_capacity(frame.len() + 4);
    let hour12 = match when.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    for letter in frame.chars() {
        let _always_fits = match letter {
            // Years are not grouped as counts are.
            YEAR => write!(text, "{}", when.year()),
            HOUR12 => write!(text, "{hour12}"),
            HOUR24 => write!(text, "{:02}", when.hour()),
            MINUTE => write!(text, "{:02}", when.minute()),
            other => text.write_char(other),
        };
    }
    text
}
