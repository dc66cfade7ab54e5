//! What one human's records, taken away, change in everybody's person rows.
//!
//! Weights are frozen for an epoch, so a pair of records means what it meant before. Merges never
//! reach beyond a chain of pairs that may merge: only chains that lose a record, or gain a pair because a
//! token is no longer over the cap, are clustered again, by themselves. What comes out is what
//! [`crate::link_with`] finds among the records that remain, at a fraction of the work.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::FamilySet;
use rayon::prelude::*;

use crate::candidate::{CandidatePair, candidate_pairs, most_that_pair};
use crate::cluster::{Judgement, cluster};
use crate::evidence::{Dates, EvidenceVector};
use crate::judge::{JudgedPair, Patterns, Weights};
use crate::link::{LinkError, Options};
use crate::meeting::Meetings;
use crate::model::Verdict;
use crate::records::Records;
use crate::sources::SourceOdds;

/// A linkage from which records can be taken away, over and over, each time from the whole.
pub struct Stability<'a> {
    records: &'a Records,
    options: Options,
    weights: &'a Weights,
    masks: Vec<FamilySet>,
    digests: Vec<u64>,
    /// In order of both records, as `pairs`.
    candidates: Vec<CandidatePair>,
    pairs: Vec<JudgedPair>,
    verdicts: Vec<Verdict>,
    by_sources: SourceOdds,
    /// For each record the smallest record of its person.
    root: Vec<u32>,
    chains: Chains,
    /// Records of each token that yields no pair because more than the cap share it.
    crowded: HashMap<(u8, u64), Vec<u32>>,
}

/// How person rows change when records `R` of one human are taken away and the others linked again.
///
/// Let `P` be the persons before and `P'` those after, as sets of records, and `P` restricted what
/// is left of each person of `P` without `R`, leaving out what is left empty. Two numbers are kept
/// apart: where the *partition* of the records that remain changes (`formed` and `dissolved`, the
/// symmetric difference of `P'` and `P` restricted), and where a person stays but its *content*
/// changes, because records of `R` were taken for its own (`reduced`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Change {
    /// Persons of `P` that hold records of `R` alone: the human's own rows, which go.
    pub own: usize,
    /// Persons of `P` that hold records of `R` and of others.
    pub shared: usize,
    /// Persons of `P'` that are none of `P` restricted.
    pub formed: usize,
    /// Persons of `P` restricted that are none of `P'`.
    pub dissolved: usize,
    /// Persons of both that held records of `R` besides.
    pub reduced: usize,
}

impl Change {
    /// Rows of others that changed: formed, dissolved or reduced.
    pub fn persons_changed(self) -> usize {
        self.formed + self.dissolved + self.reduced
    }

    /// Persons over which the human's records were spread.
    pub fn split(self) -> usize {
        self.own + self.shared
    }

    /// The symmetric difference of `P` and `P'`: how many rows must be added to or removed from one
    /// person table to get the other, a changed row counting as one of each. Group privacy takes
    /// this number.
    pub fn rows_apart(self) -> usize {
        self.own + self.formed + self.dissolved + 2 * self.reduced
    }
}

impl<'a> Stability<'a> {
    /// Links all records with weights that were estimated before.
    ///
    /// # Errors
    /// [`LinkError`] when the columns of `records` do not fit together.
    pub fn new(records: &'a Records, options: Options, weights: &'a Weights) -> Result<Self, LinkError> {
        records.validate()?;
        let candidates = candidate_pairs(records, options.token_cap).pairs;
        let masks = records.family_masks();
        let patterns = Patterns::read(&masks, &candidates);
        let verdicts = patterns.verdicts(&weights.model);
        let by_sources = weights.source_odds(records);
        let mut out = Self {
            records,
            options,
            weights,
            masks,
            digests: records.digests(),
            candidates,
            pairs: patterns.pairs,
            verdicts,
            by_sources,
            root: Vec::new(),
            chains: Chains::default(),
            crowded: crowded(records, options.token_cap),
        };
        let judgement = out.judgement(records, (&out.masks, &out.digests), &out.pairs, &out.verdicts);
        let chains = Chains::new(records.len(), &out.pairs, |pair| judgement.may_merge(pair));
        let root = cluster(&judgement, &mut weights.meetings(), None).root;
        (out.chains, out.root) = (chains, root);
        Ok(out)
    }

    /// How many persons there are before anything is taken away.
    pub fn persons(&self) -> usize {
        self.root.iter().enumerate().filter(|(record, root)| *record == **root as usize).count()
    }

    /// Records of the longest chain of pairs that may merge.
    pub fn longest_chain(&self) -> usize {
        self.chains.records.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// For each of `humans`, given by their records, what changes without them. Threads share the
    /// work and change nothing in the outcome. Numbers of no record are passed over.
    pub fn changes(&self, humans: &[Vec<u32>]) -> Vec<Change> {
        humans
            .par_iter()
            .map_init(|| self.weights.meetings(), |meetings, gone| self.change(gone, meetings))
            .collect()
    }

    /// For each record its person when those of `gone` are taken away (`None` for these), numbered
    /// in order of each person's first record.
    pub fn persons_without(&self, gone: &[u32]) -> Vec<Option<u32>> {
        let gone = self.in_order(gone);
        let again = self.link_again(&gone, &mut self.weights.meetings());
        let mut root = self.root.clone();
        for (record, first) in again.records.iter().zip(&again.root) {
            root[*record as usize] = *first;
        }
        let mut numbers: HashMap<u32, u32> = HashMap::new();
        (0..root.len() as u32)
            .map(|record| {
                let next = numbers.len() as u32;
                let is_left = gone.binary_search(&record).is_err();
                is_left.then(|| *numbers.entry(root[record as usize]).or_insert(next))
            })
            .collect()
    }

    fn change(&self, gone: &[u32], meetings: &mut Meetings) -> Change {
        let gone = self.in_order(gone);
        let again = self.link_again(&gone, meetings);
        let before = sets(&again.records, |at| self.root[again.records[at] as usize]);
        let holders: BTreeSet<u32> = gone.iter().map(|record| self.root[*record as usize]).collect();
        let shared = holders.iter().filter(|root| before.contains_key(root)).count();
        let mut out = Change { own: holders.len() - shared, shared, ..Change::default() };
        let mut unmatched: HashMap<&[u32], u32> =
            before.iter().map(|(root, set)| (set.as_slice(), *root)).collect();
        for set in sets(&again.records, |at| again.root[at]).values() {
            match unmatched.remove(set.as_slice()) {
                None => out.formed += 1,
                Some(root) => out.reduced += usize::from(holders.contains(&root)),
            }
        }
        out.dissolved = unmatched.len();
        out
    }

    /// Clusters again the chains that lose a record of `gone`, or gain a pair without it.
    fn link_again(&self, gone: &[u32], meetings: &mut Meetings) -> Again {
        let freed = self.freed(gone);
        let touched = gone.iter().copied().chain(freed.keys().flat_map(|(a, b)| [*a, *b]));
        let chains: BTreeSet<u32> = touched.map(|record| self.chains.of[record as usize]).collect();
        let mut records: Vec<u32> = chains
            .iter()
            .flat_map(|chain| &self.chains.records[*chain as usize])
            .copied()
            .filter(|record| gone.binary_search(record).is_err())
            .collect();
        records.sort_unstable();

        let (pairs, verdicts) = self.pairs_among(&records, &freed);
        let part = Records {
            source_names: self.records.source_names.clone(),
            sources: records.iter().map(|record| self.records.sources[*record as usize]).collect(),
            one_record_per_person: self.records.one_record_per_person.clone(),
            ..Records::default()
        };
        let masks: Vec<FamilySet> = records.iter().map(|record| self.masks[*record as usize]).collect();
        let digests: Vec<u64> = records.iter().map(|record| self.digests[*record as usize]).collect();
        let judgement = self.judgement(&part, (&masks, &digests), &pairs, &verdicts);
        let root = cluster(&judgement, meetings, None).root;
        Again { root: root.iter().map(|first| records[*first as usize]).collect(), records }
    }

    /// The pairs among `records`, numbered by their places there, and what the weights make of each
    /// pattern. Places keep the records' order, so ties between pairs fall as among all records.
    fn pairs_among(
        &self,
        records: &[u32],
        freed: &BTreeMap<(u32, u32), FamilySet>,
    ) -> (Vec<JudgedPair>, Cow<'_, [Verdict]>) {
        let place = |record: u32| records.binary_search(&record).ok().map(|at| at as u32);
        let mut pairs: Vec<JudgedPair> = Vec::new();
        for (at, record) in records.iter().enumerate() {
            let from = self.pairs.partition_point(|pair| pair.a < *record);
            let of_record = self.pairs[from..].iter().take_while(|pair| pair.a == *record);
            pairs.extend(
                of_record.filter_map(|pair| Some(JudgedPair { a: at as u32, b: place(pair.b)?, ..*pair })),
            );
        }
        let mut verdicts = Cow::Borrowed(self.verdicts.as_slice());
        for ((a, b), families) in freed {
            let shared = *families | self.known(*a, *b).unwrap_or(FamilySet::EMPTY);
            let (a_has, b_has) = (self.masks[*a as usize], self.masks[*b as usize]);
            let vector = EvidenceVector::read(shared, a_has & b_has, Dates::of(a_has, b_has));
            let verdict = self.weights.model.verdict(&vector);
            let (Some(a), Some(b)) = (place(*a), place(*b)) else { continue };
            let pair = JudgedPair { a, b, pattern: verdicts.len() as u32 };
            verdicts.to_mut().push(verdict);
            match pairs.binary_search_by_key(&(a, b), |pair| (pair.a, pair.b)) {
                Ok(at) => pairs[at] = pair,
                Err(at) => pairs.insert(at, pair),
            }
        }
        (pairs, verdicts)
    }

    /// Pairs of records that share a token which without `gone` is no longer over the cap, or no longer too large to
    /// bring pairs, each with the families of these tokens.
    fn freed(&self, gone: &[u32]) -> BTreeMap<(u32, u32), FamilySet> {
        let tokens: BTreeSet<(u8, u64)> =
            gone.iter().flat_map(|record| self.records.tokens_of(*record as usize)).collect();
        let mut freed: BTreeMap<(u32, u32), FamilySet> = BTreeMap::new();
        for token in tokens {
            let Some(holders) = self.crowded.get(&token) else { continue };
            let left: Vec<u32> =
                holders.iter().copied().filter(|record| gone.binary_search(record).is_err()).collect();
            let brings_pairs = left.len() <= most_that_pair(token.0, self.options.token_cap);
            let told_before = holders.len() <= self.options.token_cap;
            if left.len() > self.options.token_cap || told_before && !brings_pairs {
                continue;
            }
            for (i, a) in left.iter().enumerate() {
                for b in &left[i + 1..] {
                    if !brings_pairs && self.known(*a, *b).is_none() {
                        continue;
                    }
                    let families = freed.entry((*a, *b)).or_default();
                    *families = *families | FamilySet::of(usize::from(token.0));
                }
            }
        }
        freed
    }

    /// The families that a pair shares with all records there.
    fn known(&self, a: u32, b: u32) -> Option<FamilySet> {
        let at = self.candidates.binary_search_by_key(&(a, b), |pair| (pair.a, pair.b)).ok()?;
        Some(self.candidates[at].families)
    }

    fn judgement<'b>(
        &'b self,
        records: &'b Records,
        (masks, digests): (&'b [FamilySet], &'b [u64]),
        pairs: &'b [JudgedPair],
        verdicts: &'b [Verdict],
    ) -> Judgement<'b> {
        let (by_sources, threshold, cluster_cap) =
            (&self.by_sources, self.weights.threshold, self.options.cluster_cap);
        Judgement { records, masks, digests, pairs, verdicts, by_sources, threshold, cluster_cap }
    }

    /// The records of `gone` that there are, each once, in order.
    fn in_order(&self, gone: &[u32]) -> Vec<u32> {
        let there: BTreeSet<u32> =
            gone.iter().copied().filter(|record| (*record as usize) < self.root.len()).collect();
        there.into_iter().collect()
    }
}

/// What was clustered again.
struct Again {
    /// In order.
    records: Vec<u32>,
    /// For each of them the smallest record of its person.
    root: Vec<u32>,
}

/// The sets into which `key` divides records, each in order.
fn sets(records: &[u32], key: impl Fn(usize) -> u32) -> BTreeMap<u32, Vec<u32>> {
    let mut sets: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (at, record) in records.iter().enumerate() {
        sets.entry(key(at)).or_default().push(*record);
    }
    sets
}

/// Records that chains of pairs that may merge tie together.
#[derive(Default)]
struct Chains {
    /// The chain of each record.
    of: Vec<u32>,
    /// The records of each chain.
    records: Vec<Vec<u32>>,
}

impl Chains {
    fn new(records: usize, pairs: &[JudgedPair], is_accepted: impl Fn(&JudgedPair) -> bool) -> Self {
        let mut parent: Vec<u32> = (0..records as u32).collect();
        for pair in pairs.iter().filter(|pair| is_accepted(pair)) {
            let (x, y) = (first(&mut parent, pair.a), first(&mut parent, pair.b));
            parent[x.max(y) as usize] = x.min(y);
        }
        let mut out = Self { of: Vec::with_capacity(records), records: Vec::new() };
        for record in 0..records as u32 {
            let first = first(&mut parent, record);
            // A chain's first record comes before its others.
            let chain = if first == record { out.records.len() as u32 } else { out.of[first as usize] };
            if first == record {
                out.records.push(Vec::new());
            }
            out.records[chain as usize].push(record);
            out.of.push(chain);
        }
        out
    }
}

/// The smallest record known to be of the same chain.
fn first(parent: &mut [u32], mut record: u32) -> u32 {
    while parent[record as usize] != record {
        let above = parent[parent[record as usize] as usize];
        parent[record as usize] = above;
        record = above;
    }
    record
}

/// The records of each token that too many share to bring pairs.
fn crowded(records: &Records, token_cap: usize) -> HashMap<(u8, u64), Vec<u32>> {
    let mut holders: HashMap<(u8, u64), u32> = HashMap::new();
    let distinct = |record: usize| records.tokens_of(record).collect::<BTreeSet<_>>();
    for record in 0..records.len() {
        for token in distinct(record) {
            *holders.entry(token).or_default() += 1;
        }
    }
    let mut crowded: HashMap<(u8, u64), Vec<u32>> = HashMap::new();
    holders.retain(|(family, _), count| *count as usize > most_that_pair(*family, token_cap));
    for record in 0..records.len() {
        for token in distinct(record) {
            if holders.contains_key(&token) {
                crowded.entry(token).or_default().push(record as u32);
            }
        }
    }
    crowded
}
