//! Weights of evidence: a mixture over what two records can be to each other, estimated without a
//! label by expectation-maximization.
//!
//! Each class has a number of pairs among all pairs of records, and for each field a distribution
//! over levels of agreement. Observations are censored ([`EvidenceVector`]): the likelihood of a
//! field is the sum over the levels that remain possible, of each level's probability by how likely what was seen is at
//! it ([`seen_at`]). Pairs are seen only if they share a
//! token, which favours agreement; a field's distribution is therefore learned from those pairs
//! alone that met without it, where its agreement is no consequence of their having met.
//!
//! # Source
//! Fellegi and Sunter (1969); Winkler (1988) for EM; the classes beyond match and non-match follow
//! the linkage reference, section 3 (twins, siblings, borrowed numbers), decision 0011.

use std::sync::LazyLock;

use domain::Evidence;
use serde::{Deserialize, Serialize};

use crate::classes::{
    CLASSES, Class, Distributions, SHARE_OF_ALIASES, SHARE_OF_RELATIVES, prior, prior_pairs, seen_at,
};
use crate::evidence::{EvidenceVector, GROUPS, LEVELS, UNKNOWN};
use crate::judge::single;
use crate::years::Years;

/// A pattern of evidence, and how many pairs show it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pattern {
    pub(crate) vector: EvidenceVector,
    /// Groups without which the records would have met all the same, one bit a group.
    pub(crate) met_without: u16,
    /// Groups in which both records hold what proves an exact agreement, one bit a group.
    pub(crate) held: u16,
    pub(crate) pairs: f64,
}

/// Of a pattern's pairs those of two sources.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share {
    pub(crate) pattern: u32,
    pub(crate) pairs: f64,
    /// How many times as likely a pair of these sources is one person's as any pair.
    pub(crate) times: f64,
}

/// The weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Model {
    pairs: [f64; CLASSES],
    pub(crate) levels: [Distributions; CLASSES],
    /// Of each field, the pairs that taught how often one person's records agree on it.
    taught: [f64; GROUPS],
    /// Where years are all that is known of the dates of one person's records.
    pub(crate) years: Years,
}

/// What a pattern says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Verdict {
    /// Log2 of the odds that the two records are one person.
    pub(crate) odds: f32,
    /// At most 0: log2 of how much better families, twins and chance explain the pair than one
    /// person does, leaving out how rare one person is among all pairs.
    pub(crate) against: f32,
    /// At most 0: log2 of how much better the best of families, twins and the like would explain
    /// the pair than one person does, if there were as many of them.
    pub(crate) contrast: f32,
    /// Whether the birth dates of both are known: most of what can speak against a pair.
    pub(crate) is_dated: bool,
}

impl Verdict {
    /// The probability that the two records are one person.
    pub(crate) fn probability(self) -> f64 {
        probability(f64::from(self.odds))
    }
}

pub(crate) fn probability(odds_bits: f64) -> f64 {
    1.0 / (1.0 + (-odds_bits).exp2())
}

/// [`seen_at`] of every group and every set of levels.
static SEEN: LazyLock<[[[f64; LEVELS]; 1 << LEVELS]; GROUPS]> = LazyLock::new(|| {
    Evidence::ALL.map(|evidence| std::array::from_fn(|possible| seen_at(evidence, possible as u8)))
});

const ROUNDS: usize = 200;
const SETTLED: f64 = 1e-6;
const BELIEF: f64 = 0.1;
/// A field is learned from pairs whose class the other fields make as likely as this.
const SURE: f64 = 0.8;

/// The most of a field that can be believed to be wrong.
const MOST_WRONG: f64 = 0.95;

impl Model {
    /// Before any pair is weighed, for `records` records; `strangers` is what any two agree on.
    pub(crate) fn prior(records: usize, strangers: &Distributions) -> Self {
        let n = records as f64;
        let pairs = Class::ALL.map(|class| match class {
            Class::Strangers => (n * (n - 1.0) / 2.0).max(1.0),
            class => class.pairs_per_record() * n,
        });
        Self {
            pairs,
            levels: Class::ALL.map(|class| prior(class, strangers)),
            taught: [0.0; GROUPS],
            years: Years::default(),
        }
    }

    /// Estimated from the patterns of all pairs that share a token, from these weights on; `start` is what was believed before
    /// any pair, and `shares` are in order of their patterns.
    ///
    /// `met[c]` is the share of class `c`'s pairs that share a token at all: two strangers at one address
    /// seldom do, and for each such pair that is seen there are many that are not.
    pub(crate) fn estimate(
        &self,
        start: &Self,
        patterns: &[Pattern],
        shares: &[Share],
        met: &[f64; CLASSES],
    ) -> Self {
        let mut model = self.clone();
        for _ in 0..ROUNDS {
            let next = model.step(start, patterns, shares, met);
            let moved = next.distance(&model);
            model = next;
            if moved < SETTLED {
                break;
            }
        }
        model
    }

    fn step(&self, start: &Self, patterns: &[Pattern], shares: &[Share], met: &[f64; CLASSES]) -> Self {
        let mut pairs = [0.0; CLASSES];
        let mut years = [0.0; 2];
        let mut levels = [[[0.0; LEVELS]; GROUPS]; CLASSES];
        for of_pattern in shares.chunk_by(|x, y| x.pattern == y.pattern) {
            let pattern = &patterns[of_pattern[0].pattern as usize];
            let (of_any, fields) = self.joint(&pattern.vector);
            for share in of_pattern {
                let mut joint = of_any;
                for class in Class::ALL.into_iter().filter(|class| class.one_person()) {
                    joint[class as usize] *= share.times;
                }
                let total: f64 = joint.iter().sum();
                if total <= 0.0 {
                    continue;
                }
                for (number, class) in Class::ALL.into_iter().enumerate() {
                    if class.is_seen(pattern.held) {
                        pairs[number] += share.pairs * joint[number] / total;
                    }
                }
                for group in 0..GROUPS {
                    let possible = pattern.vector.0[group];
                    if possible == UNKNOWN || pattern.met_without >> group & 1 == 0 {
                        continue;
                    }
                    // What the other fields alone make of the pair: a field that helped to settle
                    // which class a pair is of would confirm what it is believed to say.
                    let others: [f64; CLASSES] =
                        std::array::from_fn(|c| joint[c] / fields[c][group].max(1e-300));
                    let all: f64 = others.iter().sum();
                    let Some(class) = others.iter().position(|j| *j >= SURE * all) else { continue };
                    if class == Class::Same as usize
                        && let Some(differ) = Years::alone(group, possible)
                    {
                        years[usize::from(differ)] += share.pairs * joint[class] / total;
                        continue;
                    }
                    for (level, seen) in SEEN[group][usize::from(possible)].iter().enumerate() {
                        let at = self.levels[class][group][level] * seen / fields[class][group].max(1e-300);
                        levels[class][group][level] += share.pairs * joint[class] / total * at;
                    }
                }
            }
        }
        let mut next = self.clone();
        next.years = Years::learned(years);
        next.taught = levels[Class::Same as usize].map(|of_field| of_field.iter().sum());
        for (number, class) in Class::ALL.into_iter().enumerate() {
            let (belief, expected) = match class {
                Class::Strangers => (0.0, 0.0),
                // Families of which few pairs are seen have few twins and namesakes.
                Class::Twins | Class::Namesakes => {
                    (1.0, SHARE_OF_RELATIVES * self.pairs[Class::Relatives as usize])
                }
                // Nearly everybody goes by one name.
                Class::Alias => (2.0, SHARE_OF_ALIASES * self.pairs[Class::Same as usize]),
                Class::Same | Class::Relatives | Class::Housemates => (BELIEF / 100.0, start.pairs[number]),
                _ => (BELIEF, start.pairs[number]),
            };
            if class != Class::Strangers {
                next.pairs[number] =
                    (pairs[number] + belief * expected + 0.5 * met[number]) / (met[number] + belief);
            }
            for evidence in Evidence::ALL {
                let (group, leeway) = (evidence as usize, class.leeway(evidence));
                if leeway > 1.0 {
                    let learned = learned(
                        &start.levels[number][group],
                        &levels[number][group],
                        prior_pairs(class, evidence),
                        leeway,
                    );
                    let most = class.most_differing(evidence) * start.levels[number][group][0];
                    next.levels[number][group] = differing_at_most(learned, most);
                }
            }
        }
        // What a home has in common is learned from relatives, of whom there are most.
        let home = next.levels[Class::Relatives as usize];
        for class in [Class::Twins, Class::Namesakes] {
            for evidence in [Evidence::Phone, Evidence::Email, Evidence::Address] {
                next.levels[class as usize][evidence as usize] = home[evidence as usize];
            }
        }
        next
    }

    /// For each class the expected number of pairs that look so, and each field's part in it.
    fn joint(&self, vector: &EvidenceVector) -> ([f64; CLASSES], [[f64; GROUPS]; CLASSES]) {
        let mut joint = self.pairs;
        let mut fields = [[1.0; GROUPS]; CLASSES];
        for (class, levels) in self.levels.iter().enumerate() {
            let each = levels.iter().zip(&vector.0).zip(&mut fields[class]).enumerate();
            for (group, ((distribution, possible), field)) in each {
                if *possible == UNKNOWN {
                    continue;
                }
                *field = match Years::alone(group, *possible) {
                    Some(differ) if Class::ALL[class].one_person() => self.years.of_one_person(differ),
                    _ => likelihood(distribution, group, *possible),
                };
                joint[class] *= *field;
            }
        }
        (joint, fields)
    }

    fn distance(&self, other: &Self) -> f64 {
        let counts = self.pairs.iter().zip(&other.pairs).map(|(a, b)| (a - b).abs() / b.max(1.0));
        let levels = self.levels.iter().flatten().flatten().zip(other.levels.iter().flatten().flatten());
        counts.chain(levels.map(|(a, b)| (a - b).abs())).fold(0.0, f64::max)
    }

    /// With 24 bits a number, which text carries there and back without loss: what is read again
    /// judges just as what was written.
    pub(crate) fn rounded(mut self) -> Self {
        let round = |number: &mut f64| *number = single(*number);
        self.pairs.iter_mut().for_each(round);
        self.levels.iter_mut().flatten().flatten().for_each(round);
        self.taught.iter_mut().for_each(round);
        self.years = self.years.rounded();
        self
    }

    /// Whether every number is one that estimation can give.
    pub(crate) fn is_sane(&self) -> bool {
        self.pairs.iter().all(|n| n.is_finite() && *n > 0.0)
            && self.levels.iter().flatten().flatten().all(|p| (0.0..=1.001).contains(p))
            && self.taught.iter().all(|n| n.is_finite() && *n >= 0.0)
            && self.years.is_sane()
    }

    /// What one person's records agree on, if of all that no pair taught `times` as much goes wrong as is believed.
    pub(crate) fn same_if(&self, times: f64) -> Distributions {
        let mut out = self.levels[Class::Same as usize];
        for evidence in Evidence::ALL {
            let (levels, taught) = (&mut out[evidence as usize], self.taught[evidence as usize]);
            let believed = prior_pairs(Class::Same, evidence);
            let wrong = 1.0 - levels[LEVELS - 1];
            let times = (taught + believed * times) / (taught + believed);
            let times = times.min(MOST_WRONG / wrong.max(f64::MIN_POSITIVE));
            levels[..LEVELS - 1].iter_mut().for_each(|level| *level *= times);
            levels[LEVELS - 1] = 1.0 - wrong * times;
        }
        out
    }

    /// The share of all pairs of records that are one person's.
    pub(crate) fn share_of_same(&self) -> f64 {
        (self.pairs[Class::Same as usize] + self.pairs[Class::Alias as usize])
            / self.pairs.iter().sum::<f64>()
    }

    /// What the model makes of a pattern.
    pub(crate) fn verdict(&self, vector: &EvidenceVector) -> Verdict {
        let (joint, _) = self.joint(vector);
        let sum = |one_person: bool| -> f64 {
            Class::ALL.iter().zip(&joint).filter(|(c, _)| c.one_person() == one_person).map(|(_, j)| j).sum()
        };
        let (one, two) = (sum(true), sum(false));
        let strangers = joint[CLASSES - 1];
        let same_pairs = self.pairs[0] + self.pairs[1];
        let chance = strangers / self.pairs[CLASSES - 1] * same_pairs;
        // Each kind of pair by itself, were all kinds equally many.
        let alone = |class: Class| joint[class as usize] / self.pairs[class as usize].max(1e-300);
        let kin = Class::ALL.into_iter().filter(|c| !c.one_person()).map(alone).fold(0.0, f64::max);
        Verdict {
            odds: bits(one, two),
            against: bits(one, two - strangers + chance).min(0.0),
            contrast: bits(alone(Class::Same), kin).min(0.0),
            is_dated: vector.0[Evidence::BirthDate as usize] != UNKNOWN,
        }
    }
}

/// How likely what is seen of a field is, if its levels have this distribution.
pub(crate) fn likelihood(distribution: &[f64; LEVELS], group: usize, possible: u8) -> f64 {
    let seen = &SEEN[group][usize::from(possible)];
    distribution.iter().zip(seen).map(|(p, seen)| p * seen).sum()
}

/// A distribution from what was seen and what was believed before, which weighs `strength` pairs.
fn learned(prior: &[f64; LEVELS], seen: &[f64; LEVELS], strength: f64, leeway: f64) -> [f64; LEVELS] {
    let total: f64 = seen.iter().sum();
    let mut out = [0.0; LEVELS];
    for level in 1..LEVELS {
        let p = (seen[level] + strength * prior[level]) / (total + strength);
        out[level] = p.clamp(prior[level] / leeway, (prior[level] * leeway).min(1.0));
    }
    out[0] = (1.0 - out.iter().sum::<f64>()).max(1e-6);
    out
}

/// The distribution with no more than `most` at the level that differs; the rest in the same proportions.
fn differing_at_most(mut levels: [f64; LEVELS], most: f64) -> [f64; LEVELS] {
    if levels[0] > most {
        let more = (1.0 - most) / (1.0 - levels[0]);
        levels[1..].iter_mut().for_each(|level| *level *= more);
        levels[0] = most;
    }
    levels
}

fn bits(one: f64, other: f64) -> f32 {
    (one.max(1e-300).log2() - other.max(1e-300).log2()) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::STRANGERS;

    /// Estimated where sources tell nothing.
    fn estimate(records: usize, patterns: &[Pattern], met: &[f64; CLASSES]) -> Model {
        let share =
            |(at, pattern): (usize, &Pattern)| Share { pattern: at as u32, pairs: pattern.pairs, times: 1.0 };
        let shares: Vec<Share> = patterns.iter().enumerate().map(share).collect();
        let start = Model::prior(records, &STRANGERS);
        start.estimate(&start, patterns, &shares, met)
    }

    const EXACT: u8 = 0b1000;

    /// Pairs of which so much is open in these fields, and which met without any of them.
    fn showing(fields: &[(Evidence, u8)], pairs: f64) -> Pattern {
        let mut levels = [UNKNOWN; GROUPS];
        for (evidence, possible) in fields {
            levels[*evidence as usize] = *possible;
        }
        let all = (1 << GROUPS) - 1;
        Pattern { vector: EvidenceVector(levels), met_without: all, held: all, pairs }
    }

    /// Pairs with one name and one number; of the dates both hold the year alone, which agrees in `agree` and
    /// differs in `differ` of them.
    fn years_alone(agree: f64, differ: f64) -> Model {
        let agree_on = [Evidence::First, Evidence::Last, Evidence::Ssn].map(|field| (field, EXACT));
        let pattern = |birth: u8, pairs: f64| {
            showing(&[&agree_on[..], &[(Evidence::BirthDate, birth)]].concat(), pairs)
        };
        let patterns = [pattern(0b1110, agree), pattern(0b0101, differ)];
        estimate(10_000, &patterns, &[1.0; CLASSES])
    }

    #[test]
    fn years_alone_teach_of_years_and_not_of_dates() {
        let model = years_alone(5_000.0, 500.0);
        let dates = model.levels[Class::Same as usize][Evidence::BirthDate as usize];
        let believed = crate::classes::SAME[Evidence::BirthDate as usize];
        assert!(dates.iter().zip(believed).all(|(a, b)| (a - b).abs() < 1e-9), "{dates:?}");
        assert!((0.08..0.1).contains(&model.years.differ), "a year in eleven: {:?}", model.years);
    }

    #[test]
    fn strangers_in_one_street_do_not_teach_that_a_persons_names_differ() {
        // First name and street agree, and sex; the last name differs in most of the pairs.
        let agree_on = [(Evidence::First, EXACT), (Evidence::Address, 0b0110), (Evidence::Sex, EXACT)];
        let pattern =
            |last: u8, pairs: f64| showing(&[&agree_on[..], &[(Evidence::Last, last)]].concat(), pairs);
        let model = estimate(4_000, &[pattern(0b1000, 1_000.0), pattern(0b0001, 9_000.0)], &[1.0; CLASSES]);
        let [differ, .., exact] = model.levels[Class::Same as usize][Evidence::Last as usize];
        assert!(differ <= 0.2401 && exact > 0.6, "{differ} {exact}");
    }

    #[test]
    fn relatives_of_a_source_that_holds_nobody_twice_teach_nothing_of_one_person() {
        // All agree on last name, sex, telephone and e-mail; on the first name nobody does within the source.
        let agree_on = [Evidence::Last, Evidence::Sex, Evidence::Phone, Evidence::Email];
        let agree_on = agree_on.map(|field| (field, EXACT));
        let pattern = |first: u8| showing(&[&agree_on[..], &[(Evidence::First, first)]].concat(), 1_000.0);
        let patterns = [pattern(0b1000), pattern(0b0001)];
        let differs = |times: f64| {
            let share = |pattern, times| Share { pattern, pairs: 1_000.0, times };
            let shares = [share(0, 1.0), share(1, times)];
            let start = Model::prior(10_000, &STRANGERS);
            let model = start.estimate(&start, &patterns, &shares, &[1.0; CLASSES]);
            model.levels[Class::Same as usize][Evidence::First as usize][0]
        };
        let (known, unknown) = (differs(1.0 / 64.0), differs(1.0));
        assert!(known < 0.05 && unknown > 0.1, "{known} {unknown}");
    }

    #[test]
    fn two_of_one_last_name_and_e_mail_address_are_a_family() {
        // Last name and e-mail agree; the first name in half of the pairs.
        let agree_on = [(Evidence::Last, EXACT), (Evidence::Email, EXACT)];
        let pattern = |first: u8| showing(&[&agree_on[..], &[(Evidence::First, first)]].concat(), 2_000.0);
        let patterns = [pattern(0b1000), pattern(0b0001)];
        // One family in twenty shares an address, and only those are seen.
        let mut met = [1.0; CLASSES];
        met[Class::Relatives as usize] = 0.05;
        let model = estimate(10_000, &patterns, &met);
        let [one, two] = patterns.map(|pattern| model.verdict(&pattern.vector).odds);
        assert!(one > 3.0 && two < 0.0, "{one} {two}");
    }

    #[test]
    fn what_pairs_taught_is_believed_whatever_is_supposed() {
        let mut model = years_alone(5_000.0, 500.0);
        model.taught[Evidence::First as usize] = 5_000.0;
        let of = |field: Evidence, times: f64| model.same_if(times)[field as usize];
        let wrong = |field, times| 1.0 - of(field, times)[3];
        assert!(wrong(Evidence::First, 0.2) > 0.9 * wrong(Evidence::First, 1.0), "5,000 pairs");
        let phone = [0.2, 1.0, 1.5, 9.0].map(|times| (100.0 * wrong(Evidence::Phone, times)).round());
        assert_eq!(phone.map(|percent| percent.to_string()), ["10", "50", "75", "95"], "nobody has one");
        for levels in [0.2, 1.5].into_iter().flat_map(|times| model.same_if(times)) {
            assert!((levels.iter().sum::<f64>() - 1.0).abs() < 1e-4 && levels.iter().all(|p| *p >= 0.0));
        }
    }

    #[test]
    fn what_differs_too_often_is_taken_back_in_proportion() {
        assert!((differing_at_most([0.1, 0.2, 0.3, 0.4], 0.1)[3] - 0.4).abs() < 1e-12);
        let [differ, partial, close, exact] = differing_at_most([0.6, 0.1, 0.1, 0.2], 0.2);
        assert!(
            (differ - 0.2).abs() + (partial - 0.2).abs() + (close - 0.2).abs() + (exact - 0.4).abs() < 1e-9
        );
    }

    #[test]
    fn a_piece_tells_a_close_agreement_from_none_by_as_much_as_it_differs() {
        let seen = |possible: u8| SEEN[Evidence::BirthDate as usize][usize::from(possible)];
        let tenths = |possible: u8| seen(possible).map(|at| (10.0 * at).round());
        assert_eq!(tenths(0b0101).map(|at| at.to_string()), ["10", "0", "4", "0"]);
        assert_eq!(tenths(0b1110).map(|at| at.to_string()), ["0", "10", "6", "10"]);
        assert_eq!(tenths(0b0111).map(|at| at.to_string()), ["10", "10", "10", "0"]);
        assert_eq!(tenths(0b1100).map(|at| at.to_string()), ["0", "0", "10", "10"]);
    }
}
