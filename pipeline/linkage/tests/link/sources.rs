//! What the sources of two records tell before any field does.

use linkage::{Before, LinkError, Options, Weights, accuracy, link, link_again, link_with};

use crate::fixture::{Person, records_of, town};

/// A town of which two lists hold everybody once.
fn two_lists() -> (Vec<(u16, Person)>, Vec<usize>) {
    let (people, truth) = town(400, 2);
    (people.into_iter().enumerate().map(|(at, person)| ((at % 2) as u16, person)).collect(), truth)
}

#[test]
fn a_list_that_holds_everybody_once_holds_nobody_twice() {
    let (rows, truth) = two_lists();
    let (found, weights) = link(&records_of(&rows, &[false; 2]), Options::default()).unwrap();
    assert!(accuracy(&found.person_of, &truth).pairs.f1 > 0.99);
    // A first name and a birth date: enough for a married woman of the other list, and not of her own.
    let person = |last: &str| Person::new("rosalind", last, "1984-03-17");
    let persons = |sources: [u16; 2]| {
        let rows = [(sources[0], person("achterberg")), (sources[1], person("zielinska"))];
        link_with(&records_of(&rows, &[false; 2]), Options::default(), &mut weights.clone()).unwrap().count
    };
    assert_eq!([persons([0, 1]), persons([0, 0]), persons([1, 1])], [1, 2, 2]);
}

#[test]
fn counts_of_a_source_without_a_name_are_no_weights() {
    let (_, weights) = link(&records_of(&two_lists().0, &[false; 2]), Options::default()).unwrap();
    assert!(weights.are_settled());
    let text = weights.to_json();
    assert_eq!(Weights::from_json(&text).unwrap().to_json(), text);
    let broken = text.replacen(r#""second":1"#, r#""second":7"#, 1);
    assert_ne!(broken, text);
    assert_eq!(Weights::from_json(&broken).err(), Some(LinkError::Weights));
}

#[test]
fn weights_know_the_sources_that_they_were_estimated_from() {
    let (people, _) = town(20, 2);
    let two: Vec<(u16, Person)> =
        people.into_iter().enumerate().map(|(at, person)| (at as u16 % 2, person)).collect();
    let (_, weights) = link(&records_of(&two, &[false, false]), Options::default()).unwrap();
    let read = Weights::from_json(&weights.to_json()).unwrap();
    for (source, known) in [("source 00", true), ("source 01", true), ("source 02", false)] {
        assert_eq!((weights.know(source), read.know(source)), (known, known), "{source}");
    }
}

/// Every fourth person of two lists is in a third, which joins later.
#[test]
fn a_source_that_joins_later_is_learned_once_and_changes_nothing_else() {
    let (people, _) = town(1_000, 3);
    let source = |at: usize| (at % 3) as u16;
    let of = |keep: &dyn Fn(usize) -> bool| -> Vec<(u16, Person)> {
        let rows = people.iter().enumerate().filter(|(at, _)| keep(*at));
        let mut rows: Vec<(u16, Person)> = rows.map(|(at, person)| (source(at), person.clone())).collect();
        rows.sort_by_key(|row| row.0);
        rows
    };
    let options = Options::default();
    let two = of(&|at| source(at) < 2);
    let three = of(&|at| source(at) < 2 || at % 4 == 0);
    let records = |rows: &[(u16, Person)], sources: usize| records_of(rows, &vec![false; sources]);
    let (first, frozen) = link(&records(&two, 2), options).unwrap();
    assert!(frozen.are_settled() && !frozen.know("source 02"));

    let mut weights = frozen.clone();
    let anew = link_with(&records(&three, 3), options, &mut weights).unwrap();
    assert!(weights.know("source 02"));
    let told = |weights: &Weights| -> serde_json::Value { serde_json::from_str(&weights.to_json()).unwrap() };
    let (before, after) = (told(&frozen), told(&weights));
    let of_two = |told: &serde_json::Value| told["sources"]["two"].as_array().unwrap().clone();
    assert_eq!(of_two(&after)[..3], of_two(&before)[..], "what was told of the others stays");
    assert_eq!(of_two(&after).len(), 6);
    assert_eq!([&after["model"], &after["threshold"]], [&before["model"], &before["threshold"]]);
    assert_eq!(Weights::from_json(&weights.to_json()).unwrap(), weights);

    // A night finds what all records anew do, and what is learned is frozen in its turn.
    let mut by_night = frozen.clone();
    let kept = Before {
        person_of: (0..three.len()).map(|at| first.person_of.get(at).copied()).collect(),
        disturbed: Vec::new(),
        pairs: first.pairs,
    };
    let night = link_again(&records(&three, 3), options, &mut by_night, &kept).unwrap();
    assert_eq!((&night.person_of, &by_night), (&anew.person_of, &weights));
    let settled = weights.clone();
    let few = of(&|at| source(at) < 2 || at % 8 == 0);
    link_with(&records(&few, 3), options, &mut weights).unwrap();
    assert_eq!(weights, settled);
    // Who brings few records tells nothing yet.
    let mut weights = frozen.clone();
    let hardly = of(&|at| source(at) < 2 || at % 40 == 0);
    link_with(&records(&hardly, 3), options, &mut weights).unwrap();
    assert_eq!(weights, frozen);
}
