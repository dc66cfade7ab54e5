//! Re-entry: how soon after leaving a program a person enters one again.

use domain::EventKind;

use crate::person::{Person, Span};
use crate::question::{Rule, Setting};

/// The first exit of the cohort counts; the first entry, at any agency, in a span of days after it
/// tells the level. Entries before the first span are moves between programs, not returns.
///
/// # Source
/// HUD LSA: returns 15 to 730 days after an exit.
pub(crate) struct Reentry {
    setting: Setting,
    outside: u8,
    never: u8,
    spans: Vec<(Span, u8)>,
}

impl Reentry {
    pub(crate) fn new(setting: &Setting) -> Self {
        Self {
            setting: *setting,
            outside: setting.level("not_in_cohort"),
            never: setting.level("no_reentry"),
            spans: setting.spans(),
        }
    }
}

impl Rule for Reentry {
    fn level(&self, person: &Person<'_>) -> u8 {
        if !person.has(EventKind::Exit) {
            return self.outside;
        }
        let exit = person.within(self.setting.cohort).find(|e| e.event.kind == EventKind::Exit);
        let Some(exit) = exit else { return self.outside };
        let after = person.within(Span::from(exit.event.day, self.setting.window_days));
        let level =
            |days: i32| self.spans.iter().find(|(span, _)| span.contains(days)).map(|(_, code)| *code);
        after
            .filter(|e| e.event.kind == EventKind::Entry)
            .find_map(|e| level(e.event.day - exit.event.day))
            .unwrap_or(self.never)
    }
}

#[cfg(test)]
mod tests {
    use domain::System;

    use crate::fixture::{Draft, PERIOD, REPORT, categories_at, category, record, shelter};

    /// 2023 is the latest year whose 730 days have elapsed by the report date.
    fn left() -> Draft {
        shelter().exit("2023-03-01")
    }

    fn back(day: &str) -> String {
        category(&[left().entry(day)], "reentry")
    }

    #[test]
    fn the_spans_are_those_of_hud() {
        for (day, expected) in [
            ("2023-03-15", "no_reentry"),
            ("2023-03-16", "back_15_30"),
            ("2023-03-31", "back_15_30"),
            ("2023-04-01", "back_31_60"),
            ("2023-05-01", "back_61_90"),
            ("2023-05-30", "back_61_90"),
            ("2023-05-31", "back_91_180"),
            ("2023-08-28", "back_91_180"),
            ("2023-08-29", "back_181_365"),
            ("2024-02-29", "back_181_365"),
            ("2024-03-01", "back_366_547"),
            ("2024-08-29", "back_366_547"),
            ("2024-08-30", "back_548_730"),
            ("2025-02-28", "back_548_730"),
            ("2025-03-01", "no_reentry"),
        ] {
            assert_eq!(back(day), expected, "{day}");
        }
        assert_eq!(category(&[left()], "reentry"), "no_reentry");
    }

    #[test]
    fn the_first_entry_that_is_a_return_counts() {
        let moved = left().entry("2023-03-02").entry("2023-06-15").entry("2023-03-20");
        assert_eq!(category(&[moved], "reentry"), "back_15_30", "the move on the next day is no return");
        let clinic = record("clinic", System::PublicHealth, 2).entry("2023-04-15");
        assert_eq!(category(&[left(), clinic], "reentry"), "back_31_60", "at any agency");
        let contact = left().contact("2023-04-15", "18_24");
        assert_eq!(category(&[contact], "reentry"), "no_reentry", "a contact opens nothing");
    }

    #[test]
    fn the_first_exit_of_the_cohort_counts() {
        let twice = left().exit("2023-06-01").entry("2023-06-20");
        assert_eq!(
            category(&[twice], "reentry"),
            "back_91_180",
            "111 days after the first, 19 after the second"
        );
        let year_before = shelter().exit("2022-12-31").exit("2023-06-01").entry("2023-06-20");
        assert_eq!(
            category(&[year_before], "reentry"),
            "back_15_30",
            "an exit of another year is another cohort's"
        );
    }

    #[test]
    fn follow_up_must_be_closed() {
        for (day, expected) in [
            ("2022-12-31", "not_in_cohort"),
            ("2023-01-01", "no_reentry"),
            ("2023-12-31", "no_reentry"),
            ("2024-01-01", "not_in_cohort"),
        ] {
            let person = shelter().contact("2025-05-05", "unknown").exit(day);
            assert_eq!(categories_at(&[person], "reentry", PERIOD, REPORT), vec![expected], "{day}");
        }
        // One day before two years after 2024 have passed, the cohort is still 2023's.
        let person = shelter().exit("2024-12-31");
        let at = |report| categories_at(std::slice::from_ref(&person), "reentry", PERIOD, report);
        assert_eq!(at("2026-12-31"), vec!["no_reentry"]);
        assert_eq!(at("2026-12-30"), vec!["not_in_cohort"]);
    }
}
