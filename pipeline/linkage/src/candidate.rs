//! Candidate pairs: records that share a token of any family.

use std::cmp::Ordering;

use domain::{FAMILIES, FamilySet};
use rayon::prelude::*;

use crate::classes::shared_by_strangers;
use crate::records::Records;
use crate::spread_sort::spread_sort;

/// Two records that share at least one token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CandidatePair {
    /// The smaller record index.
    pub a: u32,
    /// The larger record index.
    pub b: u32,
    /// The families in which they share a token.
    pub families: FamilySet,
}

/// What the join over tokens gave.
pub(crate) struct Candidates {
    /// Pairs, sorted by record indices.
    pub(crate) pairs: Vec<CandidatePair>,
    /// Tokens that more than the cap of records share; they yield no pair.
    pub(crate) tokens_over_cap: usize,
    /// How many pairs share a token of each family, those included that too many share to bring pairs of their own.
    pub(crate) shared: Vec<u64>,
}

/// How often strangers share a token of a family that is weak: a first name and a street, without a number.
const WEAK: f64 = 1e-6;

/// The most records that share a token of a weak family for it to bring pairs of its own: more than a person has,
/// so that most of its pairs are of strangers, and their number grows with the square of a city's records.
const FEW: usize = 15;

/// Families that are joined at a time: what is in memory beside records and pairs.
const FAMILIES_AT_A_TIME: usize = 8;

/// The most records that may share a token of a family for it to bring pairs of its own. One that more share, up to
/// the cap, still tells of pairs that met by other tokens.
pub(crate) fn most_that_pair(family: u8, token_cap: usize) -> usize {
    if shared_by_strangers(usize::from(family)) > WEAK { FEW.min(token_cap) } else { token_cap }
}

/// Joins records on tokens, family by family. A token that more than `token_cap` records share
/// says too little to be worth its pairs, and is the shape that a placeholder takes.
pub(crate) fn candidate_pairs(records: &Records, token_cap: usize) -> Candidates {
    let candidates = join(records, token_cap, FAMILIES_AT_A_TIME, |_, _| true);
    // The join took and freed many pieces beside the pairs, and clustering takes its own memory next.
    memory::give_back();
    candidates
}

/// The pairs of which one record at least is `changed`. Every token is looked at once, and only those
/// that a changed record has are joined.
pub(crate) fn candidate_pairs_of(records: &Records, token_cap: usize, changed: &[bool]) -> Candidates {
    let mut wanted: Vec<TokenFilter> = (0..FAMILIES.len()).map(|_| TokenFilter::default()).collect();
    for record in (0..records.len()).filter(|record| changed[*record]) {
        for (family, token) in records.tokens_of(record) {
            wanted[usize::from(family)].put(token);
        }
    }
    let wanted = |family: u8, token| wanted[usize::from(family)].has(token);
    let mut out = join(records, token_cap, FAMILIES.len(), wanted);
    out.pairs.retain(|pair| changed[pair.a as usize] || changed[pair.b as usize]);
    out
}

/// Joins the tokens that are wanted, and gathers the families that each pair shares.
fn join(
    records: &Records,
    token_cap: usize,
    at_a_time: usize,
    wanted: impl Fn(u8, u64) -> bool,
) -> Candidates {
    let mut out = Candidates { pairs: Vec::new(), tokens_over_cap: 0, shared: Vec::new() };
    let mut large: Vec<LargeToken> = Vec::new();
    // A record's tokens stand in the order of their families: where it was left is where it goes on.
    let mut left: Vec<u32> = records.starts[..records.len()].to_vec();
    let key_bits = u32::BITS + (usize::BITS - records.len().leading_zeros());
    for first in (0..FAMILIES.len()).step_by(at_a_time) {
        let families = first..(first + at_a_time).min(FAMILIES.len());
        let mut by_family: Vec<Vec<(u64, u32)>> = vec![Vec::new(); families.len()];
        for (record, left) in left.iter_mut().enumerate() {
            let rest = *left as usize..records.starts[record + 1] as usize;
            for at in rest {
                let family = records.families[at];
                if usize::from(family) >= families.end {
                    break;
                }
                *left += 1;
                let token = records.tokens[at];
                if wanted(family, token) {
                    by_family[usize::from(family) - first].push((token, record as u32));
                }
            }
        }
        let joined: Vec<Joined> = by_family
            .into_par_iter()
            .zip(families)
            .map(|(entries, family)| join_family(family as u8, entries, token_cap))
            .collect();
        out.tokens_over_cap += joined.iter().map(|of_family| of_family.over_cap).sum::<usize>();
        let mut parts = Vec::with_capacity(joined.len());
        for of_family in joined {
            out.shared.push(of_family.shared);
            parts.push(of_family.hits);
            large.extend(of_family.large);
        }
        let hits: Vec<(u64, u8)> = spread_sort(parts, key_bits, |hit| hit.0);
        merge(&mut out.pairs, &hits);
    }
    LargeTokens::new(records.len(), large).complete(&mut out.pairs);
    out
}

/// Adds the hits of further families to the pairs so far; both are in order, and so is what comes of them. From
/// the back and in place: pairs are most of what linkage holds, and are in memory once.
fn merge(pairs: &mut Vec<CandidatePair>, hits: &[(u64, u8)]) {
    let key = |pair: &CandidatePair| u64::from(pair.a) << 32 | u64::from(pair.b);
    let of_pairs = || hits.chunk_by(|x, y| x.0 == y.0);
    let mut known = pairs.iter().map(key).peekable();
    let is_new = |of_pair: &&[(u64, u8)]| {
        while known.next_if(|known| *known < of_pair[0].0).is_some() {}
        known.peek() != Some(&of_pair[0].0)
    };
    let new = of_pairs().filter(is_new).count();
    let mut from = pairs.len();
    let mut to = from + new;
    pairs.resize(to, CandidatePair { a: 0, b: 0, families: FamilySet::EMPTY });
    for of_pair in of_pairs().rev() {
        let (a, b) = ((of_pair[0].0 >> 32) as u32, of_pair[0].0 as u32);
        let mut families = of_pair.iter().map(|(_, family)| usize::from(*family)).collect::<FamilySet>();
        while from > 0 && key(&pairs[from - 1]) >= of_pair[0].0 {
            from -= 1;
            if key(&pairs[from]) == of_pair[0].0 {
                families = families | pairs[from].families;
                break;
            }
            to -= 1;
            pairs[to] = pairs[from];
        }
        to -= 1;
        pairs[to] = CandidatePair { a, b, families };
    }
}

/// Tokens that may be wanted: a bitmap by their lowest bits, which a look costs one line of cache.
struct TokenFilter(Vec<u64>);

const FILTER_BITS: u32 = 18;

impl Default for TokenFilter {
    fn default() -> Self {
        Self(vec![0; 1 << (FILTER_BITS - 6)])
    }
}

impl TokenFilter {
    fn put(&mut self, token: u64) {
        let (word, bit) = Self::place(token);
        self.0[word] |= bit;
    }

    fn has(&self, token: u64) -> bool {
        let (word, bit) = Self::place(token);
        self.0[word] & bit != 0
    }

    fn place(token: u64) -> (usize, u64) {
        let low = token & ((1 << FILTER_BITS) - 1);
        ((low >> 6) as usize, 1 << (low & 63))
    }
}

/// What the tokens of one family tell.
struct Joined {
    /// Pairs, keyed by both record indices in one integer; one that shares two tokens is there twice.
    hits: Vec<(u64, u8)>,
    /// Tokens that bring no pairs of their own, for each record that has one.
    large: Vec<LargeToken>,
    /// How many tokens tell nothing.
    over_cap: usize,
    /// Pairs that share any other.
    shared: u64,
}

fn join_family(family: u8, entries: Vec<(u64, u32)>, token_cap: usize) -> Joined {
    let mut entries = spread_sort(vec![entries], u64::BITS, |entry| entry.0);
    entries.dedup();
    let most_that_pair = most_that_pair(family, token_cap);
    let (mut hits, mut large, mut over_cap, mut shared) = (Vec::new(), Vec::new(), 0, 0);
    for group in entries.chunk_by(|x, y| x.0 == y.0) {
        if group.len() > token_cap {
            over_cap += 1;
            continue;
        }
        shared += group.len() as u64 * (group.len() as u64 - 1) / 2;
        if group.len() > most_that_pair {
            large.extend(group.iter().map(|(token, record)| LargeToken {
                record: *record,
                family,
                token: *token,
            }));
        } else {
            for (i, (_, a)) in group.iter().enumerate() {
                hits.extend(
                    group[i + 1..].iter().map(|(_, b)| (u64::from(*a) << 32 | u64::from(*b), family)),
                );
            }
        }
    }
    Joined { hits, large, over_cap, shared }
}

/// A record's token which too many share to bring pairs of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct LargeToken {
    record: u32,
    family: u8,
    token: u64,
}

/// These, by record.
struct LargeTokens {
    starts: Vec<u32>,
    tokens: Vec<LargeToken>,
}

impl LargeTokens {
    fn new(records: usize, mut tokens: Vec<LargeToken>) -> Self {
        tokens.par_sort_unstable();
        let mut starts = vec![0_u32; records + 1];
        for token in &tokens {
            starts[token.record as usize + 1] += 1;
        }
        for record in 0..records {
            starts[record + 1] += starts[record];
        }
        Self { starts, tokens }
    }

    fn of(&self, record: u32) -> &[LargeToken] {
        &self.tokens[self.starts[record as usize] as usize..self.starts[record as usize + 1] as usize]
    }

    /// Adds to each pair the families in which it shares one of these.
    fn complete(&self, pairs: &mut [CandidatePair]) {
        pairs.par_iter_mut().for_each(|pair| {
            let (mut ours, mut theirs) = (self.of(pair.a), self.of(pair.b));
            while let ([a, ..], [b, ..]) = (ours, theirs) {
                match (a.family, a.token).cmp(&(b.family, b.token)) {
                    Ordering::Less => ours = &ours[1..],
                    Ordering::Greater => theirs = &theirs[1..],
                    Ordering::Equal => {
                        pair.families = pair.families | FamilySet::of(usize::from(a.family));
                        (ours, theirs) = (&ours[1..], &theirs[1..]);
                    }
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    use super::*;

    const OTHER: u32 = 99;

    proptest! {
        #[test]
        fn hits_of_several_rounds_come_together(
            rounds in prop::collection::vec(prop::collection::btree_set((0..12_u64, 0..4_u8), 0..24), 0..5)
        ) {
            let (mut pairs, mut expected) = (Vec::new(), BTreeMap::new());
            for (round, hits) in rounds.iter().enumerate() {
                // Every pair has the same second record.
                let hit = |(key, family): &(u64, u8)| (key << 32 | u64::from(OTHER), round as u8 * 4 + family);
                let hits: Vec<(u64, u8)> = hits.iter().map(hit).collect();
                merge(&mut pairs, &hits);
                for (key, family) in hits {
                    let families = expected.entry(((key >> 32) as u32, OTHER)).or_insert(FamilySet::EMPTY);
                    *families = *families | FamilySet::of(usize::from(family));
                }
            }
            let pairs: Vec<((u32, u32), FamilySet)> = pairs.iter().map(|p| ((p.a, p.b), p.families)).collect();
            prop_assert_eq!(pairs, expected.into_iter().collect::<Vec<_>>());
        }
    }
}
