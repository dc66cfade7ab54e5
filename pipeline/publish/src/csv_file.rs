//! A sheet as CSV that spreadsheets open without harm.

use crate::error::PublishError;
use crate::sheet::{Kind, Sheet, Value};

/// The byte-order mark.
const MARK: &str = "\u{feff}";

/// The sheet as UTF-8 CSV: rounded numbers, empty where absent, no text that starts a formula.
///
/// Only where a text holds more than ASCII does a byte-order mark go first, without which
/// spreadsheets guess another encoding; [`encoding`] says so in the data package.
///
/// # Errors
/// [`PublishError::Format`] when a row has not one value a column.
pub(crate) fn bytes(sheet: &Sheet) -> Result<Vec<u8>, PublishError> {
    let fail = || PublishError::Format { file: format!("{}.csv", sheet.name), format: "CSV" };
    let start = if is_ascii(sheet) { Vec::new() } else { MARK.as_bytes().to_vec() };
    let mut writer = csv::Writer::from_writer(start);
    writer.write_record(sheet.columns.iter().map(|c| c.name)).map_err(|_| fail())?;
    for row in &sheet.rows {
        let fields = sheet.columns.iter().zip(row).map(|(column, value)| field(column.kind, value));
        writer.write_record(fields).map_err(|_| fail())?;
    }
    writer.into_inner().map_err(|_| fail())
}

/// The encoding that the data package names for a CSV's bytes.
pub(crate) fn encoding(csv: &[u8]) -> &'static str {
    if csv.starts_with(MARK.as_bytes()) { "utf-8-sig" } else { "utf-8" }
}

fn is_ascii(sheet: &Sheet) -> bool {
    sheet.rows.iter().flatten().all(|value| !matches!(value, Value::Text(text) if !text.is_ascii()))
}

/// One field.
pub(crate) fn field(kind: Kind, value: &Value) -> String {
    match (kind, value) {
        (_, Value::Absent) => String::new(),
        (_, Value::Text(text)) => guarded(text),
        (_, Value::Integer(number)) => number.to_string(),
        (Kind::Number { decimals }, Value::Number(number)) => rounded(*number, decimals),
        (_, Value::Number(number)) => number.to_string(),
        (_, Value::Date(day)) => day.to_string(),
    }
}

/// A number with so many decimals, and no minus before a zero.
pub(crate) fn rounded(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$}");
    if text.starts_with('-') && text.bytes().all(|b| matches!(b, b'-' | b'0' | b'.')) {
        text[1..].to_owned()
    } else {
        text
    }
}

/// Text that a spreadsheet shows and never runs: what could start a formula gets an apostrophe.
///
/// # Source
/// OWASP, CSV Injection: `=`, `+`, `-`, `@`, tab and carriage return, also their full-width forms,
/// and behind white space that a spreadsheet strips.
fn guarded(text: &str) -> String {
    let first = text.trim_start_matches([' ', '\u{a0}', '\u{feff}']).chars().next();
    let starts_formula = first.is_some_and(|c| {
        matches!(
            c,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}'
        )
    });
    if starts_formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_that_starts_a_formula_is_disarmed_and_a_negative_number_stays_a_number() {
        for bad in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\u{ff1d}1"] {
            let field = field(Kind::Text, &Value::Text(bad.to_owned()));
            assert!(field.starts_with('\''), "{bad:?}");
        }
        assert_eq!(field(Kind::Text, &Value::Text("Atlanta = A".to_owned())), "Atlanta = A");
        assert_eq!(field(Kind::Number { decimals: 1 }, &Value::Number(-3.25)), "-3.2");
        assert_eq!(field(Kind::Number { decimals: 1 }, &Value::Number(-0.01)), "0.0");
        assert_eq!(field(Kind::Exact, &Value::Number(0.034_285_714_285_714_3)), "0.0342857142857143");
    }

    proptest! {
        #[test]
        fn no_text_field_starts_a_formula(text in "\\PC*|[=+\\-@\t\r\n ]{1,4}.*") {
            let field = field(Kind::Text, &Value::Text(text));
            prop_assert!(!field.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r']));
        }

        #[test]
        fn a_rounded_number_is_within_half_a_unit(number in -1e9f64..1e9) {
            let back: f64 = rounded(number, 1).parse().expect("a number");
            prop_assert!((back - number).abs() <= 0.05 + 1e-6);
        }
    }
}
