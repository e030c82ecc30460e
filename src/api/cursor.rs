//! Where the next page of a list begins: an opaque text that only we can make, bound to the list
//! that it is from. It holds its place when messages come and go, for it names the last message
//! seen and no offset.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use utoipa::IntoParams;

use crate::engine::{Engine, secrets};

use super::problem::Problem;

/// Octets of a cursor's text: the places of four hundred folders, within what a URL may have.
const MOST: usize = 20_000;
/// Items of one page.
pub(crate) const ITEMS_MOST: u32 = 100;
/// The same where none is asked for.
pub(crate) const ITEMS_USUAL: u32 = 50;

/// Which page of a list is asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// Items of a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub(crate) limit: Option<u32>,
    /// Where to go on: what the page before gave as `nextCursor`.
    #[param(max_length = 20_000, pattern = "^[A-Za-z0-9_-]*$")]
    pub(crate) cursor: Option<String>,
}

impl Paging {
    /// Where the page begins, if not at the top, and how many items it has.
    pub(crate) fn read<T: DeserializeOwned>(
        &self,
        engine: &Engine,
        of: &str,
    ) -> Result<(Option<T>, u32), Problem> {
        let limit = bounded(self.limit.unwrap_or(ITEMS_USUAL))?;
        let text = self.cursor.as_deref();
        let place = text.map(|text| from_text(engine, of, text)).transpose()?;
        Ok((place, limit))
    }
}

/// How many items a page may have.
pub(crate) fn bounded(limit: u32) -> Result<u32, Problem> {
    match (1..=ITEMS_MOST).contains(&limit) {
        true => Ok(limit),
        false => Err(Problem::malformed("query_invalid", "limit is 1 to 100.")),
    }
}

#[derive(Serialize, Deserialize)]
struct Sealed<T> {
    /// Of what the list is made of.
    of: String,
    at: T,
}

/// A cursor for the list that `of` describes.
pub(crate) fn to_text<T: Serialize>(engine: &Engine, of: &str, at: T) -> String {
    let sealed = Sealed { of: digest(of), at };
    let plain = serde_json::to_vec(&sealed).unwrap_or_default();
    BASE64URL.encode(engine.seal_note("cursor", &plain))
}

/// The place in a cursor of that very list.
pub(crate) fn from_text<T: DeserializeOwned>(
    engine: &Engine,
    of: &str,
    text: &str,
) -> Result<T, Problem> {
    let wrong = || Problem::invalid("cursor_invalid", "The cursor is not one of this list.");
    if text.len() > MOST {
        return Err(wrong());
    }
    let sealed = BASE64URL.decode(text).map_err(|_| wrong())?;
    let plain = engine.open_note("cursor", &sealed).ok_or_else(wrong)?;
    let sealed: Sealed<T> = serde_json::from_slice(&plain).map_err(|_| wrong())?;
    match sealed.of == digest(of) {
        true => Ok(sealed.at),
        false => Err(wrong()),
    }
}

fn digest(of: &str) -> String {
    let hash = secrets::sha256(of.as_bytes());
    BASE64URL.encode(hash.first_chunk::<12>().unwrap_or(&[0; 12]))
}
