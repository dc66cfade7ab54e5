use domain::{Cohort, Objective, Period, Service, Subject, Table, Workload, standard_workload};
use rayon::prelude::*;

use super::*;
use crate::combined::Earlier;
use crate::exact::{Exact, Residuals};
use crate::fixture::Stream;
use crate::ledger::ReleaseKey;
use crate::mechanism::measure;
use crate::person_sum::{Unit, sum};
use crate::persons::PersonTable;
use crate::plan::Plan;
use crate::published::Release;
use crate::statement_words::{Account, compose};
use crate::stored::{Frame, ReleaseContext, StoredRelease};

const Q1: Period = Period::Quarter(2025, 1);
const Q2: Period = Period::Quarter(2025, 2);

/// People by type, need (none, met, unmet) and race; a person's need depends on race a little.
fn people(workload: &Workload, count: usize, seed: u64) -> PersonTable {
    let mut stream = Stream::new(seed);
    let sizes: Vec<usize> = workload.attributes().iter().map(|a| a.categories.len()).collect();
    let need = workload.attribute_index("need_emergency_shelter").expect("an attribute");
    let race = workload.attribute_index("race_ethnicity").expect("an attribute");
    let mut columns: Vec<Vec<u8>> = vec![Vec::new(); sizes.len()];
    for _ in 0..count {
        let row: Vec<u8> = sizes.iter().map(|n| (stream.next() * *n as f64) as u8).collect();
        let (needs, unmet) = (stream.next() < 0.7, stream.next() < 0.2 + 0.06 * f64::from(row[race]));
        for (attribute, column) in columns.iter_mut().enumerate() {
            let level = if needs { 1 + u8::from(unmet) } else { 0 };
            column.push(if attribute == need { level } else { row[attribute] });
        }
    }
    PersonTable::new(workload, columns).expect("fits")
}

/// Unmet need for shelter, alone and by race.
fn workload() -> Workload {
    let all =
        standard_workload(&[Service::EmergencyShelter], &[domain::Breakdown::RaceEthnicity]).expect("valid");
    let need = |table: &&Table| table.subject.as_ref().is_some_and(|s| s.measure.name() == "unmet_need");
    let tables = all.tables().iter().filter(need).cloned().collect();
    Workload::new(all.attributes().to_vec(), tables).expect("valid")
}

fn plan(rho: f64) -> Plan {
    Plan::new(&workload(), Objective::TotalVariance, rho).expect("fits")
}

fn residuals(plan: &Plan, count: usize, seed: u64) -> Exact<Residuals> {
    Exact::tabulate(plan, people(plan.workload(), count, seed)).expect("fits").residuals(plan)
}

fn release(
    plan: &Plan,
    noisy: Vec<i64>,
    city: &str,
    period: Period,
    earlier: Option<(Plan, Vec<i64>)>,
) -> Release {
    let city = domain::CityId::new(city).expect("a slug");
    let key = ReleaseKey { year: period.year(), period, revision: u32::from(earlier.is_some()) };
    let context = ReleaseContext::new("City", "2026-06-30".parse().expect("a date"), true, 1e-6);
    let account = Account::of_one_release();
    let mut statement = compose(&city, key, plan, &context, account).expect("converts");
    statement.queries = plan.queries();
    statement.ledger_head = key.release_id(&city);
    let cohort: Cohort = period.cohort(0, context.report_date);
    let frames = vec![Frame { cohort, window_days: 0 }; plan.workload().tables().len()];
    let earlier = earlier.map(|(plan, noisy)| Earlier { plan, noisy });
    if let Some(Earlier { plan, .. }) = &earlier {
        statement.earlier = Some(crate::statement::EarlierMeasurement {
            release_id: "first".to_owned(),
            read_on: context.report_date,
            rho: plan.rho(),
            epsilon: 1.0,
            queries: plan.queries(),
        });
    }
    StoredRelease { plan: plan.clone(), noisy, frames, statement, earlier }.render()
}

fn draw(plan: &Plan, exact: &Exact<Residuals>, city: &str, period: Period) -> Release {
    release(plan, measure(plan, exact).expect("drawn"), city, period, None)
}

fn noiseless(plan: &Plan, exact: &Exact<Residuals>, city: &str, period: Period) -> Release {
    let noisy = plan.closure().blocks().iter().flat_map(|b| exact.block(b)).copied().collect();
    release(plan, noisy, city, period, None)
}

/// The table of unmet need by race: type × need × race, in the workload's own order.
fn by_race(release: &Release) -> &ReleasedTable {
    let wanted = |subject: &Subject| subject.measure.name() == "unmet_need" && !subject.breakdowns.is_empty();
    release.tables().iter().find(|t| t.subject.as_ref().is_some_and(wanted)).expect("planned")
}

fn codes(table: &ReleasedTable, cell: &Cell) -> (u8, u8) {
    let at = |name: &str| table.dimensions.iter().position(|d| d.name == name).expect("a dimension");
    (cell.codes[at("need_emergency_shelter")], cell.codes[at("race_ethnicity")])
}

fn part(release: &Release, wanted: impl Fn(u8, u8) -> bool) -> Part<'_> {
    let table = by_race(release);
    Part::of(release.statement(), table, |cell| {
        let (need, race) = codes(table, cell);
        wanted(need, race)
    })
}

fn rate(release: &Release, wanted: impl Fn(u8) -> bool + Copy) -> RatePart<'_> {
    RatePart {
        numerator: part(release, |need, race| need == 2 && wanted(race)),
        denominator: part(release, |need, race| need > 0 && wanted(race)),
    }
}

#[test]
fn a_parts_error_is_the_tables_where_it_is_one_cell() {
    let plan = plan(0.2);
    let release = draw(&plan, &residuals(&plan, 2_000, 1), "us-ga-atlanta", Q1);
    for table in release.tables() {
        for cell in [0, table.cells.len() - 1] {
            let part = Part::of(release.statement(), table, |c| c.codes == table.cells[cell].codes);
            assert!((part.standard_error() / table.standard_error - 1.0).abs() < 1e-9, "{}", table.name);
            assert!((part.estimate() - table.cells[cell].estimate).abs() < 1e-9);
        }
    }
    // A whole table has the total's error alone.
    let total = part(&release, |_, _| true).standard_error();
    assert!((total - plan.noise()[0].scale).abs() < 1e-9, "{total}");
}

#[test]
fn what_can_not_be_compared_is_refused() {
    let plan = plan(0.2);
    let exact = residuals(&plan, 2_000, 1);
    let first = draw(&plan, &exact, "us-ga-atlanta", Q1);
    let noisy = measure(&plan, &exact).expect("drawn");
    let second = release(&plan, noisy.clone(), "us-ga-atlanta", Q1, Some((plan.clone(), noisy)));
    let error = part(&first, |_, _| true).less(&part(&second, |_, _| true)).expect_err("shared");
    assert!(matches!(error, DifferenceError::SharedMeasurement { .. }), "{error}");
    assert_eq!(sum(&[part(&first, |_, _| true), part(&second, |_, _| true)]), Err(DifferenceError::Sum));
    assert_eq!(sum(&[]), Err(DifferenceError::Sum));
}

#[test]
fn sums_say_what_they_count() {
    let plan = plan(0.2);
    let exact = residuals(&plan, 2_000, 1);
    let of = |city, period| noiseless(&plan, &exact, city, period);
    let releases = [
        of("us-ga-atlanta", Q1),
        of("us-ga-atlanta", Q2),
        of("us-il-chicago", Q1),
        of("us-ga-atlanta", Period::Year(2024)),
        of("us-ga-atlanta", Period::Year(2025)),
    ];
    let sum_of = |places: &[usize]| {
        let parts: Vec<Part<'_>> = places.iter().map(|p| part(&releases[*p], |_, _| true)).collect();
        sum(&parts).expect("different releases")
    };
    for (places, unit, word) in [
        (&[0][..], Unit::People, "people"),
        (&[0, 1], Unit::PersonQuarters, "person-quarters"),
        (&[0, 2], Unit::PersonCities, "person-cities"),
        (&[3, 4], Unit::PersonYears, "person-years"),
        (&[0, 3], Unit::PersonPeriods, "person-periods"),
        (&[1, 2], Unit::PersonPeriodsAndCities, "person-periods and person-cities"),
    ] {
        let sum = sum_of(places);
        assert_eq!((sum.unit, sum.unit.word()), (unit, word));
        let n = places.len() as f64;
        assert!((sum.estimate - n * 2_000.0).abs() < 1e-6, "{}", sum.estimate);
        assert!((sum.standard_error - plan.noise()[0].scale * n.sqrt()).abs() < 1e-9);
    }
}

#[test]
fn an_interval_that_covers_zero_is_no_clear_difference() {
    assert_eq!(Verdict::of(-1.0, 2.0), Verdict::NoClearDifference);
    assert_eq!(Verdict::of(0.0, 2.0).words(), "no clear difference");
    assert_eq!(Verdict::of(0.1, 2.0), Verdict::Higher);
    assert_eq!(Verdict::of(-2.0, -0.1).words(), "lower");
}

/// Over 500 releases. An interval of exactly 95 % falls by luck under 94.5 % less four standard deviations of its own
/// count less than once in 600,000 runs, one of 87 % passes less than once in 100; the spread's ratio, of
/// standard deviation 0.063, is held to 5.5 of them.
#[test]
fn intervals_of_differences_cover() {
    coverage(500, 4.0);
}

/// The same over 10,000 releases, each held to 94.5 % itself. An interval of exactly 95 % falls under it by luck
/// once in 90 runs; one of eight does once in 11.
#[test]
#[ignore = "10,000 releases: some minutes"]
fn intervals_of_differences_cover_in_ten_thousand_releases() {
    coverage(10_000, 0.0);
}

/// Differences of people and of rates, within a release, between periods and with a revision.
fn coverage(trials: usize, deviations: f64) {
    let (plan, other, more) = (plan(0.15), plan(0.08), plan(0.1));
    let (exact, elsewhere, again) =
        (residuals(&plan, 3_000, 1), residuals(&other, 4_000, 2), residuals(&more, 3_000, 1));
    let truth = noiseless(&plan, &exact, "us-ga-atlanta", Q1);
    let truth_elsewhere = noiseless(&other, &elsewhere, "us-ga-atlanta", Q2);
    let figures = |first: &Release, second: &Release| -> [Option<Difference>; 4] {
        let one = |need: u8, race: u8| need == 2 && race == 1;
        let rest = |need: u8, race: u8| need == 2 && race != 1;
        [
            part(first, one).less(&part(first, rest)).ok(),
            part(first, one).less(&part(second, one)).ok(),
            rate(first, |race| race == 1).less(&rate(first, |race| race != 1)).expect("comparable"),
            rate(first, |race| race == 6).less(&rate(second, |race| race == 6)).expect("comparable"),
        ]
    };
    let expected = figures(&truth, &truth_elsewhere).map(|d| d.expect("told from zero").estimate);
    let drawn: Vec<Vec<Option<Difference>>> = (0..trials)
        .into_par_iter()
        .map(|_| {
            let second = draw(&other, &elsewhere, "us-ga-atlanta", Q2);
            let alone = draw(&plan, &exact, "us-ga-atlanta", Q1);
            let (noisy, noisier) = (measure(&plan, &exact), measure(&more, &again));
            let earlier = Some((plan.clone(), noisy.expect("drawn")));
            let revised = release(&more, noisier.expect("drawn"), "us-ga-atlanta", Q1, earlier);
            [figures(&alone, &second), figures(&revised, &second)].concat()
        })
        .collect();
    for figure in 0..8 {
        let target = expected[figure % 4];
        let found: Vec<Difference> = drawn.iter().filter_map(|d| d[figure]).collect();
        assert!(found.len() > trials * 9 / 10, "figure {figure}: {} were not withheld", found.len());
        let inside = found.iter().filter(|d| d.low <= target && target <= d.high).count();
        let n = found.len() as f64;
        let least = 0.945 - deviations * (0.945 * 0.055 / n).sqrt();
        assert!(inside as f64 / n >= least, "figure {figure}: {inside} of {n}");
        if let Some(standard_error) = found[0].standard_error {
            let squares: f64 = found.iter().map(|d| (d.estimate - target).powi(2)).sum();
            let ratio = squares / (n * standard_error.powi(2));
            assert!((ratio - 1.0).abs() < 5.5 * (2.0 / n).sqrt(), "figure {figure}: {ratio}");
        }
    }
}
