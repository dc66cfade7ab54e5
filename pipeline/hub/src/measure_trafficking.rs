//! What kinds of trafficking any agency recorded for a person.

use domain::{Exploitation, TRAFFICKING_TYPE};

use crate::person::Person;

/// The category of `trafficking_type`, from all indicators and identifications.
///
/// Sex and labor, or one event of both, is `both`; a kind that was not written down only counts
/// where nothing else was.
pub(crate) fn trafficking_type(person: &Person<'_>) -> u8 {
    let (mut sex, mut labor, mut unknown) = (false, false, false);
    if !person.has_sign() {
        return code("none_recorded");
    }
    for event in person.events.iter().filter(|e| e.speaks_of_trafficking()) {
        match event.event.exploitation {
            Some(Exploitation::Sex) => sex = true,
            Some(Exploitation::Labor) => labor = true,
            Some(Exploitation::Both) => (sex, labor) = (true, true),
            Some(Exploitation::Unknown) | None => unknown = true,
        }
    }
    code(match (sex, labor, unknown) {
        (true, true, _) => "both",
        (true, false, _) => "sex_only",
        (false, true, _) => "labor_only",
        (false, false, true) => "unknown",
        (false, false, false) => "none_recorded",
    })
}

fn code(category: &str) -> u8 {
    let at = TRAFFICKING_TYPE.1.iter().position(|c| *c == category);
    at.expect("the five categories are those of the domain") as u8
}

#[cfg(test)]
mod tests {
    use Exploitation::{Both, Labor, Sex, Unknown};
    use domain::{Exploitation, System};

    use crate::fixture::{Draft, category, record, shelter};

    fn kind(draft: Draft) -> String {
        category(&[draft.entry("2025-05-01")], "trafficking_type")
    }

    #[test]
    fn every_combination_has_its_category() {
        let on = "2024-02-01";
        assert_eq!(kind(shelter()), "none_recorded");
        assert_eq!(kind(shelter().indicated(Sex, on)), "sex_only");
        assert_eq!(kind(shelter().identified(Labor, on)), "labor_only");
        assert_eq!(kind(shelter().indicated(Both, on)), "both");
        assert_eq!(kind(shelter().indicated(Sex, on).identified(Labor, on)), "both");
        assert_eq!(kind(shelter().indicated(Unknown, on)), "unknown");
        assert_eq!(kind(shelter().indicated(Unknown, on).indicated(Sex, on)), "sex_only");
        assert_eq!(kind(shelter().identified(Unknown, on).indicated(Labor, on)), "labor_only");
        assert_eq!(kind(shelter().identified(Unknown, on).indicated(Both, on)), "both");
    }

    #[test]
    fn agencies_are_taken_together_and_the_report_date_ends_it() {
        let shelter = shelter().entry("2025-05-01").indicated(Sex, "2025-05-01");
        let wages = record("wages", System::LaborEnforcement, 9);
        let type_of =
            |day| category(&[shelter.clone(), wages.clone().indicated(Labor, day)], "trafficking_type");
        assert_eq!(type_of("2026-06-30"), "both");
        assert_eq!(type_of("2026-07-01"), "sex_only");
    }
}
