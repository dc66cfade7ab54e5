//! One human's records taken away: what is clustered again is what a full linkage would find.

use std::collections::{BTreeSet, HashMap};

use linkage::{Change, Options, Records, Stability, Weights, link, link_with};
use proptest::prelude::*;

use crate::fixture::{Person, records, records_of, town};

fn weights() -> Weights {
    link(&records(&town(400, 3).0), Options::default()).unwrap().1
}

/// The only change when `gone` are taken away from `people`.
fn change(people: &[Person], options: Options, gone: &[u32]) -> Change {
    let (records, weights) = (records(people), weights());
    Stability::new(&records, options, &weights).unwrap().changes(&[gone.to_vec()])[0]
}

type Sets = BTreeSet<Vec<u32>>;

/// Persons as sets of records; `None` is a record that is gone.
fn sets(person_of: &[Option<u32>]) -> Sets {
    let mut sets: HashMap<u32, Vec<u32>> = HashMap::new();
    for (record, person) in person_of.iter().enumerate() {
        if let Some(person) = person {
            sets.entry(*person).or_default().push(record as u32);
        }
    }
    sets.into_values().collect()
}

/// The definitions, word for word, over all persons there are.
fn by_definition(before: &Sets, after: &Sets, gone: &[u32]) -> Change {
    let left = |person: &Vec<u32>| -> Vec<u32> {
        person.iter().copied().filter(|record| !gone.contains(record)).collect()
    };
    let restricted: Sets = before.iter().map(left).filter(|person| !person.is_empty()).collect();
    let held = |person: &&Vec<u32>| person.iter().any(|record| gone.contains(record));
    Change {
        own: before.iter().filter(|person| left(person).is_empty()).count(),
        shared: before.iter().filter(held).filter(|person| !left(person).is_empty()).count(),
        formed: after.difference(&restricted).count(),
        dissolved: restricted.difference(after).count(),
        reduced: before.iter().filter(held).filter(|person| after.contains(&left(person))).count(),
    }
}

#[test]
fn somebody_alone_takes_one_row_along_and_changes_nobody() {
    let (mut people, _) = town(20, 2);
    people.push(Person::new("rosalind", "achterberg", "1984-03-17"));
    let found = change(&people, Options::default(), &[people.len() as u32 - 1]);
    assert_eq!(found, Change { own: 1, ..Change::default() });
    assert_eq!((found.persons_changed(), found.split(), found.rows_apart()), (0, 1, 1));
}

#[test]
fn a_record_between_two_that_share_nothing_leaves_two_persons_of_one() {
    let by_birth = Person::new("rosalind", "achterberg", "1984-03-17");
    let by_number = Person::new("rosalind", "achterberg", "").ssn("457551234");
    let by_both = Person::new("rosalind", "achterberg", "1984-03-17").ssn("457551234");
    let found = change(&[by_birth, by_number, by_both], Options::default(), &[2]);
    assert_eq!(found, Change { shared: 1, formed: 2, dissolved: 1, ..Change::default() });
    assert_eq!((found.persons_changed(), found.rows_apart()), (3, 3));
}

#[test]
fn a_record_taken_for_anothers_changes_what_that_row_holds() {
    let one = Person::new("rosalind", "achterberg", "1984-03-17");
    let found = change(&vec![one; 3], Options::default(), &[1]);
    assert_eq!(found, Change { shared: 1, reduced: 1, ..Change::default() });
    assert_eq!((found.persons_changed(), found.rows_apart()), (1, 2));
}

#[test]
fn a_token_no_longer_over_the_cap_joins_others() {
    let one = Person::new("rosalind", "achterberg", "1984-03-17");
    let options = Options { token_cap: 3, cluster_cap: 60 };
    let found = change(&vec![one; 4], options, &[1]);
    assert_eq!(found, Change { own: 1, formed: 1, dissolved: 3, ..Change::default() });
}

#[test]
fn nobody_taken_away_is_no_change() {
    let (people, weights) = (records(&town(30, 3).0), weights());
    let stability = Stability::new(&people, Options::default(), &weights).unwrap();
    let found = link_with(&people, Options::default(), &mut weights.clone()).unwrap();
    assert_eq!(stability.persons(), found.count);
    assert_eq!(stability.changes(&[Vec::new(), vec![u32::MAX]]), [Change::default(); 2]);
    let all: Vec<Option<u32>> = found.person_of.into_iter().map(Some).collect();
    assert_eq!(stability.persons_without(&[]), all);
}

/// Records of two sources in turn, the second of which may have one record a person: of every
/// other person of three records it holds two.
fn two_sources(people: &[Person], single: bool) -> Records {
    let rows: Vec<(u16, Person)> =
        people.iter().enumerate().map(|(i, person)| (u16::from(i % 2 == 1), person.clone())).collect();
    records_of(&rows, &[false, single])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whoever is taken away, under whatever caps: the persons are those of a full linkage without
    /// them, and the changes are those of the definitions.
    #[test]
    fn it_agrees_with_a_full_linkage(
        households in 8_usize..50,
        humans in prop::collection::btree_set(0_usize..150, 1..4),
        strays in prop::collection::btree_set(0_u32..450, 0..9),
        token_cap in prop_oneof![Just(100), 2_usize..5, 5_usize..24],
        cluster_cap in prop_oneof![Just(60), 2_usize..6],
        single in any::<bool>(),
    ) {
        let (people, truth) = town(households, 3);
        let options = Options { token_cap, cluster_cap };
        let all = two_sources(&people, single);
        let (_, weights) = link(&all, options).unwrap();
        let of_humans = (0..people.len() as u32).filter(|record| humans.contains(&truth[*record as usize]));
        let mut gone: Vec<u32> = of_humans.chain(strays).filter(|r| (*r as usize) < people.len()).collect();
        gone.sort_unstable();
        gone.dedup();

        let mut left = Records {
            starts: vec![0],
            source_names: all.source_names.clone(),
            one_record_per_person: all.one_record_per_person.clone(),
            ..Records::default()
        };
        for record in (0..people.len()).filter(|record| !gone.contains(&(*record as u32))) {
            let range = all.starts[record] as usize..all.starts[record + 1] as usize;
            left.sources.push(all.sources[record]);
            left.families.extend_from_slice(&all.families[range.clone()]);
            left.tokens.extend_from_slice(&all.tokens[range]);
            left.starts.push(left.tokens.len() as u32);
        }

        let stability = Stability::new(&all, options, &weights).unwrap();
        let without = stability.persons_without(&gone);
        let anew = link_with(&left, options, &mut weights.clone()).unwrap();
        prop_assert_eq!(without.iter().flatten().copied().collect::<Vec<u32>>(), anew.person_of);

        let before: Vec<Option<u32>> =
            link_with(&all, options, &mut weights.clone()).unwrap().person_of.into_iter().map(Some).collect();
        let (before, after) = (sets(&before), sets(&without));
        let found = stability.changes(&[gone.clone()])[0];
        prop_assert_eq!(found, by_definition(&before, &after, &gone));
        prop_assert_eq!(found.rows_apart(), before.symmetric_difference(&after).count());
    }
}
