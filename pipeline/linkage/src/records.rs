//! The input of linkage: every record's re-keyed tokens, in columns.

use std::hash::{Hash, Hasher};

use domain::{FAMILIES, FamilySet};
use rayon::prelude::*;
use rustc_hash::FxHasher;
use thiserror::Error;

/// Records of all sources of a city with their re-keyed tokens, in canonical order (source name,
/// then record id). Record `i` has the tokens `starts[i]..starts[i + 1]`.
///
/// # Privacy
/// Tokens here are the hub's own (re-keyed); which families two records share stays inside the
/// hub's trust boundary.
#[derive(Default)]
pub struct Records {
    /// Source of each record, an index into `source_names`.
    pub sources: Vec<u16>,
    /// Where each record's tokens start; one more entry than there are records.
    pub starts: Vec<u32>,
    /// Family of each token, an index into [`FAMILIES`]; a record's tokens stand in the order of their families.
    pub families: Vec<u8>,
    /// The tokens, 64 bits each.
    pub tokens: Vec<u64>,
    /// Each source's name: what weights tell of sources is kept by name.
    pub source_names: Vec<String>,
    /// For each source, whether two of its records are never one person.
    pub one_record_per_person: Vec<bool>,
}

/// Columns that do not fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RecordsError {
    /// Lengths or offsets disagree, or a record's tokens are not in the order of their families.
    #[error("records: the columns do not fit together; rebuild them from the extracts")]
    Shape,
    /// A family or source index is out of range.
    #[error("records: a family or source is out of range; rebuild them from the extracts")]
    Index,
    /// More records or tokens than 32-bit positions hold.
    #[error("records: more than 4,294,967,295 records or tokens; link in partitions")]
    TooMany,
}

impl Records {
    /// How many records there are.
    pub fn len(&self) -> usize {
        self.sources.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// Checks that the columns fit together.
    ///
    /// # Errors
    /// [`RecordsError`] when they do not.
    pub fn validate(&self) -> Result<(), RecordsError> {
        if self.sources.len() >= u32::MAX as usize || self.tokens.len() >= u32::MAX as usize {
            return Err(RecordsError::TooMany);
        }
        let ends_fit = self.starts.first() == Some(&0)
            && self.starts.last().map(|last| *last as usize) == Some(self.tokens.len())
            && self.starts.is_sorted();
        if self.starts.len() != self.sources.len() + 1
            || !ends_fit
            || self.families.len() != self.tokens.len()
            || self.source_names.len() != self.one_record_per_person.len()
        {
            return Err(RecordsError::Shape);
        }
        let families_fit = self.families.iter().all(|family| usize::from(*family) < FAMILIES.len());
        let sources_fit = self.sources.iter().all(|s| usize::from(*s) < self.one_record_per_person.len());
        if !(families_fit && sources_fit) {
            return Err(RecordsError::Index);
        }
        let in_order = |ends: &[u32]| self.families[ends[0] as usize..ends[1] as usize].is_sorted();
        if self.starts.windows(2).all(in_order) { Ok(()) } else { Err(RecordsError::Shape) }
    }

    /// The families and tokens of one record.
    pub(crate) fn tokens_of(&self, record: usize) -> impl Iterator<Item = (u8, u64)> + '_ {
        let range = self.starts[record] as usize..self.starts[record + 1] as usize;
        self.families[range.clone()].iter().copied().zip(self.tokens[range].iter().copied())
    }

    /// For each record a number that its tokens and source give: ties between pairs fall by what records hold, not by
    /// where they stand.
    pub(crate) fn digests(&self) -> Vec<u64> {
        // A sum, so that the order of tokens does not matter.
        let digest = |record| {
            let source = hash((u8::MAX, u64::from(self.sources[record])));
            self.tokens_of(record).map(hash).fold(source, u64::wrapping_add)
        };
        (0..self.len()).into_par_iter().map(digest).collect()
    }

    /// For each record, which families it has a token of.
    pub(crate) fn family_masks(&self) -> Vec<FamilySet> {
        let of = |record| self.tokens_of(record).map(|(family, _)| usize::from(family)).collect();
        (0..self.len()).map(of).collect()
    }
}

fn hash(number: (u8, u64)) -> u64 {
    let mut hasher = FxHasher::default();
    number.hash(&mut hasher);
    hasher.finish()
}
