//! Domains that were mistyped: one slip away from a known one.

/// Providers that people write to, known or not.
const PROVIDERS: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "hotmail.fr",
    "outlook.com",
    "outlook.fr",
    "live.com",
    "icloud.com",
    "yahoo.com",
    "yahoo.fr",
    "yahoo.de",
    "aol.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "t-online.de",
    "orange.fr",
    "wanadoo.fr",
    "free.fr",
    "laposte.net",
    "sfr.fr",
    "proton.me",
    "protonmail.com",
    "posteo.de",
    "mailbox.org",
    "libero.it",
    "bluewin.ch",
    "ziggo.nl",
    "kpnmail.nl",
    "wp.pl",
    "onet.pl",
    "uol.com.br",
    "mail.ru",
    "yandex.ru",
    "fastmail.com",
    "zoho.com",
];
/// In shorter domains one letter makes another name (`gmx.de`, `gmx.ch`).
const MIN_LENGTH: usize = 8;

/// The known domain that `domain` was probably meant to be: it differs by one letter changed,
/// left out, put in or exchanged with its neighbour. `None` for a domain that is itself known.
/// `known` are domains that the writer has written to, in small letters.
pub fn meant<'k>(domain: &str, known: &'k [String]) -> Option<&'k str> {
    let domain = domain.to_lowercase();
    let all = || {
        known
            .iter()
            .map(String::as_str)
            .chain(PROVIDERS.iter().copied())
    };
    if all().any(|one| one == domain) || domain.len() > 255 {
        return None;
    }
    all().find(|one| one.len() >= MIN_LENGTH && is_one_slip(&domain, one))
}

/// The optimal string alignment distance is 1.
fn is_one_slip(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let same = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let one = one.get(same..).unwrap_or_default();
    let other = other.get(same..).unwrap_or_default();
    match (one, other) {
        ([_, one @ ..], [_, other @ ..]) if one == other => true,
        ([a, b, one @ ..], [c, d, other @ ..]) if a == d && b == c && one == other => true,
        ([_, one @ ..], other) if one == other => true,
        (one, [_, other @ ..]) if one == other => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn slips_are_found() {
        let known = ["firm.example".to_owned(), "gmial.org".to_owned()];
        let cases = [
            ("gmial.com", Some("gmail.com")),
            ("gmail.con", Some("gmail.com")),
            ("gmai.com", Some("gmail.com")),
            ("gmaill.com", Some("gmail.com")),
            ("GMAIL.CO", Some("gmail.com")),
            ("hotmial.com", Some("hotmail.com")),
            ("frim.example", Some("firm.example")),
            ("gmail.com", None),
            ("firm.example", None),
            ("gmial.org", None),
            ("gmx.ch", None),
            ("example.org", None),
            ("", None),
        ];
        for (domain, expected) in cases {
            assert_eq!(meant(domain, &known), expected, "{domain}");
        }
    }
}
