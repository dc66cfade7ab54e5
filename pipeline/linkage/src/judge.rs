//! Pairs that share a token, each with what the weights make of its pattern of evidence.

use std::collections::{BTreeMap, HashMap};

use domain::{Evidence, FamilySet};
use serde::{Deserialize, Serialize};

use crate::candidate::CandidatePair;
use crate::classes::CLASSES;
use crate::evidence::{Dates, EvidenceVector, families_of, met_without};
use crate::link::LinkError;
use crate::meeting::Meetings;
use crate::model::{Model, Pattern, Verdict, probability};
use crate::records::Records;
use crate::sources::{SourceCounts, SourceOdds};

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

/// How often the share of pairs that meet is reckoned anew.
const ROUNDS_OF_MEETING: usize = 2;

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

/// Pairs by pattern of evidence.
pub(crate) struct Patterns {
    pub(crate) pairs: Vec<JudgedPair>,
    pub(crate) patterns: Vec<Pattern>,
}

impl Patterns {
    /// Reads the evidence of every pair. `masks` holds each record's families.
    pub(crate) fn read(masks: &[FamilySet], candidates: &[CandidatePair]) -> Self {
        let mut numbers: HashMap<(EvidenceVector, u16, u16), u32> = HashMap::new();
        let mut known: HashMap<(FamilySet, FamilySet, Dates), u32> = HashMap::new();
        let mut patterns: Vec<Pattern> = Vec::new();
        let pairs = candidates
            .iter()
            .map(|CandidatePair { a, b, families }| {
                let (a_has, b_has) = (masks[*a as usize], masks[*b as usize]);
                let (both, dates) = (a_has & b_has, Dates::of(a_has, b_has));
                let pattern = *known.entry((*families, both, dates)).or_insert_with(|| {
                    let vector = EvidenceVector::read(*families, both, dates);
                    let (met_without, held) = (met_without(*families), held(both));
                    *numbers.entry((vector, met_without, held)).or_insert_with(|| {
                        patterns.push(Pattern { vector, met_without, held, pairs: 0.0 });
                        patterns.len() as u32 - 1
                    })
                });
                patterns[pattern as usize].pairs += 1.0;
                JudgedPair { a: *a, b: *b, pattern }
            })
            .collect();
        Self { pairs, patterns }
    }

    /// What `weights` make of each pattern.
    pub(crate) fn verdicts(&self, weights: &Weights) -> Vec<Verdict> {
        self.patterns.iter().map(|pattern| weights.model.verdict(&pattern.vector)).collect()
    }

    /// How many pairs show each pattern between each two sources, in order.
    fn by_sources(&self, records: &Records) -> Vec<Group> {
        let mut numbers: BTreeMap<(u32, u16, u16), f64> = BTreeMap::new();
        for JudgedPair { a, b, pattern } in &self.pairs {
            let [a, b] = [a, b].map(|record| records.sources[*record as usize]);
            *numbers.entry((*pattern, a.min(b), a.max(b))).or_default() += 1.0;
        }
        let group = |((pattern, first, second), pairs)| Group { pattern, first, second, pairs };
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
    pub(crate) fn estimate(records: &Records, masks: &[FamilySet], patterns: &Patterns) -> Self {
        // Rounded first, so that what is read again judges just as what was estimated.
        // How many pairs of a class are seen rests on how closely they agree, and the other way round.
        let mut model = Model::prior(masks.len());
        for _ in 0..ROUNDS_OF_MEETING {
            model = Model::estimate(masks.len(), &patterns.patterns, &met(&model, masks));
        }
        let model = model.rounded();
        let verdicts: Vec<Verdict> =
            patterns.patterns.iter().map(|pattern| model.verdict(&pattern.vector)).collect();
        let groups = patterns.by_sources(records);
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

    /// What they tell of the sources of `records`.
    pub(crate) fn source_odds(&self, records: &Records) -> SourceOdds {
        self.sources.odds(records, self.model.share_of_same())
    }

    /// Whether they rest on enough pairs to be kept for the epoch. Until then every night estimates
    /// them anew.
    pub fn are_settled(&self) -> bool {
        self.same_pairs >= SETTLED_PAIRS
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

/// For each class the share of its pairs that share a token, if they hold what any two records hold.
fn met(model: &Model, masks: &[FamilySet]) -> [f64; CLASSES] {
    std::array::from_fn(|class| Meetings::new(&model.levels[class]).met(masks))
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
