//! Labor trafficking recognized as labor trafficking, and beside it the same for sex trafficking.

use domain::{EventKind, ScreeningQuestion};

use crate::person::{Person, Span};
use crate::question::{Rule, Setting};

/// A person belongs to the cohort of their first indicator of the type ever, and is recognized if any
/// agency identified them as of that type by the end of the window after it, or before.
pub(crate) struct Recognized {
    setting: Setting,
    of: ScreeningQuestion,
    outside: u8,
    yes: u8,
    no: u8,
}

impl Recognized {
    pub(crate) fn new(setting: &Setting, of: ScreeningQuestion) -> Self {
        Self {
            setting: *setting,
            of,
            outside: setting.level("not_in_cohort"),
            yes: setting.level("recognized"),
            no: setting.level("not_recognized"),
        }
    }
}

impl Rule for Recognized {
    fn level(&self, person: &Person<'_>) -> u8 {
        if !person.has(EventKind::Indicator) {
            return self.outside;
        }
        let first = person.events.iter().find(|e| e.speaks_of(EventKind::Indicator, self.of));
        let Some(first) = first.filter(|e| self.setting.cohort.contains(e.event.day)) else {
            return self.outside;
        };
        let last = Span::from(first.event.day, self.setting.window_days).last;
        let recognized = person
            .events
            .iter()
            .any(|e| e.speaks_of(EventKind::Identification, self.of) && e.event.day <= last);
        if recognized { self.yes } else { self.no }
    }
}

#[cfg(test)]
mod tests {
    use Exploitation::{Both, Labor, Sex, Unknown};
    use domain::{Exploitation, System};

    use crate::fixture::{Draft, category, record, shelter};

    fn as_labor(drafts: &[Draft]) -> String {
        category(drafts, "recognized_labor")
    }

    fn sign() -> Draft {
        shelter().indicated(Labor, "2025-03-01")
    }

    #[test]
    fn only_an_identification_of_the_type_recognizes_it() {
        let on = "2025-04-01";
        assert_eq!(as_labor(&[sign()]), "not_recognized");
        assert_eq!(as_labor(&[sign().identified(Labor, on)]), "recognized");
        assert_eq!(as_labor(&[sign().identified(Both, on)]), "recognized");
        assert_eq!(as_labor(&[sign().identified(Sex, on)]), "not_recognized", "misread as sex trafficking");
        assert_eq!(as_labor(&[sign().identified(Unknown, on)]), "not_recognized", "of no type");
        let police = record("police", System::LawEnforcement, 5).identified(Labor, on);
        assert_eq!(as_labor(&[sign(), police]), "recognized", "by any agency");
    }

    #[test]
    fn sex_trafficking_has_the_same_rule_of_its_own() {
        let sign = || shelter().indicated(Sex, "2025-03-01");
        let as_sex = |draft: Draft| category(&[draft], "recognized_sex");
        assert_eq!(as_sex(sign()), "not_recognized");
        assert_eq!(as_sex(sign().identified(Sex, "2025-08-28")), "recognized", "day 180");
        assert_eq!(as_sex(sign().identified(Sex, "2025-08-29")), "not_recognized", "day 181");
        assert_eq!(as_sex(sign().identified(Both, "2025-04-01")), "recognized");
        assert_eq!(
            as_sex(sign().identified(Labor, "2025-04-01")),
            "not_recognized",
            "misread as labor trafficking"
        );
        assert_eq!(as_sex(shelter().indicated(Labor, "2025-03-01")), "not_in_cohort");
    }

    #[test]
    fn identification_counts_through_day_180_and_from_ever_before() {
        assert_eq!(as_labor(&[sign().identified(Labor, "2025-08-28")]), "recognized", "day 180");
        assert_eq!(as_labor(&[sign().identified(Labor, "2025-08-29")]), "not_recognized", "day 181");
        assert_eq!(as_labor(&[sign().identified(Labor, "2019-01-01")]), "recognized", "before");
    }

    #[test]
    fn the_first_sign_of_the_type_decides_the_cohort() {
        for (day, expected) in [
            ("2024-12-31", "not_in_cohort"),
            ("2025-01-01", "not_recognized"),
            ("2025-12-31", "not_recognized"),
            ("2026-01-01", "not_in_cohort"),
        ] {
            assert_eq!(as_labor(&[shelter().entry("2025-05-05").indicated(Labor, day)]), expected, "{day}");
        }
        let sex_before = shelter().indicated(Sex, "2023-01-01").indicated(Labor, "2025-01-01");
        assert_eq!(as_labor(&[sex_before]), "not_recognized", "a sign of the other type is no first one");
        let both = shelter().indicated(Both, "2025-01-01");
        assert_eq!(as_labor(std::slice::from_ref(&both)), "not_recognized");
        assert_eq!(category(&[both], "recognized_sex"), "not_recognized", "a sign of both is one of each");
        let unknown = shelter().indicated(Unknown, "2025-01-01");
        assert_eq!(as_labor(&[unknown]), "not_in_cohort", "a sign of no type");
    }
}
