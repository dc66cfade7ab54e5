//! Breakdowns: fixed public category lists. None is ever derived from data.

use crate::word::words;

/// The core stratum of every table: what kinds of trafficking any agency recorded for a person.
pub const TRAFFICKING_TYPE: (&str, &[&str]) =
    ("trafficking_type", &["sex_only", "labor_only", "both", "none_recorded", "unknown"]);

/// A city of fewer people is a small one: there, LGBTQ youth are never published by race.
///
/// # Source
/// Domain reference, section 5, on the risk of outing; the number is decision 0042.
pub const SMALL_CITY: u32 = 500_000;

words! {
    /// A demographic breakdown of published tables.
    ///
    /// # Source
    /// Domain reference, section 5; race after OMB SPD 15 (2024), one cell a person.
    Breakdown("breakdown") {
        /// Race and ethnicity, alone or multiple.
        RaceEthnicity = "race_ethnicity",
        /// American Indian or Alaska Native alone or in combination. City totals only.
        Indigenous = "indigenous",
        /// Age at the latest known event.
        AgeBand = "age_band",
        /// Gender.
        Gender = "gender",
        /// LGBTQ, asked of people under 25. Never crossed with race in a small city.
        LgbtqYouth = "lgbtq_youth",
        /// Immigrant status, never visa or country.
        Immigrant = "immigrant",
        /// Needs another language than English.
        LanguageNeed = "language_need",
        /// Disability.
        Disability = "disability",
        /// Substance use.
        SubstanceUse = "substance_use",
    }
}

impl Breakdown {
    /// The public categories, in published order.
    pub fn categories(self) -> &'static [&'static str] {
        match self {
            Self::RaceEthnicity => {
                &["aian", "asian", "black", "hispanic", "mena", "nhpi", "white", "multiple", "unknown"]
            }
            Self::Indigenous => &["indigenous", "not_indigenous", "unknown"],
            Self::AgeBand => &["under_13", "13_17", "18_24", "25_39", "40_plus", "unknown"],
            Self::Gender => &["female", "male", "trans_nonbinary_other", "unknown"],
            Self::LgbtqYouth => &["lgbtq", "not_lgbtq", "not_collected", "not_youth"],
            Self::Immigrant => &["us_citizen_or_lpr", "foreign_national", "unknown"],
            Self::LanguageNeed | Self::SubstanceUse => &["yes", "no", "unknown"],
            Self::Disability => &["any", "mental_health_only", "none", "unknown"],
        }
    }

    /// The category that stands for "nobody knows".
    pub fn unknown(self) -> &'static str {
        match self {
            Self::LgbtqYouth => "not_collected",
            _ => "unknown",
        }
    }

    /// The position of a category.
    pub fn code(self, category: &str) -> Option<u8> {
        self.categories().iter().position(|c| *c == category).map(|i| i as u8)
    }

    /// Whether the breakdown may be crossed with a measure, or may stand only as a city total.
    ///
    /// Tribal data sovereignty: counts of Indigenous people are published as city totals by
    /// trafficking type and never crossed with anything else.
    pub fn may_cross_measures(self) -> bool {
        self != Self::Indigenous
    }

    /// The name a reader sees.
    pub fn title(self) -> &'static str {
        match self {
            Self::RaceEthnicity => "race and ethnicity",
            Self::Indigenous => "Indigenous identity",
            Self::AgeBand => "age",
            Self::Gender => "gender",
            Self::LgbtqYouth => "LGBTQ youth",
            Self::Immigrant => "immigrant status",
            Self::LanguageNeed => "language need",
            Self::Disability => "disability",
            Self::SubstanceUse => "substance use",
        }
    }
}

/// The age band of an age in whole years; ages over 120 are unknown.
pub fn age_band(age_years: Option<u32>) -> &'static str {
    match age_years {
        Some(0..=12) => "under_13",
        Some(13..=17) => "13_17",
        Some(18..=24) => "18_24",
        Some(25..=39) => "25_39",
        Some(40..=120) => "40_plus",
        _ => "unknown",
    }
}
