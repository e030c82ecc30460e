//! How pages look: the choices of Settings → Appearance.

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// Every choice, in the order of the form.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word in forms, in the database and in the page's data attribute.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The choice with this word; anything unknown is the default.
            pub fn from_word(word: &str) -> Self {
                match word { $($word => Self::$variant,)+ _ => Self::default() }
            }
        }
    };
}

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
