//! The calendar: what tonight is for each release. A period is released once its report date has
//! come, then frozen; until then a night rehearses it. The clock decides nothing else.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, Utc};
use domain::{Config, ReleaseConfig};
use release::{LAST_REVISION, Ledger, ReleaseKey, YearPromises};

use crate::city_ledger::ledger_failure;
use crate::failure::{Class, Failure};

/// Whether a night may measure revisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Revise {
    /// It may: somebody typed `--revise`.
    Asked,
    /// It may not.
    No,
}

/// What tonight is for one release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Measured before: rendered from the ledger, at no cost.
    Finished,
    /// Its report date has come: measured tonight, once and for good.
    Due,
    /// Its revision was asked for and its day has come.
    Revised,
    /// Its report date has not come: rehearsed.
    Waits,
}

/// One release with its turn. The key is that of the measurement which is rendered or made tonight.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item<'a> {
    pub(crate) release: &'a ReleaseConfig,
    pub(crate) key: ReleaseKey,
    pub(crate) turn: Turn,
}

/// Tonight's releases, in the order of report dates.
pub(crate) struct Agenda<'a> {
    pub(crate) items: Vec<Item<'a>>,
    /// As of which day consent and events are read.
    pub(crate) as_of: NaiveDate,
    /// Why nothing may be measured tonight, whatever is due.
    pub(crate) clock: Result<(), Failure>,
    /// What was asked for and can't be done.
    pub(crate) not_revised: Option<Failure>,
}

/// Today, by the machine's clock, in UTC.
pub(crate) fn today() -> NaiveDate {
    Utc::now().date_naive()
}

/// The first release of a period.
pub(crate) fn first_key(release: &ReleaseConfig) -> ReleaseKey {
    ReleaseKey { year: release.period.year(), period: release.period, revision: 0 }
}

impl<'a> Agenda<'a> {
    /// Looks up in the ledger what is finished, and on the calendar what is due.
    pub(crate) fn of(
        config: &'a Config,
        ledger: &Ledger,
        today: NaiveDate,
        revise: Revise,
    ) -> Result<Self, Failure> {
        let finished = |key| ledger.finished(key).map_err(ledger_failure);
        let mut items = Vec::new();
        for release in &config.releases {
            let first = first_key(release);
            let second = ReleaseKey { revision: LAST_REVISION, ..first };
            let done = Done { first: finished(first)?, revision: finished(second)? };
            let (turn, revision) = turn(release, done, today, revise);
            items.push(Item { release, key: ReleaseKey { revision, ..first }, turn });
        }
        let latest = ledger.latest_reading().map_err(ledger_failure)?;
        Ok(Self {
            as_of: as_of(&items, today),
            clock: clock(today, latest).and_then(|()| {
                let nights = config.work.join(ledger.city().as_str()).join("quality");
                not_before_last_night(today, latest_night(&nights)?)
            }),
            not_revised: (revise == Revise::Asked).then(|| not_revised(&items)).flatten(),
            items,
        })
    }
}

/// Which measurements of a period are stored.
#[derive(Debug, Clone, Copy)]
struct Done {
    first: bool,
    revision: bool,
}

/// The turn of a release, and which measurement it is about.
fn turn(release: &ReleaseConfig, done: Done, today: NaiveDate, revise: Revise) -> (Turn, u32) {
    match done {
        Done { revision: true, .. } => (Turn::Finished, LAST_REVISION),
        Done { first: true, .. } => {
            let come = release.revision.is_some_and(|revision| revision.date <= today);
            if come && revise == Revise::Asked { (Turn::Revised, LAST_REVISION) } else { (Turn::Finished, 0) }
        }
        Done { .. } if today < release.report_date => (Turn::Waits, 0),
        Done { .. } => (Turn::Due, 0),
    }
}

/// The day as of which records are read: that of the latest release measured tonight; for a rehearsal
/// today; and where everything is finished, the last report date, so that such a night changes
/// nothing.
fn as_of(items: &[Item<'_>], today: NaiveDate) -> NaiveDate {
    let measured = items.iter().filter_map(|item| match (item.turn, item.release.revision) {
        (Turn::Due, _) => Some(item.release.report_date),
        (Turn::Revised, Some(revision)) => Some(revision.date),
        _ => None,
    });
    let waits = items.iter().any(|item| item.turn == Turn::Waits);
    let last = items.iter().map(|item| item.release.report_date).max();
    match measured.max() {
        Some(day) => day,
        None if waits => today,
        None => last.unwrap_or(today),
    }
}

/// A clock that stands before a day for which data were already released was set back.
fn clock(today: NaiveDate, latest: Option<NaiveDate>) -> Result<(), Failure> {
    match latest.filter(|day| today < *day) {
        None => Ok(()),
        Some(day) => Err(Failure::new(
            Class::Gate,
            format!(
                "the clock says {today}, and this city's ledger has a release measured on {day}: the clock was set back, and \
                 nothing is measured by a clock that is wrong; mend it and run again"
            ),
        )),
    }
}

/// A clock that stands before a night that was run was set back, or ran ahead that night. Whichever it is, a person
/// has to say: else a year that has expired would pay again.
fn not_before_last_night(today: NaiveDate, last: Option<(NaiveDate, PathBuf)>) -> Result<(), Failure> {
    match last.filter(|(night, _)| today < *night) {
        None => Ok(()),
        Some((night, kept)) => Err(Failure::new(
            Class::Gate,
            format!(
                "the clock says {today}, and this city had a night on {night} ({}): nothing is measured by a clock that was \
                 set back; mend it and run again, or, if it ran ahead that night, take that file away",
                kept.display()
            ),
        )),
    }
}

/// The latest night that was run, of which its counts are kept, and the file of it.
fn latest_night(nights: &Path) -> Result<Option<(NaiveDate, PathBuf)>, Failure> {
    let entries = match fs::read_dir(nights) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::io(nights)(error)),
    };
    let mut latest = None;
    for entry in entries {
        let path = entry.map_err(Failure::io(nights))?.path();
        let json = path.extension().is_some_and(|extension| extension == "json");
        let name = path.file_stem().filter(|_| json).and_then(|name| name.to_str());
        if let Some(night) = name.and_then(|name| name.parse::<NaiveDate>().ok()) {
            latest = latest.max(Some((night, path)));
        }
    }
    Ok(latest)
}

/// Why a revision that was asked for is not made; `None` when one is, or all are made already.
fn not_revised(items: &[Item<'_>]) -> Option<Failure> {
    let open: Vec<String> = items
        .iter()
        .filter(|item| item.key.revision == 0)
        .filter_map(|item| Some((item, item.release.revision?)))
        .map(|(item, revision)| match item.turn {
            Turn::Finished => format!("{} not before {}", item.release.period, revision.date),
            _ => format!(
                "{} after its first release, which a night without --revise makes",
                item.release.period
            ),
        })
        .collect();
    let revised = items.iter().any(|item| item.key.revision > 0);
    if revised || open.is_empty() {
        return None;
    }
    Some(Failure::new(
        Class::Gate,
        format!("nothing new is published, for no revision can be made tonight: {}", open.join(", ")),
    ))
}

/// The first day on which a privacy year pays for nothing more: the configuration's, or an earlier one that a
/// release of the year has published.
pub(crate) fn expires_on(config: &Config, ledger: &Ledger, year: i32) -> Result<Option<NaiveDate>, Failure> {
    Ok(earliest(config, year, ledger.promised(year).map_err(ledger_failure)?))
}

fn earliest(config: &Config, year: i32, promised: YearPromises) -> Option<NaiveDate> {
    config.budget.expires_on(year).into_iter().chain(promised.expires_on).min()
}

/// Whether a privacy year still pays on a day, by the δ that its releases are stated at.
///
/// # Errors
/// A refusal of the budget's class where configuration has another δ than the year's releases, and from the day
/// on from which what it has not spent is void.
pub(crate) fn not_expired(config: &Config, ledger: &Ledger, year: i32, on: NaiveDate) -> Result<(), Failure> {
    let promised = ledger.promised(year).map_err(ledger_failure)?;
    if let Some(delta) = promised.delta.filter(|d| d.to_bits() != config.budget.delta.to_bits()) {
        return Err(Failure::new(
            Class::BudgetExhausted,
            format!(
                "privacy year {year}: its releases are stated at delta {delta:e}, and costs at two deltas do not compare; set \
                 budget.delta back, and change it with another year"
            ),
        ));
    }
    match earliest(config, year, promised).filter(|day| on >= *day) {
        None => Ok(()),
        Some(day) => Err(Failure::new(
            Class::BudgetExhausted,
            format!(
                "privacy year {year} {} on {day} (budget.expires_after_days; the earliest day that a release of the year has \
                 published stays): what it has not spent is void, and passes to no other year; leave its period out",
                if today() < day { "expires before the report date," } else { "expired" }
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use domain::{Objective, Period, RevisionConfig};

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn release(period: &str, report_date: &str, revision: Option<&str>) -> ReleaseConfig {
        ReleaseConfig {
            period: Period::parse(period).expect("a period"),
            report_date: day(report_date),
            share: 0.2,
            objective: Objective::TotalVariance,
            revision: revision.map(|date| RevisionConfig { date: day(date), share: 0.1 }),
            promises: Vec::new(),
        }
    }

    const NOTHING: Done = Done { first: false, revision: false };
    const FIRST: Done = Done { first: true, revision: false };
    const BOTH: Done = Done { first: true, revision: true };

    #[test]
    fn a_period_waits_is_due_and_stays_finished() {
        let year = release("2025", "2026-06-30", Some("2026-09-30"));
        for (done, today, revise, expected) in [
            (NOTHING, "2026-06-29", Revise::No, (Turn::Waits, 0)),
            (NOTHING, "2026-06-29", Revise::Asked, (Turn::Waits, 0)),
            (NOTHING, "2026-06-30", Revise::No, (Turn::Due, 0)),
            // Both dates may have passed: the first comes first.
            (NOTHING, "2030-01-01", Revise::Asked, (Turn::Due, 0)),
            (FIRST, "2026-09-30", Revise::No, (Turn::Finished, 0)),
            (FIRST, "2026-09-29", Revise::Asked, (Turn::Finished, 0)),
            (FIRST, "2026-09-30", Revise::Asked, (Turn::Revised, 1)),
            (BOTH, "2026-10-01", Revise::Asked, (Turn::Finished, 1)),
            (BOTH, "2026-10-01", Revise::No, (Turn::Finished, 1)),
            // A clock that was set back opens nothing again.
            (BOTH, "2025-01-01", Revise::Asked, (Turn::Finished, 1)),
            (FIRST, "2025-01-01", Revise::Asked, (Turn::Finished, 0)),
        ] {
            assert_eq!(turn(&year, done, day(today), revise), expected, "{done:?} {today} {revise:?}");
        }
        let plain = release("2025", "2026-06-30", None);
        assert_eq!(turn(&plain, FIRST, day("2030-01-01"), Revise::Asked), (Turn::Finished, 0));
    }

    #[test]
    fn records_are_read_as_of_the_latest_release_that_is_measured() {
        let (q1, q2) =
            (release("2025-q1", "2025-07-31", Some("2025-12-31")), release("2025-q2", "2025-10-31", None));
        let today = day("2025-11-05");
        let read = |turns: [Turn; 2]| {
            let items: Vec<Item<'_>> = [&q1, &q2]
                .into_iter()
                .zip(turns)
                .map(|(release, turn)| Item { release, key: first_key(release), turn })
                .collect();
            as_of(&items, today)
        };
        assert_eq!(read([Turn::Due, Turn::Due]), day("2025-10-31"), "two periods due at once");
        assert_eq!(read([Turn::Due, Turn::Waits]), day("2025-07-31"));
        assert_eq!(read([Turn::Revised, Turn::Finished]), day("2025-12-31"));
        assert_eq!(read([Turn::Finished, Turn::Waits]), today, "a rehearsal");
        assert_eq!(read([Turn::Finished, Turn::Finished]), day("2025-10-31"), "whatever the clock says");
    }

    #[test]
    fn a_clock_before_what_was_released_was_set_back() {
        assert!(clock(day("2026-06-30"), None).is_ok());
        assert!(clock(day("2026-06-30"), Some(day("2026-06-30"))).is_ok());
        let refused = clock(day("2026-06-29"), Some(day("2026-06-30"))).expect_err("set back");
        assert_eq!(refused.class, Class::Gate);
        assert!(refused.to_string().contains("set back"), "{refused}");
    }

    #[test]
    fn a_clock_before_the_last_night_was_set_back() {
        let nights = tempfile::tempdir().expect("a folder");
        let night = |today: &str| {
            latest_night(nights.path()).and_then(|last| not_before_last_night(day(today), last))
        };
        assert!(night("2020-01-01").is_ok(), "the first night");
        for kept in ["2025-12-31.json", "2026-01-05.json", "2099-01-01.html", "notes.json"] {
            std::fs::write(nights.path().join(kept), "{}").expect("written");
        }
        for today in ["2026-01-05", "2026-01-06"] {
            night(today).expect("no earlier than the last night");
        }
        let refused = night("2026-01-01").expect_err("set back");
        assert_eq!(refused.class, Class::Gate);
        for words in ["2026-01-01", "2026-01-05.json", "set back", "ran ahead"] {
            assert!(refused.to_string().contains(words), "{refused}");
        }
        assert!(latest_night(&nights.path().join("none")).expect("read").is_none());
    }

    #[test]
    fn an_impossible_revision_says_why() {
        let later = release("2025", "2026-06-30", Some("2026-09-30"));
        let item = |turn, revision| Item {
            release: &later,
            key: ReleaseKey { revision, ..first_key(&later) },
            turn,
        };
        let refused = not_revised(&[item(Turn::Finished, 0)]).expect("too early").to_string();
        assert!(refused.contains("2025 not before 2026-09-30"), "{refused}");
        assert!(
            not_revised(&[item(Turn::Due, 0)])
                .expect("no release yet")
                .to_string()
                .contains("after its first")
        );
        assert!(not_revised(&[item(Turn::Revised, 1)]).is_none());
        assert!(not_revised(&[item(Turn::Finished, 1)]).is_none(), "made before");
    }
}
