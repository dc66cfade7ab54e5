//! Record and row ids: unique, and telling nothing about which records belong together.

/// A prime just below 10^10, so that ids have ten digits at most.
const PRIME: u64 = 9_999_999_967;

/// Rows of one person and source that can have an id of their own.
pub(crate) const ROWS_PER_PERSON: u64 = 4096;

/// A namespace of ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Space {
    HmisClient = 1,
    HmisEnrollment,
    HmisHousehold,
    HmisRow,
    Patient,
    Encounter,
    HumanClient,
    HumanCase,
    HumanNeed,
    Complaint,
    LegalClient,
    Matter,
    Incident,
    Member,
    Application,
    Action,
    Child,
    Report,
    ImmigrationClient,
    ImmigrationCase,
    Defendant,
    Booking,
    CourtCase,
    Program,
    Contact,
    Survivor,
    ProviderCase,
    Plan,
}

/// Spreads `n` (below `PRIME`) over ten digits, one to one in every space.
pub(crate) fn scattered(space: Space, n: u64) -> u64 {
    let factor = 7_368_787_129 + 2 * 104_729 * space as u64;
    let offset = 1_234_567_891 * space as u64;
    ((u128::from(n) * u128::from(factor) + u128::from(offset)) % u128::from(PRIME)) as u64
}

/// The id of a person's `k`-th row in a space.
pub(crate) fn row_id(space: Space, person: u64, k: u64) -> u64 {
    scattered(space, person * ROWS_PER_PERSON + k.min(ROWS_PER_PERSON - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_are_unique_and_short() {
        for space in [Space::HmisClient, Space::Encounter, Space::Incident] {
            let ids: BTreeSet<u64> = (0..200_000).map(|n| scattered(space, n)).collect();
            assert_eq!(ids.len(), 200_000);
            assert!(ids.iter().all(|id| *id < 10_000_000_000));
        }
    }
}
