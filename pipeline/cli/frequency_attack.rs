//! Frequency analysis: an adversary without any key who has the hub's stored tokens of one family
//! guesses what each stands for from how many records hold it.
//!
//! What the adversary knows is a public population tokenized under a key of the adversary's own, so
//! that each of these tokens, a *label*, stands for a known plaintext. Both sides are ranked by
//! frequency (ties by token value, which is chance) and aligned rank by rank. Apart from that,
//! tokens whose frequency is unique on both sides are aligned with each other. A record is decoded
//! when the label aligned to one of its tokens is one that the record really has.
//!
//! # Source
//! Linkage reference, section 1 (rank alignment); Naveed, Kamara and Wright, "Inference Attacks on
//! Property-Preserving Encrypted Databases" (CCS 2015).

use std::collections::HashMap;

use crate::token_columns::TokenColumn;

/// What is decoded in one family.
pub(crate) struct Decoded {
    /// Different tokens.
    pub(crate) distinct: usize,
    /// Records that hold the most frequent token.
    pub(crate) top_frequency: u32,
    /// Records that hold a token of the family.
    pub(crate) holders: usize,
    /// Records decoded by rank.
    pub(crate) by_rank: Vec<DecodedRecord>,
    /// Records decoded by unique frequency.
    pub(crate) by_unique_frequency: Vec<DecodedRecord>,
}

/// A record of which a token is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DecodedRecord {
    pub(crate) record: u32,
    /// How many records hold the token; the least, where several of the record's are decoded.
    pub(crate) frequency: u32,
}

/// What a token is guessed to stand for.
struct Guess {
    label: u64,
    frequency: u32,
}

/// Attacks one family. `labels` holds what the same records as `stored` really have, record after
/// record as there; `public` is what the adversary knows.
pub(crate) fn attack(stored: &TokenColumn, labels: &TokenColumn, public: &TokenColumn) -> Decoded {
    let (tokens, known) = (ranked(&stored.tokens), ranked(&public.tokens));
    let label_of: HashMap<u32, u64> = unique(&known).collect();
    let by_rank = tokens
        .iter()
        .zip(&known)
        .map(|((frequency, token), (_, label))| (*token, Guess { label: *label, frequency: *frequency }));
    let by_unique_frequency = unique(&tokens).filter_map(|(frequency, token)| {
        Some((token, Guess { label: *label_of.get(&frequency)?, frequency }))
    });
    let mut holders = stored.records.clone();
    holders.dedup();
    Decoded {
        distinct: tokens.len(),
        top_frequency: tokens.first().map_or(0, |(frequency, _)| *frequency),
        holders: holders.len(),
        by_rank: decoded(stored, labels, &by_rank.collect()),
        by_unique_frequency: decoded(stored, labels, &by_unique_frequency.collect()),
    }
}

/// The different tokens with their frequencies, the most frequent first, ties by value. No record
/// holds a token of one family twice.
fn ranked(tokens: &[u64]) -> Vec<(u32, u64)> {
    let mut tokens = tokens.to_vec();
    tokens.sort_unstable();
    let mut ranked: Vec<(u32, u64)> =
        tokens.chunk_by(|a, b| a == b).map(|same| (same.len() as u32, same[0])).collect();
    ranked.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    ranked
}

/// Tokens that no other one shares its frequency with.
fn unique(ranked: &[(u32, u64)]) -> impl Iterator<Item = (u32, u64)> + '_ {
    ranked.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() == 1).map(|same| same[0])
}

/// Records of which some token's guess is a label that they have, in order.
fn decoded(stored: &TokenColumn, labels: &TokenColumn, guesses: &HashMap<u64, Guess>) -> Vec<DecodedRecord> {
    let mut decoded: Vec<DecodedRecord> = Vec::new();
    let mut from = 0;
    for (record, token) in stored.records.iter().zip(&stored.tokens) {
        let Some(Guess { label, frequency }) = guesses.get(token) else { continue };
        while labels.records.get(from).is_some_and(|of| of < record) {
            from += 1;
        }
        let of_record = labels.records[from..].iter().take_while(|of| *of == record).count();
        if !labels.tokens[from..from + of_record].contains(label) {
            continue;
        }
        match decoded.last_mut() {
            Some(last) if last.record == *record => last.frequency = last.frequency.min(*frequency),
            _ => decoded.push(DecodedRecord { record: *record, frequency: *frequency }),
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A column of records that hold one token each.
    fn column(tokens: &[u64]) -> TokenColumn {
        TokenColumn { tokens: tokens.to_vec(), records: (0..tokens.len() as u32).collect() }
    }

    fn records(decoded: &[DecodedRecord]) -> Vec<u32> {
        decoded.iter().map(|decoded| decoded.record).collect()
    }

    #[test]
    fn exact_frequencies_decode_all_that_differ_in_theirs() {
        // Three records hold one token, two another, one a third; labels are 10 times the tokens.
        let stored = column(&[4, 4, 4, 2, 2, 9]);
        let labels = column(&[40, 40, 40, 20, 20, 90]);
        let found = attack(&stored, &labels, &labels);
        assert_eq!((found.distinct, found.top_frequency, found.holders), (3, 3, 6));
        assert_eq!(records(&found.by_rank), [0, 1, 2, 3, 4, 5]);
        assert_eq!(found.by_unique_frequency, found.by_rank);
        let frequencies: Vec<u32> = found.by_rank.iter().map(|decoded| decoded.frequency).collect();
        assert_eq!(frequencies, [3, 3, 3, 2, 2, 1]);
    }

    #[test]
    fn a_tie_is_a_guess_and_no_unique_frequency() {
        let stored = column(&[1, 2, 7, 7]);
        // In order of value 1 is aligned with the smaller label, which is the other record's.
        let labels = column(&[20, 10, 70, 70]);
        let found = attack(&stored, &labels, &labels);
        assert_eq!(records(&found.by_rank), [2, 3]);
        assert_eq!(records(&found.by_unique_frequency), [2, 3]);
    }

    #[test]
    fn another_population_misleads_where_its_ranks_differ() {
        let stored = column(&[1, 1, 1, 2, 2, 3]);
        let labels = column(&[10, 10, 10, 20, 20, 30]);
        let public = column(&[20, 20, 20, 20, 10, 10, 10, 99]);
        let found = attack(&stored, &labels, &public);
        assert!(found.by_rank.is_empty());
        // Three records hold the label 10 in public as well, and nothing else has that frequency.
        assert_eq!(records(&found.by_unique_frequency), [0, 1, 2]);
    }

    #[test]
    fn a_record_of_several_tokens_is_decoded_once_by_its_rarest() {
        let several = |tokens: &[u64]| TokenColumn { tokens: tokens.to_vec(), records: vec![0, 0, 1, 1, 2] };
        let (stored, labels) = (several(&[1, 2, 1, 2, 1]), several(&[20, 10, 20, 10, 10]));
        let found = attack(&stored, &labels, &labels).by_rank;
        assert_eq!(records(&found), [0, 1, 2]);
        assert_eq!((found[0].frequency, found[2].frequency), (2, 3));
        assert!(attack(&stored, &labels, &TokenColumn::default()).by_rank.is_empty());
    }
}
