//! Who is one person, and who is not.

use linkage::{LinkError, Options, Persons, Records, RecordsError, Weights, accuracy, link, link_with};
use proptest::prelude::*;

use crate::fixture::{Person, records, records_of, town};

/// Weights of a town in which what is true of towns shows: families share homes, and people err.
fn weights() -> Weights {
    link(&records(&town(400, 3).0), Options::default()).unwrap().1
}

/// A word of its own for each number below 26, which starts and ends unlike the others.
fn letters(mut number: usize) -> String {
    let mut word = String::new();
    for _ in 0..6 {
        word.push(char::from(b'a' + (number % 26) as u8));
        number = number * 7 + 3;
    }
    word
}

fn persons(people: &[Person]) -> Vec<u32> {
    link_with(&records(people), Options::default(), &mut weights()).unwrap().person_of
}

#[test]
fn a_town_is_found_again() {
    let (people, truth) = town(400, 3);
    let (found, _) = link(&records(&people), Options::default()).unwrap();
    let scores = accuracy(&found.person_of, &truth).pairs;
    assert!(scores.f1 > 0.98, "{scores:?}");
    let expected = (found.report.expected_precision, found.report.expected_recall);
    assert!((expected.0 - scores.precision).abs() < 0.03, "{expected:?} {scores:?}");
    assert!((expected.1 - scores.recall).abs() < 0.03, "{expected:?} {scores:?}");
    let [least, most] = found.report.expected_recall_between;
    assert!(least <= expected.1 && expected.1 <= most && most - least < 0.1, "{least} {most}");
}

#[test]
fn what_no_pair_of_records_shows_is_said_to_be_believed() {
    // Names and a telephone are all there is: nothing shows how often one person has two telephones.
    let (people, _) = town(400, 2);
    let people: Vec<Person> = people
        .iter()
        .enumerate()
        .map(|(at, _)| {
            Person::new(&letters(at / 2), &letters(at / 2 + 7), "").phone(&format!("404555{:04}", at / 2))
        })
        .collect();
    let report = link(&records(&people), Options::default()).unwrap().0.report;
    let [least, most] = report.expected_recall_between;
    assert!(
        most - least > 0.2 && least <= report.expected_recall && report.expected_recall <= most,
        "{report:?}"
    );
}

#[test]
fn a_third_record_joins_two_that_share_nothing() {
    let by_birth = Person::new("rosalind", "achterberg", "1984-03-17");
    let by_number = Person::new("rosalind", "achterberg", "").ssn("457551234");
    let by_both = Person::new("rosalind", "achterberg", "1984-03-17").ssn("457551234");
    assert_eq!(persons(&[by_birth.clone(), by_number.clone()]), [0, 1]);
    assert_eq!(persons(&[by_birth, by_number, by_both]), [0, 0, 0]);
}

#[test]
fn a_name_alone_is_nobody() {
    let name = Person::new("rosalind", "achterberg", "");
    let (found, _) = link(&records(&[name.clone(), name]), Options::default()).unwrap();
    assert_eq!((found.count, found.report.records_without_tokens), (2, 2));
}

#[test]
fn twins_stay_two_and_each_keeps_its_own_records() {
    let twin = |first: &str| Person::new(first, "achterberg", "2004-03-17").at("12 linden").phone("5550100");
    let (anna, bert) = (twin("marianna"), twin("humberto"));
    assert_eq!(persons(&[anna.clone(), bert.clone(), anna, bert]), [0, 1, 0, 1]);
}

#[test]
fn father_and_son_of_one_name_stay_two() {
    let of = |born: &str| Person::new("humberto", "achterberg", born).at("12 linden").phone("5550100");
    let (father, son) = (of("1961-11-02"), of("1990-04-25"));
    assert_eq!(persons(&[father.clone(), son.clone(), father, son]), [0, 1, 0, 1]);
}

/// Strangers of one first name in one street of many: pairs enough to be most of a city's.
#[test]
fn a_first_name_and_a_street_bring_pairs_only_while_few_share_them() {
    let crowd = |n: usize| -> Vec<Person> {
        (0..n).map(|i| Person::new("maria", &letters(i), "").at(&format!("{i} linden"))).collect()
    };
    let met = |n| link(&records(&crowd(n)), Options::default()).unwrap().0.report.candidate_pairs;
    assert_eq!(met(15), 15 * 14 / 2);
    // Some sound alike all the same.
    assert!(met(16) < 8, "{}", met(16));
}

/// A token that too many share to bring pairs still tells of two that met otherwise.
#[test]
fn what_many_share_still_tells_of_those_who_met() {
    let shared = |n: usize| {
        let mut people: Vec<Person> =
            (0..n).map(|i| Person::new("maria", &letters(i), "").at(&format!("{i} linden"))).collect();
        people
            .extend(["1984-03-17"; 2].map(|born| Person::new("maria", "achterberg", born).at("900 linden")));
        let (found, _) = link(&records(&people), Options::default()).unwrap();
        let last = found.pairs.last().unwrap();
        assert_eq!((last.a as usize, last.b as usize), (n, n + 1));
        last.families
    };
    assert_eq!(shared(3), shared(40));
}

#[test]
fn a_borrowed_number_links_nobody() {
    let lender = Person::new("humberto", "achterberg", "1961-11-02").ssn("457551234");
    let borrower = Person::new("klaudiusz", "zielinska", "1990-04-25").ssn("457551234");
    assert_eq!(persons(&[lender, borrower]), [0, 1]);
}

#[test]
fn a_number_that_one_home_shares_makes_no_couple_one() {
    let of = |first: &str| Person::new(first, "achterberg", "").at("12 linden").ssn("457551234");
    let (husband, wife) = (of("humberto"), of("marianna"));
    assert_eq!(persons(&[husband.clone(), wife.clone(), husband, wife]), [0, 1, 0, 1]);
}

#[test]
fn each_record_sent_twice_changes_nobody_else() {
    let (mut people, truth) = town(200, 2);
    people.extend(people.clone());
    let truth: Vec<usize> = truth.iter().chain(&truth).copied().collect();
    let (found, _) = link(&records(&people), Options::default()).unwrap();
    assert!(accuracy(&found.person_of, &truth).pairs.f1 > 0.97);
}

#[test]
fn one_value_in_half_of_the_records_joins_nobody_and_is_counted() {
    let (people, truth) = town(300, 2);
    let same_phone = |(i, person): (usize, &Person)| {
        if i % 2 == 0 { person.clone().phone("5551234567") } else { person.clone() }
    };
    let people: Vec<Person> = people.iter().enumerate().map(same_phone).collect();
    let (found, _) = link(&records(&people), Options::default()).unwrap();
    let scores = accuracy(&found.person_of, &truth).pairs;
    assert!(scores.precision > 0.97, "{scores:?}");
    assert!(found.report.largest_cluster <= 6, "{}", found.report.largest_cluster);
}

#[test]
fn fields_in_each_others_columns_harm_no_other_agency() {
    let (people, truth) = town(300, 2);
    let shift = |person: &Person| Person {
        first: person.home.clone(),
        last: person.first.clone(),
        born: [person.last.clone(), String::new(), String::new()],
        ..Person::default()
    };
    let mut rows: Vec<(u16, Person)> = people.iter().map(|p| (0, p.clone())).collect();
    rows.extend(people.iter().map(|p| (1, shift(p))));
    let (found, _) = link(&records_of(&rows, &[false, false]), Options::default()).unwrap();
    let scores = accuracy(&found.person_of[..people.len()], &truth).pairs;
    assert!(scores.f1 > 0.95, "{scores:?}");
}

#[test]
fn a_person_never_exceeds_the_cap() {
    let one = Person::new("rosalind", "achterberg", "1984-03-17");
    let options = Options { token_cap: 100, cluster_cap: 40 };
    let found = link_with(&records(&vec![one; 90]), options, &mut weights()).unwrap();
    assert!(found.report.largest_cluster <= 40);
    assert!(found.report.refused_by_size > 0);
}

#[test]
fn a_token_over_the_cap_links_nobody_and_is_counted() {
    let one = Person::new("rosalind", "achterberg", "1984-03-17");
    let found = link_with(&records(&vec![one; 101]), Options::default(), &mut weights()).unwrap();
    assert_eq!(found.count, 101);
    assert!(found.report.tokens_over_cap > 0);
}

#[test]
fn a_source_with_one_record_a_person_keeps_them_apart() {
    let one = Person::new("rosalind", "achterberg", "1984-03-17");
    let input = records_of(&[(0, one.clone()), (0, one)], &[true]);
    assert_eq!(link_with(&input, Options::default(), &mut weights()).unwrap().count, 2);
}

#[test]
fn no_records_and_one_record_are_no_error() {
    assert_eq!(link(&records(&[]), Options::default()).unwrap().0.count, 0);
    assert_eq!(
        link(&records(&[Person::new("a", "b", "1990-01-02")]), Options::default()).unwrap().0.count,
        1
    );
}

#[test]
fn columns_that_do_not_fit_are_refused() {
    let broken = |spoil: &dyn Fn(&mut Records)| {
        let mut input = records(&[Person::new("rosalind", "achterberg", "1984-03-17")]);
        spoil(&mut input);
        link(&input, Options::default()).err()
    };
    assert_eq!(broken(&|r| r.starts.push(9)), Some(LinkError::Records(RecordsError::Shape)));
    assert_eq!(broken(&|r| r.families[0] = 200), Some(LinkError::Records(RecordsError::Index)));
    assert_eq!(broken(&|r| r.families.reverse()), Some(LinkError::Records(RecordsError::Shape)));
}

#[test]
fn weights_survive_being_written_down() {
    let weights = weights();
    assert_eq!(Weights::from_json(&weights.to_json()).unwrap().to_json(), weights.to_json());
    assert_eq!(Weights::from_json("{}").err(), Some(LinkError::Weights));
}

/// Persons as sets of records, whatever their numbers.
fn sets(found: &Persons, order: &[usize]) -> std::collections::BTreeSet<Vec<usize>> {
    let mut sets = vec![Vec::new(); found.count];
    for (at, person) in found.person_of.iter().enumerate() {
        sets[*person as usize].push(order[at]);
    }
    for set in &mut sets {
        set.sort_unstable();
    }
    sets.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever the order of a record's tokens of a family, the persons are the same, on one thread as on two.
    #[test]
    fn the_order_of_tokens_and_threads_does_not_matter(households in 5_usize..60) {
        let (people, _) = town(households, 3);
        let straight = records(&people);
        let mut reversed = records(&people);
        let mut at = 0;
        for record in 0..people.len() {
            let range = reversed.starts[record] as usize..reversed.starts[record + 1] as usize;
            for family in reversed.families[range.clone()].chunk_by(|a, b| a == b) {
                let of_family = reversed.tokens[at..].split_at_mut(family.len()).0;
                of_family.reverse();
                at += family.len();
            }
        }
        let on = |threads: usize, input: &Records| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| link(input, Options::default()).unwrap())
        };
        prop_assert_eq!(on(1, &straight), on(2, &reversed));
    }

    /// Whatever the order of records, they are the same sets of records.
    #[test]
    fn the_order_of_records_does_not_matter(households in 5_usize..60, turn in 1_usize..100, is_reversed: bool) {
        let (people, _) = town(households, 3);
        let mut order: Vec<usize> = (0..people.len()).map(|i| (i + turn) % people.len()).collect();
        if is_reversed {
            order.reverse();
        }
        let turned: Vec<Person> = order.iter().map(|i| people[*i].clone()).collect();
        let (a, weights) = link(&records(&people), Options::default()).unwrap();
        let (b, others) = link(&records(&turned), Options::default()).unwrap();
        prop_assert_eq!(weights, others);
        let identity: Vec<usize> = (0..people.len()).collect();
        prop_assert_eq!(sets(&a, &identity), sets(&b, &order));
    }
}
