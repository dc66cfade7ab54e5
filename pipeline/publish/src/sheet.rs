//! A sheet: rows under described columns, before any file format.

use chrono::NaiveDate;

/// One described column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    /// Name, the same in every format.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// Unit, or what the words are; empty for free text.
    pub unit: &'static str,
    /// One plain sentence or two.
    pub description: &'static str,
    /// Whether a value may be absent.
    pub nullable: bool,
    /// The closed list of words, empty where there is none.
    pub categories: Vec<&'static str>,
}

/// What a column's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// UTF-8 text.
    Text,
    /// Whole number.
    Integer,
    /// Real number, written in CSV with so many decimals.
    Number {
        /// Decimals in CSV; Parquet is unrounded.
        decimals: usize,
    },
    /// Real number whose precision matters, written in full in every format.
    Exact,
    /// Calendar day.
    Date,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// Text.
    Text(String),
    /// Whole number.
    Integer(i64),
    /// Real number.
    Number(f64),
    /// Day.
    Date(NaiveDate),
    /// Nothing applies.
    Absent,
}

impl Value {
    /// Text that may be missing.
    pub(crate) fn text_or_absent(text: Option<String>) -> Self {
        text.map_or(Self::Absent, Self::Text)
    }

    /// A number that may be missing.
    pub(crate) fn number_or_absent(number: Option<f64>) -> Self {
        number.map_or(Self::Absent, Self::Number)
    }
}

/// Rows under columns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sheet {
    /// File stem, lower case ASCII with underscores.
    pub name: String,
    /// One line for a reader.
    pub title: String,
    /// Columns, in order.
    pub columns: Vec<Column>,
    /// The columns that tell a row from every other.
    pub key: Vec<&'static str>,
    /// Rows, each with one value a column.
    pub rows: Vec<Vec<Value>>,
}
