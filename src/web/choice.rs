//! Choices that forms offer and the database keeps as words.

/// An enum with its words, each `Variant = "word"`.
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

pub(in crate::web) use choice;
