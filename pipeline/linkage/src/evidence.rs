//! What the families that two records share, and those they do not, prove about each field.

use domain::{Evidence, FAMILIES, Level};

/// The identity fields that are weighed, in the order of [`EvidenceVector`].
pub(crate) const GROUPS: [Evidence; 10] = [
    Evidence::First,
    Evidence::Last,
    Evidence::BirthDate,
    Evidence::Ssn,
    Evidence::Phone,
    Evidence::Email,
    Evidence::Address,
    Evidence::Other,
    Evidence::Sex,
    Evidence::BirthPlace,
];

/// How two records stand in one identity field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Agreement {
    /// A record lacks the field, or nothing that both have can tell.
    Absent,
    /// A family that both have would be shared if the field agreed at any level, and is not.
    Differs,
    /// They agree at this level, and no shared family proves a better one.
    Agrees(Level),
    /// They agree in part, and a family that both have would be shared if they agreed in full: a
    /// birth year alike and the day not, an initial alike and the name not.
    AgreesInPartOnly,
}

/// The agreement of two records in every identity field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EvidenceVector([Agreement; GROUPS.len()]);

impl EvidenceVector {
    /// Reads the evidence off the families that two records share (`shared`) and those of which
    /// both have tokens (`both`), one bit a family.
    pub fn read(shared: u64, both: u64) -> Self {
        let mut best = [None; GROUPS.len()];
        for family in bits(shared) {
            for (evidence, level) in FAMILIES[family].proves {
                let slot = &mut best[index(*evidence)];
                *slot = (*slot).max(Some(*level));
            }
        }
        let mut vector = best.map(|level| level.map_or(Agreement::Absent, Agreement::Agrees));
        for family in bits(both & !shared) {
            match disproved(FAMILIES[family].proves, &best) {
                Some(group) if best[group].is_none() => vector[group] = Agreement::Differs,
                Some(group) if best[group] == Some(Level::Partial) => {
                    vector[group] = Agreement::AgreesInPartOnly;
                }
                _ => {}
            }
        }
        Self(vector)
    }

    /// The agreement in one field.
    pub fn of(&self, evidence: Evidence) -> Agreement {
        self.0[index(evidence)]
    }
}

/// The one field that a family which is not shared shows to fall short: all its other fields agree
/// at the level it needs, and this one does not.
fn disproved(needs: &[(Evidence, Level)], best: &[Option<Level>]) -> Option<usize> {
    let mut open = needs.iter().filter(|(evidence, level)| best[index(*evidence)] < Some(*level));
    let (evidence, _) = open.next()?;
    open.next().is_none().then_some(index(*evidence))
}

fn index(evidence: Evidence) -> usize {
    GROUPS.iter().position(|g| *g == evidence).expect("every evidence group stands in GROUPS")
}

fn bits(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (mask != 0).then(|| {
            let bit = mask.trailing_zeros() as usize;
            mask &= mask - 1;
            bit
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::family_index;

    fn mask(names: &[&str]) -> u64 {
        names.iter().map(|n| 1_u64 << family_index(n).expect("a family")).sum()
    }

    #[test]
    fn the_best_level_counts_once() {
        let shared = mask(&["name_dob", "soundex_dob", "initial_dob"]);
        let vector = EvidenceVector::read(shared, shared);
        assert_eq!(vector.of(Evidence::First), Agreement::Agrees(Level::Exact));
        assert_eq!(vector.of(Evidence::BirthDate), Agreement::Agrees(Level::Exact));
        assert_eq!(vector.of(Evidence::Ssn), Agreement::Absent);
    }

    #[test]
    fn a_family_both_have_and_do_not_share_disproves_its_one_open_field() {
        let shared = mask(&["name_street"]);
        let both = mask(&["name_street", "street_dob", "name_dob"]);
        let vector = EvidenceVector::read(shared, both);
        assert_eq!(vector.of(Evidence::BirthDate), Agreement::Differs);
        // Two fields open: either could be the one that differs, so nothing is proved.
        let both = mask(&["name_street", "dob_ssn"]);
        let vector = EvidenceVector::read(shared, both);
        assert_eq!(vector.of(Evidence::Ssn), Agreement::Absent);
    }

    #[test]
    fn twins_differ_in_their_first_name() {
        let shared = mask(&["last_dob_street", "street_dob"]);
        let both = shared | mask(&["name_dob", "initial_dob", "first_dob_street"]);
        assert_eq!(EvidenceVector::read(shared, both).of(Evidence::First), Agreement::Differs);
    }
}
