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

    /// How many met.
    pub(crate) fn met(&self) -> f64 {
        self.by_sources.values().sum()
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
        let records = masks.len().max(1) as f64;
        let (mut within, mut across): (Vec<SourcePair>, Vec<SourcePair>) = (Vec::new(), Vec::new());
        for (a, one) in of_source.iter().enumerate() {
            for (b, other) in of_source.iter().enumerate().skip(a) {
                let share = one.len() as f64 * other.len() as f64 / (records * records);
                let found = self.by_sources.get(&(a as u16, b as u16)).copied().unwrap_or(0.0);
                let meet = meetings.met_between(one, other);
                if a == b {
                    within.push(SourcePair { share, met: found, meet });
                } else {
                    across.push(SourcePair { share: 2.0 * share, met: found, meet });
                }
            }
        }
        let [of_within, of_across] = [&within, &across].map(|pairs| Seen::of(pairs));
        let usual =
            (of_within.met + of_across.met) / (of_within.could + of_across.could).max(f64::MIN_POSITIVE);
        all_of(&within, of_within.usual(usual)) + all_of(&across, of_across.usual(usual))
    }
}

/// What is known of the records of two sources, or of one with itself.
struct SourcePair {
    /// Of all pairs of records.
    share: f64,
    /// Pairs of one person that met.
    met: f64,
    /// The share of one person's pairs that meets there.
    meet: f64,
}

/// What several of them show together.
struct Seen {
    share: f64,
    met: f64,
    /// Of all pairs of records, those that would meet were they one person's.
    could: f64,
}

impl Seen {
    fn of(pairs: &[SourcePair]) -> Self {
        let zero = Self { share: 0.0, met: 0.0, could: 0.0 };
        pairs.iter().fold(zero, |sum, pair| Self {
            share: sum.share + pair.share,
            met: sum.met + pair.met,
            could: sum.could + pair.share * pair.meet,
        })
    }

    /// How many of all pairs of records would be one person's if all were as these. One source's own records tell little of
    /// those of two, and the other way round; where these show little, `others` counts.
    fn usual(&self, others: f64) -> f64 {
        let belief = BELIEF * self.share;
        if belief > 0.0 { (self.met + belief * others) / (self.could + belief) } else { others }
    }
}

/// How many pairs of one person these sources have in all: as many as met by the share that meets, and where that is little,
/// or nothing, as many as is usual.
fn all_of(pairs: &[SourcePair], usual: f64) -> f64 {
    pairs.iter().map(|pair| (pair.met + BELIEF * usual * pair.share) / (pair.meet + BELIEF)).sum()
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
        assert!((51.0..250.0).contains(&nothing), "{nothing}");
    }

    #[test]
    fn sources_that_can_not_meet_have_as_many_pairs_as_others() {
        let (everything, first_and_date) = ((0..FAMILIES.len()).collect(), FamilySet::of(0));
        // Three sources of a hundred records; the second and the third hold nothing in common.
        let records = Records {
            sources: (0..300).map(|record| record / 100).collect(),
            one_record_per_person: vec![false; 3],
            ..Records::default()
        };
        let other = FamilySet::of(domain::family_index("first_phone").expect("a family"));
        let masks: Vec<FamilySet> =
            [everything, first_and_date, other].into_iter().flat_map(|of| vec![of; 100]).collect();
        let meetings = Meetings::new(&SAME);
        let mut met = MetPairs::new(&records);
        let [one, two] = [first_and_date, other].map(|of| 50.0 * (1.0 - meetings.missed(of)));
        met.add(0, 100, one);
        met.add(0, 200, two);
        let all = met.all(&masks, &meetings);
        // Fifty each, but for what it tells that no source holds anybody twice.
        assert!((130.0..155.0).contains(&all), "{all}");
    }
}
