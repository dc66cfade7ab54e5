//! Tokens that many people of one source share: they are not kept.
//!
//! A token's frequency is all that its holder can compare with a public list of names: the commonest ones
//! stand out, and nobody is told from others by them. Neither does linkage miss them: a token that far
//! more records share yields no pair anyway. Who comes again and again has a record each time, and their tokens are kept.

use std::sync::LazyLock;

use domain::family_index;

/// The most people of a source who may share a token which the hub keeps. A fifth of the number of records at which
/// a token yields no pair ([`linkage::Options::token_cap`]), for several sources may share it.
const MOST_HOLDERS: usize = 20;

/// Tokens to a bucket, on average, where a first look counts.
const TO_A_BUCKET: usize = 8;

/// Families in which records that share a token are taken for one person's when people are counted: a name with what hardly
/// anybody of that name has too. Of a record's the first that it has counts.
static OF_ONE_PERSON: LazyLock<Vec<usize>> = LazyLock::new(|| {
    let names = ["soundex_dob", "soundex_ssn", "soundex_phone", "first_email", "first_home"];
    names.into_iter().filter_map(family_index).collect()
});

/// What tells whether two records are one person's, as far as counting needs it.
#[derive(Debug, Default)]
pub(crate) struct Identities(Vec<Option<(u8, u64)>>);

impl Identities {
    /// Of `rows` records; `tokens_of` gives a family's tokens, with the record that has each.
    pub(crate) fn new<'a, I: Iterator<Item = (usize, u64)> + 'a>(
        rows: usize,
        tokens_of: impl Fn(usize) -> I,
    ) -> Self {
        let mut out = vec![None; rows];
        for family in OF_ONE_PERSON.iter() {
            for (row, token) in tokens_of(*family) {
                out[row].get_or_insert((*family as u8, token));
            }
        }
        Self(out)
    }

    fn of(&self, row: usize) -> Option<(u8, u64)> {
        self.0.get(row).copied().flatten()
    }
}

/// Tokens of one family that too many people of a source hold.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct CommonTokens {
    /// In order.
    pub(crate) tokens: Vec<u64>,
    /// The records that hold the one that most hold, if they are more than people may be.
    pub(crate) most_holders: usize,
}

/// The tokens of one family that more than [`MOST_HOLDERS`] of a source's people hold; `holders` gives each token with the
/// record that has it. No record holds a token twice.
pub(crate) fn common_tokens<I: Iterator<Item = (usize, u64)>>(
    holders: impl Fn() -> I,
    identities: &Identities,
) -> CommonTokens {
    let all = holders().count();
    if all <= MOST_HOLDERS {
        return CommonTokens::default();
    }
    // Few buckets hold so many tokens that one of them could be common; only those are looked at closely.
    let buckets = (all / TO_A_BUCKET).next_power_of_two();
    let bucket = |token: u64| token as usize & (buckets - 1);
    let mut counts = vec![0_u32; buckets];
    for (_, token) in holders() {
        counts[bucket(token)] += 1;
    }
    let crowded = holders().filter(|(_, token)| counts[bucket(*token)] as usize > MOST_HOLDERS);
    let mut crowded: Vec<(u64, usize)> = crowded.map(|(row, token)| (token, row)).collect();
    crowded.sort_unstable();
    let mut common = CommonTokens::default();
    for same in crowded.chunk_by(|x, y| x.0 == y.0).filter(|same| same.len() > MOST_HOLDERS) {
        common.most_holders = common.most_holders.max(same.len());
        if people(same, identities) > MOST_HOLDERS {
            common.tokens.push(same[0].0);
        }
    }
    common
}

/// How many people hold a token: records of which nothing tells whose they are count each.
fn people(holders: &[(u64, usize)], identities: &Identities) -> usize {
    let mut known: Vec<(u8, u64)> = holders.iter().filter_map(|(_, row)| identities.of(*row)).collect();
    let unknown = holders.len() - known.len();
    known.sort_unstable();
    known.dedup();
    known.len() + unknown
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn common(tokens: &[u64], identities: &Identities) -> CommonTokens {
        common_tokens(|| tokens.iter().copied().enumerate(), identities)
    }

    #[test]
    fn the_bound_is_sharp() {
        let held_by = |n: usize| std::iter::repeat_n(7, n).chain(100..400).collect::<Vec<u64>>();
        let nobody = Identities::default();
        assert_eq!(common(&held_by(MOST_HOLDERS), &nobody), CommonTokens::default());
        let expected = CommonTokens { tokens: vec![7], most_holders: MOST_HOLDERS + 1 };
        assert_eq!(common(&held_by(MOST_HOLDERS + 1), &nobody), expected);
        assert_eq!(common(&[7; MOST_HOLDERS], &nobody), CommonTokens::default());
        assert!(MOST_HOLDERS < linkage::Options::default().token_cap);
    }

    #[test]
    fn who_comes_again_and_again_makes_no_token_common() {
        // Of sixty records forty are one person's; a name and a date tell so of all, or of none.
        let tokens = [7_u64; 60];
        let dated = family_index("soundex_dob").expect("a family");
        let born = |row: usize| if row < 40 { 1 } else { row as u64 };
        let identities = |known: usize| {
            Identities::new(60, |family| {
                (0..60).filter(move |row| family == dated && *row < known).map(|row| (row, born(row)))
            })
        };
        assert_eq!(common(&tokens, &identities(0)).tokens, [7]);
        assert_eq!(common(&tokens, &identities(60)).tokens, [7], "one, and twenty others");
        let mut fewer = tokens;
        fewer[59] = 8;
        assert_eq!(common(&fewer, &identities(60)), CommonTokens { tokens: vec![], most_holders: 59 });
        assert_eq!(common(&fewer, &identities(40)).tokens, Vec::<u64>::new(), "one, and nineteen unknown");
        assert_eq!(common(&fewer, &identities(38)).tokens, [7], "each may be somebody");
    }

    proptest! {
        #[test]
        fn it_finds_what_counting_finds(tokens in prop::collection::vec(0..40_u64, 0..3_000)) {
            let holders = |t: &u64| tokens.iter().filter(|x| *x == t).count();
            let counted: Vec<u64> = (0..40).filter(|t| holders(t) > MOST_HOLDERS).collect();
            let most = counted.iter().map(holders).max().unwrap_or(0);
            let found = common(&tokens, &Identities::default());
            prop_assert_eq!(found, CommonTokens { tokens: counted, most_holders: most });
        }
    }
}
