//! One answer a person from records that may disagree.

use domain::Breakdown;

use crate::person::{Person, PersonEvent};
use crate::record::Record;

/// The category of a breakdown.
///
/// The latest known answer by the record's `as_of` stands, the first record in canonical order
/// (source name, then record id) among equals. Exceptions: two different known races are
/// `multiple`; one record is enough for `indigenous`, for a disability, and for substance use; age
/// is the one at the first event of the period, which begins on the day number `period_start`; and
/// the question about LGBTQ youth is put to people under 25 alone.
pub(crate) fn demographic(breakdown: Breakdown, person: &Person<'_>, period_start: i32) -> u8 {
    let records = person.records;
    let any = |category| records.iter().any(|r| r.answer(breakdown) == code(breakdown, category));
    match breakdown {
        Breakdown::RaceEthnicity if has_two_races(records) => code(breakdown, "multiple"),
        Breakdown::Indigenous if any("indigenous") => code(breakdown, "indigenous"),
        Breakdown::Disability if any("any") => code(breakdown, "any"),
        Breakdown::Disability if any("mental_health_only") => code(breakdown, "mental_health_only"),
        Breakdown::SubstanceUse if any("yes") => code(breakdown, "yes"),
        Breakdown::AgeBand => age_band(person.events, period_start),
        Breakdown::LgbtqYouth => lgbtq_youth(records, age_band(person.events, period_start)),
        _ => latest(breakdown, records, |_| true),
    }
}

/// The latest known answer that `counts`; the breakdown's own "unknown" where there is none.
fn latest(breakdown: Breakdown, records: &[&Record], counts: impl Fn(u8) -> bool) -> u8 {
    let unknown = code(breakdown, breakdown.unknown());
    let mut best: Option<&Record> = None;
    for record in records {
        let answer = record.answer(breakdown);
        // A record without a date is older than any; of equals the first stays.
        if answer != unknown && counts(answer) && best.is_none_or(|b| record.as_of > b.as_of) {
            best = Some(record);
        }
    }
    best.map_or(unknown, |record| record.answer(breakdown))
}

fn has_two_races(records: &[&Record]) -> bool {
    let unknown = code(Breakdown::RaceEthnicity, Breakdown::RaceEthnicity.unknown());
    let mut known =
        records.iter().map(|r| r.answer(Breakdown::RaceEthnicity)).filter(|race| *race != unknown);
    known.next().is_some_and(|first| known.any(|other| other != first))
}

/// The known band of the first event from the period's start on; of people whose age nobody knew
/// since then, of the latest event before it. On one day the first in canonical order.
///
/// # Source
/// The rule of HUD's system-wide reports: the age at the later of the report's start and the first
/// entry (HMIS Standard Reporting Terminology Glossary, "Determining age").
fn age_band(events: &[PersonEvent], period_start: i32) -> u8 {
    let unknown = code(Breakdown::AgeBand, Breakdown::AgeBand.unknown());
    let known = |e: &&PersonEvent| e.event.age_band != unknown;
    let (before, since) = events.split_at(events.partition_point(|e| e.event.day < period_start));
    let first = since.iter().find(known).or_else(|| {
        let day = before.iter().rfind(known)?.event.day;
        before.iter().filter(known).find(|e| e.event.day == day)
    });
    first.map_or(unknown, |e| e.event.age_band)
}

fn lgbtq_youth(records: &[&Record], age_band: u8) -> u8 {
    let breakdown = Breakdown::LgbtqYouth;
    match Breakdown::AgeBand.categories()[usize::from(age_band)] {
        // At an earlier intake the same person may have been asked as an adult's record would be.
        "under_13" | "13_17" | "18_24" => {
            latest(breakdown, records, |answer| answer != code(breakdown, "not_youth"))
        }
        "unknown" => code(breakdown, "not_collected"),
        _ => code(breakdown, "not_youth"),
    }
}

fn code(breakdown: Breakdown, category: &str) -> u8 {
    breakdown.code(category).expect("the category is one of the domain's own")
}

#[cfg(test)]
mod tests {
    use domain::{Breakdown, System};

    use crate::fixture::{Draft, category, record, shelter};

    /// Answers of records of one person; each has a source, a date and a word.
    fn settled(breakdown: Breakdown, answers: &[(&'static str, u128, Option<&str>, &str)]) -> String {
        let drafts: Vec<Draft> = answers
            .iter()
            .map(|(source, id, as_of, word)| {
                let draft = record(source, System::PublicHealth, *id)
                    .says(breakdown, word)
                    .contact("2025-05-01", "unknown");
                as_of.map_or(draft.clone(), |as_of| draft.clone().dated(as_of))
            })
            .collect();
        category(&drafts, domain::Word::word(breakdown))
    }

    #[test]
    fn the_latest_known_answer_stands() {
        let gender = |answers: &[_]| settled(Breakdown::Gender, answers);
        let (early, late) = (Some("2024-01-01"), Some("2025-01-01"));
        assert_eq!(gender(&[("a", 1, early, "female"), ("b", 1, late, "male")]), "male");
        assert_eq!(gender(&[("a", 1, late, "female"), ("b", 1, early, "male")]), "female");
        assert_eq!(
            gender(&[("a", 1, early, "female"), ("b", 1, late, "unknown")]),
            "female",
            "unknown loses"
        );
        assert_eq!(
            gender(&[("a", 1, late, "unknown"), ("b", 1, None, "male")]),
            "male",
            "even to one without a date"
        );
        assert_eq!(
            gender(&[("a", 1, None, "female"), ("b", 1, early, "male")]),
            "male",
            "no date is older than any"
        );
        assert_eq!(gender(&[("b", 1, late, "female"), ("a", 2, late, "male")]), "male", "ties: source name");
        assert_eq!(gender(&[("a", 2, late, "female"), ("a", 1, late, "male")]), "male", "ties: record id");
        assert_eq!(gender(&[("a", 1, late, "unknown")]), "unknown");
        let immigrant = |answers: &[_]| settled(Breakdown::Immigrant, answers);
        assert_eq!(
            immigrant(&[("a", 1, early, "foreign_national"), ("b", 1, late, "us_citizen_or_lpr")]),
            "us_citizen_or_lpr"
        );
    }

    #[test]
    fn two_known_races_are_multiple() {
        let race = |answers: &[_]| settled(Breakdown::RaceEthnicity, answers);
        assert_eq!(race(&[("a", 1, None, "black"), ("b", 1, None, "black")]), "black");
        assert_eq!(race(&[("a", 1, None, "black"), ("b", 1, None, "unknown")]), "black");
        assert_eq!(race(&[("a", 1, Some("2025-01-01"), "black"), ("b", 1, None, "asian")]), "multiple");
        assert_eq!(race(&[("a", 1, None, "multiple"), ("b", 1, None, "asian")]), "multiple");
        assert_eq!(race(&[("a", 1, None, "unknown")]), "unknown");
    }

    #[test]
    fn one_record_is_enough_for_what_many_do_not_ask() {
        let late = Some("2025-01-01");
        assert_eq!(
            settled(Breakdown::Indigenous, &[("a", 1, None, "indigenous"), ("b", 1, late, "not_indigenous")]),
            "indigenous"
        );
        assert_eq!(
            settled(Breakdown::Indigenous, &[("a", 1, None, "unknown"), ("b", 1, late, "not_indigenous")]),
            "not_indigenous"
        );
        assert_eq!(settled(Breakdown::SubstanceUse, &[("a", 1, None, "yes"), ("b", 1, late, "no")]), "yes");
        assert_eq!(
            settled(Breakdown::SubstanceUse, &[("a", 1, None, "unknown"), ("b", 1, late, "no")]),
            "no"
        );
        let disability = |answers: &[_]| settled(Breakdown::Disability, answers);
        assert_eq!(
            disability(&[
                ("a", 1, None, "any"),
                ("b", 1, late, "mental_health_only"),
                ("c", 1, late, "none")
            ]),
            "any"
        );
        assert_eq!(
            disability(&[("a", 1, None, "mental_health_only"), ("b", 1, late, "none")]),
            "mental_health_only"
        );
        assert_eq!(disability(&[("a", 1, None, "none"), ("b", 1, late, "unknown")]), "none");
        assert_eq!(disability(&[("a", 1, None, "unknown")]), "unknown");
    }

    #[test]
    fn age_is_the_one_at_the_first_event_of_the_period() {
        let band = |draft: Draft| category(&[draft], "age_band");
        let grown = shelter().contact("2025-01-01", "13_17").contact("2026-06-30", "18_24");
        assert_eq!(band(grown.clone()), "13_17", "17 at the first event, 18 at the latest");
        assert_eq!(band(grown.contact("2024-12-31", "under_13")), "13_17", "before the period");
        let asked = shelter().contact("2025-01-01", "unknown").contact("2026-06-30", "18_24");
        assert_eq!(band(asked), "18_24", "unknown loses");
        let earlier = shelter().contact("2024-05-01", "13_17").contact("2024-12-31", "18_24");
        let seen = earlier.contact("2025-01-01", "unknown");
        assert_eq!(band(seen), "18_24", "the latest one before, where the period tells none");
        let late = shelter().contact("2025-06-01", "unknown").contact("2026-07-01", "25_39");
        assert_eq!(band(late), "unknown", "after the report date");
    }

    #[test]
    fn of_two_ages_on_one_day_the_first_source_s_stands() {
        let band = |day| {
            let draft = |source, band| {
                record(source, System::Hotline, 1).contact("2025-03-01", "unknown").contact(day, band)
            };
            category(&[draft("b", "18_24"), draft("a", "13_17")], "age_band")
        };
        assert_eq!(band("2025-08-01"), "13_17");
        assert_eq!(band("2024-05-01"), "13_17", "before the period too");
    }

    #[test]
    fn language_need_and_lgbtq_youth_are_the_latest_known_answer() {
        let (early, late) = (Some("2024-01-01"), Some("2025-01-01"));
        let language = |answers: &[_]| settled(Breakdown::LanguageNeed, answers);
        assert_eq!(language(&[("a", 1, early, "yes"), ("b", 1, late, "no")]), "no");
        assert_eq!(
            language(&[("a", 1, early, "yes"), ("b", 1, late, "unknown")]),
            "yes",
            "unknown is never no"
        );
        assert_eq!(language(&[("a", 1, late, "unknown")]), "unknown");
        let youth = |first, then| {
            let asked =
                |id, day, word| record("a", System::Hotline, id).says(Breakdown::LgbtqYouth, word).dated(day);
            let drafts =
                [asked(1, "2024-01-01", first).contact("2025-05-01", "18_24"), asked(2, "2025-01-01", then)];
            category(&drafts, "lgbtq_youth")
        };
        assert_eq!(youth("not_lgbtq", "lgbtq"), "lgbtq");
        assert_eq!(youth("lgbtq", "not_lgbtq"), "not_lgbtq");
        assert_eq!(youth("lgbtq", "not_collected"), "lgbtq", "not collected is never no");
    }

    #[test]
    fn lgbtq_is_asked_of_people_under_25() {
        let youth = |band, answers: &[&str]| {
            let drafts: Vec<Draft> = (1..)
                .zip(answers)
                .map(|(id, word)| {
                    record("a", System::Hotline, id)
                        .says(Breakdown::LgbtqYouth, word)
                        .contact("2025-05-01", band)
                })
                .collect();
            category(&drafts, "lgbtq_youth")
        };
        for band in ["under_13", "13_17", "18_24"] {
            assert_eq!(youth(band, &["lgbtq"]), "lgbtq", "{band}");
            assert_eq!(youth(band, &["not_collected", "not_lgbtq"]), "not_lgbtq", "{band}");
            assert_eq!(youth(band, &["not_collected"]), "not_collected", "{band}");
            assert_eq!(youth(band, &["not_youth"]), "not_collected", "{band}: that is no answer");
        }
        for band in ["25_39", "40_plus"] {
            assert_eq!(youth(band, &["lgbtq"]), "not_youth", "{band}");
        }
        assert_eq!(youth("unknown", &["lgbtq"]), "not_collected");
    }
}
