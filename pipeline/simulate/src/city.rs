//! Cities as tables: no code knows a city by name.

use crate::population::culture::CULTURES;

/// Version of the HMIS CSV export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HmisVersion {
    Fy2024,
    Fy2026,
}

/// The table of one city.
pub(crate) struct City {
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
    pub(crate) directions: &'static [&'static str],
    /// How often a street has one.
    pub(crate) directed: f64,
}

const CITIES: [City; 3] = [
    City {
        slug: "us-ga-atlanta",
        title: "Atlanta",
        state: "GA",
        zips: (30_303, 42),
        coc: "GA-500",
        hmis: HmisVersion::Fy2026,
        //         ang   bla   his   hmo   vie   chi   sas   fil   som   eth   waf   ara   sla   nat   pac
        cultures: [27.0, 44.0, 13.0, 0.2, 1.2, 1.2, 2.5, 0.6, 0.8, 1.8, 1.8, 1.2, 0.8, 1.3, 0.3],
        sources: [1.0, 1.1, 0.9, 0.9, 0.9, 1.1],
        gaps: [1.0, 1.2, 1.0, 1.0, 1.0, 1.1],
        directions: &["NE", "NW", "SE", "SW"],
        directed: 0.7,
    },
    City {
        slug: "us-il-chicago",
        title: "Chicago",
        state: "IL",
        zips: (60_601, 58),
        coc: "IL-510",
        hmis: HmisVersion::Fy2026,
        cultures: [26.0, 30.0, 25.0, 0.1, 0.8, 2.2, 3.0, 1.6, 0.4, 0.6, 1.4, 2.2, 4.2, 1.2, 0.2],
        sources: [1.0, 1.0, 1.0, 1.2, 1.1, 1.0],
        gaps: [1.1, 1.0, 1.1, 1.0, 0.8, 1.2],
        directions: &["N", "S", "W", "E"],
        directed: 0.85,
    },
    City {
        slug: "us-mn-minneapolis",
        title: "Minneapolis",
        state: "MN",
        zips: (55_401, 36),
        coc: "MN-500",
        hmis: HmisVersion::Fy2024,
        cultures: [44.0, 18.0, 10.0, 5.0, 1.2, 0.8, 1.4, 0.4, 6.5, 2.2, 1.8, 0.8, 0.8, 6.4, 0.3],
        sources: [1.1, 1.0, 1.1, 0.8, 1.0, 0.9],
        gaps: [0.9, 0.8, 0.9, 1.1, 1.0, 0.9],
        directions: &["N", "S", "NE", "SE"],
        directed: 0.5,
    },
];

/// The table of every other city.
const OTHER: City = City {
    slug: "",
    title: "Springfield",
    state: "US",
    zips: (70_001, 40),
    coc: "XX-500",
    hmis: HmisVersion::Fy2026,
    cultures: [45.0, 22.0, 18.0, 0.2, 1.0, 1.5, 2.0, 1.0, 0.8, 0.8, 1.0, 1.2, 1.5, 2.0, 0.5],
    sources: [1.0; 6],
    gaps: [1.0; 6],
    directions: &["N", "S", "E", "W"],
    directed: 0.4,
};

/// The table of a city; a slug without one gets the general table.
pub(crate) fn table(slug: &str) -> &'static City {
    CITIES.iter().find(|city| city.slug == slug).unwrap_or(&OTHER)
}

/// Whether a slug can safely name a folder.
pub(crate) fn is_slug(slug: &str) -> bool {
    slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && (3..=80).contains(&slug.len())
        && !slug.starts_with('-')
        && !slug.ends_with('-')
}
