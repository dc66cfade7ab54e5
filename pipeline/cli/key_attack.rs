//! What somebody can do with keys that are not the ones: test guesses against the hub's tokens, or
//! link a city's records to those of another city or epoch. A guess is a record's true identity,
//! tokenized as the guesser's keys allow: the best guess there is.
//!
//! Tokens are 64 bits inside the hub. Of n stored ones of a family and m others, some two agree by
//! chance with probability about n·m / 2^64: for 10^6 records and all families 10^-5 or so.

use domain::TOKEN_BYTES;
use hub::HubKey;
use linkage::{Options, link};
use serde::Serialize;

use crate::failure::Failure;
use crate::linkage_sources::{ReadSource, rekey, tokens};
use crate::token_columns::{Half, TokenColumn, agency_columns, matches, stored_columns};

/// Guesses under a pair of keys, and how many of them are among the hub's tokens.
#[derive(Serialize)]
pub(crate) struct Guesses {
    pub(crate) linkage_key: &'static str,
    pub(crate) hub_key: &'static str,
    pub(crate) tried: u64,
    pub(crate) matches: u64,
}

/// The agencies' own linkage key, in [`Guesses::linkage_key`].
pub(crate) const AGENCIES: &str = "the agencies'";
const HUBS: &str = "the hub's";
const NONE: &str = "none";

impl Guesses {
    /// Whether it is as it should be: both right keys match all, any others nothing.
    pub(crate) fn holds(&self) -> bool {
        let expected = if self.has_both_keys() { self.tried } else { 0 };
        self.matches == expected
    }

    fn has_both_keys(&self) -> bool {
        (self.linkage_key, self.hub_key) == (AGENCIES, HUBS)
    }
}

/// Tests the tokens of `read`, made under the linkage key of that name, against the hub's: as they
/// are (each 8-byte half of them), and re-keyed with the hub's own key.
pub(crate) fn guess(
    stored: &[TokenColumn],
    read: &[ReadSource],
    linkage_key: &'static str,
    hub: &HubKey,
) -> Result<[Guesses; 2], Failure> {
    let halves = [Half::First, Half::Second].map(|half| matches(stored, &agency_columns(read, half)));
    let guesses = tokens(read) as u64;
    // Those that too many records of a source share are left out here as in the hub.
    let rekeyed = rekey(hub, read)?;
    let under_hub = matches(stored, &stored_columns(&rekeyed, 0..rekeyed.len()));
    Ok([
        Guesses {
            linkage_key,
            hub_key: NONE,
            tried: guesses * (TOKEN_BYTES / size_of::<u64>()) as u64,
            matches: halves.iter().sum(),
        },
        Guesses { linkage_key, hub_key: HUBS, tried: rekeyed.tokens.len() as u64, matches: under_hub },
    ])
}

/// The records linked together with themselves under a key that is of no use here.
#[derive(Serialize)]
pub(crate) struct CrossLinks {
    pub(crate) key: &'static str,
    /// Tokens of the one that are among those of the other.
    pub(crate) shared_tokens: u64,
    /// Pairs of records across that linkage makes one person.
    pub(crate) linked_pairs: u64,
}

impl CrossLinks {
    /// Whether nothing crosses.
    pub(crate) fn holds(&self) -> bool {
        self.shared_tokens == 0 && self.linked_pairs == 0
    }
}

/// Links the records of a city together with `other`, the same records under another key. Both are
/// re-keyed with one hub key, which no two cities share: it makes it no harder to link across.
pub(crate) fn cross_links(
    city: &[ReadSource],
    other: &[ReadSource],
    key: &'static str,
    hub: &HubKey,
) -> Result<CrossLinks, Failure> {
    let records = rekey(hub, city.iter().chain(other))?;
    let half = records.len() / 2;
    let shared_tokens =
        matches(&stored_columns(&records, 0..half), &stored_columns(&records, half..records.len()));
    let (persons, _) = link(&records, Options::default()).map_err(Failure::internal)?;
    Ok(CrossLinks { key, shared_tokens, linked_pairs: across(&persons.person_of, half, persons.count) })
}

/// Pairs of one person, one record of which is before `half` and one is not.
fn across(person_of: &[u32], half: usize, persons: usize) -> u64 {
    let mut sides = vec![(0_u64, 0_u64); persons];
    for (record, person) in person_of.iter().enumerate() {
        let (before, after) = &mut sides[*person as usize];
        *(if record < half { before } else { after }) += 1;
    }
    sides.iter().map(|(before, after)| before * after).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_both_right_keys_may_match_and_they_must() {
        let of = |linkage_key, hub_key, matches| Guesses { linkage_key, hub_key, tried: 9, matches };
        assert!(of(AGENCIES, HUBS, 9).holds());
        assert!(!of(AGENCIES, HUBS, 8).holds());
        assert!(of(AGENCIES, NONE, 0).holds());
        assert!(!of(AGENCIES, NONE, 1).holds());
        assert!(!of("another's", HUBS, 9).holds());
    }

    #[test]
    fn pairs_across_are_counted() {
        // Persons {0, 3}, {1}, {2, 4, 5}; the second half begins at 3.
        assert_eq!(across(&[0, 1, 2, 0, 2, 2], 3, 3), 1 + 2);
        assert_eq!(across(&[0, 0, 1, 2, 2, 3], 3, 4), 0);
    }
}
