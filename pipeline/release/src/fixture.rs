//! Small workloads and people for tests.

use domain::{Attribute, Table, Workload};

use crate::persons::PersonTable;

/// A workload over attributes of these sizes with these tables.
pub(crate) fn workload(sizes: &[usize], tables: &[&[usize]]) -> Workload {
    let attributes = sizes
        .iter()
        .enumerate()
        .map(|(i, n)| Attribute {
            name: format!("a{i}"),
            categories: (0..*n).map(|c| format!("c{c}")).collect(),
        })
        .collect();
    let tables = tables
        .iter()
        .enumerate()
        .map(|(i, d)| Table { name: format!("t{i}"), dimensions: d.to_vec(), weight: 1.0, subject: None })
        .collect();
    Workload::new(attributes, tables).expect("a valid workload")
}

/// A reproducible stream of numbers in [0, 1), for making people (never noise).
pub(crate) struct Stream(u64);

impl Stream {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    pub(crate) fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Columns of people whose attributes are skewed and depend on each other a little.
pub(crate) fn columns(sizes: &[usize], persons: usize, seed: u64) -> Vec<Vec<u8>> {
    let mut stream = Stream::new(seed);
    let mut columns = vec![Vec::with_capacity(persons); sizes.len()];
    for _ in 0..persons {
        let lean = stream.next();
        for (column, n) in columns.iter_mut().zip(sizes) {
            let skewed = (0.6 * stream.next() + 0.4 * lean).powi(2);
            column.push(((skewed * *n as f64) as usize).min(n - 1) as u8);
        }
    }
    columns
}

/// A person table of [`columns`].
pub(crate) fn persons(workload: &Workload, count: usize, seed: u64) -> PersonTable {
    let sizes: Vec<usize> = workload.attributes().iter().map(|a| a.categories.len()).collect();
    PersonTable::new(workload, columns(&sizes, count, seed)).expect("codes inside their domains")
}
