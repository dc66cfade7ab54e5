//! Cycling without help: in and out of several systems, and no service that answers trafficking.

use domain::{EventKind, Service, System, Word};

use crate::person::{Person, Span};
use crate::question::{Rule, Setting};

/// Entries that make a cycle.
const ENTRIES: usize = 3;
/// Systems they must be in.
const SYSTEMS: u32 = 2;

/// A person belongs to the cohort of their first indicator or identification ever, and is looked at
/// through the window after it.
pub(crate) struct Cycling {
    setting: Setting,
    outside: u8,
    no: u8,
    yes: u8,
}

impl Cycling {
    pub(crate) fn new(setting: &Setting) -> Self {
        Self {
            setting: *setting,
            outside: setting.level("not_in_cohort"),
            no: setting.level("not_cycling"),
            yes: setting.level("cycling"),
        }
    }
}

impl Rule for Cycling {
    fn level(&self, person: &Person<'_>) -> u8 {
        let Some(first) = person.first_sign(self.setting.cohort) else { return self.outside };
        let window = Span::from(first.event.day, self.setting.window_days);
        let (mut entries, mut systems) = (0, 0_u32);
        for e in person.within(window) {
            match e.event.kind {
                EventKind::Service if e.event.service.is_some_and(Service::answers_trafficking) => {
                    return self.no;
                }
                EventKind::Entry => {
                    entries += 1;
                    systems |= 1 << System::code(e.system);
                }
                _ => {}
            }
        }
        if entries >= ENTRIES && systems.count_ones() >= SYSTEMS { self.yes } else { self.no }
    }
}

#[cfg(test)]
mod tests {
    use domain::Exploitation::{Labor, Sex};
    use domain::{Service, System, Word};

    use crate::fixture::{Draft, PERIOD, categories_at, category, record, shelter};

    fn clinic() -> Draft {
        record("clinic", System::PublicHealth, 2)
    }

    fn level(drafts: &[Draft]) -> String {
        category(drafts, "cycling")
    }

    /// 2024 is the latest year whose 365 days have elapsed by the report date.
    fn indicated() -> Draft {
        shelter().indicated(Sex, "2024-03-01")
    }

    #[test]
    fn three_entries_in_two_systems_make_a_cycle() {
        let two = indicated().entry("2024-03-01").entry("2024-06-01");
        assert_eq!(level(std::slice::from_ref(&two)), "not_cycling", "two entries");
        assert_eq!(level(&[two.clone().entry("2024-07-01")]), "not_cycling", "three in one system");
        assert_eq!(level(&[two.clone(), clinic().entry("2024-07-01")]), "cycling");
        let other_shelter = record("other_shelter", System::HomelessServices, 3).entry("2024-07-01");
        assert_eq!(level(&[two, other_shelter]), "not_cycling", "two agencies of one system are one system");
    }

    #[test]
    fn entries_count_from_the_first_sign_through_day_365() {
        let two = indicated().entry("2024-03-01").entry("2024-06-01");
        assert_eq!(level(&[two.clone(), clinic().entry("2025-03-01")]), "cycling", "day 365");
        assert_eq!(level(&[two.clone(), clinic().entry("2025-03-02")]), "not_cycling", "day 366");
        assert_eq!(level(&[two, clinic().entry("2024-02-29")]), "not_cycling", "before the first sign");
    }

    #[test]
    fn a_service_for_trafficking_in_the_window_is_help() {
        let cycle = [indicated().entry("2024-03-01").entry("2024-06-01"), clinic().entry("2024-07-01")];
        let with = |service, day| {
            let [shelter, clinic] = cycle.clone();
            level(&[shelter, clinic.served(service, day)])
        };
        for service in Service::ALL {
            let expected = if service.answers_trafficking() { "not_cycling" } else { "cycling" };
            assert_eq!(with(*service, "2024-09-01"), expected, "{service}");
        }
        assert_eq!(with(Service::CaseManagement, "2025-03-01"), "not_cycling", "day 365");
        assert_eq!(with(Service::CaseManagement, "2025-03-02"), "cycling", "day 366");
        assert_eq!(with(Service::CaseManagement, "2024-02-29"), "cycling", "before the first sign");
        let [shelter, clinic] = cycle;
        let attained = domain::ReferralResult::Attained;
        let referred = shelter.referred(Service::CaseManagement, "2024-09-01", attained, Some("2024-09-02"));
        assert_eq!(level(&[referred, clinic]), "cycling", "as for unmet need: a referral is no delivery");
    }

    #[test]
    fn the_first_sign_of_either_kind_decides_the_cohort() {
        assert_eq!(level(&[shelter().identified(Labor, "2024-12-31")]), "not_cycling");
        let report = "2026-06-30";
        for (day, expected) in
            [("2023-12-31", "not_in_cohort"), ("2024-01-01", "not_cycling"), ("2025-01-01", "not_in_cohort")]
        {
            let person = shelter().indicated(Sex, day).entry("2024-05-05");
            assert_eq!(categories_at(&[person], "cycling", PERIOD, report), vec![expected], "{day}");
        }
        let earlier = shelter().identified(Sex, "2023-05-01").indicated(Sex, "2024-05-01");
        assert_eq!(level(&[earlier]), "not_in_cohort");
        assert_eq!(level(&[shelter().entry("2024-05-01")]), "not_in_cohort", "no sign at all");
    }
}
