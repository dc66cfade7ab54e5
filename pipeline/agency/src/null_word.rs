//! Words that databases write where a cell holds nothing.

/// Whether a cell, trimmed, says that it is blank: `NULL`, `\N`, `N/A` and the like. A profile that lists such a
/// word as a code is asked first.
pub(crate) fn is_null_word(cell: &str) -> bool {
    const WORDS: [&str; 6] = ["null", "(null)", "\\n", "n/a", "#n/a", "nan"];
    (2..=6).contains(&cell.len()) && WORDS.iter().any(|word| word.eq_ignore_ascii_case(cell))
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
        for cell in ["", "NULL", "null", "(null)", "\\N", "N/A", "NaN"] {
            assert!(is_blank(cell), "{cell:?}");
        }
        for cell in ["0", "N", "No", "none", "Nulla", "2025-01-01", "nañ"] {
            assert!(!is_blank(cell), "{cell:?}");
        }
    }
}
