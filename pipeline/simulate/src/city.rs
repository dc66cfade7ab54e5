//! Cities as tables in `data/cities.txt`: no code knows a city by name.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::population::culture::CULTURES;

/// Version of the HMIS CSV export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HmisVersion {
    Fy2024,
    Fy2026,
}

/// The table of one city.
pub(crate) struct City {
    /// Empty for the table of every city that has none of its own.
    pub(crate) slug: &'static str,
    pub(crate) title: &'static str,
    pub(crate) state: &'static str,
    /// First ZIP and how many there are.
    pub(crate) zips: (u32, usize),
    /// Continuum of care, as HMIS codes it.
    pub(crate) coc: &'static str,
    pub(crate) hmis: HmisVersion,
    /// Weight of every community, in the order of [`CULTURES`].
    pub(crate) cultures: [f64; CULTURES.len()],
    /// Weight of being a client of each source, in the order of [`crate::history::SOURCES`].
    pub(crate) sources: [f64; 6],
    /// How much more often than usual each source leaves a field blank.
    pub(crate) gaps: [f64; 6],
    /// Prefixes of street names.
    pub(crate) directions: Vec<&'static str>,
    /// How often a street has one.
    pub(crate) directed: f64,
    /// Whether it is one of `sample_data`.
    sample: bool,
}

static CITIES: LazyLock<Vec<City>> = LazyLock::new(|| {
    let text = include_str!("../data/cities.txt");
    let blocks = text.split("\n\n").filter(|block| block.lines().any(|line| line.starts_with("slug:")));
    blocks.map(City::read).collect()
});

impl City {
    /// Reads a block of `key: value` lines, of the crate's own data.
    fn read(block: &'static str) -> Self {
        let lines: BTreeMap<&str, &'static str> =
            block.lines().filter_map(|line| line.split_once(':')).map(|(k, v)| (k, v.trim())).collect();
        let words = |key: &str| lines[key].split_whitespace();
        let number = |text: &str| text.parse::<f64>().expect("the crate's own data hold numbers");
        Self {
            slug: lines["slug"],
            title: lines["title"],
            state: lines["state"],
            zips: {
                let [first, count] = list::<2>(words("zips").map(number));
                (first as u32, count as usize)
            },
            coc: lines["coc"],
            hmis: if lines["hmis"] == "2024" { HmisVersion::Fy2024 } else { HmisVersion::Fy2026 },
            cultures: list(words("cultures").map(number)),
            sources: list(words("sources").map(number)),
            gaps: list(words("gaps").map(number)),
            directions: words("directions").collect(),
            directed: number(lines["directed"]),
            sample: lines["sample"] == "yes",
        }
    }
}

/// As many numbers as are wanted, of the crate's own data.
fn list<const N: usize>(numbers: impl Iterator<Item = f64>) -> [f64; N] {
    numbers.collect::<Vec<_>>().try_into().expect("the crate's own data hold a number for each")
}

/// The table of a city; a slug without one gets the general table.
pub(crate) fn table(slug: &str) -> &'static City {
    let general = || CITIES.iter().find(|city| city.slug.is_empty());
    CITIES
        .iter()
        .find(|city| city.slug == slug)
        .or_else(general)
        .expect("the crate's own data hold a general table")
}

/// Slugs of the cities of `sample_data`.
pub(crate) fn sample_slugs() -> impl Iterator<Item = &'static str> {
    CITIES.iter().filter(|city| city.sample).map(|city| city.slug)
}

/// Whether a slug can safely name a folder.
pub(crate) fn is_slug(slug: &str) -> bool {
    slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && (3..=80).contains(&slug.len())
        && !slug.starts_with('-')
        && !slug.ends_with('-')
}
