//! Referral completion: whether the first referral reached its end in time.

use domain::{EventKind, ReferralResult};

use crate::ingested::Event;
use crate::person::{Person, Span};
use crate::question::{Rule, Setting};

/// The first referral of the cohort counts, whatever the service; of several on its day, the one that
/// ended best. Completed is accepted or attained, on a known day, from the referral through the last
/// day of the window. A result that nobody knows, or an attainment of unknown date, is told apart.
pub(crate) struct Referral {
    setting: Setting,
    outside: u8,
    completed: u8,
    not_completed: u8,
    unknown: u8,
}

/// How a referral ended, best last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Unknown,
    NotCompleted,
    Completed,
}

impl Referral {
    pub(crate) fn new(setting: &Setting) -> Self {
        Self {
            setting: *setting,
            outside: setting.level("no_referral"),
            completed: setting.level("completed"),
            not_completed: setting.level("not_completed"),
            unknown: setting.level("result_unknown"),
        }
    }

    fn end(&self, event: &Event) -> End {
        let window = Span::from(event.day, self.setting.window_days);
        match (event.result, event.result_day) {
            (Some(ReferralResult::Attained), Some(day)) if window.contains(day) => End::Completed,
            (Some(ReferralResult::Attained), Some(day)) if day > window.last => End::NotCompleted,
            (None | Some(ReferralResult::Unknown | ReferralResult::Attained), _) => End::Unknown,
            (
                Some(
                    ReferralResult::ClientDeclined
                    | ReferralResult::ProviderDeclined
                    | ReferralResult::NotAttained,
                ),
                _,
            ) => End::NotCompleted,
        }
    }
}

impl Rule for Referral {
    fn level(&self, person: &Person<'_>) -> u8 {
        if !person.has(EventKind::Referral) {
            return self.outside;
        }
        let mut referrals =
            person.within(self.setting.cohort).filter(|e| e.event.kind == EventKind::Referral).peekable();
        let Some(day) = referrals.peek().map(|e| e.event.day) else { return self.outside };
        match referrals.take_while(|e| e.event.day == day).map(|e| self.end(&e.event)).max() {
            None => self.outside,
            Some(End::Completed) => self.completed,
            Some(End::NotCompleted) => self.not_completed,
            Some(End::Unknown) => self.unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use ReferralResult::{Attained, ClientDeclined, NotAttained, ProviderDeclined, Unknown};
    use Service::{Education, Medical};
    use domain::{ReferralResult, Service};

    use crate::fixture::{Draft, category, shelter};

    fn end(draft: Draft) -> String {
        category(&[draft.entry("2025-01-01")], "referral")
    }

    fn referred(result: ReferralResult, on: Option<&str>) -> String {
        end(shelter().referred(Medical, "2025-03-01", result, on))
    }

    #[test]
    fn attained_counts_from_the_day_of_the_referral_through_day_90() {
        assert_eq!(referred(Attained, Some("2025-03-01")), "completed");
        assert_eq!(referred(Attained, Some("2025-05-30")), "completed", "day 90");
        assert_eq!(referred(Attained, Some("2025-05-31")), "not_completed", "day 91");
        assert_eq!(
            referred(Attained, Some("2025-02-28")),
            "result_unknown",
            "an impossible date tells nothing"
        );
    }

    #[test]
    fn unknown_is_told_apart_from_no() {
        assert_eq!(referred(Unknown, Some("2025-03-05")), "result_unknown");
        assert_eq!(referred(Attained, None), "result_unknown", "attained, and nobody knows when");
        for declined in [ClientDeclined, ProviderDeclined, NotAttained] {
            assert_eq!(referred(declined, Some("2025-03-05")), "not_completed");
            assert_eq!(referred(declined, None), "not_completed", "whenever it was");
        }
        assert_eq!(end(shelter()), "no_referral");
    }

    #[test]
    fn the_first_of_several_referrals_counts() {
        let (first, later) = ("2025-03-01", "2025-04-01");
        let two = |a, b| {
            end(shelter().referred(Medical, first, a, Some(first)).referred(Education, later, b, Some(later)))
        };
        assert_eq!(two(ClientDeclined, Attained), "not_completed", "of whichever service");
        assert_eq!(two(Attained, ClientDeclined), "completed");
        assert_eq!(two(Unknown, Attained), "result_unknown");
        let before = shelter().referred(Medical, "2024-12-31", Attained, Some("2025-01-02"));
        assert_eq!(end(before.clone()), "no_referral", "a referral before the cohort is another year's");
        let then = before.referred(Medical, "2025-12-31", NotAttained, None);
        assert_eq!(end(then), "not_completed", "the cohort's last day");
    }

    #[test]
    fn of_several_on_one_day_the_one_that_ended_best_counts() {
        let day = "2025-03-01";
        let two =
            |a, b| end(shelter().referred(Medical, day, a, Some(day)).referred(Education, day, b, Some(day)));
        for (a, b, expected) in [
            (Attained, ClientDeclined, "completed"),
            (ClientDeclined, Attained, "completed"),
            (Unknown, ProviderDeclined, "not_completed"),
            (ProviderDeclined, Unknown, "not_completed"),
        ] {
            assert_eq!(two(a, b), expected);
        }
    }
}
