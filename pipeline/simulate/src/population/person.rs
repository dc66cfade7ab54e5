//! A person as they are: what no agency knows whole.

use chrono::NaiveDate;

use crate::days::age;
use crate::population::address::Address;
use crate::population::culture::Language;

/// Place in the household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Lives alone, or heads the household.
    Head,
    /// Spouse or partner.
    Partner,
    /// Child of the household.
    Child,
    /// Shares the address and nothing else.
    Housemate,
}

/// Gender as the person would say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gender {
    Female,
    Male,
    Other,
}

/// Immigration status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Citizen,
    Resident,
    Asylum,
    Pending,
    Undocumented,
}

impl Status {
    /// Neither citizen nor lawful permanent resident.
    pub(crate) fn is_foreign(self) -> bool {
        !matches!(self, Self::Citizen | Self::Resident)
    }
}

/// Kinds of trafficking, of a person, a sign or a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub(crate) struct Kinds {
    pub(crate) sex: bool,
    pub(crate) labor: bool,
    /// Trafficking of a kind that nobody wrote down.
    pub(crate) unknown: bool,
}

impl Kinds {
    pub(crate) const SEX: Self = Self { sex: true, labor: false, unknown: false };
    pub(crate) const LABOR: Self = Self { sex: false, labor: true, unknown: false };
    pub(crate) const UNKNOWN: Self = Self { sex: false, labor: false, unknown: true };

    pub(crate) fn any(self) -> bool {
        self.sex || self.labor || self.unknown
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            sex: self.sex || other.sex,
            labor: self.labor || other.labor,
            unknown: self.unknown || other.unknown,
        }
    }
}

/// A person.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a plain fact of its own")]
pub(crate) struct Person {
    /// 1 to `people`.
    pub(crate) id: u64,
    pub(crate) household: u64,
    pub(crate) role: Role,
    pub(crate) male: bool,
    pub(crate) gender: Gender,
    pub(crate) culture: usize,
    /// Set of races ([`crate::population::culture::race`]).
    pub(crate) race: u8,
    pub(crate) born: NaiveDate,
    pub(crate) first: String,
    pub(crate) middle: Option<&'static str>,
    pub(crate) last: String,
    pub(crate) second_last: Option<String>,
    /// Surname after a marriage or divorce, and since when.
    pub(crate) new_last: Option<(NaiveDate, String)>,
    pub(crate) suffix: Option<&'static str>,
    pub(crate) ssn: Option<u32>,
    /// Addresses, each from a day on.
    pub(crate) homes: Vec<(NaiveDate, Address)>,
    /// Phone numbers of ten digits, each from a day on.
    pub(crate) phones: Vec<(NaiveDate, u64)>,
    pub(crate) email: Option<String>,
    pub(crate) status: Status,
    pub(crate) language: Language,
    pub(crate) interpreter: bool,
    pub(crate) lgbtq: bool,
    /// Physical or developmental disability.
    pub(crate) physical: bool,
    /// Chronic illness.
    pub(crate) chronic: bool,
    pub(crate) mental: bool,
    pub(crate) substance: bool,
    /// Trafficking that some agency will see signs of.
    pub(crate) trafficked: Kinds,
    /// Goes from door to door and is helped at none.
    pub(crate) adrift: bool,
}

impl Person {
    /// Age in whole years; 0 before birth.
    pub(crate) fn age(&self, on: NaiveDate) -> u32 {
        age(self.born, on).unwrap_or(0)
    }

    /// The address on a day.
    pub(crate) fn home(&self, on: NaiveDate) -> &Address {
        &at(&self.homes, on).1
    }

    /// The phone number on a day.
    pub(crate) fn phone(&self, on: NaiveDate) -> u64 {
        at(&self.phones, on).1
    }

    /// The surname on a day.
    pub(crate) fn last_on(&self, on: NaiveDate) -> &str {
        match &self.new_last {
            Some((since, name)) if *since <= on => name,
            _ => &self.last,
        }
    }
}

/// The entry in force on a day; the first one before any.
fn at<T>(list: &[(NaiveDate, T)], on: NaiveDate) -> &(NaiveDate, T) {
    list.iter().rev().find(|(since, _)| *since <= on).unwrap_or(&list[0])
}
