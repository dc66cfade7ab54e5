//! Candidate pairs: records that share a token of any family.

use domain::FAMILIES;
use rayon::prelude::*;

use crate::records::Records;

const _: () = assert!(FAMILIES.len() <= 64, "a pair's shared families are one 64-bit mask");

/// Two records that share at least one token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CandidatePair {
    /// The smaller record index.
    pub a: u32,
    /// The larger record index.
    pub b: u32,
    /// The families in which they share a token, one bit a family.
    pub families: u64,
}

/// What the join over tokens gave.
pub(crate) struct Candidates {
    /// Pairs, sorted by record indices.
    pub(crate) pairs: Vec<CandidatePair>,
    /// Tokens that more than the cap of records share; they yield no pair.
    pub(crate) tokens_over_cap: usize,
}

/// Joins records on tokens, family by family. A token that more than `token_cap` records share
/// says too little to be worth its pairs, and is the shape that a placeholder takes.
pub(crate) fn candidate_pairs(records: &Records, token_cap: usize) -> Candidates {
    let mut by_family: Vec<Vec<(u64, u32)>> = vec![Vec::new(); FAMILIES.len()];
    for record in 0..records.len() {
        for (family, token) in records.tokens_of(record) {
            by_family[usize::from(family)].push((token, record as u32));
        }
    }
    let joined: Vec<(Vec<(u64, u8)>, usize)> = by_family
        .into_par_iter()
        .enumerate()
        .map(|(family, entries)| join_family(family as u8, entries, token_cap))
        .collect();

    let tokens_over_cap = joined.iter().map(|(_, dropped)| dropped).sum();
    let mut hits: Vec<(u64, u8)> = joined.into_iter().flat_map(|(hits, _)| hits).collect();
    hits.par_sort_unstable();
    let mut pairs: Vec<CandidatePair> = Vec::new();
    for (key, family) in hits {
        let (a, b) = ((key >> 32) as u32, key as u32);
        match pairs.last_mut() {
            Some(last) if last.a == a && last.b == b => last.families |= 1 << family,
            _ => pairs.push(CandidatePair { a, b, families: 1 << family }),
        }
    }
    Candidates { pairs, tokens_over_cap }
}

/// The pairs of one family, keyed by both record indices in one integer.
fn join_family(family: u8, mut entries: Vec<(u64, u32)>, token_cap: usize) -> (Vec<(u64, u8)>, usize) {
    entries.sort_unstable();
    entries.dedup();
    let mut hits = Vec::new();
    let mut dropped = 0;
    for group in entries.chunk_by(|x, y| x.0 == y.0) {
        if group.len() > token_cap {
            dropped += 1;
            continue;
        }
        for (i, (_, a)) in group.iter().enumerate() {
            hits.extend(group[i + 1..].iter().map(|(_, b)| (u64::from(*a) << 32 | u64::from(*b), family)));
        }
    }
    hits.sort_unstable();
    hits.dedup();
    (hits, dropped)
}
