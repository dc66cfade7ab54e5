//! Demographic rules, bound to a file's columns.

use chrono::NaiveDate;
use domain::Breakdown;

use crate::columns::{Cell, Columns, Row};
use crate::condition::{Moment, Test};
use crate::error::EncodeError;
use crate::event_rules::{Bound, UnknownCode};
use crate::known_codes::KnownCodes;
use crate::profile_rules::DemographicRule;

/// The breakdowns that an extract carries, in the order of its columns.
pub(crate) const CARRIED: [Breakdown; 8] = [
    Breakdown::RaceEthnicity,
    Breakdown::Indigenous,
    Breakdown::Gender,
    Breakdown::LgbtqYouth,
    Breakdown::Immigrant,
    Breakdown::LanguageNeed,
    Breakdown::Disability,
    Breakdown::SubstanceUse,
];

/// One known answer of a record: which rule gave it, and when.
#[derive(Clone, Copy)]
struct Known {
    date: Option<NaiveDate>,
    rule: u8,
    category: u8,
}

/// The answers of a record so far, one a carried breakdown.
#[derive(Clone, Default)]
pub(crate) struct Answers([Option<Known>; CARRIED.len()]);

impl Answers {
    /// The earliest rule stands; of one rule's answers the latest, and on one day the first in the
    /// list, so that the order of rows means nothing.
    fn offer(&mut self, breakdown: usize, new: Known) {
        let slot = &mut self.0[breakdown];
        let stands = slot.is_some_and(|old| {
            (old.rule, std::cmp::Reverse(old.date), old.category)
                <= (new.rule, std::cmp::Reverse(new.date), new.category)
        });
        if !stands {
            *slot = Some(new);
        }
    }

    /// Offers all answers of `other`.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (breakdown, known) in other.0.iter().enumerate() {
            if let Some(known) = known {
                self.offer(breakdown, *known);
            }
        }
    }

    /// The category of a carried breakdown.
    pub(crate) fn category(&self, breakdown: usize) -> &'static str {
        let list = CARRIED[breakdown];
        self.0[breakdown].map_or(list.unknown(), |known| list.categories()[usize::from(known.category)])
    }
}

/// A bound rule.
pub(crate) struct BoundDemographic {
    breakdown: usize,
    rule: u8,
    unknown: Option<u8>,
    when: Option<Test>,
    form: Form,
}

enum Form {
    Category(u8),
    Value(Bound<u8>),
    SelectAll { columns: Vec<(Cell, u8)>, yes: KnownCodes, no: KnownCodes, several: u8 },
}

impl BoundDemographic {
    /// Binds rule `rule` of the carried breakdown `breakdown`.
    pub(crate) fn bind(
        written: &DemographicRule,
        breakdown: usize,
        rule: u8,
        columns: &Columns<'_>,
    ) -> Result<Self, EncodeError> {
        let list = CARRIED[breakdown];
        let code = |word: &str| list.code(word).expect("categories are checked when the profile is read");
        let form = if let Some(category) = &written.category {
            Form::Category(code(category))
        } else if let Some(value) = &written.value {
            Form::Value(Bound::bind(value, columns, |word| list.code(word))?)
        } else {
            let select = written.select_all.iter().map(|(c, word)| Ok((columns.require(c)?, code(word))));
            Form::SelectAll {
                columns: select.collect::<Result<_, EncodeError>>()?,
                yes: KnownCodes::new(&written.yes),
                no: KnownCodes::new(&written.no),
                several: code(written.several.as_deref().unwrap_or(list.unknown())),
            }
        };
        let when = written.when.as_ref().map(|when| Test::bind(when, columns)).transpose()?;
        Ok(Self { breakdown, rule, unknown: list.code(list.unknown()), when, form })
    }

    pub(crate) fn breakdown(&self) -> Breakdown {
        CARRIED[self.breakdown]
    }

    /// Offers what the row says to `answers`.
    ///
    /// # Errors
    /// [`UnknownCode`] when a cell holds a code outside the list; the row goes on.
    pub(crate) fn apply(
        &self,
        row: &Row<'_>,
        moment: Moment,
        answers: &mut Answers,
    ) -> Result<(), UnknownCode> {
        if self.when.as_ref().is_some_and(|when| !when.holds(row, moment)) {
            return Ok(());
        }
        let category = match &self.form {
            Form::Category(category) => Some(*category),
            Form::Value(value) => value.read(row)?.first().copied(),
            Form::SelectAll { columns, yes, no, several } => select_all(row, columns, yes, no, *several)?,
        };
        if let Some(category) = category.filter(|c| Some(*c) != self.unknown) {
            answers.offer(self.breakdown, Known { rule: self.rule, date: moment.date, category });
        }
        Ok(())
    }
}

fn select_all(
    row: &Row<'_>,
    columns: &[(Cell, u8)],
    yes: &KnownCodes,
    no: &KnownCodes,
    several: u8,
) -> Result<Option<u8>, UnknownCode> {
    let mut selected = None;
    for (cell, category) in columns {
        let text = row.cell(*cell);
        if yes.contains(text) {
            selected = Some(if selected.is_some_and(|s| s != *category) { several } else { *category });
        } else if !text.is_empty() && !no.contains(text) {
            return Err(UnknownCode);
        }
    }
    Ok(selected)
}
