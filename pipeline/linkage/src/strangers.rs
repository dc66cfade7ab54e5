//! How often strangers agree on a street, from all pairs of records.
//!
//! What two strangers have in common by chance differs from place to place, and most of all the street: a town of a hundred
//! streets and a city of ten thousand are believed the same before any data. Nearly all pairs of records are of strangers, and
//! how many share a token follows from how many records hold it, without a look at any pair. So the pairs that share a first
//! name and a street are counted, and those taken off of whom the other fields do not speak as of strangers.
//!
//! # Source
//! Linacre et al. (2022), Splink: the chance of agreement from pairs of records drawn at random; here all pairs are.

use domain::{Evidence, FamilySet, family_index};

use crate::candidate::Candidates;
use crate::classes::{Distributions, SAME, STRANGERS, shared_by_strangers};
use crate::evidence::{EvidenceVector, GROUPS, LEVELS, UNKNOWN, level_number};
use crate::judge::Patterns;
use crate::model::likelihood;

/// The family that tells of streets. One with a last name would tell of families, who live in one.
const FAMILY: &str = "first_street";

/// Its fields.
const FIELDS: [Evidence; 2] = [Evidence::First, Evidence::Address];

/// How many times as likely under the one explanation as under the other what else is known of a pair must be, for the pair to
/// be called of strangers, or of one person.
const CLEAR: f64 = 8.0;

/// Of one person's pairs that share a first name and a street, for each of which what else is known says so, how many there are
/// of which it says the contrary: who married, or was entered with the birth date of another.
const CONTRARY: f64 = 0.1;

/// By how much strangers must outnumber these for their number to be known.
const CERTAIN: f64 = 2.0;

/// The least share of the pairs of which enough is known.
const TELLING: f64 = 0.2;

/// The most strangers that can be believed to have one street.
const MOST: f64 = 0.5;

/// How much of the difference from what was believed the first names take, of which there are as many in most places; the
/// logarithm of it is shared.
const OF_FIRST_NAMES: f64 = 0.1;

/// Pairs that share a first name and a street, by what else is known of them.
#[derive(Debug, Clone, Copy, Default)]
struct Pairs {
    of_strangers: f64,
    of_one_person: f64,
    unclear: f64,
    /// Those that share a token which too many have for it to bring pairs: nothing more is known of them, and nearly all are of
    /// strangers.
    unseen: f64,
}

impl Pairs {
    /// How many there would be of strangers if of all pairs as much was known, where that can be told.
    fn strangers(self) -> Option<f64> {
        let told = self.of_strangers + self.of_one_person;
        let seen = told + self.unclear;
        let share = told / seen.max(1.0);
        let contrary = CONTRARY * self.of_one_person;
        if share >= TELLING && self.of_strangers > CERTAIN * contrary {
            Some((self.of_strangers - contrary) / share + self.unseen)
        } else {
            (self.unseen > CERTAIN * seen).then_some(self.unseen)
        }
    }
}

/// What strangers agree on: as is believed, but for the street and a little the first name, if more share them than is believed.
/// `masks` holds each record's families, `patterns` are the evidence of the candidates' pairs.
pub(crate) fn strangers(masks: &[FamilySet], patterns: &Patterns, candidates: &Candidates) -> Distributions {
    let Some(family) = family_index(FAMILY) else { return STRANGERS };
    let holders = masks.iter().filter(|mask| mask.contains(family)).count() as f64;
    let believed = shared_by_strangers(family) * holders * (holders - 1.0) / 2.0;
    match pairs(family, patterns, candidates).strangers() {
        Some(seen) => with_more(((seen + 1.0) / (believed + 1.0)).max(1.0)),
        None => STRANGERS,
    }
}

/// What strangers agree on if so many times as many as is believed share a first name and a street.
fn with_more(more: f64) -> Distributions {
    let mut out = STRANGERS;
    let close = level_number(domain::Level::Close);
    let first = &mut out[Evidence::First as usize];
    let exact = first[LEVELS - 1] * more.powf(OF_FIRST_NAMES);
    first[0] -= exact - first[LEVELS - 1];
    first[LEVELS - 1] = exact;
    let address = &mut out[Evidence::Address as usize];
    let at_least_close = (address[close] + address[LEVELS - 1]) * more.powf(1.0 - OF_FIRST_NAMES);
    address[close] = at_least_close.min(MOST) - address[LEVELS - 1];
    // Who has one street has mostly one ZIP code.
    address[close - 1] = (STRANGERS[Evidence::Address as usize][close - 1] - address[close]).max(0.0);
    address[0] = 1.0 - address[1..].iter().sum::<f64>();
    out
}

fn pairs(family: usize, patterns: &Patterns, candidates: &Candidates) -> Pairs {
    let mut of_pattern = vec![0.0; patterns.patterns.len()];
    for (judged, pair) in patterns.pairs.iter().zip(&candidates.pairs) {
        if pair.families.contains(family) {
            of_pattern[judged.pattern as usize] += 1.0;
        }
    }
    let mut out = Pairs::default();
    for (pattern, pairs) in patterns.patterns.iter().zip(of_pattern) {
        let odds = other_fields(&pattern.vector);
        let kind = if odds < 1.0 / CLEAR {
            &mut out.of_strangers
        } else if odds > CLEAR {
            &mut out.of_one_person
        } else {
            &mut out.unclear
        };
        *kind += pairs;
    }
    let seen = out.of_strangers + out.of_one_person + out.unclear;
    out.unseen = (candidates.shared[family] as f64 - seen).max(0.0);
    out
}

/// How many times as likely what is seen of the other fields is of one person as of strangers, by what is believed.
fn other_fields(vector: &EvidenceVector) -> f64 {
    let others = (0..GROUPS).map(|group| (group, Evidence::ALL[group], vector.0[group]));
    let others = others.filter(|(_, field, levels)| !FIELDS.contains(field) && *levels != UNKNOWN);
    let odds = others.map(|(group, _, levels)| {
        let of = |believed: &Distributions| likelihood(&believed[group], group, levels);
        of(&SAME) / of(&STRANGERS).max(f64::MIN_POSITIVE)
    });
    odds.product()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::candidate_pairs;
    use crate::records::Records;

    /// Records with a first name and a street in common, `street(record)` to say which, of different last names and birth dates, as
    /// far as their records tell.
    fn on_streets(records: u64, street: impl Fn(u64) -> u64, families: &[&str]) -> Distributions {
        let mut out = Records {
            source_names: vec!["a".to_owned()],
            one_record_per_person: vec![false],
            starts: vec![0],
            ..Records::default()
        };
        for record in 0..records {
            let mut tokens: Vec<(usize, u64)> = families
                .iter()
                .map(|name| (family_index(name).expect("a family"), record))
                .chain([(family_index(FAMILY).expect("a family"), street(record))])
                .collect();
            tokens.sort_unstable();
            for (family, token) in tokens {
                out.families.push(family as u8);
                out.tokens.push(token);
            }
            out.starts.push(out.tokens.len() as u32);
            out.sources.push(0);
        }
        let (masks, candidates) = (out.family_masks(), candidate_pairs(&out, 100));
        strangers(&masks, &Patterns::read(&masks, &candidates.pairs), &candidates)
    }

    fn at_least_close(levels: &Distributions) -> f64 {
        levels[Evidence::Address as usize][2..].iter().sum()
    }

    const DIFFERENT: &[&str] = &["first_dob", "last_dob", "soundex_date_parts", "last_street", "last_phone"];

    #[test]
    fn streets_that_many_strangers_share_are_found_to_tell_little() {
        // One pair of five hundred, where one of 130,000 is believed.
        let few = on_streets(1_000, |record| record % 400, DIFFERENT);
        assert!(at_least_close(&few) > 0.05, "{}", at_least_close(&few));
        assert!(few.iter().all(|levels| (levels.iter().sum::<f64>() - 1.0).abs() < 1e-9));
        assert!(few.iter().flatten().all(|p| (0.0..=1.0).contains(p)), "{few:?}");
        // Too many share a token for it to bring pairs; they are counted all the same.
        let crowded = on_streets(1_000, |record| record % 20, DIFFERENT);
        assert!(at_least_close(&crowded) > 2.0 * at_least_close(&few));
    }

    #[test]
    fn streets_are_believed_where_they_tell_as_much_or_nothing_is_known() {
        let as_believed = |levels: &Distributions| {
            levels.iter().flatten().zip(STRANGERS.iter().flatten()).all(|(a, b)| (a - b).abs() < 1e-12)
        };
        assert!(as_believed(&on_streets(1_000, |record| record, DIFFERENT)), "nobody shares one");
        assert!(as_believed(&on_streets(1_000, |record| record % 100, &[])), "they may be one person each");
    }

    #[test]
    fn who_changes_a_name_is_not_taken_for_a_stranger() {
        let of = |of_strangers, of_one_person, unclear| Pairs {
            of_strangers,
            of_one_person,
            unclear,
            unseen: 7.0,
        };
        assert_eq!(of(15.0, 100.0, 0.0).strangers(), None);
        assert_eq!(of(40.0, 100.0, 860.0).strangers(), None, "of too few enough is known");
        let strangers = of(40.0, 100.0, 140.0).strangers().expect("enough");
        assert!((strangers - (30.0 * 2.0 + 7.0)).abs() < 1e-9, "{strangers}");
    }
}
