//! From records to persons.

use domain::FamilySet;
use thiserror::Error;

use crate::apart::Apart;
use crate::candidate::{CandidatePair, Candidates, candidate_pairs, candidate_pairs_of};
use crate::cluster::{Clusters, Judgement, cluster};
use crate::evidence::EvidenceVector;
use crate::expected::MetPairs;
use crate::judge::{Patterns, Weights, single};
use crate::meeting::Meetings;
use crate::model::Verdict;
use crate::records::{Records, RecordsError};
use crate::sources::SourceOdds;

/// The probability of being one person's from which on a pair that is left apart is reported.
const UNDECIDED: f64 = 0.1;

/// How much of what is believed may go wrong in truth, at most and at least.
const BELIEVED_WRONG: [f64; 2] = [1.5, 0.2];

/// Bounds of linkage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// A token that more records share yields no pair.
    pub token_cap: usize,
    /// The most records one person may have.
    pub cluster_cap: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { token_cap: 100, cluster_cap: 60 }
    }
}

/// Linkage can't go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LinkError {
    /// The input makes no sense.
    #[error(transparent)]
    Records(#[from] RecordsError),
    /// What was linked before does not fit the records of today.
    #[error("linkage: what is kept of earlier nights does not fit today's records; link again in full")]
    Before,
    /// The text holds no weights.
    #[error("linkage: the kept weights can't be read; have the epoch's weights estimated anew")]
    Weights,
}

/// The persons.
#[derive(Debug, Clone, PartialEq)]
pub struct Persons {
    /// For each record its person, numbered 0.. in order of each person's first record.
    pub person_of: Vec<u32>,
    /// How many persons there are.
    pub count: usize,
    /// What happened.
    pub report: LinkReport,
    /// The pair by which each two clusters became one, in order of merging.
    pub joins: Vec<Join>,
    /// Every pair that shares a token, for the next night.
    pub pairs: Vec<CandidatePair>,
}

/// The pair by which two clusters became one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Join {
    /// A record of the one.
    pub a: u32,
    /// A record of the other.
    pub b: u32,
    /// What the pair agrees on.
    pub evidence: EvidenceVector,
}

/// Counts for the steward's report; exact statistics, never published.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LinkReport {
    /// Pairs that share a token.
    pub candidate_pairs: usize,
    /// Pairs above the threshold.
    pub accepted_pairs: usize,
    /// Merges refused because a person would have had too many records.
    pub refused_by_size: usize,
    /// Merges refused because too much spoke against them.
    pub refused_by_conflict: usize,
    /// Merges refused because a source has one record a person.
    pub refused_by_source: usize,
    /// Tokens dropped because too many records share them.
    pub tokens_over_cap: usize,
    /// Pairs left apart for lack of evidence: as likely as one in ten to be one person's, and not likely
    /// enough.
    pub undecided_pairs: usize,
    /// Records that hold too little for any token: none can be linked.
    pub records_without_tokens: usize,
    /// Records of the largest person.
    pub largest_cluster: usize,
    /// Records that share their person with another.
    pub linked_records: usize,
    /// Expected share of the pairs joined that are one person's.
    pub expected_precision: f64,
    /// Expected share of one person's pairs that are joined, those included that share no token.
    pub expected_recall: f64,
    /// What it would be if of all that no pair of records taught half as much again goes wrong as is believed, and if a fifth of that
    /// does. They lie close where records show how often fields are wrong, and far apart where sources have but one in common.
    pub expected_recall_between: [f64; 2],
    /// Records in clusters that were looked at again.
    pub records_relinked: usize,
}

/// What earlier nights made of records that are unchanged today, in today's numbering.
pub struct Before {
    /// For each record the person it was of, and `None` for one that is new or changed. Persons of
    /// which a record is gone count as changed: leave the others of it as they are, and list them in
    /// `disturbed`.
    pub person_of: Vec<Option<u32>>,
    /// Records whose person lost a record or was otherwise disturbed.
    pub disturbed: Vec<u32>,
    /// Pairs that share a token, among records that are unchanged.
    pub pairs: Vec<CandidatePair>,
}

/// Links records to persons by the tokens they share, with weights estimated from them.
///
/// # Errors
/// [`LinkError`] when the columns of `records` do not fit together.
pub fn link(records: &Records, options: Options) -> Result<(Persons, Weights), LinkError> {
    records.validate()?;
    let found = Found::new(records, candidate_pairs(records, options.token_cap));
    let mut weights = Weights::estimate(records, &found.masks, &found.patterns, &found.candidates);
    let persons = found.persons_learning(records, options, &mut weights, None);
    weights.precision = single(persons.report.expected_precision);
    Ok((persons, weights))
}

/// Links all records anew with weights that were estimated before. Of sources that came since, the weights first learn how they
/// overlap with the others; all else of the weights stays as it is, and so do pairs of the others.
///
/// # Errors
/// [`LinkError`] when the columns of `records` do not fit together.
pub fn link_with(records: &Records, options: Options, weights: &mut Weights) -> Result<Persons, LinkError> {
    records.validate()?;
    let found = Found::new(records, candidate_pairs(records, options.token_cap));
    Ok(found.persons_learning(records, options, weights, None))
}

/// Links what is new or changed to what earlier nights linked: pairs are sought for the records
/// that changed alone, and clusters formed anew only where one of their records changed. The persons
/// are those that [`link_with`] would find, but for tokens that passed the cap since. Sources that came since are learned as there.
///
/// # Errors
/// [`LinkError`] when `records` or `before` do not fit together.
pub fn link_again(
    records: &Records,
    options: Options,
    weights: &mut Weights,
    before: &Before,
) -> Result<Persons, LinkError> {
    records.validate()?;
    let n = records.len() as u32;
    let fits = |pair: &CandidatePair| pair.a < pair.b && pair.b < n;
    if before.person_of.len() != records.len() || !before.pairs.iter().all(fits) {
        return Err(LinkError::Before);
    }
    let changed: Vec<bool> = before.person_of.iter().map(Option::is_none).collect();
    let mut candidates = candidate_pairs_of(records, options.token_cap, &changed);
    let kept = before.pairs.iter().filter(|p| !changed[p.a as usize] && !changed[p.b as usize]);
    candidates.pairs.extend(kept);
    // Two runs in order: the stable sort merges them.
    candidates.pairs.sort();
    let found = Found::new(records, candidates);
    Ok(found.persons_learning(records, options, weights, Some(before)))
}

/// Everything that linkage knows of the pairs before it forms clusters.
struct Found {
    masks: Vec<FamilySet>,
    digests: Vec<u64>,
    patterns: Patterns,
    candidates: Candidates,
}

impl Found {
    fn new(records: &Records, candidates: Candidates) -> Self {
        let masks = records.family_masks();
        let patterns = Patterns::read(&masks, &candidates.pairs);
        let digests = records.digests();
        Self { masks, digests, patterns, candidates }
    }

    /// The persons, with weights that know the sources of all records.
    fn persons_learning(
        self,
        records: &Records,
        options: Options,
        weights: &mut Weights,
        before: Option<&Before>,
    ) -> Persons {
        let mut meetings = weights.meetings();
        weights.add_sources(records, &self.patterns);
        // How many records a person has of a source is known only once there are persons.
        if !weights.sources.are_counted() {
            let first = self.clusters(records, options, weights, &mut meetings, before);
            weights.sources.count(records, &first.root);
        }
        self.persons(records, options, weights, &mut meetings, before)
    }

    fn persons(
        self,
        records: &Records,
        options: Options,
        weights: &Weights,
        meetings: &mut Meetings,
        before: Option<&Before>,
    ) -> Persons {
        let verdicts = self.patterns.verdicts(&weights.model);
        let by_sources = weights.source_odds(records);
        let judgement = self.judgement(records, options, weights.threshold, &verdicts, &by_sources);
        let clusters = cluster(&judgement, meetings, before);
        let (person_of, sizes) = number_persons(&clusters.root);
        let report = LinkReport {
            tokens_over_cap: self.candidates.tokens_over_cap,
            ..self.report(&judgement, &clusters, weights, meetings, (&person_of, &sizes))
        };
        let joins = clusters.joins.iter().map(|pair| Join {
            a: pair.a,
            b: pair.b,
            evidence: self.patterns.patterns[pair.pattern as usize].vector,
        });
        Persons {
            person_of,
            count: sizes.len(),
            report,
            joins: joins.collect(),
            pairs: self.candidates.pairs,
        }
    }

    /// Clusters before it is known how many records of a source a person has.
    fn clusters(
        &self,
        records: &Records,
        options: Options,
        weights: &Weights,
        meetings: &mut Meetings,
        before: Option<&Before>,
    ) -> Clusters {
        let verdicts = self.patterns.verdicts(&weights.model);
        let by_sources = weights.source_odds(records);
        let judgement = self.judgement(records, options, weights.threshold, &verdicts, &by_sources);
        cluster(&judgement, meetings, before)
    }

    fn judgement<'a>(
        &'a self,
        records: &'a Records,
        options: Options,
        threshold: f32,
        verdicts: &'a [Verdict],
        by_sources: &'a SourceOdds,
    ) -> Judgement<'a> {
        let (masks, digests, pairs) = (&self.masks, &self.digests, &self.patterns.pairs);
        let cluster_cap = options.cluster_cap;
        Judgement { records, masks, digests, pairs, verdicts, by_sources, threshold, cluster_cap }
    }

    fn report(
        &self,
        judgement: &Judgement<'_>,
        clusters: &Clusters,
        weights: &Weights,
        meetings: &mut Meetings,
        (person_of, sizes): (&[u32], &[usize]),
    ) -> LinkReport {
        let pairs = &self.patterns.pairs;
        let apart = Apart::new(judgement, person_of, sizes);
        // Clusters that stand as they were are as right as those of the night they were formed.
        let in_clusters: f64 = sizes.iter().map(|n| (n * (n - 1) / 2) as f64).sum();
        let right = clusters.right + (in_clusters - clusters.joined).max(0.0) * weights.precision;
        let expected_precision = share(right, in_clusters);
        // Of a pair within a cluster more is known than its own evidence: what ties the cluster together.
        let mut met = MetPairs::new(judgement.records);
        let (mut missed, mut undecided_pairs) = (0.0, 0);
        for pair in pairs {
            if person_of[pair.a as usize] == person_of[pair.b as usize] {
                met.add(pair.a, pair.b, expected_precision);
                continue;
            }
            let chance = apart.chance(pair, meetings);
            met.add(pair.a, pair.b, chance);
            missed += chance;
            undecided_pairs += usize::from(chance >= UNDECIDED && judgement.odds(pair) < weights.threshold);
        }
        let unseen = apart.unseen(meetings);
        let recall = |meetings: &Meetings| {
            let unmet = (met.all(&self.masks, meetings) - met.met()) * unseen;
            share(right, (met.met() + unmet.max(0.0)).max(right + missed))
        };
        LinkReport {
            candidate_pairs: pairs.len(),
            accepted_pairs: pairs.iter().filter(|p| judgement.odds(p) >= weights.threshold).count(),
            refused_by_size: clusters.refused_by_size,
            refused_by_conflict: clusters.refused_by_conflict,
            refused_by_source: clusters.refused_by_source,
            tokens_over_cap: 0,
            undecided_pairs,
            records_without_tokens: self.masks.iter().filter(|mask| mask.is_empty()).count(),
            largest_cluster: sizes.iter().copied().max().unwrap_or(0),
            linked_records: sizes.iter().filter(|size| **size > 1).sum(),
            expected_precision,
            expected_recall: recall(meetings),
            expected_recall_between: BELIEVED_WRONG.map(|times| recall(&weights.meetings_if(times))),
            records_relinked: clusters.relinked,
        }
    }
}

fn share(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 1.0 } else { part / whole }
}

/// Numbers persons in order of their first record, and counts their records.
fn number_persons(root: &[u32]) -> (Vec<u32>, Vec<usize>) {
    let mut number = vec![u32::MAX; root.len()];
    let mut sizes = Vec::new();
    let person_of = root
        .iter()
        .map(|r| {
            let slot = &mut number[*r as usize];
            if *slot == u32::MAX {
                *slot = sizes.len() as u32;
                sizes.push(0);
            }
            sizes[*slot as usize] += 1;
            *slot
        })
        .collect();
    (person_of, sizes)
}
