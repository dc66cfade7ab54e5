//! A last look at what would leave: whatever a profile maps, no column of the extract may hold birth dates.
//!
//! Its texts can't identify anybody: ids are keyed, and words come from closed lists or from the profile. Its dates can,
//! where a profile takes the birth date for the date of something that happened. Dates are held against the birth dates
//! of their records, which only the agency can; where it knows none, the detector looks at a sample of them, as the hub would.
//! It is asked there only: an archive of decades is spread as births are. Of a date of which only the month leaves, nothing is said.

use chrono::NaiveDate;
use detector::{Kind, Sketch, judge};
use domain::{DatePrecision, EventKind, Word};

use crate::age::Birth;
use crate::bind::BoundFile;
use crate::error::EncodeError;
use crate::event_rules::Draft;
use crate::sharing::Consent;
use crate::write_table::days;

/// Cells of a column that are looked at: the first by keyed ids, an order that has to do with nothing else.
const LOOKED_AT: u64 = 4_096;
/// Fewer have nothing in common.
const LEAST_CELLS: u64 = 25;
const REMEDY: &str = "name the column of the date on which it happened in the source profile; if the dates are right, let only \
                      their month leave (`precision = \"month\"`)";

/// A sample of the dates of events.
pub(crate) struct LastLook {
    columns: [(&'static str, Sketch); 2],
    newest: i32,
}

impl LastLook {
    pub(crate) fn new() -> Self {
        Self { columns: ["date", "result_date"].map(|column| (column, Sketch::new())), newest: i32::MIN }
    }

    /// Looks at an event's dates, until enough were seen.
    pub(crate) fn event(
        &mut self,
        date: NaiveDate,
        result_date: Option<NaiveDate>,
        precision: DatePrecision,
    ) {
        self.newest = self.newest.max(days(date));
        if precision != DatePrecision::Day {
            return;
        }
        for ((_, sketch), date) in self.columns.iter_mut().zip([Some(date), result_date]) {
            if let Some(date) = date.filter(|_| sketch.rows() < LOOKED_AT) {
                sketch.date(days(date));
            }
        }
    }

    /// Refuses a column of birth dates.
    pub(crate) fn finish(self) -> Result<(), EncodeError> {
        for (column, sketch) in self.columns.iter().filter(|(_, sketch)| sketch.filled() >= LEAST_CELLS) {
            if judge(sketch, i64::from(self.newest)).is_some_and(|finding| finding.kind == Kind::BirthDate) {
                let rule = format!("column `{column}` would hold dates that are spread as birth dates are");
                return Err(EncodeError::input("events.parquet", rule, REMEDY));
            }
        }
        Ok(())
    }
}

/// So many events on a birth day may be chance.
const LEAST: u64 = 5;
/// Kinds of events, and then these.
const COUNTS: usize = EventKind::ALL.len() + FURTHER.len();
const FURTHER: [&str; 3] = ["result_date", "consent_start", "consent_end"];

/// How many dates of each file and kind are the birth date of their record.
pub(crate) struct BirthDays(Vec<[OnBirthDays; COUNTS]>);

#[derive(Clone, Copy, Default)]
struct OnBirthDays {
    on: u64,
    of: u64,
}

impl BirthDays {
    pub(crate) fn new(files: usize) -> Self {
        Self(vec![[OnBirthDays::default(); COUNTS]; files])
    }

    /// Counts an event of a record; one of which only the month leaves says too little.
    pub(crate) fn saw(&mut self, file: usize, draft: &Draft, birth: Birth, shared: DatePrecision) {
        let (Some(birth), DatePrecision::Day) = (birth.date, draft.precision.max(shared)) else { return };
        let dates = [(draft.kind.code(), Some(draft.date)), (EventKind::ALL.len(), draft.result_date)];
        self.count(file, birth, dates);
    }

    /// Counts a record's days of consent, where they leave as they are.
    pub(crate) fn consent(&mut self, consent: Consent, birth: Birth, shared: DatePrecision) {
        if let (Some(birth), DatePrecision::Day) = (birth.date, shared) {
            let first = EventKind::ALL.len() + 1;
            self.count(0, birth, [(first, consent.start), (first + 1, consent.end)]);
        }
    }

    fn count(&mut self, file: usize, birth: NaiveDate, dates: [(usize, Option<NaiveDate>); 2]) {
        for (what, date) in dates.into_iter().filter_map(|(what, date)| Some((what, date?))) {
            let count = &mut self.0[file][what];
            count.of += 1;
            count.on += u64::from(date == birth);
        }
    }

    /// Whether it saw most of so many events, so that nobody else need look.
    pub(crate) fn saw_most(&self, events: u64) -> bool {
        let seen: u64 =
            self.0.iter().flat_map(|counts| &counts[..EventKind::ALL.len()]).map(|count| count.of).sum();
        2 * seen >= events
    }

    /// Refuses an export in which most events of a kind lie on birth days.
    pub(crate) fn refuse(&self, files: &[BoundFile]) -> Result<(), EncodeError> {
        for (file, counts) in files.iter().zip(&self.0) {
            for (what, OnBirthDays { on, of }) in counts.iter().enumerate() {
                if *on >= LEAST && 2 * on > *of {
                    let mut words = EventKind::ALL.iter().map(|kind| kind.word()).chain(FURTHER);
                    let what = words.nth(what).unwrap_or_default();
                    let rule = format!("{on} of {of} dates of `{what}` are the birth dates of their records");
                    return Err(EncodeError::input(&file.lower_name, rule, REMEDY));
                }
            }
        }
        Ok(())
    }
}
