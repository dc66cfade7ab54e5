//! Night after night: what changed is linked to what was linked before.

use linkage::{Before, CandidatePair, LinkError, Options, Persons, accuracy, link, link_again, link_with};
use proptest::prelude::*;

use crate::fixture::{Person, records, town};

/// What one night leaves for the next, when the records at `gone` leave and `new` ones come last.
fn before(found: &Persons, gone: &[usize], new: usize) -> Before {
    let place: Vec<Option<u32>> = {
        let mut next = 0;
        let keep = |record: usize| {
            (!gone.contains(&record)).then(|| {
                next += 1;
                next - 1
            })
        };
        (0..found.person_of.len()).map(keep).collect()
    };
    let lost: Vec<u32> = gone.iter().map(|record| found.person_of[*record]).collect();
    let mut person_of = Vec::new();
    let mut disturbed = Vec::new();
    for (record, person) in found.person_of.iter().enumerate() {
        if let Some(at) = place[record] {
            person_of.push(Some(*person));
            if lost.contains(person) {
                disturbed.push(at);
            }
        }
    }
    person_of.extend(std::iter::repeat_n(None, new));
    let pairs = found
        .pairs
        .iter()
        .filter_map(|pair| {
            Some(CandidatePair {
                a: place[pair.a as usize]?,
                b: place[pair.b as usize]?,
                families: pair.families,
            })
        })
        .collect();
    Before { person_of, disturbed, pairs }
}

#[test]
fn a_night_looks_at_little_more_than_what_changed() {
    let (people, _) = town(1_000, 3);
    let (start, night) = people.split_at(people.len() - people.len() / 100);
    let (first, mut weights) = link(&records(start), Options::default()).unwrap();
    let again =
        link_again(&records(&people), Options::default(), &mut weights, &before(&first, &[], night.len()))
            .unwrap();
    assert!(again.report.records_relinked <= 4 * night.len(), "{}", again.report.records_relinked);
    let anew = link_with(&records(&people), Options::default(), &mut weights).unwrap();
    assert_eq!(again.person_of, anew.person_of);
}

#[test]
fn thirty_nights_agree_with_one() {
    let (people, truth) = town(600, 3);
    // Records of one person do not come on one night.
    let order: Vec<usize> = (0..people.len()).map(|i| i * 7_919 % people.len()).collect();
    let people: Vec<Person> = order.iter().map(|i| people[*i].clone()).collect();
    let truth: Vec<usize> = order.iter().map(|i| truth[*i]).collect();
    let step = people.len() / 30;
    let (mut found, mut weights) = link(&records(&people[..step]), Options::default()).unwrap();
    let mut frozen = 0;
    for night in 2..=30 {
        let (from, to) = ((night - 1) * step, if night == 30 { people.len() } else { night * step });
        let today = records(&people[..to]);
        if weights.are_settled() {
            frozen += 1;
            let kept = before(&found, &[], to - from);
            found = link_again(&today, Options::default(), &mut weights, &kept).unwrap();
        } else {
            (found, weights) = link(&today, Options::default()).unwrap();
        }
    }
    assert!(frozen >= 10, "{frozen} nights rested on frozen weights");
    let nightly = accuracy(&found.person_of, &truth).pairs.f1;
    let at_once =
        accuracy(&link(&records(&people), Options::default()).unwrap().0.person_of, &truth).pairs.f1;
    assert!((nightly - at_once).abs() <= 0.005, "{nightly} {at_once}");
}

#[test]
fn what_does_not_fit_is_refused() {
    let people = records(&town(5, 2).0);
    let (found, mut weights) = link(&people, Options::default()).unwrap();
    let mut kept = before(&found, &[], 0);
    kept.person_of.pop();
    assert_eq!(link_again(&people, Options::default(), &mut weights, &kept).err(), Some(LinkError::Before));
    let mut kept = before(&found, &[], 0);
    kept.pairs.push(CandidatePair { a: 3, b: 99, families: domain::FamilySet::of(0) });
    assert_eq!(link_again(&people, Options::default(), &mut weights, &kept).err(), Some(LinkError::Before));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Coming and going in any measure, a night finds whom a full linkage with its weights would find.
    #[test]
    fn a_night_agrees_with_a_full_linkage(
        households in 8_usize..50,
        gone in prop::collection::btree_set(0_usize..400, 0..12),
        new in 0_usize..20,
    ) {
        let (people, _) = town(households, 3);
        let new = new.min(people.len() / 2);
        let start = people.len() - new;
        let gone: Vec<usize> = gone.into_iter().filter(|record| *record < start).collect();
        let (first, mut weights) = link(&records(&people[..start]), Options::default()).unwrap();
        let today: Vec<Person> = (0..people.len()).filter(|i| !gone.contains(i)).map(|i| people[i].clone()).collect();
        let again = link_again(&records(&today), Options::default(), &mut weights, &before(&first, &gone, new)).unwrap();
        let anew = link_with(&records(&today), Options::default(), &mut weights).unwrap();
        prop_assert_eq!(again.person_of, anew.person_of);
    }
}
