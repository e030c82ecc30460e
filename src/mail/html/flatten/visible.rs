//! Whether the reader of a letter sees what an element holds.

use std::collections::HashMap;

use super::declarations;
use crate::mail::html::{
    colour::Colour,
    dark::luminance,
    tree::{NodeId, Tree},
};

/// Letters of at most this size, in pixels, are not read.
const TINY: f32 = 2.0;
/// A box of at most this height or width, in pixels, shows nothing.
const THIN: f32 = 2.0;
/// Further than this beside its place, in pixels, a thing is off the page.
const AWAY: f32 = 400.0;
/// The same to the right or below, where pages can be scrolled to.
const FAR_AWAY: f32 = 3_000.0;
/// What lets less than this through can't be seen.
const FAINT: f32 = 0.05;
/// Letters that differ less than this from what they lie on (WCAG 2.2 contrast ratio) are not
/// seen.
const CONTRAST: f64 = 1.08;

/// What an element has from those around it.
#[derive(Clone, Debug)]
pub(super) struct Look {
    /// Nothing inside is to be seen, whatever it says of itself.
    gone: bool,
    /// `visibility`, which children may take back.
    veiled: bool,
    /// `opacity` of all around it.
    opacity: f32,
    font: f32,
    indented_away: bool,
    ink: Option<Colour>,
    /// Colours that may lie behind the letters; none when nobody knows.
    paper: Vec<[u8; 3]>,
}

impl Look {
    /// Of the page.
    pub(super) fn page() -> Look {
        Look {
            gone: false,
            veiled: false,
            opacity: 1.0,
            font: 16.0,
            indented_away: false,
            ink: Colour::from_hash("000"),
            paper: vec![[255; 3]],
        }
    }

    /// True when nothing of an element with this look is seen, its children included.
    pub(super) fn is_gone(&self) -> bool {
        self.gone || self.opacity < FAINT
    }

    /// What keeps an image from being seen.
    pub(super) fn hides_images(&self) -> bool {
        self.is_gone() || self.veiled
    }

    /// What keeps letters from being seen.
    pub(super) fn hides_letters(&self) -> bool {
        self.hides_images() || self.font <= TINY || self.indented_away || self.ink_is_paper()
    }

    fn ink_is_paper(&self) -> bool {
        let Some(ink) = self.ink else {
            return false;
        };
        let alpha = f64::from(ink.alpha);
        !self.paper.is_empty()
            && self.paper.iter().all(|paper| {
                let mixed = |(ink, paper): (&u8, &u8)| {
                    f64::from(*ink) * alpha + f64::from(*paper) * (1.0 - alpha)
                };
                let seen: Vec<f64> = ink.rgb.iter().zip(paper).map(mixed).collect();
                let [red, green, blue] =
                    [0, 1, 2].map(|at| seen.get(at).copied().unwrap_or(0.0).round());
                let near = |one: f64, other: u8| (one - f64::from(other)).abs() <= 24.0;
                let is_hue = near(red, paper[0]) && near(green, paper[1]) && near(blue, paper[2]);
                is_hue && contrast([red, green, blue], *paper) < CONTRAST
            })
            || ink.alpha < FAINT
    }

    /// The look of an element inside, whose declarations are `styles`.
    pub(super) fn inside(&self, tree: &Tree, id: NodeId, styles: &Styles<'_>) -> Look {
        let mut look = self.clone();
        let name = tree.element_name(id).unwrap_or_default();
        look.attributes(tree, id, name);
        if tree.attribute(id, "hidden").is_some() && styles.get("display").is_none() {
            look.gone = true;
        }
        if styles.get("display") == Some("none") {
            look.gone = true;
        }
        match styles.get("visibility") {
            Some("hidden" | "collapse") => look.veiled = true,
            Some("inherit" | "unset") | None => {}
            Some(_) => look.veiled = false,
        }
        if let Some(opacity) = styles.get("opacity").and_then(|value| size(value, 1.0)) {
            look.opacity *= opacity.clamp(0.0, 1.0);
        }
        look.letters(styles);
        look.place(styles);
        look.colours(styles);
        look
    }

    /// What the old attributes say; declarations count more.
    fn attributes(&mut self, tree: &Tree, id: NodeId, name: &str) {
        let colour = |attribute| {
            tree.attribute(id, attribute)
                .and_then(Colour::from_attribute)
        };
        if name == "font" {
            self.ink = colour("color").or(self.ink);
        }
        if name == "a" && tree.attribute(id, "href").is_some() {
            self.ink = Colour::from_hash("0000ee");
        }
        if name == "mark" {
            self.ink = Colour::from_hash("000");
            self.paper = vec![[255, 255, 0]];
        }
        if let Some(paper) = colour("bgcolor") {
            self.paper = vec![paper.rgb];
        }
        if tree.attribute(id, "background").is_some() {
            self.paper.clear();
        }
    }

    fn letters(&mut self, styles: &Styles<'_>) {
        let shorthand = styles.get("font").map(|font| {
            let words = font.split(['/', ' ']);
            words
                .filter(|word| word.starts_with(|c: char| c.is_ascii_digit() || c == '.'))
                // `font: 700 12px …`: the weight has no unit.
                .find(|word| {
                    word.ends_with(|c: char| c.is_ascii_alphabetic() || c == '%') || *word == "0"
                })
        });
        let written = styles.get("font-size").or(shorthand.flatten());
        if let Some(font) = written.and_then(|value| size(value, self.font)) {
            self.font = font;
        }
        if let Some(indent) = styles
            .get("text-indent")
            .and_then(|value| size(value, self.font))
        {
            self.indented_away = indent <= -AWAY || indent >= FAR_AWAY;
        }
    }

    /// Boxes without room, and boxes elsewhere.
    fn place(&mut self, styles: &Styles<'_>) {
        let length = |name: &str| styles.get(name).and_then(|value| size(value, self.font));
        let cuts = ["overflow", "overflow-x", "overflow-y"].iter().any(|name| {
            let value = styles.get(name).unwrap_or_default();
            value
                .split(' ')
                .any(|word| matches!(word, "hidden" | "clip" | "scroll" | "auto"))
        });
        let room = [
            "height",
            "max-height",
            "block-size",
            "width",
            "max-width",
            "inline-size",
            "max-inline-size",
        ];
        let is_thin = |name: &&str| length(name).is_some_and(|length| length <= THIN);
        self.gone |= cuts && room.iter().any(is_thin);
        let offsets = ["left", "right", "top", "bottom", "inset"];
        let margins = [
            "margin",
            "margin-left",
            "margin-right",
            "margin-top",
            "margin-inline-start",
            "margin-block-start",
        ];
        let is_away = |name: &&str| {
            let value = styles.get(name).unwrap_or_default();
            value.split(' ').any(|one| {
                size(one, self.font).is_some_and(|length| length <= -AWAY || length >= FAR_AWAY)
            })
        };
        let is_moved = styles.get("position") == Some("relative");
        self.gone |= is_moved && offsets.iter().any(is_away);
        self.gone |= margins.iter().any(is_away);
        self.gone |= ["padding", "padding-left", "padding-top"]
            .iter()
            .any(is_away);
    }

    fn colours(&mut self, styles: &Styles<'_>) {
        for name in ["color", "-webkit-text-fill-color"] {
            match styles.get(name) {
                None | Some("inherit" | "currentcolor" | "unset") => {}
                Some("transparent") => self.gone_ink(),
                Some("initial") => self.ink = Colour::from_hash("000"),
                Some(value) => self.ink = Colour::from_attribute(value),
            }
        }
        for name in ["background", "background-color", "background-image"] {
            let Some(value) = styles.get(name) else {
                continue;
            };
            let behind = behind(value);
            if behind.is_picture {
                self.paper.clear();
            } else if !behind.colours.is_empty() {
                self.paper = behind.colours;
            }
        }
    }

    fn gone_ink(&mut self) {
        self.ink = Some(Colour {
            rgb: [0; 3],
            alpha: 0.0,
        });
    }
}

/// What a background paints.
#[derive(Default)]
struct Behind {
    colours: Vec<[u8; 3]>,
    is_picture: bool,
}

/// Reads the colours of a background, those of gradients included.
fn behind(value: &str) -> Behind {
    let mut behind = Behind {
        is_picture: value.contains("url("),
        ..Behind::default()
    };
    let mut rest = value;
    while let Some(start) = rest.find(|c: char| c == '#' || c.is_ascii_alphabetic()) {
        let from = rest.get(start..).unwrap_or("");
        let end = from.find([' ', ',', '(', ')']).unwrap_or(from.len());
        let word = from.get(..end).unwrap_or("");
        let after = from.get(end..).unwrap_or("");
        let is_function = after.starts_with('(') && matches!(word, "rgb" | "rgba" | "hsl" | "hsla");
        let (token, next) = match after.find(')').filter(|_| is_function) {
            Some(close) => from.split_at_checked(end + close + 1).unwrap_or((from, "")),
            None => (word, after),
        };
        // What shines through counts as what lies behind it.
        let colour = Colour::from_attribute(token).filter(|colour| colour.alpha > 0.5);
        behind.colours.extend(colour.map(|colour| colour.rgb));
        rest = next;
    }
    behind
}

fn contrast(seen: [f64; 3], paper: [u8; 3]) -> f64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the value is clamped to 0..=255"
    )]
    let seen = seen.map(|channel| channel.clamp(0.0, 255.0) as u8);
    let (one, other) = (luminance(seen) + 0.05, luminance(paper) + 0.05);
    (one / other).max(other / one)
}

/// A length in pixels; `em` and percentages are of `base`. Arithmetic comes to the largest number
/// in it, and to nothing where it takes away: who hides letters by sums means to hide them.
fn size(value: &str, base: f32) -> Option<f32> {
    if value.contains('(') {
        let words = value.split(['(', ')', ',', ' ']);
        let is_hiding =
            value.contains([' ']) && words.clone().any(|word| matches!(word, "-" | "*" | "/"));
        let largest = words.filter_map(|word| size(word, base)).reduce(f32::max);
        return if is_hiding { Some(0.0) } else { largest };
    }
    let digits = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    let number: f32 = digits.parse().ok()?;
    Some(match value.get(digits.len()..)? {
        "" | "px" => number,
        "em" => number * base,
        "%" => number / 100.0 * base,
        "rem" => number * 16.0,
        "ex" | "ch" => number * base / 2.0,
        "pt" => number * 4.0 / 3.0,
        "pc" => number * 16.0,
        "in" => number * 96.0,
        "cm" => number * 37.8,
        "mm" => number * 3.78,
        "q" => number * 0.945,
        "vw" => number * 10.0,
        _ => return None,
    })
}

/// The declarations that count for an element.
pub(super) struct Styles<'a> {
    winners: HashMap<&'a str, (&'a str, bool)>,
}

impl<'a> Styles<'a> {
    /// Of declarations in the order of their strength.
    pub(super) fn new(written: &'a str) -> Self {
        let mut winners: HashMap<&str, (&str, bool)> = HashMap::new();
        for (name, value) in declarations(written) {
            let (value, important) = match value.strip_suffix("!important") {
                Some(value) => (value, true),
                None => (value, false),
            };
            let is_weaker = winners
                .get(name)
                .is_some_and(|(_, known)| *known && !important);
            if !is_weaker {
                winners.insert(name, (value, important));
            }
        }
        Styles { winners }
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        self.winners.get(name).map(|(value, _)| *value)
    }
}
