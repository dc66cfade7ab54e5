//! The sixteen service categories.

use crate::word::words;

words! {
    /// A kind of help, from the OVC, OTIP and HMIS lists.
    ///
    /// # Source
    /// Domain reference, section 4.
    Service("service") {
        /// A bed tonight.
        EmergencyShelter = "emergency_shelter",
        /// Time-limited housing with support.
        TransitionalHousing = "transitional_housing",
        /// A lasting home.
        PermanentHousing = "permanent_housing",
        /// One worker who follows the person.
        CaseManagement = "case_management",
        /// Crisis response and safety planning.
        CrisisSafety = "crisis_safety",
        /// T and U visas, continued presence, asylum.
        LegalImmigration = "legal_immigration",
        /// Every other legal help: wages, vacatur, family, criminal.
        LegalOther = "legal_other",
        /// Medical and dental care.
        Medical = "medical",
        /// Mental health care.
        MentalHealth = "mental_health",
        /// Treatment for substance use.
        SubstanceUse = "substance_use",
        /// Interpretation and translation.
        Interpretation = "interpretation",
        /// Work and job training.
        Employment = "employment",
        /// School and other education.
        Education = "education",
        /// Money, food, clothes, benefits.
        BasicNeedsFinancial = "basic_needs_financial",
        /// Child care and family reunification.
        ChildcareFamily = "childcare_family",
        /// Getting there.
        Transportation = "transportation",
    }
}

impl Service {
    /// Days after the need within which delivery counts as met.
    pub fn window_days(self) -> u32 {
        match self {
            Self::EmergencyShelter => 30,
            _ => 90,
        }
    }

    /// Whether the service answers to having been trafficked, rather than to tonight's hunger or
    /// cold: what "help" means in the measure of cycling without help.
    pub fn answers_trafficking(self) -> bool {
        matches!(
            self,
            Self::CaseManagement
                | Self::CrisisSafety
                | Self::LegalImmigration
                | Self::LegalOther
                | Self::MentalHealth
                | Self::TransitionalHousing
        )
    }

    /// The name a reader sees.
    pub fn title(self) -> &'static str {
        match self {
            Self::EmergencyShelter => "Emergency shelter",
            Self::TransitionalHousing => "Transitional housing",
            Self::PermanentHousing => "Permanent housing",
            Self::CaseManagement => "Case management",
            Self::CrisisSafety => "Crisis and safety",
            Self::LegalImmigration => "Immigration legal help",
            Self::LegalOther => "Other legal help",
            Self::Medical => "Medical care",
            Self::MentalHealth => "Mental health care",
            Self::SubstanceUse => "Substance use treatment",
            Self::Interpretation => "Interpretation",
            Self::Employment => "Employment",
            Self::Education => "Education",
            Self::BasicNeedsFinancial => "Basic needs and money",
            Self::ChildcareFamily => "Child care and family",
            Self::Transportation => "Transportation",
        }
    }
}
