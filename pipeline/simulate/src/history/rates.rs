//! Rates: who needs what, who sees it, who goes without. The gaps to be found are made here.

use crate::history::Source;
use crate::population::culture::race::{AIAN, BLACK};
use crate::population::person::{Kinds, Person};
use crate::service::Service;

/// Which column of the tables is a person's: general, sex, labor, both.
pub(crate) fn column(kinds: Kinds) -> usize {
    match (kinds.sex, kinds.labor, kinds.unknown) {
        (true, true, _) => 3,
        (false, true, _) => 2,
        (true, false, _) | (_, _, true) => 1,
        _ => 0,
    }
}

/// A service's row: share of people who need it (general, sex, labor, both), usual share that goes
/// without, and how often each source writes the need down when it is there (homeless services,
/// public health, human services; the others have rules of their own). In the order of
/// [`crate::service::SERVICES`].
struct Row([f64; 4], f64, [f64; 3]);

use Service as S;

const ROWS: [Row; 16] = [
    Row([0.16, 0.48, 0.24, 0.5], 0.36, [0.75, 0.25, 0.35]), // emergency shelter
    Row([0.06, 0.34, 0.18, 0.4], 0.52, [0.4, 0.12, 0.4]),   // transitional housing
    Row([0.15, 0.4, 0.28, 0.45], 0.66, [0.5, 0.2, 0.5]),    // permanent housing
    Row([0.2, 0.52, 0.42, 0.56], 0.24, [0.45, 0.35, 0.75]), // case management
    Row([0.07, 0.46, 0.3, 0.5], 0.3, [0.6, 0.35, 0.5]),     // crisis safety
    Row([0.0; 4], 0.46, [0.0, 0.1, 0.45]),                  // legal immigration
    Row([0.12, 0.36, 0.55, 0.5], 0.36, [0.0, 0.1, 0.35]),   // legal other
    Row([0.42, 0.52, 0.44, 0.54], 0.13, [0.0, 0.85, 0.3]),  // medical
    Row([0.16, 0.56, 0.36, 0.6], 0.42, [0.0, 0.6, 0.45]),   // mental health
    Row([0.06, 0.2, 0.08, 0.2], 0.47, [0.0, 0.6, 0.4]),     // substance use
    Row([0.0; 4], 0.27, [0.0, 0.8, 0.65]),                  // interpretation
    Row([0.16, 0.32, 0.44, 0.42], 0.42, [0.4, 0.1, 0.6]),   // employment
    Row([0.1, 0.24, 0.16, 0.24], 0.33, [0.35, 0.08, 0.6]),  // education
    Row([0.36, 0.52, 0.52, 0.55], 0.2, [0.7, 0.3, 0.8]),    // basic needs
    Row([0.12, 0.22, 0.14, 0.22], 0.48, [0.0, 0.12, 0.75]), // childcare
    Row([0.12, 0.28, 0.28, 0.3], 0.28, [0.0, 0.5, 0.6]),    // transportation
];

/// The share of people like this one who need a service.
pub(crate) fn wanted(person: &Person, service: Service, years: u32) -> f64 {
    let kind = column(person.trafficked);
    let base = ROWS[service as usize].0[kind];
    match service {
        S::LegalImmigration if person.status.is_foreign() => [0.42, 0.75, 0.7, 0.8][kind],
        S::Interpretation if person.interpreter => 0.65,
        S::SubstanceUse if person.substance => 0.75,
        S::MentalHealth if person.mental => base.max(0.55),
        S::Medical if person.chronic => base.max(0.7),
        S::Education if years < 22 => base * 2.2,
        S::Employment if years < 16 => 0.02,
        S::SubstanceUse | S::Childcare if years < 14 => 0.02,
        _ => base,
    }
}

/// How often a source writes a need down when it is there.
pub(crate) fn seen(source: Source, service: Service) -> f64 {
    let row = &ROWS[service as usize].2;
    match source {
        Source::Homeless => row[0],
        Source::Health => row[1],
        Source::Human => row[2],
        _ => 0.0,
    }
}

/// Whether a source's files can show that it delivered a service.
pub(crate) fn delivers(source: Source, service: Service) -> bool {
    match source {
        Source::Homeless => !matches!(service, S::LegalImmigration | S::Interpretation | S::Transportation),
        Source::Health => matches!(
            service,
            S::CaseManagement
                | S::CrisisSafety
                | S::Medical
                | S::MentalHealth
                | S::SubstanceUse
                | S::Interpretation
                | S::BasicNeeds
                | S::Transportation
        ),
        Source::Human => true,
        Source::Legal => matches!(service, S::LegalImmigration | S::LegalOther),
        _ => false,
    }
}

/// The share of people like this one who go without a service that they need.
pub(crate) fn unmet(person: &Person, service: Service, years: u32) -> f64 {
    let base = ROWS[service as usize].1;
    let housing = matches!(service, S::EmergencyShelter | S::TransitionalHousing | S::PermanentHousing);
    let legal = matches!(service, S::LegalImmigration | S::LegalOther);
    let safety = matches!(service, S::CrisisSafety | S::CaseManagement);
    let mut logit = (base / (1.0 - base)).ln();
    logit += match column(person.trafficked) {
        0 => -0.25,
        1 => -0.1,
        2 if housing || legal || safety => 0.75,
        2 => 0.3,
        _ => 0.35,
    };
    if person.status.is_foreign() {
        logit += if housing || legal || service == S::BasicNeeds { 0.6 } else { 0.3 };
    }
    if person.interpreter && service != S::Interpretation {
        logit += 0.25;
    }
    if person.race & AIAN != 0 {
        logit += 0.5;
    } else if person.race & BLACK != 0 {
        logit += 0.3;
    }
    if person.lgbtq && years < 25 {
        logit += if housing { 0.75 } else { 0.35 };
    }
    if person.physical {
        logit += 0.25;
    }
    if person.substance && housing {
        logit += 0.45;
    }
    if person.adrift && service.is_trafficking_help() {
        logit += 2.4;
    }
    if person.male && (safety || service == S::EmergencyShelter) {
        logit += 0.4;
    }
    1.0 / (1.0 + (-logit).exp())
}

/// The share of people with signs whom some agency finds to be trafficked within 180 days.
pub(crate) fn identified(person: &Person, years: u32) -> f64 {
    let mut p: f64 = [0.0, 0.56, 0.19, 0.5][column(person.trafficked)];
    if person.trafficked.unknown {
        p = 0.25;
    }
    if person.race & AIAN != 0 {
        p -= 0.1;
    } else if person.race & BLACK != 0 {
        p -= 0.06;
    }
    if person.lgbtq && years < 25 {
        p -= 0.08;
    }
    if person.status.is_foreign() {
        p -= 0.04;
    }
    if person.male {
        p -= 0.07;
    }
    p.max(0.04)
}
