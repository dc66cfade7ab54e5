//! Sums over periods or cities, which count a person once for each that the person is in.

use crate::difference::{DifferenceError, Part};
use crate::interval::Z95;

/// What a sum over several releases counts: a person who is in two of them counts twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// One release: people.
    People,
    /// Quarters of one city: one for each quarter that a person is in.
    PersonQuarters,
    /// Years of one city.
    PersonYears,
    /// Periods of both kinds.
    PersonPeriods,
    /// One period of several cities.
    PersonCities,
    /// Several periods of several cities.
    PersonPeriodsAndCities,
}

impl Unit {
    /// The word that a reader sees.
    pub fn word(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::PersonQuarters => "person-quarters",
            Self::PersonYears => "person-years",
            Self::PersonPeriods => "person-periods",
            Self::PersonCities => "person-cities",
            Self::PersonPeriodsAndCities => "person-periods and person-cities",
        }
    }
}

/// A sum of parts of different releases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sum {
    /// Unbiased estimate.
    pub estimate: f64,
    /// Standard error.
    pub standard_error: f64,
    /// Lower end of the 95 % interval, not cut.
    pub low: f64,
    /// Upper end of the 95 % interval.
    pub high: f64,
    /// What it counts.
    pub unit: Unit,
}

/// Adds parts of different releases: over quarters, over cities.
///
/// # Errors
/// [`DifferenceError::Sum`] when there is none or one measurement stands twice.
pub fn sum(parts: &[Part<'_>]) -> Result<Sum, DifferenceError> {
    let key = |part: &Part<'_>| (part.statement.city.clone(), part.statement.period.clone());
    let mut keys: Vec<_> = parts.iter().map(key).collect();
    keys.sort_unstable();
    if keys.is_empty() || keys.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(DifferenceError::Sum);
    }
    let estimate: f64 = parts.iter().map(Part::estimate).sum();
    let standard_error = parts.iter().map(|part| part.covariance(part)).sum::<f64>().sqrt();
    let cities = keys.iter().any(|(city, _)| *city != keys[0].0);
    let periods = keys.iter().any(|(_, period)| *period != keys[0].1);
    let quarters = keys.iter().filter(|(_, period)| period.contains('q')).count();
    let unit = match (cities, periods) {
        (false, false) => Unit::People,
        (true, false) => Unit::PersonCities,
        (true, true) => Unit::PersonPeriodsAndCities,
        (false, true) if quarters == keys.len() => Unit::PersonQuarters,
        (false, true) if quarters == 0 => Unit::PersonYears,
        (false, true) => Unit::PersonPeriods,
    };
    let (low, high) = (estimate - Z95 * standard_error, estimate + Z95 * standard_error);
    Ok(Sum { estimate, standard_error, low, high, unit })
}
