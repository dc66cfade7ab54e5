//! What databases, spreadsheets and statistics programs write where a cell holds nothing.

/// Whether a cell, trimmed, says that it is blank: `NULL`, `\N`, `N/A`, `-`, an error of a spreadsheet, the signs of a
/// column that was too narrow. It counts as blank in every column but those of which the profile lists such a
/// word as a code, and those of consent, where it is no answer.
pub(crate) fn is_null_word(cell: &str) -> bool {
    const WORDS: [&str; 17] = [
        "null", "(null)", "<null>", "[null]", "\\n", "n/a", "#n/a", "nan", "nat", "<na>", "#null!", "#ref!",
        "#value!", "#div/0!", "#name?", "#num!", "#error!",
    ];
    // Most cells are none, which a letter tells.
    match cell.as_bytes() {
        [b'-' | b'.' | b'#', ..] if is_drawn(cell) => true,
        [b'n' | b'N' | b'(' | b'<' | b'[' | b'\\' | b'#', ..] => {
            (2..=8).contains(&cell.len()) && WORDS.iter().any(|word| word.eq_ignore_ascii_case(cell))
        }
        _ => false,
    }
}

/// Dashes, full stops, or the signs that fill a column too narrow for its number.
fn is_drawn(cell: &str) -> bool {
    let one = |sign: u8| cell.bytes().all(|byte| byte == sign);
    (cell.len() <= 8 && (one(b'-') || one(b'.'))) || (cell.len() > 1 && one(b'#'))
}

/// Whether a cell, trimmed, holds nothing.
pub(crate) fn is_blank(cell: &str) -> bool {
    cell.is_empty() || is_null_word(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_databases_write_for_nothing_is_blank() {
        for cell in [
            "",
            "NULL",
            "null",
            "(null)",
            "\\N",
            "N/A",
            "NaN",
            "#N/A",
            "#DIV/0!",
            "-",
            "---",
            ".",
            "##",
            "#########",
        ] {
            assert!(is_blank(cell), "{cell:?}");
        }
        for cell in
            ["0", "N", "No", "none", "Nulla", "2025-01-01", "nañ", "#", "-1", ".5", "-.", "#1", "na", "–"]
        {
            assert!(!is_blank(cell), "{cell:?}");
        }
    }
}
