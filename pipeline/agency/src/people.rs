//! One record, while its rows are gathered.

use chrono::{Datelike, Months, NaiveDate};
use domain::{Breakdown, DatePrecision};

use crate::age::Birth;
use crate::demographics::{Answers, CARRIED};
use crate::key_pair::Id;
use crate::sharing::{Consent, Scope};

/// One record.
pub(crate) struct Record {
    pub(crate) id: Id,
    pub(crate) birth: Birth,
    pub(crate) consent: Consent,
    pub(crate) victim_service_provider: bool,
    /// The day of the encoding.
    pub(crate) day: NaiveDate,
    pub(crate) answers: Answers,
    /// Dates of the first and the last event, exact.
    pub(crate) span: Option<(NaiveDate, NaiveDate)>,
}

impl Record {
    /// Takes note of an event's date.
    pub(crate) fn saw(&mut self, date: NaiveDate) {
        self.span = Some(self.span.map_or((date, date), |(a, b)| (a.min(date), b.max(date))));
    }

    pub(crate) fn scope(&self) -> Scope {
        self.consent.scope_on(self.day, self.victim_service_provider)
    }

    pub(crate) fn age_at_first_event(&self) -> Option<u32> {
        let (first, _) = self.span?;
        self.birth.age_at(first)
    }

    /// The category of a carried breakdown; the youth question is closed for people who were 25 or
    /// older at their first event.
    pub(crate) fn category(&self, breakdown: usize) -> &'static str {
        if CARRIED[breakdown] == Breakdown::LgbtqYouth
            && self.age_at_first_event().is_some_and(|age| age >= 25)
        {
            return "not_youth";
        }
        self.answers.category(breakdown)
    }

    pub(crate) fn minor_at_intake(&self) -> Option<bool> {
        self.age_at_first_event().map(|age| age < 18)
    }
}

/// The date as exactly as it may leave: the first day of its month or quarter, if that is all.
pub(crate) fn coarsen(date: NaiveDate, precision: DatePrecision) -> NaiveDate {
    let month = match precision {
        DatePrecision::Day => return date,
        DatePrecision::Month => date.month(),
        DatePrecision::Quarter => (date.month() - 1) / 3 * 3 + 1,
    };
    NaiveDate::from_ymd_opt(date.year(), month, 1).expect("every month has a first day")
}

/// The first day of the first whole span that begins on `date` or later: from then on a consent from `date` on
/// holds as far as may be told.
pub(crate) fn coarsen_start(date: NaiveDate, precision: DatePrecision) -> NaiveDate {
    if coarsen(date, precision) == date { date } else { next_span(date, precision) }
}

/// The last day of the last whole span that ends on `date` or earlier.
pub(crate) fn coarsen_end(date: NaiveDate, precision: DatePrecision) -> NaiveDate {
    match precision {
        DatePrecision::Day => date,
        _ if next_span(date, precision).pred_opt() == Some(date) => date,
        _ => coarsen(date, precision).pred_opt().unwrap_or(NaiveDate::MIN),
    }
}

fn next_span(date: NaiveDate, precision: DatePrecision) -> NaiveDate {
    let first = coarsen(date, precision);
    let next = match precision {
        DatePrecision::Day => first.succ_opt(),
        DatePrecision::Month => first.checked_add_months(Months::new(1)),
        DatePrecision::Quarter => first.checked_add_months(Months::new(3)),
    };
    next.unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coarse_consent_is_never_longer_than_it_was_given() {
        use DatePrecision::{Day, Month, Quarter};
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).expect("a date");
        for (exact, precision, start, end) in [
            (day(2025, 8, 17), Day, day(2025, 8, 17), day(2025, 8, 17)),
            (day(2025, 8, 17), Month, day(2025, 9, 1), day(2025, 7, 31)),
            (day(2025, 8, 1), Month, day(2025, 8, 1), day(2025, 7, 31)),
            (day(2025, 8, 31), Month, day(2025, 9, 1), day(2025, 8, 31)),
            (day(2025, 12, 2), Month, day(2026, 1, 1), day(2025, 11, 30)),
            (day(2025, 8, 31), Quarter, day(2025, 10, 1), day(2025, 6, 30)),
            (day(2025, 9, 30), Quarter, day(2025, 10, 1), day(2025, 9, 30)),
            (day(2025, 7, 1), Quarter, day(2025, 7, 1), day(2025, 6, 30)),
        ] {
            assert_eq!(
                (coarsen_start(exact, precision), coarsen_end(exact, precision)),
                (start, end),
                "{exact}"
            );
            assert!(start >= exact && end <= exact);
        }
    }

    #[test]
    fn coarse_dates_stand_at_the_first_day_of_their_span() {
        let day = |m, d| NaiveDate::from_ymd_opt(2025, m, d).expect("a date");
        assert_eq!(coarsen(day(8, 17), DatePrecision::Day), day(8, 17));
        assert_eq!(coarsen(day(8, 17), DatePrecision::Month), day(8, 1));
        assert_eq!(coarsen(day(8, 17), DatePrecision::Quarter), day(7, 1));
        assert_eq!(coarsen(day(12, 31), DatePrecision::Quarter), day(10, 1));
    }
}
