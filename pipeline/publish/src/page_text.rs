//! The page's words: numbers, ranges, names in running text.

use chrono::{Datelike, NaiveDate};
use domain::{Cohort, MeasureRule, Period, ScreeningQuestion, Service, Topic};

use crate::categories::type_name;
use crate::page_view::What;

/// Why the figures are safe, in at most sixty plain words.
pub(crate) const PRIVACY_NOTE: &str = "Random noise was added to every count, so that the figures look nearly the same whether or not any one \
person's records are among them. Names never left the agencies. Small numbers are the least certain: read the ranges, not only the marks.";

/// What the figures are not; stands wherever they are shown.
pub(crate) const CAVEAT: &str = "These are people whom the participating agencies recorded, not how much trafficking there is. The ranges \
cover the privacy noise only: not people whom no agency met, not what was never written down, not records that were joined wrongly.";

/// How every interval is called.
pub(crate) const ODDS: &str = "19 times in 20";

/// Types of exploitation the page compares, in the public order.
pub(crate) const TYPES: [&str; 3] = ["sex_only", "labor_only", "both"];

/// A type in running text: people with signs of …
pub(crate) fn signs_of(trafficking_type: &str) -> &'static str {
    match trafficking_type {
        "sex_only" => "sex trafficking only",
        "labor_only" => "labor trafficking only",
        "both" => "both sex and labor trafficking",
        "unknown" => "trafficking of a type not known",
        _ => "no trafficking",
    }
}

/// A type as a label.
pub(crate) fn type_title(trafficking_type: &str) -> &'static str {
    type_name(trafficking_type)
}

/// A type as a short label, below a heading that says what it is a type of.
pub(crate) fn type_label(trafficking_type: &str) -> &'static str {
    match trafficking_type {
        "sex_only" => "Sex only",
        "labor_only" => "Labor only",
        "both" => "Sex and labor",
        "unknown" => "Type not known",
        _ => "None recorded",
    }
}

/// A service in running text: people who needed …
pub(crate) fn service_phrase(service: Service) -> &'static str {
    match service {
        Service::EmergencyShelter => "emergency shelter",
        Service::TransitionalHousing => "transitional housing",
        Service::PermanentHousing => "permanent housing",
        Service::CaseManagement => "case management",
        Service::CrisisSafety => "crisis and safety help",
        Service::LegalImmigration => "immigration legal help",
        Service::LegalOther => "other legal help",
        Service::Medical => "medical care",
        Service::MentalHealth => "mental health care",
        Service::SubstanceUse => "substance use treatment",
        Service::Interpretation => "interpretation",
        Service::Employment => "help with employment",
        Service::Education => "help with education",
        Service::BasicNeedsFinancial => "help with basic needs and money",
        Service::ChildcareFamily => "child care or family help",
        Service::Transportation => "transportation",
    }
}

/// What a figure of a measure with several attributes is about, as a label.
pub(crate) fn topic_title((measure, topic): What) -> String {
    let asked = measure.rule() == MeasureRule::ScreeningCoverage;
    match topic {
        None => String::new(),
        Some(Topic::Service(service)) => service.title().to_owned(),
        Some(Topic::Exploitation(ScreeningQuestion::Sex)) if asked => "Sexual exploitation".to_owned(),
        Some(Topic::Exploitation(ScreeningQuestion::Labor)) if asked => "Labor exploitation".to_owned(),
        Some(Topic::Exploitation(ScreeningQuestion::Sex)) => "Sex trafficking".to_owned(),
        Some(Topic::Exploitation(ScreeningQuestion::Labor)) => "Labor trafficking".to_owned(),
        Some(Topic::System(system)) => system.title().to_owned(),
        Some(Topic::Systems(a, b)) => format!("{} and {}", a.title(), b.title().to_lowercase()),
    }
}

/// People, rounded to whole ones and with thousands set apart.
pub(crate) fn people(count: f64) -> String {
    let digits = format!("{:.0}", count.max(0.0));
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share in whole percent.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

/// A share as so many in ten people.
pub(crate) fn in_ten(share: f64) -> String {
    match (share * 10.0).round() as u8 {
        0 => "fewer than 1 in 10".to_owned(),
        10 => "nearly all of those".to_owned(),
        n => format!("an estimated {n} in 10"),
    }
}

/// A range of people as a reader meets it.
pub(crate) fn likely_people(low: f64, high: f64) -> String {
    format!("likely between {} and {} ({ODDS})", people(low), people(high))
}

/// A range of shares as a reader meets it.
pub(crate) fn likely_share(low: f64, high: f64) -> String {
    format!("likely between {} and {} ({ODDS})", percent(low), percent(high))
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn joined(items: &[&str]) -> String {
    match items {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The first letter in upper case.
pub(crate) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A day as `30 June 2026`.
pub(crate) fn day(date: NaiveDate) -> String {
    let month = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ][date.month0() as usize];
    format!("{} {month} {}", date.day(), date.year())
}

/// A period as `2025` or `third quarter of 2025`.
pub(crate) fn period_words(period: &str) -> String {
    match Period::parse(period) {
        Ok(Period::Quarter(year, quarter)) => {
            let ordinal = ["first", "second", "third", "fourth"][(quarter as usize).clamp(1, 4) - 1];
            format!("{ordinal} quarter of {year}")
        }
        _ => period.to_owned(),
    }
}

/// A cohort in words.
pub(crate) fn cohort_words(cohort: Cohort) -> String {
    format!("{} to {}", day(cohort.start), day(cohort.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_privacy_note_is_short() {
        assert!(PRIVACY_NOTE.split_whitespace().count() <= 60);
    }

    #[test]
    fn numbers_read_as_people_say_them() {
        assert_eq!(people(1_234_567.4), "1,234,567");
        assert_eq!(people(999.0), "999");
        assert_eq!(people(-3.0), "0");
        assert_eq!(percent(0.714), "71%");
        assert_eq!(in_ten(0.71), "an estimated 7 in 10");
        assert_eq!(in_ten(0.02), "fewer than 1 in 10");
        assert_eq!(likely_people(124.2, 159.8), "likely between 124 and 160 (19 times in 20)");
        assert_eq!(joined(&["a", "b", "c"]), "a, b and c");
        assert_eq!(period_words("2025-q3"), "third quarter of 2025");
        assert_eq!(day(NaiveDate::from_ymd_opt(2026, 6, 30).expect("a day")), "30 June 2026");
    }
}
