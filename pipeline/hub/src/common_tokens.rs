//! Tokens that many records of one source share: they are not kept.
//!
//! A token's frequency is all that its holder can compare with a public list of names: the commonest ones
//! stand out, and nobody is told from others by them. Neither does linkage miss them: a token that far
//! more records share yields no pair anyway.

/// The most records of a source that may share a token which the hub keeps. A fifth of the number at which
/// a token yields no pair ([`linkage::Options::token_cap`]), for several sources may share it.
const MOST_HOLDERS: usize = 20;

/// Tokens to a bucket, on average, where a first look counts.
const TO_A_BUCKET: usize = 8;

/// Tokens of one family that too many records of a source hold.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct CommonTokens {
    /// In order.
    pub(crate) tokens: Vec<u64>,
    /// The holders of the one that most hold.
    pub(crate) most_holders: usize,
}

/// The tokens of one family that more than [`MOST_HOLDERS`] of a source's records hold. No record holds a token
/// twice.
pub(crate) fn common_tokens(tokens: &[u64]) -> CommonTokens {
    if tokens.len() <= MOST_HOLDERS {
        return CommonTokens::default();
    }
    // Few buckets hold so many tokens that one of them could be common; only those are looked at closely.
    let buckets = (tokens.len() / TO_A_BUCKET).next_power_of_two();
    let bucket = |token: u64| token as usize & (buckets - 1);
    let mut counts = vec![0_u32; buckets];
    for token in tokens {
        counts[bucket(*token)] += 1;
    }
    let mut crowded: Vec<u64> =
        tokens.iter().copied().filter(|token| counts[bucket(*token)] as usize > MOST_HOLDERS).collect();
    crowded.sort_unstable();
    let mut common = CommonTokens::default();
    for same in crowded.chunk_by(|x, y| x == y).filter(|same| same.len() > MOST_HOLDERS) {
        common.tokens.push(same[0]);
        common.most_holders = common.most_holders.max(same.len());
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_bound_is_sharp() {
        let held_by = |n: usize| std::iter::repeat_n(7, n).chain(100..400).collect::<Vec<u64>>();
        assert_eq!(common_tokens(&held_by(MOST_HOLDERS)), CommonTokens::default());
        let common = CommonTokens { tokens: vec![7], most_holders: MOST_HOLDERS + 1 };
        assert_eq!(common_tokens(&held_by(MOST_HOLDERS + 1)), common);
        assert_eq!(common_tokens(&[7; MOST_HOLDERS]), CommonTokens::default());
        assert!(MOST_HOLDERS < linkage::Options::default().token_cap);
    }

    proptest! {
        #[test]
        fn it_finds_what_counting_finds(tokens in prop::collection::vec(0..40_u64, 0..3_000)) {
            let holders = |t: &u64| tokens.iter().filter(|x| *x == t).count();
            let counted: Vec<u64> = (0..40).filter(|t| holders(t) > MOST_HOLDERS).collect();
            let most = counted.iter().map(holders).max().unwrap_or(0);
            prop_assert_eq!(common_tokens(&tokens), CommonTokens { tokens: counted, most_holders: most });
        }
    }
}
