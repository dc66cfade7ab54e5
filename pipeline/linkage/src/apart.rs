//! How likely a pair whose clusters stayed apart is one person's all the same.
//!
//! More is known of it than its own evidence: the other records of both clusters. Where two records of a family have one
//! name and one home, and one of them lacks the date, another record of its person may hold it.

use crate::cluster::{Judgement, PairsByRecord};
use crate::judge::JudgedPair;
use crate::meeting::{Meetings, TRIO};
use crate::model::probability;

/// Odds, in bits, below which a pair's clusters are not looked at: one in 256.
const WORTH_A_LOOK: f32 = -8.0;

/// The most persons of three records that are looked at.
const MOST_TRIOS: usize = 2_000;

/// Pairs that share no token, as believed, which those that were seen are weighed against.
const TRIOS_BELIEVED: f64 = 5.0;

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

    /// What the other pairs across the clusters `x` and `y` of a pair say against it, in bits: their average. A record that is
    /// wrong is wrong beside all records of its person, so that many that share nothing with it say little more than one.
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
        bits / (x.len() * y.len() - 1).max(1) as f32
    }

    /// How many times as many pairs of one person share no token as is believed, by the persons of three records. Pairs that were
    /// never seen can't be counted, but where a record ties two others together that share no token, they were.
    pub(crate) fn unseen(&self, meetings: &Meetings) -> f64 {
        let (mut seen, mut expected) = (TRIOS_BELIEVED, TRIOS_BELIEVED);
        let persons = (0..self.starts.len() - 1).map(|person| self.records_of(person));
        let trios: Vec<&[u32]> = persons.filter(|person| person.len() == 3).collect();
        for trio in trios.iter().step_by(trios.len().div_ceil(MOST_TRIOS).max(1)) {
            let both = TRIO.map(|(a, b)| {
                let [a, b] = [a, b].map(|at| self.judgement.masks[trio[at] as usize]);
                a & b
            });
            let apart = TRIO.iter().filter(|(a, b)| self.known.pattern(trio[*a], trio[*b]).is_none()).count();
            seen += apart as f64;
            expected += meetings.missed_of_trio(both);
        }
        seen / expected
    }

    /// All records of a record's person.
    fn records_with(&self, record: u32) -> &[u32] {
        self.records_of(self.person_of[record as usize] as usize)
    }

    fn records_of(&self, person: usize) -> &[u32] {
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

    /// What `look` makes of persons of one source whose records hold every family, of which `pairs` share a token with even
    /// odds.
    fn apart(person_of: &[u32], pairs: &[(u32, u32)], look: impl Fn(&Apart, &mut Meetings) -> f64) -> f64 {
        let n = person_of.len();
        let records = Records {
            sources: vec![0; n],
            one_record_per_person: vec![false],
            source_names: vec!["a".to_owned()],
            ..Records::default()
        };
        let masks = vec![(0..domain::FAMILIES.len()).collect::<FamilySet>(); n];
        let pairs: Vec<JudgedPair> =
            pairs.iter().map(|(a, b)| JudgedPair { a: *a, b: *b, pattern: 0 }).collect();
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
        let mut sizes = Vec::new();
        for person in person_of {
            sizes.resize(sizes.len().max(*person as usize + 1), 0);
            sizes[*person as usize] += 1;
        }
        look(
            &Apart::new(&judgement, person_of, &sizes),
            &mut Meetings::of_records(&crate::classes::SAME, 0.0),
        )
    }

    /// Record 0 is alone and record 1 is of a person with `others` further records, of which the pair of 0 and 1 has
    /// even odds; the others share nothing with 0 though both hold every family.
    fn chance_beside(others: usize) -> f64 {
        let person_of: Vec<u32> = (0..2 + others).map(|record| u32::from(record > 0)).collect();
        apart(&person_of, &[(0, 1)], |apart, meetings| {
            apart.chance(&JudgedPair { a: 0, b: 1, pattern: 0 }, meetings)
        })
    }

    #[test]
    fn records_of_the_same_person_that_share_nothing_speak_against_a_pair() {
        assert!((chance_beside(0) - 0.5).abs() < 1e-6, "nothing is known but the pair itself");
        assert!(chance_beside(1) < 0.05, "{}", chance_beside(1));
        assert!(
            (chance_beside(2) - chance_beside(1)).abs() < 1e-6,
            "a record that is wrong is wrong beside both"
        );
    }

    #[test]
    fn what_is_seen_not_to_meet_tells_of_what_is_not_seen() {
        // A hundred persons of three records, of which `unmet` have two that share no token.
        let unseen = |unmet: u32| {
            let person_of: Vec<u32> = (0..300).map(|record| record / 3).collect();
            let pairs = (0..100).flat_map(|person| {
                let first = 3 * person;
                let third = (person >= unmet).then_some((first, first + 2));
                [Some((first, first + 1)), third, Some((first + 1, first + 2))].into_iter().flatten()
            });
            apart(&person_of, &pairs.collect::<Vec<_>>(), |apart, meetings| apart.unseen(meetings))
        };
        assert!(unseen(0) < 1.0 && unseen(40) > 4.0, "{} {}", unseen(0), unseen(40));
        let nobody = apart(&[0, 1], &[], |apart, meetings| apart.unseen(meetings));
        assert!((nobody - 1.0).abs() < 1e-9, "without persons of three it is as believed");
    }
}
