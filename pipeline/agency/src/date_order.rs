//! What the dates of a column look like, counted while they are read: whether its formats are the right ones.
//! `03/01/2025` is a day in either order, so a file in the other order loses two dates in three and gets the
//! third wrong.

use std::cell::Cell;

use crate::accounting::are_no_slips;

/// Counts of a column's cells that hold something.
#[derive(Default)]
pub(crate) struct DatesSeen {
    read: Cell<u64>,
    unreadable: Cell<u64>,
    /// Read, and no date with day and month the other way round.
    only_as_declared: Cell<u64>,
    /// Unreadable, but for day and month the other way round.
    only_swapped: Cell<u64>,
}

/// [`DatesSeen`] at the end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct DateCounts {
    pub(crate) filled: u64,
    pub(crate) unreadable: u64,
    pub(crate) only_as_declared: u64,
    pub(crate) only_swapped: u64,
}

/// So many dates in the other order are no slips either, where few or none prove the declared one.
const LEAST_SWAPPED: u64 = 3;

impl DatesSeen {
    pub(crate) fn read(&self, only_as_declared: bool) {
        self.read.update(|n| n + 1);
        if only_as_declared {
            self.only_as_declared.update(|n| n + 1);
        }
    }

    pub(crate) fn unreadable(&self, only_swapped: bool) {
        self.unreadable.update(|n| n + 1);
        if only_swapped {
            self.only_swapped.update(|n| n + 1);
        }
    }

    pub(crate) fn counts(&self) -> DateCounts {
        let count = Cell::get;
        DateCounts {
            filled: count(&self.read) + count(&self.unreadable),
            unreadable: count(&self.unreadable),
            only_as_declared: count(&self.only_as_declared),
            only_swapped: count(&self.only_swapped),
        }
    }
}

impl DateCounts {
    /// With what was seen elsewhere in the column.
    pub(crate) fn with(self, other: Self) -> Self {
        Self {
            filled: self.filled + other.filled,
            unreadable: self.unreadable + other.unreadable,
            only_as_declared: self.only_as_declared + other.only_as_declared,
            only_swapped: self.only_swapped + other.only_swapped,
        }
    }

    /// Whether the dates are written day first where the profile says month first, or the reverse.
    pub(crate) fn are_swapped(self) -> bool {
        self.only_swapped >= LEAST_SWAPPED && self.only_swapped > self.only_as_declared
    }

    /// Whether so many are in the other order that some of those that were read must be.
    pub(crate) fn are_mixed(self) -> bool {
        self.only_swapped >= LEAST_SWAPPED && self.only_swapped * 20 > self.only_as_declared
    }

    /// Whether most are in another format.
    pub(crate) fn are_unreadable(self) -> bool {
        are_no_slips(self.unreadable, self.filled)
    }
}

/// A format with day and month the other way round; none without digits for one of them.
pub(crate) fn swapped(format: &str) -> Option<String> {
    let both = format.contains("%d") && format.contains("%m");
    both.then(|| format.replace("%d", "%\0").replace("%m", "%d").replace("%\0", "%m"))
}

/// Whether a cell tries to tell a date: it has digits, and not all the same as placeholders do.
pub(crate) fn tries_a_date(cell: &str) -> bool {
    let mut digits = cell.bytes().filter(u8::is_ascii_digit);
    digits.next().is_some_and(|first| digits.any(|digit| digit != first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_swap_day_and_month() {
        assert_eq!(swapped("%m/%d/%Y").as_deref(), Some("%d/%m/%Y"));
        assert_eq!(swapped("%d.%m.%y %H:%M").as_deref(), Some("%m.%d.%y %H:%M"));
        assert_eq!(swapped("%m%d%Y").as_deref(), Some("%d%m%Y"));
        assert_eq!(swapped("%Y-%m-%d").as_deref(), Some("%Y-%d-%m"));
        for format in ["%d-%b-%Y", "%Y"] {
            assert_eq!(swapped(format), None, "{format}");
        }
    }

    #[test]
    fn placeholders_and_words_try_no_date() {
        for cell in ["", "unknown", "99/99/9999", "0000-00-00"] {
            assert!(!tries_a_date(cell), "{cell}");
        }
        assert!(tries_a_date("31/12/1999") && tries_a_date("1990"));
    }

    #[test]
    fn a_few_slips_prove_nothing() {
        let counts = |filled, unreadable, only_as_declared, only_swapped| DateCounts {
            filled,
            unreadable,
            only_as_declared,
            only_swapped,
        };
        let right = counts(300, 5, 180, 3);
        assert!(!right.are_swapped() && !right.are_mixed() && !right.are_unreadable());
        let two_clerks = counts(300, 90, 95, 90);
        assert!(two_clerks.are_mixed() && !two_clerks.are_swapped());
        assert!(counts(28, 16, 0, 16).are_swapped());
        assert!(counts(40, 30, 4, 0).are_unreadable());
        assert!(!counts(20, 19, 0, 0).are_unreadable() && !counts(4, 4, 0, 0).are_unreadable());
        assert!(counts(19, 19, 0, 0).are_unreadable() && counts(5, 5, 0, 0).are_unreadable());
    }
}
