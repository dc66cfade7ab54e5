//! What a record says about its client: demographics as written, and what its rows say happened.

use chrono::NaiveDate;

use crate::days::Birth;
use crate::dice::Dice;
use crate::history::Source;
use crate::population::culture::race;
use crate::population::person::{Gender, Kinds, Person};
use crate::service::Service;

/// A race as one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Race {
    Aian,
    Asian,
    Black,
    Hispanic,
    Mena,
    Nhpi,
    White,
    Multiple,
}

impl Race {
    /// The one race of a set, or `Multiple`; `None` of an empty set.
    pub(crate) fn of_set(set: u8) -> Option<Self> {
        Some(match set {
            0 => return None,
            race::AIAN => Self::Aian,
            race::ASIAN => Self::Asian,
            race::BLACK => Self::Black,
            race::HISPANIC => Self::Hispanic,
            race::MENA => Self::Mena,
            race::NHPI => Self::Nhpi,
            race::WHITE => Self::White,
            _ => Self::Multiple,
        })
    }

    /// Truth's word.
    pub(crate) fn word(self) -> &'static str {
        ["aian", "asian", "black", "hispanic", "mena", "nhpi", "white", "multiple"][self as usize]
    }

    /// Indigenous by this word alone; nobody can tell of `Multiple`.
    pub(crate) fn indigenous(self) -> Option<bool> {
        match self {
            Self::Aian => Some(true),
            Self::Multiple => None,
            _ => Some(false),
        }
    }
}

/// Disability as one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Disability {
    None,
    MentalOnly,
    Any,
}

/// What a screening asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    Sex,
    Labor,
}

/// What came of a screening question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reply {
    NotCollected,
    Refused,
    /// Yes or no.
    Answered,
}

/// How a referral ended, as written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// With its day, where it is written down.
    Attained(Option<NaiveDate>),
    /// By client or provider, or not attained.
    Declined,
    Unknown,
}

/// What a record answers; `None` is unknown or not collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Answers {
    pub(crate) race: Option<Race>,
    pub(crate) indigenous: Option<bool>,
    pub(crate) gender: Option<Gender>,
    pub(crate) lgbtq: Option<bool>,
    /// Neither citizen nor lawful permanent resident.
    pub(crate) foreign: Option<bool>,
    pub(crate) language: Option<bool>,
    pub(crate) disability: Option<Disability>,
    pub(crate) substance: Option<bool>,
}

/// What a row says happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Entry,
    Exit,
    Contact,
    Screening(Asked, Reply),
    Indicator(Kinds),
    Identification(Kinds),
    Need(Service),
    Service(Service),
    Referral(Service, End),
}

/// One record with its events, as anybody would read it off the raw files.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) source: Source,
    pub(crate) key: String,
    pub(crate) birth: Birth,
    pub(crate) answers: Answers,
    pub(crate) events: Vec<(NaiveDate, What)>,
    /// Whether it may be linked: a victim service provider's may on a release that is in force.
    pub(crate) linkable: bool,
}

impl Record {
    pub(crate) fn new(source: Source, key: String, birth: Birth) -> Self {
        Self { source, key, birth, answers: Answers::default(), events: Vec::new(), linkable: true }
    }

    pub(crate) fn add(&mut self, date: NaiveDate, what: What) {
        self.events.push((date, what));
    }

    /// A referral, which says that there is a need too.
    pub(crate) fn refer(&mut self, date: NaiveDate, service: Service, end: End) {
        self.add(date, What::Need(service));
        self.add(date, What::Referral(service, end));
    }
}

const ALL_RACES: [u8; 7] =
    [race::AIAN, race::ASIAN, race::BLACK, race::HISPANIC, race::MENA, race::NHPI, race::WHITE];

/// The set of races as told to somebody who takes them all; empty when nothing is written down.
pub(crate) fn told_races(person: &Person, blank: f64, dice: &mut Dice) -> u8 {
    if dice.chance(blank) {
        0
    } else if dice.chance(0.006) {
        *dice.pick(&ALL_RACES)
    } else {
        person.race
    }
}

/// A race as one word, where a form has room for one only.
pub(crate) fn told_race(person: &Person, blank: f64, dice: &mut Dice) -> Option<Race> {
    let set = told_races(person, blank, dice);
    if set.count_ones() < 2 {
        return Race::of_set(set);
    }
    let parts: Vec<u8> = ALL_RACES.into_iter().filter(|r| set & r != 0).collect();
    if set & race::HISPANIC != 0 && dice.chance(0.75) {
        return Some(Race::Hispanic);
    }
    if dice.chance(0.62) { Some(Race::Multiple) } else { Race::of_set(*dice.pick(&parts)) }
}

/// Gender as written; `others` says whether the form has a third choice.
pub(crate) fn told_gender(person: &Person, others: bool, blank: f64, dice: &mut Dice) -> Option<Gender> {
    if dice.chance(blank) {
        return None;
    }
    let by_sex = |male: bool| if male { Gender::Male } else { Gender::Female };
    let wrong = dice.chance(0.004);
    match person.gender {
        Gender::Other if others && dice.chance(0.65) => Some(Gender::Other),
        _ => Some(by_sex(person.male != wrong)),
    }
}

/// An answer with a share of blanks and a few wrong ones.
pub(crate) fn told(truth: bool, blank: f64, dice: &mut Dice) -> Option<bool> {
    if dice.chance(blank) { None } else { Some(truth != dice.chance(0.01)) }
}
