//! A family's tokens, row by row: in memory for every record of a source, so a byte a row counts.

use std::ops::Range;

use crate::common_tokens::{CommonTokens, Identities, common_tokens};

/// The tokens of a family that the hub keeps.
#[derive(Debug)]
pub(crate) struct KeptTokens {
    pub(crate) tokens: FamilyTokens,
    /// Tokens that are not, for too many people share them.
    pub(crate) too_common: usize,
    /// Records that had any.
    holders: usize,
    /// Records that share the one that most share, if those are too many.
    most_alike: usize,
}

impl KeptTokens {
    /// How many records hold one and the same token, if most do, and too many to be one person's or a chance.
    pub(crate) fn alike(&self) -> Option<u64> {
        (self.most_alike >= LEAST_ALIKE && 2 * self.most_alike > self.holders)
            .then_some(self.most_alike as u64)
    }
}

/// So many records may share a token in a small source: a family, one person's visits.
const LEAST_ALIKE: usize = 50;

/// A family's tokens, in the order of a table's rows.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FamilyTokens {
    /// How many each row has: no family has more than a dozen a record.
    counts: Vec<u8>,
    tokens: Vec<u64>,
}

impl FamilyTokens {
    /// No rows yet.
    pub(crate) fn with_rows(rows: usize) -> Self {
        Self { counts: Vec::with_capacity(rows), tokens: Vec::new() }
    }

    /// From the number of tokens that each row has, and the tokens.
    pub(crate) fn new(counts: Vec<u8>, tokens: Vec<u64>) -> Self {
        Self { counts, tokens }
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, tokens: impl IntoIterator<Item = u64>) {
        let before = self.tokens.len();
        self.tokens.extend(tokens);
        self.counts.push(u8::try_from(self.tokens.len() - before).expect("no family has as many"));
    }

    /// How many there are in all.
    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.counts.len()
    }

    /// Whether a row has any.
    pub(crate) fn has(&self, row: usize) -> bool {
        self.counts[row] > 0
    }

    /// How many each row has.
    pub(crate) fn counts(&self) -> impl Iterator<Item = usize> {
        self.counts.iter().map(|count| usize::from(*count))
    }

    /// How many each row of a range has, and the tokens of one after the other.
    pub(crate) fn part(&self, rows: Range<usize>) -> (&[u8], &[u64]) {
        let held = |counts: &[u8]| counts.iter().map(|count| usize::from(*count)).sum::<usize>();
        let start = held(&self.counts[..rows.start]);
        let counts = &self.counts[rows];
        (counts, &self.tokens[start..start + held(counts)])
    }

    /// The tokens of one row of a range after the other.
    pub(crate) fn by_row(&self, rows: Range<usize>) -> RowTokens<'_> {
        let (counts, tokens) = self.part(rows);
        RowTokens { counts: counts.iter(), tokens }
    }

    /// Each token with its row.
    pub(crate) fn holders(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        let rows = self.counts().enumerate().flat_map(|(row, count)| std::iter::repeat_n(row, count));
        rows.zip(self.tokens.iter().copied())
    }

    /// Clears the flag of every pair of rows whose tokens are not the same.
    pub(crate) fn compare(&self, pairs: &[(usize, usize)], alike: &mut [bool]) {
        let starts = if pairs.is_empty() { Vec::new() } else { self.starts() };
        for ((a, b), alike) in pairs.iter().zip(alike) {
            *alike &= self.of(&starts, *a) == self.of(&starts, *b);
        }
    }

    /// The tokens of `rows` in the order given, of those alone that `keep` names, and without tokens that too
    /// many people share; `identities` tells whose the rows are, in the order given.
    pub(crate) fn kept(
        &self,
        rows: &[usize],
        keep: impl Fn(usize) -> bool,
        identities: &Identities,
    ) -> KeptTokens {
        let mut out = Self { counts: Vec::with_capacity(rows.len()), tokens: Vec::with_capacity(self.len()) };
        let starts = self.starts();
        for row in rows {
            let tokens = if keep(*row) { self.of(&starts, *row) } else { &[] };
            out.push(tokens.iter().copied());
        }
        let all = out.len();
        let CommonTokens { tokens: common, most_holders: most_alike } =
            common_tokens(|| out.holders(), identities);
        let mut holders = 0;
        if !common.is_empty() {
            holders = out.counts.iter().filter(|count| **count > 0).count();
            out.remove(&common);
        }
        let too_common = all - out.len();
        KeptTokens { tokens: out, too_common, holders, most_alike }
    }

    /// Removes tokens, given in order.
    fn remove(&mut self, unwanted: &[u64]) {
        let (mut read, mut kept) = (0, 0);
        for count in &mut self.counts {
            let end = read + usize::from(*count);
            let start = kept;
            for at in read..end {
                let token = self.tokens[at];
                if unwanted.binary_search(&token).is_err() {
                    self.tokens[kept] = token;
                    kept += 1;
                }
            }
            *count = (kept - start) as u8;
            read = end;
        }
        self.tokens.truncate(kept);
    }

    fn of(&self, starts: &[u32], row: usize) -> &[u64] {
        &self.tokens[starts[row] as usize..starts[row + 1] as usize]
    }

    /// Where each row starts. A table has at most 10^8 rows.
    fn starts(&self) -> Vec<u32> {
        let mut end = 0;
        std::iter::once(0)
            .chain(self.counts.iter().map(|count| {
                end += u32::from(*count);
                end
            }))
            .collect()
    }
}

/// A family's tokens, one row after the other.
pub(crate) struct RowTokens<'a> {
    counts: std::slice::Iter<'a, u8>,
    tokens: &'a [u64],
}

impl<'a> Iterator for RowTokens<'a> {
    type Item = &'a [u64];

    fn next(&mut self) -> Option<&'a [u64]> {
        let (row, rest) = self.tokens.split_at(usize::from(*self.counts.next()?));
        self.tokens = rest;
        Some(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn family(rows: &[Vec<u64>]) -> FamilyTokens {
        let mut tokens = FamilyTokens::with_rows(rows.len());
        for row in rows {
            tokens.push(row.iter().copied());
        }
        tokens
    }

    #[test]
    fn rows_that_are_left_out_make_no_token_common() {
        // Twenty rows share a token; the same rows delivered twice are forty.
        let twice = family(&vec![vec![7, 9]; 40]);
        let nobody = Identities::default();
        let once: Vec<usize> = (0..20).collect();
        let kept = twice.kept(&once, |_| true, &nobody);
        assert_eq!((kept.tokens, kept.too_common), (family(&vec![vec![7, 9]; 20]), 0));
        let more: Vec<usize> = (0..21).collect();
        let kept = twice.kept(&more, |_| true, &nobody);
        assert_eq!((kept.tokens, kept.too_common), (family(&vec![vec![]; 21]), 42));
        let kept = twice.kept(&more, |row| row > 0, &nobody);
        assert_eq!(kept.too_common, 0, "what may not be linked is not counted");
    }

    #[test]
    fn one_token_in_most_of_the_records_that_have_any_is_told() {
        let alike = |same: usize, others: usize, none: usize| {
            let rows: Vec<Vec<u64>> = std::iter::repeat_n(vec![7], same)
                .chain((0..others as u64).map(|i| vec![100 + i]))
                .chain(std::iter::repeat_n(vec![], none))
                .collect();
            let order: Vec<usize> = (0..rows.len()).collect();
            family(&rows).kept(&order, |_| true, &Identities::default()).alike()
        };
        assert_eq!(alike(60, 59, 500), Some(60));
        assert_eq!(alike(60, 60, 0), None);
        assert_eq!(alike(49, 0, 0), None);
    }

    proptest! {
        #[test]
        fn rows_come_in_the_order_asked_for(
            (rows, order) in prop::collection::vec(prop::collection::vec(0..6_u64, 0..4), 1..120)
                .prop_flat_map(|rows| {
                    let order: Vec<usize> = (0..rows.len()).collect();
                    (Just(rows), Just(order).prop_shuffle())
                }),
            left_out in 0..7_usize,
        ) {
            let tokens = family(&rows);
            let from = left_out.min(rows.len());
            prop_assert!(tokens.by_row(from..rows.len()).eq(rows[from..].iter().map(Vec::as_slice)));
            let pairs: Vec<(usize, usize)> = order.windows(2).map(|pair| (pair[0], pair[1])).collect();
            let mut alike = vec![true; pairs.len()];
            tokens.compare(&pairs, &mut alike);
            prop_assert!(pairs.iter().zip(alike).all(|((a, b), alike)| (rows[*a] == rows[*b]) == alike));
            let keep = |row: usize| row % 7 != left_out;
            let KeptTokens { tokens: kept, too_common, .. } = tokens.kept(&order, keep, &Identities::default());
            let wanted = || order.iter().filter(|row| keep(**row)).flat_map(|row| rows[*row].iter().copied());
            let common = common_tokens(|| wanted().enumerate(), &Identities::default()).tokens;
            let expected: Vec<Vec<u64>> = order
                .iter()
                .map(|row| if keep(*row) { rows[*row].clone() } else { Vec::new() })
                .map(|row| row.into_iter().filter(|token| !common.contains(token)).collect())
                .collect();
            prop_assert_eq!(too_common, wanted().count() - expected.iter().map(Vec::len).sum::<usize>());
            prop_assert_eq!(kept, family(&expected));
        }
    }
}
