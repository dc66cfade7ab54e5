//! How likely a pair whose clusters stayed apart is one person's all the same.
//!
//! More is known of it than its own evidence: the other records of both clusters. Where two records of a family have one
//! name and one home, and one of them lacks the date, another record of its person may hold it.

use crate::cluster::{Judgement, PairsByRecord};
use crate::judge::JudgedPair;
use crate::meeting::Meetings;
use crate::model::probability;

/// Odds, in bits, below which a pair's clusters are not looked at: one in 256.
const WORTH_A_LOOK: f32 = -8.0;

/// Persons with their records, and all pairs.
pub(crate) struct Apart<'a> {
    judgement: &'a Judgement<'a>,
    known: PairsByRecord<'a>,
    person_of: &'a [u32],
    /// Where each person's records begin.
    starts: Vec<u32>,
    /// Records by person.
    records: Vec<u32>,
}

impl<'a> Apart<'a> {
    /// `sizes` are the records of each person.
    pub(crate) fn new(judgement: &'a Judgement<'a>, person_of: &'a [u32], sizes: &[usize]) -> Self {
        let mut starts = vec![0_u32; sizes.len() + 1];
        for (person, size) in sizes.iter().enumerate() {
            starts[person + 1] = starts[person] + *size as u32;
        }
        let mut next = starts.clone();
        let mut records = vec![0_u32; person_of.len()];
        for (record, person) in person_of.iter().enumerate() {
            let at = &mut next[*person as usize];
            records[*at as usize] = record as u32;
            *at += 1;
        }
        let known = PairsByRecord::new(person_of.len(), judgement.pairs);
        Self { judgement, known, person_of, starts, records }
    }

    /// The probability that a pair is one person's although its clusters stayed apart.
    pub(crate) fn chance(&self, pair: &JudgedPair, meetings: &mut Meetings) -> f64 {
        let odds = self.judgement.odds(pair);
        if odds < WORTH_A_LOOK {
            return probability(f64::from(odds));
        }
        let [x, y] = [pair.a, pair.b].map(|record| self.records_with(record));
        // What refused a pair that would have sufficed by itself speaks against it here too.
        let refused = if odds < self.judgement.threshold {
            0.0
        } else {
            let sources = |cluster: &[u32]| -> Vec<u16> {
                cluster.iter().map(|record| self.judgement.records.sources[*record as usize]).collect()
            };
            self.judgement.cut(pair, &sources(x), &sources(y))
        };
        probability(f64::from(odds + refused + self.beside(pair, x, y, meetings)))
    }

    /// What the other pairs across the clusters `x` and `y` of a pair say against it, in bits: of each record of the larger
    /// cluster the average over those of the smaller, for these tell of one person, not of many; and the sum of that.
    fn beside(&self, pair: &JudgedPair, x: &[u32], y: &[u32], meetings: &mut Meetings) -> f32 {
        let mut bits = 0.0;
        for a in x {
            for b in y.iter().filter(|b| (*a, **b) != (pair.a, pair.b)) {
                bits += if let Some(pattern) = self.known.pattern(*a, *b) {
                    self.judgement.verdicts[pattern as usize].contrast
                } else {
                    let masks = self.judgement.masks;
                    meetings.missed_bits(masks[*a as usize] & masks[*b as usize])
                };
            }
        }
        bits / x.len().min(y.len()) as f32
    }

    /// All records of a record's person.
    fn records_with(&self, record: u32) -> &[u32] {
        let person = self.person_of[record as usize] as usize;
        &self.records[self.starts[person] as usize..self.starts[person + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Verdict;
    use crate::records::Records;
    use crate::sources::SourceCounts;
    use domain::FamilySet;

    /// Record 0 is alone and record 1 is of a person with `others` further records, of which the pair of 0 and 1 has
    /// even odds; the others share nothing with 0 though both hold every family.
    fn chance_beside(others: usize) -> f64 {
        let n = 2 + others;
        let records = Records {
            sources: vec![0; n],
            one_record_per_person: vec![false],
            source_names: vec!["a".to_owned()],
            ..Records::default()
        };
        let masks = vec![(0..domain::FAMILIES.len()).collect::<FamilySet>(); n];
        let pairs = [JudgedPair { a: 0, b: 1, pattern: 0 }];
        let verdicts = [Verdict { odds: 0.0, against: 0.0, contrast: 0.0, is_dated: true }];
        let by_sources = SourceCounts::default().odds(&records, 1e-6);
        let judgement = Judgement {
            records: &records,
            masks: &masks,
            digests: &vec![0; n],
            pairs: &pairs,
            verdicts: &verdicts,
            by_sources: &by_sources,
            threshold: 1.0,
            cluster_cap: 60,
        };
        let person_of: Vec<u32> = (0..n).map(|record| u32::from(record > 0)).collect();
        let apart = Apart::new(&judgement, &person_of, &[1, n - 1]);
        apart.chance(&pairs[0], &mut Meetings::new(&crate::classes::SAME))
    }

    #[test]
    fn records_of_the_same_person_that_share_nothing_speak_against_a_pair() {
        assert!((chance_beside(0) - 0.5).abs() < 1e-6, "nothing is known but the pair itself");
        assert!(chance_beside(1) < 0.05, "{}", chance_beside(1));
        assert!(chance_beside(2) < chance_beside(1));
    }
}
