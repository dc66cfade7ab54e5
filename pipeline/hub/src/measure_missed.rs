//! Missed contact: seen by another agency before anybody identified the person.

use domain::EventKind;

use crate::person::{Person, Span};
use crate::question::{Rule, Setting};

/// A person belongs to the cohort of their first identification ever. Any event of an agency that did
/// not identify them that day, in the window of days before it, is a contact that was missed.
pub(crate) struct MissedContact {
    setting: Setting,
    outside: u8,
    no_contact: u8,
    contact: u8,
}

impl MissedContact {
    pub(crate) fn new(setting: &Setting) -> Self {
        Self {
            setting: *setting,
            outside: setting.level("not_in_cohort"),
            no_contact: setting.level("no_contact_before"),
            contact: setting.level("contact_before"),
        }
    }
}

impl Rule for MissedContact {
    fn level(&self, person: &Person<'_>) -> u8 {
        if !person.has(EventKind::Identification) {
            return self.outside;
        }
        let first = person.events.iter().find(|e| e.event.kind == EventKind::Identification);
        let Some(first) = first.filter(|e| self.setting.cohort.contains(e.event.day)) else {
            return self.outside;
        };
        let day = first.event.day;
        let identified_by = |source: u16| {
            person
                .within(Span { first: day, last: day })
                .any(|e| e.event.kind == EventKind::Identification && e.source == source)
        };
        let before = Span { first: day.saturating_sub_unsigned(self.setting.window_days), last: day - 1 };
        let missed = person.within(before).any(|e| !identified_by(e.source));
        if missed { self.contact } else { self.no_contact }
    }
}

#[cfg(test)]
mod tests {
    use domain::Exploitation::{Labor, Sex};
    use domain::{Service, System};

    use crate::fixture::{Draft, category, record, shelter};

    fn police() -> Draft {
        record("police", System::LawEnforcement, 5).identified(Sex, "2025-06-01")
    }

    fn before(draft: Draft) -> String {
        category(&[police(), draft], "missed_contact")
    }

    #[test]
    fn contacts_count_from_day_365_before_to_the_day_before() {
        assert_eq!(category(&[police()], "missed_contact"), "no_contact_before");
        assert_eq!(before(shelter().entry("2024-06-01")), "contact_before", "day 365");
        assert_eq!(before(shelter().entry("2024-05-31")), "no_contact_before", "day 366");
        assert_eq!(before(shelter().entry("2025-05-31")), "contact_before", "the day before");
        assert_eq!(before(shelter().entry("2025-06-01")), "no_contact_before", "the same day");
        assert_eq!(before(shelter().entry("2025-06-02")), "no_contact_before", "after");
    }

    #[test]
    fn any_record_of_another_agency_is_a_contact() {
        assert_eq!(before(shelter().contact("2025-05-01", "18_24")), "contact_before");
        assert_eq!(before(shelter().served(Service::Medical, "2025-05-01")), "contact_before");
        assert_eq!(before(shelter().indicated(Sex, "2025-05-01")), "contact_before");
        let own = police().entry("2025-05-01");
        assert_eq!(category(&[own], "missed_contact"), "no_contact_before", "its own contact is no other's");
        let other_police = record("other_police", System::LawEnforcement, 6).entry("2025-05-01");
        assert_eq!(before(other_police), "contact_before", "another agency of the same system");
        let same_day = shelter().entry("2025-05-01").identified(Labor, "2025-06-01");
        assert_eq!(before(same_day), "no_contact_before", "two agencies identified the person that day");
    }

    #[test]
    fn the_first_identification_ever_decides_the_cohort() {
        for (day, expected) in [
            ("2024-12-31", "not_in_cohort"),
            ("2025-01-01", "no_contact_before"),
            ("2025-12-31", "no_contact_before"),
            ("2026-01-01", "not_in_cohort"),
        ] {
            let person = shelter().contact("2025-03-03", "18_24").identified(Sex, day);
            assert_eq!(category(&[person], "missed_contact"), expected, "{day}");
        }
        let again = shelter().identified(Sex, "2023-01-01").identified(Sex, "2025-01-01");
        assert_eq!(category(&[again], "missed_contact"), "not_in_cohort");
        let never = shelter().indicated(Sex, "2025-01-01");
        assert_eq!(category(&[never], "missed_contact"), "not_in_cohort", "indicated is not identified");
    }
}
