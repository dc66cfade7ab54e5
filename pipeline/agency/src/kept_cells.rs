//! The cells of a row that rules read, in one buffer: kept of a raw row, put away, taken up again.

use crate::columns::{Kept, Origin, Row};
use crate::known_codes::KnownCodes;
use crate::lookup::Joined;
use crate::null_word::is_null_word;
use crate::profile_value::Code;
use crate::raw_row::RawRow;

/// Stands before the length of a cell that one byte can't tell.
const LONG: u8 = u8::MAX;

/// Cells of one row, used again for the next.
#[derive(Default)]
pub(crate) struct KeptCells {
    text: String,
    ends: Vec<u32>,
    blanks: KnownCodes,
}

impl KeptCells {
    /// Cells in which `blanks` count as blank.
    pub(crate) fn with(blanks: &[Code]) -> Self {
        Self { blanks: KnownCodes::new(blanks), ..Self::default() }
    }

    /// What a raw cell says.
    pub(crate) fn said<'c>(&self, cell: &'c str) -> &'c str {
        let cell = self.written(cell);
        if is_null_word(cell) { "" } else { cell }
    }

    /// What it says where words for nothing are no blanks.
    fn written<'c>(&self, cell: &'c str) -> &'c str {
        let cell = trimmed(cell);
        if self.blanks.contains(cell) { "" } else { cell }
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    pub(crate) fn push(&mut self, cell: &str, as_written: bool) {
        let said = if as_written { self.written(cell) } else { self.said(cell) };
        self.text.push_str(said);
        self.ends.push(u32::try_from(self.text.len()).expect("a row is limited to far less than 4 GB"));
    }

    /// Takes the cells `kept` of a raw row and of what its joins found, in place of those before.
    /// `text` is the raw row's.
    pub(crate) fn keep(&mut self, kept: &[Kept], raw: &RawRow, text: &str, joined: &[Option<Joined<'_>>]) {
        self.clear();
        for Kept { origin, as_written } in kept {
            let cell = match *origin {
                Origin::Own(at) => raw.cell_of(text, at),
                Origin::Joined(join, at) => joined_cell(joined, join, at),
            };
            self.push(cell, *as_written);
        }
    }

    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        self.text == other.text && self.ends == other.ends
    }

    pub(crate) fn row(&self) -> Row<'_> {
        Row { text: &self.text, ends: &self.ends }
    }

    /// Appends the cells to `out`, for [`Self::take_up`].
    pub(crate) fn put_away(&self, out: &mut Vec<u8>) {
        let mut start = 0;
        for end in &self.ends {
            let length = *end - start;
            start = *end;
            // Few cells are longer than a byte can tell.
            match u8::try_from(length) {
                Ok(short) if short < LONG => out.push(short),
                _ => {
                    out.push(LONG);
                    out.extend_from_slice(&length.to_le_bytes());
                }
            }
        }
        out.extend_from_slice(self.text.as_bytes());
    }

    /// The `cells` cells that were put away in `bytes`.
    pub(crate) fn take_up(&mut self, cells: usize, bytes: &[u8]) {
        self.clear();
        let (mut text, mut end) = (bytes, 0);
        for _ in 0..cells {
            let (short, rest) = text.split_first().expect("a length a cell");
            let mut length = u32::from(*short);
            text = rest;
            if *short == LONG {
                let (long, rest) = text.split_first_chunk().expect("four bytes tell it");
                (length, text) = (u32::from_le_bytes(*long), rest);
            }
            end += length;
            self.ends.push(end);
        }
        self.text.push_str(str::from_utf8(text).expect("text was put away"));
    }
}

/// A cell without blanks around it. Most have none, which two bytes tell.
fn trimmed(cell: &str) -> &str {
    match cell.as_bytes() {
        [] => cell,
        [one] if one.is_ascii_graphic() => cell,
        // What keeps a spreadsheet from taking an id for a number.
        [b'=', b'"', .., b'"'] => cell[2..cell.len() - 1].trim(),
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => cell,
        _ => cell.trim_matches(|c: char| c.is_whitespace() || is_invisible(c)),
    }
}

/// Marks without width that pages and word processors leave around what is copied from them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

/// A cell of the row that a join found; blank where it found none.
pub(crate) fn joined_cell<'a>(joined: &[Option<Joined<'a>>], join: usize, at: usize) -> &'a str {
    joined.get(join).copied().flatten().map_or("", |row| row.cell(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_put_around_a_cell_is_no_part_of_it() {
        for cell in
            ["0017", " 0017\t", "=\"0017\"", "\u{200b}0017", "\u{feff}0017\u{a0}", "\u{202a} 0017\u{202c}"]
        {
            assert_eq!(trimmed(cell), "0017", "{cell:?}");
        }
        for cell in ["=\"", "=", "=1+1", "\"0017\"", "a\u{200b}b"] {
            assert_eq!(trimmed(cell), cell, "{cell:?}");
        }
        assert_eq!(trimmed("=\"\""), "");
        assert_eq!(trimmed("\u{200b}"), "");
    }

    #[test]
    fn cells_come_back_as_they_were_put_away() {
        let mut cells = KeptCells::default();
        let long = "x".repeat(255);
        for cell in [" José ", "", "x\ny", "=\"1\"", &long[1..], &long, &long.repeat(300)] {
            cells.push(cell, false);
        }
        let mut bytes = vec![7];
        cells.put_away(&mut bytes);
        let mut again = KeptCells::default();
        again.push("of the row before", false);
        again.take_up(7, &bytes[1..]);
        assert!(again.text.starts_with("Joséx\ny1x") && again.text == cells.text);
        assert_eq!(again.ends, cells.ends);
    }
}
