//! The sixteen services, by every source's own words.

/// A service category, in the order of the domain reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Service {
    EmergencyShelter,
    TransitionalHousing,
    PermanentHousing,
    CaseManagement,
    CrisisSafety,
    LegalImmigration,
    LegalOther,
    Medical,
    MentalHealth,
    SubstanceUse,
    Interpretation,
    Employment,
    Education,
    BasicNeeds,
    Childcare,
    Transportation,
}

use Service as S;

/// All services, in order.
pub(crate) const SERVICES: [Service; 16] = [
    S::EmergencyShelter,
    S::TransitionalHousing,
    S::PermanentHousing,
    S::CaseManagement,
    S::CrisisSafety,
    S::LegalImmigration,
    S::LegalOther,
    S::Medical,
    S::MentalHealth,
    S::SubstanceUse,
    S::Interpretation,
    S::Employment,
    S::Education,
    S::BasicNeeds,
    S::Childcare,
    S::Transportation,
];

/// Truth's word, public health code, human services word, labor word, law enforcement word.
const WORDS: [[&str; 5]; 16] = [
    ["emergency_shelter", "SHEL", "SHELTER", "Shelter", "SHELTER"],
    ["transitional_housing", "TRHO", "TRANSITIONAL HOUSING", "Transitional housing", "TRANS HOUSING"],
    ["permanent_housing", "HOUS", "HOUSING", "Housing", "HOUSING"],
    ["case_management", "CASE", "CASE MANAGEMENT", "Case management", "CASE MGMT"],
    ["crisis_safety", "SAFE", "SAFETY PLANNING", "Safety planning", "ADVOCATE"],
    ["legal_immigration", "LIMM", "IMMIGRATION LEGAL", "Immigration attorney", "IMMIGRATION"],
    ["legal_other", "LEGL", "LEGAL AID", "Legal aid", "LEGAL AID"],
    ["medical", "MED", "MEDICAL", "Medical care", "MEDICAL"],
    ["mental_health", "MH", "COUNSELING", "Counseling", "COUNSELING"],
    ["substance_use", "SUD", "SUBSTANCE TREATMENT", "Substance treatment", "DETOX"],
    ["interpretation", "INT", "INTERPRETER", "Interpreter", "INTERPRETER"],
    ["employment", "EMPL", "JOBS", "Job placement", "JOB CENTER"],
    ["education", "EDUC", "SCHOOL", "Education", "SCHOOL"],
    ["basic_needs_financial", "FOOD", "CASH AND FOOD", "Food and cash", "BASIC NEEDS"],
    ["childcare_family", "CHLD", "CHILD CARE", "Child care", "CHILD CARE"],
    ["transportation", "TRAN", "TRANSPORT", "Transportation", "TRANSPORT"],
];

/// Words of the immigration clinic, of the courts' programs, of the hotline.
const FURTHER_WORDS: [[&str; 3]; 16] = [
    ["shelter", "EMERGENCY BED", "ES"],
    ["transitional unit", "TRANSITIONAL", "TH"],
    ["housing", "HOUSING", "PH"],
    ["case worker", "CASE MANAGER", "CM"],
    ["safety plan", "ADVOCATE", "SP"],
    ["immigration counsel", "IMMIGRATION", "IL"],
    ["civil legal aid", "CIVIL LEGAL", "LS"],
    ["clinic", "MEDICAL", "MC"],
    ["counseling", "MENTAL HEALTH", "MH"],
    ["recovery program", "DRUG TREATMENT", "SU"],
    ["interpreter", "INTERPRETER", "IN"],
    ["work program", "WORK", "EM"],
    ["classes", "GED", "ED"],
    ["basic needs", "BENEFITS", "BN"],
    ["child care", "PARENTING", "CC"],
    ["rides", "BUS PASS", "TR"],
];

impl Service {
    pub(crate) fn immigration_word(self) -> &'static str {
        FURTHER_WORDS[self as usize][0]
    }

    pub(crate) fn program_word(self) -> &'static str {
        FURTHER_WORDS[self as usize][1]
    }

    pub(crate) fn hotline_code(self) -> &'static str {
        FURTHER_WORDS[self as usize][2]
    }

    pub(crate) fn word(self) -> &'static str {
        WORDS[self as usize][0]
    }

    pub(crate) fn health_code(self) -> &'static str {
        WORDS[self as usize][1]
    }

    pub(crate) fn human_word(self) -> &'static str {
        WORDS[self as usize][2]
    }

    pub(crate) fn labor_word(self) -> &'static str {
        WORDS[self as usize][3]
    }

    pub(crate) fn law_word(self) -> &'static str {
        WORDS[self as usize][4]
    }

    /// Days in which delivery counts.
    pub(crate) fn window_days(self) -> i64 {
        if self == S::EmergencyShelter { 30 } else { 90 }
    }

    /// Whether the service is help with having been trafficked.
    pub(crate) fn is_trafficking_help(self) -> bool {
        matches!(
            self,
            S::CaseManagement
                | S::CrisisSafety
                | S::LegalImmigration
                | S::LegalOther
                | S::MentalHealth
                | S::TransitionalHousing
        )
    }
}
