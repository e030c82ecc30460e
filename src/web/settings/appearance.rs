//! Language, theme, density.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use crate::web::{
    error::Error,
    fields::Form,
    flash::{self, Said},
    i18n::{Language, OFFERED},
    page::{Accent, Contrast, Density, Theme, Ui},
    respond,
    settings::nav::Section,
    signed_in::SignedIn,
    state::Web,
};

/// The page. What is chosen stands in [`Ui`]; only the zone needs more.
#[derive(Template)]
#[template(path = "settings/appearance.html")]
pub struct AppearancePage {
    /// The reader.
    pub ui: Ui,
    /// True when the language follows the browser.
    pub language_from_browser: bool,
    /// The zone's IANA name, as chosen; empty when it follows the browser.
    pub zone: String,
    /// The IANA names to choose from.
    pub zones: Vec<String>,
    /// Why the form was refused.
    pub problem: Option<String>,
}

impl AppearancePage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("settings-appearance")
    }

    /// The navigation's entry.
    pub fn section(&self) -> Section {
        Section::Appearance
    }

    /// The languages to choose from.
    pub fn languages(&self) -> [Language; 2] {
        OFFERED
    }

    /// Is this the chosen language?
    pub fn is_language(&self, language: &Language) -> bool {
        !self.language_from_browser && self.ui.language == *language
    }

    /// Is this the chosen zone?
    pub fn is_zone(&self, name: &str) -> bool {
        self.zone == name
    }

    /// The themes with their names.
    pub fn themes(&self) -> Vec<(Theme, String)> {
        let name = |theme: &Theme| match theme {
            Theme::System => self.ui.t("theme-system"),
            Theme::Light => self.ui.t("theme-light"),
            Theme::Dark => self.ui.t("theme-dark"),
        };
        Theme::ALL
            .iter()
            .map(|theme| (*theme, name(theme)))
            .collect()
    }

    /// The contrasts with their names.
    pub fn contrasts(&self) -> Vec<(Contrast, String)> {
        let name = |contrast: &Contrast| match contrast {
            Contrast::System => self.ui.t("contrast-system"),
            Contrast::More => self.ui.t("contrast-more"),
        };
        Contrast::ALL.iter().map(|one| (*one, name(one))).collect()
    }

    /// The hues with their names.
    pub fn accents(&self) -> Vec<(Accent, String)> {
        let name = |accent: &Accent| match accent {
            Accent::Blue => self.ui.t("accent-blue"),
            Accent::Teal => self.ui.t("accent-teal"),
            Accent::Green => self.ui.t("accent-green"),
            Accent::Violet => self.ui.t("accent-violet"),
            Accent::Red => self.ui.t("accent-red"),
        };
        Accent::ALL
            .iter()
            .map(|accent| (*accent, name(accent)))
            .collect()
    }

    /// The densities with their names.
    pub fn densities(&self) -> Vec<(Density, String)> {
        let name = |density: &Density| match density {
            Density::Normal => self.ui.t("density-normal"),
            Density::Compact => self.ui.t("density-compact"),
        };
        Density::ALL.iter().map(|one| (*one, name(one))).collect()
    }

    /// The time now, in the chosen zone: what the choice means.
    pub fn sample(&self) -> String {
        self.ui.full_date(self.ui.now)
    }
}

/// The form.
#[derive(Debug, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    language: String,
    #[serde(default)]
    zone: String,
    #[serde(default)]
    theme: String,
    #[serde(default)]
    accent: String,
    #[serde(default)]
    contrast: String,
    #[serde(default)]
    density: String,
}

/// `GET /settings/appearance`
pub(crate) async fn show(web: Web, signed_in: SignedIn) -> Result<Response, Error> {
    let chosen = signed_in.preferences;
    let page = AppearancePage {
        language_from_browser: chosen.language().is_none(),
        zone: chosen.zone,
        zones: zones(),
        problem: None,
        ui: signed_in.ui,
    };
    respond::page(&web, &page.ui, &page)
}

/// `POST /settings/appearance`. Unknown words are the default.
pub(crate) async fn update(
    web: Web,
    signed_in: SignedIn,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let known_zone = fields.zone.is_empty() || jiff::tz::TimeZone::get(&fields.zone).is_ok();
    if !known_zone {
        return Err(Error::BadRequest);
    }
    let mut chosen = signed_in.preferences;
    chosen.language = Language::from_code(&fields.language)
        .map(|language| language.code().to_owned())
        .unwrap_or_default();
    chosen.zone = fields.zone;
    chosen.theme = Theme::from_word(&fields.theme).as_str().to_owned();
    chosen.accent = Accent::from_word(&fields.accent).as_str().to_owned();
    chosen.contrast = Contrast::from_word(&fields.contrast).as_str().to_owned();
    chosen.density = Density::from_word(&fields.density).as_str().to_owned();
    chosen.save(&web.engine, signed_in.session.user).await?;
    let said = Said::done("done-saved", 1);
    Ok(flash::redirect(&web, "/settings/appearance", Some(&said)))
}

/// Zones that a person would look for: `Area/Place`, without the technical ones.
fn zones() -> Vec<String> {
    const AREAS: [&str; 9] = [
        "Africa",
        "America",
        "Antarctica",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    ];
    let mut zones: Vec<String> = jiff::tz::db()
        .available()
        .map(|name| name.to_string())
        .filter(|name| {
            AREAS
                .iter()
                .any(|area| name.starts_with(area) && name.contains('/'))
        })
        .collect();
    zones.push("UTC".to_owned());
    zones.sort();
    zones
}
