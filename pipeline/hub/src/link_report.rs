//! What linkage made of a night's records, for the steward.

use std::collections::{BTreeMap, HashMap};

use linkage::{Persons, Weights};
use serde::{Deserialize, Serialize};

use crate::ingested::Ingested;
use crate::person_store::KnownRecord;
use crate::pseudonym::{Change, ChangeKind};

/// What linkage made of the records; exact statistics, for the steward alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkCounts {
    /// Number of the night that linked: it stays while nothing changes.
    pub night: u64,
    /// Records.
    pub records: u64,
    /// Persons.
    pub persons: u64,
    /// Records that share their person with another.
    pub linked_records: u64,
    /// `linked_records` over `records`; 0 where there are none.
    pub linked_share: f64,
    /// The same by source, in order of name.
    pub sources: Vec<SourceLinks>,
    /// Persons by number of records.
    pub persons_by_size: BTreeMap<u64, u64>,
    /// Expected share of joined pairs that are one person's, estimated without a label.
    pub expected_precision: f64,
    /// Expected share of one person's pairs that are joined, estimated without a label.
    pub expected_recall: f64,
    /// What it is at least and at most, whatever fields that no pair of records shows do: see
    /// [`linkage::LinkReport::expected_recall_between`].
    #[serde(default)]
    pub expected_recall_between: Option<[f64; 2]>,
    /// Pairs that share a token.
    pub candidate_pairs: u64,
    /// Merges of this linkage by what the pair that made them agrees on.
    pub merges_by_evidence: BTreeMap<String, u64>,
    /// Merges refused because a person would have had too many records.
    pub refused_by_size: u64,
    /// Merges refused because too much spoke against them.
    pub refused_by_conflict: u64,
    /// Merges refused because a source has one record a person.
    pub refused_by_source: u64,
    /// Tokens dropped because too many records share them.
    pub tokens_over_cap: u64,
    /// Pairs left apart for lack of evidence: as likely as one in ten to be one person's, and not likely
    /// enough.
    pub undecided_pairs: u64,
    /// Records that hold too little to be linked, or may not be.
    pub records_without_tokens: u64,
    /// Records that this night looked at anew.
    pub records_relinked: u64,
    /// Persons that became part of another.
    pub merged: u64,
    /// Persons that came out of another.
    pub split: u64,
    /// Records that the weights were estimated from.
    pub weights_records: u64,
    /// Whether the weights are frozen for the epoch.
    pub weights_settled: bool,
    /// Sources that came after the weights were estimated, by name, and have too few records for it to be learned how they overlap with
    /// others.
    #[serde(default)]
    pub sources_without_weights: Vec<String>,
}

/// One source's records.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SourceLinks {
    /// Source.
    pub source: String,
    /// Records.
    pub records: u64,
    /// Records that share their person with another record.
    pub linked: u64,
    /// Records that share their person with a record of another source.
    pub linked_elsewhere: u64,
    /// Records with the very tokens of another record of the source: a file sent twice under other ids, or persons
    /// recorded anew with the same words.
    #[serde(default)]
    pub alike: u64,
    /// The share of its records that the linkage before had linked to another source; nothing where there was none.
    #[serde(default)]
    pub linked_elsewhere_before: Option<f64>,
}

/// Records below which a fall of the linked share may be chance.
const FEW_RECORDS: u64 = 50;

/// A linked share before which is too small to fall.
const LITTLE: f64 = 0.05;

impl SourceLinks {
    /// The share of its records that are linked to another source; 0 where it has none.
    pub fn share_elsewhere(&self) -> f64 {
        if self.records == 0 { 0.0 } else { self.linked_elsewhere as f64 / self.records as f64 }
    }

    /// Whether less than half as many of its records meet another source's as did the linkage before: a key, a column or
    /// a profile of the agency that changed.
    pub fn fell(&self) -> bool {
        let enough = self.records >= FEW_RECORDS;
        enough
            && self
                .linked_elsewhere_before
                .is_some_and(|before| before >= LITTLE && self.share_elsewhere() < before / 2.0)
    }
}

/// What a night's counts are held against.
#[derive(Clone, Copy)]
pub(crate) struct Tonight<'a> {
    /// Tonight's records, in canonical order.
    pub(crate) records: &'a [KnownRecord],
    /// The counts of the linkage before.
    pub(crate) before: Option<&'a LinkCounts>,
}

impl LinkCounts {
    pub(crate) fn new(
        ingested: &Ingested,
        persons: &Persons,
        weights: &Weights,
        night: u64,
        changes: &[Change],
        tonight: Tonight<'_>,
    ) -> Self {
        let report = &persons.report;
        let names: Vec<String> = ingested.report().sources.iter().map(|s| s.source.clone()).collect();
        let mut merges_by_evidence = BTreeMap::new();
        for join in &persons.joins {
            *merges_by_evidence.entry(join.evidence.to_string()).or_insert(0) += 1;
        }
        let number_of = |kind: ChangeKind| changes.iter().filter(|change| change.kind == kind).count() as u64;
        let (mut sources, persons_by_size) =
            tally(&persons.person_of, persons.count, &ingested.records().sources, &names);
        for (source, alike) in
            sources.iter_mut().zip(alike(&ingested.records().starts, tonight.records, names.len()))
        {
            source.alike = alike;
            let before =
                tonight.before.and_then(|before| before.sources.iter().find(|s| s.source == source.source));
            source.linked_elsewhere_before = before.map(|before| rounded(before.share_elsewhere()));
        }
        let records = persons.person_of.len() as u64;
        let linked_records = sources.iter().map(|source| source.linked).sum();
        Self {
            night,
            records,
            persons: persons.count as u64,
            linked_records,
            linked_share: if records == 0 { 0.0 } else { rounded(linked_records as f64 / records as f64) },
            sources,
            persons_by_size,
            expected_precision: rounded(report.expected_precision),
            expected_recall: rounded(report.expected_recall),
            expected_recall_between: Some(report.expected_recall_between.map(rounded)),
            candidate_pairs: report.candidate_pairs as u64,
            merges_by_evidence,
            refused_by_size: report.refused_by_size as u64,
            refused_by_conflict: report.refused_by_conflict as u64,
            refused_by_source: report.refused_by_source as u64,
            tokens_over_cap: report.tokens_over_cap as u64,
            undecided_pairs: report.undecided_pairs as u64,
            records_without_tokens: report.records_without_tokens as u64,
            records_relinked: report.records_relinked as u64,
            merged: number_of(ChangeKind::Merged),
            split: number_of(ChangeKind::Split),
            weights_records: weights.records,
            weights_settled: weights.are_settled(),
            sources_without_weights: names.into_iter().filter(|name| !weights.know(name)).collect(),
        }
    }
}

/// Six digits: what a file carries there and back without loss.
fn rounded(share: f64) -> f64 {
    (share * 1e6).round() / 1e6
}

/// Linked records by source, and persons by size.
fn tally(
    person_of: &[u32],
    count: usize,
    source_of: &[u16],
    names: &[String],
) -> (Vec<SourceLinks>, BTreeMap<u64, u64>) {
    // Of each person: records, and the one source they are all of.
    let mut seen: Vec<(u64, Option<u16>)> = vec![(0, None); count];
    for (person, source) in person_of.iter().zip(source_of) {
        let (size, only) = &mut seen[*person as usize];
        *only = if *size == 0 || *only == Some(*source) { Some(*source) } else { None };
        *size += 1;
    }
    let mut sources: Vec<SourceLinks> =
        names.iter().map(|name| SourceLinks { source: name.clone(), ..SourceLinks::default() }).collect();
    for (person, source) in person_of.iter().zip(source_of) {
        let (size, only) = seen[*person as usize];
        let row = &mut sources[usize::from(*source)];
        row.records += 1;
        row.linked += u64::from(size > 1);
        row.linked_elsewhere += u64::from(only.is_none());
    }
    let mut by_size = BTreeMap::new();
    for (size, _) in seen {
        *by_size.entry(size).or_insert(0) += 1;
    }
    (sources, by_size)
}

/// For each source, how many of its records have the very tokens of another of its records; records without a token have
/// none. `starts` tells where each record's tokens start.
fn alike(starts: &[u32], records: &[KnownRecord], sources: usize) -> Vec<u64> {
    let mut seen: HashMap<(u16, u64), u64> = HashMap::new();
    for (record, ends) in records.iter().zip(starts.windows(2)) {
        if ends[0] < ends[1] {
            *seen.entry((record.source, record.digest)).or_default() += 1;
        }
    }
    let mut alike = vec![0; sources];
    for ((source, _), records) in seen {
        alike[usize::from(source)] += if records > 1 { records } else { 0 };
    }
    alike
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linked_records_are_counted_by_source() {
        let names = ["a".to_owned(), "b".to_owned()];
        let (sources, by_size) = tally(&[0, 1, 0, 2, 0, 1], 3, &[0, 0, 0, 1, 1, 0], &names);
        let rows: Vec<_> = sources.iter().map(|s| (s.records, s.linked, s.linked_elsewhere)).collect();
        assert_eq!(rows, [(4, 4, 2), (2, 1, 1)]);
        assert_eq!(by_size, BTreeMap::from([(1, 1), (2, 1), (3, 1)]));
        assert_eq!(tally(&[], 0, &[], &names).1, BTreeMap::new());
    }

    #[test]
    fn records_that_say_the_same_are_counted_by_source() {
        let record = |source: u16, digest: u64| KnownRecord { source, id: 0, digest, person: 0 };
        // Two of the first source without a token are no one's likeness.
        let records = [record(0, 7), record(0, 7), record(0, 8), record(0, 1), record(0, 1), record(1, 7)];
        assert_eq!(alike(&[0, 2, 4, 6, 6, 6, 8], &records, 2), [2, 0]);
    }

    #[test]
    fn a_source_that_meets_no_other_any_more_is_told() {
        let source = |records: u64, linked_elsewhere: u64, before: Option<f64>| SourceLinks {
            records,
            linked_elsewhere,
            linked_elsewhere_before: before,
            ..SourceLinks::default()
        };
        assert!(source(560, 0, Some(0.91)).fell() && source(100, 20, Some(0.41)).fell());
        assert!(!source(100, 21, Some(0.41)).fell() && !source(560, 0, None).fell());
        assert!(!source(49, 0, Some(0.9)).fell(), "too few to tell");
        assert!(!source(560, 0, Some(0.04)).fell(), "few were linked before");
    }
}
