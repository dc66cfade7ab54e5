//! Token families: which identity fields a token is made of, and what sharing it proves.
//!
//! The catalogue is shared by the agency, which makes the tokens, and by linkage, which weighs
//! them. It holds names and levels only: no key, no normalization.

/// Bytes of a token on the wire (128 bits).
pub const TOKEN_BYTES: usize = 16;

/// A group of identity fields that is weighed once, however many families prove it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Evidence {
    /// First name.
    First,
    /// Last name.
    Last,
    /// Birth date.
    BirthDate,
    /// Social security number.
    Ssn,
    /// Telephone number.
    Phone,
    /// E-mail address.
    Email,
    /// Home address.
    Address,
    /// Another stable identifier.
    Other,
    /// Sex.
    Sex,
    /// Place of birth.
    BirthPlace,
}

/// How closely two records agree on an evidence group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// A part agrees: a first name, a birth year, a ZIP3.
    Partial,
    /// Alike but for one error: a nickname, a sound-alike, one character, a swapped pair; of an
    /// address the ZIP code or the street without its number.
    Close,
    /// The same after normalization.
    Exact,
}

/// One family of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Family {
    /// Name: the HKDF label, and `t_<name>` the column.
    pub name: &'static str,
    /// What two records that share a token of the family agree on.
    pub proves: &'static [(Evidence, Level)],
    /// The most tokens one record may have in it.
    pub most: usize,
}

use Evidence::{Address, BirthDate, BirthPlace, Email, First, Last, Other, Phone, Sex, Ssn};
use Level::{Close, Exact, Partial};

macro_rules! families {
    ($($name:literal $most:literal [$($evidence:ident $level:ident),+]),+ $(,)?) => {
        &[$(Family { name: $name, most: $most, proves: &[$(($evidence, $level)),+] }),+]
    };
}

/// Token scheme 1. Every family rests on two fields or more, so that no token falls to a
/// frequency attack on one field. The order is part of the scheme: add at the end.
///
/// # Source
/// Linkage reference, sections 1 and 3.
pub const FAMILIES: &[Family] = families![
    "name_dob" 1 [First Exact, Last Exact, BirthDate Exact],
    "nickname_dob" 1 [First Close, Last Exact, BirthDate Exact],
    "initial_dob" 1 [First Partial, Last Exact, BirthDate Exact],
    "initial_sex_dob" 1 [First Partial, Last Exact, BirthDate Exact, Sex Exact],
    "soundex_dob" 1 [First Close, Last Close, BirthDate Exact],
    "metaphone_dob" 1 [First Close, Last Close, BirthDate Exact],
    "swapped_names_dob" 1 [First Close, Last Close, BirthDate Exact],
    "name_swapped_dob" 1 [First Exact, Last Exact, BirthDate Close],
    "name_masked_dob" 8 [First Exact, Last Exact, BirthDate Close],
    "soundex_swapped_dob" 1 [First Close, Last Close, BirthDate Close],
    "first_deleted_dob" 16 [First Close, Last Exact, BirthDate Exact],
    "last_deleted_dob" 16 [First Exact, Last Close, BirthDate Exact],
    "first_dob_zip3" 1 [First Exact, BirthDate Exact, Address Partial],
    "first_dob_street" 1 [First Exact, BirthDate Exact, Address Exact],
    "last_dob_street" 1 [Last Exact, BirthDate Exact, Address Exact],
    "street_dob" 1 [BirthDate Exact, Address Exact],
    "street_name_dob" 1 [BirthDate Exact, Address Close],
    "name_zip3_year" 1 [First Exact, Last Exact, BirthDate Partial, Address Partial],
    "name_postcode" 1 [First Exact, Last Exact, Address Close],
    "name_street" 1 [First Exact, Last Exact, Address Exact],
    "soundex_street" 1 [First Close, Last Close, Address Exact],
    "first_street" 1 [First Exact, Address Exact],
    "last_street_year" 1 [Last Exact, BirthDate Partial, Address Exact],
    "first_phone" 1 [First Exact, Phone Exact],
    "last_phone" 1 [Last Exact, Phone Exact],
    "dob_phone" 1 [BirthDate Exact, Phone Exact],
    "first_email" 1 [First Exact, Email Exact],
    "last_email" 1 [Last Exact, Email Exact],
    "dob_email" 1 [BirthDate Exact, Email Exact],
    "first_ssn" 1 [First Exact, Ssn Exact],
    "last_ssn" 1 [Last Exact, Ssn Exact],
    "dob_ssn" 1 [BirthDate Exact, Ssn Exact],
    "last_ssn4_year" 1 [Last Exact, Ssn Partial, BirthDate Partial],
    "first_ssn4_dob" 1 [First Exact, Ssn Partial, BirthDate Exact],
    "last_masked_ssn" 9 [Last Exact, Ssn Close],
    "dob_masked_ssn" 9 [BirthDate Exact, Ssn Close],
    "first_other" 4 [First Exact, Other Exact],
    "last_other" 4 [Last Exact, Other Exact],
    "dob_other" 4 [BirthDate Exact, Other Exact],
    "name_birthplace" 1 [First Exact, Last Exact, BirthPlace Exact],
    "name_birthplace_year" 1 [First Exact, Last Exact, BirthPlace Exact, BirthDate Partial],
    "birthplace_dob" 1 [BirthPlace Exact, BirthDate Exact],
    "prefixes_dob" 1 [First Close, Last Close, BirthDate Exact],
    "soundex_masked_dob" 8 [First Close, Last Close, BirthDate Close],
];

/// The position of a family in [`FAMILIES`].
pub fn family_index(name: &str) -> Option<usize> {
    FAMILIES.iter().position(|family| family.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn family_names_are_unique_and_rest_on_two_fields() {
        for (i, family) in FAMILIES.iter().enumerate() {
            assert_eq!(family_index(family.name), Some(i));
            assert!(family.proves.len() >= 2, "{}", family.name);
        }
    }
}
