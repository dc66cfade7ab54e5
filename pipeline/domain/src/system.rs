//! The eleven city systems an agency can belong to.

use crate::word::words;

words! {
    /// A city system: where a survivor may be seen.
    System("system") {
        /// Shelters, outreach, coordinated entry.
        HomelessServices = "homeless_services",
        /// Housing authority.
        Housing = "housing",
        /// Clinics, hospitals, health department.
        PublicHealth = "public_health",
        /// Human services, child welfare included.
        HumanServices = "human_services",
        /// Wage and retaliation complaints.
        LaborEnforcement = "labor_enforcement",
        /// Legal aid.
        LegalServices = "legal_services",
        /// Immigration legal and settlement services.
        ImmigrationServices = "immigration_services",
        /// Police.
        LawEnforcement = "law_enforcement",
        /// Courts, jails, probation.
        CriminalJustice = "criminal_justice",
        /// Hotlines.
        Hotline = "hotline",
        /// Community organisations.
        CommunityProvider = "community_provider",
    }
}

impl System {
    /// The name a reader sees.
    pub fn title(self) -> &'static str {
        match self {
            Self::HomelessServices => "Homeless services",
            Self::Housing => "Housing authority",
            Self::PublicHealth => "Public health",
            Self::HumanServices => "Human services",
            Self::LaborEnforcement => "Labor enforcement",
            Self::LegalServices => "Legal services",
            Self::ImmigrationServices => "Immigration services",
            Self::LawEnforcement => "Law enforcement",
            Self::CriminalJustice => "Criminal justice",
            Self::Hotline => "Hotlines",
            Self::CommunityProvider => "Community providers",
        }
    }
}
