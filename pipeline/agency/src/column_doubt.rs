//! What a whole column shows that no single cell does: that the profile reads it by the wrong list or in the
//! wrong format. Such a file is refused; where it is less sure, the summary says so.

use crate::accounting::are_no_slips;
use crate::code_list::CodeList;
use crate::date_order::DateCounts;
use crate::error::EncodeError;

/// Judges the dates of a column by those that a rule read, and by those `elsewhere` in it: a few rows that all are wrong
/// are no column that is, and a column that is wrong shows in rows that no rule asks, too. It is judged by the rule that
/// found it so, for in other rows a column may hold something else.
pub(crate) fn judge_dates(
    file: &str,
    column: &str,
    read: DateCounts,
    elsewhere: DateCounts,
    notes: &mut Vec<String>,
) -> Result<(), EncodeError> {
    let counts = read.with(elsewhere);
    let DateCounts { filled, unreadable, only_as_declared, only_swapped } = counts;
    if counts.are_swapped() && read.only_swapped > read.only_as_declared {
        return Err(EncodeError::input(
            file,
            format!(
                "in column `{column}` {only_swapped} of {filled} dates exist only with day and month the other way \
                 round, and {only_as_declared} only as the profile has them: the others would be read as other days"
            ),
            "name the order of the export in the profile's formats, for example \"%d/%m/%Y\" for day first",
        ));
    }
    if counts.are_unreadable() && 2 * read.unreadable > read.filled {
        return Err(EncodeError::input(
            file,
            format!(
                "in column `{column}` {unreadable} of {filled} dates do not exist in the profile's formats, or lie where none \
                 can: the export writes them otherwise"
            ),
            "add the format of the export to the profile, or name what stands for no date in `blanks` at its head",
        ));
    }
    if counts.are_mixed() && read.only_swapped > 0 {
        notes.push(format!(
            "{file}: in column `{column}` {only_swapped} of {filled} dates exist only with day and month the other way \
             round, {only_as_declared} only as the profile has them: some of the others are read as other days"
        ));
    }
    Ok(())
}

/// Judges the codes of a column that conditions ask about.
pub(crate) fn judge_codes(file: &str, list: &CodeList) -> Result<(), EncodeError> {
    let ((filled, others), column) = (list.counts(), &list.column);
    if are_no_slips(others, filled) {
        return Err(EncodeError::input(
            file,
            format!(
                "in column `{column}` {others} of {filled} codes are outside the profile's list: the list may be of \
                 another year"
            ),
            "use the profile of the export's year, or bring the list in the profile up to date",
        ));
    }
    Ok(())
}
