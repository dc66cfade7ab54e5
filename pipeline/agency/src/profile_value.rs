//! Codes, and the words that a profile makes of them.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

/// A code of a raw file, written as a string or a whole number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code(pub String);

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;
        impl Visitor<'_> for Written {
            type Value = Code;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a code: a string or a whole number")
            }
            fn visit_str<E>(self, text: &str) -> Result<Code, E> {
                Ok(Code(text.to_owned()))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Code, E> {
                Ok(Code(number.to_string()))
            }
        }
        deserializer.deserialize_any(Written)
    }
}

/// One word or several.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Words(Vec<String>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;
        impl<'de> Visitor<'de> for Written {
            type Value = Words;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a word in quotes, or a list of such words; [] where the code means nothing")
            }
            fn visit_str<E>(self, text: &str) -> Result<Words, E> {
                Ok(Words(vec![text.to_owned()]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Words, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(Words)
            }
        }
        deserializer.deserialize_any(Written)
    }
}

impl Words {
    fn list(self) -> Vec<String> {
        self.0
    }
}

/// Where a word of a closed list comes from: fixed (`"medical"`, `["medical", "education"]`), or a
/// column read through `codes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// The same for every row.
    Fixed(Vec<String>),
    /// By a column.
    Mapped {
        /// Column.
        column: String,
        /// What each code means; an empty list: a known code that means nothing.
        codes: BTreeMap<String, Vec<String>>,
        /// What separates several codes in one cell.
        split: Option<String>,
        /// What a blank cell means; nothing when empty.
        blank: Vec<String>,
        /// What every other code means; unknown codes are an error when absent.
        other: Option<Vec<String>>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MappedTable {
    column: String,
    codes: BTreeMap<String, Words>,
    split: Option<String>,
    blank: Option<Words>,
    other: Option<Words>,
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;
        impl<'de> Visitor<'de> for Written {
            type Value = Value;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a word, a list of words, or a table with `column` and `codes`")
            }
            fn visit_str<E>(self, text: &str) -> Result<Value, E> {
                Ok(Value::Fixed(vec![text.to_owned()]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Value, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(Value::Fixed)
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
                let MappedTable { column, codes, split, blank, other } =
                    MappedTable::deserialize(MapAccessDeserializer::new(map))?;
                if split.as_ref().is_some_and(String::is_empty) {
                    return Err(serde::de::Error::custom(
                        "split: name what separates the codes of a cell, for example \";\", or leave it out",
                    ));
                }
                Ok(Value::Mapped {
                    column,
                    codes: codes.into_iter().map(|(code, words)| (code, words.list())).collect(),
                    split,
                    blank: blank.map(Words::list).unwrap_or_default(),
                    other: other.map(Words::list),
                })
            }
        }
        deserializer.deserialize_any(Written)
    }
}

impl Value {
    /// Every word that the value can give.
    pub(crate) fn words(&self) -> Vec<&String> {
        match self {
            Self::Fixed(words) => words.iter().collect(),
            Self::Mapped { codes, blank, other, .. } => {
                codes.values().flatten().chain(blank).chain(other.iter().flatten()).collect()
            }
        }
    }

    /// Takes words out of what the value can give; whether any is left. A code that meant nothing else is
    /// still a known code.
    pub(crate) fn leave_out(&mut self, words: &[&str]) -> bool {
        let strip = |list: &mut Vec<String>| list.retain(|word| !words.contains(&word.as_str()));
        match self {
            Self::Fixed(list) => strip(list),
            Self::Mapped { codes, blank, other, .. } => {
                codes.values_mut().chain([blank]).chain(other.as_mut()).for_each(strip);
            }
        }
        !matches!(self, Self::Fixed(list) if list.is_empty())
    }

    pub(crate) fn check(&self, place: &str, known: &[String]) -> Result<(), String> {
        for word in self.words() {
            if !known.contains(word) {
                return Err(format!("{place}: `{word}` is not in its list ({})", known.join(", ")));
            }
        }
        self.check_codes(place)
    }

    pub(crate) fn check_codes(&self, place: &str) -> Result<(), String> {
        match self {
            Self::Fixed(_) => Ok(()),
            Self::Mapped { codes, .. } => check_case(codes, place),
        }
    }
}

/// Refuses two codes that are one to a reader of cells and mean different things.
pub(crate) fn check_case<T: PartialEq>(codes: &BTreeMap<String, T>, place: &str) -> Result<(), String> {
    let mut known = BTreeMap::new();
    for (code, meaning) in codes {
        if let Some((twin, other)) = known.insert(code.trim().to_lowercase(), (code, meaning))
            && meaning != other
        {
            return Err(format!(
                "{place}: the codes `{twin}` and `{code}` differ by case or spaces alone, which are not regarded, and mean \
                 different things; leave one of them"
            ));
        }
    }
    Ok(())
}
