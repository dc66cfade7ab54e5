//! How likely two records of one person are to share a token at all.
//!
//! What two records have in common is drawn many times from the model, group by group; which
//! families they then share follows. That tells what it means when two records of one cluster share
//! nothing, and how many pairs no token could bring together.

use std::collections::BTreeMap;

use domain::{FAMILIES, FamilySet, Part};
use rustc_hash::FxHashMap;

use crate::classes::Distributions;
use crate::evidence::{LEVELS, family_parts, implied, level_parts};

const DRAWS: u32 = 8192;

/// By how much more, or less, goes wrong in half of all pairs than in all of them.
const UNEVEN: f64 = 0.7;

/// Of what is written without care not everything is wrong.
const MOST_WRONG: f64 = 0.95;

const PAIRS_DRAWN: usize = 10_000;
const PAIRS_DRAWN_OF_SOURCES: usize = 1_000;
const PAIRS_SEED: u64 = 0x2545_f491_4f6c_dd1d;

/// Draws of the families that two complete records share, which are of one person or what else the
/// distributions describe.
pub(crate) struct Meetings {
    /// Each set of families that was drawn, and how often.
    drawn: Vec<(FamilySet, u32)>,
    known: FxHashMap<FamilySet, f32>,
}

impl Meetings {
    /// Each field by itself.
    pub(crate) fn new(levels: &Distributions) -> Self {
        Self::drawn(|dice| draw(levels, dice))
    }

    /// Where one field went wrong others do more often: records are written with more care and with less. In all, as
    /// much goes wrong as in [`Meetings::new`].
    pub(crate) fn of_uneven_care(levels: &Distributions) -> Self {
        let [worse, better] = [1.0, -1.0].map(|side| levels.map(|of| with_care(&of, side)));
        Self::drawn(|dice| {
            let levels = if dice.next() < 0.5 { &worse } else { &better };
            draw(levels, dice)
        })
    }

    fn drawn(parts: impl Fn(&mut Dice) -> u64) -> Self {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        let mut by_parts: BTreeMap<u64, u32> = BTreeMap::new();
        for _ in 0..DRAWS {
            *by_parts.entry(parts(&mut dice)).or_default() += 1;
        }
        let drawn = by_parts.into_iter().map(|(parts, number)| (families(parts), number)).collect();
        Self { drawn, known: FxHashMap::default() }
    }

    /// The probability that two records of one person, which both have these families, share no token.
    pub(crate) fn missed(&self, both: FamilySet) -> f64 {
        let none = self.drawn.iter().filter(|(families, _)| (*families & both).is_empty());
        let none: u32 = none.map(|(_, number)| number).sum();
        // A draw more on either side: what so many draws never showed is rare, not impossible.
        (f64::from(none) + 0.5) / (f64::from(DRAWS) + 1.0)
    }

    /// The share of pairs that share a token, if the two records hold what any two records hold: over
    /// pairs of records drawn at random, the same on every run.
    pub(crate) fn met(&self, masks: &[FamilySet]) -> f64 {
        let n = masks.len();
        if n < 2 {
            return 1.0;
        }
        self.met_over(PAIRS_DRAWN, |dice| {
            let (a, b) = (dice.below(n), dice.below(n - 1));
            masks[a] & masks[if b < a { b } else { b + 1 }]
        })
    }

    /// The same for a record of the one list and one of the other, or two of one list given twice.
    pub(crate) fn met_between(&self, one: &[FamilySet], other: &[FamilySet]) -> f64 {
        if one.is_empty() || other.is_empty() {
            return 1.0;
        }
        self.met_over(PAIRS_DRAWN_OF_SOURCES, |dice| {
            one[dice.below(one.len())] & other[dice.below(other.len())]
        })
    }

    fn met_over(&self, pairs: usize, both: impl Fn(&mut Dice) -> FamilySet) -> f64 {
        let mut dice = Dice(PAIRS_SEED);
        let mut missed: FxHashMap<FamilySet, f64> = FxHashMap::default();
        let sum: f64 = (0..pairs)
            .map(|_| {
                let both = both(&mut dice);
                *missed.entry(both).or_insert_with(|| self.missed(both))
            })
            .sum();
        1.0 - sum / pairs as f64
    }

    /// Its logarithm to base 2, remembered.
    pub(crate) fn missed_bits(&mut self, both: FamilySet) -> f32 {
        if let Some(bits) = self.known.get(&both) {
            return *bits;
        }
        let bits = self.missed(both).log2() as f32;
        self.known.insert(both, bits);
        bits
    }
}

/// A field's distribution on the worse `side` (1) or the better one (-1). Where most is wrong in all, which is people who
/// move rather than careless writing, the sides lie close together: their mean stays what it is.
fn with_care(levels: &[f64; LEVELS], side: f64) -> [f64; LEVELS] {
    let wrong = 1.0 - levels[LEVELS - 1];
    if wrong <= 0.0 {
        return *levels;
    }
    let more = 1.0 + side * UNEVEN.min((MOST_WRONG - wrong).max(0.0) / wrong);
    let mut out = levels.map(|level| level * more);
    out[LEVELS - 1] = 1.0 - wrong * more;
    out
}

/// Parts that two records agree on.
fn draw(levels: &Distributions, dice: &mut Dice) -> u64 {
    let mut parts = 0;
    for (group, distribution) in levels.iter().enumerate() {
        let mut at = dice.next();
        let level = (0..LEVELS - 1).find(|level| {
            at -= distribution[*level];
            at < 0.0
        });
        match level {
            Some(0) => {}
            None => parts |= level_parts(group, LEVELS - 1),
            // Of the parts that prove just this level, one agrees for sure, the weaker ones mostly.
            Some(level) => {
                let of_level = level_parts(group, level) & !(1 << Part::SoundexPair as u64);
                parts |= pick(of_level, dice);
                if level > 1 {
                    parts |= pick(level_parts(group, 1), dice);
                }
            }
        }
    }
    implied(parts)
}

fn pick(parts: u64, dice: &mut Dice) -> u64 {
    let number = parts.count_ones();
    if number == 0 {
        return 0;
    }
    let which = (dice.next() * f64::from(number)) as u32;
    let mut left = parts;
    for _ in 0..which {
        left &= left - 1;
    }
    1 << left.trailing_zeros()
}

fn families(parts: u64) -> FamilySet {
    (0..FAMILIES.len()).filter(|f| family_parts(*f) & !parts == 0).collect()
}

/// Numbers in 0..1 that are the same on every run (SplitMix64); nothing private rests on them.
struct Dice(u64);

impl Dice {
    /// A number below `n`, which is at least 1.
    fn below(&mut self, n: usize) -> usize {
        ((self.next() * n as f64) as usize).min(n - 1)
    }

    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::SAME;

    #[test]
    fn care_that_differs_makes_as_many_errors_and_more_of_them_together() {
        for levels in SAME.into_iter().chain([[0.77, 0.06, 0.06, 0.11], [0.9, 0.05, 0.03, 0.02]]) {
            let [worse, better] = [1.0, -1.0].map(|side| with_care(&levels, side)[LEVELS - 1]);
            assert!((f64::midpoint(worse, better) - levels[LEVELS - 1]).abs() < 1e-9, "{worse} {better}");
        }
        for both in [(0..6).collect(), (0..30).collect::<FamilySet>()] {
            let (even, uneven) =
                (Meetings::new(&SAME).missed(both), Meetings::of_uneven_care(&SAME).missed(both));
            assert!(uneven > even, "{uneven} {even}");
        }
    }

    #[test]
    fn nothing_is_made_wrong_where_all_agrees_and_nothing_impossible() {
        assert_eq!(with_care(&[0.0, 0.0, 0.0, 1.0], 1.0).map(|p| p.to_string()), ["0", "0", "0", "1"]);
        let most = with_care(&[0.9, 0.05, 0.03, 0.02], 1.0);
        assert!((most.iter().sum::<f64>() - 1.0).abs() < 1e-9 && most.iter().all(|p| *p >= 0.0), "{most:?}");
    }
}
