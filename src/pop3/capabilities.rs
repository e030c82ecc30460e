//! What a server can do (CAPA, RFC 2449).

use std::collections::BTreeMap;

/// Lines of a CAPA answer that are kept. Real ones have about fifteen.
pub(super) const MAX_LINES: usize = 128;

/// What a server has said to CAPA, or that it knows no CAPA.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Capabilities in upper case, with their parameters as the server wrote them. `None` for a
    /// server without CAPA.
    known: Option<BTreeMap<String, String>>,
}

/// How long a server keeps messages (EXPIRE, RFC 2449 §6.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expire {
    /// It removes none by itself.
    Never,
    /// It may remove them so many days after they came; 0: they may be gone after the session in
    /// which they were retrieved.
    Days(u32),
}

impl Expire {
    /// From the parameters of EXPIRE; `None` where they mean nothing.
    pub fn parse(parameters: &str) -> Option<Self> {
        let value = parameters.split_ascii_whitespace().next()?;
        match value.eq_ignore_ascii_case("NEVER") {
            true => Some(Self::Never),
            false => value.parse().ok().map(Self::Days),
        }
    }
}

impl Capabilities {
    /// From the lines of the answer.
    pub(super) fn parse<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let mut known = BTreeMap::new();
        for line in lines.into_iter().take(MAX_LINES) {
            let (name, value) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
            if !name.is_empty() {
                known.insert(name.to_ascii_uppercase(), value.trim().to_owned());
            }
        }
        Self { known: Some(known) }
    }

    /// The server knows CAPA.
    pub fn are_known(&self) -> bool {
        self.known.is_some()
    }

    /// The server has said that it can do this.
    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// It can, or it has no CAPA to say so: asking will tell.
    pub fn may(&self, name: &str) -> bool {
        !self.are_known() || self.has(name)
    }

    /// A SASL mechanism, in upper case, is offered (RFC 5034 §3).
    pub fn has_mechanism(&self, name: &str) -> bool {
        let offered = self.value("SASL").unwrap_or_default();
        offered
            .split_ascii_whitespace()
            .any(|offered| offered.eq_ignore_ascii_case(name))
    }

    /// Seconds that must lie between two sign-ins (LOGIN-DELAY, RFC 2449 §6.5); at most a day is
    /// believed.
    pub fn login_delay(&self) -> Option<u32> {
        let seconds: u32 = self.first_of("LOGIN-DELAY")?.parse().ok()?;
        Some(seconds.min(24 * 3600))
    }

    /// How long messages are kept (EXPIRE).
    pub fn expire(&self) -> Option<Expire> {
        Expire::parse(self.value("EXPIRE")?)
    }

    /// Capabilities with their parameters, in order of the alphabet.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let known = self.known.iter().flatten();
        known.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.known.as_ref()?.get(name).map(String::as_str)
    }

    fn first_of(&self, name: &str) -> Option<&str> {
        self.value(name)?.split_ascii_whitespace().next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_and_their_parameters() {
        // Gmail's, and a few more.
        let server = Capabilities::parse([
            "USER",
            "RESP-CODES",
            "EXPIRE 0",
            "LOGIN-DELAY 300 USER",
            "top",
            "UIDL",
            "SASL PLAIN xoauth2 OAUTHBEARER",
            "",
            "IMPLEMENTATION  Shlemazle-Plotz-v302 ",
        ]);
        assert!(server.are_known() && server.has("TOP") && server.may("UIDL"));
        assert!(!server.has("STLS") && !server.may("STLS") && !server.has(""));
        assert_eq!(server.login_delay(), Some(300));
        assert_eq!(server.expire(), Some(Expire::Days(0)));
        assert!(server.has_mechanism("XOAUTH2") && !server.has_mechanism("CRAM-MD5"));
        let implementation = server.iter().find(|(name, _)| *name == "IMPLEMENTATION");
        assert_eq!(
            implementation,
            Some(("IMPLEMENTATION", "Shlemazle-Plotz-v302"))
        );
    }

    #[test]
    fn a_server_without_capa_may_do_anything() {
        let server = Capabilities::default();
        assert!(!server.are_known() && !server.has("UIDL") && server.may("UIDL"));
        assert_eq!((server.login_delay(), server.expire()), (None, None));
    }

    #[test]
    fn parameters_that_mean_nothing() {
        for (line, delay, expire) in [
            ("LOGIN-DELAY", None, None),
            ("LOGIN-DELAY often", None, None),
            ("LOGIN-DELAY 99999999999", None, None),
            ("LOGIN-DELAY 4294967295", Some(86_400), None),
            ("EXPIRE", None, None),
            ("EXPIRE never", None, Some(Expire::Never)),
            ("EXPIRE 30 USER", None, Some(Expire::Days(30))),
            ("EXPIRE -1", None, None),
        ] {
            let server = Capabilities::parse([line]);
            assert_eq!(
                (server.login_delay(), server.expire()),
                (delay, expire),
                "{line}"
            );
        }
        let many = vec!["X"; 100_000];
        assert_eq!(Capabilities::parse(many).iter().count(), 1);
    }
}
