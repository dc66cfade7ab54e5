//! The hub refuses identified data: columns outside the contract whose name or content identifies
//! people, and content inside the contract that does.
//!
//! A column outside the contract has no right to be there: when it identifies nobody it is left
//! behind with a warning, when it does the source is refused. Either way it is never stored.

use detector::{Basis, Finding, Kind, Sketch, judge, lookalike};
use domain::Rule;
use polars::prelude::DataType;

use crate::refusal::Refusal;
use crate::rule;
use crate::table_file::{Cell, TableFile};

/// More distinct texts than this are no list of words.
pub(crate) const MOST_WORDS: usize = 128;

/// Looks at every column that `known` does not name: refuses the file or returns a warning each.
/// `newest_day` is the day of the newest event that the extract may hold.
pub(crate) fn foreign_columns(
    file: &TableFile,
    known: &dyn Fn(&str) -> bool,
    newest_day: i32,
) -> Result<Vec<String>, Refusal> {
    let mut warnings = Vec::new();
    for (at, name) in file.names().iter().enumerate().filter(|(_, name)| !known(name)) {
        // By its place, but where the name itself is what is wrong: a file without a header has people's names there.
        let place = format!("{}, column {}", file.file(), at + 1);
        let sketch = content(file, name).map_err(|refusal| refusal.at(&place))?;
        // `SSNDataQuality` is called after a number and holds codes.
        if let Some(rule) = name_rule(name).filter(|_| !sketch.is_coded()) {
            return Err(file.refuse_column(name, rule));
        }
        if let Some(finding) = judge(&sketch, i64::from(newest_day)) {
            return Err(refused(file.refuse_column(name, rule_of(finding.kind)).at(&place), &finding));
        }
        warnings.push(format!("{place}: not in the contract; left behind"));
    }
    Ok(warnings)
}

/// Whether a file that lacks columns of the contract is a raw export: it has none of them, or others that are called
/// after identifiers.
pub(crate) fn is_raw_export(file: &TableFile, known: &dyn Fn(&str) -> bool) -> bool {
    let (of_the_contract, others): (Vec<&String>, Vec<&String>) =
        file.names().iter().partition(|name| known(name));
    of_the_contract.is_empty() || others.iter().any(|name| name_rule(name).is_some())
}

/// Refuses the file when a text that a contract's column should not hold looks like an identifier.
pub(crate) fn known_text(file: &TableFile, column: &str, text: &str) -> Result<(), Refusal> {
    lookalike(text).map_or(Ok(()), |kind| Err(file.refuse_column(column, rule_of(kind))))
}

/// Cells of a contract's column that are looked at, evenly spaced: enough to tell births from visits.
const LOOKED_AT: usize = 20_000;

/// Refuses a file whose dates of a contract's column are spread as births are.
pub(crate) fn birth_dates(
    file: &TableFile,
    column: &str,
    rows: usize,
    day: impl Fn(usize) -> Option<i32>,
    newest_day: i32,
) -> Result<(), Refusal> {
    let mut sketch = Sketch::new();
    let days = (0..rows).step_by(rows.div_ceil(LOOKED_AT).max(1)).filter_map(day);
    days.for_each(|day| sketch.date(day));
    let births = |finding: &Finding| finding.kind == Kind::BirthDate && finding.basis == Basis::Column;
    match judge(&sketch, i64::from(newest_day)).filter(births) {
        Some(finding) => Err(refused(file.refuse_column(column, rule_of(finding.kind)), &finding)),
        None => Ok(()),
    }
}

/// Refuses ids that no key made: half of them or more without a letter, or with eight zeros at an end. Of 32
/// random digits one in three million has no letter, and one in two thousand million has such an end.
pub(crate) fn plain_ids(
    file: &TableFile,
    column: &str,
    rows: usize,
    id: impl Fn(usize) -> u128,
) -> Result<(), Refusal> {
    let looked = || (0..rows).step_by(rows.div_ceil(LOOKED_AT).max(1)).map(&id);
    let decimal = |id: u128| (0..32).all(|digit| id >> (4 * digit) & 15 < 10);
    let plain = looked().filter(|id| decimal(*id) || id.leading_zeros() >= 32 || id.trailing_zeros() >= 32);
    if 2 * plain.count() > looked().count() {
        Err(file.refuse_column(column, &rule::ID_PLAIN))
    } else {
        Ok(())
    }
}

/// The rule that content of a kind breaks.
pub(crate) fn rule_of(kind: Kind) -> &'static Rule {
    match kind {
        Kind::Name => &rule::ID_NAME,
        Kind::Ssn => &rule::ID_SSN,
        Kind::Phone => &rule::ID_PHONE,
        Kind::Email => &rule::ID_EMAIL,
        Kind::Address => &rule::ID_ADDRESS,
        Kind::BirthDate => &rule::ID_BIRTH_DATE,
        Kind::FreeText => &rule::ID_FREE_TEXT,
        Kind::Hash => &rule::ID_HASH,
        Kind::Document => &rule::ID_DOCUMENT,
        Kind::Location => &rule::ID_LOCATION,
        Kind::Opaque => &rule::ID_OPAQUE,
    }
}

/// The refusal says on what it rests, so that a steward can look.
fn refused(mut refusal: Refusal, finding: &Finding) -> Refusal {
    let basis = match finding.basis {
        Basis::Column => format!("the column as a whole, {:.0} % sure", 100.0 * finding.certainty),
        Basis::Cells { count: 1, .. } => "a single cell".to_owned(),
        Basis::Cells { count, .. } => format!("{count} cells"),
    };
    refusal.reason = format!("{} ({basis})", refusal.reason);
    if let Basis::Cells { first_row: row @ 1.., .. } = finding.basis {
        refusal.place = format!("{}, row {row}", refusal.place);
    }
    refusal
}

/// Reads a column that the contract does not know.
fn content(file: &TableFile, name: &str) -> Result<Sketch, Refusal> {
    let mut sketch = Sketch::new();
    let column = file.column(name)?;
    match column.dtype() {
        DataType::String => file.texts(name, |_, text| {
            match text {
                Some(text) => sketch.text(text),
                None => sketch.null(),
            }
            Ok(())
        })?,
        DataType::Date => file.dates(name)?.into_iter().for_each(|cell| match cell {
            Cell::Value(day) => sketch.date(day),
            Cell::Null | Cell::Unreadable => sketch.null(),
        }),
        kind if kind.is_integer() => file.integers(name)?.into_iter().for_each(|cell| match cell {
            Cell::Value(number) => sketch.integer(number),
            Cell::Null | Cell::Unreadable => sketch.null(),
        }),
        DataType::Binary => file.bytes(name, |_, cell| match cell {
            Cell::Value(bytes) => sketch.bytes(bytes),
            Cell::Null | Cell::Unreadable => sketch.null(),
        })?,
        DataType::Float64 => {
            let numbers = column.f64().map_err(|_| file.refuse_column(name, &rule::COLUMN_TYPE))?;
            numbers.iter().for_each(|number| match number {
                Some(number) => sketch.fraction(number),
                None => sketch.null(),
            });
        }
        DataType::Boolean | DataType::Null => {}
        // A type that no column of an extract has: nothing to look at, so no way in.
        _ => return Err(file.refuse_column(name, &rule::ID_OPAQUE)),
    }
    Ok(sketch)
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
