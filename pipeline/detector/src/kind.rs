//! What a column can be found to hold, and how the finding is told.

/// What identifies people in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// People's names, whole or in parts, or codes of their sound.
    Name,
    /// Social security numbers, whole or their last four digits.
    Ssn,
    /// Telephone numbers.
    Phone,
    /// E-mail addresses.
    Email,
    /// Streets, houses, units, postcodes.
    Address,
    /// Full birth dates.
    BirthDate,
    /// Notes in free words.
    FreeText,
    /// Hashes made without a key, or readable text dressed as one.
    Hash,
    /// Numbers of documents: licence, passport, alien registration, number plate.
    Document,
    /// Coordinates of a place.
    Location,
    /// Bytes that nothing can be said of.
    Opaque,
}

/// How many [`Kind`]s there are.
pub const KINDS: usize = Kind::Opaque as usize + 1;

impl Kind {
    /// Every kind, in order.
    pub const ALL: [Self; KINDS] = [
        Self::Name,
        Self::Ssn,
        Self::Phone,
        Self::Email,
        Self::Address,
        Self::BirthDate,
        Self::FreeText,
        Self::Hash,
        Self::Document,
        Self::Location,
        Self::Opaque,
    ];
}

/// What a finding rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The column as a whole.
    Column,
    /// Some cells of a column that is otherwise clean.
    Cells {
        /// How many.
        count: u64,
        /// The first of them, as a row counted from 1; 0 where it was not followed.
        first_row: u64,
    },
}

/// A finding: which kind, resting on what, how sure.
///
/// # Privacy
/// Holds no value of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// Kind.
    pub kind: Kind,
    /// What it rests on.
    pub basis: Basis,
    /// From 0 to 1: the share of values that say so, or for single cells the certainty of their form.
    pub certainty: f64,
}

impl Finding {
    pub(crate) fn column(kind: Kind, certainty: f64) -> Self {
        Self { kind, basis: Basis::Column, certainty: certainty.clamp(0.0, 1.0) }
    }
}
