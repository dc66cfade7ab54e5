//! The hub refuses identified data: columns outside the contract whose name or content identifies
//! people, and content inside the contract that does.
//!
//! A column outside the contract has no right to be there: when it looks harmless it is left
//! behind with a warning, when it doesn't the source is refused. Either way it is never stored.

use domain::Rule;
use polars::prelude::DataType;

use crate::lookalike::{lookalike, number_lookalike, strict_lookalike};
use crate::refusal::Refusal;
use crate::rule;
use crate::table_file::{Cell, TableFile, plain};

/// More distinct texts than this are no list of words.
pub(crate) const MOST_WORDS: usize = 128;

/// A date this long before the extract's first event is nobody's visit, but may be a birth.
const YEARS_BACK_DAYS: i32 = 3_653;

/// Looks at every column that `known` does not name: refuses the file or returns a warning each.
pub(crate) fn foreign_columns(
    file: &TableFile,
    known: &dyn Fn(&str) -> bool,
    first_event: Option<i32>,
) -> Result<Vec<String>, Refusal> {
    let mut warnings = Vec::new();
    for name in file.names().iter().filter(|name| !known(name)) {
        if let Some(rule) = name_rule(name) {
            return Err(file.refuse_column(name, rule));
        }
        content(file, name, first_event)?;
        warnings.push(format!("{}, column `{}`: not in the contract; left behind", file.file(), plain(name)));
    }
    Ok(warnings)
}

/// Refuses the file when a text that a contract's column should not hold looks like an identifier.
pub(crate) fn known_text(file: &TableFile, column: &str, text: &str) -> Result<(), Refusal> {
    lookalike(text).map_or(Ok(()), |rule| Err(file.refuse_column(column, rule)))
}

/// The rule that a foreign column's name breaks.
fn name_rule(name: &str) -> Option<&'static Rule> {
    const WITHIN: [&str; 24] = [
        "name",
        "surname",
        "ssn",
        "social",
        "socsec",
        "phone",
        "mobile",
        "email",
        "mail",
        "address",
        "addr",
        "street",
        "birth",
        "dob",
        "passport",
        "licen",
        "alien",
        "medicaid",
        "mrn",
        "latitude",
        "longitude",
        "narrative",
        "comment",
        "plate",
    ];
    const WHOLE: [&str; 20] = [
        "first", "last", "middle", "fname", "lname", "mname", "tel", "cell", "sin", "zip", "zipcode",
        "postcode", "lat", "lon", "lng", "ip", "initials", "alias", "aka", "note",
    ];
    let compact: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let mut words = vec![String::new()];
    let mut previous = ' ';
    for c in name.chars() {
        // `FirstName`, `first_name` and `first name` are the same two words.
        if !c.is_ascii_alphanumeric() || (c.is_ascii_uppercase() && previous.is_ascii_lowercase()) {
            words.push(String::new());
        }
        if c.is_ascii_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(c.to_ascii_lowercase());
        }
        previous = c;
    }
    let whole = words.iter().any(|word| WHOLE.contains(&word.as_str()) || word == "notes");
    if whole || WITHIN.iter().any(|part| compact.contains(part)) { Some(&rule::ID_COLUMN) } else { None }
}

fn content(file: &TableFile, name: &str, first_event: Option<i32>) -> Result<(), Refusal> {
    let refuse = |rule: &Rule| Err(file.refuse_column(name, rule));
    let column = file.column(name)?;
    match column.dtype() {
        DataType::String => {
            let mut words = std::collections::HashSet::new();
            file.texts(name, |_, text| match text {
                Some(text) => {
                    if let Some(rule) = strict_lookalike(text) {
                        return refuse(rule);
                    }
                    if words.len() <= MOST_WORDS && !words.contains(text) {
                        words.insert(text.to_owned());
                    }
                    Ok(())
                }
                None => Ok(()),
            })?;
            if words.len() > MOST_WORDS { refuse(&rule::ID_FREE_TEXT) } else { Ok(()) }
        }
        DataType::Date => {
            let earliest = first_event.map_or(i32::MAX, |day| day.saturating_sub(YEARS_BACK_DAYS));
            let back = |cell: &Cell<i32>| matches!(cell, Cell::Value(day) if *day < earliest);
            if file.dates(name)?.iter().any(back) { refuse(&rule::ID_BIRTH_DATE) } else { Ok(()) }
        }
        kind if kind.is_integer() => {
            let seen = file.integers(name)?.into_iter().find_map(|cell| match cell {
                Cell::Value(number) => number_lookalike(number),
                Cell::Null | Cell::Unreadable => None,
            });
            seen.map_or(Ok(()), refuse)
        }
        DataType::Boolean | DataType::Null => Ok(()),
        // Floats can hold telephone numbers, bytes anything: nothing to look at, so no way in.
        _ => refuse(&rule::ID_OPAQUE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_identifying_columns_are_known() {
        for name in [
            "FirstName",
            "last_name",
            "PAT_LAST",
            "client_name",
            "SSN",
            "ssn4",
            "soc_sec_id",
            "Social Security",
            "phone2",
            "e-mail",
            "EmailAddress",
            "street",
            "ADDR",
            "DOB",
            "BIRTH_DT",
            "date_of_birth",
            "zip",
            "MRN",
            "a_number_alien",
            "Notes",
            "lat",
            "license_plate",
        ] {
            assert!(name_rule(name).is_some(), "{name}");
        }
        for name in ["bed_type", "program", "funder", "region", "score", "visit_count"] {
            assert!(name_rule(name).is_none(), "{name}");
        }
    }
}
