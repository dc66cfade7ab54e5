//! What is wrong with a table's rows.

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::{QuarantinedRow, Rule};

use crate::table_file::TableFile;

/// The first rule a row broke.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) field: Cow<'static, str>,
    pub(crate) rule: &'static Rule,
}

/// Faults by row, at most one a row, so that rows in = rows accepted + rows quarantined.
#[derive(Debug, Default)]
pub(crate) struct Faults(BTreeMap<usize, Fault>);

impl Faults {
    /// Notes a fault unless the row has one.
    pub(crate) fn note(&mut self, row: usize, field: impl Into<Cow<'static, str>>, rule: &'static Rule) {
        self.0.entry(row).or_insert_with(|| Fault { field: field.into(), rule });
    }

    /// Whether a row is without fault.
    pub(crate) fn passes(&self, row: usize) -> bool {
        !self.0.contains_key(&row)
    }

    /// How many rows have one.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The rows set aside, in the file's order; data rows count from 1.
    pub(crate) fn quarantine(&self, file: &TableFile) -> Vec<QuarantinedRow> {
        self.0
            .iter()
            .map(|(row, fault)| {
                QuarantinedRow::new(file.source(), file.file(), *row as u64 + 1, &fault.field, fault.rule)
            })
            .collect()
    }
}
