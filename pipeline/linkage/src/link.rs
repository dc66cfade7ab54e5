//! From records to persons.

use rayon::prelude::*;
use thiserror::Error;

use crate::candidate::{CandidatePair, candidate_pairs};
use crate::cluster::{ScoredPair, cluster};
use crate::evidence::EvidenceVector;
use crate::records::{Records, RecordsError};
use crate::weight::{posterior, score, threshold_bits};

/// Bounds of linkage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// A token that more records share yields no pair.
    pub token_cap: usize,
    /// The most records one person may have.
    pub cluster_cap: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { token_cap: 100, cluster_cap: 60 }
    }
}

/// Linkage can't go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LinkError {
    /// The input makes no sense.
    #[error(transparent)]
    Records(#[from] RecordsError),
}

/// The persons.
#[derive(Debug, Clone, PartialEq)]
pub struct Persons {
    /// For each record its person, numbered 0.. in order of each person's first record.
    pub person_of: Vec<u32>,
    /// How many persons there are.
    pub count: usize,
    /// What happened.
    pub report: LinkReport,
}

/// Counts for the steward's report; exact statistics, never published.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LinkReport {
    /// Pairs that share a token.
    pub candidate_pairs: usize,
    /// Pairs above the threshold.
    pub accepted_pairs: usize,
    /// Pairs that a rule forbids.
    pub forbidden_pairs: usize,
    /// Merges refused because a person would have had too many records.
    pub refused_by_size: usize,
    /// Merges refused because too much spoke against them.
    pub refused_by_conflict: usize,
    /// Merges refused because a source has one record a person.
    pub refused_by_source: usize,
    /// Tokens dropped because too many records share them.
    pub tokens_over_cap: usize,
    /// Records of the largest person.
    pub largest_cluster: usize,
    /// Records that share their person with another.
    pub linked_records: usize,
    /// Mean posterior of the pairs that ended in one person: the expected precision.
    pub expected_precision: f64,
    /// Share of the posterior mass that ended in one person: the expected recall among candidates.
    pub expected_recall: f64,
}

/// Links records to persons by the tokens they share.
///
/// # Errors
/// [`LinkError`] when the columns of `records` do not fit together.
pub fn link(records: &Records, options: Options) -> Result<Persons, LinkError> {
    records.validate()?;
    let candidates = candidate_pairs(records, options.token_cap);
    let masks = records.family_masks();
    let scored: Vec<ScoredPair> = candidates
        .pairs
        .par_iter()
        .map(|CandidatePair { a, b, families }| {
            let both = masks[*a as usize] & masks[*b as usize];
            ScoredPair { a: *a, b: *b, score: score(&EvidenceVector::read(*families, both), records.len()) }
        })
        .collect();
    let threshold = threshold_bits(records.len());
    let clusters = cluster(records, &scored, threshold, options.cluster_cap);

    let (person_of, sizes) = number_persons(&clusters.root);
    let (expected_precision, expected_recall) = expected(&scored, &person_of);
    let report = LinkReport {
        candidate_pairs: scored.len(),
        accepted_pairs: scored.iter().filter(|p| p.score.is_some_and(|s| s >= threshold)).count(),
        forbidden_pairs: scored.iter().filter(|p| p.score.is_none()).count(),
        refused_by_size: clusters.refused_by_size,
        refused_by_conflict: clusters.refused_by_conflict,
        refused_by_source: clusters.refused_by_source,
        tokens_over_cap: candidates.tokens_over_cap,
        largest_cluster: sizes.iter().copied().max().unwrap_or(0),
        linked_records: sizes.iter().filter(|size| **size > 1).sum(),
        expected_precision,
        expected_recall,
    };
    Ok(Persons { person_of, count: sizes.len(), report })
}

/// Numbers persons in order of their first record, and counts their records.
fn number_persons(root: &[u32]) -> (Vec<u32>, Vec<usize>) {
    let mut number = vec![u32::MAX; root.len()];
    let mut sizes = Vec::new();
    let person_of = root
        .iter()
        .map(|r| {
            let slot = &mut number[*r as usize];
            if *slot == u32::MAX {
                *slot = sizes.len() as u32;
                sizes.push(0);
            }
            sizes[*slot as usize] += 1;
            *slot
        })
        .collect();
    (person_of, sizes)
}

fn expected(scored: &[ScoredPair], person_of: &[u32]) -> (f64, f64) {
    let (mut mass_in, mut mass_all, mut pairs_in) = (0.0, 0.0, 0_usize);
    for pair in scored {
        let p = pair.score.map_or(0.0, |s| posterior(s, person_of.len()));
        mass_all += p;
        if person_of[pair.a as usize] == person_of[pair.b as usize] {
            mass_in += p;
            pairs_in += 1;
        }
    }
    let precision = if pairs_in == 0 { 1.0 } else { mass_in / pairs_in as f64 };
    let recall = if mass_all == 0.0 { 1.0 } else { mass_in / mass_all };
    (precision, recall)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::family_index;
    use proptest::prelude::*;

    /// Records of one source from lists of (family, token).
    fn records(all: &[&[(&str, u64)]]) -> Records {
        let mut out = Records { starts: vec![0], one_record_per_person: vec![false], ..Records::default() };
        for tokens in all {
            out.sources.push(0);
            for (family, token) in *tokens {
                out.families.push(family_index(family).expect("a family") as u8);
                out.tokens.push(*token);
            }
            out.starts.push(out.tokens.len() as u32);
        }
        out
    }

    fn persons(all: &[&[(&str, u64)]]) -> Vec<u32> {
        link(&records(all), Options::default()).expect("valid").person_of
    }

    #[test]
    fn a_shared_name_and_birth_date_is_one_person() {
        assert_eq!(persons(&[&[("name_dob", 1)], &[("name_dob", 2)], &[("name_dob", 1)]]), [0, 1, 0]);
    }

    #[test]
    fn a_third_record_joins_two_that_share_nothing() {
        let a: &[(&str, u64)] = &[("name_dob", 1)];
        let b: &[(&str, u64)] = &[("name_dob", 1), ("first_ssn", 7), ("last_ssn", 8)];
        let c: &[(&str, u64)] = &[("first_ssn", 7), ("last_ssn", 8)];
        assert_eq!(persons(&[a, b, c]), [0, 0, 0]);
    }

    #[test]
    fn twins_stay_two() {
        let twin = |first: u64| {
            vec![
                ("last_dob_street", 1),
                ("street_dob", 2),
                ("dob_phone", 3),
                ("last_phone", 4),
                ("initial_dob", first),
                ("name_dob", first),
            ]
        };
        let (a, b) = (twin(10), twin(11));
        assert_eq!(persons(&[&a, &b]), [0, 1]);
    }

    #[test]
    fn an_alias_at_one_home_with_one_birth_date_is_one_person_and_a_sibling_is_not() {
        let at_home = |first: u64, last: u64, dob: u64| {
            vec![
                ("street_dob", dob),
                ("last_dob_street", 100 + last * 10 + dob),
                ("first_dob_street", 200 + first * 10 + dob),
                ("name_dob", 300 + first * 100 + last * 10 + dob),
                ("first_street", 900 + first),
            ]
        };
        let (person, alias) = (at_home(1, 1, 1), at_home(2, 2, 1));
        assert_eq!(persons(&[&person, &alias]), [0, 0]);
        let sibling = at_home(2, 1, 2);
        assert_eq!(persons(&[&person, &sibling]), [0, 1]);
        let twin = at_home(2, 1, 1);
        assert_eq!(persons(&[&person, &twin]), [0, 1]);
    }

    #[test]
    fn a_borrowed_number_alone_links_nobody() {
        let a: &[(&str, u64)] = &[("first_ssn", 1), ("last_ssn", 2), ("dob_ssn", 3), ("name_dob", 4)];
        let b: &[(&str, u64)] = &[("first_ssn", 5), ("last_ssn", 6), ("dob_ssn", 7), ("name_dob", 8)];
        assert_eq!(persons(&[a, b]), [0, 1]);
    }

    #[test]
    fn a_token_over_the_cap_links_nobody() {
        let one: &[(&str, u64)] = &[("name_dob", 1)];
        let many = vec![one; 101];
        let linked = link(&records(&many), Options::default()).expect("valid");
        assert_eq!(linked.count, 101);
        assert_eq!(linked.report.tokens_over_cap, 1);
    }

    #[test]
    fn a_source_with_one_record_a_person_keeps_them_apart() {
        let mut input = records(&[&[("name_dob", 1)], &[("name_dob", 1)]]);
        input.one_record_per_person = vec![true];
        assert_eq!(link(&input, Options::default()).expect("valid").count, 2);
    }

    #[test]
    fn a_person_never_exceeds_the_cap() {
        let one: &[(&str, u64)] = &[("name_dob", 1)];
        let linked =
            link(&records(&vec![one; 90]), Options { token_cap: 100, cluster_cap: 40 }).expect("valid");
        assert!(linked.report.largest_cluster <= 40);
        assert!(linked.report.refused_by_size > 0);
    }

    #[test]
    fn columns_that_do_not_fit_are_refused() {
        let mut input = records(&[&[("name_dob", 1)]]);
        input.starts.push(9);
        assert_eq!(link(&input, Options::default()), Err(LinkError::Records(RecordsError::Shape)));
        let mut input = records(&[&[("name_dob", 1)]]);
        input.families[0] = 200;
        assert_eq!(link(&input, Options::default()), Err(LinkError::Records(RecordsError::Index)));
    }

    proptest! {
        /// Whatever the order of a record's tokens, the persons are the same.
        #[test]
        fn the_order_of_tokens_does_not_matter(
            tokens in prop::collection::vec(prop::collection::btree_set((0_u8..42, 0_u64..6), 0..12), 1..30)
        ) {
            let build = |reverse: bool| {
                let mut out = Records { starts: vec![0], one_record_per_person: vec![false], ..Records::default() };
                for record in &tokens {
                    out.sources.push(0);
                    let mut list: Vec<_> = record.iter().copied().collect();
                    if reverse { list.reverse(); }
                    for (family, token) in list {
                        out.families.push(family);
                        out.tokens.push(token);
                    }
                    out.starts.push(out.tokens.len() as u32);
                }
                link(&out, Options::default()).expect("valid")
            };
            prop_assert_eq!(build(false), build(true));
        }
    }
}
