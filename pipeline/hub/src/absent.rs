//! Records of sources that are refused tonight: who they were, until the source is back.
//!
//! When the agencies' key is rotated, each extract is refused until its agency has encoded again. Without this
//! their records would be strangers on their return, with new pseudonyms.

use std::collections::{HashMap, HashSet};

use crate::ingested::Ingested;
use crate::person_store::{Kept, KnownRecord};

/// Records that are not there tonight, of sources that the city still lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Absent {
    /// Sources, by name; [`KnownRecord::source`] is a position in it.
    pub(crate) sources: Vec<String>,
    /// By source and id.
    pub(crate) records: Vec<KnownRecord>,
}

impl Absent {
    /// Tonight's, from what was kept: the records of every source that is refused.
    pub(crate) fn tonight(ingested: &Ingested, kept: &Kept) -> Self {
        let here: HashSet<&str> = ingested.report().sources.iter().map(|s| s.source.as_str()).collect();
        let mut sources: Vec<String> = ingested.report().refused.iter().map(|r| r.source.clone()).collect();
        sources.retain(|source| !here.contains(source.as_str()));
        sources.sort();
        sources.dedup();
        let place = |name: &String| sources.binary_search(name).ok().map(|at| at as u16);
        let of = |names: &[String], records: &[KnownRecord]| -> Vec<KnownRecord> {
            let places: Vec<Option<u16>> = names.iter().map(place).collect();
            let moved = |record: &KnownRecord| {
                places[usize::from(record.source)].map(|source| KnownRecord { source, ..*record })
            };
            records.iter().filter_map(moved).collect()
        };
        let mut records = of(&kept.state.sources, &kept.records);
        records.extend(of(&kept.absent.sources, &kept.absent.records));
        records.sort_unstable_by_key(|record| (record.source, record.id));
        Self { sources, records }
    }

    /// The person of each of today's records that was absent, by its position.
    pub(crate) fn returned(&self, sources: &[String], today: &[KnownRecord]) -> HashMap<usize, u64> {
        let place: Vec<Option<u16>> = sources
            .iter()
            .map(|name| self.sources.iter().position(|absent| absent == name).map(|at| at as u16))
            .collect();
        let find = |record: &KnownRecord| {
            let source = place[usize::from(record.source)]?;
            let at = self.records.binary_search_by_key(&(source, record.id), |r| (r.source, r.id)).ok()?;
            Some(self.records[at].person)
        };
        today.iter().enumerate().filter_map(|(at, record)| find(record).map(|person| (at, person))).collect()
    }
}
