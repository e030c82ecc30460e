//! How pages look: the choices of Settings → Appearance.

use crate::web::choice::choice;

choice! {
    /// Light or dark.
    Theme {
        /// As the system says.
        #[default]
        System = "system",
        /// Dark ink on light paper.
        Light = "light",
        /// Light ink on dark paper.
        Dark = "dark",
    }
}

choice! {
    /// How far ink and paper are apart.
    Contrast {
        /// As the system says.
        #[default]
        System = "system",
        /// As far as can be.
        More = "more",
    }
}

choice! {
    /// The hue of links, buttons and what is chosen.
    Accent {
        /// Ink.
        #[default]
        Blue = "blue",
        /// Sea.
        Teal = "teal",
        /// Moss.
        Green = "green",
        /// Plum.
        Violet = "violet",
        /// Sealing wax.
        Red = "red",
    }
}

choice! {
    /// How much air rows have.
    Density {
        /// Two lines a message.
        #[default]
        Normal = "normal",
        /// One line a message where there is room.
        Compact = "compact",
    }
}
