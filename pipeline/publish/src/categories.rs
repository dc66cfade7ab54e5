//! What every category means: the title a page shows and the sentence a dictionary gives.

use domain::{Breakdown, Measure, Service, System, Word};

/// A category's title and meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meaning {
    /// A few words, as a page shows them.
    pub title: &'static str,
    /// One sentence.
    pub description: &'static str,
}

const UNKNOWN: Meaning =
    Meaning { title: "Not known", description: "No agency recorded a known answer; never to be read as no." };

/// What `category` of `column` means, where measures are these; `None` where the column has no such
/// category.
pub(crate) fn meaning(measures: &[Measure], column: &str, category: &str) -> Option<Meaning> {
    match column {
        "service" => Service::from_word(category)
            .ok()
            .map(|s| Meaning { title: s.title(), description: service_description(s) }),
        "measure" => {
            let measure = measures.iter().find(|m| m.name() == category)?;
            Some(Meaning { title: measure.title(), description: measure.definition() })
        }
        "level" | "other_level" if category != "all" => {
            let level = measures.iter().find_map(|m| m.level(category))?;
            Some(Meaning { title: &level.title, description: &level.description })
        }
        _ => fixed(column, category),
    }
}

/// The title of a breakdown's category.
pub(crate) fn group_title(breakdown: Breakdown, category: &str) -> &'static str {
    fixed(breakdown.word(), category).map_or("", |m| m.title)
}

/// The title of a type of trafficking.
pub(crate) fn type_name(trafficking_type: &str) -> &'static str {
    fixed(domain::TRAFFICKING_TYPE.0, trafficking_type).map_or("", |m| m.title)
}

fn fixed(column: &str, category: &str) -> Option<Meaning> {
    let (title, description) = match (column, category) {
        ("trafficking_type", "sex_only") => {
            ("Sex trafficking only", "Signs or findings of sex trafficking and of no labor trafficking.")
        }
        ("trafficking_type", "labor_only") => {
            ("Labor trafficking only", "Signs or findings of labor trafficking and of no sex trafficking.")
        }
        ("trafficking_type", "both") => ("Sex and labor trafficking", "Signs or findings of both."),
        ("trafficking_type", "none_recorded") => {
            ("No trafficking recorded", "No agency recorded any sign; never to be read as not trafficked.")
        }
        ("trafficking_type", "unknown") => {
            ("Type not known", "Signs of trafficking were recorded without their type.")
        }
        ("other_level", "all") => ("One system alone", "The table is of one system, not of a pair."),
        ("exploitation", "sex") => ("Sex", "Sexual exploitation, sex trafficking."),
        ("exploitation", "labor") => ("Labor", "Labor exploitation, labor trafficking."),
        ("system" | "other_system", system) => {
            let system = System::from_word(system).ok()?;
            return Some(Meaning { title: system.title(), description: system_description(system) });
        }
        ("reliability", "high") => {
            ("High", "The interval reaches at most a tenth of the estimate to either side.")
        }
        ("reliability", "moderate") => ("Moderate", "Between high and low."),
        ("reliability", "low") => (
            "Low",
            "The interval reaches more than half of the estimate to either side, or the estimate is not told from zero.",
        ),
        ("verdict", "higher") => {
            ("Higher", "The whole interval lies above zero: the group's rate is the higher one.")
        }
        ("verdict", "lower") => {
            ("Lower", "The whole interval lies below zero: the group's rate is the lower one.")
        }
        ("verdict", "no clear difference") => {
            ("No clear difference", "The interval covers zero: the noise alone could make the difference.")
        }
        ("verdict", "withheld") => {
            ("Withheld", "One of the two rates is withheld, so there is no difference to tell.")
        }
        ("status", "published") => ("Published", "Every figure the row can have is there."),
        ("status", "withheld") => {
            ("Withheld", "The rate is withheld for the reason in status_reason; the estimate stands.")
        }
        (column, category) => return in_breakdown(column, category),
    };
    Some(Meaning { title, description })
}

/// What a table of these groups must not be read as.
pub(crate) fn caution(breakdown: Breakdown) -> Option<&'static str> {
    matches!(breakdown, Breakdown::AgeBand | Breakdown::LgbtqYouth).then_some(
        "Ages are those at the person's first event of the period, or at the latest one before it, not at the first sign or the need: \
         who was 17 at a sign in an earlier period and is 18 in this one stands among the adults.",
    )
}

fn in_breakdown(column: &str, category: &str) -> Option<Meaning> {
    let (title, description) = match (column, category) {
        ("race_ethnicity", "aian") => {
            ("American Indian or Alaska Native", "American Indian or Alaska Native alone.")
        }
        ("race_ethnicity", "asian") => ("Asian", "Asian alone."),
        ("race_ethnicity", "black") => ("Black or African American", "Black or African American alone."),
        ("race_ethnicity", "hispanic") => ("Hispanic or Latino", "Hispanic or Latino alone."),
        ("race_ethnicity", "mena") => {
            ("Middle Eastern or North African", "Middle Eastern or North African alone.")
        }
        ("race_ethnicity", "nhpi") => {
            ("Native Hawaiian or Pacific Islander", "Native Hawaiian or Pacific Islander alone.")
        }
        ("race_ethnicity", "white") => ("White", "White alone."),
        ("race_ethnicity", "multiple") => {
            ("More than one", "More than one race or ethnicity, in one record or over several.")
        }
        ("indigenous", "indigenous") => {
            ("Indigenous", "American Indian or Alaska Native alone or in combination.")
        }
        ("indigenous", "not_indigenous") => {
            ("Not Indigenous", "Race is known and holds no American Indian or Alaska Native.")
        }
        ("age_band", "under_13") => ("Under 13", "Under 13 years at the first event of the period."),
        ("age_band", "13_17") => ("13 to 17", "13 to 17 years at the first event of the period."),
        ("age_band", "18_24") => ("18 to 24", "18 to 24 years at the first event of the period."),
        ("age_band", "25_39") => ("25 to 39", "25 to 39 years at the first event of the period."),
        ("age_band", "40_plus") => ("40 and over", "40 years and over at the first event of the period."),
        ("gender", "female") => ("Women and girls", "Female."),
        ("gender", "male") => ("Men and boys", "Male."),
        ("gender", "trans_nonbinary_other") => {
            ("Transgender, nonbinary, other", "Transgender, nonbinary or another gender.")
        }
        ("lgbtq_youth", "lgbtq") => {
            ("LGBTQ youth", "Under 25 and recorded as lesbian, gay, bisexual, transgender or queer.")
        }
        ("lgbtq_youth", "not_lgbtq") => ("Other youth", "Under 25 and recorded as not LGBTQ."),
        ("lgbtq_youth", "not_collected") => (
            "Not asked",
            "Under 25 or of unknown age, and no agency recorded an answer; never to be read as no.",
        ),
        ("lgbtq_youth", "not_youth") => ("25 and over", "25 years and over: the question is not asked."),
        ("immigrant", "us_citizen_or_lpr") => {
            ("US citizens and permanent residents", "United States citizen or lawful permanent resident.")
        }
        ("immigrant", "foreign_national") => {
            ("Foreign nationals", "Any other status; visas and countries are never recorded here.")
        }
        ("language_need", "yes") => ("Needs another language", "Needs another language than English."),
        ("language_need", "no") => ("English", "Does not need another language than English."),
        ("disability", "any") => ("Any disability", "Any disability other than mental health alone."),
        ("disability", "mental_health_only") => {
            ("Mental health only", "A mental health disability and no other.")
        }
        ("disability", "none") => ("No disability", "Recorded as having none."),
        ("substance_use", "yes") => ("Substance use recorded", "Struggles with addiction or substance use."),
        ("substance_use", "no") => ("No substance use recorded", "Recorded as having no substance use."),
        (column, "unknown") if Breakdown::from_word(column).is_ok() => return Some(UNKNOWN),
        _ => return None,
    };
    Some(Meaning { title, description })
}

fn service_description(service: Service) -> &'static str {
    match service {
        Service::EmergencyShelter => "A bed tonight.",
        Service::TransitionalHousing => "Time-limited housing with support.",
        Service::PermanentHousing => "A lasting home.",
        Service::CaseManagement => "One worker who follows the person.",
        Service::CrisisSafety => "Crisis response and safety planning.",
        Service::LegalImmigration => "T and U visas, continued presence, asylum.",
        Service::LegalOther => "Every other legal help: wages, vacatur, family, criminal.",
        Service::Medical => "Medical and dental care.",
        Service::MentalHealth => "Mental health care.",
        Service::SubstanceUse => "Treatment for substance use.",
        Service::Interpretation => "Interpretation and translation.",
        Service::Employment => "Work and job training.",
        Service::Education => "School and other education.",
        Service::BasicNeedsFinancial => "Money, food, clothes, benefits.",
        Service::ChildcareFamily => "Child care and family reunification.",
        Service::Transportation => "Getting there.",
    }
}

fn system_description(system: System) -> &'static str {
    match system {
        System::HomelessServices => "Shelters, outreach, coordinated entry.",
        System::Housing => "Housing authority.",
        System::PublicHealth => "Clinics, hospitals, health department.",
        System::HumanServices => "Human services, child welfare included.",
        System::LaborEnforcement => "Wage and retaliation complaints.",
        System::LegalServices => "Legal aid.",
        System::ImmigrationServices => "Immigration legal and settlement services.",
        System::LawEnforcement => "Police.",
        System::CriminalJustice => "Courts, jails, probation.",
        System::Hotline => "Hotlines.",
        System::CommunityProvider => "Community organizations.",
    }
}
