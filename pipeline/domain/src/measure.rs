//! Measures: what is counted about a person, each a category of the person.

use crate::service::Service;
use crate::word::words;

words! {
    /// A measure of the program: one category a person, city and period.
    ///
    /// # Source
    /// Domain reference, section 4.
    Measure("measure") {
        /// How many people the agencies recorded in the cohort of any measure.
        People = "people",
        /// Need recorded, service not delivered within the window.
        UnmetNeed = "unmet_need",
        /// Indicated, and not identified by any agency within the window.
        IdentificationGap = "identification_gap",
        /// Three or more entries in two or more systems and no trafficking service.
        CyclingWithoutHelp = "cycling_without_help",
    }
}

impl Measure {
    /// The levels of the measure's attribute, in published order; empty for [`Measure::People`].
    pub fn levels(self) -> &'static [&'static str] {
        match self {
            Self::People => &[],
            Self::UnmetNeed => &["no_need", "met", "unmet"],
            Self::IdentificationGap => &["not_in_cohort", "identified", "not_identified"],
            Self::CyclingWithoutHelp => &["not_in_cohort", "not_cycling", "cycling"],
        }
    }

    /// The level in the numerator of the rate, and the levels in its denominator.
    pub fn rate_levels(self) -> Option<(&'static str, &'static [&'static str])> {
        match self {
            Self::People => None,
            Self::UnmetNeed => Some(("unmet", &["met", "unmet"])),
            Self::IdentificationGap => Some(("not_identified", &["identified", "not_identified"])),
            Self::CyclingWithoutHelp => Some(("cycling", &["not_cycling", "cycling"])),
        }
    }

    /// Days of follow-up after the cohort's last day.
    pub fn window_days(self, service: Option<Service>) -> u32 {
        match self {
            Self::People => 0,
            Self::UnmetNeed => service.map_or(90, Service::window_days),
            Self::IdentificationGap => 180,
            Self::CyclingWithoutHelp => 365,
        }
    }

    /// The name a reader sees.
    pub fn title(self) -> &'static str {
        match self {
            Self::People => "People recorded",
            Self::UnmetNeed => "Unmet need",
            Self::IdentificationGap => "Identification gap",
            Self::CyclingWithoutHelp => "Cycling without help",
        }
    }

    /// One plain sentence: who counts, out of whom, within how long.
    pub fn definition(self) -> &'static str {
        match self {
            Self::People => {
                "People any participating agency recorded an event of in the days that this release's measures look at, by the trafficking that was recorded."
            }
            Self::UnmetNeed => {
                "Of the people whose need for a service was recorded, those who did not get it within 90 days (emergency shelter: 30)."
            }
            Self::IdentificationGap => {
                "Of the people with a first sign of trafficking in the period, those whom no agency identified as trafficked within 180 days."
            }
            Self::CyclingWithoutHelp => {
                "Of the people first indicated or identified in the period, those who entered programs three or more times, in two or more systems, and got no service for trafficking survivors within 365 days."
            }
        }
    }
}

/// The name of a measure's attribute in the person table; `None` for [`Measure::People`].
pub fn measure_attribute(measure: Measure, service: Option<Service>) -> Option<String> {
    use crate::word::Word;
    match (measure, service) {
        (Measure::People, _) | (Measure::UnmetNeed, None) => None,
        (Measure::UnmetNeed, Some(service)) => Some(format!("need_{}", service.word())),
        (Measure::IdentificationGap, _) => Some("identification".to_owned()),
        (Measure::CyclingWithoutHelp, _) => Some("cycling".to_owned()),
    }
}
