//! `/me/settings`: what a person has chosen for the pages. One text for each person, which the
//! pages read with tolerance: what is not named here stays in it as it is.

use axum::Json;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::engine::settings::PAGES;

use super::{
    caller::{Caller, May, Read, Settings},
    extract,
    mailboxes::given,
    problem::Problem,
    state::Api,
};

/// Messages that a page of a list may have.
const PAGE_SIZES: [u16; 4] = [25, 50, 100, 200];
/// Seconds in which a sent message can be taken back.
const UNDO_SECONDS: [u32; 6] = [0, 5, 10, 20, 30, 60];

/// What a person has chosen for the pages.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersonSettings {
    /// The language; null: as the browser asks.
    pub(crate) language: Option<LanguageCode>,
    /// The time zone, an IANA name; null: as the browser says.
    #[schema(example = "Europe/Paris")]
    pub(crate) time_zone: Option<String>,
    /// Light or dark.
    pub(crate) theme: Theme,
    /// How far ink and paper are apart.
    pub(crate) contrast: Contrast,
    /// The hue of what is chosen.
    pub(crate) accent: Accent,
    /// How much air rows have.
    pub(crate) density: Density,
    /// Messages on a page of a list.
    #[schema(example = 50)]
    pub(crate) page_size: u16,
    /// What a row of a list is.
    pub(crate) lists: ListRows,
    /// When an opened message becomes read.
    pub(crate) mark_read: MarkRead,
    /// What is shown when a message leaves its folder.
    pub(crate) advance: Advance,
    /// Senders who want to be told that a message was read are heard.
    pub(crate) asks_for_receipts: bool,
    /// Who writes to this person is collected, to be offered as a recipient.
    pub(crate) collects_people: bool,
    /// How new messages begin.
    pub(crate) writes: Writes,
    /// Seconds in which a message that was sent by the pages can be taken back.
    #[schema(example = 10)]
    pub(crate) undo_seconds: u32,
}

/// What of the choices is to be different: what is absent stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PersonSettingsPatch {
    /// The language; null: as the browser asks.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<LanguageCode>)]
    language: Option<Option<LanguageCode>>,
    /// The time zone, an IANA name; null: as the browser says.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 100)]
    time_zone: Option<Option<String>>,
    /// Light or dark.
    theme: Option<Theme>,
    /// How far ink and paper are apart.
    contrast: Option<Contrast>,
    /// The hue of what is chosen.
    accent: Option<Accent>,
    /// How much air rows have.
    density: Option<Density>,
    /// Messages on a page of a list: 25, 50, 100 or 200.
    #[schema(minimum = 25, maximum = 200)]
    page_size: Option<u16>,
    /// What a row of a list is.
    lists: Option<ListRows>,
    /// When an opened message becomes read.
    mark_read: Option<MarkRead>,
    /// What is shown when a message leaves its folder.
    advance: Option<Advance>,
    /// Senders who want to be told that a message was read are heard.
    asks_for_receipts: Option<bool>,
    /// Who writes to this person is collected.
    collects_people: Option<bool>,
    /// How new messages begin.
    writes: Option<Writes>,
    /// Seconds in which a message that was sent by the pages can be taken back: 0, 5, 10, 20, 30 or
    /// 60.
    #[schema(maximum = 60)]
    undo_seconds: Option<u32>,
}

/// A choice, by the word that the pages keep.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$said:meta])* $variant:ident,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "kebab-case")]
        pub(crate) enum $name { $($(#[$said])* $variant,)+ }
    };
}

choice! {
    /// Light or dark.
    Theme {
        /// As the system says.
        #[default]
        System,
        /// Dark ink on light paper.
        Light,
        /// Light ink on dark paper.
        Dark,
    }
}

choice! {
    /// How far ink and paper are apart.
    Contrast {
        /// As the system says.
        #[default]
        System,
        /// As far as can be.
        More,
    }
}

choice! {
    /// A hue.
    Accent {
        /// Ink.
        #[default]
        Blue,
        /// Sea.
        Teal,
        /// Moss.
        Green,
        /// Plum.
        Violet,
        /// Sealing wax.
        Red,
    }
}

choice! {
    /// How much air rows have.
    Density {
        /// Two lines a message.
        #[default]
        Normal,
        /// One line a message where there is room.
        Compact,
    }
}

choice! {
    /// What a row of a list is.
    ListRows {
        /// A message.
        #[default]
        Messages,
        /// A conversation.
        Conversations,
    }
}

choice! {
    /// When an opened message becomes read.
    MarkRead {
        /// On opening.
        #[default]
        AtOnce,
        /// After three seconds.
        Soon,
        /// Only by hand.
        Never,
    }
}

choice! {
    /// What is shown when a message leaves its folder.
    Advance {
        /// The next older message.
        #[default]
        Older,
        /// The next newer message.
        Newer,
        /// The list.
        List,
    }
}

choice! {
    /// How new messages begin.
    Writes {
        /// With formatting.
        #[default]
        Rich,
        /// As plain text.
        Text,
    }
}

/// A language that the pages speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LanguageCode {
    /// English.
    En,
    /// French.
    Fr,
}

/// What this person has chosen for the pages.
#[utoipa::path(
    get,
    path = "/me/settings",
    tag = "settings",
    responses((status = 200, description = "The choices", body = PersonSettings))
)]
pub(crate) async fn show(api: Api, caller: May<Read>) -> Result<Json<PersonSettings>, Problem> {
    Ok(Json(kept(&api, &caller).await?.said()))
}

/// Changes what this person has chosen.
#[utoipa::path(
    patch,
    path = "/me/settings",
    tag = "settings",
    request_body = PersonSettingsPatch,
    responses((status = 200, description = "The choices as they are now", body = PersonSettings))
)]
pub(crate) async fn update(
    api: Api,
    caller: May<Settings>,
    extract::Json(patch): extract::Json<PersonSettingsPatch>,
) -> Result<Json<PersonSettings>, Problem> {
    let mut kept = kept(&api, &caller).await?;
    kept.take(patch)?;
    let text = Value::Object(kept.0.clone()).to_string();
    api.engine.set_setting(caller.user, PAGES, &text).await?;
    Ok(Json(kept.said()))
}

/// The text that is kept, as an object.
struct Kept(Map<String, Value>);

async fn kept(api: &Api, caller: &Caller) -> Result<Kept, Problem> {
    let text = api.engine.setting(caller.user, PAGES).await?;
    Ok(Kept(serde_json::from_str(&text).unwrap_or_default()))
}

impl Kept {
    /// A member, if it is one that makes sense.
    fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let value = self.0.get(name)?;
        serde_json::from_value(value.clone()).ok()
    }

    fn said(&self) -> PersonSettings {
        let page_size = self.read("pageSize");
        let zone: Option<String> = self.read("zone");
        let receipts: Option<String> = self.read("receipts");
        PersonSettings {
            language: self.read("language"),
            time_zone: zone.filter(|name| !name.is_empty()),
            theme: self.read("theme").unwrap_or_default(),
            contrast: self.read("contrast").unwrap_or_default(),
            accent: self.read("accent").unwrap_or_default(),
            density: self.read("density").unwrap_or_default(),
            page_size: page_size
                .filter(|size| PAGE_SIZES.contains(size))
                .unwrap_or(50),
            lists: self.read("lists").unwrap_or_default(),
            mark_read: self.read("markRead").unwrap_or_default(),
            advance: self.read("advance").unwrap_or_default(),
            asks_for_receipts: receipts.as_deref() != Some("never"),
            collects_people: self.read("collects").unwrap_or(true),
            writes: self.read("writes").unwrap_or_default(),
            undo_seconds: self.read("undoSeconds").unwrap_or(10).min(60),
        }
    }

    /// All of it, or nothing.
    fn take(&mut self, patch: PersonSettingsPatch) -> Result<(), Problem> {
        let zone = patch.time_zone.map(Option::unwrap_or_default);
        if zone.as_deref().is_some_and(|name| !is_zone(name)) {
            return Err(Problem::unfit("/timeZone", "There is no such time zone."));
        }
        if patch.page_size.is_some_and(|n| !PAGE_SIZES.contains(&n)) {
            return Err(Problem::unfit("/pageSize", "25, 50, 100 or 200."));
        }
        if patch
            .undo_seconds
            .is_some_and(|n| !UNDO_SECONDS.contains(&n))
        {
            return Err(Problem::unfit("/undoSeconds", "0, 5, 10, 20, 30 or 60."));
        }
        let language = patch.language.map(|language| match language {
            Some(language) => json!(language),
            None => json!(""),
        });
        let receipts = patch.asks_for_receipts.map(|asks| match asks {
            true => json!(""),
            false => json!("never"),
        });
        for (name, value) in [
            ("language", language),
            ("zone", zone.map(|zone| json!(zone))),
            ("theme", patch.theme.map(|word| json!(word))),
            ("contrast", patch.contrast.map(|word| json!(word))),
            ("accent", patch.accent.map(|word| json!(word))),
            ("density", patch.density.map(|word| json!(word))),
            ("pageSize", patch.page_size.map(|size| json!(size))),
            ("lists", patch.lists.map(|word| json!(word))),
            ("markRead", patch.mark_read.map(|word| json!(word))),
            ("advance", patch.advance.map(|word| json!(word))),
            ("receipts", receipts),
            ("collects", patch.collects_people.map(|yes| json!(yes))),
            ("writes", patch.writes.map(|word| json!(word))),
            ("undoSeconds", patch.undo_seconds.map(|n| json!(n))),
        ] {
            if let Some(value) = value {
                self.0.insert(name.to_owned(), value);
            }
        }
        Ok(())
    }
}

/// Empty is as the browser says.
fn is_zone(name: &str) -> bool {
    name.is_empty() || jiff::tz::TimeZone::get(name).is_ok()
}
