//! The further measures reckoned naively, for 2025 as of 2026-06-30.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use crate::reckoning::{Fact, SOURCES, in_year};
use crate::sheets::services;

pub(crate) fn outcomes(facts: &[Fact<'_>], put: &mut impl FnMut(&str, &str)) {
    for [service, ..] in services() {
        put(&format!("wait_{service}"), wait(facts, &service));
    }
    for source in SOURCES {
        let seen = facts.iter().any(|f| f.4 == source && in_year(f.0, 2025));
        put(&format!("seen_{source}"), if seen { "seen" } else { "not_seen" });
    }
    for about in ["labor", "sex"] {
        put(&format!("recognized_{about}"), recognized(facts, about));
        put(&format!("screening_{about}"), screening(facts, about));
    }
    put("missed_contact", missed(facts));
    put("referral", referral(facts));
    put("reentry", reentry(facts));
    put("entry_point", entry_point(facts));
    let recorded = facts.iter().any(|f| in_year(f.0, 2025));
    put("recorded", if recorded { "in_period" } else { "other_period" });
}

fn days(facts: &[Fact<'_>], wanted: impl Fn(&Fact<'_>) -> bool) -> BTreeSet<NaiveDate> {
    facts.iter().filter(|f| wanted(f)).map(|f| f.0).collect()
}

fn recognized(facts: &[Fact<'_>], about: &str) -> &'static str {
    let of = |kind: &str| days(facts, |f| f.1 == kind && (f.2 == about || f.2 == "both"));
    let Some(sign) = of("indicator").first().copied().filter(|day| in_year(*day, 2025)) else {
        return "not_in_cohort";
    };
    match of("identification").first() {
        Some(found) if *found <= sign + Days::new(180) => "recognized",
        _ => "not_recognized",
    }
}

fn screening(facts: &[Fact<'_>], about: &str) -> &'static str {
    let came: BTreeSet<&str> = facts
        .iter()
        .filter(|f| f.1 == "screening" && f.2 == about && in_year(f.0, 2025))
        .map(|f| f.5)
        .collect();
    for (reply, level) in
        [("answered", "screened"), ("refused", "not_answered"), ("not_collected", "not_asked")]
    {
        if came.contains(reply) {
            return level;
        }
    }
    assert!(came.is_empty());
    "no_contact"
}

fn missed(facts: &[Fact<'_>]) -> &'static str {
    let found = days(facts, |f| f.1 == "identification");
    let Some(found) = found.first().copied().filter(|day| in_year(*day, 2025)) else {
        return "not_in_cohort";
    };
    let finders: BTreeSet<&str> =
        facts.iter().filter(|f| f.0 == found && f.1 == "identification").map(|f| f.4).collect();
    let year_before = found - Days::new(365);
    let others = facts.iter().filter(|f| f.0 >= year_before && f.0 < found && !finders.contains(f.4));
    if others.count() > 0 { "contact_before" } else { "no_contact_before" }
}

fn referral(facts: &[Fact<'_>]) -> &'static str {
    let made = days(facts, |f| f.1 == "referral" && in_year(f.0, 2025));
    let Some(made) = made.first().copied() else { return "no_referral" };
    let mut best = "result_unknown";
    for f in facts.iter().filter(|f| f.1 == "referral" && f.0 == made) {
        let level = match (f.5, f.3) {
            ("yes", Some(on)) if on >= made && on <= made + Days::new(90) => return "completed",
            ("yes", Some(on)) if on > made => "not_completed",
            ("no", _) => "not_completed",
            _ => "result_unknown",
        };
        if level == "not_completed" {
            best = level;
        }
    }
    best
}

fn wait(facts: &[Fact<'_>], service: &str) -> &'static str {
    let needs = days(facts, |f| f.1 == "need" && f.2 == service && in_year(f.0, 2025));
    let Some(need) = needs.first().copied() else { return "no_need" };
    let got = days(facts, |f| f.1 == "service" && f.2 == service && f.0 >= need);
    let Some(got) = got.first() else { return "never" };
    let waited = (*got - need).num_days();
    [(7, "days_0_7"), (30, "days_8_30"), (90, "days_31_90"), (180, "days_91_180")]
        .into_iter()
        .find(|(most, _)| waited <= *most)
        .map_or("over_180_days", |(_, level)| level)
}

fn reentry(facts: &[Fact<'_>]) -> &'static str {
    let exits = days(facts, |f| f.1 == "exit" && in_year(f.0, 2023));
    let Some(left) = exits.first().copied() else { return "not_in_cohort" };
    let gaps: BTreeSet<i64> =
        facts.iter().filter(|f| f.1 == "entry").map(|f| (f.0 - left).num_days()).collect();
    let Some(gap) = gaps.range(15..=730).next() else { return "no_reentry" };
    let ends = [
        (30, "back_15_30"),
        (60, "back_31_60"),
        (90, "back_61_90"),
        (180, "back_91_180"),
        (365, "back_181_365"),
        (547, "back_366_547"),
        (730, "back_548_730"),
    ];
    ends.into_iter().find(|(most, _)| gap <= most).unwrap().1
}

fn entry_point(facts: &[Fact<'_>]) -> &'static str {
    let signs = days(facts, |f| f.1 == "indicator" || f.1 == "identification");
    if !signs.first().is_some_and(|day| in_year(*day, 2025)) {
        return "not_in_cohort";
    }
    let start = facts.iter().map(|f| f.0).min().unwrap();
    let systems: BTreeSet<&'static str> = facts.iter().filter(|f| f.0 == start).map(|f| f.4).collect();
    if systems.len() == 1 { systems.first().unwrap() } else { "several_systems" }
}
