//! Rows that mean nothing, as `skip_when` in a profile says.

use std::cell::Cell as Counter;

use chrono::NaiveDate;

use crate::accounting::{DATE_IMPOSSIBLE, Fault, are_no_slips};
use crate::columns::{Columns, Row};
use crate::condition::{Moment, Test};
use crate::error::EncodeError;
use crate::possible_days::PossibleDays;
use crate::profile_condition::Condition;

/// The test, and how many rows it could not be asked of.
pub(crate) struct Skip {
    test: Test,
    /// Days on which a row can have been deleted.
    past: PossibleDays,
    asked: Counter<u64>,
    unreadable: Counter<u64>,
}

impl Skip {
    pub(crate) fn bind(when: &Condition, columns: &Columns<'_>, day: NaiveDate) -> Result<Self, EncodeError> {
        let (asked, unreadable) = (Counter::new(0), Counter::new(0));
        Ok(Self { test: Test::bind(when, columns)?, past: PossibleDays::past(day), asked, unreadable })
    }

    /// Whether the row means nothing. A cell that should hold a day and holds something else tells neither.
    pub(crate) fn holds(&self, row: &Row<'_>, moment: Moment) -> Result<bool, Fault> {
        self.asked.update(|n| n + 1);
        match self.test.no_date(row, self.past) {
            Some(column) => {
                self.unreadable.update(|n| n + 1);
                Err(Fault::new(&DATE_IMPOSSIBLE, column))
            }
            None => Ok(self.test.holds(row, moment)),
        }
    }

    /// Judges the file `name` by all its rows.
    ///
    /// # Errors
    /// Of most rows nobody can tell whether they mean anything.
    pub(crate) fn judge(&self, name: &str) -> Result<(), EncodeError> {
        let (asked, unreadable) = (self.asked.get(), self.unreadable.get());
        if !are_no_slips(unreadable, asked) {
            return Ok(());
        }
        Err(EncodeError::input(
            name,
            format!(
                "of {unreadable} of {asked} rows nobody can tell whether they were deleted: what `skip_when` asks for a day holds \
                 something else, or a day on which nothing was deleted (before 1901, after tomorrow)"
            ),
            "export the column blank where a row was not deleted, or add its format to `skip_when` in the profile",
        ))
    }
}
