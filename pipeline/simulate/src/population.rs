//! The people of a city: names, households and what they are like.

pub(crate) mod address;
pub(crate) mod culture;
pub(crate) mod household;
pub(crate) mod names;
pub(crate) mod person;
pub(crate) mod traits;
