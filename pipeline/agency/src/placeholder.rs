//! Placeholders that nobody listed: a value that far too many records of a file share.
//!
//! A first pass over the file counts normalized values, of a large file those of a [`crate::sample`].
//! A value in 5 % of the non-null cells of its column, and in 20 records or more, is no birth date,
//! SSN, telephone number, e-mail, street or identifier of anybody; of names, of a town and of an
//! occupation, which many share, it takes 25 %, of a middle initial 50 %. The column is then null for
//! those records.
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

/// Fields that are looked at, with the share of cells that makes a placeholder.
pub(crate) const FIELDS: [(&str, usize); 14] = [
    ("first_name", 25),
    ("last_name", 25),
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

/// The hash of each field's value; `other` is looked at value by value elsewhere.
fn values(identity: &Identity) -> [Option<u64>; FIELDS.len() - 1] {
    let text = |value: &Option<String>| value.as_ref().map(hash);
    let street = identity.street_number.as_ref().and(identity.street_name.as_ref());
    [
        text(&identity.first).or_else(|| text(&identity.first_soundex)),
        text(&identity.last).or_else(|| text(&identity.last_soundex)),
        identity.birth.date.map(hash),
        text(&identity.ssn).or_else(|| text(&identity.ssn_hash)),
        identity.ssn.is_none().then(|| text(&identity.ssn_last_four)).flatten(),
        text(&identity.phone),
        text(&identity.email),
        street.map(|_| hash((&identity.street_number, &identity.street_name))),
        text(&identity.middle),
        text(&identity.locality),
        text(&identity.occupation),
        text(&identity.birth_place),
        identity.birth.date.map(|date| hash((date.month(), date.day()))),
    ]
}

/// What the first pass counts: hashes of values, never the values.
#[derive(Default)]
pub(crate) struct SharedValues([Vec<u64>; FIELDS.len()]);

/// What the first pass found.
#[derive(Default)]
pub(crate) struct Placeholders([Vec<u64>; FIELDS.len()]);

impl SharedValues {
    pub(crate) fn add(&mut self, identity: &Identity) {
        for (cells, value) in self.0.iter_mut().zip(values(identity)) {
            cells.extend(value);
        }
        self.0[FIELDS.len() - 1].extend(identity.other.iter().map(hash));
    }

    pub(crate) fn finish(self) -> Placeholders {
        let mut found = Placeholders::default();
        for (i, mut cells) in self.0.into_iter().enumerate() {
            cells.sort_unstable();
            let least = (cells.len() * FIELDS[i].1).div_ceil(100).max(LEAST_RECORDS);
            let same = cells.chunk_by(|one, other| one == other);
            found.0[i] = same.filter(|same| same.len() >= least).map(|same| same[0]).collect();
        }
        found
    }
}

impl Placeholders {
    /// Nulls the fields of `identity` that hold a placeholder, and names them: bits of [`FIELDS`].
    pub(crate) fn remove(&self, identity: &mut Identity) -> u16 {
        let mut removed = 0;
        if self.0.iter().all(Vec::is_empty) {
            return removed;
        }
        for (i, value) in values(identity).into_iter().enumerate() {
            if value.is_some_and(|v| self.0[i].binary_search(&v).is_ok()) {
                removed |= 1 << i;
                match FIELDS[i].0 {
                    "first_name" => (identity.first, identity.first_soundex) = (None, None),
                    "last_name" => (identity.last, identity.last_soundex) = (None, None),
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
        }
        let heavy = &self.0[FIELDS.len() - 1];
        let before = identity.other.len();
        identity.other.retain(|value| heavy.binary_search(&hash(value)).is_err());
        if identity.other.len() < before {
            removed |= 1 << (FIELDS.len() - 1);
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
        for person in people {
            counts.add(person);
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
        assert_eq!(found.remove(&mut heavy), 1 << 3, "the SSN");
        assert!(heavy.ssn.is_none() && heavy.first.is_some());
        assert_eq!(found.remove(&mut person("maria", "100000399")), 0);
    }

    #[test]
    fn a_small_file_has_no_placeholders() {
        let people: Vec<_> = (0..19).map(|_| person("ana", "536228765")).collect();
        assert_eq!(found(&people).remove(&mut person("ana", "536228765")), 0);
    }
}
