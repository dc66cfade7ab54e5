//! What the families that two records share, and those they do not, prove about each field.

use std::sync::LazyLock;

use domain::{Evidence, FAMILIES, FamilySet, Level, Part};

/// Groups of evidence.
pub(crate) const GROUPS: usize = Evidence::ALL.len();

/// Levels of agreement: differ, and [`Level`] in order.
pub(crate) const LEVELS: usize = 4;

/// Every level possible: nothing is known.
pub(crate) const UNKNOWN: u8 = 0b1111;

/// Which levels of agreement remain possible in each field, one bit a level (bit 0: they differ).
///
/// A shared family proves that its parts agree. A family that both records have and do not share,
/// all of whose parts but one are proved to agree, proves that this one does not. What neither
/// tells stays open: an agreement is known between bounds, as a censored observation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EvidenceVector(pub(crate) [u8; GROUPS]);

/// What the birth dates of two records are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dates {
    /// Both are dates, as far as the records tell.
    Whole,
    /// That of one, at least, stands for a year: its month and day are those of everybody of whom no more is
    /// known.
    StandForYears,
}

impl Dates {
    /// By the families that each record has tokens of: one whose date stands for a year has tokens of the
    /// date, and none of its parts, though it holds what goes with them.
    pub fn of(a: FamilySet, b: FamilySet) -> Self {
        let year = |of: FamilySet| {
            let without_parts = !(of & *DATE_FAMILIES).is_empty() && (of & *DATE_PART_FAMILIES).is_empty();
            without_parts && goes_with_date_parts(of)
        };
        if year(a) || year(b) { Self::StandForYears } else { Self::Whole }
    }
}

/// Each family's parts, one bit a part.
static FAMILY_PARTS: LazyLock<Vec<u64>> =
    LazyLock::new(|| FAMILIES.iter().map(|family| family.parts.iter().fold(0, |m, p| m | bit(*p))).collect());

/// For each group and level (from 1), the parts that prove just that.
static LEVEL_PARTS: LazyLock<[[u64; LEVELS]; GROUPS]> = LazyLock::new(|| {
    let mut out = [[0; LEVELS]; GROUPS];
    for part in Part::ALL {
        for (evidence, level) in part.proves() {
            out[*evidence as usize][level_number(*level)] |= bit(part);
        }
    }
    out
});

/// Families with a whole birth date.
static DATE_FAMILIES: LazyLock<FamilySet> = LazyLock::new(|| families_with(Part::BirthDate));

/// Families with two of a birth date's parts, which records have none of whose date stands for a year.
static DATE_PART_FAMILIES: LazyLock<FamilySet> = LazyLock::new(|| families_with(Part::TwoDateParts));

/// What tells whole last names that are alike from those that are not.
const LAST_PIECES: u64 = bit(Part::LastStart) | bit(Part::LastEnd);

fn families_with(part: Part) -> FamilySet {
    (0..FAMILIES.len()).filter(|family| FAMILY_PARTS[*family] & bit(part) != 0).collect()
}

/// Whether a record of these families holds what any family of two of a date's parts has beside them. Initials and a sex alone, for
/// one, go with none.
fn goes_with_date_parts(of: FamilySet) -> bool {
    let held = implied(of.iter().fold(0, |parts, family| parts | FAMILY_PARTS[family]));
    DATE_PART_FAMILIES.iter().any(|family| FAMILY_PARTS[family] & !bit(Part::TwoDateParts) & !held == 0)
}

const fn bit(part: Part) -> u64 {
    1 << part as u32
}

pub(crate) const fn level_number(level: Level) -> usize {
    level as usize + 1
}

/// The parts of a family, one bit a part.
pub(crate) fn family_parts(family: usize) -> u64 {
    FAMILY_PARTS[family]
}

/// The parts that prove a level of a group, one bit a part.
pub(crate) fn level_parts(group: usize, level: usize) -> u64 {
    LEVEL_PARTS[group][level]
}

/// All parts that agree once those of `proved` do: an exact agreement brings every weaker one.
pub(crate) fn implied(mut proved: u64) -> u64 {
    let number_and_street = bit(Part::HousePostcode) | bit(Part::StreetStart);
    if proved & number_and_street == number_and_street {
        proved |= bit(Part::Home);
    }
    for evidence in Evidence::ALL {
        let levels = &LEVEL_PARTS[evidence as usize];
        if proved & levels[LEVELS - 1] != 0 {
            // The pair needs both names.
            proved |= (levels[1] | levels[2]) & !bit(Part::SoundexPair);
        }
    }
    let both_names = bit(Part::FirstSoundex) | bit(Part::LastSoundex);
    if proved & both_names == both_names {
        proved |= bit(Part::SoundexPair);
    }
    if proved & bit(Part::FirstStart) != 0 {
        proved |= bit(Part::FirstInitial);
    }
    if proved & bit(Part::LastStart) != 0 {
        proved |= bit(Part::LastInitial);
    }
    if proved & bit(Part::HousePostcode) != 0 {
        proved |= bit(Part::Postcode);
    }
    proved
}

impl EvidenceVector {
    /// Reads the evidence off the families that two records share (`shared`) and those of which
    /// both have tokens (`both`). `dates` says whether the birth dates of both are more than a year.
    pub fn read(shared: FamilySet, both: FamilySet, dates: Dates) -> Self {
        let mut proved = implied(shared.iter().fold(0, |parts, family| parts | FAMILY_PARTS[family]));
        let mut disproved = (both - shared).iter().fold(0, |parts, family| {
            let open = FAMILY_PARTS[family] & !proved;
            if open.is_power_of_two() { parts | open } else { parts }
        });
        if dates == Dates::StandForYears {
            let date = bit(Part::BirthDate);
            if proved & date != 0 {
                proved &= !(date | bit(Part::TwoDateParts) | bit(Part::SwappedDate));
            }
            disproved &= !date;
        }
        // Of two whole last names the first letter alone says nothing: one in sixteen share it.
        if disproved & LAST_PIECES != 0 && proved & LAST_PIECES == 0 {
            proved &= !bit(Part::LastInitial);
        }
        let mut possible = [UNKNOWN; GROUPS];
        for (levels, parts) in possible.iter_mut().zip(LEVEL_PARTS.iter()) {
            let lowest = (1..LEVELS).rev().find(|l| parts[*l] & proved != 0).unwrap_or(0);
            // An exact agreement brings every other, so any that fails rules it out.
            let of_group = parts.iter().fold(0, |a, b| a | b);
            let refutes = |l: usize| if l == LEVELS - 1 { of_group } else { parts[l] };
            let open = (lowest + 1..LEVELS).filter(|l| parts[*l] != 0 && refutes(*l) & disproved == 0);
            *levels = open.fold(1 << lowest, |levels, l| levels | 1 << l);
            if parts.iter().all(|p| p & (proved | disproved) == 0) {
                *levels = UNKNOWN;
            }
        }
        Self(possible)
    }

    /// The levels that remain possible in one field, one bit a level, bit 0 for none.
    pub fn of(&self, evidence: Evidence) -> u8 {
        self.0[evidence as usize]
    }
}

/// What two records agree on, in words: `first and last name, birth date closely`.
impl std::fmt::Display for EvidenceVector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut first = true;
        for evidence in Evidence::ALL {
            let possible = self.of(evidence);
            let lowest = possible.trailing_zeros();
            if possible == UNKNOWN || lowest == 0 {
                continue;
            }
            let words = match (evidence, lowest) {
                // Alike is no word for it: half of it, that many others have too.
                (Evidence::Address, 1) => "town or ZIP code",
                (Evidence::Address, 2) => "street without its number, or number and ZIP code",
                _ => evidence.words(),
            };
            let closely = match (evidence, lowest) {
                (Evidence::Address, _) | (_, 3) => "",
                (_, 1) => " in part",
                _ => " closely",
            };
            write!(f, "{}{words}{closely}", if first { "" } else { ", " })?;
            first = false;
        }
        if first { write!(f, "nothing that is proved") } else { Ok(()) }
    }
}

/// For each group, whether two records that share these families would meet without it: only then
/// is how they stand in it no consequence of their having met.
pub(crate) fn met_without(shared: FamilySet) -> u16 {
    let mut out = 0;
    for evidence in Evidence::ALL {
        let group = evidence as usize;
        let of_group = LEVEL_PARTS[group].iter().fold(0, |a, b| a | b);
        if shared.iter().any(|family| FAMILY_PARTS[family] & of_group == 0) {
            out |= 1 << group;
        }
    }
    out
}

/// The families with an exact part of each field.
static EXACT_FAMILIES: LazyLock<[FamilySet; GROUPS]> = LazyLock::new(|| {
    std::array::from_fn(|group| {
        let exact = LEVEL_PARTS[group][LEVELS - 1];
        (0..FAMILIES.len()).filter(|f| FAMILY_PARTS[*f] & exact != 0).collect()
    })
});

/// The families with an exact part of a field.
pub(crate) fn families_of(evidence: Evidence) -> FamilySet {
    EXACT_FAMILIES[evidence as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::family_index;

    const DIFFERS: u8 = 0b0001;
    const EXACT: u8 = 0b1000;

    fn mask(names: &[&str]) -> FamilySet {
        names.iter().map(|name| family_index(name).expect("a family")).collect()
    }

    #[test]
    fn the_best_level_counts_once() {
        let shared = mask(&["first_dob", "last_soundex_dob", "initials_dob"]);
        let vector = EvidenceVector::read(shared, shared | mask(&["last_dob"]), Dates::Whole);
        assert_eq!(vector.of(Evidence::First), EXACT);
        assert_eq!(vector.of(Evidence::BirthDate), EXACT);
        assert_eq!(vector.of(Evidence::Last), 0b0100, "they sound alike, and are not the same");
        assert_eq!(vector.of(Evidence::Ssn), UNKNOWN);
    }

    #[test]
    fn a_family_both_have_and_do_not_share_disproves_its_one_open_part() {
        let shared = mask(&["first_home"]);
        let both = shared | mask(&["home_dob", "home_date_parts"]);
        assert_eq!(EvidenceVector::read(shared, both, Dates::Whole).of(Evidence::BirthDate), 0b0011);
        // Two parts open: either could be the one that differs, so nothing is proved.
        let vector = EvidenceVector::read(shared, shared | mask(&["dob_ssn"]), Dates::Whole);
        assert_eq!(vector.of(Evidence::Ssn), UNKNOWN);
        assert_eq!(vector.of(Evidence::BirthDate), UNKNOWN);
    }

    #[test]
    fn twins_differ_in_their_first_name() {
        let shared = mask(&["last_dob", "home_dob"]);
        let both = shared | mask(&["first_dob", "first_soundex_dob", "first_start_dob", "first_end_dob"]);
        assert_eq!(EvidenceVector::read(shared, both, Dates::Whole).of(Evidence::First), DIFFERS);
    }

    #[test]
    fn an_initial_neither_agrees_with_a_name_nor_differs_from_it() {
        let shared = mask(&["initials_dob"]);
        assert_eq!(EvidenceVector::read(shared, shared, Dates::Whole).of(Evidence::First), 0b1110);
    }

    #[test]
    fn whole_last_names_do_not_agree_by_their_first_letter() {
        let shared = mask(&["initials_dob", "first_dob"]);
        let both = shared | mask(&["last_dob", "last_soundex_dob", "last_start_dob", "last_end_dob"]);
        assert_eq!(EvidenceVector::read(shared, both, Dates::Whole).of(Evidence::Last), DIFFERS);
        assert_eq!(
            EvidenceVector::read(shared, shared, Dates::Whole).of(Evidence::Last),
            0b1110,
            "an initial"
        );
    }

    #[test]
    fn a_date_without_its_parts_stands_for_a_year_only_beside_what_goes_with_them() {
        let initials = mask(&["initials_dob"]);
        assert_eq!(
            Dates::of(initials, initials),
            Dates::Whole,
            "no family has initials and a part of a date"
        );
        let named = mask(&["initials_dob", "first_dob", "last_dob", "soundex_dob"]);
        assert_eq!(Dates::of(initials, named), Dates::StandForYears);
        assert_eq!(Dates::of(initials, named | mask(&["soundex_date_parts"])), Dates::Whole);
    }

    #[test]
    fn words_tell_a_street_from_an_address() {
        let words = |names: &[&str]| EvidenceVector::read(mask(names), mask(names), Dates::Whole).to_string();
        assert_eq!(words(&["first_street"]), "first name, street without its number, or number and ZIP code");
        assert_eq!(
            words(&["last_home", "soundex_phone"]),
            "first name closely, last name, telephone, address"
        );
        assert_eq!(words(&["name_postcode"]), "first name, last name, town or ZIP code");
    }

    #[test]
    fn records_that_met_by_one_field_alone_tell_nothing_of_it() {
        let met = met_without(mask(&["first_dob"]));
        assert_eq!(met >> Evidence::First as usize & 1, 0);
        assert_eq!(met >> Evidence::BirthDate as usize & 1, 0);
        assert_eq!(met >> Evidence::Ssn as usize & 1, 1);
        let met = met_without(mask(&["first_dob", "last_home"]));
        assert_eq!(met, (1 << GROUPS) - 1);
    }
}
