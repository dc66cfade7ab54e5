//! The lines of one delimited row, and whether its quotes stand where cells begin and end.
//!
//! A CSV reader forgives a quote without its twin: everything up to the next quote becomes one cell, and
//! whole rows vanish in it. So the quotes of a row are read strictly too, and its lines counted.

/// What a row of raw text looks like; fed with its bytes in pieces of any size.
pub(crate) struct RowLines {
    delimiter: u8,
    at: At,
    stray: bool,
    /// Lines that have ended inside a quoted cell.
    ended: u64,
    /// Delimiters of the line so far, quoted or not; nothing where the line is blank.
    width: Option<usize>,
    narrowest: usize,
    widest: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before the row; blank lines may stand here.
    Before,
    CellStart,
    Plain,
    Quoted,
    /// Behind a quote that closes the cell, or is the first of two.
    Closing,
    /// Behind blanks that follow a closing quote.
    Trailing,
    After,
}

/// A cell of fewer columns may well hold a line that looks like a row.
const LEAST_COLUMNS: usize = 4;

impl RowLines {
    pub(crate) fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            at: At::Before,
            stray: false,
            ended: 0,
            width: None,
            narrowest: usize::MAX,
            widest: 0,
        }
    }

    /// Forgets the row.
    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.delimiter);
    }

    /// Whether bytes of the row were fed.
    pub(crate) fn begun(&self) -> bool {
        self.at != At::Before
    }

    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.step(*byte);
        }
    }

    fn step(&mut self, byte: u8) {
        let line_end = matches!(byte, b'\n' | b'\r');
        if !line_end {
            let width = self.width.get_or_insert(0);
            *width += usize::from(byte == self.delimiter);
        } else if self.at == At::Quoted {
            self.end_line();
        }
        self.at = match (self.at, byte) {
            (At::Before, _) if line_end => At::Before,
            (At::Quoted, b'"') => At::Closing,
            (At::Before | At::CellStart | At::Closing, b'"') | (At::Quoted, _) => At::Quoted,
            (_, _) if line_end => At::After,
            (_, byte) if byte == self.delimiter => At::CellStart,
            (At::Closing | At::Trailing, b' ' | b'\t') => At::Trailing,
            (At::Closing | At::Trailing, _) => {
                self.stray = true;
                At::Plain
            }
            _ => At::Plain,
        };
    }

    fn end_line(&mut self) {
        if let Some(width) = self.width.take() {
            self.ended += 1;
            self.narrowest = self.narrowest.min(width);
            self.widest = self.widest.max(width);
        }
    }

    /// Whether text stands behind a closing quote.
    pub(crate) fn has_stray_quote(&self) -> bool {
        self.stray
    }

    /// Whether the row's last cell is quoted and has not ended.
    pub(crate) fn is_open(&self) -> bool {
        self.at == At::Quoted
    }

    /// The lines of the whole row that are not blank.
    pub(crate) fn count(&self) -> u64 {
        (self.ended + u64::from(self.width.is_some())).max(1)
    }

    /// Whether the whole row spans several lines of which each could be a row of `columns` cells: then it
    /// is several rows, between two quotes that should not be there.
    pub(crate) fn are_rows_of(&self, columns: usize) -> bool {
        let last = self.width.unwrap_or(self.widest);
        columns >= LEAST_COLUMNS
            && self.count() > 1
            && self.narrowest.min(last) + 1 == columns
            && self.widest.max(last) + 1 == columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(row: &str) -> RowLines {
        // In one piece and byte by byte.
        let (mut whole, mut pieces) = (RowLines::new(b','), RowLines::new(b','));
        whole.feed(row.as_bytes());
        for byte in row.as_bytes() {
            pieces.feed(&[*byte]);
        }
        assert!(whole.at == pieces.at && whole.stray == pieces.stray && whole.count() == pieces.count());
        whole
    }

    #[test]
    fn quotes_stand_where_cells_begin_and_end() {
        for row in [
            "\"a\",\"\",\"b \"\"c\"\" d\"\n",
            "\r\n5\" pipe,\"x\"\r\n",
            "\"a\nb\",c",
            "\"a\" ,b\n",
            ",\"\"\"a\"\"\"",
        ] {
            assert!(!lines(row).has_stray_quote() && !lines(row).is_open(), "{row:?}");
        }
        for row in ["\"a\"b,c\n", "1,\"a,b\n2,\"c,d\n", "\"\"a\",b\n", "\"a\" \"b\"\n"] {
            assert!(lines(row).has_stray_quote(), "{row:?}");
        }
        assert!(lines("1,\"a\n2,b\n").is_open());
    }

    #[test]
    fn a_row_of_several_lines_is_counted_by_them() {
        for (row, count) in
            [("a,b\n", 1), ("\"a\nb\"\n", 2), ("\"a\r\nb\r\n\r\nc\",d\r\n", 3), ("\n\n\"a\rb\"\n", 2)]
        {
            assert_eq!(lines(row).count(), count, "{row:?}");
        }
    }

    #[test]
    fn lines_as_wide_as_the_header_are_rows() {
        assert!(lines("1,\"a,b,c\n2,d,e,f\n3,g\",h,i\n").are_rows_of(4));
        assert!(!lines("1,\"a, b\nand c\",d,e\n").are_rows_of(4));
        assert!(!lines("1,a,b,c\n").are_rows_of(4), "a row of one line is a row");
        assert!(!lines("1,\"a\nb, c\"\n").are_rows_of(2), "two columns show nothing");
    }
}
