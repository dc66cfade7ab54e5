//! Tokens family by family, each with the record that holds it: what an adversary compares.

use std::ops::Range;

use domain::FAMILIES;
use linkage::Records;

use crate::linkage_sources::ReadSource;

/// The tokens of one family, record after record.
#[derive(Clone, Default)]
pub(crate) struct TokenColumn {
    /// The tokens, 64 bits each.
    pub(crate) tokens: Vec<u64>,
    /// For each token its record.
    pub(crate) records: Vec<u32>,
}

/// Which 8 of an agency token's 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    First,
    Second,
}

impl TokenColumn {
    fn push(&mut self, record: u32, token: u64) {
        self.tokens.push(token);
        self.records.push(record);
    }
}

/// The hub's stored tokens of some records, by family.
pub(crate) fn stored_columns(records: &Records, which: Range<usize>) -> Vec<TokenColumn> {
    let mut columns = vec![TokenColumn::default(); FAMILIES.len()];
    for record in which {
        for at in records.starts[record] as usize..records.starts[record + 1] as usize {
            columns[usize::from(records.families[at])].push(record as u32, records.tokens[at]);
        }
    }
    columns
}

/// One half of every agency token, by family; records numbered as in the hub.
pub(crate) fn agency_columns(read: &[ReadSource], half: Half) -> Vec<TokenColumn> {
    let mut columns = vec![TokenColumn::default(); FAMILIES.len()];
    let mut number = 0;
    for source in read {
        for record in 0..source.records.len() {
            for (family, token) in source.records.tokens_of(record) {
                let (halves, _) = token.as_chunks::<8>();
                columns[family].push(number, u64::from_be_bytes(halves[half as usize]));
            }
            number += 1;
        }
    }
    columns
}

/// How many of `tried` are among `stored`, family by family.
pub(crate) fn matches(stored: &[TokenColumn], tried: &[TokenColumn]) -> u64 {
    stored.iter().zip(tried).map(|(stored, tried)| matches_in_family(&stored.tokens, &tried.tokens)).sum()
}

fn matches_in_family(stored: &[u64], tried: &[u64]) -> u64 {
    let (mut stored, mut tried) = (stored.to_vec(), tried.to_vec());
    stored.sort_unstable();
    tried.sort_unstable();
    let mut stored = stored.into_iter().peekable();
    let mut matches = 0;
    for token in tried {
        while stored.next_if(|stored| *stored < token).is_some() {}
        matches += u64::from(stored.peek() == Some(&token));
    }
    matches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(tokens: &[u64]) -> TokenColumn {
        TokenColumn { tokens: tokens.to_vec(), records: (0..tokens.len() as u32).collect() }
    }

    #[test]
    fn only_tokens_of_one_family_match_each_as_often_as_it_is_tried() {
        let stored = [column(&[5, 1, 5, 9]), column(&[7])];
        assert_eq!(matches(&stored, &[column(&[5, 5, 2, 9, 10, 7]), column(&[])]), 3);
        assert_eq!(matches(&stored, &[column(&[7, 0]), column(&[5, 9])]), 0);
        assert_eq!(matches(&stored, &stored), 5);
    }
}
