//! Counties and towns by the state in which they lie. Half the counties of a state are called as families are; that all of a
//! column are of one state tells it from a column of families.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::LazyLock;

use crate::lexicon::{Fnv, fold};

const STATES: &str = include_str!("../data/states.txt");

/// Of each place the states that have one so called, as bits.
static PLACES: LazyLock<HashMap<&str, u64, BuildHasherDefault<Fnv>>> = LazyLock::new(|| {
    let mut places: HashMap<&str, u64, _> = HashMap::default();
    let lines = STATES.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "));
    for (at, (_, names)) in lines.enumerate() {
        names.split(", ").for_each(|name| *places.entry(name).or_default() |= 1 << at);
    }
    places
});

/// Letters of the states and territories, as the post writes them.
const LETTERS: &str = "al ak az ar ca co ct de dc fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri \
     sc sd tn tx ut vt va wa wv wi wy pr gu vi as mp";

/// Whether two letters are a state's.
pub(crate) fn is_state(text: &str) -> bool {
    text.len() == 2 && LETTERS.split_whitespace().any(|state| state.eq_ignore_ascii_case(text))
}

/// The largest share of the texts that are counties or towns of one and the same state.
pub(crate) fn of_one_state(texts: &[&str]) -> f64 {
    let mut counts = [0_u32; 64];
    for text in texts {
        let states = states(text);
        counts.iter_mut().enumerate().for_each(|(at, count)| *count += (states >> at & 1) as u32);
    }
    f64::from(counts.into_iter().max().unwrap_or(0)) / texts.len().max(1) as f64
}

/// The states in which a place lies, without what says that it is one: `St. Louis County`, `City of Kent`, `Kent, WA`.
fn states(text: &str) -> u64 {
    let folded = fold(text.trim()).replace(['.', '\''], "");
    let place = folded.split_once(',').map_or(folded.as_str(), |(place, _)| place);
    let place = ["city of ", "county of ", "town of "]
        .iter()
        .find_map(|start| place.strip_prefix(start))
        .unwrap_or(place);
    let place = [" county", " parish", " co", " city"]
        .iter()
        .find_map(|end| place.strip_suffix(end))
        .unwrap_or(place)
        .trim();
    let place = match place.split_once(' ') {
        Some(("st", rest)) => format!("saint {rest}"),
        Some(("ste", rest)) => format!("sainte {rest}"),
        Some(("ft", rest)) => format!("fort {rest}"),
        Some(("de", "kalb" | "soto" | "witt")) => place.replace(' ', ""),
        Some(("la", "salle")) => "lasalle".to_owned(),
        _ => place.to_owned(),
    };
    let whole = || PLACES.get(folded.as_str()).copied();
    PLACES.get(place.as_str()).copied().or_else(whole).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counties_of_one_state_are_told_from_families() {
        let of = |texts: &str| of_one_state(&texts.split(", ").collect::<Vec<_>>());
        assert!(
            of("Adams, Alexander, Brown, Clark, St. Clair, Vermilion County, DuPage, De Kalb, La Salle")
                > 0.99
        );
        assert!(of("ANDERSON, JIM WELLS, STARR COUNTY, city of pharr, Weslaco, Donna") > 0.99);
        let families = "Smith, Johnson, Williams, Brown, Jones, Garcia, Miller, Davis, Rodriguez, Martinez, Hernandez, \
                        Lopez, Gonzalez, Wilson, Anderson, Thomas, Taylor, Moore, Jackson, Martin, Lee, Perez, \
                        Thompson, White, Harris, Sanchez, Clark, Ramirez, Lewis, Robinson, Walker, Young, Allen, King";
        assert!(of(families) < 0.6, "{}", of(families));
    }

    #[test]
    fn every_state_has_a_bit() {
        assert!(STATES.lines().filter(|line| !line.starts_with('#')).count() <= 64);
    }
}
