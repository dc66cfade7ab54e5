//! The words of a statement, and the figures that stand in them.

use domain::{CityId, LinkageMeasured, Objective};

use crate::budget::{BudgetError, epsilon_for};
use crate::ledger::ReleaseKey;
use crate::mechanism::{LIBRARY, MECHANISM};
use crate::plan::Plan;
use crate::statement::{GroupLoss, LifetimeAccount, PaidRelease, Statement, Terms, YearAccount};
use crate::stored::ReleaseContext;

/// What the person of a city had cost when the release was charged.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    /// The year's cap.
    pub(crate) rho_cap: f64,
    /// Spent in the year, this release included.
    pub(crate) rho_spent: f64,
    /// The cap over all years.
    pub(crate) lifetime_cap: Option<f64>,
    /// Spent in all years, this release included.
    pub(crate) lifetime_spent: f64,
    /// What the year had paid for before.
    pub(crate) paid_before: Vec<PaidRelease>,
}

#[cfg(test)]
impl Account {
    /// A year of ρ = 1, spent by one release.
    pub(crate) fn of_one_release() -> Self {
        Self {
            rho_cap: 1.0,
            rho_spent: 1.0,
            lifetime_cap: None,
            lifetime_spent: 1.0,
            paid_before: Vec::new(),
        }
    }
}

/// Writes the statement of a release. Its queries, the measurement that it revises, with what both cost
/// together, and the ledger's head are filled in when it is read back from the ledger, which holds them.
pub(crate) fn compose(
    city: &CityId,
    release: ReleaseKey,
    plan: &Plan,
    context: &ReleaseContext,
    account: Account,
) -> Result<Statement, BudgetError> {
    let epsilon = |rho| epsilon_for(rho, context.delta);
    let release_id = release.release_id(city);
    let terms = terms(release, context, &account);
    let mut releases = account.paid_before;
    releases.push(PaidRelease { release_id: release_id.clone(), rho: plan.rho() });
    Ok(Statement {
        release_id,
        city: city.as_str().to_owned(),
        city_name: context.city_name.clone(),
        period: release.period.to_string(),
        revision: release.revision,
        report_date: context.report_date,
        read_on: context.read_on,
        demo: context.demo,
        rho: plan.rho(),
        epsilon: epsilon(plan.rho())?,
        delta: context.delta,
        year: YearAccount {
            year: release.year,
            rho_cap: account.rho_cap,
            epsilon_cap: epsilon(account.rho_cap)?,
            rho_spent: account.rho_spent,
            epsilon_spent: epsilon(account.rho_spent)?,
            expires_on: context.year_expires,
            releases,
        },
        lifetime: LifetimeAccount {
            rho_spent: account.lifetime_spent,
            epsilon_spent: epsilon(account.lifetime_spent)?,
            rho_cap: account.lifetime_cap,
            epsilon_cap: account.lifetime_cap.map(epsilon).transpose()?,
        },
        objective: plan.objective(),
        mechanism: MECHANISM.to_owned(),
        library: LIBRARY.to_owned(),
        unit: UNIT.to_owned(),
        linkage_assumption: LINKAGE_ASSUMPTION.to_owned(),
        group_privacy: group_privacy(plan.rho(), context)?,
        linkage_measured: context.linkage.clone(),
        public_inputs: PUBLIC_INPUTS.iter().map(|s| (*s).to_owned()).collect(),
        tables_left_out: context.tables_left_out.clone(),
        caveats: caveats(context.demo),
        post_processing: post_processing(plan.objective(), release.revision),
        terms,
        queries: Vec::new(),
        earlier: None,
        software: format!("pathways {}", env!("CARGO_PKG_VERSION")),
        program_sha256: context.program_sha256.clone(),
        ledger_head: String::new(),
    })
}

const UNIT: &str = "One linked person of this city: everything that the participating agencies hold on that person, of whatever date. Each person is one row of the person table, whatever the number of agencies, records or events, and each row is counted once in every table. Two inputs are neighbours when one has one whole row more than the other (add or remove one person). One measurement is made for each period, and one more where a revision is scheduled; the costs of one privacy year add up on the ledger, up to the year's cap, and a finished measurement is never made again. The privacy year is the year that pays: measures with long follow-up look back, and a person who is in the agencies' records for several years enters releases of several years, each paid from its own year's budget.";

/// The guarantee is given the linkage; what a person pays whom linkage splits stands in `group_privacy`.
const LINKAGE_ASSUMPTION: &str = "The guarantee is proved for the rows that linkage made, not for raw records. Linkage is fallible: its result depends on everybody's records, so one human's records can change how others are joined, and no small worst-case bound is proved for that. Records that may not be linked (no consent to link, or a victim service provider's without a time-limited release) are rows of their own by rule. If one human is k rows, or if k rows change with that human's records, for either reason, that human's loss in this release is at most k² times ρ (group privacy under zCDP).";

/// The loss for one row, and for what was measured; where nothing was, for two and three as well.
fn group_privacy(rho: f64, context: &ReleaseContext) -> Result<Vec<GroupLoss>, BudgetError> {
    let mut rows: Vec<(u32, String)> = vec![(1, "a human who is one row".to_owned())];
    if let Some(LinkageMeasured { about, humans, split_p99, rows_apart_p99, rows_apart_max, .. }) =
        &context.linkage
    {
        let measured = |what: &str| format!("{what}; measured on {humans} humans of: {about}; not proved");
        rows.push((*split_p99, measured("99 % of humans are spread over no more rows")));
        rows.push((
            *rows_apart_p99,
            measured("99 % of humans, taken away, change no more rows, others' included"),
        ));
        rows.push((*rows_apart_max, measured("the most rows that any human, taken away, changed")));
    } else {
        let unmeasured = "an example: this city has published no measured figure of its linkage";
        rows.extend([2, 3].map(|rows| (rows, unmeasured.to_owned())));
    }
    rows.into_iter()
        .map(|(rows, why)| {
            let rho = f64::from(rows).powi(2) * rho;
            Ok(GroupLoss { rows, rho, epsilon: epsilon_for(rho, context.delta)?, why })
        })
        .collect()
}

fn terms(release: ReleaseKey, context: &ReleaseContext, account: &Account) -> Terms {
    let year = release.year;
    let lifetime = match account.lifetime_cap {
        Some(cap) => format!(
            "Over all years together a person of this city costs at most ρ = {cap:.6}: a release that would pass it is refused, and the cap is never raised."
        ),
        None => "This city caps each year and not the years together: a person who is in its records for many years pays for each (`lifetime`).".to_owned(),
    };
    let expiry = match context.year_expires {
        Some(day) => format!("From {day} on the year {year} pays for nothing more, whatever is left of it."),
        None => format!("What is left of {year} stays with {year}."),
    };
    let corrections = match (release.revision, context.revision) {
        (0, None) => "Data that are corrected later change nothing: the period is finished, and every run publishes these figures again at no cost. No revision is scheduled.".to_owned(),
        (0, Some(revision)) => format!(
            "Data that are corrected later change nothing by themselves. One revision is scheduled, not before {}: it measures the same tables, cohorts and report date again from the extracts of that day, costs {:.0} % of the year's ρ, and its answers are combined with these by inverse variance.",
            revision.date,
            100.0 * revision.share
        ),
        _ => "This is the one revision of the period: the same tables, cohorts and report date, measured again from later extracts with a budget of its own. Its figures rest on both measurements and both are published, so `rho`, `epsilon` and `group_privacy` count both; what each cost by itself stands in `year.releases`. Figures are means of both measurements, block by block, weighted by inverse variance (1 over the squared `noise_scale`); a correction of the data enters with the second one's weight, so a figure that both agree on is exact and one that was corrected moves part of the way. Nothing further is measured for this period.".to_owned(),
    };
    let text = str::to_owned;
    Terms {
        conversion: text(CONVERSION),
        contribution_bound: text(CONTRIBUTION_BOUND),
        trust_model: text(TRUST_MODEL),
        not_protected: text(NOT_PROTECTED),
        composition: format!("{COMPOSITION} {lifetime}"),
        refresh: format!(
            "Every calendar year has a budget of its own, for the periods that lie in it. It is never raised once the year's first release is charged, and nothing of it passes to another year. {expiry}"
        ),
        corrections,
        side_channels: text(SIDE_CHANNELS),
        error: text(ERROR),
        why_epsilon: context.why_epsilon.clone().unwrap_or_else(|| {
            "The city gave no reason for its ε (budget.reason of its configuration).".to_owned()
        }),
        input_digest: text(INPUT_DIGEST),
        audit: text(AUDIT),
    }
}

const CONVERSION: &str = "ρ-zCDP (zero-concentrated differential privacy, Bun and Steinke 2016) under adding or removing one row. ρ of a query is its squared L2 sensitivity over twice the squared noise scale, by OpenDP's map; ρ of the release is the sum over `queries` and, of a revised release, over `earlier.queries`, rounded up. ε at δ is the smallest for which ρ-zCDP implies (ε, δ)-differential privacy by OpenDP's conversion (Canonne, Kamath, Steinke 2020).";
const CONTRIBUTION_BOUND: &str = "A person is one row, and a row is one cell of every table: one person moves each integer residual query by exactly the square root of its `squared_sensitivity`, the product over its attributes of n(n − 1), n being the size of the domain. The bound follows from how tables are built. It was not chosen from data, and nothing is clipped.";
const TRUST_MODEL: &str = "Central model. The agencies hold identified records and the linkage key; the hub holds keyed tokens and coded events, computes the exact counts and is trusted with them; readers of the release, all of them together included, are not trusted.";
const NOT_PROTECTED: &str = "What is listed as public, the fact that a city takes part, and what is true of everybody whether or not one person is in the data: facts about whole populations can be learned from any useful statistic. And one thing more. Whether and on which night a release appears is decided by gates that read exact data, without noise: nothing new is released while a required source has not come, is refused by the hub's checks of its contents, has never held an event, holds far fewer rows than on earlier nights, or had more than half of its rows set aside. At such a bound one person's records can decide, so whoever knows everybody else's could tell from the release's absence or date whether that person is in. The figures themselves are not touched by it.";
const COMPOSITION: &str = "ρ adds up: over the queries of a release, over the releases and revisions of a year (`year.releases`), and over years (`lifetime`). Each draws noise of its own, so a reader of several learns no more than the sum of their ρ allows.";
const SIDE_CHANNELS: &str = "Counts, queries and noise are integers and the sampler is exact, so no floating-point number stands between data and noise; estimates are computed in floating point from the noisy answers alone. The sampler's running time may depend on its draws: releases are batch jobs and their duration is not published. Which tables and cells a release has is fixed by configuration and, where its `tables.detail` is set, by what the city had published before (`tables_left_out`); no exact count decides it. Whether and on which night it appears is another matter (`not_protected`).";
const ERROR: &str = "Each table's standard error (`tables[].standard_error`) is that of the unbiased estimate of any of its cells, in people. It follows from the noise alone and was known before anything was measured. The 95 % interval is the estimate and 1.96 standard errors on either side, cut at zero. For an estimate x below zero it goes from 0 to the u for which P(noise < x − u) is 5 % of P(noise < x), so that it is never nothing but zero. Over many releases it holds the count that an exact table would have shown in 95 of 100. It does not cover people whom no agency recorded, nor errors of linkage.";
const INPUT_DIGEST: &str = "A digest of exact counts would let a reader test guesses, so none is published. A keyed one lies on the city's ledger with the entry whose seal is `ledger_head`.";
const AUDIT: &str = "This program's own tests play a distinguishing game between tables with and without one person over thousands of runs of the mechanism, and fail when the lower confidence bound on ε passes the claim; the same test must catch mechanisms with half the noise, a sensitivity that is too small and a period that is measured twice. Passing is evidence, not proof; the proof is the mechanism's.";

const PUBLIC_INPUTS: &[&str] = &[
    "the list of tables, their attributes and all categories",
    "periods, cohorts, follow-up windows and the report date",
    "which cities take part, and this configuration: objective, ρ, ε, δ, the year's cap",
    "the noise of every query, and so the standard error of every table",
    "what this city has published before",
];

fn caveats(demo: bool) -> Vec<String> {
    let fictitious =
        "These figures are about fictitious people. They say nothing about any real city or person.";
    let standing = [
        "These are people whom the participating agencies recorded, not how much trafficking there is.",
        "Cells that are truly zero carry noise like all others; a published zero or a small figure is no proof of absence or presence.",
        "A negative estimate means nothing in itself: the true count is zero or more, and the noise fell below it.",
        "Intervals are at 95 % and cover the privacy noise only: not under-reporting, not linkage errors, not records that came late.",
        "Best estimates are biased on purpose. They are for reading; don't sum them. For sums use the unbiased estimates, and add their variances only for figures of different releases.",
        "A sum over quarters counts person-quarters and a sum over cities person-cities: a person who is in two counts twice.",
        "Intervals of many cells are not simultaneous: of a hundred of them about five miss.",
        "Whether and on which night a release appears is not protected: gates that hold a release back read exact data (`terms.not_protected` in release.json).",
        "A rate is withheld where its denominator can't be told from zero: where it is no more than four of its standard errors. Its interval is at 95 % among the rates that are shown; from 0 to 1 it says that nothing is known of the rate.",
    ];
    demo.then_some(fictitious).into_iter().chain(standing).map(str::to_owned).collect()
}

fn post_processing(objective: Objective, revision: u32) -> String {
    let split = match objective {
        Objective::TotalVariance => "Noise was split for the least total variance of the unbiased estimates.",
        Objective::BestEstimate => {
            "Noise was split in favour of the best estimates: residuals of three or more attributes got less than the share that the unbiased estimates would want."
        }
        Objective::WorstTable => {
            "Noise was split for the smallest greatest variance of a table's cells, each by the table's weight."
        }
    };
    let combined = if revision == 0 {
        ""
    } else {
        " The noisy answers of the first measurement and the revision are averaged first, by inverse variance."
    };
    format!(
        "{split}{combined} Unbiased estimates are linear reconstructions from the noisy answers; all tables agree with each \
         other; only the ends of intervals are cut at zero, and those of estimates below zero are widened for it. Best \
         estimates shrink each noisy residual towards what the other noisy answers foretell where it shows nothing of its own, are never negative and agree with each \
         other; they are biased and have no interval. Rates are ratios of unbiased estimates with Fieller intervals, widened for being shown and cut to 0 and \
         1. All of it is computed from the stored noisy answers and costs no privacy."
    )
}
