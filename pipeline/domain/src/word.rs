//! Closed word lists: an enum whose variants each have one fixed written form.

use thiserror::Error;

/// A closed, public list of words: every variant has one written form, used in every file.
pub trait Word: Copy + Sized + 'static {
    /// What the list is called in messages, for example `service`.
    const LIST: &'static str;
    /// All members, in their published order.
    const ALL: &'static [Self];

    /// The written form, lower case with underscores.
    fn word(self) -> &'static str;

    /// The position in [`Word::ALL`].
    fn code(self) -> usize;

    /// Reads the written form.
    ///
    /// # Errors
    /// [`UnknownWord`] when `text` is not in the list. The text itself is not quoted.
    fn from_word(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.iter().copied().find(|member| member.word() == text).ok_or(UnknownWord { list: Self::LIST })
    }

    /// All written forms, in order.
    fn words() -> Vec<String> {
        Self::ALL.iter().map(|member| member.word().to_owned()).collect()
    }
}

/// A value outside a closed list. Never holds the value: it could be anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the value is not in the list of `{list}`")]
pub struct UnknownWord {
    /// Name of the list.
    pub list: &'static str,
}

/// Declares an enum with its written forms and implements [`Word`], `Display`, `FromStr` and serde.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident ($list:literal) { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$vmeta])* #[serde(rename = $word)] $variant),+
        }
        impl $crate::word::Word for $name {
            const LIST: &'static str = $list;
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
            fn code(self) -> usize { self as usize }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::word::Word::word(*self))
            }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::word::UnknownWord;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                <Self as $crate::word::Word>::from_word(text)
            }
        }
    };
}
pub(crate) use words;
