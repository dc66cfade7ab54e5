//! One row as a raw file has it.

/// Cells end to end; used again for the next row.
#[derive(Default)]
pub(crate) struct RawRow {
    pub(crate) bytes: Vec<u8>,
    pub(crate) ends: Vec<usize>,
    /// How many of `ends` belong to the row.
    pub(crate) cells: usize,
    /// The columns that the row does not name, in a file whose rows name their own.
    pub(crate) unnamed: Vec<usize>,
    /// Of a row that can't be read: so much of it is lost that nobody can tell whose it was.
    pub(crate) cut: bool,
}

impl RawRow {
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.unnamed.clear();
        self.cells = 0;
        self.cut = false;
    }

    /// Appends a cell. Not to be mixed with a reader that fills the buffers itself.
    pub(crate) fn push(&mut self, cell: &str) {
        self.bytes.extend_from_slice(cell.as_bytes());
        self.ends.push(self.bytes.len());
        self.cells += 1;
    }

    /// The bytes of all cells.
    pub(crate) fn all(&self) -> &[u8] {
        &self.bytes[..self.cells.checked_sub(1).map_or(0, |last| self.ends[last])]
    }

    /// The bytes of a cell; none past the last one.
    pub(crate) fn bytes_of(&self, at: usize) -> &[u8] {
        if at >= self.cells {
            return &[];
        }
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.bytes[start..self.ends[at]]
    }

    /// All cells, as text end to end. Readers let no row through of which a cell is not UTF-8.
    pub(crate) fn text(&self) -> &str {
        str::from_utf8(self.all()).unwrap_or_default()
    }

    /// A cell.
    pub(crate) fn cell(&self, at: usize) -> &str {
        self.cell_of(self.text(), at)
    }

    /// A cell of the row's [`Self::text`].
    pub(crate) fn cell_of<'a>(&self, text: &'a str, at: usize) -> &'a str {
        if at >= self.cells {
            return "";
        }
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        text.get(start..self.ends[at]).unwrap_or_default()
    }
}
