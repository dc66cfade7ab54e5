//! What two records can be to each other, and what each predicts of their fields.
//!
//! The distributions are where estimation starts and what it leans on where data are few. They are
//! reasoned from the sizes of the fields' domains and from usual error rates, and fitted to no
//! data set.

use domain::{Evidence, FAMILIES, Level, Part};

use crate::evidence::{GROUPS, LEVELS, level_number};

/// What two records can be to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// One person.
    Same,
    /// One person under two names.
    Alias,
    /// Two of one family: last name and home in common.
    Relatives,
    /// Twins, or siblings entered with one birth date.
    Twins,
    /// Two of one family with one name: parent and child.
    Namesakes,
    /// Two strangers at one address or telephone: a shelter, a building, a shared line.
    Housemates,
    /// Two of one family who use one number.
    FamilyNumber,
    /// Two strangers who use one number.
    SharedNumber,
    /// Two strangers of one name.
    SameName,
    /// Any two.
    Strangers,
}

pub(crate) const CLASSES: usize = 10;

/// Pairs of one person under two names, for each under one.
pub(crate) const SHARE_OF_ALIASES: f64 = 0.01;

/// Twins, or namesakes, for each pair of relatives.
pub(crate) const SHARE_OF_RELATIVES: f64 = 0.01;

impl Class {
    pub(crate) const ALL: [Self; CLASSES] = [
        Self::Same,
        Self::Alias,
        Self::Relatives,
        Self::Twins,
        Self::Namesakes,
        Self::Housemates,
        Self::FamilyNumber,
        Self::SharedNumber,
        Self::SameName,
        Self::Strangers,
    ];

    pub(crate) fn one_person(self) -> bool {
        matches!(self, Self::Same | Self::Alias)
    }

    /// How far data may move the distribution of a group away from where it starts: a factor on each
    /// probability of agreement, or 1 for not at all. Rare classes keep theirs, and no class may
    /// drift into another's place.
    pub(crate) fn leeway(self, evidence: Evidence) -> f64 {
        match (self, evidence) {
            (Self::Same, _)
            | (
                Self::Relatives,
                Evidence::Last | Evidence::Phone | Evidence::Email | Evidence::Address | Evidence::BirthPlace,
            )
            | (Self::Housemates, Evidence::Phone | Evidence::Address) => f64::INFINITY,
            (
                Self::Strangers,
                Evidence::First
                | Evidence::Last
                | Evidence::Address
                | Evidence::BirthPlace
                | Evidence::Middle
                | Evidence::Occupation,
            ) => 1.5,
            _ => 1.0,
        }
    }

    /// The most that data may tell of how often a field differs outright, as a factor on what is believed. A name that differs is
    /// what strangers have who share all else that is known, a street or a year of birth, and those must not teach that one
    /// person's names do.
    pub(crate) fn most_differing(self, evidence: Evidence) -> f64 {
        match (self, evidence) {
            (Self::Same, Evidence::First | Evidence::Last) => 4.0,
            _ => f64::INFINITY,
        }
    }

    /// The fields one of which both records must hold for a pair of this class to be seen.
    fn seen_by(self) -> &'static [Evidence] {
        match self {
            Self::Relatives | Self::Namesakes | Self::Housemates => {
                &[Evidence::Address, Evidence::Phone, Evidence::Email]
            }
            Self::FamilyNumber | Self::SharedNumber => &[Evidence::Ssn],
            Self::Same | Self::Alias | Self::Twins | Self::SameName | Self::Strangers => &[],
        }
    }

    /// Whether two of this class have a number in common that is not one person's.
    pub(crate) fn is_of_numbers(self) -> bool {
        matches!(self, Self::FamilyNumber | Self::SharedNumber)
    }

    /// Whether two records that both hold these fields, one bit a field, would show that they are of this class.
    pub(crate) fn is_seen(self, held: u16) -> bool {
        let fields = self.seen_by();
        fields.is_empty() || fields.iter().any(|field| held >> *field as usize & 1 == 1)
    }

    /// Pairs of this class to start from, for each record.
    pub(crate) fn pairs_per_record(self) -> f64 {
        match self {
            Self::Same => 0.5,
            Self::Relatives | Self::Housemates => 0.2,
            Self::Twins | Self::Namesakes => 0.2 * SHARE_OF_RELATIVES,
            Self::Alias | Self::FamilyNumber | Self::SharedNumber => 0.005,
            Self::SameName => 0.02,
            Self::Strangers => f64::NAN,
        }
    }
}

/// Probability of each level (differ, partial, close, exact) of each group, in the order of
/// `Evidence::ALL`.
pub(crate) type Distributions = [[f64; LEVELS]; GROUPS];

/// Levels of which a group has but two.
const fn two(exact: f64) -> [f64; LEVELS] {
    [1.0 - exact, 0.0, 0.0, exact]
}

/// Levels of which a group has three.
const fn three(close: f64, exact: f64) -> [f64; LEVELS] {
    [1.0 - close - exact, 0.0, close, exact]
}

const FIRST: [f64; LEVELS] = [0.95, 0.033, 0.012, 0.005];
const LAST: [f64; LEVELS] = [0.98, 0.013, 0.005, 0.002];
const BIRTH: [f64; LEVELS] = [0.981, 0.0145, 0.004_46, 0.000_04];
const SSN: [f64; LEVELS] = [0.9998, 0.0001, 0.000_099_9, 0.000_000_1];
const PHONE: [f64; LEVELS] = two(0.000_001);
const EMAIL: [f64; LEVELS] = two(0.000_000_3);
const ADDRESS: [f64; LEVELS] = [0.975, 0.0235, 0.001_49, 0.000_01];
const OTHER: [f64; LEVELS] = two(0.000_000_1);
const SEX: [f64; LEVELS] = two(0.5);
const BIRTH_PLACE: [f64; LEVELS] = three(0.02, 0.03);
const MIDDLE: [f64; LEVELS] = two(0.08);
const OCCUPATION: [f64; LEVELS] = two(0.05);

pub(crate) const STRANGERS: Distributions =
    [FIRST, LAST, BIRTH, SSN, PHONE, EMAIL, ADDRESS, OTHER, SEX, BIRTH_PLACE, MIDDLE, OCCUPATION];

pub(crate) const SAME: Distributions = [
    [0.04, 0.04, 0.08, 0.84],
    [0.06, 0.03, 0.06, 0.85],
    [0.004, 0.012, 0.07, 0.914],
    [0.05, 0.01, 0.04, 0.90],
    two(0.5),
    two(0.6),
    [0.35, 0.10, 0.10, 0.45],
    two(0.9),
    two(0.98),
    three(0.04, 0.86),
    two(0.9),
    two(0.8),
];

/// An address in common, as a home is.
const HOME: [f64; LEVELS] = [0.08, 0.02, 0.08, 0.82];

/// The distributions from which estimation of a class starts, where any two agree as `strangers` do.
pub(crate) fn prior(class: Class, strangers: &Distributions) -> Distributions {
    match class {
        Class::Same => SAME,
        Class::Alias => with(
            &SAME,
            &[
                (Evidence::First, [0.90, 0.05, 0.03, 0.02]),
                (Evidence::Last, [0.80, 0.05, 0.05, 0.10]),
                (Evidence::Middle, two(0.5)),
            ],
        ),
        Class::Relatives => with(
            strangers,
            &[
                (Evidence::Last, [0.25, 0.02, 0.05, 0.68]),
                (Evidence::BirthDate, [0.977, 0.018, 0.0049, 0.0001]),
                (Evidence::Phone, two(0.4)),
                (Evidence::Email, two(0.05)),
                (Evidence::Address, HOME),
                (Evidence::BirthPlace, three(0.02, 0.6)),
            ],
        ),
        Class::Twins => with(
            strangers,
            &[
                (Evidence::First, [0.60, 0.32, 0.06, 0.02]),
                (Evidence::Last, [0.08, 0.02, 0.05, 0.85]),
                (Evidence::BirthDate, [0.02, 0.01, 0.05, 0.92]),
                (Evidence::Ssn, [0.96, 0.01, 0.03, 0.000_01]),
                (Evidence::Phone, two(0.4)),
                (Evidence::Email, two(0.05)),
                (Evidence::Address, HOME),
                (Evidence::Sex, two(0.6)),
                (Evidence::BirthPlace, three(0.02, 0.95)),
            ],
        ),
        Class::Namesakes => with(
            strangers,
            &[
                (Evidence::First, [0.01, 0.01, 0.04, 0.94]),
                (Evidence::Last, [0.02, 0.01, 0.04, 0.93]),
                (Evidence::BirthDate, [0.978, 0.018, 0.0039, 0.0001]),
                (Evidence::Phone, two(0.4)),
                (Evidence::Email, two(0.05)),
                (Evidence::Address, HOME),
                (Evidence::Sex, two(0.98)),
                (Evidence::BirthPlace, three(0.02, 0.6)),
                (Evidence::Middle, two(0.4)),
            ],
        ),
        Class::Housemates => {
            with(strangers, &[(Evidence::Phone, two(0.3)), (Evidence::Address, [0.10, 0.02, 0.08, 0.80])])
        }
        Class::FamilyNumber => {
            with(&prior(Class::Relatives, strangers), &[(Evidence::Ssn, [0.05, 0.01, 0.04, 0.90])])
        }
        Class::SharedNumber => with(
            strangers,
            &[
                (Evidence::Last, [0.75, 0.02, 0.03, 0.20]),
                (Evidence::Ssn, [0.05, 0.01, 0.04, 0.90]),
                (Evidence::Phone, two(0.1)),
                (Evidence::Email, two(0.1)),
                (Evidence::Address, [0.75, 0.05, 0.05, 0.15]),
                (Evidence::Other, two(0.2)),
            ],
        ),
        Class::SameName => with(
            strangers,
            &[
                (Evidence::First, [0.02, 0.02, 0.06, 0.90]),
                (Evidence::Last, [0.02, 0.02, 0.06, 0.90]),
                (Evidence::Sex, two(0.97)),
                (Evidence::BirthPlace, three(0.02, 0.1)),
            ],
        ),
        Class::Strangers => *strangers,
    }
}

/// How often the piece that proves a partial agreement differs in two records that agree closely: the year of dates that
/// differ in one part, the initial of a name and its nickname, the ZIP code of a street, the last four digits of a number.
///
/// Where a piece is all that both records hold, it agrees or not, and either may go with a close agreement. Without this
/// rate a close agreement would explain both outcomes with certainty, and estimation would find that all are close.
const fn piece_differs(evidence: Evidence) -> f64 {
    match evidence {
        Evidence::BirthDate | Evidence::Ssn => 0.4,
        Evidence::Address => 0.25,
        _ => 0.15,
    }
}

/// What an initial leaves open that agrees with the name of another record, or with its initial.
const INITIAL: u8 = 0b1110;

/// How many of two names that differ, even in their first and last three letters, begin with one letter.
const SAME_INITIAL: f64 = 0.05;

/// How likely what was seen of a field is at each level, but for what all levels share; `possible` are the levels that it
/// leaves open, one bit each.
pub(crate) fn seen_at(evidence: Evidence, possible: u8) -> [f64; LEVELS] {
    let is_open = |level: usize| possible >> level & 1 == 1;
    let mut seen = std::array::from_fn(|level| f64::from(u8::from(is_open(level))));
    let (differ, partial, close) = (0, level_number(Level::Partial), level_number(Level::Close));
    if matches!(evidence, Evidence::First | Evidence::Last) && possible == INITIAL {
        seen[differ] = SAME_INITIAL;
        return seen;
    }
    // The piece was looked at where it tells differing from agreeing in part.
    if is_open(close) && is_open(differ) != is_open(partial) {
        let differs = piece_differs(evidence);
        seen[close] = if is_open(differ) { differs } else { 1.0 - differs };
    }
    seen
}

/// `base` but for the fields that are named.
fn with(base: &Distributions, fields: &[(Evidence, [f64; LEVELS])]) -> Distributions {
    let mut out = *base;
    for (field, levels) in fields {
        out[*field as usize] = *levels;
    }
    out
}

/// How often two strangers share a token of a family, by what is believed of them before any data.
pub(crate) fn shared_by_strangers(family: usize) -> f64 {
    let mut proved = [0; GROUPS];
    let mut initial = [false; GROUPS];
    for part in FAMILIES[family].parts {
        for (evidence, level) in part.proves() {
            let group = *evidence as usize;
            proved[group] = level_number(*level).max(proved[group]);
            initial[group] = matches!(part, Part::FirstInitial | Part::LastInitial);
        }
    }
    let of_group = |group: usize| {
        let at_least = STRANGERS[group][proved[group]..].iter().sum::<f64>();
        if initial[group] { at_least + SAME_INITIAL } else { at_least }
    };
    (0..GROUPS).map(of_group).product()
}

/// How many pairs the prior of a class weighs in its distribution of a group.
///
/// What goes wrong in a birth date is much the same wherever people write dates down, so it takes many pairs to
/// believe otherwise; names, homes and telephones differ more from place to place.
pub(crate) fn prior_pairs(class: Class, evidence: Evidence) -> f64 {
    match (class, evidence) {
        (Class::Strangers, _) => 1_000.0,
        (Class::Same, Evidence::BirthDate) => 400.0,
        (
            Class::Same,
            Evidence::First | Evidence::Last | Evidence::Address | Evidence::Phone | Evidence::Email,
        ) => 150.0,
        (Class::Same, _) => 40.0,
        _ => 100.0,
    }
}
