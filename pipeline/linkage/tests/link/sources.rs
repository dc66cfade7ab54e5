//! What the sources of two records tell before any field does.

use linkage::{LinkError, Options, Weights, accuracy, link, link_with};

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
        link_with(&records_of(&rows, &[false; 2]), Options::default(), &weights).unwrap().count
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
