//! Entry point: which system saw the person first.

use domain::{System, Word};

use crate::person::Person;
use crate::question::{Rule, Setting};

/// A person belongs to the cohort of their first indicator or identification ever; the system of their
/// earliest event of any kind is the entry point. Two systems on that day are a level of their own.
pub(crate) struct EntryPoint {
    setting: Setting,
    outside: u8,
    several: u8,
    /// Codes of the systems, in their order.
    systems: Vec<u8>,
}

impl EntryPoint {
    pub(crate) fn new(setting: &Setting) -> Self {
        Self {
            setting: *setting,
            outside: setting.level("not_in_cohort"),
            several: setting.level("several_systems"),
            systems: System::ALL.iter().map(|system| setting.level(system.word())).collect(),
        }
    }
}

impl Rule for EntryPoint {
    fn level(&self, person: &Person<'_>) -> u8 {
        let (Some(_), Some(first)) = (person.first_sign(self.setting.cohort), person.events.first()) else {
            return self.outside;
        };
        let mut that_day = person.events.iter().take_while(|e| e.event.day == first.event.day);
        let one = that_day.all(|e| e.system == first.system);
        if one { self.systems[first.system.code()] } else { self.several }
    }
}

#[cfg(test)]
mod tests {
    use domain::Exploitation::{Labor, Sex};
    use domain::System;

    use crate::fixture::{Draft, category, record, shelter};

    fn point(drafts: &[Draft]) -> String {
        category(drafts, "entry_point")
    }

    #[test]
    fn the_earliest_event_of_any_kind_tells() {
        let sign = shelter().indicated(Sex, "2025-03-01");
        assert_eq!(point(std::slice::from_ref(&sign)), "homeless_services");
        let wages = record("wages", System::LaborEnforcement, 9);
        assert_eq!(
            point(&[sign.clone(), wages.clone().entry("2019-01-01")]),
            "labor_enforcement",
            "years before"
        );
        assert_eq!(point(&[sign.clone(), wages.clone().entry("2025-03-02")]), "homeless_services");
        assert_eq!(point(&[sign.clone(), wages.entry("2025-03-01")]), "several_systems", "on one day");
        let other_shelter = record("other_shelter", System::HomelessServices, 3).entry("2025-03-01");
        assert_eq!(point(&[sign, other_shelter]), "homeless_services", "two agencies of one system");
    }

    #[test]
    fn the_first_sign_of_either_kind_decides_the_cohort() {
        for (day, expected) in [
            ("2024-12-31", "not_in_cohort"),
            ("2025-01-01", "homeless_services"),
            ("2025-12-31", "homeless_services"),
            ("2026-01-01", "not_in_cohort"),
        ] {
            assert_eq!(point(&[shelter().entry("2024-05-05").identified(Labor, day)]), expected, "{day}");
        }
        assert_eq!(point(&[shelter().entry("2025-05-05")]), "not_in_cohort", "no sign at all");
    }
}
