//! Pairs that share a token, each with what the weights make of its pattern of evidence.

use std::collections::BTreeMap;

use domain::{Evidence, FamilySet};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::candidate::{CandidatePair, Candidates};
use crate::classes::{CLASSES, Class};
use crate::evidence::{Dates, EvidenceVector, families_of, met_without};
use crate::link::LinkError;
use crate::meeting::Meetings;
use crate::model::{Model, Pattern, Share, Verdict, probability};
use crate::records::Records;
use crate::sources::{SourceCounts, SourceOdds, overlaps};
use crate::strangers::strangers;

/// The weights of evidence of a city and epoch: estimated once, then frozen, so that nobody's coming
/// or going moves how anybody else is linked.
///
/// # Privacy
/// Rates over all records of a city; exact statistics, never published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    pub(crate) model: Model,
    /// The odds, in bits, from which on linking a pair brings the greatest expected F1.
    pub(crate) threshold: f32,
    /// Expected share of joined pairs that are one person's, when they were estimated.
    pub(crate) precision: f64,
    /// Pairs of one person that were expected among those they were estimated from.
    pub(crate) same_pairs: f64,
    /// How sources overlap, and how many records of each a person has.
    pub(crate) sources: SourceCounts,
    /// Records that they were estimated from.
    pub records: u64,
}

/// Pairs of one person from which on weights are frozen.
const SETTLED_PAIRS: f64 = 1_000.0;

/// How often the share of pairs that meet, and the overlap of sources, are reckoned anew.
const ROUNDS_OF_MEETING: usize = 3;

/// A pair that shares a token, and which pattern of evidence it shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct JudgedPair {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) pattern: u32,
}

/// How many pairs show a pattern between two sources, the first no later than the second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Group {
    pub(crate) pattern: u32,
    pub(crate) first: u16,
    pub(crate) second: u16,
    pub(crate) pairs: f64,
}

impl Group {
    /// The same for estimation, of `n` sources that overlap so.
    fn share(&self, overlap: &[f32], n: usize) -> Share {
        let bits = overlap[usize::from(self.first) * n + usize::from(self.second)];
        Share { pattern: self.pattern, pairs: self.pairs, times: f64::from(bits).exp2() }
    }
}

/// Pairs that are looked at together.
const CHUNK: usize = 1 << 16;

/// What decides a pair's pattern: the families that it shares, those that both have, and what its dates are worth.
type Look = (FamilySet, FamilySet, Dates);

/// What a [`Pattern`] is, but for how many pairs show it.
type PatternKey = (EvidenceVector, u16, u16);

fn pattern_key((shared, both, dates): &Look) -> PatternKey {
    (EvidenceVector::read(*shared, *both, *dates), met_without(*shared), held(*both))
}

/// Pairs by pattern of evidence.
pub(crate) struct Patterns {
    pub(crate) pairs: Vec<JudgedPair>,
    pub(crate) patterns: Vec<Pattern>,
}

impl Patterns {
    /// Reads the evidence of every pair. `masks` holds each record's families. Patterns stand in an order of their own,
    /// so that the order of records moves no sum over them.
    pub(crate) fn read(masks: &[FamilySet], candidates: &[CandidatePair]) -> Self {
        let looks = |pair: &CandidatePair| {
            let (a_has, b_has) = (masks[pair.a as usize], masks[pair.b as usize]);
            (pair.families, a_has & b_has, Dates::of(a_has, b_has))
        };
        // A pattern is read once for all pairs that look alike; pairs of a chunk are numbered by its own list.
        let chunks: Vec<(Vec<Look>, Vec<u32>)> = candidates
            .par_chunks(CHUNK)
            .map(|pairs| {
                let (mut known, mut list) = (FxHashMap::default(), Vec::new());
                let numbers = pairs.iter().map(looks).map(|look| {
                    *known.entry(look).or_insert_with(|| {
                        list.push(look);
                        list.len() as u32 - 1
                    })
                });
                let numbers = numbers.collect();
                (list, numbers)
            })
            .collect();
        let mut known: FxHashMap<Look, PatternKey> = FxHashMap::default();
        for look in chunks.iter().flat_map(|(list, _)| list) {
            known.entry(*look).or_insert_with(|| pattern_key(look));
        }
        let mut keys: Vec<PatternKey> = known.values().copied().collect();
        keys.sort_unstable();
        keys.dedup();
        let place = |look: &Look| keys.binary_search(&known[look]).unwrap_or_default() as u32;
        let mut pairs: Vec<JudgedPair> = Vec::with_capacity(candidates.len());
        let parts: Vec<Vec<u32>> =
            chunks.par_iter().map(|(list, _)| list.iter().map(place).collect()).collect();
        let mut seen = vec![0_u64; keys.len()];
        for ((places, (_, numbers)), of_chunk) in parts.iter().zip(&chunks).zip(candidates.chunks(CHUNK)) {
            for (CandidatePair { a, b, .. }, number) in of_chunk.iter().zip(numbers) {
                let pattern = places[*number as usize];
                seen[pattern as usize] += 1;
                pairs.push(JudgedPair { a: *a, b: *b, pattern });
            }
        }
        let patterns = keys.into_iter().zip(seen).map(|((vector, met_without, held), pairs)| Pattern {
            vector,
            met_without,
            held,
            pairs: pairs as f64,
        });
        Self { pairs, patterns: patterns.collect() }
    }

    /// What the weights make of each pattern.
    pub(crate) fn verdicts(&self, model: &Model) -> Vec<Verdict> {
        self.patterns.iter().map(|pattern| model.verdict(&pattern.vector)).collect()
    }

    /// How many pairs show each pattern between each two sources, in order.
    fn by_sources(&self, records: &Records) -> Vec<Group> {
        let count = |pairs: &[JudgedPair]| {
            let mut numbers: FxHashMap<(u32, u16, u16), u64> = FxHashMap::default();
            for JudgedPair { a, b, pattern } in pairs {
                let [a, b] = [a, b].map(|record| records.sources[*record as usize]);
                *numbers.entry((*pattern, a.min(b), a.max(b))).or_default() += 1;
            }
            numbers
        };
        let mut numbers: BTreeMap<(u32, u16, u16), u64> = BTreeMap::new();
        for of_chunk in self.pairs.par_chunks(CHUNK).map(count).collect::<Vec<_>>() {
            for (key, pairs) in of_chunk {
                *numbers.entry(key).or_default() += pairs;
            }
        }
        let group = |((pattern, first, second), pairs)| Group { pattern, first, second, pairs: pairs as f64 };
        numbers.into_iter().map(group).collect()
    }

    /// Pairs of one person to expect among these.
    pub(crate) fn expected_same(&self, verdicts: &[Verdict]) -> f64 {
        self.patterns.iter().zip(verdicts).map(|(pattern, v)| pattern.pairs * v.probability()).sum()
    }
}

/// The fields in which two records that both have these families can agree exactly, one bit a field.
fn held(both: FamilySet) -> u16 {
    let holds = |field: &Evidence| !(both & families_of(*field)).is_empty();
    Evidence::ALL.into_iter().filter(holds).fold(0, |fields, field| fields | 1 << field as usize)
}

impl Weights {
    /// Weights estimated from all pairs that share a token, without a label.
    pub(crate) fn estimate(
        records: &Records,
        masks: &[FamilySet],
        patterns: &Patterns,
        candidates: &Candidates,
    ) -> Self {
        // Rounded first, so that what is read again judges just as what was estimated.
        // How many pairs of a class are seen rests on how closely they agree, and the other way round.
        let strangers = strangers(masks, patterns, candidates);
        let start = Model::prior(masks.len(), &strangers);
        let mut model = start.clone();
        // Pairs of records are drawn by place: in order, so that the records' own order draws no others.
        let mut masks = masks.to_vec();
        masks.sort_unstable();
        let masks = masks.as_slice();
        let groups = patterns.by_sources(records);
        // How likely two sources' pairs are one person's rests on the weights, and these on it: of pairs within a source, which
        // holds everybody once, nearly all are relatives, and those must not teach what one person's fields do.
        let n = records.source_names.len();
        let mut overlap = vec![0.0; n * n];
        for _ in 0..ROUNDS_OF_MEETING {
            let shares: Vec<Share> = groups.iter().map(|group| group.share(&overlap, n)).collect();
            model = model.estimate(&start, &patterns.patterns, &shares, &met(&model, masks));
            let verdicts = patterns.verdicts(&model);
            (overlap, _) = overlaps(records, &groups, &verdicts, None);
        }
        let model = model.rounded();
        let verdicts = patterns.verdicts(&model);
        let sources = SourceCounts::overlap(records, &groups, &verdicts);
        let same_pairs = single(patterns.expected_same(&verdicts));
        let mut out =
            Self { model, threshold: 0.0, precision: 1.0, same_pairs, sources, records: masks.len() as u64 };
        let by_sources = out.source_odds(records);
        out.threshold = threshold(groups.iter().map(|Group { pattern, first, second, pairs }| {
            (verdicts[*pattern as usize].odds + by_sources.overlap(*first, *second), *pairs)
        }));
        out
    }

    /// Learns how sources that came since overlap with the others, if there are any.
    pub(crate) fn add_sources(&mut self, records: &Records, patterns: &Patterns) {
        let newcomers = self.sources.newcomers(records);
        if !newcomers.is_empty() {
            let verdicts = patterns.verdicts(&self.model);
            self.sources.add(&newcomers, records, &patterns.by_sources(records), &verdicts);
        }
    }

    /// What they tell of how one person's records meet.
    pub(crate) fn meetings(&self) -> Meetings {
        Meetings::of_records(&self.model.levels[Class::Same as usize], self.model.years.differ)
    }

    /// The same, if of all that no pair of records taught `times` as much goes wrong as is believed.
    pub(crate) fn meetings_if(&self, times: f64) -> Meetings {
        Meetings::of_records(&self.model.same_if(times), self.model.years.differ_if(times))
    }

    /// What they tell of the sources of `records`.
    pub(crate) fn source_odds(&self, records: &Records) -> SourceOdds {
        self.sources.odds(records, self.model.share_of_same())
    }

    /// Whether they rest on enough pairs to be kept for the epoch. Until then every night estimates
    /// them anew.
    pub fn are_settled(&self) -> bool {
        self.same_pairs >= SETTLED_PAIRS
    }

    /// Whether they tell how a source overlaps with others.
    pub fn know(&self, source: &str) -> bool {
        self.sources.know(source)
    }

    /// As text, to be kept for the epoch.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// From text.
    ///
    /// # Errors
    /// [`LinkError::Weights`] when the text holds no weights.
    pub fn from_json(text: &str) -> Result<Self, LinkError> {
        let mut weights: Self = serde_json::from_str(text).map_err(|_| LinkError::Weights)?;
        weights.model = weights.model.rounded();
        for number in [&mut weights.precision, &mut weights.same_pairs] {
            *number = single(*number);
        }
        // Weights that are not settled are never linked by, and those of a night without a record hold zeros.
        let sane = !weights.are_settled()
            || weights.model.is_sane() && weights.sources.is_sane() && weights.threshold.is_finite();
        sane.then_some(weights).ok_or(LinkError::Weights)
    }
}

/// With 24 bits, which text carries there and back without loss.
#[expect(clippy::cast_possible_truncation, reason = "that is the purpose")]
pub(crate) fn single(number: f64) -> f64 {
    f64::from(number as f32)
}

/// For each class the share of its pairs that share a token and hold what they are seen by, if they hold what any two
/// records hold. Families live together also where no home is recorded: of a class that nothing can show this is 0, and there are
/// as many as is believed before any data. But nobody shares a number that no record holds.
fn met(model: &Model, masks: &[FamilySet]) -> [f64; CLASSES] {
    Class::ALL.map(|class| {
        let meetings = Meetings::new(&model.levels[class as usize]);
        let seen = meetings.met_holding(masks, |both| class.is_seen(held(both)));
        if seen == 0.0 && class.is_of_numbers() { meetings.met_holding(masks, |_| true) } else { seen }
    })
}

/// The odds, in bits, from which on linking pairs brings the greatest expected F1. Each entry holds odds and how
/// many pairs have them.
///
/// A pair more helps if it is right with a probability above half of that F1, whether or not there are
/// pairs just there: what sources and other records tell moves pairs across gaps.
fn threshold(pairs: impl Iterator<Item = (f32, f64)>) -> f32 {
    let mut order: Vec<(f32, f64)> = pairs.collect();
    order.sort_by(|x, y| y.0.total_cmp(&x.0));
    let expected = |(odds, pairs): &(f32, f64)| pairs * probability(f64::from(*odds));
    let all: f64 = order.iter().map(expected).sum();
    let (mut right, mut joined, mut best) = (0.0, 0.0, 0.0_f64);
    for group in &order {
        right += expected(group);
        joined += group.1;
        best = best.max(2.0 * right / (joined + all));
    }
    if best > 0.0 { single((best / (2.0 - best)).log2()) as f32 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::STRANGERS;
    use domain::FAMILIES;

    #[test]
    fn what_no_record_can_show_is_believed_of_families_and_not_of_numbers() {
        let all: FamilySet = (0..FAMILIES.len()).collect();
        let without = |fields: &[Evidence]| -> FamilySet {
            let shows =
                |family: &usize| fields.iter().any(|field| families_of(*field).iter().any(|f| f == *family));
            (0..FAMILIES.len()).filter(|family| !shows(family)).collect()
        };
        let model = Model::prior(1_000, &STRANGERS);
        let of = |masks: FamilySet, class: Class| met(&model, &vec![masks; 20])[class as usize];
        let homeless = without(&[Evidence::Address, Evidence::Phone, Evidence::Email]);
        assert!(of(all, Class::Relatives) > 0.0 && of(homeless, Class::Same) > 0.0);
        assert!(of(homeless, Class::Relatives) == 0.0, "as many as before any data");
        assert!(of(without(&[Evidence::Ssn]), Class::FamilyNumber) > 0.0, "none");
    }
}
