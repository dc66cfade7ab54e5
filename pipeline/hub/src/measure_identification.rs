//! The identification gap: indicated, and identified by no agency in time.

use domain::EventKind;

use crate::person::{Person, Span};
use crate::question::{Rule, Setting};

/// A person belongs to the cohort of their first indicator ever, and is identified if any agency
/// did so by the end of the window after it, or before.
pub(crate) struct Identification {
    setting: Setting,
    outside: u8,
    identified: u8,
    not_identified: u8,
}

impl Identification {
    pub(crate) fn new(setting: &Setting) -> Self {
        Self {
            setting: *setting,
            outside: setting.level("not_in_cohort"),
            identified: setting.level("identified"),
            not_identified: setting.level("not_identified"),
        }
    }
}

impl Rule for Identification {
    fn level(&self, person: &Person<'_>) -> u8 {
        if !person.has(EventKind::Indicator) {
            return self.outside;
        }
        let first = person.events.iter().find(|e| e.event.kind == EventKind::Indicator);
        let Some(first) = first.filter(|e| self.setting.cohort.contains(e.event.day)) else {
            return self.outside;
        };
        let last = Span::from(first.event.day, self.setting.window_days).last;
        let identified =
            person.events.iter().any(|e| e.event.kind == EventKind::Identification && e.event.day <= last);
        if identified { self.identified } else { self.not_identified }
    }
}

#[cfg(test)]
mod tests {
    use Exploitation::{Labor, Sex, Unknown};
    use domain::{Exploitation, System};

    use crate::fixture::{Draft, category, record, shelter};

    fn gap(drafts: &[Draft]) -> String {
        category(drafts, "identification")
    }

    #[test]
    fn identification_counts_through_day_180_and_from_ever_before() {
        let indicated = || shelter().indicated(Sex, "2025-03-01");
        assert_eq!(gap(&[indicated()]), "not_identified");
        assert_eq!(gap(&[indicated().identified(Sex, "2025-08-28")]), "identified", "day 180");
        assert_eq!(gap(&[indicated().identified(Sex, "2025-08-29")]), "not_identified", "day 181");
        assert_eq!(
            gap(&[indicated().identified(Labor, "2019-01-01")]),
            "identified",
            "before, and of another kind"
        );
        assert_eq!(
            gap(&[indicated().identified(Unknown, "2025-03-01")]),
            "identified",
            "an unknown kind identifies too"
        );
        let police = record("police", System::LawEnforcement, 5).identified(Sex, "2025-04-01");
        assert_eq!(gap(&[indicated(), police]), "identified", "by any agency");
    }

    #[test]
    fn the_first_indicator_ever_decides_the_cohort() {
        for (day, expected) in [
            ("2024-12-31", "not_in_cohort"),
            ("2025-01-01", "not_identified"),
            ("2025-12-31", "not_identified"),
            ("2026-01-01", "not_in_cohort"),
        ] {
            assert_eq!(gap(&[shelter().entry("2025-05-05").indicated(Unknown, day)]), expected, "{day}");
        }
        let again = shelter().indicated(Sex, "2023-05-01").indicated(Sex, "2025-05-01");
        assert_eq!(gap(&[again]), "not_in_cohort", "a later indicator is not a first one");
        assert_eq!(
            gap(&[shelter().identified(Sex, "2025-05-01")]),
            "not_in_cohort",
            "identified without an indicator"
        );
    }
}
