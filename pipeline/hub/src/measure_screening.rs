//! Screening coverage: who was asked, of those who had to be.

use domain::{Answer, EventKind, ScreeningQuestion};

use crate::person::Person;
use crate::question::{Rule, Setting};

/// A person is eligible by any screening event of the question in the period, whatever it says: a
/// source writes one where the question was put or due. Screened is any answer of yes or no in the
/// period.
pub(crate) struct Screening {
    setting: Setting,
    question: ScreeningQuestion,
    no_contact: u8,
    screened: u8,
    not_answered: u8,
    not_asked: u8,
}

impl Screening {
    pub(crate) fn new(setting: &Setting, question: ScreeningQuestion) -> Self {
        Self {
            setting: *setting,
            question,
            no_contact: setting.level("no_contact"),
            screened: setting.level("screened"),
            not_answered: setting.level("not_answered"),
            not_asked: setting.level("not_asked"),
        }
    }
}

impl Rule for Screening {
    fn level(&self, person: &Person<'_>) -> u8 {
        if !person.has(EventKind::Screening) {
            return self.no_contact;
        }
        let mut level = self.no_contact;
        for e in person.within(self.setting.cohort) {
            if e.event.kind != EventKind::Screening || e.event.question != Some(self.question) {
                continue;
            }
            match e.event.answer {
                Some(Answer::No | Answer::Yes) => return self.screened,
                Some(Answer::NotAnswered) => level = self.not_answered,
                Some(Answer::NotCollected) | None if level == self.no_contact => level = self.not_asked,
                Some(Answer::NotCollected) | None => {}
            }
        }
        level
    }
}

#[cfg(test)]
mod tests {
    use Answer::{No, NotAnswered, NotCollected, Yes};
    use ScreeningQuestion::{Labor, Sex};
    use domain::{Answer, ScreeningQuestion, System};

    use crate::fixture::{Draft, category, record, shelter};

    fn asked(answers: &[(ScreeningQuestion, Answer, &str)]) -> String {
        let start = shelter().entry("2025-02-01");
        let draft = answers.iter().fold(start, |draft, (q, a, day)| draft.screened(*q, *a, day));
        category(&[draft], "screening_sex")
    }

    #[test]
    fn any_yes_or_no_of_the_question_is_screened() {
        let on = "2025-03-01";
        assert_eq!(asked(&[]), "no_contact", "an entry alone is no eligible contact");
        assert_eq!(asked(&[(Sex, No, on)]), "screened");
        assert_eq!(asked(&[(Sex, Yes, on)]), "screened");
        assert_eq!(asked(&[(Sex, NotAnswered, on)]), "not_answered", "asked is not answered");
        assert_eq!(asked(&[(Sex, NotCollected, on)]), "not_asked", "not collected is never no");
        assert_eq!(asked(&[(Labor, No, on)]), "no_contact", "the other question");
    }

    #[test]
    fn each_question_has_its_own_coverage() {
        let draft = shelter().entry("2025-02-01").screened(Labor, Yes, "2025-03-01").screened(
            Sex,
            NotCollected,
            "2025-03-01",
        );
        assert_eq!(category(std::slice::from_ref(&draft), "screening_labor"), "screened");
        assert_eq!(category(&[draft], "screening_sex"), "not_asked");
        let refused = shelter().screened(Labor, NotAnswered, "2025-03-01");
        assert_eq!(category(&[refused], "screening_labor"), "not_answered");
        let due = shelter().screened(Labor, NotCollected, "2025-03-01");
        assert_eq!(category(&[due], "screening_labor"), "not_asked", "not collected is never no");
    }

    #[test]
    fn the_best_of_several_contacts_counts() {
        let (a, b) = ("2025-03-01", "2025-04-01");
        assert_eq!(asked(&[(Sex, NotCollected, a), (Sex, No, b)]), "screened");
        assert_eq!(asked(&[(Sex, No, a), (Sex, NotCollected, b)]), "screened");
        assert_eq!(asked(&[(Sex, NotAnswered, a), (Sex, NotCollected, b)]), "not_answered");
        assert_eq!(asked(&[(Sex, NotCollected, a), (Sex, NotAnswered, b)]), "not_answered");
        let clinic = record("clinic", System::PublicHealth, 2).screened(Sex, Yes, a);
        let shelter: Draft = shelter().screened(Sex, NotCollected, b);
        assert_eq!(category(&[shelter, clinic], "screening_sex"), "screened", "by any agency");
    }

    #[test]
    fn the_period_has_a_first_and_a_last_day() {
        for (day, expected) in [
            ("2024-12-31", "no_contact"),
            ("2025-01-01", "screened"),
            ("2025-12-31", "screened"),
            ("2026-01-01", "no_contact"),
        ] {
            assert_eq!(asked(&[(Sex, No, day)]), expected, "{day}");
        }
    }
}
