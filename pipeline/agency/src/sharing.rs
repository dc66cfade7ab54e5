//! Consent and custody of a record.

use chrono::NaiveDate;
use domain::DatePrecision;

use crate::columns::{Cell, Columns, Origin, Row};
use crate::dates::DateFormats;
use crate::error::EncodeError;
use crate::event_rules::Bound;
use crate::identity::Cells;
use crate::people::{coarsen_end, coarsen_start};
use crate::profile::Profile;
use crate::profile_rules::ConsentDay;
use crate::profile_rules::Sharing;
use crate::profile_value::Value;
use crate::raw_row::RawRow;

/// How far a record may go. The order matters: the lowest stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    None,
    CountOnly,
    Link,
}

impl Scope {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::CountOnly => "count_only",
            Self::Link => "link",
        }
    }

    fn read(word: &str) -> Option<Self> {
        [Self::None, Self::CountOnly, Self::Link].into_iter().find(|scope| scope.word() == word)
    }
}

/// A record's consent.
#[derive(Clone, Copy)]
pub(crate) struct Consent {
    pub(crate) scope: Scope,
    pub(crate) start: Option<NaiveDate>,
    pub(crate) end: Option<NaiveDate>,
    /// Whether the client gave it and its end, rather than the profile for everybody.
    pub(crate) given: bool,
}

/// Why a record stays at the agency, for the summary.
const NO_CONSENT: &str = "consent.none";
const TOO_YOUNG: &str = "age.below_minimum";
const AGE_UNKNOWN: &str = "age.unknown";

impl Consent {
    /// The scope on the day of the encoding, once it is known whether the record is a victim service provider's: such
    /// a record is linked only on the client's own release with an end date, and none on a consent that is not in
    /// force.
    ///
    /// # Source
    /// VAWA and FVPSA confidentiality; domain reference, section 8.
    pub(crate) fn scope_on(self, day: NaiveDate, victim_service_provider: bool) -> Scope {
        let released = !victim_service_provider || (self.given && self.end.is_some());
        if released && self.in_force(day) { self.scope } else { self.scope.min(Scope::CountOnly) }
    }

    pub(crate) fn in_force(self, day: NaiveDate) -> bool {
        self.start.is_none_or(|start| start <= day) && self.end.is_none_or(|end| day <= end)
    }

    /// What both this and `other` allow.
    pub(crate) fn narrowed(self, other: Self) -> Self {
        Self {
            scope: self.scope.min(other.scope),
            start: self.start.max(other.start),
            end: [self.end, other.end].into_iter().flatten().min(),
            given: self.given && other.given,
        }
    }

    /// Why the record of somebody of this age at the first event stays at the agency; `None` where it
    /// leaves. A least age that can't be shown to be reached is not reached.
    pub(crate) fn withheld(self, minimum_age: Option<u32>, age: Option<u32>) -> Option<&'static str> {
        match (minimum_age, age) {
            _ if self.scope == Scope::None => Some(NO_CONSENT),
            (Some(least), Some(age)) if age < least => Some(TOO_YOUNG),
            (Some(_), None) => Some(AGE_UNKNOWN),
            _ => None,
        }
    }
}

/// Consent columns of the file of identities.
pub(crate) struct BoundSharing {
    scope: Bound<Scope>,
    /// The columns that tell a consent and that no row names: nobody gave any, as far as the file shows.
    absent: Vec<String>,
    /// Where the columns that tell a consent are in a row that names its own.
    places: Vec<(Origin, String)>,
    by_column: bool,
    start: Option<BoundDay>,
    end: Option<BoundDay>,
    precision: DatePrecision,
}

/// A day of consent.
enum BoundDay {
    Fixed(NaiveDate),
    Column(Cells, DateFormats),
}

impl BoundSharing {
    pub(crate) fn bind(
        sharing: &Sharing,
        profile: &Profile,
        columns: &Columns<'_>,
    ) -> Result<Self, EncodeError> {
        let date = |day: &Option<ConsentDay>| -> Result<Option<BoundDay>, EncodeError> {
            Ok(match day {
                None => None,
                Some(ConsentDay::Fixed(day)) => Some(BoundDay::Fixed(*day)),
                Some(ConsentDay::Column(field)) => Some(BoundDay::Column(
                    Cells::bind(field, columns)?,
                    DateFormats::new(&field.formats, &profile.date_formats),
                )),
            })
        };
        let (mut absent, mut places) = (Vec::new(), Vec::new());
        if let Value::Mapped { column, .. } = &sharing.consent_scope {
            if columns.lacks(column) {
                absent.push(column.clone());
            }
            places.push((columns.origin(column)?, column.clone()));
        }
        for day in [&sharing.consent_start, &sharing.consent_end] {
            if let Some(ConsentDay::Column(field)) = day {
                if columns.lacks_field(field) {
                    absent.push(field.columns[0].clone());
                }
                for column in &columns.choose(field).columns {
                    places.push((columns.origin(column)?, column.clone()));
                }
            }
        }
        Ok(Self {
            scope: Bound::bind(&sharing.consent_scope, columns, Scope::read)?,
            absent,
            places,
            by_column: matches!(sharing.consent_scope, Value::Mapped { .. })
                && matches!(sharing.consent_end, Some(ConsentDay::Column(_))),
            start: date(&sharing.consent_start)?,
            end: date(&sharing.consent_end)?,
            precision: sharing.date_precision,
        })
    }

    /// The columns that tell a consent and that no row names.
    pub(crate) fn absent(&self) -> &[String] {
        &self.absent
    }

    /// The columns that tell a consent, that others name, and the row does not. It says nothing by them, not even a
    /// blank, which the profile may take for a yes.
    pub(crate) fn unnamed(&self, row: &RawRow) -> impl Iterator<Item = &str> {
        let unnamed = |place: Origin| row.unnamed.iter().any(|at| place == Origin::Own(*at));
        self.places.iter().filter(move |(place, _)| unnamed(*place)).map(|(_, column)| column.as_str())
    }

    /// Whether consent differs from row to row.
    pub(crate) fn is_by_row(&self) -> bool {
        let by_row = |day: &Option<BoundDay>| matches!(day, Some(BoundDay::Column(..)));
        matches!(self.scope, Bound::Mapped { .. }) || by_row(&self.start) || by_row(&self.end)
    }

    /// Whether the row says anything of its record's consent; `named` tells whether it says who the record is of. Rows
    /// that add events alone leave its consent as it is.
    pub(crate) fn is_said(&self, row: &Row<'_>, named: bool) -> bool {
        match &self.scope {
            Bound::Fixed(_) => true,
            // Where the profile says what a blank means, a blank says it.
            Bound::Mapped { cell, blank, .. } => named && !blank.is_empty() || !row.cell(*cell).is_empty(),
        }
    }

    /// Whether the row's cell itself tells a release, by a code that the profile lists or by its last day; a blank, or
    /// whatever else stands there, is nobody's release.
    fn is_own_release(&self, row: &Row<'_>) -> bool {
        let tells_the_day =
            |cell: Cell| matches!(&self.end, Some(BoundDay::Column(cells, _)) if cells.has(cell));
        match &self.scope {
            Bound::Fixed(_) => false,
            Bound::Mapped { cell, .. } => {
                self.scope.is_listed(row) || tells_the_day(*cell) && !row.cell(*cell).is_empty()
            }
        }
    }

    /// Reads a record's consent. A code that the profile lacks is none at all, and a day that can't be read no consent to
    /// link; `true` says so. A day of the record's own
    /// is read as exactly as days may leave, so that its tokens leave while what is told of the consent allows it.
    pub(crate) fn read(&self, row: &Row<'_>) -> (Consent, bool) {
        let mut doubtful = false;
        let mut date = |day: &Option<BoundDay>| {
            let (cells, formats) = match day.as_ref()? {
                BoundDay::Fixed(day) => return Some(*day),
                BoundDay::Column(cells, formats) => (cells, formats),
            };
            let text = cells.text(row);
            let date = formats.parse(&text);
            doubtful |= date.is_none() && !text.is_empty();
            date
        };
        let (start, end) = (date(&self.start), date(&self.end));
        let words = self.scope.read(row);
        let words_are_unknown = words.is_err();
        doubtful |= words_are_unknown || start.zip(end).is_some_and(|(start, end)| start > end);
        let clean = words.ok().and_then(|w| w.first().copied());
        // Whoever wrote a word that the profile lacks may have said no to all.
        let unlisted = if words_are_unknown { Scope::None } else { Scope::CountOnly };
        let mut scope = clean.unwrap_or(unlisted);
        if doubtful || !self.absent.is_empty() {
            scope = scope.min(Scope::CountOnly);
        }
        // A clean no needs no days.
        doubtful &= clean != Some(Scope::CountOnly) && clean != Some(Scope::None);
        let own = |bound: &Option<BoundDay>| matches!(bound, Some(BoundDay::Column(..)));
        let start = start.map(|day| if own(&self.start) { coarsen_start(day, self.precision) } else { day });
        let end = end.map(|day| if own(&self.end) { coarsen_end(day, self.precision) } else { day });
        let given = self.by_column && end.is_some() && self.is_own_release(row);
        (Consent { scope, start, end, given }, doubtful)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_victim_service_provider_links_only_on_a_dated_release() {
        let end = NaiveDate::from_ymd_opt(2026, 1, 1);
        let scope = |given, end, provider| {
            let day = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a date");
            Consent { scope: Scope::Link, start: None, end, given }.scope_on(day, provider)
        };
        assert!(scope(false, end, true) == Scope::CountOnly, "the profile can't release for everybody");
        assert!(scope(true, None, true) == Scope::CountOnly);
        assert!(scope(true, end, true) == Scope::Link);
        assert!(scope(false, None, false) == Scope::Link);
    }

    #[test]
    fn a_consent_holds_from_its_first_day_to_its_last_and_for_nobody_outside() {
        let on = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).expect("a date");
        let (start, end) = (Some(on(2025, 3, 1)), Some(on(2026, 2, 28)));
        for provider in [false, true] {
            for (day, scope) in [
                (on(2025, 2, 28), Scope::CountOnly),
                (on(2025, 3, 1), Scope::Link),
                (on(2026, 2, 28), Scope::Link),
                (on(2026, 3, 1), Scope::CountOnly),
            ] {
                let consent = Consent { scope: Scope::Link, start, end, given: true };
                assert!(consent.scope_on(day, provider) == scope, "{day}");
                let none = Consent { scope: Scope::None, ..consent };
                assert!(none.scope_on(day, provider) == Scope::None, "{day}");
            }
        }
    }

    #[test]
    fn of_two_consents_what_both_allow_stands() {
        let on = |y| NaiveDate::from_ymd_opt(y, 1, 1);
        let one = Consent { scope: Scope::Link, start: None, end: on(2027), given: true };
        let other = Consent { scope: Scope::CountOnly, start: on(2025), end: None, given: false };
        for both in [one.narrowed(other), other.narrowed(one)] {
            assert!(both.scope == Scope::CountOnly && !both.given);
            assert_eq!((both.start, both.end), (on(2025), on(2027)));
        }
    }

    #[test]
    fn a_record_stays_without_consent_below_the_least_age_and_where_no_age_is_known() {
        let consent = |scope| Consent { scope, start: None, end: None, given: true };
        for (scope, least, age, why) in [
            (Scope::Link, None, None, None),
            (Scope::None, None, Some(40), Some(NO_CONSENT)),
            (Scope::CountOnly, Some(13), Some(12), Some(TOO_YOUNG)),
            (Scope::CountOnly, Some(13), Some(13), None),
            (Scope::Link, Some(13), None, Some(AGE_UNKNOWN)),
            (Scope::None, Some(13), Some(12), Some(NO_CONSENT)),
        ] {
            assert_eq!(consent(scope).withheld(least, age), why);
        }
    }
}
