//! Which of yesterday's persons each of today's is.

use serde::{Deserialize, Serialize};

/// What became of two persons, for the steward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChangeKind {
    /// `other` is now part of `person`.
    Merged,
    /// `other` was part of `person` until now.
    Split,
}

/// A merge or a split, by the persons' serial numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) kind: ChangeKind,
    pub(crate) person: u64,
    pub(crate) other: u64,
    /// A record that went from the one to the other.
    pub(crate) record: u32,
}

/// Today's persons by yesterday's names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// For each person of today, its serial number.
    pub(crate) serials: Vec<u64>,
    /// The first serial number that nobody has had.
    pub(crate) next: u64,
    pub(crate) changes: Vec<Change>,
}

/// Names today's persons. A person of yesterday lives on in the one of today that has most of its
/// records (the first of equals); of several that live on in one, the one with most records there
/// (the older of equals) gives its name. Everybody else gets a number that was never used.
///
/// `before` holds for each record of today the serial number of its person, if it had one.
pub(crate) fn name_persons(person_of: &[u32], count: usize, before: &[Option<u64>], next: u64) -> Named {
    // Records that each person of today shares with each of yesterday, with the first such record.
    let mut shared: Vec<(u64, u32, u32)> = person_of
        .iter()
        .zip(before)
        .enumerate()
        .filter_map(|(record, (today, serial))| serial.map(|serial| (serial, *today, record as u32)))
        .collect();
    shared.sort_unstable();
    let parts: Vec<Part> = shared
        .chunk_by(|a, b| (a.0, a.1) == (b.0, b.1))
        .map(|rows| Part { serial: rows[0].0, today: rows[0].1, records: rows.len(), first: rows[0].2 })
        .collect();

    let mut heirs: Vec<(Part, bool)> = Vec::with_capacity(parts.len());
    for of_one in parts.chunk_by(|a, b| a.serial == b.serial) {
        let heir = of_one.iter().rev().max_by_key(|part| part.records).map(|part| part.today);
        heirs.extend(of_one.iter().map(|part| (*part, Some(part.today) == heir)));
    }
    let mut name: Vec<Option<Part>> = vec![None; count];
    for (part, _) in heirs.iter().filter(|(_, heir)| *heir) {
        let slot = &mut name[part.today as usize];
        if slot.is_none_or(|has| part.records > has.records) {
            *slot = Some(*part);
        }
    }
    let mut next = next;
    let serials: Vec<u64> = name
        .iter()
        .map(|part| {
            part.map_or_else(
                || {
                    next += 1;
                    next - 1
                },
                |part| part.serial,
            )
        })
        .collect();
    let changes = heirs
        .iter()
        .filter(|(part, _)| serials[part.today as usize] != part.serial)
        .map(|(part, heir)| {
            let here = serials[part.today as usize];
            if *heir {
                Change { kind: ChangeKind::Merged, person: here, other: part.serial, record: part.first }
            } else {
                Change { kind: ChangeKind::Split, person: part.serial, other: here, record: part.first }
            }
        })
        .collect();
    Named { serials, next, changes }
}

/// Records that a person of yesterday and one of today have in common.
#[derive(Debug, Clone, Copy)]
struct Part {
    serial: u64,
    today: u32,
    records: usize,
    first: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_newcomer_joins_and_a_stranger_founds() {
        let named = name_persons(&[0, 0, 1, 2], 3, &[Some(4), None, Some(7), None], 9);
        assert_eq!(named, Named { serials: vec![4, 7, 9], next: 10, changes: vec![] });
    }

    #[test]
    fn of_two_that_merge_the_larger_keeps_its_name() {
        let named = name_persons(&[0, 0, 0], 1, &[Some(1), Some(5), Some(5)], 9);
        assert_eq!(named.serials, [5]);
        let merged = Change { kind: ChangeKind::Merged, person: 5, other: 1, record: 0 };
        assert_eq!(named.changes, [merged]);
    }

    #[test]
    fn of_one_that_splits_the_larger_part_keeps_its_name() {
        let named = name_persons(&[0, 1, 1], 2, &[Some(5), Some(5), Some(5)], 9);
        assert_eq!((named.serials, named.next), (vec![9, 5], 10));
        let split = Change { kind: ChangeKind::Split, person: 5, other: 9, record: 0 };
        assert_eq!(named.changes, [split]);
    }

    proptest! {
        /// Nobody shares a name, nobody gets a name that another had, and who is left alone keeps it.
        #[test]
        fn names_are_kept_and_unique(
            rows in prop::collection::vec((0_u32..8, prop::option::of(0_u64..8)), 1..40)
        ) {
            let mut persons: Vec<u32> = rows.iter().map(|(person, _)| *person).collect();
            persons.sort_unstable();
            persons.dedup();
            let person_of: Vec<u32> =
                rows.iter().map(|(p, _)| persons.binary_search(p).expect("it is one of them") as u32).collect();
            let before: Vec<Option<u64>> = rows.iter().map(|(_, serial)| *serial).collect();
            let named = name_persons(&person_of, persons.len(), &before, 8);
            let mut unique = named.serials.clone();
            unique.sort_unstable();
            unique.dedup();
            prop_assert_eq!(unique.len(), named.serials.len());
            for (person, serial) in named.serials.iter().enumerate() {
                let held = (0..rows.len()).any(|r| person_of[r] as usize == person && before[r] == Some(*serial));
                prop_assert!(held || *serial >= 8);
            }
            let again: Vec<Option<u64>> =
                person_of.iter().map(|p| Some(named.serials[*p as usize])).collect();
            let same = name_persons(&person_of, persons.len(), &again, named.next);
            prop_assert_eq!(same.serials, named.serials);
            prop_assert!(same.changes.is_empty());
        }
    }
}
