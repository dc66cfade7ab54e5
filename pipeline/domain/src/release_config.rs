//! What a city may spend on a person, and what it releases when: the part of the configuration that
//! decides privacy. Nothing that costs budget has a default.

use std::fmt;
use std::ops::RangeInclusive;

use chrono::{Days, NaiveDate};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::calendar::Period;
use crate::city::CityId;
use crate::config::Objective;

/// What may be spent on one person of one city.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// ε of one privacy year at δ.
    pub epsilon: f64,
    /// δ of the year, below one over the city's population, never from the data.
    pub delta: f64,
    /// ε at δ over all years together; no cap over years when absent. Never raised once the ledger
    /// has it.
    pub lifetime_epsilon: Option<f64>,
    /// Days after a privacy year's last day when what it has not spent is void; it never is when
    /// absent. What is left of a year never passes to another.
    pub expires_after_days: Option<u32>,
    /// Why this ε, in the city's own words: published with every release.
    pub reason: Option<String>,
}

impl Budget {
    /// The first day on which a privacy year pays for nothing any more.
    pub fn expires_on(&self, year: i32) -> Option<NaiveDate> {
        let days = self.expires_after_days?;
        Some(Period::Year(year).end() + Days::new(u64::from(days) + 1))
    }
}

/// One release.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseConfig {
    /// The period that is released.
    pub period: Period,
    /// The day as of which the data are read; nothing later counts. Nothing is released before it.
    pub report_date: NaiveDate,
    /// The share of the year's ρ that this release costs, from 0.001 to 1.
    pub share: f64,
    /// What the noise is optimised for.
    pub objective: Objective,
    /// The one revision that may follow, if the city wants one.
    pub revision: Option<RevisionConfig>,
    /// Standard errors that tables must not pass.
    #[serde(default, rename = "promise")]
    pub promises: Vec<Promise>,
}

/// The one revision of a release: the same tables, cohorts and report date, measured again from
/// corrected extracts with a budget of its own.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevisionConfig {
    /// The first day on which `run --revise` may measure it.
    pub date: NaiveDate,
    /// The share of the year's ρ that it costs, from 0.001.
    pub share: f64,
}

/// A table's promised exactness.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// The table's name, as `plan --all` lists it.
    pub table: String,
    /// The largest standard error of its cells, in people.
    pub standard_error: f64,
}

/// What `pathways evaluate stability` measured on labelled people, as a city chooses to publish it.
///
/// # Privacy
/// Exact figures about the labelled or simulated people that were looked at; never measure them on the
/// city's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkageMeasured {
    /// Whose records they were, in words.
    pub about: String,
    /// Humans whose records were taken away, one at a time.
    pub humans: u64,
    /// Person rows that 99 % of humans are spread over at most (`split`, 99 %).
    pub split_p99: u32,
    /// Person rows that must be added or removed for 99 % of humans (`rows_apart`, 99 %).
    pub rows_apart_p99: u32,
    /// The most that any human's records did (`rows_apart`, maximum).
    pub rows_apart_max: u32,
    /// Share of humans without whom nobody else's row changes, 0 to 1.
    pub unchanged_share: f64,
}

/// Reads `[release]` or several `[[release]]`.
pub(crate) fn one_or_several<'de, D: Deserializer<'de>>(reader: D) -> Result<Vec<ReleaseConfig>, D::Error> {
    struct OneOrSeveral;
    impl<'de> Visitor<'de> for OneOrSeveral {
        type Value = Vec<ReleaseConfig>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("one [release], or one [[release]] for each period")
        }
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            Ok(vec![ReleaseConfig::deserialize(MapAccessDeserializer::new(map))?])
        }
        fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(list))
        }
    }
    reader.deserialize_any(OneOrSeveral)
}

/// A broken rule: the field, as a TOML path, and what is wrong with its remedy.
pub(crate) type Broken = (&'static str, String);

/// Checks what may be spent, given the populations that cities state.
pub(crate) fn check_budget<'a>(
    budget: &Budget,
    populations: impl IntoIterator<Item = (&'a CityId, u32)>,
) -> Result<(), Broken> {
    let fail = |field, rule: &str| Err((field, rule.to_owned()));
    if !USUAL_EPSILON.contains(&budget.epsilon) {
        return fail(
            "budget.epsilon",
            "must be a number from 0.001 (below it noise hides everything) to 1000 (above it nothing is protected)",
        );
    }
    if !(budget.delta > 0.0 && budget.delta < 1e-3) {
        return fail(
            "budget.delta",
            "must lie above 0 and below 0.001, and below 1 over the city's population",
        );
    }
    match budget.lifetime_epsilon {
        Some(lifetime) if !(USUAL_EPSILON.contains(&lifetime) && lifetime >= budget.epsilon) => fail(
            "budget.lifetime_epsilon",
            "must be a number, at least a single year's epsilon and at most 1000",
        ),
        _ => check_delta(budget.delta, populations),
    }
}

/// The ε that conversions hold for, there and back.
const USUAL_EPSILON: RangeInclusive<f64> = 0.001..=1000.0;

/// Shares of a year that buy a release.
const SHARES: RangeInclusive<f64> = 0.001..=1.0;

/// Holds δ against the populations that cities state: with a chance of one in so many, a mechanism that is
/// (ε, δ)-private might publish somebody's row as it is.
fn check_delta<'a>(
    delta: f64,
    populations: impl IntoIterator<Item = (&'a CityId, u32)>,
) -> Result<(), Broken> {
    for (city, people) in populations {
        if delta * f64::from(people) >= 1.0 {
            return Err((
                "budget.delta",
                format!(
                    "{delta:e} is not below 1 over the {people} people of {city}; take a power of ten that is at most a \
                     tenth of it"
                ),
            ));
        }
    }
    Ok(())
}

/// Checks the calendar of releases and what they share of each year.
pub(crate) fn check_releases(releases: &[ReleaseConfig]) -> Result<(), Broken> {
    let fail = |field, rule: String| Err((field, rule));
    if releases.is_empty() {
        return fail("release", "name at least one period in [release] or [[release]]".to_owned());
    }
    for (position, release) in releases.iter().enumerate() {
        let ReleaseConfig { period, report_date, share, .. } = release;
        if releases[..position].iter().any(|other| other.period == *period) {
            return fail("release.period", format!("{period} stands twice; a period is released once"));
        }
        if !SHARES.contains(share) {
            return fail(
                "release.share",
                "must be a number from 0.001 (below it noise hides everything, and a period is released once) to 1: the share of \
                 the year's budget"
                    .to_owned(),
            );
        }
        if *report_date <= period.end() {
            return fail(
                "release.report_date",
                "must lie after the period's last day: nothing is released before its period closes"
                    .to_owned(),
            );
        }
        if let Some(revision) = release.revision {
            if !SHARES.contains(&revision.share) {
                return fail(
                    "release.revision.share",
                    "must be a number from 0.001 to 1: a revision is a second measurement and costs budget"
                        .to_owned(),
                );
            }
            if revision.date <= *report_date {
                return fail(
                    "release.revision.date",
                    format!("must lie after the report date {report_date}"),
                );
            }
        }
        for promise in &release.promises {
            if !(promise.standard_error.is_finite() && promise.standard_error > 0.0) {
                return fail(
                    "release.promise.standard_error",
                    format!("`{}`: must be a positive number of people", promise.table),
                );
            }
        }
        let year = period.year();
        let all: f64 = releases
            .iter()
            .filter(|other| other.period.year() == year)
            .map(|other| other.share + other.revision.map_or(0.0, |revision| revision.share))
            .sum();
        // Shares are typed as decimals; ten of 0.1 must fit.
        if all > 1.0 + 1e-9 {
            return fail(
                "release.share",
                format!(
                    "the releases and revisions of {year} want {all:.4} of the year's budget together; leave it at most 1"
                ),
            );
        }
    }
    Ok(())
}

/// Checks what was measured about linkage.
pub(crate) fn check_linkage(measured: &LinkageMeasured) -> Result<(), Broken> {
    let sound = measured.humans > 0
        && measured.split_p99 >= 1
        && measured.rows_apart_p99 >= 1
        && measured.rows_apart_max >= measured.rows_apart_p99
        && (0.0..=1.0).contains(&measured.unchanged_share);
    if sound {
        return Ok(());
    }
    let rule = "at least one human, 99 % of them over and apart at least one row, a maximum no less than that, and a share of 0 to 1; copy them from `evaluate stability`";
    Err(("linkage_measured", rule.to_owned()))
}
