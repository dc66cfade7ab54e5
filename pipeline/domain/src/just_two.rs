//! Two values and no more: an array of a fixed length takes the first two of three without a word.

use serde::de::{Deserialize, Deserializer, Error};

/// For `#[serde(deserialize_with)]` of `[T; 2]`.
pub(crate) fn just_two<'de, D, T>(deserializer: D) -> Result<[T; 2], D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    two(Vec::deserialize(deserializer)?)
}

/// For `#[serde(default, deserialize_with)]` of `Option<[T; 2]>`.
pub(crate) fn just_two_or_none<'de, D, T>(deserializer: D) -> Result<Option<[T; 2]>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer)?.map(two).transpose()
}

fn two<T, E: Error>(all: Vec<T>) -> Result<[T; 2], E> {
    all.try_into().map_err(|all: Vec<T>| {
        E::custom(format!("here are {} values, and it takes two: write just two", all.len()))
    })
}
