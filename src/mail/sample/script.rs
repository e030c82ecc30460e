//! Reads the little scripts (`talks.txt`, `list.txt`, `scripts.txt`) that hold the texts of the
//! sample conversations:
//!
//! ```text
//! # The subject
//! in: INBOX            (options, one a line)
//! age: 3d5h            (how long ago it began)
//! -- ines 2h unread    (who writes, how long after the start, keywords)
//! The text.
//! attach: png map.png  (a file)
//! ```

use super::{DAY, HOUR, MINUTE};

/// One conversation.
#[derive(Debug, Default)]
pub(super) struct Talk<'a> {
    pub(super) subject: &'a str,
    pub(super) turns: Vec<Turn<'a>>,
    options: Vec<(&'a str, &'a str)>,
}

/// One message of a conversation.
#[derive(Debug, Default)]
pub(super) struct Turn<'a> {
    /// A key of [`super::people`].
    pub(super) who: &'a str,
    /// Milliseconds after the start of the conversation.
    pub(super) after: i64,
    /// `seen`, `unread`, `flagged`, `answered`.
    pub(super) state: &'a str,
    pub(super) text: String,
    /// Kind and name of each file.
    pub(super) files: Vec<(&'a str, &'a str)>,
}

impl<'a> Talk<'a> {
    /// An option's value; empty when it is not given.
    pub(super) fn option(&self, name: &str) -> &'a str {
        self.options
            .iter()
            .find(|(key, _)| *key == name)
            .map_or("", |(_, value)| value)
    }
}

/// All conversations of a script.
pub(super) fn read(script: &str) -> Vec<Talk<'_>> {
    let mut talks: Vec<Talk<'_>> = Vec::new();
    for line in script.lines() {
        if let Some(subject) = line.strip_prefix("# ") {
            talks.push(Talk {
                subject,
                ..Talk::default()
            });
            continue;
        }
        let Some(talk) = talks.last_mut() else {
            continue;
        };
        if let Some(head) = line.strip_prefix("-- ") {
            let mut words = head.split(' ');
            talk.turns.push(Turn {
                who: words.next().unwrap_or_default(),
                after: span(words.next().unwrap_or_default()),
                state: words.next().unwrap_or_default(),
                ..Turn::default()
            });
        } else if let Some(turn) = talk.turns.last_mut() {
            match line
                .strip_prefix("attach: ")
                .and_then(|file| file.split_once(' '))
            {
                Some(file) => turn.files.push(file),
                None => {
                    turn.text.push_str(line);
                    turn.text.push('\n');
                }
            }
        } else if let Some(option) = line.split_once(": ") {
            talk.options.push(option);
        }
    }
    for turn in talks.iter_mut().flat_map(|talk| talk.turns.iter_mut()) {
        turn.text.truncate(turn.text.trim_end().len());
    }
    talks
}

/// `3d5h` in milliseconds.
pub(super) fn span(text: &str) -> i64 {
    let (mut sum, mut number) = (0, 0);
    for letter in text.chars() {
        let unit = match letter {
            'd' => DAY,
            'h' => HOUR,
            'm' => MINUTE,
            _ => {
                number = number * 10 + i64::from(letter.to_digit(10).unwrap_or(0));
                continue;
            }
        };
        sum += number * unit;
        number = 0;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_read_into_talks() {
        let talks = read(
            "# One\nin: INBOX\nage: 1d\n-- ines 0\nHello: you\nattach: png a b.png\n-- me 2h30m seen\nBye\n\n# Two\n",
        );
        assert_eq!(talks.len(), 2);
        assert_eq!(
            (talks[0].option("in"), talks[0].option("none")),
            ("INBOX", "")
        );
        let [first, second] = &talks[0].turns[..] else {
            panic!("{talks:?}")
        };
        assert_eq!(
            (first.text.as_str(), first.files.as_slice()),
            ("Hello: you", &[("png", "a b.png")][..])
        );
        assert_eq!((second.after, second.state), (150 * MINUTE, "seen"));
        assert_eq!(span("3d5h"), 3 * DAY + 5 * HOUR);
    }
}
