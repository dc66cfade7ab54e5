//! How far an encoding has come.

/// How far an encoding has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Rows are read.
    Reading {
        /// Rows read so far.
        rows: u64,
        /// Bytes read so far.
        bytes: u64,
        /// Bytes that will be read.
        of_bytes: u64,
    },
    /// Everything is read; records are mapped and written.
    Writing {
        /// Rows mapped so far.
        rows: u64,
        /// Rows that will be mapped.
        of_rows: u64,
    },
}

/// Who is told.
pub(crate) type Show<'a> = &'a mut dyn FnMut(Progress);
