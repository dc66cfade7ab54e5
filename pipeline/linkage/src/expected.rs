//! How many pairs of one person there are to expect, those included that share no token.
//!
//! Records of two sources meet as often as the fields allow that both have: a register without addresses
//! and one without birth dates seldom. So the pairs that met are counted by source and source, and each count is
//! divided by the share that meets there.

use std::collections::BTreeMap;

use domain::FamilySet;

use crate::meeting::Meetings;
use crate::records::Records;

/// How much the share of all sources weighs beside that of two: what two sources could hardly see would
/// otherwise be multiplied without end.
const BELIEF: f64 = 0.2;

/// Pairs of one person that met, by the sources of their records.
pub(crate) struct MetPairs<'a> {
    records: &'a Records,
    by_sources: BTreeMap<(u16, u16), f64>,
}

impl<'a> MetPairs<'a> {
    pub(crate) fn new(records: &'a Records) -> Self {
        Self { records, by_sources: BTreeMap::new() }
    }

    /// Adds a pair of records that is one person's with a probability.
    pub(crate) fn add(&mut self, a: u32, b: u32, probability: f64) {
        let [a, b] = [a, b].map(|record| self.records.sources[record as usize]);
        *self.by_sources.entry((a.min(b), a.max(b))).or_default() += probability;
    }

    /// How many there are in all. `masks` holds each record's families.
    pub(crate) fn all(&self, masks: &[FamilySet], meetings: &Meetings) -> f64 {
        let mut of_source: Vec<Vec<FamilySet>> = vec![Vec::new(); self.records.one_record_per_person.len()];
        for (mask, source) in masks.iter().zip(&self.records.sources) {
            of_source[usize::from(*source)].push(*mask);
        }
        // Pairs of records are drawn by place: in order, so that the records' own order draws no others.
        for masks in &mut of_source {
            masks.sort_unstable();
        }
        let mut masks = masks.to_vec();
        masks.sort_unstable();
        let masks = masks.as_slice();
        let share_met = meetings.met(masks).max(f64::MIN_POSITIVE);
        let before = self.by_sources.values().sum::<f64>() / share_met;
        let share_of = |source: u16| of_source[usize::from(source)].len() as f64 / masks.len().max(1) as f64;
        let mut elsewhere = 1.0;
        let mut all = 0.0;
        for ((a, b), met) in &self.by_sources {
            let share = share_of(*a) * share_of(*b) * if a == b { 1.0 } else { 2.0 };
            elsewhere -= share;
            let meet = meetings.met_between(&of_source[usize::from(*a)], &of_source[usize::from(*b)]);
            all += (met + BELIEF * before * share) / (meet + BELIEF);
        }
        all + elsewhere.max(0.0) * before * BELIEF / (share_met + BELIEF)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::SAME;
    use domain::FAMILIES;

    /// Two sources of a hundred records, one with every field, one with `families` alone.
    fn all(families: FamilySet, across: f64) -> f64 {
        let records = Records {
            sources: (0..200).map(|record| u16::from(record >= 100)).collect(),
            one_record_per_person: vec![false; 2],
            ..Records::default()
        };
        let masks: Vec<FamilySet> = (0..200)
            .map(|record| if record < 100 { (0..FAMILIES.len()).collect() } else { families })
            .collect();
        let mut met = MetPairs::new(&records);
        met.add(0, 1, 50.0);
        met.add(0, 150, across);
        met.all(&masks, &Meetings::new(&SAME))
    }

    #[test]
    fn pairs_of_sources_that_hardly_meet_stand_for_more() {
        let everything = all((0..FAMILIES.len()).collect(), 20.0);
        assert!((65.0..75.0).contains(&everything), "nearly all meet: {everything}");
        // First name and birth date as they are, and nothing else: .84 × .91 of the pairs.
        let little = all(FamilySet::of(0), 20.0);
        assert!((50.0 + 24.0..50.0 + 32.0).contains(&little), "{little}");
    }

    #[test]
    fn what_could_not_be_seen_is_not_multiplied_without_end() {
        let nothing = all(FamilySet::EMPTY, 1.0);
        assert!((51.0..200.0).contains(&nothing), "{nothing}");
    }
}
