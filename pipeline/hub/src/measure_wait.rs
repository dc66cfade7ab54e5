//! Time to service: days from need to delivery.

use domain::{EventKind, Service};

use crate::person::{Person, Span};
use crate::question::{Rule, Setting};

/// The first need of the cohort counts, and the first delivery of the service from that day on, by any
/// agency; a referral is none. The last span of days lies beyond the window: late, and
/// by the report date; what did not come is "never", so far.
pub(crate) struct Wait {
    setting: Setting,
    service: Service,
    outside: u8,
    never: u8,
    spans: Vec<(Span, u8)>,
}

impl Wait {
    pub(crate) fn new(setting: &Setting, service: Service) -> Self {
        Self {
            setting: *setting,
            service,
            outside: setting.level("no_need"),
            never: setting.level("never"),
            spans: setting.spans(),
        }
    }
}

impl Rule for Wait {
    fn level(&self, person: &Person<'_>) -> u8 {
        let Some(need) = person.first_need(self.service, self.setting.cohort) else { return self.outside };
        let first = need.event.day;
        let until = Span { first, last: person.report_day };
        let services = person.within(until).filter(|e| e.is(EventKind::Service, self.service));
        let days = services.map(|e| e.event.day).min();
        let Some(days) = days.map(|day| day - first) else { return self.never };
        self.spans.iter().find(|(span, _)| span.contains(days)).map_or(self.never, |(_, code)| *code)
    }
}

#[cfg(test)]
mod tests {
    use Service::{CaseManagement, Medical};
    use domain::ReferralResult::{Attained, ClientDeclined};
    use domain::{Service, System};

    use crate::fixture::{Draft, category, record, shelter};

    fn need() -> Draft {
        shelter().need(CaseManagement, "2025-03-01")
    }

    fn wait(draft: Draft) -> String {
        category(&[draft], "wait_case_management")
    }

    #[test]
    fn spans_have_a_first_and_a_last_day() {
        for (day, expected) in [
            ("2025-02-28", "never"),
            ("2025-03-01", "days_0_7"),
            ("2025-03-08", "days_0_7"),
            ("2025-03-09", "days_8_30"),
            ("2025-03-31", "days_8_30"),
            ("2025-04-01", "days_31_90"),
            ("2025-05-30", "days_31_90"),
            ("2025-05-31", "days_91_180"),
            ("2025-08-28", "days_91_180"),
            ("2025-08-29", "over_180_days"),
            ("2026-06-30", "over_180_days"),
            ("2026-07-01", "never"),
        ] {
            assert_eq!(wait(need().served(CaseManagement, day)), expected, "{day}");
        }
        assert_eq!(wait(need()), "never");
        assert_eq!(wait(need().served(Medical, "2025-03-02")), "never", "another service");
    }

    #[test]
    fn a_referral_is_not_waited_for() {
        let with = |result| need().referred(CaseManagement, "2025-03-01", result, Some("2025-03-20"));
        assert_eq!(wait(with(Attained)), "never", "accepted, and nobody says that it was delivered");
        assert_eq!(wait(with(ClientDeclined)), "never");
        assert_eq!(wait(with(Attained).served(CaseManagement, "2025-04-15")), "days_31_90");
    }

    #[test]
    fn any_agency_may_deliver() {
        let clinic = record("clinic", System::PublicHealth, 7).served(CaseManagement, "2025-03-05");
        assert_eq!(category(&[need(), clinic], "wait_case_management"), "days_0_7");
    }

    #[test]
    fn the_first_need_of_the_cohort_counts() {
        let twice = need().need(CaseManagement, "2025-06-01").served(CaseManagement, "2025-06-02");
        assert_eq!(wait(twice), "days_91_180");
        let before = shelter().need(CaseManagement, "2024-12-31").entry("2025-01-01");
        assert_eq!(wait(before), "no_need");
        assert_eq!(wait(shelter().need(CaseManagement, "2025-12-31")), "never", "the cohort's last day");
    }
}
