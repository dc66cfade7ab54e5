//! What a person at the terminal reads: data on stdout, everything else on stderr.

use std::io::{self, Write};
use std::ops::Range;

use comfy_table::{CellAlignment, Table, presets};
pub(crate) use encode_program::thousands;

/// Writes a line of result to stdout. A closed pipe ends the reader's interest, not the work.
pub(crate) fn out(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Writes a line of talk to stderr.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// A table with a header; the columns of `numbers` stand to the right.
pub(crate) fn table<const N: usize>(header: [&str; N], numbers: Range<usize>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(header);
    for column in numbers {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}
