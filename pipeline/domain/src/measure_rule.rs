//! Rules of measures: what can't be data. Each is one small file in the hub, chosen by its word in
//! a measure's definition.

use crate::system::System;
use crate::topic::Each;
use crate::word::{Word, words};

words! {
    /// How a person's events become a level.
    ///
    /// # Source
    /// Domain reference, section 4.
    MeasureRule("rule") {
        /// Need recorded, service not delivered within the window.
        UnmetNeed = "unmet_need",
        /// Indicated, and not identified by any agency within the window.
        IdentificationGap = "identification_gap",
        /// Indicated for a type, and identified as of that type within the window.
        RecognizedType = "recognized_type",
        /// Asked about exploitation, of those who had to be.
        ScreeningCoverage = "screening_coverage",
        /// Three or more entries in two or more systems and no trafficking service.
        CyclingWithoutHelp = "cycling_without_help",
        /// A new entry after an exit, by how soon.
        Reentry = "reentry",
        /// Seen by another agency in the window before the first identification.
        MissedContact = "missed_contact",
        /// Referral accepted or attained within the window.
        ReferralCompletion = "referral_completion",
        /// Days from need to delivery.
        TimeToService = "time_to_service",
        /// Which system saw the person first.
        EntryPoint = "entry_point",
        /// Seen by a system in the period.
        SystemsOverlap = "systems_overlap",
        /// Recorded in the period at all.
        People = "people",
    }
}

/// Which days a rule looks at, beside the day that puts a person into the cohort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looks {
    /// The period alone.
    Period,
    /// The window after: the cohort is the latest whose window has elapsed.
    Ahead,
    /// The window before: the cohort is the period.
    Back,
}

impl MeasureRule {
    /// Which days the rule looks at.
    pub fn looks(self) -> Looks {
        match self {
            Self::UnmetNeed
            | Self::IdentificationGap
            | Self::RecognizedType
            | Self::CyclingWithoutHelp
            | Self::Reentry
            | Self::ReferralCompletion
            | Self::TimeToService => Looks::Ahead,
            Self::MissedContact => Looks::Back,
            Self::ScreeningCoverage | Self::EntryPoint | Self::SystemsOverlap | Self::People => Looks::Period,
        }
    }

    /// What the rule has an attribute for each of.
    pub fn each(self) -> Each {
        match self {
            Self::UnmetNeed | Self::TimeToService => Each::Service,
            Self::RecognizedType | Self::ScreeningCoverage => Each::Exploitation,
            Self::SystemsOverlap => Each::System,
            _ => Each::One,
        }
    }

    /// The levels that the rule gives by name.
    pub(crate) fn levels(self) -> Vec<&'static str> {
        match self {
            Self::UnmetNeed => vec!["no_need", "met", "unmet"],
            Self::IdentificationGap => vec!["not_in_cohort", "identified", "not_identified"],
            Self::RecognizedType => vec!["not_in_cohort", "recognized", "not_recognized"],
            Self::ScreeningCoverage => vec!["no_contact", "screened", "not_answered", "not_asked"],
            Self::CyclingWithoutHelp => vec!["not_in_cohort", "not_cycling", "cycling"],
            Self::Reentry => vec!["not_in_cohort", "no_reentry"],
            Self::MissedContact => vec!["not_in_cohort", "no_contact_before", "contact_before"],
            Self::ReferralCompletion => vec!["no_referral", "completed", "not_completed", "result_unknown"],
            Self::TimeToService => vec!["no_need", "never"],
            Self::EntryPoint => {
                let systems = System::ALL.iter().map(|system| system.word());
                ["not_in_cohort"].into_iter().chain(systems).chain(["several_systems"]).collect()
            }
            Self::SystemsOverlap => vec!["not_seen", "seen"],
            Self::People => vec!["other_period", "in_period"],
        }
    }

    /// The levels of people of whom the measure says nothing: outside of it, or of unknown result. In a rate's
    /// denominator they would stand for a no.
    pub(crate) fn levels_without_an_answer(self) -> &'static [&'static str] {
        match self {
            Self::UnmetNeed | Self::TimeToService => &["no_need"],
            Self::IdentificationGap
            | Self::RecognizedType
            | Self::CyclingWithoutHelp
            | Self::Reentry
            | Self::MissedContact
            | Self::EntryPoint => &["not_in_cohort"],
            Self::ScreeningCoverage => &["no_contact"],
            Self::ReferralCompletion => &["no_referral", "result_unknown"],
            Self::People => &["other_period"],
            Self::SystemsOverlap => &[],
        }
    }

    /// Whether the rule has further levels, each a span of days.
    pub(crate) fn has_spans(self) -> bool {
        matches!(self, Self::Reentry | Self::TimeToService)
    }

    /// Whether its last span lies beyond the window: what came late is told from what never came.
    pub(crate) fn tells_late(self) -> bool {
        self == Self::TimeToService
    }
}
