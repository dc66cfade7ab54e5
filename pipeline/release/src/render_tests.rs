use domain::{Breakdown, Cohort, Objective, Period, Service, Workload, standard_workload};
use rayon::prelude::*;

use super::*;
use crate::exact::{Exact, Marginals};
use crate::fixture::Stream;
use crate::ledger::ReleaseKey;
use crate::mechanism::measure;
use crate::persons::PersonTable;
use crate::statement_words::{Account, compose};
use crate::stored::ReleaseContext;

const NEED: usize = 2;

fn workload() -> Workload {
    standard_workload(&[Service::EmergencyShelter], &[Breakdown::RaceEthnicity]).expect("valid")
}

/// People half of whom need shelter, and 30 % of those in vain.
fn marginals(plan: &Plan) -> Exact<Marginals> {
    let mut stream = Stream::new(7);
    let sizes: Vec<usize> = plan.workload().attributes().iter().map(|a| a.categories.len()).collect();
    let mut columns: Vec<Vec<u8>> = vec![Vec::new(); sizes.len()];
    for _ in 0..20_000 {
        for (attribute, column) in columns.iter_mut().enumerate() {
            let u = stream.next();
            let need = if u < 0.5 {
                0
            } else if u < 0.85 {
                1
            } else {
                2
            };
            column.push(if attribute == NEED { need } else { (u * sizes[attribute] as f64) as u8 });
        }
    }
    let persons = PersonTable::new(plan.workload(), columns).expect("fits");
    Exact::tabulate(plan, persons).expect("same workload")
}

fn stored(plan: &Plan, noisy: Vec<i64>) -> StoredRelease {
    let city = domain::CityId::new("us-mn-minneapolis").expect("a slug");
    let key = ReleaseKey { year: 2025, period: Period::Year(2025), revision: 0 };
    let context = ReleaseContext::new("Minneapolis", "2026-06-30".parse().expect("a date"), false, 1e-6);
    let account = Account::of_one_release();
    let statement = compose(&city, key, plan, &context, account).expect("converts");
    let cohort: Cohort = Period::Year(2025).cohort(30, context.report_date);
    let frames = vec![Frame { cohort, window_days: 30 }; plan.workload().tables().len()];
    StoredRelease { plan: plan.clone(), noisy, frames, statement, earlier: None }
}

fn noiseless(plan: &Plan, exact: &Exact<Marginals>) -> Vec<i64> {
    let residuals = exact.residuals(plan);
    plan.closure().blocks().iter().flat_map(|b| residuals.block(b)).copied().collect()
}

fn table<'a>(release: &'a Release, name: &str) -> &'a ReleasedTable {
    release.tables().iter().find(|t| t.name == name).expect(name)
}

#[test]
fn a_release_says_what_was_counted() {
    let plan = Plan::new(&workload(), Objective::TotalVariance, 1.0).expect("fits");
    let exact = marginals(&plan);
    let release = stored(&plan, noiseless(&plan, &exact)).render();
    let shelter = table(&release, "unmet_need_emergency_shelter_by_race_ethnicity");
    let names: Vec<&str> = shelter.dimensions.iter().map(|d| d.name.as_str()).collect();
    assert_eq!(names, ["trafficking_type", "need_emergency_shelter", "race_ethnicity"]);
    assert_eq!(shelter.cells.len(), 5 * 3 * 9);
    let total: f64 = shelter.cells.iter().map(|c| c.estimate).sum();
    assert!((total - 20_000.0).abs() < 1e-6);
    for cell in &shelter.cells {
        assert!(cell.low >= 0.0 && cell.low <= cell.high && cell.best_estimate >= 0.0);
        assert_eq!(cell.rate.is_some(), cell.codes[1] == 2, "rates stand on the unmet rows");
        let Some(rate) = &cell.rate else { continue };
        let of = |need: u8| {
            let same = |c: &&Cell| c.codes == [cell.codes[0], need, cell.codes[2]];
            shelter.cells.iter().find(same).expect("a cell").estimate
        };
        assert!((rate.denominator - of(1) - of(2)).abs() < 1e-9);
        let value = rate.value.expect("hundreds of people");
        assert!((value.rate - of(2) / (of(1) + of(2))).abs() < 1e-9);
        assert!(value.low < value.rate && value.rate < value.high);
    }
    assert!(table(&release, "people").cells.iter().all(|c| c.rate.is_none()));

    let rows = release.measurements();
    assert_eq!(rows.len(), plan.measured_cells());
    assert_eq!((rows[0].query.as_str(), rows[0].coordinate.as_str(), rows[0].value), ("total", "", 20_000));
    let last = rows.last().expect("rows");
    assert_eq!(last.query.matches(" x ").count(), 2);
    assert_eq!(last.coordinate.matches(" x ").count(), 2);
    let rho: f64 = release.statement().rho;
    let mut queries: Vec<(&str, f64)> = rows.iter().map(|r| (r.query.as_str(), r.rho)).collect();
    queries.dedup_by(|a, b| a.0 == b.0);
    assert!((queries.iter().map(|(_, r)| r).sum::<f64>() - rho).abs() < 1e-12, "ρ can be recomputed");
}

/// Every span of days of re-entry has a share, and of a pair of systems the share stands where the first
/// saw the person: of those, how many the second saw too.
#[test]
fn a_measure_may_have_a_rate_on_several_levels() {
    let plan = Plan::new(&workload(), Objective::TotalVariance, 1.0).expect("fits");
    let exact = marginals(&plan);
    let release = stored(&plan, noiseless(&plan, &exact)).render();
    let reentry = table(&release, "reentry");
    for kind in 0..5_u8 {
        let cells = || reentry.cells.iter().filter(|c| c.codes[0] == kind);
        assert!(cells().all(|c| c.rate.is_some() == (c.codes[1] > 0)), "not outside of the cohort");
        let rates = cells().filter_map(|c| Some(c.rate.as_ref()?.value.expect("hundreds of people").rate));
        assert!((rates.sum::<f64>() - 1.0).abs() < 1e-9, "shares of one whole");
    }
    let pair = table(&release, "systems_overlap_homeless_services_housing");
    for cell in &pair.cells {
        assert_eq!(cell.rate.is_some(), cell.codes[1] == 1 && cell.codes[2] == 1);
        let Some(rate) = &cell.rate else { continue };
        let seen = |other| {
            pair.cells.iter().find(|c| c.codes == [cell.codes[0], 1, other]).expect("a cell").estimate
        };
        assert!((rate.denominator - seen(0) - seen(1)).abs() < 1e-9);
    }
    assert!(table(&release, "systems_overlap_housing").cells.iter().all(|c| c.rate.is_none()));
}

/// Fieller's intervals of 45 rates over 400 releases cover 94-96 % of the true rates. If no more
/// than every tenth of the 18,000 were independent, coverage would have a standard error of 0.005,
/// and 1.4 % would be left once in 200 times, so the band here is 92.5-97.5 %: once in 10^6 times.
#[test]
fn intervals_of_rates_cover_the_truth() {
    let plan = Plan::new(&workload(), Objective::TotalVariance, 0.3).expect("fits");
    let exact = marginals(&plan);
    let truth = stored(&plan, noiseless(&plan, &exact)).render();
    let truth = table(&truth, "unmet_need_emergency_shelter_by_race_ethnicity");
    let residuals = exact.residuals(&plan);
    let (covered, count) = (0..400)
        .into_par_iter()
        .map(|_| {
            let release = stored(&plan, measure(&plan, &residuals).expect("drawn")).render();
            let cells = &table(&release, "unmet_need_emergency_shelter_by_race_ethnicity").cells;
            let rate = |cell: &Cell| cell.rate.as_ref().map(|rate| rate.value);
            let pairs = cells.iter().zip(&truth.cells).filter_map(|(c, t)| Some((rate(c)?, rate(t)??.rate)));
            pairs.fold((0_u32, 0_u32), |(covered, count), (found, true_rate)| {
                let found = found.expect("denominators of hundreds are told from zero");
                (covered + u32::from(found.low <= true_rate && true_rate <= found.high), count + 1)
            })
        })
        .reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    assert_eq!(count, 400 * 45);
    let coverage = f64::from(covered) / f64::from(count);
    assert!((0.925..=0.975).contains(&coverage), "{coverage}");
}
