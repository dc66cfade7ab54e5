//! How often years of birth differ in one person's records, where they are all that is known of the dates.
//!
//! Whoever asks ages and reckons years from them is off by one in half of the records; a date written down is hardly ever off by a
//! year. So years alone are learned by themselves, and teach nothing of dates.

use domain::Evidence;
use serde::{Deserialize, Serialize};

use crate::judge::single;

/// What is believed before any data, and how many pairs that weighs.
const BELIEVED: f64 = 0.032;
const BELIEVED_PAIRS: f64 = 40.0;

/// The most that can be learned.
const MOST: f64 = 0.6;

/// What is open of birth dates of which only the years are known, where they agree, and where they differ.
const AGREE: u8 = 0b1110;
const DIFFER: u8 = 0b0101;

/// What is known of years.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Years {
    /// The share of one person's pairs in which they differ.
    pub(crate) differ: f64,
    /// The pairs that taught it.
    taught: f64,
}

impl Default for Years {
    fn default() -> Self {
        Self { differ: BELIEVED, taught: 0.0 }
    }
}

impl Years {
    /// Whether years differ, where they are all that a pair shows of a field.
    pub(crate) fn alone(group: usize, possible: u8) -> Option<bool> {
        (group == Evidence::BirthDate as usize && matches!(possible, AGREE | DIFFER))
            .then_some(possible == DIFFER)
    }

    /// From pairs in which they agree, and in which they differ.
    pub(crate) fn learned([agree, differ]: [f64; 2]) -> Self {
        let taught = agree + differ;
        Self { differ: ((differ + BELIEVED_PAIRS * BELIEVED) / (taught + BELIEVED_PAIRS)).min(MOST), taught }
    }

    /// How likely what is seen is of one person.
    pub(crate) fn of_one_person(&self, differ: bool) -> f64 {
        if differ { self.differ } else { 1.0 - self.differ }
    }

    /// The share in which they differ, if `times` as much does of what nobody taught.
    pub(crate) fn differ_if(&self, times: f64) -> f64 {
        let times = (self.taught + BELIEVED_PAIRS * times) / (self.taught + BELIEVED_PAIRS);
        (self.differ * times).min(MOST)
    }

    /// How likely a record's year is wrong, beyond what is believed of its date, if a pair's differ so often.
    pub(crate) fn wrong_in_record(differ: f64) -> f64 {
        1.0 - ((1.0 - differ) / (1.0 - BELIEVED)).min(1.0).sqrt()
    }

    /// With 24 bits a number.
    pub(crate) fn rounded(self) -> Self {
        Self { differ: single(self.differ), taught: single(self.taught) }
    }

    pub(crate) fn is_sane(&self) -> bool {
        (0.0..=1.0).contains(&self.differ) && self.taught.is_finite() && self.taught >= 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_reckoned_from_ages_are_found_to_differ() {
        assert!((Years::learned([0.0, 0.0]).differ - BELIEVED).abs() < 1e-12);
        let of_ages = Years::learned([500.0, 500.0]);
        assert!((0.45..0.5).contains(&of_ages.differ), "{of_ages:?}");
        assert!((of_ages.of_one_person(true) + of_ages.of_one_person(false) - 1.0).abs() < 1e-12);
        assert!(Years::learned([0.0, 500.0]).differ <= MOST);
    }

    #[test]
    fn what_pairs_taught_stays_whatever_is_supposed() {
        let [of_few, of_many] = [[5.0, 5.0], [5_000.0, 5_000.0]].map(|pairs| {
            let years = Years::learned(pairs);
            years.differ_if(1.5) / years.differ_if(0.2)
        });
        assert!(of_few > 2.0 && of_many < 1.01, "{of_few} {of_many}");
    }

    #[test]
    fn both_records_of_a_pair_may_be_wrong() {
        assert!(Years::wrong_in_record(BELIEVED).abs() < 1e-12);
        let wrong = Years::wrong_in_record(0.5);
        assert!(((1.0 - wrong).powi(2) * (1.0 - BELIEVED) - 0.5).abs() < 1e-12, "{wrong}");
    }
}
