//! People recorded: whether any agency recorded an event of the person in the period.

use crate::person::Person;
use crate::question::{Rule, Setting};

/// Others stand in the table for a measure whose cohort lies before the period.
pub(crate) struct Recorded {
    setting: Setting,
    other_period: u8,
    in_period: u8,
}

impl Recorded {
    pub(crate) fn new(setting: &Setting) -> Self {
        Self {
            setting: *setting,
            other_period: setting.level("other_period"),
            in_period: setting.level("in_period"),
        }
    }
}

impl Rule for Recorded {
    fn level(&self, person: &Person<'_>) -> u8 {
        let recorded = person.within(self.setting.cohort).next().is_some();
        if recorded { self.in_period } else { self.other_period }
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{category, shelter};

    #[test]
    fn an_event_of_any_kind_in_the_period_counts() {
        for (day, expected) in
            [("2024-12-31", "other_period"), ("2025-01-01", "in_period"), ("2025-12-31", "in_period")]
        {
            assert_eq!(category(&[shelter().contact(day, "unknown")], "recorded"), expected, "{day}");
        }
        let both = shelter().contact("2024-12-31", "unknown").contact("2026-01-01", "unknown");
        assert_eq!(category(&[both], "recorded"), "other_period");
    }
}
