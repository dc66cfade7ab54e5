//! Constrained clustering: pairs merge best first, never past what a person can be.

use std::collections::HashMap;

use domain::FamilySet;

use crate::judge::JudgedPair;
use crate::link::Before;
use crate::meeting::Meetings;
use crate::model::{Verdict, probability};
use crate::records::Records;
use crate::sources::SourceOdds;

/// Clusters and what the constraints refused.
#[derive(Default)]
pub(crate) struct Clusters {
    /// For each record the smallest record of its cluster.
    pub(crate) root: Vec<u32>,
    pub(crate) refused_by_size: usize,
    pub(crate) refused_by_conflict: usize,
    pub(crate) refused_by_source: usize,
    /// Pairs joined, and how many of them are expected to be right.
    pub(crate) joined: f64,
    pub(crate) right: f64,
    /// The pair of each merge.
    pub(crate) joins: Vec<JudgedPair>,
    /// Records whose clusters were formed anew.
    pub(crate) relinked: usize,
}

/// What clustering goes by.
pub(crate) struct Judgement<'a> {
    pub(crate) records: &'a Records,
    pub(crate) masks: &'a [FamilySet],
    /// Of each record, by [`Records::digests`].
    pub(crate) digests: &'a [u64],
    pub(crate) pairs: &'a [JudgedPair],
    pub(crate) verdicts: &'a [Verdict],
    pub(crate) by_sources: &'a SourceOdds,
    /// The least odds, in bits, at which a merge is right more often than F1 needs.
    pub(crate) threshold: f32,
    pub(crate) cluster_cap: usize,
}

impl Judgement<'_> {
    /// The odds of a pair, in bits, by its evidence and its sources.
    pub(crate) fn odds(&self, pair: &JudgedPair) -> f32 {
        let (a, b) = self.sources(pair);
        self.verdicts[pair.pattern as usize].odds + self.by_sources.overlap(a, b)
    }

    /// Whether the clusters of a pair can be such that its odds suffice.
    pub(crate) fn may_merge(&self, pair: &JudgedPair) -> bool {
        let (a, b) = self.sources(pair);
        self.odds(pair) + self.by_sources.most(a, b) >= self.threshold
    }

    /// What the clusters of a pair, given by the sources of their records, add to its odds.
    pub(crate) fn cut(&self, pair: &JudgedPair, x: &[u16], y: &[u16]) -> f32 {
        self.by_sources.cut(self.sources(pair), x, y)
    }

    fn sources(&self, pair: &JudgedPair) -> (u16, u16) {
        (self.records.sources[pair.a as usize], self.records.sources[pair.b as usize])
    }
}

/// Merges pairs in order of their odds (ties by what the records hold), each unless the merged cluster would
/// exceed the cap, hold two records of a source that has one a person, or the odds fall short of the
/// threshold with how many records both sides have of their sources and all that speaks against them across.
///
/// With `before`, only clusters are formed anew that a chain of pairs that may merge ties to a record
/// that changed; merges never reach beyond such a chain, so the others stand as they were.
pub(crate) fn cluster(
    judgement: &Judgement<'_>,
    meetings: &mut Meetings,
    before: Option<&Before>,
) -> Clusters {
    let Judgement { records, pairs, .. } = *judgement;
    let odds = |pair: &JudgedPair| judgement.odds(pair);
    let mut accepted: Vec<JudgedPair> = pairs.iter().copied().filter(|p| judgement.may_merge(p)).collect();
    let mut forest = Forest::new(records.len());
    let mut out = Clusters { relinked: records.len(), ..Clusters::default() };
    if let Some(before) = before {
        let anew = formed_anew(records.len(), &accepted, before);
        out.relinked = anew.iter().filter(|anew| **anew).count();
        forest.keep(before, &anew);
        accepted.retain(|pair| anew[pair.a as usize]);
    }
    let digests = |pair: &JudgedPair| {
        let [a, b] = [pair.a, pair.b].map(|record| judgement.digests[record as usize]);
        (a.min(b), a.max(b))
    };
    accepted.sort_unstable_by(|x, y| {
        let by_odds = odds(y).total_cmp(&odds(x));
        by_odds.then_with(|| digests(x).cmp(&digests(y))).then((x.a, x.b).cmp(&(y.a, y.b)))
    });
    let known = PairsByRecord::new(records.len(), pairs);
    for pair in &accepted {
        merge(judgement, &known, meetings, &mut forest, pair, &mut out);
    }
    out.root = (0..records.len() as u32).map(|i| forest.find(i)).collect();
    out
}

/// Joins the clusters of a pair unless a constraint refuses it.
fn merge(
    judgement: &Judgement<'_>,
    known: &PairsByRecord<'_>,
    meetings: &mut Meetings,
    forest: &mut Forest,
    pair: &JudgedPair,
    out: &mut Clusters,
) {
    let (x, y) = (forest.find(pair.a), forest.find(pair.b));
    if x == y {
        return;
    }
    // Of two clusters of one size the one whose record of the pair has the smaller digest counts as the smaller.
    let size = |root: u32, record: u32| (forest.members(root).len(), judgement.digests[record as usize]);
    let smaller_first = size(x, pair.a) <= size(y, pair.b);
    let (small, large) = if smaller_first { (x, y) } else { (y, x) };
    let (inner, outer) = (forest.members(small), forest.members(large));
    // A pair that would not suffice by itself is no merge refused.
    let is_counted = usize::from(judgement.odds(pair) >= judgement.threshold);
    if inner.len() + outer.len() > judgement.cluster_cap {
        out.refused_by_size += is_counted;
        return;
    }
    if shares_a_single_source(judgement.records, inner, outer) {
        out.refused_by_source += is_counted;
        return;
    }
    let sources = |cluster: &[u32]| -> Vec<u16> {
        cluster.iter().map(|record| judgement.records.sources[*record as usize]).collect()
    };
    let cut = judgement.cut(pair, &sources(inner), &sources(outer));
    let left = judgement.odds(pair) + cut + against(judgement, known, meetings, pair, inner, outer);
    if left < judgement.threshold {
        out.refused_by_conflict += is_counted;
        return;
    }
    let joined = (inner.len() * outer.len()) as f64;
    out.joined += joined;
    out.right += joined * probability(f64::from(left));
    out.joins.push(*pair);
    forest.merge(small, large);
}

/// Records that a chain of pairs that may merge ties to a record that changed.
fn formed_anew(records: usize, accepted: &[JudgedPair], before: &Before) -> Vec<bool> {
    let mut reach = Forest::new(records);
    for pair in accepted {
        let (x, y) = (reach.find(pair.a), reach.find(pair.b));
        if x != y {
            reach.tie(x, y);
        }
    }
    // A person of before may lie in several chains of today, once a pair between them is gone.
    let mut first_of: HashMap<u32, u32> = HashMap::new();
    for (record, person) in before.person_of.iter().enumerate() {
        if let Some(person) = person {
            let first = *first_of.entry(*person).or_insert(record as u32);
            let (x, y) = (reach.find(first), reach.find(record as u32));
            if x != y {
                reach.tie(x, y);
            }
        }
    }
    let mut touched = vec![false; records];
    let changed = before.person_of.iter().enumerate().filter(|(_, p)| p.is_none()).map(|(r, _)| r as u32);
    for record in changed.chain(before.disturbed.iter().copied()) {
        touched[reach.find(record) as usize] = true;
    }
    (0..records as u32).map(|record| touched[reach.find(record) as usize]).collect()
}

fn shares_a_single_source(records: &Records, inner: &[u32], outer: &[u32]) -> bool {
    inner.iter().any(|a| {
        let source = records.sources[*a as usize];
        records.one_record_per_person[usize::from(source)]
            && outer.iter().any(|b| records.sources[*b as usize] == source)
    })
}

/// What speaks against two clusters being one person, in bits, over all pairs across.
fn against(
    judgement: &Judgement<'_>,
    known: &PairsByRecord<'_>,
    meetings: &mut Meetings,
    best: &JudgedPair,
    inner: &[u32],
    outer: &[u32],
) -> f32 {
    let mut sum = 0.0;
    for a in inner {
        let (mut all, mut telling, mut number) = (0.0, 0.0, 0.0);
        for b in outer {
            // The best pair's odds hold how rare twins are; every further pair tells once more.
            let is_best = (*a, *b) == (best.a, best.b) || (*a, *b) == (best.b, best.a);
            let verdict = known.pattern(*a, *b).map(|at| judgement.verdicts[at as usize]);
            let (bits, tells) = if let Some(verdict) = verdict {
                (if is_best { verdict.against } else { verdict.contrast }, verdict.is_dated)
            } else {
                let both = judgement.masks[*a as usize] & judgement.masks[*b as usize];
                (meetings.missed_bits(both), true)
            };
            all += bits;
            if tells {
                telling += bits;
                number += 1.0;
            }
        }
        // A record without a date says nothing for the others of its person whose dates differ from this one's.
        sum += if number > 0.0 { telling / number } else { all / outer.len() as f32 };
    }
    sum
}

/// Pairs in order of both records, with where each record's own begin.
pub(crate) struct PairsByRecord<'a> {
    starts: Vec<u32>,
    pairs: &'a [JudgedPair],
}

impl<'a> PairsByRecord<'a> {
    /// `pairs` are in order of both records, the smaller first.
    pub(crate) fn new(records: usize, pairs: &'a [JudgedPair]) -> Self {
        let mut starts = vec![0_u32; records + 1];
        for pair in pairs {
            starts[pair.a as usize + 1] += 1;
        }
        for record in 0..records {
            starts[record + 1] += starts[record];
        }
        Self { starts, pairs }
    }

    /// The pattern of two records' pair, if they are one.
    pub(crate) fn pattern(&self, a: u32, b: u32) -> Option<u32> {
        let (first, second) = (a.min(b), a.max(b));
        let of = self.starts[first as usize] as usize..self.starts[first as usize + 1] as usize;
        let of = &self.pairs[of];
        of.binary_search_by_key(&second, |pair| pair.b).ok().map(|at| of[at].pattern)
    }
}

/// Union-find over records, each root the smallest record of its cluster.
struct Forest {
    parent: Vec<u32>,
    /// Members of clusters of two records or more, by root.
    members: HashMap<u32, Vec<u32>>,
    alone: Vec<u32>,
}

impl Forest {
    fn new(records: usize) -> Self {
        let alone: Vec<u32> = (0..records as u32).collect();
        Self { parent: alone.clone(), members: HashMap::new(), alone }
    }

    /// Takes over the clusters of before whose records are not formed anew.
    fn keep(&mut self, before: &Before, anew: &[bool]) {
        let mut first_of: HashMap<u32, u32> = HashMap::new();
        for (record, person) in before.person_of.iter().enumerate() {
            let Some(person) = person.filter(|_| !anew[record]) else { continue };
            let first = *first_of.entry(person).or_insert(record as u32);
            if first != record as u32 {
                self.merge(record as u32, first);
            }
        }
    }

    fn members(&self, root: u32) -> &[u32] {
        self.members.get(&root).map_or(&self.alone[root as usize..=root as usize], Vec::as_slice)
    }

    fn find(&mut self, record: u32) -> u32 {
        let mut root = record;
        while self.parent[root as usize] != root {
            let above = self.parent[root as usize];
            self.parent[root as usize] = self.parent[above as usize];
            root = above;
        }
        root
    }

    /// Joins two roots, without keeping members.
    fn tie(&mut self, x: u32, y: u32) {
        self.parent[x.max(y) as usize] = x.min(y);
    }

    fn merge(&mut self, x: u32, y: u32) {
        let (root, other) = (x.min(y), x.max(y));
        let moved = self.members.remove(&other).unwrap_or_else(|| vec![other]);
        self.members.entry(root).or_insert_with(|| vec![root]).extend(moved);
        self.parent[other as usize] = root;
    }
}
