//! Colours for a dark page, in OKLab (Björn Ottosson, 2020), so that hue stays and only lightness
//! turns round.
//!
//! A letter's colours are judged by what they paint, not by where: every colour of letters becomes
//! light enough, and every colour of paper dark enough, that *any* of the first is readable on
//! *any* of the second (4.5 : 1, WCAG 2.2 §1.4.3). So nothing needs to be known of which element
//! lies on which, style sheets included. What already is light ink or dark paper stays as it is.

/// What white paper becomes; the page around a letter should have the same.
pub const PAPER: &str = "#161616";
/// What black letters become; the page around a letter should have the same.
pub const INK: &str = "#eeeeee";

/// What a colour paints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Letters.
    Ink,
    /// What letters lie on.
    Paper,
    /// Lines.
    Edge,
}

/// Relative luminance that no paper exceeds.
const PAPER_CEILING: f64 = 0.075;
/// Relative luminance that ink has at least: (0.515 + 0.05) / (0.075 + 0.05) > 4.5.
const INK_FLOOR: f64 = 0.515;
/// Lightness that no line exceeds.
const EDGE_CEILING: f64 = 0.56;

/// `rgb` as it should look on a dark page.
pub(super) fn darken(rgb: [u8; 3], role: Role) -> [u8; 3] {
    let [lightness, a, b] = to_oklab(rgb);
    let fits = |candidate| match role {
        Role::Paper => luminance(candidate) <= PAPER_CEILING,
        Role::Ink => luminance(candidate) >= INK_FLOOR,
        Role::Edge => to_oklab(candidate)[0] <= EDGE_CEILING,
    };
    if fits(rgb) {
        return rgb;
    }
    let (mut target, step, chroma) = match role {
        Role::Paper => (0.20 + (1.0 - lightness) * 0.45, -0.01, 0.7),
        Role::Ink => (0.95 - 0.15 * (lightness / 0.8).min(1.0), 0.01, 0.8),
        Role::Edge => (0.30 + (1.0 - lightness) * 0.5, -0.01, 0.8),
    };
    // Lightness of saturated colours is not luminance, so walk the last bit; at most 100 steps,
    // as black is always paper and white always ink.
    loop {
        let candidate = in_gamut([target, a * chroma, b * chroma]);
        if fits(candidate) || !(0.0..=1.0).contains(&target) {
            return candidate;
        }
        target += step;
    }
}

/// Relative luminance (WCAG 2.2), 0 to 1.
pub(super) fn luminance(rgb: [u8; 3]) -> f64 {
    let [red, green, blue] = rgb.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn linear(channel: u8) -> f64 {
    let channel = f64::from(channel) / 255.0;
    if channel <= 0.040_45 {
        channel / 12.92
    } else {
        ((channel + 0.055) / 1.055).powf(2.4)
    }
}

fn encoded(channel: f64) -> f64 {
    if channel <= 0.003_130_8 {
        channel * 12.92
    } else {
        1.055 * channel.powf(1.0 / 2.4) - 0.055
    }
}

fn to_oklab(rgb: [u8; 3]) -> [f64; 3] {
    let [r, g, b] = rgb.map(linear);
    let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
    let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
    let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
    [
        0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
        1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
        0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
    ]
}

fn to_linear([lightness, a, b]: [f64; 3]) -> [f64; 3] {
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    ]
}

/// The colour, paler where sRGB has none so vivid.
fn in_gamut([lightness, mut a, mut b]: [f64; 3]) -> [u8; 3] {
    let lightness = lightness.clamp(0.0, 1.0);
    for _ in 0..40 {
        let channels = to_linear([lightness, a, b]);
        if channels
            .iter()
            .all(|channel| (-0.001..=1.001).contains(channel))
        {
            return channels.map(quantised);
        }
        a *= 0.88;
        b *= 0.88;
    }
    to_linear([lightness, 0.0, 0.0]).map(quantised)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value is clamped to 0..=255"
)]
fn quantised(channel: f64) -> u8 {
    (encoded(channel.clamp(0.0, 1.0)) * 255.0)
        .round()
        .clamp(0.0, 255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::{EDGE_CEILING, INK, PAPER, Role, darken, luminance, to_oklab};

    fn grid() -> impl Iterator<Item = [u8; 3]> {
        let steps = || (0..=255).step_by(15);
        steps().flat_map(move |r| steps().flat_map(move |g| steps().map(move |b| [r, g, b])))
    }

    fn hex(rgb: [u8; 3]) -> String {
        rgb.iter()
            .map(|channel| format!("{channel:02x}"))
            .fold("#".into(), |all, one| all + &one)
    }

    #[test]
    fn any_ink_is_readable_on_any_paper() {
        let inks = grid().map(|rgb| luminance(darken(rgb, Role::Ink)));
        let papers = grid().map(|rgb| luminance(darken(rgb, Role::Paper)));
        let darkest = inks.fold(1.0, f64::min);
        let lightest = papers.fold(0.0, f64::max);
        assert!(
            (darkest + 0.05) / (lightest + 0.05) >= 4.5,
            "{darkest} on {lightest}"
        );
        for rgb in grid() {
            assert!(
                to_oklab(darken(rgb, Role::Edge))[0] <= EDGE_CEILING,
                "{rgb:?}"
            );
        }
    }

    #[test]
    fn what_was_darkened_stays() {
        for rgb in grid() {
            for role in [Role::Ink, Role::Paper, Role::Edge] {
                let once = darken(rgb, role);
                assert_eq!(darken(once, role), once, "{rgb:?} {role:?}");
            }
        }
    }

    #[test]
    fn the_ends_of_the_scale_are_the_page_itself() {
        assert_eq!(hex(darken([255; 3], Role::Paper)), PAPER);
        assert_eq!(hex(darken([0; 3], Role::Ink)), INK);
        assert_eq!(darken([255; 3], Role::Ink), [255; 3]);
        assert_eq!(darken([0; 3], Role::Paper), [0; 3]);
    }

    #[test]
    fn hue_stays() {
        let [red, green, blue] = darken([200, 0, 0], Role::Ink);
        assert!(red > green && red > blue);
        let [red, green, blue] = darken([200, 220, 255], Role::Paper);
        assert!(blue > green && green > red);
    }
}
