//! How likely two records of one person are to share a token at all.
//!
//! What two records have in common is drawn many times from the model, group by group; which
//! families they then share follows. That tells what it means when two records of one cluster share
//! nothing, and how many pairs no token could bring together.

use std::collections::BTreeMap;

use domain::{FAMILIES, FamilySet, Part};
use rustc_hash::FxHashMap;

use crate::classes::Distributions;
use crate::evidence::{GROUPS, LEVELS, family_parts, implied, level_parts};
use crate::years::Years;

const DRAWS: u32 = 8192;
const DRAWS_SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// Three records give three pairs.
const TRIOS_DRAWN: u32 = 8192;

/// The share of records that are written with less care than others, and how much less than usual goes wrong in those
/// others.
const CARELESS: f64 = 0.35;
const CARE: f64 = 0.8;

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
    /// How often in all.
    draws: u32,
    /// Of three records at a time, what each two share; empty where pairs were drawn by themselves.
    trios: Vec<[FamilySet; 3]>,
    known: FxHashMap<FamilySet, f32>,
}

/// The pairs of three.
pub(crate) const TRIO: [(usize, usize); 3] = [(0, 1), (0, 2), (1, 2)];

impl Meetings {
    /// Each field of each pair by itself.
    pub(crate) fn new(levels: &Distributions) -> Self {
        let mut dice = Dice(DRAWS_SEED);
        let pairs = (0..DRAWS).map(|_| families(draw(levels, &mut dice))).collect();
        Self::of(pairs, Vec::new())
    }

    /// Three records of one person at a time. What is wrong in a record is wrong beside both others, and records are
    /// written with more care and with less: where one field went wrong others do more often. In all, pairs agree exactly as
    /// often as in [`Meetings::new`]; where years are all that is known of dates, they differ as often as `years_differ`.
    pub(crate) fn of_records(levels: &Distributions, years_differ: f64) -> Self {
        let mut dice = Dice(DRAWS_SEED);
        let trios: Vec<[FamilySet; 3]> =
            (0..TRIOS_DRAWN).map(|_| draw_trio(levels, years_differ, &mut dice)).collect();
        Self::of(trios.iter().flatten().copied().collect(), trios)
    }

    fn of(pairs: Vec<FamilySet>, trios: Vec<[FamilySet; 3]>) -> Self {
        let draws = pairs.len() as u32;
        let mut by_families: BTreeMap<FamilySet, u32> = BTreeMap::new();
        for families in pairs {
            *by_families.entry(families).or_default() += 1;
        }
        Self { drawn: by_families.into_iter().collect(), draws, trios, known: FxHashMap::default() }
    }

    /// Of three records of one person, each two of which both have `both`, in the order of [`TRIO`]: the probability that two of
    /// them share no token, if so many share one that the three hang together.
    pub(crate) fn missed_of_trio(&self, both: [FamilySet; 3]) -> f64 {
        let (mut none, mut one) = (0.5, 0.0);
        for trio in &self.trios {
            match trio.iter().zip(both).filter(|(families, both)| (**families & *both).is_empty()).count() {
                0 => none += 1.0,
                1 => one += 1.0,
                _ => {}
            }
        }
        one / (none + one)
    }

    /// The probability that two records of one person, which both have these families, share no token.
    pub(crate) fn missed(&self, both: FamilySet) -> f64 {
        let none = self.drawn.iter().filter(|(families, _)| (*families & both).is_empty());
        let none: u32 = none.map(|(_, number)| number).sum();
        // A draw more on either side: what so many draws never showed is rare, not impossible.
        (f64::from(none) + 0.5) / (f64::from(self.draws) + 1.0)
    }

    /// The share of pairs that share a token and whose records both hold what `counts` asks for, if the two records hold what any
    /// two records hold: over pairs of records drawn at random, the same on every run.
    pub(crate) fn met_holding(&self, masks: &[FamilySet], counts: impl Fn(FamilySet) -> bool) -> f64 {
        let n = masks.len();
        if n < 2 {
            return 1.0;
        }
        let both = |dice: &mut Dice| {
            let (a, b) = (dice.below(n), dice.below(n - 1));
            masks[a] & masks[if b < a { b } else { b + 1 }]
        };
        self.met_over(PAIRS_DRAWN, both, counts)
    }

    /// The same for a record of the one list and one of the other, or two of one list given twice.
    pub(crate) fn met_between(&self, one: &[FamilySet], other: &[FamilySet]) -> f64 {
        if one.is_empty() || other.is_empty() {
            return 1.0;
        }
        let both = |dice: &mut Dice| one[dice.below(one.len())] & other[dice.below(other.len())];
        self.met_over(PAIRS_DRAWN_OF_SOURCES, both, |_| true)
    }

    fn met_over(
        &self,
        pairs: usize,
        both: impl Fn(&mut Dice) -> FamilySet,
        counts: impl Fn(FamilySet) -> bool,
    ) -> f64 {
        let mut dice = Dice(PAIRS_SEED);
        let mut met: FxHashMap<FamilySet, f64> = FxHashMap::default();
        let of = |both| if counts(both) { 1.0 - self.missed(both) } else { 0.0 };
        let sum: f64 = (0..pairs)
            .map(|_| {
                let both = both(&mut dice);
                *met.entry(both).or_insert_with(|| of(both))
            })
            .sum();
        sum / pairs as f64
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

/// What each two of three records of one person share.
fn draw_trio(levels: &Distributions, years_differ: f64, dice: &mut Dice) -> [FamilySet; 3] {
    // What is believed of years is in the levels of dates.
    let wrong = Years::wrong_in_record(years_differ);
    let years: [bool; 3] = std::array::from_fn(|_| dice.next() >= wrong);
    let careless: [bool; 3] = std::array::from_fn(|_| dice.next() < CARELESS);
    let mut at = [[0; 3]; GROUPS];
    for (levels, at) in levels.iter().zip(&mut at) {
        for (at, careless) in at.iter_mut().zip(careless) {
            *at = level_of_record(levels, careless, dice);
        }
    }
    TRIO.map(|(a, b)| {
        // Of two that are wrong the worse decides.
        let parts = at.iter().enumerate().map(|(group, at)| parts_at(group, at[a].min(at[b]), dice));
        let parts = implied(parts.fold(0, |all, parts| all | parts));
        families(if years[a] && years[b] { parts } else { parts & !(1 << Part::BirthYear as u64) })
    })
}

/// How closely a field of a record agrees with what is right.
fn level_of_record(levels: &[f64; LEVELS], careless: bool, dice: &mut Dice) -> usize {
    if dice.next() >= wrong_in_record(levels, careless) {
        return LEVELS - 1;
    }
    let mut at = dice.next() * (1.0 - levels[LEVELS - 1]);
    let level = (0..LEVELS - 1).find(|level| {
        at -= levels[*level];
        at < 0.0
    });
    level.unwrap_or(0)
}

/// The probability that a field of a record is wrong: two are right where a pair agrees exactly. Where most is wrong anyway, which
/// is people who move rather than careless writing, careless records lie close to the others: the mean stays what it is.
fn wrong_in_record(levels: &[f64; LEVELS], careless: bool) -> f64 {
    let wrong = 1.0 - levels[LEVELS - 1].max(0.0).sqrt();
    if wrong <= 0.0 {
        return 0.0;
    }
    let (many, few) = (1.0 - CARELESS, CARELESS);
    let more = (CARE * many / few).min((MOST_WRONG - wrong).max(0.0) / wrong);
    wrong * if careless { 1.0 + more } else { 1.0 - more * few / many }
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
        parts |= parts_at(group, level.unwrap_or(LEVELS - 1), dice);
    }
    implied(parts)
}

/// Parts that agree in a field which agrees at a level.
fn parts_at(group: usize, level: usize, dice: &mut Dice) -> u64 {
    match level {
        0 => 0,
        _ if level == LEVELS - 1 => level_parts(group, level),
        // Of the parts that prove just this level, one agrees for sure, the weaker ones mostly.
        _ => {
            let of_level = pick(level_parts(group, level) & !(1 << Part::SoundexPair as u64), dice);
            if level > 1 { of_level | pick(level_parts(group, 1), dice) } else { of_level }
        }
    }
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
            let [careless, others] = [true, false].map(|careless| wrong_in_record(&levels, careless));
            let right = 1.0 - CARELESS * careless - (1.0 - CARELESS) * others;
            assert!((right * right - levels[LEVELS - 1]).abs() < 1e-9, "{careless} {others}");
            assert!(careless >= others && [careless, others].iter().all(|p| (0.0..=1.0).contains(p)));
        }
        for both in [(0..6).collect(), (0..30).collect::<FamilySet>()] {
            let (even, uneven) =
                (Meetings::new(&SAME).missed(both), Meetings::of_records(&SAME, 0.0).missed(both));
            assert!(uneven > even, "{uneven} {even}");
        }
    }

    #[test]
    fn nothing_is_made_wrong_where_all_agrees() {
        let wrong =
            [true, false].map(|careless| wrong_in_record(&[0.0, 0.0, 0.0, 1.0], careless).to_string());
        assert_eq!(wrong, ["0", "0"]);
    }

    #[test]
    fn years_that_differ_leave_dates_as_they_are() {
        let of = |name: &str| FamilySet::of(domain::family_index(name).expect("a family"));
        let missed = |name: &str, years| Meetings::of_records(&SAME, years).missed(of(name));
        assert!(missed("name_year", 0.5) > missed("name_year", 0.0) + 0.25);
        assert!((missed("first_dob", 0.5) - missed("first_dob", 0.0)).abs() < 0.02);
        assert!(
            (missed("name_year", Years::default().differ) - missed("name_year", 0.0)).abs() < 1e-9,
            "as believed"
        );
    }

    #[test]
    fn a_record_that_is_wrong_is_wrong_beside_both_others() {
        // First name and birth date alone: two of three pairs miss each other more often than one alone.
        let both = FamilySet::of(0);
        let meetings = Meetings::of_records(&SAME, 0.0);
        let missed = meetings.missed(both);
        let by_themselves = 3.0 * missed * (1.0 - missed).powi(2);
        let by_themselves = by_themselves / ((1.0 - missed).powi(3) + by_themselves);
        let of_trio = meetings.missed_of_trio([both; 3]);
        assert!(of_trio < 0.5 * by_themselves, "{of_trio} {by_themselves}");
    }
}
