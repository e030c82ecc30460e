//! Colours as letters write them, in CSS and in legacy attributes.

use cssparser::{ParseError, Parser, Token, color};

use super::dark::{Role, darken};

/// A colour in sRGB.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Colour {
    pub(super) rgb: [u8; 3],
    /// 0 is nothing, 1 is opaque.
    pub(super) alpha: f32,
}

impl Colour {
    /// `#abc`, without its `#`.
    pub(super) fn from_hash(digits: &str) -> Option<Colour> {
        let (r, g, b, alpha) = color::parse_hash_color(digits.as_bytes()).ok()?;
        Some(Colour {
            rgb: [r, g, b],
            alpha,
        })
    }

    /// `rebeccapurple`.
    pub(super) fn from_name(name: &str) -> Option<Colour> {
        let (r, g, b) = color::parse_named_color(name).ok()?;
        Some(Colour {
            rgb: [r, g, b],
            alpha: 1.0,
        })
    }

    /// `bgcolor="#fff"`, also without `#`, as letters write it.
    pub(super) fn from_attribute(value: &str) -> Option<Colour> {
        let value = value.trim();
        let digits = value.strip_prefix('#').unwrap_or(value);
        let opaque = matches!(digits.len(), 3 | 6);
        Self::from_name(value)
            .or_else(|| opaque.then(|| Self::from_hash(digits)).flatten())
            .or_else(|| Self::from_function(value))
    }

    fn from_function(value: &str) -> Option<Colour> {
        let mut input = Parser::new(value);
        let name = input.expect_function().ok()?.to_ascii_lowercase();
        input
            .parse_nested_block(|input| Self::arguments(&name, input))
            .ok()
    }

    /// The arguments of `rgb()` and `hsl()` in any of their spellings. Other colour functions are
    /// not understood.
    pub(super) fn arguments(name: &str, input: &mut Parser<'_>) -> Result<Colour, ParseError<()>> {
        let hsl = match name {
            "rgb" | "rgba" => false,
            "hsl" | "hsla" => true,
            _ => return Err(ParseError::unexpected_token()),
        };
        let mut numbers: [f32; 4] = [0.0, 0.0, 0.0, 1.0];
        let mut count = 0;
        while let Ok(token) = input.next() {
            let value = match token {
                Token::Comma | Token::Delim('/') => continue,
                Token::Percentage { unit_value, .. } if hsl || count == 3 => *unit_value,
                Token::Percentage { unit_value, .. } => unit_value * 255.0,
                Token::Number { value, .. } if hsl && matches!(count, 1 | 2) => value / 100.0,
                Token::Number { value, .. } => *value,
                Token::Dimension { value, unit, .. }
                    if hsl && count == 0 && unit.eq_ignore_ascii_case("deg") =>
                {
                    *value
                }
                _ => return Err(ParseError::unexpected_token()),
            };
            let slot = numbers
                .get_mut(count)
                .ok_or_else(ParseError::unexpected_token)?;
            *slot = value;
            count += 1;
        }
        let [one, two, three, alpha] = numbers;
        if count < 3 || numbers.iter().any(|number| !number.is_finite()) {
            return Err(ParseError::unexpected_token());
        }
        let rgb = if hsl {
            from_hsl(one, two.clamp(0.0, 1.0), three.clamp(0.0, 1.0))
        } else {
            [one, two, three]
        };
        Ok(Colour {
            rgb: rgb.map(color::clamp_floor_256_f32),
            alpha: alpha.clamp(0.0, 1.0),
        })
    }

    /// How it should look on a dark page.
    pub(super) fn darkened(self, role: Role) -> Colour {
        let Colour { rgb, alpha } = self;
        // What is invisible must stay so: it hides the first line that lists show.
        if alpha == 0.0 {
            return self;
        }
        match role {
            Role::Ink => {
                // Pale letters were thought of on white; make of them what they looked like.
                let on_white = rgb.map(|channel| {
                    let channel = f32::from(channel);
                    color::clamp_floor_256_f32(channel * alpha + 255.0 * (1.0 - alpha))
                });
                // A veil of white is white, and must not vanish into the paper.
                let rgb = if alpha < 1.0 { on_white } else { rgb };
                Colour {
                    rgb: darken(rgb, role),
                    alpha: 1.0,
                }
            }
            Role::Paper | Role::Edge => Colour {
                rgb: darken(rgb, role),
                alpha,
            },
        }
    }

    /// As CSS: `#rrggbb`, or `rgba()` where something shines through.
    pub(super) fn css(self) -> String {
        let [r, g, b] = self.rgb;
        if self.alpha >= 1.0 {
            return format!("#{r:02x}{g:02x}{b:02x}");
        }
        let alpha = format!("{:.3}", self.alpha);
        let alpha = alpha.trim_end_matches('0').trim_end_matches('.');
        format!("rgba({r},{g},{b},{alpha})")
    }
}

/// CSS Color 4 §7.1.
fn from_hsl(hue: f32, saturation: f32, lightness: f32) -> [f32; 3] {
    let strength = saturation * lightness.min(1.0 - lightness);
    [0.0, 8.0, 4.0].map(|shift| {
        let k = (shift + hue.rem_euclid(360.0) / 30.0).rem_euclid(12.0);
        let channel = lightness - strength * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0);
        channel * 255.0
    })
}

#[cfg(test)]
mod tests {
    use super::Colour;

    #[test]
    fn colours_are_read_in_all_their_spellings() {
        let cases = [
            ("#fff", Some("#ffffff")),
            ("ffffff", Some("#ffffff")),
            ("#FF8800", Some("#ff8800")),
            (" Navy ", Some("#000080")),
            ("rgb(1, 2, 3)", Some("#010203")),
            ("rgb(1 2 3 / 50%)", Some("rgba(1,2,3,0.5)")),
            ("rgba(100%,0%,0%,0)", Some("rgba(255,0,0,0)")),
            ("hsl(120, 100%, 25%)", Some("#008000")),
            ("hsl(240deg 100% 50%)", Some("#0000ff")),
            ("rgb(calc(1),2,3)", None),
            ("rgb(1,2)", None),
            ("#ff", None),
            ("url(//h)", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let found = Colour::from_attribute(text).map(Colour::css);
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
