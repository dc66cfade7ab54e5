//! Systems overlap: whether a system saw the person in the period.

use domain::System;

use crate::person::Person;
use crate::question::{Rule, Setting};

/// Any event of any agency of the system in the period.
pub(crate) struct SeenBy {
    setting: Setting,
    system: System,
    not_seen: u8,
    seen: u8,
}

impl SeenBy {
    pub(crate) fn new(setting: &Setting, system: System) -> Self {
        Self { setting: *setting, system, not_seen: setting.level("not_seen"), seen: setting.level("seen") }
    }
}

impl Rule for SeenBy {
    fn level(&self, person: &Person<'_>) -> u8 {
        let seen = person.within(self.setting.cohort).any(|e| e.system == self.system);
        if seen { self.seen } else { self.not_seen }
    }
}

#[cfg(test)]
mod tests {
    use domain::{Service, System};

    use crate::fixture::{category, record, shelter};

    #[test]
    fn any_event_in_the_period_is_being_seen() {
        for (day, expected) in [
            ("2024-12-31", "not_seen"),
            ("2025-01-01", "seen"),
            ("2025-12-31", "seen"),
            ("2026-01-01", "not_seen"),
        ] {
            let clinic = record("clinic", System::PublicHealth, 2).served(Service::Medical, day);
            let person = [shelter().entry("2025-06-01"), clinic];
            assert_eq!(category(&person, "seen_public_health"), expected, "{day}");
            assert_eq!(category(&person, "seen_homeless_services"), "seen");
            assert_eq!(category(&person, "seen_hotline"), "not_seen");
        }
    }
}
