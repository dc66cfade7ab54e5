//! Unmet need, service by service.

use domain::{EventKind, Service};

use crate::person::{Person, Span};
use crate::question::{Rule, Setting};

/// The level of a service's need: whether the first need of the cohort was met in its window.
///
/// Met is a service of the category, by any agency, from the day of the need through the last day of the window. A
/// referral is none, even one that was accepted: referral completion counts those.
pub(crate) struct Need {
    setting: Setting,
    service: Service,
    outside: u8,
    met: u8,
    unmet: u8,
}

impl Need {
    pub(crate) fn new(setting: &Setting, service: Service) -> Self {
        Self {
            setting: *setting,
            service,
            outside: setting.level("no_need"),
            met: setting.level("met"),
            unmet: setting.level("unmet"),
        }
    }
}

impl Rule for Need {
    fn level(&self, person: &Person<'_>) -> u8 {
        let Some(first) = person.first_need(self.service, self.setting.cohort) else { return self.outside };
        let window = Span::from(first.event.day, self.setting.window_days);
        let met = person.within(window).any(|e| e.is(EventKind::Service, self.service));
        if met { self.met } else { self.unmet }
    }
}

#[cfg(test)]
mod tests {
    use ReferralResult::{Attained, ClientDeclined, Unknown};
    use Service::{EmergencyShelter, Medical};
    use domain::{ReferralResult, Service, System};

    use crate::fixture::{Draft, category, record, shelter};

    fn medical(draft: Draft) -> String {
        category(&[draft], "need_medical")
    }

    #[test]
    fn delivery_counts_from_the_day_of_the_need_through_day_90() {
        let need = || shelter().need(Medical, "2025-03-01");
        assert_eq!(medical(need()), "unmet");
        assert_eq!(medical(need().served(Medical, "2025-03-01")), "met");
        assert_eq!(medical(need().served(Medical, "2025-02-28")), "unmet");
        assert_eq!(medical(need().served(Medical, "2025-05-30")), "met", "day 90");
        assert_eq!(medical(need().served(Medical, "2025-05-31")), "unmet", "day 91");
        assert_eq!(medical(need().served(EmergencyShelter, "2025-03-02")), "unmet", "another service");
    }

    #[test]
    fn shelter_is_needed_within_30_days() {
        let bed = |day| {
            category(
                &[shelter().need(EmergencyShelter, "2025-03-01").served(EmergencyShelter, day)],
                "need_emergency_shelter",
            )
        };
        assert_eq!(bed("2025-03-31"), "met", "day 30");
        assert_eq!(bed("2025-04-01"), "unmet", "day 31");
    }

    #[test]
    fn a_referral_however_it_ended_is_no_delivery() {
        let with = |day, result, on| shelter().need(Medical, "2025-03-01").referred(Medical, day, result, on);
        for (result, on) in [
            (Attained, Some("2025-03-20")),
            (Attained, None),
            (ClientDeclined, Some("2025-03-03")),
            (Unknown, Some("2025-03-03")),
        ] {
            assert_eq!(medical(with("2025-03-01", result, on)), "unmet", "{result:?}");
        }
        let both = with("2025-02-01", Attained, Some("2025-03-20")).served(Medical, "2025-03-20");
        assert_eq!(medical(both), "met", "what was delivered counts, whoever referred when");
    }

    #[test]
    fn the_first_need_of_the_cohort_decides() {
        let twice =
            shelter().need(Medical, "2025-01-10").need(Medical, "2025-06-01").served(Medical, "2025-06-02");
        assert_eq!(medical(twice), "unmet", "the first need was not met");
        let before = shelter().need(Medical, "2024-12-31").served(Medical, "2025-01-02").entry("2025-01-02");
        assert_eq!(medical(before.clone()), "no_need", "a need before the cohort is another year's");
        assert_eq!(medical(before.need(Medical, "2025-12-31")), "unmet", "the cohort's last day");
        assert_eq!(medical(shelter().need(Medical, "2026-01-01").entry("2025-01-02")), "no_need");
        assert_eq!(medical(shelter().need(EmergencyShelter, "2025-01-01")), "no_need");
    }

    #[test]
    fn any_agency_may_deliver() {
        let clinic = record("clinic", System::PublicHealth, 7).served(Medical, "2025-03-20");
        assert_eq!(category(&[shelter().need(Medical, "2025-03-01"), clinic], "need_medical"), "met");
    }
}
