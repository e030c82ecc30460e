//! Language, theme, density.

use askama::Template;

use crate::web::{
    i18n::{Language, OFFERED},
    page::{Accent, Contrast, Density, Theme, Ui},
    settings::nav::Section,
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
