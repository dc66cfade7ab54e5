//! The cities that can be scaffolded: data, so that no code knows a city by name.

use domain::CityId;
use serde::Deserialize;

use crate::failure::Failure;

const CITIES: &str = include_str!("../../configs/cities.toml");

/// A city of the list.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EligibleCity {
    pub(crate) id: CityId,
    pub(crate) name: String,
    /// People who live there, of the last census.
    pub(crate) population: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    city: Vec<EligibleCity>,
}

/// All cities of the list, in its order.
pub(crate) fn eligible_cities() -> Result<Vec<EligibleCity>, Failure> {
    let list: List = toml::from_str(CITIES).map_err(|error| Failure::internal(error.to_string()))?;
    Ok(list.city)
}

/// The city of a slug.
pub(crate) fn eligible_city(id: &CityId) -> Result<EligibleCity, Failure> {
    let cities = eligible_cities()?;
    let names: Vec<&str> = cities.iter().map(|city| city.id.as_str()).collect();
    let unknown = format!(
        "--city {id}: not in configs/cities.toml; take one of {}, or scaffold one of them and change its id, name and population",
        names.join(", ")
    );
    cities.into_iter().find(|city| city.id == *id).ok_or_else(|| Failure::usage(unknown))
}

impl EligibleCity {
    /// δ as it is written: a power of ten, at most a tenth of one over the population.
    pub(crate) fn delta(&self) -> String {
        format!("1e-{}", self.population.max(1).ilog10() + 2)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_list_has_24_cities_once_each() {
        let cities = eligible_cities().expect("a list");
        let ids: BTreeSet<&str> = cities.iter().map(|city| city.id.as_str()).collect();
        assert_eq!((cities.len(), ids.len()), (24, 24));
        for city in &cities {
            let delta: f64 = city.delta().parse().expect("a number");
            assert!(delta * f64::from(city.population) <= 0.1, "{}", city.id);
            assert!((100_000..10_000_000).contains(&city.population), "{}", city.id);
        }
    }
}
