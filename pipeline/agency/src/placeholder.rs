//! Placeholders that nobody listed: a value that far too many records of a file share.
//!
//! A first pass over the file counts normalized values, of a large file those of a [`crate::sample`].
//! A value in 5 % of the non-null cells of its column, and of 20 records or more, is no birth date,
//! SSN, telephone number, e-mail, street or identifier of anybody; no more is a first name with its last name
//! (`JOHN DOE`, the shelter's own). Of a name by itself, of a town and of an
//! occupation, which many share, it takes 25 %, of a middle initial 50 %. The column is then null for
//! those records. Rows of one record count once, so who comes often is no placeholder.
//!
//! A day of the year on which one in fifty of a file's people is born (mostly 1 January) stands for people
//! of whom only the year is known: those born on it give no token of parts of the date, by which the hub
//! sees that their dates agree in the year at most.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use chrono::Datelike;

use crate::age::Birth;
use crate::birth_pieces::BirthPieces;
use crate::identity::Identity;

const LEAST_RECORDS: usize = 20;

fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

const BIRTH_DAY: &str = "birth_day";
const WHOLE_NAME: &str = "first_and_last_name";

/// Fields that are looked at, with the share of cells that makes a placeholder.
pub(crate) const FIELDS: [(&str, usize); 15] = [
    ("first_name", 25),
    ("last_name", 25),
    (WHOLE_NAME, 5),
    ("birth_date", 5),
    ("ssn", 5),
    ("ssn_last_four", 25),
    ("phone", 5),
    ("email", 5),
    ("street", 5),
    ("middle_name", 50),
    ("city", 25),
    ("occupation", 25),
    ("birth_place", 25),
    (BIRTH_DAY, 2),
    ("other", 5),
];
/// The place of `other`, whose values are looked at one by one.
const OTHER: usize = FIELDS.len() - 1;

/// The hash of a field's value.
fn value(identity: &Identity, field: &str) -> Option<u64> {
    let text = |value: &Option<String>| value.as_ref().map(hash);
    let first = || identity.first.as_ref().or(identity.first_soundex.as_ref());
    let last = || identity.last.as_ref().or(identity.last_soundex.as_ref());
    match field {
        "first_name" => first().map(hash),
        "last_name" => last().map(hash),
        WHOLE_NAME => first().zip(last()).map(hash),
        "birth_date" => identity.birth.date.map(hash),
        BIRTH_DAY => identity.birth.date.map(|date| hash((date.month(), date.day()))),
        "ssn" => text(&identity.ssn).or_else(|| text(&identity.ssn_hash)),
        "ssn_last_four" => identity.ssn.is_none().then(|| text(&identity.ssn_last_four)).flatten(),
        "phone" => text(&identity.phone),
        "email" => text(&identity.email),
        "street" => {
            let street = identity.street_number.as_ref().and(identity.street_name.as_ref());
            street.map(|_| hash((&identity.street_number, &identity.street_name)))
        }
        "middle_name" => text(&identity.middle),
        "city" => text(&identity.locality),
        "occupation" => text(&identity.occupation),
        "birth_place" => text(&identity.birth_place),
        _ => None,
    }
}

fn remove(identity: &mut Identity, field: &str) {
    let mut first_and_last = |first: bool, last: bool| {
        if first {
            (identity.first, identity.first_soundex) = (None, None);
        }
        if last {
            (identity.last, identity.last_soundex) = (None, None);
        }
    };
    match field {
        "first_name" => first_and_last(true, false),
        "last_name" => first_and_last(false, true),
        WHOLE_NAME => {
            first_and_last(true, true);
            identity.middle = None;
        }
        // The year goes too: it is the placeholder's.
        "birth_date" => {
            identity.birth = Birth::default();
            identity.birth_pieces = BirthPieces::default();
        }
        BIRTH_DAY => identity.birth_pieces.of_year_only = true,
        "ssn" => (identity.ssn, identity.ssn_hash, identity.ssn_last_four) = (None, None, None),
        "ssn_last_four" => identity.ssn_last_four = None,
        "phone" => identity.phone = None,
        "email" => identity.email = None,
        "street" => (identity.street_number, identity.street_name) = (None, None),
        "middle_name" => identity.middle = None,
        "city" => identity.locality = None,
        "occupation" => identity.occupation = None,
        "birth_place" => identity.birth_place = None,
        _ => {}
    }
}

/// What the first pass counts: hashes of values, never the values, each with its record.
#[derive(Default)]
pub(crate) struct SharedValues([Vec<(u64, u64)>; FIELDS.len()]);

/// What the first pass found.
#[derive(Default)]
pub(crate) struct Placeholders([Vec<u64>; FIELDS.len()]);

impl SharedValues {
    /// Counts a row of the record that `record` tells from others.
    pub(crate) fn add(&mut self, record: u64, identity: &Identity) {
        for (cells, (field, _)) in self.0[..OTHER].iter_mut().zip(FIELDS) {
            cells.extend(value(identity, field).map(|value| (value, record)));
        }
        self.0[OTHER].extend(identity.other.iter().map(|value| (hash(value), record)));
    }

    pub(crate) fn finish(self) -> Placeholders {
        let mut found = Placeholders::default();
        for (i, mut cells) in self.0.into_iter().enumerate() {
            cells.sort_unstable();
            cells.dedup();
            let least = (cells.len() * FIELDS[i].1).div_ceil(100).max(LEAST_RECORDS);
            let same = cells.chunk_by(|one, other| one.0 == other.0);
            found.0[i] = same.filter(|same| same.len() >= least).map(|same| same[0].0).collect();
        }
        found
    }
}

impl Placeholders {
    /// Nulls the fields of `identity` that hold a placeholder, and names them: bits of [`FIELDS`].
    pub(crate) fn remove(&self, identity: &mut Identity) -> u16 {
        let mut removed = 0;
        // All are asked before any goes: a first name may be part of a placeholder, and one itself.
        for (i, (heavy, (field, _))) in self.0.iter().zip(FIELDS).enumerate() {
            let here = match i {
                _ if heavy.is_empty() => false,
                OTHER => identity.other.iter().any(|value| heavy.binary_search(&hash(value)).is_ok()),
                _ => value(identity, field).is_some_and(|value| heavy.binary_search(&value).is_ok()),
            };
            removed |= u16::from(here) << i;
        }
        for (i, (field, _)) in FIELDS.iter().enumerate().filter(|(i, _)| removed >> i & 1 == 1) {
            if i == OTHER {
                identity.other.retain(|value| self.0[OTHER].binary_search(&hash(value)).is_err());
            } else {
                remove(identity, field);
            }
        }
        removed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(first: &str, ssn: &str) -> Identity {
        let mut identity = Identity::default();
        identity.first = Some(first.to_owned());
        identity.ssn = Some(ssn.to_owned());
        identity
    }

    fn found(people: &[Identity]) -> Placeholders {
        let mut counts = SharedValues::default();
        for (record, person) in (0..).zip(people) {
            counts.add(record, person);
        }
        counts.finish()
    }

    #[test]
    fn a_value_that_too_many_share_goes() {
        // 400 records: one SSN in 5 % of them, one first name in 24 %.
        let people: Vec<_> = (0..400)
            .map(|i| {
                let name = if i % 25 < 6 { "maria".to_owned() } else { format!("n{i}") };
                let ssn = if i < 20 { "536228765".to_owned() } else { format!("{:09}", 100_000_000 + i) };
                person(&name, &ssn)
            })
            .collect();
        let found = found(&people);
        let mut heavy = person("maria", "536228765");
        assert_eq!(names(found.remove(&mut heavy)), ["ssn"]);
        assert!(heavy.ssn.is_none() && heavy.first.is_some());
        assert_eq!(found.remove(&mut person("maria", "100000399")), 0);
    }

    fn names(removed: u16) -> Vec<&'static str> {
        FIELDS
            .iter()
            .enumerate()
            .filter(|(i, _)| removed >> i & 1 == 1)
            .map(|(_, (field, _))| *field)
            .collect()
    }

    #[test]
    fn a_first_name_with_its_last_name_is_nobodys_long_before_either_is() {
        let named = |first: &str, last: &str| {
            let mut identity = Identity::default();
            (identity.first, identity.last) = (Some(first.to_owned()), Some(last.to_owned()));
            identity
        };
        // 400 records: one name on 20 of them; as many have its first name, and others its last name.
        let people: Vec<_> = (0..400)
            .map(|i| match i {
                0..20 => named("john", "doe"),
                20..40 => named("john", &format!("n{i}")),
                40..60 => named(&format!("n{i}"), "doe"),
                _ => named(&format!("n{i}"), &format!("m{i}")),
            })
            .collect();
        let seen = found(&people);
        let mut doe = named("john", "doe");
        doe.middle = Some("q".to_owned());
        assert_eq!(names(seen.remove(&mut doe)), [WHOLE_NAME]);
        assert!(doe.first.is_none() && doe.last.is_none() && doe.middle.is_none());
        assert_eq!(seen.remove(&mut named("john", "n20")), 0);
        assert_eq!(seen.remove(&mut named("n40", "doe")), 0);
        assert_eq!(found(&people[1..]).remove(&mut named("john", "doe")), 0, "19 records");
    }

    #[test]
    fn rows_of_one_record_count_once() {
        let mut counts = SharedValues::default();
        for row in 0..400 {
            // Forty rows of one person, who comes often.
            let (record, ssn) = if row < 40 { (0, 536_228_765) } else { (row, 100_000_000 + row) };
            counts.add(record, &person("ana", &ssn.to_string()));
        }
        assert_eq!(names(counts.finish().remove(&mut person("ana", "536228765"))), ["first_name"]);
    }

    #[test]
    fn a_small_file_has_no_placeholders() {
        let people: Vec<_> = (0..19).map(|_| person("ana", "536228765")).collect();
        assert_eq!(found(&people).remove(&mut person("ana", "536228765")), 0);
    }
}
