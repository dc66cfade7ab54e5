//! Token families: which parts of an identity a token is made of, and what sharing it proves.
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
    /// Middle name.
    Middle,
    /// Occupation.
    Occupation,
}

impl Evidence {
    /// Every group; a group's position here is its number.
    pub const ALL: [Self; 12] = [
        Self::First,
        Self::Last,
        Self::BirthDate,
        Self::Ssn,
        Self::Phone,
        Self::Email,
        Self::Address,
        Self::Other,
        Self::Sex,
        Self::BirthPlace,
        Self::Middle,
        Self::Occupation,
    ];

    /// Its name for a reader.
    pub const fn words(self) -> &'static str {
        match self {
            Self::First => "first name",
            Self::Last => "last name",
            Self::BirthDate => "birth date",
            Self::Ssn => "social security number",
            Self::Phone => "telephone",
            Self::Email => "e-mail",
            Self::Address => "address",
            Self::Other => "another identifier",
            Self::Sex => "sex",
            Self::BirthPlace => "birth place",
            Self::Middle => "middle initial",
            Self::Occupation => "occupation",
        }
    }
}

/// How closely two records agree on an evidence group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// A piece agrees: the start of a name, a birth year, the last four digits, a ZIP code.
    Partial,
    /// Alike but for one error: a nickname, a sound-alike, a date or number of which one part of
    /// three differs; of an address the street without its number, or the number with its ZIP code; of a
    /// birth place its start or its end.
    Close,
    /// The same after normalization.
    Exact,
}

/// A part of an identity, in the form in which it goes into a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Part {
    /// First name.
    FirstName,
    /// Head of the first name's nickname group.
    Nickname,
    /// SOUNDEX of the first name.
    FirstSoundex,
    /// First three letters of the first name.
    FirstStart,
    /// Last three letters of the first name.
    FirstEnd,
    /// First letter of the first name.
    FirstInitial,
    /// Last name.
    LastName,
    /// SOUNDEX of the last name.
    LastSoundex,
    /// First three letters of the last name.
    LastStart,
    /// Last three letters of the last name.
    LastEnd,
    /// First letter of the last name.
    LastInitial,
    /// SOUNDEX codes of first and last name in order, for records that swap the names too.
    SoundexPair,
    /// Birth date.
    BirthDate,
    /// Two of the birth date's year, month and day: three tokens, one for each left out.
    TwoDateParts,
    /// Year, and day and month in order of size, where each could be the other.
    SwappedDate,
    /// Birth year.
    BirthYear,
    /// Social security number.
    Ssn,
    /// Two of the number's three blocks (area, group, serial): three tokens.
    TwoSsnBlocks,
    /// Its last four digits.
    SsnLastFour,
    /// Telephone number.
    Phone,
    /// E-mail address.
    Email,
    /// House number and the start of the street ([`Part::StreetStart`]).
    Home,
    /// First five letters of the street, without its number and direction.
    StreetStart,
    /// House number and ZIP code.
    HousePostcode,
    /// ZIP code.
    Postcode,
    /// Another stable identifier; up to four.
    Other,
    /// Sex.
    Sex,
    /// Place of birth.
    BirthPlace,
    /// The first four letters of the place of birth, and its last four: two tokens.
    BirthPlacePiece,
    /// First letter of the middle name.
    MiddleInitial,
    /// Town or suburb.
    Locality,
    /// Occupation.
    Occupation,
}

/// How many [`Part`]s there are.
pub const PARTS: usize = Part::Occupation as usize + 1;

impl Part {
    /// Every part, in order.
    pub const ALL: [Self; PARTS] = [
        FirstName,
        Nickname,
        FirstSoundex,
        FirstStart,
        FirstEnd,
        FirstInitial,
        LastName,
        LastSoundex,
        LastStart,
        LastEnd,
        LastInitial,
        SoundexPair,
        BirthDate,
        TwoDateParts,
        SwappedDate,
        BirthYear,
        Ssn,
        TwoSsnBlocks,
        SsnLastFour,
        Phone,
        Email,
        Home,
        StreetStart,
        HousePostcode,
        Postcode,
        Other,
        Sex,
        BirthPlace,
        BirthPlacePiece,
        MiddleInitial,
        Locality,
        Occupation,
    ];

    /// What two records agree on that have this part in common.
    pub const fn proves(self) -> &'static [(Evidence, Level)] {
        match self {
            FirstName => &[(Evidence::First, Exact)],
            Nickname | FirstSoundex => &[(Evidence::First, Close)],
            FirstStart | FirstEnd | FirstInitial => &[(Evidence::First, Partial)],
            LastName => &[(Evidence::Last, Exact)],
            LastSoundex => &[(Evidence::Last, Close)],
            LastStart | LastEnd | LastInitial => &[(Evidence::Last, Partial)],
            SoundexPair => &[(Evidence::First, Close), (Evidence::Last, Close)],
            BirthDate => &[(Evidence::BirthDate, Exact)],
            TwoDateParts | SwappedDate => &[(Evidence::BirthDate, Close)],
            BirthYear => &[(Evidence::BirthDate, Partial)],
            Ssn => &[(Evidence::Ssn, Exact)],
            TwoSsnBlocks => &[(Evidence::Ssn, Close)],
            SsnLastFour => &[(Evidence::Ssn, Partial)],
            Phone => &[(Evidence::Phone, Exact)],
            Email => &[(Evidence::Email, Exact)],
            Home => &[(Evidence::Address, Exact)],
            StreetStart | HousePostcode => &[(Evidence::Address, Close)],
            Postcode | Locality => &[(Evidence::Address, Partial)],
            Other => &[(Evidence::Other, Exact)],
            Sex => &[(Evidence::Sex, Exact)],
            BirthPlace => &[(Evidence::BirthPlace, Exact)],
            BirthPlacePiece => &[(Evidence::BirthPlace, Close)],
            MiddleInitial => &[(Evidence::Middle, Exact)],
            Occupation => &[(Evidence::Occupation, Exact)],
        }
    }

    /// The most values one record may have.
    pub const fn most(self) -> usize {
        match self {
            TwoDateParts | TwoSsnBlocks => 3,
            BirthPlacePiece => 2,
            Other => 4,
            _ => 1,
        }
    }
}

/// One family of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Family {
    /// Name: the HKDF label, and `t_<name>` the column.
    pub name: &'static str,
    /// What the token is made of, in order; two records that share it have each part in common.
    pub parts: &'static [Part],
    /// The most tokens one record may have in it.
    pub most: usize,
}

use Level::{Close, Exact, Partial};
use Part::{
    BirthDate, BirthPlace, BirthPlacePiece, BirthYear, Email, FirstEnd, FirstInitial, FirstName,
    FirstSoundex, FirstStart, Home, HousePostcode, LastEnd, LastInitial, LastName, LastSoundex, LastStart,
    Locality, MiddleInitial, Nickname, Occupation, Other, Phone, Postcode, Sex, SoundexPair, Ssn,
    SsnLastFour, StreetStart, SwappedDate, TwoDateParts, TwoSsnBlocks,
};

const fn most(parts: &[Part]) -> usize {
    let (mut product, mut i) = (1, 0);
    while i < parts.len() {
        product *= parts[i].most();
        i += 1;
    }
    product
}

macro_rules! families {
    ($($name:literal [$($part:ident)+])+) => {
        &[$(Family { name: $name, parts: &[$($part),+], most: most(&[$($part),+]) }),+]
    };
}

/// Token scheme 5. Every family rests on two fields or more, so that no token falls to a
/// frequency attack on one field. The order is part of the scheme: add at the end.
///
/// Each strong field that may stand alone (birth date, home, telephone, e-mail, SSN, both names
/// together) is an *anchor*: its families pair it with the other fields in several forms, from
/// exact to a piece, so that where the anchor agrees the hub learns how far each other field does,
/// and two records that share any one anchor meet whatever errors the rest holds. Where no anchor
/// agrees, pieces of three fields do.
///
/// # Source
/// Linkage reference, sections 1 and 3; decisions 0011, 0013, 0019, 0075.
pub const FAMILIES: &[Family] = families![
    "first_dob" [FirstName BirthDate]
    "last_dob" [LastName BirthDate]
    "nickname_dob" [Nickname BirthDate]
    "first_soundex_dob" [FirstSoundex BirthDate]
    "last_soundex_dob" [LastSoundex BirthDate]
    "first_start_dob" [FirstStart BirthDate]
    "first_end_dob" [FirstEnd BirthDate]
    "last_start_dob" [LastStart BirthDate]
    "last_end_dob" [LastEnd BirthDate]
    "sex_last_dob" [Sex LastStart BirthDate]
    "soundex_dob" [SoundexPair BirthDate]
    "home_dob" [Home BirthDate]
    "street_start_dob" [StreetStart BirthDate]
    "house_postcode_dob" [HousePostcode BirthDate]
    "postcode_dob" [Postcode BirthDate]
    "soundex_date_parts" [SoundexPair TwoDateParts]
    "soundex_swapped_date" [SoundexPair SwappedDate]
    "name_year" [FirstName LastName BirthYear]
    "soundex_year" [SoundexPair BirthYear]
    "first_postcode_date_parts" [FirstName Postcode TwoDateParts]
    "name_postcode" [FirstName LastName Postcode]
    "soundex_postcode" [SoundexPair Postcode]
    "soundex_phone" [SoundexPair Phone]
    "soundex_ssn" [SoundexPair Ssn]
    "soundex_house_postcode" [SoundexPair HousePostcode]
    "first_street" [FirstName StreetStart]
    "last_street" [LastName StreetStart]
    "first_home" [FirstName Home]
    "last_home" [LastName Home]
    "first_soundex_home" [FirstSoundex Home]
    "last_soundex_home" [LastSoundex Home]
    "first_start_home" [FirstStart Home]
    "last_start_home" [LastStart Home]
    "home_date_parts" [Home TwoDateParts]
    "first_phone" [FirstName Phone]
    "last_phone" [LastName Phone]
    "dob_phone" [BirthDate Phone]
    "first_start_phone" [FirstStart Phone]
    "last_start_phone" [LastStart Phone]
    "phone_date_parts" [Phone TwoDateParts]
    "first_email" [FirstName Email]
    "last_email" [LastName Email]
    "dob_email" [BirthDate Email]
    "first_ssn" [FirstName Ssn]
    "last_ssn" [LastName Ssn]
    "dob_ssn" [BirthDate Ssn]
    "ssn_date_parts" [Ssn TwoDateParts]
    "first_ssn_blocks" [FirstName TwoSsnBlocks]
    "last_ssn_blocks" [LastName TwoSsnBlocks]
    "dob_ssn_blocks" [BirthDate TwoSsnBlocks]
    "dob_ssn4" [BirthDate SsnLastFour]
    "last_ssn4_year" [LastName SsnLastFour BirthYear]
    "first_ssn4_year" [FirstName SsnLastFour BirthYear]
    "first_other" [FirstName Other]
    "last_other" [LastName Other]
    "dob_other" [BirthDate Other]
    "birthplace_dob" [BirthPlace BirthDate]
    "soundex_birthplace" [SoundexPair BirthPlace]
    "first_soundex_middle_dob" [FirstSoundex MiddleInitial BirthDate]
    "soundex_middle_year" [SoundexPair MiddleInitial BirthYear]
    "first_soundex_middle_home" [FirstSoundex MiddleInitial Home]
    "last_soundex_middle_home" [LastSoundex MiddleInitial Home]
    "soundex_middle_street" [SoundexPair MiddleInitial StreetStart]
    "first_soundex_middle_ssn" [FirstSoundex MiddleInitial Ssn]
    "soundex_locality" [SoundexPair Locality]
    "first_locality_date_parts" [FirstName Locality TwoDateParts]
    "last_locality_date_parts" [LastName Locality TwoDateParts]
    "locality_dob" [Locality BirthDate]
    "street_date_parts" [StreetStart TwoDateParts]
    "soundex_occupation" [SoundexPair Occupation]
    "occupation_dob" [Occupation BirthDate]
    "first_last_start_year" [FirstName LastStart BirthYear]
    "first_last_end_year" [FirstName LastEnd BirthYear]
    "first_start_last_year" [FirstStart LastName BirthYear]
    "first_end_last_year" [FirstEnd LastName BirthYear]
    "first_last_start_postcode" [FirstName LastStart Postcode]
    "first_last_end_postcode" [FirstName LastEnd Postcode]
    "first_start_last_postcode" [FirstStart LastName Postcode]
    "first_end_last_postcode" [FirstEnd LastName Postcode]
    "first_last_start_street" [FirstName LastStart StreetStart]
    "first_last_end_street" [FirstName LastEnd StreetStart]
    "first_start_last_street" [FirstStart LastName StreetStart]
    "first_end_last_street" [FirstEnd LastName StreetStart]
    "first_last_start_birthplace" [FirstName LastStart BirthPlace]
    "first_last_end_birthplace" [FirstName LastEnd BirthPlace]
    "first_start_last_birthplace" [FirstStart LastName BirthPlace]
    "first_end_last_birthplace" [FirstEnd LastName BirthPlace]
    "first_last_start_occupation" [FirstName LastStart Occupation]
    "first_last_end_occupation" [FirstName LastEnd Occupation]
    "first_start_last_occupation" [FirstStart LastName Occupation]
    "first_end_last_occupation" [FirstEnd LastName Occupation]
    "phone_year" [Phone BirthYear]
    "nickname_phone" [Nickname Phone]
    "first_soundex_phone" [FirstSoundex Phone]
    "last_soundex_phone" [LastSoundex Phone]
    "last_end_phone" [LastEnd Phone]
    "email_year" [Email BirthYear]
    "initial_email" [FirstInitial Email]
    "last_start_email" [LastStart Email]
    "sex_email" [Sex Email]
    "email_date_parts" [Email TwoDateParts]
    "nickname_last_year" [Nickname LastName BirthYear]
    "nickname_home" [Nickname Home]
    "ssn_year" [Ssn BirthYear]
    "other_year" [Other BirthYear]
    "initials_dob" [FirstInitial LastInitial BirthDate]
    "initials_postcode_year" [FirstInitial LastInitial Postcode BirthYear]
    "initials_postcode_date_parts" [FirstInitial LastInitial Postcode TwoDateParts]
    "first_start_last_start_year" [FirstStart LastStart BirthYear]
    "first_start_last_end_year" [FirstStart LastEnd BirthYear]
    "first_end_last_start_year" [FirstEnd LastStart BirthYear]
    "initial_last_date_parts" [FirstInitial LastName TwoDateParts]
    "soundex_ssn4" [SoundexPair SsnLastFour]
    "initials_ssn4_year" [FirstInitial LastInitial SsnLastFour BirthYear]
    "name_birthplace_piece" [FirstName LastName BirthPlacePiece]
    "first_house_postcode" [FirstName HousePostcode]
    "last_house_postcode" [LastName HousePostcode]
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
            let mut groups: Vec<Evidence> =
                family.parts.iter().flat_map(|part| part.proves()).map(|(evidence, _)| *evidence).collect();
            groups.sort_unstable();
            groups.dedup();
            assert!(groups.len() >= 2, "{}", family.name);
        }
    }

    #[test]
    fn parts_and_groups_stand_in_order() {
        for (i, part) in Part::ALL.iter().enumerate() {
            assert_eq!(*part as usize, i);
        }
        for (i, evidence) in Evidence::ALL.iter().enumerate() {
            assert_eq!(*evidence as usize, i);
        }
    }
}
