//! The sanitiser against hostile letters: each payload of the corpus, in each mode, looked through
//! by an oracle that shares no code with it; and what must hold for any input at all.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test panics when it is wrong"
)]

mod cost;
mod newsletter;
mod oracle;
mod outgoing;
mod properties;

use std::{fs, path::PathBuf};

use restante::mail::html::{LEFT_OUT, NAMED, Options, Remote, Sanitised, sanitise};

/// What images of the message come out as here.
const PART: &str = "data:image/png;base64,iVBORw0KGgo=";
/// What our proxy is called here.
const PROXY: &str = "https://proxy.test/";

/// What the sanitiser is asked for.
#[derive(Clone, Copy, Debug)]
struct Mode {
    proxy: bool,
    dark: bool,
}

const MODES: [Mode; 4] = [
    Mode {
        proxy: false,
        dark: false,
    },
    Mode {
        proxy: false,
        dark: true,
    },
    Mode {
        proxy: true,
        dark: false,
    },
    Mode {
        proxy: true,
        dark: true,
    },
];

impl Mode {
    fn sanitise(self, html: &str) -> Sanitised {
        self.sanitise_with(html, false)
    }

    /// `boxes` as pages have them, for pictures that are left out.
    fn sanitise_with(self, html: &str, boxes: bool) -> Sanitised {
        let cid = |_: &str| Some(PART.to_owned());
        // What came through the proxy stays, so that sanitising twice can be compared.
        let proxy = |url: &str| {
            if url.starts_with(PROXY) {
                return Some(url.to_owned());
            }
            let hex: String = url.bytes().map(|byte| format!("{byte:02x}")).collect();
            Some(format!("{PROXY}{hex}"))
        };
        let remote = if self.proxy {
            Remote::Proxy(&proxy)
        } else {
            Remote::Block
        };
        sanitise(
            html,
            &Options {
                cid: &cid,
                remote,
                boxes,
                dark: self.dark,
            },
        )
    }

    fn allows_image(self, address: &str) -> bool {
        address.starts_with("data:image/png;base64,")
            || address.starts_with("data:image/gif;base64,")
            || address.starts_with("data:image/jpeg;base64,")
            || (self.proxy && address.starts_with(PROXY))
    }

    /// Everything that is wrong with what becomes of `html`.
    fn problems(self, html: &str) -> Vec<String> {
        let once = self.sanitise(html);
        let written = once.html.to_string();
        let mut problems = oracle::problems(&written, &|address| self.allows_image(address));
        // Our own classes stand for any.
        let boxed = self.sanitise_with(html, true).html.to_string();
        let boxed = boxed.replace(&format!("{LEFT_OUT} {NAMED}"), "m_x");
        let boxed = boxed.replace(LEFT_OUT, "m_x");
        let in_boxes = oracle::problems(&boxed, &|address| self.allows_image(address));
        problems.extend(
            in_boxes
                .iter()
                .map(|problem| format!("in boxes: {problem}")),
        );
        let twice = self.sanitise(&written);
        if twice.html != once.html {
            problems.push(format!("changes when sanitised again: {}", twice.html));
        }
        if twice.blocked_remote > 0 {
            problems.push("addresses on other hosts are left".to_owned());
        }
        if self.proxy && once.blocked_remote > 0 {
            problems.push("blocks although it may load".to_owned());
        }
        if written.len() > 4 * html.len() + 1024 {
            problems.push(format!("grows from {} to {}", html.len(), written.len()));
        }
        if !problems.is_empty() {
            problems.push(format!("in {self:?}: {written}"));
        }
        problems
    }
}

fn payloads() -> Option<Vec<(String, String)>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let places = [
        std::env::var_os("RESTANTE_CORPORA").map(PathBuf::from),
        Some(root.join("../shared/corpora")),
        Some(root.join("../../shared/corpora")),
    ];
    let file = places
        .into_iter()
        .flatten()
        .map(|place| place.join("html/payloads.json"))
        .find(|file| file.exists())?;
    let json: serde_json::Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let payloads = json.as_array().unwrap().iter();
    Some(
        payloads
            .map(|payload| (text(&payload["id"]), text(&payload["payload"])))
            .collect(),
    )
}

#[test]
fn no_payload_gets_through() {
    let Some(payloads) = payloads() else {
        println!("skipped: no corpora here (set RESTANTE_CORPORA)");
        return;
    };
    assert!(payloads.len() > 1_000);
    let mut failures = Vec::new();
    for (id, payload) in &payloads {
        for mode in MODES {
            let problems = mode.problems(payload);
            if !problems.is_empty() {
                failures.push(format!("{id}: {problems:#?}\n  from: {payload}"));
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} failures, the first:\n{}",
        failures.len(),
        failures
            .iter()
            .take(12)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
}
