//! Lines that programs write around the rows of a table, and that are nobody's: a rule or the types of the columns
//! below the header, a total, a count of rows or a remark at the end. In a file that is as wide as they are padded they
//! look like rows.

use domain::Rule;

use crate::accounting::{FOOTER, LABELS, RULER, TYPES};
use crate::null_word::is_blank;
use crate::raw_row::RawRow;

/// The rule by which a row is such a line. Of nearly all rows the first cell that holds something tells.
pub(crate) fn tool_line(row: &RawRow) -> Option<&'static Rule> {
    let cells = || (0..row.cells).map(|at| row.bytes_of(at).trim_ascii());
    let first = cells().find(|cell| !cell.is_empty())?;
    match first[0] {
        b'-' | b'=' | b'+' | b'|' => is_ruler(first) && cells().all(is_ruler) && cells().any(is_drawn),
        b'(' | b'*' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => false,
        _ => return None,
    }
    .then_some(&RULER)
    .or_else(|| (is_type(first) && are_types(row)).then_some(&TYPES))
    .or_else(|| {
        (is_remark(first) && cells().skip_while(|cell| *cell != first).skip(1).all(is_number))
            .then_some(&FOOTER)
    })
}

/// Whether a rule that fits says of a row that it is nobody's, so that it can't protect anybody either.
pub(crate) fn is_tool_line(rule: &Rule) -> bool {
    [&RULER, &TYPES, &LABELS, &FOOTER].iter().any(|known| known.id == rule.id)
}

fn is_ruler(cell: &[u8]) -> bool {
    !cell.is_empty() && cell.iter().all(|byte| matches!(byte, b'-' | b'=' | b'+' | b'|' | b' ' | b'\t'))
}

/// Single dashes are what some programs write for a blank.
fn is_drawn(cell: &[u8]) -> bool {
    cell.len() > 1
}

/// Whether every cell that holds something names a type: two cells at least, and half of all.
fn are_types(row: &RawRow) -> bool {
    let text = row.text();
    let filled = (0..row.cells).map(|at| row.cell_of(text, at).trim()).filter(|cell| !is_blank(cell));
    let types = filled.map(|cell| is_type(cell.as_bytes())).try_fold(0, |n, is| is.then_some(n + 1));
    types.is_some_and(|types| types > 1 && 2 * types >= row.cells)
}

/// The names of columns' types in databases and statistics programs, as far as their letters and digits go, that begin
/// with a letter: every row of an export is asked.
fn type_names(first: u8) -> &'static [&'static str] {
    match first.to_ascii_lowercase() {
        b'b' => &["bigint", "bigserial", "bit", "bool", "boolean", "bpchar", "binary", "blob", "bytea"],
        b'c' => &["char", "character", "clob"],
        b'd' => {
            &["decimal", "dec", "double", "date", "datetime", "datetime2", "datetime64", "datetimeoffset"]
        }
        b'e' => &["enum"],
        b'f' => &["float", "float4", "float8", "float32", "float64", "factor"],
        b'g' => &["guid"],
        b'i' => &["int", "integer", "int2", "int4", "int8", "int16", "int32", "int64", "interval"],
        b'j' => &["json", "jsonb"],
        b'l' => &["longtext"],
        b'm' => &["mediumint", "money", "mediumtext"],
        b'n' => &["numeric", "number", "nchar", "nvarchar", "nvarchar2", "ntext", "nclob"],
        b'o' => &["object"],
        b'r' => &["real", "raw"],
        b's' => &["smallint", "serial", "smallmoney", "string", "str", "smalldatetime", "sysname"],
        b't' => &["tinyint", "text", "tinytext", "time", "timetz", "timestamp", "timestamptz"],
        b'u' => &["uuid", "uniqueidentifier"],
        b'v' => &["varchar", "varchar2", "varbinary"],
        b'x' => &["xml"],
        b'y' => &["year"],
        _ => &[],
    }
}

/// What may stand behind one, with lengths and precisions: `(50)`, `(10, 2)`, `(max)`, `[ns]`.
const BEHIND_A_TYPE: [&str; 18] = [
    "not",
    "null",
    "unsigned",
    "primary",
    "key",
    "identity",
    "precision",
    "varying",
    "with",
    "without",
    "time",
    "zone",
    "max",
    "byte",
    "char",
    "ns",
    "us",
    "ms",
];

fn is_type(cell: &[u8]) -> bool {
    let end = cell.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(cell.len());
    let (name, rest) = cell.split_at(end);
    let Some(first) = cell.first() else { return false };
    if !type_names(*first).iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes())) {
        return false;
    }
    let plain =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'(' | b')' | b'[' | b']' | b',');
    let fits = |word: &[u8]| {
        word.iter().all(u8::is_ascii_digit)
            || BEHIND_A_TYPE.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
    };
    rest.iter().all(plain) && rest.split(|byte| !byte.is_ascii_alphanumeric()).all(fits)
}

/// What stands alone, or before a colon or a number: `Total`, `Grand total: 400`, `Page 1 of 3`.
const TOTALS: [&str; 7] =
    ["total", "totals", "grand total", "grand totals", "subtotal", "sub-total", "sub total"];
/// What begins a remark.
const REMARKS: [&str; 23] = [
    "row count",
    "record count",
    "records:",
    "rows:",
    "number of rows",
    "number of records",
    "total rows",
    "total records",
    "total number of",
    "completion time",
    "applied filters",
    "end of report",
    "end of file",
    "report run",
    "report generated",
    "report date",
    "generated on",
    "generated by",
    "printed on",
    "exported on",
    "run date",
    "data as of",
    "data through",
];

fn is_remark(cell: &[u8]) -> bool {
    let start = cell.iter().position(u8::is_ascii_alphanumeric).unwrap_or(cell.len());
    let cell = &cell[start..];
    let behind = |phrase: &str| {
        let (begin, rest) = cell.split_at_checked(phrase.len())?;
        begin.eq_ignore_ascii_case(phrase.as_bytes()).then_some(rest)
    };
    let Some(first) = cell.first() else { return false };
    if first.is_ascii_digit() {
        return counts_rows(cell);
    }
    let begins = |phrase: &&&str| phrase.as_bytes()[0] == first.to_ascii_lowercase();
    if TOTALS.iter().filter(begins).filter_map(|phrase| behind(phrase)).any(is_only_number) {
        return true;
    }
    // An id is one word.
    cell.iter().any(|byte| matches!(byte, b' ' | b':'))
        && (behind("page ").is_some_and(|rest| rest.first().is_some_and(u8::is_ascii_digit))
            || REMARKS.iter().filter(begins).any(|phrase| behind(phrase).is_some()))
}

/// Whether nothing but a number, if that, stands behind a word.
fn is_only_number(rest: &[u8]) -> bool {
    !rest.iter().any(u8::is_ascii_alphabetic)
}

/// `123 rows selected.`, `1,234 row(s) affected)`.
fn counts_rows(cell: &[u8]) -> bool {
    let end = cell.iter().position(|byte| !byte.is_ascii_digit() && *byte != b',').unwrap_or(cell.len());
    let rest = &cell[end..];
    if !rest.first().is_some_and(u8::is_ascii_whitespace) {
        return false;
    }
    let mut words = rest.split(|byte| !byte.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    let among =
        |word: &[u8], list: &[&str]| list.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()));
    words.next().is_some_and(|word| among(word, &["row", "rows", "record", "records"]))
        && words.all(|word| {
            among(
                word,
                &[
                    "s",
                    "affected",
                    "selected",
                    "returned",
                    "exported",
                    "fetched",
                    "found",
                    "retrieved",
                    "in",
                    "set",
                    "total",
                ],
            )
        })
}

/// Blank, or a number: an amount, a count, a share.
fn is_number(cell: &[u8]) -> bool {
    !cell.iter().any(u8::is_ascii_alphabetic) || str::from_utf8(cell).is_ok_and(is_blank)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(cells: &[&str]) -> Option<&'static str> {
        let mut row = RawRow::default();
        for cell in cells {
            row.push(cell);
        }
        tool_line(&row).map(|rule| rule.id)
    }

    #[test]
    fn what_programs_write_around_rows_is_told() {
        for cells in [
            &["--------", "------", "---"][..],
            &["--", "-", "----------"],
            &["----+------+-----"],
            &["========", "======"],
            &["+----+", "+---+"],
        ] {
            assert_eq!(rule(cells), Some("row.ruler"), "{cells:?}");
        }
        for cells in [
            &["int", "varchar(50)", "varchar(50)", "date"][..],
            &["INTEGER NOT NULL", "NVARCHAR(max) NULL", "decimal(10, 2)", ""],
            &["int64", "object", "datetime64[ns]"],
            &["character varying(20)", "timestamp without time zone"],
        ] {
            assert_eq!(rule(cells), Some("row.types"), "{cells:?}");
        }
        for cells in [
            &["Total", "", "", "400"][..],
            &["", "GRAND TOTAL:", "", "$ 1,200.50"],
            &["Total: 118", "", ""],
            &["(118 rows affected)", "", ""],
            &["(1,118 row(s) affected)"],
            &["118 rows selected.", ""],
            &["Page 1 of 3", "", ""],
            &["*** End of report ***", "", ""],
            &["Report run 11/26/2026 by the desk", "", ""],
            &["Totals", "NULL", "12", "-"],
        ] {
            assert_eq!(rule(cells), Some("row.footer"), "{cells:?}");
        }
    }

    #[test]
    fn people_are_no_such_lines() {
        for cells in [
            &["1", "Ana", "Ruiz", "1990-05-01"][..],
            &["-", "-", "-"],
            &["", "", ""],
            &["", "-", "Ruiz"],
            &["text", "Ana", "Ruiz"],
            &["text", "", "", ""],
            &["Text", "Real", "Date", "1990-05-01"],
            &["Total", "Anna", "12"],
            &["Page", "Ann", "1990"],
            &["Page", "", "19900501", "536228765"],
            &["Sum", "", "19900501"],
            &["Grant", "", "19900501"],
            &["Totally Tom", "", "19900501"],
            &["12 Rowland St", "", ""],
            &["12 Row Lane", "", ""],
            &["12 Record St", "", ""],
            &["Records Ana", "", ""],
            &["--", "Ana", "Ruiz"],
            &["-1", "2", "3"],
        ] {
            assert_eq!(rule(cells), None, "{cells:?}");
        }
    }
}
