//! The differential-privacy statement: what was promised, to whom, at what cost, and what was not.
//!
//! # Source
//! NIST SP 800-226; the OpenDP deployments registry; release method, sections 6 and 7.

use domain::{CityId, Objective};

use crate::budget::{BudgetError, epsilon_for};
use crate::ledger::ReleaseKey;
use crate::mechanism::{LIBRARY, MECHANISM};
use crate::plan::Plan;
use crate::published::{Statement, YearAccount};
use crate::stored::ReleaseContext;

/// What the year had cost when the release was charged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    /// The year's cap.
    pub(crate) rho_cap: f64,
    /// Spent, this release included.
    pub(crate) rho_spent: f64,
}

/// Writes the statement of a release. Its queries and the ledger's head are filled in when it is
/// read back from the ledger, which holds them.
pub(crate) fn compose(
    city: &CityId,
    release: ReleaseKey,
    plan: &Plan,
    context: &ReleaseContext,
    account: Account,
) -> Result<Statement, BudgetError> {
    let epsilon = |rho| epsilon_for(rho, context.delta);
    Ok(Statement {
        release_id: release.release_id(city),
        city: city.as_str().to_owned(),
        city_name: context.city_name.clone(),
        period: release.period.to_string(),
        revision: release.revision,
        report_date: context.report_date,
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
        },
        objective: plan.objective(),
        mechanism: MECHANISM.to_owned(),
        library: LIBRARY.to_owned(),
        unit: UNIT.to_owned(),
        linkage_assumption: linkage_assumption(plan.rho(), context.delta)?,
        public_inputs: PUBLIC_INPUTS.iter().map(|s| (*s).to_owned()).collect(),
        caveats: caveats(context.demo),
        post_processing: post_processing(plan.objective()),
        queries: Vec::new(),
        software: format!("pathways {}", env!("CARGO_PKG_VERSION")),
        ledger_head: String::new(),
    })
}

const UNIT: &str = "One linked person of this city: everything that the participating agencies hold on that person, of whatever date. Each person is one row of the person table, whatever the number of agencies, records or events, and each row is counted once in every table. Two inputs are neighbours when one has one whole row more than the other (add or remove one person). One measurement is made for each period; the costs of the releases of one privacy year add up on the ledger, up to the year's cap, and a finished period is never measured again. The privacy year is the year that pays: measures with long follow-up look back, and a person who is in the agencies' records for several years enters releases of several years, each paid from its own year's budget. The budget is renewed every year, and over years a person's costs add up without a cap of this program's.";

/// The guarantee is given the linkage; what a person pays whom linkage splits.
fn linkage_assumption(rho: f64, delta: f64) -> Result<String, BudgetError> {
    Ok(format!(
        "The guarantee is proved for the rows that linkage made, not for raw records. Linkage is fallible: its \
         result depends on everybody's records, so one human's records can change how others are joined, and no \
         small worst-case bound is proved for that. Records that may not be linked (no consent to link, or a victim service provider's without a time-limited release) are rows of their own by rule. If one human is k rows, for either reason, that human's loss in this \
         release is at most k² times ρ (group privacy under zCDP): ε = {:.2} for one row, {:.2} for two, {:.2} for \
         three, each at the same δ.",
        epsilon_for(rho, delta)?,
        epsilon_for(4.0 * rho, delta)?,
        epsilon_for(9.0 * rho, delta)?,
    ))
}

const PUBLIC_INPUTS: &[&str] = &[
    "the list of tables, their attributes and all categories",
    "periods, cohorts, follow-up windows and the report date",
    "which cities take part, and this configuration: objective, ρ, ε, δ, the year's cap",
    "the noise of every query, and so the standard error of every table",
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
        "A rate is withheld where its denominator can't be told from zero.",
    ];
    demo.then_some(fictitious).into_iter().chain(standing).map(str::to_owned).collect()
}

fn post_processing(objective: Objective) -> String {
    let split = match objective {
        Objective::TotalVariance => "Noise was split for the least total variance of the unbiased estimates.",
        Objective::BestEstimate => {
            "Noise was split in favour of the best estimates: residuals of three or more attributes got less than the share that the unbiased estimates would want."
        }
        Objective::WorstTable => {
            "Noise was split for the smallest greatest variance of a table's cells, each by the table's weight."
        }
    };
    format!(
        "{split} Unbiased estimates are linear reconstructions from the noisy answers; all tables agree with each \
         other; only the ends of intervals are truncated at zero. Best estimates shrink each noisy residual towards \
         what the other noisy answers foretell where it shows nothing of its own, are never negative and agree with each other; they \
         are biased and have no interval. Rates are ratios of unbiased estimates with Fieller intervals cut to 0 and \
         1. All of it is computed from the stored noisy answers and costs no privacy."
    )
}
